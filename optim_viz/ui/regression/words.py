"""What the fits show, in words and tables; and the tutorial's comparison of GD, SGD and mini-batch as links."""

from typing import Any, cast

import numpy as np

from optim_viz import Fit
from optim_viz.regression.outcome import MANY, Outcome
from optim_viz.spec import N_
from optim_viz.ui.i18n import Messages
from optim_viz.ui.numbers import number
from optim_viz.ui.race.words import why
from optim_viz.ui.regression.settings import Settings
from optim_viz.ui.speech import forms

#: what is said of one seed, of all and of some of them
_DIVERGED = (
    N_("{who} diverges: {why}."), N_("All {seeds} seeds of {who} diverge: {why}."),
    forms("{n} of {seeds} seeds of {who} diverges: {why}.", "{n} of {seeds} seeds of {who} diverge: {why}."),
)  # fmt: skip
_WORSE = (
    N_("{who} ends higher than it began: {why}."), N_("All {seeds} seeds of {who} end higher than they began: {why}."),
    forms("{n} of {seeds} seeds of {who} ends higher than it began: {why}.",
          "{n} of {seeds} seeds of {who} end higher than they began: {why}."),
)  # fmt: skip
FLAT = 1e6  # a condition number from which on a picture shows a line


def table(_: Messages, outcomes: list[Outcome]) -> list[dict[str, str]]:
    """For each runner: updates, the middle of the last losses, their spread, how many seeds diverged."""
    return [
        {
            "updates": f"{o.updates:,}",
            "middle": _value(o.middle),
            "spread": "—" if len(o.ended) == 1 else f"{_value(o.low)} – {_value(o.high)}",
            "diverged": f"{o.diverged.sum()} / {len(o.ended)}",
        }
        for o in outcomes
    ]


def _value(loss: float) -> str:
    return number(loss) if np.isfinite(loss) else "∞"


def sentences(
    _: Messages, chosen: Settings, names: list[str], weights: list[str], fits: list[Fit], outcomes: list[Outcome]
) -> str:  # fmt: skip
    """The result in a few sentences."""
    if not fits:
        return _("Nobody is running. Add an optimizer.")
    said, pairs = [], list(zip(names, outcomes, strict=True))
    if ended := [_("{name}: {value}", name=name, value=number(o.middle)) for name, o in pairs if np.isfinite(o.middle)]:
        what = _("Last losses, the median of {n} seeds: {list}.") if chosen.seeds > 1 else _("Last losses: {list}.")
        said.append(what.format(n=chosen.seeds, list=_("; ").join(ended)))
    problem = chosen.problem
    if problem.solution is not None:
        best = float(problem.evaluate(problem.solution)[0])
        text = _("The best fit (least squares) has {loss}.") if problem.loss.is_quadratic else _("The best fit has {loss}.")
        said.append(text.format(loss=number(best) if best > 1e-20 else "0"))
    for name, o in pairs:
        failed = _failed(_, name, o)
        said += failed
        if not failed and o.high > 1.2 * o.low and o.high - o.low > 1e-6:
            text = _("{who} ends from {low} to {high}, the middle 80 % of {n} seeds.") if len(o.ended) >= MANY else _(
                "{who} ends from {low} to {high}, the lowest and the highest of {n} seeds."
            )  # fmt: skip
            said.append(text.format(who=name, low=number(o.low), high=number(o.high), n=len(o.ended)))
    if problem.dim <= 3:
        last = [(name, each.theta[chosen.seed, -1]) for name, each in zip(names, fits, strict=True)]
        told = [
            _("{name}: {value}", name=name, value=", ".join(map(number, theta)))
            for name, theta in last
            if np.isfinite(theta).all()
        ]
        if told:
            said.append(
                _.spaced(
                    _("In the end seed {seed} has {weights} of {list}.", seed=chosen.seed, weights=_.listed(weights),
                      list=_("; ").join(told))
                )
            )  # fmt: skip
    return _.prose(said)


def _failed(_: Messages, who: str, o: Outcome) -> list[str]:
    """Which seeds diverged, which ended higher than they began, and why."""
    said, seeds, reason = [], len(o.ended), why(_, cast(Any, o))
    for failed, one, all_of_them, some in ((o.diverged, *_DIVERGED), (o.worse, *_WORSE)):
        if n := int(failed.sum()):
            values = {"seeds": seeds, "who": who, "why": reason}
            if seeds == 1 or n == seeds:
                said.append(_(one if seeds == 1 else all_of_them, **values))
            else:
                said.append(_.plural(some[0], some[1], n, **values))
    return said


def scaling(_: Messages, chosen: Settings, weights: list[str], fits: list[Fit]) -> dict[str, Any]:
    """What scaling does or would do: never silently."""
    problem = chosen.problem
    plain = problem if problem.standardise == "none" else _unscaled(chosen)
    before, now = plain.condition, problem.condition
    if problem.standardise == "none":
        text = "" if before is None else _("Condition number {before}.", before=_condition(_, before))
        return {"on": False, "text": text, "advise": before is not None and before > 1000}
    said = []
    if before is not None and now is not None:
        said.append(
            _(
                "Standardised: the condition number falls from {before} to {now}.",
                before=_condition(_, before),
                now=_condition(_, now),
            )
        )
    else:
        said.append(_("Standardised: each has mean 0 and spread 1."))
    if fits and problem.dim <= 10:
        theta = fits[chosen.chosen].theta[chosen.seed, -1]
        if np.isfinite(theta).all() and np.isfinite(problem.original(theta)).all():
            said.append(
                _("{weights}: here {here}, for the original data {there}.", weights=_.listed(weights),
                  here=", ".join(map(number, theta)), there=", ".join(map(number, problem.original(theta))))
            )  # fmt: skip
    return {"on": True, "text": _.prose(said), "advise": False}


def _unscaled(chosen: Settings) -> Any:
    p = chosen.problem
    return type(p)(
        p.data, p.model, loss=p.loss.key, model_params=p.model_params, loss_params=p.loss_params, l2=p.l2, standardise="none"
    )  # fmt: skip


def _condition(_: Messages, value: float) -> str:
    """Three digits of it: 92.9, 71,700, 1.2e7."""
    if np.isinf(value):
        return _("infinite")
    rounded = float(f"{value:.3g}")
    return number(rounded) if rounded < 1000 else f"{rounded:,.0f}" if rounded < FLAT else f"{value:.1e}".replace("e+0", "e")


#: the tutorial's table: principle, strength and weakness of each, with the preset that shows it
_COMPARISON = {
    "GD": (
        (N_("All the data for one step: the true gradient."), "one_step"),
        (N_("Smooth and steady; the same each time."), "settles"),
        (N_("Each step costs as much as a whole epoch."), "one_step"),
    ),
    "SGD": (
        (N_("One random sample for each step."), "five_points"),
        (N_("Cheap steps: far after one look at the data."), "one_step"),
        (N_("Noisy: at a constant learning rate it does not settle, unless the model fits every sample."), "settles"),
    ),
    N_("Mini-batch"): (
        (N_("A few samples for each step."), "batches_of_ten"),
        (N_("Less noise than SGD at a fraction of GD's cost."), "batch_and_lr"),
        (N_("One number more to choose: the batch size, together with the learning rate."), "batch_and_lr"),
    ),
}


def comparison(_: Messages) -> list[dict[str, Any]]:
    """Rows of the tutorial's table."""
    return [
        {"name": _(name), "cells": [{"text": _(text), "preset": preset} for text, preset in cells]}
        for name, cells in _COMPARISON.items()
    ]
