"""Which samples each update sees: every way of sampling keeps what it promises, the same from the same seed."""

import numpy as np
import pytest

from optim_viz import fit
from optim_viz.errors import SettingError
from optim_viz.regression import batching
from optim_viz.regression.batching import SAMPLINGS, draw, per_epoch

N = 23
SIZES = (1, 2, 7, 22, 23)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("sampling", ["shuffle", "in_order"])
def test_an_epoch_sees_each_sample_once(sampling, drop_last, size):
    turns = per_epoch(N, size, drop_last)
    assert turns == (N // size if drop_last else int(np.ceil(N / size)))
    batches = draw(sampling, N, size, 3 * turns, (5, 6), drop_last)
    for lane in (0, 1):
        listed = batches.of(lane)
        assert len(listed) == 3 * turns
        for epoch in range(3):
            seen = np.concatenate(listed[epoch * turns : (epoch + 1) * turns])
            assert len(set(seen.tolist())) == len(seen) == (turns * size if drop_last else N)
            if sampling == "in_order":
                np.testing.assert_array_equal(seen, np.arange(len(seen)))
        assert {len(one) for one in listed} <= {size, N % size}
    np.testing.assert_array_equal(batches.seen, np.concatenate([[0], np.cumsum([len(one) for one in batches.of(0)])]))


def test_each_epoch_and_each_seed_is_shuffled_anew():
    batches = draw("shuffle", N, 7, 12, (5, 6, 5), False)
    first, second, again = (batches.of(lane) for lane in range(3))
    orders = [np.concatenate(lane[at : at + 4]) for lane in (first, second) for at in (0, 4, 8)]
    assert len({tuple(order) for order in orders}) == 6
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("size", SIZES[:-1])
def test_independent_batches_do_not_repeat_within_and_are_even(size):
    listed = np.array(draw("independent", N, size, 4000, (1,), False).of(0))
    assert all(len(set(one.tolist())) == size for one in listed)
    # each sample as often as the others, and each first place too: four standard errors of a binomial
    for drawn, chances in ((listed.ravel(), 4000 * size / N), (listed[:, 0], 4000 / N)):
        assert abs(np.bincount(drawn, minlength=N) - chances).max() < 4 * np.sqrt(chances)
    if size > 1:  # the second does not follow from the first
        pairs = np.histogram2d(listed[:, 0], listed[:, 1], bins=[np.arange(N + 1)] * 2)[0]
        expected = 4000 / (N * (N - 1))
        assert np.diag(pairs).sum() == 0 and pairs.max() < expected + 6 * np.sqrt(expected)
    previous = [len(set(a.tolist()) & set(b.tolist())) for a, b in zip(listed, listed[1:], strict=False)]
    assert abs(np.mean(previous) - size * size / N) < 0.1  # what a batch shares with the last is chance


def test_with_replacement_a_batch_may_repeat_a_sample():
    listed = draw("replacement", 5, 5, 2000, (1,), False).of(0)
    distinct = np.mean([len(set(one.tolist())) for one in listed])
    assert abs(distinct - 5 * (1 - 0.8**5)) < 0.1
    assert abs(np.bincount(np.concatenate(listed)) - 2000).max() < 4 * np.sqrt(2000)


@pytest.mark.parametrize("sampling", [key for key in SAMPLINGS if key != "replacement"])
def test_a_batch_of_all_the_data_is_all_the_data(sampling):
    batches = draw(sampling, N, N, 3, (5,), False)
    assert batches.full
    for one in batches.of(0):
        np.testing.assert_array_equal(one, np.arange(N))


def test_what_a_seed_draws_does_not_depend_on_the_other_seeds_or_on_how_long():
    for sampling in SAMPLINGS:
        many, one = (draw(sampling, N, 7, updates, seeds, False) for updates, seeds in ((40, (3, 9)), (12, (9,))))
        for a, b in zip(many.of(1), one.of(0), strict=False):
            np.testing.assert_array_equal(a, b)


def test_what_is_drawn_is_kept_and_cannot_be_changed():
    draw("shuffle", N, 7, 12, (5,), False)
    hits = batching._orders.cache_info().hits
    again = draw("shuffle", N, 5, 15, (5,), False)  # cut otherwise, the orders are the same
    assert batching._orders.cache_info().hits == hits + 1
    with pytest.raises(ValueError, match="read-only"):
        again.of(0)[0][0] = 1


def test_too_much_to_draw_is_refused(monkeypatch):
    monkeypatch.setattr(batching, "MOST_DRAWN", 100)
    fit("gd", "five_points", batch_size=1, updates=50, seeds=(1, 2))
    with pytest.raises(SettingError, match="^seeds must be few enough to draw 100 samples in all; received 2"):
        fit("gd", "five_points", batch_size=1, updates=51, seeds=(1, 2))
    fit("gd", "five_points", batch_size=1, updates=51, seeds=(1, 2), sampling="in_order")
