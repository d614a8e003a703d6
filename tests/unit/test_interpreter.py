"""What stands in for a kernel while it is compiled: the same source, interpreted, gives the same numbers."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, SCHEDULES, Around, Schedule, engine, interpreter, kernels, lanes, pipeline
from optim_viz.curves import CURVES
from optim_viz.outcome import verdicts
from surfaces import SURFACES
from tests.race import answer

CONVENTIONS = [record for entry in OPTIMIZERS.values() for record in entry.conventions]


@pytest.fixture
def unready(monkeypatch):
    """As if no kernel were compiled; returns the list of what is asked of the compiler, which compiles nothing."""
    asked: list[Any] = []
    monkeypatch.setattr(kernels, "READY", set())
    monkeypatch.setattr(kernels, "_underway", set())
    monkeypatch.setattr(kernels._compiler, "submit", asked.append)
    return asked


@pytest.mark.parametrize("record", CONVENTIONS, ids=lambda record: record.full_key)
def test_an_interpreted_run_is_the_compiled_one(record, unready):
    wanted: dict[str, Any] = {"noise": 0.1, "clip_norm": 3.0, "weight_decay": 0.1}
    kwargs = {name: value for name, value in wanted.items() if name in record.stages}
    schedule = Schedule("cosine", t_max=100, warmup=5) if "schedule" in record.stages else None
    around = Around(**kwargs, schedule=schedule, lookahead=(5, 0.5))
    surface = SURFACES["ravine"].at(rotation=30.0)
    hypers = record.start_values(surface)
    quick = engine.run(record, surface, steps=60, hypers=hypers, around=around, seed=3, patient=False)
    asked = len(unready)
    exact = engine.run(record, surface, steps=60, hypers=hypers, around=around, seed=3)
    assert len(unready) == asked > 0  # the one has been asked for, the other has not waited
    np.testing.assert_allclose(quick.record, exact.record, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("record", CONVENTIONS, ids=lambda record: record.full_key)
@pytest.mark.parametrize("surface, lr", [("rosenbrock", 0.01), ("double_well", 1e9), ("mccormick", 0.1)])
def test_what_is_drawn_and_said_of_a_run_is_the_same_interpreted(record, surface, lr, unready):
    schedule = Schedule("step", step_size=7, warmup=3) if "schedule" in record.stages else None
    exact = engine.run(record, SURFACES[surface], steps=40, hypers={"lr": lr}, around=Around(schedule=schedule))
    quick = dataclasses.replace(exact, patient=False)
    for curve in CURVES.values():
        np.testing.assert_allclose(curve.of(quick), curve.of(exact), rtol=1e-13, err_msg=curve.key)
    assert unready and verdicts(quick) == pytest.approx(verdicts(exact), rel=1e-13, nan_ok=True)


@pytest.mark.parametrize("kind", SCHEDULES)
def test_the_factors_of_a_schedule_are_the_same_interpreted(kind, unready):
    schedule = Schedule(kind, warmup=3)
    np.testing.assert_allclose(schedule.factors(400, 2, patient=False), schedule.factors(400, 2), rtol=1e-13)
    assert len(unready) == 1


def test_an_interpreted_run_leaves_the_finite_numbers_like_the_compiled_one(unready):
    for key in ("gd", "adam", "newton"):
        run = [
            engine.run(OPTIMIZERS[key], SURFACES["rosenbrock"], steps=60, hypers={"lr": 1e9}, patient=patient)
            for patient in (False, True)
        ]
        assert run[0].diverged_at == run[1].diverged_at
        np.testing.assert_array_equal(np.isfinite(run[0].record), np.isfinite(run[1].record))


@pytest.mark.parametrize("chart, more", [("loss", 1), ("sharpness", 3)])
def test_the_page_waits_for_no_kernel(chart, more, unready, monkeypatch):
    monkeypatch.setattr(lanes.Lazy, "__call__", lambda self: 1 / 0)
    assert len(answer(f"s=rosenbrock&n=50&chart={chart}&o=lbfgs&o=adam@keras&o=lbfgs")["runs"]) == 3
    assert len(unready) == 2 + more  # each rule is asked for once, the judge too, a curve, and with it what a rule divides by


def test_a_compiled_kernel_is_used(monkeypatch):
    engine.run(OPTIMIZERS["gd"], SURFACES["ravine"], steps=1)
    assert {OPTIMIZERS["gd"].update, pipeline.trace.plain} <= lanes.READY
    monkeypatch.setattr(interpreter, "interpreted", lambda *_: 1 / 0)
    engine.run(OPTIMIZERS["gd"], SURFACES["ravine"], steps=1, patient=False)


def test_what_is_asked_for_is_compiled_in_the_background():
    record = OPTIMIZERS["signsgd"]
    lanes.READY.discard(record.update)
    lanes.rule_kernel.cache_clear()
    kernels._underway.discard(record.update)
    engine.run(record, SURFACES["ravine"], steps=1, patient=False)
    kernels._compiler.submit(lambda: None).result()
    assert record.update in lanes.READY
