"""A bowl, equally steep in every direction."""

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface


def value(x, y):
    return (x * x + y * y) / 2


def gradient(x, y):
    return x, y


def hessian(x, y):
    return 1.0, 0.0, 1.0


SURFACE = Surface(
    key="bowl",
    name=N_("Bowl"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-2.0, 2.0), (-1.5, 1.5)),
    start=(-1.6, 1.1),
    minima=(Minimum((0.0, 0.0), 0.0, "closed form: a sum of squares"),),
    curvature=1.0,
    levels="log",
    teaches=N_("The easiest case: from everywhere the way down, minus the gradient, points straight at the minimum."),
    shows=(
        race(
            "s=bowl&x=-1.6&y=1.1&n=300&o=gd",
            "angle(gd) == 0",
            "most(angle(gd), x=[-1.9, -0.3, 0.01, 1.2], y=[-1.4, -0.2, 0.7, 1.1]) < 0.001",
            "steps(gd, lr=1) == 1",
        ),
    ),
    source=N_("closed form"),
)
