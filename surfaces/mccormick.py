"""McCormick's function: a tilted sheet of waves, lowest in one corner of its domain."""

import math

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface


def value(x, y):
    return math.sin(x + y) + (x - y) * (x - y) - 1.5 * x + 2.5 * y + 1


def gradient(x, y):
    return math.cos(x + y) + 2 * (x - y) - 1.5, math.cos(x + y) - 2 * (x - y) + 2.5


def hessian(x, y):
    return 2 - math.sin(x + y), -2 - math.sin(x + y), 2 - math.sin(x + y)


SURFACE = Surface(
    key="mccormick",
    name=N_("McCormick"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-1.5, 4.0), (-3.0, 4.0)),
    start=(3.5, 3.4),
    minima=(
        Minimum(
            (-math.pi / 3 + 0.5, -math.pi / 3 - 0.5),
            -math.pi / 3 - math.sqrt(3) / 2,
            "closed form, in the domain: cos(x + y) = -1/2",
        ),
    ),
    lowest="domain",  # along (-1, -1) the value falls by one for each unit of x
    curvature=5.0,
    levels="log",
    teaches=N_(
        "Dips in a row, each deeper than the last, without end; the lowest here is marked. Momentum may roll on for ever."
    ),
    shows=(
        race(
            "s=mccormick&x=3.5&y=3.4&n=300&o=gd&o=momentum",
            "loss(gd) > 1.2",
            "loss(gd, x=0, y=-1) < -1.9",
            "loss(gd, x=-3, y=-4) < -5",
            "fell(momentum) == 1",
            "loss(momentum, n=5000) < -1000",
        ),
    ),
    source="McCormick 1976, Computability of global solutions to factorable nonconvex programs; https://www.sfu.ca/~ssurjano/mccorm.html",
)
