"""Two round clouds of points, one for each class."""

import numpy as np

from optim_viz.regression.spec import Dataset, generator, noise, seed, size
from optim_viz.spec import N_, named


def make(size, noise, seed):
    random, n = generator(seed), int(size)
    classes = np.arange(n) % 2
    middles = np.array([(-1.0, -0.5), (1.0, 0.5)])
    return middles[classes] + noise * random.standard_normal((n, 2)), classes


DATASET = Dataset(
    key="blobs",
    name=N_("Two blobs"),
    make=make,
    model="logistic",
    task="classes",
    params=named(size(), noise(0.7, 2.0), seed()),
    teaches=N_("Where the clouds overlap there is a best border; pull them apart and the weights grow for ever."),
    source=N_("made here: normal clouds about (-1, -0.5) and (1, 0.5)"),
    inputs=("x1", "x2"),
    target="class",
)
