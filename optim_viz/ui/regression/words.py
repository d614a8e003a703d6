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
from optim_viz.ui import causes
from optim_viz.ui.causes import CAUSES
from optim_viz.ui.i18n import Messages
from optim_viz.ui.numbers import number
from optim_viz.ui.regression.settings import Settings
from optim_viz.ui.speech import Each, Phrase, Phrases, check, forms, say

FLAT = 1e6  # a condition number from which on a picture shows a line


def table(them: "list[Fitted]") -> list[dict[str, str]]:
    """For each runner: updates, the middle of the last losses and of those on what is held out, their spread, how many seeds
    diverged.
    """
    return [
        {
            "updates": f"{o.updates:,}",
            "middle": _value(o.middle),
            "test": number(o.test),
            "spread": "—" if len(o.ended) == 1 else f"{_value(o.low)} – {_value(o.high)}",
            "diverged": f"{o.diverged.sum()} / {len(o.ended)}",
        }
        for o in (one.outcome for one in them)
    ]


def _value(loss: float) -> str:
    return number(loss) if np.isfinite(loss) else "∞"


@dataclass(frozen=True)
class Fitted:
    """Of whom it is said: one runner with its fits. ``words`` are WORDS; ``at``: where the seed shown ended."""

    outcome: Outcome
    words: Mapping[str, str]
    problem: Problem
    seed: int
    at: np.ndarray

    def measure(self, name: str, args: Arguments, changes: Changes = ()) -> float:
        """One of CALLS, as it was; nobody is asked how it would have been."""
        assert not changes
        return float(CALLS[name](self, *args[1:]))


def fitted(_: Messages, chosen: Settings, names: list[str], weights: list[str], fits: list[Fit]) -> list[Fitted]:
    """Those of the lab, in its order."""
    ends, best = [each.theta[chosen.seed, -1] for each in fits], chosen.problem.solution
    at = {} if best is None else {"here": best, "there": chosen.problem.original(best)}
    shared = {"weights": _.listed(weights), **{name: ", ".join(map(number, values[:FEW])) for name, values in at.items()}}
    return [
        Fitted(
            outcome(each), {"who": name, "theta": ", ".join(map(number, end)), **shared}, chosen.problem, chosen.seed, end,
        )
        for name, each, end in zip(names, fits, ends, strict=True)
    ]  # fmt: skip


#: ``theta`` is where the seed shown ended; ``here`` the best fit, ``there`` the same for data that are not standardised
WORDS = ("who", "weights", "theta", "here", "there")
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
check(SENTENCES, CALLS, causes.ARGUMENTS, WORDS)


def sentences(_: Messages, them: list[Fitted]) -> str:
    """The result in a few sentences."""
    return _.spaced(say(_, SENTENCES, them)) if them else _("Nobody is running. Add an optimizer.")


def scaling(_: Messages, chosen: Settings, weights: list[str], fits: list[Fit]) -> dict[str, Any]:
    """What scaling does or would do: never silently."""
    problem = chosen.problem
    before, now = problem.unscaled_condition, problem.condition
    if problem.standardise == "none":
        text = "" if before is None else _("Condition number {before}.", before=_condition(before))
        return {"on": False, "text": text, "advise": before is not None and before > 1000}
    said = []
    if before is not None and now is not None:
        numbers = {"before": _condition(before), "now": _condition(now)}
        falls = now < before and numbers["now"] != numbers["before"]
        said.append(
            _("Standardised: the condition number falls from {before} to {now}.", **numbers) if falls
            else _("Standardised: the condition number is {now}, and was {before}.", **numbers)
        )  # fmt: skip
    else:
        said.append(_("Standardised: each has mean 0 and spread 1."))
    if fits and problem.dim <= FEW:
        theta = fits[chosen.chosen].theta[chosen.seed, -1]
        if np.isfinite(theta).all() and np.isfinite(problem.original(theta)).all():
            said.append(
                _("{weights}: here {here}, for the original data {there}.", weights=_.listed(weights),
                  here=", ".join(map(number, theta)), there=", ".join(map(number, problem.original(theta))))
            )  # fmt: skip
    return {"on": True, "text": _.prose(said), "advise": False}


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
