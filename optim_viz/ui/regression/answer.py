"""A question to the lab, and its answer: settings -> fits -> what the player shows."""

import json
import math
from typing import Any

import numpy as np

from optim_viz import Fit, Problem
from optim_viz.regression.fit import fit
from optim_viz.regression.noise import noise, variances
from optim_viz.spec import floats
from optim_viz.ui.asked import Asked
from optim_viz.ui.forms import Reading
from optim_viz.ui.i18n import Messages
from optim_viz.ui.offered import BEYOND, limit_of, marks
from optim_viz.ui.regression import choices, fits_drawn, own, pictures, settings, words
from optim_viz.ui.regression.settings import FORM, LOOKS, Runner, Settings, effort

#: rows of the seed that is shown in detail, and evaluations of the loss that its curve may cost
ROWS, CURVE_WORK = 5000, 2_000_000
#: of that again, what it may cost where there are many weights, see ``settings.effort``
CURVE_COST = 16_000_000
SLOW = 10_000_000  # cost from which on an answer takes longer than a tenth of a second


def answer(asked: Asked) -> dict[str, Any]:
    """Everything the player shows for these settings; see ``components/regression/main.js`` for who reads what."""
    chosen, faults = settings.read(asked.query, asked.more)
    problem, brought, _ = chosen.problem, chosen.brought, asked.texts
    rounds = len(chosen.runners) * chosen.epochs * chosen.seeds + (pictures.grid_points(problem) ** 2 if problem.dim > 2 else 0)
    asked.takes(effort(problem) * len(problem.targets) * rounds)
    fits = [run(runner, chosen) for runner in chosen.runners]
    names, weights = runner_names(_, chosen.runners), weight_names(_, problem)
    on = pictures.shown_plane(chosen, fits)
    them = words.fitted(_, chosen, names, weights, fits)
    name = json.dumps([identity(chosen), _.language.code])
    part = pictures.span(chosen, fits, on)
    place = "" if on is None else (on.origin.tobytes() + on.axes.tobytes()).hex()
    axes = [*weights, _("loss")][:2] if problem.dim <= 2 else [_("from start to end"), _("the path's main direction besides")]
    return {
        "notes": asked.notes(faults),
        "choices": asked.text_part(choices.choices, _),
        "data": asked.part(lambda: pictures.data(problem), f"data {name}"),
        "surface": asked.part(lambda: pictures.surface(problem, part, on, axes), f"loss {name} {part} {place}"),
        "settings": _settings(_, chosen, names) | {"slow": _cost(chosen, fits) > SLOW},
        "view": FORM.values(chosen, "look"),
        "frame": FORM.values(chosen, "page"),
        "weights": weights,
        # of points that are held out nobody knows the least loss: it is shown as it is
        "best": None if problem.solution is None or problem.test else problem.least,
        "runs": [fits_drawn.shown(each, chosen, on) for each in fits],
        "rows": words.table(_, them),
        "words": words.sentences(_, them),
        "own": None if brought is None else asked.part(lambda: own.shown(_, brought), f"own {name}"),
        "scaling": words.scaling(_, chosen, them),
    }  # fmt: skip


def _cost(chosen: Settings, fits: list[Fit]) -> float:
    """Of the answer to a move of a slider, in the losses and gradients of one sample for a line."""
    problem, n = chosen.problem, len(chosen.problem.targets)
    drawn = [n * (each.theta.shape[1] + chosen.seeds * fits_drawn.band_rows(problem, chosen.seeds)) for each in fits]
    fitted = [int(each.samples_seen[-1]) * chosen.seeds for each in fits]
    plane = n * pictures.grid_points(problem) ** 2 if problem.dim > 2 else 0  # of two weights it stays as it is
    return effort(problem) * (sum(fitted) + sum(drawn) + plane)


def curve_cost(problem: Problem) -> float:
    """Of a row of the curve, as a share of what it may cost."""
    return len(problem.targets) * max(1 / CURVE_WORK, effort(problem) / CURVE_COST)


def run(runner: Runner, chosen: Settings) -> Fit:
    """One runner's fits, one for each seed."""
    updates = chosen.updates(runner)
    every = max(1, math.ceil(updates / ROWS), math.ceil(updates * curve_cost(chosen.problem)))
    return fit(
        runner.optimizer, chosen.problem, batch_size=runner.batch, epochs=chosen.epochs, seeds=range(chosen.seeds),
        start=chosen.starts(), hypers=runner.hypers, sampling=runner.sampling, drop_last=runner.drop, record_every=every,
        around=runner.stages[0], patient=False,
    )  # fmt: skip


def noise_answer(asked: Asked) -> dict[str, Any]:
    """The gradients of samples and batches where a runner stands; ``noise`` None where there is nothing to show.

    ``asked.more``: ``runner``, its index; ``theta``, its weights.
    """
    chosen, _faults = settings.read(asked.query, asked.more)
    problem, index, at = chosen.problem, asked.more.get("runner"), floats(asked.more.get("theta"))
    if not isinstance(index, int) or not 0 <= index < len(chosen.runners):
        return {"noise": None}
    if at is None or at.shape != (problem.dim,) or not np.isfinite(at).all():
        return {"noise": None}
    runner, samples = chosen.runners[index], len(problem.targets)
    size = runner.batch or samples
    cloud = noise(problem, at, size, sampling=runner.sampling, batches=200, seed=chosen.seed)
    some = np.linspace(0, samples - 1, min(samples, 400)).astype(int)
    sizes = sorted({min(samples, max(1, round(s))) for s in np.geomspace(1, samples, 9)})
    # the law is measured where it can be: on so many samples that the page stays quick
    measured = variances(problem, at, [s for s in sizes if s * 200 <= 200_000], batches=200, seed=chosen.seed)
    if not all(np.isfinite(a).all() for a in (cloud.samples, cloud.batches, cloud.covariance, measured)):
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
    """Data of one's own, before they are shown: what is wrong with them, in the reader's language, None where they can be used;
    what is in them, if they are a table; and their ``digest``.
    """
    got = Reading(FORM, asked.query, asked.more)
    brought = got["brought"]
    told = own.problem(asked.texts, got.notes)
    if brought is None:
        return {"problem": told}
    return {"problem": told, "digest": brought.digest, "own": own.shown(asked.texts, brought)}


def runner_names(_: Messages, runners: tuple[Runner, ...]) -> list[str]:
    """Plain descent is named after its batches (GD, SGD, Mini-batch 10), the others after their rule; two of a name apart."""
    kinds = [_kind_of(_, runner) for runner in runners]
    drawing = [(runner, kind) for runner, kind in zip(runners, kinds, strict=True) if runner.batch is not None]
    ways = {kind: {r.sampling for r, k in drawing if k == kind} for kind in kinds}
    names: list[str] = []
    for runner, kind in zip(runners, kinds, strict=True):
        name = (
            _(words.DRAWN, kind=kind, way=_(words.WAYS[runner.sampling]))
            if runner.batch is not None and len(ways[kind]) > 1
            else kind
        )
        nth = 1 + sum(other == name or other.startswith((f"{name} #", f"{name} ")) for other in names)
        names.append(name if nth == 1 else f"{name} #{nth}" if name[-1].isdigit() else f"{name} {nth}")
    return names


def _kind_of(_: Messages, runner: Runner) -> str:
    if runner.optimizer.key != "gd" or runner.batch is None:
        return runner.optimizer.name
    return words.ONE if runner.batch == 1 else _(words.SOME, size=runner.batch)


def weight_names(_: Messages, problem: Problem) -> list[str]:
    """The weights' names in the reader's language."""
    words = [name.partition(" ") for name in problem.names]
    return [_(first) + space + rest for first, space, rest in words]


def identity(chosen: Settings) -> list[Any]:
    """All that the pictures of data and loss depend on."""
    problem = chosen.problem
    content = chosen.brought.identity if chosen.brought else None
    return [
        chosen.data, chosen.data_params, content, problem.data.names, problem.model.key, problem.model_params,
        problem.loss.key, problem.loss_params, problem.l2, problem.standardise, chosen.test, chosen.split,
    ]  # fmt: skip


def _settings(_: Messages, chosen: Settings, names: list[str]) -> dict[str, Any]:
    problem, plain = chosen.problem, FORM.values(chosen, "picture")
    said = marked(_, problem)
    return {
        **plain,
        "samples": len(problem.targets), "held": 0 if problem.test is None else len(problem.test.targets),
        "task": problem.data.task, "dim": problem.dim,
        "inputs": list(problem.data.names), "target": problem.data.target,
        "runners": [
            told | {"name": name, "marks": _marks(r, name, said), "nth": 1, "colour": colour, "marker": marker}
            for told, r, name in zip(plain["runners"], chosen.runners, names, strict=True)
            for colour, marker in (LOOKS[r.look - 1],)
        ],
    }  # fmt: skip


def marked(_: Messages, problem: Problem) -> list[dict[str, Any]]:
    """What to mark on learning rates: a curvature, what it is called and what a rate that is so much over it means; what a
    runner's own limit means, where it is one; whether all that is for those alone that draw batches.
    """
    linear, beyond = problem.model.is_linear, ""
    if not linear:
        two = _("2/λ = {value}, with λ estimated where seed 0 may start: a guide, no limit.")
    elif problem.loss.is_quadratic:
        two, beyond = _("2/λ = {value}: above it GD on all the data diverges."), _(BEYOND)
    else:
        two = _("2/λ = {value}, with λ the largest curvature anywhere: below it each step of GD on all the data goes down.")
    whole = {"curvature": problem.curvature, "of": "λ", "marks": [(2.0, two)], "beyond": beyond, "drawing": False}
    if len(problem.targets) == 1:
        return [whole]
    each = _(
        "2/λᵢ = {value}, with λᵢ the curvature of the steepest sample: below it no step of GD raises the loss of its batch."
    )
    if not linear:
        each = _("2/λᵢ = {value}, with λᵢ the curvature of the steepest sample where seed 0 may start: a guide, no limit.")
    steepest = {"curvature": problem.steepest_sample, "of": "λᵢ", "marks": [(2.0, each)], "beyond": "", "drawing": True}
    return [steepest, whole]


def _marks(runner: Runner, name: str, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    limit = limit_of(runner) if runner.batch is None else None  # batches are other surfaces, from step to step
    return [
        mark
        for one in said
        if runner.batch is not None or not one["drawing"]
        for mark in marks(runner, name, one["curvature"], dict(one["marks"]), limit, one["beyond"], one["of"])
    ]
