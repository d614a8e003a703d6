"""What there is to choose from in a race, and every text of its player, in the reader's language."""

from typing import Any

from optim_viz.outcome import TOLERANCE
from optim_viz.ui.i18n import Messages
from optim_viz.ui.numbers import number
from optim_viz.ui.offered import entries, offered, options
from optim_viz.ui.race import words
from optim_viz.ui.race.charts import CHARTS
from optim_viz.ui.race.presets import GROUPS, PRESETS
from optim_viz.ui.race.settings import FORM
from surfaces import SURFACES


def choices(_: Messages) -> dict[str, Any]:
    """Everything to choose from, and every text of the player."""
    return offered(_) | {
        "form": FORM.told(),
        "tolerance": number(TOLERANCE),
        "surfaces": entries(_, SURFACES, "dim", "levels", "domain"),
        "said": words.told(_),
        "charts": [chart.told(_) for chart in CHARTS.values()],
        "groups": options(_, GROUPS, "title"),
        "presets": [preset.told(_) for preset in PRESETS.values()],
    }
