"""What there is to choose from in the lab, and every text of its player, in the reader's language."""

from typing import Any

from optim_viz import DATASETS, MODELS
from optim_viz.figures.surface import SCALES
from optim_viz.regression import own
from optim_viz.regression.batching import SAMPLINGS
from optim_viz.regression.losses import LOSSES
from optim_viz.regression.problem import STANDARDISE
from optim_viz.ui.faults import allowed
from optim_viz.ui.forms import MAX_NUMBER, slider
from optim_viz.ui.i18n import Messages
from optim_viz.ui.race import answer as race
from optim_viz.ui.regression.presets import PRESETS
from optim_viz.ui.regression.settings import CLOCKS, FORM, L2, MAX_EPOCHS, MAX_RUNNERS, MAX_SEEDS
from optim_viz.ui.regression.words import comparison


def choices(_: Messages) -> dict[str, Any]:
    """Everything to choose from, and every text of the player, in the reader's language."""
    shared = race.choices(_)

    def sliders(hypers: Any) -> list[dict[str, Any]]:
        return [slider(h, MAX_NUMBER) | {"label": _(h.label), "says": allowed(_, h, MAX_NUMBER)} for h in hypers.values()]

    def options(table: Any) -> list[dict[str, str]]:
        return [{"key": key, "name": _(name)} for key, name in table.items()]

    return {name: shared[name] for name in ("language", "texts", "families", "optimizers", "parts")} | {
        "scales": SCALES,
        "stages": [stage for stage in shared["stages"] if stage["key"] != "noise"],
        "form": FORM.told(),
        "limits": {"runners": MAX_RUNNERS, "epochs": MAX_EPOCHS, "seeds": MAX_SEEDS, "number": MAX_NUMBER}
        | {"bytes": own.MOST_BYTES},
        "datasets": [
            {
                "key": d.key, "name": _(d.name), "teaches": _(d.teaches), "task": d.task, "inputs": len(d.inputs),
                "params": sliders(d.params),
            }
            for d in DATASETS.values()
        ],
        "models": [
            {
                "key": m.key, "name": _(m.name), "teaches": _(m.teaches), "tasks": m.tasks, "inputs": m.inputs,
                "params": sliders(m.params),
            }
            for m in MODELS.values()
        ],
        "losses": [
            {"key": x.key, "name": _(x.name), "task": x.task, "params": sliders(x.params)} for x in LOSSES.values()
        ],
        "l2": sliders({"l2": L2})[0],
        "standardise": options(STANDARDISE),
        "samplings": options(SAMPLINGS),
        "clocks": options(CLOCKS),
        "presets": [{"key": p.key, "title": _(p.title), "watch": _(p.watch)} for p in PRESETS.values()],
        "comparison": comparison(_),
    }  # fmt: skip
