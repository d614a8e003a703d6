"""The drivers' loop in plain Python: slower by a factor of some hundred, but there at once.

Compiling a kernel takes up to a few seconds, once in the life of an installation. Who only looks at a picture need not wait
for it: the same source, a driver of ``pipeline`` and the rule, runs interpreted until the kernel is there.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from optim_viz import kernels
from optim_viz.lanes import Kernel, Lazy, number_kernel
from optim_viz.rules import ieee
from optim_viz.spec import Optimizer


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
    plain = ieee(
        driver.plain,
        {"call_surface": lambda _, *given: kernels.of(surface).call(*given), "call_rule": lambda _, *given: update(*given)},
    )
    with np.errstate(all="ignore"):
        return plain((0, 0, 0), *arguments)


def either(driver: Lazy, patient: bool, *numbers: Callable) -> tuple[Callable, Callable[[Any], Any]]:
    """A driver to call, and what gives it the address of a kernel or of a plain function of numbers, 0 for None.

    Not ``patient``, and the driver or one of these ``numbers`` is not compiled yet: the driver interpreted, and what gives it
    a function in the place of an address.
    """
    if patient or is_ready(driver, *numbers):
        return driver(), _address
    plain = ieee(driver.plain, dict.fromkeys(("call_hessian", "call_number"), lambda function, *given: function(*given)))

    def quietly(*arguments: Any) -> Any:
        with np.errstate(all="ignore"):
            return plain(*arguments)

    return quietly, _function


def is_ready(driver: Lazy, *numbers: Callable) -> bool:
    """Whether these are compiled; if not, they are from now on in the background."""
    return kernels.are_ready({driver.plain: driver, **{function: partial(number_kernel, function) for function in numbers}})


def _address(what: Kernel | Callable | None) -> int:
    if what is None:
        return 0
    return what.address if isinstance(what, Kernel) else number_kernel(what).address


def _function(what: Kernel | Callable | None) -> Callable | int:
    if what is None:
        return 0
    if isinstance(what, Kernel):
        return what.call
    plain = ieee(what)

    def number(values: np.ndarray, out: np.ndarray) -> None:
        for i in range(out.size):
            out[i] = plain(*values[:, i])

    return number
