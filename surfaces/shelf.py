"""A slope with a shelf in it: at x = 2 it is flat, and no minimum."""

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface


def value(x):
    return x * x * x * x / 4 - 4 * x * x * x / 3 + 2 * x * x


def gradient(x):
    return (x * (x - 2) * (x - 2),)


def hessian(x):
    return (3 * x * x - 8 * x + 4,)


SURFACE = Surface(
    key="shelf",
    name=N_("Shelf"),
    dim=1,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-1.5, 3.8),),
    start=(3.4,),
    minima=(Minimum((0.0,), 0.0, "closed form: the slope is x (x - 2)^2"),),
    curvature=4.0,  # at the minimum
    levels="linear",
    teaches=N_("A slope of 0 need not be a minimum: with short steps GD creeps onto the shelf and stays. Momentum rolls over."),
    shows=(
        race(
            "s=shelf&n=5000&o=gd&o=momentum",
            "share(steps(gd) < never, lr=[0.01, 0.02, 0.05, 0.1, 0.2]) == 0",
            "x(gd) > 2",
            "share(steps(momentum, n=500) < never, lr=[0.01, 0.02, 0.05, 0.1, 0.2]) == 1",
        ),
    ),
    source=N_("closed form"),
)
