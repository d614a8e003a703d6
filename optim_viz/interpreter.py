"""The drivers' loop in plain Python: slower by a factor of some hundred, but there at once.

Compiling a kernel takes up to a few seconds, once in the life of an installation. Who only looks at a picture need not wait
for it: the same source, a driver of ``pipeline`` and the rule, runs interpreted until the kernel is there.
"""

import math
from collections.abc import Callable, Mapping
from types import FunctionType, MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np

from optim_viz import kernels
from optim_viz.lanes import Lazy
from optim_viz.spec import Optimizer

#: math's functions as kernels have them: numpy's, which answer with nan and inf where math raises
IEEE = SimpleNamespace(**{name: getattr(np, name, None) or getattr(math, name) for name in dir(math)})


def ieee(function: Callable, given: Mapping[str, Any] = MappingProxyType({})) -> Callable:
    """The same code for numpy's float64, which never raises; also of the helpers that it names. ``given``: in their place."""
    used = function.__globals__
    helpers = {
        name: ieee(used[name], given)
        for name in function.__code__.co_names
        if isinstance(used.get(name), FunctionType) and used[name] is not function
    }
    return FunctionType(function.__code__, {**used, "math": IEEE, **helpers, **given}, argdefs=function.__defaults__)


class _Lane:
    """The surface as one lane of a vector rule sees it: with the lane's own parameters, and counting how often it is asked."""

    def __init__(self, surface: Any, params: np.ndarray):
        self.evaluations = 0
        self.surface, self.params = surface, params

    def evaluate(self, theta: Any) -> Any:
        self.evaluations += 1
        value, gradient = np.empty(1), np.empty((len(theta), 1))
        kernels.of(self.surface).call(theta.reshape(-1, 1), self.params, value, gradient, np.zeros(1))
        return value[0], gradient[:, 0]

    def hessian(self, theta: Any) -> Any:
        rows, columns = np.triu_indices(len(theta))
        upper, full = np.empty((len(rows), 1)), np.empty((len(theta), len(theta)))
        kernels.hessian_of(self.surface).call(theta.reshape(-1, 1), self.params, upper)
        full[rows, columns] = full[columns, rows] = upper[:, 0]
        return full


def _rule(optimizer: Optimizer, surface: Any) -> Callable:
    """What ``lanes.RULE`` describes, for one record."""
    update = ieee(optimizer.update)

    def scalar(t, _surface, _hessian, theta, _params, gradient, state, hyper, _spent):  # type: ignore[no-untyped-def]
        for i in range(theta.shape[1]):
            for d in range(theta.shape[0]):
                theta[d, i], *state[:, d, i] = update(theta[d, i], gradient[d, i], t, *state[:, d, i], *hyper[:, i])

    def vector(t, _surface, _hessian, theta, params, gradient, state, hyper, spent):  # type: ignore[no-untyped-def]
        ends = np.cumsum([s.size for s in optimizer.states])
        for i in range(theta.shape[1]):
            here = _Lane(surface, params[:, i : i + 1].copy())
            states = [state[end - s.size : end, :, i] for s, end in zip(optimizer.states, ends, strict=True)]
            kept = [rows[0].copy() if len(rows) == 1 else rows.copy() for rows in states]
            given = [gradient[:, i].copy()] if optimizer.takes_gradient else []
            theta[:, i], *new = update(theta[:, i].copy(), *given, t, here, *kept, *hyper[:, i])
            for rows, values in zip(states, new, strict=True):
                rows[:] = values
            spent[i] += here.evaluations

    return vector if optimizer.takes_surface else scalar


def interpreted(driver: Lazy, optimizer: Optimizer, surface: Any, *arguments: Any) -> Any:
    """A driver (``pipeline.trace``, ``regression.kernels.descend``), with records in the place of the kernels' addresses.

    ``surface``: a ``Surface`` or anything else that ``kernels.of`` knows.
    """
    update = _rule(optimizer, surface)
    plain = ieee(driver.plain, {"surface_at": lambda _: kernels.of(surface).call, "rule_at": lambda _: update})
    with np.errstate(all="ignore"):
        return plain(0, 0, 0, *arguments)
