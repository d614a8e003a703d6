"""A slope with a shelf in it: at x = 2 it is flat, and no minimum."""

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
    teaches=N_("A slope of 0 is not a minimum: GD creeps onto the shelf and hardly gets off it. Momentum rolls over."),
    source=N_("closed form"),
)
