"""How fast the app answers, as a visitor feels it: a real server, a real Chromium. Run by ``make bench``; asserts nothing.

    python -m benchmarks.browser [--runners 6] [--steps 500]

Printed: start with an empty and with a warm kernel cache to the first picture, and the server's memory once all is compiled; of
each page how long it takes to its first picture or text, in a fresh browser and at its second visit, and how much moves
then (what browsers call CLS), each the median of ten browsers; of every control of the race the time from the
hand to the picture, and pictures a second while sliders and the start are dragged, each also over a network that takes 150 ms
longer; frames a second in playback. Bars: 4 s and 3 s, 350 MiB; 0.9 s, 0.4 s, 0.05; 17 ms for
half of them, 34 for 95 %, 55 pictures a second.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from tools.browser import Server, chromium

PAINTED = "[data-testid=player][data-revision]"

#: the controls of the race, and what the hand does with each the i-th time
CONTROLS = {
    "a number of a card": "put('input[aria-label=\"GD: learning rate\"]', 50 + (i % 40), 'input')",
    "a slider of the surface": "put('input[aria-label=\"condition number\"]', 20 + (i % 40), 'input')",
    "the ring": "press('.ov-handle', i % 2 ? 'ArrowLeft' : 'ArrowRight')",
    "a field of the start": "put('[aria-label=\"Start x\"]', 1 + i / 100, 'change')",
    "how many steps": "put('[aria-label=\"How many steps\"]', 450 + i, 'change')",
    "a stage, on and off": "click('[aria-label=\"Adam: Weight decay\"]')",
    "a convention": "put('[aria-label=\"Adam: as in\"]', i % 2 ? '' : 'keras', 'change')",
    "the chart": "put('[aria-label=Chart]', i % 2 ? 'loss' : 'sharpness', 'change')",
    "add, remove": "i % 2 ? click('[aria-label=\"Remove Lion\"]') : pick('.ov-runners .ov-menu', 'lion')",
    "another surface": "pick('.ov-scene .ov-menu', i % 2 ? 'ravine' : 'saddle')",
    "another example": "click(`[aria-label='The ${i % 2 ? 'next example' : 'example before'}']`)",
}

#: milliseconds from what the hand does to its picture
CHANGE = """async ([act, count]) => {
  const root = document.querySelector("[data-testid=player]");
  const click = (name) => () => root.querySelector(name).click();
  const press = (name, key) => () =>
    root.querySelector(name).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const put = (name, value, event) => () => {
    root.querySelector(name).value = String(value);
    root.querySelector(name).dispatchEvent(new Event(event, { bubbles: true }));
  };
  const pick = (menu, key) => {
    click(`${menu} > button`)(); // the menu is open already
    return click(`${menu} [data-key=${key}][role=option]`);
  };
  const hand = HAND;
  const times = [];
  for (let i = 0; i < count; i++) {
    const act = hand(i);
    await new Promise((done) => setTimeout(done, 80));
    const before = Number(root.dataset.revision), began = performance.now();
    act();
    await new Promise((done) => {
      const seen = new MutationObserver(() => {
        if (Number(root.dataset.revision) > before) { seen.disconnect(); done(); }
      });
      seen.observe(root, { attributes: true });
    });
    times.push(performance.now() - began);
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


def start(browser: Browser, cache: Path) -> str:
    """Of a server with this cache of kernels."""
    began = time.perf_counter()
    with Server(cache / "output.txt", cache) as server:
        open_page(browser, server.url).close()
        first = time.perf_counter() - began
        while not list(cache.glob("compiled-*")):
            time.sleep(1)
        time.sleep(15)  # until all that was compiled is loaded
        return f"{first:.1f} s, then {server.memory():.0f} MiB"


#: of a page: milliseconds to its first picture or text, and how much has moved by itself
SEEN = """window.moved = 0;
const add = (entry) => (window.moved += entry.hadRecentInput ? 0 : entry.value);
new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type: "layout-shift", buffered: true });
const look = () => {
  const player = document.querySelector("[data-testid=player]");
  const isText = document.querySelector(".cat, .ls-cards");
  if (Number(player?.dataset.revision) >= 1 || isText) window.seen ??= performance.now();
};
new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });"""
OPENED = ("race", "regression", "lessons", "lessons?lesson=downhill", "catalogue", "catalogue?o=adam")
STREAMLIT = "#root [data-testid=stMainMenu]"


def first_pictures(url: str, count: int = 10) -> None:
    for path in OPENED:
        first, second, moved = list[float](), list[float](), list[float]()
        for _ in range(count):
            with chromium() as browser:
                page = browser.new_page(viewport={"width": 1366, "height": 768})
                page.add_init_script(SEEN)
                for times_seen in (first, second):
                    page.goto(f"{url}/{path}")
                    page.wait_for_function("() => window.seen")
                    page.locator(STREAMLIT).wait_for()
                    times_seen.append(page.evaluate("seen"))
                    moved.append(page.evaluate("moved"))
        half, again, shift = map(statistics.median, (first, second, moved))
        print(f"  {path:24} {half:.0f} ms, second visit {again:.0f} ms, moved {shift:.3f}")


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


def lab(browser: Browser, url: str, later: float) -> None:
    """The regression lab: 30 seeds x 3 runners x 20 epochs of 100 points, which the page answers."""
    page = open_page(browser, f"{url}/regression?p=settles&lang=en")
    slow_answers(page, later)
    page.wait_for_selector("[data-testid=player][data-live=true]")
    page.wait_for_timeout(1500)
    print(f"\nregression lab, 30 seeds x 3 runners x 20 epochs of 100 points, network {1000 * later:.0f} ms slower")
    for name in ("GD", "SGD", "Mini-batch 10"):
        for what in ("learning rate", "batch size"):
            act = f"put(`.ov-card:nth-child({{}}) input[aria-label$=': {what}']`, 20 + (i % 40), 'input')"
            nth = ["GD", "SGD", "Mini-batch 10"].index(name) + 1
            print(f"  {name}, {what}: {times(page, act.format(nth))}")
        page.goto(page.url)
        page.wait_for_selector("[data-testid=player][data-live=true]")
        print(f"  while {name}: learning rate is dragged: {page.evaluate(DRAG, [f'{name}: learning rate', 4]):.0f} pictures/s")
    frames, steps = page.evaluate(PLAY, 4)
    print(f"  playback: {frames:.0f} frames/s, {steps:.0f} steps/s shown")
    page.close()


def many_rows(browser: Browser, url: str) -> None:
    """One's own 10,000 rows, which the server answers."""
    page = open_page(browser, f"{url}/regression?p=settles&lang=en")
    page.get_by_label("Data", exact=True).select_option("own")
    rows = "\n".join(f"{i / 10_000},{2 * i / 10_000 + 1 + (i * 7919 % 1000) / 1000}" for i in range(10_000))
    page.get_by_label("CSV file").set_input_files({"name": "rows.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.get_by_text("10000 rows of your own").wait_for()
    page.wait_for_timeout(1500)
    names = page.locator(".ov-card header b").all_inner_texts()
    act = f"put(`input[aria-label='{names[-1]}: learning rate']`, 50 + (i % 40), 'input')"
    print(f"  10,000 rows of one's own, {', '.join(names)}: {times(page, act, 20)}")
    page.close()


def times(page: Page, act: str, count: int = 40) -> str:
    """Of what a hand does."""
    return percentiles(page.evaluate(CHANGE.replace("HAND", f"(i) => {act}"), [act, count]))


def race(page: Page) -> None:
    """Every control of the race, and what is dragged."""
    address = page.url
    for name, act in CONTROLS.items():
        print(f"    {name:24} {times(page, act)}")
    page.goto(address)
    page.wait_for_selector(PAINTED)
    page.wait_for_timeout(1500)
    for name in ("GD: learning rate", "condition number"):
        print(f"    while {name} is dragged: {page.evaluate(DRAG, [name, 4]):.0f} pictures/s")
    print(f"    while the start is dragged: {drag_start(page):.0f} pictures/s")


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
            print(f"start to first picture, empty kernel cache: {start(browser, cache)}")
            print(f"start to first picture, warm kernel cache:  {start(browser, cache)}")
        with Server(cache / "output.txt", cache) as server:
            time.sleep(15)  # until the background warm-up is done
            print("first picture or text, warm server, fresh browser")
            first_pictures(server.url)
            with chromium() as browser:
                keys = ("gd", "momentum", "rmsprop", "adam", "nesterov", "adamax", "lion", "adamw")
                runners = "&".join(f"o={key}" for key in keys[: chosen.runners])
                for later in (0.0, 0.15):
                    began = time.perf_counter()
                    page = open_page(browser, f"{server.url}/race?s=ravine&n={chosen.steps}&{runners}&lang=en")
                    print(f"\n{chosen.runners} optimizers x {chosen.steps} steps, network {1000 * later:.0f} ms slower")
                    print(f"  first picture, warm server: {time.perf_counter() - began:.1f} s")
                    slow_answers(page, later)
                    page.wait_for_timeout(1500)
                    race(page)
                    frames, steps = page.evaluate(PLAY, 4)
                    print(f"  playback: {frames:.0f} frames/s, {steps:.0f} steps/s shown")
                    page.close()
                for later in (0.0, 0.15):
                    lab(browser, server.url, later)
                many_rows(browser, server.url)
    finally:
        shutil.rmtree(cache)


if __name__ == "__main__":
    main()
