"""One's own data travel and are read once: named by their digest, asked for again by a server that does not hold them."""

import base64
import hashlib
import threading

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from optim_viz import files
from optim_viz.ui import answers, wire
from optim_viz.ui.asked import Asked, WantedError
from optim_viz.ui.regression import answer as regression
from optim_viz.ui.regression import sent, settings
from optim_viz.ui.regression.sent import Files, Kept

LINE = b"x,y\n1,2.1\n2,3.9\n3,6.2\n"
PLANE = b"area,rooms,rent\n30,1,500\n40,2,600\n60,2,650\n70,3,720\n"


def coded(content):
    return base64.b64encode(content).decode()


def asked(query=None, **more):
    usual = {"d": ["own"], "e": ["2"], "seeds": ["1"], "o": ["gd"]}
    return Asked({"query": usual | (query or {}), "language": "en", **more})


@pytest.fixture
def kept(monkeypatch):
    """A server that has just started."""
    empty = Files(10_000)
    monkeypatch.setattr(sent, "FILES", empty)
    return empty


@pytest.fixture
def reads(monkeypatch):
    """What is parsed."""
    seen: list[bytes] = []
    read = files.read

    def reading(content, how):
        seen.append(content)
        return read(content, how)

    monkeypatch.setattr(files, "read", reading)
    return seen


def test_data_are_read_when_they_come_and_then_known_by_their_digest(kept, reads):
    told = regression.csv_answer(asked(csv=coded(LINE)))
    assert told["problem"] is None and told["digest"] == hashlib.sha256(LINE).hexdigest()
    assert [(one["name"], one["role"]) for one in told["own"]["columns"]] == [("x", "input"), ("y", "target")]
    whole = regression.answer(asked(csv=coded(LINE)))
    named = regression.answer(asked(own=told["digest"]))
    assert reads == [LINE]
    assert named["notes"] == [] and named["settings"] == whole["settings"]
    assert wire.pack(named) == wire.pack(whole)
    assert named["settings"]["data"] == "own" and named["settings"]["samples"] == 3


def test_two_tables_are_told_apart(kept, reads):
    line, plane = (regression.csv_answer(asked(csv=coded(content)))["digest"] for content in (LINE, PLANE))
    first, second = regression.answer(asked(own=line)), regression.answer(asked(own=plane))
    assert (first["settings"]["inputs"], second["settings"]["inputs"]) == (["x"], ["area", "rooms"])
    assert first["data"]["digest"] != second["data"]["digest"]
    assert reads == [LINE, PLANE]


def test_a_table_that_went_is_wanted_again(kept):
    kept.most = 150  # bytes: one of the two
    line, plane = (regression.csv_answer(asked(csv=coded(content)))["digest"] for content in (LINE, PLANE))
    assert regression.answer(asked(own=plane))["settings"]["samples"] == 4
    with pytest.raises(WantedError):
        regression.answer(asked(own=line))
    assert regression.answer(asked(own=line, csv=coded(LINE)))["settings"]["samples"] == 3
    assert regression.answer(asked(own=line))["settings"]["samples"] == 3


@pytest.mark.parametrize("page", ["regression", "noise", "csv"])
def test_a_digest_that_names_nothing_is_answered_with_what_is_wanted(kept, page):
    client = TestClient(Starlette(routes=answers.ROUTES))
    question = {"query": {"d": "own", "o": "gd"}, "language": "en", "own": "0" * 64, "runner": 0, "theta": [0, 0]}
    told = client.post(f"/answers/{page}", json=question)
    assert told.status_code == 200 and told.content == wire.pack({"wanted": "csv"})
    assert client.post(f"/answers/{page}", json={**question, "csv": coded(LINE)}).content != told.content


@pytest.mark.parametrize("name", [None, 7, ["x"], {"a": 1}])
def test_a_name_of_another_kind_is_none(kept, name):
    assert "pasted or uploaded again" in regression.answer(asked(own=name))["notes"][0]


def test_wrong_data_are_not_kept(kept):
    wrong = b"x\n1\n"
    assert "digest" not in regression.csv_answer(asked(csv=coded(wrong)))
    assert kept.get(hashlib.sha256(wrong).hexdigest()) is None


def test_another_reading_of_a_file_needs_no_second_journey(kept, reads):
    salaries = b"Years\tSalary\n1.0\t39,110\n1.4\t45,020\n2.1\t43,900\n"
    name = regression.csv_answer(asked(csv=coded(salaries)))["digest"]
    other = regression.answer(asked({"decimals": ["2:comma"]}, own=name))
    assert reads == [salaries, salaries] and other["notes"] == []
    assert other["own"]["body"]["columns"][1]["says"] == ["Decimal commas: 39,110 is 39.11."]
    assert "decimals=2:comma" in settings.write(settings.read(*_of(asked({"decimals": ["2:comma"]}, own=name)))[0])


def _of(asked):
    return asked.query, asked.more


@pytest.mark.parametrize(
    "query, note",
    [
        ({"target": ["price"]}, "Column to predict must be one of: area, rooms, rent; received “price”"),
        ({"inputs": ["1,9"]}, "Columns of the inputs must be numbers of columns from 1 to 3, with commas between them"),
        ({"inputs": ["3"], "target": ["rent"]}, "Your data must be learnt from other columns; rent is the target and an input"),
        ({"decimals": ["2:dot"]}, "Decimal signs must be a column and its sign, as in 2:comma,3:point; received “2:dot”"),
        ({"enc": ["cp1252"], "sep": ["tab"]}, "Your data must be at least two columns"),
        ({"enc": ["klingon"]}, "Encoding must be one of: "),
        ({"missing": ["never"]}, "Missing values must be one of: rows, columns; received “never”"),
    ],
)  # fmt: skip
def test_a_choice_that_does_not_fit_is_told_and_the_data_stay(kept, query, note):
    got = regression.answer(asked(query, csv=coded(PLANE)))
    assert got["settings"]["data"] == "own" and got["settings"]["samples"] == 4
    assert len(got["notes"]) == 1 and got["notes"][0].startswith(note), got["notes"]
    assert (got["settings"]["column"], got["settings"]["inputs"]) == ("rent", ["area", "rooms"])


def test_a_file_without_a_usable_choice_is_shown_with_what_is_wrong(kept):
    told = regression.csv_answer(asked(csv=coded(b"x,y\n5,1\n5,2\n5,4\n")))
    assert (
        told["problem"] == "Your data must be at least two columns of numbers that change; y is the only one; received “x, y”"
    )
    assert [one["is"] for one in told["own"]["columns"]] == ["never changes", "numbers"]
    assert kept.get(told["digest"])


def test_what_was_asked_for_longest_ago_goes_first():
    few = Files(30)
    for name in "abc":
        few.put(name, Kept(b"0" * 10))
    assert few.get("a")
    few.put("d", Kept(b"0" * 10))
    assert [name for name in "abcd" if few.get(name)] == ["a", "c", "d"]
    few.put("large", Kept(b"0" * 31))
    assert not any(few.get(name) for name in ("a", "c", "d", "large"))  # larger than all there may be


def test_many_threads_may_ask_at_once():
    some = Files(100)
    one = Kept(b"0" * 10)
    failed = []

    def work(k):
        try:
            for i in range(500):
                some.put(f"{k} {i % 20}", one)
                assert some.get(f"{k} {i % 20}") in (one, None)
        except Exception as error:  # in a thread pytest does not see it
            failed.append(error)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = [name for k in range(8) for name in (f"{k} {i}" for i in range(20)) if some.get(name)]
    assert not failed and len(held) == 10
