"""What the fits show, in words and tables; and the tutorial's comparison of GD, SGD and mini-batch as links."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from optim_viz import Fit, Problem
from optim_viz.claims import Arguments, Changes
from optim_viz.regression.outcome import MANY, Outcome, outcome
from optim_viz.spec import N_
from optim_viz.tables import Table
from optim_viz.ui import causes, speech
from optim_viz.ui.causes import CAUSES
from optim_viz.ui.i18n import Messages
from optim_viz.ui.numbers import number
from optim_viz.ui.regression.settings import Settings
from optim_viz.ui.speech import Each, Node, Phrase, Phrases, check, forms, say

#: what plain descent is called that sees one sample at a time, or some; and two of a name that draw them in other ways
ONE, SOME, DRAWN = "SGD", N_("Mini-batch {size}"), N_("{kind}, {way}")
WAYS = {
    "shuffle": N_("shuffled"), "independent": N_("independent"), "replacement": N_("with replacement"),
    "in_order": N_("in order"),
}  # fmt: skip
FLAT = 1e6  # a condition number from which on a picture shows a line


@dataclass(frozen=True)
class Fitted:
    """Of whom it is said: one runner with its fits. ``words`` are WORDS; ``at``: where the seed shown ended, ``original`` the
    same for the data as they were before they were standardised.
    """

    outcome: Outcome
    words: Mapping[str, str]
    problem: Problem
    seed: int
    at: np.ndarray
    original: np.ndarray

    def measure(self, name: str, args: Arguments, changes: Changes = ()) -> float:
        """One of CALLS, as it was; nobody is asked how it would have been."""
        assert not changes
        return float(CALLS[name](self, *args[1:]))


def fitted(_: Messages, chosen: Settings, names: list[str], weights: list[str], fits: list[Fit]) -> list[Fitted]:
    """Those of the lab, in its order."""
    problem, found, best = chosen.problem, [], chosen.problem.solution
    at = {} if best is None else {"here": best, "there": problem.original(best)}
    shared = {"weights": _.listed(weights), **{name: _few(values) for name, values in at.items()}}
    for name, each in zip(names, fits, strict=True):
        end = each.theta[chosen.seed, -1]
        original = problem.original(end)
        said = {"who": name, "theta": _few(end), "original": _few(original), **shared}
        found.append(Fitted(outcome(each), said, problem, chosen.seed, end, original))
    return found


def _few(values: np.ndarray) -> str:
    return ", ".join(map(number, values[:FEW]))


#: ``theta`` is where the seed shown ended, ``original`` the same for data that are not standardised; ``here`` and ``there`` are
#: the best fit's
WORDS = ("who", "weights", "theta", "original", "here", "there")
FEW = 10  # of more weights none is said


def _best(one: Fitted) -> float:
    """The loss of the best fit, 0 where rounding is all of it; infinite where none is known."""
    if one.problem.solution is None:
        return math.inf
    return one.problem.least if one.problem.least > 1e-20 else 0.0


def _best_test(one: Fitted) -> float:
    """The loss of the best fit on what is held out; infinite where none is."""
    if one.problem.solution is None or one.problem.test is None:
        return math.inf
    # on its own scale, where powers are no huge numbers that all but cancel
    return one.problem.least_test


#: what may be asked: of the seeds of one runner, and of the problem that all have
CALLS: Mapping[str, Callable[..., float]] = MappingProxyType({
    "seeds": lambda one: len(one.outcome.ended),
    "middle": lambda one: one.outcome.middle,
    "low": lambda one: one.outcome.low,
    "test": lambda one: one.outcome.test,
    "held": lambda one: 0 if one.problem.test is None else len(one.problem.test.targets),
    "best_test": _best_test,
    "high": lambda one: one.outcome.high,
    "diverging": lambda one: one.outcome.diverged.sum(),
    "rising": lambda one: one.outcome.worse.sum(),
    "diverges": lambda one: 0 if one.outcome.diverged.any() else math.inf,
    "finite": lambda one: np.isfinite(one.at).all(),
    "turned": lambda one: one.problem.standardise != "none" and np.isfinite(one.original).all(),
    "updates": lambda one: one.outcome.updates,
    "seed": lambda one: one.seed,
    "dim": lambda one: one.problem.dim,
    "quadratic": lambda one: one.problem.loss.is_quadratic,
    "best": _best,
    "standardised": lambda one: one.problem.standardise != "none",
    "many": lambda one: len(one.outcome.ended) >= MANY,
    **causes.CALLS,
})  # fmt: skip


def _failing(how_many: str, one: str, all_of_them: str, some: tuple[str, str]) -> Phrases:
    """Of one seed, of all and of some of them."""
    return Phrases(
        Phrase(one, "seeds(r) == 1", f"{how_many} == 1", why=CAUSES),
        Phrase(all_of_them, f"{how_many} == seeds(r)", seeds="seeds(r)", why=CAUSES),
        Phrase(some, f"{how_many} > 0", by=how_many, seeds="seeds(r)", why=CAUSES),
    )


#: its weights; on standardised data also those that belong to the data as they were
_BEST = Phrases(Phrase(N_("{here} (for the original data {there})"), "standardised(r) == 1"), Phrase("{here}"))
_LAST = Each(Phrase(N_("{who}: {value}"), "middle(r) < never", value="middle(r)"), join="clauses")
_SPREAD = {"low": "low(r)", "high": "high(r)", "n": "seeds(r)"}
_SPREADS = ("diverging(r) + rising(r) == 0", "high(r) > 1.2 * low(r)", "high(r) - low(r) > 0.000001")
_TEST = Each(Phrase(N_("{who}: {value}"), "test(r) < never", value="test(r)"), join="clauses")
SENTENCES = Phrases(
    Phrases(
        Phrase(N_("Last losses, the median of {n} seeds: {list}."), "seeds(r) > 1", n="seeds(r)", list=_LAST),
        Phrase(N_("Last losses: {list}."), list=_LAST),
    ),
    Phrases(
        Phrase(
            N_("The best fit (least squares) has {loss}, with {weights} of {best}."), "best(r) < never", "quadratic(r) == 1",
            f"dim(r) <= {FEW}", loss="best(r)", best=_BEST,
        ),
        Phrase(N_("The best fit (least squares) has {loss}."), "best(r) < never", "quadratic(r) == 1", loss="best(r)"),
        Phrase(
            N_("The best fit has {loss}, with {weights} of {best}."), "best(r) < never", f"dim(r) <= {FEW}", loss="best(r)",
            best=_BEST,
        ),
        Phrase(N_("The best fit has {loss}."), "best(r) < never", loss="best(r)"),
    ),
    Phrase(
        N_("On the {n} held-out samples: {list}."), "held(r) > 0", n="held(r)",
        list=Phrases(
            _TEST, Phrase(N_("the best fit: {loss}"), "best_test(r) < never", loss="best_test(r)"), join="clauses",
        ),
    ),
    Each(
        Phrases(
            _failing(
                "diverging(r)", N_("{who} diverges: {why}."), N_("All {seeds} seeds of {who} diverge: {why}."),
                forms("{n} of {seeds} seeds of {who} diverges: {why}.", "{n} of {seeds} seeds of {who} diverge: {why}."),
            ),
            _failing(
                "rising(r)", N_("{who} ends higher than it began: {why}."),
                N_("All {seeds} seeds of {who} end higher than they began: {why}."),
                forms("{n} of {seeds} seeds of {who} ends higher than it began: {why}.",
                      "{n} of {seeds} seeds of {who} end higher than they began: {why}."),
            ),
            Phrases(
                Phrase(
                    N_("{who} ends from {low} to {high}, the middle 80 % of {n} seeds."), *_SPREADS, "many(r) == 1", **_SPREAD
                ),
                Phrase(N_("{who} ends from {low} to {high}, the lowest and the highest of {n} seeds."), *_SPREADS, **_SPREAD),
            ),
            join="prose",
        ),
        join="prose",
    ),
    Phrase(
        N_("In the end seed {seed} has {weights} of {list}."), "dim(r) <= 3", "finite(r) == 1", seed="seed(r)",
        list=Each(Phrase(N_("{who}: {theta}")), join="clauses"),
    ),
    join="prose",
)  # fmt: skip
#: of each runner its updates, the middle of the last losses and of those on what is held out, their spread, how many diverged
COLUMNS: Mapping[str, Node] = MappingProxyType({
    "updates": Phrase("{updates}", updates="updates(r)"),
    "middle": Phrase("{middle}", middle="middle(r)"),
    "test": Phrase("{test}", test="test(r)"),
    "spread": Phrases(Phrase("—", "seeds(r) == 1"), Phrase("{low} – {high}", low="low(r)", high="high(r)")),
    "diverged": Phrase("{n} / {seeds}", n="diverging(r)", seeds="seeds(r)"),
})  # fmt: skip

#: of the runner shown, where the data are standardised
TURNED = Phrase(
    N_("{weights}: here {theta}, for the original data {original}."), f"dim(r) <= {FEW}", "finite(r) == 1", "turned(r) == 1"
)

#: where nobody runs
NOBODY = N_("Nobody is running. Add an optimizer.")

for _node in (SENTENCES, TURNED, *COLUMNS.values()):
    check(_node, CALLS, causes.ARGUMENTS, WORDS)


def sentences(_: Messages, them: list[Fitted]) -> str:
    """The result in a few sentences."""
    return _.spaced(say(_, SENTENCES, them)) if them else _(NOBODY)


def table(_: Messages, them: list[Fitted]) -> list[dict[str, str]]:
    """For each what stands in the columns."""
    return [{name: say(_, node, [one]) for name, node in COLUMNS.items()} for one in them]


def told(_: Messages) -> dict[str, Any]:
    """What the browser says of fits by itself, see ``components/regression/words.js``."""
    return {
        "sentences": speech.told(_, SENTENCES), "turned": speech.told(_, TURNED), "nobody": _(NOBODY), "many": MANY,
        "columns": {name: speech.told(_, node) for name, node in COLUMNS.items()},
        "names": {"one": ONE, "some": _(SOME), "drawn": _(DRAWN), "ways": {key: _(way) for key, way in WAYS.items()}},
    }  # fmt: skip


def scaling(_: Messages, chosen: Settings, them: list[Fitted]) -> dict[str, Any]:
    """What scaling does or would do: never silently. ``turned``: what it makes of the weights, which is the runner's shown."""
    problem = chosen.problem
    before, now = problem.unscaled_condition, problem.condition
    if problem.standardise == "none":
        text = "" if before is None else _("Condition number {before}.", before=_condition(before))
    elif before is not None and now is not None:
        numbers = {"before": _condition(before), "now": _condition(now)}
        falls = now < before and numbers["now"] != numbers["before"]
        text = (
            _("Standardised: the condition number falls from {before} to {now}.", **numbers) if falls
            else _("Standardised: the condition number is {now}, and was {before}.", **numbers)
        )  # fmt: skip
    else:
        text = _("Standardised: each has mean 0 and spread 1.")
    advise = problem.standardise == "none" and before is not None and before > 1000
    return {"text": text, "advise": advise, "turned": say(_, TURNED, them[chosen.chosen : chosen.chosen + 1])}


def _condition(value: float) -> str:
    """Three digits of it: 92.9, 71,700, 1.2e7."""
    if np.isinf(value):
        return number(value)
    rounded = float(f"{value:.3g}")
    return number(rounded) if rounded < 1000 else f"{rounded:,.0f}" if rounded < FLAT else f"{value:.1e}".replace("e+0", "e")


def comparison(_: Messages) -> list[dict[str, Any]]:
    """Rows of the tutorial's table."""
    rows = [row.values for row in Table.of(Path(__file__).with_name("comparison.toml")).tables("row")]
    said = {row["title"]: [(cell["text"], cell["preset"]) for cell in row["cells"]] for row in rows}
    return [
        {"name": _(name), "cells": [{"text": _(text), "preset": preset} for text, preset in cells]}
        for name, cells in said.items()
    ]
