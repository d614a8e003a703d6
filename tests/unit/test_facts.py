"""Traps in the optimizers, with their figures: where two things of one name differ, and where the usual saying is wrong.

The figures were measured once with torch 2.13, Keras 3.15 and Optax 0.2.8, or follow from the formulas.
"""

import math
from typing import Any

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, Surface, run, sweep
from surfaces import SURFACES
from tests.drive import drive, steps

MOMENTUM, EMA, NESTEROV = OPTIMIZERS["momentum"], OPTIMIZERS["momentum_ema"], OPTIMIZERS["nesterov"]
ADAM, RMSPROP, LION = OPTIMIZERS["adam"], OPTIMIZERS["rmsprop"], OPTIMIZERS["lion"]


def value(x):
    return 0.0 * x


def gradient(x):
    return (0.0 * x,)


def hessian(x):
    return (0.0 * x,)


#: nothing pulls here but weight decay
FLAT = Surface(
    key="flat", name="flat", dim=1, value=value, gradient=gradient, hessian=hessian,
    domain=((-1.0, 1.0),), start=(1.0,), minima=(), curvature=1.0, levels="linear", teaches="", source="",
)  # fmt: skip


# ------------------------------------------------------------------------------------------------------- forms of momentum


def test_heavy_balls_of_torch_and_keras_part_when_the_learning_rate_changes():
    lrs = [0.1, 0.1, 0.1, 0.01]
    torch, keras = (steps(record, np.ones(4), lrs=lrs) for record in (MOMENTUM, MOMENTUM.as_in("keras")))
    np.testing.assert_allclose(torch[:3], keras[:3], rtol=1e-14)
    assert torch[3] == pytest.approx(-0.034, abs=5e-4)  # the new rate times the whole buffer
    assert keras[3] == pytest.approx(-0.254, abs=5e-4)  # the old rate is in the buffer


def test_an_average_moves_a_tenth_of_a_sum_and_a_tenfold_rate_makes_them_one():
    gradients = np.random.default_rng(1).normal(size=100)
    heavy, average = steps(MOMENTUM, gradients, {"lr": 0.1}), steps(EMA, gradients, {"lr": 0.1})
    np.testing.assert_allclose(heavy, 10 * average, rtol=1e-10)
    np.testing.assert_allclose(heavy, steps(EMA, gradients, {"lr": 1.0}), rtol=1e-10)


def test_dampening_as_large_as_momentum_is_an_average_that_starts_at_the_first_gradient():
    dampened = steps(MOMENTUM, np.ones(3), {"lr": 1.0, "dampening": 0.9})
    assert dampened == pytest.approx([-1, -1, -1])
    assert steps(EMA, np.ones(3), {"lr": 1.0}) == pytest.approx([-0.1, -0.19, -0.271])


# ---------------------------------------------------------------------------------------------------------------- Nesterov


@pytest.mark.parametrize("surface", ["rosenbrock", "ravine", "himmelblau", "saddle"])
def test_theta_of_the_libraries_nesterov_is_the_point_that_the_classical_one_looks_ahead_to(surface):
    hypers = {"lr": 5e-4, "momentum": 0.9}
    classical = run("nesterov_classical", surface, steps=300, hypers=hypers)
    library = run("nesterov", surface, steps=300, hypers=hypers)
    np.testing.assert_allclose(classical.theta + 0.9 * classical.state["v"], library.theta, rtol=0, atol=1e-13)
    assert np.abs(classical.theta - library.theta).max() > 1e-3


def test_the_first_step_of_nesterov_is_1_9_times_the_classical_one():
    classical, library = (
        run(key, "x_squared", start=1.5, steps=1, hypers={"lr": 0.1}) for key in ("nesterov_classical", "nesterov")
    )
    assert 1.5 - classical.theta[1, 0] == pytest.approx(0.1 * 3)
    assert 1.5 - library.theta[1, 0] == pytest.approx(1.9 * 0.1 * 3)


def test_nesterovs_of_torch_and_keras_part_when_the_learning_rate_changes():
    lrs = [0.1, 0.1, 0.1, 0.01]
    torch, keras = (steps(record, np.ones(4), lrs=lrs) for record in (NESTEROV, NESTEROV.as_in("keras")))
    np.testing.assert_allclose(torch[:3], keras[:3], rtol=1e-14)
    assert abs(torch[3] / keras[3]) < 0.2


# ------------------------------------------------------------------------------------------- the largest learning rate

#: times 1 / curvature
LIMITS: dict[str, Any] = {
    "gd": lambda b: 2,
    "momentum": lambda b: 2 * (1 + b),
    "momentum@keras": lambda b: 2 * (1 + b),
    "momentum_ema": lambda b: 2 * (1 + b) / (1 - b),
    "nesterov": lambda b: (2 + 2 * b) / (1 + 2 * b),
    "nesterov@keras": lambda b: (2 + 2 * b) / (1 + 2 * b),
    "nesterov_classical": lambda b: (2 + 2 * b) / (1 + 2 * b),
}


@pytest.mark.parametrize("surface", ["x_squared", "ravine"])
@pytest.mark.parametrize("momentum", [0.5, 0.9])
@pytest.mark.parametrize("key", LIMITS)
def test_just_below_its_limit_it_converges_and_just_above_it_flies_off(key, momentum, surface):
    name, _, variant = key.partition("@")
    place, record = SURFACES[surface], OPTIMIZERS[name].as_in(variant)
    hypers = {"momentum": momentum} if "momentum" in record.hypers else {}
    limit = LIMITS[key](momentum) / place.curvature
    ends = sweep(
        record, place, starts=[place.start] * 2, steps=1500, hypers=hypers | {"lr": np.array([0.99, 1.01]) * limit}
    ).loss
    assert ends[0] < 1e-20
    assert not ends[1] < 1e20


def test_the_limits_at_momentum_0_9():
    assert [round(LIMITS[key](0.9), 3) for key in ("momentum", "momentum_ema", "nesterov")] == [3.8, 38, 1.357]


# ------------------------------------------------------------------------------------------------------------- first steps


@pytest.mark.parametrize(
    "key, hypers, length",
    [
        ("gd", {}, 0.3), ("momentum", {}, 0.3), ("nesterov", {}, 0.57), ("adagrad", {}, 0.1),
        ("rmsprop", {}, 1.0), ("rmsprop", {"alpha": 0.9}, 0.316), ("rmsprop", {"centered": 1}, 1.005),
        ("adadelta", {"lr": 1.0}, 0.00316), ("adam", {}, 0.1), ("adamw", {}, 0.1), ("adamax", {}, 0.1),
        ("nadam", {}, 0.1056), ("radam", {}, 0.3),
    ],
)  # fmt: skip
def test_the_first_step_for_a_gradient_of_3_and_a_learning_rate_of_0_1(key, hypers, length):
    assert -steps(OPTIMIZERS[key], [3.0], {"lr": 0.1} | hypers)[0] == pytest.approx(length, rel=2e-3)


def test_rmsprop_corrects_no_bias_unless_optax_is_asked_to():
    optax = RMSPROP.as_in("optax")
    assert -steps(optax, [3.0], {"lr": 0.1})[0] == pytest.approx(0.316, rel=2e-3)
    assert -steps(optax, [3.0], {"lr": 0.1, "bias_correction": 1})[0] == pytest.approx(0.1)


def test_keras_has_epsilon_under_the_root_in_centered_rmsprop_too():
    # v - mean^2 + eps = 0.1 * 9 - (0.1 * 3)^2 + 0.19 = 1
    assert -steps(RMSPROP.as_in("keras"), [3.0], {"lr": 0.1, "centered": 1, "eps": 0.19})[0] == pytest.approx(0.3)


def test_radam_takes_five_steps_as_long_as_the_gradient_and_then_a_hundredth_of_it():
    found = steps(OPTIMIZERS["radam"], 3 * np.ones(6), {"lr": 0.1})
    assert found[:5] == pytest.approx([-0.3] * 5) and found[5] == pytest.approx(-0.0026, abs=5e-5)


@pytest.mark.parametrize("lr", [0.01, 0.1])
def test_radam_flies_off_on_rosenbrock_within_6_steps_where_adam_is_fine(lr):
    assert run("radam", "rosenbrock", start=(-2.0, 2.0), steps=10, hypers={"lr": lr}).diverged_at <= 6
    fine = run("adam", "rosenbrock", start=(-2.0, 2.0), steps=2000, hypers={"lr": lr})
    assert fine.diverged_at is None and fine.loss[-1] < fine.loss[0] / 50


@pytest.mark.parametrize("variant, length", [("", 0.0), ("optax", 0.5)])
def test_torch_adds_radams_epsilon_before_it_corrects_the_bias(variant, length):
    """Of two epsilons the root of v, 1 * sqrt(1 - 0.999^6) = 0.077, and the corrected one, 1: only then is half left."""
    record = OPTIMIZERS["radam"].as_in(variant)
    without, with_epsilon = (steps(record, np.ones(6), {"eps": eps})[5] for eps in (0.0, 1.0))
    root = math.sqrt(1 - 0.999**6)
    assert with_epsilon / without == pytest.approx(length or root / (root + 1))


def test_rho_is_above_4_first_at_step_5_and_above_5_first_at_step_6():
    rho = [1999 - 2 * t * 0.999**t / (1 - 0.999**t) for t in range(1, 8)]
    assert [sum(r <= bound for r in rho) for bound in (4, 5)] == [4, 5]


# ----------------------------------------------------------------------------------------------------------------- epsilon


@pytest.mark.parametrize(
    "key, variant, length",
    [
        ("adam", "", 0.05), ("adam", "optax", 0.05), ("adam", "keras", 0.000315),
        ("rmsprop", "", 0.0909), ("rmsprop", "keras", 3.2e-6), ("rmsprop", "optax", 1.0e-5),
    ],
)  # fmt: skip
def test_the_first_step_for_a_gradient_of_1e_minus_8(key, variant, length):
    assert -steps(OPTIMIZERS[key].as_in(variant), [1e-8], {"lr": 0.1})[0] == pytest.approx(length, rel=2e-2)


def test_the_epsilon_of_keras_acts_31_6_times_as_strong_at_the_first_step():
    keras = steps(ADAM.as_in("keras"), [3.0], {"eps": 1e-3})
    np.testing.assert_allclose(keras, steps(ADAM, [3.0], {"eps": 31.6228e-3}), rtol=1e-6)


@pytest.mark.parametrize(
    "key, variant, inside",
    [
        ("rmsprop", "", False), ("rmsprop", "keras", True), ("rmsprop", "optax", True), ("rmsprop", "tinynn", True),
        ("adagrad", "", False), ("adagrad", "keras", True), ("adagrad", "optax", True), ("adagrad", "tinynn", True),
        ("adagrad", "handwritten", False), ("rmsprop", "handwritten", False),
        ("adam", "", False), ("adam", "formula", True),
    ],
)  # fmt: skip
def test_epsilon_is_inside_or_outside_the_root(key, variant, inside):
    # of 3 and 7 the root of 9 + 7 makes 3/4, and 3 + 7 makes 3/10
    record = OPTIMIZERS[key].as_in(variant)
    memory = {"alpha": 0.0, "beta2": 0.0, "initial_accumulator_value": 0.0}
    hypers = {"lr": 1.0, "eps": 7.0} | {name: x for name, x in memory.items() if name in record.hypers}
    assert -steps(record, [3.0], hypers)[0] == pytest.approx(0.75 if inside else 0.3)


@pytest.mark.parametrize("record", list(OPTIMIZERS["adadelta"].conventions), ids=lambda record: record.full_key)
def test_adadelta_has_epsilon_inside_both_roots(record):
    assert -steps(record, [3.0], {"lr": 1.0, "eps": 7.0, "rho": 0.0})[0] == pytest.approx(math.sqrt(7) / 4 * 3)


# ---------------------------------------------------------------------------------------------------------------- defaults


@pytest.mark.parametrize(
    "key, variant, defaults",
    [
        ("gd", "", {"lr": 1e-3}), ("gd", "keras", {"lr": 0.01}), ("gd", "tinynn", {"lr": 0.01}),
        ("rmsprop", "", {"lr": 0.01, "alpha": 0.99, "eps": 1e-8}),
        ("rmsprop", "keras", {"lr": 1e-3, "alpha": 0.9, "eps": 1e-7}),
        ("rmsprop", "optax", {"alpha": 0.9, "eps": 1e-8}), ("rmsprop", "tinynn", {"lr": 0.01, "alpha": 0.99, "eps": 1e-8}),
        ("adagrad", "", {"lr": 0.01, "initial_accumulator_value": 0, "eps": 1e-10}),
        ("adagrad", "keras", {"lr": 1e-3, "initial_accumulator_value": 0.1, "eps": 1e-7}),
        ("adagrad", "optax", {"initial_accumulator_value": 0.1, "eps": 1e-7}),
        ("adadelta", "", {"lr": 1, "rho": 0.9, "eps": 1e-6}), ("adadelta", "keras", {"lr": 1e-3, "rho": 0.95, "eps": 1e-7}),
        ("adadelta", "tinynn", {"lr": 1, "rho": 0.9, "eps": 1e-8}),
        ("adam", "", {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}), ("adam", "keras", {"lr": 1e-3, "eps": 1e-7}),
        ("adam", "optax", {"eps": 1e-8, "eps_root": 0}),
        ("adam", "tinynn", {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
        ("adamw", "", {"lr": 1e-3, "weight_decay": 0.01}), ("adamw", "keras", {"weight_decay": 0.004}),
        ("adamw", "optax", {"weight_decay": 1e-4}),
        ("nadam", "", {"lr": 2e-3, "momentum_decay": 0.004}), ("nadam", "keras", {"lr": 1e-3}),
        ("lion", "", {"beta1": 0.9, "beta2": 0.99}), ("lion", "keras", {"beta1": 0.9, "beta2": 0.99}),
        ("lion", "optax", {"beta1": 0.9, "beta2": 0.99, "weight_decay": 1e-3}),
        ("momentum", "", {"dampening": 0}), ("momentum", "burn", {"momentum": 0.9, "dampening": 0.1}),
        ("nesterov", "burn", {"momentum": 0.9, "dampening": 0.1}),
    ],
)  # fmt: skip
def test_defaults_are_those_of_the_source(key, variant, defaults):
    record = OPTIMIZERS[key].as_in(variant)
    assert {name: record.hypers[name].default for name in defaults} == defaults


def test_adadelta_by_keras_default_hardly_moves():
    entry = OPTIMIZERS["adadelta"]
    torch, keras = (-drive(record, 3 * np.ones(5))[-1] for record in (entry, entry.as_in("keras")))
    assert torch == pytest.approx(1.6e-2, rel=0.05) and keras == pytest.approx(7e-6, rel=0.05)


# ------------------------------------------------------------------------------------------------------------ weight decay


def decaying(key, start=1.0, steps=3, variant=None, weight_decay=0.1, **hypers):
    found = run(key, FLAT, start=start, steps=steps, hypers={"lr": 0.1} | hypers, variant=variant, weight_decay=weight_decay)
    return found.theta[1:, 0]


def test_with_momentum_l2_and_decoupled_decay_are_two_things():
    assert decaying("momentum") == pytest.approx([0.99, 0.9711, 0.9444], abs=5e-5)
    assert decaying("momentum", variant="keras") == pytest.approx([0.99, 0.9801, 0.9703], abs=5e-5)


def test_without_momentum_they_are_one():
    np.testing.assert_allclose(decaying("gd"), decaying("gd", variant="keras"), rtol=1e-14)


def test_keras_decouples_the_decay_of_every_optimizer():
    records = [record for entry in OPTIMIZERS.values() for record in entry.conventions if record.variant == "keras"]
    assert len(records) >= 10
    for record in records:
        assert record.decay == "decoupled" or "weight_decay" in record.hypers, record.full_key


def test_adams_l2_pulls_large_and_small_weights_alike_and_adamw_does_not():
    for start in (1.0, 10.0):
        assert start - decaying("adam", start, steps=1)[0] == pytest.approx(0.1, rel=1e-6)
        adamw = run("adamw", FLAT, start=start, steps=1, hypers={"lr": 0.1, "weight_decay": 0.1}).theta[1, 0]
        assert start - adamw == pytest.approx(0.01 * start)


def test_the_paper_of_adamw_does_not_multiply_its_decay_by_the_learning_rate():
    for lr in (1e-3, 0.1):
        hypers = {"lr": lr, "weight_decay": 0.1}
        paper, libraries = (
            run("adamw", FLAT, steps=1, hypers=hypers, variant=variant).theta[1, 0] for variant in ("paper", None)
        )
        assert 1 - paper == pytest.approx(0.1) and 1 - libraries == pytest.approx(0.1 * lr)


# --------------------------------------------------------------------------------------------------- how long Adam's steps are


def test_adams_steps_are_as_long_as_the_learning_rate_while_gradients_are_steady():
    for size in (1e-3, 1.0, 1e3):
        np.testing.assert_allclose(steps(ADAM, size * np.ones(500), {"lr": 0.1}), -0.1, rtol=2e-5)


def test_after_a_silence_one_step_of_adam_is_three_learning_rates_long():
    bound = (1 - 0.9) / math.sqrt(1 - 0.999)
    assert bound == pytest.approx(3.16, abs=5e-3)
    assert -steps(ADAM, [*np.zeros(5000), 1.0], {"lr": 1.0})[-1] == pytest.approx(3.15, abs=5e-3)


@pytest.mark.parametrize("lr", [1e-3, 0.01, 0.1])
def test_under_noise_adam_hovers_at_a_distance_that_goes_with_the_root_of_its_learning_rate(lr):
    path = run("adam", "x_squared", start=1.0, steps=40_000, hypers={"lr": lr}, noise=1.0).theta[2_000:, 0]
    # of plain descent with rate lr / spread: sqrt(rate * spread^2 / (2 * curvature))
    assert np.sqrt((path**2).mean()) == pytest.approx(math.sqrt(lr / 4), rel=0.1)


def test_without_noise_adam_settles_at_first_and_comes_back_to_the_scale_of_its_learning_rate_much_later():
    """v is forgotten, the divisor shrinks to epsilon, and the least rest of a gradient grows again."""
    path = np.abs(run("adam", "x_squared", start=1.0, steps=60_000, hypers={"lr": 0.01}).theta[:, 0])
    assert path[4000:5001].max() < 1e-20
    assert 0.01 / 10 < path[30_000:].max() < 0.01


# ------------------------------------------------------------------------------------------------------------- coordinates


def descent(key, hypers, degrees):
    """From (1, 1) in the ravine's own coordinates, however it is turned."""
    surface = SURFACES["ravine"].at(condition=100.0, rotation=degrees)
    turn = math.radians(degrees)
    corners = [(math.cos(turn) - s * math.sin(turn), math.sin(turn) + s * math.cos(turn)) for s in (1, -1)]
    start = next(corner for corner in corners if surface.value(corner) == pytest.approx(50.5))
    return run(key, surface, start=start, steps=500, hypers=hypers)


def arrival(key, hypers, degrees):
    """Steps to 1e-4 of the loss at the start."""
    loss = descent(key, hypers, degrees).loss
    assert loss.min() <= 1e-4 * loss[0]
    return int(np.argmax(loss <= 1e-4 * loss[0]))


@pytest.mark.parametrize(
    "key, lr, straight, turned",
    [("gd", 0.018, 127, 127), ("adagrad", 0.5, 8, 342), ("adam", 0.05, 24, 480)],
)
def test_a_turn_of_the_coordinates_matters_to_those_that_divide_by_coordinate(key, lr, straight, turned):
    assert [arrival(key, {"lr": lr}, degrees) for degrees in (0.0, 45.0)] == [straight, turned]


@pytest.mark.parametrize("key", ["gd", "momentum", "nesterov", "nesterov_classical", "momentum_ema", "newton", "sam"])
def test_a_turn_of_the_coordinates_does_not_matter_to_the_others(key):
    straight, turned = (descent(key, {"lr": 0.01}, degrees).loss[:100] for degrees in (0.0, 45.0))
    np.testing.assert_allclose(straight, turned, rtol=1e-6)
    assert straight[-1] < straight[0] / 5


@pytest.mark.parametrize("key", ["gd", "momentum", "adam", "rmsprop"])
def test_from_exactly_the_ridge_of_the_saddle_nobody_leaves_it(key):
    ridge = run(key, "saddle", start=(-1.5, 0.0), steps=1000, hypers={"lr": 0.02})
    assert (ridge.theta[:, 1] == 0).all() and (ridge.loss > -1e-9).all() and abs(ridge.theta[-1, 0]) < 0.05
    beside = run(key, "saddle", start=(-1.5, 0.001), steps=1000, hypers={"lr": 0.02})
    assert beside.loss[-1] < -0.4


# ------------------------------------------------------------------------------------------------------------------- units


@pytest.mark.parametrize("key", ["adagrad", "rmsprop", "adam", "adamw", "adamax", "nadam", "amsgrad"])
def test_steps_have_the_unit_of_the_learning_rate_whatever_that_of_the_gradient(key):
    gradients = np.random.default_rng(2).normal(size=50)
    metres, millimetres = (steps(OPTIMIZERS[key], scale * gradients, {"lr": 0.1, "eps": 0.0}) for scale in (1.0, 1000.0))
    np.testing.assert_allclose(metres, millimetres, rtol=1e-9)
    np.testing.assert_allclose(steps(OPTIMIZERS["gd"], gradients), steps(OPTIMIZERS["gd"], 1000 * gradients) / 1000, rtol=1e-9)


def test_the_epsilon_of_adadelta_is_its_first_learning_rate():
    first = [-steps(OPTIMIZERS["adadelta"], [3.0], {"eps": eps})[0] for eps in (1e-6, 1e-4)]
    assert first == pytest.approx([math.sqrt(1e-6 / 0.1), math.sqrt(1e-4 / 0.1)], rel=1e-3)
    long_run = [-drive(OPTIMIZERS["adadelta"], 3 * np.ones(100), {"eps": eps})[-1] for eps in (1e-6, 1e-4)]
    assert long_run[1] / long_run[0] > 8


# ------------------------------------------------------------------------------------------------------- Lion, and Adam again


def test_every_step_of_lion_is_as_long_as_the_learning_rate():
    gradients = np.random.default_rng(3).normal(size=200) * np.logspace(-3, 3, 200)
    np.testing.assert_allclose(np.abs(steps(LION, gradients, {"lr": 0.1})), 0.1, rtol=1e-11)


def test_lion_takes_its_sign_from_one_average_and_remembers_another():
    def once(beta1, beta2):
        return LION.update(0.0, -1.0, 2, 0.5, 0.1, beta1, beta2, 0.0)

    # 0.9 * 0.5 - 0.1 > 0 > 0.5 * 0.5 - 0.5: beta1 alone decides where it goes, beta2 alone what it keeps
    assert once(0.9, 0.99) == pytest.approx((-0.1, 0.99 * 0.5 - 0.01))
    assert once(0.5, 0.99) == pytest.approx((0.1, 0.99 * 0.5 - 0.01))
    assert once(0.9, 0.5) == pytest.approx((-0.1, 0.5 * 0.5 - 0.5))


def test_adam_is_not_rmsprop_with_momentum():
    """torch's RMSprop adds up what is divided already; Adam divides an average, and corrects it."""
    hypers = {"lr": 0.1, "alpha": 0.999, "momentum": 0.9}
    steady = np.ones(20_000)
    assert steps(RMSPROP, steady, hypers)[-1] == pytest.approx(-1.0, rel=1e-3)  # ten learning rates
    assert steps(ADAM, steady, {"lr": 0.1})[-1] == pytest.approx(-0.1, rel=1e-3)
    gradients = [10.0, *np.ones(30)]
    divided = [g / (math.sqrt(v) + 1e-8) for g, v in zip(gradients, squares(gradients), strict=True)]
    expected = [-0.1 * sum(0.9 ** (t - i) * divided[i] for i in range(t + 1)) for t in range(len(gradients))]
    np.testing.assert_allclose(steps(RMSPROP, gradients, hypers), expected, rtol=1e-10)
    ratio = steps(RMSPROP, gradients, hypers) / steps(ADAM, gradients, {"lr": 0.1})
    assert ratio.max() / ratio.min() > 2  # so no learning rate makes them one


def squares(gradients):
    v, kept = 0.0, []
    for g in gradients:
        v = 0.999 * v + 0.001 * g * g
        kept.append(v)
    return kept
