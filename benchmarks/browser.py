"""How fast the app answers, as a visitor feels it: a real server, a real Chromium. Run by ``make bench``; asserts nothing.

    python -m benchmarks.browser [--runners 4] [--steps 500]

Printed: start with an empty and with a warm kernel cache to the first picture, slider to painted, pictures a second
while a slider and while the start is dragged, frames a second in playback.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.find_browser import find

ROOT = Path(__file__).parents[1]

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PAINTED = "[data-testid=player][data-revision]"

CHANGE = """async ([name, count]) => {
  const root = document.querySelector("[data-testid=player]");
  const slider = root.querySelector(`input[type=range][aria-label="${name}"]`);
  const times = [];
  for (let i = 0; i < count; i++) {
    const before = Number(root.dataset.revision), began = performance.now();
    slider.value = String(50 + (i % 40));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => {
      const seen = new MutationObserver(() => {
        if (Number(root.dataset.revision) > before) { seen.disconnect(); done(); }
      });
      seen.observe(root, { attributes: true });
    });
    times.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 80));
  }
  return times;
}"""

PLAY = """async (seconds) => {
  const root = document.querySelector("[data-testid=player]");
  root.querySelector("button[aria-label=Play]").click();
  const began = performance.now(), frames = [];
  let shown = root.dataset.step, steps = 0;
  while (performance.now() - began < seconds * 1000) {
    frames.push(await new Promise((done) => requestAnimationFrame(done)));
    if (root.dataset.step !== shown) { steps++; shown = root.dataset.step; }
  }
  return [frames.length / seconds, steps / seconds];
}"""


@contextmanager
def server(cache: Path | None = None) -> Iterator[str]:
    """The app on a free port, its kernels in this folder or where they always are; yields the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    environment = os.environ | ({"NUMBA_CACHE_DIR": str(cache)} if cache else {})
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                urllib.request.urlopen(f"{url}/_stcore/health")
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError("the server stopped at once; start it by hand to see why") from None
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait()


def open_page(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(url)
    page.wait_for_selector(PAINTED)
    return page


def seconds_to_first_picture(browser: Browser, cache: Path) -> float:
    began = time.perf_counter()
    with server(cache) as url:
        open_page(browser, url).close()
        return time.perf_counter() - began


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def drag(page: Page, selector: str, seconds: float = 4.0) -> float:
    """Pictures a second while the mouse holds this element and moves to and fro."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    revision = "() => Number(document.querySelector('[data-testid=player]').dataset.revision)"
    page.mouse.move(x, y)
    page.mouse.down()
    before, began, i = page.evaluate(revision), time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        i += 1
        page.mouse.move(x + 30 * ((i % 20) / 10 - 1), y)
    pictures = page.evaluate(revision) - before
    page.mouse.up()
    return pictures / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runners", type=int, default=4)
    parser.add_argument("--steps", type=int, default=500)
    chosen = parser.parse_args()
    cache = Path(tempfile.mkdtemp())
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
            print(f"start to first picture, empty kernel cache: {seconds_to_first_picture(browser, cache):.1f} s")
            print(f"start to first picture, warm kernel cache:  {seconds_to_first_picture(browser, cache):.1f} s")
            with server(cache) as url:
                time.sleep(8)  # until the background warm-up is done
                keys = ("gd", "momentum", "rmsprop", "adam")
                runners = "&".join(f"o={keys[i % 4]}" for i in range(chosen.runners - 1, -1, -1))
                for surface in ("ravine", "rosenbrock"):
                    began = time.perf_counter()
                    page = open_page(browser, f"{url}/race?s={surface}&n={chosen.steps}&{runners}&lang=en")
                    print(f"\n{surface}, {chosen.runners} optimizers x {chosen.steps} steps")
                    print(f"  first picture, warm server: {time.perf_counter() - began:.1f} s")
                    page.wait_for_timeout(1500)
                    times = page.evaluate(CHANGE, ["Adam: learning rate", 80])
                    print(f"  slider to painted: p50 {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms")
                    slider = "input[type=range][aria-label='Adam: learning rate']"
                    print(f"  while the slider is dragged: {drag(page, slider):.0f} pictures/s")
                    print(f"  while the start is dragged: {drag(page, '.ov-handle'):.0f} pictures/s")
                    page.keyboard.press("Escape")
                    page.wait_for_timeout(500)
                    frames, steps = page.evaluate(PLAY, 4)
                    print(f"  playback: {frames:.0f} frames/s, {steps:.0f} steps/s shown")
                    page.close()
            browser.close()
    finally:
        shutil.rmtree(cache)


if __name__ == "__main__":
    main()
