"""The app as someone uses it: what browser tests open, take hold of, read and wait for."""

import math
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from optim_viz.ui import numbers
from optim_viz.ui.race import settings
from tests import race
from tools.browser import Server

#: Streamlit looks for its server under the page's own path first, and keeps asking while the server is away.
PROBES = ("/_stcore/health", "/_stcore/host-config")
UNANSWERED = ("status of 404", "net::ERR_CONNECTION_REFUSED", "net::ERR_EMPTY_RESPONSE", "net::ERR_CONNECTION_RESET")

FOUR = "s=ravine&s.condition=50&x=-1.8&y=0.8&n=300&o=gd,lr:0.02&o=momentum,lr:0.01&o=rmsprop,lr:0.01&o=adam,lr:0.1"
THREE = "d=noisy_line&m=line&e=4&seeds=5&x=0,0&o=gd,batch:all,lr:0.02&o=gd,batch:1,lr:0.02&o=gd,batch:10,lr:0.02"
#: WCAG 2.2 to level AA, as axe names it
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


class Tab(Page):
    """A Playwright page that remembers its errors and the addresses it asked for. Made by ``watch``, never directly."""

    errors: list[str]
    requests: list[str]  # type: ignore[assignment]  # in the place of a method that forgets all but the last hundred


def watch(page: Page) -> Tab:
    tab = cast(Tab, page)
    tab.errors, tab.requests = [], []

    def on_console(message: ConsoleMessage) -> None:
        address = message.location["url"]
        probe = address.endswith(PROBES) and any(text in message.text for text in UNANSWERED)
        if message.type == "error" and not probe:
            tab.errors.append(f"{message.text} ({address})")

    page.on("console", on_console)
    page.on("pageerror", lambda error: tab.errors.append(f"uncaught: {error.stack or error}"))
    page.on("request", lambda request: tab.requests.append(request.url))
    return tab


def open_race(page: Page, server: Server, query: str = "") -> None:
    """Open the race with these settings (``s=ravine&o=adam``) and wait for its first picture."""
    page.goto(f"{server.url}/race?{query}" if query else f"{server.url}/race")
    page.wait_for_function("() => Number(document.querySelector('[data-testid=player][data-revision]')?.dataset.revision) >= 1")


def player(page: Page) -> Locator:
    return page.get_by_test_id("player")


def choose_surface(page: Page, key: str) -> None:
    """Choose the surface with this key by its picture."""
    page.locator(".ov-scene .ov-chosen").click()
    page.locator(f".ov-pictures [role=option][data-key='{key}']").click()


def choose_example(page: Page, key: str) -> None:
    """Choose the preset with this key by the menu."""
    page.locator(".ov-presets .ov-chosen").click()
    page.locator(f".ov-presets [role=option][data-key='{key}']").click()


def revision(page: Page) -> int:
    return int(player(page).get_attribute("data-revision") or 0)


def step(page: Page) -> int:
    return int(player(page).get_attribute("data-step") or -1)


def wait_for(page: Page, condition: str, arg: object = None) -> None:
    """Wait until this is true of the player: JavaScript that knows ``player``, ``arg``, ``revision`` and ``step``."""
    look = "const player = document.querySelector('[data-testid=player]'); const [revision, step] = "
    look += "[Number(player?.dataset.revision ?? 0), Number(player?.dataset.step ?? -1)];"
    page.wait_for_function(f"(arg) => {{ {look} return {condition}; }}", arg=arg)


@contextmanager
def painting(page: Page, pictures: int = 1) -> Iterator[None]:
    """What happens inside makes the player paint at least so many new results."""
    before = revision(page)
    yield
    wait_for(page, "revision >= arg", before + pictures)


SEEN = """() => {
  const player = document.querySelector("[data-testid=player]");
  const all = (selector, within = player) => [...within.querySelectorAll(selector)];
  const value = (e) => (e.type === "checkbox" ? Number(e.checked) : Number(e.dataset.value));
  return {
    link: location.search.slice(1),
    step: Number(player.dataset.step),
    counter: player.querySelector(".ov-counter").textContent.split(" / ").map(Number),
    surface: player.querySelector(".ov-scene .ov-chosen").dataset.key,
    params: all(".ov-setup .ov-exact").filter((e) => !e.closest(".ov-card")).map(value),
    numbers: all("[role=spinbutton]").filter((e) => !e.closest("[hidden]")).map((e) => Number(e.value)),
    cards: all(".ov-card").map((e) => {
      const around = (x) => x.closest(".ov-around") !== null;
      const controls = all(".ov-exact, [type=checkbox]", e);
      return {
        name: e.getAttribute("aria-label"),
        variant: all("select", e).find((x) => !around(x))?.value ?? "",
        hypers: controls.filter((x) => !around(x)).map(value),
        on: controls.filter((x) => around(x) && x.type === "checkbox").map((x) => x.checked),
        around: all(".ov-around .ov-exact, .ov-around select", e).map((x) => (x.type === "text" ? value(x) : x.value)),
      };
    }),
    table: all("tbody tr").map((row) => all("th, td", row).map((cell) => cell.textContent)),
    words: player.querySelector(".ov-words").textContent,
  };
}"""


@lru_cache(maxsize=8)
def told(link: str) -> dict[str, Any]:
    """What the page must show under this address, by the native engine."""
    got = race.answer(link, parse_qs(link).get("lang", ["en"])[0])
    assert not got["notes"], got["notes"]
    choices, chosen = got["choices"], got["settings"]
    step = chosen["steps"] if got["view"]["step"] is None else got["view"]["step"]
    return {
        "link": link,
        "step": step,
        "counter": [step, chosen["steps"]],
        "surface": chosen["surface"],
        "params": list(chosen["params"].values()),
        "numbers": [*chosen["start"], chosen["steps"]],
        "cards": [_card(runner, choices) for runner in chosen["runners"]],
        "table": [
            [runner["name"], _value(run, step), row["arrived"], row["ended"] + row["note"]]
            for runner, run, row in zip(chosen["runners"], got["runs"], got["rows"], strict=True)
        ],
        "words": got["words"],
    }


def _card(runner: dict[str, Any], choices: dict[str, Any]) -> dict[str, Any]:
    key, _at, variant = runner["key"].partition("@")
    (optimizer,) = (o for o in choices["optimizers"] if o["key"] == key)
    (convention,) = (c for c in optimizer["conventions"] if c["variant"] == variant)
    return {
        "name": runner["name"],
        "variant": variant,
        "hypers": list(runner["hypers"].values()),
        "on": [s["first"] in runner["around"] for s in choices["stages"] if s["key"] in (convention["stages"] or ())],
        "around": [value for name, value in runner["around"].items() if name != "maximize"],
    }


def _value(run: dict[str, Any], step: int) -> str:
    """What the table says of the chosen chart; of the loss no lines are sent."""
    if run["diverged"] is not None and step >= run["diverged"]:
        return "—"
    values = [line[step] for line in run["lines"] or [run["loss"]]]
    return (
        "—" if all(map(math.isnan, values)) else " / ".join("—" if math.isnan(v) else numbers.number(float(v)) for v in values)
    )


def agreed(page: Page) -> settings.Settings:
    """Wait until address, controls, counter, table and words tell the same race, and are right; returns its settings."""
    page.evaluate("dispatchEvent(new Event('pagehide'))")  # who leaves does not wait for the address to be written
    deadline = time.monotonic() + 15
    while True:
        seen = page.evaluate(SEEN)
        expected = told(seen["link"]) if "v=1" in seen["link"] else {}
        if seen == expected:
            return settings.read(parse_qs(seen["link"], keep_blank_values=True))[0]
        assert time.monotonic() < deadline or seen == expected
        page.wait_for_timeout(30)


#: the paths, and the heads with their names
LAYERS = "[data-layer=trail], [data-layer=heads]"


def trail(page: Page) -> str:
    """The picture of the paths, to be compared with another one."""
    return str(page.locator("[data-layer=trail]").first.evaluate("(canvas) => canvas.toDataURL()"))


def ground(page: Page) -> str:
    """The picture of the surface alone, bands and hairlines at rest."""
    box = page.locator(".ov-flat .ov-picture").first
    expect(box).to_have_attribute("data-ground", "fine")
    return str(box.locator(".ov-ground").evaluate("(canvas) => canvas.toDataURL()"))


def _numbers(page: Page, name: str) -> list[float]:
    said = page.locator(".ov-flat .ov-picture").first.get_attribute(name)
    return [float(number) for number in (said or "").split()]


def view(page: Page) -> list[float]:
    """What part of the surface is shown: x from, x to, y from, y to."""
    return _numbers(page, "data-view")


def open_lab(page: Page, server, query=THREE) -> None:
    page.goto(f"{server.url}/regression?{query}&lang=en" if "lang=" not in query else f"{server.url}/regression?{query}")
    wait_for(page, "revision >= 1")


def open_lessons(page, server, query=""):
    page.goto(f"{server.url}/lessons?{query}")
    expect(page.get_by_test_id("lessons")).to_have_attribute("data-shows", "lesson" if "lesson=" in query else "overview")
    if "lesson=" in query:
        wait_for(page, "revision >= 1")


def at(page, step):
    expect(page.locator(".ls-lesson")).to_have_attribute("data-step", step)


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def number(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=name, exact=True)


def handle(page: Page) -> Locator:
    return page.get_by_role("button", name="Start point")


def centre(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def place(page: Page, *point: float) -> tuple[float, float]:
    """Where on the screen a point of the surface is."""
    box = page.locator(".ov-flat .ov-picture").first.bounding_box()
    assert box
    (x0, x1, y0, y1), (left, top, wide, high) = view(page), _numbers(page, "data-frame")
    x, y = ((v - lo) / (hi - lo) for v, lo, hi in zip(point, (x0, y0), (x1, y1), strict=True))
    return box["x"] + left + wide * x, box["y"] + top + high * (1 - y)


def add(page: Page, key: str) -> None:
    """Add the optimizer with this key by the menu."""
    button(page, "Add an optimizer").click()
    page.locator(f"[role=option][data-key='{key}']").click()


def scrub(page: Page, to: int) -> None:
    slider(page, "Step").fill(str(to))
    wait_for(page, "step === arg", to)


def results(page: Page) -> list[str]:
    return page.locator(".ov-table tbody tr").all_inner_texts()


def zoomed(page):
    """Zoom with the wheel and pan with the mouse, wait for the link to say so; returns the view."""
    page.mouse.move(*place(page, 0.5, 0.2))
    page.mouse.wheel(0, -300)
    expect(page).to_have_url(re.compile("&zoom="))
    link = page.url
    page.mouse.down()
    x, y = place(page, 0.5, 0.2)
    page.mouse.move(x + 30, y + 10, steps=4)
    page.mouse.up()
    page.wait_for_url(lambda url: "&zoom=" in url and url != link)
    assert agreed(page).zoom == pytest.approx(view(page), abs=1e-4)
    return view(page)
