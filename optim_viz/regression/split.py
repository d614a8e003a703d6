"""Points that are held out: a share of the samples is kept for testing, and the model learns from the rest.

How many that are is the share of all, rounded half up; which, the first so many of a random order (numpy's PCG64 of the
seed and a stream of its own, ``spec.generator``), so the same data, share and seed are the same split everywhere. Classes are
not stratified: each part has them as chance gives them, as scikit-learn's ``train_test_split`` does unless told otherwise.
Both parts keep the order of the data.
"""

import math

import numpy as np

from optim_viz.engine import SEEDS
from optim_viz.errors import SettingError
from optim_viz.regression.spec import Data, generator
from optim_viz.spec import N_, is_number

LEAST = 2  # samples that are left to learn from
_STREAM = 3  # of the random numbers that belong to a seed


def split(data: Data, share: float, seed: int = 0) -> tuple[Data, Data | None]:
    """What is learnt from, and what is held out; None for a share of 0.

    Raises:
        SettingError: the share is none, or leaves too few on one side.
    """
    if not (is_number(share) and 0 <= share < 1):
        raise SettingError("held_out", N_("a share of the data, {condition}"), share, condition="0 <= held_out < 1")
    if not (is_number(seed) and float(seed).is_integer() and seed in SEEDS):
        raise SettingError("split_seed", N_("a whole number, {condition}"), seed, condition=SEEDS.condition("split_seed"))
    if share == 0:
        return data, None
    n = len(data)
    count = math.floor(share * n + 0.5)
    if not 1 <= count <= n - LEAST:
        what = N_("0, or a share that holds out at least 1 of the {n} samples and leaves at least {least} to learn from")
        raise SettingError("held_out", what, share, n=n, least=LEAST)
    order = generator(seed, _STREAM).permutation(n)
    return _part(data, order[count:]), _part(data, order[:count])


def _part(data: Data, rows: np.ndarray) -> Data:
    kept = np.sort(rows)
    return Data(data.inputs[kept], data.targets[kept], data.task, data.names, data.target)
