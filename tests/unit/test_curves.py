"""The curves and arrows of a run, against closed forms and numpy.linalg."""

import math
from typing import Any

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, Schedule, run
from optim_viz.curves import CURVES
from tests.arrows import arrows
from tests.slide import SLIDE

RECORDS = [record for entry in OPTIMIZERS.values() for record in entry.conventions]
MOVING = [record for record in RECORDS if any(s.velocity for s in record.states)]


def arrows_at(found, step) -> Any:
    return arrows(found, step)


def of(key, found):
    return CURVES[key].of(found)


def limit(found):
    return of("sharpness_limit", found)


def test_descent_on_a_parabola():
    found = run("gd", "x_squared", start=10.0, steps=50, hypers={"lr": 0.1})
    x = 10 * 0.8 ** np.arange(51)
    np.testing.assert_allclose(of("above", found), x * x, rtol=1e-12)
    np.testing.assert_allclose(of("distance", found), x, rtol=1e-12)
    np.testing.assert_allclose(of("gradient", found), 2 * x, rtol=1e-12)
    assert np.isnan(of("effective", found)[0]).all() and np.isnan(of("rate", found)[0])
    np.testing.assert_allclose(of("effective", found)[1:], 0.1, rtol=1e-12)
    np.testing.assert_allclose(of("rate", found)[1:], 0.1, rtol=1e-12)
    np.testing.assert_allclose(of("sharpness", found), 2.0, rtol=1e-12)
    np.testing.assert_allclose(limit(found), 20.0, rtol=1e-12)


def test_a_schedule_moves_the_rate_of_the_step_that_led_here_and_the_limit_of_the_one_that_leaves():
    schedule = Schedule("step", step_size=10, gamma=0.5)
    found = run("momentum", "x_squared", steps=25, hypers={"lr": 0.1}, schedule=schedule)
    rates = 0.1 * 0.5 ** (np.arange(26) // 10)  # of steps 1, 2, 3 ...
    np.testing.assert_allclose(of("rate", found)[1:], rates[:25])
    np.testing.assert_allclose(limit(found), 3.8 / rates)
    late = run("momentum", "x_squared", steps=10, hypers={"lr": 0.1}, schedule=schedule, initial=(found, 15))
    for key in CURVES:
        np.testing.assert_array_equal(of(key, late)[1:], of(key, found)[16:], key)
    np.testing.assert_array_equal(limit(late), limit(found)[15:])


def test_distance_is_to_the_nearest_of_several_minima():
    found = run("momentum", "himmelblau", start=(0.3, 3.9), steps=100, hypers={"lr": 0.01})
    each = [np.linalg.norm(found.theta - m.theta, axis=1) for m in found.surface.minima]
    np.testing.assert_allclose(of("distance", found), np.min(each, axis=0), rtol=1e-12)
    assert len(set(np.argmin(each, axis=0))) > 1


def test_the_gradients_length():
    found = run("gd", "rosenbrock", steps=50)
    np.testing.assert_allclose(of("gradient", found), np.linalg.norm(found.gradient, axis=1), rtol=1e-12)


def test_loss_stands_above_the_minimum_where_there_is_one():
    found = run("gd", "saddle", steps=50, hypers={"lr": 0.05})
    np.testing.assert_allclose(of("above", found), found.loss + 0.5, rtol=1e-12)


def test_the_effective_rate_of_a_step_is_per_coordinate_and_missing_without_a_gradient():
    found = run("adam", "ravine", start=(1.0, 0.0), steps=5, hypers={"lr": 0.1})
    effective = of("effective", found)
    assert effective.shape == (6, 2) and np.isnan(effective[:, 1]).all()
    assert effective[1, 0] == pytest.approx(0.1, rel=1e-6)  # lr g / |g|, and g is 1
    swinging = of("effective", run("momentum", "x_squared", start=1.0, steps=60, hypers={"lr": 0.1}))
    assert np.nanmin(swinging) < 0  # uphill on momentum


@pytest.mark.parametrize("surface", ["ravine", "rosenbrock", "himmelblau", "double_well"])
def test_sharpness_is_the_largest_eigenvalue(surface):
    found = run("gd", surface, steps=30, hypers={"lr": 1e-4})
    expected = np.linalg.eigvalsh(found.surface.hessian(found.theta))[:, -1]
    np.testing.assert_allclose(of("sharpness", found), expected, rtol=1e-9)


def test_adams_sharpness_is_that_of_the_preconditioned_hessian():
    found = run("adam", "rosenbrock", steps=30, hypers={"lr": 0.05})
    t, v = np.arange(1, 31)[:, None], found.state["v"][1:]
    divisor = (1 - 0.9**t) * (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    hessian = found.surface.hessian(found.theta[1:])
    expected = np.linalg.eigvals(hessian / divisor[:, :, None]).real.max(axis=1)  # of P^-1 H, which is not symmetric
    sharpness = of("sharpness", found)
    assert np.isnan(sharpness[0])
    np.testing.assert_allclose(sharpness[1:], expected, rtol=1e-9)
    np.testing.assert_allclose(limit(found), 38 / 0.05)


def test_climbing_meets_the_surface_upside_down():
    found = run("gd", "ravine", steps=3, hypers={"lr": 1e-3}, maximize=True)
    expected = np.linalg.eigvalsh(-found.surface.hessian(found.theta))[:, -1]
    np.testing.assert_allclose(of("sharpness", found), expected)


@pytest.mark.parametrize("decay", ["l2", "decoupled", "direct"])
@pytest.mark.parametrize("key", ["gd", "momentum", "momentum_ema", "nesterov"])
def test_weight_decay_moves_the_edge_to_where_runs_begin_to_grow(key, decay):
    lr, strength = 0.5, 0.4
    around: Any = {"weight_decay": strength, "decay": decay}

    def at(condition):
        return run(
            key, "ravine", start=(0.0, 1.0), steps=1500, hypers={"lr": lr}, surface_params={"condition": condition}, **around
        )

    probe = at(10.0)
    room = limit(probe)[0] - (of("sharpness", probe)[0] - 10.0)  # for the surface's own curvature
    assert abs(at(0.99 * room).theta[-1, 1]) < 1e-3
    assert not abs(at(1.01 * room).theta[-1, 1]) < 1e3
    assert room < limit(run(key, "ravine", steps=1, hypers={"lr": lr}))[0]


def test_no_limit_is_claimed_where_none_is_known():
    for found in (run("signsgd", "ravine", steps=3), run("gd", "ravine", steps=3, lookahead=(5, 0.5))):
        assert np.isnan(limit(found)).all() and np.isfinite(of("sharpness", found)).all()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.full_key)
def test_every_record_has_every_curve_and_many_lanes_have_the_same_ones(record):
    lrs, supported = np.array([1e-3, 1e-2, 3e-2]), "schedule" in (record.stages or ())
    around: Any = {"schedule": Schedule("cosine", t_max=20)} if supported else {}
    many = run(record, "ravine", steps=20, hypers={"lr": lrs}, **around)
    for i, lr in enumerate(lrs):
        one = run(record, "ravine", steps=20, hypers={"lr": lr}, **around)
        for curve in CURVES.values():
            assert curve.of(one).shape == ((21, 2) if curve.each else (21,))
            np.testing.assert_allclose(curve.of(many)[i], curve.of(one), rtol=1e-12, err_msg=curve.key)


def test_a_run_that_leaves_the_finite_numbers_has_curves():
    found = run("gd", "rosenbrock", steps=50, hypers={"lr": 0.1})
    assert found.diverged_at < 20
    for curve in CURVES.values():
        assert np.isfinite(curve.of(found)[1 : found.diverged_at]).all(), curve.key
    assert np.isnan(of("sharpness", found)[-1])


# ------------------------------------------------------------------------------------------------------------------ arrows


def test_in_a_round_bowl_the_slope_points_at_the_minimum_and_in_a_ravine_it_does_not():
    assert arrows_at(run("gd", "bowl", steps=3), 1).angle == pytest.approx(0, abs=1e-6)
    found = arrows_at(run("gd", "ravine", start=(-1.8, 0.8), steps=3, surface_params={"condition": 50.0}), 0)
    down, target = np.array([1.8, -40.0]), np.array([1.8, -0.8])
    cosine = down @ target / np.linalg.norm(down) / np.linalg.norm(target)
    assert found.angle == pytest.approx(math.degrees(math.acos(cosine)))
    np.testing.assert_allclose(found.to_minimum, target)
    np.testing.assert_allclose(found.gradient, -down)


def test_the_arrows_of_a_step():
    found = run("momentum", "ravine", steps=10, hypers={"lr": 0.01})
    here = arrows_at(found, 4)
    np.testing.assert_array_equal(here.velocity, -found.state["b"][4])
    np.testing.assert_array_equal(here.update, found.theta[4] - found.theta[3])
    np.testing.assert_allclose(here.update, 0.01 * here.velocity, rtol=1e-9)
    np.testing.assert_allclose(here.effective, -here.update / found.gradient[3], rtol=1e-12)
    first = arrows_at(found, 0)
    assert first.update is None and first.effective is None and not first.velocity.any()
    assert arrows_at(run("gd", "ravine", steps=1), 1).velocity is None


@pytest.mark.parametrize("record", MOVING, ids=lambda record: record.full_key)
def test_on_a_steady_slope_everyone_moves_along_its_velocity(record):
    found = run(record, "bowl", start=(-1.6, 1.1), steps=4, hypers={"lr": 1e-3})
    here = arrows_at(found, 4)
    assert (here.velocity * here.update > 0).all()


def test_at_the_minimum_there_is_no_angle():
    assert arrows_at(run("gd", "bowl", start=(0.0, 0.0), steps=1), 1).angle is None


@pytest.mark.parametrize("step", [-1, 4])
def test_a_row_that_is_not_there_is_named(step):
    with pytest.raises(ValueError, match=f"row {step}"):
        arrows_at(run("gd", "bowl", steps=3), step)


def test_arrows_are_of_one_run():
    with pytest.raises(ValueError, match="one run"):
        arrows_at(run("gd", "bowl", steps=3, hypers={"lr": [0.1, 0.2]}), 1)


def test_a_surface_without_minimum_has_no_distance():
    found = run("gd", SLIDE, steps=3)
    assert np.isnan(of("distance", found)).all() and arrows_at(found, 1).to_minimum is None
    np.testing.assert_array_equal(of("above", found), found.loss)
