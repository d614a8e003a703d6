"""Booth's function: a bowl, nine times steeper one way than the other, turned by 45 degrees."""

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface


def value(x, y):
    return (x + 2 * y - 7) * (x + 2 * y - 7) + (2 * x + y - 5) * (2 * x + y - 5)


def gradient(x, y):
    return 10 * x + 8 * y - 34, 8 * x + 10 * y - 38


def hessian(x, y):
    return 10.0, 8.0, 10.0


SURFACE = Surface(
    key="booth",
    name=N_("Booth"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    start=(-8.0, 4.0),
    minima=(Minimum((1.0, 3.0), 0.0, "closed form: both brackets vanish"),),
    curvature=18.0,
    levels="log",
    teaches=N_("Steep and flat lie along the diagonals, so a step size for each coordinate cannot tell them apart."),
    shows=(
        race(
            "s=booth&n=300&o=gd&o=adagrad&o=rmsprop&o=adam",
            "fewest(gd) == 26",
            "fewest(rmsprop) > 2 * fewest(gd)",
            "fewest(adam) > 4 * fewest(gd)",
            "least(steps(adagrad), lr=[0.5, 1, 2, 5, 7, 10, 12, 15, 20, 50]) > 1.3 * fewest(gd)",
        ),
        race(
            "s=ravine&s.condition=9&n=300&o=gd&o=adagrad&o=rmsprop",
            "fewest(gd) == 18",
            "fewest(adagrad) < 10",
            "fewest(rmsprop) < 10",
        ),
    ),
    source="https://www.sfu.ca/~ssurjano/booth.html",
)
