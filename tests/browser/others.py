"""Firefox and WebKit, where they are installed: Playwright's own (``python -m playwright install firefox webkit``), else the
system's, without a driver of anybody else's.

The system's Firefox speaks WebDriver BiDi on a port of its own, https://w3c.github.io/webdriver-bidi/; WebKit has
WebKitWebDriver, https://www.w3.org/TR/webdriver2/, which starts GTK's MiniBrowser on a screen of Xvfb. On Debian: ``apt-get
install firefox-esr webkit2gtk-driver xvfb``.
"""

import glob
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserType, Page
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tools.browser import playwright

START_SECONDS, ANSWER_SECONDS = 60, 120
WIDE, HIGH = 1366, 768


class Window(ABC):
    """A browser's window, as a hand and an eye have it."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Go there, and wait till it is loaded."""

    @abstractmethod
    def evaluate(self, function: str, given: Any = None) -> Any:
        """What an asynchronous function of one value returns in the page; both are JSON. Raises RuntimeError where it fails."""

    @abstractmethod
    def mouse(self, *way: tuple[float, float]) -> None:
        """Press the mouse at the first of these places, lead it along the others, let go at the last."""

    def run(self, url: str, function: str, given: Any) -> Any:
        """There, the function."""
        self.open(url)
        return self.evaluate(function, given)


def _asked(function: str) -> str:
    return f"async (text) => JSON.stringify((await ({function})(JSON.parse(text))) ?? null)"


def _way(way: tuple[tuple[float, float], ...]) -> list[dict[str, Any]]:
    """A mouse's way as both protocols write it, https://www.w3.org/TR/webdriver2/#actions."""
    moves = [{"type": "pointerMove", "x": round(x), "y": round(y), "duration": 20} for x, y in way]
    hand = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]
    return [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": hand}]


# ------------------------------------------------------------------------------------------------------------ Playwright's own


class Played(Window):
    """By Playwright."""

    def __init__(self, page: Page):
        self.page = page

    def open(self, url: str) -> None:
        self.page.goto(url)

    def evaluate(self, function: str, given: Any = None) -> Any:
        return json.loads(self.page.evaluate(_asked(function), json.dumps(given)))

    def mouse(self, *way: tuple[float, float]) -> None:
        self.page.mouse.move(*way[0])
        self.page.mouse.down()
        for place in way[1:]:
            self.page.mouse.move(*place)
        self.page.mouse.up()


@contextmanager
def _played(kind: BrowserType) -> Iterator[Window]:
    browser = kind.launch()
    yield Played(browser.new_page(viewport={"width": WIDE, "height": HIGH}, locale="en-US"))
    browser.close()


# ---------------------------------------------------------------------------------------------------------------- the system's


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _until(attempt: Callable[[], Any], failures: tuple[type[Exception], ...]) -> Any:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return attempt()
        except failures:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@contextmanager
def _process(*command: str, **environment: str) -> Iterator[None]:
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


class _Bidi(Window):
    def __init__(self, socket: ClientConnection):
        self.socket = socket
        _command(socket, "session.new", capabilities={})
        self.context = _command(socket, "browsingContext.getTree")["contexts"][0]["context"]
        size = {"width": WIDE, "height": HIGH}
        _command(socket, "browsingContext.setViewport", context=self.context, viewport=size)

    def open(self, url: str) -> None:
        _command(self.socket, "browsingContext.navigate", context=self.context, url=url, wait="complete")

    def evaluate(self, function: str, given: Any = None) -> Any:
        answer = _command(
            self.socket, "script.callFunction", functionDeclaration=_asked(function), awaitPromise=True,
            arguments=[{"type": "string", "value": json.dumps(given)}], target={"context": self.context},
        )  # fmt: skip
        if answer["type"] != "success":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def mouse(self, *way: tuple[float, float]) -> None:
        _command(self.socket, "input.performActions", context=self.context, actions=_way(way))


@contextmanager
def firefox() -> Iterator[Window]:
    """Raises FileNotFoundError where there is none."""
    with ExitStack() as stack:
        own = stack.enter_context(playwright()).firefox
        if Path(own.executable_path).is_file():
            yield stack.enter_context(_played(own))
            return
        found = shutil.which("firefox-esr") or shutil.which("firefox")
        if found is None:
            raise FileNotFoundError("Firefox is not installed")
        port = str(_free_port())
        profile = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        stack.enter_context(
            _process(found, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", port, HOME=profile)
        )
        address = f"ws://127.0.0.1:{port}/session"
        socket = stack.enter_context(_until(lambda: connect(address, max_size=None), (OSError, WebSocketException)))
        yield _Bidi(socket)
        _command(socket, "browser.close")


def _command(socket: ClientConnection, method: str, **params: Any) -> Any:
    socket.send(json.dumps({"id": 1, "method": method, "params": params}))
    while True:
        message = json.loads(socket.recv(ANSWER_SECONDS))
        if message.get("id") == 1:
            if message["type"] == "error":
                raise RuntimeError(f"{method}: {message['message']}")
            return message["result"]


class _Driven(Window):
    def __init__(self, driver: str, browser: str):
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        opened = _until(lambda: _post(driver, {"capabilities": {"alwaysMatch": wanted}}), (OSError,))
        self.session = f"{driver}/{opened['sessionId']}"
        _post(f"{self.session}/timeouts", {"script": 1000 * ANSWER_SECONDS})
        _post(f"{self.session}/window/rect", {"width": WIDE, "height": HIGH + 100})

    def open(self, url: str) -> None:
        _post(f"{self.session}/url", {"url": url})

    def evaluate(self, function: str, given: Any = None) -> Any:
        script = f"""
          const done = arguments[arguments.length - 1];
          ({_asked(function)})(arguments[0]).then(done, (error) => done(JSON.stringify({{ failed: String(error) }})));
        """
        answer = json.loads(_post(f"{self.session}/execute/async", {"script": script, "args": [json.dumps(given)]}))
        if isinstance(answer, dict) and "failed" in answer:
            raise RuntimeError(answer["failed"])
        return answer

    def mouse(self, *way: tuple[float, float]) -> None:
        _post(f"{self.session}/actions", {"actions": _way(way)})

    def close(self) -> None:
        urllib.request.urlopen(urllib.request.Request(self.session, method="DELETE"), timeout=ANSWER_SECONDS).close()


@contextmanager
def webkit() -> Iterator[Window]:
    """Raises FileNotFoundError where there is none, or no screen to put it on."""
    with ExitStack() as stack:
        own = stack.enter_context(playwright()).webkit
        if Path(own.executable_path).is_file():
            yield stack.enter_context(_played(own))
            return
        found = glob.glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser") + glob.glob("/usr/libexec/webkit2gtk-4.*/MiniBrowser")
        driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
        if not (found and driver and screen):
            raise FileNotFoundError("WebKit (MiniBrowser, WebKitWebDriver) or Xvfb is not installed")
        port, display = _free_port(), f":{100 + os.getpid() % 900}"
        stack.enter_context(_process(screen, display, "-screen", "0", "1500x950x24"))
        stack.enter_context(
            _process(
                driver, f"--port={port}", DISPLAY=display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS="1",
                WEBKIT_DISABLE_COMPOSITING_MODE="1", LIBGL_ALWAYS_SOFTWARE="1",
            )
        )  # fmt: skip
        window = _Driven(f"http://127.0.0.1:{port}/session", found[0])
        yield window
        window.close()


def _post(url: str, body: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return json.loads(answer.read())["value"]
    except urllib.error.HTTPError as error:
        raise RuntimeError(error.read().decode()) from None
