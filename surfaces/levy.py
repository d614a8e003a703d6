"""Levy's function: waves along both ways, in a wide bowl."""

import math

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface


def value(x, y):
    v, w = (x - 1) / 4, (y - 1) / 4
    s, a, b = math.sin(math.pi * v), math.sin(math.pi * v + math.pi + 1), math.sin(2 * math.pi * w)
    return s * s + v * v * (1 + 10 * a * a) + w * w * (1 + b * b)


def gradient(x, y):
    v, w = (x - 1) / 4, (y - 1) / 4
    a, b = math.pi * v + math.pi + 1, 2 * math.pi * w
    sin_a, sin_b = math.sin(a), math.sin(b)
    dv = math.pi * math.sin(2 * math.pi * v) + 2 * v * (1 + 10 * sin_a * sin_a) + v * v * 10 * math.pi * math.sin(2 * a)
    dw = 2 * w * (1 + sin_b * sin_b) + w * w * 2 * math.pi * math.sin(2 * b)
    return dv / 4, dw / 4


def hessian(x, y):
    v, w = (x - 1) / 4, (y - 1) / 4
    a, b, pi2 = math.pi * v + math.pi + 1, 2 * math.pi * w, math.pi * math.pi
    sin_a, sin_b = math.sin(a), math.sin(b)
    ddv = 2 * pi2 * math.cos(2 * math.pi * v) + 2 * (1 + 10 * sin_a * sin_a)
    ddv += 40 * math.pi * v * math.sin(2 * a) + 20 * pi2 * v * v * math.cos(2 * a)
    ddw = 2 * (1 + sin_b * sin_b) + 8 * math.pi * w * math.sin(2 * b) + 8 * pi2 * w * w * math.cos(2 * b)
    return ddv / 16, 0.0, ddw / 16


SURFACE = Surface(
    key="levy",
    name=N_("Levy"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    start=(-8.0, 8.0),
    minima=(Minimum((1.0, 1.0), 0.0, "closed form: every term is a square and vanishes there"),),
    curvature=8.0,  # of the waves on the way
    levels="log",
    teaches=N_("Long waves in x, short ones in y: with short steps every path stops in a dip on the way."),
    shows=(
        race(
            "s=levy&n=5000&o=gd&o=momentum&o=adam",
            "share(loss(gd) > 1, lr=[0.01, 0.02, 0.05, 0.1, 0.2]) == 1",
            "share(loss(momentum) > 1, lr=[0.001, 0.005, 0.01, 0.02]) == 1",
            "share(loss(adam) > 1, lr=[0.01, 0.02, 0.05, 0.1, 0.2]) == 1",
        ),
    ),
    source="Levy & Montalvo 1985, The tunneling algorithm, https://doi.org/10.1137/0906002; https://www.sfu.ca/~ssurjano/levy.html",
)
