"""Who is let in: hosts, methods, frames, other sites' pages, and who may read the server's figures."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import config

from optim_viz.ui.guard import CLOSED, FRAMES, PRIVATE, Guard, frame_ancestors, refusal

METHODS = ["GET", "POST", "PUT", "DELETE", "TRACE", "PATCH"]


@pytest.fixture(scope="module")
def app():
    everywhere = Route("/{path:path}", lambda request: PlainTextResponse("let in"), methods=METHODS)
    return Starlette(routes=[everywhere], middleware=[Middleware(Guard)])


@pytest.fixture(scope="module")
def client(app):
    return TestClient(app)


@pytest.fixture
def names():
    """Sets the hosts that the server goes by."""
    yield lambda *hosts: config.set_option("server.allowedHosts", list(hosts))
    config.set_option("server.allowedHosts", [])


def status(scope):
    """Of the refusal, None where there is none."""
    refused = refusal(scope)
    return refused and refused.status_code


@pytest.mark.parametrize("host", ["localhost:8501", "192.168.1.20", "optim.example.edu.", "[::1]:8501", "a_b"])
def test_any_host_will_do_until_they_are_named(client, host):
    assert client.get("/race", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["", "a b", "user@host", "host/path", "h:port", "h:123456", "http://h", "h\tx", "<b>", "h,g"])
def test_what_is_no_host_is_refused(client, host):
    assert client.get("/race", headers={"host": host}).status_code == 400


def test_two_hosts_are_none():
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"a"), (b"host", b"b")]}
    assert status(scope) == status(scope | {"headers": []}) == 400
    assert status(scope | {"headers": scope["headers"][:1]}) is None


def test_where_hosts_are_named_no_other_is_answered(client, names):
    names("optim.example.edu", "*.school.test")
    for host in ("optim.example.edu", "OPTIM.example.edu:8501", "a.school.test"):
        assert client.get("/race", headers={"host": host}).status_code == 200
    for host in ("evil.test", "optim.example.edu.evil.test", "school.test.evil"):
        assert client.get("/race", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("path", [*CLOSED, *(f"{path}/x" for path in CLOSED)])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_of_streamlits_nobody_needs_is_not_there(client, path, method):
    assert client.request(method, f"/{path}").status_code == 404


@pytest.mark.parametrize("path", ["//_stcore/agent", "/_stcore/agent/", "//metrics"])
def test_more_strokes_are_no_way_around(path):
    scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"host", b"a")], "client": ("10.0.0.9", 1)}
    assert status(scope) == 404


@pytest.mark.parametrize("path", ["/%0A/", "/race%00", "/%7F"])
def test_signs_that_nobody_sees_are_in_no_address(client, path):
    assert client.get(path).status_code == 400


def test_names_that_only_begin_alike_are_others(client):
    for path in ("authors", "metricsx", "components", "_stcore/metricsx"):
        assert client.get(f"/{path}").status_code == 200


@pytest.mark.parametrize("path", PRIVATE)
def test_the_figures_are_for_this_machine(app, path):
    for address, status in (("127.0.0.1", 200), ("127.8.8.8", 200), ("::1", 200), ("192.168.1.2", 404), ("testclient", 404)):
        assert TestClient(app, client=(address, 1)).get(f"/{path}").status_code == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "PATCH"])
def test_methods_that_no_page_uses_are_refused(client, method):
    answer = client.request(method, "/race")
    assert answer.status_code == 405 and "POST" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403), ("x", 403), (None, 200)]
)
def test_a_page_of_another_site_may_not_ask(client, site, status):
    headers = {"sec-fetch-site": site} if site else {}
    assert client.post("/answers/race", headers=headers).status_code == status
    assert client.get("/race", headers=headers).status_code == 200  # it may link to ours


@pytest.mark.parametrize(
    "text",
    ["'self'", "'none'", "'self' https://moodle.example.edu", "https://*.example.edu:8443", "localhost:*", "  'self'  a.b  "],
)
def test_who_may_frame_is_a_setting(text):
    assert frame_ancestors({FRAMES: text}) == " ".join(text.split())


def test_only_our_own_pages_frame_unless_it_is_set():
    assert frame_ancestors({}) == "'self'"


NO_SOURCES = [
    "",
    "*",
    "'none' https://a.b",
    "https://a.b; script-src *",
    "'unsafe-inline'",
    "data:",
    "a\r\nX: y,",
    "a.b/c",
    "self'",
]


@pytest.mark.parametrize("text", NO_SOURCES)
def test_who_may_frame_is_nothing_else(text):
    with pytest.raises(ValueError, match=f"{FRAMES} must be .*; received"):
        frame_ancestors({FRAMES: text})


@settings(derandomize=True, database=None, deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=40))
def test_no_text_of_the_setting_leaves_its_directive(text):
    try:
        got = frame_ancestors({FRAMES: text})
    except ValueError:
        return
    assert re.fullmatch(r"[\w'*.:/ -]+", got, re.ASCII)
