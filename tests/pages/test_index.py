"""The page's head: what a player needs is named where it stands, and every page of the navigation is served so."""

import re
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from optim_viz.ui import assets, index
from optim_viz.ui.faults import told_all
from optim_viz.ui.i18n import messages
from optim_viz.ui.pages import NO_PAGE, PAGES
from optim_viz.ui.race import settings
from tests.support import ROOT


@pytest.fixture(scope="module")
def client():
    return TestClient(Starlette(routes=[*index.ROUTES, *assets.ROUTES]))


@pytest.mark.parametrize("path", index.ADDRESSES)
def test_a_page_names_its_scripts_and_styles_and_each_of_them_is_there(client, path):
    html = client.get(f"/{path}").text
    assert '<div id="root">' in html  # streamlit's own page
    ours = re.findall(r'"(assets/[^"]+)"', html)
    assert all(client.get(f"/{address}").status_code == 200 for address in ours)
    assert any(address.endswith("page/page.css") for address in ours)
    page = index.ADDRESSES[path]
    players = {key for key in PAGES if any(address.endswith(f"/{key}/main.js") for address in ours)}
    own = {page.key} if page.answers or page.told else set()
    assert players == own | ({"race", "regression"} if path == "lessons" else set())
    assert any("/engine/" in address for address in ours) == ("race" in players)
    assert not any("plotly" in address for address in ours)


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
    assert first.status_code == 200 and first.request.url.path == "/" and "modulepreload" in first.text


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
