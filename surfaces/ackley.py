"""Ackley's function: a plain with ripples around a deep funnel."""

import math

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface


def value(x, y):
    r = math.sqrt((x * x + y * y) / 2)
    ripple = math.exp((math.cos(2 * math.pi * x) + math.cos(2 * math.pi * y)) / 2)
    return -20 * math.exp(-0.2 * r) - ripple + 20 + math.e


def gradient(x, y):
    r = math.sqrt((x * x + y * y) / 2)
    ripple = math.pi * math.exp((math.cos(2 * math.pi * x) + math.cos(2 * math.pi * y)) / 2)
    funnel = 2 * math.exp(-0.2 * r) / r if r > 0 else 0.0  # the tip of the funnel is a cone: there 0 stands for its slope
    return funnel * x + ripple * math.sin(2 * math.pi * x), funnel * y + ripple * math.sin(2 * math.pi * y)


def hessian(x, y):
    r = math.sqrt((x * x + y * y) / 2)
    ripple = math.pi * math.pi * math.exp((math.cos(2 * math.pi * x) + math.cos(2 * math.pi * y)) / 2)
    sin_x, sin_y = math.sin(2 * math.pi * x), math.sin(2 * math.pi * y)
    funnel = 2 * math.exp(-0.2 * r) / r if r > 0 else 0.0
    bend = -funnel * (0.1 / r + 0.5 / (r * r)) if r > 0 else 0.0
    return (
        funnel + bend * x * x + ripple * (2 * math.cos(2 * math.pi * x) - sin_x * sin_x),
        bend * x * y - ripple * sin_x * sin_y,
        funnel + bend * y * y + ripple * (2 * math.cos(2 * math.pi * y) - sin_y * sin_y),
    )


SURFACE = Surface(
    key="ackley",
    name=N_("Ackley"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-3.4, 2.35),
    minima=(Minimum((0.0, 0.0), 0.0, "closed form: both exponents are largest at 0"),),
    curvature=50.0,  # of the ripples
    corner=True,
    levels="linear",
    teaches=N_("Ripples hide a gentle slope to the middle: short steps stay in the first ripple."),
    shows=(
        race(
            "s=ackley&n=300&o=gd&o=adam",
            "share(loss(gd) > 7.9, lr=[0.001, 0.002, 0.005, 0.01, 0.02]) == 1",
            "loss(adam) > 7.9",
            "loss(gd, lr=0.1) < 2",
            "loss(adam, lr=1) < 0.2",
        ),
    ),
    source="Ackley 1987, A Connectionist Machine for Genetic Hillclimbing; https://www.sfu.ca/~ssurjano/ackley.html",
)
