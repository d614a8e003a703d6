"""For class: a link that hides parts, the projector, and the link as a QR code."""

import base64
import re

import numpy as np
import pytest
import zxingcpp
from playwright.sync_api import expect

from optim_viz.ui import assets
from optim_viz.ui.parts import PARTS
from tests.browser.support import (
    FOUR,
    agreed,
    button,
    centre,
    choose_example,
    handle,
    open_race,
    painting,
    place,
    player,
    slider,
    step,
    wait_for,
)

HIDDEN = ("presets", "watch", "surface", "params", "start", "steps", "optimizers")

# -- hide=


def test_what_a_link_hides_is_neither_seen_nor_reached_by_the_keyboard(page, server):
    open_race(page, server, FOUR)
    reached = walked(page)
    parts = [part for part in PARTS if part != "data"]  # which the regression lab has
    assert {part for part in PARTS if page.locator(f"[data-part='{part}']").first.is_visible()} == set(parts)
    for some in (parts[::3], parts[1::3], parts[2::3]):
        hidden = ",".join(some)
        open_race(page, server, f"{FOUR}&hide={hidden}")
        for part in some:
            assert page.locator(f"[data-part='{part}']").count() > 0
            assert page.locator(f"[data-part='{part}']:visible").count() == 0, part
        assert walked(page) < reached
        assert f"hide={hidden}" in page.url


def walked(page):
    """The names of all that the Tab key reaches in the player; as the browser would go, without pressing it."""
    return set(
        player(page).evaluate(
            """(player) => [...player.querySelectorAll("button, input, select, summary, [tabindex]")]
              .filter((e) => e.tabIndex >= 0 && e.checkVisibility()).map((e) => e.ariaLabel || e.textContent)"""
        )
    )


def test_a_column_of_which_nothing_is_shown_leaves_its_room_to_the_picture(page, server):
    widths = []
    for hide in ("table", ",".join(HIDDEN), ",".join((*HIDDEN, "charts", "table", "words"))):
        open_race(page, server, f"{FOUR}&hide={hide}")
        widths.append(page.locator(".ov-stage").bounding_box()["width"])
        assert page.locator("html").evaluate("(e) => e.scrollHeight - e.clientHeight") <= 0
    assert widths[1] > widths[0] + 250 and widths[2] > widths[1] + 250
    expect(page.get_by_role("heading", name="Optimizers", exact=True)).to_be_hidden()


def test_what_is_hidden_stays_so_and_a_hidden_start_stays_where_it_is(page, server):
    open_race(page, server, f"{FOUR}&hide=start,numbers,words")
    page.mouse.click(*place(page, 0.5, 0.5))
    button(page, "Step back").click()
    with painting(page):
        choose_example(page, "valley")
    with painting(page):
        page.get_by_text("中文").click()
    assert agreed(page).start != (0.5, 0.5)
    page.reload()
    wait_for(page, "revision >= 1")
    chosen = agreed(page)
    assert (chosen.preset, chosen.hide) == ("valley", ("start", "numbers", "words"))
    for part in chosen.hide:
        assert page.locator(f"[data-part='{part}']:visible").count() == 0
    expect(handle(page)).to_have_count(0)


def test_an_unknown_part_is_noted_and_the_others_are_hidden(page, server):
    open_race(page, server, f"{FOUR}&hide=tabel,words")
    expect(page.locator(".ov-notes")).to_contain_text("did you mean table?")
    expect(page.locator(".ov-words")).to_be_hidden()
    expect(page.locator(".ov-table")).to_be_visible()
    assert agreed(page).hide == ("words",)


# -- the projector


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_projector_type_is_large_and_picture_time_and_chart_are_on_one_screen(page, server, size, theme):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=theme)
    open_race(page, server, FOUR)
    usual = type_size(page)
    page.keyboard.press("p")
    expect(page.locator(".ov")).to_have_attribute("data-big", theme)
    assert type_size(page) == pytest.approx(1.5 * usual, rel=0.01)
    for part in (".ov-bar", ".ov-stage", ".ov-chart"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0], part
        assert box["y"] >= 0 and box["y"] + box["height"] <= size[1], part
    assert page.locator(".ov-stage").bounding_box()["width"] > 0.5 * size[0]
    colours = page.locator(".ov").evaluate(
        "(e) => [getComputedStyle(e).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours == {"light": ["rgb(0, 0, 0)", "rgb(255, 255, 255)"], "dark": ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]}[theme]
    expect(page.locator("#head")).to_be_hidden()
    settled(page)
    assert agreed(page).big
    page.keyboard.press("Escape")
    assert not agreed(page).big
    assert type_size(page) == usual
    expect(page.locator("#head")).to_be_visible()


def settled(page):
    """Wait until the picture has its new size, and its parts are where they belong."""
    for _ in range(200):
        if centre(handle(page)) == pytest.approx(place(page, -1.8, 0.8), abs=1.5):
            return
        page.wait_for_timeout(20)
    assert centre(handle(page)) == pytest.approx(place(page, -1.8, 0.8), abs=1.5)


def type_size(page):
    return page.locator(".ov-words").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")


def test_a_link_opens_on_the_projector_and_the_button_leaves_it(page, server):
    open_race(page, server, f"{FOUR}&t=7&big=1")
    projector = button(page, "Projector")
    expect(projector).to_have_attribute("aria-pressed", "true")
    with painting(page):
        slider(page, "Adam: learning rate").press("ArrowRight")
    assert agreed(page).big
    projector.click()
    expect(projector).to_have_attribute("aria-pressed", "false")
    assert not agreed(page).big
    assert step(page) == 7


def test_whoever_goes_to_another_page_leaves_the_projector_there(page, server):
    page.goto(f"{server.url}/catalogue")
    page.get_by_role("link", name="Race", exact=True).click()
    wait_for(page, "revision >= 1")
    page.keyboard.press("p")
    expect(page.locator("html")).to_have_attribute("data-big", "light")
    page.go_back()
    expect(page.locator(".cat h2").first).to_be_visible()
    expect(page.locator("#head")).to_be_visible()


# -- sharing

PIXELS = """async (png) => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return [image.height, image.width, Array.from({ length: data.length / 4 }, (_, i) => data[4 * i])];
}"""


def read_code(page, reader):
    """What a phone reads from the screen."""
    png = base64.b64encode(page.screenshot()).decode()
    height, width, grey = reader.evaluate(PIXELS, png)
    (found,) = zxingcpp.read_barcodes(np.array(grey, np.uint8).reshape(height, width))
    return found.text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_reads_the_link_from_the_screen(page, new_page, server, theme):
    page.emulate_media(color_scheme=theme)
    open_race(page, server, FOUR + "&t=5&lang=zh")
    reader = new_page()
    reader.goto("about:blank")
    button(page, "分享…").click()
    code = page.get_by_role("img", name="链接的二维码")
    expect(code).to_be_visible()
    box = code.bounding_box()
    assert box["height"] > 0.7 * 768  # from the back row
    assert read_code(page, reader) == page.get_by_label("链接", exact=True).input_value() == page.url


def test_the_dialog_makes_the_link_for_a_class_and_leaves_this_page_as_it_is(page, server):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_race(page, server, FOUR + "&hide=words")
    share = button(page, "Share …")
    share.click()
    dialog = page.get_by_role("dialog", name="Share this picture")
    link = dialog.get_by_label("Link", exact=True)
    expect(link).to_be_focused()
    path = dialog.locator("svg path")
    before = path.first.get_attribute("d"), dialog.locator(".ov-qr path").get_attribute("d")
    dialog.get_by_label("table", exact=True).check()
    dialog.get_by_label("examples", exact=True).check()
    dialog.get_by_label("summary in words").uncheck()
    dialog.get_by_label(re.compile("projector")).check()
    expect(link).to_have_value(re.compile("&hide=presets,table&big=1&lang=en$"))
    expect(dialog.locator(".ov-qr path")).not_to_have_attribute("d", before[1])
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == link.input_value()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(share).to_be_focused()
    assert agreed(page).hide == ("words",)
    expect(page.locator(".ov-table")).to_be_visible()
    page.goto(copied)
    wait_for(page, "revision >= 1")
    chosen = agreed(page)
    assert (chosen.hide, chosen.big) == (("presets", "table"), True)


def test_a_link_too_long_for_phones_has_no_code_and_says_so(page, server):
    long = "o=adam,lr:0.123456789012345,beta1:0.912345678901234,beta2:0.999123456789012"
    long += ",weight_decay:0.0123456789012345,clip_norm:1.23456789012345"
    open_race(page, server, "s=ravine&" + "&".join([long] * 8))
    button(page, "Share …").click()
    expect(page.get_by_text("too long for a QR code")).to_be_visible()
    expect(page.locator(".ov-qr svg")).to_have_count(0)


# -- keys


def test_every_key_of_the_help_sheet_does_what_it_says(page, server):
    open_race(page, server, FOUR + "&t=10")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard")
    keys = sheet.locator("tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.querySelectorAll('kbd')].map((k) => k.textContent))"
    )
    assert keys == [
        ["space"], ["←", "→"], ["Home", "End"], ["−", "+"], ["1", "…", "8"], ["←", "→", "↑", "↓"], ["v"], ["p"], ["f"], ["?"],
    ]  # fmt: skip
    page.keyboard.press("Home")  # nothing behind it moves
    assert step(page) == 10
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    for key, speed in [("+", "2"), ("+", "4"), ("+", "4"), ("-", "2"), ("=", "4")]:
        page.keyboard.press(key)
        expect(page.get_by_label("Speed")).to_have_value(speed)
    for key, name in [("3", "RMSprop"), ("1", "GD"), ("4", "Adam")]:
        page.keyboard.press(key)
        expect(slider(page, f"{name}: learning rate")).to_be_focused()
    page.keyboard.press("8")  # nobody is there
    expect(slider(page, "Adam: learning rate")).to_be_focused()
    for name in ("3-D", "Both", "Map"):
        page.keyboard.press("v")
        expect(button(page, name)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === document.documentElement")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")
    agreed(page)


def test_keys_of_the_page_are_letters_where_one_types(page, server):
    open_race(page, server, FOUR + "&t=10")
    for field in (page.get_by_label("Start x"), page.get_by_label("Exact learning rate of Adam"), page.get_by_label("Speed")):
        field.focus()
        for key in ("p", "?", "f", "2", "-", "+"):
            page.keyboard.press(key)
        expect(field).to_be_focused()
        page.keyboard.press("Escape")
    page.locator(".ov-presets .ov-chosen").click()
    page.keyboard.type("p?f2")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.locator(".ov-presets input").input_value() == "p?f2"
    page.keyboard.press("Escape")
    assert page.locator(".ov").get_attribute("data-big") is None
    assert page.evaluate("document.fullscreenElement") is None
    page.evaluate("document.activeElement.blur()")
    for key in ("Control+p", "Alt+f", "Meta+?"):
        page.evaluate("(key) => dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: true, bubbles: true }))", key[-1])
    assert page.locator(".ov").get_attribute("data-big") is None


def test_no_key_is_one_of_streamlits_own(page, server):
    """R runs the page anew and C clears its cache, wherever one is on it."""
    open_race(page, server, FOUR)
    keys = """async (script) => {
      const { Instrument } = await import(script);
      const transport = { shortcuts: () => [] };
      return Instrument.prototype.shortcuts.call({ transport, frame: { shown: { big: true } } }).flatMap(({ keys }) => keys);
    }"""
    assert set(page.evaluate(keys, f"{server.url}/{assets.url('player/instrument.js')}")) == {"p", "Escape", "f", "?"}


def test_the_focus_goes_from_left_to_right_and_from_top_to_bottom(page, server):
    open_race(page, server, FOUR)
    page.locator(".ov-presets button").first.focus()
    order = []
    while page.evaluate("document.activeElement.closest('.ov') !== null"):
        where = page.evaluate(
            """() => {
              const e = document.activeElement, { outlineStyle, outlineWidth } = getComputedStyle(e);
              const ring = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
              const area = e.closest(".ov-top, .ov-bar, .ov-scene, .ov-runners, .ov-stage, .ov-results");
              return [area.classList[0], ring, e.className];
            }"""
        )
        assert where[1], f"no ring around {where}"
        order.append(where[0])
        page.keyboard.press("Tab")
        assert len(order) < 80
    areas = list(dict.fromkeys(order))
    assert areas == ["ov-top", "ov-bar", "ov-scene", "ov-runners", "ov-stage", "ov-results"]
    assert order == sorted(order, key=areas.index)
