"""The HTML of our pages: what a player needs is named there, languages, what is compressed and kept."""

import re
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from optim_viz.ui import assets, index, joined, told
from optim_viz.ui.faults import told_all
from optim_viz.ui.i18n import messages
from optim_viz.ui.pages import NO_PAGE, PAGES
from optim_viz.ui.race import settings
from tests.support import ROOT


@pytest.fixture(scope="module")
def client():
    return TestClient(Starlette(routes=[*index.ROUTES, *assets.ROUTES, *told.ROUTES]))


@pytest.mark.parametrize("path", index.ADDRESSES)
def test_a_page_names_its_scripts_and_styles_and_each_of_them_is_there(client, path):
    html = client.get(f"/{path}").text
    assert '<div id="root">' in html  # streamlit's place
    ours = re.findall(r'="(assets/[^"]+)"', html)
    assert all(client.get(f"/{address}").status_code == 200 for address in ours)
    assert any(address.endswith("page/page.css") for address in ours)
    page = index.ADDRESSES[path]
    assert f"assets/made/{joined.script(page.key).split('/')[-2]}/{page.key}.js" in ours
    once = {address for address in ours if "/told/" in address}
    assert bool(once) == bool(page.told) and all(".en" in address for address in once)
    assert not any("plotly" in address.lower() for address in ours)


def test_the_language_is_the_links_else_the_browsers(client):
    chinese = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}
    for query, headers, tag, name in [
        ("", {}, "en", "How optimizers move"),
        ("", chinese, "zh-CN", "优化器是怎么走的"),
        ("?lang=en", chinese, "en", "How optimizers move"),
        ("?lang=zh", {}, "zh-CN", "优化器是怎么走的"),
        ("?lang=xx", {}, "en", "How optimizers move"),
    ]:
        html = client.get(f"/race{query}", headers=headers).text
        assert f'<html lang="{tag}">' in html and f"<h1 data-text>{name}</h1>" in html


def test_streamlit_starts_from_a_template_and_nothing_of_it_before(client):
    html = client.get("/race").text
    rest, template = html.split('<template id="streamlit">')
    assert re.search(r'<script type="module"[^>]*src="assets/streamlit/js/index\.[^"]*\.js">', template)
    assert len(re.findall('rel="modulepreload"', template)) > 20
    assert not re.findall(r"assets/streamlit/(?!media/)", rest)
    for address in re.findall(r'"(assets/streamlit/[^"]+)"', html):
        assert client.get(f"/{address}").status_code == 200


def test_what_stands_in_the_page_can_start_no_script(client):
    hostile = "</script><script>alert(1)</script>"
    html = client.get("/race", params={"o": hostile, "lang": hostile}).text
    assert "alert(1)" not in html
    html = client.get("/catalogue", params={"o": hostile}).text
    assert hostile not in html and "alert(1)" in html  # it is told, as text


@pytest.mark.parametrize("pattern", ["*.js", "*.css", "*.wasm"])
def test_files_are_compressed_and_kept_for_good(client, pattern):
    (path, *_) = sorted(assets.COMPONENTS.rglob(pattern))
    address = "/" + assets.url(path.relative_to(assets.COMPONENTS).as_posix())
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and "immutable" in packed.headers["cache-control"]
    plain = client.get(address, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == packed.content == path.read_bytes()
    assert int(packed.headers["content-length"]) < len(plain.content)


def test_files_elsewhere_are_not_served(client):
    for address in ("../index.py", "%2e%2e/index.py", "nosuch.js", "player"):
        assert client.get(f"/{assets.url(address)}").status_code == 404


def test_the_page_that_is_opened_without_a_path_is_one_of_them():
    assert index.ADDRESSES[""].key in PAGES and set(index.ADDRESSES) == {"", *PAGES}
    app = AppTest.from_file(str(ROOT / "optim_viz" / "ui" / "shell.py"), default_timeout=60).run()
    assert not app.exception


HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def behind():
    """Streamlit in short: a page at every address where nothing else is."""

    def everywhere(request):
        return HTMLResponse("streamlit's", media_type="text/html")

    routes = [*index.ROUTES, Route("/text", lambda _: PlainTextResponse("ok")), Route("/{path:path}", everywhere)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(index.Elsewhere)]), follow_redirects=False)


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("/nosuch", "./?page=nosuch"),
        ("/nosuch?lang=zh&n=5", "./?page=nosuch&lang=zh&n=5"),
        ("/race/old/page", "../.././?page=race%2Fold%2Fpage"),
        ("/nosuch/", ".././?page=nosuch"),
        ("/%E7%AB%9E%E9%80%9F%26x", "./?page=%E7%AB%9E%E9%80%9F%26x"),
    ],
)
def test_an_address_that_is_no_page_leads_to_the_first_one_with_what_was_asked(behind, address, there):
    answer = behind.get(address, headers=HTML)
    assert answer.status_code == 303 and answer.headers["location"] == there
    first = behind.get(urljoin(f"http://testserver{address}", there), headers=HTML)
    assert first.status_code == 200 and first.request.url.path == "/" and "assets/made/" in first.text


def test_only_a_browser_that_wants_a_page_is_led_elsewhere(behind):
    for path in index.ADDRESSES:
        assert behind.get(f"/{path}", headers=HTML).status_code == 200
    assert behind.get("/text", headers=HTML).text == "ok"
    assert behind.get("/nosuch", headers={"accept": "*/*"}).text == "streamlit's"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "en",
            "There is no page “nosuch”."
            " The pages are Race, Regression, Lessons, Catalogue, and Symbols; this is the first of them.",
        ),
        ("zh", "没有“nosuch”这个页面。现有的页面是赛跑、回归、课程、优化器一览和符号；这里显示的是第一个。"),
    ],
)
def test_the_first_page_says_that_there_is_no_such_page(code, said):
    chosen, notes = settings.read({NO_PAGE: ["nosuch"]})
    assert told_all(messages(code), notes) == [said]
    assert settings.write(chosen) == settings.write(settings.read({})[0])
