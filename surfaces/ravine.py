"""A ravine: a quadratic bowl, ``condition`` times steeper across than along, turned by ``rotation`` degrees."""

import math

from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Minimum, N_, Surface, named


def coefficients(condition, rotation):
    cos, sin = math.cos(math.radians(rotation)), math.sin(math.radians(rotation))
    return cos * cos + condition * sin * sin, (1 - condition) * sin * cos, sin * sin + condition * cos * cos


def value(x, y, a, b, c):
    return (a * x * x + 2 * b * x * y + c * y * y) / 2


def gradient(x, y, a, b, c):
    return a * x + b * y, b * x + c * y


def hessian(x, y, a, b, c):
    return a, b, c


def curvature(condition, rotation):
    # the eigenvalues are 1 and condition, however it is turned
    return condition


SURFACE = Surface(
    key="ravine",
    name=N_("Ravine"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    coefficients=coefficients,
    params=named(
        Hyper("condition", 50.0, N_("condition number"), r"\kappa", Interval("[1, inf)"), slider=(1.0, 1000.0), log=True),
        Hyper("rotation", 0.0, N_("rotation in °"), r"\varphi", Interval("[-90, 90]"), slider=(-90.0, 90.0)),
    ),
    domain=((-2.0, 2.0), (-1.5, 1.5)),
    start=(-1.8, 0.8),
    minima=(Minimum((0.0, 0.0), 0.0, "closed form: a positive definite quadratic"),),
    curvature=curvature,
    levels="log",
    teaches=N_("Steep across, flat along: one learning rate has to serve both."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=300&o=gd",
            "0.0399 < limit(gd) < 0.0401",
            "fewest(gd, condition=1) == 1",
            "fewest(gd, condition=10) == 20",
            "fewest(gd) == 96",
        ),
    ),
    source=N_("the quadratic of Goh 2017, Why Momentum Really Works, https://distill.pub/2017/momentum/"),
)
