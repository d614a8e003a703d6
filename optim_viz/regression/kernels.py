"""The kernels of fits: how a batch lies in a lane's parameters, its mean loss as a surface, and the drivers batch by batch."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numba import int32, int64, types, uint64, void

from optim_viz.lanes import CUBE, HESSIAN, MATRIX, SURFACE, VECTOR, WHERE, Kernel, call_surface, jitable, kernel, lazy
from optim_viz.pipeline import OWN, PARTS, shared_out, step
from optim_viz.rules import digest

#: theta[D, L], x[F, L], z[L] (out), dz[D, L] (out): predictions of a model, see ``regression.spec.Model.forward``
FORWARD = void(MATRIX, MATRIX, VECTOR, MATRIX)

#: what stands before the samples in a lane's parameters: how many samples there are, how many features each has, the strength
#: of L2, the parameter of the loss. Then sample by sample its features and its target.
COUNT, WIDTH, L2, LOSS, HEAD = range(5)


@cache
def batch_kernel(forward: Callable, loss: Callable) -> Kernel:
    """The kernel (signature ``SURFACE``) of the mean loss of a model over a batch, which is a lane's parameters; see ``HEAD``.

    ``forward(theta, x, z, dz)`` writes one sample's prediction z[L] and its derivatives dz[D, L] for theta[D, L] and features
    x[F, L]; ``loss(z, y, p) -> value, slope, curvature`` is on plain numbers. All lanes have batches of one size. L2 adds
    half its strength times the squared length of theta.
    """
    forward_lanes, loss_one = jitable(forward), jitable(loss)
    source = digest(forward, loss)

    def batch(theta, params, value, gradient, poison):
        source  # noqa: B018 - as above
        dims, lanes = theta.shape
        count, width, l2, p = int(params[COUNT, 0]), int(params[WIDTH, 0]), params[L2, 0], params[LOSS, 0]
        z, slope, dz = np.empty(lanes), np.empty(lanes), np.empty((dims, lanes))
        for i in range(lanes):
            value[i] = 0.0
        for d in range(dims):
            for i in range(lanes):
                gradient[d, i] = 0.0
        for at in range(HEAD, HEAD + count * (width + 1), width + 1):
            forward_lanes(theta, params[at : at + width], z, dz)
            y = params[at + width]
            for i in range(lanes):
                v, s, _ = loss_one(z[i], y[i], p)
                value[i] += v
                slope[i] = s
            for d in range(dims):
                for i in range(lanes):
                    gradient[d, i] += slope[i] * dz[d, i]
        for i in range(lanes):
            value[i] /= count
        for d in range(dims):
            for i in range(lanes):
                gradient[d, i] = gradient[d, i] / count + l2 * theta[d, i]
                value[i] += 0.5 * l2 * theta[d, i] * theta[d, i]
                poison[i] += 0.0 * gradient[d, i]
        for i in range(lanes):
            poison[i] += 0.0 * value[i]

    return kernel(SURFACE, batch, forward)


@cache
def forward_kernel(forward: Callable) -> Kernel:
    """The kernel (signature ``FORWARD``) of a model's predictions."""
    forward_lanes, source = jitable(forward), digest(forward)

    def predictions(theta, x, z, dz):
        source  # noqa: B018 - as above
        forward_lanes(theta, x, z, dz)

    return kernel(FORWARD, predictions, forward)


@cache
def batch_hessian_kernel(forward: Callable, loss: Callable) -> Kernel:
    """The kernel (signature ``HESSIAN``) of the same loss, for a model whose predictions are linear in theta."""
    forward_lanes, loss_one = jitable(forward), jitable(loss)
    source = digest(forward, loss)

    def second(theta, params, out):
        source  # noqa: B018 - as above
        dims, lanes = theta.shape
        count, width, l2, p = int(params[COUNT, 0]), int(params[WIDTH, 0]), params[L2, 0], params[LOSS, 0]
        z, dz = np.empty(lanes), np.empty((dims, lanes))
        for k in range(out.shape[0]):
            for i in range(lanes):
                out[k, i] = 0.0
        for at in range(HEAD, HEAD + count * (width + 1), width + 1):
            forward_lanes(theta, params[at : at + width], z, dz)
            for i in range(lanes):
                _, _, curvature = loss_one(z[i], params[at + width, i], p)
                k = 0
                for d in range(dims):
                    for e in range(d, dims):
                        out[k, i] += curvature / count * dz[d, i] * dz[e, i]
                        k += 1
        k = 0
        for d in range(dims):
            for i in range(lanes):
                out[k, i] += l2
            k += dims - d

    return kernel(HESSIAN, second, forward)


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
        WHERE, MATRIX, MATRIX, VECTOR, int32[:, :, ::1], int64[::1], CUBE, MATRIX, uint64[::1], VECTOR, VECTOR, int64, int64
    ),
    *PARTS,
)  # fmt: skip
def descend(where, start, table, head, batches, sizes, state, hyper, seeds, around, factors, updates, every):
    """Batch by batch: theta ``[R, D, L]`` and what it cost ``[R, L]`` at update 0, every, 2 every ...; batch losses ``[U, L]``.

    A row more at the end where ``every`` does not divide ``updates``. ``table`` [N, F + 1]: features and target of each sample;
    ``head``: see ``HEAD``. ``batches`` [1 or L, T, B]: indices of samples, for every lane the same or its own, taken in
    turn, T after T; ``sizes`` (T,): how many of the B there are. The cost is counted in gradients of single samples. A batch's
    loss is that before its update. The rest: as for ``pipeline.trace``.
    """
    dims, lanes = start.shape
    theta, state, rate = start.copy(), state.copy(), hyper.copy()
    own, slow = shared_out(theta, state, around)
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
        call_surface(where[0], theta, params, value, gradient, poison)
        for i in range(lanes):
            losses[t - 1, i] = value[i]
            count[i] = around[OWN]
        step(t, t - 1, where, theta, params, gradient, own, slow, hyper, rate, seeds, around, factors, count)
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
    dims, points = theta.shape
    lanes = params.shape[1]
    values, gradients = np.empty(points), np.empty((dims, points))
    block, value, gradient, poison = np.zeros((dims, lanes)), np.empty(lanes), np.empty((dims, lanes)), np.zeros(lanes)
    for at in range(0, points, lanes):
        n = min(lanes, points - at)
        for d in range(dims):
            for i in range(n):
                block[d, i] = theta[d, at + i]
        call_surface(surface_address, block, params, value, gradient, poison)
        for i in range(n):
            values[at + i] = value[i]
            for d in range(dims):
                gradients[d, at + i] = gradient[d, i]
    return values, gradients
