"""From a run to the curves that a chart shows beside it, and to the arrows that a picture shows at one of its steps.

Every curve has a value for each row of the run: row r belongs to theta after r steps. What tells of a step stands at the row
that the step led to, so row 0 has none; that, and whatever is not defined, is nan. For N runs each has a leading axis of N.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from optim_viz.engine import Run
from optim_viz.spec import N_, by_name


@dataclass(frozen=True)
class Curve:
    """One curve of a run.

    Args:
        label: what stands beside its axis, marked with ``N_``.
        axis: how its values spread: ``"log"`` over decades, ``"linear"`` otherwise.
        of: the run -> (..., rows), or (..., rows, D) where ``each``.
        each: one line for each coordinate.
        limit: the run -> (..., rows), what the curve is held against; nan where there is none.
        needs_minimum: it says nothing where a surface has no minimum.
    """

    key: str
    label: str
    axis: Literal["log", "linear"]
    of: Callable[[Run], np.ndarray]
    each: bool = False
    limit: Callable[[Run], np.ndarray] | None = None
    needs_minimum: bool = False


def _loss(run: Run) -> np.ndarray:
    """Above the lowest value; as it is where there is none."""
    return run.loss - (run.surface.minimum or 0.0)


def _distance(run: Run) -> np.ndarray:
    """To the nearest minimum; nan where there is none."""
    return length(nearest(run) - run.theta)


def _gradient(run: Run) -> np.ndarray:
    """The length of the surface's gradient, before noise and clipping."""
    return length(run.gradient)


def _effective(run: Run) -> np.ndarray:
    """How far each coordinate went per unit of its own gradient: (theta before - theta) / gradient before.

    For plain descent this is the learning rate. It is negative where momentum carries it uphill, and nan where a gradient is 0.
    """
    with np.errstate(all="ignore"):
        steps = (run.theta[..., :-1, :] - run.theta[..., 1:, :]) / run.gradient[..., :-1, :]
    steps[run.gradient[..., :-1, :] == 0] = math.nan
    return _from_row_1(run.theta, steps)


def _rate(run: Run) -> np.ndarray:
    """The learning rate that the step to each row was taken with, after the schedule."""
    return _from_row_1(run.loss, rates(run)[..., :-1], axis=-1)


def sharpness(run: Run) -> np.ndarray:
    """The largest eigenvalue of the Hessian of what the rule descends, divided as the rule divides its coordinates.

    What it descends is upside down for one that climbs, and includes weight decay that is part of the gradient (L2).
    """
    theta, around = run.theta, run.around
    finite = np.isfinite(theta).all(axis=-1)
    hessian = np.full((*theta.shape, run.surface.dim), math.nan)
    hessian[finite] = run.surface.hessian(theta[finite]) * (-1.0 if around.maximize else 1.0)
    if (around.decay or run.optimizer.decay) == "l2":
        hessian += around.weight_decay * np.eye(run.surface.dim)
    stability = run.optimizer.stability
    with np.errstate(all="ignore"):
        if stability and stability.preconditioner:
            root = np.sqrt(by_name(stability.preconditioner, _values(run)))
            root[..., 0, :] = math.nan  # before the first step it has seen no gradient to divide by
            hessian /= root[..., :, None] * root[..., None, :]
        a = hessian[..., 0, 0]
        if run.surface.dim == 1:
            return a
        b, c = hessian[..., 0, 1], hessian[..., 1, 1]
        return (a + c) / 2 + np.hypot((a - c) / 2, b)


def sharpness_limit(run: Run) -> np.ndarray:
    """The sharpness above which the optimizer swings ever wider, with the rate of the step that leaves from each row.

    nan where none is known: for some rules, and with Lookahead around any.
    """
    shape, around = run.loss.shape, run.around
    if run.optimizer.stability is None or around.lookahead:
        return np.full(shape, math.nan)
    values = _values(run)
    limit = np.broadcast_to(run.optimizer.sharpness_limit(values), (*shape, run.surface.dim)).min(axis=-1)
    how = around.decay or run.optimizer.decay
    if around.weight_decay and how != "l2":  # decay beside the gradient uses up a part: both eigenvalues shrink by as much
        shrink = around.weight_decay * (rates(run) if how == "decoupled" else 1.0)
        limit = limit * (1 - shrink / 2)
    return limit


_ALL = (
    Curve("loss", N_("loss above the minimum"), "log", _loss),
    Curve("distance", N_("distance to the nearest minimum"), "log", _distance, needs_minimum=True),
    Curve("gradient", N_("norm of the gradient"), "log", _gradient),
    Curve("effective", N_("effective learning rate per coordinate"), "log", _effective, each=True),
    Curve("rate", N_("learning rate by the schedule"), "linear", _rate),
    Curve("sharpness", N_("sharpness: largest curvature"), "log", sharpness, limit=sharpness_limit),
)

CURVES: Mapping[str, Curve] = MappingProxyType({curve.key: curve for curve in _ALL})


@dataclass(frozen=True)
class Arrows:
    """What moves one run at one of its steps; vectors are (D,).

    Attributes:
        gradient: of the surface, at this step's theta.
        velocity: the direction in which the optimizer's memory carries theta, in the memory's own unit; None where it has none.
        update: theta minus theta one step before; None at the start.
        effective: how far ``update`` went per unit of gradient in each coordinate, as in the curve; None at the start.
        to_minimum: from theta to the nearest minimum; None where there is no minimum.
        angle: in degrees, between ``to_minimum`` and the negative gradient; None where one of them is missing or 0.
    """

    gradient: np.ndarray
    velocity: np.ndarray | None
    update: np.ndarray | None
    effective: np.ndarray | None
    to_minimum: np.ndarray | None
    angle: float | None


def arrows(run: Run, step: int) -> Arrows:
    """The arrows of one run at one of its rows.

    Raises:
        ValueError: N runs instead of one, or a row that it has not.
    """
    if run.loss.ndim != 1 or not 0 <= step < len(run.loss):
        raise ValueError(f"arrows needs one run and a row of it, not row {step} of shape {run.loss.shape}")
    theta, gradient = run.theta[step], run.gradient[step]
    carried = velocity(run)
    two = Run(run.optimizer, run.surface, run.hypers, run.around, run.record[step - 1 : step + 1])
    to_minimum = nearest(run)[step] - theta if run.surface.minima else None
    return Arrows(
        gradient=gradient,
        velocity=None if carried is None else carried[step],
        update=theta - run.theta[step - 1] if step else None,
        effective=_effective(two)[1] if step else None,
        to_minimum=to_minimum,
        angle=None if to_minimum is None else _angle(-gradient, to_minimum),
    )


def velocity(run: Run) -> np.ndarray | None:
    """(..., rows, D): where the optimizer's memory carries theta, in the memory's own unit; None where it has none."""
    return next((s.velocity * run.state[s.name] for s in run.optimizer.states if s.velocity), None)


def length(vectors: np.ndarray) -> np.ndarray:
    """(..., D) -> (...), without squares that overflow; inf where the length itself is more than a float holds."""
    with np.errstate(all="ignore"):
        return np.abs(vectors[..., 0]) if vectors.shape[-1] == 1 else np.hypot(vectors[..., 0], vectors[..., 1])


def nearest(run: Run) -> np.ndarray:
    """(..., rows, D): the minimum that is nearest to each row's theta; nan where there is none."""
    found, least = np.full(run.theta.shape, math.nan), np.full(run.loss.shape, math.inf)
    for minimum in run.surface.minima:
        far = length(run.theta - minimum.theta)
        nearer = far < least
        found[nearer], least[nearer] = minimum.theta, far[nearer]
    return found


def _angle(a: np.ndarray, b: np.ndarray) -> float | None:
    """In degrees, 0 to 180; None where one of them is 0 or not finite."""
    lengths = length(a), length(b)
    if not all(0 < x < math.inf for x in lengths):
        return None
    a, b = a / lengths[0], b / lengths[1]
    return math.degrees(2 * math.atan2(length(a - b), length(a + b)))  # exact also where they are nearly parallel


def _from_row_1(like: np.ndarray, values: np.ndarray, axis: int = -2) -> np.ndarray:
    """The values of the steps at the rows that they led to; nan at row 0."""
    filled = np.full(like.shape, math.nan)
    np.moveaxis(filled, axis, 0)[1:] = np.moveaxis(values, axis, 0)
    return filled


def rates(run: Run) -> np.ndarray:
    """(..., rows): the learning rate of the step that leaves from each row; after the last as the schedule goes on."""
    lr = np.asarray(run.hypers["lr"])[..., None]
    factors = run.around.factors(run.loss.shape[-1], run.first)
    return np.broadcast_to(lr * factors if len(factors) else lr, run.loss.shape)


def _values(run: Run) -> dict[str, Any]:
    """Hyperparameters, states and t by name, each such that it broadcasts to (..., rows, D)."""
    hypers = {name: np.asarray(value)[..., None, None] for name, value in run.hypers.items()}
    t = run.first + np.arange(run.loss.shape[-1], dtype=np.float64)[:, None]
    return {**hypers, **run.memory, "lr": rates(run)[..., None], "t": t}
