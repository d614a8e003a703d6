"""Every wrong setting raises ``SettingError``, which says which setting, what is allowed and what was received."""

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, Run, Schedule, SettingError, Surface, engine, kernels, pipeline, run, sweep
from optim_viz.around import PLAIN
from optim_viz.errors import shown
from surfaces import SURFACES
from tests.ids import told

NAN, INF = math.nan, math.inf
HUGE = 10**400  # no float is as large
UNWRITABLE = 10**5000  # Python refuses to write it
OPTIMIZER_KEYS, SURFACE_KEYS = ", ".join(OPTIMIZERS), ", ".join(SURFACES)

#: a surface without a lowest point
SLOPE = Surface(
    key="slope", name="slope", dim=1, value=lambda x: x, gradient=lambda x: (1.0,), hessian=lambda x: (0.0,),
    domain=((-1.0, 1.0),), start=(0.0,), minima=(), curvature=1.0, levels="linear", teaches="", source="",
)  # fmt: skip


def bad_run(parameter, allowed, received, *, case=None, **arguments):
    """A row of the table: these arguments to ``run``, and what the error says."""
    call = {"optimizer": "gd", "surface": "rosenbrock", **arguments}
    return pytest.param(run, call, parameter, allowed, received, id=f"run-{case or told(arguments)}")


def bad_sweep(parameter, allowed, received, *, case=None, **arguments):
    call = {"optimizer": "gd", "surface": "rosenbrock", "starts": np.zeros((3, 2)), "steps": 2, **arguments}
    return pytest.param(sweep, call, parameter, allowed, received, id=f"sweep-{case or told(arguments)}")


def _own(optimizer):
    """Its hyperparameters; of a variant those that are not its entry's."""
    known = OPTIMIZERS[optimizer.key].hypers if optimizer.variant else {}
    return {name: hyper for name, hyper in optimizer.hypers.items() if name not in known}


def bad_hypers():
    """Values that make no sense, for each hyperparameter of each optimizer and each parameter of each surface."""
    owners: list[tuple[str, str, str, Any, Any]]
    owners = [("optimizer", "hypers", s.full_key, s, _own(s)) for o in OPTIMIZERS.values() for s in o.conventions]
    owners += [("surface", "surface_params", s.key, s.key, s.params) for s in SURFACES.values()]
    for owner, argument, key, given, hypers in owners:
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
                if owner == "surface" or not isinstance(value, list):  # [0.5] is a hyper for each of one runs
                    yield bad_run(hyper.name, allowed, value, case=case, **{owner: given, argument: {hyper.name: value}})
                if owner == "optimizer" and not isinstance(value, list):
                    call = {owner: given, argument: {hyper.name: value}}
                    yield bad_sweep(hyper.name, allowed, value, case=case, **call)
                    if isinstance(value, float):
                        many = call | {argument: {hyper.name: [hyper.default, value, hyper.default]}}
                        for wrong in (bad_run, bad_sweep):
                            yield wrong(hyper.name, allowed, value, case=f"{case}-in-one-lane", **many)


def bad_both(parameter, allowed, received, **arguments):
    """The same wrong setting for ``run`` and for ``sweep``."""
    yield bad_run(parameter, allowed, received, **arguments)
    yield bad_sweep(parameter, allowed, received, **arguments)


#: values of each argument around the rule that make no sense, and what is allowed
BAD_AROUND: list[tuple[str, str, list[Any]]] = [
    *(
        (name, f"a number, {condition}", [*bad, NAN, INF, -INF, "1", "", True, [1.0], np.ones(3), 1j, HUGE, UNWRITABLE])
        for name, condition, bad in (
            ("weight_decay", "0 <= weight_decay", [-1e-9, None]),
            ("noise", "0 <= noise", [-1e-9, None]),
            ("clip_norm", "0 < clip_norm", [0, 0.0, -1.0]),
            ("clip_value", "0 < clip_value", [0, 0.0, -1.0]),
        )
    ),
    ("decay", "one of: l2, decoupled, direct", ["", "L2", "l1", 0, True, ["l2"], {}, b"l2", np.zeros(3), math]),
    ("maximize", "True or False", [0, 1, 1.0, "yes", "", None, [True], np.ones(1)]),
    (
        "lookahead",
        "a pair of numbers (k, alpha)",
        [5, 0.5, True, "5", "50", (), (5,), (5, 0.5, 1), (None, 0.5), ("5", 0.5), (True, 0.5), (5, NAN), (INF, 0.5),
         [5, [0.5]], {5: 0.5}, np.array([5, 0.5]), (HUGE, 0.5)],
    ),
    ("schedule", "a Schedule", ["cosine", "", 0.5, True, {}, ["cosine"], ("cosine", 500), Schedule, len, np.ones(3)]),
    (
        "seed",
        "whole numbers, 0 <= seed <= 4294967295",
        [-1, 2**32, 1.5, NAN, INF, -INF, "0", "", None, True, 1j, HUGE, UNWRITABLE, {}, {1}, [[0]], np.zeros((3, 1)),
         [0, -1, 0], [0, 2**32, 0], [0, 0.5, 0], [0, NAN, 0], [0, True, 0], [0, "1", 0], [0, [1], 0], np.ones(3, bool)],
    ),
]  # fmt: skip
BAD_VARIANTS: list[Any] = ["nonsense", "Keras", "gd", 3, True, ["keras"], {}, b"keras", np.zeros(3), UNWRITABLE]


def unsupported():
    """Each stage of each optimizer that it does not have."""
    settings = {
        "noise": 0.1, "maximize": True, "clip_value": 1.0, "clip_norm": 1.0, "weight_decay": 0.1, "lookahead": (5, 0.5),
        "schedule": Schedule("constant"),
    }  # fmt: skip
    for optimizer in (convention for entry in OPTIMIZERS.values() for convention in entry.conventions):
        for name, value in settings.items():
            if name not in (optimizer.stages or ()):
                own = name in optimizer.hypers
                why = "has its own, in hypers" if own else "does not support it"
                for bad in (bad_run, bad_sweep):
                    case = f"{optimizer.full_key}-{name}"
                    yield bad(name, f"left out: {optimizer.name} {why}", value, case=case, optimizer=optimizer, **{name: value})


def near_misses():
    """A key with its last letter doubled: what did you mean?"""
    for key in OPTIMIZERS:
        yield bad_run("optimizer", f"did you mean {key}?", key + key[-1], optimizer=key + key[-1])
    for key in SURFACES:
        yield bad_run("surface", f"did you mean {key}?", key + key[-1], surface=key + key[-1])


#: what an earlier run left, of 10 steps
EARLIER = Run(OPTIMIZERS["gd"], SURFACES["rosenbrock"], {"lr": 0.1}, PLAIN, np.zeros((11, 6)))

POINT, POINTS, STEPS = "as many as coordinates: 2", "shape (N, 2)", "a whole number from 1 to 100,000"
MAPPING, EACH = "a mapping from names to numbers", "one number, or 3 of them, one for each start"

BAD_STARTS: list[Any] = [
    0.0, (), (1.0,), (1.0, 2.0, 3.0), [[1.0], [2.0]], [[1.0], [2.0, 3.0]], np.zeros((1, 1, 2)), np.zeros((3, 1)),
    [(1.0, 2.0), (NAN, 2.0)], [(1.0, 2.0), (1.0, True)], np.zeros((2, 2), dtype=bool), [[]],
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
        for start in (NAN, INF, True, "3", (), (1.0, 2.0), [[1.0, 2.0]], [[[1.0]]], (None,))
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
    # how many runs
    *(
        bad_run("lr", EACH, rates, start=np.zeros((3, 2)), hypers={"lr": rates})
        for rates in ([], [0.1], [0.1] * 2, [0.1] * 4, [[0.1, 0.1, 0.1]], np.full((3, 1), 0.1))
    ),
    *(bad_run("seed", EACH, seeds, start=np.zeros((3, 2)), seed=seeds) for seeds in ([], [0], [0, 1], [0] * 4)),
    *(bad_sweep("seed", EACH, seeds, seed=seeds) for seeds in ([], [0], [0, 1], [0] * 4)),
    bad_run("seed", EACH, [0, 1], hypers={"lr": [0.1, 0.2, 0.3]}, seed=[0, 1]),
    bad_run("beta2", EACH, [0.9] * 4, optimizer="adam", hypers={"lr": [0.1] * 3, "beta2": [0.9] * 4}),
    bad_run("lr", "1 to 262,144 of them", 0, hypers={"lr": []}),
    bad_run("start", "1 to 262,144 of them", 0, case="no starts", start=np.zeros((0, 2))),
    bad_run("seed", "1 to 262,144 of them", 262_145, case="262,145 seeds", seed=np.arange(262_145)),
    bad_run("lr", "one number, or 1 of them", [0.1, 0.1], start=[(0.0, 0.0)], hypers={"lr": [0.1, 0.1]}),
    *(
        bad_run("lr", "a number, 0 <= lr", rates, hypers={"lr": rates})
        for rates in (["a"], [0.1, None], [0.1, True], [True] * 3, [0.1, [0.1]], [[0.1], [0.1, 0.2]], np.ones(3, bool))
    ),
    # what would be recorded: 6 numbers a row and run
    bad_run("steps", "small enough to record 20,000,000", 3333, case="1,000 runs", start=np.zeros((1000, 2)), steps=3333),
    bad_run("steps", "small enough to record 20,000,000", 100_000, case="L-BFGS", optimizer="lbfgs", steps=100_000),
    # around the rule
    *(
        case
        for name, allowed, values in BAD_AROUND
        for value in values
        for case in bad_both(name, allowed, value, **{name: value})
    ),
    *(
        case
        for k in (0, -1, 2.5, 100_001)
        for case in bad_both("lookahead_k", "a whole number, 1 <= lookahead_k <= 100000", k, lookahead=(k, 0.5))
    ),
    *(
        case
        for alpha in (-0.1, 1.1)
        for case in bad_both("lookahead_alpha", "a number, 0 <= lookahead_alpha <= 1", alpha, lookahead=[5, alpha])
    ),
    *unsupported(),
    # variant
    *(
        case
        for variant in BAD_VARIANTS
        for case in bad_both("variant", "one of: keras, tinynn, handwritten", variant, variant=variant)
    ),
    bad_run("variant", "left out: Newton has only one form", "keras", optimizer="newton", variant="keras"),
    # initial
    *(
        bad_run("initial", "a pair of a result and a step of it", initial, case=f"initial={told(initial)}", initial=initial)
        for initial in (5, "ab", True, (), (EARLIER,), EARLIER, (1, 2), (EARLIER.theta, 2), [EARLIER, 2], (EARLIER, 2, 3))
    ),
    *(
        bad_run("initial", "a step of the result, 0 to 10", row, case=f"initial row {row}", initial=(EARLIER, row))
        for row in (-1, 11, 1.5, True, "3", None, NAN, [3], HUGE)
    ),
    bad_run("start", "left out: initial says where", (0.0, 0.0), start=(0.0, 0.0), initial=(EARLIER, 2)),
    bad_run("initial", "same optimizer on as many coordinates: adam, 2", "gd, 2", optimizer="adam", initial=(EARLIER, 2)),
    bad_run("initial", "same optimizer on as many coordinates: gd@keras, 2", "gd, 2", variant="keras", initial=(EARLIER, 2)),
    bad_run("initial", "as many coordinates: gd, 1", "gd, 2", surface="x_squared", initial=(EARLIER, 2)),
    bad_run("steps", "at most 100,000 together with those before", 99_999, steps=99_999, initial=(EARLIER, 2)),
    # tolerance
    *(
        bad_sweep("tolerance", "a number, 0 <= tolerance", tolerance, tolerance=tolerance)
        for tolerance in (-1e-9, NAN, INF, -INF, "1e-6", True, [1e-6], np.zeros(3), HUGE, 1j, np.timedelta64(1))
    ),
    bad_sweep(
        "tolerance",
        "left out: this surface has no minimum, or none is known",
        0.1,
        surface=SLOPE,
        starts=[[0.0]],
        tolerance=0.1,
    ),
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
@pytest.mark.parametrize("theta", ["1", "a", None, [None], [1, 2, 3], [[1, 2, 3]], 1j, True, HUGE, object()], ids=told)
def test_a_surface_refuses_points_that_are_none(surface, theta):
    if surface.dim == 1 and isinstance(theta, list) and None not in theta:
        theta = "points of a 1-D surface may have any shape"
    for function in (surface.value, surface.gradient, surface.hessian, surface.evaluate):
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


def test_what_cannot_say_what_it_is_is_shown_all_the_same():
    class Silent:
        def __repr__(self):
            raise RuntimeError("no")

    assert shown(Silent()).startswith("<tests.unit.test_errors.")
    with pytest.raises(SettingError, match="^steps must be a whole number from 1 to 100,000; received <tests.unit"):
        run("gd", "rosenbrock", steps=Silent())  # type: ignore[arg-type]


def test_parameters_beyond_what_a_surface_can_reckon_with_are_wrong_settings():
    with pytest.raises(SettingError, match=r"^surface_params must be small enough to reckon with; received {'b': 1e\+300}"):
        run("gd", "rosenbrock", surface_params={"b": 1e300})
    assert SURFACES["rosenbrock"].at(b=1e100).values["b"] == 1e100


@pytest.mark.filterwarnings("error")
def test_a_short_number_of_numpys_is_a_number_of_steps():
    assert len(run("gd", "rosenbrock", steps=np.float16(3)).loss) == 4  # type: ignore[arg-type]


def test_a_wrong_setting_is_found_before_anything_is_compiled(monkeypatch):
    def compiled(*_):
        raise AssertionError("a kernel was asked for")

    for name in ("of", "hessian_of"):
        monkeypatch.setattr(kernels, name, compiled)
    for driver in ("trace", "finish"):
        monkeypatch.setattr(pipeline, driver, compiled)
    for row in BAD_CALLS:
        function, call, *_ = row.values
        with pytest.raises(SettingError):
            function(**call)
    for right in (lambda: run("gd", "rosenbrock"), lambda: sweep("gd", "rosenbrock", starts=[(0.0, 0.0)])):
        with pytest.raises(AssertionError, match="asked for"):
            right()


def test_limits_are_those_of_the_public_face():
    assert (engine.MAX_STEPS, engine.MAX_LANES, engine.MAX_LANE_STEPS) == (100_000, 262_144, 200_000_000)
    assert engine.MAX_RECORDED == 20_000_000
