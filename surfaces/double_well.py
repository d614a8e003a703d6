"""Two wells side by side; a tilt makes one of them deeper."""

import math

from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Minima, N_, Surface, named


def _minima(tilt):
    angle = math.acos(-tilt * 1.5 * math.sqrt(3)) / 3
    left = 2 / math.sqrt(3) * math.cos(angle + 2 * math.pi / 3)
    right = 2 / math.sqrt(3) * math.cos(angle) if tilt == 0 else math.nan  # tilted, that dip is the higher one
    return left, value(left, tilt), right, value(right, tilt)


def value(x, tilt):
    return x * x * x * x / 4 - x * x / 2 + tilt * x


def gradient(x, tilt):
    return (x * x * x - x + tilt,)


def hessian(x, tilt):
    return (3 * x * x - 1,)


SURFACE = Surface(
    key="double_well",
    name=N_("Double well"),
    dim=1,
    value=value,
    gradient=gradient,
    hessian=hessian,
    params=named(Hyper("tilt", 0.1, N_("tilt"), "t", Interval("[0, 0.38]"), slider=(0.0, 0.38))),
    domain=((-1.8, 1.8),),
    start=(1.6,),
    minima=Minima(_minima, "closed form: the outer roots of x^3 - x + tilt = 0 by Viète"),
    curvature=2.5,  # in the deeper well
    levels="linear",
    teaches=N_("Two wells: which one it ends in depends on the start, the learning rate and the momentum."),
    shows=(
        race(
            "s=double_well&x=1.6&n=300&o=momentum,lr:0.05&o=gd,lr:0.05",
            "x(momentum) < -1",
            "x(momentum, lr=0.01) > 0.9",
            "x(momentum, lr=0.01, momentum=0.95) < -1",
            "x(gd) > 0.9",
            "x(gd, x=-0.5) < -1",
        ),
    ),
    source=N_("closed form"),
)
