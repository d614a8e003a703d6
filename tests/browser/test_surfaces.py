"""Choosing a surface by its picture."""

import pytest
from playwright.sync_api import expect

from surfaces import SURFACES
from tests.browser.support import agreed, choose_surface, open_race, painting

OPEN = "Surface: Ravine"


def options(page):
    return page.locator(".ov-pictures [role=option]")


def test_every_surface_is_offered_with_a_picture_of_its_own(page, server):
    open_race(page, server)
    page.get_by_role("button", name=OPEN).click()
    assert [o.get_attribute("data-key") for o in options(page).all()] == list(SURFACES)
    pictures = page.locator(".ov-pictures canvas").evaluate_all("(all) => all.map((canvas) => canvas.toDataURL())")
    assert len(set(pictures)) == len(SURFACES)
    for surface in SURFACES.values():
        expect(page.get_by_role("option", name=surface.name, exact=True)).to_have_count(1)
    expect(page.get_by_role("option", name="Ravine", exact=True)).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("key", SURFACES)
def test_each_surface_can_be_chosen_and_runs(page, server, key):
    open_race(page, server, f"s={'bowl' if key != 'bowl' else 'ravine'}&n=40&o=gd&o=adam")
    with painting(page):
        choose_surface(page, key)
    assert agreed(page).surface.key == key
    expect(page.get_by_role("button", name=f"Surface: {SURFACES[key].name}", exact=True)).to_be_visible()


def test_the_arrow_keys_go_by_rows_and_enter_chooses(page, server):
    open_race(page, server, "s=ackley&n=40&o=gd")
    page.get_by_role("button", name="Surface: Ackley").focus()
    page.keyboard.press("Enter")
    tops = options(page).evaluate_all("(all) => all.map((e) => e.offsetTop)")
    columns = tops.count(tops[0])
    assert columns > 1
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    with painting(page):
        page.keyboard.press("Enter")
    assert agreed(page).surface.key == list(SURFACES)[columns + 1]
    expect(page.locator(".ov-scene .ov-chosen")).to_be_focused()


def test_typing_finds_a_surface(page, server):
    open_race(page, server)
    page.get_by_role("button", name=OPEN).click()
    page.keyboard.type("wells")
    assert [o.get_attribute("data-key") for o in options(page).all()] == ["two_wells"]
    with painting(page):
        page.keyboard.press("Enter")
    assert agreed(page).surface.key == "two_wells"


def test_pictures_follow_the_theme(new_page, server):
    shades = []
    for scheme in ("light", "dark"):
        page = new_page(color_scheme=scheme)
        open_race(page, server)
        shades.append(page.locator(".ov-scene .ov-chosen canvas").evaluate("(canvas) => canvas.toDataURL()"))
    assert shades[0] != shades[1]


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_the_gallery_stays_inside_of_the_window(new_page, server, size):
    page = new_page(viewport={"width": size[0], "height": size[1]})
    open_race(page, server)
    page.locator(".ov-scene .ov-chosen").scroll_into_view_if_needed()
    page.locator(".ov-scene .ov-chosen").click()
    box = page.locator(".ov-pictures").bounding_box()
    assert box and box["x"] >= 0 and box["y"] >= 0
    assert box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
