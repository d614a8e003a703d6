"""The routes when many ask, when somebody asks too much or too slowly, and what is written down of it."""

import asyncio
import gzip
import json
import logging
import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from optim_viz.ui import answers, meter
from optim_viz.ui.answers import Answerer
from optim_viz.ui.asked import LONG, Asked, LongError
from optim_viz.ui.limits import Book, Rate
from optim_viz.ui.regression import answer as lab
from tests.support import awaited, unpack

NAMED = "0123456789abcdef01234567"


@pytest.fixture
def ask(monkeypatch):
    """Asks somebody who answers as the test says."""

    def asking(answer=lambda asked: {"said": 1}, sent=None, limit=1000, **more):
        monkeypatch.setitem(answers.ANSWERS, "tried", Answerer(answer, limit))
        client = TestClient(Starlette(routes=[*answers.ROUTES, *meter.ROUTES]))
        if "content" not in more:
            more["json"] = sent or {}
        return client.post("/answers/tried", **more)

    return asking


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
def test_what_another_sites_page_may_send_unasked_is_refused(ask, kind):
    assert ask(content=b"{}", headers={"Content-Type": kind}).status_code == 415


def test_an_answer_travels_compressed_where_that_is_read(ask):
    plain, zipped = ask(headers={"Accept-Encoding": "identity"}), ask(headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers and zipped.headers["content-encoding"] == "gzip"
    assert unpack(plain.content) == unpack(zipped.content) == {"said": 1}  # httpx unpacks
    assert gzip.compress(b"a", 1, mtime=0) == gzip.compress(b"a", 1, mtime=0)


def test_a_fault_is_answered_without_a_trace_and_written_down_without_what_the_visitor_wrote(ask, caplog):
    def failing(asked):
        raise ZeroDivisionError("the cause")

    with caplog.at_level(logging.ERROR):
        said = ask(
            failing, {"query": {"target": "my name", "my secret": "x", "e": "3"}, "csv": "bXkgZGF0YQ==", "visitor": NAMED}
        )
    assert (said.status_code, said.text) == (500, "could not be answered")
    assert "ZeroDivisionError: the cause" in caplog.text and "csv, e, query, target, visitor" in caplog.text
    assert not re.search("my name|secret|bXkgZGF0YQ|0123456789|testclient", caplog.text)


def test_what_is_long_is_asked_again_in_the_other_lane(ask):
    lanes, amount = [], [LONG + 1]

    def answer(asked):
        lanes.append(asked.may_be_long)
        asked.takes(amount[0])
        return {}

    assert ask(answer).status_code == 200 and lanes == [False, True]
    lanes.clear()
    amount[0] = LONG
    assert ask(answer).status_code == 200 and lanes == [False]


def test_the_largest_question_of_the_lab_is_long_and_the_usual_one_is_not():
    def is_long(query):
        asked = Asked({"query": query})
        asked.may_be_long = False
        try:
            lab.answer(asked)
        except LongError:
            return True
        return False

    assert not is_long({})
    assert is_long({"d": ["two_moons"], "d.size": ["2000"], "m": ["network"], "e": ["100"], "seeds": ["50"]})


@pytest.mark.parametrize(("book", "sent"), [("VISITORS", {"visitor": NAMED}), ("ADDRESSES", {}), ("SENT", {})])
def test_more_than_may_be_asked_at_once_is_refused_for_a_while(ask, monkeypatch, book, sent):
    amount = len(json.dumps(sent)) if book == "SENT" else 1
    monkeypatch.setattr(answers, book, Book(Rate(3 * amount, amount), lambda: 0.0))
    said = [ask(sent=sent) for _ in range(4)]
    assert [each.status_code for each in said] == [200, 200, 200, 429]
    assert said[-1].headers["retry-after"] == "2" and "trace" not in said[-1].text.lower()


def test_a_school_of_120_with_a_hand_on_a_slider_each_meets_no_limit(monkeypatch):
    """Each asks ten times a second, for a minute, and brings a megabyte of data; by a clock of the test."""
    now = [0.0]
    visitors, addresses, sent = (
        Book(book.rate, lambda: now[0]) for book in (answers.VISITORS, answers.ADDRESSES, answers.SENT)
    )
    assert not any(sent.take("school", 1.35e6) for _ in range(120))
    for _ in range(600):
        now[0] += 0.1
        for k in range(120):
            assert not addresses.take("school") and not visitors.take(str(k)) and not sent.take("school", 500)


def test_a_question_that_comes_too_slowly_is_let_go(monkeypatch):
    monkeypatch.setattr(answers, "SLOW", 0.05)
    sent: list[int] = []

    async def receive():
        if not sent:
            sent.append(1)
            return {"type": "http.request", "body": b'{"query"', "more_body": True}
        await asyncio.sleep(60)

    status = _run(receive)
    assert status == 408


def test_who_goes_before_he_has_asked_does_no_harm():
    async def receive():
        return {"type": "http.disconnect"}

    assert _run(receive) == 499


def test_nothing_is_computed_for_who_has_gone(monkeypatch):
    computed: list[Asked] = []
    monkeypatch.setitem(answers.ANSWERS, "tried", Answerer(computed.append, 1000))  # type: ignore[arg-type]
    messages = [{"type": "http.request", "body": b"{}", "more_body": False}]

    async def receive():
        return messages.pop() if messages else {"type": "http.disconnect"}

    assert _run(receive, "tried") == 499 and computed == []


def _run(receive, page="qr"):
    """The status of what is answered to a request that comes so."""
    started = []

    async def send(message):
        started.append(message)

    scope = {
        "type": "http", "method": "POST", "path": f"/answers/{page}", "raw_path": b"", "query_string": b"", "root_path": "",
        "headers": [(b"content-type", b"application/json")], "client": ("127.0.0.1", 1), "server": ("a", 1), "scheme": "http",
    }  # fmt: skip
    awaited(Starlette(routes=answers.ROUTES)(scope, receive, send))
    return started[0]["status"]


# the figures


LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? [0-9.e+-]+')


def test_the_figures_are_prometheus_and_add_up(ask):
    before = _figures(ask())
    for sent in ({}, {"visitor": NAMED}, {"visitor": 7}):
        ask(sent=sent)
    ask(content=b"{", headers={"Content-Type": "application/json"})
    after = _figures(ask())
    page = '{page="tried",status="%d"}'
    assert after["optim_viz_answers_total" + page % 200] == before["optim_viz_answers_total" + page % 200] + 4
    assert after["optim_viz_answers_total" + page % 400] >= 1
    lane = '{page="tried",lane="short"%s}'
    assert after["optim_viz_answer_seconds_count" + lane % ""] == after["optim_viz_answer_seconds_bucket" + lane % ',le="+Inf"']
    assert after["optim_viz_answer_seconds_count" + lane % ""] == before["optim_viz_answer_seconds_count" + lane % ""] + 4
    assert not any(NAMED in name or "testclient" in name for name in after)


def _figures(_):
    text = TestClient(Starlette(routes=meter.ROUTES)).get("/metrics").text
    lines = [line for line in text.splitlines() if not line.startswith("# ")]
    assert all(map(LINE.fullmatch, lines)), [line for line in lines if not LINE.fullmatch(line)]
    heads = re.findall(r"^# TYPE (\S+) (counter|gauge|histogram)$", text, re.MULTILINE)
    assert len(heads) == len(set(heads)) == text.count("# TYPE") == text.count("# HELP")
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}
