"""Newton's method: the step to the minimum of the parabola that fits here, by the exact second derivatives."""

from optim_viz import hypers
from optim_viz.claims import race
from optim_viz.rules import hessian
from optim_viz.spec import Hyper, Interval, Look, N_, Optimizer, named


def solve(A, b):
    """A x = b by elimination with pivots; A (D, D), b (D,). Overwrites A."""
    x, n = b.copy(), len(b)
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            p = i if abs(A[i, k]) > abs(A[p, k]) else p
        for j in range(n):
            A[k, j], A[p, j] = A[p, j], A[k, j]
        x[k], x[p] = x[p], x[k]
        for i in range(k + 1, n):
            factor = A[i, k] / A[k, k]
            for j in range(n):
                A[i, j] -= factor * A[k, j]
            x[i] -= factor * x[k]
    for k in range(n - 1, -1, -1):
        for j in range(k + 1, n):
            x[k] -= A[k, j] * x[j]
        x[k] /= A[k, k]
    return x


def update(theta, g, t, surface, lr, damping):
    H = hessian(surface, theta)
    for d in range(len(theta)):
        H[d, d] += damping
    step = solve(H, g)
    theta = theta - lr * step
    return (theta,)


OPTIMIZER = Optimizer(
    key="newton",
    name="Newton",
    year=1740,
    family="beyond",
    paper="Simpson 1740, Essays on Several Curious and Useful Subjects, who sets a gradient to 0 by the method of "
    "Newton 1669 and Raphson 1690, see Ypma 1995, Historical Development of the Newton-Raphson Method; here "
    "Nocedal & Wright 2006, Numerical Optimization, eq. 2.15 and Section 3.4, damped as in Levenberg 1944",
    url="https://doi.org/10.1137/1037125",
    update=update,
    hypers=named(
        hypers.lr(1.0, (1e-2, 2.0)),
        Hyper("damping", 0.0, N_("damping"), r"\mu", Interval("[0, inf)"), slider=(0.0, 10.0)),
    ),
    look=Look("#6B6B6B", "square"),
    start_lr=("fixed", 1.0),
    summary=N_("Knows the curvature: on a bowl one step is enough. But it heads for any flat point, be it a saddle or a peak."),
    good=N_("Near a minimum each step about doubles the number of right digits; no ravine is too narrow."),
    bad=N_("It is drawn to saddles and peaks as well, and needs second derivatives: D times D numbers for D coordinates."),
    use=N_("Small problems with exact derivatives; the measure of what curvature could give."),
    shows=(
        race("s=bowl&n=50&o=newton", "steps(newton) == 1"),
        race(
            "s=saddle&x=-1.5&y=0.001&n=50&o=newton",
            "distance(newton) == 1",
            "y(newton) == 0",
            "distance(newton, y=0.3) == 1",
        ),
        race(
            "s=double_well&s.tilt=0&x=0.1&n=50&o=newton",
            "x(newton) == 0",
            "x(newton, x=0.4) == 0",
            "loss(newton) > loss(newton, 0)",
        ),
        race("s=ravine&s.condition=1000000&n=50&o=newton", "steps(newton) == 1", "steps(newton, rotation=45) == 1"),
        race(
            "s=rosenbrock&x=-1.5&y=2&n=50&o=newton",
            "distance(newton, 6) < distance(newton, 5) ** 2 < 0.000001",
            "distance(newton, 7) < 1e-13",
        ),
    ),
    origin=N_("the textbook"),
    samples=({"lr": 0.5}, {"lr": 0.2, "damping": 10.0}, {"lr": 0.1}),
)
