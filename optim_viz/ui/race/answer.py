"""The race's one way: settings -> runs -> what the player shows."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from optim_viz import OPTIMIZERS, Optimizer, Run, curves, engine
from optim_viz.figures.surface import SCALES, surface_figure
from optim_viz.figures.thumbnail import thumbnail
from optim_viz.outcome import TOLERANCE, outcome
from optim_viz.spec import FAMILIES, Surface
from optim_viz.stages import STAGES, Stage
from optim_viz.ui.asked import Asked
from optim_viz.ui.faults import allowed
from optim_viz.ui.forms import MAX_NUMBER, slider
from optim_viz.ui.i18n import Messages
from optim_viz.ui.numbers import number
from optim_viz.ui.parts import PARTS
from optim_viz.ui.race import charts, settings, words
from optim_viz.ui.race.presets import GROUPS, PRESETS
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
        "choices": asked.text_part(choices, _),
        "thumbnails": asked.part(_thumbnails, _thumbnails_name()),
        "surface": asked.part(lambda: _picture(surface), f"{surface.key} {dict(surface.values)}"),
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
            | (_inside(run) if chosen.arrows.shown and k == chosen.arrows.runner else {})
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
    """What to see on the range of a learning rate that is measured in 1 / curvature: rising, each with what it means."""
    if runner.optimizer.start_lr[0] != "curvature":
        return []
    curvature = surface.curvature
    one = _("1/λ = {value}, where λ = {curvature} is the largest curvature of this surface.")
    two = _("2/λ = {value}: above it plain gradient descent diverges.")
    own = _("{factor}/λ = {value}: above it {name} diverges.")
    limit = _factor(runner)
    marks = {1.0: one, 2.0: two} | ({limit: own} if limit and not math.isclose(limit, 2.0) else {})
    return [
        {
            "at": factor / curvature,
            "label": f"{number(factor)}/λ",
            "title": text.format(
                value=number(factor / curvature), curvature=number(curvature), factor=number(factor), name=runner.name
            ),
            "own": factor == limit,
        }
        for factor, text in sorted(marks.items())
    ]


def _factor(runner: Runner) -> float | None:
    """Its limit as a learning rate is this over the curvature; None where it is not so, or not known."""
    optimizer = runner.optimizer
    stability = optimizer.stability
    if stability is None or stability.preconditioner or not stability.names <= set(optimizer.hypers):
        return None
    factor = float(optimizer.sharpness_limit({**runner.hypers, "lr": 1.0}))
    return factor if math.isfinite(factor) and factor > 0 else None


@lru_cache(maxsize=64)
def _picture_of(key: str, values: tuple[tuple[str, float], ...]) -> dict[str, Any]:
    return surface_figure(SURFACES[key].at(**dict(values))).to_plotly_json()


def _picture(surface: Surface) -> dict[str, Any]:
    return _picture_of(surface.key, tuple(surface.values.items()))


def choices(_: Messages) -> dict[str, Any]:
    """What there is to choose from, and every text of the player, in the reader's language."""

    def sliders(hypers: Any, limit: float = math.inf) -> list[dict[str, Any]]:
        return [slider(h, limit) | {"label": _(h.label), "says": allowed(_, h, limit)} for h in hypers.values()]

    def convention(o: Optimizer) -> dict[str, Any]:
        return {"variant": o.variant, "origin": _(o.origin), "hypers": sliders(o.hypers), "stages": o.stages}

    def stage(s: Stage) -> dict[str, Any]:
        shown: dict[str, Any] = {"key": s.key, "first": s.first, "title": _(s.title)}
        if s.choice:
            options = [
                {"value": word, "label": _(label), "hypers": sliders(s.numbers(word))}
                for word, label in s.choice.options.items()
            ]
            return shown | {
                "choice": {"name": s.choice.name, "label": _(s.choice.label), "default": s.choice.default, "options": options}
            }
        return shown | {"hypers": sliders(s.details)}

    return {
        "language": _.language.code,
        "texts": _.for_browser(),
        "scales": SCALES,
        "form": FORM.told(),
        "limits": {"steps": settings.MAX_STEPS, "runners": settings.MAX_RUNNERS, "number": MAX_NUMBER},
        "tolerance": number(TOLERANCE),
        "parts": [{"key": key, "title": _(title)} for key, title in PARTS.items()],
        "families": [{"key": key, "title": _(title)} for key, title in FAMILIES.items()],
        "stages": [stage(s) for s in STAGES.values()],
        "optimizers": [
            {
                "key": o.key,
                "name": o.name,
                "year": o.year,
                "family": o.family,
                "paper": o.paper,
                "summary": _(o.summary),
                "colour": o.look.colour,
                "marker": o.look.marker,
                "conventions": [
                    convention(record) | {"note": _(variant.note) if variant else ""}
                    for record, variant in zip(o.conventions, (None, *o.variants), strict=True)
                ],
            }
            for o in OPTIMIZERS.values()
        ],
        "surfaces": [
            {"key": s.key, "name": _(s.name), "teaches": _(s.teaches), "dim": s.dim, "log": s.levels != "linear"}
            | {"params": sliders(s.params, MAX_NUMBER)}
            for s in SURFACES.values()
        ],
        "charts": [chart.told(_) for chart in charts.CHARTS.values()],
        "groups": [{"key": key, "title": _(title)} for key, title in GROUPS.items()],
        "presets": [
            {"key": p.key, "group": p.group, "title": _(p.title), "watch": _(p.watch), "then": _(p.then)}
            for p in PRESETS.values()
        ],
    }


@lru_cache
def _thumbnails() -> dict[str, Any]:
    """A small picture of each surface, by its key."""
    return {surface.key: thumbnail(surface) for surface in SURFACES.values()}


@lru_cache
def _thumbnails_name() -> str:
    return "".join(key + picture.tobytes().hex() for key, picture in _thumbnails().items())
