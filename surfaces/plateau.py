"""A plain with a hole in it: far from the hole there is hardly a slope."""

import math

from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Minimum, N_, Surface, named


def value(x, y, w):
    return 1 - math.exp(-(x * x + y * y) / (2 * w * w))


def gradient(x, y, w):
    e = math.exp(-(x * x + y * y) / (2 * w * w)) / (w * w)
    return e * x, e * y


def hessian(x, y, w):
    w2 = w * w
    e = math.exp(-(x * x + y * y) / (2 * w2)) / w2
    return e * (1 - x * x / w2), -e * x * y / w2, e * (1 - y * y / w2)


def curvature(w):
    return 1 / (w * w)


SURFACE = Surface(
    key="plateau",
    name=N_("Plateau"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    params=named(Hyper("w", 0.75, N_("width of the hole"), "w", Interval("[0.01, 100]"), slider=(0.5, 2.0))),
    domain=((-3.0, 3.0), (-2.25, 2.25)),
    start=(-2.0, 1.2),
    minima=(Minimum((0.0, 0.0), 0.0, "closed form: exp is at most 1"),),
    curvature=curvature,
    levels="linear",
    teaches=N_("Far from the hole the slope vanishes and GD hardly moves. Methods that divide by the slope's size keep going."),
    shows=(
        race(
            "s=plateau&x=-2.8&y=1.8&n=300&o=gd&o=rmsprop&o=adam&o=adagrad",
            "stride(gd, 1) < 0.0002",
            "stride(rmsprop, 1) > 0.2",
            "stride(adam, 1) > 0.1",
            "share(steps(gd) < never, lr=[0.05, 0.1, 0.2, 0.5, 1, 1.1]) == 0",
            "share(steps(adam) < never, lr=[0.05, 0.1, 0.2, 0.5]) == 1",
            "steps(adagrad) < 40",
            "share(touches(rmsprop) < never, lr=[0.01, 0.02, 0.05]) == 1",
        ),
    ),
    source=N_("closed form"),
)
