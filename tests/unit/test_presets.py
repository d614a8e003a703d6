"""Every preset is run, and shows what it says; so does what it says to try next, where that has a number."""

from collections.abc import Callable
from urllib.parse import parse_qs

import numpy as np
import pytest

from optim_viz import Run
from optim_viz.outcome import Outcome, outcome
from optim_viz.ui import settings
from optim_viz.ui.presets import GROUPS, PRESETS, Preset
from optim_viz.ui.race import run

Race = tuple[list[Run], list[Outcome]]
CHECKS: dict[str, Callable[[Race], None]] = {}


def preset(check):
    """This function checks the preset of its name."""
    CHECKS[check.__name__] = check
    return check


def race(query: str) -> Race:
    chosen, notes = settings.read(parse_qs(query, keep_blank_values=True))
    assert not notes, [str(note) for note in notes]
    runs = [run(runner, chosen) for runner in chosen.runners]
    return runs, [outcome(r) for r in runs]


def instead(key: str, *changes: tuple[str, str]) -> Race:
    """The preset with parts of its link replaced."""
    query = PRESETS[key].query
    for old, new in changes:
        assert old in query
        query = query.replace(old, new)
    return race(query)


def arrivals(race: Race) -> list[float]:
    return [np.inf if o.arrived is None else o.arrived for o in race[1]]


def moves(run: Run) -> np.ndarray:
    return np.abs(np.diff(run.theta, axis=0))


def turns(run: Run) -> int:
    """How often it changes sides in y."""
    return int((run.theta[1:, 1] * run.theta[:-1, 1] < 0).sum())


@preset
def zigzag(shown):
    gd, momentum, rmsprop, adam = arrivals(shown)
    assert momentum < adam < gd < rmsprop < np.inf
    assert turns(shown[0][0]) > 90 and all(turns(other) < turns(shown[0][0]) / 1.5 for other in shown[0][1:])
    assert race(PRESETS["zigzag"].query.replace("0.038", "0.041"))[1][0].worse


@preset
def parabola(shown):
    (gd,), (end,) = shown
    np.testing.assert_allclose(gd.theta[:, 0], 10 * 0.8 ** np.arange(51), rtol=1e-12)
    assert len(gd.theta) == 51 and round(end.theta[0], 5) == 0.00014
    for lr, jumps, leaves in (("0.49", False, False), ("0.51", True, False), ("0.99", True, False), ("1.01", True, True)):
        (gd,), (end,) = instead("parabola", ("lr:0.1", f"lr:{lr}"))
        assert ((gd.theta[1] < 0).any(), end.worse) == (jumps, leaves)


@preset
def sensitive(shown):
    creeps, slow, swings, forever, leaves = shown[1]
    assert creeps.running and slow.arrived > swings.arrived > 0 and forever.swings and leaves.worse
    assert turns(shown[0][1]) == 0 and turns(shown[0][2]) > 90
    _, gentle = instead("sensitive", ("condition=50", "condition=25"))
    assert [bool(o.arrived) for o in gentle] == [False, True, True, True, True]


@preset
def forgiving(shown):
    assert [o.arrived is not None for o in shown[1]] == [True, True, True, False, True, False]
    harder = race("s=rosenbrock&n=300&o=adam,lr:0.02&o=adam,lr:0.2&o=adam,lr:2")
    assert None in [o.arrived for o in harder[1]]


@preset
def valley(shown):
    gd, momentum, rmsprop, adam = shown[0]
    once, twice = (
        instead("valley", ("momentum,lr:0.0005", f"momentum,lr:{0.0005 * n}"), ("gd,lr:0.001", f"gd,lr:{0.001 * n}"))[1]
        for n in (2, 4)
    )
    assert once[0].arrived and once[1].arrived and twice[0].diverged and twice[1].arrived
    floors = [np.argmax(np.abs(r.theta[:, 1] - r.theta[:, 0] ** 2) < 0.2) for r in shown[0]]
    assert max(floors) < 150 and all(o.arrived is None for o in shown[1][:3]) and shown[1][3].arrived
    assert gd.theta[-1, 0] < rmsprop.theta[-1, 0] < momentum.theta[-1, 0] < adam.theta[-1, 0]


@preset
def basins(shown):
    assert len({o.minimum for o in shown[1]}) == 3 and None not in {o.minimum for o in shown[1]}


@preset
def saddle(shown):
    gd, momentum, rmsprop, adam = arrivals(shown)
    assert momentum < adam < gd < rmsprop < np.inf
    for r in instead("saddle", ("y=0.001", "y=0"))[0]:
        assert not r.theta[:, 1].any() and abs(r.theta[-1, 0]) < 0.05


@preset
def cancel(shown):
    gd, momentum, nesterov = arrivals(shown)
    assert nesterov < momentum < gd < np.inf
    assert shown[0][0].hypers["lr"] / shown[0][1].hypers["lr"] == pytest.approx(3.8)
    less, more = (arrivals(instead("cancel", ("momentum,lr:0.01", f"momentum,lr:0.01,momentum:{b}")))[1] for b in (0.5, 0.99))
    assert less > momentum and more > momentum


@preset
def shelf(shown):
    gd, momentum = shown[1]
    assert gd.stalls and abs(gd.theta[0] - 2) < 0.05 and momentum.arrived
    assert instead("shelf", ("momentum:0.9", "momentum:0.3"))[1][1].arrived is None


@preset
def escape(shown):
    gd, fast, slow = shown[1]
    assert gd.theta[0] > 0.9 and slow.theta[0] > 0.9 and fast.theta[0] < -1 and fast.minimum == 0


@preset
def limits(shown):
    gd, momentum, nesterov = shown[1]
    assert gd.arrived and momentum.arrived and nesterov.worse
    assert nesterov.cause.times / nesterov.cause.curvature == pytest.approx(0.0271, abs=5e-5)
    below = instead("limits", ("gd,lr:0.03", "gd,lr:0.039"), ("momentum,lr:0.03", "momentum,lr:0.06"),
                    ("nesterov,lr:0.03", "nesterov,lr:0.026"))  # fmt: skip
    above = instead("limits", ("gd,lr:0.03", "gd,lr:0.041"), ("momentum,lr:0.03", "momentum,lr:0.077"),
                    ("nesterov,lr:0.03", "nesterov,lr:0.028"))  # fmt: skip
    assert all(o.arrived for o in below[1]) and all(o.worse for o in above[1])


@preset
def dampening(shown):
    torch, burn = shown[0]
    assert burn.hypers["dampening"] == 0.1 and torch.hypers["dampening"] == 0.0
    np.testing.assert_array_equal(torch.theta[1], burn.theta[1])
    np.testing.assert_allclose(torch.state["b"][2], 0.9 * torch.gradient[0] + torch.gradient[1])
    np.testing.assert_allclose(burn.state["b"][2], 0.9 * burn.gradient[0] + 0.9 * burn.gradient[1])
    assert (moves(torch)[1:10] > moves(burn)[1:10]).mean() > 0.6
    nearer = instead("dampening", ("momentum@burn,lr:0.01", "momentum@burn,lr:0.0111"))[0]
    apart, close = (np.abs(a.theta - b.theta)[10:].max() for a, b in (shown[0], nearer))
    assert close < apart / 2


@preset
def worked(shown):
    (torch,) = shown[0]
    np.testing.assert_allclose(torch.gradient[:2, 0], [5, -2], rtol=1e-12)
    np.testing.assert_allclose(torch.state["b"][1:3, 0], [5, 0.9 * 5 - 2], rtol=1e-12)
    (dampened,) = instead("worked", ("momentum:0.9", "momentum:0.9,dampening:0.9"))[0]
    assert dampened.state["b"][2, 0] == pytest.approx(0.9 * 5 + 0.1 * dampened.gradient[1, 0])


@preset
def stalls(shown):
    adagrad, rmsprop = shown[0]
    far = np.linalg.norm(np.diff(adagrad.theta[::400], axis=0), axis=1)
    assert (np.diff(far) < 0).all()  # of every 400 steps
    assert rmsprop.loss[-1] < adagrad.loss[-1] / 5


@preset
def first(shown):
    np.testing.assert_allclose([moves(r)[0, 0] / 0.05 for r in shown[0]], [10, 10**0.5, 1], rtol=1e-6)
    corrected = instead("first", ("rmsprop,lr:0.05,alpha:0.99", "rmsprop@optax,lr:0.05,alpha:0.99,bias_correction:1"))[0]
    assert moves(corrected[0])[0, 0] / 0.05 == pytest.approx(1, rel=1e-6)


@preset
def radam(shown):
    r, adam = (moves(one) for one in shown[0])
    np.testing.assert_allclose(r[0], 0.02 * np.abs(shown[0][0].gradient[0]), rtol=1e-12)
    assert r[:5, 0].min() > 20 * r[5:10, 0].max() and np.allclose(adam[:5], 0.02, rtol=0.01)
    wild, long = instead("radam", ("lr:0.02", "lr:1"))[0]
    assert np.abs(wild.theta[:6]).max() > 20 and np.abs(long.theta[:6]).max() < 6


@preset
def adadelta(shown):
    usual, larger = (moves(r)[:, 0] for r in shown[0])
    for steps, eps in ((usual, 1e-6), (larger, 1e-4)):
        assert steps[0] == pytest.approx((eps / 0.1) ** 0.5, rel=0.01)  # sqrt(u + eps) over sqrt(v), with u = 0
    assert larger[0] / usual[0] == pytest.approx(10, rel=0.01)
    assert arrivals(shown)[1] < arrivals(shown)[0]
    still = instead("adadelta", ("adadelta,lr:1,eps:0.000001", "adadelta@keras,lr:0.001,eps:0.0000001"))[0][0]
    assert np.abs(still.theta[-1] - still.theta[0]).max() < 0.01


@preset
def turned(shown):
    adam, momentum = arrivals(shown)
    straight = arrivals(instead("turned", ("rotation=45", "rotation=0")))
    assert adam > 5 * momentum and adam > 4 * straight[0] and abs(momentum - straight[1]) < 10


@preset
def noise(shown):
    for seed in range(5):
        shaking, calm = instead("noise", ("noise:1", f"noise:1,seed:{seed}"))[0]
        (along, across), (slow_along, slow_across) = (np.diff(r.theta[250:], axis=0).std(axis=0) for r in (shaking, calm))
        assert 3 < across / along < 5.5 and slow_across / slow_along < 1.4
    assert shown[1][1].arrived > shown[1][0].arrived


@preset
def cosine(shown):
    wins = 0
    for seed in range(20):
        fixed, shrinking = instead("cosine", ("noise:1", f"noise:1,seed:{seed}"))[0]
        assert shrinking.loss[-20:].mean() < fixed.loss[-20:].mean()
        wins += shrinking.loss[-1] < fixed.loss[-1]
    assert wins >= 16 and shown[0][1].loss[-1] < shown[0][0].loss[-1]


@preset
def clip(shown):
    free, clipped = (r.theta[:, 0] for r in shown[0])
    arrived = int(np.argmax(clipped > -0.2))
    assert free[arrived:].min() < -2 and clipped[arrived:].min() > -0.8
    assert np.abs(np.diff(clipped)).max() <= 0.5 + 1e-9
    (by_component,) = instead("clip", ("&o=gd,lr:0.5&o=gd,lr:0.5,clip_norm:1", "&o=gd,lr:0.5,clip_value:1"))[0]
    assert by_component.theta[arrived:, 0].min() > -0.8


@preset
def lookahead(shown):
    alone, slow = shown[1]
    assert alone.worse and slow.arrived
    late = instead("lookahead", ("lookahead_k:5", "lookahead_k:20"))[1][1]
    whole = instead("lookahead", ("lookahead_alpha:0.5", "lookahead_alpha:1"))[1][1]
    assert whole.worse and late.worse != late.arrived


@preset
def adamw(shown):
    l2, decoupled = shown[1]
    assert 0.1 < np.hypot(*np.subtract(l2.theta, (1, 3))) < np.hypot(*np.subtract(decoupled.theta, (1, 3))) / 3
    assert np.hypot(*decoupled.theta) < np.hypot(*l2.theta) < np.hypot(1, 3)
    off = instead("adamw", ("weight_decay:0.5", "weight_decay:0"))[0]
    np.testing.assert_allclose(off[0].theta, off[1].theta, atol=1e-12)


@preset
def averages(shown):
    total, average, tenfold = shown[0]
    np.testing.assert_allclose(total.theta, tenfold.theta, atol=1e-12)
    np.testing.assert_allclose(moves(average)[0], moves(total)[0] / 10, rtol=1e-9)
    assert shown[1][1].running
    half = race("s=ravine&n=50&o=momentum,lr:0.01,momentum:0.5&o=momentum_ema,lr:0.02,momentum:0.5")[0]
    np.testing.assert_allclose(half[0].theta, half[1].theta, atol=1e-12)


@preset
def trails(shown):
    library, classical = shown[0]
    np.testing.assert_allclose(classical.theta + 0.9 * classical.state["v"], library.theta, atol=1e-12)
    apart = np.abs(classical.theta - library.theta).max()
    near = race(PRESETS["trails"].query.replace("lr:0.0005", "lr:0.0005,momentum:0.2"))[0]
    assert apart > 0.05 and np.abs(near[0].theta - near[1].theta).max() < apart / 3


@preset
def nadams(shown):
    ends = [r.theta[100] for r in shown[0]]
    assert min(np.abs(ends[i] - ends[j]).max() for i in range(3) for j in range(i)) > 0.01
    torch, keras, _ = instead("nadams", ("nadam,lr:0.05", "nadam,lr:0.05,momentum_decay:1"))[0]
    np.testing.assert_allclose(torch.theta, keras.theta, atol=1e-4)  # their epsilons differ


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_shows_what_it_says(key):
    CHECKS[key](race(PRESETS[key].query))


def test_every_preset_has_a_check_of_its_own():
    assert set(CHECKS) == set(PRESETS)


def test_every_group_has_presets_that_stand_together():
    groups = list(dict.fromkeys(p.group for p in PRESETS.values()))
    assert groups == list(GROUPS)
    assert [p.group for p in PRESETS.values()] == sorted((p.group for p in PRESETS.values()), key=groups.index)
    assert next(iter(PRESETS)) == "zigzag" and len(PRESETS) >= 14


def test_texts_are_short_enough_for_a_line_or_two_and_different():
    for p in PRESETS.values():
        assert len(p.title) <= 34 and len(p.watch) <= 125 and len(p.then) <= 125, p.key
    for field in ("title", "watch", "then", "query"):
        assert len({getattr(p, field) for p in PRESETS.values()}) == len(PRESETS)


def test_a_group_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="nowhere"):
        Preset("a", "nowhere", "", "", "", "")


def test_the_presets_name_the_systems_of_the_source_texts():
    """Every optimizer and device that the texts on SGD and on PyTorch's optimizers speak of is in one of them."""
    text = " ".join(p.query for p in PRESETS.values())
    for name in ("gd,", "momentum,", "momentum@burn,", "nesterov,", "adagrad,", "rmsprop,", "adam,", "adamw,", "radam,",
                 "lookahead_k:", "adadelta,", "clip_norm:", "weight_decay:", "schedule:"):  # fmt: skip
        assert name in text, name
