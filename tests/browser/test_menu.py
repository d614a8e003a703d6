"""The menu: what it finds, its keys, what it tells a screen reader; by itself, and once in the app with real keys."""

import pytest
from playwright.sync_api import expect

from tests.browser.support import FOUR, agreed, button, open_race, painting, step

MENU = """
const { Menu } = await load("menu.js");
const item = (key, name, note, words) => ({ key, name, note, words });
const chosen = [];
const menu = new Menu({
  label: "Add", placeholder: "Type", onChoose: (key) => chosen.push(key),
  groups: [
    { title: "Plain", items: [item("gd", "GD", "1847", "Cauchy"), item("avg", "ASGD", "1992", "as in Adam")] },
    { title: "Adaptive", items: [item("rmsprop", "RMSprop", "2012", "Hinton"), item("nadam", "NAdam", "2016"),
      item("adamw", "AdamW", "2017", "Loshchilov"), item("adam", "Adam", "2015", "Kingma & Ba, Māori")] },
  ],
});
document.body.replaceChildren(menu.element);
const all = (selector) => [...menu.element.querySelectorAll(selector)];
const [button] = all("button");
const field = () => all("input")[0];
const names = () => all("[role=option] span:first-child").map((e) => e.textContent);
const active = () => document.getElementById(field().getAttribute("aria-activedescendant"))?.dataset.key;
const type = (text) => { field().value = text; field().dispatchEvent(new Event("input")); };
const press = (key, options, at = field()) =>
  at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options }));
"""


@pytest.fixture
def menu(script):
    return lambda body, arg=None: script(MENU + body, arg)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["GD", "ASGD", "RMSprop", "NAdam", "AdamW", "Adam"]),
        ("rms prop", ["RMSprop"]),
        ("R-M-S", ["RMSprop"]),
        ("201", ["RMSprop", "NAdam", "AdamW", "Adam"]),
        ("kingma 2015", ["Adam"]),
        ("maori", ["Adam"]),
        ("avg", ["ASGD"]),
        ("gd", ["GD", "ASGD"]),
        ("adam", ["Adam", "AdamW", "NAdam", "ASGD"]),  # the name itself, its beginning, within it, elsewhere
        ("sgd", ["ASGD"]),
    ],
)
def test_it_is_found_by_name_key_year_or_words_and_names_come_first(menu, typed, found):
    rows, first = menu("button.click(); type(arg); return [names(), active()];", typed)
    assert rows == found
    assert first == {"GD": "gd", "ASGD": "avg", "RMSprop": "rmsprop", "Adam": "adam"}[found[0]]


def test_groups_keep_their_titles_and_empty_ones_vanish(menu):
    titles = "all('[role=group]').map((e) => [e.getAttribute('aria-label'), e.children.length])"
    assert menu(f"button.click(); const before = {titles}; type('kingma'); return [before, {titles}];") == [
        [["Plain", 3], ["Adaptive", 5]],
        [["Adaptive", 2]],
    ]


def test_keys_move_and_wrap_around(menu):
    keys = ["ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown", "End", "Home", "PageDown", "PageUp"]
    body = "button.click(); return [active(), ...arg.map((key) => { press(key); return active(); })];"
    moves = menu(body, keys)
    assert moves[:7] == ["gd", "avg", "gd", "adam", "gd", "adam", "gd"]
    assert moves[7] != "gd"
    assert moves[8] == "gd"


def test_what_is_chosen_closes_it_and_returns_the_focus(menu):
    state = "[chosen, all('[popover]').length, document.activeElement === button]"
    assert menu(f"button.click(); type('adamw'); press('Enter'); return {state};") == [["adamw"], 0, True]
    assert menu(f"button.click(); all('[data-key=nadam]')[0].click(); return {state};") == [["nadam"], 0, True]
    assert menu(f"button.click(); press('Escape'); return {state};") == [[], 0, True]
    assert menu(f"button.click(); press('Tab'); return {state};") == [[], 0, True]
    assert menu(f"press('ArrowDown', {{}}, button); button.click(); return {state};") == [[], 0, True]
    outside = "document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))"
    assert menu(f"button.click(); {outside}; return {state};") == [[], 0, True]
    assert menu("button.click(); press('Enter', { repeat: true }); press('Enter', { isComposing: true }); return chosen;") == []


def test_it_is_a_combobox_with_a_list(menu):
    closed = "[button.getAttribute('aria-label'), button.getAttribute('aria-haspopup'), button.getAttribute('aria-expanded')]"
    assert menu(f"return {closed};") == ["Add", "listbox", "false"]
    assert menu(f"button.click(); return {closed};") == ["Add", "listbox", "true"]
    body = """button.click(); press("ArrowDown");
    const [input, list] = [all("[role=combobox]")[0], all("[role=listbox]")[0]];
    const says = ["aria-label", "aria-expanded", "aria-autocomplete", "placeholder"].map((name) => input.getAttribute(name));
    const selected = all("[role=option]").map((row) => row.getAttribute("aria-selected"));
    return [says, input.getAttribute("aria-controls") === list.id, document.activeElement === input, selected, active()];"""
    assert menu(body) == [["Add", "true", "list", "Type"], True, True, ["false", "true", *["false"] * 4], "avg"]


def test_when_nothing_matches_it_says_so(menu):
    state = "[all('[role=status]')[0].textContent, field().getAttribute('aria-expanded'), active() ?? null, names()]"
    body = f"button.click(); type('sophia '); press('ArrowDown'); press('Enter'); return [...{state}, chosen];"
    assert menu(body) == ["Nothing found for “sophia”.", "false", None, [], []]
    assert menu(f"button.click(); type('sophia'); type('nada'); return {state};") == ["", "true", "nadam", ["NAdam"]]


def test_a_disabled_one_does_not_open_and_says_why(menu):
    state = "[all('[popover]').length, button.getAttribute('aria-disabled'), button.title]"
    refused = f"menu.disable('At most 8'); button.click(); press('ArrowDown', {{}}, button); return {state};"
    assert menu("button.click();" + refused) == [0, "true", "At most 8"]
    assert menu(f"menu.disable('At most 8'); menu.disable(''); button.click(); return {state};") == [1, None, ""]


def test_in_the_app_it_is_used_with_the_keyboard_alone(page, server):
    open_race(page, server, FOUR + "&t=50")
    opener = button(page, "Add an optimizer")
    opener.press("Space")
    field = page.get_by_role("combobox", name="Add an optimizer")
    expect(field).to_be_focused()
    page.keyboard.type("rms prop")
    for key in ("ArrowLeft", "ArrowRight", "End", "Home"):
        page.keyboard.press(key)
    expect(field).to_have_value("rms prop")
    assert step(page) == 50
    with painting(page):
        page.keyboard.press("Enter")
    expect(opener).to_be_focused()
    assert [r.name for r in agreed(page).runners][-1] == "RMSprop 2"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")  # on from the button
    expect(field).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('.ov-setup')") is None


@pytest.mark.parametrize("size", [(1366, 768), (1024, 420), (390, 844), (320, 568)])
def test_the_list_stays_on_the_screen(page, server, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_race(page, server, FOUR)
    opener = button(page, "Add an optimizer")
    for top in (True, False):
        opener.evaluate("(e, top) => e.scrollIntoView(top)", top)
        opener.click()
        panel = page.locator(".ov-panel")
        box = panel.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]
        assert box["y"] >= 0 and box["y"] + box["height"] <= size[1]
        page.keyboard.press("End")
        expect(panel.get_by_role("option", selected=True)).to_be_in_viewport(ratio=1)
        page.keyboard.press("Escape")
        expect(panel).to_have_count(0)
