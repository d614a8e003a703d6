"""What the page says when something cannot be used or computed: once, in the reader's language, and it goes on."""

import pytest
from playwright.sync_api import expect

from optim_viz.ui import assets
from optim_viz.ui.race.presets import PRESETS
from tests.browser.support import (
    FOUR,
    agreed,
    button,
    choose_example,
    choose_surface,
    number,
    open_lab,
    open_race,
    painting,
    results,
    revision,
    slider,
    step,
    wait_for,
)

ALERTS = "[role=alert]:visible"
NOT_COMPUTED = {
    "en": "This browser could not compute this. What is shown is what was set before.",
    "zh": "浏览器没能算出这项设置的结果。现在显示的仍是之前的设置。",
}


def refuse(page, route, status):
    """From now on the server answers this route with an error; returns how to undo it and how often it was asked."""
    asked = []

    def answer(call):
        asked.append(call.request.url)
        call.fulfill(status=status, body="could not be answered")

    page.route(f"**/answers/{route}", answer)
    return (lambda: page.unroute(f"**/answers/{route}")), asked


def counted(page, selector, n):
    expect(page.locator(selector)).to_have_count(n)


#: from now on no run comes to an end, or all do again
FAILS = """async (fails) => {{
  const {{ Engine }} = await import(new URL("{}", document.baseURI));
  window.runs ??= Engine.prototype.run;
  Engine.prototype.run = fails ? () => {{ throw new RangeError("no memory"); }} : window.runs;
}}""".format(assets.url("engine/engine.js"))


@pytest.fixture
def page(new_page, server):
    """Its scripts as they are, not joined, so that a test can take hold of the engine."""
    page = new_page()
    apart = f'import "{server.url}/{assets.url("page/page.js")}";'
    page.route("**/assets/made/*/race.js", lambda call: call.fulfill(content_type="text/javascript", body=apart))
    return page


@pytest.mark.allow_console_errors
@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_setting_that_cannot_be_computed_is_told_once_and_the_page_goes_on(page, server, code):
    open_race(page, server, f"{FOUR}&lang={code}")
    before, table, rail = agreed(page), results(page), {"en": "GD: learning rate", "zh": "GD：学习率"}[code]
    page.evaluate("""() => {
      window.said = [];
      new MutationObserver((all) => all.forEach(({ addedNodes, target }) => {
        const at = target.nodeType === 1 ? target.closest("[role=alert]") : target.parentElement?.closest("[role=alert]");
        if (at && addedNodes.length) window.said.push(at.textContent);
      })).observe(document.querySelector("[data-testid=player]"), { subtree: true, childList: true, characterData: true });
    }""")
    page.evaluate(FAILS, True)
    for _ in range(3):
        with painting(page):
            slider(page, rail).press("ArrowRight")
            slider(page, rail).blur()
        expect(page.locator(ALERTS)).to_have_text(NOT_COMPUTED[code])
        assert agreed(page).runners[0].hypers == before.runners[0].hypers  # controls, address and picture are those of before
    assert results(page) == table
    assert page.evaluate("window.said") == [NOT_COMPUTED[code]]
    page.evaluate(FAILS, False)
    with painting(page):
        slider(page, rail).press("ArrowRight")
    expect(page.locator(ALERTS)).to_have_count(0)
    assert agreed(page).runners[0].hypers["lr"] > before.runners[0].hypers["lr"]


@pytest.mark.allow_console_errors
@pytest.mark.parametrize("what", ["surface", "example", "chart"])
def test_what_cannot_be_computed_is_taken_back(page, server, what):
    """The controls are those of what is shown, and not locked."""
    open_race(page, server, f"{FOUR}&p=zigzag")
    before = agreed(page)
    page.evaluate(FAILS, True)
    if what == "surface":
        choose_surface(page, "saddle")
    elif what == "example":
        choose_example(page, list(PRESETS)[-1])
    else:
        page.get_by_role("combobox", name="Chart").select_option("gradient")
    expect(page.locator(ALERTS)).to_have_text(NOT_COMPUTED["en"])
    page.evaluate(FAILS, False)
    after = agreed(page)
    assert (after.surface.key, after.preset, after.chart) == (before.surface.key, before.preset, before.chart)
    with painting(page):
        slider(page, "GD: learning rate").press("ArrowRight")
    assert agreed(page).runners[0].hypers["lr"] > before.runners[0].hypers["lr"]


@pytest.mark.allow_console_errors
def test_too_much_at_once_is_told_as_that(page, server):
    open_lab(page, server)
    undo, _asked = refuse(page, "regression", 413)
    slider(page, "epochs").press("ArrowRight")
    expect(page.locator(ALERTS)).to_contain_text("This is more than the server takes at once.")
    undo()
    with painting(page):
        slider(page, "epochs").press("ArrowRight")
    expect(page.locator(ALERTS)).to_have_count(0)
    expect(page.get_by_label("Exact epochs")).to_have_value("5")


@pytest.mark.allow_console_errors
def test_a_server_that_is_busy_is_told_as_that_and_asked_again(page, server):
    open_lab(page, server)
    undo, asked = refuse(page, "regression", 503)
    slider(page, "epochs").press("ArrowRight")
    busy = page.get_by_text("The server has too much to do just now.")
    expect(busy.first).to_be_visible()
    with painting(page):
        undo()
    assert asked
    expect(busy).to_have_count(0)
    expect(page.get_by_label("Exact epochs")).to_have_value("5")


@pytest.mark.allow_console_errors
@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_link_that_cannot_be_computed_opens_the_first_example(page, server, code):
    page.route(
        "**/answers/regression",
        lambda call: call.fulfill(status=500, body="") if "sine" in (call.request.post_data or "") else call.continue_(),
    )
    open_lab(page, server, f"d=sine&lang={code}")
    said = {"en": "What this link asks for could not be computed.", "zh": "没能算出这个链接要求的结果。"}
    expect(page.locator(ALERTS)).to_contain_text(said[code])
    page.wait_for_function("() => location.search.includes('d=') && !location.search.includes('sine')")
    with painting(page):
        page.locator(".ov-card input[type=range]").first.press("ArrowLeft")
    expect(page.locator(ALERTS)).to_have_count(0)


BAD = "s=everest&x=left&n=0&axis=cubic&chart=pie&zoom=1&yaxis=log&o=gd&o=adam,lr:fast,beta1:2&o=foo"


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
@pytest.mark.parametrize("code", ["en", "zh"])
def test_many_notes_leave_the_picture_in_view(page, server, size, code):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_race(page, server, f"{BAD}&lang={code}")
    notes = page.locator(".ov-notes")
    expect(notes).to_have_role("alert")
    expect(notes.locator("li")).to_have_count(10)
    expect(notes.locator("li:visible")).to_have_count(2)
    expect(page.locator(".ov-stage")).to_be_in_viewport(ratio=0.5)
    notes.locator("summary").click()
    expect(notes.locator("li:visible")).to_have_count(10)
    expect(notes).to_contain_text({"en": "Learning rate of Adam must be", "zh": "Adam 的学习率应为"}[code])


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize(
    ("query", "said", "shows"),
    [
        ("lesson=nosuch", {"en": "There is no lesson called “nosuch”.", "zh": "没有名为“nosuch”的课程。"}, "overview"),
        ("lesson=downhill&step=99", {"en": "no step called “99”", "zh": "没有名为“99”的步骤"}, "lesson"),
    ],
)
def test_a_lesson_that_there_is_not_is_told(page, server, query, said, shows, code):
    page.goto(f"{server.url}/lessons?{query}&lang={code}")
    root = page.get_by_test_id("lessons")
    expect(root).to_have_attribute("data-shows", shows)
    expect(root.locator(ALERTS)).to_contain_text(said[code])
    if shows == "lesson":
        expect(page.locator(".ls-lesson")).to_have_attribute("data-step", "question")
        page.locator(".ls-foot").get_by_role("button").last.click()
    else:
        page.locator(".ls-card a").first.click()
    expect(root).to_have_attribute("data-shows", "lesson")
    expect(root.locator(ALERTS)).to_have_count(0)


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("path", ["nosuch", "race/of/old"])
def test_a_page_that_there_is_not_is_told_and_the_first_one_shown(page, server, path, code):
    page.goto(f"{server.url}/{path}?lang={code}")
    wait_for(page, "revision >= 1")
    notes = page.locator(ALERTS)
    expect(notes).to_have_count(1)
    expect(notes).to_contain_text({"en": f"There is no page “{path}”.", "zh": f"没有“{path}”这个页面。"}[code])
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert agreed(page).preset == "zigzag"
    page.wait_for_function("location.search.includes('s=ravine') && !location.search.includes('page=')")
    with painting(page):
        slider(page, {"en": "GD: learning rate", "zh": "GD：学习率"}[code]).press("ArrowRight")
    expect(notes).to_have_count(0)


@pytest.mark.parametrize(("text", "value"), [("-1,5", -1.5), ("0,25", 0.25), ("１．５", 1.5), ("-1e-1", -0.1)])
def test_a_comma_in_a_number_field_is_a_decimal_comma(page, server, text, value):
    open_race(page, server, FOUR)
    with painting(page):
        number(page, "Start x").fill(text)
        number(page, "Start x").press("Enter")
    number(page, "Start x").blur()
    expect(number(page, "Start x")).to_have_value(f"{value:g}")
    assert agreed(page).start[0] == value


@pytest.mark.parametrize("text", ["1,000.5", "1,2,3", "abc"])
def test_a_number_that_cannot_be_read_is_told_and_nothing_is_set(page, server, text):
    open_race(page, server, FOUR)
    count, before = revision(page), agreed(page)
    number(page, "Start x").fill(text)
    number(page, "Start x").press("Enter")
    expect(page.locator(ALERTS)).to_have_text("Start x must be a number from -1000000 to 1000000.")
    assert revision(page) == count
    number(page, "Start x").press("Escape")
    expect(number(page, "Start x")).to_have_value(f"{before.start[0]:g}")
    expect(page.locator(ALERTS)).to_have_count(0)


def test_arrow_keys_move_a_number_field(page, server):
    open_race(page, server, FOUR)
    with painting(page):
        number(page, "How many steps").press("ArrowUp")
    assert agreed(page).steps == 301
    with painting(page):
        number(page, "Start x").press("ArrowDown")
    assert agreed(page).start[0] == -2.8


@pytest.mark.parametrize(
    "query",
    [
        "d=sine&m=network&e=40&seeds=1&o=gd,batch:1,lr:3",
        "d=noisy_line&e=20&seeds=3&x=1e6,-1e6&o=gd,batch:1,lr:1e300&o=adam,lr:1e308",
        "d=two_moons&m=network&m.hidden=31&e=20&seeds=2&o=momentum,batch:1,lr:100",
    ],
)
def test_fits_that_go_far_are_drawn(page, server, query):
    open_lab(page, server, query)
    counted(page, ".ov-card", query.count("o="))
    expect(page.locator(".ov-words")).to_contain_text("Last losses" if "moons" in query else "diverge")
    was = step(page)
    button(page, "Step back").click()
    wait_for(page, "step < arg", was)
