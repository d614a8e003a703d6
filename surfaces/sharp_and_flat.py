"""A sharp minimum and a flat one, equally deep."""

from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Minimum, N_, Surface, named

_SOURCE = "closed form: one of the two parabolas vanishes"


def value(x, k):
    p, q = k * (x + 1) * (x + 1) / 2, (x - 2) * (x - 2) / 2
    return p * q / (p + q)


def gradient(x, k):
    p, q = k * (x + 1) * (x + 1) / 2, (x - 2) * (x - 2) / 2
    a, b = q / (p + q), p / (p + q)
    return (a * a * k * (x + 1) + b * b * (x - 2),)


def hessian(x, k):
    p, q = k * (x + 1) * (x + 1) / 2, (x - 2) * (x - 2) / 2
    a, b = q / (p + q), p / (p + q)
    slope = a * k * (x + 1) - b * (x - 2)
    return (a * a * k + b * b - 2 / (p + q) * slope * slope,)


def curvature(k):
    # at the sharp minimum; at the flat one it is 1
    return k


SURFACE = Surface(
    key="sharp_and_flat",
    name=N_("Sharp and flat"),
    dim=1,
    value=value,
    gradient=gradient,
    hessian=hessian,
    params=named(Hyper("k", 30.0, N_("sharpness k"), "k", Interval("[1, inf)"), slider=(1.0, 200.0), log=True)),
    domain=((-3.0, 5.0),),
    start=(-2.6,),
    minima=(Minimum((-1.0,), 0.0, _SOURCE), Minimum((2.0,), 0.0, _SOURCE)),
    curvature=curvature,
    levels="linear",
    teaches=N_("GD does not settle in the sharp minimum above a learning rate of 2 / k; well above, it lands in the flat one."),
    shows=(
        race(
            "s=sharp_and_flat&s.k=30&n=1000&o=gd",
            "minima() == 2",
            "depth(0) == depth(1)",
            "share(minimum(gd) == 0, lr=[0.01, 0.03, 0.05, 0.066]) == 1",
            "share(minimum(gd) == 0, lr=[0.067, 0.07, 0.08, 0.1, 0.12, 0.15]) == 0",
            "share(minimum(gd) == 1, lr=[0.2, 0.3, 0.5, 1, 1.5]) == 1",
        ),
    ),
    source=N_("closed form: half the harmonic mean of two parabolas"),
)
