"""What a lesson can ask of the regression lab: quantities by name, each computed from the fits of all seeds.

A loss is the median over the seeds unless said otherwise.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from optim_viz import DATASETS, MODELS, Fit
from optim_viz.regression.losses import LOSSES
from optim_viz.regression.noise import noise
from optim_viz.regression.outcome import arrivals, median, spread
from optim_viz.spec import N_
from optim_viz.ui.i18n import Messages
from optim_viz.ui.regression import answer, settings, words
from optim_viz.ui.scene import Quantity, Scene, memory

_PARAMETERS = [name for model in MODELS.values() for name in model.params]
_PARAMETERS += [name for loss in LOSSES.values() for name in loss.params]


class FitScene(Scene):
    """Runners that fit one model to one set of data."""

    form: ClassVar[Any] = settings
    page, subject, subjects = "regression", "d", DATASETS
    page_settings = ("d", "m", "loss", "l2", "test", "split", "scale", "e", "x", "seeds", *_PARAMETERS)
    own_settings = ("batch", "sampling", "drop")

    def parameters(self) -> Mapping[str, float]:
        return self.settings.data_params

    def page_values(self) -> dict[str, Any]:
        chosen = self.settings
        problem = chosen.problem
        names: dict[str, Any] = {
            "d": chosen.data, "m": problem.model.key, "loss": problem.loss.key, "l2": problem.l2, "test": chosen.test,
            "split": chosen.split, "scale": problem.standardise, "e": chosen.epochs, "x": chosen.start, "seeds": chosen.seeds,
        }  # fmt: skip
        for prefix, values in (("d", chosen.data_params), ("m", problem.model_params), ("loss", problem.loss_params)):
            names |= {f"{prefix}.{name}": value for name, value in values.items()}
        return names

    def called(self, runner: str, _: Messages) -> str:
        return answer.runner_names(_, self.settings.runners)[list(self.runners).index(runner)]

    def told(self, _: Messages, ends: bool = False) -> str:
        chosen = self.settings
        names, weights = answer.runner_names(_, chosen.runners), answer.weight_names(_, chosen.problem)
        return words.sentences(_, words.fitted(_, chosen, names, weights, [self.fit(name) for name in self.runners]))

    def fit(self, name: object) -> Fit:
        return self.result(name, answer.run)

    @property
    def best(self) -> float:
        """The least loss there is, of the best fit."""
        return self.settings.problem.least


def _loss(shown: FitScene, name: str, epoch: float | None = None) -> float:
    fit = shown.fit(name)
    return float(median(fit.loss[:, -1 if epoch is None else int(np.argmax(fit.epochs >= epoch))]))


def _test(shown: FitScene, name: str, epoch: float | None = None) -> float:
    fit = shown.fit(name)
    return float(median(_held_out(fit)[:, -1 if epoch is None else int(np.argmax(fit.epochs >= epoch))]))


def _held_out(fit: Fit) -> np.ndarray:
    """Raises ValueError: nothing is held out."""
    if fit.test_loss is None:
        raise ValueError("nothing is held out: there is no test loss")
    return fit.test_loss


def _held(shown: FitScene) -> int:
    test = shown.settings.problem.test
    return 0 if test is None else len(test.targets)


def _turn(shown: FitScene, name: str) -> float:
    """The epoch after which the loss on what is held out is lowest: the median of the seeds."""
    fit = shown.fit(name)
    return float(median(fit.epochs[np.argmin(_held_out(fit), axis=1)]))


def _spread(shown: FitScene, name: str) -> float:
    """From where the middle 80 % of the last losses begin to where they end."""
    low, high = spread(shown.fit(name).loss[:, -1])
    return high - low


def _arrival(counted: Callable[[Fit], np.ndarray]) -> Callable[..., float]:
    """What a seed has behind it when it comes so close to the least loss, to stay there: the median of the seeds."""

    def worth(shown: FitScene, name: str, within: float) -> float:
        fit = shown.fit(name)
        rows = arrivals(fit, shown.best + within)
        count = np.broadcast_to(counted(fit), fit.loss.shape)
        return float(median(np.array([math.inf if row is None else count[seed, row] for seed, row in enumerate(rows)])))

    return worth


def _touches(shown: FitScene, name: str, within: float) -> float:
    """Updates until a seed is so close to the least loss for the first time: the median of the seeds."""
    fit = shown.fit(name)
    near = fit.loss <= shown.best + within
    return float(median(np.where(near.any(axis=1), fit.updates[np.argmax(near, axis=1)], math.inf)))


def _rises(shown: FitScene, name: str) -> float:
    """Updates that raise the loss on all the data: the median of the seeds."""
    with np.errstate(invalid="ignore"):
        return float(median(np.count_nonzero(np.diff(shown.fit(name).loss) > 0, axis=1).astype(float)))


def _longest(shown: FitScene, name: str, weight: float | None = None) -> float:
    """The length of the longest step, or of the longest in one weight: the median of the seeds."""
    theta = shown.fit(name).theta
    if weight is not None:
        theta = theta[:, :, [int(weight)]]
    with np.errstate(all="ignore"):
        return float(median(np.linalg.norm(np.diff(theta, axis=1), axis=2).max(axis=1)))


def _ahead(shown: FitScene, name: str, other: str) -> float:
    """The share of the seeds with which one ends lower than another."""
    return float((shown.fit(name).loss[:, -1] < shown.fit(other).loss[:, -1]).mean())


def _batch(shown: FitScene, name: str) -> float:
    return shown.runners[name].batch or len(shown.settings.problem.targets)


def _noise(shown: FitScene, name: str) -> float:
    """The root mean square distance of a batch's gradient from the true one, at the best fit, by the law."""
    problem, runner = shown.settings.problem, shown.runners[name]
    cloud = noise(problem, problem.solution, int(_batch(shown, name)), sampling=runner.sampling, batches=2)
    return math.sqrt(np.trace(cloud.covariance))


def _batch_loss(shown: FitScene, name: str, update: float) -> float:
    """Of seed 0 the loss of the batch that an update is made of, before it."""
    return float(shown.fit(name).batch_loss[0, int(update) - 1])


QUANTITIES: Mapping[str, Quantity] = MappingProxyType({
    "loss": Quantity(N_("loss"), _loss),
    "test": Quantity(N_("loss on what is held out"), _test),
    "test_least": Quantity(
        N_("least loss on what is held out"), lambda shown, name: float(median(_held_out(shown.fit(name)).min(axis=1)))
    ),
    "test_turn": Quantity(N_("epoch of the least loss on what is held out"), _turn),
    "best_test": Quantity(N_("the best fit's loss on what is held out"), lambda shown: shown.settings.problem.least_test),
    "above": Quantity(N_("loss above the least"), lambda shown, name, epoch=None: _loss(shown, name, epoch) - shown.best),
    "best": Quantity(N_("least loss"), lambda shown: shown.best),
    "spread": Quantity(N_("spread of the last losses"), _spread),
    "updates": Quantity(N_("updates"), lambda shown, name: float(shown.fit(name).updates[-1])),
    "updates_to": Quantity(N_("updates until it arrives"), _arrival(lambda fit: fit.updates)),
    "cost_to": Quantity(N_("gradients until it arrives"), _arrival(lambda fit: fit.cost)),
    "touches": Quantity(N_("first update so close to the least loss"), _touches),
    "rises": Quantity(N_("updates that raise the loss"), _rises),
    "longest": Quantity(N_("length of the longest step"), _longest),
    "ahead": Quantity(N_("share of the seeds with which it ends lower"), _ahead),
    "condition": Quantity(N_("condition number"), lambda shown: shown.settings.problem.condition),
    "memory": Quantity(N_("numbers kept for each weight"), memory),
    "batch": Quantity(N_("batch size"), _batch),
    "batch_loss": Quantity(N_("loss of the batch"), _batch_loss),
    "noise": Quantity(N_("noise of a batch"), _noise),
    "weight": Quantity(N_("weight"), lambda shown, name, k: float(median(shown.fit(name).theta[:, -1, int(k)]))),
    "samples": Quantity(N_("number of samples"), lambda shown: len(shown.settings.problem.targets)),
    "held": Quantity(N_("samples held out"), _held),
    "epochs": Quantity(N_("epochs"), lambda shown: shown.settings.epochs),
    "seeds": Quantity(N_("seeds"), lambda shown: shown.settings.seeds),
})  # fmt: skip
FitScene.quantities = QUANTITIES
