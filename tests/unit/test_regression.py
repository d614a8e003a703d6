"""Data sets, models, losses, scaling, noise and planes: finite differences, numpy.linalg and the laws of sampling."""

import math
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest

from optim_viz import DATASETS, MODELS, Data, fit, problem
from optim_viz.errors import SettingError
from optim_viz.regression import noise as noises
from optim_viz.regression import problem as problems
from optim_viz.regression.losses import LOSSES, Loss
from optim_viz.regression.plane import grid, plane
from optim_viz.spec import one_two_five
from optim_viz.ui.asked import Asked
from optim_viz.ui.regression import answer, choices, pictures, settings

RANDOM = np.random.default_rng(7)
#: every model on every data set that suits it, with every loss
EACH = [
    (data.key, model.key, loss.key)
    for data in DATASETS.values()
    for model in MODELS.values()
    for loss in LOSSES.values()
    if data.task in model.tasks and loss.task == data.task and model.inputs in (None, len(data.inputs))
]
every_problem = pytest.mark.parametrize("keys", EACH, ids="-".join)


def made(keys, **settings):
    data, model, loss = keys
    small = {"size": 20} if "size" in DATASETS[data].params else {}
    return problem(data, model=model, loss=loss, data_params=small, standardise="both", **settings)


def solved(what) -> np.ndarray:
    """Its closed solution, which is there."""
    assert what.solution is not None
    return what.solution


def differences(f, theta, h=1e-6):
    """Central differences of f: (..., D)"""
    steps = h * np.identity(len(theta))
    return np.stack([(f(theta + step) - f(theta - step)) / (2 * h) for step in steps], axis=-1)


@every_problem
def test_the_gradient_is_the_slope_of_the_loss_and_the_hessian_that_of_the_gradient(keys):
    what = made(keys, l2=0.2)
    for theta in RANDOM.normal(size=(3, what.dim)):
        slope = differences(lambda at: what.evaluate(at)[0], theta)
        np.testing.assert_allclose(what.evaluate(theta)[1], slope, rtol=1e-5, atol=1e-6)
        if what.model.is_linear and keys[2] != "huber":  # whose curvature jumps
            second = differences(lambda at: what.evaluate(at)[1], theta)
            np.testing.assert_allclose(what.hessian(theta), second, rtol=1e-5, atol=1e-6)


@every_problem
def test_the_loss_is_the_mean_over_what_the_model_predicts(keys):
    what, theta = made(keys, l2=0.2), RANDOM.normal(size=(5, made(keys).dim))
    z, y = what.predict(theta, what.inputs), what.targets
    error = z - y
    each = {
        "mse": error**2,
        "half_mse": error**2 / 2,
        "huber": np.where(abs(error) <= 1, error**2 / 2, abs(error) - 0.5),
        "logistic": -np.log(np.where(y == 1, 1, -1) * (1 / (1 + np.exp(-z)) - 0.5) + 0.5),
    }[keys[2]]
    expected = each.mean(axis=1) + 0.1 * (theta**2).sum(axis=1)
    np.testing.assert_allclose(what.evaluate(theta)[0], expected, rtol=1e-10)
    value, gradient = what.samples(theta[0])
    assert value.mean() == pytest.approx(expected[0], rel=1e-12)
    np.testing.assert_allclose(gradient.mean(axis=0), what.evaluate(theta[0])[1], rtol=1e-10, atol=1e-13)


@every_problem
def test_weights_turned_back_predict_the_same_for_the_original_data(keys):
    what = made(keys)
    plain = problem(what.data, model=what.model, loss=keys[2], model_params=what.model_params)
    theta = RANDOM.normal(size=(4, what.dim))
    predicted = what.predict(theta, what.inputs) * what.scales[1].spread + what.scales[1].centre
    np.testing.assert_allclose(plain.predict(what.original(theta), plain.inputs), predicted, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("key", LOSSES)
def test_a_loss_is_nowhere_steeper_than_it_says(key):
    loss = LOSSES[key]
    p = next((hyper.default for hyper in loss.params.values()), 0.0)
    found = [loss.function(z, y, p)[2] for z in np.linspace(-30, 30, 601) for y in (0.0, 1.0)]
    assert max(found) == pytest.approx(loss.steepest, rel=1e-9)
    assert loss.is_quadratic == (min(found) == max(found))


def log_cosh(z, y, p):
    e = math.exp(-2.0 * abs(z - y))  # nothing overflows
    slope = (1.0 - e) / (1.0 + e)
    return abs(z - y) + math.log1p(e) - math.log(2.0), (slope if z > y else -slope), 1.0 - slope * slope


@pytest.fixture
def fourth(monkeypatch):
    """Another loss, by one entry."""
    more = {**LOSSES, "log_cosh": Loss("log_cosh", "log cosh", "numbers", log_cosh, 1.0, "between Huber's two parts")}
    for module in (problems, settings, choices):
        monkeypatch.setattr(module, "LOSSES", more)


def test_a_new_loss_is_one_entry(fourth):
    what = problem("outliers", model="line", loss="log_cosh")
    x = what.features
    assert what.curvature == pytest.approx(np.linalg.eigvalsh(x.T @ x / len(x))[-1])
    assert what.condition == pytest.approx(np.linalg.cond(x) ** 2)
    best = solved(what)
    z = x @ best - what.targets
    assert what.evaluate(best)[0] == pytest.approx(np.log(np.cosh(z)).mean())
    assert np.abs(x.T @ np.tanh(z)).max() < 1e-8  # its slope is the hyperbolic tangent
    query = parse_qs("d=outliers&m=line&loss=log_cosh&l2=0.1&e=40&seeds=3&o=gd,batch:all,lr:0.5&o=adam,batch:10,lr:0.1")
    got = answer.answer(Asked({"query": query}))
    assert got["notes"] == [] and got["settings"]["loss"] == "log_cosh"
    (mark,) = got["settings"]["runners"][0]["marks"]
    assert mark["at"] == pytest.approx(2 / (what.curvature + 0.1))
    for run in got["runs"]:
        assert run["loss"][-1] < run["loss"][0]
    chosen = settings.read(query)[0]
    (left, right), (low, high) = pictures.span(chosen, [], None)
    assert left < 0 < right and low < 0 < high  # the start is on the picture
    assert "Condition number" in got["scaling"]["text"] and "log cosh" in str(got["choices"]["body"]["losses"])


@pytest.mark.parametrize("key", DATASETS)
def test_a_data_set_is_what_it_says(key):
    dataset = DATASETS[key]
    data = dataset.at()
    assert dataset.key == key and dataset.task in MODELS[dataset.model].tasks
    assert data.names == dataset.inputs and data.inputs.shape[1] == len(dataset.inputs)
    assert np.array_equal(data.inputs, dataset.at().inputs) and np.array_equal(data.targets, dataset.at().targets)
    if "size" in dataset.params:
        assert len(dataset.at({"size": 77})) == 77
    if "seed" in dataset.params:
        assert not np.array_equal(data.targets, dataset.at({"seed": 1}).targets) or data.task == "classes"
    if "noise" in dataset.params and data.task == "numbers" and key not in ("outliers",):
        bent: dict[str, Any] = {"model": "polynomial", "model_params": {"degree": 9}} if key == "sine" else {}
        calm = problem(dataset.at({"noise": 0.0}), **{"model": dataset.model, **bent})
        assert calm.evaluate(solved(calm))[0] < 1e-6


def test_the_data_sets_show_what_they_are_for():
    unscaled = problem("unscaled")
    assert unscaled.condition is not None and unscaled.condition > 1e4
    assert problem("unscaled", standardise="inputs").condition == pytest.approx(1.0)
    rare = DATASETS["sparse_features"].at()
    assert np.mean(rare.inputs[:, 1] != 0) == 0.04
    straight, bent = problem("outliers"), problem("outliers", data_params={"outliers": 0})
    assert solved(straight)[0] < solved(bent)[0] - 0.5 and solved(bent) == pytest.approx((1.0, 1.0), abs=0.2)
    five = problem("five_points")
    assert solved(five) == pytest.approx([2.0]) and np.abs(five.samples([2.0])[1]).max() == 0


@pytest.mark.parametrize("standardise", ["none", "inputs", "both"])
@pytest.mark.parametrize("model", [key for key, m in MODELS.items() if m.is_linear and "numbers" in m.tasks])
def test_solution_and_condition_are_those_of_numpy(model, standardise):
    what = problem("unscaled", model=model, standardise=standardise)
    x = what.features
    np.testing.assert_allclose(solved(what), np.linalg.lstsq(x, what.targets, rcond=None)[0])
    assert what.condition == pytest.approx(np.linalg.cond(x) ** 2, rel=1e-3)
    assert what.curvature == pytest.approx(2 * np.linalg.eigvalsh(x.T @ x / len(x))[-1])
    assert np.abs(what.evaluate(solved(what))[1]).max() < 1e-5 * what.curvature
    ridge = problem("unscaled", model=model, standardise=standardise, l2=0.5)
    expected = np.linalg.solve(x.T @ x * 2 / len(x) + 0.5 * np.identity(x.shape[1]), x.T @ what.targets * 2 / len(x))
    np.testing.assert_allclose(solved(ridge), expected, rtol=1e-6, atol=1e-12)


def exactly(inputs, targets, degree, ridge=0) -> list[float]:
    """The least squares polynomial in rational arithmetic: normal equations, by Gauss' elimination."""
    x, y, each = [Fraction(v) for v in inputs], [Fraction(v) for v in targets], range(degree + 1)
    rows: list[list[Any]] = [[sum(v ** (j + k) for v in x) + (ridge if j == k else 0) for k in each] for j in each]
    right: list[Any] = [sum(v**j * t for v, t in zip(x, y, strict=True)) for j in each]
    for c in each:
        for r in each:
            if r != c:
                share = rows[r][c] / rows[c][c]
                rows[r] = [a - share * b for a, b in zip(rows[r], rows[c], strict=True)]
                right[r] -= share * right[c]
    return [float(right[c] / rows[c][c]) for c in each]


YEARS = np.arange(1950.0, 2021.0, 3.0)
WARMER = np.round(np.sin((YEARS - 1950) / 20) + 0.1 * RANDOM.standard_normal(len(YEARS)), 2)


@pytest.mark.parametrize("loss", ["mse", "half_mse"])
@pytest.mark.parametrize("degree", range(1, 10))
def test_least_squares_of_powers_of_years_is_that_of_exact_arithmetic(degree, loss):
    what = problem(Data(YEARS, WARMER), model="polynomial", model_params={"degree": degree}, loss=loss)
    exact = exactly(YEARS, WARMER, degree)
    np.testing.assert_allclose(solved(what), exact, rtol=1e-10)
    residuals = [
        sum(Fraction(a) * Fraction(x) ** k for k, a in enumerate(exact)) - Fraction(y)
        for x, y in zip(YEARS, WARMER, strict=True)
    ]
    least = float(sum(r * r for r in residuals) / len(residuals)) * (1 if loss == "mse" else 0.5)
    if degree < 6:  # beyond it rounding the exact weights to floats moves the polynomial by more than the points scatter
        assert what.least == pytest.approx(least, rel=1e-3)
    scaled = problem(what.data, model="polynomial", model_params={"degree": degree}, loss=loss, standardise="inputs")
    assert what.least == scaled.least and what.unscaled_condition == what.condition == scaled.unscaled_condition


@pytest.mark.parametrize("degree", [1, 2, 3, 9])
def test_with_l2_it_is_right_too_or_not_given(degree):
    what = problem(Data(YEARS, WARMER), model="polynomial", model_params={"degree": degree}, l2=0.1)
    if degree == 9:
        assert what.solution is None and math.isnan(what.least)
    else:
        ridge = Fraction(what.l2) * len(YEARS) / 2
        np.testing.assert_allclose(solved(what), exactly(YEARS, WARMER, degree, ridge), rtol=1e-6)


def test_powers_of_the_data_may_be_beyond_the_floats_where_those_of_scaled_ones_are_not():
    what = problem(Data(YEARS * 1e87, WARMER), model="polynomial", model_params={"degree": 5}, standardise="inputs")
    assert what.unscaled_condition is None and what.condition is not None and solved(what).all()


def test_half_the_mean_square_takes_the_same_path_at_twice_the_learning_rate():
    whole, half = (fit("momentum", "noisy_line", loss=loss, batch_size=10, epochs=5, start=(0, 0), hypers={"lr": lr})
                   for loss, lr in (("mse", 0.005), ("half_mse", 0.01)))  # fmt: skip
    np.testing.assert_allclose(half.theta, whole.theta, rtol=1e-12)
    np.testing.assert_allclose(half.loss, whole.loss / 2, rtol=1e-12)


@every_problem
def test_no_batch_is_steeper_than_the_steepest_sample(keys):
    what = made(keys, l2=0.2)
    assert what.steepest_sample >= what.curvature * (1 - 1e-12)
    if what.loss.is_quadratic and what.model.is_linear:
        each = [what.loss.steepest * phi @ phi + what.l2 for phi in what.features]
        assert what.steepest_sample == pytest.approx(max(each))


def test_where_there_is_no_closed_form_none_is_given():
    assert problem("blobs", data_params={"noise": 0.1}).solution is None  # a line separates them: the weights grow for ever
    assert problem("sine", model="network").solution is None and problem("sine", model="network").condition is None
    two = Data([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], [1.0, 2.0, 3.0])
    assert problem(two, model="origin").condition == math.inf


@pytest.mark.parametrize(
    ("key", "loss", "l2"), [("outliers", "huber", 0), ("blobs", "logistic", 0), ("two_moons", "logistic", 0.1)]
)
def test_the_least_loss_is_where_the_gradient_vanishes_and_nowhere_lower(key, loss, l2):
    what = problem(key, model="line" if loss == "huber" else "logistic", loss=loss, l2=l2)
    best = solved(what)
    value, gradient = what.evaluate(best)
    assert np.abs(gradient).max() <= 1e-10
    assert (what.evaluate(best + 0.1 * RANDOM.normal(size=(200, what.dim)))[0] > value).all()
    if loss == "huber":
        np.testing.assert_allclose(best, (1.0, 1.0), atol=0.15)  # the line that the data were made of, outliers or not


def test_standardised_inputs_have_mean_0_and_spread_1():
    what = problem("unscaled", standardise="both")
    assert what.inputs.mean() == pytest.approx(0, abs=1e-12) and what.inputs.std() == pytest.approx(1)
    assert what.targets.mean() == pytest.approx(0, abs=1e-12) and what.targets.std() == pytest.approx(1)
    np.testing.assert_allclose(what.original(solved(what)), solved(problem("unscaled")), rtol=1e-9)
    kept = problem("unscaled", model="origin", standardise="both")  # without an intercept nothing may be moved
    np.testing.assert_allclose(kept.original(solved(kept)), solved(problem("unscaled", model="origin")))


def test_losses_hold_far_out():
    what = problem(Data([[1000.0], [-1000.0]], [1.0, 1.0], "classes"), model="logistic")
    value, gradient = what.samples([1.0, 0.0])
    assert value.tolist() == [0.0, 1000.0] and gradient[:, 0].tolist() == [0.0, 1000.0]


# noise


def test_the_gradients_of_batches_spread_as_the_law_says():
    """FACTS of sampling: sigma^2 / B with replacement, times (N - B) / (N - 1) without; 0 for all the data."""
    what = problem("noisy_line", model="line")
    sizes, draws = [1, 2, 5, 10, 50, 99, 100], 20_000
    rows = noises.variances(what, np.array([1.0, 0.0]), sizes, batches=draws, seed=3)
    samples = what.samples([1.0, 0.0])[1]
    total = samples.var(axis=0).sum()
    size = np.array(sizes)
    np.testing.assert_allclose(rows[2], total / size * (100 - size) / 99, rtol=1e-12)
    np.testing.assert_allclose(rows[3], total / size, rtol=1e-12)
    # a variance of n draws strays by about sqrt(2 / n) of itself, more where few samples are large
    np.testing.assert_allclose(rows[:2], rows[2:], rtol=0.05, atol=1e-9)
    assert rows[0, -1] < 1e-20 < rows[0, -2]


@pytest.mark.parametrize("sampling", ["shuffle", "replacement", "independent"])
def test_batches_scatter_about_the_true_gradient_in_the_shape_of_the_samples(sampling):
    what, theta = problem("noisy_line", model="line"), np.array([1.5, 0.5])
    cloud = noises.noise(what, theta, 10, sampling=sampling, batches=20_000, seed=1)
    np.testing.assert_allclose(cloud.gradient, what.evaluate(theta)[1], rtol=1e-12)
    measured = np.cov(cloud.batches.T, bias=True)
    np.testing.assert_allclose(measured, cloud.covariance, rtol=0.1)
    np.testing.assert_allclose(cloud.batches.mean(axis=0), cloud.gradient, atol=5 * math.sqrt(np.trace(measured) / 20_000))
    round_ = np.cov(cloud.isotropic(2).T, bias=True)
    assert np.trace(round_) == pytest.approx(np.trace(cloud.covariance), rel=0.05)
    np.testing.assert_allclose(round_, np.identity(2) * np.trace(round_) / 2, atol=0.05 * np.trace(round_))
    assert np.linalg.cond(measured) > 10  # not round at all


def test_where_the_model_interpolates_the_noise_dies():
    cloud = noises.noise(problem("five_points"), np.array([2.0]), 2, batches=50)
    assert not cloud.batches.any() and not cloud.covariance.any()


# planes


def test_a_plane_holds_start_end_and_the_main_direction():
    for dims in (3, 5, 10):
        t = np.linspace(0, 1, 50)[:, None]
        to, aside = RANDOM.normal(size=(2, dims))
        path = t * to + np.sin(np.pi * t) * aside
        on = plane(path)
        np.testing.assert_allclose(on.axes @ on.axes.T, np.identity(2), atol=1e-12)
        np.testing.assert_allclose(on.lift(on.project(path)), path, atol=1e-10)  # this path is flat
        bent = path + 0.01 * RANDOM.normal(size=path.shape)
        ends = plane(bent)
        np.testing.assert_allclose(ends.lift(ends.project(bent[[0, -1]])), bent[[0, -1]], atol=1e-10)


@pytest.mark.parametrize(
    "path", [np.zeros((4, 3)), np.arange(5.0)[:, None] * [1.0, 2.0, 2.0], np.array([[1.0, 0, 0], [np.inf, 1, 1]])]
)
def test_a_path_without_directions_has_a_plane_all_the_same(path):
    on = plane(path)
    np.testing.assert_allclose(on.axes @ on.axes.T, np.identity(2), atol=1e-12)
    finite = path[np.isfinite(path).all(axis=1)]
    np.testing.assert_allclose(on.lift(on.project(finite)), finite, atol=1e-12)


def test_two_weights_are_a_plane_already_and_the_grid_is_the_loss():
    what = problem("noisy_line", model="line")
    on = plane(RANDOM.normal(size=(9, 2)))
    z = grid(what, ((0.0, 3.0), (-1.0, 1.0)), 11, on)
    assert z.shape == (11, 11) and z[2, 5] == pytest.approx(what.evaluate([1.5, -0.6])[0])
    curve = grid(problem("five_points"), ((0.0, 4.0),), 5)
    np.testing.assert_allclose(curve, [44.0, 11.0, 0.0, 11.0, 44.0])
    with pytest.raises(SettingError, match="^theta must be numbers of shape"):
        what.evaluate([1.0, 2.0, 3.0])
    with pytest.raises(SettingError, match="^theta must be 2 numbers"):
        what.samples([[1.0, 2.0]])


# -- finite, but huge or tiny


@pytest.mark.parametrize("size", [1e308, 1e200, 1.0, 1e-200, 5e-324, 0.0])
def test_a_plane_is_found_for_a_path_of_any_size(size):
    """The same directions as for the path of size 1, as long as there is one."""
    path = np.array([[0.0, 0.0, 0.0], [0.5, 1.0, -1.0], [-0.25, 1.5, 1.0], [1.0, 1.0, 0.25]])
    found = plane(path * size)
    np.testing.assert_allclose(found.axes @ found.axes.T, np.identity(2), atol=1e-12)
    if size > 1e-300:
        np.testing.assert_allclose(found.axes, plane(path).axes, atol=1e-9)


@pytest.mark.parametrize("size", [1e100, 1.0, 1e-300])
def test_standardised_data_have_mean_0_and_spread_1_of_whatever_size_they_are(size):
    x = np.array([1.0, 2.0, 4.0, 5.0])
    scaled = problem(Data(x * size, 3 * x), model="line", standardise="inputs")
    np.testing.assert_allclose([scaled.inputs.mean(), scaled.inputs.std()], [0.0, 1.0], atol=1e-12)
    np.testing.assert_allclose(scaled.inputs, problem(Data(x, 3 * x), model="line", standardise="inputs").inputs, rtol=1e-12)


def test_l2_decides_where_features_are_multiples_of_each_other():
    """Of all best weights the shortest, to which those of an ever weaker L2 go: here (1, 2) times 3 / 5."""
    x = np.array([1.0, 2.0, 3.0])
    twice = Data(np.column_stack([x, 2 * x]), 3 * x)
    for l2 in (1e-3, 1e-12, 1e-300):
        weights = problem(twice, model="line", l2=l2).solution
        assert weights is not None
        np.testing.assert_allclose(weights, [0.6, 1.2, 0.0], atol=10 * l2 + 1e-9)


@pytest.mark.parametrize(("size", "curvature"), [(1e-300, 0.0), (1e300, np.inf)])
def test_what_no_float_holds_is_0_or_infinite_and_no_error(size, curvature):
    what = problem(Data(size * np.array([1.0, 2.0, 3.0]), [1.0, 2.0, 3.0]), model="origin")
    assert what.curvature == curvature and what.condition == 1.0
    weak = problem(Data(size * np.array([1.0, 2.0, 3.0]), [1.0, 2.0, 3.0]), model="origin", l2=1.0)
    assert weak.condition == 1.0
    assert problem(Data([1e-300, 2e-300, 3e-300], [1e100, 2e100, 3e100]), model="origin").solution is None


def test_powers_that_no_float_holds_are_refused():
    with pytest.raises(SettingError, match="^model must be one that can reckon with numbers as large"):
        problem(Data([1e100, 2e100, 3e100, 5e100], [1.0, 2.0, 3.0, 4.0]), model="polynomial", model_params={"degree": 9})


@pytest.mark.parametrize(
    ("x", "nearest"), [(0.0, 1e-300), (5e-324, 1e-300), (np.inf, 1e300), (1e308, 1e300), (3.0, 2.0), (4.0, 5.0)]
)
def test_a_start_is_round_whatever_is_asked(x, nearest):
    assert one_two_five(x) == nearest
