"""The function of Styblinski and Tang: four dips of different depth, one for each corner."""

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface

_SOURCE = "Styblinski & Tang 1990; the least root of 2 x^3 - 16 x + 2.5 = 0"


def value(x, y):
    return (x * x * x * x - 16 * x * x + 5 * x + y * y * y * y - 16 * y * y + 5 * y) / 2


def gradient(x, y):
    return 2 * x * x * x - 16 * x + 2.5, 2 * y * y * y - 16 * y + 2.5


def hessian(x, y):
    return 6 * x * x - 16, 0.0, 6 * y * y - 16


SURFACE = Surface(
    key="styblinski_tang",
    name=N_("Styblinski-Tang"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(4.5, 0.3),
    minima=(Minimum((-2.903534027771177, -2.903534027771177), -78.33233140754282, _SOURCE),),
    curvature=35.0,  # at the minimum
    levels="log",
    teaches=N_("Four dips, one in each corner: descent with short steps finds that of its own corner, not the lowest."),
    shows=(
        race(
            "s=styblinski_tang&x=4&y=4&n=300&o=gd",
            "share(loss(gd) > -51, lr=[0.002, 0.005, 0.01, 0.02, 0.03]) == 1",
            "-65 < loss(gd, x=4, y=-4) < -64",
            "-65 < loss(gd, x=-4, y=4) < -64",
            "steps(gd, x=-4, y=-4) < never",
        ),
    ),
    source="Styblinski & Tang 1990, Experiments in nonconvex optimization, https://doi.org/10.1016/0893-6080(90)90029-K; https://www.sfu.ca/~ssurjano/stybtang.html",
)
