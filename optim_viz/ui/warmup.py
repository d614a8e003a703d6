"""What is done once, in the background, before anyone asks: kernels compiled or loaded, the first picture drawn."""

from importlib import import_module

from optim_viz import OPTIMIZERS, run
from optim_viz.ui import race, settings
from optim_viz.ui.i18n import LANGUAGES, messages
from optim_viz.ui.player import Message
from surfaces import SURFACES

# The first visit makes streamlit load pandas, and while that takes, plotly in any other thread stumbles over the half of it
# that is there. So it is loaded with this module, before the server answers.
import_module("pandas")


def warm_up() -> None:
    """First what the first page needs, then every other rule and surface."""
    first, _ = settings.read({})
    for code in LANGUAGES:
        race.payload(first, Message(None), messages(code))
    for optimizer in OPTIMIZERS:
        run(optimizer, settings.DEFAULT_SURFACE, steps=1)
    for surface in SURFACES.values():
        surface.value(surface.start)
