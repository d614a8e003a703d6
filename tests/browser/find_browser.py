"""Which Chromium the browser tests use. As a script it prints the path, and installs one first where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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
    if own := _playwrights_own():
        yield own


def _playwrights_own() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:  # find() is of use without it, too
        return None
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


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
