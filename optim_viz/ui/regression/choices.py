"""What there is to choose from in the lab, and every text of its player, in the reader's language."""

from typing import Any

from optim_viz import DATASETS, MODELS, files
from optim_viz.regression.batching import SAMPLINGS
from optim_viz.regression.losses import LOSSES
from optim_viz.regression.problem import STANDARDISE
from optim_viz.ui.i18n import Messages
from optim_viz.ui.inputs import MAX_NUMBER
from optim_viz.ui.offered import entries, offered, options, sliders
from optim_viz.ui.regression import own
from optim_viz.ui.regression.presets import PRESETS
from optim_viz.ui.regression.settings import CLOCKS, FORM, L2, TEST
from optim_viz.ui.regression.words import comparison, told


def choices(_: Messages) -> dict[str, Any]:
    """Everything to choose from, and every text of the player."""
    return offered(_, without=("noise",)) | {
        "form": FORM.told(),
        "said": told(_),
        "bytes": files.MOST_BYTES,
        "columns": files.MOST_COLUMNS,
        "encodings": options(_, files.ENCODINGS),
        "separators": options(_, own.SEPARATORS),
        "headers": options(_, own.HEADERS),
        "missing": options(_, files.MISSING),
        "datasets": entries(_, DATASETS, "task"),
        "models": entries(_, MODELS, "tasks", "inputs"),
        "losses": entries(_, LOSSES, "task"),
        "l2": sliders(_, {"l2": L2}, MAX_NUMBER)[0],
        "test": sliders(_, {"test": TEST})[0],
        "standardise": options(_, STANDARDISE),
        "samplings": options(_, SAMPLINGS),
        "clocks": options(_, CLOCKS),
        "presets": [preset.told(_) for preset in PRESETS.values()],
        "comparison": comparison(_),
    }
