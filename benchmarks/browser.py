"""How fast the app answers, as a visitor feels it: a real server, a real Chromium. Run by ``make bench``; asserts nothing.

    python -m benchmarks.browser [--runners 6] [--steps 500]

Printed: start with an empty and with a warm kernel cache to the first picture; slider to painted, a runner's and the surface's;
pictures a second while one of them is dragged, also over a network that takes 150 ms longer, and while the start is dragged;
frames a second in playback.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from tools.browser import Server, chromium

SLIDER = "GD: learning rate"
PAINTED = "[data-testid=player][data-revision]"

#: milliseconds from a move of a slider to its picture
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

#: pictures a second while a slider takes another position at each frame of the display
DRAG = """async ([name, seconds]) => {
  const root = document.querySelector("[data-testid=player]");
  const slider = root.querySelector(`input[type=range][aria-label="${name}"]`);
  slider.focus();
  await new Promise((done) => setTimeout(done, 1000));
  const before = Number(root.dataset.revision), began = performance.now();
  for (let i = 0; performance.now() - began < seconds * 1000; i++) {
    slider.value = String(40 + Math.abs((i % 80) - 40));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(done));
  }
  const pictures = Number(root.dataset.revision) - before;
  slider.dispatchEvent(new Event("change", { bubbles: true }));
  return (1000 * pictures) / (performance.now() - began);
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


def open_page(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(url)
    page.wait_for_selector(PAINTED)
    return page


def seconds_to_first_picture(browser: Browser, cache: Path) -> float:
    began = time.perf_counter()
    with Server(cache / "output.txt", cache) as server:
        open_page(browser, server.url).close()
        return time.perf_counter() - began


def percentiles(values: list[float]) -> str:
    half, most = (sorted(values)[min(len(values) - 1, int(share * len(values)))] for share in (0.5, 0.95))
    return f"p50 {half:.0f} ms, p95 {most:.0f} ms"


def drag_start(page: Page, seconds: float = 4.0) -> float:
    """Pictures a second while the mouse holds the start and moves to and fro."""
    box = page.locator(".ov-handle").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    revision = "() => Number(document.querySelector('[data-testid=player]').dataset.revision)"
    page.mouse.move(x, y)
    page.mouse.down()
    before, began, way = page.evaluate(revision), time.perf_counter(), 1
    while time.perf_counter() - began < seconds:
        page.mouse.move(x + 30 * way, y, steps=40)
        way = -way
    pictures = (page.evaluate(revision) - before) / (time.perf_counter() - began)
    page.mouse.up()
    return float(pictures)


def lab(browser: Browser, url: str) -> None:
    """The regression lab: 30 seeds x 3 runners x 20 epochs of 100 points, then one's own 10,000 rows."""
    page = open_page(browser, f"{url}/regression?p=settles&lang=en")
    page.wait_for_timeout(1500)
    print("\nregression lab, 30 seeds x 3 runners x 20 epochs of 100 points")
    for name in ("SGD: learning rate", "Mini-batch 10: learning rate"):
        print(f"  {name}, slider to painted: {percentiles(page.evaluate(CHANGE, [name, 60]))}")
    print(f"  while the slider is dragged: {page.evaluate(DRAG, ['SGD: learning rate', 4]):.0f} pictures/s")
    frames, steps = page.evaluate(PLAY, 4)
    print(f"  playback: {frames:.0f} frames/s, {steps:.0f} steps/s shown")
    page.get_by_label("Data", exact=True).select_option("own")
    rows = "\n".join(f"{i / 10_000},{2 * i / 10_000 + 1 + (i * 7919 % 1000) / 1000}" for i in range(10_000))
    page.get_by_label("CSV file").set_input_files({"name": "rows.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.get_by_text("10000 rows of your own").wait_for()
    page.wait_for_timeout(1500)
    names = page.locator(".ov-card header b").all_inner_texts()
    times = page.evaluate(CHANGE, [f"{names[-1]}: learning rate", 20])
    print(f"  10,000 rows of one's own, {', '.join(names)}: {percentiles(times)}")
    page.close()


def slow_answers(page: Page, seconds: float) -> None:
    """From now on every answer of the server comes so much later."""

    def later(route: Route) -> None:
        time.sleep(seconds)
        route.continue_()

    page.route("**/answers/**", later)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runners", type=int, default=6)
    parser.add_argument("--steps", type=int, default=500)
    chosen = parser.parse_args()
    cache = Path(tempfile.mkdtemp())
    try:
        with chromium() as browser:
            print(f"start to first picture, empty kernel cache: {seconds_to_first_picture(browser, cache):.1f} s")
            print(f"start to first picture, warm kernel cache:  {seconds_to_first_picture(browser, cache):.1f} s")
            with Server(cache / "output.txt", cache) as server:
                time.sleep(8)  # until the background warm-up is done
                keys = ("gd", "momentum", "rmsprop", "adam", "nesterov", "adamax", "lion", "adamw")
                runners = "&".join(f"o={key}" for key in keys[: chosen.runners])
                for surface in ("ravine", "himmelblau"):
                    began = time.perf_counter()
                    page = open_page(browser, f"{server.url}/race?s={surface}&n={chosen.steps}&{runners}&lang=en")
                    print(f"\n{surface}, {chosen.runners} optimizers x {chosen.steps} steps")
                    print(f"  first picture, warm server: {time.perf_counter() - began:.1f} s")
                    page.wait_for_timeout(1500)
                    times = page.evaluate(CHANGE, [SLIDER, 60])
                    print(f"  slider to painted: {percentiles(times)}")
                    if surface == "ravine":
                        times = page.evaluate(CHANGE, ["condition number", 60])
                        print(f"  a slider of the surface: {percentiles(times)}")
                        print(f"  while it is dragged: {page.evaluate(DRAG, ['condition number', 4]):.0f} pictures/s")
                    print(f"  while the slider is dragged: {page.evaluate(DRAG, [SLIDER, 4]):.0f} pictures/s")
                    print(f"  while the start is dragged: {drag_start(page):.0f} pictures/s")
                    page.wait_for_timeout(500)
                    frames, steps = page.evaluate(PLAY, 4)
                    print(f"  playback: {frames:.0f} frames/s, {steps:.0f} steps/s shown")
                    slow_answers(page, 0.15)
                    print(f"  the slider, network 150 ms slower: {page.evaluate(DRAG, [SLIDER, 4]):.0f} pictures/s")
                    page.close()
                lab(browser, server.url)
    finally:
        shutil.rmtree(cache)


if __name__ == "__main__":
    main()
