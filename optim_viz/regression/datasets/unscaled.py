"""One input in the hundreds: floor areas in square metres and rents, so that slope and intercept differ in scale."""

from optim_viz.regression.spec import Dataset, generator, noise, seed, size
from optim_viz.spec import N_, named


def make(size, noise, seed):
    random, n = generator(seed), int(size)
    area = random.uniform(30.0, 130.0, n)
    return area, 0.1 * area + 3.0 + noise * random.standard_normal(n)


DATASET = Dataset(
    key="unscaled",
    name=N_("Unscaled input"),
    make=make,
    model="line",
    params=named(size(), noise(1.0, 3.0), seed()),
    teaches=N_("A tiny change of the slope matters as much as a large one of the intercept: a ravine, until you standardise."),
    source=N_("made here: rent = 0.1 area + 3, areas from 30 to 130"),
    inputs=("area",),
    target="rent",
)
