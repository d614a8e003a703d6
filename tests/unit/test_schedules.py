"""``Schedule``: what it accepts, when two are the same, and that any stretch of its factors is the same as a part of all."""

import math
from typing import Any

import numpy as np
import pytest

from optim_viz import SCHEDULES, Schedule, SettingError, run

every_kind = pytest.mark.parametrize("kind", SCHEDULES)


def extremes(kind):
    """The defaults, and the two ends of all sliders."""
    yield {}
    for end in (0, 1):
        yield {name: (hyper.slider or (0.0, 1.0))[end] for name, hyper in SCHEDULES[kind].hypers.items()}


# what it accepts


@pytest.mark.parametrize("kind", ["", "Cosine", "nonsense", None, 3, True, ["cosine"], {}, b"cosine", np.zeros(2)], ids=repr)
def test_an_unknown_kind_is_refused_by_name(kind):
    with pytest.raises(SettingError) as caught:
        Schedule(kind)
    assert (caught.value.parameter, caught.value.allowed) == ("schedule", "one of: " + ", ".join(SCHEDULES))


@every_kind
@pytest.mark.parametrize("name", ["nonsense", "lr", "kind", "self", "T_max"])
def test_an_unknown_parameter_is_refused_by_name(kind, name):
    with pytest.raises(SettingError) as caught:
        Schedule(kind, **{name: 1.0})
    assert (caught.value.parameter, caught.value.received) == ("schedule", name)
    known = SCHEDULES[kind].hypers
    assert caught.value.allowed == ("one of: " + ", ".join(known) if known else "empty: there is nothing to set")


@every_kind
def test_a_wrong_value_is_refused_by_the_name_of_its_parameter(kind):
    wrong: list[Any] = [math.nan, math.inf, -1.0, "1", None, True, [1.0], 1j, 10**400]
    for name, hyper in SCHEDULES[kind].hypers.items():
        for value in [*wrong, hyper.allowed.hi + 1, *([2.5] if hyper.kind == "integer" else [])]:
            with pytest.raises(SettingError, match=f"^{name} must be "):
                Schedule(kind, **{name: value})
    for value in [*wrong, 1_000_001, 0.5]:
        with pytest.raises(SettingError, match="^warmup must be a whole number, 0 <= warmup <= 1000000; received "):
            Schedule(kind, warmup=value)


# equality


@every_kind
def test_two_of_the_same_kind_and_numbers_are_the_same(kind):
    for values in extremes(kind):
        one = Schedule(kind, warmup=3, **values)
        assert one == Schedule(kind, warmup=3.0, **values)
        assert one != Schedule(kind, warmup=4, **values)
        assert one != kind and one != repr(one)
        assert all(one != Schedule(other, warmup=3) for other in SCHEDULES if other != kind)
        assert repr(one).startswith(f"Schedule({kind!r}, ") and all(name in repr(one) for name in values)
        with pytest.raises(TypeError, match="unhashable"):
            hash(one)


def test_two_that_differ_in_the_last_digit_are_not_the_same():
    assert Schedule("exponential", gamma=0.999) != Schedule("exponential", gamma=math.nextafter(0.999, 0))


def test_the_numbers_of_a_schedule_are_not_to_be_changed():
    schedule = Schedule("cosine")
    with pytest.raises(TypeError):
        schedule.values["t_max"] = 3  # type: ignore[index]


# factors


@every_kind
@pytest.mark.parametrize("warmup", [0, 1, 7, 250])
def test_the_factors_from_a_step_on_are_a_part_of_all_factors(kind, warmup):
    for values in extremes(kind):
        schedule = Schedule(kind, warmup=warmup, **values)
        whole = schedule.factors(200)
        assert whole.shape == (200,) and whole.dtype == np.float64 and np.isfinite(whole).all() and (whole >= 0).all()
        for first, steps in ((0, 200), (0, 1), (1, 199), (40, 60), (199, 1)):
            part = schedule.factors(steps, first)
            np.testing.assert_array_equal(part, whole[first : first + steps], strict=True)
            assert part.flags.c_contiguous


@every_kind
def test_after_the_warm_up_the_schedule_begins(kind):
    for values in extremes(kind):
        plain, warm = Schedule(kind, **values).factors(100), Schedule(kind, warmup=20, **values).factors(120)
        np.testing.assert_array_equal(warm[20:], plain)
        np.testing.assert_allclose(warm[:20], plain[0] * np.arange(1, 21) / 20, rtol=1e-15)


@every_kind
def test_a_warm_up_of_one_step_delays_and_nothing_else(kind):
    plain, warm = Schedule(kind).factors(50), Schedule(kind, warmup=1).factors(51)
    np.testing.assert_array_equal(warm, [plain[0], *plain])


@every_kind
def test_a_run_takes_the_factors_as_they_are(kind):
    schedule = Schedule(kind, warmup=3)
    r = run("gd", "ravine", steps=30, hypers={"lr": 0.01}, schedule=schedule)
    rates = (0.01 * schedule.factors(30))[:, None]
    np.testing.assert_array_equal(r.theta[1:], r.theta[:-1] - rates * r.gradient[:-1])
    assert (r.theta[1] != r.theta[0]).all()
