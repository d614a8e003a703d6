"""A race in words: what the picture shows, for those who read and for those who cannot see it."""

from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np

from optim_viz import Run
from optim_viz.around import DECAY_WORDS
from optim_viz.curves import length, nearest, rates, sharpness, sharpness_limit
from optim_viz.spec import Surface
from optim_viz.ui.i18n import Messages
from optim_viz.ui.settings import Runner

#: A runner has arrived when its loss is this close to the lowest value. Said wherever it is used.
TOLERANCE = 1e-3
#: A runner overshoots when it passes its minimum by more than this share of the distance between start and minimum.
OVERSHOOT = 0.05
#: A runner that has not arrived stalls when during the last quarter it keeps within this share of the picture's width, and
#: moved ten times as far before: one that creeps all along is on the way.
STALL = 0.005


@dataclass(frozen=True)
class Cause:
    """Why a run left or ended higher than it began.

    ``kind``: ``"rate"``: at ``row`` the curvature was above the limit of its learning rate; ``"slope"``: the step to ``row``
    was longer than the picture is wide and than ten times any before; ``"endless"``: the way it goes the surface has no end;
    ``"climbs"``: the same uphill.
    ``lr``, ``times`` and ``curvature``: the rate at that row, which is stable up to times / curvature; ``momentum``: where the
    optimizer has one, as it counts in ``times``; ``length``: of the step.
    """

    kind: Literal["rate", "slope", "endless", "climbs"]
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
        arrived: first step with loss - minimum <= TOLERANCE; None if never.
        left_again: it arrived and is farther off at the end.
        diverged: first step that is not finite; None if all are.
        worse: all finite, and the last loss is above the first.
        swings: none of these, and during the last half it turned back and forth and hardly came lower.
        stalls: none of these, and it has come to rest, see STALL.
        running: none of these, and there is a minimum that it is on the way to.
        overshoot: how far it passed the minimum it ended nearest to, as a share of the distance between start and minimum,
            both along the line from the one to the other; 0 where it is not more than OVERSHOOT, or where it fails or swings.
        cause: of ``diverged`` or ``worse``; None where none is found.
        evaluations: gradients used until it arrived, or until the end.
        loss: the last finite loss.
        theta: the last finite point.
        minimum: which minimum it ended at, by index; None if at none.
    """

    arrived: int | None
    left_again: bool
    diverged: int | None
    worse: bool
    swings: bool
    stalls: bool
    running: bool
    overshoot: float
    cause: Cause | None
    evaluations: int
    loss: float
    theta: tuple[float, ...]
    minimum: int | None


def outcome(run: Run) -> Outcome:
    """How this run ended."""
    surface = run.surface
    last = len(run.loss) - 1 if run.diverged_at is None else max(run.diverged_at - 1, 0)
    lowest = surface.minimum
    below = np.zeros(0, bool) if lowest is None else run.loss - lowest <= TOLERANCE
    arrived = int(np.argmax(below)) if below.any() else None
    minimum = None
    if arrived is not None and below[last]:
        minimum = int(np.argmin([np.sum((run.theta[last] - m.theta) ** 2) for m in surface.minima]))
    worse = run.diverged_at is None and bool(run.loss[last] > run.loss[0])
    failed = worse or run.diverged_at is not None
    seeking = arrived is None and not failed and lowest is not None and not run.around.maximize
    swings = seeking and _swings(run)
    stalls = seeking and not swings and _stalls(run)
    return Outcome(
        arrived=arrived,
        left_again=arrived is not None and not below[last],
        diverged=run.diverged_at,
        worse=worse,
        swings=swings,
        stalls=stalls,
        running=seeking and not (swings or stalls),
        overshoot=0.0 if failed or swings else _overshoot(run),
        cause=_cause(run, last) if failed else None,
        evaluations=int(run.evaluations[last if arrived is None else arrived]),
        loss=float(run.loss[last]),
        theta=tuple(map(float, run.theta[last])),
        minimum=minimum,
    )


def _overshoot(run: Run) -> float:
    """See ``Outcome.overshoot``."""
    if not run.surface.minima:
        return 0.0
    way = nearest(run)[-1] - run.theta[0]
    square = float(way @ way)
    passed = float(((run.theta - run.theta[0]) @ way).max()) / square - 1 if square > 0 else 0.0
    return passed if passed > OVERSHOOT else 0.0


def _swings(run: Run) -> bool:
    """Whether, in the last half, a coordinate turns at every other step or oftener, and the best loss hardly becomes better."""
    half = len(run.loss) // 2
    moves, rise = np.diff(run.theta[half:], axis=0), run.loss - (run.surface.minimum or 0.0)
    turns = (moves[1:] * moves[:-1] < 0).mean(axis=0) if len(moves) > 1 else np.zeros(1)
    return bool(turns.max() >= 0.5 and rise[half:].min() >= 0.9 * rise[:half].min())


def _stalls(run: Run) -> bool:
    """Whether during the last quarter it kept within STALL of the picture's width, and within a tenth of its whole way."""
    whole, last = (np.ptp(theta, axis=0).max() for theta in (run.theta, run.theta[3 * len(run.loss) // 4 :]))
    return bool(last < STALL * max(hi - lo for lo, hi in run.surface.domain) and last <= whole / 10)


def _cause(run: Run, last: int) -> Cause | None:
    """Why a run failed whose last finite row is ``last``."""
    if run.around.maximize:
        return Cause("climbs") if run.diverged_at is not None else None
    lowest = run.surface.minimum
    if run.loss[last] < (run.loss[0] if lowest is None else lowest - TOLERANCE):
        return Cause("endless")
    if run.optimizer.stability and not run.optimizer.stability.preconditioner:  # a division soon adapts to the curvature
        curvature, limit = sharpness(run)[: last + 1], sharpness_limit(run)[: last + 1]
        if (beyond := (curvature > limit) & (limit > 0)).any():  # where no curvature is stable there is no bound to name
            row = int(np.argmax(beyond))
            lr = float(rates(run)[row])
            return Cause("rate", row, lr, lr * float(limit[row]), float(curvature[row]), run.hypers.get("momentum"))
    lengths = length(np.diff(run.theta[: last + 1], axis=0))
    before = np.concatenate([[0.0], np.maximum.accumulate(lengths)[:-1]])
    far = lengths > np.maximum(10 * before, max(hi - lo for lo, hi in run.surface.domain))
    if far.any():
        row = int(np.argmax(far))
        return Cause("slope", row + 1, length=float(lengths[row]))
    return None


def number(x: float) -> str:
    """Three significant digits, all of them below a million: 0.93, 1.5, 120, 2091, 4e-7."""
    if 1000 <= abs(x) < 1e6:
        return f"{x:.0f}"
    return f"{x:.3g}".replace("e-0", "e-").replace("e+0", "e")


def point(theta: tuple[float, ...]) -> str:
    """A place on the surface, to two places behind the point: (0.93, 0.87)."""

    def place(x: float) -> str:
        return f"{round(x, 2) + 0.0:.2f}" if abs(x) < 1000 else number(x)  # + 0.0: no minus before a zero

    return place(theta[0]) if len(theta) == 1 else "(" + ", ".join(map(place, theta)) + ")"


def sentences(_: Messages, surface: Surface, runners: tuple[Runner, ...], outcomes: list[Outcome], steps: int) -> str:
    """The race in a few sentences: who arrived when, who did not, who left, and to which minima."""
    if not runners:
        return _("Nobody is running. Add an optimizer.")
    pairs = list(zip((r.name for r in runners), outcomes, strict=True))

    who = _.listed
    said = []
    finishers = sorted(((o.arrived, name) for name, o in pairs if o.arrived is not None), key=lambda pair: pair[0])
    if finishers:
        best = finishers[0][0]
        first = [name for step, name in finishers if step == best]
        rest, ties = [], False
        for step, group in groupby((pair for pair in finishers if pair[0] != best), key=lambda pair: pair[0]):
            names = [name for _step, name in group]
            ties = ties or len(names) > 1
            rest.append(_("a tie of {who} ({step})", who=who(names), step=step) if len(names) > 1 else f"{names[0]} ({step})")
        limit = number(TOLERANCE)
        if best == 0:
            said.append(_("The start is already within {limit} of the lowest value.", limit=limit))
        elif len(first) == 1:
            text = _("{who} gets within {limit} of the lowest value first, at step {step}.")
            said.append(text.format(who=first[0], limit=limit, step=best))
        else:
            text = _("A tie: {who} get within {limit} of the lowest value at the same step, {step}.")
            said.append(text.format(who=who(first), limit=limit, step=best))
        if rest and best > 0:
            said.append(_("Then {who}.", who=_("; ").join(rest) if ties else who(rest)))
    if again := [name for name, o in pairs if o.left_again and o.diverged is None]:
        text = _.plural("{who} does not stay there.", "{who} do not stay there.", len(again), who=who(again))
        said.append(text)
    if over := [_("{who} (by {share}%)", who=name, share=round(100 * o.overshoot)) for name, o in pairs if o.overshoot]:
        said.append(
            _.plural("{who} overshoots the minimum.", "{who} overshoot the minimum.", len(over), who=who(over))
        )  # fmt: skip
    if ways := [name for name, o in pairs if o.running]:
        text = _.plural(
            "{who} is still on the way after {steps} steps.",
            "{who} are still on the way after {steps} steps.",
            len(ways), who=who(ways), steps=steps,
        )  # fmt: skip
        said.append(text)
    if swinging := [name for name, o in pairs if o.swings]:
        text = _.plural(
            "{who} swings to and fro and comes no nearer.",
            "{who} swing to and fro and come no nearer.",
            len(swinging), who=who(swinging),
        )  # fmt: skip
        said.append(text)
    if stalling := [name for name, o in pairs if o.stalls]:
        text = _.plural(
            "{who} hardly moves at the end, away from the lowest value.",
            "{who} hardly move at the end, away from the lowest value.",
            len(stalling), who=who(stalling),
        )  # fmt: skip
        said.append(text)
    if not surface.minima:
        said.append(_("This surface falls without end: there is no minimum to arrive at."))
    if worse := [name for name, o in pairs if o.worse and o.arrived is None and why(_, o) is None]:
        text = _.plural(
            "{who} ends higher than it began.",
            "{who} end higher than they began.",
            len(worse), who=who(worse),
        )  # fmt: skip
        said.append(text)
    for name, o in pairs:
        if o.diverged is not None:
            text = _("{who} leaves the finite numbers at step {step}: {why}.")
            said.append(text.format(who=name, step=o.diverged, why=why(_, o) or _("its steps grew without bound")))
        elif o.worse and o.arrived is None and (reason := why(_, o)):
            said.append(_("{who} ends higher than it began: {why}.", who=name, why=reason))
    ends = {o.minimum for _name, o in pairs if o.minimum is not None}
    if len(ends) > 1:
        groups = []
        for index in sorted(ends):
            there = who([name for name, o in pairs if o.minimum == index])
            groups.append(_("{who} at {point}", who=there, point=point(surface.minima[index].theta)))
        said.append(_("They end at different minima: {groups}.", groups=_("; ").join(groups)))
    for runner in runners:
        if special := _special(_, runner):
            said.append(_("{who} runs {how}.", who=runner.name, how=who(special)))
    return _.prose(said)


def _special(_: Messages, runner: Runner) -> list[str]:
    """In what a runner is not the plain rule: its convention, and what stands around it."""
    said = []
    if runner.optimizer.variant:
        said.append(_("as in {origin}", origin=_(runner.optimizer.origin)))
    around, seed = runner.stages
    if around.noise:
        said.append(_("with gradient noise of {spread} (seed {seed})", spread=number(around.noise), seed=seed))
    if around.maximize:
        said.append(_("uphill"))
    if around.clip_value is not None:
        said.append(_("with gradients clipped at {limit} in each component", limit=number(around.clip_value)))
    if around.clip_norm is not None:
        said.append(_("with gradients clipped to a length of {limit}", limit=number(around.clip_norm)))
    if around.weight_decay:
        how = _(DECAY_WORDS[around.decay or runner.optimizer.decay])
        said.append(_("with weight decay {decay} ({how})", decay=number(around.weight_decay), how=how))
    if around.lookahead:
        k, alpha = around.lookahead
        said.append(_("with Lookahead every {k} steps, alpha {alpha}", k=int(k), alpha=number(alpha)))
    if around.schedule:
        said.append(_("on the learning rate schedule: {name}", name=_(around.schedule.kind.name)))
        if around.schedule.warmup:
            said.append(_("after a warm-up of {n} steps", n=around.schedule.warmup))
    return said


def why(_: Messages, o: Outcome) -> str | None:
    """Why it left or ended higher than it began, as the second half of a sentence; None where no cause was found."""
    cause = o.cause
    if cause is None:
        return None
    if cause.kind == "endless":
        return _("it goes down where the surface has no end")
    if cause.kind == "climbs":
        return _("it climbs, and there is no top")
    if cause.kind == "slope":
        return _("at step {row} a steep slope throws it {length} far", row=cause.row, length=number(cause.length))
    rate = _(
        "its learning rate {lr} is above {times}/λ = {bound}",
        lr=number(cause.lr), times=number(cause.times), bound=number(cause.times / cause.curvature),
    )  # fmt: skip
    if cause.momentum is not None:
        rate = _("{rate}, the limit with a momentum of {momentum}", rate=rate, momentum=number(cause.momentum))
    curvature = number(cause.curvature)
    if cause.row == 0:
        return _("{rate} (curvature λ = {curvature})", rate=rate, curvature=curvature)
    return _("{rate} (curvature λ = {curvature} at step {row})", rate=rate, curvature=curvature, row=cause.row)


def table(_: Messages, outcomes: list[Outcome]) -> list[dict[str, str]]:
    """For each runner: the step at which it arrived, after how many gradients, where it ended, and what else is to be said."""
    rows = []
    arrivals = [o.arrived for o in outcomes if o.arrived]
    for o in outcomes:
        notes = []
        if o.arrived and arrivals.count(o.arrived) > 1:
            notes.append(_("tie"))
        if o.overshoot:
            notes.append(_("overshoots by {share}%", share=round(100 * o.overshoot)))
        if o.left_again:
            notes.append(_("does not stay"))
        if o.running:
            notes.append(_("on the way"))
        if o.stalls:
            notes.append(_("hardly moves"))
        if o.swings:
            notes.append(_("swings, comes no nearer"))
        if o.worse:
            notes.append(_("ends higher"))
        if reason := why(_, o):
            notes.append(reason)
        ended = point(o.theta) if o.diverged is None else _("left at step {step}", step=o.diverged)
        rows.append(
            {
                "arrived": "–" if o.arrived is None else str(o.arrived),
                "evaluations": f"{o.evaluations:,}",
                "ended": ended,
                "note": _("; ").join(notes),
            }
        )
    return rows
