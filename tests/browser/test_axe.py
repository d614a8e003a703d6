"""axe finds nothing against WCAG 2.2 AA on the race page, whatever is open on it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from optim_viz.ui.i18n import messages
from tests.browser.support import FOUR, RULES, open_race, painting


def faults(page, within=None):
    """What is wrong on the page, or inside of what is open on it."""
    found = Axe().run(page, context=within, options=RULES).response["violations"]
    return [(v["id"], node["target"], node.get("failureSummary")) for v in found for node in v["nodes"]]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_against_wcag_on_the_race_page(page, server, theme, language):
    _ = messages(language)
    page.emulate_media(color_scheme=theme)
    open_race(page, server, f"{FOUR}&p=zigzag&hide=nothing&lang={language}")  # with a note
    page.locator(".ov-small[aria-expanded=false]").first.click()
    page.locator(".ov-card .ov-around summary").first.click()
    with painting(page):
        page.locator(".ov-card .ov-stage-switch input").first.check()
    assert faults(page) == []

    for menu in (".ov-presets .ov-chosen", ".ov-scene .ov-chosen", ".ov-add"):
        page.locator(menu).click()
        expect(page.get_by_role("listbox")).to_be_visible()
        assert faults(page, ".ov-menu") == [], menu
        page.keyboard.press("Escape")

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page, "dialog") == []
    page.keyboard.press("Escape")

    page.get_by_role("button", name=_("Share …"), exact=True).click()
    expect(page.get_by_role("img", name=_("QR code of the link"))).to_be_visible()
    assert faults(page, "dialog") == []
    page.keyboard.press("Escape")

    page.keyboard.press("p")
    expect(page.locator("html")).to_have_attribute("data-big", theme)
    assert faults(page) == []
