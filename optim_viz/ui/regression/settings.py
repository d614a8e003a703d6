"""The regression lab's settings and their one written form, the query of a link; as ``settings`` is for the race.

``/regression?v=1&d=noisy_line&d.size=100&m=line&loss=mse&e=20&x=0,0&seeds=30&o=gd,batch:10,sampling:shuffle,lr:0.02``
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlencode

import numpy as np

from optim_viz import DATASETS, MODELS, Data, Optimizer, Problem, SettingError
from optim_viz.around import Around, from_flat
from optim_viz.engine import MAX_STEPS
from optim_viz.regression.batching import SAMPLINGS, per_epoch
from optim_viz.regression.losses import LOSSES
from optim_viz.regression.problem import STANDARDISE
from optim_viz.schedules import LASTING
from optim_viz.spec import Hyper, Interval, N_, one_two_five
from optim_viz.ui.asked import Query
from optim_viz.ui.faults import Notes, one_of, strangers
from optim_viz.ui.race.settings import (
    AXES,
    FRAME,
    MAX_NUMBER,
    SWITCH,
    joined,
    number_in,
    read_around,
    read_hyper,
    read_hypers,
    read_named,
    read_optimizer,
    read_version,
    read_word,
    read_zoom,
    runner_texts,
    split,
    text_of,
    whole,
    whole_in,
    written,
)
from optim_viz.ui.regression import sent
from optim_viz.ui.regression.presets import PRESETS
from optim_viz.ui.regression.sent import OWN

VERSION = 1
MAX_RUNNERS, MAX_SEEDS, MAX_EPOCHS = 6, 50, 500
#: gradients of single samples that one runner may take for one picture
MAX_WORK = 10_000_000
CLOCKS: Mapping[str, str] = {
    "epochs": N_("epochs"), "samples": N_("samples seen"), "updates": N_("updates"), "cost": N_("gradients computed"),
}  # fmt: skip
L2 = Hyper("l2", 0.0, N_("L2"), r"\lambda", Interval("[0, inf)"), slider=(0.0, 1.0))
#: the names in a link, with what the page calls them; then those of a runner, and of data of one's own
LABELS: Mapping[str, str] = {
    "v": N_("version of the link"), "p": N_("example"), "d": N_("data set"), "target": N_("column to predict"),
    "m": N_("model"), "loss": N_("loss"), "l2": N_("L2"), "scale": N_("scaling"), "e": N_("epochs"), "x": N_("start"),
    "seeds": N_("seeds"), "seed": N_("seed shown"), "o": N_("optimizer"), "b": N_("runner shown"), "clock": N_("clock"),
    "t": N_("step shown"), "axis": N_("value axis"), "third": N_("third picture"), "zoom": N_("zoom"),
    "hide": N_("parts to hide"), "big": N_("projector"),
}  # fmt: skip
OTHER_LABELS: Mapping[str, str] = {
    "batch": N_("batch size"), "sampling": N_("sampling"), "drop": N_("dropping of the last batch"), "look": N_("colour"),
    "variant": N_("convention"), "data": N_("your data"),
    "model": N_("model"),
}  # fmt: skip
#: how fits are looked at; without any other name a link is the example itself
LOOKED_AT = ("v", "p", "b", "clock", "t", "axis", "third", "zoom", "hide", "big")
PREFIXES = ("d.", "m.", "loss.")
SAME = "same"  # of starts: for all seeds; that each has its own is "own", too
DEFAULT_DATA = "noisy_line"
THIRDS = ("curves", "noise", "isotropic")  # what the third picture shows; the last is noise alike in all directions
DEFAULTS = ("gd,batch:all", "gd,batch:1", "gd,batch:10")
#: Okabe & Ito's colours that stand out on light and dark, each with a mark. A runner keeps its own when others come and go.
LOOKS = (
    ("#0072B2", "circle"), ("#D55E00", "triangle"), ("#009E73", "square"), ("#CC79A7", "diamond"), ("#E69F00", "circle"),
    ("#56B4E9", "square"),
)  # fmt: skip


@dataclass(frozen=True)
class Runner:
    """One optimizer with its batches.

    ``batch`` None: all the data. ``begin``: where its numbers start. ``look``: which of ``LOOKS``, from 1; 0: any that is free.
    """

    optimizer: Optimizer
    batch: int | None
    sampling: str
    drop_last: bool
    hypers: Mapping[str, float]
    around: Mapping[str, float | str]
    begin: Mapping[str, float]
    look: int

    @property
    def stages(self) -> Around:
        return from_flat(self.around)[0]


@dataclass(frozen=True)
class Settings:
    """Everything that a link restores. ``start``: "same" (0, for a network drawn once), "own" of each seed, or weights.

    ``seed`` and ``chosen`` are the seed and the runner that are shown in detail; ``third`` is one of ``THIRDS``; ``hide`` and
    ``big`` as in the race.
    """

    preset: str
    data: str
    data_params: Mapping[str, float]
    problem: Problem
    epochs: int
    start: str | tuple[float, ...]
    seeds: int
    seed: int
    runners: tuple[Runner, ...]
    chosen: int
    clock: str
    step: int | None
    axis: str
    third: str
    zoom: tuple[float, ...]
    hide: tuple[str, ...]
    big: bool

    def starts(self) -> np.ndarray | None:
        """As ``fit`` takes them."""
        if self.start == OWN:
            return None
        if self.start == SAME:
            return np.zeros(self.problem.dim) if self.problem.model.is_linear else self.problem.starts((0,))[0]
        return np.array(self.start)

    def updates(self, runner: Runner) -> int:
        """How many a runner's fit is."""
        return self.epochs * _turns(runner, self.problem)


def _turns(runner: Runner, problem: Problem) -> int:
    """Updates of an epoch."""
    samples = len(problem.targets)
    return per_epoch(samples, runner.batch or samples, runner.drop_last)


def read(query: Query, more: Mapping[str, Any] = MappingProxyType({})) -> tuple[Settings, Notes]:
    """The settings that a query asks for, and what was wrong with it. ``more``: what came beside it, perhaps one's own data."""
    notes = Notes({**OTHER_LABELS, **LABELS})
    asked = query
    if "d" not in query:
        preset = PRESETS.get((query.get("p") or [""])[-1]) or next(iter(PRESETS.values()))
        other = any((name in LABELS and name not in LOOKED_AT) or name.startswith(PREFIXES) for name in query)
        query = ({} if other else {"p": [preset.key]}) | parse_qs(preset.query) | dict(query)
    read_version(query, {}, notes)
    data, key, params = _data(query, more, notes)
    problem = _problem(query, data, key, notes)
    seeds = whole_in(query, notes, "seeds", 1, MAX_SEEDS, 10)
    start = _start(query, problem, notes)
    begun = _runners(query, problem, notes)
    epochs, seeds = _length(query, problem, [runner for runner, _rest in begun], seeds, notes)
    far = _far(problem, start)
    # a schedule lasts as long as the fit, which is known when the batches are
    runners = _told_apart([_set(runner, rest, problem, far, epochs, notes) for runner, rest in begun])
    last = max(0, len(runners) - 1)
    clock = notes.unless("epochs", lambda: read_word("clock", CLOCKS, text_of(query, "clock") or "epochs"))
    step = whole_in(query, notes, "t", 0, 10**9, -1)
    strangers(asked, LABELS, PREFIXES, notes)
    return Settings(
        preset=notes.unless("", lambda: one_of("p", PRESETS, text_of(query, "p") or "").key) if query.get("p") else "",
        data=key,
        data_params=params,
        problem=problem,
        epochs=epochs,
        start=start,
        seeds=seeds,
        seed=min(whole_in(query, notes, "seed", 0, MAX_SEEDS - 1, 0), seeds - 1),
        runners=runners,
        chosen=min(whole_in(query, notes, "b", 0, MAX_RUNNERS - 1, last), last),
        clock=clock,
        step=None if step < 0 else step,
        axis=notes.unless(AXES[0], lambda: read_word("axis", AXES, text_of(query, "axis") or AXES[0])),
        third=notes.unless(THIRDS[0], lambda: read_word("third", THIRDS, text_of(query, "third") or THIRDS[0])),
        zoom=read_zoom(query, {}, notes),
        **{prop.name: prop.read(query, {}, notes) for prop in FRAME},
    ), notes


def _data(query: Query, more: Mapping[str, Any], notes: Notes) -> tuple[Data, str, dict[str, float]]:
    """The data, the key of their set, and its parameters."""
    wanted = notes.unless(None, lambda: text_of(query, "d"))
    if wanted == OWN:
        target = notes.unless(None, lambda: text_of(query, "target"))
        found = notes.unless(None, lambda: sent.table(more)[1].data(target))
        if found is not None:
            return found, OWN, {}
        wanted = None
    first = DATASETS[DEFAULT_DATA]
    dataset = first if wanted is None else notes.unless(first, lambda: one_of("d", DATASETS, wanted))
    usual = {name: h.default for name, h in dataset.params.items()}
    params = usual | read_named(query, "d.", dataset.params, notes)
    return dataset.at(params), dataset.key, params


def _problem(query: Query, data: Data, key: str, notes: Notes) -> Problem:
    """Model, loss and scaling; what does not suit the data gives way to what does."""
    usual = DATASETS[key].model if key in DATASETS else "line" if data.task == "numbers" else "logistic"
    model = notes.unless(MODELS[usual], lambda: one_of("m", MODELS, text_of(query, "m") or usual))
    if data.task not in model.tasks or model.inputs not in (None, data.inputs.shape[1]):
        notes.append(SettingError("m", N_("a model that suits the data"), model.key))
        model = MODELS[usual]
    losses = {name: loss for name, loss in LOSSES.items() if loss.task == data.task}
    first = next(iter(losses))
    loss = notes.unless(losses[first], lambda: one_of("loss", losses, text_of(query, "loss") or first))
    numbers: dict[str, Any] = {
        "loss": loss.key,
        "loss_params": read_named(query, "loss.", loss.params, notes),
        "l2": notes.unless(0.0, lambda: read_hyper(L2, "l2", text_of(query, "l2") or "0", MAX_NUMBER)),
        "standardise": notes.unless("none", lambda: read_word("scale", STANDARDISE, text_of(query, "scale") or "none")),
    }
    params = read_named(query, "m.", model.params, notes)
    # what may be too much for these data is given up one by one: the model's own numbers, then the model
    for wish, given in ((model, params), (model, {})):
        problem = notes.unless(None, lambda wish=wish, given=given: Problem(data, wish, model_params=given, **numbers))  # type: ignore[misc]
        if problem is not None:
            return problem
    return Problem(data, MODELS[usual], **numbers)


_STARTS = N_("same, own, or a number for each of at most two weights, with a comma between them and points in them")


def _start(query: Query, problem: Problem, notes: Notes) -> str | tuple[float, ...]:
    def reading() -> str | tuple[float, ...]:
        text = text_of(query, "x") or SAME
        if text in (SAME, OWN):
            return text
        values = tuple(number_in("x", part) for part in text.split(","))
        if len(values) != problem.dim or problem.dim > 2 or not all(abs(v) <= MAX_NUMBER for v in values):
            raise SettingError("x", _STARTS, text)
        return values

    usual: str | tuple[float, ...] = SAME
    return notes.unless(usual, reading)


def _far(problem: Problem, start: str | tuple[float, ...]) -> float:
    """How far there is to go: what learning rates in units of theta are measured by."""
    away = 0.0 if problem.solution is None else np.abs(problem.solution - (start if isinstance(start, tuple) else 0.0)).max()
    return max(float(away), 1.0)


def begin(optimizer: Optimizer, problem: Problem, far: float) -> dict[str, float]:
    """All hyperparameters by name as a card starts with them.

    Single samples are steeper than their mean, and every runner starts with what the steepest of them bears: the same for all
    batch sizes, so that only these differ.
    """
    largest = float(np.abs(problem.features).max()) or 1.0  # squares of what is huge or tiny are no numbers
    lengths = ((problem.features / largest) ** 2).sum(axis=1)
    steepest = float(lengths.max() / max(lengths.mean(), 1e-300))
    scale, factor = optimizer.start_lr
    lr = {"curvature": factor / max(problem.curvature * steepest, 1e-12), "width": factor * far, "fixed": factor}[scale]
    return {name: hyper.default for name, hyper in optimizer.hypers.items()} | {"lr": one_two_five(lr)}


def _runners(query: Query, problem: Problem, notes: Notes) -> list[tuple[Runner, dict[str, str]]]:
    """Every runner with its batches, and what else its text says."""
    texts = runner_texts(query, DEFAULTS, MAX_RUNNERS, notes)
    return [begun for text in texts if (begun := _runner(text, problem, notes))]


def _told_apart(runners: list[Runner]) -> tuple[Runner, ...]:
    """Each with a look of its own: the one it asks for, if no one before it has that, else the first that is free."""
    asked = [runner.look for runner in runners]
    free = [look for look in range(1, len(LOOKS) + 1) if look not in asked]
    apart = [look if look and look not in asked[:k] else free.pop(0) for k, look in enumerate(asked)]
    return tuple(replace(runner, look=look) for runner, look in zip(runners, apart, strict=True))


def _runner(text: str, problem: Problem, notes: Notes) -> tuple[Runner, dict[str, str]] | None:
    full_key, pairs = split(text)
    optimizer = read_optimizer(full_key, notes)
    if optimizer is None:
        return None
    if optimizer.takes_hessian and not problem.model.is_linear:
        notes.append(SettingError("o", N_("an optimizer without second derivatives: this model has none"), optimizer.key))
        return None
    given = dict(pairs)
    samples = len(problem.targets)
    size, sampling, drop = given.pop("batch", "all"), given.pop("sampling", "shuffle"), given.pop("drop", "0")
    wish = given.pop("look", "0")

    def batch() -> int | None:
        if size == "all":
            return None
        value = number_in(f"{optimizer.key}, batch", size, whole=True)
        if not (value.is_integer() and value >= 1):
            raise SettingError(f"{optimizer.key}, batch", N_("all, or a whole number of samples"), size)
        return None if value >= samples else int(value)

    look = 0 if wish == "0" else notes.unless(0, lambda: whole(f"{optimizer.key}, look", wish, 1, len(LOOKS)))
    read = notes.unless(None, batch)
    drops = notes.unless(False, lambda: read_hyper(SWITCH, f"{optimizer.key}, drop", drop) == 1)
    way = notes.unless("shuffle", lambda: read_word(f"{optimizer.key}, sampling", SAMPLINGS, sampling))
    return Runner(optimizer, read, way, drops, {}, {}, {}, look), given


def _set(runner: Runner, given: dict[str, str], problem: Problem, far: float, epochs: int, notes: Notes) -> Runner:
    """The runner with its numbers, and with what stands around its rule."""
    optimizer = runner.optimizer
    for name in ("noise", "seed"):
        if name in given:
            what = N_("left out: here it is the batches that make the noise")
            notes.append(SettingError(f"{optimizer.key}, {name}", what, given.pop(name)))
    around, rest = read_around(optimizer, list(given.items()), epochs * _turns(runner, problem), notes)
    start = begin(optimizer, problem, far)
    hypers = read_hypers(optimizer, rest, start, notes)
    return replace(runner, hypers=hypers, around=around, begin=start)


def _length(
    query: Query, problem: Problem, runners: list[Runner], seeds: int, notes: Notes
) -> tuple[int, int]:  # fmt: skip
    """Epochs and seeds, as many as can be computed while a hand is on a slider."""
    samples = len(problem.targets)
    epochs = whole_in(query, notes, "e", 1, MAX_EPOCHS, 20)
    turns = max((_turns(runner, problem) for runner in runners), default=1)
    most = max(1, min(MAX_STEPS // turns, MAX_WORK // samples))
    if epochs > most:
        notes.append(SettingError("e", N_("at most {limit} with so many samples"), epochs, limit=most))
        epochs = most
    most = max(1, MAX_WORK // (samples * epochs))
    if seeds > most:
        notes.append(SettingError("seeds", N_("at most {limit} with so many samples"), seeds, limit=most))
        seeds = most
    return epochs, seeds


def write(settings: Settings) -> str:
    """The query of a link that restores these settings, without the question mark, as ``query.js`` writes it."""
    problem, start = settings.problem, settings.start
    pairs = [("v", str(VERSION)), ("d", settings.data)]
    pairs += [("p", settings.preset)] * bool(settings.preset)
    pairs += [(f"d.{name}", written(value)) for name, value in settings.data_params.items()]
    pairs += [("m", problem.model.key), *((f"m.{name}", written(value)) for name, value in problem.model_params.items())]
    pairs += [("loss", problem.loss.key), *((f"loss.{name}", written(value)) for name, value in problem.loss_params.items())]
    pairs += [("l2", written(problem.l2))] * bool(problem.l2)
    pairs += [("scale", problem.standardise)] * (problem.standardise != "none")
    pairs += [("e", str(settings.epochs)), ("x", start if isinstance(start, str) else ",".join(map(written, start)))]
    pairs += [("seeds", str(settings.seeds)), *([("seed", str(settings.seed))] * bool(settings.seed))]
    pairs += [("o", _written(runner, settings.updates(runner))) for runner in settings.runners] or [("o", "")]
    pairs += [("b", str(settings.chosen))]
    pairs += [("clock", settings.clock)] * (settings.clock != "epochs")
    pairs += [("t", str(settings.step))] * (settings.step is not None)
    pairs += [("axis", settings.axis)] * (settings.axis != AXES[0])
    pairs += [("third", settings.third)] * (settings.third != THIRDS[0])
    pairs += [("zoom", ",".join(map(written, settings.zoom)))] * bool(settings.zoom)
    pairs += [pair for prop in FRAME for pair in prop.write(settings)]
    return urlencode(pairs, safe=",:@")


def _written(runner: Runner, updates: int) -> str:
    # what lasts as long as the fit is left out, and so does as well when the fit is a longer one
    around = {name: value for name, value in runner.around.items() if name not in LASTING or value != updates}
    batches: dict[str, float | str] = {
        "batch": "all" if runner.batch is None else float(runner.batch),
        "sampling": runner.sampling,
    }
    values = {
        **batches, **({"drop": 1.0} if runner.drop_last else {}), "look": float(runner.look), **runner.hypers, **around
    }  # fmt: skip
    return joined(runner.optimizer, values)
