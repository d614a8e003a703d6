"""The regression lab's settings: its form, and the record that it fills.

``/regression?v=1&d=noisy_line&d.size=100&m=line&loss=mse&e=20&x=0,0&seeds=30&o=gd,batch:10,sampling:shuffle,lr:0.02``
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from optim_viz import DATASETS, MODELS, Data, Optimizer, Problem, SettingError
from optim_viz.engine import MAX_STEPS
from optim_viz.regression.batching import SAMPLINGS, per_epoch
from optim_viz.regression.losses import LOSSES
from optim_viz.regression.problem import STANDARDISE
from optim_viz.regression.split import split
from optim_viz.spec import Hyper, Interval, N_, one_two_five
from optim_viz.ui import forms, runners
from optim_viz.ui.asked import Query
from optim_viz.ui.faults import Notes
from optim_viz.ui.forms import AXIS, ZOOM, Amount, Field, Form, Kind, Limited, Named, Numbers, One, Reading, Switch, Whole
from optim_viz.ui.inputs import MAX_NUMBER, number_in, written
from optim_viz.ui.regression import own
from optim_viz.ui.regression.own import Brought
from optim_viz.ui.regression.presets import PRESETS
from optim_viz.ui.regression.sent import OWN
from optim_viz.ui.runners import Runners

MAX_RUNNERS, MAX_SEEDS, MAX_EPOCHS = 6, 50, 1500
#: gradients of single samples that one runner may take for one picture, and what all of them may cost, see ``effort``: some
#: seconds, so that a browser, which waits for eight, is answered
MAX_WORK, MAX_COST = 10_000_000, 1_200_000_000
CLOCKS: Mapping[str, str] = {
    "epochs": N_("epochs"), "samples": N_("samples seen"), "updates": N_("updates"), "cost": N_("gradients computed"),
}  # fmt: skip
L2 = Hyper("l2", 0.0, N_("L2"), r"\lambda", Interval("[0, inf)"), slider=(0.0, 1.0))
TEST = Hyper("test", 0.0, N_("held out for testing"), "", Interval("[0, 1)"), slider=(0.0, 0.9))
SAME = "same"  # of starts: for all seeds; that each has its own is "own", too
DEFAULT_DATA = "noisy_line"
#: Okabe & Ito's colours that stand out on light and dark, each with a mark. A runner keeps its own when others come and go.
LOOKS = (
    ("#0072B2", "circle"), ("#D55E00", "triangle"), ("#009E73", "square"), ("#CC79A7", "diamond"), ("#E69F00", "circle"),
    ("#56B4E9", "square"),
)  # fmt: skip


@dataclass(frozen=True)
class Runner(runners.Runner):
    """A runner with its batches. ``batch`` None: all the data. ``look``: which of ``LOOKS``, from 1; 0: any that is free."""

    batch: int | None
    sampling: str
    drop: bool
    look: int


class Settings(forms.Record):
    """Everything that a link restores. ``start``: "same" (0, for a network drawn once), "own" of each seed, or weights.

    ``seed`` and ``chosen`` are the seed and the runner that are shown in detail; ``third`` is what the third picture shows;
    ``step`` None: the last one; ``hide`` and ``big`` as in the race. ``brought`` None: the data are not one's own.
    """

    problem: Problem
    brought: Brought | None
    runners: tuple[Runner, ...]

    def starts(self) -> np.ndarray | None:
        """As ``fit`` takes them."""
        if self.start == OWN:
            return None
        if self.start == SAME:
            return np.zeros(self.problem.dim) if self.problem.model.is_linear else self.problem.starts((0,))[0]
        return np.array(self.start)

    def updates(self, runner: Runner) -> int:
        """How many a runner's fit is."""
        return self.epochs * _turns(self.problem, runner.batch, runner.drop)


def _turns(problem: Problem, batch: int | None, drop: bool) -> int:
    """Updates of an epoch."""
    samples = len(problem.targets)
    return per_epoch(samples, batch or samples, drop)


# ---------------------------------------------------------------------------------------------------- data, model and loss


@dataclass(frozen=True)
class DataSet(One):
    """A data set, or one's own data."""

    def parse(self, text: str, parameter: str, got: Reading) -> str:
        if text == OWN:
            return OWN if got["brought"] and got["brought"].data else DEFAULT_DATA
        return super().parse(text, parameter, got)


def _table(got: Reading) -> Data:
    """The data."""
    return got["brought"].data if got["data"] == OWN else DATASETS[got["data"]].at(got["dataParams"])


def _usual_model(got: Reading) -> str:
    if got["data"] != OWN:
        return DATASETS[got["data"]].model
    return "line" if got["table"].task == "numbers" else "logistic"


@dataclass(frozen=True)
class Model(One):
    """A model; one that does not suit the data gives way to what does."""

    def parse(self, text: str, parameter: str, got: Reading) -> str:
        model, data = MODELS[super().parse(text, parameter, got)], got["table"]
        if data.task not in model.tasks or model.inputs not in (None, data.inputs.shape[1]):
            raise SettingError(parameter, N_("a model that suits the data"), model.key)
        return model.key


def _losses(got: Reading) -> list[str]:
    return [name for name, loss in LOSSES.items() if loss.task == got["table"].task]


def _problem(got: Reading) -> Problem:
    """Data, model, loss and scaling together."""
    numbers: dict[str, Any] = {
        "loss": got["loss"], "loss_params": got["lossParams"], "l2": got["l2"], "standardise": got["standardise"]
    }  # fmt: skip
    wish = MODELS[got["model"]]
    whole: tuple[Data, Data | None] = (got["table"], None)
    kept, numbers["test"] = got.notes.unless(whole, lambda: split(got["table"], got["test"], got["split"]))
    # what may be too much for these data is given up one by one: the model's own numbers, then the model
    given: Mapping[str, float]
    for given in (got["modelParams"], {}):
        problem = got.notes.unless(None, lambda given=given: Problem(kept, wish, model_params=given, **numbers))  # type: ignore[misc]
        if problem is not None:
            return problem
    return Problem(kept, MODELS[_usual_model(got)], **numbers)


def _are_weights(values: tuple[float, ...], got: Reading) -> bool:
    return len(values) == got["problem"].dim <= 2 and all(abs(v) <= MAX_NUMBER for v in values)


# ----------------------------------------------------------------------------------------------------------------- runners


def _far(got: Reading) -> float:
    """How far there is to go: what learning rates in units of theta are measured by."""
    problem, start = got["problem"], got["start"]
    best = problem.solution if got["data"] == OWN else problem.rough
    away = 0.0 if best is None else np.abs(best - (start if isinstance(start, tuple) else 0.0)).max()
    return max(float(away), 1.0)


def begin(optimizer: Optimizer, steepest: float, far: float) -> dict[str, float]:
    """All hyperparameters by name as a card starts with them, on samples of which the ``steepest`` has this curvature.

    Single samples are steeper than their mean, and every runner starts with what the steepest of them bears: the same for all
    batch sizes, so that only these differ.
    """
    scale, factor = optimizer.start_lr
    lr = {"curvature": factor / max(steepest, 1e-12), "width": factor * far, "fixed": factor}[scale]
    return {name: hyper.default for name, hyper in optimizer.hypers.items()} | {"lr": one_two_five(lr)}


def _begin(got: Reading, optimizer: Optimizer) -> dict[str, float]:
    return begin(optimizer, got["problem"].steepest_sample if got["data"] == OWN else _steep(got["problem"]), _far(got))


def _steep(problem: Problem) -> float:
    """The curvature of the steepest sample as it has always been guessed, from the lengths of features: a link that leaves out
    a rate depends on it. Where the curvature of the mean lies along one direction it is right.
    """
    largest = float(np.abs(problem.features).max()) or 1.0  # squares of what is huge or tiny are no numbers
    lengths = ((problem.features / largest) ** 2).sum(axis=1)
    return problem.curvature * float(lengths.max() / max(lengths.mean(), 1e-300))


@dataclass(frozen=True)
class Batch(Kind):
    """How many samples a batch has; None: all of them."""

    script, tells = "batch", ("none",)
    none: str = "all"

    def parse(self, text: str, parameter: str, got: Reading) -> int | None:
        value = number_in(parameter, text, whole=True)
        if not (value.is_integer() and value >= 1):
            raise SettingError(parameter, N_("all, or a whole number of samples"), text)
        return None if value >= len(got["problem"].targets) else int(value)

    def text(self, value: int | None) -> str:
        return self.none if value is None else written(value)


def _lacks(got: Reading, optimizer: Optimizer) -> str:
    has_none = optimizer.takes_hessian and not got["problem"].model.is_linear
    return N_("an optimizer without second derivatives: this model has none") if has_none else ""


def _told_apart(them: list[Runner]) -> list[Runner]:
    """Each with a look of its own: the one it asks for, if no one before it has that, else the first that is free."""
    asked = [runner.look for runner in them]
    free = [look for look in range(1, len(LOOKS) + 1) if look not in asked]
    apart = [look if look and look not in asked[:k] else free.pop(0) for k, look in enumerate(asked)]
    return [replace(runner, look=look) for runner, look in zip(them, apart, strict=True)]


def _updates(got: Reading, own: Mapping[str, Any]) -> int:
    return got["length"][0] * _turns(got["problem"], own["batch"], own["drop"])


def effort(problem: Problem) -> float:
    """What a sample's loss and gradient cost, over those of a line: it goes with the weights, and a network has its tanh."""
    return problem.dim * (0.5 if problem.model.is_linear else 2.0)


def _length(got: Reading) -> tuple[int, int]:
    """Epochs and seeds, as many as can be computed while a hand is on a slider."""
    samples, epochs, seeds = len(got["problem"].targets), got["epochs"], got["seeds"]
    begun = RUNNERS.begun(FORM.by_name["runners"], got)
    turns = max((_turns(got["problem"], own["batch"], own["drop"]) for _optimizer, own, _rest in begun), default=1)
    each = int(MAX_COST / (effort(got["problem"]) * max(1, len(begun))))
    work, what = min((MAX_WORK, N_("at most {limit} with so many samples")),
                     (each, N_("at most {limit} with so many samples, weights and runners")))  # fmt: skip
    most = max(1, min(MAX_STEPS // turns, work // samples))
    if epochs > most:
        got.notes.append(SettingError("e", what, epochs, limit=most))
        epochs = most
    most = max(1, work // (samples * epochs))
    if seeds > most:
        got.notes.append(SettingError("seeds", what, seeds, limit=most))
        seeds = most
    return epochs, seeds


_NO_NOISE = N_("left out: here it is the batches that make the noise")
RUNNERS = Runners(
    MAX_RUNNERS, Runner, _updates,
    begin=_begin,
    own=(
        Field("batch", "batch", Batch(), None, N_("batch size"), always=True),
        Field("sampling", "sampling", One(SAMPLINGS), "shuffle", N_("sampling"), always=True),
        Field("drop", "drop", Switch(), False, N_("dropping of the last batch")),
        Field("look", "look", Whole(1, len(LOOKS)), 0, N_("colour"), "look"),
    ),
    together=_told_apart, lacks=_lacks, foreign={"noise": _NO_NOISE, "seed": _NO_NOISE},
)  # fmt: skip


def _plain(settings: Settings) -> list[dict[str, Any]]:
    return [RUNNERS.plain(runner) | {"updates": settings.updates(runner)} for runner in settings.runners]


# ---------------------------------------------------------------------------------------------------------------- the form


def _params(records: Mapping[str, Any], name: str) -> Named:
    """The numbers of what is chosen by this name; one's own data have none."""
    return Named(lambda got: records[got[name]].params if got[name] in records else None)


START = Numbers(
    N_("same, own, or a number for each of at most two weights, with a comma between them and points in them"),
    _are_weights, words=(SAME, OWN),
)  # fmt: skip
FORM = Form(
    (
        Field("data", "d", DataSet(DATASETS), DEFAULT_DATA, N_("data set"), always=True),
        Field("dataParams", "d.", _params(DATASETS, "data"), at=lambda s: s.data_params),
        *own.FIELDS,
        Field("model", "m", Model(MODELS), _usual_model, N_("model"), always=True, at=lambda s: s.problem.model.key),
        Field("modelParams", "m.", _params(MODELS, "model"), at=lambda s: s.problem.model_params),
        Field(
            "loss", "loss", One(_losses), lambda got: _losses(got)[0], N_("loss"), always=True, at=lambda s: s.problem.loss.key
        ),
        Field("lossParams", "loss.", _params(LOSSES, "loss"), at=lambda s: s.problem.loss_params),
        Field("l2", "l2", Amount(L2), 0.0, N_("L2"), at=lambda s: s.problem.l2),
        # a share of the data that is not learnt from, and the seed that says which
        Field("test", "test", Amount(TEST), 0.0, N_("held out for testing")),
        Field("split", "split", Whole(0, 99), 0, N_("seed of the split")),
        Field("standardise", "scale", One(STANDARDISE), "none", N_("scaling"), at=lambda s: s.problem.standardise),
        Field("epochs", "e", Limited(1, MAX_EPOCHS), 20, N_("epochs"), always=True),
        Field("start", "x", START, SAME, N_("start"), always=True),
        Field("seeds", "seeds", Limited(1, MAX_SEEDS), 10, N_("seeds"), always=True),
        Field("seed", "seed", Whole(0, MAX_SEEDS - 1), 0, N_("seed shown")),
        Field("runners", "o", RUNNERS, lambda got: ("gd,batch:all", "gd,batch:1", "gd,batch:10"), N_("optimizer"), at=_plain),
        Field(
            "chosen", "b", Whole(0, MAX_RUNNERS - 1), lambda got: max(0, len(got["runners"]) - 1), N_("runner shown"), "look",
            always=True,
        ),
        Field("clock", "clock", One(CLOCKS), "epochs", N_("clock"), "look"),
        Field("step", "t", Whole(0, 10**9), None, N_("step shown"), "look"),
        AXIS,
        # the last is noise alike in all directions
        Field("third", "third", One(("curves", "noise", "isotropic")), "curves", N_("third picture"), "look"),
        ZOOM,
    ),
    presets=PRESETS, made={"brought": own.brought, "table": _table, "problem": _problem, "length": _length},
    labels={"data": N_("your data"), "model": N_("model"), "held_out": N_("held out for testing")},
)  # fmt: skip


def read(query: Query, more: Mapping[str, Any] = MappingProxyType({})) -> tuple[Settings, Notes]:
    """The settings that a query asks for, and what was wrong with it. ``more``: what came beside it, perhaps one's own data."""
    got = FORM.read(query, more)
    (epochs, seeds), last = got["length"], max(0, len(got["runners"]) - 1)
    return got.record(
        Settings, problem=got["problem"], brought=got["brought"] if got["data"] == OWN else None, data_params=got["dataParams"],
        epochs=epochs, seeds=seeds, runners=got["runners"], seed=min(got["seed"], seeds - 1), chosen=min(got["chosen"], last),
        test=got["test"] if got["problem"].test else 0.0,
    ), got.notes  # fmt: skip


def write(settings: Settings) -> str:
    """The query of a link that restores these settings, without the question mark."""
    return FORM.write(FORM.values(settings))
