"""The page before streamlit: it does all before that comes, is not disturbed when it comes, and does all when it never does."""

import json
import re

import pytest
from playwright.sync_api import expect

from optim_viz.ui.i18n import messages
from optim_viz.ui.index import SAID
from tests.browser.support import (
    FOUR,
    agreed,
    button,
    centre,
    handle,
    open_race,
    painting,
    place,
    player,
    slider,
    step,
    wait_for,
)

HERE = "#root [data-testid=stMainMenu]"

#: how much of what is seen has moved by itself, as browsers measure it
SHIFTS = """window.shifted = 0;
const add = (entry) => (window.shifted += entry.hadRecentInput ? 0 : entry.value);
new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type: "layout-shift", buffered: true });"""
PAGES = ["race?", "regression?", "lessons?", "lessons?lesson=ravine", "catalogue?", "catalogue?o=adam"]


#: what waits till the browser is idle, streamlit among it, waits till it is let go
HOLD = "window.held = []; window.requestIdleCallback = (act) => held.push(act);"
#: the page believes that it has another version; the first time in a tab, or each time
OLD = """(always) => new MutationObserver((_changes, watch) => {
  const start = document.getElementById("start");
  if (!start) return;
  watch.disconnect();
  const { textContent: text } = start, isFirst = !sessionStorage.getItem("was old");
  if (always || isFirst) start.textContent = text.replace(/"version": "\\w+"/, '"version": "of old"');
  sessionStorage.setItem("was old", "yes");
}).observe(document, { childList: true, subtree: true })"""


@pytest.fixture
def held(new_page):
    """A page at which streamlit waits till ``come`` is called."""

    def make(**options):
        page = new_page(**options)
        page.add_init_script(HOLD)

        def come():
            page.wait_for_function("() => held.length")
            page.evaluate("held.splice(0).forEach((act) => act())")
            page.locator(HERE).wait_for()

        return page, come

    return make


def test_playback_focus_and_a_drag_go_on_when_streamlit_comes(held, server):
    page, come = held()
    open_race(page, server, FOUR.replace("n=300", "n=5000") + "&t=0&lang=en")
    assert page.locator("#root > *").count() == 0
    page.evaluate("window.first = document.querySelector('[data-testid=player]')")
    button(page, "Play").click()
    slider(page, "Adam: learning rate").focus()
    wait_for(page, "step > 5")
    ring = handle(page)
    page.mouse.move(*centre(ring))
    page.mouse.down()
    page.mouse.move(*place(page, -1, 0.5), steps=3)
    focused = page.evaluate("document.activeElement.ariaLabel")
    come()
    before = step(page)
    page.mouse.move(*place(page, 0.5, 0.5), steps=5)
    page.mouse.up()
    assert page.evaluate("document.activeElement.ariaLabel") == focused
    assert page.evaluate("document.querySelector('[data-testid=player]') === window.first")
    expect(button(page, "Pause")).to_be_visible()
    wait_for(page, "step > arg", before)
    button(page, "Pause").click()
    assert agreed(page).start == pytest.approx((0.5, 0.5), abs=0.02)


@pytest.mark.parametrize(
    "path", ["race?", "regression?", "lessons?", "lessons?lesson=ravine", "catalogue?", "catalogue?o=adam"]
)
def test_nothing_that_is_seen_moves(new_page, server, path):
    page = new_page()
    page.add_init_script(SHIFTS)
    page.goto(f"{server.url}/{path}")
    page.locator(HERE).wait_for()
    expect(page.locator("#page > *").first).to_be_visible()
    if "race" in path or "regression" in path or "lesson=" in path:
        wait_for(page, "revision >= 1")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert page.evaluate("shifted") <= 0.05


def test_a_language_chosen_before_streamlit_is_there_holds(held, server):
    page, come = held()
    open_race(page, server, FOUR + "&lang=en")
    with painting(page):
        page.get_by_role("radio", name="中文").check()
    expect(page.get_by_role("heading", level=1)).to_have_text("优化器是怎么走的")
    come()
    page.locator(HERE).click()
    page.get_by_role("menuitem", name="About").click()
    expect(page.get_by_role("dialog")).to_contain_text("与 PyTorch 一致")
    page.keyboard.press("Escape")
    expect(page).to_have_title("赛跑 · 优化器是怎么走的")
    expect(page.get_by_role("radio", name="中文")).to_be_checked()
    assert "lang=zh" in page.url


def test_a_theme_that_was_chosen_holds_on_all_pages_from_the_first_paint(held, server):
    page, come = held()
    page.goto(f"{server.url}/catalogue?lang=en")
    come()
    page.locator(HERE).click()
    page.get_by_role("menuitemradio", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("Escape")
    for path in ("race", "catalogue"):
        page.goto(f"{server.url}/{path}?lang=en", wait_until="commit")
        expect(page.locator("body")).to_have_css("background-color", "rgb(18, 21, 27)")
        assert page.locator("#root > *").count() == 0
        come()
        expect(page.locator("body")).to_have_css("background-color", "rgb(18, 21, 27)")


def test_a_theme_of_the_system_holds_when_streamlit_comes(held, server):
    page, come = held(color_scheme="light")
    open_race(page, server, FOUR)
    page.emulate_media(color_scheme="dark")
    expect(player(page)).to_have_css("color", "rgb(230, 233, 238)")
    come()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(18, 21, 27)")


@pytest.mark.allow_console_errors
@pytest.mark.parametrize("fault", ["never", "drops"])
def test_without_streamlits_socket_all_works_and_nothing_lies_over_it(new_page, server, fault):
    page = new_page()
    page.route_web_socket(re.compile("_stcore/stream"), lambda socket: socket.close() if fault == "drops" else None)
    open_race(page, server, FOUR + "&lang=en")
    page.wait_for_function("() => document.querySelector('#root > *')")
    with painting(page):
        page.mouse.click(*place(page, 0.5, 0.5))
    button(page, "Play").click()
    wait_for(page, "step > 3")
    with painting(page):
        page.get_by_role("radio", name="中文").check()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert agreed(page).start == pytest.approx((0.5, 0.5), abs=0.02)
    page.get_by_role("link", name="优化器一览").click()
    expect(page.get_by_role("heading", level=2).first).to_be_visible()


@pytest.mark.parametrize("once", [True, False], ids=["an old page", "a page that stays old"])
def test_a_page_of_another_version_says_so_and_loads_itself_again_once(new_page, server, once):
    page, loads = new_page(), []
    page.on("load", lambda: loads.append(page.url))
    page.add_init_script(f"({OLD})({json.dumps(not once)})")
    open_race(page, server, FOUR + "&lang=zh")
    note, said = page.locator(".page-note"), messages("zh")
    expect(note).to_have_text(said(SAID["renewing"]))
    with painting(page):
        slider(page, "Adam：学习率").press("ArrowRight")
    page.wait_for_function("() => performance.getEntriesByType('navigation')[0].type === 'reload'")
    wait_for(page, "revision >= 1")
    page.locator(HERE).wait_for()
    if once:
        expect(note).to_have_count(0)
    else:
        expect(note).to_have_text(said(SAID["stale"]))
    assert len(loads) == 2
    assert agreed(page).runners[3].hypers["lr"] > 0.1  # what was set is kept


@pytest.mark.allow_console_errors
def test_a_page_whose_scripts_are_gone_asks_for_the_version_and_says_so(new_page, server):
    page = new_page()
    page.add_init_script(f"({OLD})(true)")
    page.route(re.compile("/assets/streamlit/js/"), lambda route: route.fulfill(status=404))
    open_race(page, server, FOUR + "&lang=en")
    expect(page.locator(".page-note")).to_have_text(SAID["renewing"])


def test_links_to_other_pages_lead_to_what_was_set_there(page, server):
    open_race(page, server, FOUR + "&lang=en")
    with painting(page):
        slider(page, "Adam: learning rate").press("ArrowRight")
    chosen = agreed(page)
    page.get_by_role("link", name="Catalogue").click()
    page.get_by_role("radio", name="中文").check()
    expect(page.get_by_role("heading", name=messages("zh")("How to choose"))).to_be_visible()
    page.get_by_role("link", name="赛跑", exact=True).click()
    wait_for(page, "revision >= 1")
    assert agreed(page).runners[3].hypers["lr"] == chosen.runners[3].hypers["lr"]
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
