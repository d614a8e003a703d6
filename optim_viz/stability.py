"""The stability limits that many optimizers share: up to which curvature their steps on a parabola shrink.

On a parabola of curvature lambda a rule without divisions is linear in theta and its buffer: it converges while both
eigenvalues of that map are smaller than 1. Each limit here is where the first of them reaches -1.
"""

from collections.abc import Callable

from optim_viz.spec import Stability

_EDGE = "Cohen et al. 2021, Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability, Section 2 and "
_EDGE += "Appendix B, https://arxiv.org/abs/2103.00065"
_ADAPTIVE = "Cohen et al. 2022, Adaptive Gradient Methods at the Edge of Stability, Section 2, https://arxiv.org/abs/2207.14484"


def plain(lr: float) -> float:
    return 2 / lr


def heavy_ball(lr: float, momentum: float) -> float:
    return (2 + 2 * momentum) / lr


def average(lr: float, beta1: float) -> float:
    return (2 + 2 * beta1) / ((1 - beta1) * lr)


def running(lr: float, momentum: float) -> float:
    return average(lr, momentum)  # the same number by another name


def nesterov(lr: float, momentum: float) -> float:
    return (2 + 2 * momentum) / ((1 + 2 * momentum) * lr)


PLAIN = Stability(plain, _EDGE)
HEAVY_BALL = Stability(heavy_ball, _EDGE)
NESTEROV = Stability(nesterov, _EDGE)
AVERAGE = Stability(running, _ADAPTIVE)


def divided(preconditioner: Callable, limit: Callable = average) -> Stability:
    """Of a rule that divides each coordinate; the limit is Adam's unless another is given."""
    return Stability(limit, _ADAPTIVE, preconditioner)
