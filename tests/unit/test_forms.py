"""A page's settings are a table: a row in it is read, checked, told when it is wrong, written, and told to the browser."""

import pytest

from optim_viz.ui.faults import told_all
from optim_viz.ui.i18n import messages
from optim_viz.ui.race import settings as race
from optim_viz.ui.regression import settings as lab
from tests.one_row import with_one_row

PAGES = {"race": race, "lab": lab}


@pytest.fixture(scope="module")
def more(tmp_path_factory):
    """The race's settings with a row for ``dots``: a whole number from 1 to 9, usually 3."""
    return with_one_row(tmp_path_factory.mktemp("more"))


@pytest.mark.parametrize(
    ("asked", "dots", "note"),
    [
        ({}, 3, None),
        ({"dots": ["5"]}, 5, None),
        ({"dots": ["3"]}, 3, None),
        ({"dots": ["10"]}, 3, "Number of dots must be a whole number from 1 to 9; received “10”"),
        ({"dots": ["many"]}, 3, "Number of dots must be a number; received “many”"),
        ({"dot": ["5"]}, 3, "“dot” must be left out: nothing here has this name (did you mean dots?); received “5”"),
    ],
)
def test_one_row_is_read_and_checked_and_told_when_it_is_wrong(more, asked, dots, note):
    chosen, notes = more.read({"s": ["bowl"], **asked})
    assert chosen.dots == dots
    assert told_all(messages("en"), notes) == ([note] if note else [])


def test_one_row_is_written_and_reads_back_and_is_how_a_race_is_looked_at(more):
    chosen, _ = more.read({"dots": ["5"]})
    assert chosen.preset == more.read({})[0].preset  # it is still the example
    link = more.write(chosen)
    assert "&dots=5&axis" not in link and "&dots=5" in link
    assert more.read({name: [value] for name, _eq, value in (pair.partition("=") for pair in link.split("&"))})[0].dots == 5
    assert "dots" not in more.write(more.read({})[0])
    assert more.FORM.values(chosen, "look")["dots"] == 5 and "dots" not in more.FORM.values(chosen, "picture")


def test_one_row_is_told_to_the_browser(more):
    (row,) = [row for row in more.FORM.told()["fields"] if row["name"] == "dots"]
    assert row == {
        "name": "dots", "keys": ["dots"], "kind": "whole", "of": "look", "always": False, "default": 3, "lo": 1, "hi": 9
    }  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_field_has_a_label_and_names_of_its_own(page):
    form = PAGES[page].FORM
    keys = ["v", *(key for field in form.fields for key in field.keys)]
    assert len(set(keys)) == len(keys) and len(form.by_name) == len(form.fields)
    assert {key for key in keys if not key.endswith(".")} <= set(form.labels)


@pytest.mark.parametrize("page", PAGES)
def test_what_depends_on_other_settings_is_always_written(page):
    """Its default may be another one when the link is opened."""
    for field in PAGES[page].FORM.fields:
        assert not callable(field.default) or field.always or field.kind.script in ("each", "runners"), field.name


def test_settings_are_never_changed():
    chosen, _ = race.read({})
    with pytest.raises(AttributeError):
        chosen.steps = 7
    assert chosen.replace(steps=7).steps == 7 != chosen.steps
