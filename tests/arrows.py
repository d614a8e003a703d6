"""The twin of the arrows that the browser draws at a runner's head: what moves one run at one of its steps."""

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from optim_viz import Run
from optim_viz.curves import CURVES, velocity, way


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
    theta, carried = run.theta[step], velocity(run)
    two = dataclasses.replace(run, record=run.record[max(step - 1, 0) : step + 1])
    between, to_minimum = float(CURVES["angle"].of(two)[-1]), way(run.arguments[1], 0, 0, *theta, *[0.0] * (2 - len(theta)))
    return Arrows(
        gradient=run.gradient[step],
        velocity=None if carried is None else carried[step],
        update=theta - run.theta[step - 1] if step else None,
        effective=CURVES["effective"].of(two)[1] if step else None,
        to_minimum=np.array(to_minimum[: len(theta)]) if run.surface.minima else None,
        angle=None if math.isnan(between) else between,
    )
