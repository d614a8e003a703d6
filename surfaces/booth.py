"""Booth's function: a bowl, nine times steeper one way than the other, turned by 45 degrees."""

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
    teaches=N_("Turned by 45 degrees: a step size for each coordinate meets a bowl that knows no coordinates."),
    source="https://www.sfu.ca/~ssurjano/booth.html",
)
