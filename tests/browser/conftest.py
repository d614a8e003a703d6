"""The app in a real browser: one server and one Chromium for all tests.

Tests wait for what they want to see, by ``data-revision``, ``data-step`` or ``agreed``; none waits for a time or asserts one.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from optim_viz.ui import assets
from tests.browser.support import Tab, watch
from tools.browser import Server, chromium


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: whoever breaks a formula hears of it at once, and Playwright's event loop, which runs in the
    main thread until the session ends, meets no other test."""
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.is_relative_to(here))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("server") / "output.txt") as server:
        yield server
    assert "Traceback" not in server.output()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as browser:
            yield browser
    except FileNotFoundError as error:
        pytest.fail(str(error), pytrace=False)


LAPTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}, "locale": "en-US"}


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Tab]]:
    """Opens a window of a visitor's own: ``new_page(locale="zh-CN", viewport={"width": 390, "height": 844})``.

    Options are those of Playwright's ``new_context``. The test fails when the console of one of them showed an error.
    """
    tabs: list[Tab] = []

    def make(**options: Any) -> Tab:
        tabs.append(watch(browser.new_context(**LAPTOP | options).new_page()))
        return tabs[-1]

    yield make
    for tab in tabs:
        tab.context.close()
    assert_no_errors(request, *tabs)


@pytest.fixture(scope="session")
def laptop(browser: Browser) -> Tab:
    return watch(browser.new_context(**LAPTOP).new_page())


@pytest.fixture
def page(laptop: Tab, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """A laptop's window, English. It stays open between tests, which saves most of the time of opening a page.

    To the server each link opened in it is a new visitor. The test fails when the console showed an error.
    """
    laptop.errors.clear()
    laptop.requests.clear()
    yield laptop
    laptop.mouse.up()
    laptop.evaluate("() => { try { localStorage.clear(); sessionStorage.clear(); } catch {} }")  # about:blank has none
    laptop.goto("about:blank")
    laptop.unroute_all()
    laptop.set_viewport_size(LAPTOP["viewport"])
    laptop.emulate_media(color_scheme="light", reduced_motion="no-preference")
    laptop.context.clear_permissions()
    assert_no_errors(request, laptop)


def assert_no_errors(request: pytest.FixtureRequest, *tabs: Tab) -> None:
    if request.node.get_closest_marker("allow_console_errors") is None:
        errors = [error for tab in tabs for error in tab.errors]
        assert not errors, "errors in the browser:\n" + "\n".join(errors)


@pytest.fixture(scope="session")
def script(browser: Browser, server: Server) -> Callable[..., Any]:
    """Runs JavaScript beside the player's modules: ``script('(await load("format.js")).number(arg)', 0.1)``.

    Its clock stands still but for ``clock(milliseconds)``, which runs all that is due till then.
    """
    page = browser.new_page()
    page.clock.install(time=0)
    page.goto(f"{server.url}/_stcore/health")
    page.clock.pause_at(1000)
    page.expose_function("clock", page.clock.run_for)

    def run(body: str, arg: object = None) -> Any:
        load = f"const load = (name) => import('/{assets.url('player/')}' + name);"
        body = body if "return" in body else f"return {body}"
        return page.evaluate(f"async (arg) => {{ {load} {body} }}", arg)

    return run
