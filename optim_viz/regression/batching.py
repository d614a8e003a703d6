"""Which samples each update sees: full batches, shuffled epochs, independent batches, with replacement, in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

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
#: as many indices are drawn at most, and no more than so many are kept for the next call
MOST_DRAWN, MOST_KEPT = 20_000_000, 1_000_000
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
        own, turns = self.indices[min(lane, len(self.indices) - 1)].view(), len(self.sizes)
        own.flags.writeable = False
        return [own[u % len(own), : self.sizes[u % turns]] for u in range(self.updates)]

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
        return Batches(_cut(np.arange(samples)[None], turns, size)[None], sizes, updates, full=False)
    if len(seeds) * updates * size > MOST_DRAWN:
        raise SettingError("seeds", N_("few enough to draw {limit} samples in all"), len(seeds), limit=f"{MOST_DRAWN:,}")
    keep = len(seeds) * updates * size <= MOST_KEPT
    indices = (_drawn if keep else _drawn.__wrapped__)(sampling, samples, size, turns, -(-updates // turns), seeds)
    return Batches(indices, sizes, updates, full=False)


@lru_cache(maxsize=16)
def _drawn(sampling: str, samples: int, size: int, turns: int, epochs: int, seeds: tuple[int, ...]) -> np.ndarray:
    """(S, epochs * turns, size)"""
    drawn = np.empty((len(seeds), epochs * turns, size), dtype=np.int32)
    for lane, seed in enumerate(seeds):
        random = generator(seed, _STREAM)
        if sampling == "shuffle":
            orders = random.permuted(np.tile(np.arange(samples, dtype=np.int32), (epochs, 1)), axis=1)
            drawn[lane] = _cut(orders, turns, size)
        elif sampling == "replacement":
            drawn[lane] = random.integers(0, samples, (epochs * turns, size), dtype=np.int32)
        else:
            steps = random.integers(0, samples - np.arange(size), (epochs * turns, size))
            drawn[lane] = pick()(steps, samples)
    return drawn


def _cut(orders: np.ndarray, turns: int, size: int) -> np.ndarray:
    """Each order of all samples (E, N) into ``turns`` batches: (E * turns, size); the last may hold fillers at its end."""
    whole = np.zeros((len(orders), turns * size), dtype=np.int32)
    n = min(orders.shape[1], turns * size)
    whole[:, :n] = orders[:, :n]
    return whole.reshape(-1, size)


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
