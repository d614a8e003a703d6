"""A surface of the tests' own that falls without end: it has no minimum to arrive at."""

from optim_viz import Surface


def value(x, y):
    return y * y / 2 - x * x


def gradient(x, y):
    return -2 * x, y


def hessian(x, y):
    return -2.0 + 0.0 * x, 0.0, 1.0 + 0.0 * y


SLIDE = Surface(
    key="slide", name="slide", dim=2, value=value, gradient=gradient, hessian=hessian, domain=((-1.0, 1.0), (-1.0, 1.0)),
    start=(0.1, 0.5), minima=(), curvature=1.0, levels="linear", teaches="", source="",
)  # fmt: skip
