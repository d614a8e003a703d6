"""A walk through race, lab and a lesson in Firefox and WebKit: paint, drag, play, reload; a line says where there is none."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import others
from tests.browser.others import Window
from tests.browser.support import THREE

pytestmark = pytest.mark.verify

BROWSERS = {"firefox": others.firefox, "webkit": others.webkit}
RACE = "s=ravine&n=200&o=gd,lr:0.02&o=adam,lr:0.1&lang=en"
#: a step of a lesson that leaves the learning rate to the reader
LESSON = "lesson=downhill&step=task1&lang=en"
PATIENCE = 60


@pytest.fixture(scope="module", params=BROWSERS)
def window(request: pytest.FixtureRequest) -> Iterator[Window]:
    try:
        with BROWSERS[request.param]() as window:
            yield window
    except FileNotFoundError as absent:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\nleft out: {absent}")
        pytest.skip(str(absent))


#: what stands in the player: what it says of itself, its numbers, and how many colours each canvas has that is seen
SEEN = """() => {
  const player = document.querySelector("[data-testid=player]");
  if (!player?.dataset.revision) return null;
  const colours = (canvas) => {
    const { width, height } = canvas;
    return new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, width, height).data.buffer)).size;
  };
  const canvases = [...player.querySelectorAll("canvas")].filter((canvas) => canvas.offsetWidth > 60);
  return {
    ...player.dataset, revision: Number(player.dataset.revision), step: Number(player.dataset.step),
    numbers: [...player.querySelectorAll(".ov-card .ov-exact")].map((field) => field.value),
    words: player.querySelector(".ov-words").textContent, colours: canvases.map(colours),
    trouble: [...player.querySelectorAll(".ov-trouble")].filter((note) => !note.hidden).map((note) => note.textContent),
    errors: window.troubles,
  };
}"""

#: from now on errors are kept
WATCH = """() => {
  window.troubles = [];
  addEventListener("error", ({ message }) => window.troubles.push(message));
  addEventListener("unhandledrejection", ({ reason }) => window.troubles.push(String(reason)));
}"""

#: the middle of an element, once it is seen; of a slider of its thumb
PLACE = """(name) => {
  const element = document.querySelector(`[data-testid=player] ${name}`);
  element.scrollIntoView({ block: "nearest" });
  const { left, top, width, height } = element.getBoundingClientRect();
  const share = element.type === "range" ? (element.value - element.min) / (element.max - element.min) : 0.5;
  return [left + (element.type === "range" ? 8 + (width - 16) * share : width / 2), top + height / 2];
}"""


def until(window: Window, holds: Any, what: str) -> dict[str, Any]:
    """What is seen, once this holds of it."""
    deadline = time.monotonic() + PATIENCE
    while not ((seen := window.evaluate(SEEN)) and holds(seen)):
        assert time.monotonic() < deadline, (what, seen)
        time.sleep(0.1)
    return dict(seen)


def opened(window: Window, url: str, canvases: int) -> dict[str, Any]:
    """A page, with a picture on each of so many canvases, answered by the engine in it."""
    window.open(url)
    window.evaluate(WATCH)

    def is_painted(seen: dict[str, Any]) -> bool:
        return seen.get("live") == "true" and sum(colours > 3 for colours in seen["colours"]) >= canvases

    seen = until(window, is_painted, "a picture")
    assert max(seen["colours"]) > 20 and not seen["trouble"]
    return seen


def drag(window: Window, name: str, way: int, *, up: int = 0) -> dict[str, Any]:
    """Take hold of an element, lead it aside; something new is seen after."""
    before = window.evaluate(SEEN)
    x, y = window.evaluate(PLACE, name)
    window.mouse((x, y), *((x + way * k / 6, y - up * k / 6) for k in range(1, 7)))
    return until(
        window, lambda seen: seen["revision"] > before["revision"] and seen["words"] != before["words"], f"drag {name}"
    )


def press(window: Window, name: str) -> None:
    window.mouse(tuple(window.evaluate(PLACE, name)))


def reloaded(window: Window, seen: dict[str, Any], server: Any, path: str) -> None:
    """The address says all that is set: the page opened anew shows the same."""
    window.evaluate("() => dispatchEvent(new Event('pagehide'))")
    link = window.evaluate("() => location.search")
    window.open("about:blank")
    window.open(f"{server.url}/{path}{link}")
    again = until(window, lambda new: new.get("live") == "true", "a picture again")
    for what in ("numbers", "words", "step"):
        assert again[what] == seen[what], (what, again[what], seen[what])


@pytest.mark.parametrize("path, query, canvases", [("race", RACE, 4), ("regression", THREE + "&lang=en", 6)])
def test_a_picture_is_painted_dragged_played_and_found_again(window, server, path, query, canvases):
    first = opened(window, f"{server.url}/{path}?{query}", canvases)
    moved = drag(window, "input[aria-label$=': learning rate']", -12)
    assert moved["numbers"] != first["numbers"] and moved["errors"] == []
    drag(window, ".ov-handle", 24, up=16)
    press(window, "button[aria-label=Play]")
    playing = until(window, lambda seen: seen["step"] < moved["step"], "play")
    played = until(window, lambda seen: seen["step"] > playing["step"], "steps")
    ended = until(window, lambda seen: seen["step"] == moved["step"], "the end")
    assert played["errors"] == [] == ended["trouble"], json.dumps(ended)
    reloaded(window, ended, server, path)


def test_a_lessons_picture_follows_the_hand_and_is_found_again(window, server):
    opened(window, f"{server.url}/lessons?{LESSON}", 2)
    moved = drag(window, "input[aria-label$=': learning rate']", 20)
    goals = window.evaluate("() => document.querySelector('.ls-goals').textContent")
    assert goals and moved["errors"] == []
    reloaded(window, until(window, lambda seen: True, "rest"), server, "lessons")
