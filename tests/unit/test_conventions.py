"""Conventions that no library has: each is compared with its twin in ``tests/naive.py`` or with a recorded trajectory.

The recordings, of tinynn and of optimizers written by hand, stand in ``tests/golden``. What may stand around a rule is compared
with its twin, too; and each variant must differ from its entry as its note says.
"""

import json
import re
from itertools import islice
from typing import Any

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, SCHEDULES, Schedule, SettingError, run, sweep
from optim_viz.stages import DECAYS, STAGES
from surfaces import SURFACES
from tests import naive
from tests.drive import drive, steps
from tests.support import ROOT

GOLDEN = ROOT / "tests" / "golden"
RECORDED = {name: json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8")) for name in ("tinynn", "handwritten")}
CASES = [(name, i) for name, recording in RECORDED.items() for i in range(len(recording["cases"]))]
ENTRIES = {
    "SGD": "gd", "Momentum": "momentum", "SGDm": "momentum_ema", "Adagrad": "adagrad", "RMSProp": "rmsprop",
    "Adadelta": "adadelta", "Adam": "adam", "RAdam": "radam",
}  # fmt: skip
NAMES = {"epsilon": "eps", "decay": "alpha"}  # tinynn's for ours
PLACES: list[Any] = [("rosenbrock", {}), ("ravine", {"condition": 20.0, "rotation": 30.0}), ("himmelblau", {})]
NUDGE, TOGETHER = 1e-15, 2e-12  # as in tests/golden/cases.py
CONVENTIONS: dict[str, Any] = {record.full_key: record for entry in OPTIMIZERS.values() for record in entry.conventions}
VARIANTS: dict[str, Any] = {key: record for key, record in CONVENTIONS.items() if record.variant}

#: by full key, the twin that takes the same hyperparameters, lr apart
TWINS: dict[str, Any] = {
    "nesterov_classical": naive.nesterov_classical,
    "nesterov@burn": naive.nesterov_burn,
    "newton": naive.newton,
    "sam": naive.sam,
    "adamw@paper": naive.adamw,
    "amsgrad@paper": naive.amsgrad,
    "yogi@paper": lambda **hypers: naive.yogi(**hypers, v0=1e-6),
    "radam@paper": naive.radam,
    "radam@tinynn": naive.radam_tinynn,
    "adadelta@paper": naive.adadelta,
    "rmsprop@article": naive.rmsprop_begun,
    "adam@article": naive.adam_begun,
}
#: settings for those whose record names none, and for what its own leave out
MORE: dict[str, Any] = {
    "nesterov@burn": [{"lr": 2e-4}, {"lr": 2e-4, "momentum": 0.5, "dampening": 0.5}, {"lr": 2e-4, "momentum": 0.0}],
    "adadelta@paper": [{"lr": 0.5}, {"rho": 0.9, "eps": 1e-4}],
    "radam@tinynn": [{"lr": 5e-4}, {"lr": 5e-4, "beta1": 0.8, "beta2": 0.9, "eps": 1e-3}],
    "amsgrad@paper": [{"lr": 1e-2, "eps": 0.0}],
    "newton": [{"lr": 0.5, "damping": 3.0}],
    "radam@paper": [{"lr": 2e-4, "beta2": 0.5}],
}
TWIN_CASES: list[Any] = [(key, {}) for key in TWINS] + [
    (k, dict(h)) for k in TWINS for h in (*CONVENTIONS[k].samples, *MORE.get(k, ()))
]


def recorded_key(source, optimizer):
    """The full key of what the source calls so; an optimizer that is no convention of its own is its entry."""
    return f"{ENTRIES[optimizer]}@{source}"


def recorded_hypers(source, case):
    names = NAMES | ({"decay": "rho"} if case["optimizer"] == "Adadelta" else {})
    return {names.get(name, name): value for name, value in case["settings"].items() if name != "weight_decay"}


def recorded(pair):
    source, i = pair
    case = RECORDED[source]["cases"][i]
    record = CONVENTIONS[recorded_key(source, case["optimizer"])]
    return record, case, recorded_hypers(source, case), case["settings"].get("weight_decay", 0.0)


def case_label(pair):
    source, i = pair
    case = RECORDED[source]["cases"][i]
    return "-".join([source, case["optimizer"], *(f"{name}={value}" for name, value in case["settings"].items())])


# ----------------------------------------------------------------------------------------------------- each has its measure


def test_no_convention_is_left_without_a_measure():
    in_recordings = {
        recorded_key(source, case["optimizer"]) for source, recording in RECORDED.items() for case in recording["cases"]
    }
    assert in_recordings <= set(CONVENTIONS) and set(TWINS) <= set(CONVENTIONS)
    without = {key for key, record in CONVENTIONS.items() if not record.calls}
    assert len(without) >= 15
    assert without <= in_recordings | set(TWINS), "write a twin in tests/naive.py, or record it"


@pytest.mark.parametrize("pair", CASES, ids=case_label)
def test_given_the_recorded_gradients_the_rule_goes_where_the_recording_went(pair):
    record, case, hypers, weight_decay = recorded(pair)
    path = drive(
        record, RECORDED[pair[0]]["gradient_sequence"], hypers, theta=case["sequence_path"][0], weight_decay=weight_decay
    )  # fmt: skip
    assert path.shape == (41, 2) and (path[-1] != path[0]).all()
    np.testing.assert_allclose(path, case["sequence_path"], rtol=0, atol=1e-10)


def calm(path, nudged):
    """The rows up to which a run stays by one from a start some units in the last place away: RMSprop that hops is chaotic."""
    apart = np.abs(path - nudged).max(axis=1) > TOGETHER
    rows = int(np.argmax(apart)) if apart.any() else len(path)
    assert rows > 40, "too short to compare"
    return slice(rows)


@pytest.mark.parametrize("pair", CASES, ids=case_label)
def test_on_rosenbrock_run_goes_where_the_recording_went(pair):
    record, case, hypers, weight_decay = recorded(pair)
    starts = np.array([-1.5, 2.0]) + np.array([[0.0], [NUDGE]])
    path, nudged = run(record, "rosenbrock", start=starts, steps=200, hypers=hypers, weight_decay=weight_decay).theta
    rows = calm(path, nudged)
    assert rows.stop == 201 or case["optimizer"] in ("RMSProp", "Adadelta")
    np.testing.assert_allclose(path[rows], case["rosenbrock_path"][rows], rtol=0, atol=1e-10)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[0])
@pytest.mark.parametrize("key, hypers", TWIN_CASES, ids=lambda part: str(part))
def test_run_computes_what_the_slow_twin_computes(key, hypers, place):
    record, surface = CONVENTIONS[key], SURFACES[place[0]].at(**place[1])
    values = record.check(hypers)
    lr = values.pop("lr")
    expected, nudged = (
        naive.run(TWINS[key](**values), np.add(surface.start, nudge), 200, lr, surface.gradient, surface.hessian)
        for nudge in (0.0, NUDGE)
    )
    assert np.isfinite(expected).all() and (expected[-1] != expected[0]).any()
    rows = calm(expected, nudged)
    np.testing.assert_allclose(run(record, surface, steps=200, hypers=hypers).theta[rows], expected[rows], rtol=0, atol=1e-10)


# ---------------------------------------------------------------------------------------------- each differs from its entry


def paths(record, hypers, lrs=()):
    """Where given gradients lead: of ordinary size, and as small as an epsilon can be."""
    rng = np.random.default_rng(5)
    return [drive(record, size * (rng.normal(size=60) + 0.5), hypers, lrs=lrs) for size in (1.0, 1e-7)]


def gap(a, b):
    """The largest relative difference, for each size of gradients on its own."""
    return max(np.abs(x - y).max() / np.abs(x).max() for x, y in zip(a, b, strict=True))


def differences(entry, variant):
    """In what two conventions of an optimizer differ. Numbers are compared at the same settings of what both have."""
    shared = [name for name in entry.hypers if name in variant.hypers]
    same = {name: entry.hypers[name].default for name in shared} | {"lr": 0.1}
    changing = [0.1] * 20 + [0.01] * 40
    found = {
        "defaults": any(entry.hypers[name].default != variant.hypers[name].default for name in shared),
        "decay": entry.decay != variant.decay,
        "settings": set(entry.hypers) != set(variant.hypers),
        "stages": set(entry.stages) != set(variant.stages),
        "numbers": gap(paths(entry, same), paths(variant, same)) > 1e-9,
        "schedule": gap(paths(entry, same, changing), paths(variant, same, changing)) > 1e-9,
    }
    return {name for name, differs in found.items() if differs}


def from_entry(key):
    return differences(OPTIMIZERS[VARIANTS[key].key], VARIANTS[key])


@pytest.mark.parametrize("key", VARIANTS)
def test_a_variant_differs_from_its_entry(key):
    assert from_entry(key), "nothing of it differs: it is no variant"


def note(key):
    entry, _, variant = key.partition("@")
    return next(v.note for v in OPTIMIZERS[entry].variants if v.key == variant)


#: words of a note, and what then holds
CLAIMS: dict[str, Any] = {
    "taken off theta as it is": lambda v, found: v.decay == "direct",
    "taken off theta, times": lambda v, found: v.decay == "decoupled",
    "taken off theta and not": lambda v, found: v.decay == "decoupled",
    "he same formula": lambda v, found: "numbers" not in found,
    "otherwise the same": lambda v, found: not found & {"numbers", "schedule", "defaults"},
    "by default": lambda v, found: found & {"defaults", "settings"},
    "the same while it is constant": lambda v, found: "schedule" in found and "numbers" not in found,
    "No dampening": lambda v, found: "dampening" not in v.hypers,
    "is inside the root": lambda v, found: "numbers" in found,
    "added before the bias": lambda v, found: "numbers" in found,
    "No bias is corrected": lambda v, found: "numbers" in found,
    "no centered form": lambda v, found: "centered" not in v.hypers,
    "no epsilon": lambda v, found: "eps" not in v.hypers,
    "no learning rate at all": lambda v, found: v.hypers["lr"].default == 1,
}


@pytest.mark.parametrize("key", VARIANTS)
def test_a_variant_is_what_its_note_says(key):
    variant, found = VARIANTS[key], from_entry(key)
    for words, holds in CLAIMS.items():
        if words in note(key):
            assert holds(variant, found), f"{words!r}, but it differs in {sorted(found)}"


def test_each_claim_is_made_by_some_note():
    notes = " ".join(map(note, VARIANTS))
    assert [words for words in CLAIMS if words not in notes] == []


#: a number that a note gives, and the default that it is
FIGURES: dict[str, Any] = {
    r"[Ll]earning rate (?:of|is) ([\d.]+\d)": "lr",
    r"Dampening is ([\d.]+\d)": "dampening",
    r"[Dd]ecay rate (?:is )?([\d.]+\d)": ("alpha", "rho"),
    r"[Ee]psilon(?: is|,) (1e-\d+)": "eps",
    r"One epsilon, (1e-\d+)": "eps",
    r"decay of ([\d.]+\d)": "weight_decay",
    r"starts at (0\.1)\b": "initial_accumulator_value",
}


def test_the_figures_in_notes_are_the_defaults():
    met = set()
    for key, variant in VARIANTS.items():
        for pattern, names in FIGURES.items():
            for figure in re.findall(pattern, note(key)):
                met.add(pattern)
                found = [variant.hypers[name].default for name in np.atleast_1d(names) if name in variant.hypers]
                assert found == [float(figure)], f"{key}: {pattern}"
    assert met == set(FIGURES)


def first_steps(key, gradients, **hypers):
    return steps(CONVENTIONS[key], gradients, hypers)


def test_what_notes_say_of_first_steps():
    ones = np.ones(8)
    # without correction of the bias the first step is 1 / sqrt(1 - beta2) times (1 - beta1) as long: 3.16
    assert first_steps("amsgrad@paper", ones, lr=1.0)[0] == pytest.approx(-3.162, abs=1e-3)
    assert first_steps("yogi@paper", ones, lr=1.0, eps=0.0)[0] == pytest.approx(-3.162, abs=2e-3)
    assert first_steps("amsgrad", ones, lr=1.0)[0] == pytest.approx(-1)
    # Optax finds Rprop's step by comparing, and takes it one iteration late
    assert first_steps("rprop@optax", ones, lr=0.1)[0] == 0
    assert first_steps("rprop", ones, lr=0.1)[0] == -0.1
    np.testing.assert_allclose(
        first_steps("rprop@optax", ones, lr=0.1)[1:], first_steps("rprop", ones, lr=0.1)[:-1], rtol=1e-15
    )
    # NAdam's first step in learning rates
    lengths = [-first_steps(key, ones, lr=1.0)[0] for key in ("nadam", "nadam@keras", "nadam@optax")]
    assert lengths == pytest.approx([1.056, 1.063, 1.474], abs=1e-3)
    # the first gradients weigh more in Optax's AMSGrad: after one large gradient all later steps are shorter
    after_a_large_one = [10.0, *np.ones(30)]
    late, early = first_steps("amsgrad@optax", after_a_large_one), first_steps("amsgrad", after_a_large_one)
    assert abs(late[20]) < abs(early[20]) / 2
    # tinynn's Adadelta: a hundredth of the epsilon, a tenth of the step
    assert first_steps("adadelta", [1.0])[0] / first_steps("adadelta@tinynn", [1.0])[0] == pytest.approx(10, rel=1e-4)
    # Burn counts each gradient for nine tenths, the first in full: no momentum, for once
    np.testing.assert_allclose(first_steps("momentum@burn", ones, lr=1.0, momentum=1e-300), [-1, *[-0.9] * 7], rtol=1e-15)


def test_the_formula_that_tutorials_have_for_adam_acts_like_an_epsilon_of_its_root():
    gradients = 1e-5 * np.ones(5)
    inside = first_steps("adam@formula", gradients, lr=1.0, eps=1e-8)
    outside = first_steps("adam", gradients, lr=1.0, eps=1e-4)
    assert inside[0] == pytest.approx(-(1e-5) / np.sqrt(1e-10 + 1e-8)) and outside[0] == pytest.approx(-1 / 11)
    assert abs(inside[0] / outside[0] - 1) < 0.1 and abs(first_steps("adam", gradients, lr=1.0)[0]) > 0.99


@pytest.mark.parametrize("key, first", [("radam", 6), ("radam@optax", 6), ("radam@paper", 5), ("radam@tinynn", 2)])
def test_radam_divides_from_this_step_on(key, first):
    """While it does not divide, a step is as long as the gradient; afterwards it does not know the gradient's size."""
    small, large = (first_steps(key, size * np.ones(10), lr=1.0) for size in (1.0, 1000.0))
    np.testing.assert_allclose(large[: first - 1], 1000 * small[: first - 1])
    np.testing.assert_allclose(large[first - 1 :], small[first - 1 :], rtol=1e-6)


def test_the_paper_of_adamw_decays_at_full_strength_when_the_rate_is_small():
    for lr, expected in ((0.0, 0.9), (1e-3, 0.9)):
        assert drive(CONVENTIONS["adamw@paper"], [0.0], {"lr": lr, "weight_decay": 0.1}, theta=1.0)[-1] == expected
    assert drive(CONVENTIONS["adamw"], [0.0], {"lr": 1e-3, "weight_decay": 0.1}, theta=1.0)[-1] == 1 - 1e-4


# ------------------------------------------------------------------------------------------------------------ around a rule


def twin(key):
    """A fresh one: methods keep state."""
    return {"gd": naive.gd, "momentum": lambda: naive.heavy_ball(0.8), "adam": lambda: naive.adam(0.9, 0.999, 1e-8)}[key]()


HYPERS: dict[str, Any] = {"gd": {"lr": 5e-4}, "momentum": {"lr": 2e-4, "momentum": 0.8}, "adam": {"lr": 1e-2}}


def slope(theta):
    return SURFACES["rosenbrock"].gradient(theta)


def agrees(key, around, gradient=slope, wrap=lambda method: method, start=(-1.5, 2.0), steps=100):
    """Our run with these stages and the twin's are one, and the stages do something."""
    here: dict[str, Any] = {"start": start, "steps": steps, "hypers": HYPERS[key]}
    ours, plain = run(key, "rosenbrock", **here, **around), run(key, "rosenbrock", **here)
    assert np.abs(ours.theta - plain.theta).max() > 1e-4
    expected = naive.run(wrap(twin(key)), start, steps, HYPERS[key]["lr"], gradient)
    np.testing.assert_allclose(ours.theta, expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("key", HYPERS)
@pytest.mark.parametrize("how", DECAYS)
def test_each_kind_of_weight_decay_is_that_of_its_twin(key, how):
    agrees(key, {"weight_decay": 0.02, "decay": how}, wrap=lambda method: naive.decayed(method, 0.02, how))


@pytest.mark.parametrize("key", [key for key, record in CONVENTIONS.items() if "weight_decay" in record.stages])
def test_a_convention_decays_as_its_record_says_unless_told_otherwise(key):
    record = CONVENTIONS[key]
    here: dict[str, Any] = {"start": (-1.5, 2.0), "steps": 5, "hypers": {"lr": 1e-3}, "weight_decay": 0.1}
    said = run(record, "rosenbrock", **here).theta
    for how in DECAYS:
        same = np.array_equal(said, run(record, "rosenbrock", decay=how, **here).theta)
        assert same == (how == record.decay) or (key.startswith("gd") and {how, record.decay} == {"l2", "decoupled"})


@pytest.mark.parametrize("key", HYPERS)
@pytest.mark.parametrize("stage, clipped", [("clip_value", naive.clipped_by_value), ("clip_norm", naive.clipped_by_norm)])
def test_clipping_is_that_of_its_twin(key, stage, clipped):
    agrees(key, {stage: 30.0}, clipped(slope, 30.0))


@pytest.mark.parametrize("key", HYPERS)
def test_maximize_climbs_as_its_twin_does(key):
    agrees(key, {"maximize": True}, naive.reversed_sign(slope), start=(0.5, 0.25), steps=10)
    path = run(key, "rosenbrock", start=(0.5, 0.25), steps=10, hypers=HYPERS[key], maximize=True)
    assert (np.diff(path.loss) > 0).all()


@pytest.mark.parametrize("key", HYPERS)
@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_noise_is_that_of_its_twin(key, seed):
    agrees(key, {"noise": 3.0, "seed": seed}, naive.noisy(slope, 3.0, seed))


def test_the_stages_act_in_their_order():
    """Noise, sign, the clips, decay."""
    around = {"noise": 20.0, "seed": 7, "maximize": True, "clip_value": 15.0, "clip_norm": 17.0, "weight_decay": 0.3}
    for how in DECAYS:
        shaped = naive.reversed_sign(naive.noisy(slope, 20.0, 7))
        shaped = naive.clipped_by_norm(naive.clipped_by_value(shaped, 15.0), 17.0)
        agrees("gd", around | {"decay": how}, shaped, lambda method, how=how: naive.decayed(method, 0.3, how), (0.0, 0.0))


def test_another_order_of_the_clips_or_of_noise_and_sign_gives_other_numbers():
    def path(*wraps):
        gradient = slope
        for wrap in wraps:
            gradient = wrap(gradient)
        return naive.run(naive.gd(), (0.0, 0.0), 10, 5e-4, gradient)

    by_value, by_norm = (lambda g: naive.clipped_by_value(g, 15.0)), (lambda g: naive.clipped_by_norm(g, 17.0))
    noisy, turned = (lambda g: naive.noisy(g, 20.0, 7)), naive.reversed_sign
    ours = path(noisy, turned, by_value, by_norm)
    for other in ((noisy, turned, by_norm, by_value), (turned, noisy, by_value, by_norm), (turned, by_value, by_norm, noisy)):
        assert np.abs(path(*other) - ours).max() > 1e-4


def test_the_mixer_of_the_noise_gives_the_published_numbers():
    # the first outputs of SplitMix64 for the seed 1234567, e.g. https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64
    states = [(1234567 + i * 0x9E3779B97F4A7C15) % 2**64 for i in (1, 2, 3)]
    assert list(map(naive.split_mix, states)) == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_noise_is_standard_normal_and_independent_of_seed_step_and_coordinate():
    """Read off one step of plain descent with a learning rate of 1; bounds of four standard errors."""
    seeds = np.arange(40_000)
    starts = np.zeros((len(seeds), 2))
    first = -sweep("gd", "saddle", starts=starts, steps=1, hypers={"lr": 1.0}, noise=1.0, seed=seeds).theta
    assert [first[9, d] for d in (0, 1)] == pytest.approx([naive.standard_normal(9, 1, d) for d in (0, 1)], abs=1e-13)
    error = 4 / np.sqrt(len(seeds))
    assert np.abs(first.mean(axis=0)).max() < error
    assert np.abs(first.var(axis=0) - 1).max() < error * np.sqrt(2)
    assert np.abs((first**4).mean(axis=0) - 3).max() < error * np.sqrt(96)
    assert abs((first[:, 0] * first[:, 1]).mean()) < error
    assert np.abs((first[1:] * first[:-1]).mean(axis=0)).max() < error
    along = np.array([naive.standard_normal(3, t, 0) for t in range(1, 10_001)])
    assert abs((along[1:] * along[:-1]).mean()) < 4 / np.sqrt(len(along))


@pytest.mark.parametrize("key", HYPERS)
@pytest.mark.parametrize("k, alpha", [(5, 0.5), (3, 0.8), (1, 0.5)])
def test_lookahead_is_that_of_its_twin(key, k, alpha):
    ours = run(key, "rosenbrock", steps=20 * k, hypers=HYPERS[key], lookahead=(k, alpha))
    fast, slow = naive.lookahead(twin(key), (-1.5, 2.0), 20, k, alpha, HYPERS[key]["lr"], slope)
    np.testing.assert_allclose(ours.theta, fast, rtol=0, atol=1e-10)
    np.testing.assert_allclose(ours.state["slow"], slow, rtol=0, atol=1e-10)
    assert np.abs(fast - run(key, "rosenbrock", steps=20 * k, hypers=HYPERS[key]).theta).max() > 1e-3


def test_lookahead_with_alpha_1_changes_nothing_and_with_alpha_0_comes_back():
    plain = run("adam", "rosenbrock", steps=40, hypers={"lr": 0.1}).theta
    np.testing.assert_allclose(
        run("adam", "rosenbrock", steps=40, hypers={"lr": 0.1}, lookahead=(5, 1)).theta, plain, atol=1e-12
    )
    back = run("adam", "rosenbrock", steps=40, hypers={"lr": 0.1}, lookahead=(5, 0)).theta
    assert (back[::5] == back[0]).all() and (back[1:5] != back[0]).any()


# ---------------------------------------------------------------------------------------------------------------- schedules

#: by key, its twin and settings by our names; those of the twin are the same numbers in the same order
SCHEDULE_TWINS: dict[str, Any] = {
    "constant": (naive.constant, [{}]),
    "step": (naive.stepped, [{"step_size": 7, "gamma": 0.5}, {"step_size": 1, "gamma": 0.9}, {}]),
    "multi_step": (
        lambda m1, m2, m3, gamma: naive.multi_step([m1, m2, m3], gamma),  # the scheduler counts from 1: 0 never comes
        [{"milestone1": 5, "milestone2": 20, "milestone3": 40, "gamma": 0.3}, {"milestone1": 9, "milestone2": 0}],
    ),
    "exponential": (naive.exponential, [{"gamma": 0.93}, {}]),
    "linear": (
        naive.linear,
        [{"start_factor": 1 / 3, "end_factor": 1.0, "total_iters": 5}, {"end_factor": 0.2, "total_iters": 30}],
    ),
    "cosine": (naive.cosine, [{"t_max": 40, "end_factor": 0.1}, {"t_max": 60}]),
    "polynomial": (naive.polynomial, [{"total_iters": 40, "power": 1.5}, {"total_iters": 70, "power": 1}, {}]),
    "inverse_time": (naive.inverse_time, [{"decay_steps": 10}, {"decay_steps": 1}, {}]),
    "warm_restarts": (
        naive.warm_restarts,
        [{"t_0": 10, "t_mult": 2, "end_factor": 0.1}, {"t_0": 7}, {"t_0": 1, "t_mult": 3}, {"t_0": 30, "t_mult": 100}],
    ),
    "one_cycle": (
        naive.one_cycle,
        [
            {"total_steps": 80},
            {"total_steps": 50, "pct_start": 0.5, "div_factor": 4, "final_div_factor": 10},
            {"total_steps": 60, "pct_start": 0},
        ],
    ),
    "stable_decay": (
        naive.stable_decay,
        [
            {"total_steps": 60},
            {"total_steps": 80, "decay_share": 0.5, "end_factor": 0.1},
            {"total_steps": 40, "decay_share": 1},
        ],
    ),
    "tinynn_exponential": (naive.tinynn_exponential, [{"decay_steps": 30, "decay_rate": 0.2}, {}]),
    "tinynn_linear": (
        naive.tinynn_linear,
        [{"decay_steps": 20, "final_factor": 0.1, "start_step": 10}, {"decay_steps": 20, "final_factor": 2, "start_step": 0}],
    ),
    "tinynn_cyclical": (
        naive.tinynn_cyclical,
        [{"cyclical_steps": 10, "max_factor": 3, "min_factor": 1}, {"cyclical_steps": 7, "max_factor": 1, "min_factor": 0.5}],
    ),
}
SCHEDULE_CASES = [(key, values) for key, (_, settings) in SCHEDULE_TWINS.items() for values in settings]


def test_every_schedule_has_a_twin():
    assert set(SCHEDULE_TWINS) == set(SCHEDULES)
    assert sum(key.startswith("tinynn") or "tinynn" in kind.source for key, kind in SCHEDULES.items()) == 5


@pytest.mark.parametrize("warmup", [0, 1, 12])
@pytest.mark.parametrize("key, values", SCHEDULE_CASES, ids=lambda part: str(part))
def test_a_schedule_is_the_loop_of_its_twin(key, values, warmup):
    schedule = Schedule(key, warmup=warmup, **values)
    factors = SCHEDULE_TWINS[key][0](*schedule.values.values())
    expected = list(islice(naive.warmed_up(factors, warmup) if warmup else factors, 100))
    np.testing.assert_allclose(schedule.factors(100), expected, rtol=1e-12, atol=1e-12)
    assert np.ptp(expected) > 0.05 or (key == "constant" and not warmup) or values == {}
    np.testing.assert_array_equal(schedule.factors(30, 70), schedule.factors(100)[70:])


@pytest.mark.parametrize("key", ["gd", "adam"])
@pytest.mark.parametrize("kind, values", [case for case in SCHEDULE_CASES if case[1]], ids=lambda part: str(part))
def test_a_run_under_a_schedule_is_that_of_its_twin(key, kind, values):
    schedule = Schedule(kind, **values)
    factors = list(islice(SCHEDULE_TWINS[kind][0](*schedule.values.values()), 100))
    lr = HYPERS[key]["lr"] / 4  # cycles go up to three times of it
    ours = run(key, "rosenbrock", steps=100, hypers={"lr": lr}, schedule=schedule).theta
    np.testing.assert_allclose(ours, naive.run(twin(key), (-1.5, 2.0), 100, lr, slope, factors=factors), rtol=0, atol=1e-10)


# -------------------------------------------------------------------------------------------------- what is not supported

AROUND: dict[str, Any] = {
    "noise": {"noise": 0.1}, "maximize": {"maximize": True}, "clip_value": {"clip_value": 1.0}, "clip_norm": {"clip_norm": 1.0},
    "weight_decay": {"weight_decay": 0.1}, "lookahead": {"lookahead": (5, 0.5)}, "schedule": {"schedule": Schedule("cosine")},
}  # fmt: skip


def test_every_stage_is_tried():
    assert set(AROUND) == set(STAGES)
    refused = {stage for record in CONVENTIONS.values() for stage in STAGES if stage not in record.stages}
    assert refused == set(STAGES) - {"lookahead"}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("key", CONVENTIONS)
def test_a_stage_works_or_is_refused_by_name(key, stage):
    record = CONVENTIONS[key]
    if stage in record.stages:
        assert run(record, "himmelblau", steps=6, **AROUND[stage]).theta.shape == (7, 2)
        return
    with pytest.raises(SettingError) as refusal:
        run(record, "himmelblau", steps=6, **AROUND[stage])
    assert refusal.value.parameter == stage
    with pytest.raises(SettingError):
        sweep(record, "himmelblau", starts=[(0.0, 0.0)], steps=6, **AROUND[stage])
