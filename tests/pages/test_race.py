"""The race without a browser: the page that mounts the player, and the native engine that says what it must show."""

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, engine
from optim_viz.curves import CURVES
from optim_viz.ui import index
from optim_viz.ui.pages import PAGES
from optim_viz.ui.race.charts import CHARTS
from optim_viz.ui.race.presets import PRESETS
from surfaces import SURFACES
from tests.race import answer, lines


@pytest.mark.parametrize(("code", "title"), [("en", "How optimizers move"), ("zh", "优化器是怎么走的")])
def test_the_page_has_its_title_in_the_language_of_the_link(code, title):
    html = index.document(PAGES["race"], {}, code)
    assert f"<h1 data-text>{title}</h1>" in html and f" · {title}</title>" in html


# -- what the player asks


@pytest.mark.parametrize(
    "query",
    ["", *(f"p={key}" for key in PRESETS), "s=saddle&o=", "v=1&s=x_squared&x=3&n=10&o=gd,lr:10&t=4&axis=log"]
    + [f"s=ravine&chart={key}&xaxis=evaluations&o=gd" for key in CHARTS],
)
def test_a_valid_link_gives_no_notes(query):
    assert answer(query)["notes"] == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("s=everest", [("Surface", "“everest”")]),
        ("s=ravine&s.height=3", [("“s.height”", "“3”")]),
        ("s=ravine&s.condition=0", [("Condition number", "“0”")]),
        ("s=ravine&s.condition=1e7", [("Condition number", "“1e7”")]),
        ("s=saddle&x=left&y=1e999", [("Start x", "“left”"), ("Start y", "“1e999”")]),
        ("n=99999", [("Number of steps", "“99999”")]),
        ("o=sgdx", [("Optimizer", "“sgdx”")]),
        ("o=adam,lr:fast", [("Learning rate of Adam", "“fast”")]),
        ("o=adam,lr", [("Learning rate of Adam", "nothing")]),
        ("o=adam,beta1:2", [("Beta1 of Adam", "“2”")]),
        ("o=sam,noise:1", [("Gradient noise of SAM", "“1”")]),
        ("o=gd,maximize:2", [("Maximize: climb instead of GD", "“2”")]),
        ("o=adam@nosuch", [("Convention of Adam", "“nosuch”")]),
        ("&".join(["o=gd"] * 9), [("Optimizer", "9")]),
        ("zoom=1,0,0,1", [("Zoom", "“1,0,0,1”")]),
        ("axis=cubic", [("Value axis", "“cubic”")]),
        ("chart=pie&xaxis=time", [("Chart", "“pie”"), ("Step axis", "“time”")]),
        ("v=0", [("Version of the link", "“0”")]),
        ("yaxis=linear&utm_source=mail&lang=en&embed=true&fbclid=x", [("“yaxis”", "“linear”")]),
    ],
)  # fmt: skip
def test_each_fault_of_a_link_is_named(query, named):
    for note, (parameter, received) in zip(answer(query)["notes"], named, strict=True):
        assert note.startswith(f"{parameter} must be ")
        assert note.endswith(f"; received {received}")


def test_a_link_of_a_newer_version_is_told_in_a_sentence_of_its_own():
    (note,) = answer("v=2&s=ravine")["notes"]
    assert note.startswith("This link is of a newer version of this app (“2”)") and "must be" not in note


def test_an_optimizer_that_there_is_not_is_left_out():
    got = answer("s=ravine&o=foo")
    assert got["runs"] == [] and got["words"] == "Nobody is running. Add an optimizer." and len(got["notes"]) == 1
    got = answer("s=ravine&o=foo&o=gd")
    assert [runner["name"] for runner in got["settings"]["runners"]] == ["GD"]


def test_notes_speak_the_language_of_the_reader_and_are_short():
    notes = answer("s=everest&x=left", "zh")["notes"]
    assert len(notes) == 2 and not any("must be" in note for note in notes)
    many = answer("o=gd" + "," * 190)["notes"]
    assert len("".join(many)) < 3000
    assert many[-1] == "…"


# -- charts, and marks on the learning rate


def sharpness(surface, theta):
    """The largest eigenvalue at each of the points, by numpy, of a Hessian by central differences of the gradient."""
    h = 1e-5
    columns = [(surface.gradient(theta + h * e) - surface.gradient(theta - h * e)) / (2 * h) for e in np.eye(surface.dim)]
    return np.linalg.eigvalsh(np.stack(columns, axis=-1))[..., -1]


def test_every_chart_draws_a_curve():
    assert {chart.curve or key for key, chart in CHARTS.items()} <= set(CURVES)


def test_a_chart_shows_what_it_says():
    query = "s=rosenbrock&n=40&o=gd,lr:0.001,schedule:cosine,t_max:40&o=momentum,lr:0.0005&chart="
    surface = SURFACES["rosenbrock"]
    factor = (1 + np.cos(np.pi * np.arange(41) / 40)) / 2
    for key in CHARTS:
        first, second = answer(query + key)["runs"]
        theta = first["theta"].reshape(-1, 2)
        gradient = surface.gradient(theta)
        rates = 0.001 * factor
        with np.errstate(divide="ignore"):
            limits = 2 / rates
        expected = {
            "loss": [],
            "distance": [np.linalg.norm(theta - (1.0, 1.0), axis=-1)],
            "gradient": [np.linalg.norm(gradient, axis=-1)],
            "effective": [np.r_[np.nan, rates[:-1]]] * 2,
            "rate": [np.r_[np.nan, rates[:-1]]],
            "sharpness": [sharpness(surface, theta) / limits],
        }[key]
        np.testing.assert_allclose(np.reshape(first["lines"], (-1, 41)), np.reshape(expected, (-1, 41)), rtol=1e-5, atol=1e-12)
        if key == "sharpness":  # FACTS T3: 3.8 / lambda at momentum 0.9
            there = second["theta"].reshape(-1, 2)
            np.testing.assert_allclose(second["lines"][0], sharpness(surface, there) * 0.0005 / 3.8, rtol=1e-5)
    assert first["evaluations"] is None


def test_every_optimizer_has_every_chart_on_every_surface():
    """One value a row, or none at all: nothing may fail for what someone chooses."""
    for surface in SURFACES.values():
        for optimizer in OPTIMIZERS.values():
            for record in optimizer.conventions:
                run = engine.run(record, surface, steps=3)
                for key in CHARTS:
                    drawn = lines(key, run)
                    assert len(drawn) == {"loss": 0, "effective": surface.dim}.get(key, 1)
                    assert all(line.shape == (4,) for line in drawn)


def test_gradients_are_counted_where_a_step_takes_more_than_one():
    gd, sam = answer("s=ravine&n=10&o=gd&o=sam")["runs"]
    assert gd["evaluations"] is None
    np.testing.assert_array_equal(sam["evaluations"], 2 * np.arange(11))


@pytest.mark.parametrize(
    ("runner", "factors"),
    [
        ("gd", [1, 2]),
        ("momentum", [1, 2, 3.8]),
        ("momentum,momentum:0.5", [1, 2, 3]),
        ("momentum,momentum:0", [1, 2]),
        ("nesterov", [1, 3.8 / 2.8, 2]),
        ("momentum_ema", [1, 2, 38]),
        ("sam", [1, 2]),
        ("adam", []),
        ("rprop", []),
    ],
)
def test_the_marks_of_a_learning_rate_are_where_theory_has_its_limits(runner, factors):
    """FACTS T3; ravine's curvature is its condition number."""
    (told,) = answer(f"s=ravine&s.condition=40&o={runner}")["settings"]["runners"]
    assert [mark["at"] for mark in told["marks"]] == pytest.approx([factor / 40 for factor in factors])
    assert [mark["label"] for mark in told["marks"]] == [f"{factor:.3g}/λ" for factor in factors]
    assert all("{" not in mark["title"] for mark in told["marks"])
    limits = {"gd": 2, "momentum": 3.8, "nesterov": 3.8 / 2.8, "momentum_ema": 38}
    if runner in limits:
        assert [mark["at"] for mark in told["marks"] if mark["own"]] == pytest.approx([limits[runner] / 40])
