"""Beale's function: a flat valley between steep corners."""

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface


def value(x, y):
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
    return a * a + b * b + c * c


def gradient(x, y):
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
    return (
        2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)),
        2 * (a * x + b * 2 * x * y + c * 3 * x * y * y),
    )


def hessian(x, y):
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
    ax, bx, cx = y - 1, y * y - 1, y * y * y - 1
    ay, by, cy = x, 2 * x * y, 3 * x * y * y
    return (
        2 * (ax * ax + bx * bx + cx * cx),
        2 * (ax * ay + a + bx * by + b * 2 * y + cx * cy + c * 3 * y * y),
        2 * (ay * ay + by * by + b * 2 * x + cy * cy + c * 6 * x * y),
    )


SURFACE = Surface(
    key="beale",
    name=N_("Beale"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-4.5, 4.5), (-4.5, 4.5)),
    start=(0.5, -1.5),
    minima=(Minimum((3.0, 0.5), 0.0, "Beale 1958; the three brackets vanish at (3, 1/2)"),),
    curvature=50.0,  # at the minimum
    levels="log",
    teaches=N_(
        "Slopes from 1 to 100,000: a learning rate that the corners allow is hundreds of times too small for the valley."
    ),
    shows=(
        race(
            "s=beale&n=1000&o=gd",
            "stride(gd, 1, x=4, y=4) > 100000 * lr(gd)",
            "1 < stride(gd, 1, x=2.5, y=0.3) / lr(gd) < 1.1",
            "limit(gd, x=4, y=4) < 0.0001",
            "limit(gd) > 500 * limit(gd, x=4, y=4)",
            "fewest(gd) < 150",
        ),
    ),
    source="Beale 1958, On an iterative method for finding a local minimum; https://www.sfu.ca/~ssurjano/beale.html",
)
