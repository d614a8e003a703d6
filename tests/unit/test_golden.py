"""Every trajectory recorded from torch is what ``run`` computes. The data and how they came about: ``tests/golden``."""

import json
from pathlib import Path

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, run
from surfaces import SURFACES

GOLDEN = Path(__file__).parents[1] / "golden"
RECORD = json.loads((GOLDEN / "torch.json").read_text(encoding="utf-8"))
with np.load(GOLDEN / "torch.npz") as archive:
    THETA = dict(archive)

SETTINGS = [
    pytest.param(key, dict(hypers), id=f"{key}-{dict(hypers)}")
    for key, optimizer in OPTIMIZERS.items()
    for hypers in ({}, *optimizer.samples)
]


def label(case):
    return "-".join(str(case[field]) for field in ("name", "optimizer", "hypers", "surface", "surface_params"))


@pytest.mark.parametrize("case", RECORD["cases"], ids=label)
def test_run_computes_what_torch_recorded(case):
    recorded = THETA[case["name"]]
    ours = run(
        case["optimizer"],
        case["surface"],
        steps=RECORD["steps"],
        hypers=case["hypers"],
        surface_params=case["surface_params"],
    )
    np.testing.assert_array_equal(ours.theta[0], recorded[0], "the surface's start has moved: record again")
    tolerance = OPTIMIZERS[case["optimizer"]].tolerance
    np.testing.assert_allclose(ours.theta, recorded, rtol=0, atol=tolerance)


@pytest.mark.parametrize("key, hypers", SETTINGS)
def test_each_optimizer_is_recorded_by_default_and_with_all_its_samples_on_three_surfaces(key, hypers):
    covered = {case["surface"] for case in RECORD["cases"] if (case["optimizer"], case["hypers"]) == (key, hypers)}
    assert len(covered & set(SURFACES)) >= 3, "run tests/golden/record_torch.py"


def test_the_record_names_its_torch():
    assert RECORD["versions"]["torch"].split(".")[:2] == ["2", "13"]


def test_the_record_holds_500_steps_of_finite_numbers_for_each_case():
    assert RECORD["steps"] == 500
    assert THETA.keys() == {case["name"] for case in RECORD["cases"]}
    for case in RECORD["cases"]:
        theta = THETA[case["name"]]
        assert theta.dtype == np.float64
        assert theta.shape == (RECORD["steps"] + 1, SURFACES[case["surface"]].dim)
        assert np.isfinite(theta).all()


def test_the_record_moves_in_each_case():
    for case in RECORD["cases"]:
        assert (THETA[case["name"]][1] != THETA[case["name"]][0]).any(), label(case)
