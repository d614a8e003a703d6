"""A polynomial of one input, up to degree 9: theta holds its coefficients, the constant first."""

import numpy as np

from optim_viz.regression.spec import Model
from optim_viz.spec import Hyper, Interval, N_, named


def features(inputs, degree):
    return np.vander(inputs[:, 0], int(degree) + 1, increasing=True)


def weights(names, degree):
    return tuple(f"a{k}" for k in range(int(degree) + 1))


def unscale(theta, x, y, degree):
    # a_n ((x - c) / s)^n + ..., by Horner's rule on the coefficients of powers of x
    c, s = x.centre[0], x.spread[0]
    out = np.zeros_like(theta)
    for k in range(int(degree), -1, -1):
        shifted = np.zeros_like(out)
        shifted[..., 1:] = out[..., :-1]
        out = (shifted - c * out) / s
        out[..., 0] += theta[..., k]
    out = out * y.spread
    out[..., 0] += y.centre
    return out


MODEL = Model(
    key="polynomial",
    name=N_("Polynomial"),
    features=features,
    weights=weights,
    unscale=unscale,
    inputs=1,
    params=named(Hyper("degree", 3, N_("degree"), "n", Interval("[1, 9]"), slider=(1.0, 9.0), kind="integer")),
    teaches=N_("The higher the degree, the more alike its powers, and the narrower the valley of the loss."),
)
