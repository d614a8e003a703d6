"""Points scattered about the line y = 2 x, evenly spaced from 1 to 5."""

import numpy as np

from optim_viz.regression.spec import Dataset, generator, noise, seed, size
from optim_viz.spec import N_, named


def make(size, noise, seed):
    x = np.linspace(1.0, 5.0, int(size))
    return x, 2.0 * x + noise * generator(seed).standard_normal(int(size))


DATASET = Dataset(
    key="noisy_line",
    name=N_("Noisy line"),
    make=make,
    model="line",
    params=named(size(), noise(1.0, 3.0), seed()),
    teaches=N_(
        "With noise no line meets all points: at the best one the samples disagree, and SGD hovers. Without, it settles."
    ),
    source=N_("the 100 points of a tutorial on GD, SGD and mini-batch"),
)
