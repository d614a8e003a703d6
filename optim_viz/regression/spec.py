"""The records of the regression lab: Data, Dataset, Model."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from optim_viz.errors import SettingError
from optim_viz.spec import Hyper, Interval, N_, check_values, floats, named

Task = Literal["numbers", "classes"]
#: what is to be learnt: a number for each sample, or which of the classes 0 and 1 it belongs to
TASKS = ("numbers", "classes")


@dataclass(frozen=True, eq=False)
class Data:
    """Samples: inputs (N, F) and targets (N,), float64 and finite; targets of classes are 0 and 1.

    ``names``: of the inputs, one each and no two alike; x, or x1, x2, if none are given.

    Raises:
        SettingError: they do not hold such numbers.
    """

    inputs: Any
    targets: Any
    task: Task = "numbers"
    names: tuple[str, ...] = ()
    target: str = "y"

    def __post_init__(self) -> None:
        inputs, targets = floats(self.inputs), floats(self.targets)
        if inputs is not None and inputs.ndim == 1:
            inputs = inputs[:, None]
        if inputs is None or inputs.ndim != 2 or 0 in inputs.shape or not np.isfinite(inputs).all():
            raise SettingError("inputs", N_("finite numbers of shape (N, F)"), self.inputs)
        if targets is None or targets.shape != inputs.shape[:1] or not np.isfinite(targets).all():
            raise SettingError("targets", N_("finite numbers, one for each of the {n} samples"), self.targets, n=len(inputs))
        if self.task == "classes" and not np.isin(targets, (0.0, 1.0)).all():
            raise SettingError("targets", N_("0 or 1: they are classes"), self.targets)
        for array in (inputs, targets):
            array.flags.writeable = False
        if self.task not in TASKS:
            raise SettingError("task", N_("one of: {names}"), self.task, names=", ".join(TASKS))
        width = inputs.shape[1]
        names = self.names
        if isinstance(names, (list, tuple)) and not names:
            names = ("x",) if width == 1 else tuple(f"x{f + 1}" for f in range(width))
        if not isinstance(names, (list, tuple)) or len(names) != width or not _are_names(names):
            raise SettingError("names", N_("{n} different texts, one for each input"), self.names, n=width)
        if not _are_names((self.target,)):
            raise SettingError("target", N_("the name of the targets, a text"), self.target)
        object.__setattr__(self, "inputs", inputs)
        object.__setattr__(self, "targets", targets)
        object.__setattr__(self, "names", tuple(names))

    def __len__(self) -> int:
        return len(self.targets)


def _are_names(names: Iterable[object]) -> bool:
    """Texts, none of them empty, no two alike."""
    them = list(names)
    return all(isinstance(name, str) and name.strip() for name in them) and len(set(them)) == len(them)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set: ``make(<params>) -> inputs, targets``, one sentence on what it shows, and where it comes from.

    A parameter ``seed`` makes ``make`` draw from ``generator(seed)``, so that the same settings are the same data everywhere.
    ``model``: the key of the model that it is usually shown with.
    """

    key: str
    name: str
    make: Callable[..., tuple[Any, Any]]
    teaches: str
    source: str
    model: str
    task: Task = "numbers"
    params: Mapping[str, Hyper] = field(default_factory=lambda: named())
    inputs: tuple[str, ...] = ("x",)
    target: str = "y"

    def at(self, values: Mapping[str, float] | None = None) -> Data:
        """The data with these parameters, the defaults for the rest. Raises SettingError."""
        inputs, targets = self.make(**check_values(self.params, values, "data_params"))
        return Data(inputs, targets, self.task, self.inputs, self.target)


def generator(seed: float, stream: int = 0) -> np.random.Generator:
    """Random numbers that depend on the seed and on what they are for alone (numpy's PCG64, O'Neill 2014)."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([int(seed), stream])))


def size(default: int = 100, least: int = 4) -> Hyper:
    return Hyper(
        "size", default, N_("samples"), "N", Interval(f"[{least}, 10000]"), slider=(float(least), 1000.0),
        kind="integer", log=True,
    )  # fmt: skip


def noise(default: float, most: float) -> Hyper:
    return Hyper("noise", default, N_("noise in the data"), r"\sigma", Interval("[0, inf)"), slider=(0.0, most))


def seed(default: int = 0) -> Hyper:
    return Hyper(
        "seed", default, N_("seed of the data"), "s", Interval(f"[0, {2**32 - 1}]"), slider=(0.0, 99.0), kind="integer"
    )


@dataclass(frozen=True)
class Scale:
    """What was taken off and divided by: scaled = (original - centre) / spread. Inputs: (F,) each; targets: numbers."""

    centre: np.ndarray
    spread: np.ndarray

    def apply(self, values: np.ndarray) -> np.ndarray:
        return (values - self.centre) / self.spread


@dataclass(frozen=True, eq=False)
class Model:
    """A model: how a sample's features and the weights theta (D,) make a prediction.

    Args:
        features: ``features(inputs, <params>)``: (N, F) -> (N, features), computed once.
        weights: ``weights(names, <params>)``: the weights' names, D of them, from the inputs' names; a word that is to be
            translated stands first.
        forward: ``forward(theta, x, z, dz)``, compiled: one sample's features x[F, L] and theta[D, L] in, prediction z[L] and
            its derivative by each weight dz[D, L] out. Left out where the prediction is linear in theta: see ``linear``.
        unscale: ``unscale(theta, x, y, <params>)``: theta (..., D) learnt from scaled data -> theta for the original, with the
            ``Scale`` of the inputs and of the targets.
        tasks: a part of ``TASKS``.
        inputs: how many inputs it takes: 1, or None for any number.
        centred: standardising may move the inputs' middle to 0; a model without an intercept would change by that.

    Raises:
        ValueError: a detail does not fit.
    """

    key: str
    name: str
    features: Callable[..., np.ndarray]
    weights: Callable[..., tuple[str, ...]]
    unscale: Callable[..., np.ndarray]
    teaches: str
    forward: Callable[..., None] | None = None
    tasks: tuple[Task, ...] = ("numbers",)
    inputs: int | None = None
    centred: bool = True
    params: Mapping[str, Hyper] = field(default_factory=lambda: named())

    def __post_init__(self) -> None:
        if not set(self.tasks) <= set(TASKS) or not self.tasks:
            raise ValueError(f"{self.key}: {self.tasks} is no part of {TASKS}")

    @property
    def is_linear(self) -> bool:
        """Whether the prediction is linear in theta: then there is a Hessian, and a least squares solution."""
        return self.forward is None


def linear(theta: Any, x: Any, z: Any, dz: Any) -> None:
    """Predictions linear in theta: the sum of weight times feature, see ``Model.forward``."""
    dims, lanes = theta.shape
    for i in range(lanes):
        z[i] = 0.0
    for d in range(dims):
        for i in range(lanes):
            z[i] += theta[d, i] * x[d, i]
            dz[d, i] = x[d, i]


def with_ones(inputs: np.ndarray) -> np.ndarray:
    """Features of a line or plane: the inputs, and a 1 for the intercept."""
    return np.column_stack([inputs, np.ones(len(inputs))])


def unscaled_line(theta: np.ndarray, x: Scale, y: Scale) -> np.ndarray:
    """Slopes and intercept, last, for the original data; see ``Model.unscale``."""
    slopes = theta[..., :-1] / x.spread
    intercept = theta[..., -1:] - (slopes * x.centre).sum(axis=-1, keepdims=True)
    return np.concatenate([slopes * y.spread, intercept * y.spread + y.centre], axis=-1)
