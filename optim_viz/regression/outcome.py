"""How fits ended: each seed by itself, then over the seeds one median and one spread; and when they arrived.

This is the one judge of a fit: the lab's words, table and band, lessons and examples ask here. To *arrive* is to come within a
height of the lowest loss and to stay below it to the last row.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optim_viz import interpreter
from optim_viz.lanes import Lazy
from optim_viz.outcome import Cause
from optim_viz.regression import judge
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
        test: the median of the last losses on the points that are held out; nan where none are.
        low, high: their spread.
        cause: why they diverged or ended higher than they began; None where none did, or none is found.
        updates: how many each made.
    """

    ended: np.ndarray
    diverged: np.ndarray
    worse: np.ndarray
    middle: float
    test: float
    low: float
    high: float
    cause: Cause | None
    updates: int


def outcome(each: Fit) -> Outcome:
    """How one runner's fits ended."""
    with np.errstate(all="ignore"):
        began, ended = (each.problem.evaluate(each.theta[:, row])[0] for row in (0, -1))
    flags = np.empty((2, len(ended)))
    _called(judge.judge, began, ended, np.ascontiguousarray(each.theta[:, -1]), flags)
    diverged, worse = flags > 0
    ended = np.where(diverged, np.inf, ended)
    low, high = spread(ended)
    return Outcome(
        ended=ended,
        diverged=diverged,
        worse=worse,
        middle=float(median(ended)),
        test=_test(each, diverged),
        low=float(low),
        high=float(high),
        cause=_cause(each) if (diverged | worse).any() else None,
        updates=int(each.updates[-1]),
    )


def _test(each: Fit, diverged: np.ndarray) -> float:
    if each.problem.test is None:
        return math.nan
    with np.errstate(all="ignore"):
        loss = each.problem.test.evaluate(each.theta[:, -1])[0]
    return float(median(np.where(diverged, np.inf, loss)))


def arrivals(each: Fit, height: float) -> list[int | None]:
    """For each seed the row from which on its loss is at most ``height``; None where it is above it in the last row."""
    rows = np.empty(len(each.loss))
    _called(judge.arrival, each.loss, np.array([height]), rows)
    return [None if math.isinf(row) else int(row) for row in rows]


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
    out = np.empty((len(shares), *values.shape[1:]))
    _called(judge.quantiles, values.reshape(len(values), -1), np.array(shares), out.reshape(len(shares), -1))
    return out


def _called(kernel: Lazy, *given: np.ndarray) -> None:
    """Interpreted, while it is not compiled."""
    interpreter.either(kernel, False)[0](*(np.array(array, dtype=np.float64, order="C") for array in given[:-1]), given[-1])


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
