"""A bowl, equally steep in every direction."""

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
    teaches=N_("The easiest case: the slope points straight at the minimum, from everywhere."),
    source=N_("closed form"),
)
