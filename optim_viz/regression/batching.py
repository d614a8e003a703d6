"""Which samples each update sees: full batches, shuffled epochs, independent batches, with replacement, in order."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numba import int32, int64

from optim_viz.errors import SettingError
from optim_viz.lanes import lazy
from optim_viz.regression.spec import generator
from optim_viz.spec import N_

#: by key, what each way of sampling is called
SAMPLINGS: Mapping[str, str] = MappingProxyType(
    {
        "shuffle": N_("shuffled epochs"),
        "independent": N_("independent batches, no repeats within one"),
        "replacement": N_("with replacement"),
        "in_order": N_("in order, unshuffled"),
    }
)
#: as many indices are drawn at most; of up to so many, 12 MB, the last few draws are kept for the next call
MOST_DRAWN, MOST_KEPT = 20_000_000, 3_000_000
_STREAM = 1  # of the random numbers that belong to a seed: 0 draws starts, see problem.py


@dataclass(frozen=True, eq=False)
class Batches:
    """The batches of every lane.

    ``indices`` (1 or S, T, B) int32, one for all lanes where they are the same; ``sizes``: how many of the B count, for each
    batch of an epoch. Update u (from 0) takes batch u modulo T. ``full``: each batch is all the data.
    """

    indices: np.ndarray
    sizes: np.ndarray
    updates: int
    full: bool

    def of(self, lane: int) -> list[np.ndarray]:
        """The indices of the samples of each update of a lane."""
        return [self.batch(lane, u) for u in range(self.updates)]

    def batch(self, lane: int, update: int) -> np.ndarray:
        """The indices of the samples of one update, from 0, of a lane."""
        own = self.indices[min(lane, len(self.indices) - 1)]
        found = own[update % len(own), : self.sizes[update % len(self.sizes)]]
        found.flags.writeable = False
        return found

    @property
    def seen(self) -> np.ndarray:
        """(updates + 1,): samples seen before the first update, after it, after the second ..."""
        return np.concatenate([[0], np.cumsum(np.resize(self.sizes, self.updates))])


def per_epoch(samples: int, size: int, drop_last: bool) -> int:
    """How many updates one epoch is."""
    return samples // size if drop_last else -(-samples // size)


def draw(sampling: str, samples: int, size: int, updates: int, seeds: tuple[int, ...], drop_last: bool) -> Batches:
    """The batches of ``updates`` updates for each seed.

    Independent batches and those with replacement are all of the same size: there is no last one of an epoch.

    Raises:
        SettingError: more than can be kept.
    """
    if size == samples and sampling != "replacement":
        everything = np.arange(samples, dtype=np.int32).reshape(1, 1, -1)
        return Batches(everything, np.array([samples]), updates, full=True)
    turns = per_epoch(samples, size, drop_last)
    sizes = np.full(turns, size)
    if sampling in ("shuffle", "in_order"):
        sizes[-1] = size if drop_last else samples - (turns - 1) * size
    if sampling == "in_order":
        return Batches(_cut(np.arange(samples, dtype=np.int32)[None, None], turns, size), sizes, updates, full=False)
    if len(seeds) * updates * size > MOST_DRAWN:
        raise SettingError("seeds", N_("few enough to draw {limit} samples in all"), len(seeds), limit=f"{MOST_DRAWN:,}")
    epochs = -(-updates // turns)
    if sampling == "shuffle":
        indices = _cut(_kept(_orders, samples, epochs, seeds), turns, size)
    else:
        indices = _kept(_independent if sampling == "independent" else _replaced, samples, size, epochs * turns, seeds)
    return Batches(indices, sizes, updates, full=False)


def _kept(drawing: Any, *arguments: Any) -> np.ndarray:
    """What ``drawing`` draws, from the last time if it is not too much to keep: a slider that moves changes no batches."""
    *numbers, seeds = arguments
    return drawing(*arguments) if len(seeds) * math.prod(numbers) <= MOST_KEPT else drawing.__wrapped__(*arguments)


@lru_cache(maxsize=4)
def _orders(samples: int, epochs: int, seeds: tuple[int, ...]) -> np.ndarray:
    """(S, epochs, N): the order of all samples in each epoch, whatever they are cut into."""
    each = np.tile(np.arange(samples, dtype=np.int32), (epochs, 1))
    return np.stack([generator(seed, _STREAM).permuted(each, axis=1) for seed in seeds])


@lru_cache(maxsize=4)
def _replaced(samples: int, size: int, batches: int, seeds: tuple[int, ...]) -> np.ndarray:
    """(S, batches, size)"""
    return np.stack([generator(seed, _STREAM).integers(0, samples, (batches, size), dtype=np.int32) for seed in seeds])


@lru_cache(maxsize=4)
def _independent(samples: int, size: int, batches: int, seeds: tuple[int, ...]) -> np.ndarray:
    """(S, batches, size)"""
    ranges = samples - np.arange(size)
    return np.stack([pick()(generator(seed, _STREAM).integers(0, ranges, (batches, size)), samples) for seed in seeds])


def _cut(orders: np.ndarray, turns: int, size: int) -> np.ndarray:
    """Orders of all samples (S, E, N) cut into ``turns`` batches each: (S, E * turns, size); the last may hold fillers."""
    lanes, epochs, samples = orders.shape
    if turns * size > samples:
        whole = np.zeros((lanes, epochs, turns * size), dtype=np.int32)
        whole[..., :samples] = orders
    else:
        whole = np.ascontiguousarray(orders[..., : turns * size])
    return whole.reshape(lanes, epochs * turns, size)


@lazy(int32[:, ::1](int64[:, ::1], int64))
def pick(steps, samples):  # type: ignore[no-untyped-def]
    """Batches without repeats [U, B] from ``steps`` [U, B], the k-th of a row drawn from 0 to samples - k - 1.

    The beginning of Fisher & Yates' shuffle, which may set out from any order: what the last batch left.
    """
    order = np.arange(samples)
    batches = np.empty(steps.shape, dtype=np.int32)
    for u in range(steps.shape[0]):
        for k in range(steps.shape[1]):
            j = k + steps[u, k]
            order[k], order[j] = order[j], order[k]
            batches[u, k] = order[k]
    return batches
