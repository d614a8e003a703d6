"""``run`` and ``sweep``: shapes, the numbers that IEEE arithmetic and closed forms demand, divergence, threads."""

import dataclasses
import doctest
import math
import threading
from types import FunctionType, SimpleNamespace

import numpy as np
import pytest

import optim_viz
from optim_viz import OPTIMIZERS, Surface, engine, errors, run, sweep
from optim_viz.rules import OFFERED
from surfaces import SURFACES

CONVENTIONS = [convention for entry in OPTIMIZERS.values() for convention in entry.conventions]


ALL = tuple(SURFACES.values())


def pairs(optimizers, surfaces=ALL, each=5):
    """Every optimizer with some surfaces, the next one with the next surfaces, so that every surface has its turn."""
    stride = -(-len(surfaces) // each)
    chosen = [[surfaces[(i + j * stride) % len(surfaces)] for j in range(each)] for i in range(len(optimizers))]
    assert {s for some in chosen for s in some} == set(surfaces)
    return [pytest.param(o, s, id=f"{o.full_key}-{s.key}") for o, some in zip(optimizers, chosen, strict=True) for s in some]


PAIRS = pairs(list(OPTIMIZERS.values()))
CONVENTION_PAIRS = pairs(CONVENTIONS)
#: those without waves: far out, the last digit of x decides the sine of it
WAVELESS = tuple(
    s for s in SURFACES.values() if not {"sin", "cos"} & set(s.formula.__code__.co_names + s.slope.__code__.co_names)
)

#: math's functions as a kernel has them: numpy's, which answer with nan and inf where math raises
IEEE = SimpleNamespace(**{name: getattr(np, name, None) or getattr(math, name) for name in dir(math)})


def ieee(function):
    """The same code on numpy's float64, which never raises; its helpers, too."""
    used = {name: function.__globals__.get(name) for name in function.__code__.co_names}
    helpers = {name: ieee(f) for name, f in used.items() if isinstance(f, FunctionType) and f not in OFFERED}
    return FunctionType(function.__code__, {**function.__globals__, "math": IEEE, **helpers}, argdefs=function.__defaults__)


class Counting:
    """A surface for a vector rule in plain Python; ``spent`` is how often it was evaluated."""

    def __init__(self, surface):
        self.surface, self.spent = surface, 0

    def evaluate(self, theta):
        self.spent += 1
        return self.surface.evaluate(theta)

    def hessian(self, theta):
        return self.surface.hessian(theta)


def stays(result):
    """The steps from which on each run of a sweep stays, as a list."""
    return result.stays_from.tolist()


def arrivals(result):
    """The steps to tolerance of a sweep, as a list."""
    return result.steps_to_tolerance.tolist()


def initial(one, theta, values):
    """A state before the first step: (D,), or (size, D)."""
    known = {"theta": theta, **values}
    value = known[one.initial] if isinstance(one.initial, str) else one.initial
    return np.full((one.size, len(theta)) if one.size > 1 else len(theta), value, dtype=np.float64)


def naive(optimizer, surface, start, steps, hypers):
    """The slow, obvious run: a table with theta, loss, gradient, evaluations and each state, a row a step."""
    update, formula, slope = ieee(optimizer.update), ieee(surface.formula), ieee(surface.slope)
    coefficients = [np.float64(c) for c in surface.coefficients]
    values = {name: np.float64(value) for name, value in optimizer.check(hypers).items()}
    theta = np.array(start, dtype=np.float64)
    state = [initial(one, theta, values) for one in optimizer.states]
    counting, own = Counting(surface), 0
    rows: list[dict] = []
    with np.errstate(all="ignore"):
        for t in range(steps + 1):
            if t > 0:
                own += optimizer.takes_gradient
                g = [rows[-1]["gradient"]] if optimizer.takes_gradient else []
                if optimizer.takes_surface:
                    copies = [one.copy() for one in (*g, *state)]
                    g, mine = copies[: len(g)], copies[len(g) :]
                    theta, *state = update(theta.copy(), *g, t, counting, *mine, *values.values())
                else:
                    each = zip(theta, *g, *state, strict=True)
                    columns = [update(x, gx, t, *mine, *values.values()) for x, gx, *mine in each]
                    theta, *state = (np.array(row) for row in zip(*columns, strict=True))
            loss, gradient = formula(*theta, *coefficients), np.array(slope(*theta, *coefficients))
            row = dict(theta=theta, loss=loss, gradient=gradient, evaluations=own + counting.spent)
            rows.append(row | {one.name: kept.copy() for one, kept in zip(optimizer.states, state, strict=True)})
    return {name: np.array([row[name] for row in rows], dtype=np.float64) for name in rows[0]}


def equal(a, b):
    """Bit for bit, except that one nan is as good as another."""
    np.testing.assert_array_equal(a, b, strict=True)


def random_starts(surface, lanes, seed=0):
    lo, hi = np.array(surface.domain).T
    return np.random.default_rng(seed).uniform(lo, hi, (lanes, surface.dim))


def random_hypers(optimizer, lanes, seed=0):
    """Each hyperparameter drawn from its slider for each lane; switches are on or off."""
    rng, values = np.random.default_rng(seed), {}
    for name, hyper in optimizer.hypers.items():
        if hyper.slider is None:
            values[name] = rng.integers(0, 2, lanes).astype(float)
        else:
            lo, hi = np.log(hyper.slider) if hyper.log else hyper.slider
            drawn = rng.uniform(lo, hi, lanes)
            values[name] = np.clip(np.exp(drawn), *hyper.slider) if hyper.log else drawn
            if hyper.kind == "integer":
                values[name] = np.round(values[name])
    return values


def at_once(threads, work):
    """What ``work(i)`` returns for each of the threads, which all begin at the same moment."""
    results, barrier = [None] * threads, threading.Barrier(threads)

    def one(i):
        barrier.wait()
        results[i] = work(i)

    started = [threading.Thread(target=one, args=(i,)) for i in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    return results


# shapes


@pytest.mark.parametrize("optimizer, surface", PAIRS)
def test_a_run_has_a_row_for_the_start_and_one_for_each_step(optimizer, surface):
    r = run(optimizer.key, surface.key, steps=7)
    assert r.theta.shape == r.gradient.shape == (8, surface.dim)
    assert r.loss.shape == r.evaluations.shape == (8,)
    assert {r.theta.dtype, r.gradient.dtype, r.loss.dtype} == {np.dtype(np.float64)}
    assert (r.optimizer, r.surface, r.hypers) == (optimizer, surface, optimizer.check({}))
    finite = np.isfinite(np.column_stack([r.theta, r.loss, r.gradient])).all(axis=1)
    assert r.diverged_at == (None if finite.all() else int(np.argmin(finite)))


@pytest.mark.parametrize("optimizer, surface", PAIRS)
def test_row_0_of_a_run_is_the_start(optimizer, surface):
    (point,) = random_starts(surface, 1)
    for start, expected in ((None, surface.start), (point, point), (point.tolist(), point), (tuple(point), point)):
        r = run(optimizer, surface, start=start, steps=1)
        equal(r.theta[0], np.array(expected))
        equal(r.loss[0], np.float64(surface.formula(*expected, *surface.coefficients)))
        equal(r.gradient[0], np.array(surface.slope(*expected, *surface.coefficients)))


@pytest.mark.parametrize("optimizer, surface", PAIRS)
def test_a_run_shows_the_states_that_are_not_bookkeeping(optimizer, surface):
    r = run(optimizer, surface, steps=3)
    assert list(r.state) == [one.name for one in optimizer.states if not one.bookkeeping]
    for one in optimizer.states:
        if not one.bookkeeping:
            assert r.state[one.name].shape == ((4, surface.dim) if one.size == 1 else (4, one.size, surface.dim))
            equal(r.state[one.name][0], initial(one, np.array(surface.start), r.hypers))


def test_the_powers_of_beta_that_adam_keeps_are_bookkeeping():
    assert list(run("adam", "rosenbrock", steps=1).state) == ["m", "v"]


@pytest.mark.parametrize("optimizer", CONVENTIONS, ids=lambda optimizer: optimizer.full_key)
def test_a_step_of_a_scalar_rule_uses_one_gradient_and_a_vector_rule_counts_its_own(optimizer):
    per_step = {"sam": 2, "newton": 1, "nesterov_classical": 1}
    spent = run(optimizer, "rosenbrock", steps=4).evaluations.tolist()
    if optimizer.key == "lbfgs":  # a line search takes as many as it needs
        assert spent[0] == 0 and all(2 <= more <= 27 for more in np.diff(spent))
    else:
        assert optimizer.key in per_step or not optimizer.takes_surface
        assert spent == [t * per_step.get(optimizer.key, 1) for t in range(5)]


@pytest.mark.parametrize("start", [3, 3.0, np.float64(3), np.int32(3), np.array(3.0), (3,), [3.0], np.array([3])], ids=repr)
def test_one_dimension_accepts_a_plain_number_as_start(start):
    equal(run("gd", "x_squared", start=start, steps=2).theta, run("gd", "x_squared", start=(3.0,), steps=2).theta)


@pytest.mark.parametrize("steps", [5, 5.0, np.int64(5), np.float64(5)], ids=repr)
def test_a_whole_number_of_any_type_counts_steps(steps):
    assert len(run("gd", "x_squared", steps=steps).theta) == 6


def test_a_run_of_100_000_steps_is_accepted():
    assert len(run("adam", "rosenbrock", steps=100_000).theta) == 100_001


@pytest.mark.parametrize("optimizer, surface", PAIRS)
def test_a_sweep_has_an_entry_for_each_lane(optimizer, surface):
    s = sweep(optimizer.key, surface.key, starts=random_starts(surface, 5), steps=3)
    assert (s.theta.shape, s.theta.dtype) == ((5, surface.dim), np.float64)
    assert (s.loss.shape, s.loss.dtype) == ((5,), np.float64)
    assert (s.diverged.shape, s.diverged.dtype) == ((5,), np.bool_)
    assert s.steps_to_tolerance is None and s.stays_from is None


def test_a_touch_is_no_arrival_and_falling_past_a_listed_minimum_neither():
    """The heavy ball rolls out of the tolerance again; McCormick's sheet falls for ever beyond the domain."""
    s = sweep("momentum", "ravine", starts=[(-1.8, 0.8)] * 3, hypers={"lr": [0.01, 0.0001, 0.1]}, tolerance=1e-3, steps=300)
    assert arrivals(s) == [57, -1, -1] and stays(s) == [90, -1, -1]
    found = run("momentum", "mccormick", hypers={"lr": 0.1}, steps=50)
    past = sweep("momentum", "mccormick", starts=[found.theta[0]], hypers={"lr": 0.1}, tolerance=1e-3, steps=50)
    assert arrivals(past) != [-1] and stays(past) == [-1] and past.loss[0] < found.surface.minima[0].value - 1


def test_with_a_tolerance_a_sweep_has_a_whole_number_of_steps_for_each_lane():
    s = sweep("gd", "rosenbrock", starts=random_starts(SURFACES["rosenbrock"], 5), steps=3, tolerance=1.0)
    assert len(arrivals(s)) == 5 and all(type(steps) is int for steps in arrivals(s))


def test_keys_and_records_mean_the_same():
    by_key = run("momentum", "ravine", steps=20, surface_params={"condition": 7.0})
    by_record = run(OPTIMIZERS["momentum"], SURFACES["ravine"].at(condition=7.0), steps=20)
    on_top = run("momentum", SURFACES["ravine"].at(condition=9.0), steps=20, surface_params={"condition": 7.0})
    equal(by_key.record, by_record.record)
    equal(by_key.record, on_top.record)
    assert by_key.surface.values["condition"] == 7.0


def test_results_are_read_only():
    r = run("adam", "rosenbrock", steps=3)
    s = sweep("adam", "rosenbrock", starts=[(0.0, 0.0)], steps=3, tolerance=1.0)
    for array in (r.theta, r.loss, r.gradient, *r.state.values(), *vars(s).values()):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    for result, field in ((r, "record"), (s, "theta")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(result, field, None)


def test_what_goes_in_is_not_changed():
    start, starts, rates = np.array([0.5, 0.5]), random_starts(SURFACES["rosenbrock"], 4), np.full(4, 1e-3)
    hypers = {"lr": rates}
    before = [array.copy() for array in (start, starts, rates)]
    run("adam", "rosenbrock", start=start, steps=3, hypers={"lr": 0.1})
    sweep("adam", "rosenbrock", starts=starts, steps=3, hypers=hypers)
    for array, copy in zip((start, starts, rates), before, strict=True):
        equal(array, copy)
    assert list(hypers) == ["lr"]


# the numbers


@pytest.mark.parametrize("optimizer, surface", CONVENTION_PAIRS)
def test_a_run_is_its_rule_applied_step_by_step(optimizer, surface):
    for hypers in ({}, *optimizer.samples):
        r = run(optimizer, surface, steps=60, hypers=hypers)
        expected = naive(optimizer, surface, surface.start, 60, hypers)
        for name in ("theta", "loss", "gradient"):
            np.testing.assert_allclose(getattr(r, name), expected[name], rtol=1e-12, atol=1e-12)
        for name in r.state:
            np.testing.assert_allclose(r.state[name], expected[name], rtol=1e-12, atol=1e-12)
        equal(r.evaluations, expected["evaluations"])


@pytest.mark.parametrize("optimizer, surface", CONVENTION_PAIRS)
def test_a_sweep_equals_a_run_lane_by_lane(optimizer, surface):
    lanes, steps = (engine.BLOCK + 5, 3) if optimizer.takes_surface else (2 * engine.BLOCK + 276, 40)
    starts, hypers = random_starts(surface, lanes), random_hypers(optimizer, lanes)
    tolerance = None
    if surface.minima:  # else there is nothing to arrive at
        starts[7] = surface.minima[0].theta
        tolerance = float(np.median(surface.value(starts) - surface.minimum) / 4)
    s = sweep(optimizer, surface, starts=starts, steps=steps, hypers=hypers, tolerance=tolerance)
    many = run(optimizer, surface, start=starts, steps=steps, hypers=hypers)
    equal(s.theta, many.theta[:, -1])
    equal(s.loss, many.loss[:, -1])
    equal(s.diverged, many.diverged_at >= 0)
    for i in (*range(0, lanes, 29), engine.BLOCK - 1, engine.BLOCK, lanes - 1):
        r = run(optimizer, surface, start=starts[i], steps=steps, hypers={name: hypers[name][i] for name in hypers})
        equal(s.theta[i], r.theta[-1])
        equal(s.loss[i], r.loss[-1])
        assert s.diverged[i] == (r.diverged_at is not None)
    if surface.minima:
        within = many.loss - surface.minimum <= tolerance
        first = np.where(within.any(axis=1), np.argmax(within, axis=1), -1).tolist()
        assert arrivals(s) == first
        assert first[7] == 0 and -1 in first  # some are there from the beginning, some never
        assert max(first) > 0 or optimizer.key == "newton"  # and some on the way; Newton may go to peaks


@pytest.mark.parametrize("lanes", [1, 2, 7, engine.BLOCK - 1, engine.BLOCK, engine.BLOCK + 1])
def test_a_lane_does_not_depend_on_its_neighbours(lanes):
    starts, rates = random_starts(SURFACES["rosenbrock"], 1300), np.geomspace(1e-5, 1e-1, 1300)
    all_lanes = sweep("momentum", "rosenbrock", starts=starts, steps=50, hypers={"lr": rates})
    some = sweep("momentum", "rosenbrock", starts=starts[-lanes:], steps=50, hypers={"lr": rates[-lanes:]})
    equal(some.theta, all_lanes.theta[-lanes:])
    equal(some.diverged, all_lanes.diverged[-lanes:])
    assert all_lanes.diverged.any() and not all_lanes.diverged.all()


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=list(OPTIMIZERS))
def test_a_hyper_once_for_all_lanes_is_that_hyper_in_each(optimizer):
    starts = random_starts(SURFACES["himmelblau"], 20)
    for hypers in ({}, *optimizer.samples):
        many = {name: np.full(20, value) for name, value in optimizer.check(hypers).items()}
        once = sweep(optimizer, SURFACES["himmelblau"], starts=starts, steps=30, hypers=hypers)
        each = sweep(optimizer, SURFACES["himmelblau"], starts=starts, steps=30, hypers=many)
        equal(once.theta, each.theta)


def test_a_switch_may_be_set_for_each_lane_by_truth_values_or_numbers():
    starts, switch = np.full((4, 2), 0.5), [True, False, False, True]
    by_truth = sweep("rmsprop", "rosenbrock", starts=starts, steps=5, hypers={"centered": switch})
    for given in (np.array(switch), [1, 0, 0, 1], [1.0, 0.0, 0.0, 1.0]):
        equal(sweep("rmsprop", "rosenbrock", starts=starts, steps=5, hypers={"centered": given}).theta, by_truth.theta)
    assert (by_truth.theta[0] != by_truth.theta[1]).all()


def test_a_map_of_65_536_starts_is_accepted():
    x, y = np.meshgrid(np.linspace(-5, 5, 256), np.linspace(-5, 5, 256))
    starts = np.stack([x.ravel(), y.ravel()], axis=1)
    s = sweep("gd", "himmelblau", starts=starts, steps=20, hypers={"lr": 0.005})
    assert s.theta.shape == (65_536, 2)
    for i in (0, 255, 30_000, 65_535):
        equal(s.theta[i], run("gd", "himmelblau", start=starts[i], steps=20, hypers={"lr": 0.005}).theta[-1])


def test_the_largest_sweep_is_accepted():
    starts = np.full((engine.MAX_LANES, 1), 10.0)
    s = sweep("gd", "x_squared", starts=starts, steps=2, hypers={"lr": 0.25})
    assert engine.MAX_LANES == 262_144 and (s.theta == 2.5).all()


def test_the_tolerance_is_met_at_the_first_row_whose_loss_is_no_higher():
    s = sweep("gd", "x_squared", starts=[[4.0], [2.0], [1.0], [0.0]], steps=2, hypers={"lr": 0.25}, tolerance=1.0)
    assert arrivals(s) == [2, 1, 0, 0]  # x is halved at each step
    s = sweep("gd", "x_squared", starts=[[4.0], [2.0], [0.0]], steps=1, hypers={"lr": 0.25}, tolerance=0.0)
    assert arrivals(s) == [-1, -1, 0]


# leaving the finite numbers


def test_a_diverging_run_holds_what_ieee_arithmetic_gives_and_names_its_first_row_that_is_not_finite():
    x, rows = 10.0, []
    for _ in range(1201):
        rows.append((x, x * x, 2 * x))
        x = x - 1.5 * (2 * x)
    theta, loss, gradient = np.array(rows).T
    first = int(np.argmin(np.isfinite(rows).all(axis=1)))
    assert math.isinf(loss[first]) and math.isfinite(theta[first])  # the loss is the first to leave
    assert np.isinf(theta).any() and math.isnan(theta[-1])  # theta is inf, then inf - inf

    r = run("gd", "x_squared", start=10.0, steps=1200, hypers={"lr": 1.5})
    equal(r.theta[:, 0], theta)
    equal(r.loss, loss)
    equal(r.gradient[:, 0], gradient)
    assert r.diverged_at == first

    for steps, diverged in ((first - 1, False), (first, True), (1200, True)):
        s = sweep("gd", "x_squared", starts=[[10.0], [0.0]], steps=steps, hypers={"lr": 1.5})
        assert s.diverged.tolist() == [diverged, False]
        equal(s.theta[0], r.theta[steps])
        equal(s.loss[0], r.loss[steps])


def identity(x):
    return x


def flat(x):
    return (0.0,)


def far_too_steep(x):
    return (x * 1e300 * 1e300,)


def test_a_gradient_alone_that_is_not_finite_counts_as_diverged():
    cliff = Surface(
        key="cliff", name="cliff", dim=1, value=identity, gradient=far_too_steep, hessian=flat, domain=((-1.0, 1.0),),
        start=(1e-300,), minima=(), curvature=1.0, levels="linear", teaches="", source="",
    )  # fmt: skip
    r = run("gd", cliff, steps=1, hypers={"lr": 1e-300})
    assert r.theta.ravel().tolist() == [1e-300, -1.0] and r.loss.tolist() == [1e-300, -1.0]
    assert np.isfinite(r.gradient[0]) and np.isinf(r.gradient[1])
    assert r.diverged_at == 1
    assert sweep("gd", cliff, starts=[[1e-300], [0.0]], steps=1, hypers={"lr": 1e-300}).diverged.tolist() == [
        True,
        False,
    ]


@pytest.mark.parametrize("optimizer, surface", pairs(CONVENTIONS, WAVELESS))
def test_nothing_is_clipped_on_the_way_out(optimizer, surface):
    hypers = {"lr": 1e9}
    r = run(optimizer, surface, steps=60, hypers=hypers)
    expected = naive(optimizer, surface, surface.start, 60, hypers)
    for name in ("theta", "loss", "gradient"):
        np.testing.assert_allclose(getattr(r, name), expected[name], rtol=1e-8, atol=0)  # equal where inf or nan
    finite = np.isfinite(np.column_stack([expected[name] for name in ("theta", "loss", "gradient")])).all(axis=1)
    assert r.diverged_at == (None if finite.all() else int(np.argmin(finite)))
    first = 2 if optimizer.full_key == "rprop@optax" else 1  # there each step comes one iteration late
    # a line search from so far out may find nothing better than the start
    assert (r.theta[first] != r.theta[0]).all() or optimizer.key == "lbfgs"


# closed forms


def test_gradient_descent_on_x_squared_multiplies_x_by_a_constant():
    r = run("gd", "x_squared", start=10.0, steps=50, hypers={"lr": 0.1})
    np.testing.assert_allclose(r.theta[:, 0], 10 * 0.8 ** np.arange(51), rtol=1e-13)
    np.testing.assert_allclose(r.loss, 100 * 0.64 ** np.arange(51), rtol=1e-13)


@pytest.mark.parametrize("curvature", [2.0, 37.0, 1000.0])
@pytest.mark.parametrize("momentum", [None, 0.0, 0.5, 0.9, 0.99])
def test_on_a_quadratic_the_limit_of_the_learning_rate_is_2_times_1_plus_momentum_over_curvature(momentum, curvature):
    # where the roots of the recurrence leave the unit circle: gradient descent 2 / lambda, heavy ball 2 (1 + beta) / lambda
    key, hypers = ("gd", {}) if momentum is None else ("momentum", {"momentum": momentum})
    limit = 2 * (1 + (momentum or 0.0)) / curvature
    ends = [
        run(
            key,
            "ravine",
            start=(0.0, 1.0),
            steps=4000,
            hypers={"lr": lr, **hypers},
            surface_params={"condition": curvature},
        )
        for lr in (0.99 * limit, 1.01 * limit)
    ]
    below, above = (abs(end.theta[-1, 1]) for end in ends)
    assert below < 1e-6
    assert not above < 1e6  # nan is out there, too


@pytest.mark.parametrize("start", [1e-3, 1.5, 1e6])
@pytest.mark.parametrize("hypers", [{}, {"beta1": 0.5}, {"beta1": 0.0, "beta2": 0.5}], ids=str)
def test_the_first_step_of_adam_is_the_learning_rate_however_steep_the_slope(start, hypers):
    for sign in (1, -1):
        r = run("adam", "x_squared", start=sign * start, steps=1, hypers={"lr": 0.1 * start, "eps": 0.0, **hypers})
        assert r.theta[1, 0] - r.theta[0, 0] == pytest.approx(-sign * 0.1 * start, rel=1e-12)


@pytest.mark.parametrize(
    "hypers, length",
    [
        ({"alpha": 0.99}, 0.1 / math.sqrt(1 - 0.99)),  # ten times the learning rate
        ({"alpha": 0.9}, 0.1 / math.sqrt(1 - 0.9)),
        ({"alpha": 0.0}, 0.1),
        ({"alpha": 0.99, "centered": True}, 0.1 / math.sqrt(0.99 * (1 - 0.99))),
    ],
    ids=str,
)
def test_the_first_step_of_rmsprop_is_the_learning_rate_over_the_root_of_1_minus_alpha(hypers, length):
    r = run("rmsprop", "x_squared", start=1.5, steps=1, hypers={"lr": 0.1, "eps": 0.0, **hypers})
    assert r.gradient[0, 0] == 3.0
    assert r.theta[0, 0] - r.theta[1, 0] == pytest.approx(length, rel=1e-12)


def test_the_first_buffer_of_momentum_is_the_plain_gradient_whatever_the_dampening():
    r = run("momentum", "rosenbrock", steps=2, hypers={"momentum": 0.9, "dampening": 0.7})
    equal(r.state["b"][1], r.gradient[0])
    np.testing.assert_allclose(r.state["b"][2], 0.9 * r.gradient[0] + 0.3 * r.gradient[1], rtol=1e-14)


def test_momentum_of_0_is_gradient_descent():
    hypers = {"lr": 1e-3, "momentum": 0.0, "dampening": 0.5}
    equal(run("momentum", "rosenbrock", hypers=hypers).theta, run("gd", "rosenbrock", hypers={"lr": 1e-3}).theta)


@pytest.mark.parametrize("optimizer, surface", CONVENTION_PAIRS)
def test_without_a_learning_rate_nothing_moves(optimizer, surface):
    others = {
        "rprop": {"step_min": 0.0},  # its lr is only the first step, which is no shorter than the least one
        "rprop@optax": {"step_min": 0.0},
        "adamw@paper": {"weight_decay": 0.0},  # which is not times lr there
    }
    r = run(optimizer, surface, steps=5, hypers={"lr": 0.0, **others.get(optimizer.full_key, {})})
    assert (r.theta == r.theta[0]).all()


# always the same


@pytest.mark.parametrize("optimizer, surface", PAIRS)
def test_the_same_run_twice_is_bitwise_equal(optimizer, surface):
    first, second = (run(optimizer, surface, steps=300).record for _ in range(2))
    assert first.tobytes() == second.tobytes() and first is not second


def test_the_same_sweep_twice_is_bitwise_equal():
    starts = random_starts(SURFACES["rosenbrock"], 3000)
    first, second = (sweep("adam", "rosenbrock", starts=starts, steps=100, hypers={"lr": 0.5}) for _ in range(2))
    assert first.theta.tobytes() == second.theta.tobytes() and first.loss.tobytes() == second.loss.tobytes()


def test_eight_threads_at_once_run_what_one_runs_alone():
    def work(_):
        return [run(o, s, steps=400).record.tobytes() for o in OPTIMIZERS.values() for s in SURFACES.values()]

    alone = work(0)
    assert at_once(8, work) == [alone] * 8


def test_eight_threads_at_once_sweep_what_one_sweeps_alone():
    def work(i):
        optimizer = list(OPTIMIZERS.values())[i % len(OPTIMIZERS)]
        starts = random_starts(SURFACES["himmelblau"], 600 if optimizer.takes_surface else 5000, seed=i)
        s = sweep(optimizer, "himmelblau", starts=starts, steps=50, tolerance=1.0)
        return s.theta.tobytes(), s.loss.tobytes(), s.diverged.tobytes(), arrivals(s)

    assert at_once(8, work) == [work(i) for i in range(8)]


@pytest.mark.parametrize("module", [optim_viz, errors], ids=lambda module: module.__name__)
def test_the_examples_in_docstrings_hold(module):
    failed, attempted = doctest.testmod(module)
    assert attempted > 0 and failed == 0
