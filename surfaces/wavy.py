"""A parabola with waves on it."""

import math

from optim_viz.spec import Hyper, Interval, Minimum, N_, Surface, named


def value(x, a):
    return x * x / 20 + a * (1 - math.cos(3 * x)) / 2


def gradient(x, a):
    return (x / 10 + 1.5 * a * math.sin(3 * x),)


def hessian(x, a):
    return (0.1 + 4.5 * a * math.cos(3 * x),)


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
    curvature=lambda a: 0.1 + 4.5 * a,
    levels="linear",
    teaches=N_("Waves on a slope: short steps stay in the first trough; long ones, or momentum, see the parabola below."),
    source=N_("closed form"),
)
