"""A race natively, by the engine, the judge and the one who says it in Python: what the page must show of a link."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

import numpy as np

from optim_viz import Run
from optim_viz.curves import CURVES
from optim_viz.outcome import outcome
from optim_viz.ui.faults import told_all
from optim_viz.ui.i18n import Messages, messages
from optim_viz.ui.offered import BEYOND, limit_of, marks
from optim_viz.ui.race import settings, words
from optim_viz.ui.race.charts import CHARTS
from optim_viz.ui.race.choices import choices
from optim_viz.ui.race.scene import run
from optim_viz.ui.speech import say


def answer(query: str | Mapping[str, Sequence[str]] = "", language: str = "en") -> dict[str, Any]:
    """All that is computed and said of it, and what is wrong with it; numbers as the browser has them, by rows."""
    asked = parse_qs(query, keep_blank_values=True) if isinstance(query, str) else query
    chosen, faults = settings.read(asked)
    _, plain = messages(language), settings.FORM.values(chosen, "picture")
    runs = [run(runner, chosen) for runner in chosen.runners]
    racers = words.racers(_, chosen.surface, chosen.runners, [outcome(one) for one in runs], chosen.steps)
    said = {factor: _(text) for factor, text in words.MARKS.items()}
    named = [
        told | {"name": r.name, "marks": marks(r, r.name, chosen.surface.curvature, said, limit_of(r), _(BEYOND))}
        for told, r in zip(plain["runners"], chosen.runners, strict=True)
    ]
    return {
        "notes": told_all(_, faults),
        "choices": choices(_),
        "settings": plain | {"runners": named},
        "view": settings.FORM.values(chosen, "look"),
        "frame": settings.FORM.values(chosen, "page"),
        "lowest": chosen.surface.minimum,
        "runs": [
            {
                "theta": one.theta.ravel(), "loss": one.loss, "diverged": one.diverged_at, "lines": lines(chosen.chart, one),
                "evaluations": None if (one.evaluations == np.arange(len(one.loss))).all() else one.evaluations,
            }
            for one in runs
        ],
        "words": words.sentences(_, racers),
        "rows": rows(_, racers),
    }  # fmt: skip


def rows(_: Messages, racers: list[words.Racer]) -> list[dict[str, str]]:
    """The table."""
    return [{name: say(_, node, [racer]) for name, node in words.COLUMNS.items()} for racer in racers]


def lines(chart: str, run: Run) -> list[np.ndarray]:
    """What a chart draws of a run; of the loss nothing but the loss."""
    if chart == "loss":
        return []
    curve = CURVES[CHARTS[chart].curve or chart]
    values = curve.of(run)
    return [values[:, d] for d in range(run.surface.dim)] if curve.each else [values]
