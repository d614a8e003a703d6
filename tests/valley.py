"""Surfaces of the tests' own of whose minima other things are known: a valley along a curve, and nothing at all."""

import math

from optim_viz import Surface
from optim_viz.spec import Hyper, Interval, Valley, named


def value(x, y, slope):
    across = y - slope * x
    return across * across


def gradient(x, y, slope):
    across = y - slope * x
    return -2 * slope * across, 2 * across


def hessian(x, y, slope):
    return 2 * slope * slope, -2 * slope + 0.0 * x, 2.0 + 0.0 * y


def nearest(x, y, slope):
    along = (x + slope * y) / (1 + slope * slope)
    return along, slope * along


def distance(x, y, slope):
    """From a point to the line, in closed form."""
    return abs(y - slope * x) / math.hypot(1, slope)


#: a line of lowest points through the origin
LINE = Surface(
    key="line", name="line", dim=2, value=value, gradient=gradient, hessian=hessian, domain=((-2.0, 2.0), (-1.5, 1.5)),
    start=(-1.0, 1.2), minima=Valley(nearest, 0.0, "a square"), curvature=2.5, levels="linear", teaches="", source="",
    params=named(Hyper("slope", 0.5, "slope", "m", Interval("[-10, 10]"), slider=(-2.0, 2.0))),
)  # fmt: skip


def bowl(x, y):
    return x * x + y * y / 2


def bowls_gradient(x, y):
    return 2 * x, y


def bowls_hessian(x, y):
    return 2.0 + 0.0 * x, 0.0, 1.0 + 0.0 * y


#: a bowl of which nobody says where it is lowest
NOBODY_KNOWS = Surface(
    key="nobody_knows", name="nobody knows", dim=2, value=bowl, gradient=bowls_gradient, hessian=bowls_hessian,
    domain=((-2.0, 2.0), (-1.5, 1.5)), start=(-1.0, 1.2), minima=(), lowest="unknown", curvature=2.0, levels="linear",
    teaches="", source="",
)  # fmt: skip
