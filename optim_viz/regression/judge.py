"""The judge of fits in the kernels' language: over the seeds one median and one spread; who diverged, who rose, who arrived."""

import math

import numpy as np
from numba import void

from optim_viz.lanes import MATRIX, VECTOR, jitable, lazy


def ordered(values):
    """Sorts them in place: Shell 1959. numpy's sort would bring its own memory along, which a module has not."""
    gap = values.size // 2
    while gap > 0:
        for k in range(gap, values.size):
            one, at = values[k], k
            while at >= gap and values[at - gap] > one:
                values[at] = values[at - gap]
                at -= gap
            values[at] = one
        gap //= 2


def between(ranks, share):
    """The value below which this share of ordered ones lies, between two neighbours linearly, as numpy's quantiles are;
    what lies between a number and infinity is infinite.
    """
    at = round(share * (ranks.size - 1) * 1e9) / 1e9  # 0.1 * 30 is no whole number to a computer
    below = math.floor(at)
    low, high = ranks[int(below)], ranks[int(math.ceil(at))]
    return low if low == high else low + (high - low) * (at - below)


jitable(ordered)
jitable(between)


@lazy(void(MATRIX, VECTOR, MATRIX))
def quantiles(values, shares, out):
    """Of ``values`` [S, M] along the first axis these shares [K] into ``out`` [K, M]; what is no number is above all others."""
    column = np.empty(values.shape[0])
    for m in range(values.shape[1]):
        for s in range(values.shape[0]):
            column[s] = math.inf if math.isnan(values[s, m]) else values[s, m]
        ordered(column)
        for k in range(shares.size):
            out[k, m] = between(column, shares[k])


@lazy(void(VECTOR, VECTOR, MATRIX, MATRIX))
def judge(began, ended, theta, out):
    """Of each seed, [S], into ``out`` [2, S]: whether it diverged, its last loss or its last theta [S, D] not being finite; and
    whether it ended higher than it began.
    """
    for s in range(ended.size):
        finite = math.isfinite(ended[s])
        for d in range(theta.shape[1]):
            finite = finite and math.isfinite(theta[s, d])
        out[0, s] = 0.0 if finite else 1.0
        out[1, s] = 1.0 if finite and ended[s] > began[s] else 0.0


@lazy(void(MATRIX, VECTOR, VECTOR))
def arrival(losses, height, out):
    """The row from which on each seed's loss, of ``losses`` [S, R], is at most ``height`` [1], into ``out`` [S]; inf for
    never.
    """
    for s in range(losses.shape[0]):
        out[s] = math.inf
        for r in range(losses.shape[1]):
            if not losses[s, r] <= height[0]:
                out[s] = math.inf
            elif out[s] == math.inf:
                out[s] = float(r)
