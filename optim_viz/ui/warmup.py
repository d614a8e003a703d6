"""What is done once, in the background, before anyone asks: kernels compiled or loaded, the first pictures drawn.

Compiling leaves some 300 MB of the compiler behind it. So the server has it done by a process of its own, ``python -m
optim_viz.ui.warmup``, and loads what that leaves in numba's cache.
"""

import atexit
import hashlib
import logging
import os
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from optim_viz import DATASETS, MODELS, OPTIMIZERS, Optimizer, Schedule, fit, kernels, problem, run
from optim_viz.curves import CURVES
from optim_viz.lanes import compiler
from optim_viz.outcome import outcome
from optim_viz.regression.directions import directions
from optim_viz.regression.losses import LOSSES
from optim_viz.ui import told
from optim_viz.ui.asked import Asked
from optim_viz.ui.i18n import LANGUAGES, messages
from optim_viz.ui.pages import PAGES
from optim_viz.ui.race import settings
from optim_viz.ui.scenes import scene
from surfaces import SURFACES

ROOT = Path(__file__).parents[2]
log = logging.getLogger("optim_viz")


def warm_up_apart() -> None:
    """Compile, in another process, what is not compiled yet; then ``warm_up``, for which only loading is left."""
    if not _mark().exists():
        kernels.after(_compile).result()
    warm_up()


def _compile() -> None:
    child = subprocess.Popen([sys.executable, "-m", "optim_viz.ui.warmup"], cwd=ROOT)
    atexit.register(child.terminate)
    if child.wait():
        log.warning("kernels could not be compiled by another process; this one compiles them when they are first used")
    atexit.unregister(child.terminate)


@cache
def _mark() -> Path:
    """A file that is there when all kernels are: of these sources, by this compiler, for this machine."""
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or Path(__file__).parent / "__pycache__")
    digest = hashlib.sha256(compiler().encode())
    for path in sorted([*(ROOT / "optim_viz").rglob("*.py"), *(ROOT / "surfaces").rglob("*.py")]):
        if not path.is_relative_to(Path(__file__).parent):
            digest.update(path.read_bytes())
    return folder / f"compiled-{digest.hexdigest()[:16]}"


def warm_up() -> None:
    """The pages' first pictures and the rules in them, then every other rule, the lessons and every surface.

    A page does not wait for a rule that is not compiled yet (``optim_viz.interpreter``); it waits for a surface.
    """
    fit("gd", "noisy_line", model="line", updates=1)  # compiled before the lab's first picture, which would do without
    for key, page in PAGES.items():
        for code in LANGUAGES if page.told else ():
            told.packed(key, code)
    for page in PAGES.values():
        for where in list(page.answers.values())[:1]:
            for code in LANGUAGES:
                page.find(where)(Asked({"language": code}))
        if page.text:
            for code in LANGUAGES:
                page.find(page.text)({}, messages(code))
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
    scene.cache_clear()  # what is said of these pictures is kept, and their runs are not needed again


def _whole(optimizer: Optimizer) -> None:
    """A run with all that is drawn and said of it."""
    done = run(optimizer, settings.DEFAULT_SURFACE, steps=1)
    CURVES["share"].of(done)
    outcome(done)


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(10)  # who waits for a page goes first
    warm_up()
    with suppress(OSError):  # where nothing can be written, it is all looked for again at the next start
        _mark().touch()
