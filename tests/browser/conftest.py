"""The app in a real browser: one server and one Chromium for all tests.

Tests wait for what they want to see, by ``data-revision``, ``data-step`` or ``agreed``; none waits for a time or asserts one.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

from optim_viz import engine
from optim_viz.outcome import outcome
from optim_viz.stages import STAGES
from optim_viz.ui import assets
from optim_viz.ui.i18n import messages
from optim_viz.ui.numbers import number
from optim_viz.ui.race import charts, settings, words
from tests.browser.app import Server, chromium

#: Streamlit looks for its server under the page's own path first, and keeps asking while the server is away.
PROBES = ("/_stcore/health", "/_stcore/host-config")
UNANSWERED = ("status of 404", "net::ERR_CONNECTION_REFUSED", "net::ERR_EMPTY_RESPONSE", "net::ERR_CONNECTION_RESET")


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


def told(link: str) -> dict[str, Any]:
    """What the page must show under this address, by the engine."""
    query = parse_qs(link, keep_blank_values=True)
    chosen, notes = settings.read(query)
    assert not notes, [str(note) for note in notes]
    _ = messages(query.get("lang", ["en"])[0])
    runs = [told_run(runner, chosen) for runner in chosen.runners]
    racers = words.racers(_, chosen.surface, chosen.runners, [outcome(run) for run in runs], chosen.steps)
    rows = words.table(_, racers)
    left = [chosen.steps + 1 if run.diverged_at is None else run.diverged_at for run in runs]
    return {
        "link": link,
        "step": chosen.step,
        "counter": [chosen.step, chosen.steps],
        "surface": chosen.surface.key,
        "params": list(chosen.surface.values.values()),
        "numbers": [*chosen.start, chosen.steps],
        "cards": [
            {
                "name": r.name,
                "variant": r.optimizer.variant,
                "hypers": list(r.hypers.values()),
                "on": [stage.first in r.around for stage in STAGES.values() if stage.key in (r.optimizer.stages or ())],
                "around": [value for name, value in r.around.items() if name != "maximize"],
            }
            for r in chosen.runners
        ],
        "table": [
            [r.name, told_value(run, chosen) if chosen.step < end else "—", row["arrived"], row["ended"] + row["note"]]
            for r, run, end, row in zip(chosen.runners, runs, left, rows, strict=True)
        ],
        "words": words.sentences(_, racers),
    }


def told_value(run: engine.Run, chosen: settings.Settings) -> str:
    """What the table says of the chosen chart at the step shown."""
    lines = [run.loss] if chosen.chart == "loss" else charts.lines(chosen.chart, run)
    values = ["—" if math.isnan(line[chosen.step]) else number(float(line[chosen.step])) for line in lines]
    return "—" if set(values) == {"—"} else " / ".join(values)


def told_run(runner: settings.Runner, chosen: settings.Settings) -> engine.Run:
    around, seed = runner.stages
    return engine.run(
        runner.optimizer, chosen.surface,
        start=chosen.start, steps=chosen.steps, hypers=runner.hypers, around=around, seed=seed,
    )  # fmt: skip


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


def trail(page: Page) -> str:
    """The picture of the paths, to be compared with another one."""
    return str(page.locator(".ov-picture canvas").first.evaluate("(canvas) => canvas.toDataURL()"))


VIEW = "({ _fullLayout: { xaxis, yaxis } }) => [...xaxis.range, ...yaxis.range].map(Number)"


def view(page: Page) -> list[float]:
    """What part of the surface is shown: x from, x to, y from, y to."""
    return cast(list[float], page.locator(".ov-picture .ov-plot").evaluate(VIEW))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: whoever breaks a formula hears of it at once, and Playwright's event loop, which runs in the
    main thread until the session ends, meets no other test."""
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.is_relative_to(here))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("server") / "output.txt") as server:
        yield server
    assert "Traceback" not in server.output()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as browser:
            yield browser
    except FileNotFoundError as error:
        pytest.fail(str(error), pytrace=False)


LAPTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}, "locale": "en-US"}


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Tab]]:
    """Opens a window of a visitor's own: ``new_page(locale="zh-CN", viewport={"width": 390, "height": 844})``.

    Options are those of Playwright's ``new_context``. The test fails when the console of one of them showed an error.
    """
    tabs: list[Tab] = []

    def make(**options: Any) -> Tab:
        tabs.append(watch(browser.new_context(**LAPTOP | options).new_page()))
        return tabs[-1]

    yield make
    for tab in tabs:
        tab.context.close()
    assert_no_errors(request, *tabs)


@pytest.fixture(scope="session")
def laptop(browser: Browser) -> Tab:
    return watch(browser.new_context(**LAPTOP).new_page())


@pytest.fixture
def page(laptop: Tab, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """A laptop's window, English. It stays open between tests, which saves most of the time of opening a page.

    To the server each link opened in it is a new visitor. The test fails when the console showed an error.
    """
    laptop.errors.clear()
    laptop.requests.clear()
    yield laptop
    laptop.mouse.up()
    laptop.evaluate("() => { try { localStorage.clear(); } catch {} }")  # about:blank has none
    laptop.goto("about:blank")
    laptop.unroute_all()
    laptop.set_viewport_size(LAPTOP["viewport"])
    laptop.emulate_media(color_scheme="light", reduced_motion="no-preference")
    laptop.context.clear_permissions()
    assert_no_errors(request, laptop)


def assert_no_errors(request: pytest.FixtureRequest, *tabs: Tab) -> None:
    if request.node.get_closest_marker("allow_console_errors") is None:
        errors = [error for tab in tabs for error in tab.errors]
        assert not errors, "errors in the browser:\n" + "\n".join(errors)


@pytest.fixture(scope="session")
def script(browser: Browser, server: Server) -> Callable[..., Any]:
    """Runs JavaScript beside the player's modules: ``script('(await load("format.js")).number(arg)', 0.1)``.

    Its clock stands still but for ``clock(milliseconds)``, which runs all that is due till then.
    """
    page = browser.new_page()
    page.clock.install(time=0)
    page.goto(f"{server.url}/_stcore/health")
    page.clock.pause_at(1000)
    page.expose_function("clock", page.clock.run_for)

    def run(body: str, arg: object = None) -> Any:
        load = f"const load = (name) => import('/{assets.url('player/')}' + name);"
        body = body if "return" in body else f"return {body}"
        return page.evaluate(f"async (arg) => {{ {load} {body} }}", arg)

    return run
