"""The camel with three humps: the deepest dip in the middle, a shallower one on either side."""

from optim_viz.spec import Minimum, N_, Surface


def value(x, y):
    x2 = x * x
    return 2 * x2 - 1.05 * x2 * x2 + x2 * x2 * x2 / 6 + x * y + y * y


def gradient(x, y):
    return 4 * x - 4.2 * x * x * x + x * x * x * x * x + y, x + 2 * y


def hessian(x, y):
    return 4 - 12.6 * x * x + 5 * x * x * x * x, 1.0, 2.0


SURFACE = Surface(
    key="three_hump_camel",
    name=N_("Three-hump camel"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-2.5, 2.5), (-2.5, 2.5)),
    start=(-2.2, 1.6),
    minima=(Minimum((0.0, 0.0), 0.0, "closed form: the polynomial is positive elsewhere"),),
    curvature=8.0,  # in the outer dips
    levels="log",
    teaches=N_("Only one of three dips is the lowest. Momentum may roll through the first."),
    source="https://www.sfu.ca/~ssurjano/camel3.html",
)
