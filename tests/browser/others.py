"""Firefox and WebKit, where they are installed, without a driver of anybody else's.

Firefox speaks WebDriver BiDi on a port of its own, https://w3c.github.io/webdriver-bidi/; WebKit has WebKitWebDriver,
https://www.w3.org/TR/webdriver2/, which starts GTK's MiniBrowser on a screen of Xvfb. On Debian: ``apt-get install firefox-esr
webkit2gtk-driver xvfb``. Each opens a page and runs a function there: what it returns, a text, comes back.
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
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

START_SECONDS, ANSWER_SECONDS = 60, 120
#: opens a page and runs an asynchronous function of one JSON text there
Run = Callable[[str, str, Any], Any]


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


@contextmanager
def firefox() -> Iterator[Run]:
    """Raises FileNotFoundError where there is none."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    if found is None:
        raise FileNotFoundError("Firefox is not installed")
    port = str(_free_port())
    with ExitStack() as stack:
        profile = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        stack.enter_context(
            _process(found, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", port, HOME=profile)
        )
        address = f"ws://127.0.0.1:{port}/session"
        socket = stack.enter_context(_until(lambda: connect(address, max_size=None), (OSError, WebSocketException)))
        _command(socket, "session.new", capabilities={})
        context = _command(socket, "browsingContext.getTree")["contexts"][0]["context"]

        def run(url: str, function: str, given: Any) -> Any:
            _command(socket, "browsingContext.navigate", context=context, url=url, wait="complete")
            answer = _command(
                socket, "script.callFunction", functionDeclaration=_asked(function), awaitPromise=True,
                arguments=[{"type": "string", "value": json.dumps(given)}], target={"context": context},
            )  # fmt: skip
            if answer["type"] != "success":
                raise RuntimeError(answer["exceptionDetails"]["text"])
            return json.loads(answer["result"]["value"])

        yield run
        _command(socket, "browser.close")


def _command(socket: ClientConnection, method: str, **params: Any) -> Any:
    socket.send(json.dumps({"id": 1, "method": method, "params": params}))
    while True:
        message = json.loads(socket.recv(ANSWER_SECONDS))
        if message.get("id") == 1:
            if message["type"] == "error":
                raise RuntimeError(f"{method}: {message['message']}")
            return message["result"]


def _asked(function: str) -> str:
    return f"async (text) => JSON.stringify(await ({function})(JSON.parse(text)))"


@contextmanager
def webkit() -> Iterator[Run]:
    """Raises FileNotFoundError where there is none, or no screen to put it on."""
    browsers = glob.glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser") + glob.glob("/usr/libexec/webkit2gtk-4.*/MiniBrowser")
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    if not (browsers and driver and screen):
        raise FileNotFoundError("WebKit (MiniBrowser, WebKitWebDriver) or Xvfb is not installed")
    port, display = _free_port(), f":{100 + os.getpid() % 900}"
    with ExitStack() as stack:
        stack.enter_context(_process(screen, display, "-screen", "0", "1500x950x24"))
        stack.enter_context(
            _process(
                driver, f"--port={port}", DISPLAY=display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS="1",
                WEBKIT_DISABLE_COMPOSITING_MODE="1", LIBGL_ALWAYS_SOFTWARE="1",
            )
        )  # fmt: skip
        options = {"binary": browsers[0], "args": ["--automation"]}
        wanted = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        base = f"http://127.0.0.1:{port}/session"
        session = _until(lambda: _post(base, {"capabilities": {"alwaysMatch": wanted}}), (OSError,))["sessionId"]
        _post(f"{base}/{session}/timeouts", {"script": 1000 * ANSWER_SECONDS})

        def run(url: str, function: str, given: Any) -> Any:
            _post(f"{base}/{session}/url", {"url": url})
            script = f"""
              const done = arguments[arguments.length - 1];
              ({_asked(function)})(arguments[0]).then(done, (error) => done(JSON.stringify({{ failed: String(error) }})));
            """
            answer = json.loads(_post(f"{base}/{session}/execute/async", {"script": script, "args": [json.dumps(given)]}))
            if isinstance(answer, dict) and "failed" in answer:
                raise RuntimeError(answer["failed"])
            return answer

        yield run
        urllib.request.urlopen(urllib.request.Request(f"{base}/{session}", method="DELETE"), timeout=ANSWER_SECONDS).close()


def _post(url: str, body: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return json.loads(answer.read())["value"]
    except urllib.error.HTTPError as error:
        raise RuntimeError(error.read().decode()) from None
