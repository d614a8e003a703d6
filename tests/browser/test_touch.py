"""On a phone: fingers drag the start, pinch the picture and scroll the page; everything is large enough for a thumb."""

import math
import re
import time

import pytest
from playwright.sync_api import expect

from optim_viz.ui.pages import PAGES
from tests.browser.support import FOUR, agreed, centre, handle, open_race, painting, place, slider, view

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def phone(new_page, server):
    page = new_page(**PHONE)
    open_race(page, server, FOUR)
    return page


class Hand:
    """Real fingers, as the browser gets them from the screen."""

    def __init__(self, page):
        self.client = page.context.new_cdp_session(page)

    def put(self, kind, *points):
        fingers = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(points)]
        self.client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    def drag(self, *moves):
        """Each of ``moves`` is where all fingers are at a time."""
        self.put("touchStart", *moves[0])
        for points in moves[1:]:
            self.put("touchMove", *points)
        self.put("touchEnd")


def settles(read, expected):
    """Wait until ``read()`` gives this: a gesture is drawn and sent piece by piece."""
    deadline = time.monotonic() + 15
    while read() != expected and time.monotonic() < deadline:
        time.sleep(0.03)
    assert read() == expected


def scrolled(page):
    return page.evaluate("scrollY")


def between(a, b, steps=6):
    return [tuple(u + (v - u) * k / steps for u, v in zip(a, b, strict=True)) for k in range(steps + 1)]


def test_a_finger_drags_the_start_and_its_target_is_larger_than_the_ring(phone):
    hand = Hand(phone)
    x, y = centre(handle(phone))
    at_its_edge = (x + 20, y)  # outside of the ring, within 22 px
    hand.drag(*[[point] for point in between(at_its_edge, place(phone, 0.5, -0.5))])
    settles(lambda: agreed(phone).start, pytest.approx((0.5, -0.5), abs=0.05))
    assert scrolled(phone) == 0


def test_two_fingers_zoom_and_move_what_is_between_them_and_the_page_stays(phone):
    hand = Hand(phone)
    before = view(phone)
    x, y = place(phone, 0.5, 0.25)
    apart = [[(x - 30 - 8 * k, y), (x + 30 + 8 * k, y)] for k in range(8)]
    hand.drag(*apart)
    ratio = pytest.approx(60 / (2 * (30 + 8 * 7)), rel=0.02)
    settles(lambda: (view(phone)[1] - view(phone)[0]) / (before[1] - before[0]), ratio)
    assert place(phone, 0.5, 0.25) == pytest.approx((x, y), abs=1.5)
    shifted = [[(x - 40, y + 10 * k), (x + 40, y + 10 * k)] for k in range(6)]
    hand.drag(*shifted)
    settles(lambda: place(phone, 0.5, 0.25), pytest.approx((x, y + 50), abs=1.5))
    assert scrolled(phone) == 0
    assert agreed(phone).start == (-1.8, 0.8)  # no finger has placed it
    assert agreed(phone).zoom == pytest.approx(view(phone), abs=1e-4)


def test_one_finger_on_the_picture_scrolls_the_page(phone):
    before = view(phone)
    x, y = place(phone, 0.5, 0.5)
    Hand(phone).drag(*[[point] for point in between((x, y), (x, y - 150), 10)])
    phone.wait_for_function("() => scrollY > 50")
    assert view(phone) == before
    assert agreed(phone).start == (-1.8, 0.8)


def test_what_is_pinched_keeps_its_place(script):
    """Against the two equations that it is meant to solve."""
    body = """const { pinched } = await load("pinch.js");
    const view = [-2, 2, -1, 3], size = [300, 200];
    const map = { data: (px, py) => [view[0] + px / size[0] * 4, view[3] - py / size[1] * 4] };
    const begin = { x: 60, y: 50, apart: 40, map, view };
    return [pinched(begin, { x: 60, y: 50, apart: 40 }), pinched(begin, { x: 90, y: 20, apart: 100 })];"""
    same, (x0, x1, y0, y1) = script(body)
    assert same == pytest.approx([-2, 2, -1, 3])
    assert (x1 - x0, y1 - y0) == pytest.approx((4 * 40 / 100, 4 * 40 / 100))
    held = (-2 + 60 / 300 * 4, 3 - 50 / 200 * 4)
    assert (x0 + 90 / 300 * (x1 - x0), y1 - 20 / 200 * (y1 - y0)) == pytest.approx(held)


def test_on_a_phone_picture_time_cards_chart_and_words_follow_each_other(phone):
    parts = [
        ".ov-presets",
        ".ov-watch",
        ".ov-stage",
        ".ov-bar",
        ".ov-runners",
        ".ov-chart",
        ".ov-table",
        ".ov-words",
        ".ov-scene",
    ]
    tops = [phone.locator(part).first.bounding_box() for part in parts]
    assert [box["y"] for box in tops] == sorted(box["y"] for box in tops)
    for upper, lower in zip(tops, tops[1:], strict=False):
        assert lower["y"] >= upper["y"] + upper["height"] - 1
    for box in tops:
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    for part in (".ov-stage", ".ov-runners", ".ov-words", ".ov-actions"):
        phone.locator(part).scroll_into_view_if_needed()
        bar = phone.locator(".ov-bar").bounding_box()
        assert bar["y"] >= 59 and bar["y"] + bar["height"] <= 844, part  # below the header


def test_what_a_thumb_presses_is_large_enough(phone):
    sizes = """(player) => [...player.querySelectorAll("button, input[type=range], summary")]
      .filter((e) => e.checkVisibility()).map((e) => {
        const before = getComputedStyle(e, "::before"), { width, height } = e.getBoundingClientRect();
        const grown = before.content !== "none" && before.position === "absolute" ? -2 * parseFloat(before.top) : 0;
        return [e.ariaLabel || e.textContent, ...[width, height].map((size) => Math.max(size, grown && size - 6 + grown))];
      })"""
    for name, width, height in phone.locator(".ov").evaluate(sizes):
        assert min(width, height) > (43.9 if name.startswith("Start point") else 35.9), name


def test_a_slider_is_dragged_by_a_thumb(phone):
    rail = slider(phone, "Adam: learning rate")
    rail.scroll_into_view_if_needed()
    x, y = centre(rail)
    before = agreed(phone).runners[3].hypers["lr"]
    with painting(phone):
        Hand(phone).drag(*[[point] for point in between((x, y), (x - 60, y))])
    after = agreed(phone).runners[3].hypers["lr"]
    assert after < before and math.isfinite(after)


def menu(page):
    """The button of the phone's menu, and the pages in it."""
    return page.get_by_role("button", name="Pages"), page.locator("#pages")


def test_the_menu_opens_and_closes_by_its_button_and_leads_to_the_page_that_is_chosen(phone):
    opener, pages = menu(phone)
    expect(pages).to_be_hidden()
    opener.tap()
    expect(pages.get_by_role("link")).to_have_count(len(PAGES))
    expect(pages).to_be_visible()
    target = phone.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('button')?.textContent", centre(opener))
    assert target == "Pages"  # nothing lies on it
    phone.touchscreen.tap(*centre(opener))
    expect(pages).to_be_hidden()
    agreed(phone)
    opener.tap()
    phone.get_by_role("link", name="Regression").tap()
    expect(phone).to_have_url(re.compile("/regression"))
    expect(menu(phone)[1]).to_be_hidden()


def test_a_tap_beside_the_menu_closes_it_and_does_nothing_else(phone):
    remove = phone.get_by_role("button", name="Remove GD")
    beneath = [remove, phone.get_by_role("button", name="Zoom in"), phone.get_by_role("button", name="Both", exact=True)]
    places = [*map(centre, beneath), (345, 250)]  # the last one is on the map
    opener, pages = menu(phone)
    before = agreed(phone), view(phone)
    for place_beside in places:
        assert place_beside[0] > 300
        opener.tap()
        expect(pages).to_be_visible()
        phone.touchscreen.tap(*place_beside)
        expect(pages).to_be_hidden()
        assert (agreed(phone), view(phone)) == before
        expect(phone.get_by_role("menuitemradio")).to_have_count(0)
    remove.tap()  # the same place, now that it is free
    expect(phone.locator(".ov-card")).to_have_count(3)
