"""The camel with six humps: six dips, two of them lowest."""

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface

_SOURCE = "Dixon & Szegö 1978; digits by Newton's method on the formula"


def value(x, y):
    return (4 - 2.1 * x * x + x * x * x * x / 3) * x * x + x * y + (4 * y * y - 4) * y * y


def gradient(x, y):
    return 8 * x - 8.4 * x * x * x + 2 * x * x * x * x * x + y, x - 8 * y + 16 * y * y * y


def hessian(x, y):
    return 8 - 25.2 * x * x + 10 * x * x * x * x, 1.0, 48 * y * y - 8


SURFACE = Surface(
    key="six_hump_camel",
    name=N_("Six-hump camel"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-2.2, 2.2), (-1.3, 1.3)),
    start=(-1.9, 0.3),
    minima=(
        Minimum((0.08984201310031806, -0.7126564030207396), -1.0316284534898774, _SOURCE),
        Minimum((-0.08984201310031806, 0.7126564030207396), -1.0316284534898774, _SOURCE),
    ),
    curvature=16.0,  # at the minimum, in y
    levels="log",
    teaches=N_("Six dips, two of them lowest: the end depends on the start and on the length of the steps."),
    shows=(
        race(
            "s=six_hump_camel&x=-1.9&y=0.3&n=300&o=gd&o=momentum&o=adam",
            "loss(gd) > -0.22",
            "minimum(gd, x=-0.5) == 1",
            "minimum(gd, x=0.5, y=-0.3) == 0",
            "loss(momentum, lr=0.02) > -0.22",
            "loss(momentum, lr=0.05) < -1.03",
            "loss(adam, lr=0.2) > -0.22",
            "loss(adam, lr=0.5) < -1.03",
        ),
    ),
    source="Dixon & Szegö 1978, The global optimization problem; https://www.sfu.ca/~ssurjano/camel6.html",
)
