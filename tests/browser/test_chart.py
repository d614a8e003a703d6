"""The chart beside the picture: what can be drawn, its axes, and what is read off."""

import math
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from optim_viz.engine import Run
from optim_viz.ui.numbers import number
from optim_viz.ui.race import scene as race
from optim_viz.ui.race.charts import CHARTS
from optim_viz.ui.race.settings import Settings
from tests.browser.support import (
    FOUR,
    agreed,
    open_race,
    painting,
    player,
    results,
    revision,
    scrub,
    slider,
    wait_for,
)
from tests.race import lines

SAM = "s=rosenbrock&n=40&lang=en&o=gd,lr:0.001&o=sam,lr:0.001&o=lbfgs&o=adam,lr:0.05"


PIXELS = "(canvas) => canvas.toDataURL()"
#: a move of the slider after which the hand does not rest: nothing is asked for
STILL = """(name) => {
  const range = document.querySelector(`input[type=range][aria-label="${name}"]`);
  range.value = String(Number(range.value) - 12);
  range.dispatchEvent(new Event("input", { bubbles: true }));
}"""


def read(text: str) -> float:
    """A number as the page writes it: three digits, with a minus of its own."""
    return math.nan if text == "—" else float(text.replace("−", "-").replace(",", ""))


def readout(page: Page) -> tuple[int, dict[str, float]]:
    """The place that is read off, and each runner's value there, in the order in which they stand."""
    heading = page.locator(".ov-readout b").inner_text()
    rows = page.locator(".ov-readout div div").evaluate_all(
        "(rows) => rows.map((row) => [...row.children].map((e) => e.textContent))"
    )
    first = {name: text.split(" / ")[0] for _mark, name, text in rows}
    return int(re.findall(r"\d+", heading)[0]), {k: read(v) for k, v in first.items()}


def hover(page: Page, part: float) -> None:
    """The mouse above the chart, so far from its left end."""
    box = page.locator(".ov-chart").bounding_box()
    assert box
    page.mouse.move(box["x"] + 46 + part * (box["width"] - 56), box["y"] + 80)
    expect(page.locator(".ov-readout")).to_be_visible()


def runs(chosen: Settings) -> dict[str, Run]:
    return {runner.name: race.run(runner, chosen) for runner in chosen.runners}


def test_a_pointer_above_the_chart_reads_off_every_runner_in_order(page, server):
    open_race(page, server, FOUR)
    chosen = agreed(page)
    lowest = chosen.surface.minimum
    for part in (0.02, 0.4, 0.97):
        hover(page, part)
        at, values = readout(page)
        assert abs(at - part * chosen.steps) < 3
        assert list(values.values()) == sorted(values.values())
        assert values == pytest.approx({name: run.loss[at] - lowest for name, run in runs(chosen).items()}, rel=5e-3)
        box, chart = page.locator(".ov-readout").bounding_box(), page.locator(".ov-chart").bounding_box()
        assert box and chart
        x = chart["x"] + 46 + part * (chart["width"] - 56)
        assert x < box["x"] or box["x"] + box["width"] < x  # it never covers what it speaks of
        assert chart["x"] - 1 <= box["x"] and box["x"] + box["width"] <= chart["x"] + chart["width"] + 1
    page.mouse.move(5, 5)
    expect(page.locator(".ov-readout")).to_be_hidden()


def test_with_keys_and_with_a_finger_the_step_shown_is_read_off(new_page, server):
    page = new_page(has_touch=True)
    open_race(page, server, FOUR)
    expect(page.locator(".ov-readout")).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    at, values = readout(page)
    assert at == 299
    assert len(values) == 4
    page.keyboard.press("Escape")
    expect(page.locator(".ov-readout")).to_be_hidden()
    page.locator(".ov-chart").tap(position={"x": 150, "y": 80})
    wait_for(page, "step < 250")
    assert readout(page)[0] == int(player(page).get_attribute("data-step") or -1)
    page.locator(".ov-words").tap()
    expect(page.locator(".ov-readout")).to_be_hidden()


def test_a_runner_that_has_left_has_no_value_to_read_off(page, server):
    open_race(page, server, "s=x_squared&x=10&n=2000&o=gd,lr:10&o=gd,lr:0.1&lang=en")
    hover(page, 0.9)
    _at, values = readout(page)
    assert list(values) == ["GD 2", "GD"]
    assert math.isnan(values["GD"])


@pytest.mark.parametrize("key", [key for key in CHARTS if key != "loss"])
def test_each_chart_can_be_chosen_and_is_restored_and_the_table_tells_its_values(page, server, key):
    open_race(page, server, FOUR + "&t=120")
    with painting(page):
        page.get_by_label("Chart", exact=True).select_option(key)
    page.wait_for_url(lambda url: f"chart={key}" in url)
    chosen = agreed(page)  # the table too
    assert chosen.chart == key
    assert page.locator(".ov-table thead th").nth(1).inner_text() == CHARTS[key].heading
    hover(page, 0.5)
    at, _values = readout(page)
    shown = page.locator(".ov-readout div div").evaluate_all(
        "(rows) => rows.map((row) => [...row.children].map((e) => e.textContent))"
    )
    for _mark, name, text in shown:
        expected = [float(line[at]) for line in lines(key, runs(chosen)[name])]
        said = [read(part) for part in text.split(" / ")]
        expected = expected if len(said) > 1 else expected[:1]  # of two that are missing one dash tells
        assert said == pytest.approx(expected, rel=5e-3, nan_ok=True)
    page.reload()
    wait_for(page, "revision >= 1")
    expect(page.get_by_label("Chart", exact=True)).to_have_value(key)
    assert agreed(page) == chosen
    scrub(page, 0)
    agreed(page)


def test_where_a_chart_has_nothing_to_draw_it_says_why(new_page, server):
    page = new_page()
    page.add_init_script("""
      window.texts = [];
      const write = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...at) { texts.push(text); write.call(this, text, ...at); };
    """)
    open_race(page, server, "s=ravine&n=20&chart=sharpness&o=lion&lang=en")
    assert results(page)[0].split("\t")[1] == "—"
    assert "No stability limit is known for these optimizers." in page.evaluate("texts.map((text) => text.trim()).join(' ')")
    hover(page, 0.5)
    assert math.isnan(readout(page)[1]["Lion"])


def test_a_slider_moves_every_chart_and_the_native_engine_says_the_same(page, server):
    for key in ("distance", "sharpness"):
        open_race(page, server, FOUR + f"&chart={key}")
        agreed(page)
        before, seen = page.locator(".ov-chart canvas").first.evaluate(PIXELS), revision(page)
        page.evaluate(STILL, "Adam: learning rate")
        wait_for(page, "revision > arg", seen)
        assert page.locator(".ov-chart canvas").first.evaluate(PIXELS) != before
        ahead = results(page)[3].split("\t")[1]
        agreed(page)
        assert ahead == results(page)[3].split("\t")[1]


def test_the_learning_rate_is_marked_where_the_curvature_sets_a_limit(page, server):
    open_race(page, server, FOUR + "&o=nesterov")
    card = page.locator(".ov-card").nth(1)
    labels = card.locator(".ov-marks small")
    assert labels.all_inner_texts() == ["1/λ", "3.8/λ"]  # between them is no room for a third
    assert card.locator(".ov-marks i").count() == 3
    assert "Momentum diverges" in (slider(page, "Momentum: learning rate").get_attribute("aria-description") or "")
    assert page.locator(".ov-card").nth(4).locator(".ov-marks small").all_inner_texts() == [
        "1/λ",
        "1.36/λ",
    ]  # its own, below 2/λ
    assert page.locator(".ov-card").nth(3).locator(".ov-marks i").count() == 0  # Adam's is no 1 / curvature
    # a mark stands where the thumb stands at that value
    exact = page.get_by_label("Exact learning rate of Momentum")
    with painting(page):
        exact.fill("0.02")
        exact.press("Enter")
    agreed(page)
    fill = float(slider(page, "Momentum: learning rate").evaluate("(e) => getComputedStyle(e).getPropertyValue('--fill')"))
    at = float(card.locator(".ov-marks i").first.evaluate("(e) => getComputedStyle(e).getPropertyValue('--at')"))
    assert at == pytest.approx(fill, abs=0.01)
    # a surface twice as curved has them at half
    with painting(page):
        slider(page, "condition number").press("PageUp")
    chosen = agreed(page)
    told = card.locator(".ov-track").first.get_attribute("title") or ""
    assert f"λ = {number(chosen.surface.curvature)} " in told


def test_the_horizontal_axis_counts_updates_or_gradients(page, server):
    open_race(page, server, SAM)
    page.get_by_label("Horizontal axis").select_option("evaluations")
    page.wait_for_url(lambda url: "xaxis=evaluations" in url)
    chosen = agreed(page)
    all_runs = runs(chosen)
    most = max(run.evaluations[-1] for run in all_runs.values())
    assert most > chosen.steps
    lowest = chosen.surface.minimum
    hover(page, 0.3)
    at, values = readout(page)
    assert abs(at - 0.3 * most) < 3

    def value(run: Run) -> float:
        row = int(np.searchsorted(run.evaluations, at, side="right")) - 1
        return math.nan if at > run.evaluations[-1] else float(run.loss[row] - lowest)

    assert values == pytest.approx({name: value(run) for name, run in all_runs.items()}, rel=5e-3, nan_ok=True)
    page.mouse.down()  # the step at which the thriftiest has taken so many gradients
    wait_for(page, "step === arg", min(at, chosen.steps))
    page.mouse.up()
    page.reload()
    wait_for(page, "revision >= 1")
    expect(page.get_by_label("Horizontal axis")).to_have_value("evaluations")
    agreed(page)


def test_while_a_slider_is_held_the_axis_makes_room_and_does_not_shrink(page, server):
    open_race(page, server, FOUR)
    axis = "(chart) => chart.dataset.range.split(' ').map(Number)"
    chart = page.locator(".ov-chart")
    before = chart.evaluate(axis)
    held = slider(page, "GD: learning rate")
    box = held.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.mouse.down()
    ranges = [before]
    for part in (0.2, 0.05, 0.4, 0.56):
        with painting(page):
            page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] / 2)
        ranges.append(chart.evaluate(axis))
    page.mouse.up()
    agreed(page)
    assert chart.get_attribute("data-axis") == "log"
    assert all(float(end).is_integer() for pair in ranges for end in pair)
