"""Each thing that the five tutorials say leads to a place in the app that is there, and that place bears out what it should."""

import re

import pytest

from docs import sources

EACH = [row for rows in sources.rows().values() for row in rows]


def label(row):
    return f"{row.number} {row.says[:40]}"


def test_there_are_as_many_rows_as_the_tutorials_have():
    assert [len(rows) for rows in sources.rows().values()] == [19, 46, 23, 11, 17]
    assert len({row.says for row in EACH}) > 110


@pytest.mark.parametrize("row", EACH, ids=label)
def test_a_row_leads_where_it_says_and_what_it_finds_there_bears_out_its_state(row):
    assert row.state in sources.STATES and row.says
    found = {place: sources.followed(place) for place in row.where}  # raises where there is no such place
    kinds = {place.partition(":")[0] for place in row.where}
    shown = [picture for place in found.values() for picture in place.pictures if picture]
    assert all(picture.shows for picture in shown), "a picture that claims nothing proves nothing"
    verdicts = {place.verdict for place in found.values() if place.verdict}
    if row.state == "taught":
        assert "lesson" in kinds
    if row.state == "shown":
        assert shown and kinds - {"lesson", "symbol"}
        assert "fails" not in verdicts or len(kinds) > 1 or "holds" in verdicts
    if row.state == "refuted":
        assert any(place.verdict == "fails" and place.pictures[0] for place in found.values())
    assert bool(row.why) == (row.state == "none")
    if row.state == "none":
        assert found
    assert not row.waits or row.waits in sources.LATER


def test_every_claim_that_fails_or_cannot_be_seen_is_somebodys():
    """The claims of "How to choose" that no picture bears out come from the tutorials, or from advice that is often given."""
    told = {place for row in EACH for place in row.where}
    assert {"choose:adadelta", "choose:complex", "choose:definition", "choose:kinds", "choose:local", "choose:noise"} <= told


def test_the_page_is_that_of_today():
    assert sources.PAGE.read_text(encoding="utf-8") == sources.text(), "run: make docs"


def test_the_page_has_every_row_with_its_links():
    text = sources.PAGE.read_text(encoding="utf-8")
    for row in EACH:
        (line,) = re.findall(rf"^\| {re.escape(row.number)} \|.*$", text, re.MULTILINE)
        assert line.count(f"]({sources.APP}/") == len(row.where) and sources.STATES[row.state] in line
