"""The axes of the plane of a path in the kernels' language: by start and end, and by its main direction besides."""

import math

import numpy as np
from numba import void

from optim_viz.lanes import MATRIX, jitable, lazy

MOST = 400  # rows of a path that its main direction is found of
SQUARINGS, POWERS = 6, 60  # of the products of rows: as many as 3,840 powers


def largest(rows):
    """The largest size of a number in rows [R, D]."""
    most = 0.0
    for r in range(rows.shape[0]):
        for d in range(rows.shape[1]):
            most = max(most, abs(rows[r, d]))
    return most


def main_direction(rows, out):
    """Into ``out`` [D] where rows [R, D] go farthest, about 0: the first eigenvector of their products, by powers of these,
    Golub & Van Loan 2013, Matrix Computations, section 8.2; 0 where they go nowhere.
    """
    dims, most = rows.shape[1], largest(rows)
    products, squared = np.zeros((dims, dims)), np.empty((dims, dims))
    for r in range(0, rows.shape[0], (rows.shape[0] + MOST - 1) // MOST):
        for d in range(dims):
            for e in range(dims):
                products[d, e] += rows[r, d] / most * (rows[r, e] / most) if most > 0.0 else 0.0
    for _ in range(SQUARINGS):
        top = 0.0
        for d in range(dims):
            for e in range(dims):
                squared[d, e] = 0.0
                for k in range(dims):
                    squared[d, e] += products[d, k] * products[k, e]
                top = max(top, abs(squared[d, e]))
        for d in range(dims):
            for e in range(dims):
                products[d, e] = squared[d, e] / top if top > 0.0 else 0.0
    pivot = 0
    for d in range(dims):
        if products[d, d] > products[pivot, pivot]:
            pivot = d
    for d in range(dims):
        out[d] = products[d, pivot]
    turned = np.empty(dims)
    for _ in range(POWERS):
        top = 0.0
        for d in range(dims):
            turned[d] = 0.0
            for k in range(dims):
                turned[d] += products[d, k] * out[k]
            top = max(top, abs(turned[d]))
        for d in range(dims):
            out[d] = turned[d] / top if top > 0.0 else 0.0


def apart(one, axes, count):
    """Takes off ``one`` [D] its part along the first axes [2, D]; its length then, and before."""
    before = after = 0.0
    for d in range(one.size):
        before += one[d] * one[d]
    for k in range(count):
        along = 0.0
        for d in range(one.size):
            along += one[d] * axes[k, d]
        for d in range(one.size):
            one[d] -= along * axes[k, d]
    for d in range(one.size):
        after += one[d] * one[d]
    return math.sqrt(after), math.sqrt(before)


jitable(largest)
jitable(main_direction)
jitable(apart)


@lazy(void(MATRIX, MATRIX))
def directions(path, axes):
    """The two axes [2, D] of the plane of a path [R, D], all of whose numbers are finite."""
    rows, dims = path.shape
    unit = largest(path)  # squares of what is large or tiny are no numbers
    left, tried = np.zeros((rows, dims)), np.empty(dims)
    for r in range(rows):
        for d in range(dims):
            left[r, d] = path[r, d] / unit - path[0, d] / unit if unit > 0.0 else 0.0
    for k in range(2):
        for turn in range(dims + 2):  # the path's end, its main direction, then the coordinates
            if turn == 1:
                main_direction(left, tried)
            else:
                for d in range(dims):
                    tried[d] = 1.0 if turn == d + 2 else left[rows - 1, d] if turn == 0 and k == 0 else 0.0
            length, before = apart(tried, axes, k)
            if length > 1e-9 * max(before, 1e-300):
                break
        for d in range(dims):
            axes[k, d] = tried[d] / length
        for r in range(rows):
            apart(left[r], axes, k + 1)
