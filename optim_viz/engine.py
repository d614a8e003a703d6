"""The plain-Python face of the kernels: validates, allocates, calls, returns results.

It takes records; ``optim_viz.run`` and ``optim_viz.sweep`` turn keys into records first. Two kinds of failure: a wrong
setting raises ``SettingError``; a run that leaves the finite numbers is a result like any other, with ``diverged_at``.
"""

import difflib
import math
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from optim_viz import pipeline
from optim_viz.errors import SettingError
from optim_viz.spec import N_, Optimizer, Surface, check_mapping, floats, is_number

MAX_STEPS = 100_000
MAX_LANES = 262_144
MAX_LANE_STEPS = 200_000_000
MAX_RECORDED = 20_000_000
#: lanes in a block: with theta, state and hypers of most rules it fits in a first-level cache
BLOCK = 512

_pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="lanes")

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Run:
    """One run with every step of it. Row 0 is the start; arrays are read-only float64.

    Attributes:
        theta: (steps + 1, D), what torch's parameter holds after each step.
        loss: (steps + 1,), the surface's value at theta.
        gradient: (steps + 1, D), the gradient at theta.
    """

    optimizer: Optimizer
    surface: Surface
    hypers: Mapping[str, float]
    record: np.ndarray

    @property
    def theta(self) -> np.ndarray:
        return self.record[:, : self.surface.dim]

    @property
    def loss(self) -> np.ndarray:
        return self.record[:, self.surface.dim]

    @property
    def gradient(self) -> np.ndarray:
        return self.record[:, self.surface.dim + 1 : 2 * self.surface.dim + 1]

    @property
    def state(self) -> dict[str, np.ndarray]:
        """What the optimizer keeps, by the rule's names, each (steps + 1, D); row 0 is the initial state."""
        dim = self.surface.dim
        columns = self.record[:, 2 * dim + 1 :].reshape(len(self.record), len(self.optimizer.states), dim)
        return {s.name: columns[:, k] for k, s in enumerate(self.optimizer.states) if not s.bookkeeping}

    @property
    def evaluations(self) -> np.ndarray:
        """(steps + 1,): gradients used to get to each row."""
        return np.arange(len(self.record))

    @cached_property
    def diverged_at(self) -> int | None:
        """First row where theta, loss or gradient is not a finite number; None if there is none."""
        finite = np.isfinite(self.record[:, : 2 * self.surface.dim + 1])
        return None if finite.all() else int(np.argmin(finite.all(axis=1)))


@dataclass(frozen=True, eq=False)
class Sweep:
    """Where many runs end. Arrays are read-only.

    Attributes:
        theta: (N, D).
        loss: (N,).
        diverged: (N,) bool, whether theta, loss or gradient left the finite numbers at any step.
        steps_to_tolerance: (N,) int, first row with loss - minimum <= tolerance, 0 at the start itself, -1 if never;
            None when no tolerance was asked for.
    """

    theta: np.ndarray
    loss: np.ndarray
    diverged: np.ndarray
    steps_to_tolerance: np.ndarray | None


def run(
    optimizer: Optimizer, surface: Surface, *, start: Any = None, steps: int = 500, hypers: Mapping[str, float] | None = None
) -> Run:
    """See ``optim_viz.run``."""
    values = optimizer.check(hypers)
    column = _start(surface, start)
    steps = _count("steps", steps, MAX_STEPS)
    width = 2 * surface.dim + 1 + len(optimizer.states) * surface.dim
    if (steps + 1) * width > MAX_RECORDED:
        raise SettingError("steps", N_("small enough to record {limit} numbers"), steps, limit=f"{MAX_RECORDED:,}")
    hyper = np.array(list(values.values()), dtype=np.float64).reshape(-1, 1)
    record = pipeline.trace()(
        surface.kernel.address,
        optimizer.kernel.address,
        column,
        surface.columns(1),
        _states(optimizer, surface.dim, 1),
        hyper,
        steps,
    )[:, :, 0]
    record.flags.writeable = False
    return Run(optimizer, surface, values, record)


def sweep(
    optimizer: Optimizer,
    surface: Surface,
    *,
    starts: Any,
    steps: int = 500,
    hypers: Mapping[str, Any] | None = None,
    tolerance: float | None = None,
) -> Sweep:
    """See ``optim_viz.sweep``."""
    steps = _count("steps", steps, MAX_STEPS)
    columns = _starts(surface, starts)
    lanes = columns.shape[1]
    if lanes * steps > MAX_LANE_STEPS:
        raise SettingError(
            "steps", N_("at most {limit} for this many starts"), steps, limit=f"{MAX_LANE_STEPS // lanes:,}"
        )  # fmt: skip
    hyper = _hyper_rows(optimizer, hypers, lanes)
    bound = _bound(surface, tolerance)
    state, params = _states(optimizer, surface.dim, BLOCK), surface.columns(BLOCK)
    kernels = surface.kernel.address, optimizer.kernel.address
    finish = pipeline.finish()

    def block(at: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        part = slice(at, min(at + BLOCK, lanes))
        n = part.stop - part.start
        start, h = np.ascontiguousarray(columns[:, part]), np.ascontiguousarray(hyper[:, part])
        p, s = np.ascontiguousarray(params[:, :n]), np.ascontiguousarray(state[:, :, :n])
        return finish(*kernels, start, p, s, h, steps, bound)

    ends, diverged, arrived = zip(*_pool.map(block, range(0, lanes, BLOCK)), strict=True)
    end = np.concatenate(ends, axis=1)
    result = Sweep(
        theta=np.ascontiguousarray(end[:-1].T),
        loss=end[-1],
        diverged=np.concatenate(diverged),
        steps_to_tolerance=None if tolerance is None else np.concatenate(arrived),
    )
    for array in vars(result).values():
        if array is not None:
            array.flags.writeable = False
    return result


def look_up(parameter: str, table: Mapping[str, T], key: object) -> T:
    """The entry of this key. Raises SettingError that names the nearest keys."""
    if isinstance(key, str) and key in table:
        return table[key]
    near = difflib.get_close_matches(key, table) if isinstance(key, str) else []
    if near:
        raise SettingError(parameter, N_("one of: {names} (did you mean {near}?)"), key, names=", ".join(table), near=near[0])
    raise SettingError(parameter, N_("one of: {names}"), key, names=", ".join(table))


def _count(parameter: str, value: object, limit: int) -> int:
    if is_number(value) and float(value).is_integer() and 1 <= value <= limit:
        return int(value)
    raise SettingError(parameter, N_("a whole number from 1 to {limit}"), value, limit=f"{limit:,}")


def _start(surface: Surface, start: Any) -> np.ndarray:
    point = floats(surface.start if start is None else start)
    if point is not None and point.ndim == 0 and surface.dim == 1:
        point = point[None]
    if point is None or point.shape != (surface.dim,) or not np.isfinite(point).all():
        raise SettingError("start", N_("finite numbers, as many as coordinates: {dim}"), start, dim=surface.dim)
    return point.reshape(-1, 1)


def _starts(surface: Surface, starts: Any) -> np.ndarray:
    points = floats(starts)
    if points is None or points.ndim != 2 or points.shape[1] != surface.dim or not np.isfinite(points).all():
        raise SettingError("starts", N_("finite numbers of shape (N, {dim})"), starts, dim=surface.dim)
    if not 1 <= len(points) <= MAX_LANES:
        raise SettingError("starts", N_("1 to {limit} points"), len(points), limit=f"{MAX_LANES:,}")
    return np.ascontiguousarray(points.T)


def _hyper_rows(optimizer: Optimizer, hypers: object, lanes: int) -> np.ndarray:
    """(H, lanes): each hyperparameter as given for every lane, or once for all."""
    given = check_mapping(optimizer.hypers, hypers, "hypers")
    rows = np.empty((len(optimizer.hypers), lanes))
    for k, (name, hyper) in enumerate(optimizer.hypers.items()):
        value = given.get(name, hyper.default)
        many = floats(value, booleans=hyper.kind == "switch")
        if many is None or many.ndim == 0:
            rows[k] = hyper.check(value)
            continue
        if many.shape != (lanes,):
            raise SettingError(name, N_("one number, or {lanes} of them, one for each start"), value, lanes=lanes)
        for extreme in (many.min(), many.max()) if hyper.kind == "number" else np.unique(many):
            hyper.check(float(extreme))  # nan, if there is one, is both the least and the greatest
        rows[k] = many
    return rows


def _bound(surface: Surface, tolerance: object) -> float:
    """The loss at which a run counts as arrived; nan, which nothing is below, where no tolerance is asked for."""
    if tolerance is None:
        return math.nan
    if not is_number(tolerance) or not 0 <= tolerance < math.inf:
        raise SettingError("tolerance", N_("a number, {condition}"), tolerance, condition="0 <= tolerance")
    if surface.minimum is None:
        raise SettingError("tolerance", N_("left out: this surface has no minimum"), tolerance)
    return surface.minimum + float(tolerance)


def _states(optimizer: Optimizer, dim: int, lanes: int) -> np.ndarray:
    """(K, dim, lanes): the initial state of every lane."""
    state = np.empty((len(optimizer.states), dim, lanes))
    for k, one in enumerate(optimizer.states):
        state[k] = one.initial
    return state
