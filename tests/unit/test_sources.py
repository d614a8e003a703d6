"""What the project's source texts ask for and say, where no other test says so already.

The texts are five tutorials on optimizers. Where one of them is wrong or holds only sometimes, the test says what is the case.
Defaults, limits of the learning rate, RAdam, Nesterov's two forms, averages beside sums, and decay are in ``test_facts``; what
each library and the hand-written code compute, its epsilons, its decay, Lookahead and schedules in ``test_conventions`` and
``test_golden``.
"""

import math
from typing import Any

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, SCHEDULES, Surface, run, sweep
from optim_viz.stages import STAGES
from surfaces import SURFACES
from tests import naive
from tests.drive import drive, steps

# --------------------------------------------------------------------------------------------------- SGD in the Burn framework


def hovering(samples, runs=2000):
    """How far plain descent on x squared is from the minimum in the end, where a gradient averages so many noisy samples."""
    noise = 2.0 / math.sqrt(samples)
    ends = sweep("gd", "x_squared", starts=np.ones((runs, 1)), steps=300, hypers={"lr": 0.1}, noise=noise, seed=np.arange(runs))
    return float(np.sqrt((ends.theta**2).mean()))


def test_the_fewer_samples_a_gradient_has_the_farther_it_hovers():
    rate, curvature = 0.1, 2.0
    for samples in (1, 10, 100):
        spread = 2.0 / math.sqrt(samples)
        expected = (
            rate * spread / math.sqrt(1 - (1 - rate * curvature) ** 2)
        )  # the fixed point of x <- (1 - rate * curvature) x + n
        assert hovering(samples) == pytest.approx(expected, rel=0.06)
    assert hovering(1) / hovering(100) == pytest.approx(10, rel=0.01)


def test_without_noise_descent_has_no_spread():
    ends = sweep("gd", "x_squared", starts=np.ones((5, 1)), steps=300, hypers={"lr": 0.1}, seed=np.arange(5))
    assert np.ptp(ends.theta) == 0 and abs(ends.theta).max() < 1e-25


@pytest.mark.parametrize("key", ["momentum", "nesterov"])
@pytest.mark.parametrize("clip", ["clip_value", "clip_norm"])
def test_burns_sgd_with_all_its_settings(key, clip):
    """The gradient is clipped, then decay is added, then comes momentum with dampening."""
    surface, lr, momentum, dampening, decay, most = SURFACES["rosenbrock"], 5e-4, 0.8, 0.1, 0.5, 40.0
    clipped = (naive.clipped_by_value if clip == "clip_value" else naive.clipped_by_norm)(surface.gradient, most)
    theta, velocity, path = np.array([-1.5, 2.0]), None, []
    for _ in range(100):
        grad = clipped(theta) + decay * theta
        velocity = grad if velocity is None else (1 - dampening) * grad + momentum * velocity
        theta = theta - lr * (grad + momentum * velocity if key == "nesterov" else velocity)
        path.append(theta)
    around: dict[str, Any] = {"weight_decay": decay, clip: most}
    ours = run(key, surface, variant="burn", steps=100, hypers={"lr": lr, "momentum": momentum}, **around)
    np.testing.assert_allclose(ours.theta[1:], path, rtol=0, atol=1e-12)
    assert OPTIMIZERS[key].as_in("burn").decay == "l2"


def test_the_first_buffer_is_the_plain_gradient_in_burn_as_in_torch():
    for record in (OPTIMIZERS["momentum"], OPTIMIZERS["momentum"].as_in("burn"), OPTIMIZERS["nesterov"].as_in("burn")):
        assert record.update(0.0, 3.0, 1, 7.0, 0.1, 0.9, 0.1)[1] == 3.0
        assert record.update(0.0, 3.0, 2, 7.0, 0.1, 0.9, 0.1)[1] == pytest.approx(0.9 * 7 + 0.9 * 3)


def test_momentum_is_faster_on_a_long_flat_slope():
    """Towards ten times as fast at the same learning rate: there is nothing it could swing about."""
    plain, heavy = (-drive(OPTIMIZERS[key], 1e-3 * np.ones(300), {"lr": 0.1})[-1] for key in ("gd", "momentum"))
    assert 9 < heavy / plain < 10


def to_the_floor(key, **hypers):
    """In a ravine: steps to 1e-4 of the loss at the start, and how often it crosses the floor on the way."""
    found = run(key, "ravine", steps=500, hypers=hypers)
    arrived = int(np.argmax(found.loss <= 1e-4 * found.loss[0]))
    assert arrived > 0
    return arrived, int((np.diff(np.sign(found.theta[: arrived + 1, 1])) != 0).sum())


def test_well_set_momentum_zigzags_less_in_a_ravine():
    curvature = SURFACES["ravine"].curvature
    plain = to_the_floor("gd", lr=1.9 / curvature)
    heavy = to_the_floor("momentum", lr=1.0 / curvature, momentum=0.8)
    assert heavy[0] < plain[0] / 2 and heavy[1] < plain[1] / 5
    # but at the same learning rate momentum of 0.9 gains almost nothing: it swings by itself
    assert to_the_floor("momentum", lr=1.9 / curvature, momentum=0.9)[0] > 0.9 * plain[0]


def two_valleys(x):
    return x * x * x * x - 2 * x * x + 0.3 * x


def two_valleys_slope(x):
    return (4 * x * x * x - 4 * x + 0.3,)


def two_valleys_curvature(x):
    return (12 * x * x - 4,)


TWO_VALLEYS = Surface(
    key="two_valleys", name="two valleys", dim=1, value=two_valleys, gradient=two_valleys_slope, hessian=two_valleys_curvature,
    domain=((-2.0, 2.0),), start=(1.6,), minima=(), curvature=10.0, levels="linear", teaches="", source="",
)  # fmt: skip


def test_momentum_may_roll_out_of_a_local_minimum_and_may_not():
    plain = run("gd", TWO_VALLEYS, steps=1000, hypers={"lr": 0.01})
    assert plain.theta[-1, 0] == pytest.approx(0.96, abs=0.01)  # the nearer valley, which is the shallower
    values = np.array([0.5, 0.9, 0.95, 0.97, 0.98])
    ends = run("momentum", TWO_VALLEYS, steps=3000, hypers={"lr": 0.01, "momentum": values}, start=[[1.6]] * 5).theta[:, -1, 0]
    # too little does not bring it over the ridge, and with too much it comes back
    assert (ends > 0).tolist() == [True, True, False, False, True]


def test_momentum_starts_at_0_9():
    for key in ("momentum", "nesterov", "nesterov_classical", "momentum_ema"):
        for record in OPTIMIZERS[key].conventions:
            assert record.hypers["momentum"].default == 0.9


# ------------------------------------------------------------------------------------------- PyTorch's optimizers, an overview


@pytest.mark.parametrize(
    "key",
    ["gd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "radam", "adadelta"],
)
def test_each_optimizer_of_the_overview_is_there_and_described(key):
    entry = OPTIMIZERS[key]
    assert "torch" in entry.calls and "lookahead" in (entry.stages or ())
    assert all(len(text) > 20 for text in (entry.summary, entry.good, entry.bad, entry.use, entry.paper))


def test_plain_descent_shakes_across_the_steep_direction_and_creeps_along_the_flat_one():
    path = run("gd", "ravine", steps=30, hypers={"lr": 1.9 / SURFACES["ravine"].curvature}).theta
    along, across = path.T
    assert (np.sign(across[1:]) == -np.sign(across[:-1])).all()
    assert (np.diff(along) > 0).all() and along[-1] < 0.3 * along[0] < 0


def test_adagrad_takes_large_steps_for_rare_gradients():
    often, seldom = np.ones(200), (np.arange(1, 201) % 20 == 0) * 1.0
    often_step, seldom_step = (-steps(OPTIMIZERS["adagrad"], g, {"lr": 0.1})[-1] for g in (often, seldom))
    assert seldom_step / often_step == pytest.approx(math.sqrt(20))  # its sum is a twentieth
    shares = {
        key: drive(OPTIMIZERS[key], seldom, {"lr": 0.1})[-1] / drive(OPTIMIZERS[key], often, {"lr": 0.1})[-1]
        for key in ("gd", "adagrad")
    }
    assert shares["gd"] == pytest.approx(1 / 20) and shares["adagrad"] > 3 / 20


def test_adagrad_stalls_late_while_rmsprop_goes_on():
    lengths = {key: -steps(OPTIMIZERS[key], np.ones(10_000), {"lr": 0.1}) for key in ("adagrad", "rmsprop")}
    np.testing.assert_allclose(lengths["adagrad"], 0.1 / np.sqrt(np.arange(1, 10_001)), rtol=1e-9)
    np.testing.assert_allclose(lengths["rmsprop"][1000:], 0.1, rtol=1e-3)
    # it is the steps that die out, not all progress: the way goes with the root of t
    assert lengths["adagrad"].sum() == pytest.approx(0.1 * 2 * math.sqrt(10_000), rel=0.02)


def decades(key, surface):
    """Over how many decades of learning rates a hundredth of the loss at the start is reached within 2,000 steps."""
    place, lrs = SURFACES[surface], np.geomspace(1e-5, 10, 121)
    assert place.minimum is not None
    goal = 0.01 * (float(place.value(place.start)) - place.minimum)
    found = sweep(key, place, starts=[place.start] * len(lrs), steps=2000, hypers={"lr": lrs}, tolerance=goal)
    return np.count_nonzero(found.steps_to_tolerance != -1) / 20


@pytest.mark.parametrize("surface, gain", [("rosenbrock", 2.0), ("ravine", 2.0), ("himmelblau", 0.5), ("saddle", 1.0)])
def test_adam_is_forgiving_about_the_learning_rate(surface, gain):
    adam, plain = decades("adam", surface), decades("gd", surface)
    assert adam > 3 and adam > plain + gain
    assert decades("adam", "x_squared") < decades("momentum", "x_squared")  # not everywhere


# ------------------------------------------------------------------------------------------------- optimizers written by hand


def test_the_rmsprops_with_momentum_part_when_the_learning_rate_changes():
    lrs = [0.1, 0.1, 0.1, 0.01]
    hypers = {"momentum": 0.9, "alpha": 0.9, "eps": 0.0}
    torch, tinynn = (
        steps(r, np.ones(4), hypers, lrs=lrs) for r in (OPTIMIZERS["rmsprop"], OPTIMIZERS["rmsprop"].as_in("tinynn"))
    )
    np.testing.assert_allclose(torch[:3], tinynn[:3], rtol=1e-14)
    assert abs(torch[3]) < abs(tinynn[3]) / 5


def test_everything_of_tinynn_and_of_the_hand_written_code_can_be_run():
    found = {(record.key, record.variant) for entry in OPTIMIZERS.values() for record in entry.conventions}
    for key in ("gd", "momentum", "adagrad", "rmsprop", "adadelta", "adam", "radam"):
        assert (key, "tinynn") in found
    for key in ("gd", "momentum_ema", "adagrad", "rmsprop", "adam"):
        assert (key, "handwritten") in found
    assert {"step", "multi_step", "tinynn_exponential", "tinynn_linear", "tinynn_cyclical"} <= set(SCHEDULES)


# ----------------------------------------------------------------------------------------------------------- torch.optim.SGD


def test_every_parameter_of_torchs_sgd_can_be_set():
    hypers = OPTIMIZERS["momentum"].hypers
    assert list(hypers) == ["lr", "momentum", "dampening"] and all(hyper.slider for hyper in hypers.values())
    assert STAGES["weight_decay"].hypers["weight_decay"].slider and STAGES["maximize"]
    assert {"weight_decay", "maximize"} <= set(OPTIMIZERS["momentum"].stages or ())
    assert "nesterov=True" in OPTIMIZERS["nesterov"].calls["torch"]  # a switch there, an entry of its own here


def test_torchs_sgd_starts_without_dampening():
    assert OPTIMIZERS["momentum"].hypers["dampening"].default == 0
    assert OPTIMIZERS["gd"].calls["torch"] == "torch.optim.SGD(params, lr={lr})"  # momentum 0: no buffer at all


def test_the_worked_example_with_gradients_of_5_is_not_what_torch_computes():
    """A gradient of 5, then a change of -2, then one of +3, momentum 0.9; the text has 5, 3 and 5.7."""

    def buffers(gradients):
        return -steps(OPTIMIZERS["momentum"], gradients, {"lr": 1.0, "momentum": 0.9})

    assert buffers([5, 3, 6]) == pytest.approx([5, 7.5, 12.75])  # changes of the gradient: 5, 5 - 2, 3 + 3
    assert buffers([5, -2, 3]) == pytest.approx([5, 2.5, 5.25])  # gradients themselves
    # 5.7 is 3 + 0.9 * 3: the old value kept whole and the new change weighed, the other way round
