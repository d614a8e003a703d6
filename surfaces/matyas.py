"""Matyas' function: a long, shallow, diagonal valley."""

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface


def value(x, y):
    return 0.26 * (x * x + y * y) - 0.48 * x * y


def gradient(x, y):
    return 0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x


def hessian(x, y):
    return 0.52, -0.48, 0.52


SURFACE = Surface(
    key="matyas",
    name=N_("Matyas"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    start=(-9.0, -3.0),
    minima=(Minimum((0.0, 0.0), 0.0, "closed form: positive definite"),),
    curvature=1.0,
    levels="log",
    teaches=N_("25 times steeper across than along, and along is the diagonal."),
    shows=(
        race(
            "s=matyas&n=300&o=gd",
            "curvature() / flattest() == 25",
            "angle(gd) > 50",
            "0.999 < x(gd, 10) / y(gd, 10) < 1.001",
            "x(gd, 10) < -2",
        ),
    ),
    source="https://www.sfu.ca/~ssurjano/matyas.html",
)
