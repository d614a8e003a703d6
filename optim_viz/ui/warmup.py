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
    for surface in SURFACES.values():
        surface.value(surface.start)
        surface.hessian(surface.start)
    # the entries first: a visitor who asks for one in the meantime waits for one kernel
    conventions = [list(entry.conventions) for entry in OPTIMIZERS.values()]
    for record in [*(entry for entry, *_ in conventions), *(record for _, *rest in conventions for record in rest)]:
        run(record, settings.DEFAULT_SURFACE, steps=1)
