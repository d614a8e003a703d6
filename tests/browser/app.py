"""The app's server and Chromium, for whoever looks at the app in a real browser: tests, benchmarks, the README's picture."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from playwright.sync_api import Browser, sync_playwright

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
    """The app in a process of its own, always on the same port, so that an open page finds it again after a restart.

    ``log``: where what it prints goes. ``cache``: the folder of its compiled kernels, where they always are if None.
    """

    def __init__(self, log: Path, cache: Path | None = None):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._environment = os.environ | ({"NUMBA_CACHE_DIR": str(cache)} if cache else {})
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def start(self) -> None:
        """Returns when the server answers.

        Raises:
            RuntimeError: it ended or stayed silent; says what it printed.
        """
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        command += ["--server.address", "127.0.0.1", "--server.port", str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )  # fmt: skip
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


@contextmanager
def chromium() -> Iterator[Browser]:
    """Raises FileNotFoundError where there is none."""
    path = find()
    if path is None:
        raise FileNotFoundError("no Chromium found; get one with: python tests/browser/find_browser.py")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
