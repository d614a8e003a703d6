"""A parabola with waves on it."""

import math

from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Minimum, N_, Surface, named


def value(x, a):
    return x * x / 20 + a * (1 - math.cos(3 * x)) / 2


def gradient(x, a):
    return (x / 10 + 1.5 * a * math.sin(3 * x),)


def hessian(x, a):
    return (0.1 + 4.5 * a * math.cos(3 * x),)


def curvature(a):
    return 0.1 + 4.5 * a


SURFACE = Surface(
    key="wavy",
    name=N_("Wavy"),
    dim=1,
    value=value,
    gradient=gradient,
    hessian=hessian,
    params=named(Hyper("a", 1.0, N_("height of the waves"), "a", Interval("[0, inf)"), slider=(0.0, 3.0))),
    domain=((-9.0, 9.0),),
    start=(7.6,),
    minima=(Minimum((0.0,), 0.0, "closed form: both terms are at least 0"),),
    curvature=curvature,
    levels="linear",
    teaches=N_("Waves on a parabola: short steps stay in the first trough, with momentum too. It may roll through lower ones."),
    shows=(
        race(
            "s=wavy&s.a=1&x=7.6&n=300&o=gd&o=momentum&o=adam",
            "share(x(gd) > 8, lr=[0.01, 0.05, 0.1, 0.2, 0.5]) == 1",
            "share(x(momentum) > 8, lr=[0.01, 0.05, 0.1, 0.2, 0.5]) == 1",
            "x(adam) > 8",
            "x(gd, a=0.5, lr=0.1) > 5",
            "steps(momentum, a=0.5, lr=0.1) < never",
        ),
    ),
    source=N_("closed form"),
)
