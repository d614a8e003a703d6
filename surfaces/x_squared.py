"""x squared: one coordinate, one slope, and all there is to know about the learning rate."""

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface


def value(x):
    return x * x


def gradient(x):
    return (2 * x,)


def hessian(x):
    return (2.0,)


SURFACE = Surface(
    key="x_squared",
    name=N_("x squared"),
    dim=1,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-12.0, 12.0),),
    start=(10.0,),
    minima=(Minimum((0.0,), 0.0, "closed form"),),
    curvature=2.0,
    levels="linear",
    teaches=N_("The simplest valley: each step of gradient descent multiplies x by 1 - 2 times the learning rate."),
    shows=(
        race(
            "s=x_squared&x=10&n=50&o=gd,lr:0.1",
            "x(gd, 1) / x(gd, 0) == 0.8",
            "x(gd, 50) / x(gd, 49) == 0.8",
            "x(gd, 1, lr=0.9) / x(gd, 0, lr=0.9) == -0.8",
            "x(gd, 50) / 10 == 0.8 ** 50",
        ),
    ),
    source=N_("the first example of most courses"),
)
