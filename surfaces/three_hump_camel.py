"""The camel with three humps: the deepest dip in the middle, a shallower one on either side."""

from optim_viz.claims import race
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
    curvature=8.0,  # between 4.4 at the minimum and 12 in the outer dips
    levels="log",
    teaches=N_("Only the middle one of three dips is the lowest. Short steps stop in the first; momentum may roll through it."),
    shows=(
        race(
            "s=three_hump_camel&x=-2.2&y=1.6&n=300&o=gd&o=momentum",
            "share(loss(gd) > 0.29, lr=[0.01, 0.02, 0.05, 0.08]) == 1",
            "share(loss(momentum) > 0.29, lr=[0.001, 0.002, 0.005, 0.01]) == 1",
            "share(steps(momentum) < never, lr=[0.02, 0.03, 0.04, 0.05]) == 1",
        ),
    ),
    source="https://www.sfu.ca/~ssurjano/camel3.html",
)
