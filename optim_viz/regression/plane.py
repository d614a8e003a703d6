"""A picture of the loss over many weights: the plane through a path's start and end and its main direction."""

from dataclasses import dataclass

import numpy as np

from optim_viz import interpreter
from optim_viz.regression.directions import directions
from optim_viz.regression.problem import Problem


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane in the space of weights: ``origin`` (D,) and two directions ``axes`` (2, D) at right angles, of length 1."""

    origin: np.ndarray
    axes: np.ndarray

    def project(self, theta: np.ndarray) -> np.ndarray:
        """theta (..., D) -> its place (..., 2) on the plane, the foot of the perpendicular."""
        return (theta - self.origin) @ self.axes.T

    def lift(self, places: np.ndarray) -> np.ndarray:
        """(..., 2) -> (..., D)"""
        return self.origin + places @ self.axes


def plane(path: np.ndarray) -> Plane:
    """The plane that holds start and end of a path (R, D) and, of what is then left of it, the main direction.

    With two weights it is the whole space, axes as they are. Rows that are not finite are left out; where the path is a
    straight line or a point, coordinates make up for the missing directions. D is at least 2. However far the path goes, up
    to the largest number there is, these are finite.
    """
    dims = path.shape[1]
    if dims == 2:
        return Plane(np.zeros(2), np.identity(2))
    kept, axes = np.array(path[np.isfinite(path).all(axis=1)], order="C"), np.empty((2, dims))
    interpreter.either(directions, False)[0](kept, axes)
    return Plane(kept[0], axes)


def grid(problem: Problem, span: tuple[tuple[float, float], ...], points: int, on: Plane | None = None) -> np.ndarray:
    """The loss on a grid: (points,) over one weight, or (points, points), rows along the second axis, over a plane.

    ``span``: (lo, hi) for each axis.
    """
    axes = [np.linspace(lo, hi, points) for lo, hi in span]
    if on is None:
        return problem.evaluate(axes[0][:, None])[0]
    places = np.stack(np.meshgrid(*axes), axis=-1)
    return problem.evaluate(on.lift(places))[0]
