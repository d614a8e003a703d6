"""How fits ended: each seed by itself, then over the seeds one median and one spread; and when they arrived.

This is the one judge of a fit: the lab's words, table and band, lessons and examples ask here. To *arrive* is to come within a
height of the lowest loss and to stay below it to the last row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optim_viz.outcome import Cause
from optim_viz.regression.fit import Fit
from optim_viz.spec import is_number

#: From so many seeds on a spread is where the middle 80 % of them are; of fewer it is all of them.
MANY = 10


@dataclass(frozen=True, eq=False)
class Outcome:
    """How the S seeds of one runner ended.

    Attributes:
        ended: (S,), the last loss on all the data; inf where it diverged.
        diverged: (S,) bool: the last row is not finite.
        worse: (S,) bool: all finite, and the last loss is above the first.
        middle: the median of ``ended``.
        low, high: their spread.
        cause: why they diverged or ended higher than they began; None where none did, or none is found.
        updates: how many each made.
    """

    ended: np.ndarray
    diverged: np.ndarray
    worse: np.ndarray
    middle: float
    low: float
    high: float
    cause: Cause | None
    updates: int


def outcome(each: Fit) -> Outcome:
    """How one runner's fits ended."""
    with np.errstate(all="ignore"):
        began, ended = (each.problem.evaluate(each.theta[:, row])[0] for row in (0, -1))
    diverged = ~(np.isfinite(ended) & np.isfinite(each.theta[:, -1]).all(axis=1))
    ended = np.where(diverged, np.inf, ended)
    worse = ~diverged & (ended > began)
    low, high = spread(ended)
    return Outcome(
        ended=ended,
        diverged=diverged,
        worse=worse,
        middle=float(median(ended)),
        low=float(low),
        high=float(high),
        cause=_cause(each) if (diverged | worse).any() else None,
        updates=int(each.updates[-1]),
    )


def arrivals(each: Fit, height: float) -> list[int | None]:
    """For each seed the row from which on its loss is at most ``height``; None where it is above it in the last row."""
    rows = [int(np.argmin(there[::-1])) if not there.all() else len(there) for there in each.loss <= height]
    return [each.loss.shape[1] - stay if stay else None for stay in rows]


def median(values: np.ndarray) -> np.ndarray:
    """Over the seeds, the first axis; what is no number is above all others."""
    return quantiles(values, (0.5,))[0]


def spread(values: np.ndarray) -> np.ndarray:
    """(2, ...): over the seeds, the first axis, from where to where the middle 80 % of them are; of fewer than MANY, all."""
    return quantiles(values, (0.1, 0.9) if len(values) >= MANY else (0.0, 1.0))


def quantiles(values: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """(len(shares), ...): along the first axis, between two neighbours linearly, as numpy's are; what is no number is above
    all others, and so is what lies between a number and infinity.
    """
    ordered = np.sort(np.where(np.isnan(values), np.inf, values), axis=0)
    at = np.round(np.array(shares) * (len(ordered) - 1), 9)  # 0.1 * 30 is no whole number to a computer
    below, above = ordered[np.floor(at).astype(int)], ordered[np.ceil(at).astype(int)]
    part = (at % 1).reshape(-1, *[1] * (ordered.ndim - 1))
    with np.errstate(invalid="ignore"):
        return np.where(below == above, below, below + (above - below) * part)


def _cause(each: Fit) -> Cause | None:
    """Why they diverge or end higher: found where a rule's steps are known to grow, on a parabola.

    Batches too: their gradients are right on average, so above the limit of all the data the average run grows. Some diverge
    below it already: of these no limit is known.
    """
    if each.around.maximize:
        return Cause("climbs")
    stability, problem = each.optimizer.stability, each.problem
    exact = problem.model.is_linear and problem.loss.is_quadratic
    if stability is None or stability.preconditioner or not exact or set(each.around.on) - {"schedule"}:
        return None
    if not stability.names <= set(each.hypers) or not all(map(is_number, each.hypers.values())):
        return None
    scheduled = each.around.factors(int(each.updates[-1]))  # none where there is no schedule
    rates = each.hypers["lr"] * (scheduled if len(scheduled) else np.ones(1))
    limits = np.broadcast_to(each.optimizer.sharpness_limit({**each.hypers, "lr": rates}), rates.shape)
    if not (beyond := problem.curvature > limits).any():
        return None
    first = int(np.argmax(beyond))
    lr = float(rates[first])
    return Cause("rate", 0, lr, lr * float(limits[first]), problem.curvature, each.hypers.get("momentum"))
