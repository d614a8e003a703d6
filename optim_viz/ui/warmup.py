"""What is done once, in the background, before anyone asks: kernels compiled or loaded, the first picture drawn."""

from importlib import import_module

from optim_viz import DATASETS, MODELS, OPTIMIZERS, Optimizer, Schedule, fit, problem, run
from optim_viz.curves import CURVES
from optim_viz.outcome import outcome
from optim_viz.regression.directions import directions
from optim_viz.regression.losses import LOSSES
from optim_viz.ui.asked import Asked
from optim_viz.ui.i18n import LANGUAGES
from optim_viz.ui.pages import PAGES
from optim_viz.ui.race import settings
from surfaces import SURFACES

# The first visit makes streamlit load pandas; so that nobody waits for it, it is loaded with this module.
import_module("pandas")


def warm_up() -> None:
    """The pages' first pictures and the rules in them, then every other rule, the lessons and every surface.

    A page does not wait for a rule that is not compiled yet (``optim_viz.interpreter``); it waits for a surface.
    """
    fit("gd", "noisy_line", model="line", updates=1)  # compiled before the lab's first picture, which would do without
    for page in PAGES.values():
        for where in list(page.answers.values())[:1]:
            for code in LANGUAGES:
                page.find(where)(Asked({"language": code}))
    entries = sorted(OPTIMIZERS.values(), key=lambda entry: entry.key not in settings.DEFAULT_RUNNERS)
    for entry in entries:
        _whole(entry)
    Schedule("constant").factors(1)
    for page in PAGES.values():
        if page.warm:
            page.find(page.warm)()
    for surface in SURFACES.values():
        surface.value(surface.start)
        surface.hessian(surface.start)
    for data in DATASETS.values():
        for model in MODELS.values():
            for loss in LOSSES.values():
                if data.task in model.tasks and loss.task == data.task and model.inputs in (None, len(data.inputs)):
                    what = problem(data, model=model, loss=loss.key, data_params={"size": 4} if "size" in data.params else None)
                    what.samples(what.starts((0,))[0])
                    what.predict(what.starts((0,)), what.inputs)
    fit("gd", "five_points", batch_size=2, updates=1, sampling="independent")
    directions()
    for entry in entries:
        for record in entry.conventions:
            _whole(record)


def _whole(optimizer: Optimizer) -> None:
    """A run with all that is drawn and said of it."""
    done = run(optimizer, settings.DEFAULT_SURFACE, steps=1)
    CURVES["share"].of(done)
    outcome(done)
