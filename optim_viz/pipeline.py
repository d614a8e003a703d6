"""What happens around a rule, in torch's order, and the loop over steps.

A step is: gradient of the loss at theta -> noise -> sign flip (maximize) -> clip by value or norm -> weight decay -> the rule
-> Lookahead: the records of ``stages``, whose formulas are put here into loops over coordinates and lanes. Each is off by
default; what it is set to stands in ``around``, a vector that this file alone reads and ``Around.vector`` writes. Schedules
scale the learning rate, which is every rule's first hyperparameter.
Three drivers run the same ``step``: ``trace`` keeps every row, ``finish`` keeps only where each lane ends, and
``regression.kernels.descend`` takes another batch of a data set for each step.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np
from numba import boolean, float64, int64, types, uint64, void

from optim_viz.lanes import CUBE, MATRIX, VECTOR, WHERE, call_rule, call_surface, jitable, lazy, unrolled
from optim_viz.rules import arguments, returned
from optim_viz.schedules import SCHEDULES
from optim_viz.stages import STAGES, Stage


def _layout() -> tuple[Mapping[str, int], int]:
    """Where in ``around`` each stage stands, and how long it is: which formula is on, 0 for none, and then its numbers."""
    at, size = {}, 0
    for stage in STAGES.values():
        if stage.formulas:
            at[stage.key] = size
            size += 1 + len(stage.hypers)
    return MappingProxyType(at), size


#: where each stage stands; OWN: the evaluations of a step but for those of the rule itself
AT, OWN = _layout()
SIZE = OWN + 1
LOOKAHEAD = AT["lookahead"]
GOLDEN = 0x9E3779B97F4A7C15


def mixed(x):
    """64 bits from 64 bits, each depending on all: SplitMix64's finaliser, https://doi.org/10.1145/2714064.2660195."""
    x = (x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB)
    return x ^ (x >> uint64(31))


def normal(seed, t, d):
    """A standard normal number that depends on seed, step and coordinate alone: the same in any order and any block of lanes.

    A counter in the place of a stream: the three are mixed into two words of random bits, these go through Box & Muller 1958.
    """
    word = mixed(uint64(seed) + uint64(GOLDEN))
    word = mixed(word + uint64(t) * uint64(GOLDEN))
    word = mixed(word + uint64(d) * uint64(GOLDEN))
    first = float(mixed(word + uint64(1)) >> uint64(11)) * 2.0**-53
    second = float(mixed(word + uint64(2)) >> uint64(11)) * 2.0**-53
    return math.sqrt(-2.0 * math.log(1.0 - first)) * math.cos(2.0 * math.pi * second)


#: what the arguments of a stage's formula are, in the loops over coordinates d and lanes i
_GIVEN = {
    "g": "gradient[d, i]", "theta": "theta[d, i]", "lr": "rate[0, i]", "norm": "norm", "z": "normal(seeds[i], t, d)",
    "slow": "slow[d, i]",
}  # fmt: skip
_OVER_ALL = """        for d in range(dims):
            for i in range(lanes):
"""
#: lane by lane, with the length of its slope
_OVER_LANES = """        for i in range(lanes):
            square = 0.0
            for d in range(dims):
                square += gradient[d, i] * gradient[d, i]
            norm = math.sqrt(square)
            for d in range(dims):
"""


def _loops(stage: Stage) -> Iterator[str]:
    """The lines that carry out a stage, one block for each of its formulas."""
    at = AT[stage.key]
    given = _GIVEN | {name: f"around[{at + k}]" for k, name in enumerate(stage.hypers, 1)}
    for k, formula in enumerate(stage.formulas.values(), 1):
        yield f"    if around[{at}] == {k}.0" + (f" and t % int({given[stage.every]}) == 0:\n" if stage.every else ":\n")
        yield _OVER_LANES if "norm" in arguments(formula) else _OVER_ALL
        targets = ", ".join(given[name] for name in returned(formula))
        yield f"                {targets} = {formula.__name__}({', '.join(given[name] for name in arguments(formula))})\n"


def _carried_out(name: str, parameters: str, stages: list[Stage]) -> Callable:
    """A function that carries out these stages on ``theta`` and what else it is given."""
    known = {"np": np, "math": math, "normal": normal}
    known |= {formula.__name__: jitable(formula) for stage in stages for formula in stage.formulas.values()}
    body = "".join(line for stage in stages for line in _loops(stage))
    return unrolled(f"def {name}({parameters}):\n    dims, lanes = theta.shape\n{body}", name, known)


jitable(normal)
#: what comes between the gradient and the rule, and what comes after it
prepare = _carried_out(
    "prepare", "t, theta, gradient, rate, seeds, around", [s for s in STAGES.values() if s.formulas and not s.every]
)
look_ahead = _carried_out("look_ahead", "t, theta, slow, around", [s for s in STAGES.values() if s.every])


def _factor() -> Callable:
    """``factor(kind, i, values)``: what the schedule at this place in ``SCHEDULES`` makes of its numbers at step i."""
    body = ""
    for k, kind in enumerate(SCHEDULES.values()):
        values = "".join(f", values[{j}]" for j in range(len(kind.hypers)))
        body += f"    if kind == {k}:\n        return {kind.factor.__name__}(i{values})\n"
    known = {kind.factor.__name__: jitable(kind.factor) for kind in SCHEDULES.values()}
    return unrolled(f"def factor(kind, i, values):\n{body}    return 1.0\n", "factor", known)


factor = _factor()
jitable(factor)


@lazy(void(int64, VECTOR, int64, int64, VECTOR))
def factors(kind, values, warmup, first, out):
    """What a schedule multiplies the learning rate with, at the steps after the ``first`` ones; over ``warmup`` steps it rises
    evenly before the schedule begins.
    """
    for k in range(out.size):
        i = float(first + k)
        rising = (i + 1) / warmup if i + 1 < warmup else 1.0
        out[k] = rising * factor(kind, i - warmup if i > warmup else 0.0, values)


def room(items):
    """Numbers that begin where a line of the processor's cache begins: else every other vector of 64 bytes lies in two."""
    whole = np.empty(items + 7)
    at = -(whole.ctypes.data // 8) % 8
    return whole[at : at + items]


def placed(array):
    """A copy there."""
    out = room(array.size).reshape(array.shape)
    flat, given = out.ravel(), array.ravel()
    for k in range(array.size):
        flat[k] = given[k]
    return out


jitable(room)
jitable(placed)


def shared_out(theta, state, around):
    """The state's fields that are the rule's own, and Lookahead's slow weights, the last, where there are some."""
    last = state.shape[0] - 1
    return state[: last if around[LOOKAHEAD] > 0.0 else last + 1], state[last] if last >= 0 else theta


def step(t, turn, where, theta, params, gradient, own, slow, hyper, rate, seeds, around, factors, spent):
    """One step of every lane, in place. ``where``: the addresses of the kernels, see ``WHERE``. ``gradient``: at theta, used
    up. ``own``, ``slow``: see ``shared_out``. ``rate``: as ``hyper``, but the learning rate is scaled with ``factors[turn]``
    where there are factors. ``spent`` grows by the evaluations that the rule itself makes.
    """
    if factors.size:
        for i in range(theta.shape[1]):
            rate[0, i] = hyper[0, i] * factors[turn]
    prepare(t, theta, gradient, rate, seeds, around)
    call_rule(where[2], t, where[0], where[1], theta, params, gradient, own, rate, spent)
    look_ahead(t, theta, slow, around)


jitable(shared_out)
#: what stands in the drivers' loops as it is, see ``lanes.inlined``
PARTS = step, prepare, look_ahead


@lazy(CUBE(WHERE, MATRIX, MATRIX, CUBE, MATRIX, uint64[::1], VECTOR, VECTOR, int64, int64, VECTOR), *PARTS)
def trace(where, start, params, state, hyper, seeds, around, factors, first, steps, spent):
    """Every step of every lane: ``[steps + 1, D + 1 + D + 1 + K * D, L]``; rows are theta, loss, gradient, evaluations, state.

    ``state``'s last field is Lookahead's slow weights where there is Lookahead. ``factors`` (steps,): what the learning
    rate is multiplied with at each step; empty where it stays. ``first``: the steps already taken, ``spent`` (L,): what
    they cost.
    """
    dims, lanes = start.shape
    fields = state.shape[0]
    theta, state, count, rate = start.copy(), state.copy(), spent.copy(), hyper.copy()
    own, slow = shared_out(theta, state, around)
    value, gradient, used, poison = np.empty(lanes), np.empty((dims, lanes)), np.empty((dims, lanes)), np.zeros(lanes)
    out = np.empty((steps + 1, 2 * dims + 2 + fields * dims, lanes))
    for at in range(steps + 1):
        if at > 0:
            for d in range(dims):
                for i in range(lanes):
                    used[d, i] = gradient[d, i]
            step(first + at, at - 1, where, theta, params, used, own, slow, hyper, rate, seeds, around, factors, count)
            for i in range(lanes):
                count[i] += around[OWN]
        call_surface(where[0], theta, params, value, gradient, poison)
        for i in range(lanes):
            row = out[at]
            row[dims, i] = value[i]
            row[2 * dims + 1, i] = count[i]
            for d in range(dims):
                row[d, i] = theta[d, i]
                row[dims + 1 + d, i] = gradient[d, i]
                for k in range(fields):
                    row[2 * dims + 2 + k * dims + d, i] = state[k, d, i]
    return out


@lazy(
    types.Tuple((MATRIX, boolean[::1], int64[::1], int64[::1]))(
        WHERE, MATRIX, MATRIX, CUBE, MATRIX, uint64[::1], VECTOR, VECTOR, int64, float64, float64
    ),
    *PARTS,
)
def finish(where, start, params, state, hyper, seeds, around, factors, steps, floor, bound):
    """Where each lane ends: theta and loss ``[D + 1, L]``, whether it left the finite numbers, the first row with
    loss <= bound, and the row from which on floor <= loss <= bound to the end; -1 for never.

    Called on blocks of a few hundred lanes, which stay in the processor's first cache. The rest: as for ``trace``.
    """
    dims, lanes = start.shape
    theta, state, count, rate, params = placed(start), placed(state), np.zeros(lanes), placed(hyper), placed(params)
    own, slow = shared_out(theta, state, around)
    value, gradient, poison = room(lanes), room(dims * lanes).reshape(dims, lanes), room(lanes)
    # float64 like their neighbours, so that the loop below is SIMD
    touched, stays = room(lanes), room(lanes)
    for i in range(lanes):
        touched[i] = stays[i] = -1.0
        poison[i] = 0.0
    for t in range(steps + 1):
        if t > 0:
            step(t, t - 1, where, theta, params, gradient, own, slow, hyper, rate, seeds, around, factors, count)
        call_surface(where[0], theta, params, value, gradient, poison)
        if not math.isnan(bound):
            for i in range(lanes):
                touched[i] = float(t) if (touched[i] < 0.0) & (value[i] <= bound) else touched[i]
                stays[i] = (float(t) if stays[i] < 0.0 else stays[i]) if (floor <= value[i]) & (value[i] <= bound) else -1.0
    out = np.empty((dims + 1, lanes))
    for i in range(lanes):
        out[dims, i] = value[i]
        for d in range(dims):
            out[d, i] = theta[d, i]
            poison[i] += 0.0 * theta[d, i]  # no rule brings theta back from beyond the finite numbers: its last place tells
    return out, poison != 0.0, touched.astype(np.int64), stays.astype(np.int64)
