"""A saddle for a monkey: three ways down, one for the tail. Bounded below, unlike the textbook's."""

import math

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface

_SOURCE = "closed form: in polar coordinates r^3 cos(3 phi) + r^4 / 2, lowest at r = 3/2, cos(3 phi) = -1"


def value(x, y):
    r2 = x * x + y * y
    return x * x * x - 3 * x * y * y + r2 * r2 / 2


def gradient(x, y):
    r2 = x * x + y * y
    return 3 * (x * x - y * y) + 2 * x * r2, -6 * x * y + 2 * y * r2


def hessian(x, y):
    return 6 * x + 6 * x * x + 2 * y * y, -6 * y + 4 * x * y, -6 * x + 2 * x * x + 6 * y * y


SURFACE = Surface(
    key="monkey_saddle",
    name=N_("Monkey saddle"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-2.2, 2.2), (-2.0, 2.0)),
    start=(1.4, 0.05),
    minima=(
        Minimum((-1.5, 0.0), -0.84375, _SOURCE),
        Minimum((0.75, 1.5 * math.sin(math.pi / 3)), -0.84375, _SOURCE),
        Minimum((0.75, -1.5 * math.sin(math.pi / 3)), -0.84375, _SOURCE),
    ),
    curvature=22.0,  # about as at the start, in x: 20
    levels="log",
    teaches=N_(
        "In the middle slope and curvature both vanish: Newton creeps in, halving its distance each step. GD slips past."
    ),
    shows=(
        race(
            "s=monkey_saddle&x=1.4&y=0.05&n=1000&o=gd&o=newton",
            "0.49 < x(newton, 20) / x(newton, 19) < 0.51",
            "0.49 < x(newton, 30) / x(newton, 29) < 0.51",
            "distance(newton) > 1.49",
            "share(steps(gd) < never, lr=[0.01, 0.02, 0.05, 0.1]) == 1",
        ),
    ),
    source=N_("the monkey saddle of Hilbert & Cohn-Vossen 1932, Anschauliche Geometrie, plus a quartic that bounds it"),
)
