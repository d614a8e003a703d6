"""Every trajectory recorded from torch, Keras and Optax is what ``run`` computes. How the data came about: ``tests/golden``."""

import json

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, SettingError, run
from optim_viz.around import from_flat
from tests.golden.cases import HERE, ROWS, STEPS, SURFACES, record_of, surface_of

LIBRARIES = {"torch": "2.13", "keras": "3.", "optax": "0.2.8"}
RECORDS = {library: json.loads((HERE / f"{library}.json").read_text(encoding="utf-8")) for library in LIBRARIES}
THETA = {library: np.load(HERE / f"{library}.npz")["theta"] for library in LIBRARIES}
EACH = [(library, i) for library, record in RECORDS.items() for i in range(len(record["cases"]))]


def label(pair):
    case = RECORDS[pair[0]]["cases"][pair[1]]
    return "-".join([pair[0], *(str(case[field]) for field in ("optimizer", "hypers", "around", "surface"))])


def ours(case):
    around, seed = from_flat(case["around"])
    kwargs = {**around.settings, "start": case["start"], "hypers": case["hypers"], "seed": seed}
    return run(record_of(case["optimizer"]), surface_of(case), steps=STEPS, **kwargs)


@pytest.mark.parametrize("pair", EACH, ids=label)
def test_run_computes_what_the_library_recorded(pair):
    library, i = pair
    case = RECORDS[library]["cases"][i]
    rows = slice(case["until"])  # the rest is chaotic in the library itself
    found, expected, tolerance = ours(case).theta[ROWS], THETA[library][i], record_of(case["optimizer"]).tolerance
    # relative only for the few that run away, to 1e20 and more
    np.testing.assert_allclose(found[rows], expected[rows], rtol=1e-12, atol=tolerance)


@pytest.mark.parametrize("key, kept", json.loads((HERE / "memory.json").read_text(encoding="utf-8")).items())
def test_as_many_numbers_are_kept_for_each_weight_as_torch_keeps(key, kept):
    record = record_of(key)
    assert record.memory(record.check({})) == kept


def test_what_is_kept_depends_on_what_is_switched_on():
    rmsprop = record_of("rmsprop")
    assert [rmsprop.memory(rmsprop.check(h)) for h in ({"momentum": 0.9}, {"momentum": 0.9, "centered": 1})] == [2, 3]
    lbfgs = record_of("lbfgs")
    assert lbfgs.memory(lbfgs.check({})) == 2 + 2 * 100  # the last gradient and direction, and torch's history of pairs


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_call_is_recorded_by_default_and_with_all_its_samples(library):
    cases = RECORDS[library]["cases"] + RECORDS[library]["left_out"]
    for entry in OPTIMIZERS.values():
        for record in entry.conventions:
            if library not in record.calls:
                continue
            assert len(record.samples) >= 3, record.full_key
            tame = 0
            for hypers in ({}, *record.samples):
                these = [c for c in cases if (c["optimizer"], c["hypers"], c["around"]) == (record.full_key, hypers, {})]
                assert len(these) == len(SURFACES), f"{record.full_key} {hypers}: run tests/golden/record_{library}.py"
                tame += sum(c.get("until", 0) == len(ROWS) for c in these) >= 3
            assert tame >= 2, f"{record.full_key}: choose samples that are tame for 500 steps on three surfaces"


@pytest.mark.parametrize("library", LIBRARIES)
def test_only_runs_that_leave_the_finite_numbers_in_the_library_are_left_out(library):
    assert len(RECORDS[library]["left_out"]) <= 3
    for case in RECORDS[library]["left_out"]:
        assert ours(case).diverged_at is not None


@pytest.mark.parametrize("library, version", LIBRARIES.items())
def test_the_record_names_its_library_and_holds_what_it_says(library, version):
    record, theta = RECORDS[library], THETA[library]
    assert record["versions"][library].startswith(version)
    assert (record["steps"], record["rows"]) == (500, ROWS)
    assert theta.dtype == np.float64 and theta.shape == (len(record["cases"]), len(ROWS), 2)
    assert np.isfinite(theta).all()
    moved = (theta[:, 0] != theta[:, 5]).any(axis=1)
    assert moved.all(), [case for case, m in zip(record["cases"], moved, strict=True) if not m]


def test_stages_around_the_rule_are_recorded_for_every_entry_of_torch_that_has_them():
    recorded = {(c["optimizer"], name) for c in RECORDS["torch"]["cases"] for name in c["around"]}
    for entry in OPTIMIZERS.values():
        if "torch" in entry.calls:
            for stage in ("schedule", "clip_norm"):
                assert (stage in (entry.stages or ())) == ((entry.key, stage) in recorded), (entry.key, stage)
    assert {name for _, name in recorded} >= {"weight_decay", "clip_value", "maximize", "warmup"}


def test_a_larger_tolerance_has_its_reason_in_the_record():
    for entry in OPTIMIZERS.values():
        for record in entry.conventions:
            assert (record.tolerance > 1e-10) == bool(record.why_tolerance), record.full_key
    assert len({s for s, _ in SURFACES}) == 4


def test_what_is_not_supported_is_not_recorded():
    for library, record in RECORDS.items():
        for case in record["cases"]:
            try:
                from_flat(case["around"])[0].check(record_of(case["optimizer"]))
            except SettingError as error:  # pragma: no cover
                pytest.fail(f"{library}: {case}: {error}")
