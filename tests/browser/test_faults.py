"""The faults seen in other tools (DESIGN, section 6), each with the test that this one does not have it."""

import numpy as np
import pytest
from playwright.sync_api import expect

from optim_viz.ui.race import scene as race
from optim_viz.ui.race import settings
from optim_viz.ui.race.presets import PRESETS
from tests.browser.support import (
    FOUR,
    LAYERS,
    add,
    agreed,
    button,
    choose_surface,
    open_race,
    painting,
    results,
    slider,
    trail,
    wait_for,
)

EACH = "s=ravine&s.condition=50&x=-1.8&y=0.8&n=25"

# what of an opaque picture has a colour, to the pixel
COLOURS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = {};
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] === 255) found[(data[i] << 16) | (data[i + 1] << 8) | data[i + 2]] = true;
  return Object.keys(found).map((colour) => "#" + Number(colour).toString(16).padStart(6, "0"));
}"""


def test_fault_a_legend_over_the_title(page, server):
    """Names stand at the ends of the paths (test_scripts tests their places); no box of them covers a heading or a curve."""
    open_race(page, server, FOUR + "&o=adam&o=gd&o=momentum&o=rmsprop")
    expect(page.locator(".ov .legend")).to_have_count(0)
    boxes = [page.locator(part).bounding_box() for part in (".ov-results header", ".ov-chart", ".ov-table", ".ov-words")]
    for upper, lower in zip(boxes, boxes[1:], strict=False):
        assert upper["y"] + upper["height"] <= lower["y"] + 1


@pytest.mark.parametrize("change", ["theme", "order", "surface"])
def test_fault_an_optimizer_that_changes_its_colour_between_charts(page, server, change):
    """One colour in path, head, curve, card and table; the record's, whoever else runs, wherever, in light and dark."""
    page.emulate_media(color_scheme="dark" if change == "theme" else "light")
    open_race(page, server, f"{EACH}&o=adam,lr:0.1&o=gd,lr:0.02&o=rmsprop,lr:0.01")
    if change == "order":
        with painting(page):
            button(page, "Remove Adam").click()
        with painting(page):
            add(page, "adam")
    if change == "surface":
        with painting(page):
            choose_surface(page, "rosenbrock")
    for k, runner in enumerate(agreed(page).runners):
        colour = runner.optimizer.look.colour.lower()
        drawn = [*page.locator(".ov-flat").locator(LAYERS).all(), page.locator(".ov-chart canvas").first]
        drawn += [page.locator(".ov-card canvas").nth(k), page.locator(".ov-table canvas").nth(k)]
        seen = [colour in canvas.evaluate(COLOURS) for canvas in drawn]
        assert all(seen), (runner.name, seen)
        assert page.locator(".ov-card").nth(k).evaluate("(e) => e.style.getPropertyValue('--colour')").lower() == colour


def settled(page):
    """The picture of the paths when it no longer changes."""
    before, now = "", trail(page)
    while before != now:
        page.wait_for_timeout(400)
        before, now = now, trail(page)
    return now


def test_fault_a_label_that_disagrees_with_its_slider_or_its_picture(page, server):
    """What stands beside a slider is what it is set to, at each position; on the way the table says what it says at rest."""
    open_race(page, server, FOUR)
    expect(page.get_by_test_id("player")).to_have_attribute("data-live", "true")
    rail, exact = slider(page, "Adam: learning rate"), page.get_by_label("Exact learning rate of Adam")
    rail.focus()
    for key in ("ArrowRight", "ArrowRight", "PageDown", "Home", "ArrowRight"):
        with painting(page):
            page.keyboard.press(key)
        assert rail.get_attribute("aria-valuetext") == exact.input_value()
    shown = [row.split("\t")[1:3] for row in results(page)]  # losses and arrivals
    rail.blur()
    lr = agreed(page).runners[3].hypers["lr"]
    assert float(exact.input_value()) == float(exact.get_attribute("data-value")) == lr
    assert [row.split("\t")[1:3] for row in results(page)] == shown
    again = settled(page)
    page.reload()
    wait_for(page, "revision >= 1")
    assert settled(page) == again


def test_fault_state_that_leaks_from_one_run_into_the_next(page, server):
    """A momentum of before, a step of before: a race that was played and changed shows what a fresh one shows."""
    other = f"{EACH}&o=momentum,lr:0.02,momentum:0.99&o=adam,lr:0.5&t=9"
    open_race(page, server, f"{EACH}&o=momentum,lr:0.01,momentum:0.9&o=adam,lr:0.1")
    fresh = trail(page), results(page)
    open_race(page, server, other)
    button(page, "Play").click()
    wait_for(page, "step === 25")
    button(page, "More about Momentum").click()
    for name, value in [
        ("learning rate of Momentum", "0.01"),
        ("momentum of Momentum", "0.9"),
        ("learning rate of Adam", "0.1"),
    ]:
        with painting(page):
            page.get_by_label(f"Exact {name}", exact=True).fill(value)
            page.keyboard.press("Enter")
    agreed(page)
    assert (trail(page), results(page)) == fresh


def test_fault_each_step_adds_another_animation_loop(page, server):
    """After any number of steps, plays and pauses nothing runs; while it plays one loop does (see test_scripts, too)."""
    open_race(page, server, FOUR.replace("n=300", "n=5000") + "&t=0")
    for _ in range(12):
        button(page, "Step forward").click()
    for _ in range(6):
        button(page, "Play").click()
        button(page, "Pause").click()
    asked = """async (play) => {
      const ask = window.requestAnimationFrame;
      if (play) document.querySelector(".ov-play").click();
      let asked = 0;
      window.requestAnimationFrame = (f) => { asked++; return ask(f); };
      for (let i = 0; i < 20; i++) await new Promise((done) => ask(done));
      window.requestAnimationFrame = ask;
      return asked;
    }"""
    agreed(page)
    assert page.evaluate(asked, False) == 0
    assert 15 <= page.evaluate(asked, True) <= 25


@pytest.mark.parametrize("size", [(1366, 768), (1280, 720), (1920, 1080), (390, 844)])
def test_fault_a_picture_below_the_first_screen(page, server, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for query in ("", *(f"p={key}" for key in longest_sentences())):
        open_race(page, server, query)
        for part in (".ov-stage", ".ov-bar"):
            box = page.locator(part).bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= size[1], (query, part)


def longest_sentences():
    """The keys of the presets that need the most room above the picture."""
    return sorted(PRESETS, key=lambda key: len(PRESETS[key].watch + PRESETS[key].then))[-1:]


@pytest.mark.parametrize("key", PRESETS)
def test_fault_a_default_run_so_short_that_it_shows_a_dot(key):
    """In every example somebody crosses a good part of the picture; in the one that the page opens with, everybody does."""
    chosen, _ = settings.read({"p": [key]})
    seen = chosen.surface.domain if not chosen.zoom else (chosen.zoom[:2], chosen.zoom[2:])[: chosen.surface.dim]
    wide = np.array([hi - lo for lo, hi in seen])
    reach = []
    for runner in chosen.runners:
        theta = race.run(runner, chosen).theta
        theta = theta[np.isfinite(theta).all(axis=1)]
        reach.append(float(np.max(np.ptp(theta, axis=0) / wide)))
    assert max(reach) > 0.25
    assert key != next(iter(PRESETS)) or min(reach) > 0.25


def test_fault_a_best_crowned_among_ties(page, server):
    """Who arrives at the same step shares the place: in words, in the table, and by nothing that marks one of them."""
    open_race(page, server, f"{EACH.replace('n=25', 'n=300')}&o=adam,lr:0.1&o=gd,lr:0.001&o=adam,lr:0.1")
    words = page.locator(".ov-words").inner_text()
    assert words.startswith("A tie: Adam and Adam 2 ")
    assert "first" not in words
    one, _gd, two = results(page)
    assert one.split("\t")[1:] == two.split("\t")[1:]
    styles = """(rows) => rows.map((row) => {
      const { fontWeight, backgroundColor } = getComputedStyle(row);
      return [row.className, fontWeight, backgroundColor].join();
    })"""
    assert len(set(page.locator(".ov-table tbody tr").evaluate_all(styles))) == 1
