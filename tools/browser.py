"""The app's server and Chromium, for whoever looks at the app in a real browser: tests, benchmarks, the README's picture.

As a script it prints the path of the Chromium, and installs one first where there is none.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Self

from playwright.sync_api import Browser, Playwright, sync_playwright

ROOT = Path(__file__).parents[1]
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

COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
MAC = (
    "Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "Applications/Chromium.app/Contents/MacOS/Chromium",
    "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
PLAYWRIGHT = [sys.executable, "-m", "playwright", "install"]


class Server:
    """The app in a process of its own, always on the same port, so that an open page finds it again after a restart.

    ``log``: where what it prints goes. ``cache``: the folder of its compiled kernels, where they always are if None. ``root``:
    the checkout that it runs. ``more``: variables of its environment.
    """

    def __init__(self, log: Path, cache: Path | None = None, root: Path = ROOT, more: Mapping[str, str] = MappingProxyType({})):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log, self.root = log, root
        self._environment = os.environ | ({"NUMBA_CACHE_DIR": str(cache)} if cache else {}) | dict(more)
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
                command, cwd=self.root, env=self._environment, stdout=log, stderr=subprocess.STDOUT
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

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process else None

    def restart(self) -> None:
        self.stop()
        self.start()

    def memory(self) -> float:
        """MiB that the server holds; where there is no /proc it is not known."""
        assert self._process
        status = Path(f"/proc/{self._process.pid}/status")
        found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.is_file() else None
        return int(found[1]) / 1024 if found else float("nan")

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
        raise FileNotFoundError("no Chromium found; get one with: python -m tools.browser")
    with playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


_driver: Playwright | None = None


@contextmanager
def playwright() -> Iterator[Playwright]:
    """A process has but one: who asks while it runs gets the same."""
    global _driver
    if _driver:
        yield _driver
        return
    with sync_playwright() as _driver:
        yield _driver
    _driver = None


def find() -> str | None:
    """The path of a Chromium (or Chrome, or Edge) that runs, or None. The variable CHROMIUM goes first."""
    return next((path for path in _candidates() if _runs(path)), None)


def ensure() -> str | None:
    """As ``find``, but installs one where there is none: by Playwright, or by apt for root on Debian and its kin."""
    found = find()
    if not found:
        _try([*PLAYWRIGHT, "chromium"])
        found = find()
    if not found and shutil.which("apt-get") and os.geteuid() == 0:
        if _try(["apt-get", "update"]):
            # the font, because without one every Chinese character is the same empty box
            _try(["apt-get", "install", "-y", "chromium", "fonts-noto-cjk"])
        found = find()
    return found


def _candidates() -> Iterator[str]:
    if wish := os.environ.get("CHROMIUM"):
        yield shutil.which(wish) or wish
    yield from filter(None, map(shutil.which, COMMANDS))
    if sys.platform == "darwin":
        yield from (str(folder / app) for folder in (Path("/"), Path.home()) for app in MAC)
    folders = (os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"))
    yield from (str(Path(folder) / program) for folder in folders if folder for program in WINDOWS)
    yield _playwrights_own()


def _playwrights_own() -> str:
    with playwright() as driver:
        return driver.chromium.executable_path


def _runs(path: str) -> bool:
    """Being there is not enough: Ubuntu's chromium-browser may be a pointer to a snap, or libraries are missing."""
    if not Path(path).is_file():
        return False
    if sys.platform == "win32":  # there --version opens a window instead of answering
        return True
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _try(command: list[str]) -> bool:
    print("No browser yet; trying:", *command, file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:  # the path is all that belongs on standard output
        return subprocess.run(command, stdout=sys.stderr, env=environment, timeout=900).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    path = ensure()
    if not path:
        sys.exit(
            "The browser tests need Chromium, Chrome or Edge. Install one, or run\n"
            f"    {' '.join(PLAYWRIGHT)} --with-deps chromium\n"
            "or say where yours is in the environment variable CHROMIUM."
        )
    print(path)
