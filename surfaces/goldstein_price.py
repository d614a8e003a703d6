"""The function of Goldstein and Price: values from 3 to a million on a small square."""

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface


# both factors of the usual form are polynomials of one number each, u = x + y and w = 2x - 3y
def _p(u):
    return 3 * u * u * u * u - 8 * u * u * u - 6 * u * u + 24 * u + 20


def _q(w):
    return 3 * w * w * w * w - 16 * w * w * w + 18 * w * w + 30


def _dp(u):
    return 12 * u * u * u - 24 * u * u - 12 * u + 24


def _dq(w):
    return 12 * w * w * w - 48 * w * w + 36 * w


def value(x, y):
    p, q = _p(x + y), _q(2 * x - 3 * y)
    return p * q


def gradient(x, y):
    u, w = x + y, 2 * x - 3 * y
    p, q, dp, dq = _p(u), _q(w), _dp(u), _dq(w)
    return dp * q + 2 * p * dq, dp * q - 3 * p * dq


def hessian(x, y):
    u, w = x + y, 2 * x - 3 * y
    p, q, dp, dq = _p(u), _q(w), _dp(u), _dq(w)
    ddp, ddq = 36 * u * u - 48 * u - 12, 36 * w * w - 96 * w + 36
    return (
        ddp * q + 4 * dp * dq + 4 * p * ddq,
        ddp * q - dp * dq - 6 * p * ddq,
        ddp * q - 6 * dp * dq + 9 * p * ddq,
    )


SURFACE = Surface(
    key="goldstein_price",
    name=N_("Goldstein-Price"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(0.4, -0.6),
    minima=(Minimum((0.0, -1.0), 3.0, "Goldstein & Price 1971"),),
    curvature=4000.0,  # between 965 at the minimum and 7,700 at the start
    levels="log",
    teaches=N_(
        "The slope reaches 1,000,000 in the corners: the steepest place on the way sets the learning rate, not the minimum."
    ),
    shows=(
        race(
            "s=goldstein_price&x=0.4&y=-0.6&n=1000&o=gd",
            "stride(gd, 1, x=-1.8, y=1.8) > 1000000 * lr(gd)",
            "2 / curvature() > 0.002",
            "largest_lr(gd, x=0.02, y=-0.98) == 0.002",
            "largest_lr(gd) == 0.00026",
            "largest_lr(gd, x=-1.5, y=1.5) < 0.0001",
        ),
    ),
    source="Goldstein & Price 1971, On descent from local minima, https://doi.org/10.1090/S0025-5718-1971-0312365-X; https://www.sfu.ca/~ssurjano/goldpr.html",
)
