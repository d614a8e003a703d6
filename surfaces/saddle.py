"""A saddle with a floor: x^2 - y^2 near the origin, held from below by y^4 / 2.

The textbook saddle x^2 - y^2 has no lowest point: whoever leaves it fastest "wins" for ever, and a race to its minimum
means nothing. The quartic term gives each side a minimum to arrive at and leaves the saddle itself as it is.
"""

from optim_viz.claims import race
from optim_viz.spec import Minimum, N_, Surface


def value(x, y):
    return x * x - y * y + y * y * y * y / 2


def gradient(x, y):
    return 2 * x, -2 * y + 2 * y * y * y


def hessian(x, y):
    return 2.0, 0.0, 6 * y * y - 2


_SOURCE = "closed form: 2x = 0 and 2y^3 = 2y, so y = 1 or -1 at the minima and y = 0 at the saddle"

SURFACE = Surface(
    key="saddle",
    name=N_("Saddle"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    domain=((-2.0, 2.0), (-1.75, 1.75)),
    start=(-1.5, 0.001),  # from exactly y = 0 the gradient never points aside
    minima=(Minimum((0.0, -1.0), -0.5, _SOURCE), Minimum((0.0, 1.0), -0.5, _SOURCE)),
    curvature=4.0,
    levels="log",
    teaches=N_("A pass between two valleys: the slope vanishes at the saddle, and progress with it."),
    shows=(
        race(
            "s=saddle&x=-1.5&y=0.001&n=300&o=gd",
            "stride(gd, 10) < stride(gd, 1) / 50",
            "stride(gd, 20) > 10 * stride(gd, 10)",
            "steps(gd) < never",
            "beyond(gd, y, 0.001, y=0) == never",
        ),
    ),
    source=N_("x^2 - y^2 with a quartic floor"),
)
