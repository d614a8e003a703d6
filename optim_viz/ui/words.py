"""A race in words: what the picture shows, for those who read and for those who cannot see it."""

from dataclasses import dataclass

import numpy as np
from babel.lists import format_list

from optim_viz import Run
from optim_viz.around import DECAY_WORDS
from optim_viz.spec import Surface
from optim_viz.ui.i18n import Messages
from optim_viz.ui.settings import Runner

#: A runner has arrived when its loss is this close to the lowest value. Said wherever it is used.
TOLERANCE = 1e-3


@dataclass(frozen=True)
class Outcome:
    """How one run ended.

    Attributes:
        arrived: first step with loss - minimum <= TOLERANCE; None if never.
        left_again: it arrived and is farther off at the end.
        diverged: first step that is not finite; None if all are.
        worse: all finite, and the last loss is above the first.
        loss: the last finite loss.
        theta: the last finite point.
        minimum: which minimum it ended at, by index; None if at none.
    """

    arrived: int | None
    left_again: bool
    diverged: int | None
    worse: bool
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
    return Outcome(
        arrived=arrived,
        left_again=arrived is not None and not below[last],
        diverged=run.diverged_at,
        worse=run.diverged_at is None and bool(run.loss[last] > run.loss[0]),
        loss=float(run.loss[last]),
        theta=tuple(map(float, run.theta[last])),
        minimum=minimum,
    )


def number(x: float) -> str:
    """Three significant digits, or two behind the point: 0.93, 1.5, 120, 4e-07."""
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

    def who(names: list[str]) -> str:
        return format_list(names, locale=_.language.locale)

    said = []
    finishers = sorted(((o.arrived, name) for name, o in pairs if o.arrived is not None), key=lambda pair: pair[0])
    if finishers:
        best = finishers[0][0]
        first = [name for step, name in finishers if step == best]
        rest = [f"{name} ({step})" for step, name in finishers if step != best]
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
            said.append(_("Then {who}.", who=who(rest)))
    if again := [name for name, o in pairs if o.left_again and o.diverged is None]:
        text = _.plural("{who} does not stay there.", "{who} do not stay there.", len(again), who=who(again))
        said.append(text)
    running = [name for name, o in pairs if o.arrived is None and o.diverged is None and not o.worse]
    if running and surface.minima:
        text = _.plural(
            "{who} is still on the way after {steps} steps.",
            "{who} are still on the way after {steps} steps.",
            len(running), who=who(running), steps=steps,
        )  # fmt: skip
        said.append(text)
    if worse := [name for name, o in pairs if o.worse and o.arrived is None]:
        text = _.plural(
            "{who} ends higher than it began.",
            "{who} end higher than they began.",
            len(worse), who=who(worse),
        )  # fmt: skip
        said.append(text)
    for name, o in pairs:
        if o.diverged is not None:
            text = _("{who} leaves the finite numbers at step {step}: its steps grew without bound.")
            said.append(text.format(who=name, step=o.diverged))
    ends = {o.minimum for _name, o in pairs if o.minimum is not None}
    if len(ends) > 1:
        groups = []
        for index in sorted(ends):
            names = who([name for name, o in pairs if o.minimum == index])
            groups.append(_("{who} at {point}", who=names, point=point(surface.minima[index].theta)))
        said.append(_("They end at different minima: {groups}.", groups=_("; ").join(groups)))
    for runner in runners:
        if special := _special(_, runner):
            said.append(_("{who} runs {how}.", who=runner.name, how=who(special)))
    return _.language.space.join(said)


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


def table(_: Messages, outcomes: list[Outcome]) -> list[dict[str, str]]:
    """For each runner: the step at which it arrived, and where it ended."""
    rows = []
    for o in outcomes:
        if o.diverged is not None:
            ended = _("left at step {step}", step=o.diverged)
        else:
            ended = point(o.theta)
        rows.append({"arrived": "–" if o.arrived is None else str(o.arrived), "ended": ended})
    return rows
