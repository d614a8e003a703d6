"""A line with a few points far off it, all on one side."""

import numpy as np

from optim_viz.regression.spec import Dataset, generator, noise, seed, size
from optim_viz.spec import Hyper, Interval, N_, named


def make(size, noise, outliers, distance, seed):
    random, n = generator(seed), int(size)
    x = np.linspace(-2.0, 2.0, n)
    y = x + 1.0 + noise * random.standard_normal(n)
    # among the last third: there they turn the line most
    far = random.choice(np.arange(n - max(n // 3, 1), n), min(int(outliers), max(n // 3, 1)), replace=False)
    y[far] -= distance
    return x, y


DATASET = Dataset(
    key="outliers",
    name=N_("A line with outliers"),
    make=make,
    model="line",
    params=named(
        size(60), noise(0.3, 2.0),
        Hyper("outliers", 4, N_("number of outliers"), "k", Interval("[0, 1000]"), slider=(0.0, 20.0), kind="integer"),
        Hyper("distance", 10.0, N_("how far off"), "d", Interval("[0, inf)"), slider=(0.0, 30.0)), seed(),
    ),
    teaches=N_("Squared, a few far errors count most: a batch that holds one throws the line about. Huber's loss limits it."),
    source=N_("made here: y = x + 1, with noise and a few points moved down"),
)  # fmt: skip
