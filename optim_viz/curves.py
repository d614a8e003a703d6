"""From a run to the curves that a chart shows beside it.

Every curve has a value for each row of the run: row r belongs to theta after r steps. What tells of a step stands at the row
that the step led to, so row 0 has none; that, and whatever is not defined, is nan. For N runs each has a leading axis of N.

A curve is a formula on plain numbers whose arguments say what it needs: ``loss``; the ``lowest`` value there is, 0 where there
is none; ``gx, gy``, the gradient; ``to_x, to_y``, the way from theta to the nearest minimum; ``xx, xy, yy``, the second
derivatives of what the rule descends; ``px, py``, what the rule divides each coordinate by; ``lx, ly``, limits of stability;
``shrink``, by how much decay beside the gradient shrinks theta in the step that leaves from here. Of the step that led here:
``dx, dy``; ``rate``, its learning rate; and of one coordinate how far it ``moved``, and the ``slope`` that it left. Where there
is one coordinate, y is 0.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import numpy as np

from optim_viz import interpreter, kernels
from optim_viz.engine import Run
from optim_viz.lanes import CURVE, call_hessian, call_number, jitable, lazy, unrolled
from optim_viz.pipeline import AT, LOOKAHEAD
from optim_viz.rules import arguments
from optim_viz.spec import LOWEST, N_, Optimizer
from optim_viz.stages import DECAYS

DOMAIN, ENDLESSLY, VALLEY = (LOWEST.index(kind) for kind in ("domain", "none", "valley"))
MAXIMIZE, DECAY = AT["maximize"], AT["weight_decay"]
L2, DECOUPLED = (1 + list(DECAYS).index(how) for how in ("l2", "decoupled"))


def loss(loss):
    return loss


def above(loss, lowest):
    return loss - lowest


def distance(to_x, to_y):
    return math.hypot(to_x, to_y)


def gradient(gx, gy):
    return math.hypot(gx, gy)


def stride(dx, dy):
    return math.hypot(dx, dy)


def effective(moved, slope):
    # for plain descent this is the learning rate; it is negative where momentum carries it uphill
    return math.nan if slope == 0 else -moved / slope


def rate(rate):
    return rate


def angle(gx, gy, to_x, to_y):
    down, home = math.hypot(gx, gy), math.hypot(to_x, to_y)
    if not (0 < down < math.inf and 0 < home < math.inf):
        return math.nan
    ax, ay, bx, by = -gx / down, -gy / down, to_x / home, to_y / home
    # exact also where they are nearly parallel
    return math.degrees(2 * math.atan2(math.hypot(ax - bx, ay - by), math.hypot(ax + bx, ay + by)))


def sharpness(xx, xy, yy, px, py):
    root_x, root_y = math.sqrt(px), math.sqrt(py)
    a, b, c = xx / (root_x * root_x), xy / (root_x * root_y), yy / (root_y * root_y)
    if b == 0 and a == c:
        return a
    return (a + c) / 2 + math.hypot((a - c) / 2, b)


def sharpness_limit(lx, ly, shrink):
    return (lx if lx < ly or math.isnan(lx) else ly) * (1 - shrink / 2)


def share(xx, xy, yy, px, py, lx, ly, shrink):
    return sharpness(xx, xy, yy, px, py) / sharpness_limit(lx, ly, shrink)


@dataclass(frozen=True)
class Curve:
    """One curve of a run.

    Args:
        label: what stands beside its axis, marked with ``N_``.
        axis: how its values spread: ``"log"`` over decades, ``"linear"`` otherwise.
        formula: its value at one row, see above.
        each: one line for each coordinate.
    """

    key: str
    label: str
    axis: Literal["log", "linear"]
    formula: Callable[..., float]
    each: bool = False

    def of(self, run: Run) -> np.ndarray:
        """(..., rows), or (..., rows, D) where ``each``."""
        out = drawn(self, run)
        shown = np.moveaxis(out, -1, 0) if run.record.ndim > 2 else out[:, :, 0]
        return shown if self.each else shown[..., 0]

    def asked(self, optimizer: Optimizer) -> tuple[Callable | None, Callable | None]:
        """What it needs of the optimizer's stability: what the rule divides by, and its limit."""
        needs, stability = arguments(self.formula), optimizer.stability
        if stability is None:
            return None, None
        return stability.preconditioner if "px" in needs else None, stability.limit if "lx" in needs else None


_ALL = (
    Curve("loss", N_("loss"), "linear", loss),
    Curve("above", N_("loss above the marked minimum"), "log", above),
    Curve("distance", N_("distance to the nearest minimum"), "log", distance),
    Curve("gradient", N_("norm of the gradient"), "log", gradient),
    Curve("stride", N_("length of a step"), "log", stride),
    Curve("effective", N_("effective learning rate per coordinate"), "log", effective, each=True),
    Curve("rate", N_("learning rate by the schedule"), "linear", rate),
    Curve("angle", N_("angle between the way down and the way to the minimum"), "linear", angle),
    Curve("sharpness", N_("sharpness: largest curvature"), "log", sharpness),
    Curve("sharpness_limit", N_("largest curvature that is stable"), "log", sharpness_limit),
    Curve("share", N_("sharpness / stability limit"), "log", share),
)  # fmt: skip

CURVES: Mapping[str, Curve] = MappingProxyType({curve.key: curve for curve in _ALL})


# ----------------------------------------------------------------------------------------------------------------- the kernel


def place(record, k, r, i, dims):
    """The two coordinates of what stands in the record from k on."""
    return record[r, k, i], record[r, k + 1, i] if dims > 1 else 0.0


def nearest(minima, kind, at, x, y):
    """The number of the minimum that is nearest; -1 where there is none at a finite distance. ``kind``: what lies lowest on the
    surface, its place in ``LOWEST``; of a valley the points are those nearest to each row and lane, ``at`` its number.
    """
    if kind == VALLEY:
        return at
    found, least = -1, math.inf
    for k in range(minima.shape[0]):
        far = math.hypot(x - minima[k, 0], y - (minima[k, 1] if minima.shape[1] > 2 else 0.0))
        if far < least:
            found, least = k, far
    return found


def way(minima, kind, at, x, y):
    """From there to the nearest minimum; nan where there is none."""
    k = nearest(minima, kind, at, x, y)
    if k < 0:
        return math.nan, math.nan
    return minima[k, 0] - x, (minima[k, 1] if minima.shape[1] > 2 else 0.0) - y


def second_derivatives(record, dims, around, params, hessian):
    """Of what the rule descends, xx, xy, yy [., rows * L]: upside down for one that climbs, with weight decay that is part of
    the gradient; nan where theta is not finite.
    """
    rows, lanes = record.shape[0], record.shape[2]
    theta, out = np.empty((dims, rows * lanes)), np.empty((dims * (dims + 1) // 2, rows * lanes))
    for d in range(dims):
        for r in range(rows):
            for i in range(lanes):
                theta[d, r * lanes + i] = record[r, d, i]
    call_hessian(hessian, theta, params, out)
    decay = around[DECAY + 1] if around[DECAY] == L2 else 0.0
    for j in range(rows * lanes):
        sign = -1.0 if around[MAXIMIZE] > 0 else 1.0
        for d in range(dims):
            sign = sign if math.isfinite(theta[d, j]) else math.nan
        out[0, j] = sign * out[0, j] + decay
        if dims > 1:
            out[1, j], out[2, j] = sign * out[1, j], sign * out[2, j] + decay
    return out


def by_name(record, first, dims, hyper, factors, address, places, without, unseen):
    """What a function of ``Stability`` is worth, [D, rows * L]; ``without`` where there is none, nan in the ``unseen`` first
    rows. ``places``: where in t, the hyperparameters and the states that stands which it asks for.
    """
    rows, lanes, hypers = record.shape[0], record.shape[2], hyper.shape[0]
    out, values = np.empty((dims, rows * lanes)), np.empty((places.size, rows * lanes))
    for d in range(dims):
        for k in range(places.size):
            at = places[k]
            state = 2 * dims + 2 + (at - hypers - 1) * dims + d
            for r in range(rows):
                for i in range(lanes):
                    if at == 0:
                        values[k, r * lanes + i] = first + r
                    elif at <= hypers:
                        values[k, r * lanes + i] = hyper[at - 1, i] * (factors[r] if at == 1 else 1.0)
                    else:
                        values[k, r * lanes + i] = record[r, state, i]
        if address != 0:
            call_number(address, values, out[d])
        for j in range(rows * lanes):
            if address == 0 or j < unseen * lanes:
                out[d, j] = without if address == 0 else math.nan
    return out


def shrinks(around, lr):
    """By how much of itself decay beside the gradient shrinks theta in a step."""
    if around[DECAY] == 0 or around[DECAY] == L2:
        return 0.0
    return around[DECAY + 1] * (lr if around[DECAY] == DECOUPLED else 1.0)


def lowest_of(minima, kind):
    """The lowest value; 0 where there is none."""
    found = 0.0
    for k in range(1 if kind == VALLEY else minima.shape[0]):
        found = minima[k, -1] if k == 0 or minima[k, -1] < found else found
    return found


#: what the arguments of a formula are, at row r of coordinate d and lane i
_GIVEN = {
    "loss": "record[r, dims, i]", "lowest": "lowest", "gx": "gx", "gy": "gy", "to_x": "to_x", "to_y": "to_y",
    "dx": "record[r, 0, i] - record[r - 1, 0, i]", "dy": "record[r, 1, i] - record[r - 1, 1, i] if dims > 1 else 0.0",
    "moved": "record[r, d, i] - record[r - 1, d, i]", "slope": "record[r - 1, dims + 1 + d, i]",
    "rate": "hyper[0, i] * factors[r - 1]",
    "xx": "second[0, at]", "xy": "second[1, at] if dims > 1 else 0.0", "yy": "second[2 if dims > 1 else 0, at]",
    "px": "divisor[0, at]", "py": "divisor[dims - 1, at]", "lx": "limits[0, at]", "ly": "limits[dims - 1, at]",
    "shrink": "shrinks(around, hyper[0, i] * factors[r])",
}  # fmt: skip
#: those that tell of the step that led to a row
_OF_STEP = {"dx", "moved", "slope", "rate"}
#: what is found first, for all of a run or for a lane at a row. Before the first step a rule has seen no gradient to divide by.
_FIRST = {
    "xx": ("second", "second_derivatives(record, dims, around, params, hessian)"),
    "px": ("divisor", "by_name(record, first, dims, hyper, factors, divides, divides_places, 1.0, 1)"),
    "lx": (
        "limits",
        "by_name(record, first, dims, hyper, factors, limit if around[LOOKAHEAD] == 0 else 0, limit_places, math.nan, 0)",
    ),
}
_FIRST_OF_LANE = {
    "gx": "gx, gy = place(record, dims + 1, r, i, dims)",
    "to_x": "to_x, to_y = way(minima, kind, at, *place(record, 0, r, i, dims))",
}


def _loops() -> Callable:
    """The loops over rows, coordinates and lanes of every curve. What they make: ``draw``, which writes one curve of a run of L
    lanes into ``out`` [rows, lines, L], nan so far.

    ``which``: its place in ``CURVES``. ``record``, ``hyper``, ``around``, ``first``: as for ``pipeline.trace``. ``params``
    [P, rows * L]; ``minima`` [M, D + 1]: theta and value of each, ``kind``: see ``nearest``; ``factors``: on the learning rate,
    for each row that of the step that leaves it. Addresses: of the Hessian, of what the rule divides by and of its limit; 0
    where there is none, or where this curve does not ask for it.
    """
    names = "which, first, kind, record, minima, hyper, factors, around, params, hessian, "
    body = f"def draw({names}divides, divides_places, limit, limit_places, out):\n"
    body += "    dims, rows, lanes, lowest = minima.shape[1] - 1, record.shape[0], record.shape[2], lowest_of(minima, kind)\n"
    for name, (found, finding) in _FIRST.items():
        asking = [f"which == {k}" for k, curve in enumerate(_ALL) if name in arguments(curve.formula)]
        body += f"    {found} = np.empty((0, 0))\n    if {' or '.join(asking)}:\n        {found} = {finding}\n"
    for k, curve in enumerate(_ALL):
        asked = arguments(curve.formula)
        body += f"    if which == {k}:\n        for r in range({int(bool(_OF_STEP & set(asked)))}, rows):\n"
        body += "            for d in range(out.shape[1]):\n                for i in range(lanes):\n"
        body += "                    at = r * lanes + i\n"
        body += "".join(f"                    {_FIRST_OF_LANE[name]}\n" for name in asked if name in _FIRST_OF_LANE)
        given = ", ".join(_GIVEN[name] for name in asked)
        body += f"                    out[r, d, i] = {curve.formula.__name__}_({given})\n"
    known = {function.__name__: jitable(function) for function in (place, way, second_derivatives, by_name, shrinks, lowest_of)}
    known |= {f"{curve.formula.__name__}_": jitable(curve.formula) for curve in _ALL}
    return unrolled(body, "draw", {"np": np, "math": math, "LOOKAHEAD": LOOKAHEAD, "__name__": __name__, **known}, __file__)


draw = lazy(CURVE)(_loops())


def drawn(curve: Curve, run: Run) -> np.ndarray:
    """(rows, lines, L)"""
    record, minima, hyper, factors, around = run.arguments
    divides, limit = curve.asked(run.optimizer)
    call, address = interpreter.either(draw, run.patient, *filter(None, (divides, limit)))
    second, params = None, run.surface.columns(0)
    if "xx" in arguments(curve.formula):
        second, params = kernels.hessian_of(run.surface), run.surface.columns(len(record) * record.shape[-1])
    out = np.full((len(record), run.surface.dim if curve.each else 1, record.shape[-1]), math.nan)
    call(
        _ALL.index(curve), run.first, LOWEST.index(run.surface.lowest), record, minima, hyper, factors, around, params,
        address(second), address(divides), places(run.optimizer, divides), address(limit), places(run.optimizer, limit), out,
    )  # fmt: skip
    return out


@lru_cache(maxsize=512)
def places(optimizer: Optimizer, function: Callable | None) -> np.ndarray:
    """Where in t, the hyperparameters and the states what a function asks for stands."""
    names = ["t", *optimizer.hypers, *(s.name for s in optimizer.states for _ in range(s.size))]
    return np.array([names.index(name) for name in arguments(function)] if function else [], dtype=np.int64)


def velocity(run: Run) -> np.ndarray | None:
    """(..., rows, D): where the optimizer's memory carries theta, in the memory's own unit; None where it has none."""
    return next((s.velocity * run.state[s.name] for s in run.optimizer.states if s.velocity), None)
