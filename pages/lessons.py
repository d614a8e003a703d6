"""The course: its lessons as cards, and one lesson beside the picture that it speaks of."""

from optim_viz.ui import player
from optim_viz.ui.visitor import texts

player.show("lessons", texts().language)
