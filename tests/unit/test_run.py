"""``run`` with many lanes, ``run`` that goes on from a result, and all that stands around a rule, in ``sweep`` too."""

import math
from typing import Any

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, Schedule, SettingError, engine, run, sweep
from optim_viz.around import Around
from optim_viz.rules import hessian, loss_and_gradient
from optim_viz.spec import Look, Optimizer, State, named
from surfaces import SURFACES

ENTRIES = list(OPTIMIZERS.values())
CONVENTIONS = [convention for entry in ENTRIES for convention in entry.conventions]
every_entry = pytest.mark.parametrize("optimizer", ENTRIES, ids=lambda optimizer: optimizer.key)
every_convention = pytest.mark.parametrize("optimizer", CONVENTIONS, ids=lambda optimizer: optimizer.full_key)
every_surface = pytest.mark.parametrize("surface", SURFACES.values(), ids=list(SURFACES))

#: each stage on, set so that none is without effect and none makes a run fly off
ON: dict[str, dict[str, Any]] = {
    "noise": {"noise": 0.5},
    "maximize": {"maximize": True},
    "clip_value": {"clip_value": 3.0},
    "clip_norm": {"clip_norm": 2.0},
    "weight_decay": {"weight_decay": 0.01},
    "lookahead": {"lookahead": (7, 0.5)},
    "schedule": {"schedule": Schedule("cosine", t_max=70, warmup=10)},
}


def stages(optimizer):
    return [name for name in ON if name in optimizer.stages]


def everything(optimizer):
    """All that this optimizer may have around its rule, except to climb."""
    return {key: value for name in stages(optimizer) if name != "maximize" for key, value in ON[name].items()}


def equal(a, b):
    """Bit for bit, except that one nan is as good as another."""
    np.testing.assert_array_equal(a, b, strict=True)


def random_starts(surface, lanes, seed=0):
    lo, hi = np.array(surface.domain).T
    return np.random.default_rng(seed).uniform(lo, hi, (lanes, surface.dim))


def scattered(optimizer, surface, lanes):
    """A card's first settings; the learning rate is another one in each lane."""
    values = optimizer.start_values(surface)
    return values | {"lr": values["lr"] * np.linspace(0.5, 1.5, lanes)}


# many lanes, each with its path


@every_entry
@every_surface
def test_many_runs_have_their_number_as_first_axis(optimizer, surface):
    D = surface.dim
    r = run(optimizer, surface, start=random_starts(surface, 5), steps=7, lookahead=(2, 0.5))
    assert r.theta.shape == r.gradient.shape == (5, 8, D)
    assert r.loss.shape == r.evaluations.shape == (5, 8)
    assert r.diverged_at.shape == (5,) and r.diverged_at.dtype.kind == "i"
    assert list(r.state) == [*(one.name for one in optimizer.states if not one.bookkeeping), "slow"]
    assert {array.shape for array in r.state.values()} == {(5, 8, D)}
    assert (r.optimizer, r.surface, r.hypers) == (optimizer, surface, optimizer.check({}))
    for array in (r.theta, r.loss, r.gradient, r.evaluations, *r.state.values()):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@every_convention
@every_surface
def test_each_of_many_runs_is_the_single_run_bit_for_bit(optimizer, surface):
    starts, seeds, lanes = random_starts(surface, 6), [0, 3, 3, 7, 2**32 - 1, 2**31], range(6)
    hypers = scattered(optimizer, surface, len(lanes))
    arounds: list[dict[str, Any]] = [{}, everything(optimizer)]
    for around in arounds:
        seed: dict[str, Any] = {"seed": seeds} if "noise" in around else {}
        many = run(optimizer, surface, start=starts, steps=30, hypers=hypers, **seed, **around)
        for i in lanes:
            seed = {"seed": seeds[i]} if seed else {}
            one = run(optimizer, surface, start=starts[i], steps=30, hypers=hypers | {"lr": hypers["lr"][i]}, **seed, **around)
            equal(many.record[i], one.record)
            assert many.diverged_at[i] == (-1 if one.diverged_at is None else one.diverged_at)
            for name, array in one.state.items():
                equal(many.state[name][i], array)
        assert (many.theta != many.theta[:, :1]).any(axis=(1, 2)).all()


@pytest.mark.parametrize(
    "many",
    [
        {"start": [(0.0, 0.0), (1.0, 2.0), (3.0, 0.5)]},
        {"hypers": {"lr": [1e-3, 2e-3, 3e-3]}},
        {"hypers": {"lr": np.array([1e-3, 2e-3, 3e-3]), "momentum": (0.1, 0.2, 0.3), "dampening": 0.1}},
        {"seed": [1, 2, 3]},
        {"start": np.ones((3, 2)), "hypers": {"momentum": [0.1, 0.2, 0.3]}, "seed": np.arange(3)},
    ],
    ids=lambda many: "-".join(many),
)
def test_starts_hypers_and_seeds_each_make_many_runs(many):
    given: dict[str, Any] = {"noise": 1.0, **many}
    r = run("momentum", "himmelblau", steps=5, **given)
    assert r.theta.shape == (3, 6, 2) and len(np.unique(r.theta[:, -1], axis=0)) == 3
    for i in range(3):
        hypers = {name: value if np.ndim(value) == 0 else value[i] for name, value in given.get("hypers", {}).items()}
        one: dict[str, Any] = given | {"hypers": hypers}
        one |= {name: given[name][i] for name in ("start", "seed") if name in given}
        equal(r.record[i], run("momentum", "himmelblau", steps=5, **one).record)


@pytest.mark.parametrize("many", [{"start": [(1.0, 2.0)]}, {"hypers": {"lr": [1e-3]}}, {"seed": [0]}], ids=str)
def test_a_list_of_one_is_one_of_many_runs(many):
    r = run("gd", "rosenbrock", steps=3, **many)
    assert r.theta.shape == (1, 4, 2) and r.diverged_at.tolist() == [-1]


def test_many_runs_keep_their_hypers_by_lane():
    rates = np.array([0.1, 0.2])
    r = run("momentum", "ravine", steps=2, hypers={"lr": rates, "momentum": 0.5})
    assert r.hypers["lr"].tolist() == [0.1, 0.2] and (r.hypers["momentum"], r.hypers["dampening"]) == (0.5, 0.0)
    rates[0] = 7.0
    assert r.hypers["lr"].tolist() == [0.1, 0.2]


def test_each_of_many_runs_diverges_at_its_own_row():
    r = run("gd", "x_squared", start=10.0, steps=1200, hypers={"lr": [0.1, 1.5, 2.0, 1.5]})
    alone = [run("gd", "x_squared", start=10.0, steps=1200, hypers={"lr": lr}).diverged_at for lr in (1.5, 2.0)]
    assert r.diverged_at.tolist() == [-1, alone[0], alone[1], alone[0]]
    assert 1 < alone[1] < alone[0]


def test_what_a_run_may_record_is_limited(monkeypatch):
    size = run("adam", "rosenbrock", steps=10, seed=[0, 1, 2], lookahead=(5, 0.5)).record.size
    monkeypatch.setattr(engine, "MAX_RECORDED", size)
    assert run("adam", "rosenbrock", steps=10, seed=[0, 1, 2], lookahead=(5, 0.5)).record.size == size
    for more in ({"steps": 11}, {"seed": [0, 1, 2, 3]}, {"optimizer": "amsgrad"}):
        call: dict[str, Any] = {"optimizer": "adam", "steps": 10, "seed": [0, 1, 2], "lookahead": (5, 0.5), **more}
        with pytest.raises(SettingError, match="^steps must be small enough to record"):
            run(call.pop("optimizer"), "rosenbrock", **call)


def remembers(theta, g, t, surface, last, total, lr):
    """Plain descent that keeps the last two points, newest first, and what all its steps add up to."""
    value, slope = loss_and_gradient(surface, theta)
    last[1] = last[0].copy()
    last[0] = theta
    step = lr * slope + 0.0 * hessian(surface, theta)[0]
    return theta - step, last, total + step


REMEMBERS = Optimizer(
    key="remembers", name="Remembers", year=2000, family="beyond", paper="", url="", update=remembers,
    states=(State("last", "l", initial="theta", size=2), State("total", "s", initial="lr")),
    hypers=named(OPTIMIZERS["gd"].hypers["lr"]), look=Look("#000000", "circle"), start_lr=("curvature", 0.1),
    summary="", good="", bad="", use="",
)  # fmt: skip


def test_a_state_of_several_numbers_a_coordinate_has_an_axis_for_them():
    start = np.array([(-1.5, 2.0), (0.5, 0.5), (1.0, -1.0)])
    r = run(REMEMBERS, "rosenbrock", start=start, steps=9, hypers={"lr": [1e-3, 2e-3, 3e-4]})
    assert r.state["last"].shape == (3, 10, 2, 2) and r.state["total"].shape == (3, 10, 2)
    equal(r.state["last"][:, 0], np.repeat(start[:, None], 2, axis=1))
    equal(r.state["last"][:, 1:, 0], r.theta[:, :-1])
    equal(r.state["last"][:, 2:, 1], r.theta[:, :-2])
    equal(r.state["total"][:, 0], np.array([[1e-3] * 2, [2e-3] * 2, [3e-4] * 2]))
    np.testing.assert_allclose(r.state["total"], r.state["total"][:, :1] + start[:, None] - r.theta, rtol=1e-12)
    assert r.evaluations[:, -1].tolist() == [18.0] * 3  # its own, and the one that it takes as g
    gd = run("gd", "rosenbrock", start=start, steps=9, hypers={"lr": [1e-3, 2e-3, 3e-4]})
    equal(r.theta, gd.theta)
    single = run(REMEMBERS, "rosenbrock", start=start[1], steps=9, hypers={"lr": 2e-3})
    assert single.state["last"].shape == (10, 2, 2)
    equal(single.record, r.record[1])
    equal(run(REMEMBERS, "rosenbrock", steps=5, hypers={"lr": 2e-3}, initial=(single, 4)).record, single.record[4:])


# going on from a result


@every_convention
@pytest.mark.parametrize("surface", [SURFACES["rosenbrock"], SURFACES["x_squared"]], ids=lambda surface: surface.key)
def test_going_on_gives_what_a_run_without_a_stop_gives(optimizer, surface):
    seeded = {"seed": 11} if "noise" in stages(optimizer) else {}
    arounds: list[dict[str, Any]] = [{}, everything(optimizer) | seeded]
    for around in arounds:
        call: dict[str, Any] = dict(hypers=optimizer.start_values(surface), **around)
        whole = run(optimizer, surface, steps=100, **call)
        first = run(optimizer, surface, steps=40, **call)
        then = run(optimizer, surface, steps=60, initial=(first, 40), **call)
        equal(first.record, whole.record[:41])
        equal(then.record, whole.record[40:])
        assert (whole.first, then.first) == (0, 40)
        # from the middle of a result, and from a result that itself went on
        middle = run(optimizer, surface, steps=30, initial=(whole, 20), **call)
        later = run(optimizer, surface, steps=5, initial=(middle, 25), **call)
        equal(later.record, whole.record[45:51])
        assert later.first == 45
        assert np.isfinite(whole.theta).all() and (whole.theta[40] != whole.theta[0]).any()


def test_many_runs_go_on_each_by_itself():
    call: dict[str, Any] = dict(hypers={"lr": [0.01, 0.02, 0.03]}, noise=0.3, seed=[5, 6, 7], lookahead=(4, 0.5))
    whole = run("adam", "himmelblau", start=random_starts(SURFACES["himmelblau"], 3), steps=50, **call)
    equal(run("adam", "himmelblau", steps=30, initial=(whole, 20), **call).record, whole.record[:, 20:])


def test_many_runs_may_go_on_from_one():
    one, rates = run("adam", "himmelblau", steps=20), [0.01, 0.02, 0.03]
    many = run("adam", "himmelblau", steps=10, hypers={"lr": rates}, initial=(one, 12))
    for i, lr in enumerate(rates):
        equal(many.record[i], run("adam", "himmelblau", steps=10, hypers={"lr": lr}, initial=(one, 12)).record)
    with pytest.raises(SettingError, match="^lr must be one number, or 3 of them"):
        run("adam", "himmelblau", steps=10, hypers={"lr": [0.1, 0.2]}, initial=(many, 3))


def test_hypers_may_change_on_the_way_and_the_state_stays():
    first = run("adam", "rosenbrock", steps=30, hypers={"lr": 0.01})
    then = run("adam", "rosenbrock", steps=30, hypers={"lr": 0.02, "beta1": 0.5}, initial=(first, 25))
    for name in ("theta", "loss", "gradient", "evaluations"):
        equal(getattr(then, name)[0], getattr(first, name)[25])
    for name in ("m", "v"):
        equal(then.state[name][0], first.state[name][25])
    np.testing.assert_allclose(then.state["m"][1], 0.5 * first.state["m"][25] + 0.5 * first.gradient[25], rtol=1e-15)
    assert (then.theta[1] != first.theta[26]).all() and then.hypers["beta1"] == 0.5


def test_the_surface_may_change_on_the_way():
    first = run("momentum", "ravine", steps=10)
    then = run("momentum", "ravine", steps=10, surface_params={"condition": 7.0}, initial=(first, 10))
    equal(then.theta[0], first.theta[10])
    equal(then.state["b"][0], first.state["b"][10])
    equal(then.loss[0], then.surface.value(first.theta[10])[()])
    assert then.loss[0] != first.loss[10] and then.surface.values["condition"] == 7.0
    over = run("momentum", "himmelblau", steps=10, initial=(first, 10))
    equal(over.theta[0], first.theta[10])


def test_lookahead_may_begin_and_end_on_the_way():
    plain = run("momentum", "ravine", steps=20)
    ahead = run("momentum", "ravine", steps=20, lookahead=(5, 0.5), initial=(plain, 10))
    equal(ahead.state["slow"][0], plain.theta[10])
    equal(ahead.theta[:5], plain.theta[10:15])
    assert (ahead.theta[5] != plain.theta[15]).all()
    again = run("momentum", "ravine", steps=5, initial=(ahead, 7))
    assert list(again.state) == ["b"]
    equal(again.state["b"][0], ahead.state["b"][7])
    equal(again.theta[1] - again.theta[0], ahead.theta[8] - ahead.theta[7])


def test_a_result_that_others_go_on_from_stays_as_it_is():
    first = run("lbfgs", "rosenbrock", steps=10)
    before = first.record.tobytes()
    run("lbfgs", "rosenbrock", steps=10, initial=(first, 5))
    assert first.record.tobytes() == before


@pytest.mark.parametrize("row", [4, 4.0, np.int64(4), np.float64(4)], ids=repr)
def test_a_whole_number_of_any_type_names_the_step(row):
    first = run("adam", "rosenbrock", steps=5)
    equal(run("adam", "rosenbrock", steps=1, initial=(first, row)).record, first.record[4:])


def test_a_run_from_row_0_of_a_result_is_that_result():
    first = run("adam", "rosenbrock", start=(0.5, 0.25), steps=5)
    equal(run("adam", "rosenbrock", steps=5, initial=(first, 0)).record, first.record)


def test_the_most_steps_are_those_of_all_parts_together():
    first = run("gd", "x_squared", steps=40)
    then = run("gd", "x_squared", steps=99_960, initial=(first, 40))
    assert then.first + len(then.theta) - 1 == engine.MAX_STEPS
    with pytest.raises(SettingError, match="^steps must be at most 100,000 together with those before"):
        run("gd", "x_squared", steps=1, initial=(then, 99_960))


# around the rule


@every_convention
def test_the_gradient_and_the_loss_that_are_recorded_are_the_true_ones(optimizer):
    for surface in SURFACES.values():
        for around in [{}, everything(optimizer), *(ON[name] for name in stages(optimizer))]:
            r = run(optimizer, surface, steps=25, hypers=optimizer.start_values(surface), **around)
            value, gradient = surface.evaluate(r.theta)
            equal(r.loss, value)
            equal(r.gradient, gradient)
            assert (r.theta[-1] != r.theta[0]).any()


@every_convention
def test_a_sweep_with_everything_around_the_rule_is_a_run_lane_by_lane(optimizer):
    surface, lanes = SURFACES["himmelblau"], engine.BLOCK + 9
    steps = 4 if optimizer.takes_surface else 25
    call: dict[str, Any] = {"hypers": scattered(optimizer, surface, lanes), "steps": steps}
    starts, seeds = random_starts(surface, lanes), np.random.default_rng(1).integers(0, 2**32, lanes)
    each = [] if optimizer.variant else [ON[name] for name in stages(optimizer)]
    for around in (everything(optimizer), *each):
        seed: dict[str, Any] = {"seed": seeds} if "noise" in around else {}
        many = run(optimizer, surface, start=starts, **seed, **call, **around)
        tolerance = float(np.median(np.nanmin(many.loss - surface.minimum, axis=1)))  # one half arrives
        s = sweep(optimizer, surface, starts=starts, tolerance=tolerance, **seed, **call, **around)
        equal(s.theta, many.theta[:, -1])
        equal(s.loss, many.loss[:, -1])
        equal(s.diverged, many.diverged_at >= 0)
        within = many.loss - surface.minimum <= tolerance
        assert s.steps_to_tolerance is not None and within.any() and not within.any(axis=1).all()
        equal(s.steps_to_tolerance, np.where(within.any(axis=1), np.argmax(within, axis=1), -1))
        out = np.argmax(~within[:, ::-1], axis=1)  # rows at the end that are within, unless all are
        equal(s.stays_from, np.where(within.all(axis=1), 0, np.where(within[:, -1], steps + 1 - out, -1)))


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_a_lane_has_the_same_noise_in_any_block(optimizer):
    surface, lanes = SURFACES["himmelblau"], 2 * engine.BLOCK + 100
    starts, seeds = random_starts(surface, lanes), np.arange(lanes)
    one = sweep(optimizer, surface, starts=starts, seed=seeds, steps=20, noise=3.0)
    back = sweep(optimizer, surface, starts=starts[::-1], seed=seeds[::-1], steps=20, noise=3.0)
    equal(back.theta[::-1], one.theta)
    some = sweep(optimizer, surface, starts=starts[500:530], seed=seeds[500:530], steps=20, noise=3.0)
    equal(some.theta, one.theta[500:530])


# noise


def noise_of(optimizer="gd", surface="ravine", hypers=None, **call):
    """What was added to each gradient: (..., steps, D)."""
    r = run(optimizer, surface, hypers={"lr": 1.0} | (hypers or {}), **call)
    return r.theta[..., :-1, :] - r.theta[..., 1:, :] - r.gradient[..., :-1, :]


@pytest.fixture(scope="module")
def draws():
    """Noise of spread 0.5 for 2,000 seeds: (2000, 5, 2)."""
    return noise_of(surface=SURFACES["ravine"].at(condition=1.0), start=(0.0, 0.0), steps=5, noise=0.5, seed=range(2000))


def test_noise_has_mean_0_and_the_spread_that_is_set(draws):
    n = draws.size
    assert n == 20_000
    assert abs(draws.mean()) < 4 * 0.5 / math.sqrt(n)
    assert abs(draws.std() - 0.5) < 4 * 0.5 / math.sqrt(2 * n)
    within = np.mean(abs(draws) < 0.5)
    assert abs(within - math.erf(1 / math.sqrt(2))) < 4 * 0.5 / math.sqrt(n)


def test_noise_of_seeds_steps_and_coordinates_has_nothing_to_do_with_each_other(draws):
    table = draws.reshape(2000, 10)
    correlations = np.corrcoef(table.T) - np.eye(10)
    neighbours = np.corrcoef(table[:-1].ravel(), table[1:].ravel())[0, 1]
    assert abs(correlations).max() < 4.5 / math.sqrt(2000) and abs(neighbours) < 4 / math.sqrt(20_000)
    assert len(np.unique(draws)) == draws.size


def test_the_same_seed_is_the_same_noise_and_another_seed_is_another():
    call: dict[str, Any] = dict(steps=50, noise=2.0)
    equal(run("gd", "rosenbrock", seed=3, **call).record, run("gd", "rosenbrock", seed=3, **call).record)
    seeds = [0, 1, 2, 255, 256, 65_536, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1]
    many = run("gd", "rosenbrock", seed=seeds, **call)
    assert (np.diff(np.sort(many.theta[:, 1:], axis=0), axis=0) > 0).all()  # no two alike in any row
    for i, seed in enumerate(seeds):
        equal(many.record[i], run("gd", "rosenbrock", seed=seed, **call).record)


@pytest.mark.parametrize("seed", [7, 7.0, np.int32(7), np.uint64(7), np.float64(7), np.array(7)], ids=repr)
def test_a_whole_number_of_any_type_is_a_seed(seed):
    call: dict[str, Any] = dict(steps=5, noise=2.0)
    equal(run("gd", "rosenbrock", seed=seed, **call).record, run("gd", "rosenbrock", seed=7, **call).record)
    s = sweep("gd", "rosenbrock", starts=[(0.0, 0.0)] * 2, seed=seed, **call)
    equal(s.theta[0], s.theta[1])
    equal(s.theta[0], run("gd", "rosenbrock", start=(0.0, 0.0), seed=7, **call).theta[-1])


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5])
def test_a_seed_beyond_32_bits_is_refused(seed):
    for wrong in (seed, [0, seed]):
        with pytest.raises(SettingError, match="^seed must be whole numbers, 0 <= seed <= 4294967295; received "):
            run("gd", "rosenbrock", noise=1.0, seed=wrong)
        with pytest.raises(SettingError, match="^seed must be "):
            sweep("gd", "rosenbrock", starts=np.zeros((2, 2)), seed=wrong)


@pytest.mark.parametrize(
    "other",
    [{"optimizer": "momentum_ema", "hypers": {"momentum": 0.0}}, {"surface": "saddle"}, {"start": (0.1, 0.7)}, {"steps": 4}],
    ids=lambda other: "-".join(other),
)
def test_noise_does_not_depend_on_optimizer_surface_start_or_number_of_steps(other):
    call: dict[str, Any] = dict(start=(0.3, -0.2), steps=3, noise=1.0, seed=9)
    here, there = noise_of(**call), noise_of(**call | other)
    np.testing.assert_allclose(there[:3], here, rtol=0, atol=1e-9)
    assert (abs(here) > 1e-3).all()


def test_without_noise_the_seed_does_not_matter():
    equal(run("adam", "rosenbrock", steps=20, seed=5).record, run("adam", "rosenbrock", steps=20).record)


# the settings as a record


def test_the_settings_of_a_run_are_kept_with_it():
    r = run("adam", "rosenbrock", steps=3, noise=0.5, lookahead=(2, 0.5), weight_decay=0.1, decay="direct", seed=3)
    assert r.around == Around(weight_decay=0.1, decay="direct", lookahead=(2, 0.5), noise=0.5)
    assert r.around.on == ("noise", "weight_decay", "lookahead")
    assert run("adam", "rosenbrock", steps=3).around.on == ()


@every_convention
def test_what_is_off_changes_nothing(optimizer):
    off: dict[str, Any] = dict(
        weight_decay=0.0, decay="direct", clip_norm=None, clip_value=None, maximize=False, lookahead=None, schedule=None,
        noise=0.0, seed=5,
    )  # fmt: skip
    far: dict[str, Any] = dict(clip_norm=1e300, clip_value=1e300, schedule=Schedule("constant"))
    far = {name: value for name, value in far.items() if name in stages(optimizer)}
    call: dict[str, Any] = dict(steps=20, hypers=optimizer.start_values(SURFACES["himmelblau"]))
    plain = run(optimizer, "himmelblau", **call)
    for around in (off, far):
        equal(run(optimizer, "himmelblau", **call, **around).record, plain.record)
    assert (plain.theta[-1] != plain.theta[0]).all()
