"""How the race is looked at: zoom and pan, the loss axis, light and dark, large and small screens."""

import pytest
from playwright.sync_api import expect

from optim_viz.ui.race import settings
from surfaces import SURFACES
from tests.browser.support import (
    FOUR,
    add,
    agreed,
    button,
    centre,
    choose_example,
    choose_surface,
    ground,
    handle,
    number,
    open_race,
    painting,
    place,
    player,
    scrub,
    slider,
    step,
    trail,
    view,
    wait_for,
    zoomed,
)


def zoom_button(page, name):
    agreed(page)
    link = page.url
    button(page, name).click()
    page.wait_for_url(lambda url: url != link)


# -- zoom and pan


def test_zoom_and_pan_survive_every_change(page, server):
    open_race(page, server, FOUR)
    shown = zoomed(page)
    assert shown[1] - shown[0] < 3.9
    with painting(page):
        slider(page, "Adam: learning rate").press("ArrowRight")
    assert view(page) == shown
    assert agreed(page).start == (-1.8, 0.8)  # panning has not placed it
    scrub(page, 100)
    button(page, "Step forward").click()
    button(page, "Play").click()
    wait_for(page, "step > 110")
    button(page, "Pause").click()
    assert view(page) == shown
    with painting(page):
        number(page, "Start x").fill("-1")
        page.keyboard.press("Enter")
    assert view(page) == shown
    with painting(page):
        slider(page, "condition number").press("ArrowRight")
    assert view(page) == pytest.approx(shown, abs=1e-5)
    with painting(page):
        add(page, "gd")
    with painting(page):
        page.get_by_text("中文").click()
    assert view(page) == pytest.approx(shown, abs=1e-5)
    assert agreed(page).zoom == pytest.approx(shown, abs=1e-4)


def test_zoom_from_a_link_survives_a_change_of_the_surface(page, server):
    open_race(page, server, FOUR + "&zoom=-1,0,-0.5,0.5")
    shown = view(page)
    assert shown[2:] == pytest.approx([-0.5, 0.5])
    for _ in range(3):
        with painting(page):
            slider(page, "condition number").press("ArrowRight")
    assert view(page) == pytest.approx(shown)
    assert agreed(page).zoom == (-1, 0, -0.5, 0.5)


@pytest.mark.parametrize("choose", ["surface", "preset"])
def test_another_surface_or_preset_is_shown_whole(page, server, choose):
    open_race(page, server, FOUR)
    zoomed(page)
    with painting(page):
        if choose == "surface":
            choose_surface(page, "rosenbrock")
        else:
            choose_example(page, "valley")
    assert agreed(page).zoom == ()
    x0, x1, y0, y1 = view(page)
    assert (x0, x1) == pytest.approx((-2, 2)) or (y0, y1) == pytest.approx((-1, 3))
    with painting(page):
        slider(page, "steepness b").press("ArrowRight")
    assert view(page) == pytest.approx([x0, x1, y0, y1])


def test_a_double_click_shows_the_whole_and_does_not_place_the_start(page, server):
    open_race(page, server, FOUR)
    whole = view(page)
    zoomed(page)
    page.mouse.dblclick(*place(page, 0.5, 0.3))
    page.wait_for_url(lambda url: "zoom=" not in url)
    assert view(page) == pytest.approx(whole)
    page.mouse.dblclick(*place(page, -0.5, 0.3))
    with painting(page):
        slider(page, "Adam: learning rate").press("ArrowRight")
    assert agreed(page).start == (-1.8, 0.8)


def test_the_buttons_zoom_and_show_the_whole(page, server):
    open_race(page, server, FOUR)
    whole = view(page)
    zoom_button(page, "Zoom in")
    closer = view(page)
    assert closer[1] - closer[0] == pytest.approx(0.7 * (whole[1] - whole[0]))
    with painting(page):
        slider(page, "condition number").press("ArrowRight")
    assert view(page) == pytest.approx(closer, abs=1e-5)
    zoom_button(page, "Whole surface")
    assert agreed(page).zoom == ()
    assert view(page) == pytest.approx(whole)
    zoom_button(page, "Zoom out")
    assert view(page)[1] - view(page)[0] > whole[1] - whole[0]
    agreed(page)


def test_whoever_zooms_far_in_finds_the_place_again(page, server):
    open_race(page, server, FOUR + "&zoom=-1.80000001,-1.79999999,0.79999999,0.80000001")
    zoom_button(page, "Zoom in")
    shown = view(page)
    page.reload()
    wait_for(page, "revision >= 1")
    agreed(page)
    assert [v - w for v, w in zip(view(page), shown, strict=True)] == pytest.approx([0] * 4, abs=1e-12)
    assert handle(page).is_visible()


def test_paths_and_handle_follow_zoom_and_pan(page, server):
    open_race(page, server, FOUR)
    before = trail(page)
    zoomed(page)
    assert trail(page) != before
    with painting(page):
        page.mouse.click(*place(page, 0.5, 0.25))
    chosen = agreed(page)
    assert chosen.start == pytest.approx((0.5, 0.25), abs=0.01)
    assert centre(handle(page)) == pytest.approx(place(page, *chosen.start), abs=1.5)
    with painting(page):
        number(page, "Start x").fill("-50")
        page.keyboard.press("Enter")
    expect(handle(page)).to_be_hidden()  # it is outside of the view


def test_a_window_that_changes_its_size_keeps_the_view_and_the_picture_in_place(page, server):
    open_race(page, server, FOUR)
    agreed(page)
    whole, picture = view(page), trail(page)
    for width, height in [(1000, 700), (1600, 900), (1366, 768)]:
        before = page.locator("[data-layer=trail]").first.get_attribute("width")
        page.set_viewport_size({"width": width, "height": height})
        wait_for(page, f"{CANVAS}.width !== Number(arg) && {CANVAS}.width === {CANVAS}.clientWidth", before)
        assert centre(handle(page)) == pytest.approx(place(page, -1.8, 0.8), abs=1.5)
    assert agreed(page).zoom == ()
    assert view(page) == pytest.approx(whole)
    assert trail(page) == picture


CANVAS = "player.querySelector('[data-layer=trail]')"


def test_the_first_picture_waits_for_the_shape_of_the_page(page, server):
    late = []
    page.route("**/assets/**/*.css", lambda route: late.append(route))
    page.goto(f"{server.url}/race?{FOUR}", wait_until="commit")
    while len(late) < 2:
        page.wait_for_timeout(20)
    assert player(page).count() == 0
    for route in late:
        route.continue_()
    wait_for(page, "revision >= 1")
    shown = view(page)
    agreed(page)
    assert view(page) == shown


# -- the loss axis


def axis_of(page):
    return page.locator(".ov-chart").get_attribute("data-axis")


def test_the_loss_axis_is_logarithmic_where_needed_and_can_be_switched(page, server):
    open_race(page, server, FOUR)
    choice = page.get_by_label("Value axis")
    expect(choice).to_have_value("auto")
    assert axis_of(page) == "log"
    for wish, kind in [("linear", "linear"), ("log", "log"), ("auto", "log")]:
        choice.select_option(wish)
        page.wait_for_url(lambda url, wish=wish: ("axis=" + wish in url) == (wish != "auto"))
        assert axis_of(page) == kind
        assert agreed(page).axis == wish
        with painting(page):
            slider(page, "Adam: learning rate").press("ArrowRight")
        assert axis_of(page) == kind


@pytest.mark.parametrize(
    ("query", "kind"), [("s=saddle&n=20&o=gd,lr:0.001", "linear"), ("s=x_squared&n=50&o=gd,lr:0.3", "log")]
)
def test_the_loss_axis_chooses_by_the_data(page, server, query, kind):
    open_race(page, server, query)
    assert axis_of(page) == kind
    scrub(page, 3)
    assert axis_of(page) == kind  # by the whole run, not by what has been played


def test_a_logarithmic_axis_is_possible_on_every_surface(page, server):
    open_race(page, server, "s=ravine&n=2000&axis=log&o=gd&o=momentum&o=rmsprop&o=adam")
    for key in SURFACES:
        if key != "ravine":
            with painting(page):
                choose_surface(page, key)
        # beyond its domain McCormick's function lies below its minimum, where there are no logarithms
        assert axis_of(page) == ("linear" if key == "mccormick" else "log"), key
    assert agreed(page).axis == "log"


def test_the_choice_of_axis_is_restored_from_the_link(page, server):
    open_race(page, server, FOUR + "&axis=linear")
    expect(page.get_by_label("Value axis")).to_have_value("linear")
    assert axis_of(page) == "linear"


# -- light and dark

BRIGHTNESS = """() => {
  const canvas = document.querySelector(".ov-ground");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, v, k) => (k % 4 === 3 ? sum : sum + v), 0) / (0.75 * data.length);
}"""


def brightness(page):
    ground(page)
    return page.evaluate(BRIGHTNESS)


def test_the_player_follows_light_and_dark(page, server):
    shades = {}
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        open_race(page, server, FOUR)
        shades[scheme] = (brightness(page), trail(page))
        assert (
            page.locator(".ov").evaluate("(e) => getComputedStyle(e).color")
            == {"light": "rgb(17, 17, 17)", "dark": "rgb(230, 233, 238)"}[scheme]
        )
    assert shades["dark"][0] < 90 < 150 < shades["light"][0]
    assert shades["dark"][1] != shades["light"][1]


def test_switching_the_theme_keeps_everything(page, server):
    open_race(page, server, FOUR + "&axis=linear")
    shown = zoomed(page)
    scrub(page, 77)
    with painting(page):
        slider(page, "Adam: learning rate").press("ArrowRight")
    before, light = settings.write(agreed(page)), brightness(page)
    page.get_by_test_id("stMainMenu").click()
    for theme, darker in [("Dark", True), ("Light", False)]:
        page.get_by_role("menuitemradio", name=theme).click()
        page.wait_for_function(
            f"(dark) => (({BRIGHTNESS})() < 100) === dark",
            arg=darker,
        )
        assert (brightness(page) < light - 50) == darker
        assert settings.write(agreed(page)) == before
        assert view(page) == pytest.approx(shown, abs=1e-5)
        assert step(page) == 77
    page.keyboard.press("Escape")
    with painting(page):
        slider(page, "Adam: learning rate").press("ArrowLeft")
    agreed(page)


# -- large and small screens


@pytest.mark.parametrize(("language", "key"), [("en", "zigzag"), ("zh", "zigzag"), ("en", "radam"), ("zh", "first")])
def test_on_a_laptop_all_that_matters_is_on_the_first_screen(page, server, language, key):
    open_race(page, server, f"p={key}&lang={language}")
    for part in (".ov-presets", ".ov-watch", ".ov-bar", ".ov-stage", ".ov-chart", ".ov-table", ".ov-words", ".ov-add"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1366, part
        assert box["y"] >= 0 and box["y"] + box["height"] <= 768, part
    for card in page.locator(".ov-card").all():
        box = card.bounding_box()
        assert box["y"] + box["height"] <= 768
    assert page.locator("html").evaluate("(e) => e.scrollHeight - e.clientHeight") <= 0
    assert page.locator(".ov-results, .ov-setup").evaluate_all(
        "(all) => all.every((e) => e.scrollHeight <= e.clientHeight + 1)"
    )


@pytest.mark.parametrize("size", [(1920, 1080), (1024, 768), (800, 600), (390, 844), (320, 568)])
def test_nothing_scrolls_sideways(page, server, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_race(page, server, FOUR)
    wide = "(all) => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className)"
    assert page.locator("html, #page, .ov, .ov-columns, .ov-setup, .ov-results").evaluate_all(wide) == []
    for part in (".ov-stage", ".ov-bar", ".ov-table", ".ov-chart", ".ov-words"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0], part


def test_on_a_phone_the_picture_is_on_the_first_screen_and_plays(new_page, server):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    open_race(page, server, FOUR.replace("n=300", "n=240"))
    for part in (".ov-stage", ".ov-bar"):
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 844, part
    assert page.locator(".ov-stage").bounding_box()["height"] > 250
    button(page, "Play").tap()
    wait_for(page, "step > 0 && step < 240")
    wait_for(page, "step === 240")
    with painting(page):
        page.touchscreen.tap(*place(page, 0.5, 0.5))
    assert agreed(page).start == pytest.approx((0.5, 0.5), abs=0.02)
    button(page, "Play").tap()
    page.locator(".ov-words").scroll_into_view_if_needed()
    pause = centre(button(page, "Pause"))  # the transport stays in sight, and nothing covers it
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('button')?.ariaLabel", pause) == "Pause"


def test_with_reduced_motion_it_still_plays_to_the_end(page, server):
    page.emulate_media(reduced_motion="reduce")
    open_race(page, server, FOUR.replace("n=300", "n=60") + "&t=0")
    page.evaluate(
        """() => {
          window.steps = [];
          const player = document.querySelector("[data-testid=player]");
          const note = () => window.steps.push(player.dataset.step);
          new MutationObserver(note).observe(player, { attributeFilter: ["data-step"] });
        }"""
    )
    button(page, "Play").click()
    wait_for(page, "step === 60")
    assert len(page.evaluate("window.steps")) <= 6  # pictures, where others see sixty
