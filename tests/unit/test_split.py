"""Points that are held out: which they are, that nothing is learnt from them, and their loss."""

import numpy as np
import pytest

from optim_viz import Data, SettingError, fit, problem
from optim_viz.regression.split import split

LINE = Data(np.arange(20.0), 3 * np.arange(20.0) + 1)


def test_the_split_is_numpys_permutation_of_the_seed_in_the_datas_own_order():
    for share, count in ((0.3, 6), (0.025, 1), (0.125, 3), (0.875, 18)):  # halves are rounded up
        kept, held = split(LINE, share, seed=5)
        order = np.random.Generator(np.random.PCG64(np.random.SeedSequence([5, 3]))).permutation(20)
        assert held is not None and held.inputs[:, 0].tolist() == sorted(order[:count])
        assert sorted([*kept.inputs[:, 0], *held.inputs[:, 0]]) == list(range(20))
        assert (kept.targets == 3 * kept.inputs[:, 0] + 1).all() and (np.diff(kept.inputs[:, 0]) > 0).all()
    assert split(LINE, 0)[0] is LINE and split(LINE, 0)[1] is None


def test_one_more_held_out_leaves_the_others_held_out():
    few, more = (split(LINE, share, seed=1)[1] for share in (0.2, 0.5))
    assert few is not None and more is not None and set(few.targets) < set(more.targets)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"share": 1}, "held_out must be a share of the data, 0 <= held_out < 1; received 1"),
        ({"share": -0.1}, "held_out must be a share of the data"),
        ({"share": "half"}, "held_out must be a share of the data"),
        ({"share": 0.95}, "held_out must be 0, or a share that holds out at least 1 of the 20 samples and leaves at least 2"),
        ({"share": 0.01}, "held_out must be 0, or a share that holds out at least 1"),
        ({"share": 0.5, "seed": -1}, "split_seed must be a whole number"),
        ({"share": 0.5, "seed": 1.5}, "split_seed must be a whole number"),
    ],
)
def test_a_share_that_leaves_too_few_is_refused(call, message):
    with pytest.raises(SettingError, match=f"^{message}"):
        split(LINE, **call)


@pytest.mark.parametrize("standardise", ["none", "inputs", "both"])
def test_nothing_is_learnt_from_what_is_held_out_and_its_loss_is_the_mean_over_it(standardise):
    settings = dict(epochs=3, batch_size=4, start=(0.1, 0.2), hypers={"lr": 0.001}, standardise=standardise, l2=0.3)
    found = fit("gd", LINE, held_out=0.3, split_seed=5, **settings)
    kept, held = split(LINE, 0.3, 5)
    alone = fit("gd", kept, **settings)
    np.testing.assert_array_equal(found.theta, alone.theta)
    np.testing.assert_array_equal(found.loss, alone.loss)
    assert alone.test_loss is None and held is not None and found.test_loss is not None
    wrong = fit("gd", kept, held_out=Data(held.inputs, held.targets + 100), **settings)
    np.testing.assert_array_equal(wrong.theta, alone.theta)
    x, y = found.problem.scales
    points, targets = (held.inputs[:, 0] - x.centre) / x.spread, (held.targets - y.centre) / y.spread
    by_hand = [[np.mean((slope * points + intercept - targets) ** 2) for slope, intercept in seed] for seed in found.theta]
    np.testing.assert_allclose(found.test_loss, by_hand, rtol=1e-12)  # without L2


def test_the_best_fits_loss_on_it_survives_powers_of_years():
    years = Data(np.arange(1950.0, 2020.0), np.sin(np.arange(70.0) / 9))
    raw, scaled = (
        problem(years, model="polynomial", model_params={"degree": 9}, held_out=0.3, standardise=how)
        for how in ("none", "inputs")
    )
    assert raw.least_test == scaled.least_test and 0 < raw.least_test < 0.1


def test_a_problem_says_what_is_held_out_and_other_data_are_refused():
    what = problem(LINE, held_out=0.3)
    with pytest.raises(SettingError, match="held_out must be left out"):
        fit("gd", what, epochs=1, held_out=0.3)
    with pytest.raises(SettingError, match="split_seed must be left out"):
        fit("gd", what, epochs=1, split_seed=1)
    for other in (Data(np.ones((3, 2)), np.ones(3)), Data(np.ones(3), [0, 1, 1], task="classes")):
        with pytest.raises(SettingError, match="held_out must be data of the same kind, with 1 inputs"):
            problem(LINE, held_out=other)
