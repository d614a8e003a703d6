"""Two inputs, one always there and one rarely: most batches say nothing about the second weight."""

import numpy as np

from optim_viz.regression.spec import Dataset, generator, noise, seed, size
from optim_viz.spec import Hyper, Interval, N_, named


def make(size, share, noise, seed):
    random, n = generator(seed), int(size)
    frequent, present = random.standard_normal(n), max(1, round(share * n))
    rare = np.zeros(n)
    rare[random.choice(n, present, replace=False)] = 1.0
    return np.column_stack([frequent, rare]), frequent + 3.0 * rare + noise * random.standard_normal(n)


DATASET = Dataset(
    key="sparse_features",
    name=N_("A rare feature"),
    make=make,
    model="origin",
    params=named(
        size(200),
        Hyper("share", 0.04, N_("share of samples that have it"), "q", Interval("(0, 1]"), slider=(0.01, 0.5), log=True),
        noise(0.1, 1.0), seed(),
    ),
    teaches=N_("The rare feature's weight moves only when a sample has it. AdaGrad takes longer steps for it."),
    source=N_("made here, after Duchi, Hazan & Singer 2011: y = frequent + 3 rare"),
    inputs=("frequent", "rare"),
)  # fmt: skip
