"""What the race's player is told once: what there is to choose from, and every text, in the reader's language."""

from typing import Any

from optim_viz.figures.thumbnail import thumbnail
from optim_viz.outcome import TOLERANCE
from optim_viz.ui.i18n import Messages
from optim_viz.ui.numbers import number
from optim_viz.ui.offered import entries, offered, options
from optim_viz.ui.pages import NO_PAGE, PAGES
from optim_viz.ui.race import words
from optim_viz.ui.race.charts import CHARTS
from optim_viz.ui.race.presets import GROUPS, PRESETS
from optim_viz.ui.race.settings import FORM
from surfaces import SURFACES


def told(_: Messages) -> dict[str, Any]:
    """All of it."""
    return {"choices": choices(_), "thumbnails": {key: thumbnail(surface) for key, surface in SURFACES.items()}}


def choices(_: Messages) -> dict[str, Any]:
    """Everything to choose from, and every text of the player."""
    return offered(_) | {
        "form": FORM.told(),
        "faults": FORM.faults(_) | {"elsewhere": {"name": NO_PAGE, "pages": [_(page.title) for page in PAGES.values()]}},
        "tolerance": number(TOLERANCE),
        "surfaces": entries(_, SURFACES, "dim", "levels", "domain"),
        "said": words.told(_),
        "charts": [chart.told(_) for chart in CHARTS.values()],
        "groups": options(_, GROUPS, "title"),
        "presets": [preset.told(_) for preset in PRESETS.values()],
    }
