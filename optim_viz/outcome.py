"""How a run ended: whether it arrived and from which step on, whether it diverges, oscillates or stalls, and why.

This is the one judge of a run: the page's words and table, lessons, examples and the catalogue ask here. To *arrive* is to come
within the tolerance of the lowest value and to stay there to the last step; to *touch* is to be within it once.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from optim_viz import engine, interpreter
from optim_viz.around import Around
from optim_viz.curves import CURVES, drawn
from optim_viz.engine import Run
from optim_viz.judge import CAUSES, SLOTS, STOPS, TOLERANCE, judge, watched
from optim_viz.rules import ieee
from optim_viz.spec import LOWEST

__all__ = ["QUANTITIES", "TOLERANCE", "Cause", "Kind", "Outcome", "measured", "outcome", "verdicts"]

Kind = Literal[
    "rate", "slope", "endless", "climbs", "zero", "root", "huge", "noise", "decay", "long", "momentum", "peak"
]  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """Why a run diverged or ended higher than it began.

    ``kind``:
        ``"rate"``: at ``row`` the curvature was above the limit of its learning rate;
        ``"slope"``: the step to ``row`` was longer than the picture is wide and than ten times any before;
        ``"endless"``: the way it goes the surface has no end;
        ``"climbs"``: it maximizes;
        ``"zero"``: at step ``row`` the rule divides by 0;
        ``"root"``: at step ``row`` the rule takes the root of a negative number;
        ``"huge"``: at step ``row`` a number of the rule, of finite ones, is too large for a computer;
        ``"noise"``, ``"decay"``: without its noise, its weight decay, it would not;
        ``"long"``: the step to ``row``, from which on it is higher than it began, goes downhill at first;
        ``"momentum"``: that step goes uphill, and the optimizer has a velocity;
        ``"peak"``: that step goes uphill, and the rule solves for a place without slope where the surface is curved downwards.
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
        brief: it has arrived, but has been there as long before and left again, or is there in the last row only and was
            not coming straight down: whether it stays is not known.
        settles: where it arrived, if it is known to stay; None otherwise.
        left_again: it touched, and is farther off at the end.
        diverged: first step that is not finite; None if all are.
        fell: it is below all minima: its surface falls for ever beyond the domain, and there it went.
        worse: all finite, not arrived, and the last loss is above the first.
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
    brief: bool
    settles: int | None
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
    "steps", "touches", "settles", "brief", "diverges", "worse", "fell", "oscillates", "stalls", "running", "overshoot",
    "minimum", "loss", "evaluations",
)  # fmt: skip
HAPPENED = {"steps": "arrived", "touches": "touched", "diverges": "diverged"}


def measured(found: Outcome, name: str) -> float:
    """What one of ``QUANTITIES`` is worth: infinite for what never happens; nan for the minimum of who arrives at none."""
    worth = getattr(found, HAPPENED.get(name, name))
    if worth is None:
        return math.nan if name == "minimum" else math.inf
    return float(worth)


def verdicts(run: Run, causes: bool = True) -> Mapping[str, Any]:
    """The judge's numbers by name, of N runs (N,) each; without ``causes`` the cause "rate" is not looked for."""
    found, stability = _judged(run), run.optimizer.stability
    failed = found[SLOTS.index("worse")].any() or np.isfinite(found[SLOTS.index("diverged")]).any()
    if causes and failed and stability and not stability.preconditioner:  # a division soon adapts to the curvature
        found = _judged(run, *(drawn(CURVES[key], run)[:, 0] for key in ("sharpness", "sharpness_limit")))
    return dict(zip(SLOTS, found if run.record.ndim > 2 else found[:, 0].tolist(), strict=True))


def _judged(run: Run, *beyond: np.ndarray) -> np.ndarray:
    """(SLOTS, L); ``beyond``: curvatures and limits."""
    lanes = run.arguments[0].shape[-1]
    out, none = np.empty((len(SLOTS), lanes)), np.empty((0, lanes))
    call, _address = interpreter.either(judge, run.patient)
    call(*run.arguments, LOWEST.index(run.surface.lowest), run.surface.width, *(beyond or (none, none)), out)
    return out


def outcome(run: Run) -> Outcome:
    """How this one run ended."""
    found = verdicts(run)
    named: dict[str, Any] = {
        name: None if math.isinf(found[name]) else int(found[name]) for name in ("arrived", "touched", "settles", "diverged")
    }
    named |= {name: bool(found[name]) for name in ("brief", "left_again", "fell", "worse", "oscillates", "stalls", "running")}
    return Outcome(
        **named,
        overshoot=found["overshoot"],
        cause=_cause(run, found) if found["diverged"] < math.inf or found["worse"] else None,
        evaluations=int(found["evaluations"]),
        loss=found["last_loss"],
        theta=tuple(run.theta[int(found["end"])].tolist()),
        minimum=None if math.isnan(found["minimum"]) else int(found["minimum"]),
    )


def _cause(run: Run, found: Mapping[str, float]) -> Cause | None:
    """Why a run failed. ``zero``, ``root`` and ``huge`` later than at the start are found by watching the step."""
    kind, row, lr, broken = CAUSES[int(found["cause"])], int(found["row"]), found["lr"], math.isfinite(found["diverged"])
    if kind == "rate":
        return Cause(kind, row, lr, lr * found["limit"], found["curvature"], run.hypers.get("momentum"))
    stopped = None
    if kind in (None, "long", "uphill"):
        stopped = _breaks(run, int(found["end"])) if broken else _disturbed(run)
    if stopped or kind is None:
        return stopped
    if kind != "uphill":
        return Cause(kind, row, length=found["length"])
    if run.optimizer.takes_hessian and np.linalg.eigvalsh(run.surface.hessian(run.theta[row - 1]))[0] < 0:
        return Cause("peak", row)
    return Cause("momentum", row) if any(s.velocity for s in run.optimizer.states) else None


def _disturbed(run: Run) -> Cause | None:
    """Which of noise and weight decay it is without which a run would not have ended higher than it began."""
    kinds: dict[str, Kind] = {"noise": "noise", "weight_decay": "decay"}
    for stage, kind in kinds.items():
        on = stage in run.around.on or run.hypers.get(stage, 0.0) > 0
        if not on or run.first:
            continue
        around = Around(**{name: value for name, value in run.around.settings.items() if name != stage})
        hypers = {name: 0.0 if name == stage else value for name, value in run.hypers.items()}
        without = engine.run(
            run.optimizer, run.surface, start=run.theta[0], steps=len(run.loss) - 1, hypers=hypers, around=around,
            patient=run.patient,
        )  # fmt: skip
        if without.diverged_at is None and without.loss[-1] <= without.loss[0]:
            return Cause(kind)
    return None


def _breaks(run: Run, last: int) -> Cause | None:
    """What is no finite number after row ``last``."""
    if np.isfinite(run.theta[last + 1]).all():
        return Cause("huge", last + 1)  # the loss, or its slope, at a place that is finite still
    if run.optimizer.takes_hessian:
        bent = run.surface.hessian(run.theta[last]) + run.hypers["damping"] * np.eye(run.surface.dim)
        return Cause("zero", last + 1) if np.linalg.det(bent) == 0 else None
    if run.optimizer.takes_surface or run.around.on:
        return None
    stops = ieee(watched(run.optimizer.update))
    for d in range(run.surface.dim):
        state = [run.memory[s.name][last, d] for s in run.optimizer.states]
        given = run.theta[last, d], run.gradient[last, d], run.first + last + 1, *state, *run.hypers.values()
        with np.errstate(all="ignore"):
            kind = STOPS[int(stops(*map(np.float64, given)))]
        if kind:
            return Cause(kind, last + 1)
    return None
