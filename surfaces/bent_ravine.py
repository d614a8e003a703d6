"""A steep ravine that follows a sine: which way is along changes all the time."""

import math

from optim_viz.spec import Hyper, Interval, Minimum, N_, Surface, named


def value(x, y, k):
    across = y - math.sin(1.5 * x)
    return x * x / 20 + k * across * across / 2


def gradient(x, y, k):
    across = y - math.sin(1.5 * x)
    return x / 10 - 1.5 * k * across * math.cos(1.5 * x), k * across


def hessian(x, y, k):
    across, cos = y - math.sin(1.5 * x), math.cos(1.5 * x)
    return 0.1 + 2.25 * k * (cos * cos + across * math.sin(1.5 * x)), -1.5 * k * cos, k


SURFACE = Surface(
    key="bent_ravine",
    name=N_("Bent ravine"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    params=named(Hyper("k", 20.0, N_("steepness k"), "k", Interval("(0, inf)"), slider=(1.0, 200.0), log=True)),
    domain=((-4.5, 4.5), (-2.2, 2.2)),
    start=(-4.0, 1.2),
    minima=(Minimum((0.0, 0.0), 0.0, "closed form: both squares vanish there only"),),
    curvature=lambda k: 0.1 + 3.25 * k,  # on the floor, where the ravine runs diagonally
    levels="log",
    teaches=N_("A step size for each coordinate does not help where the ravine turns."),
    source=N_("closed form"),
)
