"""The catalogue in a real browser: it opens, its links lead where they say, and axe finds no fault with it."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.support import RULES, agreed, wait_for

#: the menu of pages, the page's name, the choice of language and streamlit's menu do not cover each other
SIDE_BY_SIDE = """() => {
  const ends = ["#head button", "#head h1", "#head fieldset", "[data-testid=stMainMenu]"]
    .map((selector) => document.querySelector(selector)?.getBoundingClientRect());
  return ends.every(Boolean) && ends.every((end, k) => k === 0 || ends[k - 1].right <= end.left);
}"""
OVERVIEW, ADAM = "", "o=adam@keras"


def open_catalogue(page, server, query=""):
    page.goto(f"{server.url}/catalogue?{query}")
    expect(page.locator(".cat h2").first).to_be_visible()
    if "o=" in query:
        expect(page.locator(".cat-formulas math")).to_be_visible()
        expect(page.locator(".cat-neighbours")).to_be_visible()


def test_it_opens_from_the_race_by_its_name_and_leads_back(page, server):
    page.goto(f"{server.url}/race?lang=en")
    page.get_by_role("link", name="Catalogue").click()
    page.wait_for_url("**/catalogue*")
    expect(page.get_by_role("heading", name="Optimizers", exact=True)).to_be_visible()
    page.get_by_role("link", name="Race", exact=True).click()
    page.wait_for_function("() => document.querySelector('[data-testid=player][data-revision]')")


def test_an_optimizer_opens_by_its_name_and_back_returns(page, server):
    open_catalogue(page, server, "lang=en")
    page.get_by_role("link", name="RAdam", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("^RAdam"))).to_be_visible()
    expect(page.locator(".cat-formulas math")).to_be_visible()
    assert parse_qs(urlparse(page.url).query) == {"o": ["radam"], "lang": ["en"]}
    page.go_back()
    expect(page.get_by_role("heading", name="Surfaces")).to_be_visible()


@pytest.mark.parametrize(("query", "language"), [("o=adam@keras&lang=en", "en"), ("o=adam@keras&lang=zh", "zh")])
def test_race_it_runs_that_convention_beside_gd_in_the_same_language(page, server, query, language):
    open_catalogue(page, server, query)
    page.locator(".cat figure a").click()
    wait_for(page, "revision >= 1")
    expect(page.locator("html")).to_have_attribute("lang", {"en": "en", "zh": "zh-CN"}[language])
    names = page.locator(".ov-card header b").all_inner_texts()
    assert [name.split()[0] for name in names] == ["GD", "AdamKeras"]  # its convention stands beside its name
    assert "adam@keras" in page.url


def test_a_claim_shows_the_race_that_it_speaks_of(page, server):
    open_catalogue(page, server, "lang=en")
    told = page.locator(".cat-question .cat-holds").first
    words = told.locator(".cat-small").inner_text().split(" At the end:")[0]
    told.get_by_role("link").click()
    wait_for(page, "revision >= 1")
    assert page.locator(".ov-words").inner_text() == words
    page.wait_for_function("() => location.search.includes('v=1')")
    assert len(agreed(page).runners) == 3


def test_a_claim_on_data_shows_the_fits_that_it_speaks_of(page, server):
    open_catalogue(page, server, "lang=en")
    link = page.get_by_role("link", name="See it in the regression lab: AdaGrad serves rare features.")
    words = link.locator("xpath=../preceding-sibling::p[1]").inner_text()
    link.click()
    page.wait_for_url("**/regression?*")
    wait_for(page, "revision >= 1")
    assert page.locator(".ov-words").inner_text() == words


def test_a_surface_is_raced_on_from_its_picture(page, server):
    open_catalogue(page, server, "lang=en")
    page.get_by_role("link", name="Race on it: Himmelblau").click()
    wait_for(page, "revision >= 1")
    assert "s=himmelblau" in page.url


def test_the_language_can_be_changed_and_the_optimizer_stays(page, server):
    open_catalogue(page, server, "o=sam&lang=en")
    page.get_by_role("radio", name="中文").click()
    expect(page.get_by_text("长处")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^SAM"))).to_be_visible()
    assert "lang=zh" in (page.locator(".cat figure a").get_attribute("href") or "")


def test_links_on_the_page_go_to_its_sections_by_keyboard(page, server):
    open_catalogue(page, server, "lang=en")
    page.locator(".cat-contents a").nth(1).focus()
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name="How to choose")
    expect(heading).to_be_in_viewport()
    top = heading.bounding_box()
    header = page.locator("#head").bounding_box()
    assert top and header and top["y"] >= header["height"], "not below the header"


@pytest.mark.parametrize("query", [OVERVIEW, ADAM, "o=rmsprop@optax", "o=lbfgs"])
def test_nothing_is_wider_than_a_phone(new_page, server, query):
    page = new_page(viewport={"width": 390, "height": 844})
    open_catalogue(page, server, f"{query}&lang=en")
    main = page.locator("html")
    assert main.evaluate("(e) => e.scrollWidth - e.clientWidth") <= 0
    page.wait_for_function(SIDE_BY_SIDE)  # once streamlit is there


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("query", [OVERVIEW, ADAM])
def test_axe_finds_nothing_against_wcag(new_page, server, query, theme, language):
    page = new_page(color_scheme=theme)
    open_catalogue(page, server, f"{query}&lang={language}")
    found = Axe().run(page, options=RULES).response["violations"]
    assert not [(v["id"], node["target"], node.get("failureSummary")) for v in found for node in v["nodes"]]
