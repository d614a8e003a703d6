"""The chart beside the picture: what can be drawn, its axes, and what is read off."""

import math
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from optim_viz.engine import Run
from optim_viz.ui.settings import Settings
from tests.browser.conftest import agreed, open_race, painting, player, told_run, wait_for
from tests.browser.test_race import FOUR, slider

SAM = "s=rosenbrock&n=40&lang=en&o=gd,lr:0.001&o=sam,lr:0.001&o=lbfgs&o=adam,lr:0.05"


def readout(page: Page) -> tuple[int, dict[str, float]]:
    """The place that is read off, and each runner's value there, in the order in which they stand."""
    heading = page.locator(".ov-readout b").inner_text()
    rows = page.locator(".ov-readout div div").evaluate_all(
        "(rows) => rows.map((row) => [...row.children].map((e) => e.textContent))"
    )
    return int(re.findall(r"\d+", heading)[0]), {
        name: math.nan if value == "—" else float(value) for _mark, name, value in rows
    }


def hover(page: Page, part: float) -> None:
    """The mouse above the chart, so far from its left end."""
    box = page.locator(".ov-chart").bounding_box()
    assert box
    page.mouse.move(box["x"] + 46 + part * (box["width"] - 56), box["y"] + 80)
    expect(page.locator(".ov-readout")).to_be_visible()


def runs(chosen: Settings) -> dict[str, Run]:
    return {runner.name: told_run(runner, chosen) for runner in chosen.runners}


def test_a_pointer_above_the_chart_reads_off_every_runner_in_order(page, server):
    open_race(page, server, FOUR)
    chosen = agreed(page)
    lowest = chosen.surface.minimum
    for part in (0.02, 0.4, 0.97):
        hover(page, part)
        at, values = readout(page)
        assert abs(at - part * chosen.steps) < 3
        assert list(values.values()) == sorted(values.values())
        assert values == pytest.approx({name: run.loss[at] - lowest for name, run in runs(chosen).items()}, rel=1e-5)
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

    assert values == pytest.approx({name: value(run) for name, run in all_runs.items()}, rel=1e-5, nan_ok=True)
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
