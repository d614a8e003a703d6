"""The regression lab: GD, SGD and mini-batch on data, with real batches."""

from optim_viz.ui import player
from optim_viz.ui.visitor import texts

player.show("regression", texts().language)
