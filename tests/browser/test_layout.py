"""Between a phone and a laptop: tablets, old projectors and enlarged pages have everything in its place, too."""

import pytest
from playwright.sync_api import expect

from optim_viz.lessons import LESSONS
from tests.browser.boxes import boxes, faults, resize
from tests.browser.support import at, open_lessons, open_race, painting, wait_for

PHONE = (390, 844)
FIRST = {"width": 1024, "height": 768}
MIDDLE = [(1024, 768), (1093, 614), (900, 700), (820, 1180), (768, 1024)]
SIZES = {"en": [*MIDDLE, PHONE, (1366, 768)], "zh": [(900, 700), (768, 1024)]}
FIGURES = [f".ov-figure:nth-child({k}) > :last-child" for k in (1, 2)]
BEGINS = (".ls-title", ".ls-text p")
CHART = (".ov-chart",)


def poor(page, sizes, pictures, besides=(), begins=(), wide=(), least=220):
    """What is wrong at which size; empty is well.

    ``pictures`` are on the first screen and at least so many pixels high, ``begins`` begin there, ``besides`` are there,
    and ``wide`` on all but a phone.
    """
    found = {}
    for size in sizes:
        resize(page, size)
        wrong, seen = faults(page), boxes(page, [*pictures, *besides, *begins, *(() if size == PHONE else wide)])
        wrong += [f"{part} is not there" for part, (_x, _y, *extent) in seen.items() if min(extent) < 15]
        for part in [] if size == PHONE else pictures:
            _x, y, _width, height = seen[part]
            inside = min(y + height, size[1]) - max(y, 0)
            if inside < max(least, 0.95 * height):
                wrong.append(f"{part}: {inside:.0f} px of {height:.0f} are on the first screen")
        for part in [] if size == PHONE else begins:
            if not 0 < seen[part][1] < size[1] - 60:
                wrong.append(f"{part} begins at {seen[part][1]:.0f} px")
        if wrong:
            found[size] = wrong
    return found


def onto_the_projector(page):
    page.keyboard.press("p")
    expect(page.locator("html")).to_have_attribute("data-big", "light")


@pytest.mark.parametrize("language", SIZES)
def test_the_race(page, server, language):
    page.set_viewport_size(FIRST)
    open_race(page, server, f"p=zigzag&lang={language}")
    besides = (".ov-chart", ".ov-table", ".ov-words", ".ov-card input[type=range]", ".ov-add")
    assert poor(page, SIZES[language], [".ov-stage"], besides) == {}
    onto_the_projector(page)
    assert poor(page, SIZES[language], [".ov-stage"], besides) == {}


@pytest.mark.parametrize("language", SIZES)
def test_the_regression_lab(page, server, language):
    page.set_viewport_size(FIRST)
    page.goto(f"{server.url}/regression?lang={language}")
    wait_for(page, "revision >= 1")
    besides = (".ov-chart", ".ov-table", ".ov-words", ".ov-card input[type=range]")
    assert poor(page, SIZES[language], FIGURES, besides) == {}
    onto_the_projector(page)
    assert poor(page, SIZES[language], FIGURES, besides) == {}


@pytest.mark.parametrize("language", SIZES)
def test_a_lesson(page, server, language):
    page.set_viewport_size(FIRST)
    open_lessons(page, server, f"lesson=downhill&lang={language}")
    read = (".ov-table", ".ov-words")
    task = (*read, ".ov-card input[type=range]")
    assert poor(page, SIZES[language], [".ov-stage"], read, BEGINS, CHART) == {}
    go(page, "predict1")
    assert poor(page, SIZES[language], [".ov-stage"], (".ls-choices",), BEGINS) == {}
    go(page, "task1")
    assert poor(page, SIZES[language], [".ov-stage"], task, BEGINS, CHART) == {}
    onto_the_projector(page)
    assert poor(page, SIZES[language], [".ov-stage"], task, BEGINS, CHART) == {}


def go(page, step):
    number = [step.key for step in LESSONS["downhill"].steps].index(step)
    with painting(page):
        page.locator(".ls-dots button").nth(number).click()
    at(page, step)


def test_a_lesson_with_the_lab(page, server):
    page.set_viewport_size(FIRST)
    open_lessons(page, server, "lesson=batches")
    assert poor(page, SIZES["en"], FIGURES, [".ov-table"], BEGINS, CHART, least=170) == {}
    assert cut_off(page, SIZES["en"]) == {}
    onto_the_projector(page)
    assert poor(page, SIZES["en"], FIGURES, [".ov-table"], BEGINS, CHART, least=170) == {}


@pytest.mark.parametrize("step", ["why1", "why3", "task1"])
def test_a_table_beside_a_lesson_is_whole(page, server, step):
    page.set_viewport_size(FIRST)
    open_lessons(page, server, f"lesson=batches&step={step}&lang=zh")
    assert cut_off(page, [*MIDDLE, (1366, 768), (1280, 720)]) == {}


def cut_off(page, sizes):
    """Where the box that holds the table shows less than all of it; its words may be scrolled to."""
    found = {}
    for size in sizes:
        resize(page, size)
        shown, table = page.evaluate("""() => {
          const table = document.querySelector(".ov-below .ov-table");
          return [table.closest(".ov-below"), table].map((e) => {
            const { left, top, right, bottom } = e.getBoundingClientRect();
            return [left, top, right, bottom];
          });
        }""")
        if any(out > 1 for out in (shown[0] - table[0], shown[1] - table[1], table[2] - shown[2], table[3] - shown[3])):
            found[size] = (shown, table)
    return found
