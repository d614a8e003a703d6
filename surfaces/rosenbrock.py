"""Rosenbrock's banana: a curved valley, easy to enter, slow to follow."""

from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Minimum, N_, Surface, named


def value(x, y, b):
    return (1 - x) * (1 - x) + b * (y - x * x) * (y - x * x)


def gradient(x, y, b):
    return -2 * (1 - x) - 4 * b * x * (y - x * x), 2 * b * (y - x * x)


def hessian(x, y, b):
    return 2 - 4 * b * (y - 3 * x * x), -4 * b * x, 2 * b


def curvature(b):
    return 1 + 5 * b + ((1 + 5 * b) ** 2 - 4 * b) ** 0.5


SURFACE = Surface(
    key="rosenbrock",
    name=N_("Rosenbrock"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    params=named(Hyper("b", 100.0, N_("steepness b"), "b", Interval("(0, inf)"), slider=(1.0, 1000.0), log=True)),
    domain=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.5, 2.0),
    minima=(Minimum((1.0, 1.0), 0.0, "Rosenbrock 1960, https://doi.org/10.1093/comjnl/3.3.175"),),
    # the Hessian at the minimum is [[2 + 8b, -4b], [-4b, 2b]]
    curvature=curvature,
    levels="log",
    teaches=N_("A curved valley: finding it is easy, following it to the minimum is slow."),
    shows=(
        race(
            "s=rosenbrock&n=5000&o=gd,lr:0.001",
            "loss(gd, 0) == 12.5",
            "loss(gd, 20) < 6",
            "loss(gd, 1000) > 2.5",
            "steps(gd) == never",
        ),
    ),
    source="Rosenbrock 1960, https://doi.org/10.1093/comjnl/3.3.175",
)
