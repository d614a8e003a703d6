"""The race's one way: settings -> runs -> what the player shows."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from optim_viz import Run, curves, engine
from optim_viz.figures.thumbnail import thumbnail
from optim_viz.outcome import outcome
from optim_viz.spec import Surface
from optim_viz.ui.asked import Asked
from optim_viz.ui.i18n import Messages
from optim_viz.ui.offered import BEYOND, limit_of, marks
from optim_viz.ui.race import charts, choices, settings, words
from optim_viz.ui.race.settings import FORM, Runner, Settings
from surfaces import SURFACES

POINTS = 193  # along each axis of a grid


def answer(asked: Asked) -> dict[str, Any]:
    """Everything the player shows for these settings; see ``components/race/main.js`` for who reads what."""
    chosen, faults = settings.read(asked.query)
    surface, plain, _ = chosen.surface, FORM.values(chosen, "picture"), asked.texts
    runs = [run(runner, chosen) for runner in chosen.runners]
    racers = words.racers(_, surface, chosen.runners, [outcome(run) for run in runs], chosen.steps)
    return {
        "notes": asked.notes(faults),
        "choices": asked.text_part(choices.choices, _),
        "thumbnails": asked.part(_thumbnails, _thumbnails_name()),
        "settings": {
            **plain,
            "runners": [
                told | {"name": r.name, "marks": _marks(_, r, surface)}
                for told, r in zip(plain["runners"], chosen.runners, strict=True)
            ],
        },
        "view": FORM.values(chosen, "look"),
        "frame": FORM.values(chosen, "page"),
        "lowest": surface.minimum,
        "runs": [
            {
                "theta": run.theta.ravel(), "loss": run.loss, "diverged": run.diverged_at,
                "lines": charts.lines(chosen.chart, run), "evaluations": charts.evaluations(run.evaluations),
            }
            | (_inside(run) if chosen.arrows["shown"] and k == chosen.arrows["runner"] else {})
            for k, run in enumerate(runs)
        ],
        "words": words.sentences(_, racers),
        "rows": words.table(_, racers),
    }  # fmt: skip


def _inside(run: Run) -> dict[str, Any]:
    """What arrows at a runner's head show, by row: (steps + 1) * D numbers each; without a velocity where it has none."""
    carried = curves.velocity(run)
    return {"gradient": run.gradient.ravel()} | ({} if carried is None else {"velocity": carried.ravel()})


def run(runner: Runner, chosen: Settings, hypers: Mapping[str, Any] | None = None, patient: bool = False) -> Run:
    """One runner's run in this race; many lanes where ``hypers`` holds many numbers. ``patient``: see ``engine.run``."""
    around, seed = runner.stages
    return engine.run(
        runner.optimizer, chosen.surface,
        start=chosen.start, steps=chosen.steps, hypers=hypers or runner.hypers, around=around, seed=seed,
        patient=patient,
    )  # fmt: skip


def _marks(_: Messages, runner: Runner, surface: Surface) -> list[dict[str, Any]]:
    said = {factor: _(text) for factor, text in words.MARKS.items()}
    return marks(runner, runner.name, surface.curvature, said, limit_of(runner), _(BEYOND))


def surface_answer(asked: Asked) -> dict[str, Any]:
    """The surface on a grid, for a browser without WebAssembly: its domain, and half as much again on each side."""
    surface = settings.read(asked.query)[0].surface
    axes = [np.linspace((3 * lo - hi) / 2, (3 * hi - lo) / 2, POINTS) for lo, hi in surface.domain]
    values = surface.value(np.stack(np.meshgrid(*axes), axis=-1) if surface.dim == 2 else axes[0])
    return {"axes": axes, "values": values, "minima": [[*m.theta, m.value] for m in surface.minima]}


@lru_cache
def _thumbnails() -> dict[str, Any]:
    """A small picture of each surface, by its key."""
    return {surface.key: thumbnail(surface) for surface in SURFACES.values()}


@lru_cache
def _thumbnails_name() -> str:
    return "".join(key + picture.tobytes().hex() for key, picture in _thumbnails().items())
