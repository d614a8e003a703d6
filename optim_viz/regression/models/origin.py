"""A line through the origin: one weight for each input, no intercept."""

from optim_viz.regression.spec import Model
from optim_viz.spec import N_


def features(inputs):
    return inputs


def weights(names):
    return ("w",) if len(names) == 1 else tuple(f"w {name}" for name in names)


def unscale(theta, x, y):
    return theta / x.spread * y.spread


MODEL = Model(
    key="origin",
    name=N_("Line through the origin"),
    features=features,
    weights=weights,
    unscale=unscale,
    centred=False,
    teaches=N_("One weight: its loss is a parabola, and you see all of it."),
)
