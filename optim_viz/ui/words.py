"""A race in words: what the picture shows, for those who read and for those who cannot see it."""

from itertools import groupby

from optim_viz.outcome import TOLERANCE, Outcome
from optim_viz.spec import Surface
from optim_viz.stages import STAGES
from optim_viz.ui.i18n import Messages
from optim_viz.ui.numbers import number, point
from optim_viz.ui.settings import Runner


def sentences(_: Messages, surface: Surface, runners: tuple[Runner, ...], outcomes: list[Outcome], steps: int) -> str:
    """The race in a few sentences: who arrived when, who did not, who left, and to which minima."""
    if not runners:
        return _("Nobody is running. Add an optimizer.")
    pairs = list(zip((r.name for r in runners), outcomes, strict=True))

    who, limit = _.listed, number(TOLERANCE)
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
        if best == 0:
            text = _.plural(
                "The start is already within {limit} of the lowest value, and {who} stays there.",
                "The start is already within {limit} of the lowest value, and {who} stay there.",
                len(first), who=who(first), limit=limit,
            )  # fmt: skip
            said.append(text)
        elif len(first) == 1:
            text = _("{who} arrives first: from step {step} on it stays within {limit} of the lowest value.")
            said.append(text.format(who=first[0], limit=limit, step=best))
        else:
            text = _("A tie: {who} arrive at the same step, {step}, and stay within {limit} of the lowest value.")
            said.append(text.format(who=who(first), limit=limit, step=best))
        if rest:
            said.append(_("Then {who}.", who=_("; ").join(rest) if ties else who(rest)))
    early = [(name, o) for name, o in pairs if o.arrived is not None and o.touched != o.arrived]
    if touching := [_("{who} at step {step}", who=name, step=o.touched) for name, o in early]:
        said.append(_("Touched earlier, but not to stay: {list}.", list=who(touching)))
    if again := [_("{who} at step {step}", who=name, step=o.touched) for name, o in pairs if o.left_again and not o.diverged]:
        said.append(_("Within {limit} of the lowest value for a time, but no longer at the end: {list}.", limit=limit,
                      list=who(again)))  # fmt: skip
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
    if swinging := [name for name, o in pairs if o.oscillates]:
        text = _.plural(
            "{who} oscillates and comes no nearer.",
            "{who} oscillate and come no nearer.",
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
    if surface.lowest == "none":
        said.append(_("This surface falls without end: there is no minimum to arrive at."))
    if fallen := [name for name, o in pairs if o.fell and o.diverged is None]:
        text = _.plural(
            "{who} passes the listed minimum and goes on falling: beyond its domain this surface has no lowest value.",
            "{who} pass the listed minimum and go on falling: beyond its domain this surface has no lowest value.",
            len(fallen), who=who(fallen),
        )  # fmt: skip
        said.append(text)
    for name, o in pairs:
        if o.diverged is not None:
            said.append(_("{who} diverges and is no finite number from step {step} on: {why}.", who=name, step=o.diverged,
                          why=why(_, o)))  # fmt: skip
        elif o.worse:
            said.append(_("{who} ends higher than it began: {why}.", who=name, why=why(_, o)))
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
    around, _seed = runner.stages
    for key in around.on:
        stage = STAGES[key]
        values = {name: number(float(runner.around[name])) for name in stage.details}
        if stage.choice:
            word = runner.around[stage.choice.name]
            values[stage.choice.name] = _(stage.choice.options[str(word)])
        said.append(_(stage.said, **values))
    if around.schedule and around.schedule.warmup:
        said.append(_("after a warm-up of {n} steps", n=around.schedule.warmup))
    return said


def why(_: Messages, o: Outcome) -> str:
    """Why it diverged or ended higher than it began, as the second half of a sentence."""
    cause = o.cause
    if cause is None:
        return _("why is not clear")
    if cause.kind == "endless":
        return _("it goes down where the surface has no end")
    if cause.kind == "climbs":
        return _("it climbs, and there is no top")
    if cause.kind == "zero":
        return _("its rule divides by 0 at step {row}", row=cause.row)
    if cause.kind == "root":
        return _("its rule takes the root of a negative number at step {row}", row=cause.row)
    if cause.kind == "huge":
        return _("at step {row} its numbers are larger than a computer can hold", row=cause.row)
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
        if o.touched is not None and o.touched != o.arrived:
            note = _("touches at {step}, does not stay") if o.left_again else _("touches at {step}")
            notes.append(note.format(step=o.touched))
        if o.overshoot:
            notes.append(_("overshoots by {share}%", share=round(100 * o.overshoot)))
        if o.running:
            notes.append(_("on the way"))
        if o.stalls:
            notes.append(_("hardly moves"))
        if o.oscillates:
            notes.append(_("oscillates, comes no nearer"))
        if o.fell:
            notes.append(_("falls beyond the listed minimum"))
        if o.worse:
            notes.append(_("ends higher"))
        if o.worse or o.diverged is not None:
            notes.append(why(_, o))
        ended = point(o.theta) if o.diverged is None else _("diverges at step {step}", step=o.diverged)
        rows.append(
            {
                "arrived": "–" if o.arrived is None else str(o.arrived),
                "evaluations": f"{o.evaluations:,}",
                "ended": ended,
                "note": _("; ").join(notes),
            }
        )
    return rows
