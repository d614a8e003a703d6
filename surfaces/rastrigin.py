"""Rastrigin's function: a bowl full of dips."""

import math

from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Minimum, N_, Surface, named


def value(x, y, a):
    return 2 * a + x * x - a * math.cos(2 * math.pi * x) + y * y - a * math.cos(2 * math.pi * y)


def gradient(x, y, a):
    return 2 * x + 2 * math.pi * a * math.sin(2 * math.pi * x), 2 * y + 2 * math.pi * a * math.sin(2 * math.pi * y)


def hessian(x, y, a):
    k = 4 * math.pi * math.pi * a
    return 2 + k * math.cos(2 * math.pi * x), 0.0, 2 + k * math.cos(2 * math.pi * y)


def curvature(a):
    return 2 + 4 * math.pi**2 * a


SURFACE = Surface(
    key="rastrigin",
    name=N_("Rastrigin"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    params=named(Hyper("a", 10.0, N_("depth of the dips"), "A", Interval("[0, inf)"), slider=(0.0, 20.0))),
    domain=((-5.12, 5.12), (-5.12, 5.12)),
    start=(-3.4, 2.6),
    minima=(Minimum((0.0, 0.0), 0.0, "closed form: x^2 >= 0 and cos <= 1"),),
    curvature=curvature,
    levels="linear",
    teaches=N_("A dip near every whole number: with short steps a path stops in the nearest."),
    shows=(
        race(
            "s=rastrigin&x=-3.4&y=2.6&n=300&o=gd&o=momentum",
            "-3 < x(gd) < -2.98",
            "2.98 < y(gd) < 3",
            "-3 < x(gd, x=-2.6) < -2.98",
            "-1 < x(gd, x=-1.4) < -0.99",
            "-0.001 < x(gd, x=0.4) < 0.001",
            "0.99 < x(gd, x=1.3) < 1",
            "3.97 < x(gd, x=4.3) < 4",
            "share(loss(gd) < 17.91, lr=[0.0005, 0.001, 0.002, 0.003]) == 1",
            "-3 < x(momentum) < -2.98",
            "0.99 < x(momentum, x=1.3) < 1",
        ),
    ),
    source="Rastrigin 1974, Systems of Extremal Control; https://www.sfu.ca/~ssurjano/rastr.html",
)
