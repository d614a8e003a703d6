"""Whatever a stranger sends, to whichever address: an answer or a plain word comes, and never a trace."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import pytest
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from optim_viz import files
from optim_viz.errors import SettingError
from optim_viz.ui import answers, assets, index
from optim_viz.ui.faults import told, told_all
from optim_viz.ui.guard import Guard
from optim_viz.ui.i18n import LANGUAGES, messages
from optim_viz.ui.index import Elsewhere
from optim_viz.ui.race import settings as race
from optim_viz.ui.regression import settings as lab
from tests.fuzz import whatever
from tests.support import awaited, unpack

MARKUP = [
    "<img src=x onerror=alert(1)>",
    "{lr}",
    "%(x)s",
    "${7*7}",
    "{{7*7}}",
    "__import__('os')",
    "../../etc/passwd",
    "' OR 1=1",
    "\u202e",
    "\x00",
]
WORDS = st.one_of(
    st.text(max_size=30), st.sampled_from(MARKUP), st.floats().map(str), st.integers().map(str), st.just("\ud83d")
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)
#: what a question may hold, whichever page reads it
NAMES = ("query", "language", "have", "visitor", "csv", "own", "runner", "theta", "url", "given", "lesson", "step")
PLACES = ["..", ".", "%2e%2e", "\\", "//", "etc", "assets", "evil.test"]
client = TestClient(
    Starlette(routes=answers.ROUTES), headers={"Content-Type": "application/json"}, raise_server_exceptions=True
)


def assert_plain(status: int, text: str) -> None:
    """A refusal says one thing in plain words."""
    assert status in (400, 413), (status, text)
    assert text in ("not JSON", "nobody answers here") or text.startswith("at most ")


@pytest.mark.parametrize("form", [race.FORM, lab.FORM], ids=["race", "lab"])
def test_there_are_fields_to_try(form):
    assert len(form.fields) > 10


def _names(form: Any) -> st.SearchStrategy[str]:
    """The names of a form's fields as links write them, and what begins like one."""
    known = [key for field in form.fields for key in field.keys]
    return st.one_of(
        st.sampled_from(known), st.sampled_from(known).flatmap(lambda name: WORDS.map(lambda more: name + more)), WORDS
    )


def _query(form: Any) -> st.SearchStrategy[dict[str, list[str]]]:
    return st.dictionaries(_names(form), st.lists(WORDS, max_size=3), max_size=6)


def _reads(page: Any, query: dict[str, list[str]]) -> None:
    chosen, faults = page.read(query)
    for code in LANGUAGES:
        assert all(isinstance(line, str) and line for line in told_all(messages(code), faults))
    link = page.write(chosen)
    again, none = page.read(parse_qs(link, keep_blank_values=True))
    assert not none and page.write(again) == link


@whatever(_query(race.FORM), examples=100)
def test_any_text_in_any_field_of_the_race_is_read_or_told(query):
    _reads(race, query)


@whatever(_query(lab.FORM), examples=40)
def test_any_text_in_any_field_of_the_lab_is_read_or_told(query):
    _reads(lab, query)


@whatever(st.sampled_from(sorted(answers.ANSWERS)), st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6), examples=40)
def test_any_json_is_answered(page, asked):
    """A lesson's answers, data and whatever else a page reads, of any kind."""
    sent = client.post(f"/answers/{page}", content=json.dumps(asked))
    assert sent.status_code == 200, (page, asked, sent.text)
    unpack(sent.content)


@whatever(st.text(max_size=20), st.binary(max_size=200), examples=80)
def test_any_bytes_at_any_address_are_answered_or_refused(page, body):
    for where in (page.replace("/", "").replace("?", "").replace("#", ""), "qr"):
        sent = client.post(
            "/answers/" + where.encode("utf-8", "replace").hex() if where != "qr" else "/answers/qr", content=body
        )
        if sent.status_code == 200:
            unpack(sent.content)
        elif sent.status_code != 404:
            assert_plain(sent.status_code, sent.text)


@whatever(st.lists(st.one_of(st.text(max_size=8), st.sampled_from(PLACES)), max_size=5), st.text(max_size=20), examples=150)
def test_no_address_leads_out_of_here(parts, query):
    """Neither to another site, nor to a file that is not served, nor round in a circle."""
    path = "/" + "/".join(parts)
    status, headers, body = _get(path, query)
    assert status in (200, 303, 400, 404, 405), (path, status)
    if status == 303:
        there = urlsplit(urljoin(f"http://here{quote(path)}", headers["location"]))
        assert (there.scheme, there.netloc, there.path.strip("/")) == ("http", "here", ""), (path, headers["location"])
    assert b"root:" not in body


def _get(path: str, query: str) -> tuple[int, dict[str, str], bytes]:
    """As the server gets it from a browser, whatever stands in the address."""
    raw = path.encode("utf-8", "surrogatepass")
    scope = {
        "type": "http", "method": "GET", "path": raw.decode("utf-8", "replace"), "raw_path": raw, "root_path": "",
        "query_string": quote(query.encode("utf-8", "surrogatepass")).encode(), "scheme": "http", "server": ("here", 80),
        "headers": [(b"host", b"here"), (b"accept", b"text/html")], "client": ("192.0.2.1", 1),
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    awaited(APP(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent)


def everywhere(_: Any) -> HTMLResponse:
    """Streamlit's page at every other address."""
    return HTMLResponse("streamlit's")


APP = Starlette(
    routes=[*assets.ROUTES, *answers.ROUTES, *index.ROUTES, Route("/{path:path}", everywhere)],
    middleware=[Middleware(Guard), Middleware(Elsewhere)],
)


# ------------------------------------------------------------------------------------------------------------------- files

PLAIN = b"area,rent\n30,500\n40,600\n60,650\n70,720\n"
PIECES = [
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r\n",
    b'"',
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"1e999",
    b"nan",
    b"-",
    b"_",
    "é".encode(),
    b"\xe4",
    b"<b>",
    b"=1+1",
]


@st.composite
def contents(draw: Any) -> bytes:
    """A file that was plain, with some of its bytes exchanged; or any bytes."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=200))
    content = bytearray(
        draw(st.sampled_from([PLAIN, PLAIN.replace(b",", b";"), PLAIN.decode().encode("utf-16"), b"\xef\xbb\xbf" + PLAIN]))
    )
    for _ in range(draw(st.integers(0, 6))):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 3))
        content[at : at + length] = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)))
    return bytes(content)


@whatever(contents(), examples=200)
def test_any_file_is_read_or_told(content):
    try:
        table = files.read(content)
    except SettingError as error:
        for code in LANGUAGES:
            said = told(messages(code), error, lab.FORM.labels)
            assert said and "Traceback" not in said and "np." not in said
        return
    assert all(len(column.values) == len(table.lines) for column in table.columns)
    assert len(table.names) == len(table.columns) == len(set(table.names))
    sent = client.post("/answers/csv", content=json.dumps({"csv": base64.b64encode(content).decode()}))
    assert unpack(sent.content)["digest"]


@whatever(contents(), st.text(max_size=10), examples=40)
def test_any_file_is_drawn_or_told(content, target):
    query = {"d": "own", "e": "1", "seeds": "1", "o": "gd", "target": target}
    asked = {"query": query, "csv": base64.b64encode(content).decode(), "language": "zh"}
    sent = client.post("/answers/regression", content=json.dumps(asked))
    assert sent.status_code == 200 and unpack(sent.content)["words"]
