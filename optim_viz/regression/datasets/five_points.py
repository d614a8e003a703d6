"""Five points on the line y = 2 x."""

from optim_viz.regression.spec import Dataset
from optim_viz.spec import N_


def make():
    x = [1.0, 2.0, 3.0, 4.0, 5.0]
    return x, [2.0 * each for each in x]


DATASET = Dataset(
    key="five_points",
    name=N_("Five points"),
    make=make,
    model="origin",
    teaches=N_("All points lie on one line: at the right weight every gradient is 0, and so is the noise of the batches."),
    source=N_("the five points of a tutorial on GD, SGD and mini-batch"),
)
