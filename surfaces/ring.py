"""A ring: the lowest points are a whole circle. Across it the surface is steep, along it nothing pulls."""

import math

from optim_viz.claims import race
from optim_viz.spec import N_, Surface, Valley


def value(x, y):
    rise = x * x + y * y - 1
    return rise * rise / 4


def gradient(x, y):
    rise = x * x + y * y - 1
    return x * rise, y * rise


def hessian(x, y):
    rise = x * x + y * y - 1
    return rise + 2 * x * x, 2 * x * y, rise + 2 * y * y


def nearest(x, y):
    far = math.hypot(x, y)
    return (x / far, y / far) if far > 0 else (1.0, 0.0)


SURFACE = Surface(
    key="ring",
    name=N_("Ring"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-2.0, 2.0), (-1.5, 1.5)),
    start=(-1.6, 0.9),
    minima=Valley(nearest, 0.0, "closed form: a square, 0 where x^2 + y^2 = 1; from (x, y) its nearest point lies on the ray"),
    curvature=8.0,  # about as at the start, where it is 7.1; on the ring it is 2
    levels="log",
    teaches=N_(
        "A whole ring is lowest. GD goes straight to it; methods with a step size for each coordinate end elsewhere on it."
    ),
    shows=(
        race(
            "s=ring&n=300&o=gd&o=adam&o=rmsprop&o=adagrad",
            "steps(gd) + steps(adam) + steps(rmsprop) + steps(adagrad) < never",
            "-1.778 < x(gd) / y(gd) < -1.777",  # as at the start
            "x(adam) / y(adam) > 1",
            "x(rmsprop) / y(rmsprop) < -2",
            "x(adagrad) / y(adagrad) < -2",
        ),
    ),
    source=N_("the Mexican hat: the potential of Goldstone 1961, Field Theories with Superconductor Solutions"),
)
