"""Two half circles that reach into each other: no straight border divides them."""

import numpy as np

from optim_viz.regression.spec import Dataset, generator, noise, seed, size
from optim_viz.spec import N_, named


def make(size, noise, seed):
    random, n = generator(seed), int(size)
    classes = np.arange(n) % 2
    angle = np.pi * random.uniform(0.0, 1.0, n)
    upper = np.column_stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25])
    points = np.where(classes[:, None] == 0, upper, -upper)
    return points + noise * random.standard_normal((n, 2)), classes


DATASET = Dataset(
    key="two_moons",
    name=N_("Two moons"),
    make=make,
    model="network",
    task="classes",
    params=named(size(), noise(0.1, 0.5), seed()),
    teaches=N_("A straight border gets most points right and no more; a network bends it."),
    source=N_("made here, after a set that many libraries have: two half circles of radius 1"),
    inputs=("x1", "x2"),
    target="class",
)
