"""Every fit recorded from torch, batch by batch, is what ``fit`` computes. How the data came about: record_fit_torch.py."""

import json

import numpy as np
import pytest

from optim_viz import Data, fit
from tests.golden.cases import HERE, ROWS, STEPS, conventions, record_of

RECORD = json.loads((HERE / "fit_torch.json").read_text(encoding="utf-8"))
PROBLEMS, CASES = RECORD["problems"], RECORD["cases"]


@pytest.fixture(scope="module")
def arrays():
    return dict(np.load(HERE / "fit_torch.npz"))


def ours(optimizer, number, **kwargs):
    return fit(optimizer, updates=STEPS, **PROBLEMS[number], **kwargs)


@pytest.mark.parametrize("number", range(len(PROBLEMS)))
def test_data_and_batches_are_those_of_the_record(arrays, number):
    f = ours("gd", number)
    np.testing.assert_allclose(f.inputs, arrays[f"inputs{number}"], rtol=1e-13)
    np.testing.assert_allclose(f.targets, arrays[f"targets{number}"], rtol=1e-13)
    np.testing.assert_array_equal(np.concatenate(f.batches(0)), arrays[f"batches{number}"])


@pytest.mark.parametrize("i", range(len(CASES)), ids=lambda i: "-".join(str(v) for v in CASES[i].values()))
def test_fit_computes_what_torch_recorded(arrays, i):
    case, theta = CASES[i], arrays[f"theta{i}"]
    rows, record = slice(case["until"]), record_of(case["optimizer"])  # the rest is chaotic in torch itself
    f = ours(record, case["problem"], hypers=case["hypers"], start=theta[0])
    np.testing.assert_allclose(f.theta[0][ROWS][rows], theta[rows], rtol=1e-12, atol=record.tolerance)


def test_every_optimizer_of_torch_is_recorded_on_every_problem_to_the_end():
    for record in conventions("torch"):
        these = [case for case in CASES if case["optimizer"] == record.full_key]
        assert {case["problem"] for case in these} == set(range(len(PROBLEMS)))
        assert len(these) == len(PROBLEMS) * (1 + len(record.samples))
        # L-BFGS mixes the gradients of different batches and magnifies the last digit: torch against itself, too
        long = [case for case in these if case["until"] == len(ROWS)]
        assert len(long) >= len(these) - 1 or record.key == "lbfgs", record.full_key


def test_data_given_as_arrays_are_fitted_alike(arrays):
    own = Data(arrays["inputs0"], arrays["targets0"])
    here = fit("adam", own, model="line", batch_size=10, seeds=3, updates=50)
    np.testing.assert_array_equal(here.theta, ours("adam", 0).theta[:, :51])
