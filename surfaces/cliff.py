"""A gentle slope that ends at a wall: one gradient there is a hundred times each of those before."""

import math

from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Minima, N_, Surface, named

_S = 20.0  # how sharply the wall begins


def _sigmoid(u):
    e = math.exp(-abs(u))
    return 1 / (1 + e) if u >= 0 else e / (1 + e)


def _minima(k):
    foot = 0.5 / k  # where the wall's slope makes up for the floor's
    x = math.log(foot / (1 - foot)) / _S
    return x, 0.0, value(x, 0.0, k)


def value(x, y, k):
    u = _S * x
    wall = max(u, 0.0) + math.log1p(math.exp(-abs(u)))  # log(1 + exp(u)), also where exp(u) is too large
    return -x / 2 + k / _S * wall + y * y / 4


def gradient(x, y, k):
    return k * _sigmoid(_S * x) - 0.5, y / 2


def hessian(x, y, k):
    s = _sigmoid(_S * x)
    return k * _S * s * (1 - s), 0.0, 0.5


def curvature(k):
    # at the minimum, at the foot of the wall
    return _S / 2 * (1 - 0.5 / k)


SURFACE = Surface(
    key="cliff",
    name=N_("Cliff"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    params=named(Hyper("k", 50.0, N_("steepness k"), "k", Interval("[1, inf)"), slider=(5.0, 500.0), log=True)),
    domain=((-4.0, 1.0), (-2.0, 2.0)),
    start=(-3.5, 1.4),
    minima=Minima(_minima, "closed form: k sigmoid(20 x) = 1/2"),
    curvature=curvature,
    levels="log",
    teaches=N_(
        "Exploding gradients: a step that lands on the wall throws the path far back. With the gradient clipped it stays near."
    ),
    shows=(
        race(
            "s=cliff&n=300&o=gd,lr:0.5&o=gd,lr:0.5,clip_norm:1",
            "longest(gd) > 2",
            "longest(gd2) <= 0.5",
            "reach(gd, x, 20, 300) > 2",
            "reach(gd2, x, 20, 300) < 0.45",
            "reach(gd, x, 20, 300, lr=1) > 30",
            "reach(gd2, x, 20, 300, lr=1) < 0.9",
        ),
    ),
    source=N_(
        "after the cliffs of Pascanu, Mikolov & Bengio 2013, On the difficulty of training recurrent neural networks, https://arxiv.org/abs/1211.5063"
    ),
)
