"""The losses of one sample: squared error, Huber, logistic. Each gives value, slope and curvature in the prediction."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from optim_viz.spec import Hyper, Interval, N_, named


@dataclass(frozen=True, eq=False)
class Loss:
    """A loss: ``function(z, y, p) -> value, slope, curvature`` of the prediction z, the target y and its parameter p.

    ``task``: what it is for, see ``spec.TASKS``. ``steepest``: the largest curvature that it has anywhere; ``is_quadratic``:
    that it has everywhere. ``params``: at most one. ``teaches``: what the page says of it, if anything.
    """

    key: str
    name: str
    task: Literal["numbers", "classes"]
    function: Callable[..., tuple[float, float, float]]
    steepest: float
    source: str
    is_quadratic: bool = False
    params: Mapping[str, Hyper] = field(default_factory=lambda: named())
    torch: str = ""
    teaches: str = ""


def squared(z: Any, y: Any, p: Any) -> Any:
    error = z - y
    return error * error, 2.0 * error, 2.0


def half_squared(z: Any, y: Any, p: Any) -> Any:
    error = z - y
    return 0.5 * error * error, error, 1.0


def huber(z: Any, y: Any, delta: Any) -> Any:
    error = z - y
    if abs(error) > delta:
        return delta * (abs(error) - 0.5 * delta), (delta if error > 0 else -delta), 0.0
    return 0.5 * error * error, error, 1.0


def logistic(z: Any, y: Any, p: Any) -> Any:
    # exp of what is not positive: nothing overflows
    e = math.exp(-abs(z))
    sigma = 1.0 / (1.0 + e) if z >= 0 else e / (1.0 + e)
    return max(z, 0.0) - y * z + math.log1p(e), sigma - y, sigma * (1.0 - sigma)


_DELTA = Hyper("delta", 1.0, N_("Huber's delta"), r"\delta", Interval("(0, inf)"), slider=(0.1, 10.0), log=True)

LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        loss.key: loss
        for loss in (
            Loss(
                "mse", N_("mean squared error"), "numbers", squared, 2.0,
                "the mean of (prediction - target)^2; its gradient is 2/B times the sum over the batch",
                is_quadratic=True, torch="torch.nn.MSELoss()",
            ),
            Loss(
                "half_mse", N_("half the mean squared error"), "numbers", half_squared, 1.0,
                "J(w, b) of Andrew Ng's course, 1/(2m) times the sum, https://www.coursera.org/learn/machine-learning",
                is_quadratic=True, torch="lambda z, y: 0.5 * torch.nn.functional.mse_loss(z, y)",
                teaches=N_(
                    "As in Andrew Ng's course. Its gradient is half as long: a learning rate of 0.01 does here what 0.005 does "
                    "with the mean squared error."
                ),
            ),
            Loss(
                "huber", N_("Huber"), "numbers", huber, 1.0,
                "Huber 1964, Robust Estimation of a Location Parameter, https://doi.org/10.1214/aoms/1177703732",
                params=named(_DELTA), torch="torch.nn.HuberLoss(delta={delta})",
            ),
            Loss(
                "logistic", N_("logistic"), "classes", logistic, 0.25,
                "the negative log likelihood of classes 0 and 1: log(1 + e^z) - y z",
                torch="torch.nn.BCEWithLogitsLoss()",
            ),
        )
    }
)  # fmt: skip
