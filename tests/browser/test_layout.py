"""Between a phone and a laptop: tablets, old projectors and enlarged pages have everything in its place, too."""

import pytest
from playwright.sync_api import expect

from optim_viz.lessons import LESSONS
from tests.browser.boxes import box, faults, resize
from tests.browser.conftest import open_race, painting, wait_for
from tests.browser.test_lessons import at, open_lessons

PHONE = (390, 844)
MIDDLE = [(1024, 768), (1093, 614), (900, 700), (820, 1180), (768, 1024)]
SIZES = {"en": [*MIDDLE, PHONE, (1366, 768)], "zh": [(900, 700), (768, 1024)]}
FIGURES = [f".ov-figure:nth-child({k}) > :last-child" for k in (1, 2)]
BEGINS = (".ls-title", ".ls-text p")


def poor(page, sizes, pictures, besides=(), begins=(), least=220):
    """What is wrong at which size; empty is well.

    ``pictures`` are on the first screen and at least so many pixels high, ``begins`` begin there, ``besides`` are there.
    """
    found = {}
    for width, height in sizes:
        resize(page, (width, height))
        wrong = faults(page)
        for part in pictures:
            seen = box(page, part)
            inside = min(seen["y"] + seen["height"], height) - max(seen["y"], 0)
            if (width, height) != PHONE and not inside >= max(least, 0.95 * seen["height"]):
                wrong.append(f"{part}: {inside:.0f} px of {seen['height']:.0f} on the first screen")
        for part in begins:
            seen = box(page, part)
            if (width, height) != PHONE and not 0 < seen["y"] < height - 60:
                wrong.append(f"{part} begins at {seen['y']:.0f} of {height}")
        for part in (*pictures, *besides, *begins):
            if not min(box(page, part)["width"], box(page, part)["height"]) >= 15:
                wrong.append(f"{part} is not there")
        if wrong:
            found[width, height] = wrong
    return found


def onto_the_projector(page):
    page.keyboard.press("p")
    expect(page.locator("html")).to_have_attribute("data-big", "light")


@pytest.mark.parametrize("language", SIZES)
def test_the_race(page, server, language):
    resize(page, SIZES[language][0])
    open_race(page, server, f"p=zigzag&lang={language}")
    besides = (".ov-chart", ".ov-table", ".ov-words", ".ov-card input[type=range]", ".ov-add")
    assert poor(page, SIZES[language], [".ov-stage"], besides) == {}
    onto_the_projector(page)
    assert poor(page, SIZES[language], [".ov-stage"], besides) == {}


@pytest.mark.parametrize("language", SIZES)
def test_the_regression_lab(page, server, language):
    resize(page, SIZES[language][0])
    page.goto(f"{server.url}/regression?lang={language}")
    wait_for(page, "revision >= 1")
    besides = (".ov-chart", ".ov-table", ".ov-words", ".ov-card input[type=range]")
    assert poor(page, SIZES[language], FIGURES, besides) == {}
    onto_the_projector(page)
    assert poor(page, SIZES[language], FIGURES, besides) == {}


@pytest.mark.parametrize("language", SIZES)
def test_a_lesson(page, server, language):
    resize(page, SIZES[language][0])
    open_lessons(page, server, f"lesson=downhill&lang={language}")
    read = (".ov-table", ".ov-words")
    task = (*read, ".ov-card input[type=range]")
    assert poor(page, SIZES[language], [".ov-stage"], read, BEGINS) == {}
    go(page, "predict1")
    assert poor(page, SIZES[language], [".ov-stage"], (".ls-choices",), BEGINS) == {}
    go(page, "task1")
    assert poor(page, SIZES[language], [".ov-stage"], task, BEGINS) == {}
    onto_the_projector(page)
    assert poor(page, SIZES[language], [".ov-stage"], task, BEGINS) == {}


def go(page, step):
    number = [step.key for step in LESSONS["downhill"].steps].index(step)
    with painting(page):
        page.locator(".ls-dots button").nth(number).click()
    at(page, step)


def test_a_lesson_with_the_lab(page, server):
    resize(page, MIDDLE[0])
    open_lessons(page, server, "lesson=batches")
    assert poor(page, SIZES["en"], FIGURES, [".ov-table"], BEGINS, least=170) == {}
    onto_the_projector(page)
    assert poor(page, SIZES["en"], FIGURES, [".ov-table"], BEGINS, least=170) == {}
