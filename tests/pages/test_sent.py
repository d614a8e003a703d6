"""One's own data travel and are read once: named by their digest, asked for again by a server that does not hold them."""

import base64
import hashlib
import threading

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from optim_viz.regression import own
from optim_viz.regression.own import Table
from optim_viz.ui import answers, wire
from optim_viz.ui.asked import Asked, WantedError
from optim_viz.ui.regression import answer as regression
from optim_viz.ui.regression import sent
from optim_viz.ui.regression.sent import Tables

LINE = b"x,y\n1,2.1\n2,3.9\n3,6.2\n"
PLANE = b"area,rooms,rent\n30,1,500\n40,2,600\n60,2,650\n70,3,720\n"


def coded(content):
    return base64.b64encode(content).decode()


def asked(**more):
    query = {"d": ["own"], "e": ["2"], "seeds": ["1"], "o": ["gd"]}
    return Asked({"query": query, "language": "en", **more})


@pytest.fixture
def tables(monkeypatch):
    """A server that has just started."""
    empty = Tables(1000)
    monkeypatch.setattr(sent, "TABLES", empty)
    return empty


@pytest.fixture
def reads(monkeypatch):
    """What is parsed."""
    seen: list[bytes] = []
    read = own.read

    def reading(content):
        seen.append(content)
        return read(content)

    monkeypatch.setattr(own, "read", reading)
    return seen


def test_data_are_read_when_they_come_and_then_known_by_their_digest(tables, reads):
    told = regression.csv_answer(asked(csv=coded(LINE)))
    assert told == {"problem": None, "digest": hashlib.sha256(LINE).hexdigest()}
    whole = regression.answer(asked(csv=coded(LINE)))
    named = regression.answer(asked(own=told["digest"]))
    assert reads == [LINE]
    assert named["notes"] == [] and named["settings"] == whole["settings"]
    assert wire.pack(named) == wire.pack(whole)
    assert named["settings"]["data"] == "own" and named["settings"]["samples"] == 3


def test_two_tables_are_told_apart(tables, reads):
    line, plane = (regression.csv_answer(asked(csv=coded(content)))["digest"] for content in (LINE, PLANE))
    first, second = regression.answer(asked(own=line)), regression.answer(asked(own=plane))
    assert (first["settings"]["inputs"], second["settings"]["inputs"]) == (["x"], ["area", "rooms"])
    assert first["data"]["digest"] != second["data"]["digest"]
    assert reads == [LINE, PLANE]


def test_a_table_that_went_is_wanted_again(tables):
    tables.most = 12  # numbers: one of the two
    line, plane = (regression.csv_answer(asked(csv=coded(content)))["digest"] for content in (LINE, PLANE))
    assert regression.answer(asked(own=plane))["settings"]["samples"] == 4
    with pytest.raises(WantedError):
        regression.answer(asked(own=line))
    assert regression.answer(asked(own=line, csv=coded(LINE)))["settings"]["samples"] == 3
    assert regression.answer(asked(own=line))["settings"]["samples"] == 3


@pytest.mark.parametrize("page", ["regression", "noise", "csv"])
def test_a_digest_that_names_nothing_is_answered_with_what_is_wanted(tables, page):
    client = TestClient(Starlette(routes=answers.ROUTES))
    question = {"query": {"d": "own", "o": "gd"}, "language": "en", "own": "0" * 64, "runner": 0, "theta": [0, 0]}
    told = client.post(f"/answers/{page}", json=question)
    assert told.status_code == 200 and told.content == wire.pack({"wanted": "csv"})
    assert client.post(f"/answers/{page}", json={**question, "csv": coded(LINE)}).content != told.content


@pytest.mark.parametrize("name", [None, 7, ["x"], {"a": 1}])
def test_a_name_of_another_kind_is_none(tables, name):
    assert "pasted or uploaded again" in regression.answer(asked(own=name))["notes"][0]


def test_wrong_data_are_not_kept(tables):
    wrong = b"x,y\n1,two\n"
    assert "digest" not in regression.csv_answer(asked(csv=coded(wrong)))
    assert tables.get(hashlib.sha256(wrong).hexdigest()) is None


def test_what_was_asked_for_longest_ago_goes_first():
    kept = Tables(30)
    table = Table(("x", "y"), np.zeros((5, 2)))
    for name in "abc":
        kept.put(name, table)
    assert kept.get("a") is table
    kept.put("d", table)
    assert [name for name in "abcd" if kept.get(name)] == ["a", "c", "d"]
    kept.put("large", Table(("x", "y"), np.zeros((16, 2))))
    assert not any(kept.get(name) for name in ("a", "c", "d", "large"))  # larger than all there may be


def test_many_threads_may_ask_at_once():
    kept = Tables(100)
    table = Table(("x", "y"), np.zeros((5, 2)))
    failed = []

    def work(k):
        try:
            for i in range(500):
                kept.put(f"{k} {i % 20}", table)
                assert kept.get(f"{k} {i % 20}") in (table, None)
        except Exception as error:  # in a thread pytest does not see it
            failed.append(error)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = [name for k in range(8) for name in (f"{k} {i}" for i in range(20)) if kept.get(name)]
    assert not failed and len(held) == 10
