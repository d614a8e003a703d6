"""The judge of fits: quantiles as numpy has them, arrivals found by hand, causes from the limits of stability."""

import math

import numpy as np
import pytest

from optim_viz import Schedule, fit, problem
from optim_viz.regression.outcome import MANY, arrivals, median, outcome, quantiles, spread

LINE = problem("noisy_line", model="line")
EDGE = 2 / float(np.linalg.eigvalsh(2 * LINE.features.T @ LINE.features / 100)[-1])


def all_the_data(optimizer="gd", epochs=400, **settings):
    return outcome(fit(optimizer, LINE, epochs=epochs, start=(0.0, 0.0), **settings))


@pytest.mark.parametrize("seeds", [1, 2, 5, 10, 11, 30, 31, 50])
def test_quantiles_are_numpys(seeds):
    values = np.random.default_rng(seeds).normal(size=(seeds, 4))
    shares = (0.0, 0.1, 0.25, 0.5, 0.9, 1.0)
    np.testing.assert_allclose(quantiles(values, shares), np.quantile(values, shares, axis=0), rtol=1e-13)
    np.testing.assert_allclose(median(values), np.median(values, axis=0), rtol=1e-13)
    ends = np.quantile(values, (0.1, 0.9), axis=0) if seeds >= MANY else [values.min(axis=0), values.max(axis=0)]
    np.testing.assert_allclose(spread(values), ends, rtol=1e-13)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([1, 2, np.nan], 0.5, 2),
        ([np.inf, 3, np.nan, 1], 0.5, np.inf),  # between 3 and infinity
        ([np.inf, np.nan, np.inf, 1], 0.5, np.inf),
        ([*range(10), np.inf], 0.9, 9),  # falls on a number, next to infinity
        ([*range(30), np.inf], 0.1, 3),
        ([np.nan], 0.1, np.inf),
    ],
)
def test_what_is_no_number_is_above_all_others(values, share, expected):
    assert quantiles(np.array(values, dtype=float), (share,))[0] == expected


def test_one_arrives_where_it_stays():
    each = fit("gd", LINE, batch_size=10, epochs=20, seeds=range(12), start=(0.0, 0.0), hypers={"lr": 0.04})
    height = float(LINE.evaluate(LINE.solution)[0]) + 0.05
    rows = arrivals(each, height)
    for loss, row in zip(each.loss, rows, strict=True):
        from_here_on = [k for k in range(len(loss)) if all(value <= height for value in loss[k:])]
        assert row == (min(from_here_on) if from_here_on else None)
    first = [int(np.argmax(loss <= height)) for loss in each.loss]
    assert None in rows and any(row is not None and row > touched for row, touched in zip(rows, first, strict=True))
    # GD on five points: the loss is 11 (2 (1 - 22 lr)^t)^2
    five = fit("gd", "five_points", epochs=50, start=0.0, hypers={"lr": 0.01})
    steps = math.ceil(math.log(math.sqrt(0.1 / 11) / 2) / math.log(1 - 22 * 0.01))
    assert arrivals(five, 0.1) == [steps]


def test_just_above_the_limit_it_diverges_for_that_reason_and_just_below_it_does_not():
    below, above = (all_the_data(hypers={"lr": share * EDGE}) for share in (0.995, 1.005))
    assert not below.diverged.any() and not below.worse.any() and below.cause is None
    assert above.worse.all() and not above.diverged.any()  # slowly: it is finite still
    assert above.cause is not None and above.cause.kind == "rate"
    assert above.cause.times == pytest.approx(2) and above.cause.curvature == pytest.approx(2 / EDGE)
    gone = all_the_data(hypers={"lr": 1.5 * EDGE}, epochs=5000)
    assert gone.diverged.all() and gone.ended[0] == gone.middle == gone.high == math.inf and gone.cause is not None


def test_momentum_has_its_own_limit_and_a_schedule_counts():
    heavy = all_the_data("momentum", hypers={"lr": 2.0 * EDGE, "momentum": 0.9})
    assert heavy.diverged.any() or heavy.worse.any()
    assert heavy.cause is not None and heavy.cause.times == pytest.approx(3.8) and heavy.cause.momentum == 0.9
    assert all_the_data("momentum", hypers={"lr": 1.8 * EDGE, "momentum": 0.9}).cause is None
    growing = Schedule("linear", start_factor=0.1, end_factor=4.0, total_iters=400)
    late = all_the_data(hypers={"lr": 0.5 * EDGE}, schedule=growing)
    assert late.cause is not None and EDGE < late.cause.lr < 1.02 * EDGE


def test_batches_grow_on_average_above_the_limit_of_all_the_data():
    for size in (1, 10):
        found = outcome(
            fit("gd", LINE, batch_size=size, epochs=20, seeds=range(20), start=(0.0, 0.0), hypers={"lr": 1.5 * EDGE})
        )
        assert (found.diverged | found.worse).all() and found.cause is not None and found.cause.kind == "rate"
        assert found.cause.times / found.cause.curvature == pytest.approx(EDGE)


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_size": 1, "hypers": {"lr": 0.99 * EDGE}},  # of single samples no limit is known
        {"batch_size": None, "hypers": {"lr": 2 * EDGE}, "weight_decay": 0.1},
        {"batch_size": None, "hypers": {"lr": [2 * EDGE, 0.01]}, "seeds": (0, 1)},
    ],
)
def test_where_no_cause_is_found_none_is_given(settings):
    found = outcome(fit("gd", LINE, epochs=20, start=(0.0, 0.0), **settings))
    assert (found.diverged | found.worse).any() and found.cause is None


def test_a_bounded_gradient_oscillates_and_does_not_diverge():
    """Huber's slope is at most 1: above 2/λ the fit jumps to and fro, and stays finite."""
    far = outcome(fit("gd", "outliers", model="line", loss="huber", epochs=500, start=(0.0, 0.0), hypers={"lr": 50.0}))
    assert not far.diverged.any() and far.cause is None


def test_each_seed_is_judged_by_itself():
    found = outcome(fit("gd", LINE, batch_size=1, epochs=20, seeds=range(40), start=(0.0, 0.0), hypers={"lr": 0.079}))
    each = [
        outcome(fit("gd", LINE, batch_size=1, epochs=20, seeds=s, start=(0.0, 0.0), hypers={"lr": 0.079})) for s in range(40)
    ]
    np.testing.assert_array_equal(found.ended, [one.ended[0] for one in each])
    np.testing.assert_array_equal(found.worse, [one.worse[0] for one in each])
    assert 0 < found.worse.sum() < 40
