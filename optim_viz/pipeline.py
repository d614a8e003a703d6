"""What happens around a rule: the loop that evaluates the surface, lets the rule move theta and keeps a record.

A step is: gradient of the loss at theta -> the rule. Whatever else an optimizer library does around a rule
(clipping, weight decay, schedules ...) has its place between those two, once and for all optimizers.
Two drivers run the same step: ``trace`` keeps every row, ``finish`` keeps only where each lane ends.
"""

import numpy as np
from numba import boolean, float64, int64, types

from optim_viz.lanes import CUBE, MATRIX, lazy, rule_at, surface_at


@lazy(CUBE(int64, int64, MATRIX, MATRIX, CUBE, MATRIX, int64))
def trace(surface_address, rule_address, start, params, state, hyper, steps):
    """Every step of every lane: ``[steps + 1, D + 1 + D + K * D, L]``; rows are theta, loss, gradient, state."""
    surface, rule = surface_at(surface_address), rule_at(rule_address)
    dims, lanes = start.shape
    fields = state.shape[0]
    width = 2 * dims + 1 + fields * dims
    out = np.empty((steps + 1, width, lanes))
    out[0, :dims] = start
    out[0, 2 * dims + 1 :] = state.copy().reshape(fields * dims, lanes)
    surface(out[0, :dims], params, out[0, dims], out[0, dims + 1 : 2 * dims + 1])
    for t in range(1, steps + 1):
        for r in range(width):
            for i in range(lanes):
                out[t, r, i] = out[t - 1, r, i]
        theta, gradient = out[t, :dims], out[t, dims + 1 : 2 * dims + 1]
        rule(t, theta, gradient, out[t, 2 * dims + 1 :].reshape(fields, dims, lanes), hyper)
        surface(theta, params, out[t, dims], gradient)
    return out


@lazy(types.Tuple((MATRIX, boolean[::1], int64[::1]))(int64, int64, MATRIX, MATRIX, CUBE, MATRIX, int64, float64))
def finish(surface_address, rule_address, start, params, state, hyper, steps, bound):
    """Where each lane ends: theta and loss ``[D + 1, L]``, whether it left the finite numbers, first row with loss <= bound.

    Called on blocks of a few hundred lanes, which stay in the processor's first cache.
    """
    surface, rule = surface_at(surface_address), rule_at(rule_address)
    dims, lanes = start.shape
    theta, state = start.copy(), state.copy()
    value, gradient = np.empty(lanes), np.empty((dims, lanes))
    poison = np.zeros(lanes)  # 0 * x is 0 for a finite x and nan for inf and nan: one multiplication, no branch
    arrived = np.full(lanes, -1.0)  # float64 like its neighbours, so that the loop below is SIMD
    for t in range(steps + 1):
        if t > 0:
            rule(t, theta, gradient, state, hyper)
        surface(theta, params, value, gradient)
        for i in range(lanes):
            poison[i] += 0.0 * value[i]
            arrived[i] = float(t) if (arrived[i] < 0.0) & (value[i] <= bound) else arrived[i]
        for d in range(dims):
            for i in range(lanes):
                poison[i] += 0.0 * theta[d, i] + 0.0 * gradient[d, i]
    out = np.empty((dims + 1, lanes))
    out[:dims], out[dims] = theta, value
    return out, poison != 0.0, arrived.astype(np.int64)
