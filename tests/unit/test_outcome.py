"""The judge of a run against its slow twin, and the causes that it names against what they say."""

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, run, wasm
from optim_viz.curves import CURVES
from optim_viz.judge import CAUSES, SLOTS, STOPS, watched
from optim_viz.outcome import outcome, verdicts
from optim_viz.rules import arguments, ieee, names
from surfaces import SURFACES
from tests import naive
from tests.slide import SLIDE

EVERY = {**SURFACES, "slide": SLIDE}


def races(surface):
    """Some optimizers, with learning rates from creeping to exploding, from the surface's start and others, near and far."""
    rng = np.random.default_rng(7)
    for key, around in (
        ("gd", {}), ("momentum", {}), ("adam", {}), ("gd", {"maximize": True}), ("nesterov", {"weight_decay": 0.1}),
        ("rmsprop", {}), ("momentum", {"noise": 0.3}),
    ):  # fmt: skip
        lo, hi = np.array(surface.domain).T
        starts = [surface.start, *rng.uniform(lo - (hi - lo), hi + (hi - lo), (5, surface.dim))]
        for steps in (1, 15, 120, 400):
            lrs = np.geomspace(1e-4, 10, len(starts))
            yield run(key, surface, start=np.array(starts), steps=steps, hypers={"lr": lrs}, **around)


def one(many, i):
    """A lane of it, alone."""
    hypers = {name: value[i] if np.ndim(value) else value for name, value in many.hypers.items()}
    return type(many)(many.optimizer, many.surface, hypers, many.around, np.ascontiguousarray(many.record[i]))


@pytest.mark.parametrize("surface", EVERY.values(), ids=EVERY)
def test_the_judge_says_what_its_slow_twin_says(surface):
    minima, width = [(m.theta, m.value) for m in surface.minima], max(hi - lo for lo, hi in surface.domain)
    with np.errstate(all="ignore"):
        for many in races(surface):
            found = verdicts(many)
            for i in range(len(many.loss)):
                alone = one(many, i)
                if surface.valley:
                    minima = [(surface.valley.nearest(*alone.theta[-1].tolist(), *surface.coefficients), surface.minimum)]
                expected: dict[str, Any] = naive.verdict(
                    alone.theta, alone.loss, alone.gradient, minima, surface.lowest, width, alone.around.maximize
                )
                given = {name: float(found[name][i]) for name in expected}
                expected = {name: float(value) for name, value in expected.items()}
                assert given == pytest.approx(expected, rel=1e-9, nan_ok=True), (many.optimizer.key, i)
                assert verdicts(alone) == pytest.approx({name: found[name][i] for name in SLOTS}, rel=1e-12, nan_ok=True)
                if CAUSES[int(found["cause"][i])] == "slope":
                    assert found["row"][i] == naive.thrown(alone.theta[: int(found["end"][i]) + 1], width)
                    length = np.linalg.norm(np.diff(alone.theta, axis=0)[int(found["row"][i]) - 1])
                    assert found["length"][i] == pytest.approx(length, rel=1e-12)


def test_every_verdict_comes_up():
    seen: dict[str, set[Any]] = {"cause": set()}
    for surface in (*SURFACES.values(), SLIDE):
        for many in races(surface):
            found = verdicts(many)
            for name in ("brief", "fell", "worse", "oscillates", "stalls", "running", "left_again", "arrived", "diverged"):
                seen.setdefault(name, set()).update(found[name])
            seen["cause"] |= {CAUSES[int(cause)] for cause in found["cause"]}
    assert seen["cause"] >= {None, "climbs", "endless", "rate", "slope", "long", "uphill"}
    assert [name for name, values in seen.items() if len(values) < 2] == []


@pytest.mark.parametrize("key", ["gd", "momentum", "nesterov"])
def test_a_rate_above_the_limit_is_named_with_the_first_row_where_it_is(key):
    found = run(key, "rosenbrock", steps=100, hypers={"lr": 0.05})
    cause = outcome(found).cause
    assert cause and cause.kind == "rate"
    with np.errstate(all="ignore"):
        above = CURVES["sharpness"].of(found) > CURVES["sharpness_limit"].of(found)
    assert cause.row == int(np.argmax(above)) and cause.lr == 0.05
    assert cause.curvature == CURVES["sharpness"].of(found)[cause.row]
    assert cause.times == pytest.approx(float(OPTIMIZERS[key].sharpness_limit({**found.hypers, "lr": 1.0})))
    assert cause.momentum == found.hypers.get("momentum")


@pytest.mark.parametrize(
    "key, surface, settings, kind",
    [
        ("sam", "rosenbrock", {"steps": 1}, "long"),
        ("adagrad", "levy", {"steps": 1}, "long"),
        ("newton", "plateau", {"steps": 300}, "peak"),
        ("adam", "rosenbrock", {"steps": 5, "hypers": {"lr": 0.2}}, "momentum"),
        ("adam", "cliff", {"steps": 50, "hypers": {"lr": 3.0}}, "momentum"),
    ],
)
def test_the_step_that_a_cause_names_is_the_one_that_took_it_above_its_start(key, surface, settings, kind):
    hypers = {**OPTIMIZERS[key].start_values(SURFACES[surface]), **settings.get("hypers", {})}
    found = run(key, surface, steps=settings["steps"], hypers=hypers)
    ended = outcome(found)
    assert ended.worse and ended.cause and ended.cause.kind == kind
    row = ended.cause.row
    step = found.theta[row] - found.theta[row - 1]
    assert found.loss[row - 1] <= found.loss[0] < found.loss[row:].min()
    assert (step @ found.gradient[row - 1] < 0) == (kind == "long")
    if kind == "long":
        assert ended.cause.length == pytest.approx(np.linalg.norm(step))
    if kind == "peak":
        assert np.linalg.eigvalsh(SURFACES[surface].hessian(found.theta[row - 1]))[0] < 0


@pytest.mark.parametrize(
    "key, surface, settings, kind",
    [
        ("gd", "x_squared", {"start": (0.0,), "steps": 6, "hypers": {"lr": 0.1}, "noise": 1.0}, "noise"),
        ("gd", "ravine", {"start": (0.1, 0.0), "steps": 30, "hypers": {"lr": 1e-3}, "noise": 30.0}, "noise"),
        ("adamw", "rosenbrock", {"start": (1.0, 1.0), "steps": 300, "hypers": {"weight_decay": 0.5}}, "decay"),
        ("gd", "rosenbrock", {"start": (1.0, 1.0), "steps": 300, "hypers": {"lr": 1e-3}, "weight_decay": 0.5}, "decay"),
        ("gd", "x_squared", {"start": (1.0,), "steps": 50, "hypers": {"lr": 0.1}, "maximize": True}, "climbs"),
        ("newton", "kink", {"start": (-1.7, 0.9), "steps": 5}, "zero"),
    ],
)
def test_noise_decay_and_climbing_are_causes_where_they_are(key, surface, settings, kind):
    cause = outcome(run(key, surface, **settings)).cause
    assert cause and cause.kind == kind
    stage = {"noise": "noise", "decay": "weight_decay"}.get(kind)
    if stage:
        without = {name: value for name, value in settings.items() if name != stage}
        without["hypers"] = {**settings["hypers"], **({stage: 0.0} if stage in settings["hypers"] else {})}
        calm = outcome(run(key, surface, **without))
        assert not calm.worse and calm.diverged is None


@pytest.mark.parametrize("key, surface, steps", [("lion", "ravine", 300), ("signsgd", "ravine", 300), ("adagrad", "kink", 300)])
def test_who_comes_and_goes_has_not_arrived_to_stay(key, surface, steps):
    """In the last row within the tolerance, as often before; with one step more it is out again."""
    hypers = OPTIMIZERS[key].start_values(SURFACES[surface])
    ended, later = (outcome(run(key, surface, steps=n, hypers=hypers)) for n in (steps, steps + 1))
    assert ended.brief and ended.arrived == steps and later.arrived != steps


def test_who_comes_straight_down_in_the_last_step_has_arrived():
    first = outcome(run("gd", "ravine", steps=500, hypers={"lr": 0.01})).arrived
    assert first
    ended = outcome(run("gd", "ravine", steps=first, hypers={"lr": 0.01}))
    assert ended.arrived == first and not ended.brief


def test_who_asks_for_no_causes_is_told_the_same_but_for_them():
    found = run("gd", "ravine", steps=100, hypers={"lr": np.geomspace(0.01, 1, 9)})
    with_causes, without = verdicts(found), verdicts(found, causes=False)
    assert (with_causes["cause"] != without["cause"]).any()
    for name in SLOTS[: SLOTS.index("cause")]:
        np.testing.assert_array_equal(with_causes[name], without[name], name)


def test_a_surface_without_minimum_has_none_to_arrive_at():
    found = verdicts(run("gd", SLIDE, steps=30))
    assert math.isinf(found["arrived"]) and math.isinf(found["touched"]) and math.isnan(found["minimum"])


def stopped(rule, given):
    """What stops plain Python's arithmetic; "power" for one that is too large or no real number: that is no stop by itself."""
    try:
        after = rule(*given)
        return None if all(map(math.isfinite, after)) else "huge"
    except ZeroDivisionError:
        return "zero"
    except ValueError:
        return "root"
    except (OverflowError, TypeError):
        return "power"


def test_a_watched_rule_tells_what_stops_plain_arithmetic():
    rng, told = np.random.default_rng(2), Counter[str]()
    values = [0.0, 1.0, -1.0, 0.5, 2.0, 1e-300, 1e200, -1e200, 1.7e308]
    for rule in wasm.rules():
        if {"surface"} & set(arguments(rule)) or "rectification" in names(rule.__code__):
            continue
        for _ in range(60):
            given = [float(x) for x in rng.choice(values, len(arguments(rule)))]
            kind = stopped(rule, given)
            if kind == "power":
                continue
            with np.errstate(all="ignore"):
                assert STOPS[int(ieee(watched(rule))(*map(np.float64, given)))] == kind, (rule, given)
            told[kind] += 1
    assert set(told) == set(STOPS) and min(told.values()) > 50
