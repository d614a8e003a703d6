"""How a run ended: whether it arrived and from which step on, whether it diverges, oscillates or stalls, and why.

This is the one judge of a run: the page's words and table, lessons, examples and the catalogue ask here. To *arrive* is to come
within the tolerance of the lowest value and to stay there to the last step; to *touch* is to be within it once.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from optim_viz.curves import length, nearest, rates, sharpness, sharpness_limit
from optim_viz.engine import Run

#: A runner is there when its loss is this close to the lowest value. Said wherever it is used.
TOLERANCE = 1e-3
#: A runner overshoots when it passes its minimum by more than this share of the distance between start and minimum.
OVERSHOOT = 0.05
#: A runner that has not arrived stalls when during the last quarter it keeps within this share of the picture's width, and
#: moved ten times as far before: one that creeps all along is on the way.
STALL = 0.005
#: Fewer steps than these tell nothing about how a run goes on.
FEW = 20

Kind = Literal["rate", "slope", "endless", "climbs", "zero", "root", "huge"]


@dataclass(frozen=True)
class Cause:
    """Why a run diverged or ended higher than it began.

    ``kind``:
        ``"rate"``: at ``row`` the curvature was above the limit of its learning rate;
        ``"slope"``: the step to ``row`` was longer than the picture is wide and than ten times any before;
        ``"endless"``: the way it goes the surface has no end;
        ``"climbs"``: the same uphill;
        ``"zero"``: at step ``row`` the rule divides by 0;
        ``"root"``: at step ``row`` the rule takes the root of a negative number;
        ``"huge"``: at step ``row`` a number of the rule, of finite ones, is too large for a computer.
    ``lr``, ``times`` and ``curvature``: the rate at that row, which is stable up to times / curvature; ``momentum``: where the
    optimizer has one, as it counts in ``times``; ``length``: of the step.
    """

    kind: Kind
    row: int = 0
    lr: float = 0.0
    times: float = 0.0
    curvature: float = 0.0
    momentum: float | None = None
    length: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """How one run ended.

    Attributes:
        arrived: the step from which on the loss stays within TOLERANCE of the lowest value to the last row; None where the last
            row is not within it.
        touched: the first step within it; None if never. Before ``arrived`` where the run leaves it again meanwhile.
        left_again: it touched, and is farther off at the end.
        diverged: first step that is not finite; None if all are.
        fell: it is below all minima: its surface falls for ever beyond the domain, and there it went.
        worse: all finite, and the last loss is above the first.
        oscillates: none of these, and during the last half it turned back and forth and hardly came lower.
        stalls: none of these, and it has come to rest, see STALL.
        running: none of these, and there is a minimum that it is on the way to.
        overshoot: how far it passed the minimum it ended nearest to, as a share of the distance between start and minimum,
            both along the line from the one to the other; 0 where it is not more than OVERSHOOT, or where it fails, falls or
            oscillates.
        cause: of ``diverged`` or ``worse``; None where none is found.
        evaluations: gradients used until it arrived, or until the end.
        loss: the last finite loss.
        theta: the last finite point.
        minimum: which minimum it ended at, by index; None if at none.
    """

    arrived: int | None
    touched: int | None
    left_again: bool
    diverged: int | None
    fell: bool
    worse: bool
    oscillates: bool
    stalls: bool
    running: bool
    overshoot: float
    cause: Cause | None
    evaluations: int
    loss: float
    theta: tuple[float, ...]
    minimum: int | None


#: what claims and sentences ask of an outcome; three stand there as what has happened
QUANTITIES = (
    "steps", "touches", "diverges", "worse", "fell", "oscillates", "stalls", "running", "overshoot", "minimum", "loss",
    "evaluations",
)  # fmt: skip
_HAPPENED = {"steps": "arrived", "touches": "touched", "diverges": "diverged"}


def measured(found: Outcome, name: str) -> float:
    """What one of ``QUANTITIES`` is worth: infinite for what never happens; nan for the minimum of who arrives at none."""
    worth = getattr(found, _HAPPENED.get(name, name))
    if worth is None:
        return math.nan if name == "minimum" else math.inf
    return float(worth)


def outcome(run: Run) -> Outcome:
    """How this one run ended."""
    surface = run.surface
    last = len(run.loss) - 1 if run.diverged_at is None else max(run.diverged_at - 1, 0)
    lowest = surface.minimum
    fell = surface.lowest == "domain" and lowest is not None and bool(run.loss[last] < lowest - TOLERANCE)
    there = within(run)
    touched = int(np.argmax(there)) if there.any() else None
    arrived = stays_from(there)
    minimum = None
    if arrived is not None:
        minimum = int(np.argmin([length(run.theta[last] - m.theta) for m in surface.minima]))
    worse = run.diverged_at is None and bool(run.loss[last] > run.loss[0])
    failed = worse or run.diverged_at is not None
    seeking = arrived is None and not failed and not fell and lowest is not None and not run.around.maximize
    oscillates = seeking and _oscillates(run)
    stalls = seeking and not oscillates and _stalls(run)
    return Outcome(
        arrived=arrived,
        touched=touched,
        left_again=touched is not None and arrived is None,
        diverged=run.diverged_at,
        fell=fell,
        worse=worse,
        oscillates=oscillates,
        stalls=stalls,
        running=seeking and touched is None and not (oscillates or stalls),
        overshoot=0.0 if failed or fell or oscillates else _overshoot(run),
        cause=_cause(run, last) if failed else None,
        evaluations=int(run.evaluations[last if arrived is None else arrived]),
        loss=float(run.loss[last]),
        theta=tuple(map(float, run.theta[last])),
        minimum=minimum,
    )


def within(run: Run) -> np.ndarray:
    """(..., rows) bool: whether the loss is within TOLERANCE of the lowest value; of a surface without one nowhere."""
    lowest = run.surface.minimum
    if lowest is None:
        return np.zeros(run.loss.shape, bool)
    near = run.loss - lowest <= TOLERANCE
    return near if run.surface.lowest == "minima" else near & (run.loss - lowest >= -TOLERANCE)


def stays_from(there: np.ndarray) -> int | None:
    """The first row from which on all are true; None where the last is not."""
    if not there[-1]:
        return None
    return 0 if there.all() else len(there) - int(np.argmin(there[::-1]))


def _overshoot(run: Run) -> float:
    """See ``Outcome.overshoot``."""
    if not run.surface.minima:
        return 0.0
    way = nearest(run)[-1] - run.theta[0]
    far = float(length(way))
    if not 0 < far < math.inf:
        return 0.0
    with np.errstate(all="ignore"):
        passed = float(((run.theta - run.theta[0]) @ (way / far) / far).max()) - 1
    return passed if OVERSHOOT < passed < math.inf else 0.0


def _oscillates(run: Run) -> bool:
    """Whether, in the last half, a coordinate turns at every other step or oftener, and the best loss hardly becomes better."""
    if len(run.loss) <= FEW:
        return False
    half = len(run.loss) // 2
    with np.errstate(all="ignore"):
        moves, rise = np.diff(run.theta[half:], axis=0), run.loss - (run.surface.minimum or 0.0)
    turns = (np.sign(moves[1:]) * np.sign(moves[:-1]) < 0).mean(axis=0)
    return bool(turns.max() >= 0.5 and rise[half:].min() >= 0.9 * rise[:half].min())


def _stalls(run: Run) -> bool:
    """Whether it never moved, or kept within STALL of the picture's width, and a tenth of its way, for the last quarter."""
    whole, last = (np.ptp(theta, axis=0).max() for theta in (run.theta, run.theta[3 * len(run.loss) // 4 :]))
    if whole == 0:
        return len(run.loss) > 1
    return bool(len(run.loss) > FEW and last < STALL * _width(run) and last <= whole / 10)


def _width(run: Run) -> float:
    """Of the picture."""
    return max(hi - lo for lo, hi in run.surface.domain)


def _cause(run: Run, last: int) -> Cause | None:
    """Why a run failed whose last finite row is ``last``."""
    if run.around.maximize:
        return Cause("climbs") if run.diverged_at is not None else None
    if run.diverged_at == 0:
        return Cause("huge", 0)
    lowest = run.surface.minimum
    if run.surface.lowest != "minima" and run.loss[last] < (run.loss[0] if lowest is None else lowest - TOLERANCE):
        return Cause("endless")
    if run.optimizer.stability and not run.optimizer.stability.preconditioner:  # a division soon adapts to the curvature
        with np.errstate(all="ignore"):
            curvature, limit = sharpness(run)[: last + 1], sharpness_limit(run)[: last + 1]
        if (beyond := (curvature > limit) & (limit > 0)).any():  # where no curvature is stable there is no bound to name
            row = int(np.argmax(beyond))
            lr = float(rates(run)[row])
            return Cause("rate", row, lr, lr * float(limit[row]), float(curvature[row]), run.hypers.get("momentum"))
    with np.errstate(all="ignore"):
        lengths = length(np.diff(run.theta[: last + 1], axis=0))
    before = np.concatenate([[0.0], np.maximum.accumulate(lengths)[:-1]])
    with np.errstate(over="ignore"):
        far = lengths > np.maximum(10 * before, _width(run))
    if far.any():
        row = int(np.argmax(far))
        return Cause("slope", row + 1, length=float(lengths[row]))
    return _breaks(run, last) if run.diverged_at == last + 1 else None


def _breaks(run: Run, last: int) -> Cause | None:
    """What is no finite number after row ``last``: a scalar rule's step in plain Python, which stops where numbers end."""
    if np.isfinite(run.theta[last + 1]).all():
        return Cause("huge", last + 1)  # the loss, or its slope, at a place that is finite still
    if run.optimizer.takes_surface or run.around.on:
        return None
    hypers = [float(value) for value in run.hypers.values()]
    for d in range(run.surface.dim):
        state = [float(run.memory[s.name][last, d]) for s in run.optimizer.states]
        theta, g = float(run.theta[last, d]), float(run.gradient[last, d])
        try:
            after = run.optimizer.update(theta, g, run.first + last + 1, *state, *hypers)
        except ZeroDivisionError:
            return Cause("zero", last + 1)
        except ValueError:
            return Cause("root", last + 1)
        except OverflowError:
            return Cause("huge", last + 1)
        if not all(map(math.isfinite, after)):
            return Cause("huge", last + 1)
    return None
