"""L-BFGS: curvature guessed from the last steps, and a line search along each direction; a row is one iteration."""

import numpy as np

from optim_viz import hypers
from optim_viz.claims import race
from optim_viz.rules import loss_and_gradient
from optim_viz.spec import Look, N_, Optimizer, State, named

HISTORY = 100  # pairs that are kept; torch's default
C1, C2 = 1e-4, 0.9  # of the strong Wolfe conditions
MOST_EVALUATIONS = 25  # of a line search
TOLERANCE_GRAD, TOLERANCE_CHANGE = 1e-7, 1e-9  # torch's: no step is taken below these


def dot(a, b):
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


def largest(a):
    most = 0.0
    for x in a:
        most = max(most, abs(x))
    return most


def along(theta, step, d):
    """theta + step * d"""
    x = theta.copy()
    for i in range(len(x)):
        x[i] += step * d[i]
    return x


def appended(rows, last):
    """The rows without the first, and one more at the end."""
    n, moved = len(rows), np.empty_like(rows)
    for d in range(len(last)):
        for i in range(n - 1):
            moved[i, d] = rows[i + 1, d]
        moved[n - 1, d] = last[d]
    return moved


def direction(g, S, Y):
    """- H g by the two loops, Nocedal & Wright 2006, Algorithm 7.4; S, Y (HISTORY, D), the newest last, rows of 0 unused."""
    q, alpha = along(0 * g, -1.0, g), np.zeros(HISTORY)
    for i in range(HISTORY - 1, -1, -1):
        ys = dot(Y[i], S[i])
        if ys == 0:
            break
        alpha[i] = dot(S[i], q) / ys
        q = along(q, -alpha[i], Y[i])
    ys = dot(Y[-1], S[-1])
    if ys > 0:
        q = q * (ys / dot(Y[-1], Y[-1]))
    for i in range(HISTORY):
        ys = dot(Y[i], S[i])
        if ys != 0:
            q = along(q, alpha[i] - dot(Y[i], q) / ys, S[i])
    return q


def cubic(x1, f1, g1, x2, f2, g2, lo, hi):
    """The minimum between lo and hi of the cubic with these values and slopes, Nocedal & Wright 2006, eq. 3.59."""
    d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
    square = d1 * d1 - g1 * g2
    if not square >= 0:
        return (lo + hi) / 2
    d2 = np.sqrt(square)
    if x1 <= x2:
        x = x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2 * d2))
    else:
        x = x1 - (x1 - x2) * ((g1 + d2 - d1) / (g1 - g2 + 2 * d2))
    return min(max(x, lo), hi)


def line_search(surface, theta, step, d, f, g):
    """A step along d that meets the strong Wolfe conditions: Nocedal & Wright 2006, Algorithms 3.5 and 3.6, as in torch."""
    slope, longest = dot(g, d), largest(d)
    f_new, g_new = loss_and_gradient(surface, along(theta, step, d))
    slope_new = dot(g_new, d)
    # a: the earlier end of the bracket, b: the later
    a, f_a, slope_a = 0.0, f, slope
    b, f_b, slope_b = step, f_new, slope_new
    done, n = False, 0
    while n < MOST_EVALUATIONS:
        if f_b > f + C1 * b * slope or (n > 1 and f_b >= f_a):
            break
        if abs(slope_b) <= -C2 * slope:
            return b
        if slope_b >= 0:
            break
        longer = cubic(a, f_a, slope_a, b, f_b, slope_b, b + 0.01 * (b - a), b * 10)
        a, f_a, slope_a, b = b, f_b, slope_b, longer
        f_b, g_new = loss_and_gradient(surface, along(theta, b, d))
        slope_b = dot(g_new, d)
        n += 1
    if n == MOST_EVALUATIONS:
        a, f_a = 0.0, f
    stuck = False
    while not done and n < MOST_EVALUATIONS and not abs(b - a) * longest < TOLERANCE_CHANGE:
        lo, hi = min(a, b), max(a, b)
        step = cubic(a, f_a, slope_a, b, f_b, slope_b, lo, hi)
        margin = 0.1 * (hi - lo)
        if min(hi - step, step - lo) < margin:
            if stuck or step >= hi or step <= lo:
                step = hi - margin if abs(step - hi) < abs(step - lo) else lo + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        f_new, g_new = loss_and_gradient(surface, along(theta, step, d))
        slope_new = dot(g_new, d)
        n += 1
        a_is_low = f_a <= f_b
        if f_new > f + C1 * step * slope or f_new >= min(f_a, f_b):
            if a_is_low:
                b, f_b, slope_b = step, f_new, slope_new
            else:
                a, f_a, slope_a = step, f_new, slope_new
            continue
        done = abs(slope_new) <= -C2 * slope
        if a_is_low:
            if not done and slope_new * (b - a) >= 0:
                b, f_b, slope_b = a, f_a, slope_a
            a, f_a, slope_a = step, f_new, slope_new
        else:
            if not done and slope_new * (a - b) >= 0:
                a, f_a, slope_a = b, f_b, slope_b
            b, f_b, slope_b = step, f_new, slope_new
        if done:
            return step
    return a if f_a <= f_b else b


def update(theta, t, surface, g_prev, s, S, Y, lr):
    f, g = loss_and_gradient(surface, theta)
    if largest(g) <= TOLERANCE_GRAD:
        return theta, g_prev, s, S, Y
    y = along(g, -1.0, g_prev)
    if t > 1 and dot(y, s) > 1e-10:
        S, Y = appended(S, s), appended(Y, y)
    d = direction(g, S, Y)
    step = 0.0
    if dot(g, d) <= -TOLERANCE_CHANGE:
        first = min(1.0, 1.0 / dot(np.sign(g), g)) * lr if t == 1 else lr
        step = line_search(surface, theta, first, d, f, g)
    s = along(0 * d, step, d)
    theta = along(theta, step, d)
    return theta, g, s, S, Y


OPTIMIZER = Optimizer(
    key="lbfgs",
    name="L-BFGS",
    year=1989,
    family="beyond",
    paper="Liu & Nocedal 1989, On the limited memory BFGS method for large scale optimization",
    url="https://doi.org/10.1007/BF01589116",
    update=update,
    states=(
        State("g_prev", r"g_{t-1}"),
        State("s", r"s_{t-1}"),
        State("S", "S", size=HISTORY, bookkeeping=True),
        State("Y", "Y", size=HISTORY, bookkeeping=True),
    ),
    hypers=named(hypers.lr(1.0, (1e-2, 2.0))),
    look=Look("#CC79A7", "diamond"),
    start_lr=("fixed", 1.0),
    summary=N_("Learns the curvature from its own steps and searches along each direction. Few steps, several gradients each."),
    good=N_(
        "In narrow and bent ravines it needs a few dozen iterations at most, where GD at its best needs thousands of steps."
    ),
    bad=N_("Each iteration costs several gradients, and the noise of batches spoils what it learns."),
    use=N_("Smooth problems with the full gradient: fits, physics, small networks."),
    shows=(
        race(
            "s=rosenbrock&x=-1.5&y=2&n=5000&o=lbfgs&o=gd,lr:0.001",
            "steps(lbfgs) < 40",
            "gradients(lbfgs) > 2 * steps(lbfgs)",
            "steps(gd) == never",
        ),
        race("s=ravine&s.condition=1000&n=5000&o=lbfgs&o=gd", "steps(lbfgs) < 10", "fewest(gd) > 1900"),
        race("s=bent_ravine&n=5000&o=lbfgs&o=gd", "steps(lbfgs) < 40", "fewest(gd) > 2000"),
    ),
    calls={
        "torch": "torch.optim.LBFGS(params, lr={lr}, max_iter=1, max_eval=26, history_size=100, line_search_fn='strong_wolfe')"
    },
    samples=({"lr": 0.5}, {"lr": 0.1}, {"lr": 1.5}),
)
