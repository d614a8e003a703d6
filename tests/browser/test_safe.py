"""What a stranger's link, file, page or socket cannot do to a visitor, and what is kept of a visit."""

import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from optim_viz import __version__
from optim_viz.ui.guard import FRAMES
from tests.browser.support import open_lab, open_lessons, open_race, painting, slider, wait_for
from tools.browser import Server

ATTACK = "<img src=x onerror=hit()><script>hit()</script>{{hit()}}'\"onfocus=hit() autofocus="
#: would set a mark, if anything ran it
WATCH = "window.hits = 0; window.hit = () => window.hits++;"


def assert_harmless(page):
    page.wait_for_timeout(300)  # an image that is not there takes a moment to fail
    assert page.evaluate("() => [window.hits, document.querySelectorAll('img[src=x], [onerror], [onfocus]').length]") == [0, 0]


LINKS = (
    "race?s=$&o=$&o=adam,$:1&p=$&x=$&chart=$&zoom=$&camera=$&$=$&lang=en",
    "regression?d=$&m=$&loss=$&o=gd,batch:$&target=$&x=$&$=$&lang=zh",
    "lessons?lesson=$&step=$&lang=en",
    "catalogue?o=$&s=$&$=$&lang=en",
    "$?lang=en",
)


def test_what_a_link_holds_is_shown_as_text(new_page, server):
    page = new_page()
    page.add_init_script(WATCH)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for link in LINKS:
        page.goto(f"{server.url}/" + link.replace("$", page.evaluate("encodeURIComponent", ATTACK)))
        expect(page.get_by_role("alert").or_(page.get_by_role("note")).first).to_contain_text("<img src=x onerror=hit()>")
        assert_harmless(page)


def test_what_a_file_holds_is_shown_as_text(new_page, server):
    """The names of its columns stand on the page; data go to the server in the body of a question, and no file's name does."""
    page, asked = new_page(), []
    page.add_init_script(WATCH)
    page.on("request", lambda request: asked.append(request))
    open_lab(page, server)
    page.get_by_label("Data", exact=True).select_option("own")
    rows = f"{ATTACK.replace(',', ';')};rent\n30;500.5\n40;600\n60;650\n70;720.25\n"
    file = {"name": "<img src=x onerror=hit()>.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_text("4 rows of your own").wait_for()
    expect(page.locator(".ov-lab").get_by_text("<img src=x onerror=").first).to_be_attached()
    assert_harmless(page)
    assert not [request.url for request in asked if "720.25" in request.url or "onerror" in request.url]
    assert not [request for request in asked if ".csv" in (request.post_data or "")]


def test_nothing_of_a_visit_is_kept_but_in_the_browser(new_page, server):
    """Cookies: streamlit's token. Storage: light or dark, how far one is, what was last set on a page. Caches: no answer."""
    page, answers = new_page(), []
    page.on("response", lambda answer: answers.append(answer) if "/answers/" in answer.url else None)
    open_race(page, server, "lang=en")
    open_lab(page, server)
    open_lessons(page, server, "lesson=downhill&lang=en")
    page.wait_for_function("() => document.cookie.includes('_streamlit_xsrf')")
    (cookie,) = page.context.cookies()
    assert cookie["name"] == "_streamlit_xsrf" and cookie["sameSite"] in ("Lax", "Strict")
    kept = page.evaluate("() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert all(re.match("stActiveTheme-|stSidebar|optim_viz|/(race|regression|lessons)$", name) for name in kept), kept
    assert answers and all(answer.headers["cache-control"] == "no-store" for answer in answers)
    named = [name for answer in answers for name in re.findall('"visitor":"([^"]*)"', answer.request.post_data or "")]
    page.reload()
    wait_for(page, "revision >= 1")
    again = [name for answer in answers for name in re.findall('"visitor":"([^"]*)"', answer.request.post_data or "")]
    assert all(re.fullmatch("[0-9a-f]{24}", name) for name in again)
    assert set(again[len(named) :]).isdisjoint(named)  # a name for its turns, another with each page that is opened
    assert "127.0.0.1:" not in server.output().split("URL:")[-1].partition("\n")[2]  # and nothing is written down of who came


def test_the_foot_says_version_and_privacy(page, server):
    page.goto(f"{server.url}/catalogue?lang=zh")
    foot = page.locator("footer")
    expect(foot).to_contain_text(__version__)
    expect(foot.get_by_text("没有账号")).to_be_hidden()
    foot.locator("summary").click()
    expect(foot.get_by_text("没有账号")).to_be_visible()


@pytest.fixture(scope="module")
def elsewhere():
    """Another site, on this machine: its pages hold what is put there."""

    class Pages(BaseHTTPRequestHandler):
        html = ""

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(self.html.encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield Pages, f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


@pytest.fixture(scope="module")
def framed(tmp_path_factory, elsewhere):
    """A server that may be shown on that site, and goes by one name."""
    log = tmp_path_factory.mktemp("framed") / "output.txt"
    with Server(log, more={FRAMES: f"'self' {elsewhere[1]}", "STREAMLIT_SERVER_ALLOWED_HOSTS": "127.0.0.1"}) as server:
        yield server
    assert "Traceback" not in server.output()


@pytest.mark.allow_console_errors
def test_a_page_of_another_site_shows_ours_in_a_frame_only_where_that_is_set(new_page, server, framed, elsewhere):
    pages, site = elsewhere
    pages.html = "".join(f"<iframe width=900 height=700 src='{each.url}/race?lang=en'></iframe>" for each in (server, framed))
    page = new_page()
    page.goto(site)
    inside = page.frame_locator("iframe").nth(1)
    expect(inside.get_by_test_id("player")).to_have_attribute("data-revision", re.compile("[1-9]"), timeout=30_000)
    inside.get_by_role("button", name="Play", exact=True).click()
    expect(inside.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    assert page.frame_locator("iframe").nth(0).get_by_test_id("player").count() == 0
    assert [frame.url for frame in page.frames if frame.url.startswith(server.url)] == []


def test_the_socket_of_another_site_is_refused_and_what_it_is_sent_harms_nobody(page, server, framed):
    for each in (server, framed):
        with (
            pytest.raises(InvalidStatus),
            connect(each.url.replace("http", "ws") + "/_stcore/stream", origin=Origin("http://evil.test")),
        ):
            pass
    with pytest.raises(InvalidStatus), connect(f"ws://localhost:{framed.port}/_stcore/stream", origin=None):
        pass  # it goes by another name
    assert page.request.get(f"http://localhost:{framed.port}/race").status == 421
    for junk in (b"", b"\x00" * 1000, bytes(range(256)), b"\x0a\x02\x08\x01" * 50, "text"):
        with connect(
            server.url.replace("http", "ws") + "/_stcore/stream",
            origin=Origin(server.url),
            subprotocols=[Subprotocol("streamlit")],
        ) as there:
            there.send(junk)
    open_race(page, server, "lang=en")


def test_every_answer_carries_the_headers_and_none_a_version(page, server):
    for path in (
        "race",
        "nosuch",
        "answers/qr",
        "answers/nosuch",
        "_stcore/health",
        "_stcore/agent/mcp",
        "assets/nosuch",
        "static/nosuch.js",
    ):
        for ask in (page.request.get, page.request.post):
            headers = ask(f"{server.url}/{path}").headers
            assert headers["x-content-type-options"] == "nosniff", path
            assert (
                "frame-ancestors 'self'" in headers["content-security-policy"] and headers["referrer-policy"] == "same-origin"
            )
            assert not re.search(r"\d", headers.get("server", "")) and "x-powered-by" not in headers
            assert "access-control-allow-origin" not in headers or headers["access-control-allow-origin"] == server.url
            assert "charset=utf-8" in headers.get("content-type", "charset=utf-8") or "json" in headers["content-type"], path


NO_STORAGE = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
"""


@pytest.mark.allow_console_errors
def test_a_browser_that_may_store_nothing_shows_everything(new_page, server):
    """Third-party frames and strict settings refuse storage with an exception; what is known then lasts as long as the page."""
    page = new_page()
    page.add_init_script(NO_STORAGE)
    open_race(page, server, "lang=en")
    with painting(page):
        slider(page, "GD: learning rate").press("ArrowRight")
    open_lessons(page, server, "lesson=downhill&lang=en")
    assert not [error for error in page.errors if "/assets/" in error]


def test_clients_that_send_and_read_slowly_keep_nobody_waiting(page, server):
    """Half of them stop within their question, half never read their answer."""
    body = b'{"query": {}, "language": "en"}'
    head = b"POST /answers/regression HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(40)]
    try:
        for k, each in enumerate(slow):
            each.sendall(head % len(body) + (body if k % 2 else body[:9]))
        open_lab(page, server)
        with painting(page):
            slider(page, "SGD: learning rate").press("ArrowRight")
    finally:
        for each in slow:
            each.close()
