"""One wave of a sine, with noise: for polynomials and the network."""

import numpy as np

from optim_viz.regression.spec import Dataset, generator, noise, seed, size
from optim_viz.spec import N_, named


def make(size, noise, seed):
    random, n = generator(seed), int(size)
    x = np.sort(random.uniform(-1.0, 1.0, n))
    return x, np.sin(np.pi * x) + noise * random.standard_normal(n)


DATASET = Dataset(
    key="sine",
    name=N_("Sine"),
    make=make,
    model="polynomial",
    params=named(size(60), noise(0.2, 1.0), seed()),
    teaches=N_("No straight line will do: bend a polynomial or a small network to it."),
    source=N_("made here: y = sin(pi x), x from -1 to 1"),
)
