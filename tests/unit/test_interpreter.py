"""What stands in for a kernel while it is compiled: the same source, interpreted, gives the same numbers."""

from typing import Any

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, Around, Schedule, engine, interpreter, lanes, pipeline
from optim_viz.ui import race
from optim_viz.ui.asked import Asked
from surfaces import SURFACES

CONVENTIONS = [record for entry in OPTIMIZERS.values() for record in entry.conventions]


@pytest.fixture
def unready(monkeypatch):
    """As if no kernel were compiled; returns the list of what is asked of the compiler, which compiles nothing."""
    asked: list[Any] = []
    monkeypatch.setattr(engine, "READY", set())
    monkeypatch.setattr(engine, "_underway", set())
    monkeypatch.setattr(engine._compiler, "submit", asked.append)
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
    exact = engine.run(record, surface, steps=60, hypers=hypers, around=around, seed=3)
    assert len(unready) == 1  # the one has been asked for, the other has not waited
    np.testing.assert_allclose(quick.record, exact.record, rtol=1e-11, atol=1e-13)


def test_an_interpreted_run_leaves_the_finite_numbers_like_the_compiled_one(unready):
    for key in ("gd", "adam", "newton"):
        run = [
            engine.run(OPTIMIZERS[key], SURFACES["rosenbrock"], steps=60, hypers={"lr": 1e9}, patient=patient)
            for patient in (False, True)
        ]
        assert run[0].diverged_at == run[1].diverged_at
        np.testing.assert_array_equal(np.isfinite(run[0].record), np.isfinite(run[1].record))


def test_the_page_waits_for_no_kernel(unready, monkeypatch):
    asked = Asked({"query": {"s": "rosenbrock", "n": "50", "o": ["lbfgs", "adam@keras", "lbfgs"]}})
    monkeypatch.setattr(lanes.Lazy, "__call__", lambda self: 1 / 0)
    assert len(race.answer(asked)["runs"]) == 3
    assert len(unready) == 2  # each rule is asked for once


def test_a_compiled_kernel_is_used(monkeypatch):
    engine.run(OPTIMIZERS["gd"], SURFACES["ravine"], steps=1)
    assert {OPTIMIZERS["gd"].update, pipeline.trace.plain} <= lanes.READY
    monkeypatch.setattr(interpreter, "interpreted", lambda *_: 1 / 0)
    engine.run(OPTIMIZERS["gd"], SURFACES["ravine"], steps=1, patient=False)


def test_what_is_asked_for_is_compiled_in_the_background():
    record = OPTIMIZERS["signsgd"]
    lanes.READY.discard(record.update)
    lanes.rule_kernel.cache_clear()
    engine._underway.discard(record.update)
    engine.run(record, SURFACES["ravine"], steps=1, patient=False)
    engine._compiler.submit(lambda: None).result()
    assert record.update in lanes.READY
