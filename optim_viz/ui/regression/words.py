"""What the fits show, in words and tables; and the tutorial's comparison of GD, SGD and mini-batch as links."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from optim_viz import Fit
from optim_viz.ui.i18n import Messages
from optim_viz.ui.regression.settings import Settings
from optim_viz.ui.words import number

FLAT = 1e6  # a condition number from which on a picture shows a line


@dataclass(frozen=True)
class Outcome:
    """How the seeds of one runner end: quantiles of the last loss over those that stay finite, and how many do not."""

    low: float
    middle: float
    high: float
    diverged: int
    seeds: int
    updates: int


def outcome(each: Fit, losses: np.ndarray) -> Outcome:
    """``losses`` (S,): those at the end."""
    finite = np.sort(losses[np.isfinite(losses) & np.isfinite(each.theta[:, -1]).all(axis=1)])
    low, middle, high = (
        (float(finite[round(share * (len(finite) - 1))]) for share in (0.1, 0.5, 0.9)) if len(finite) else (np.nan,) * 3
    )
    return Outcome(low, middle, high, len(losses) - len(finite), len(losses), int(each.updates[-1]))


def table(_: Messages, outcomes: list[Outcome]) -> list[dict[str, str]]:
    """For each runner: updates, the middle of the last losses, their spread, how many seeds left."""
    return [
        {
            "updates": f"{o.updates:,}",
            "middle": "—" if np.isnan(o.middle) else number(o.middle),
            "spread": "—" if np.isnan(o.middle) or o.seeds == 1 else f"{number(o.low)} – {number(o.high)}",
            "diverged": f"{o.diverged} / {o.seeds}",
        }
        for o in outcomes
    ]


def sentences(
    _: Messages, chosen: Settings, names: list[str], weights: list[str], fits: list[Fit], outcomes: list[Outcome]
) -> str:  # fmt: skip
    """The result in a few sentences."""
    if not fits:
        return _("Nobody is running. Add an optimizer.")
    said, pairs = [], list(zip(names, outcomes, strict=True))
    ended = [_("{name}: {value}", name=name, value=number(o.middle)) for name, o in pairs if not np.isnan(o.middle)]
    if ended:
        what = _("Last losses, the median of {n} seeds: {list}.") if chosen.seeds > 1 else _("Last losses: {list}.")
        said.append(what.format(n=chosen.seeds, list=_("; ").join(ended)))
    problem = chosen.problem
    if problem.solution is not None:
        best = float(problem.evaluate(problem.solution)[0])
        text = _("The best fit (least squares) has {loss}.") if problem.loss.key == "mse" else _("The best fit has {loss}.")
        said.append(text.format(loss=number(best) if best > 1e-20 else "0"))
    for name, o in pairs:
        if o.diverged == o.seeds:
            said.append(_("{who} leaves the finite numbers: its steps grew without bound.", who=name))
        elif o.diverged:
            said.append(_("{n} of {seeds} seeds of {who} leave the finite numbers.", n=o.diverged, seeds=o.seeds, who=name))
        elif o.seeds > 1 and o.high > 1.2 * o.low and o.high - o.low > 1e-6:
            said.append(
                _("{who} ends anywhere from {low} to {high} (8 of 10 seeds).", who=name, low=number(o.low), high=number(o.high))
            )
    if problem.dim <= 3:
        last = [(name, each.theta[chosen.seed, -1]) for name, each in zip(names, fits, strict=True)]
        told = [
            _("{name}: {value}", name=name, value=", ".join(map(number, theta)))
            for name, theta in last
            if np.isfinite(theta).all()
        ]
        if told:
            said.append(
                _("In the end seed {seed} has {weights} of {list}.", seed=chosen.seed, weights=_.listed(weights),
                  list=_("; ").join(told))
            )  # fmt: skip
    return _.prose(said)


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


def comparison(_: Messages) -> list[dict[str, Any]]:
    """Rows of the tutorial's table: principle, strength and weakness, each a preset that shows it."""

    def cell(text: str, preset: str) -> dict[str, str]:
        return {"text": text, "preset": preset}

    return [
        {
            "name": "GD",
            "cells": [
                cell(_("All the data for one step: the true gradient."), "one_step"),
                cell(_("Smooth and steady; the same each time."), "settles"),
                cell(_("Each step costs as much as a whole epoch."), "one_step"),
            ],
        },
        {
            "name": "SGD",
            "cells": [
                cell(_("One random sample for each step."), "five_points"),
                cell(_("Cheap steps: far after one look at the data."), "one_step"),
                cell(
                    _("Noisy: at a constant learning rate it does not settle, unless the model fits every sample."), "settles"
                ),
            ],
        },
        {
            "name": _("Mini-batch"),
            "cells": [
                cell(_("A few samples for each step."), "batches_of_ten"),
                cell(_("Less noise than SGD at a fraction of GD's cost."), "batch_and_lr"),
                cell(_("One number more to choose: the batch size, together with the learning rate."), "batch_and_lr"),
            ],
        },
    ]
