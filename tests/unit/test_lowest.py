"""What a surface knows of what lies lowest: minima, a valley, none, nothing."""

import math
from dataclasses import replace

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, SettingError, Surface, engine, figures, run, sweep
from optim_viz.curves import CURVES
from optim_viz.figures.pictures import surface_picture
from optim_viz.outcome import outcome, verdicts
from optim_viz.spec import Minimum, Valley
from optim_viz.ui.forms import One
from optim_viz.ui.i18n import messages
from optim_viz.ui.race import settings, words
from optim_viz.ui.race.settings import Runner
from surfaces import SURFACES
from tests.race import answer
from tests.slide import SLIDE
from tests.valley import LINE, NOBODY_KNOWS, bowl, bowls_gradient, bowls_hessian, distance, nearest

VALLEYS = {"line": LINE, "steep line": LINE.at(slope=3.0), "ring": SURFACES["ring"]}


def surface_with(minima=(), lowest=None, value=bowl, gradient=bowls_gradient, hessian=bowls_hessian):
    return Surface(
        key="some", name="", dim=2, value=value, gradient=gradient, hessian=hessian,
        domain=((-1.0, 1.0), (-1.0, 1.0)), start=(0.5, 0.5), minima=minima, lowest=lowest, curvature=2.0, levels="linear",
        teaches="", source="",
    )  # fmt: skip


def far(surface, x, y):
    return abs(math.hypot(x, y) - 1) if surface.key == "ring" else distance(x, y, surface.values["slope"])


@pytest.mark.parametrize("surface", VALLEYS.values(), ids=VALLEYS)
def test_the_nearest_point_of_a_valley_is_lowest_and_nearest(surface):
    rng = np.random.default_rng(1)
    for x, y in rng.uniform(-2, 2, (200, 2)).tolist():
        there = surface.valley.nearest(x, y, *surface.coefficients)
        assert float(surface.value(there)) == pytest.approx(surface.minimum, abs=1e-24)
        assert math.dist((x, y), there) == pytest.approx(far(surface, x, y), abs=1e-12)


@pytest.mark.parametrize("surface", VALLEYS.values(), ids=VALLEYS)
@pytest.mark.parametrize("patient", [True, False])
def test_distances_are_those_to_the_valley(surface, patient):
    lrs = np.array([0.01, 0.05, 0.2])
    many = engine.run(OPTIMIZERS["momentum"], surface, steps=60, hypers={"lr": lrs}, patient=patient)
    drawn = CURVES["distance"].of(many)
    for lane in range(3):
        wanted = [far(surface, *theta) for theta in many.theta[lane].tolist()]
        np.testing.assert_allclose(drawn[lane], wanted, rtol=1e-9, atol=1e-12)


def test_who_goes_down_into_a_valley_arrives_and_ends_where_it_ends():
    found = run("gd", LINE, steps=100, hypers={"lr": 0.1})
    ended = outcome(found)
    assert ended.arrived == np.argmax(found.loss <= 1e-3) and ended.minimum is None and not ended.overshoot
    np.testing.assert_allclose(np.array(ended.theta), nearest(-1.0, 1.2, 0.5), atol=1e-9)  # GD goes straight down
    assert sweep("gd", LINE, starts=[LINE.start], steps=100, hypers={"lr": 0.1}, tolerance=1e-3).stays_from == [ended.arrived]


def test_a_valley_is_overshot_by_the_share_of_the_way_to_it():
    found = run("gd", LINE, steps=100, hypers={"lr": 0.7})  # each step leads to the other side: by 0.75 of the way
    assert outcome(found).overshoot == pytest.approx(0.7 * 2 * (1 + 0.5**2) - 1)
    assert outcome(run("gd", LINE, steps=100, hypers={"lr": 0.9})).worse


def test_the_angle_is_that_between_the_slope_and_the_way_to_the_valley():
    assert np.nanmax(CURVES["angle"].of(run("gd", LINE, steps=20, hypers={"lr": 0.05}))) < 1e-6
    turned = CURVES["angle"].of(run("adam", SURFACES["ring"], steps=20, hypers={"lr": 0.1}))
    assert np.nanmax(turned) < 1e-5 or np.nanmax(turned) > 179  # on a ring the slope points at it or away


def test_of_the_unknown_nothing_is_said():
    found = run("gd", NOBODY_KNOWS, steps=200, hypers={"lr": 0.1})
    ended = outcome(found)
    assert found.loss[-1] < 1e-9
    assert ended.arrived is ended.touched is ended.minimum is None
    assert not (ended.fell or ended.running or ended.stalls or ended.oscillates or ended.overshoot)
    assert np.isnan(CURVES["distance"].of(found)).all() and NOBODY_KNOWS.minimum is None
    lost = outcome(run("gd", NOBODY_KNOWS, steps=200, hypers={"lr": 1.01}))
    assert lost.worse and lost.cause and lost.cause.kind == "rate"
    rising = verdicts(run("gd", NOBODY_KNOWS, steps=2000, hypers={"lr": -0.0}))
    assert rising["cause"] == 0
    with pytest.raises(SettingError, match="no minimum"):
        sweep("gd", NOBODY_KNOWS, starts=[(1.0, 1.0)], tolerance=1e-3)


@pytest.mark.parametrize("lowest, endless", [("none", True), ("unknown", False)])
def test_only_of_a_surface_known_to_fall_for_ever_it_is_said(lowest, endless):
    falling = surface_with((), lowest, SLIDE.formula, SLIDE.slope, SLIDE.second)
    ended = outcome(run("gd", falling, steps=3000, hypers={"lr": 0.1}))
    assert ended.diverged and ended.cause and (ended.cause.kind == "endless") == endless
    _, runner = messages("en"), Runner(OPTIMIZERS["gd"], {"lr": 0.1}, {}, {}, "GD")
    told = words.sentences(_, words.racers(_, falling, (runner,), [ended], 3000))
    assert ("surface has no end" in told) == ("falls without end" in told) == endless and "lowest value" not in told


@pytest.mark.parametrize("surface", [LINE, NOBODY_KNOWS], ids=lambda s: s.key)
@pytest.mark.parametrize("language, says", [("en", "is not known"), ("zh", "未知")])
def test_a_page_asked_for_such_a_surface_answers(monkeypatch, surface, language, says):
    all_surfaces = {**SURFACES, surface.key: surface}
    field = settings.FORM.by_name["surface"]
    monkeypatch.setitem(settings.FORM.by_name, "surface", replace(field, kind=One(all_surfaces)))
    monkeypatch.setattr(settings, "SURFACES", all_surfaces)
    told = answer(f"s={surface.key}&n=100&o=gd,lr:0.1&o=adam,lr:0.1&chart=distance", language)
    assert not told["notes"] and len(told["rows"]) == 2
    assert (says in told["words"]) == (surface is NOBODY_KNOWS)
    assert [row["arrived"] != "–" for row in told["rows"]] == [surface is LINE] * 2
    assert told["lowest"] == (0.0 if surface is LINE else None)


@pytest.mark.parametrize("surface", [SURFACES["ring"], NOBODY_KNOWS], ids=lambda surface: surface.key)
def test_a_picture_of_it_needs_no_minimum(surface):
    assert "<path" in surface_picture(surface)
    assert len(figures.race(run("gd", surface, steps=5)).data[1].x) == 0


@pytest.mark.parametrize(
    "minima, lowest",
    [
        ((), "valley"),
        ((), "minima"),
        ((Minimum((0.0, 0.0), 0.0, ""),), "unknown"),
        ((Minimum((0.0, 0.0), 0.0, ""),), "none"),
        (Valley(lambda x, y: (x, y), 0.0, ""), "minima"),
        (Valley(lambda x: x, 0.0, ""), None),
    ],
)
def test_what_does_not_fit_is_refused(minima, lowest):
    with pytest.raises(ValueError, match="lowest is|takes"):
        surface_with(minima=minima, lowest=lowest)
