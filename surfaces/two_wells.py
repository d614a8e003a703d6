"""Two wells of one depth: one narrow, one wide."""

from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Minimum, N_, Surface, named

_SOURCE = "closed form: one of the two paraboloids vanishes"


def value(x, y, k):
    p, q = k * ((x + 1) * (x + 1) + y * y) / 2, ((x - 1) * (x - 1) + y * y) / 2
    return p * q / (p + q)


def gradient(x, y, k):
    p, q = k * ((x + 1) * (x + 1) + y * y) / 2, ((x - 1) * (x - 1) + y * y) / 2
    a, b = q / (p + q), p / (p + q)
    return a * a * k * (x + 1) + b * b * (x - 1), a * a * k * y + b * b * y


def hessian(x, y, k):
    p, q = k * ((x + 1) * (x + 1) + y * y) / 2, ((x - 1) * (x - 1) + y * y) / 2
    a, b = q / (p + q), p / (p + q)
    round_ = a * a * k + b * b
    # what is left: the product of one slope, a grad p - b grad q, with itself
    dx, dy = a * k * (x + 1) - b * (x - 1), a * k * y - b * y
    twice = 2 / (p + q)
    return round_ - twice * dx * dx, -twice * dx * dy, round_ - twice * dy * dy


def curvature(k):
    # in the narrow well; in the wide one it is 1
    return k


SURFACE = Surface(
    key="two_wells",
    name=N_("Two wells"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    params=named(Hyper("k", 30.0, N_("narrowness k"), "k", Interval("[1, inf)"), slider=(1.0, 200.0), log=True)),
    domain=((-2.5, 3.0), (-2.0, 2.0)),
    start=(-1.9, 1.1),
    minima=(Minimum((-1.0, 0.0), 0.0, _SOURCE), Minimum((1.0, 0.0), 0.0, _SOURCE)),
    curvature=curvature,
    levels="log",
    teaches=N_("Both are equally deep. GD with a learning rate above 2 over the curvature does not settle in the narrow one."),
    shows=(
        race(
            "s=two_wells&s.k=30&n=1000&o=gd",
            "minima() == 2",
            "depth(0) == depth(1)",
            "share(minimum(gd) == 0, lr=[0.01, 0.03, 0.05, 0.066]) == 1",
            "share(minimum(gd) == 0, lr=[0.067, 0.07, 0.08, 0.1, 0.12, 0.15, 0.2, 0.5]) == 0",
            "minimum(gd, lr=0.2) == 1",
            "minimum(gd, lr=0.5) == 1",
        ),
    ),
    source=N_("closed form: half the harmonic mean of two paraboloids"),
)
