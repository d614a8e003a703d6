"""The race: several optimizers from one start on one surface."""

from optim_viz.ui import player
from optim_viz.ui.visitor import texts

player.show("race", texts().language)
