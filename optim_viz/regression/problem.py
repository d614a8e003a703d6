"""What is minimised: the mean loss of a model on data, at any theta, with its gradients, curvature and solution."""

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

import numpy as np

from optim_viz import kernels
from optim_viz.engine import look_up
from optim_viz.errors import SettingError
from optim_viz.lanes import Kernel
from optim_viz.regression.kernels import (
    COUNT,
    HEAD,
    L2,
    LOSS,
    WIDTH,
    batch_hessian_kernel,
    batch_kernel,
    forward_kernel,
    survey,
)  # fmt: skip
from optim_viz.regression.losses import LOSSES, Loss
from optim_viz.regression.spec import Data, Model, Scale, generator, linear
from optim_viz.spec import N_, check_values, is_number
from optim_viz.values import points_of

STANDARDISE: Mapping[str, str] = {
    "none": N_("as they are"), "inputs": N_("inputs standardised"), "both": N_("inputs and target standardised"),
}  # fmt: skip
MOST_WEIGHTS = 128
BLURRED = 1e7  # a condition of columns from which on a solution may have no right digit
#: points evaluated side by side, and numbers of a block of samples for all of them: a block stays in the second-level cache
LANES, BLOCK = 64, 32_768
_STREAM = 0  # of the random numbers that belong to a seed


class Problem:
    """A model, a loss and data, scaled or not.

    Attributes:
        inputs: (N, F), targets: (N,): the data as the model sees them.
        names: the weights' names, D of them.
        features: (N, features).
        scales: the ``Scale`` of inputs and of targets.
        test: the same on points that are held out, on the scale of what is learnt from and without L2; None where none are.

    Raises:
        SettingError: data, model and loss do not belong together, or a value is not allowed.
    """

    def __init__(
        self, data: Data, model: Model, *, loss: str | None = None, model_params: Mapping[str, float] | None = None,
        loss_params: Mapping[str, float] | None = None, l2: float = 0.0, standardise: str = "none", test: Data | None = None,
        scales: tuple[Scale, Scale] | None = None,
    ):  # fmt: skip
        if data.task not in model.tasks:
            what = N_("a model of numbers: the targets are no classes") if data.task == "numbers" else N_("a model of classes")
            raise SettingError("model", what, model.key)
        if model.inputs is not None and data.inputs.shape[1] != model.inputs:
            raise SettingError("model", N_("one for {n} inputs"), model.key, n=data.inputs.shape[1])
        if loss is None:
            loss = next(key for key, each in LOSSES.items() if each.task == data.task)
        self.loss: Loss = look_up("loss", LOSSES, loss)
        if self.loss.task != data.task:
            known = ", ".join(key for key, each in LOSSES.items() if each.task == data.task)
            raise SettingError("loss", N_("one of: {names}"), loss, names=known)
        if not (is_number(l2) and l2 >= 0):
            raise SettingError("l2", N_("a number, {condition}"), l2, condition="0 <= l2")
        look_up("standardise", STANDARDISE, standardise)
        self.data, self.model, self.l2, self.standardise = data, model, float(l2), standardise
        self.model_params = check_values(model.params, model_params, "model_params")
        self.loss_params = check_values(self.loss.params, loss_params, "loss_params")
        self.scales = _scales(data, model.centred, standardise) if scales is None else scales
        self.inputs, self.targets = self.scales[0].apply(data.inputs), self.scales[1].apply(data.targets)
        self.names = model.weights(data.names, **self.model_params)
        self.dim = len(self.names)
        if self.dim > MOST_WEIGHTS:
            raise SettingError("model", N_("one of at most {limit} weights"), self.dim, limit=MOST_WEIGHTS)
        with np.errstate(all="ignore"):  # powers of large numbers
            self.features = model.features(self.inputs, **self.model_params)
        if not np.isfinite(self.features).all():
            raise SettingError("model", N_("one that can reckon with numbers as large as those of the data"), model.key)
        self.table = np.array(np.column_stack([self.features, self.targets]), order="C")
        self.head = np.zeros(HEAD)
        self.head[COUNT], self.head[WIDTH], self.head[L2] = len(data), self.features.shape[1], self.l2
        self.head[LOSS] = next(iter(self.loss_params.values()), 0.0)
        self.test = None if test is None else self._of(test)
        self._made: dict[int, list[np.ndarray]] = {}
        for array in (self.inputs, self.targets, self.features):  # numba takes arrays that may be written to
            array.flags.writeable = False

    def _of(self, test: Data) -> "Problem":
        """Raises SettingError: what is held out is of another kind."""
        if test.task != self.data.task or test.inputs.shape[1:] != self.data.inputs.shape[1:]:
            raise SettingError("held_out", N_("data of the same kind, with {n} inputs"), test, n=self.data.inputs.shape[1])
        return Problem(
            test, self.model, loss=self.loss.key, model_params=self.model_params, loss_params=self.loss_params,
            standardise=self.standardise, scales=self.scales,
        )  # fmt: skip

    def evaluate(self, theta: Any) -> tuple[np.ndarray, np.ndarray]:
        """The loss on all the data (...) and its gradient (..., D) at theta (..., D). Raises SettingError: a wrong shape."""
        points = points_of(theta, self.dim)
        columns = np.ascontiguousarray(points.reshape(-1, self.dim).T)
        lanes = max(1, min(LANES, columns.shape[1]))
        value, gradient = np.zeros(columns.shape[1]), np.zeros(columns.shape)
        with np.errstate(all="ignore"):  # beyond the finite numbers is a result
            for params in self._blocks(lanes):
                share = params[COUNT, 0] / len(self.table)
                some = survey()(kernels.of(self).address, columns, params)
                value += some[0] * share
                gradient += some[1] * share
        return value.reshape(points.shape[:-1]), gradient.T.reshape(points.shape)

    def samples(self, theta: Any) -> tuple[np.ndarray, np.ndarray]:
        """The loss (N,) and its gradient (N, D) of each sample, L2 included, at theta (D,)."""
        point, n = points_of(theta, self.dim), len(self.table)
        if point.ndim != 1:
            raise SettingError("theta", N_("{dim} numbers"), theta, dim=self.dim)
        value, gradient = np.empty(n), np.empty((self.dim, n))
        columns = np.repeat(point[:, None], n, axis=1)
        kernels.of(self).call(columns, self._params(self.table, 1, n), value, gradient, np.zeros(n))
        return value, np.ascontiguousarray(gradient.T)

    def predict(self, theta: Any, inputs: Any) -> np.ndarray:
        """Predictions (K, G) of theta (K, D) for inputs (G, F) on the model's scale; for classes the log odds of class 1."""
        weights, points = points_of(theta, self.dim), self.model.features(np.asarray(inputs, dtype=float), **self.model_params)
        k, g = len(weights), len(points)
        if self.model.is_linear:
            return weights @ points.T
        columns = np.ascontiguousarray(np.repeat(weights.T, g, axis=1))
        x, z = np.ascontiguousarray(np.tile(points.T, (1, k))), np.empty(k * g)
        forward_kernel(self.model.forward).call(columns, x, z, np.empty(columns.shape))
        return z.reshape(k, g)

    def _blocks(self, lanes: int) -> list[np.ndarray]:
        """All samples, some at a time, the same in every lane; made once."""
        if lanes not in self._made:
            block = max(1, BLOCK // (lanes * self.table.shape[1]))
            parts = [self.table[at : at + block] for at in range(0, len(self.table), block)]
            self._made[lanes] = [self._params(part.reshape(1, -1), len(part), lanes) for part in parts]
        return self._made[lanes]

    def _params(self, samples: np.ndarray, count: int, lanes: int) -> np.ndarray:
        """Each row of samples in a lane of its own, or the one in every lane: (HEAD + count * (F + 1), lanes)."""
        params = np.empty((HEAD + samples.shape[1], lanes))
        params[:HEAD], params[HEAD:] = self.head[:, None], samples.T
        params[COUNT] = count
        return params

    def starts(self, seeds: tuple[int, ...]) -> np.ndarray:
        """(S, D): where each seed starts when nothing else is said: standard normal numbers."""
        return np.stack([generator(seed, _STREAM).standard_normal(self.dim) for seed in seeds])

    @cached_property
    def _slopes(self) -> np.ndarray:
        """(N, D): the predictions' derivatives by the weights; for a network, at the start of seed 0."""
        if self.model.is_linear:
            return self.features
        n, start = len(self.table), self.starts((0,))[0]
        slopes = np.empty((self.dim, n))
        x = np.array(self.features.T, order="C")  # a copy: kernels take what may be written to
        forward_kernel(self.model.forward).call(np.repeat(start[:, None], n, axis=1), x, np.empty(n), slopes)
        return slopes.T

    @cached_property
    def _singular(self) -> np.ndarray:
        """Singular values of the predictions' derivatives."""
        return np.linalg.svd(self._slopes, compute_uv=False)

    @property
    def curvature(self) -> float:
        """The largest eigenvalue of the loss' Hessian: exact for mse, a bound for the other losses, a guess for a network."""
        largest = float(self._singular[0])
        return self.loss.steepest * largest * largest / len(self.table) + self.l2

    @cached_property
    def steepest_sample(self) -> float:
        """The largest eigenvalue of any sample's Hessian, which for mse is 2 max |phi|^2 with phi a sample's features; exact,
        bound or guess as ``curvature``, which it is never below. No batch is steeper.
        """
        largest = float(np.abs(self._slopes).max()) or 1.0  # squares of what is huge or tiny are no numbers
        with np.errstate(over="ignore"):
            return float(self.loss.steepest * ((self._slopes / largest) ** 2).sum(axis=1).max() * largest * largest) + self.l2

    @property
    def condition(self) -> float | None:
        """Largest over smallest eigenvalue of the Hessian where all samples are as curved as the loss can be, which of mse is
        everywhere; inf where a direction is flat; None for a network.
        """
        return self._condition(self._singular) if self.model.is_linear else None

    @cached_property
    def unscaled_condition(self) -> float | None:
        """``condition`` of the data as they are; None too where their features are beyond the finite numbers."""
        with np.errstate(all="ignore"):
            features = self.model.features(self.data.inputs, **self.model_params)
        known = self.model.is_linear and np.isfinite(features).all()
        return self._condition(np.linalg.svd(features, compute_uv=False)) if known else None

    def _condition(self, singular: np.ndarray) -> float:
        """``condition`` where the features have these singular values."""
        largest = float(singular[0])
        if largest == 0:
            return 1.0 if self.l2 else math.inf
        # all of it over the largest: squares of what is huge or tiny are no numbers
        l2 = self.l2 / self.loss.steepest * len(self.table) / largest / largest
        if math.isinf(l2):
            return 1.0
        squares = (singular / largest) ** 2 + l2
        least = squares[-1] if len(self.table) >= self.dim else l2
        return float(squares[0] / least) if least > squares[0] * 1e-30 else math.inf

    @cached_property
    def solution(self) -> np.ndarray | None:
        """Where the loss is least, (D,): of least length where that is not one point; None where it is nowhere, or unknown.

        Of a quadratic loss in closed form, of the others by Newton's method. A network's is unknown, and so is what no float
        holds, or tells no digit of.
        """
        return self._solved[0]

    @cached_property
    def least(self) -> float:
        """The loss at ``solution``; nan where that is unknown."""
        return self._solved[1]

    @property
    def least_test(self) -> float:
        """The loss of ``solution`` on the points that are held out; nan where it is unknown or none are."""
        if self.test is None or self.solution is None:
            return math.nan
        scaled = self._standardised if self._turned else self
        return float(cast(Problem, scaled.test).evaluate(cast(np.ndarray, scaled.solution))[0])

    @cached_property
    def _turned(self) -> bool:
        """Whether the solution is found on standardised inputs. Powers of years are all but multiples of each other; there they
        are not. With L2 it would be another.
        """
        if self.l2 or not self.model.is_linear or self._standardised is self:
            return False
        return self._standardised._parts_all and self._standardised.solution is not None

    @cached_property
    def _solved(self) -> tuple[np.ndarray | None, float]:
        """``solution`` and ``least``."""
        found: np.ndarray | None
        if self._turned:
            found, least = self._standardised.original(self._standardised.solution), self._standardised.least
        else:
            found = self._ridge() if self.l2 and self.loss.is_quadratic and self.model.is_linear else self.rough
            least = math.nan if found is None else float(self.evaluate(found)[0])
        return (None, math.nan) if found is None or not np.isfinite(found).all() else (found, least)

    @cached_property
    def _standardised(self) -> "Problem":
        """The same without L2 on standardised inputs."""
        if self.standardise != "none" and not self.l2:
            return self
        return Problem(
            self.data, self.model, loss=self.loss.key, model_params=self.model_params, loss_params=self.loss_params,
            standardise="inputs" if self.standardise == "none" else self.standardise,
            test=None if self.test is None else self.test.data,
        )  # fmt: skip

    @property
    def _parts_all(self) -> bool:
        """Whether the data tell all weights from each other: no column is made of others."""
        rounding = len(self.table) * np.finfo(float).eps
        return len(self.table) >= self.dim and bool(self._singular[-1] > rounding * self._singular[0])

    @cached_property
    def rough(self) -> np.ndarray | None:
        """``solution`` straight from the features, by which rates have always been measured: powers of years blur it."""
        if not self.model.is_linear:
            return None
        with np.errstate(all="ignore"):
            found = np.linalg.lstsq(*self._squares, rcond=None)[0] if self.loss.is_quadratic else self._newton()
        return None if found is None or not np.isfinite(found).all() else found

    @property
    def _squares(self) -> tuple[np.ndarray, np.ndarray]:
        """Features and targets of a quadratic loss; L2 is the squared error of D more samples, whose features are multiples of
        the axes.
        """
        if not self.l2:
            return self.features, self.targets
        ridge = math.sqrt(self.l2) * math.sqrt(len(self.table) / self.loss.steepest) * np.identity(self.dim)
        return np.vstack([self.features, ridge]), np.concatenate([self.targets, np.zeros(self.dim)])

    def _ridge(self) -> np.ndarray | None:
        """With L2, of columns as long as each other; None where it has powers to part that rounding has blurred."""
        features, targets = self._squares
        with np.errstate(all="ignore"):
            lengths = np.linalg.norm(features, axis=0)
            found, _rest, _rank, singular = np.linalg.lstsq(features / lengths, targets, rcond=0)
        if singular[-1] * BLURRED > singular[0]:
            return found / lengths
        return None if self._standardised._parts_all else self.rough

    def hessian(self, theta: Any) -> np.ndarray:
        """(D, D), of the loss on all the data at theta (D,). Raises SettingError where the model has none."""
        upper, rows = np.empty((self.dim * (self.dim + 1) // 2, 1)), np.triu_indices(self.dim)
        params = self._params(self.table.reshape(1, -1), len(self.table), 1)
        kernels.hessian_of(self).call(np.array(points_of(theta, self.dim)).reshape(-1, 1), params, upper)
        full = np.empty((self.dim, self.dim))
        full[rows] = full.T[rows] = upper[:, 0]
        return full

    def _newton(self) -> np.ndarray | None:
        """Newton's method with as much damping as makes each step go down: Nocedal & Wright 2006, Sections 3.4 and 10.3."""
        theta, damping = np.zeros(self.dim), 1e-3
        value, gradient = self.evaluate(theta)
        for _ in range(200):
            if np.abs(gradient).max() <= 1e-10:
                # classes that a line separates: the loss falls towards 0 for ever; where none does, one sample costs more
                return None if self.loss.task == "classes" and self.l2 == 0 and value < 0.1 / len(self.table) else theta
            hessian = self.hessian(theta) + damping * np.identity(self.dim)
            if not (np.isfinite(hessian).all() and np.isfinite(gradient).all()):
                return None
            step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]  # beside huge numbers the damping may round away
            lower, slope = self.evaluate(theta - step)
            if lower <= value:
                theta, value, gradient, damping = theta - step, lower, slope, max(damping / 4, 1e-12)
            else:
                damping *= 8
        return None

    def original(self, theta: Any) -> np.ndarray:
        """theta (..., D) for the data as they were before they were standardised."""
        with np.errstate(all="ignore"):  # beyond the finite numbers is a result
            return self.model.unscale(points_of(theta, self.dim), *self.scales, **self.model_params)


@kernels.of.register
def _(problem: Problem) -> Kernel:
    """The mean loss of a batch."""
    return batch_kernel(problem.model.forward or linear, problem.loss.function)


@kernels.hessian_of.register
def _(problem: Problem) -> Kernel:
    """Raises SettingError where the model has no Hessian."""
    if not problem.model.is_linear:
        raise SettingError("model", N_("linear in its weights: this optimizer needs second derivatives"), problem.model.key)
    return batch_hessian_kernel(linear, problem.loss.function)


def _scales(data: Data, centred: bool, standardise: str) -> tuple[Scale, Scale]:
    """Of the inputs and of the targets: what standardising takes off and divides by."""
    width = data.inputs.shape[1]
    x = Scale(np.zeros(width), np.ones(width))
    y = Scale(np.zeros(()), np.ones(()))
    if standardise != "none":
        centre = data.inputs.mean(axis=0) if centred else x.centre
        x = Scale(centre, _spread(data.inputs - centre))
    if standardise == "both" and data.task == "numbers":
        centre = data.targets.mean() if centred else y.centre
        y = Scale(centre, _spread(data.targets - centre))
    return x, y


def _spread(deviations: np.ndarray) -> np.ndarray:
    """The root mean square, 1 where nothing varies."""
    _fraction, exponent = np.frexp(np.max(np.abs(deviations), axis=0))
    unit = np.ldexp(1.0, exponent - 1)  # squares of what is tiny are 0; powers of 2 round nothing
    spread = unit * np.sqrt(np.mean((deviations / unit) ** 2, axis=0))
    return np.where(spread > 0, spread, 1.0)
