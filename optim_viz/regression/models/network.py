"""A small network, inputs - H tanh units - 1. theta: hidden weights unit by unit, their biases, output weights, its bias."""

import math

import numpy as np

from optim_viz.regression.spec import Model
from optim_viz.spec import Hyper, Interval, N_, named


def features(inputs, hidden):
    return inputs


def weights(names, hidden):
    units = range(1, int(hidden) + 1)
    inner = tuple(f"w{h} {name}" for h in units for name in names)
    return (*inner, *(f"b{h}" for h in units), *(f"v{h}" for h in units), "c")


def forward(theta, x, z, dz):
    inputs, lanes = x.shape
    hidden = (theta.shape[0] - 1) // (inputs + 2)
    b, v = hidden * inputs, hidden * inputs + hidden
    c = v + hidden
    for i in range(lanes):
        z[i] = theta[c, i]
        dz[c, i] = 1.0
    for h in range(hidden):
        for i in range(lanes):
            inner = theta[b + h, i]
            for f in range(inputs):
                inner += theta[h * inputs + f, i] * x[f, i]
            a = math.tanh(inner)
            slope = theta[v + h, i] * (1.0 - a * a)
            z[i] += theta[v + h, i] * a
            dz[v + h, i] = a
            dz[b + h, i] = slope
            for f in range(inputs):
                dz[h * inputs + f, i] = slope * x[f, i]


def unscale(theta, x, y, hidden):
    h, inputs = int(hidden), len(x.centre)
    inner = theta[..., : h * inputs].reshape(*theta.shape[:-1], h, inputs) / x.spread
    biases = theta[..., h * inputs : h * inputs + h] - (inner * x.centre).sum(axis=-1)
    outer, c = theta[..., h * inputs + h : -1] * y.spread, theta[..., -1:] * y.spread + y.centre
    return np.concatenate([inner.reshape(*theta.shape[:-1], h * inputs), biases, outer, c], axis=-1)


MODEL = Model(
    key="network",
    name=N_("Small network"),
    features=features,
    weights=weights,
    forward=forward,
    unscale=unscale,
    tasks=("numbers", "classes"),
    params=named(Hyper("hidden", 4, N_("hidden units"), "H", Interval("[1, 32]"), slider=(1.0, 10.0), kind="integer")),
    teaches=N_("Bent by its hidden units. Its loss has many minima: seeds end in different ones."),
)
