"""The app in a real browser: one server and one Chromium for all tests, a fresh window for each."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser.find_browser import find

ROOT = Path(__file__).parents[2]
START_SECONDS = 60  # a cold start compiles kernels, on a machine that may have other work
ARGUMENTS = [
    "--no-sandbox",  # the sandbox refuses root, which containers run as; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    # nothing of the browser's own is to disturb a test or a list of requests
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Server:
    """The app in a process of its own, always on the same port, so that an open page finds it again after a restart."""

    def __init__(self, log: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the server answers.

        Raises:
            RuntimeError: it ended or stayed silent; says what it printed.
        """
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        command += ["--server.address", "127.0.0.1", "--server.port", str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            ended = self._process.poll()
            if ended is not None or time.monotonic() > deadline:
                self.stop()
                why = f"silent for {START_SECONDS} s" if ended is None else f"ended with status {ended}"
                raise RuntimeError(f"the server did not start: {why}\n{self.output()}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def output(self) -> str:
        """All that the server has printed, over every restart."""
        return self.log.read_text(errors="replace")

    def _answers(self) -> bool:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy would not find this machine
        try:
            with direct.open(f"{self.url}/_stcore/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


#: Streamlit looks for its server under the page's own path first, and keeps asking while the server is away.
PROBES = ("/_stcore/health", "/_stcore/host-config")


class Tab(Page):
    """A Playwright page that remembers its errors and the addresses it asked for. Made by ``watch``, never directly."""

    errors: list[str]
    requests: list[str]  # type: ignore[assignment]  # in the place of a method that forgets all but the last hundred


def watch(page: Page) -> Tab:
    tab = cast(Tab, page)
    tab.errors, tab.requests = [], []

    def on_console(message: ConsoleMessage) -> None:
        address = message.location["url"]
        if message.type == "error" and not address.endswith(PROBES):
            tab.errors.append(f"{message.text} ({address})")

    page.on("console", on_console)
    page.on("pageerror", lambda error: tab.errors.append(f"uncaught: {error.stack or error}"))
    page.on("request", lambda request: tab.requests.append(request.url))
    return tab


def open_race(page: Page, server: Server, query: str = "") -> None:
    """Open the race with these settings (``s=ravine&o=adam``) and wait for its first picture."""
    page.goto(f"{server.url}/race?{query}" if query else f"{server.url}/race")
    page.wait_for_function(
        "() => Number(document.querySelector('[data-testid=player][data-revision]')?.dataset.revision) >= 1"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: whoever breaks a formula hears of it at once, and Playwright's event loop, which runs in the
    main thread until the session ends, meets no other test."""
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.is_relative_to(here))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server") / "output.txt")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.fail("no Chromium found; get one with: python tests/browser/find_browser.py", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Tab]]:
    """Opens a window of a visitor's own: ``new_page(locale="zh-CN", viewport={"width": 390, "height": 844})``.

    Options are those of Playwright's ``new_context``. The test fails when the console of one of them showed an error.
    """
    tabs: list[Tab] = []

    def make(**options: Any) -> Tab:
        context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, "locale": "en-US", **options})
        tabs.append(watch(context.new_page()))
        return tabs[-1]

    yield make
    for tab in tabs:
        tab.context.close()
    if request.node.get_closest_marker("allow_console_errors") is None:
        errors = [error for tab in tabs for error in tab.errors]
        assert not errors, "errors in the browser:\n" + "\n".join(errors)


@pytest.fixture
def page(new_page: Callable[..., Tab]) -> Tab:
    """A laptop's window, English."""
    return new_page()
