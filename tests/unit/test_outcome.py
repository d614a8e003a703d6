"""The judge of a run against its slow twin, and the causes that it names against what they say."""

import math
from typing import Any

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, run
from optim_viz.curves import CURVES
from optim_viz.judge import CAUSES, SLOTS
from optim_viz.outcome import outcome, verdicts
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
            for name in ("fell", "worse", "oscillates", "stalls", "running", "left_again", "arrived", "diverged"):
                seen.setdefault(name, set()).update(found[name])
            seen["cause"] |= {CAUSES[int(cause)] for cause in found["cause"]}
    assert seen["cause"] >= {None, "climbs", "endless", "rate", "slope"}
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


def test_who_asks_for_no_causes_is_told_the_same_but_for_them():
    found = run("gd", "ravine", steps=100, hypers={"lr": np.geomspace(0.01, 1, 9)})
    with_causes, without = verdicts(found), verdicts(found, causes=False)
    assert (with_causes["cause"] != without["cause"]).any()
    for name in SLOTS[: SLOTS.index("cause")]:
        np.testing.assert_array_equal(with_causes[name], without[name], name)


def test_a_surface_without_minimum_has_none_to_arrive_at():
    found = verdicts(run("gd", SLIDE, steps=30))
    assert math.isinf(found["arrived"]) and math.isinf(found["touched"]) and math.isnan(found["minimum"])
