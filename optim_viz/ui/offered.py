"""What a player with runners offers: texts, optimizers with their sliders, stages; and the marks on a learning rate."""

import math
from collections.abc import Mapping
from typing import Any

from optim_viz import OPTIMIZERS, Optimizer
from optim_viz.figures.surface import SCALES
from optim_viz.spec import FAMILIES, Hyper, N_
from optim_viz.stages import STAGES, Stage
from optim_viz.ui.faults import allowed
from optim_viz.ui.i18n import Messages
from optim_viz.ui.inputs import MAX_NUMBER, slider
from optim_viz.ui.numbers import number
from optim_viz.ui.parts import PARTS
from optim_viz.ui.runners import Runner

#: at a runner's own limit
BEYOND = N_("{factor}/λ = {value}: above it {name} diverges.")


def offered(_: Messages, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """In the reader's language; ``without`` these stages."""
    return {
        "language": _.language.code,
        "locale": {"tag": _.language.tag, "space": _.language.space, "clauses": _("; ")},
        "texts": _.for_browser(),
        "scales": SCALES,
        "parts": options(_, PARTS, "title"),
        "families": options(_, FAMILIES, "title"),
        "stages": [_stage(_, stage) for stage in STAGES.values() if stage.key not in without],
        "optimizers": [_optimizer(_, entry) for entry in OPTIMIZERS.values()],
    }


def options(_: Messages, table: Mapping[str, str], name: str = "name") -> list[dict[str, str]]:
    """What there is to choose from in a table of keys and what they are called."""
    return [{"key": key, name: _(text)} for key, text in table.items()]


def sliders(_: Messages, hypers: Mapping[str, Hyper], limit: float = math.inf) -> list[dict[str, Any]]:
    """Of each number what a slider and a field need; ``limit`` as in ``inputs.slider``."""
    return [slider(h, limit) | {"label": _(h.label), "says": allowed(_, h, limit)} for h in hypers.values()]


def entries(_: Messages, table: Mapping[str, Any], *plain: str) -> list[dict[str, Any]]:
    """Records with what they are called, what they teach if they say so, their parameters, and what of them is no text."""
    return [
        {"key": one.key, "name": _(one.name), "teaches": _(getattr(one, "teaches", ""))}
        | {"params": sliders(_, one.params, MAX_NUMBER)}
        | {name: getattr(one, name) for name in plain}
        for one in table.values()
    ]


def _optimizer(_: Messages, entry: Optimizer) -> dict[str, Any]:
    conventions = [
        {"variant": o.variant, "origin": _(o.origin), "hypers": sliders(_, o.hypers), "stages": o.stages, "decay": o.decay}
        | {"note": _(variant.note) if variant else ""}
        for o, variant in zip(entry.conventions, (None, *entry.variants), strict=True)
    ]
    told = {name: getattr(entry, name) for name in ("key", "name", "year", "family", "paper")}
    look = {"colour": entry.look.colour, "marker": entry.look.marker}
    return told | look | {"summary": _(entry.summary), "conventions": conventions}


def _stage(_: Messages, stage: Stage) -> dict[str, Any]:
    told: dict[str, Any] = {"key": stage.key, "first": stage.first, "off": stage.off, "title": _(stage.title)}
    if not stage.choice:
        return told | {"hypers": sliders(_, stage.details)}
    choice = stage.choice
    words = [
        {"value": word, "label": _(label), "hypers": sliders(_, stage.numbers(word))} for word, label in choice.options.items()
    ]
    return told | {"choice": {"name": choice.name, "label": _(choice.label), "default": choice.default, "options": words}}


def marks(
    runner: Runner,
    name: str,
    curvature: float,
    said: Mapping[float, str],
    limit: float | None,
    own: str = "",
    of: str = "λ",
) -> list[dict[str, Any]]:
    """What to see on the range of a learning rate that is measured in 1 / curvature, rising.

    Args:
        name: the runner's.
        said: what a factor over the curvature means.
        limit: the factor beyond which this runner itself is unstable, see ``limit_of``; the mark there is its own.
        own: what is said there where ``said`` does not; without it there is no such mark.
        of: what the curvature is called.
    """
    if runner.optimizer.start_lr[0] != "curvature" or not curvature > 0:
        return []
    if limit and own and not any(math.isclose(limit, factor) for factor in said):
        said = {**said, limit: own}
    found = []
    for factor, text in sorted(said.items()):
        at = factor / curvature
        fields = {"factor": number(factor), "value": number(at), "curvature": number(curvature), "name": name}
        is_own = limit is not None and math.isclose(factor, limit)
        if 0 < at < math.inf:
            found.append({"at": at, "label": f"{number(factor)}/{of}", "title": text.format(**fields), "own": is_own})
    return found


def limit_of(runner: Runner) -> float | None:
    """Its limit as a learning rate is this over the curvature; None where it is not so, or not known."""
    optimizer = runner.optimizer
    stability = optimizer.stability
    if stability is None or not stability.fixed(optimizer.hypers):
        return None
    factor = float(optimizer.sharpness_limit({**runner.hypers, "lr": 1.0}))
    return factor if math.isfinite(factor) and factor > 0 else None
