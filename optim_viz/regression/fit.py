"""Fit a model to data batch by batch, with every optimizer, for many seeds at once: what ``optim_viz.fit`` calls."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from optim_viz import engine, interpreter
from optim_viz.around import PLAIN, Around
from optim_viz.errors import SettingError
from optim_viz.regression.batching import SAMPLINGS, Batches, draw, per_epoch
from optim_viz.regression.kernels import descend
from optim_viz.regression.problem import Problem
from optim_viz.spec import N_, Optimizer, check_mapping, floats, is_number

MAX_SEEDS = 1000
#: gradients of single samples in all
MAX_WORK = 200_000_000


@dataclass(frozen=True, eq=False)
class Fit:
    """S fits of one model, one for each seed, row by row; arrays are read-only. Row 0 is the start.

    Attributes:
        theta: (S, R, D), before any update and after every ``record_every`` of them, and after the last.
        updates: (R,) int, how many updates each row has behind it.
        samples_seen: (R,) int, with repetition.
        cost: (S, R), gradients of single samples that were computed; more than were seen where a rule asks for more than one.
        batch_loss: (S, U), of each update's batch, before the update.
        hypers: by name; a number, or (S,) numbers.
    """

    optimizer: Optimizer
    problem: Problem
    hypers: Mapping[str, Any]
    around: Around
    seeds: tuple[int, ...]
    drawn: Batches
    theta: np.ndarray
    updates: np.ndarray
    samples_seen: np.ndarray
    cost: np.ndarray
    batch_loss: np.ndarray

    @property
    def inputs(self) -> np.ndarray:
        """(N, F), as the model saw them."""
        return self.problem.inputs

    @property
    def targets(self) -> np.ndarray:
        """(N,), as the model saw them."""
        return self.problem.targets

    @property
    def epochs(self) -> np.ndarray:
        """(R,): samples seen over the number of samples."""
        return self.samples_seen / len(self.targets)

    def batches(self, i: int) -> list[np.ndarray]:
        """The indices of the samples of each update of the i-th seed."""
        return self.drawn.of(i)

    @cached_property
    def loss(self) -> np.ndarray:
        """(S, R): on all the data that are learnt from. Computed when it is first asked for; ``problem.evaluate(theta)`` gives
        some of it.
        """
        loss = self.problem.evaluate(self.theta)[0]
        loss.flags.writeable = False
        return loss

    @cached_property
    def test_loss(self) -> np.ndarray | None:
        """(S, R): on the points that are held out; None where none are."""
        if self.problem.test is None:
            return None
        loss = self.problem.test.evaluate(self.theta)[0]
        loss.flags.writeable = False
        return loss

    @cached_property
    def diverged_at(self) -> np.ndarray:
        """(S,): the first row where theta or loss is not a finite number, -1 for none."""
        finite = np.isfinite(self.loss) & np.isfinite(self.theta).all(axis=-1)
        return np.where(finite.all(axis=1), -1, np.argmin(finite, axis=1))


def fit(
    optimizer: Optimizer, problem: Problem, *, batch_size: int | None = None, epochs: int | None = None,
    updates: int | None = None, seeds: Any = 0, start: Any = None, hypers: Mapping[str, Any] | None = None,
    sampling: str = "shuffle", drop_last: bool = False, record_every: int = 1, around: Around = PLAIN, patient: bool = True,
) -> Fit:  # fmt: skip
    """See ``optim_viz.fit``. Not ``patient``: where a kernel is not compiled yet, run interpreted and compile it meanwhile."""
    around.check(optimizer)
    lanes = _seeds(seeds)
    engine.look_up("sampling", SAMPLINGS, sampling)
    samples = len(problem.targets)
    size = samples if batch_size is None else engine.count("batch_size", batch_size, samples)
    if not isinstance(drop_last, bool | np.bool_):
        raise SettingError("drop_last", N_("True or False"), drop_last)
    steps = _updates(epochs, updates, per_epoch(samples, size, bool(drop_last)))
    every = engine.count("record_every", record_every, engine.MAX_STEPS)
    rows = -(-steps // every) + 1
    if rows * problem.dim * len(lanes) > engine.MAX_RECORDED:
        raise SettingError(
            "record_every", N_("large enough to record at most {limit} numbers"), every, limit=f"{engine.MAX_RECORDED:,}"
        )
    if len(lanes) * steps * size > MAX_WORK:
        what = N_("small enough for {limit} gradients of single samples in all")
        raise SettingError("updates" if epochs is None else "epochs", what, steps, limit=f"{MAX_WORK:,}")
    columns = _starts(problem, start, lanes)
    values = check_mapping(optimizer.hypers, hypers, "hypers")
    hyper = engine.hyper_rows(optimizer, values, len(lanes))
    batches = draw(sampling, samples, size, steps, lanes, bool(drop_last))
    state = engine.initial_states(optimizer, columns, hyper, around)
    arguments = (
        columns, problem.table, problem.head, batches.indices, batches.sizes, state, hyper,
        np.array(lanes, dtype=np.uint64), around.vector(optimizer), around.factors(steps, patient=patient), steps, every,
    )  # fmt: skip
    if patient or engine.is_ready(optimizer, descend):
        theta, cost, losses = descend()(engine.addresses(optimizer, problem), *arguments)
    else:
        theta, cost, losses = interpreter.interpreted(descend, optimizer, problem, *arguments)
    at = np.minimum(np.arange(rows) * every, steps)
    arrays = np.ascontiguousarray(theta.transpose(2, 0, 1)), at, batches.seen[at], cost.T, losses.T
    for array in arrays:
        array.flags.writeable = False
    many = {name for name, value in values.items() if not is_number(value) and np.ndim(value) == 1}
    shown = {name: (hyper[k].copy() if name in many else float(hyper[k, 0])) for k, name in enumerate(optimizer.hypers)}
    return Fit(optimizer, problem, shown, around, lanes, batches, *arrays)


def _seeds(given: Any) -> tuple[int, ...]:
    """One seed, or up to 1000 of them."""
    listed = list(given) if isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping) else [given]
    if not 1 <= len(listed) <= MAX_SEEDS:
        raise SettingError("seeds", N_("1 to {limit} of them"), len(listed), limit=f"{MAX_SEEDS:,}")
    for seed in listed:
        if not (is_number(seed) and float(seed).is_integer() and seed in engine.SEEDS):
            raise SettingError("seeds", N_("whole numbers, {condition}"), seed, condition=engine.SEEDS.condition("seed"))
    return tuple(int(seed) for seed in listed)


def _updates(epochs: object, updates: object, turns: int) -> int:
    if (epochs is None) == (updates is None):
        raise SettingError("epochs", N_("given, or updates in their place"), epochs if updates is None else (epochs, updates))
    if updates is not None:
        return engine.count("updates", updates, engine.MAX_STEPS)
    return engine.count("epochs", epochs, engine.MAX_STEPS // turns) * turns


def _starts(problem: Problem, start: Any, seeds: tuple[int, ...]) -> np.ndarray:
    """(D, S): one start for all seeds, one for each, or drawn."""
    points = problem.starts(seeds) if start is None else floats(start)
    if points is not None and points.ndim == 0:
        points = points[None]
    shapes = ((problem.dim,), (len(seeds), problem.dim))
    if points is None or points.shape not in shapes or not np.isfinite(points).all():
        what = N_("finite numbers, one for each of the weights {names}, or such a row for each seed")
        raise SettingError("start", what, start, names=", ".join(problem.names))
    return np.array(np.broadcast_to(points, shapes[1]).T, order="C")
