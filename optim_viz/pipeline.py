"""What happens around a rule, in torch's order, and the loop over steps.

A step is: gradient of the loss at theta -> noise -> sign flip (maximize) -> clip by value or norm -> weight decay -> the rule
-> Lookahead. Each stage is off by default; what it is set to stands in ``around``, a vector that this file alone reads and
``settings`` writes. Schedules scale the learning rate, which is every rule's first hyperparameter.
Three drivers run the same step: ``trace`` keeps every row, ``finish`` keeps only where each lane ends, ``descend`` takes
another batch of a data set for each step.
"""

import math

import numpy as np
from numba import boolean, float64, int32, int64, types, uint64

from optim_viz.lanes import COUNT, CUBE, HEAD, MATRIX, VECTOR, jitable, lazy, rule_at, surface_at

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


jitable(normal)
jitable(prepare)
jitable(look_ahead)


@lazy(CUBE(int64, int64, int64, MATRIX, MATRIX, CUBE, MATRIX, uint64[::1], VECTOR, VECTOR, int64, int64, VECTOR))
def trace(
    surface_address, hessian_address, rule_address, start, params, state, hyper, seeds, around, factors, first, steps, spent
):
    """Every step of every lane: ``[steps + 1, D + 1 + D + 1 + K * D, L]``; rows are theta, loss, gradient, evaluations, state.

    ``state``'s last field is Lookahead's slow weights where there is Lookahead. ``factors`` (steps,): what the learning
    rate is multiplied with at each step; empty where it stays. ``first``: the steps already taken, ``spent`` (L,): what
    they cost.
    """
    surface, rule = surface_at(surface_address), rule_at(rule_address)
    dims, lanes = start.shape
    fields = state.shape[0]
    own = fields - 1 if around[LOOKAHEAD] > 0.0 else fields  # the rule's own
    theta, state, count, rate = start.copy(), state.copy(), spent.copy(), hyper.copy()
    rules_state, slow = state[:own], state[fields - 1] if fields else theta
    value, gradient, used, poison = np.empty(lanes), np.empty((dims, lanes)), np.empty((dims, lanes)), np.zeros(lanes)
    out = np.empty((steps + 1, 2 * dims + 2 + fields * dims, lanes))
    for step in range(steps + 1):
        if step > 0:
            t = first + step
            if factors.size:
                for i in range(lanes):
                    rate[0, i] = hyper[0, i] * factors[step - 1]
            for d in range(dims):
                for i in range(lanes):
                    used[d, i] = gradient[d, i]
            prepare(t, theta, used, rate, seeds, around)
            rule(t, surface_address, hessian_address, theta, params, used, rules_state, rate, count)
            for i in range(lanes):
                count[i] += around[OWN]
            if own < fields:
                look_ahead(t, theta, slow, around)
        surface(theta, params, value, gradient, poison)
        for i in range(lanes):
            row = out[step]
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
    surface, rule = surface_at(surface_address), rule_at(rule_address)
    dims, lanes = start.shape
    fields = state.shape[0]
    own = fields - 1 if around[LOOKAHEAD] > 0.0 else fields
    theta, state, count, rate = start.copy(), state.copy(), np.zeros(lanes), hyper.copy()
    rules_state, slow = state[:own], state[fields - 1] if fields else theta
    value, gradient, poison = np.empty(lanes), np.empty((dims, lanes)), np.zeros(lanes)
    # float64 like their neighbours, so that the loop below is SIMD
    touched, stays = np.full(lanes, -1.0), np.full(lanes, -1.0)
    for t in range(steps + 1):
        if t > 0:
            if factors.size:
                for i in range(lanes):
                    rate[0, i] = hyper[0, i] * factors[t - 1]
            prepare(t, theta, gradient, rate, seeds, around)
            rule(t, surface_address, hessian_address, theta, params, gradient, rules_state, rate, count)
            if own < fields:
                look_ahead(t, theta, slow, around)
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


def take_batch(table, batches, size, update, params):
    """The samples of an update into each lane's parameters: ``table`` [N, F + 1], ``batches`` [1 or L, 1 or U, B]."""
    columns, own, turn = table.shape[1], batches.shape[0] > 1, update % batches.shape[1]
    for i in range(params.shape[1]):
        params[COUNT, i] = size
        lane = i if own else 0
        for b in range(size):
            sample = batches[lane, turn, b]
            for c in range(columns):
                params[HEAD + b * columns + c, i] = table[sample, c]


jitable(take_batch)


@lazy(
    types.Tuple((CUBE, MATRIX, MATRIX))(
        int64, int64, int64, MATRIX, MATRIX, VECTOR, int32[:, :, ::1], int64[::1], CUBE, MATRIX, uint64[::1], VECTOR, VECTOR,
        int64, int64,
    )
)  # fmt: skip
def descend(
    surface_address, hessian_address, rule_address, start, table, head, batches, sizes, state, hyper, seeds, around, factors,
    updates, every,
):  # fmt: skip
    """Batch by batch: theta ``[R, D, L]`` and what it cost ``[R, L]`` at update 0, every, 2 every ...; batch losses ``[U, L]``.

    A row more at the end where ``every`` does not divide ``updates``. ``table`` [N, F + 1]: features and target of each sample;
    ``head``: see ``lanes.HEAD``. ``batches`` [1 or L, T, B]: indices of samples, for every lane the same or its own, taken in
    turn, T after T; ``sizes`` (T,): how many of the B there are. The cost is counted in gradients of single samples. A batch's
    loss is that before its update. The rest: as for ``trace``.
    """
    surface, rule = surface_at(surface_address), rule_at(rule_address)
    dims, lanes = start.shape
    fields = state.shape[0]
    own = fields - 1 if around[LOOKAHEAD] > 0.0 else fields
    theta, state, rate = start.copy(), state.copy(), hyper.copy()
    rules_state, slow = state[:own], state[fields - 1] if fields else theta
    value, gradient, poison = np.empty(lanes), np.empty((dims, lanes)), np.zeros(lanes)
    count, spent = np.zeros(lanes), np.zeros(lanes)
    params = np.empty((HEAD + batches.shape[2] * table.shape[1], lanes))
    for k in range(HEAD):
        for i in range(lanes):
            params[k, i] = head[k]
    rows = (updates + every - 1) // every + 1
    out, cost, losses = np.empty((rows, dims, lanes)), np.zeros((rows, lanes)), np.empty((updates, lanes))
    for d in range(dims):
        for i in range(lanes):
            out[0, d, i] = theta[d, i]
    row = 1
    for t in range(1, updates + 1):
        size = sizes[(t - 1) % sizes.size]
        if t == 1 or batches.shape[1] > 1:
            take_batch(table, batches, size, t - 1, params)
        surface(theta, params, value, gradient, poison)
        if factors.size:
            for i in range(lanes):
                rate[0, i] = hyper[0, i] * factors[t - 1]
        for i in range(lanes):
            losses[t - 1, i] = value[i]
            count[i] = around[OWN]
        prepare(t, theta, gradient, rate, seeds, around)
        rule(t, surface_address, hessian_address, theta, params, gradient, rules_state, rate, count)
        if own < fields:
            look_ahead(t, theta, slow, around)
        for i in range(lanes):
            spent[i] += size * count[i]
        if t % every == 0 or t == updates:
            for i in range(lanes):
                cost[row, i] = spent[i]
                for d in range(dims):
                    out[row, d, i] = theta[d, i]
            row += 1
    return out, cost, losses


@lazy(types.Tuple((VECTOR, MATRIX))(int64, MATRIX, MATRIX))
def survey(surface_address, theta, params):
    """Value ``[M]`` and gradient ``[D, M]`` at many points ``theta [D, M]``, as many at once as ``params [P, L]`` has lanes."""
    surface = surface_at(surface_address)
    dims, points = theta.shape
    lanes = params.shape[1]
    values, gradients = np.empty(points), np.empty((dims, points))
    block, value, gradient, poison = np.zeros((dims, lanes)), np.empty(lanes), np.empty((dims, lanes)), np.zeros(lanes)
    for at in range(0, points, lanes):
        n = min(lanes, points - at)
        for d in range(dims):
            for i in range(n):
                block[d, i] = theta[d, at + i]
        surface(block, params, value, gradient, poison)
        for i in range(n):
            values[at + i] = value[i]
            for d in range(dims):
                gradients[d, at + i] = gradient[d, i]
    return values, gradients
