"""A race in words: what the picture shows, for those who read and for those who cannot see it.

What is said is data, see ``speech``, in the order in which it is said: the sentences, the table's columns, and of whom.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from optim_viz.claims import Arguments, Changes
from optim_viz.outcome import HAPPENED, QUANTITIES, TOLERANCE, Outcome, measured
from optim_viz.spec import LOWEST, N_, Surface
from optim_viz.stages import STAGES
from optim_viz.ui import causes, speech
from optim_viz.ui.causes import CAUSES
from optim_viz.ui.i18n import Messages
from optim_viz.ui.numbers import number, point
from optim_viz.ui.offered import BEYOND
from optim_viz.ui.race.settings import Runner
from optim_viz.ui.speech import Each, Node, Phrase, Phrases, check, forms, say


@dataclass(frozen=True)
class Racer:
    """Of whom it is said: one of a race. ``words`` are WORDS; ``others`` is how all ended, itself among them."""

    outcome: Outcome
    words: Mapping[str, str]
    runner: Runner | None = None
    surface: Surface | None = None
    steps: int = 0
    others: tuple[Outcome, ...] = ()

    @cached_property
    def on(self) -> tuple[str, ...]:
        """The stages that are on."""
        return self.runner.stages[0].on if self.runner else ()

    @cached_property
    def judged(self) -> Mapping[str, float]:
        """What its outcome is worth."""
        return {name: measured(self.outcome, name) for name in QUANTITIES}

    def measure(self, name: str, args: Arguments, changes: Changes = ()) -> float:
        """One of CALLS, as it was; nobody is asked how it would have been."""
        assert not changes
        return CALLS[name](self, *args[1:]) if name in CALLS else self.judged[name]


def racers(_: Messages, surface: Surface, runners: tuple[Runner, ...], outcomes: list[Outcome], steps: int) -> list[Racer]:
    """Those of a race, in its order."""
    return [
        Racer(o, _words(_, surface, runner, o), runner, surface, steps, tuple(outcomes))
        for runner, o in zip(runners, outcomes, strict=True)
    ]


_CHOICES = [stage.choice for stage in STAGES.values() if stage.choice]
#: ``point``: the minimum that it arrived at, else ``end``, where it ended; ``origin`` has its convention; ``limit``: TOLERANCE
WORDS = frozenset({"who", "point", "end", "origin", "limit", *(choice.name for choice in _CHOICES)})


def _words(_: Messages, surface: Surface, runner: Runner, o: Outcome) -> Mapping[str, str]:
    end, around = point(o.theta), runner.around
    chosen = {choice.name: _(choice.options[str(around[choice.name])]) for choice in _CHOICES if choice.name in around}
    at = end if o.minimum is None else point(surface.minima[o.minimum].theta)
    origin, limit = _(runner.optimizer.origin), number(TOLERANCE)
    return {"who": runner.name, "point": at, "end": end, "origin": origin, "limit": limit} | chosen


#: what may be asked besides QUANTITIES, with ARGUMENTS after ``r``: what is set, and of a quantity the ``first``, of
#: all racers the least, how many are ``alike`` in it, itself among them, and how many ``kinds`` of it there are
CALLS: Mapping[str, Callable[..., float]] = MappingProxyType({
    "n": lambda racer: racer.steps,
    "runners": lambda racer: len(racer.others),
    "first": lambda racer, name: min(measured(o, name) for o in racer.others),
    "alike": lambda racer, name: sum(measured(o, name) == racer.judged[name] for o in racer.others),
    "kinds": lambda racer, name: len({worth for o in racer.others if not math.isnan(worth := measured(o, name))}),
    **causes.CALLS,
    "lowest": lambda racer, kind: racer.surface.lowest == kind,
    "quadratic": lambda racer: racer.surface.quadratic,
    "fixed": lambda racer: (s := racer.runner.optimizer.stability) is not None and s.fixed(racer.runner.hypers),
    "variant": lambda racer: racer.runner.optimizer.variant != "",
    "on": lambda racer, stage: stage in racer.on,
    "hyper": lambda racer, name: racer.runner.hypers.get(name, math.nan),
    "usual": lambda racer, name: getattr(racer.runner.optimizer.hypers.get(name), "default", math.nan),
    "setting": lambda racer, name: float(racer.runner.around.get(name, math.nan)),
})  # fmt: skip
ARGUMENTS = {
    "warmup", "settles", "minimum", *LOWEST, *causes.ARGUMENTS, *STAGES,
    *(name for stage in STAGES.values() for name in stage.details),
}  # fmt: skip


#: in what a runner is not the plain rule: its convention, and what stands around it
SPECIAL = Phrases(
    Phrase(N_("as in {origin}"), "variant(r) == 1"),
    *(
        Phrase(stage.said, f"on(r, {key}) == 1", **{name: f"setting(r, {name})" for name in stage.details})
        for key, stage in STAGES.items()
    ),
    Phrase(N_("with a warm-up to step {n}"), "setting(r, warmup) > 0", n="setting(r, warmup)"),
    Phrase(N_("without its own weight decay"), "hyper(r, weight_decay) == 0 < usual(r, weight_decay)"),
    Phrase(
        N_("with its own weight decay at {decay}"),
        "hyper(r, weight_decay) > 0",
        "(hyper(r, weight_decay) - usual(r, weight_decay)) ** 2 > 0",
        decay="hyper(r, weight_decay)",
    ),
    join="list",
)

#: it diverges, though its numbers are finite yet: all its steps are one linear map, so who is beyond its limit at one step is
#: so at each, wherever it is; unless something around its rule shortens steps that grow
_GROWS = (
    "worse(r) == 1", "because(r, rate) == 1", "fixed(r) == quadratic(r) == 1",
    *(f"on(r, {stage}) == 0" for stage in ("clip_value", "clip_norm", "schedule")),
)  # fmt: skip
_ARRIVED = "0 < settles(r) < never"
_TOUCHED = Each(Phrase(N_("{who} at step {step}"), step="touches(r)"))
SENTENCES = Phrases(
    Phrase(
        forms("The start is already within {limit} of the lowest value, and {who} stays there.",
              "The start is already within {limit} of the lowest value, and {who} stay there."), "steps(r) == 0",
    ),
    Phrase(
        N_("{who} arrives: from step {step} on it stays within {limit} of the lowest value."),
        "runners(r) == 1", _ARRIVED, step="steps(r)",
    ),
    Phrase(
        N_("{who} arrives first: from step {step} on it stays within {limit} of the lowest value."),
        "runners(r) > 1", _ARRIVED, "settles(r) == first(r, settles)", "alike(r, settles) == 1", step="steps(r)",
    ),
    Phrase(
        N_("A tie: {who} arrive at the same step, {step}, and stay within {limit} of the lowest value."),
        _ARRIVED, "settles(r) == first(r, settles)", "alike(r, settles) > 1", step="steps(r)",
    ),
    Phrase(
        N_("Then {who}."), "first(r, settles) < settles(r) < never",
        who=Each(
            Phrases(Phrase(N_("a tie of {who} ({step})"), "alike(r, settles) > 1", step="steps(r)"),
                    Phrase(N_("{who} ({step})"), step="steps(r)")),
            by="steps(r)",
        ),
    ),
    Phrase(N_("Touched earlier, but not to stay: {list}."), "touches(r) < steps(r) < never", "brief(r) == 0", list=_TOUCHED),
    Phrase(
        N_("Within {limit} of the lowest value at the end, but coming and going; more steps would tell who stays: {list}."),
        "brief(r) == 1", list=Each(Phrase(N_("{who} from step {step} on"), step="steps(r)")),
    ),
    Phrase(
        N_("Within {limit} of the lowest value for a time, but no longer at the end: {list}."),
        "touches(r) < steps(r) == diverges(r) == never", list=_TOUCHED,
    ),
    Phrase(
        forms("{who} overshoots the minimum.", "{who} overshoot the minimum."), "overshoot(r) > 0",
        who=Each(Phrases(Phrase(N_("{who} (by {share}%)"), "overshoot(r) < 10", share="100 * overshoot(r)"),
                         Phrase(N_("{who} (by {times} times the way)"), times="overshoot(r)"))),
    ),
    Phrase(
        forms("{who} is still on the way at step {steps}.", "{who} are still on the way at step {steps}."), "running(r) == 1",
        steps="n(r)",
    ),
    Phrase(forms("{who} oscillates and comes no nearer.", "{who} oscillate and come no nearer."), "oscillates(r) == 1",
           "on(r, noise) == 0"),
    Phrase(forms("{who} hovers and comes no nearer: its gradient is noisy.",
                 "{who} hover and come no nearer: their gradients are noisy."), "oscillates(r) == 1", "on(r, noise) == 1"),
    Phrase(
        forms("{who} hardly moves at the end, away from the lowest value.",
              "{who} hardly move at the end, away from the lowest value."), "stalls(r) == 1",
    ),
    Phrase(N_("This surface falls without end: there is no minimum to arrive at."), "lowest(r, none) == 1"),
    Phrase(N_("How low this surface goes is not known, so nothing is said about arriving."), "lowest(r, unknown) == 1"),
    Phrase(
        forms("{who} passes the marked minimum and goes on falling: beyond its domain this surface has no lowest value.",
              "{who} pass the marked minimum and go on falling: beyond its domain this surface has no lowest value."),
        "fell(r) == 1", "diverges(r) == never",
    ),
    Each(
        Phrases(
            Phrase(
                N_("{who} diverges and is no finite number from step {step} on: {why}."), "diverges(r) < never",
                step="diverges(r)", why=CAUSES,
            ),
            Phrase(N_("{who} diverges: {why}."), *_GROWS, why=CAUSES),
            Phrase(N_("{who} ends higher than it began: {why}."), "worse(r) == 1", why=CAUSES),
        ),
        join="prose",
    ),
    Phrase(
        N_("They end at different minima: {groups}."), "kinds(r, minimum) > 1", "minimum(r) >= 0",
        groups=Each(Phrase(N_("{who} at {point}")), by="minimum(r)", join="clauses"),
    ),
    Each(Phrase(forms("{who} runs {how}.", "{who} run {how}."), how=SPECIAL), by=SPECIAL, join="prose"),
    join="prose",
)  # fmt: skip

#: where those are who have not arrived to stay
ENDS = Phrase(
    N_("At the end: {list}."), "steps(r) == diverges(r) == never",
    list=Each(Phrase(N_("{who} at {point} with a loss of {loss}"), loss="loss(r)"), join="clauses"),
)  # fmt: skip

#: of each the step at which it arrived, after how many gradients, where it ended, and what else is to be said
COLUMNS: Mapping[str, Node] = MappingProxyType({
    "arrived": Phrases(Phrase("{step}", "steps(r) < never", step="steps(r)"), Phrase("–")),
    "evaluations": Phrase("{gradients}", gradients="evaluations(r)"),
    "ended": Phrases(Phrase(N_("diverges at step {step}"), "diverges(r) < never", step="diverges(r)"), Phrase("{end}")),
    "note": Phrases(
        Phrase(N_("tie"), "alike(r, settles) > 1", _ARRIVED),
        Phrase(N_("touches at {step}"), "touches(r) < steps(r) < never", step="touches(r)"),
        Phrase(N_("comes and goes"), "brief(r) == 1"),
        Phrase(N_("touches at {step}, does not stay"), "touches(r) < steps(r) == never", step="touches(r)"),
        Phrase(N_("overshoots by {share}%"), "0 < overshoot(r) < 10", share="100 * overshoot(r)"),
        Phrase(N_("overshoots by {times} times the way"), "overshoot(r) >= 10", times="overshoot(r)"),
        Phrase(N_("on the way"), "running(r) == 1"),
        Phrase(N_("hardly moves"), "stalls(r) == 1"),
        Phrase(N_("oscillates, comes no nearer"), "oscillates(r) == 1", "on(r, noise) == 0"),
        Phrase(N_("hovers, comes no nearer"), "oscillates(r) == 1", "on(r, noise) == 1"),
        Phrase(N_("falls beyond the marked minimum"), "fell(r) == 1"),
        Phrases(Phrase(N_("diverges"), *_GROWS), Phrase(N_("ends higher"), "worse(r) == 1")),
        Phrase("{why}", "worse(r) == 1", why=CAUSES),
        Phrase("{why}", "diverges(r) < never", why=CAUSES),
        join="clauses",
    ),
})  # fmt: skip

#: where nobody runs
NOBODY = N_("Nobody is running. Add an optimizer.")

#: what a learning rate that is this over the curvature means, besides ``BEYOND``
MARKS: Mapping[float, str] = MappingProxyType({
    1.0: N_("1/λ = {value}, where λ = {curvature} is the largest curvature of this surface."),
    2.0: N_("2/λ = {value}: above it plain gradient descent diverges."),
})  # fmt: skip

for _node in (SENTENCES, ENDS, *COLUMNS.values()):
    check(_node, (*QUANTITIES, *CALLS), ARGUMENTS, WORDS)


def sentences(_: Messages, them: list[Racer], ends: bool = False) -> str:
    """The race in a few sentences: who arrived when, who did not, who diverged, and to which minima; with ``ends`` also where
    those are who have not arrived to stay.
    """
    if not them:
        return _(NOBODY)
    return say(_, Phrases(SENTENCES, ENDS, join="prose") if ends else SENTENCES, them)


def told(_: Messages) -> dict[str, Any]:
    """What the browser says of a race by itself, see ``components/race/words.js``."""
    return {
        "sentences": speech.told(_, SENTENCES), "columns": {name: speech.told(_, node) for name, node in COLUMNS.items()},
        "slots": HAPPENED | {"loss": "last_loss"},
        "nobody": _(NOBODY), "marks": [[factor, _(text)] for factor, text in MARKS.items()], "beyond": _(BEYOND),
    }  # fmt: skip
