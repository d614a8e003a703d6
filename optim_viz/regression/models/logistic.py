"""Logistic regression: a weight for each input and a bias; the prediction is the log odds of class 1."""

from optim_viz.regression.spec import Model, unscaled_line, with_ones
from optim_viz.spec import N_


def weights(names):
    return (*(f"w {name}" for name in names), N_("bias"))


MODEL = Model(
    key="logistic",
    name=N_("Logistic regression"),
    features=with_ones,
    weights=weights,
    unscale=unscaled_line,
    tasks=("classes",),
    teaches=N_("A straight border between two classes. Where a line separates them, the weights grow for ever."),
)
