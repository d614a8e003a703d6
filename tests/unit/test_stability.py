"""Every record that claims a limit of stability: just below it the steps on a parabola shrink, just above it they grow."""

import dataclasses

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, run, sweep
from optim_viz.spec import Stability, by_name
from surfaces import SURFACES

RECORDS = [record for entry in OPTIMIZERS.values() for record in entry.conventions]
CLAIMING = [record for record in RECORDS if record.stability]
SCALAR = [record for record in CLAIMING if not record.takes_surface]
SETTINGS = [(record, sample) for record in SCALAR for sample in ({}, *record.samples)]
FORMS = [(record, sample) for record, sample in SETTINGS if record.stability and record.stability.preconditioner]


def ids(pairs):
    return [f"{record.full_key} {dict(sample)}" for record, sample in pairs]


def growth(record, hypers, share, steps=4000, t=1_000_000):
    """By what a tiny theta has been multiplied after so many steps on a parabola of ``share`` times the limit.

    What the claim depends on (the size of past gradients, corrections of bias long gone) is held fast, as in its derivation;
    everything else that the rule keeps moves freely.
    """
    values, stability = record.check(hypers), record.stability
    fixed = {
        s.name: values["lr"] if s.initial == "lr" else float(not s.bookkeeping and s.name != "g_avg")
        for s in record.states
        if s.name in stability.names
    }
    state = {s.name: 0.0 for s in record.states} | fixed
    names = list(state)
    first = dict(zip(names, record.update(0.0, 0.0, t, *state.values(), *values.values())[1:], strict=True))
    limit = record.sharpness_limit(values, **fixed, t=t)
    divisor = by_name(stability.preconditioner, values | first | {"t": t}) if stability.preconditioner else 1.0
    curvature = share * float(limit * divisor)
    start = theta = 1e-120  # so small that its squares change nothing in what is held fast
    for _ in range(steps):
        theta, *after = record.update(theta, curvature * theta, t, *state.values(), *values.values())
        state = dict(zip(names, after, strict=True)) | fixed
        if abs(theta) > 1e6 * start:
            break
    return abs(theta) / start


@pytest.mark.parametrize("record, sample", SETTINGS, ids=ids(SETTINGS))
def test_just_below_the_limit_steps_shrink_and_just_above_they_grow(record, sample):
    assert growth(record, sample, 0.98) < 1e-3
    assert growth(record, sample, 1.02) > 1e3


@pytest.mark.parametrize("key", ["momentum", "nesterov@burn"])
@pytest.mark.parametrize("dampening", [0.1, 0.5, 0.9])
def test_dampening_moves_the_limit(key, dampening):
    name, _, variant = key.partition("@")
    record, hypers = OPTIMIZERS[name].as_in(variant), {"dampening": dampening}
    assert growth(record, hypers, 0.98) < 1e-3 and growth(record, hypers, 1.02) > 1e3
    assert record.sharpness_limit(record.check(hypers)) > record.sharpness_limit(record.check({"dampening": 0.0}))


@pytest.mark.parametrize("t", [5, 300])
def test_nadams_limit_moves_with_its_momentum(t):
    record = OPTIMIZERS["nadam"]
    assert growth(record, {}, 0.98, t=t) < 1e-3 and growth(record, {}, 1.02, t=t) > 1e3
    values = record.check({})
    assert record.sharpness_limit(values, t=t) < record.sharpness_limit(values, t=t + 100)


@pytest.mark.parametrize("record", [record for record in CLAIMING if record.takes_surface], ids=lambda record: record.full_key)
def test_a_vector_rule_keeps_to_its_limit_on_a_surface(record):
    surface = SURFACES["x_squared"]
    lr = float(record.sharpness_limit(record.check({"lr": 1.0}))) / surface.curvature
    ends = sweep(record, surface, starts=[[1.0], [1.0]], steps=2000, hypers={"lr": np.array([0.98, 1.02]) * lr}).loss
    assert ends[0] < 1e-6 and not ends[1] < 1e6


@pytest.mark.parametrize(
    "key, times",
    [
        ("gd", 2.0), ("momentum", 3.8), ("momentum@keras", 3.8), ("momentum_ema", 38.0), ("nesterov", 3.8 / 2.8),
        ("nesterov@keras", 3.8 / 2.8), ("nesterov_classical", 3.8 / 2.8), ("adam", 38.0), ("adam@keras", 38.0),
        ("rmsprop", 2.0), ("adagrad", 2.0), ("momentum@burn", 3.8 / 0.9),
    ],
)  # fmt: skip
def test_the_limits_of_the_literature_at_momentum_0_9(key, times):
    name, _, variant = key.partition("@")
    record = OPTIMIZERS[name].as_in(variant)
    assert record.sharpness_limit(record.check({"lr": 0.5})) == pytest.approx(times / 0.5, rel=1e-12)


def test_torchs_buffer_without_momentum_is_not_dampened():
    record = OPTIMIZERS["momentum"]
    assert record.sharpness_limit(record.check({"lr": 0.1, "momentum": 0.0, "dampening": 0.5})) == pytest.approx(20.0)


def test_without_a_learning_rate_every_curvature_is_stable():
    for record in CLAIMING:
        others = {s.name: 0.0 for s in record.states} | {"t": 1}
        assert record.sharpness_limit(record.check({"lr": 0.0}), **others) == np.inf


@pytest.mark.parametrize("record, sample", FORMS, ids=ids(FORMS))
def test_the_preconditioner_is_what_the_rule_divided_by(record, sample):
    """Each step of a run is -lr times its average, its buffer or its gradient, over the preconditioner."""
    found = run(record, "rosenbrock", steps=30, hypers=sample)
    values = {name: np.full(1, value) for name, value in found.hypers.items()}
    t = np.arange(31)[:, None]
    divisor = by_name(record.stability.preconditioner, values | found.memory | {"t": t})[1:]
    theta, lr = found.theta, values["lr"]
    decay = values.get("weight_decay", 0.0) * (1.0 if record.variant == "paper" else lr)
    moved = -(np.diff(theta, axis=0) + decay * theta[:-1]) / lr
    g = found.gradient[:-1]
    if record.key == "nadam":
        b1 = values["beta1"]
        psi = values.get("momentum_decay", 1.0)
        late = t[1:] + 1
        mu, ahead = (b1 * (1 - 0.5 * 0.96 ** (at * psi)) for at in (t[1:], late))
        if record.variant == "optax":
            mu = ahead = b1
            product = found.memory["beta1_power"][1:]
        else:
            product = found.memory["mu_product"][1:]
        pushed = ahead * found.state["m"][1:] * (1 - product) / (1 - product * ahead) + (1 - mu) * g
    elif "beta1" in values:
        pushed = found.state["m"][1:]
    elif "momentum" in values:
        b = found.state["b"] / (lr if record.variant in ("keras", "optax", "tinynn") else 1.0)
        moved = moved - values["momentum"] * b[:-1]
        pushed = g
    else:
        pushed = g
    np.testing.assert_allclose(moved * divisor, pushed, rtol=1e-6, atol=1e-9)


def test_a_limit_that_asks_for_what_the_record_has_not_is_refused():
    with pytest.raises(ValueError, match="gd: .*momentum.* is none of"):
        dataclasses.replace(OPTIMIZERS["gd"], stability=Stability(lambda lr, momentum: 2 / lr, "nowhere"))


def test_who_knows_no_limit_says_none():
    for key in ("signsgd", "lion", "rprop", "lbfgs", "sam", "adadelta"):
        assert OPTIMIZERS[key].sharpness_limit(OPTIMIZERS[key].check({})) is None
