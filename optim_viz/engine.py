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

from optim_viz import interpreter, kernels, pipeline
from optim_viz.around import PLAIN, Around
from optim_viz.errors import SettingError
from optim_viz.lanes import Lazy
from optim_viz.spec import Interval, N_, Optimizer, Surface, check_mapping, floats, is_number
from optim_viz.values import ONE_OF

MAX_STEPS = 100_000
MAX_LANES = 262_144
MAX_LANE_STEPS = 200_000_000
MAX_RECORDED = 20_000_000
#: lanes in a block: with theta, state and hypers of most rules it fits in a first-level cache
BLOCK = 384

SEEDS = Interval(f"[0, {2**32 - 1}]")
_pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="lanes")

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Run:
    """One run, or N, with every step. Row 0 is the start; arrays are read-only float64; of N runs each has a leading axis of N.

    Attributes:
        theta: (steps + 1, D), what torch's parameter holds after each step.
        loss: (steps + 1,), the surface's value at theta.
        gradient: (steps + 1, D), the gradient at theta, before noise and whatever else stands around the rule.
        hypers: by name; a number, or (N,) numbers.
        first: how many steps were taken before row 0, by earlier runs.
        patient: whether what is computed of it waits until a kernel is compiled, see ``run``.
    """

    optimizer: Optimizer
    surface: Surface
    hypers: Mapping[str, Any]
    around: Around
    record: np.ndarray
    first: int = 0
    patient: bool = True

    @property
    def theta(self) -> np.ndarray:
        return self.record[..., : self.surface.dim]

    @property
    def loss(self) -> np.ndarray:
        return self.record[..., self.surface.dim]

    @property
    def gradient(self) -> np.ndarray:
        return self.record[..., self.surface.dim + 1 : 2 * self.surface.dim + 1]

    @property
    def evaluations(self) -> np.ndarray:
        """(steps + 1,): gradients used to get to each row."""
        return self.record[..., 2 * self.surface.dim + 1]

    @property
    def state(self) -> dict[str, np.ndarray]:
        """What the optimizer keeps, by the rule's names, each (steps + 1, D) or (steps + 1, size, D).

        Row 0 is the initial state. With Lookahead also its ``slow`` weights.
        """
        kept = self.memory
        shown = {s.name: kept[s.name] for s in self.optimizer.states if not s.bookkeeping}
        return shown | ({"slow": self._states()[..., -1, :]} if self.around.lookahead else {})

    @property
    def memory(self) -> dict[str, np.ndarray]:
        """All that the rule keeps, bookkeeping included; shapes as in ``state``."""
        columns, kept, at = self._states(), {}, 0
        for s in self.optimizer.states:
            kept[s.name] = columns[..., at, :] if s.size == 1 else columns[..., at : at + s.size, :]
            at += s.size
        return kept

    def _states(self) -> np.ndarray:
        """(..., steps + 1, K, D)"""
        dim = self.surface.dim
        columns = self.record[..., 2 * dim + 2 :]
        return columns.reshape(*columns.shape[:-1], columns.shape[-1] // dim, dim)

    @cached_property
    def arguments(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What a kernel that reads runs needs of it, L lanes: the record (rows, fields, L); the minima (M, D + 1), each with
        its value, of a valley the nearest point to each row of each lane; the hyperparameters (H, L); the factors on the
        learning rate (rows,), each of the step that leaves a row; and the settings of what stands around.
        """
        record = np.ascontiguousarray(np.moveaxis(self.record, 0, -1) if self.record.ndim > 2 else self.record[..., None])
        rows, lanes = len(record), record.shape[-1]
        minima = np.array([(*m.theta, m.value) for m in self.surface.minima]).reshape(-1, self.surface.dim + 1)
        if self.surface.valley:
            minima = _nearest(self.surface, record)
        hyper = np.empty((len(self.hypers), lanes))
        for k, value in enumerate(self.hypers.values()):
            hyper[k] = value
        factors = self.around.factors(rows, self.first, self.patient) if self.around.schedule else np.ones(rows)
        return record, minima, hyper, factors, self.around.vector(self.optimizer)

    @cached_property
    def diverged_at(self) -> Any:
        """First row where theta, loss or gradient is not a finite number, else None; of N runs (N,) int, -1 for none."""
        finite = np.isfinite(self.record[..., : 2 * self.surface.dim + 1]).all(axis=-1)
        first = np.where(finite.all(axis=-1), -1, np.argmin(finite, axis=-1))
        if first.ndim:
            return first
        return None if first < 0 else int(first)


@dataclass(frozen=True, eq=False)
class Sweep:
    """Where many runs end. Arrays are read-only.

    Attributes:
        theta: (N, D).
        loss: (N,).
        diverged: (N,) bool, whether theta, loss or gradient left the finite numbers at any step.
        steps_to_tolerance: (N,) int, first row with loss - minimum <= tolerance, 0 at the start itself, -1 if never;
            None when no tolerance was asked for.
        stays_from: (N,) int, the row from which on abs(loss - minimum) <= tolerance to the last row, -1 if it does not end
            there: the step at which it *arrived*; None when no tolerance was asked for.
    """

    theta: np.ndarray
    loss: np.ndarray
    diverged: np.ndarray
    steps_to_tolerance: np.ndarray | None
    stays_from: np.ndarray | None


def run(
    optimizer: Optimizer, surface: Surface, *, start: Any = None, steps: int = 500, hypers: Mapping[str, Any] | None = None,
    around: Around = PLAIN, seed: Any = 0, initial: tuple[Run, int] | None = None, patient: bool = True,
) -> Run:  # fmt: skip
    """See ``optim_viz.run``. Not ``patient``: where a kernel is not compiled yet, run interpreted and compile it meanwhile."""
    around.check(optimizer)
    steps = count("steps", steps, MAX_STEPS)
    earlier, row = _initial(optimizer, surface, initial, start, steps)
    points = earlier.theta[..., row, :] if earlier else _point(surface, start)
    values = check_mapping(optimizer.hypers, hypers, "hypers")
    many = ({"start": len(points)} if points.ndim == 2 else {}) | _lengths({**values, "seed": seed})
    lanes = next(iter(many.values()), 1)
    if not 1 <= lanes <= MAX_LANES:
        raise SettingError(next(iter(many)), N_("1 to {limit} of them"), lanes, limit=f"{MAX_LANES:,}")
    extra = 1 if around.lookahead else 0
    width = 2 * surface.dim + 2 + (optimizer.fields + extra) * surface.dim
    if (steps + 1) * width * lanes > MAX_RECORDED:
        raise SettingError("steps", N_("small enough to record {limit} numbers"), steps, limit=f"{MAX_RECORDED:,}")
    columns = np.repeat(points[:, None], lanes, axis=1) if points.ndim == 1 else np.array(points.T, order="C")
    hyper, seeds = hyper_rows(optimizer, values, lanes), _seeds(seed, lanes)
    state = initial_states(optimizer, columns, hyper, around)
    spent, first = np.zeros(lanes), 0
    if earlier:
        first = earlier.first + row
        kept = np.moveaxis(np.broadcast_to(earlier._states()[..., row, :, :], (lanes, *earlier._states().shape[-2:])), 0, -1)
        n = min(len(kept), len(state))  # slow weights may be new, or no longer wanted
        state[:n] = kept[:n]
        spent = np.array(np.broadcast_to(earlier.evaluations[..., row], (lanes,)))
    arguments = (
        columns, surface.columns(lanes), state, hyper, seeds,
        around.vector(optimizer), around.factors(steps, first, patient), first, steps, spent,
    )  # fmt: skip
    if patient or is_ready(optimizer):
        record = pipeline.trace()(addresses(optimizer, surface), *arguments)
    else:
        record = interpreter.interpreted(pipeline.trace, optimizer, surface, *arguments)
    record = np.moveaxis(record, -1, 0) if many else record[:, :, 0]
    record.flags.writeable = False
    shown = {name: (hyper[k].copy() if name in many else float(hyper[k, 0])) for k, name in enumerate(optimizer.hypers)}
    return Run(optimizer, surface, shown, around, record, first, patient)


def sweep(
    optimizer: Optimizer, surface: Surface, *, starts: Any, steps: int = 500, hypers: Mapping[str, Any] | None = None,
    tolerance: float | None = None, around: Around = PLAIN, seed: Any = 0,
) -> Sweep:  # fmt: skip
    """See ``optim_viz.sweep``."""
    around.check(optimizer)
    steps = count("steps", steps, MAX_STEPS)
    columns = _starts(surface, starts)
    lanes = columns.shape[1]
    if lanes * steps > MAX_LANE_STEPS:
        raise SettingError(
            "steps", N_("at most {limit} for this many starts"), steps, limit=f"{MAX_LANE_STEPS // lanes:,}"
        )  # fmt: skip
    hyper = hyper_rows(optimizer, check_mapping(optimizer.hypers, hypers, "hypers"), lanes)
    floor, bound = _band(surface, tolerance)
    seeds, params = _seeds(seed, lanes), surface.columns(BLOCK)
    settings = around.vector(optimizer), around.factors(steps)
    where, finish = addresses(optimizer, surface), pipeline.finish()

    def block(at: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        part = slice(at, min(at + BLOCK, lanes))
        start, h = np.ascontiguousarray(columns[:, part]), np.ascontiguousarray(hyper[:, part])
        p, s = np.ascontiguousarray(params[:, : part.stop - part.start]), initial_states(optimizer, start, h, around)
        return finish(where, start, p, s, h, seeds[part], *settings, steps, floor, bound)

    ends, diverged, touched, stays = zip(*_pool.map(block, range(0, lanes, BLOCK)), strict=True)
    end = np.concatenate(ends, axis=1)
    result = Sweep(
        theta=np.ascontiguousarray(end[:-1].T),
        loss=end[-1],
        diverged=np.concatenate(diverged),
        steps_to_tolerance=None if tolerance is None else np.concatenate(touched),
        stays_from=None if tolerance is None else np.concatenate(stays),
    )
    for array in vars(result).values():
        if array is not None:
            array.flags.writeable = False
    return result


def _nearest(surface: Surface, record: np.ndarray) -> np.ndarray:
    """(rows * L, D + 1): for each row of each lane the nearest point of the surface's valley, and the value there."""
    valley, kernel = surface.valley, kernels.valley_of(surface)
    assert valley and kernel
    points = np.ascontiguousarray(np.moveaxis(record[:, : surface.dim], 1, 0).reshape(surface.dim, -1))
    out = np.full((surface.dim + 1, points.shape[1]), valley.value)
    kernel.call(np.concatenate([points, surface.columns(points.shape[1])]), out[: surface.dim])
    return out.T.copy()


NEAR = N_("one of: {names} (did you mean {near}?)")


def look_up(parameter: str, table: Mapping[str, T], key: object) -> T:
    """The entry of this key. Raises SettingError that names the nearest keys."""
    if isinstance(key, str) and key in table:
        return table[key]
    near = difflib.get_close_matches(key, table) if isinstance(key, str) else []
    if near:
        raise SettingError(parameter, NEAR, key, names=", ".join(table), near=near[0])
    raise SettingError(parameter, ONE_OF, key, names=", ".join(table))


def count(parameter: str, value: object, limit: int) -> int:
    if is_number(value) and float(value).is_integer() and 1 <= float(value) <= limit:
        return int(value)
    raise SettingError(parameter, N_("a whole number from 1 to {limit}"), value, limit=f"{limit:,}")


def is_ready(optimizer: Optimizer, driver: Lazy = pipeline.trace) -> bool:
    """Whether its kernel and the driver are compiled; if not, they are compiled from now on in the background."""
    return kernels.are_ready({driver.plain: driver, optimizer.update: lambda: kernels.of(optimizer)})


def addresses(optimizer: Optimizer, surface: Any) -> tuple[int, int, int]:
    """Of the kernels: surface, Hessian (0 where the rule does not ask for it), rule."""
    second = kernels.hessian_of(surface).address if optimizer.takes_hessian else 0
    return kernels.of(surface).address, second, kernels.of(optimizer).address


def _point(surface: Surface, start: Any) -> np.ndarray:
    """(D,), or (N, D) for many lanes."""
    point = floats(surface.start if start is None else start)
    if point is not None and point.ndim == 0 and surface.dim == 1:
        point = point[None]
    if point is None or point.ndim not in (1, 2) or point.shape[-1] != surface.dim or not np.isfinite(point).all():
        raise SettingError("start", N_("finite numbers, as many as coordinates: {dim}"), start, dim=surface.dim)
    return point


def _initial(
    optimizer: Optimizer, surface: Surface, initial: object, start: object, steps: int
) -> tuple[Run | None, int]:  # fmt: skip
    """The earlier run to go on from, and the row of it."""
    if initial is None:
        return None, 0
    if not (isinstance(initial, tuple) and len(initial) == 2 and isinstance(initial[0], Run)):
        raise SettingError("initial", N_("a pair of a result and a step of it"), initial)
    earlier, row = initial
    last = earlier.record.shape[-2] - 1
    if not (is_number(row) and float(row).is_integer() and 0 <= row <= last):
        raise SettingError("initial", N_("a step of the result, 0 to {last}"), row, last=last)
    if start is not None:
        raise SettingError("start", N_("left out: initial says where to start"), start)
    if (earlier.optimizer.full_key, earlier.surface.dim) != (optimizer.full_key, surface.dim):
        what = N_("a result of the same optimizer on as many coordinates: {key}, {dim}")
        got = f"{earlier.optimizer.full_key}, {earlier.surface.dim}"
        raise SettingError("initial", what, got, key=optimizer.full_key, dim=surface.dim)
    if earlier.first + row + steps > MAX_STEPS:
        raise SettingError("steps", N_("at most {limit} together with those before"), steps, limit=f"{MAX_STEPS:,}")
    return earlier, int(row)


def _lengths(given: Mapping[str, Any]) -> dict[str, int]:
    """By name how many numbers, for those that are not one."""
    arrays = {name: floats(value, booleans=True) for name, value in given.items() if not isinstance(value, int | float)}
    return {name: len(array) for name, array in arrays.items() if array is not None and array.ndim == 1}


def _seeds(seed: object, lanes: int) -> np.ndarray:
    """(lanes,) uint64: one for each, or the same for all."""
    if isinstance(seed, int) and not isinstance(seed, bool) and seed in SEEDS:
        return np.full(lanes, seed, dtype=np.uint64)
    seeds = floats(seed)
    if seeds is None or seeds.ndim > 1 or not ((seeds >= 0) & (seeds <= SEEDS.hi) & (seeds == np.floor(seeds))).all():
        raise SettingError("seed", N_("whole numbers, {condition}"), seed, condition=SEEDS.condition("seed"))
    if seeds.ndim == 1 and len(seeds) != lanes:
        raise SettingError("seed", N_("one number, or {lanes} of them, one for each start"), seed, lanes=lanes)
    return np.array(np.broadcast_to(seeds, (lanes,))).astype(np.uint64)


def _starts(surface: Surface, starts: Any) -> np.ndarray:
    points = floats(starts)
    if points is None or points.ndim != 2 or points.shape[1] != surface.dim or not np.isfinite(points).all():
        raise SettingError("starts", N_("finite numbers of shape (N, {dim})"), starts, dim=surface.dim)
    if not 1 <= len(points) <= MAX_LANES:
        raise SettingError("starts", N_("1 to {limit} points"), len(points), limit=f"{MAX_LANES:,}")
    return np.ascontiguousarray(points.T)


def hyper_rows(optimizer: Optimizer, given: Mapping[str, Any], lanes: int) -> np.ndarray:
    """(H, lanes): each hyperparameter as given for every lane, or once for all."""
    rows = np.empty((len(optimizer.hypers), lanes))
    for k, (name, hyper) in enumerate(optimizer.hypers.items()):
        value = given.get(name, hyper.default)
        if isinstance(value, int | float):
            rows[k] = hyper.check(value)
            continue
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


def _band(surface: Surface, tolerance: object) -> tuple[float, float]:
    """The losses between which a run has arrived; nan, between which nothing is, where no tolerance is asked for.

    Only a surface that goes on falling beyond what is listed has losses to fall below: elsewhere the lower end is -inf.
    """
    if tolerance is None:
        return math.nan, math.nan
    if not is_number(tolerance) or not 0 <= tolerance < math.inf:
        raise SettingError("tolerance", N_("a number, {condition}"), tolerance, condition="0 <= tolerance")
    if surface.minimum is None:
        raise SettingError("tolerance", N_("left out: this surface has no minimum, or none is known"), tolerance)
    floor = surface.minimum - float(tolerance) if surface.lowest == "domain" else -math.inf
    return floor, surface.minimum + float(tolerance)


def initial_states(optimizer: Optimizer, columns: np.ndarray, hyper: np.ndarray, around: Around) -> np.ndarray:
    """(K, dim, lanes): the initial state of every lane from its start (dim, lanes); at the end Lookahead's slow weights."""
    state = np.empty((optimizer.fields + bool(around.lookahead), *columns.shape))
    rows = dict(zip(optimizer.hypers, hyper, strict=True)) | {"theta": columns}
    at = 0
    for s in optimizer.states:
        state[at : at + s.size] = rows[s.initial] if isinstance(s.initial, str) else s.initial
        at += s.size
    if around.lookahead:
        state[at] = columns
    return state
