"""A straight line; with several inputs a plane: a slope for each, and an intercept."""

from optim_viz.regression.spec import Model, unscaled_line, with_ones
from optim_viz.spec import N_


def weights(names):
    slopes = (N_("slope"),) if len(names) == 1 else tuple(f"slope {name}" for name in names)
    return (*slopes, N_("intercept"))


MODEL = Model(
    key="line",
    name=N_("Line"),
    features=with_ones,
    weights=weights,
    unscale=unscaled_line,
    teaches=N_("Slope and intercept: its loss is a bowl over these two, long and narrow unless the inputs are centred."),
)
