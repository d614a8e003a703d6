"""The race's one way: settings -> runs -> what the player shows."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from optim_viz import Run, curves, engine
from optim_viz.figures.surface import surface_figure
from optim_viz.figures.thumbnail import thumbnail
from optim_viz.outcome import outcome
from optim_viz.spec import Surface
from optim_viz.ui.asked import Asked
from optim_viz.ui.i18n import Messages
from optim_viz.ui.offered import BEYOND, limit_of, marks
from optim_viz.ui.race import charts, choices, settings, words
from optim_viz.ui.race.settings import FORM, Runner, Settings
from surfaces import SURFACES


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
        "surface": _part(asked, surface),
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
        "startLoss": float(surface.value(chosen.start)),
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


def picture(asked: Asked) -> dict[str, Any]:
    """The surface alone, for a player that answers all else by itself."""
    surface = settings.read(asked.query)[0].surface
    return {"surface": _part(asked, surface)}


def _part(asked: Asked, surface: Surface) -> dict[str, Any]:
    return asked.part(lambda: _picture(surface), f"{surface.key} {dict(surface.values)}")


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


@lru_cache(maxsize=64)
def _picture_of(key: str, values: tuple[tuple[str, float], ...]) -> dict[str, Any]:
    return surface_figure(SURFACES[key].at(**dict(values))).to_plotly_json()


def _picture(surface: Surface) -> dict[str, Any]:
    return _picture_of(surface.key, tuple(surface.values.items()))


@lru_cache
def _thumbnails() -> dict[str, Any]:
    """A small picture of each surface, by its key."""
    return {surface.key: thumbnail(surface) for surface in SURFACES.values()}


@lru_cache
def _thumbnails_name() -> str:
    return "".join(key + picture.tobytes().hex() for key, picture in _thumbnails().items())
