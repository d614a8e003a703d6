"""The race page by Streamlit's AppTest: without a browser, so the player itself is not run; its messages are."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from optim_viz.ui import settings
from optim_viz.ui.presets import PRESETS

ROOT = Path(__file__).parents[2]
SHELL, PAGE = ROOT / "optim_viz" / "ui" / "shell.py", ROOT / "pages" / "race.py"


def opened(query="", script=SHELL):
    """The app as someone sees it who opened ``/race?query``."""
    app = AppTest.from_file(str(script), default_timeout=60)
    for name, texts in parse_qs(query, keep_blank_values=True).items():
        app.query_params[name] = texts
    app.run()
    assert_shows_the_player(app)
    return app


def assert_shows_the_player(app):
    assert not app.exception, app.exception
    assert "race" in app.session_state  # an empty page would raise nothing either


def said(app, **link):
    """The player says what it is set to, as it does when a slider moves."""
    app.session_state["race"] = {"settings": {"seq": 1, "have": [], "query": link}}
    app.run()
    assert_shows_the_player(app)


def warnings(app):
    return [warning.value for warning in app.warning]


def kept(app):
    return settings.write(settings.read(app.session_state["race_query"])[0])


@pytest.mark.parametrize(
    ("query", "title"), [("", "How optimizers move"), ("lang=en", "How optimizers move"), ("lang=zh", "优化器是怎么走的")]
)
def test_the_page_has_its_title_in_the_language_of_the_link(query, title):
    assert [t.value for t in opened(query).title] == [title]


def test_the_page_works_on_its_own_too():
    assert warnings(opened("s=everest", script=PAGE))
    assert not warnings(opened("s=saddle", script=PAGE))


@pytest.mark.parametrize(
    "query", ["", *(f"p={key}" for key in PRESETS), "s=saddle&o=", "v=1&s=x_squared&x=3&n=10&o=gd,lr:10&t=4&axis=log"]
)
def test_a_valid_link_gives_no_warning(query):
    assert warnings(opened(query)) == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("s=everest", [("s", "'everest'")]),
        ("s=ravine&s.height=3", [("s.height", "'height'")]),
        ("s=ravine&s.condition=0", [("s.condition", "0.0")]),
        ("s=saddle&x=left&y=1e999", [("x", "'left'"), ("y", "'1e999'")]),
        ("n=99999", [("n", "'99999'")]),
        ("o=sgdx", [("o", "'sgdx'")]),
        ("o=adam,lr:fast", [("adam, lr", "'fast'")]),
        ("o=adam,beta1:2", [("adam, beta1", "2.0")]),
        ("&".join(["o=gd"] * 9), [("o", "9")]),
        ("zoom=1,0,0,1", [("zoom", "'1,0,0,1'")]),
        ("axis=cubic", [("axis", "'cubic'")]),
        ("v=2", [("v", "'2'")]),
    ],
)  # fmt: skip
def test_a_warning_names_each_fault_of_a_link(query, named):
    (warning,) = warnings(opened(query))
    first, *faults = warning.split("\n- ")
    assert first == "Not all of this link could be used. The defaults stand in for:"
    for fault, (parameter, received) in zip(faults, named, strict=True):
        assert fault.startswith(f"` {parameter} ` must be ")
        assert fault.endswith(f"; received ` {received} `")


def test_the_warning_speaks_the_language_of_the_link():
    (warning,) = warnings(opened("lang=zh&s=everest&x=left"))
    assert "链接" in warning
    assert "must be" not in warning


def test_a_link_of_many_faults_gives_a_short_warning():
    (warning,) = warnings(opened("o=gd" + "," * 190))
    assert len(warning) < 3000
    assert warning.endswith("- …")


def test_what_the_player_says_is_kept_and_goes_before_the_link():
    app = opened("s=rosenbrock&o=adam,lr:0.5")
    assert "s=rosenbrock" in kept(app)
    said(app, s="saddle", o=["gd,lr:0.25"], n="77")
    assert "s=saddle" in kept(app)
    assert "n=77&o=gd,lr:0.25" in kept(app)
    assert warnings(app) == []


def test_the_settings_outlive_the_player():
    app = opened()
    said(app, s="saddle", o=["gd,lr:0.25"])
    app.session_state["race"] = {}  # as after leaving the page, or before the player has spoken
    app.run()
    assert "s=saddle" in kept(app)
    assert "o=gd,lr:0.25" in kept(app)


def test_the_settings_outlive_a_change_of_language():
    app = opened("s=saddle&n=77&lang=en")
    before = kept(app)
    app.get("button_group")[0].set_value("zh").run()
    assert_shows_the_player(app)
    assert [t.value for t in app.title] == ["优化器是怎么走的"]
    assert kept(app) == before


@pytest.mark.parametrize(
    "message", [None, 7, "x", [], {"query": 1}, {"query": {"s": 1}}, {"seq": "a", "have": [1, {}], "query": {}}, {"seq": True}]
)
def test_a_message_of_the_wrong_form_changes_nothing(message):
    app = opened("s=saddle")
    app.session_state["race"] = {"settings": message}
    app.run()
    assert_shows_the_player(app)
    assert warnings(app) == []


def test_a_wrong_setting_in_a_message_is_named_like_one_in_a_link():
    app = opened()
    said(app, s="saddle", o=["adam,beta1:2"])
    assert "` adam, beta1 ` must be" in warnings(app)[0]
