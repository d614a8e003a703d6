"""What the catalogue says of agreement with the libraries is what the recorded trajectories say."""

import json

import pytest

from docs.parity import LIBRARIES, difference, recorded
from optim_viz import OPTIMIZERS, parity
from tests.golden.cases import ROWS, STEPS

MEASURED = json.loads(parity.FILE.read_text(encoding="utf-8"))
RECORDED = {library: recorded(library) for library in LIBRARIES}
EACH = [(key, library) for key, found in MEASURED.items() for library in found]


def cases(key, library):
    record, theta = RECORDED[library]
    return [(case, rows) for case, rows in zip(record["cases"], theta, strict=True) if case["optimizer"] == key]


def test_there_is_one_for_each_call():
    calls = {(r.full_key, library) for o in OPTIMIZERS.values() for r in o.conventions for library in r.calls}
    assert set(EACH) == calls, "run: make docs"


@pytest.mark.parametrize(("key", "library"), EACH)
def test_it_is_current(key, library):
    found, its = MEASURED[key][library], cases(key, library)
    assert found["version"] == RECORDED[library][0]["versions"][library].partition("+")[0], "run: make docs"
    assert (found["runs"], found["steps"]) == (len(its), STEPS), "run: make docs"
    assert found["chaotic"] == sum(case["until"] < len(ROWS) for case, _ in its), "run: make docs"


@pytest.mark.parametrize(("key", "library"), EACH)
def test_a_run_of_today_is_as_close_as_it_says(key, library):
    case, rows = cases(key, library)[-1]
    # another processor may round the last digit otherwise
    assert difference(case, rows) <= max(10 * MEASURED[key][library]["difference"], 1e-15), "run: make docs"


def test_a_record_knows_its_own():
    (torch, optax) = parity.of(OPTIMIZERS["adam"])
    assert (torch.library, optax.library) == ("PyTorch", "Optax")
    assert torch.version == "2.13.0" and torch.steps == 500
    assert torch.difference <= torch.bound <= 1e-10
    assert parity.of(OPTIMIZERS["newton"]) == ()
    assert [p.library for p in parity.of(OPTIMIZERS["adam"].as_in("keras"))] == ["Keras"]


@pytest.mark.parametrize(("difference", "bound"), [(0.0, 0.0), (2.9e-14, 1e-13), (1e-13, 1e-13), (8.4e-11, 1e-10)])
def test_the_bound_is_a_power_of_ten(difference, bound):
    assert parity.Parity("PyTorch", "2", 500, 1, 0, difference).bound == bound
