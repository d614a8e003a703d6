"""``fit``: the numbers of naive twins and closed forms, seeds as lanes, what is recorded, and what is refused."""

import math
from typing import Any

import numpy as np
import pytest

import optim_viz
from optim_viz import OPTIMIZERS, Data, Schedule, SettingError, engine, fit, kernels, problem
from optim_viz.regression import fit as fitting
from optim_viz.regression.kernels import survey
from tests import naive

equal = np.testing.assert_array_equal
CONVENTIONS = [record for entry in OPTIMIZERS.values() for record in entry.conventions]
every_convention = pytest.mark.parametrize("record", CONVENTIONS, ids=lambda record: record.full_key)


def tame(record, what):
    """Hyperparameters that do not leave this bowl."""
    return {"lr": {"curvature": record.start_lr[1] / what.curvature, "width": 0.02, "fixed": 0.5}[record.start_lr[0]]}


# the three programs of the tutorial


def test_one_weight_one_random_sample_at_a_time():
    f = fit("gd", "five_points", batch_size=1, updates=100, sampling="replacement", start=0.0, hypers={"lr": 0.01})
    w, x, y = 0.0, [1, 2, 3, 4, 5], [2, 4, 6, 8, 10]
    for u, (i,) in enumerate(f.batches(0)):
        assert f.theta[0, u, 0] == pytest.approx(w, rel=1e-13)
        assert f.batch_loss[0, u] == pytest.approx((w * x[i] - y[i]) ** 2, rel=1e-9, abs=1e-15)
        w -= 0.01 * 2 * (w * x[i] - y[i]) * x[i]
    assert f.theta.shape == (1, 101, 1) and f.theta[0, -1, 0] == pytest.approx(2.0, abs=1e-3)


def test_batches_of_ten_of_a_hundred_points():
    one = fit(
        "gd", "noisy_line", model="origin", batch_size=10, updates=200, sampling="independent", start=0.0, hypers={"lr": 0.001}
    )
    w = 0.0
    for batch in one.batches(0):
        x, y = one.inputs[batch, 0], one.targets[batch]
        w -= 0.001 * 2 / 10 * ((w * x - y) * x).sum()
    assert one.theta[0, -1, 0] == pytest.approx(w, rel=1e-12)
    # and with an intercept besides
    f = fit(
        "gd", "noisy_line", model="line", batch_size=10, updates=200, sampling="independent", start=(0.0, 0.0),
        hypers={"lr": 0.001},
    )  # fmt: skip
    equal(f.inputs[:, 0], np.linspace(1, 5, 100))
    residual = f.targets - 2 * f.inputs[:, 0]
    assert abs(residual.mean()) < 4 / 10 and abs(residual.std() - 1) < 4 / math.sqrt(200)
    x, y = f.inputs[:, 0], f.targets
    path = naive.batch_gradient_descent(
        naive.gd(), (0.0, 0.0), 0.001, f.batches(0), lambda at, batch: naive.squared_error_gradient(at, x[batch], y[batch])
    )
    np.testing.assert_allclose(f.theta[0], path, rtol=1e-12)
    assert (f.updates[-1], f.samples_seen[-1], f.epochs[-1]) == (200, 2000, 20.0)


# against naive twins


@pytest.mark.parametrize(
    "key, hypers, method",
    [
        ("momentum", {"momentum": 0.9}, lambda: naive.heavy_ball(0.9)),
        ("adam", {}, lambda: naive.adam(0.9, 0.999, 1e-8)),
        ("nesterov_classical", {"momentum": 0.8}, lambda: naive.nesterov_classical(0.8)),
        ("sam", {"rho": 0.1}, lambda: naive.sam(0.1)),
    ],
)
def test_the_naive_twin_takes_the_same_path(key, hypers, method):
    lr = 0.01
    f = fit(key, "noisy_line", model="line", batch_size=7, epochs=4, seeds=(3, 4), hypers={"lr": lr, **hypers})
    x, y = f.inputs[:, 0], f.targets
    for lane in range(2):
        path = naive.batch_gradient_descent(
            method(),
            f.theta[lane, 0],
            lr,
            f.batches(lane),
            lambda at, batch: naive.squared_error_gradient(at, x[batch], y[batch]),
        )
        np.testing.assert_allclose(f.theta[lane], path, rtol=1e-9, atol=1e-11)


def bowl(x, y, a, b, c, u, v):
    return (a * (x - u) ** 2 + 2 * b * (x - u) * (y - v) + c * (y - v) ** 2) / 2


def bowls_gradient(x, y, a, b, c, u, v):
    return a * (x - u) + b * (y - v), b * (x - u) + c * (y - v)


def bowls_hessian(x, y, a, b, c, u, v):
    return a, b, c


@every_convention
def test_a_full_batch_is_a_run_on_the_loss(record):
    """``run`` on a surface with the same closed form, a bowl over two weights, takes the same steps."""
    data = Data([[2.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [1.0, -1.0, 0.5])
    what = problem(data, model="origin")
    assert what.solution is not None
    a, b, c = (2 * data.inputs.T @ data.inputs / 3)[np.triu_indices(2)]
    ravine = optim_viz.Surface(
        key="same", name="", dim=2, teaches="", source="", levels="linear", curvature=1.0,
        value=bowl, gradient=bowls_gradient, hessian=bowls_hessian, domain=((-2, 2), (-2, 2)), start=(1.5, -0.5), minima=(),
        params=optim_viz.spec.named(
            *(
                optim_viz.spec.Hyper(name, value, "", "", optim_viz.spec.Interval("(-inf, inf)"), slider=(-9.0, 9.0))
                for name, value in zip("abcuv", (a, b, c, *what.solution), strict=True)
            )
        ),
    )  # fmt: skip
    steps = 20
    f = fit(record, what, updates=steps, start=(1.5, -0.5), hypers=tame(record, what))
    r = optim_viz.run(record, ravine, steps=steps, hypers=tame(record, what))
    lowest = what.evaluate(what.solution)[0]
    np.testing.assert_allclose(f.theta[0], r.theta, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(f.loss[0] - lowest, r.loss, rtol=1e-6, atol=1e-9)
    equal(f.cost[0], 3 * r.evaluations)
    assert f.diverged_at.tolist() == [-1]


def test_newton_solves_least_squares_in_one_step():
    what = problem("noisy_line", model="line", l2=0.3)
    f = fit("newton", what, updates=1)
    assert what.solution is not None
    np.testing.assert_allclose(f.theta[0, -1], what.solution, rtol=1e-12)
    small = problem("blobs", data_params={"size": 40, "noise": 1.5}, l2=0.1)
    f = fit("newton", small, updates=12)
    assert np.abs(small.evaluate(f.theta[0, -1])[1]).max() < 1e-14
    assert small.solution is not None
    np.testing.assert_allclose(f.theta[0, -1], small.solution, rtol=1e-8)
    with pytest.raises(SettingError, match="^model must be linear in its weights: this optimizer needs second derivatives"):
        fit("newton", "sine", model="network", epochs=1)


def test_gd_goes_to_the_solution_of_lstsq():
    f = fit("gd", "noisy_line", model="line", epochs=4000, hypers={"lr": 0.04}, record_every=500)
    x = np.column_stack([f.inputs, np.ones(100)])
    np.testing.assert_allclose(f.theta[0, -1], np.linalg.lstsq(x, f.targets, rcond=None)[0], rtol=1e-12)


# seeds as lanes


@every_convention
def test_a_seed_has_the_same_fit_alone_and_among_others(record):
    call: dict[str, Any] = dict(batch_size=8, updates=25, data_params={"size": 20})
    what = problem("noisy_line", model="line", data_params={"size": 20})
    call["hypers"] = tame(record, what)
    around: dict[str, Any] = {}
    if "lookahead" in record.stages:
        around["lookahead"] = (5, 0.5)
    if "noise" in record.stages:
        around["noise"] = 0.1
    if "schedule" in record.stages:
        around["schedule"] = Schedule("cosine", t_max=25)
    many = fit(record, "noisy_line", seeds=range(4), **call, **around)
    alone = fit(record, "noisy_line", seeds=2, **call, **around)
    for name in ("theta", "loss", "batch_loss", "cost"):
        np.testing.assert_allclose(getattr(many, name)[2], getattr(alone, name)[0], rtol=1e-12, atol=1e-13, err_msg=name)
    for a, b in zip(many.batches(2), alone.batches(0), strict=True):
        equal(a, b)
    assert len(np.unique(many.theta[:, 0, 0])) == 4  # each its own start
    assert (many.theta[:, -1] != many.theta[:, 0]).any()


@every_convention
def test_an_interpreted_fit_is_the_compiled_one(record, monkeypatch):
    monkeypatch.setattr(kernels, "READY", set())
    monkeypatch.setattr(kernels, "_underway", set())
    asked: list[Any] = []
    monkeypatch.setattr(kernels._compiler, "submit", asked.append)
    what = problem("noisy_line", model="line", data_params={"size": 12})
    call: dict[str, Any] = dict(batch_size=5, updates=12, seeds=(1, 2), hypers=tame(record, what))
    quick, exact = (fitting.fit(record, what, patient=patient, **call) for patient in (False, True))
    assert len(asked) == 1
    np.testing.assert_allclose(quick.theta, exact.theta, rtol=1e-10, atol=1e-12)
    equal(quick.cost, exact.cost)


def test_hypers_and_start_may_differ_by_seed():
    starts, rates = [(0.0, 1.0), (2.0, 3.0)], [0.01, 0.02]
    both = fit("gd", "noisy_line", epochs=5, seeds=(0, 1), start=starts, hypers={"lr": rates})
    for lane in range(2):
        one = fit("gd", "noisy_line", epochs=5, seeds=lane, start=starts[lane], hypers={"lr": rates[lane]})
        np.testing.assert_allclose(both.theta[lane], one.theta[0], rtol=1e-13)
    equal(both.hypers["lr"], rates)


# what is recorded


def test_rows_are_every_so_many_updates_and_the_last():
    call: dict[str, Any] = dict(batch_size=10, updates=25, seeds=(1, 2))
    whole = fit("adam", "noisy_line", **call)
    some = fit("adam", "noisy_line", record_every=7, **call)
    assert some.updates.tolist() == [0, 7, 14, 21, 25]
    assert some.samples_seen.tolist() == [0, 70, 140, 210, 250]
    for name in ("theta", "loss", "cost"):
        equal(getattr(some, name), getattr(whole, name)[:, some.updates])
    equal(some.batch_loss, whole.batch_loss)
    assert whole.theta.shape == (2, 26, 2) and whole.loss.shape == (2, 26) and whole.batch_loss.shape == (2, 25)


def test_a_batch_loss_is_that_before_the_update():
    f = fit("momentum", "noisy_line", batch_size=30, epochs=2, seeds=(1, 2))
    for lane in range(2):
        for u, batch in enumerate(f.batches(lane)):
            slope, intercept = f.theta[lane, u]
            error = slope * f.inputs[batch, 0] + intercept - f.targets[batch]
            assert f.batch_loss[lane, u] == pytest.approx(np.mean(error**2), rel=1e-12)
    assert [len(batch) for batch in f.batches(0)] == [30, 30, 30, 10] * 2
    assert f.samples_seen.tolist() == [0, 30, 60, 90, 100, 130, 160, 190, 200]
    short = fit("momentum", "noisy_line", batch_size=30, epochs=2, drop_last=True)
    assert [len(batch) for batch in short.batches(0)] == [30] * 6


def test_the_cost_counts_every_gradient_of_a_sample():
    for key, each in (("gd", 1), ("adam", 1), ("sam", 2), ("nesterov_classical", 1)):
        f = fit(key, "noisy_line", batch_size=30, epochs=2)
        equal(f.cost[0], each * f.samples_seen)
    searching = fit("lbfgs", "noisy_line", updates=5)
    assert (np.diff(searching.cost[0]) >= 200).any() and (searching.cost[0] % 100 == 0).all()


def test_a_fit_that_diverges_is_a_result():
    f = fit("gd", "noisy_line", model="line", batch_size=10, epochs=100, seeds=(0, 1), hypers={"lr": [0.02, 10.0]})
    assert f.diverged_at[0] == -1 and 10 < f.diverged_at[1] < 1000
    row = f.diverged_at[1]
    assert np.isfinite(f.loss[1, :row]).all() and not (np.isfinite(f.theta[1, row]).all() and np.isfinite(f.loss[1, row]))
    assert np.isfinite(f.theta[0]).all()


def test_results_cannot_be_written_to():
    f = fit("gd", "five_points", epochs=2)
    for array in (f.theta, f.loss, f.batch_loss, f.cost, f.updates, f.samples_seen, f.inputs, f.targets):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_l2_is_weight_decay_as_torch_means_it():
    call: dict[str, Any] = dict(batch_size=10, epochs=5, seeds=(0, 1))
    np.testing.assert_allclose(
        fit("adam", "noisy_line", l2=0.3, **call).theta, fit("adam", "noisy_line", weight_decay=0.3, **call).theta, rtol=1e-12
    )


def test_the_schedule_counts_updates():
    schedule = Schedule("step", step_size=3, gamma=0.5)
    f = fit("gd", "five_points", batch_size=2, updates=7, start=0.0, hypers={"lr": 0.01}, schedule=schedule)
    w = 0.0
    for u, batch in enumerate(f.batches(0)):
        x = f.inputs[batch, 0]
        w -= 0.01 * 0.5 ** (u // 3) * 2 * np.mean((w * x - 2 * x) * x)
        assert f.theta[0, u + 1, 0] == pytest.approx(w, rel=1e-13)


# what is refused

ALLOWED: dict[str, Any] = dict(optimizer="gd", data="noisy_line", epochs=1)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"optimizer": "adm"}, "optimizer must be one of: .* \\(did you mean adam"),
        ({"data": "noisy"}, "data must be one of: .*noisy_line"),
        ({"model": "lin"}, "model must be one of: .*line"),
        ({"model": "logistic"}, "model must be a model of numbers: the targets are no classes; received 'logistic'"),
        ({"data": "blobs", "model": "line"}, "model must be a model of classes; received 'line'"),
        ({"data": "sparse_features", "model": "polynomial"}, "model must be one for 2 inputs; received 'polynomial'"),
        ({"loss": "mae"}, "loss must be one of: mse, half_mse, huber"),
        ({"loss": "logistic"}, "loss must be one of: mse, half_mse, huber; received 'logistic'"),
        ({"loss_params": {"delta": 1.0}}, "loss_params must be empty: there is nothing to set; received 'delta'"),
        ({"loss": "huber", "loss_params": {"delta": 0}}, "delta must be a number, 0 < delta"),
        ({"data_params": {"size": 3}}, "size must be a whole number, 4 <= size <= 10000; received 3"),
        ({"data_params": {"slope": 3}}, "data_params must be one of: size, noise, seed"),
        ({"model": "polynomial", "model_params": {"degree": 10}}, "degree must be a whole number, 1 <= degree <= 9"),
        ({"l2": -1}, "l2 must be a number, 0 <= l2; received -1"),
        ({"standardise": "yes"}, "standardise must be one of: none, inputs, both"),
        ({"batch_size": 0}, "batch_size must be a whole number from 1 to 100; received 0"),
        ({"batch_size": 101}, "batch_size must be a whole number from 1 to 100; received 101"),
        ({"sampling": "random"}, "sampling must be one of: shuffle, independent, replacement, in_order"),
        ({"drop_last": 1}, "drop_last must be True or False; received 1"),
        ({"epochs": None}, "epochs must be given, or updates in their place; received None"),
        ({"updates": 5}, "epochs must be given, or updates in their place; received \\(1, 5\\)"),
        ({"epochs": None, "updates": 100_001}, "updates must be a whole number from 1 to 100,000"),
        ({"epochs": 1001, "batch_size": 1}, "epochs must be a whole number from 1 to 1,000; received 1001"),
        ({"seeds": []}, "seeds must be 1 to 1,000 of them; received 0"),
        ({"seeds": [1, -1]}, "seeds must be whole numbers, 0 <= seed <= 4294967295; received -1"),
        ({"seeds": "many"}, "seeds must be whole numbers"),
        ({"seeds": True}, "seeds must be whole numbers"),
        ({"start": (0, 0, 0)}, "start must be finite numbers, one for each of the weights slope, intercept"),
        ({"start": (0, math.inf)}, "start must be finite numbers"),
        ({"record_every": 0}, "record_every must be a whole number from 1"),
        ({"hypers": {"lr": -1}}, "lr must be a number, 0 <= lr; received -1"),
        ({"hypers": {"momentum": 0.9}}, "hypers must be one of: lr"),
        ({"hypers": {"lr": [0.1, 0.2]}}, "lr must be one number, or 1 of them"),
        ({"optimizer": "sam", "noise": 1.0}, "noise must be left out: SAM does not support it"),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_a_wrong_setting_is_refused_by_name(wrong, message):
    call = {**ALLOWED, **wrong}
    with pytest.raises(SettingError, match=f"^{message}"):
        fit(call.pop("optimizer"), call.pop("data"), **call)


def test_what_a_problem_says_cannot_be_said_again():
    what = problem("noisy_line")
    assert fit("gd", what, epochs=1).problem is what
    again: dict[str, Any] = {"model": "line", "loss": "mse", "l2": 0.1, "standardise": "both", "data_params": {"size": 9}}
    for name, value in again.items():
        with pytest.raises(SettingError, match=f"^{name} must be left out: the problem says it"):
            fit("gd", what, epochs=1, **{name: value})
    own = Data([1.0, 2.0], [1.0, 2.0])
    assert fit("gd", own, epochs=1).problem.model.key == "line"
    with pytest.raises(SettingError, match="^data_params must be empty"):
        fit("gd", own, epochs=1, data_params={"size": 9})


def test_work_and_records_are_limited(monkeypatch):
    monkeypatch.setattr(fitting, "MAX_WORK", 2000)
    fit("gd", "noisy_line", epochs=10, seeds=(0, 1))
    with pytest.raises(SettingError, match="^epochs must be small enough for 2,000 gradients of single samples in all"):
        fit("gd", "noisy_line", epochs=11, seeds=(0, 1))
    with pytest.raises(SettingError, match="^updates must be small enough"):
        fit("gd", "noisy_line", updates=21)
    monkeypatch.setattr(engine, "MAX_RECORDED", 44)
    fit("gd", "noisy_line", epochs=10, seeds=(0, 1))
    with pytest.raises(SettingError, match="^record_every must be large enough to record at most 44 numbers"):
        fit("gd", "noisy_line", model="polynomial", epochs=10, seeds=(0, 1))


def test_data_that_are_no_numbers_are_refused():
    for inputs, targets, name in (
        ([[1.0, math.nan]], [1.0], "inputs"),
        ([["a"]], [1.0], "inputs"),
        ([1.0, 2.0], [1.0], "targets"),
        ([1.0, 2.0], [1.0, math.inf], "targets"),
    ):
        with pytest.raises(SettingError, match=f"^{name} must be finite numbers"):
            Data(inputs, targets)
    with pytest.raises(SettingError, match="^targets must be 0 or 1: they are classes"):
        Data([1.0, 2.0], [0.0, 2.0], "classes")


@pytest.mark.parametrize("order", ["C", "F"])
def test_data_may_lie_in_memory_as_they_like(order):
    inputs = np.array(np.random.default_rng(0).normal(size=(30, 3)), order=order)
    own = Data(inputs, inputs @ [1.0, 2.0, 3.0], names=("a", "b", "c"))
    for model in ("line", "origin", "network"):
        f = fit("gd", own, model=model, batch_size=7, epochs=3, hypers={"lr": 0.01})
        assert f.loss[0, -1] < f.loss[0, 0] and f.problem.curvature > 0


def test_survey_gives_the_surface_at_any_number_of_points():
    what = problem("noisy_line", model="line")
    points = np.random.default_rng(0).normal(size=(150, 2))
    value, gradient = what.evaluate(points)
    for block in (1, 7, 64):
        some = survey()(
            kernels.of(what).address, np.ascontiguousarray(points.T), what._params(what.table.reshape(1, -1), 100, block)
        )
        np.testing.assert_allclose(some[0], value, rtol=1e-13)
        np.testing.assert_allclose(some[1].T, gradient, rtol=1e-12)
