"""Himmelblau's function: four equal minima, and the start decides which one is found."""

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface


def value(x, y):
    return (x * x + y - 11) * (x * x + y - 11) + (x + y * y - 7) * (x + y * y - 7)


def gradient(x, y):
    return 4 * x * (x * x + y - 11) + 2 * (x + y * y - 7), 2 * (x * x + y - 11) + 4 * y * (x + y * y - 7)


def hessian(x, y):
    return 4 * (x * x + y - 11) + 8 * x * x + 2, 4 * (x + y), 4 * (x + y * y - 7) + 8 * y * y + 2


_SOURCE = "Himmelblau 1972, Applied Nonlinear Programming, p. 428; digits from the roots of the two brackets"

SURFACE = Surface(
    key="himmelblau",
    name=N_("Himmelblau"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-0.5, -4.0),
    minima=(
        Minimum((3.0, 2.0), 0.0, _SOURCE),
        Minimum((-2.805118086952745, 3.131312518250573), 0.0, _SOURCE),
        Minimum((-3.779310253377747, -3.283185991286170), 0.0, _SOURCE),
        Minimum((3.584428340330492, -1.848126526964404), 0.0, _SOURCE),
    ),
    curvature=134.0,  # at the steepest of the four minima, the one at the lower left
    levels="log",
    teaches=N_("Four equal minima: where you start, and how, decides which one you find."),
    shows=(
        race(
            "s=himmelblau&x=0.3&y=3.9&n=300&o=gd,lr:0.01&o=momentum,lr:0.01&o=adam,lr:0.2",
            "minima() == 4",
            "0 <= depth(0) + depth(1) + depth(2) + depth(3) < 1e-12",
            "minimum(gd) == 0",
            "minimum(momentum) == 3",
            "minimum(adam) == 1",
            "minimum(gd, x=3, y=3) == 0",
            "minimum(gd, x=-3, y=3) == 1",
            "minimum(gd, x=-3, y=-3) == 2",
            "minimum(gd, x=3, y=-3) == 3",
        ),
    ),
    source="Himmelblau 1972, Applied Nonlinear Programming",
)
