"""What happens around a rule, in torch's order, and the loop over steps.

A step is: gradient of the loss at theta -> noise -> sign flip (maximize) -> clip by value or norm -> weight decay -> the rule
-> Lookahead. Each stage is off by default; what it is set to stands in ``around``, a vector that this file alone reads and
``settings`` writes. Schedules scale the learning rate, which is every rule's first hyperparameter.
Three drivers run the same ``step``: ``trace`` keeps every row, ``finish`` keeps only where each lane ends, and
``regression.kernels.descend`` takes another batch of a data set for each step.
"""

import math

import numpy as np
from numba import boolean, float64, int64, types, uint64

from optim_viz.lanes import CUBE, MATRIX, VECTOR, jitable, lazy, rule_at, surface_at

#: weight decay: added to the gradient; taken off theta, times the learning rate; taken off theta as it is
L2, DECOUPLED, DIRECT = 0.0, 1.0, 2.0
#: where each setting stands in ``around``; LOOKAHEAD: every so many steps, 0: never; OWN: evaluations a step but for the rule's
NOISE, SIGN, CLIP_VALUE, CLIP_NORM, WEIGHT_DECAY, DECAY, LOOKAHEAD, ALPHA, OWN = range(9)
OFF = (0.0, 1.0, math.inf, math.inf, 0.0, L2, 0.0, 0.0, 1.0)
#: torch.nn.utils.clip_grad_norm_ divides by the norm plus this
CLIP_EPSILON = 1e-6
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


def prepare(t, theta, gradient, rate, seeds, around):
    """What comes between the gradient and the rule, on ``gradient`` and, for decay that is not L2, on ``theta``."""
    dims, lanes = theta.shape
    if around[NOISE] > 0.0:
        for d in range(dims):
            for i in range(lanes):
                gradient[d, i] += around[NOISE] * normal(seeds[i], t, d)
    if around[SIGN] < 0.0:
        for d in range(dims):
            for i in range(lanes):
                gradient[d, i] = -gradient[d, i]
    if around[CLIP_VALUE] < math.inf:
        most = around[CLIP_VALUE]
        for d in range(dims):
            for i in range(lanes):
                g = gradient[d, i]
                gradient[d, i] = most if g > most else (-most if g < -most else g)
    if around[CLIP_NORM] < math.inf:
        for i in range(lanes):
            square = 0.0
            for d in range(dims):
                square += gradient[d, i] * gradient[d, i]
            scale = around[CLIP_NORM] / (math.sqrt(square) + CLIP_EPSILON)
            if not scale >= 1.0:  # nan goes on
                for d in range(dims):
                    gradient[d, i] *= scale
    decay = around[WEIGHT_DECAY]
    if decay != 0.0:
        for d in range(dims):
            for i in range(lanes):
                if around[DECAY] == L2:
                    gradient[d, i] += decay * theta[d, i]
                elif around[DECAY] == DECOUPLED:
                    theta[d, i] *= 1.0 - rate[0, i] * decay
                else:
                    theta[d, i] -= decay * theta[d, i]


def look_ahead(t, theta, slow, around):
    """Every few steps the slow weights go a part of the way to theta, and theta goes back to them."""
    dims, lanes = theta.shape
    if around[LOOKAHEAD] > 0.0 and t % int(around[LOOKAHEAD]) == 0:
        for d in range(dims):
            for i in range(lanes):
                slow[d, i] += around[ALPHA] * (theta[d, i] - slow[d, i])
                theta[d, i] = slow[d, i]


def own_fields(state, around):
    """How many of the state's fields are the rule's own: Lookahead's slow weights are the last."""
    return state.shape[0] - 1 if around[LOOKAHEAD] > 0.0 else state.shape[0]


def step(
    t,
    turn,
    surface_address,
    hessian_address,
    rule_address,
    theta,
    params,
    gradient,
    state,
    hyper,
    rate,
    seeds,
    around,
    factors,
    spent,
):
    """One step of every lane, in place. ``gradient``: at theta, used up. ``rate``: as ``hyper``, but the learning rate
    is scaled with ``factors[turn]`` where there are factors. ``spent`` grows by the evaluations that the rule itself makes.
    """
    if factors.size:
        for i in range(theta.shape[1]):
            rate[0, i] = hyper[0, i] * factors[turn]
    own = own_fields(state, around)
    prepare(t, theta, gradient, rate, seeds, around)
    rule_at(rule_address)(t, surface_address, hessian_address, theta, params, gradient, state[:own], rate, spent)
    if own < state.shape[0]:
        look_ahead(t, theta, state[own], around)


jitable(normal)
jitable(prepare)
jitable(look_ahead)
jitable(own_fields)
jitable(step)


@lazy(CUBE(int64, int64, int64, MATRIX, MATRIX, CUBE, MATRIX, uint64[::1], VECTOR, VECTOR, int64, int64, VECTOR))
def trace(
    surface_address, hessian_address, rule_address, start, params, state, hyper, seeds, around, factors, first, steps, spent
):
    """Every step of every lane: ``[steps + 1, D + 1 + D + 1 + K * D, L]``; rows are theta, loss, gradient, evaluations, state.

    ``state``'s last field is Lookahead's slow weights where there is Lookahead. ``factors`` (steps,): what the learning
    rate is multiplied with at each step; empty where it stays. ``first``: the steps already taken, ``spent`` (L,): what
    they cost.
    """
    surface = surface_at(surface_address)
    dims, lanes = start.shape
    fields = state.shape[0]
    theta, state, count, rate = start.copy(), state.copy(), spent.copy(), hyper.copy()
    value, gradient, used, poison = np.empty(lanes), np.empty((dims, lanes)), np.empty((dims, lanes)), np.zeros(lanes)
    out = np.empty((steps + 1, 2 * dims + 2 + fields * dims, lanes))
    for at in range(steps + 1):
        if at > 0:
            for d in range(dims):
                for i in range(lanes):
                    used[d, i] = gradient[d, i]
            step(
                first + at,
                at - 1,
                surface_address,
                hessian_address,
                rule_address,
                theta,
                params,
                used,
                state,
                hyper,
                rate,
                seeds,
                around,
                factors,
                count,
            )
            for i in range(lanes):
                count[i] += around[OWN]
        surface(theta, params, value, gradient, poison)
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
        int64, int64, int64, MATRIX, MATRIX, CUBE, MATRIX, uint64[::1], VECTOR, VECTOR, int64, float64, float64
    )
)
def finish(
    surface_address, hessian_address, rule_address, start, params, state, hyper, seeds, around, factors, steps, floor, bound
):
    """Where each lane ends: theta and loss ``[D + 1, L]``, whether it left the finite numbers, the first row with
    loss <= bound, and the row from which on floor <= loss <= bound to the end; -1 for never.

    Called on blocks of a few hundred lanes, which stay in the processor's first cache. The rest: as for ``trace``.
    """
    surface = surface_at(surface_address)
    dims, lanes = start.shape
    theta, state, count, rate = start.copy(), state.copy(), np.zeros(lanes), hyper.copy()
    value, gradient, poison = np.empty(lanes), np.empty((dims, lanes)), np.zeros(lanes)
    # float64 like their neighbours, so that the loop below is SIMD
    touched, stays = np.full(lanes, -1.0), np.full(lanes, -1.0)
    for t in range(steps + 1):
        if t > 0:
            step(
                t,
                t - 1,
                surface_address,
                hessian_address,
                rule_address,
                theta,
                params,
                gradient,
                state,
                hyper,
                rate,
                seeds,
                around,
                factors,
                count,
            )
        surface(theta, params, value, gradient, poison)
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
