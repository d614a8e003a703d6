"""The judge of a run in the kernels' language: of each lane a vector of numbers, ``SLOTS``, which ``outcome`` says in Python.

To *arrive* is to come within the tolerance of the lowest value and to stay there to the last step; to *touch* is to be within
it once.
"""

import ast
import copy
import math
from collections.abc import Callable
from functools import cache
from typing import Literal

import numpy as np

from optim_viz.curves import DOMAIN, ENDLESSLY, MAXIMIZE, VALLEY, lowest_of, nearest, place
from optim_viz.lanes import JUDGE, jitable, lazy, unrolled
from optim_viz.rules import parsed, returned

#: A runner is there when its loss is this close to the lowest value. Said wherever it is used.
TOLERANCE = 1e-3
#: A runner overshoots when it passes its minimum by more than this share of the distance between start and minimum.
OVERSHOOT = 0.05
#: A runner that has not arrived stalls when during the last quarter it keeps within this share of the picture's width, and
#: moved ten times as far before: one that creeps all along is on the way.
STALL = 0.005
#: A move shorter than this share of the picture's width is no turn, but the rounding of somebody at rest.
REST = 1e-9
#: Fewer steps than these tell nothing about how a run goes on.
FEW = 20
Cause = Literal["climbs", "huge", "endless", "rate", "slope", "long", "uphill"]
#: the causes that the kernel finds, each at its number
CAUSES: tuple[Cause | None, ...] = (None, "climbs", "huge", "endless", "rate", "slope", "long", "uphill")
NONE, CLIMBS, HUGE, ENDLESS, RATE, SLOPE, LONG, UPHILL = map(float, range(len(CAUSES)))


def first_broken(record, dims, i):
    """The first row where theta, loss or gradient is not a finite number; inf where all are."""
    for r in range(record.shape[0]):
        for k in range(2 * dims + 1):
            if not math.isfinite(record[r, k, i]):
                return float(r)
    return math.inf


def arrival(record, dims, lowest, kind, i):
    """The first row within TOLERANCE of the lowest value, and the one from which on all are; inf for never. And how many rows
    the longest visit lasted that ended in leaving.
    """
    touched = arrived = math.inf
    visit = 0.0
    for r in range(record.shape[0]):
        rise = record[r, dims, i] - lowest
        if rise <= TOLERANCE and (kind != DOMAIN or rise >= -TOLERANCE):
            touched = min(touched, float(r))
            arrived = min(arrived, float(r))
        else:
            visit = max(visit, r - arrived)
            arrived = math.inf
    return touched, arrived, visit


def overshot(record, minima, kind, dims, i):
    """See ``Outcome.overshoot``."""
    (x, y), last = place(record, 0, 0, i, dims), place(record, 0, record.shape[0] - 1, i, dims)
    k = nearest(minima, kind, (record.shape[0] - 1) * record.shape[2] + i, *last)
    if k < 0:
        return 0.0
    way_x, way_y = minima[k, 0] - x, minima[k, 1] - y if dims > 1 else 0.0
    far, most = math.hypot(way_x, way_y), 0.0
    if not 0 < far < math.inf:
        return 0.0
    for r in range(record.shape[0]):
        here_x, here_y = place(record, 0, r, i, dims)
        passed = ((here_x - x) * (way_x / far) + (here_y - y) * (way_y / far)) / far
        if math.isnan(passed) or passed == math.inf:
            return 0.0
        most = max(most, passed)
    return most - 1.0 if most - 1.0 > OVERSHOOT else 0.0


def turns_often(record, dims, width, i):
    """Whether in the last half a coordinate turns at every other step or oftener; see REST."""
    rows, least = record.shape[0], REST * width
    half, often = rows // 2, False
    for d in range(dims):
        turns = 0
        for r in range(half + 1, rows - 1):
            before, after = record[r, d, i] - record[r - 1, d, i], record[r + 1, d, i] - record[r, d, i]
            turns += int((before < -least and after > least) or (before > least and after < -least))
        often = often or 2 * turns >= rows - half - 2
    return often


def best(record, dims, first, end, i):
    """The least loss of these rows."""
    least = math.inf
    for r in range(first, end):
        least = min(least, record[r, dims, i])
    return least


def extent(record, dims, first, i):
    """Of the box around the path from this row on, the longer side."""
    longest = 0.0
    for d in range(dims):
        least = most = record[first, d, i]
        for r in range(first, record.shape[0]):
            least, most = min(least, record[r, d, i]), max(most, record[r, d, i])
        longest = max(longest, most - least)
    return longest


def stalls_at_end(record, dims, width, i):
    """Whether it never moved, or kept within STALL of the picture's width, and a tenth of its way, for the last quarter."""
    rows = record.shape[0]
    whole, late = extent(record, dims, 0, i), extent(record, dims, 3 * rows // 4, i)
    if whole == 0:
        return rows > 1
    return rows > FEW and late < STALL * width and late <= whole / 10


def beyond_limit(curvatures, limits, last, i):
    """The first row up to ``last`` whose curvature is above the limit; -1 where none is, none is known, or none is stable."""
    for r in range(min(int(last) + 1, curvatures.shape[0])):
        if curvatures[r, i] > limits[r, i] and limits[r, i] > 0:
            return float(r)
    return -1.0


def thrown(record, dims, width, last, i):
    """The first step up to ``last`` that is longer than the picture is wide and than ten times any before: the row it leads to,
    and its length; row 0 where none is.
    """
    longest = 0.0
    for r in range(1, int(last) + 1):
        (x, y), (x0, y0) = place(record, 0, r, i, dims), place(record, 0, r - 1, i, dims)
        far = math.hypot(x - x0, y - y0)
        if far > width and far > 10 * longest:
            return float(r), far
        longest = max(longest, far)
    return 0.0, 0.0


def step_above(record, dims, end, i):
    """The step from which on it is higher than it began: the row it leads to, its length, and whether it begins downhill."""
    r = int(end)
    while r > 1 and record[r - 1, dims, i] > record[0, dims, i]:
        r -= 1
    (x, y), (x0, y0) = place(record, 0, r, i, dims), place(record, 0, r - 1, i, dims)
    gx, gy = place(record, dims + 1, r - 1, i, dims)
    return float(r), math.hypot(x - x0, y - y0), gx * (x - x0) + gy * (y - y0) < 0


def rises_late(record, dims, i):
    """Whether the loss rises anywhere in the last FEW steps."""
    rises = False
    for r in range(max(record.shape[0] - FEW, 1), record.shape[0]):
        rises = rises or record[r, dims, i] > record[r - 1, dims, i]
    return rises


def crossed(record, minima, kind, dims, d, i):
    """How many steps lead from one side of the minimum nearest to the start to the other, along coordinate d."""
    k = nearest(minima, kind, i, *place(record, 0, 0, i, dims)) if d < dims else -1
    steps = 0.0
    for r in range(1, record.shape[0]):
        if k >= 0:
            steps += flag((record[r, d, i] - minima[k, d]) * (record[r - 1, d, i] - minima[k, d]) < 0)
    return steps


def risen(record, dims, i):
    """How many steps raise the loss."""
    steps = 0.0
    for r in range(1, record.shape[0]):
        steps += flag(record[r, dims, i] > record[r - 1, dims, i])
    return steps


def flag(holds):
    return 1.0 if holds else 0.0


def judged(record, minima, hyper, factors, around, kind, width, curvatures, limits, i):
    """What is to be said of lane i, see ``Outcome`` and ``SLOTS``; a step that does not come is inf, a flag 0 or 1."""
    dims, rows = minima.shape[1] - 1, record.shape[0]
    lowest = lowest_of(minima, kind) if minima.shape[0] else math.nan
    climbs = around[MAXIMIZE] > 0
    diverged = first_broken(record, dims, i)
    broken = diverged < math.inf
    end = max(diverged - 1.0, 0.0) if broken else rows - 1.0
    first_loss, last_loss = record[0, dims, i], record[int(end), dims, i]
    touched, arrived, visit = arrival(record, dims, lowest, kind, i)
    here = arrived < math.inf
    # it has been there as long before, and left again; or it is there in the last row only, and did not come straight down
    brief = flag(here and rows - arrived <= max(visit, 1.0) and rises_late(record, dims, i))
    settles = math.inf if brief > 0 else arrived
    left_again = flag(touched < math.inf and not here)
    minimum = math.nan
    if here and kind != VALLEY:
        minimum = float(max(nearest(minima, kind, 0, *place(record, 0, int(end), i, dims)), 0))
    fell = flag(kind == DOMAIN and last_loss < lowest - TOLERANCE)
    worse = flag(not (broken or here) and last_loss > first_loss)
    failed = broken or worse > 0
    seeking = not (here or failed or fell > 0 or climbs) and minima.shape[0] > 0
    oscillates = stalls = 0.0
    if seeking and rows > FEW and turns_often(record, dims, width, i):
        late, early = best(record, dims, rows // 2, rows, i), best(record, dims, 0, rows // 2, i)
        oscillates = flag(late - lowest >= 0.9 * (early - lowest))
    if seeking and oscillates == 0:
        stalls = flag(stalls_at_end(record, dims, width, i))
    running = flag(seeking and left_again + oscillates + stalls == 0)
    overshoot = 0.0 if failed or fell + oscillates > 0 or touched == 0 else overshot(record, minima, kind, dims, i)
    evaluations = record[int(arrived if here else end), 2 * dims + 1, i]
    cause, row, lr, curvature, limit, length = NONE, 0.0, 0.0, 0.0, 0.0, 0.0
    if failed and climbs:
        cause = CLIMBS
    elif diverged == 0:
        cause = HUGE
    elif failed and kind in (DOMAIN, ENDLESSLY) and last_loss < (lowest - TOLERANCE if minima.shape[0] else first_loss):
        cause = ENDLESS
    elif failed:
        row = beyond_limit(curvatures, limits, end, i)
        if row >= 0:
            cause, at = RATE, int(row)
            lr, curvature, limit = hyper[0, i] * factors[at], curvatures[at, i], limits[at, i]
        else:
            row, length = thrown(record, dims, width, end, i)
            cause = SLOPE if row > 0 else NONE
            if row == 0 and end > 0:
                row, length, down = step_above(record, dims, end, i)
                cause = LONG if down else UPHILL
    crossings_x, crossings_y = crossed(record, minima, kind, dims, 0, i), crossed(record, minima, kind, dims, 1, i)
    rises = risen(record, dims, i)
    return (
        arrived, touched, brief, settles, left_again, diverged, end, fell, worse, oscillates, stalls, running, overshoot,
        minimum, evaluations, last_loss, cause, row, lr, curvature, limit, length, crossings_x, crossings_y, rises,
    )  # fmt: skip


#: the numbers that the judge gives, in their order
SLOTS = tuple(returned(judged))
for _function in (judged, place, nearest):
    jitable(_function)


@lazy(JUDGE)
def judge(record, minima, hyper, factors, around, kind, width, curvatures, limits, out):
    """What is to be said of L lanes into ``out`` [SLOTS, L].

    ``record`` to ``around``: as for ``curves.draw``. ``kind``: what lies lowest on the surface, its place in ``LOWEST``;
    ``width`` of the picture. ``curvatures``, ``limits`` [rows, L], for the cause "rate"; without rows where that is no cause.
    """
    for i in range(record.shape[2]):
        slots = judged(record, minima, hyper, factors, around, kind, width, curvatures, limits, i)
        for k, value in enumerate(slots):
            out[k, i] = value


# ------------------------------------------------------------------------------------------------ what has no finite result

#: what a step of a scalar rule does that has no finite result, each at the number that ``watched`` gives
STOPS: tuple[Literal["zero", "root", "huge"] | None, ...] = (None, "zero", "root", "huge")
ZERO, ROOT, TOO_LARGE = 1.0, 2.0, 3.0


def divided(a, b, seen):
    if b == 0 and seen[0] == 0:
        seen[0] = ZERO
    return a / b


def root(x, seen):
    if x < 0 and seen[0] == 0:
        seen[0] = ROOT
    return math.sqrt(x)


def power(a, b, seen):
    if a == 0 and b < 0 and seen[0] == 0:
        seen[0] = ZERO
    return a**b


class _Watching(ast.NodeTransformer):
    """The same code that tells ``seen`` of the first division by 0 or root of a negative number."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        name = {ast.Div: "divided", ast.Pow: "power"}.get(type(node.op))
        return _calling(name, node.left, node.right) if name else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        return _calling("root", *node.args) if ast.unparse(node.func) == "math.sqrt" else node


def _calling(name: str, *given: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), [*given, ast.Name("seen", ast.Load())], [])


@cache
def watched(rule: Callable) -> Callable:
    """Of a scalar rule a function of the same numbers: what of its step has no finite result, the place in ``STOPS``."""
    node = _Watching().visit(copy.deepcopy(parsed(rule)[1]))
    finite = " and ".join(f"math.isfinite({value})" for value in returned(rule))
    body = [ast.parse("seen = np.zeros(1)").body[0], *node.body[:-1]]
    body += ast.parse(f"if seen[0] == 0 and not ({finite}):\n    seen[0] = TOO_LARGE").body
    node.name, node.body = "stops", [*body, ast.Return(ast.parse("seen[0]", mode="eval").body)]
    known = {"np": np, "math": math, "divided": divided, "root": root, "power": power, "TOO_LARGE": TOO_LARGE}
    return unrolled(ast.unparse(ast.fix_missing_locations(node)), "stops", {**rule.__globals__, **known}, __file__)
