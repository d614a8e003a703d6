"""The regression lab's one way: settings -> fits -> what its player shows."""

import json
import math
from functools import lru_cache
from typing import Any

import numpy as np

from optim_viz import DATASETS, MODELS, Fit, Problem, SettingError
from optim_viz.figures.loss import loss_figure
from optim_viz.figures.surface import SCALES
from optim_viz.regression import own
from optim_viz.regression.batching import SAMPLINGS, per_epoch
from optim_viz.regression.fit import fit
from optim_viz.regression.losses import LOSSES
from optim_viz.regression.noise import noise, variances
from optim_viz.regression.plane import Plane, grid, plane
from optim_viz.regression.problem import STANDARDISE
from optim_viz.spec import N_
from optim_viz.ui import race, regression_settings, regression_words
from optim_viz.ui.asked import Asked, brief
from optim_viz.ui.i18n import Messages
from optim_viz.ui.regression_presets import PRESETS
from optim_viz.ui.regression_settings import CLOCKS, L2, MAX_EPOCHS, MAX_SEEDS, OWN, Runner, Settings
from optim_viz.ui.settings import MAX_NUMBER, slider
from optim_viz.ui.words import number

#: rows of the seed that is shown in detail, and evaluations of the loss that its curve, and all seeds' curves, may cost
ROWS, CURVE_WORK, BAND_ROWS, BAND_WORK = 5000, 2_000_000, 200, 4_000_000
OTHERS = 60  # places of each other seed's path
SHOWN = 2000  # samples that are drawn
BATCH_CELLS = 60_000  # samples named in the batches that are highlighted
#: points of a fitted curve; rows and columns of a border; of a model that is not linear, how many predictions are sent
CURVE, BORDER, BENT_CELLS, BENT_SHOWN = 121, 35, 75_000, 300
GRID, GRID_WORK = 81, 4_000_000  # of the loss over the weights
#: what tells two of a name apart
WAYS = {
    "shuffle": N_("shuffled"), "independent": N_("independent"), "replacement": N_("with replacement"),
    "in_order": N_("in order"),
}  # fmt: skip


def answer(asked: Asked) -> dict[str, Any]:
    """Everything the player shows for these settings; see ``components/regression/main.js`` for who reads what."""
    chosen, faults = regression_settings.read(asked.query, asked.more.get("csv"))
    problem, _ = chosen.problem, asked.texts
    fits = [run(runner, chosen) for runner in chosen.runners]
    names, weights = runner_names(_, chosen.runners), weight_names(_, problem)
    on = _plane(chosen, fits)
    outcomes = [regression_words.outcome(each, losses) for each, losses in zip(fits, map(_last_losses, fits), strict=True)]
    name = json.dumps([_identity(chosen, asked), _.language.code])
    span = _span(chosen, fits, on)
    return {
        "notes": asked.notes(faults),
        "choices": asked.part(lambda: _choices(_), _choices_name(_)),
        "data": asked.part(lambda: _data(problem), f"data {name}"),
        "surface": asked.part(lambda: _surface(problem, span, on, _), f"loss {name} {span} {_plane_name(on)}"),
        "settings": _settings(_, chosen, names),
        "view": {
            "step": chosen.step, "axis": chosen.axis, "zoom": chosen.zoom, "preset": chosen.preset, "clock": chosen.clock,
            "chosen": chosen.chosen,
        },
        "frame": {"hide": chosen.hide, "big": chosen.big},
        "weights": weights,
        "best": None if problem.solution is None else float(problem.evaluate(problem.solution)[0]),
        "plane": None if on is None or problem.dim <= 2 else {"x": on.axes[0], "y": on.axes[1], "origin": on.origin},
        "startLoss": float(fits[0].problem.evaluate(fits[0].theta[chosen.seed, 0])[0]) if fits else 0.0,
        "runs": [_shown(each, chosen, on) for each in fits],
        "rows": regression_words.table(_, outcomes),
        "words": regression_words.sentences(_, chosen, names, weights, fits, outcomes),
        "scaling": regression_words.scaling(_, chosen, weights, fits),
    }  # fmt: skip


def run(runner: Runner, chosen: Settings) -> Fit:
    """One runner's fits, one for each seed."""
    problem, samples = chosen.problem, len(chosen.problem.targets)
    updates = chosen.epochs * per_epoch(samples, runner.batch or samples, runner.drop_last)
    every = max(1, math.ceil(updates / ROWS), math.ceil(updates * samples / CURVE_WORK))
    return fit(
        runner.optimizer, problem, batch_size=runner.batch, epochs=chosen.epochs, seeds=range(chosen.seeds),
        start=chosen.starts(), hypers=runner.hypers, sampling=runner.sampling, drop_last=runner.drop_last, record_every=every,
        around=runner.stages, patient=False,
    )  # fmt: skip


def noise_answer(asked: Asked) -> dict[str, Any]:
    """The gradients of samples and batches where a runner stands; ``noise`` None where there is nothing to show.

    ``asked.more``: ``runner``, its index; ``theta``, its weights.
    """
    chosen, _faults = regression_settings.read(asked.query, asked.more.get("csv"))
    problem, index, theta = chosen.problem, asked.more.get("runner"), asked.more.get("theta")
    if not isinstance(index, int) or not 0 <= index < len(chosen.runners) or not isinstance(theta, list):
        return {"noise": None}
    try:
        at = np.array(theta, dtype=float)
    except (TypeError, ValueError):
        return {"noise": None}
    if at.shape != (problem.dim,) or not np.isfinite(at).all():
        return {"noise": None}
    runner, samples = chosen.runners[index], len(problem.targets)
    size = runner.batch or samples
    cloud = noise(problem, at, size, sampling=runner.sampling, batches=200, seed=chosen.seed)
    some = np.linspace(0, samples - 1, min(samples, 400)).astype(int)
    sizes = sorted({min(samples, max(1, round(s))) for s in np.geomspace(1, samples, 9)})
    # the law is measured where it can be: on so many samples that the page stays quick
    measured = variances(problem, at, [s for s in sizes if s * 200 <= 200_000], batches=200, seed=chosen.seed)
    if not all(np.isfinite(a).all() for a in (cloud.samples, cloud.batches, measured)):
        return {"noise": None}
    return {
        "noise": {
            "gradient": cloud.gradient, "samples": cloud.samples[some], "batches": cloud.batches,
            "isotropic": cloud.isotropic(chosen.seed), "covariance": cloud.covariance, "size": size,
            "sizes": np.array(sizes[: measured.shape[1]], dtype=float), "variances": measured,
            "names": weight_names(asked.texts, problem)[:2],
        }
    }  # fmt: skip


def csv_answer(asked: Asked) -> dict[str, Any]:
    """What is wrong with one's own data, in the reader's language; None where they can be used."""
    try:
        regression_settings.own_data(asked.more.get("csv"), None)
    except SettingError as error:
        return {"problem": asked.texts.error(error, brief)}
    return {"problem": None}


def runner_names(_: Messages, runners: tuple[Runner, ...]) -> list[str]:
    """Plain descent is named after its batches (GD, SGD, Mini-batch 10), the others after their rule; two of a name apart."""
    kinds = [_kind_of(_, runner) for runner in runners]
    ways = {kind: {r.sampling for r, k in zip(runners, kinds, strict=True) if k == kind} for kind in kinds}
    names: list[str] = []
    for runner, kind in zip(runners, kinds, strict=True):
        name = _("{kind}, {way}", kind=kind, way=_(WAYS[runner.sampling])) if len(ways[kind]) > 1 else kind
        nth = 1 + sum(other == name or other.startswith((f"{name} #", f"{name} ")) for other in names)
        names.append(name if nth == 1 else f"{name} #{nth}" if name[-1].isdigit() else f"{name} {nth}")
    return names


def _kind_of(_: Messages, runner: Runner) -> str:
    if runner.optimizer.key != "gd" or runner.batch is None:
        return runner.optimizer.name
    return "SGD" if runner.batch == 1 else _("Mini-batch {size}", size=runner.batch)


def weight_names(_: Messages, problem: Problem) -> list[str]:
    """The weights' names in the reader's language."""
    words = [name.partition(" ") for name in problem.names]
    return [_(first) + space + rest for first, space, rest in words]


def _identity(chosen: Settings, asked: Asked) -> list[Any]:
    """All that the pictures of data and loss depend on."""
    problem = chosen.problem
    content = asked.more.get("csv") if chosen.data == OWN else None
    return [
        chosen.data, chosen.data_params, content, problem.data.names, problem.model.key, problem.model_params,
        problem.loss.key, problem.loss_params, problem.l2, problem.standardise,
    ]  # fmt: skip


def _settings(_: Messages, chosen: Settings, names: list[str]) -> dict[str, Any]:
    problem = chosen.problem
    return {
        "data": chosen.data,
        "dataParams": chosen.data_params,
        "samples": len(problem.targets),
        "task": problem.data.task,
        "inputs": list(problem.data.names),
        "target": problem.data.target,
        "model": problem.model.key,
        "modelParams": problem.model_params,
        "loss": problem.loss.key,
        "lossParams": problem.loss_params,
        "l2": problem.l2,
        "standardise": problem.standardise,
        "epochs": chosen.epochs,
        "start": chosen.start,
        "dim": problem.dim,
        "seeds": chosen.seeds,
        "seed": chosen.seed,
        "runners": [
            {
                "key": r.optimizer.full_key, "name": name, "batch": r.batch, "sampling": r.sampling, "drop": r.drop_last,
                "hypers": r.hypers, "around": r.around, "begin": r.begin,
                "marks": _marks(_, r, problem), "colour": r.look[0], "marker": r.look[1], "nth": 1,
            }
            for r, name in zip(chosen.runners, names, strict=True)
        ],
    }  # fmt: skip


def _marks(_: Messages, runner: Runner, problem: Problem) -> list[dict[str, Any]]:
    """What to see on the range of a learning rate that is measured in 1 / curvature."""
    if runner.optimizer.start_lr[0] != "curvature":
        return []
    at = 2 / problem.curvature
    title = _("2/λ = {value}: above it GD on all the data flies off.", value=number(at))
    return [{"at": at, "label": "2/λ", "title": title, "own": runner.optimizer.key == "gd" and runner.batch is None}]


# -- the fits as they are drawn


def _shown(each: Fit, chosen: Settings, on: Plane | None) -> dict[str, Any]:
    """What the player draws of one runner: one seed in detail, the others as bands and faint paths."""
    theta, problem = each.theta[chosen.seed], each.problem
    with np.errstate(all="ignore"):
        loss = problem.evaluate(theta)[0]
        finite = np.isfinite(loss) & np.isfinite(theta).all(axis=1)
    shown = {
        "rows": each.updates.astype(np.int32),
        "samples": each.samples_seen.astype(np.int32),
        "cost": each.cost[chosen.seed],
        "theta": theta.ravel(),
        "loss": loss,
        "diverged": None if finite.all() else int(np.argmin(finite)),
        "band": _band(each),
        "batch": _batches(each, chosen.seed),
        "others": _others(each, chosen.seed, on),
        "curves": None if problem.model.is_linear else _bent(each, chosen.seed),
    }
    if on is not None and problem.dim > 2:
        with np.errstate(all="ignore"):
            shown["place"] = on.project(theta).ravel()
    return shown


def _some(rows: int, most: int) -> np.ndarray:
    """Indices of at most so many rows, the first and the last among them."""
    return np.unique(np.linspace(0, rows - 1, max(2, min(rows, most))).astype(int))


def _last_losses(each: Fit) -> np.ndarray:
    """(S,)"""
    with np.errstate(all="ignore"):
        return each.problem.evaluate(each.theta[:, -1])[0]


def _band(each: Fit) -> dict[str, np.ndarray]:
    """Over the seeds, at some rows: the loss in the middle and where 10 % and 90 % of them lie; what diverged is above all."""
    seeds = len(each.theta)
    at = _some(each.theta.shape[1], max(20, min(BAND_ROWS, BAND_WORK // (seeds * len(each.targets)))))
    with np.errstate(all="ignore"):
        loss = each.problem.evaluate(each.theta[:, at])[0]
    ordered = np.sort(np.where(np.isnan(loss), np.inf, loss), axis=0)
    low, mid, high = (ordered[round(share * (seeds - 1))] for share in (0.1, 0.5, 0.9))
    return {"at": at.astype(np.int32), "low": low, "mid": mid, "high": high}


def _batches(each: Fit, seed: int) -> dict[str, Any] | None:
    """The samples of the update before each row but the first, -1 for none; None where all or too many to name."""
    if each.drawn.full:
        return None
    size, rows = each.drawn.indices.shape[2], len(each.updates)
    if size * rows > BATCH_CELLS:
        return None
    cells = np.full((rows, size), -1, dtype=np.int32)
    for row, update in enumerate(each.updates[1:], 1):
        batch = each.drawn.batch(seed, update - 1)
        cells[row, : len(batch)] = batch
    return {"size": size, "cells": cells.ravel()}


def _others(each: Fit, seed: int, on: Plane | None) -> np.ndarray | None:
    """(S - 1, 2 * rows): where the other seeds' paths lead on the picture of the loss."""
    at = _some(each.theta.shape[1], OTHERS)
    rest = np.delete(each.theta, seed, axis=0)[:, at]
    if not len(rest):
        return None
    with np.errstate(all="ignore"):
        if each.problem.dim == 1:
            places = np.stack([rest[..., 0], each.problem.evaluate(rest)[0]], axis=-1)
        else:
            places = rest if on is None or each.problem.dim == 2 else on.project(rest)
        return places.reshape(len(rest), -1).astype(np.float32)


def _bent(each: Fit, seed: int) -> dict[str, np.ndarray]:
    """Predictions at some rows, for a model that is not linear in its weights."""
    places = _grid(each.problem)[1]
    at = _some(each.theta.shape[1], BENT_CELLS // len(places))
    with np.errstate(all="ignore"):
        z = each.problem.predict(each.theta[seed, at], places)
    return {"at": at.astype(np.int32), "z": z.astype(np.float32)}


# -- the pictures below them


def _kind(problem: Problem) -> str:
    """How data are drawn: a curve over one input, a border in the plane of two, else targets against predictions."""
    width = problem.inputs.shape[1]
    if problem.data.task == "numbers" and width == 1:
        return "curve"
    return "border" if problem.data.task == "classes" and width == 2 else "agreement"


def _kept(problem: Problem) -> np.ndarray:
    """Indices of the samples that are drawn."""
    most = SHOWN if problem.model.is_linear or _kind(problem) != "agreement" else BENT_SHOWN
    return _some(len(problem.targets), most)


def _grid(problem: Problem) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Where predictions are drawn: the axes, and the inputs (G, F) that they make."""
    kind = _kind(problem)
    if kind == "agreement":
        return (), problem.inputs[_kept(problem)]
    ends = [(column.min(), column.max(), np.ptp(column)) for column in problem.inputs.T]
    axes = tuple(np.linspace(lo - 0.08 * size, hi + 0.08 * size, CURVE if kind == "curve" else BORDER) for lo, hi, size in ends)
    return axes, np.stack([axis.ravel() for axis in np.meshgrid(*axes)], axis=1)


def _data(problem: Problem) -> dict[str, Any]:
    """The samples, and the features from which the browser reckons predictions where they are linear in the weights."""
    kept, (axes, inputs) = _kept(problem), _grid(problem)
    linear = problem.model.is_linear
    return {
        "kind": _kind(problem),
        "kept": kept.astype(np.int32),
        "x": problem.inputs[kept, 0],
        "x2": problem.inputs[kept, 1] if _kind(problem) == "border" else None,
        "y": problem.targets[kept],
        "axes": list(axes),
        "basis": problem.model.features(inputs, **problem.model_params).ravel() if linear else None,
        "sampleBasis": problem.features[kept].ravel() if linear else None,
    }


def _path(chosen: Settings, fits: list[Fit]) -> np.ndarray:
    """(R, D): the chosen runner's path; from the start to 0 where nobody runs."""
    if fits:
        return fits[chosen.chosen].theta[chosen.seed]
    start = chosen.starts()
    return np.stack([chosen.problem.starts((chosen.seed,))[0] if start is None else start, np.zeros(chosen.problem.dim)])


def _plane(chosen: Settings, fits: list[Fit]) -> Plane | None:
    """For more than two weights the plane of the chosen runner's path; with two it is all there is."""
    return None if chosen.problem.dim == 1 else plane(_path(chosen, fits))


def _plane_name(on: Plane | None) -> str:
    return "" if on is None else (on.origin.tobytes() + on.axes.tobytes()).hex()


def _span(chosen: Settings, fits: list[Fit], on: Plane | None) -> tuple[tuple[float, float], ...]:
    """What part of the weights is shown."""
    problem = chosen.problem
    if problem.dim > 2 and on is not None:
        with np.errstate(all="ignore"):
            places = on.project(_path(chosen, fits))
        places = places[(np.abs(places) < MAX_NUMBER).all(axis=1)]  # a path that leaves is followed so far
        lo, hi = places.min(axis=0), places.max(axis=0)
        half = np.maximum((hi - lo) * 0.75, 0.4 * float((hi - lo).max()) or 1.0)
        return tuple((float(m - h), float(m + h)) for m, h in zip((lo + hi) / 2, half, strict=True))
    given = chosen.starts()
    starts = problem.starts(tuple(range(chosen.seeds))) if given is None else given[None]
    best = np.zeros(problem.dim) if problem.solution is None else problem.solution
    # as far as the contour through the start goes along each weight, and to the start itself
    second = 2 * (problem.features**2).mean(axis=0) + problem.l2
    away = np.abs(starts - best).max(axis=0)
    rise = ((starts - best) @ problem.features.T) ** 2
    level = np.sqrt(2 * float(rise.mean(axis=1).max()) / np.maximum(second, 1e-12))
    half = np.maximum(1.3 * away, 1.1 * level) + 1e-6
    half = np.array([float(f"{h:.1e}") for h in half])  # round, so that it stays while a slider moves
    return tuple((float(m - h), float(m + h)) for m, h in zip(best, half, strict=True))


def _surface(problem: Problem, span: tuple[tuple[float, float], ...], on: Plane | None, _: Messages) -> dict[str, Any]:
    """The loss over the weights."""
    best = () if problem.solution is None or problem.dim > 2 else tuple(map(float, problem.solution))
    if problem.dim == 1:
        (lo, hi), points = span[0], 601
        wide = ((lo - (hi - lo) / 2, hi + (hi - lo) / 2),)
        values = grid(problem, wide, points)
        axes: tuple[np.ndarray, ...] = (np.linspace(*wide[0], points),)
    else:
        points = max(21, min(GRID, int(math.sqrt(GRID_WORK / len(problem.targets)))))
        with np.errstate(all="ignore"):
            values = grid(problem, span, points, on)
        axes = tuple(np.linspace(lo, hi, points) for lo, hi in span)
    names = (
        tuple(weight_names(_, problem))
        if problem.dim <= 2
        else (_("from start to end"), _("the path's main direction besides"))
    )
    return loss_figure(axes, values, best, names).to_plotly_json()


# -- what there is to choose from


def _choices(_: Messages) -> dict[str, Any]:
    """Everything to choose from, and every text of the player, in the reader's language."""
    shared = race._choices(_)

    def sliders(hypers: Any) -> list[dict[str, Any]]:
        return [slider(h, MAX_NUMBER) | {"label": _(h.label)} for h in hypers.values()]

    def options(table: Any) -> list[dict[str, str]]:
        return [{"key": key, "name": _(name)} for key, name in table.items()]

    return {name: shared[name] for name in ("language", "texts", "families", "optimizers", "parts")} | {
        "scales": SCALES,
        "stages": [stage for stage in shared["stages"] if stage["key"] != "noise"],
        "limits": {
            "runners": regression_settings.MAX_RUNNERS, "epochs": MAX_EPOCHS, "seeds": MAX_SEEDS, "number": MAX_NUMBER,
            "bytes": own.MOST_BYTES,
        },
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
        "comparison": regression_words.comparison(_),
    }  # fmt: skip


@lru_cache
def _choices_name(_: Messages) -> str:
    return json.dumps(_choices(_))
