"""A steep ravine that follows a sine: which way is along changes all the time."""

import math

from optim_viz.claims import race
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


def curvature(k):
    # on the floor, where the ravine runs diagonally
    return 0.1 + 3.25 * k


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
    curvature=curvature,
    levels="log",
    teaches=N_("The way along turns all the time: momentum helps here, a step size for each coordinate alone does not."),
    shows=(
        race(
            "s=bent_ravine&x=-4&y=1.2&n=300&o=gd&o=momentum&o=rmsprop&o=adagrad",
            "fewest(momentum) < 70",
            "fewest(gd) == fewest(rmsprop) == fewest(adagrad) == never",
            "share(steps(adagrad) < never, lr=[1, 1.5, 1.8, 2, 2.2, 2.5, 3, 4, 5, 7, 10]) == 0",
            "lowest(momentum, x=4) < 0.00001 < lowest(gd, x=4) < lowest(rmsprop, x=4) < lowest(adagrad, x=4)",
            "lowest(momentum, x=-2.5) < 0.00001 < lowest(gd, x=-2.5) < lowest(rmsprop, x=-2.5) < lowest(adagrad, x=-2.5)",
        ),
    ),
    source=N_("closed form"),
)
