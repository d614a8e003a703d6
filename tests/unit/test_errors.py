"""Every wrong setting raises ``SettingError``, which says which setting, what is allowed and what was received."""

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, Optimizer, SettingError, Surface, engine, run, sweep
from optim_viz.errors import shown
from surfaces import SURFACES

NAN, INF = math.nan, math.inf
HUGE = 10**400  # no float is as large
UNWRITABLE = 10**5000  # Python refuses to write it
OPTIMIZER_KEYS, SURFACE_KEYS = ", ".join(OPTIMIZERS), ", ".join(SURFACES)

#: a surface without a lowest point
SLOPE = Surface(
    key="slope", name="slope", dim=1, value=lambda x: x, gradient=lambda x: (1.0,), domain=((-1.0, 1.0),), start=(0.0,),
    minima=(), curvature=1.0, levels="linear", teaches="", source="",
)  # fmt: skip


def bad_run(parameter, allowed, received, *, case=None, **arguments):
    """A row of the table: these arguments to ``run``, and what the error says."""
    call = {"optimizer": "gd", "surface": "rosenbrock", **arguments}
    return pytest.param(run, call, parameter, allowed, received, id=f"run-{case or shown(arguments)}")


def bad_sweep(parameter, allowed, received, *, case=None, **arguments):
    call = {"optimizer": "gd", "surface": "rosenbrock", "starts": np.zeros((3, 2)), "steps": 2, **arguments}
    return pytest.param(sweep, call, parameter, allowed, received, id=f"sweep-{case or shown(arguments)}")


def bad_hypers():
    """Values that make no sense, for each hyperparameter of each optimizer and each parameter of each surface."""
    owners = [("optimizer", "hypers", o.key, o.hypers) for o in OPTIMIZERS.values()]
    owners += [("surface", "surface_params", s.key, s.params) for s in SURFACES.values()]
    for owner, argument, key, hypers in owners:
        for hyper in hypers.values():
            allowed = hyper.allowed.condition(hyper.name)
            bad: list[Any] = [None, "0.5", "", NAN, INF, -INF, HUGE, 1j, [0.5], np.array(0.5)]
            if hyper.kind == "switch":
                allowed, bad = "True or False", [*bad, 2, -1]
            else:
                ends = hyper.allowed.lo, hyper.allowed.hi
                bad += [True, False, np.True_, ends[0] - 1, ends[1] + 1, *(x for x in ends if x not in hyper.allowed)]
            if hyper.kind != "number":
                bad.append(0.5)
            for value in bad:
                case = f"{key}.{hyper.name}={shown(value)}"
                yield bad_run(hyper.name, allowed, value, case=case, **{owner: key, argument: {hyper.name: value}})
                if owner == "optimizer" and not isinstance(value, list):
                    call = {owner: key, argument: {hyper.name: value}, "starts": np.zeros((3, 2))}
                    yield bad_sweep(hyper.name, allowed, value, case=case, **call)
                    if isinstance(value, float):
                        many = {hyper.name: [hyper.default, value, hyper.default]}
                        yield bad_sweep(hyper.name, allowed, value, case=f"{case}-in-one-lane", **call | {argument: many})


def near_misses():
    """A key with its last letter doubled: what did you mean?"""
    for key in OPTIMIZERS:
        yield bad_run("optimizer", f"did you mean {key}?", key + key[-1], optimizer=key + key[-1])
    for key in SURFACES:
        yield bad_run("surface", f"did you mean {key}?", key + key[-1], surface=key + key[-1])


POINT, POINTS, STEPS = "as many as coordinates: 2", "shape (N, 2)", "a whole number from 1 to 100,000"
MAPPING, EACH = "a mapping from names to numbers", "one number, or 3 of them, one for each start"

BAD_STARTS: list[Any] = [
    0.0, (), (1.0,), (1.0, 2.0, 3.0), [(1.0, 2.0)], [[1.0], [2.0]], [[1.0], [2.0, 3.0]], np.array([[1.0, 2.0]]),
    (NAN, 0.0), (0.0, INF), (0.0, -INF), np.array([NAN, NAN]), (1j, 0.0), (HUGE, 0.0), (UNWRITABLE, 0.0),
    "ab", "12", ("1", "2"), (1.0, "2"), np.array(["1", "2"]), (None, 1.0), (None, None),
    True, (True, False), (True, 2.0), (2.0, np.True_), np.array([True, False]), {"x": 1, "y": 2}, {1.0, 2.0}, object(),
]  # fmt: skip
BAD_MANY_STARTS: list[Any] = [
    None, 3.0, "ab", [], [[]], (1.0, 2.0), [(1.0,)], [(1.0, 2.0, 3.0)], [[(1.0, 2.0)]], [(1.0, 2.0), (1.0,)],
    np.zeros(2), np.zeros((3, 1)), np.zeros((2, 2), dtype=bool), np.zeros((2, 2), dtype=complex),
    [(1.0, NAN)], [(1.0, 2.0), (INF, 2.0)], [("1", "2")], [(True, False)], [(True, 2.0)], [(None, 1.0)],
]  # fmt: skip

BAD_CALLS = [
    # keys
    *(bad_run("optimizer", f"one of: {OPTIMIZER_KEYS}", key, optimizer=key) for key in ("zzz", "", "GD")),
    *(bad_run("surface", f"one of: {SURFACE_KEYS}", key, surface=key) for key in ("zzz", "", "Ravine")),
    *near_misses(),
    *(
        bad_run(parameter, f"one of: {keys}", key, **{parameter: key})
        for parameter, keys in (("optimizer", OPTIMIZER_KEYS), ("surface", SURFACE_KEYS))
        for key in (None, 3, True, b"adam", ["adam"], {"adam": 1}, ("adam",), np.zeros(3), type(SLOPE), UNWRITABLE)
    ),
    bad_run("optimizer", f"one of: {OPTIMIZER_KEYS}", SLOPE, case="optimizer is a surface", optimizer=SLOPE),
    bad_run("surface", f"one of: {SURFACE_KEYS}", OPTIMIZERS["gd"], case="surface is one", surface=OPTIMIZERS["gd"]),
    bad_sweep("optimizer", "did you mean adam?", "adamm", optimizer="adamm"),
    bad_sweep("surface", "did you mean ravine?", "ravin", surface="ravin"),
    # start
    *(bad_run("start", POINT, start, start=start) for start in BAD_STARTS),
    *(
        bad_run("start", "as many as coordinates: 1", start, surface="x_squared", start=start)
        for start in (NAN, INF, True, "3", (), (1.0, 2.0), [[1.0]], (None,))
    ),
    # starts
    *(bad_sweep("starts", POINTS, starts, starts=starts) for starts in BAD_MANY_STARTS),
    bad_sweep("starts", "shape (N, 1)", [1.0, 2.0], surface="x_squared", starts=[1.0, 2.0]),
    bad_sweep("starts", "1 to 262,144 points", 0, case="no starts", starts=np.zeros((0, 2))),
    bad_sweep("starts", "1 to 262,144 points", 262_145, case="262,145 starts", starts=np.zeros((262_145, 2))),
    # steps
    *(
        bad(parameter, STEPS, steps, steps=steps)
        for bad, parameter in ((bad_run, "steps"), (bad_sweep, "steps"))
        for steps in (0, -1, 1.5, True, "10", 10**9, 100_001, NAN, INF, None, [10], np.array(10), HUGE, UNWRITABLE)
    ),
    bad_sweep("steps", "at most 762 for this many", 763, case="2e8 steps", starts=np.zeros((262_144, 2)), steps=763),
    bad_sweep("steps", "at most 99,950 for", 100_000, case="2,001 lanes", starts=np.zeros((2001, 2)), steps=100_000),
    # hypers and surface_params
    *bad_hypers(),
    *(
        bad(parameter, MAPPING, given, **{parameter: given})
        for bad in (bad_run, bad_sweep)
        for parameter in ("hypers", "surface_params")
        for given in (5, 0, "lr", "", ["lr"], [], (), {"lr"}, [("lr", 0.1)], True, False, np.ones(2))
    ),
    *(
        bad(parameter, f"one of: {only}", name, **{parameter: {name: 0.5}})
        for bad in (bad_run, bad_sweep)
        for parameter, only in (("hypers", "lr"), ("surface_params", "b"))
        for name in ("beta1", "", "LR", "self", "values", 3, None, ("lr",))
    ),
    bad_run("surface_params", "empty: there is nothing to set", "b", surface="himmelblau", surface_params={"b": 1.0}),
    bad_run("surface_params", "one of: b", "c", surface=SURFACES["rosenbrock"], surface_params={"c": 1.0}),
    # a hyper for each lane
    *(
        bad_sweep("lr", EACH, rates, hypers={"lr": rates})
        for rates in ([], [0.1], [0.1, 0.1], [0.1] * 4, [[0.1, 0.1, 0.1]], np.full((3, 1), 0.1))
    ),
    *(
        bad_sweep("lr", "a number, 0 <= lr", rates, hypers={"lr": rates})
        for rates in (
            ["a", "b", "c"],
            [0.1, None, 0.1],
            [0.1, True, 0.1],
            [True] * 3,
            [0.1, [0.1], 0.1],
            np.ones(3, bool),
        )
    ),
    bad_sweep("centered", "True or False", 0.5, optimizer="rmsprop", hypers={"centered": [0.0, 0.5, 1.0]}),
    # tolerance
    *(
        bad_sweep("tolerance", "a number, 0 <= tolerance", tolerance, tolerance=tolerance)
        for tolerance in (-1e-9, NAN, INF, -INF, "1e-6", True, [1e-6], np.zeros(3), HUGE, 1j)
    ),
    bad_sweep("tolerance", "left out: this surface has no minimum", 0.1, surface=SLOPE, starts=[[0.0]], tolerance=0.1),
]


@pytest.mark.parametrize("function, call, parameter, allowed, received", BAD_CALLS)
def test_a_wrong_setting_says_which_what_is_allowed_and_what_was_received(function, call, parameter, allowed, received):
    with pytest.raises(SettingError) as caught:
        function(**call)
    error = caught.value
    assert error.parameter == parameter
    assert allowed in error.allowed
    assert shown(error.received) == shown(received)
    assert str(error) == f"{parameter} must be {error.allowed}; received {shown(received)}"
    assert "\n" not in str(error) and "{" not in error.allowed


@pytest.mark.parametrize("surface", SURFACES.values(), ids=list(SURFACES))
@pytest.mark.parametrize("theta", ["1", "a", None, [None], [1, 2, 3], [[1, 2, 3]], 1j, True, HUGE, object()], ids=shown)
def test_a_surface_refuses_points_that_are_none(surface, theta):
    if surface.dim == 1 and isinstance(theta, list) and None not in theta:
        theta = "points of a 1-D surface may have any shape"
    for function in (surface.value, surface.gradient, surface.evaluate):
        with pytest.raises(SettingError, match=rf"^theta must be numbers of shape \(\.\.\., {surface.dim}\); received"):
            function(theta)


def test_a_setting_error_is_a_value_error():
    assert issubclass(SettingError, ValueError)


@pytest.mark.parametrize("again", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
def test_a_setting_error_survives_pickling_and_copying(again):
    with pytest.raises(SettingError) as caught:
        run("adamm", "rosenbrock")
    error, twin = caught.value, again(caught.value)
    assert type(twin) is SettingError and twin is not error
    assert str(twin) == str(error)
    for field in ("parameter", "template", "values", "allowed", "received", "args"):
        assert getattr(twin, field) == getattr(error, field)


def test_a_setting_error_keeps_its_template_apart_from_the_values_for_translation():
    error = SettingError("steps", "a whole number from 1 to {limit}", 0, limit="9")
    assert (error.template, error.values) == ("a whole number from 1 to {limit}", {"limit": "9"})
    assert error.allowed == "a whole number from 1 to 9"


def test_what_was_received_is_shown_in_one_short_line():
    assert shown("x" * 1000) == "'" + "x" * 76 + "..."
    assert shown(np.zeros((2, 2))) == "array([[0., 0.], [0., 0.]])"
    assert shown("two\nlines") == r"'two\nlines'"
    assert shown(UNWRITABLE).startswith("<int object")


def test_a_wrong_setting_is_found_before_anything_is_compiled(monkeypatch):
    def compiled(_):
        raise AssertionError("a kernel was asked for")

    for record in (Optimizer, Surface):
        monkeypatch.setattr(record, "kernel", property(compiled))
    for row in BAD_CALLS:
        function, call, *_ = row.values
        with pytest.raises(SettingError):
            function(**call)
    with pytest.raises(AssertionError, match="asked for"):
        run("gd", "rosenbrock")


def test_limits_are_those_of_the_public_face():
    assert (engine.MAX_STEPS, engine.MAX_LANES, engine.MAX_LANE_STEPS) == (100_000, 262_144, 200_000_000)
