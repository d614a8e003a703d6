"""The map: bands where the values are, at every zoom and in every frame, numbers along it that are there, hands upon it."""

import re

import numpy as np
import pytest
from contourpy import contour_generator
from playwright.sync_api import expect

from optim_viz.ui import assets
from surfaces import SURFACES
from tests.browser.support import (
    agreed,
    button,
    ground,
    open_lab,
    open_race,
    painting,
    place,
    player,
    slider,
    view,
    wait_for,
)

#: colours of the map's pixels, row by row, as red, green and blue in one number
PIXELS = """() => {
  const canvas = document.querySelector(".ov-ground");
  const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const colour = ([r, g, b, a]) => (a === 255 ? (r << 16) | (g << 8) | b : -1);
  return [width, Array.from({ length: data.length / 4 }, (_, k) => colour(data.subarray(4 * k, 4 * k + 4)))];
}"""


def bands(page):
    """Of each pixel the colour, (rows, columns), -1 where nothing is drawn; and the values there, by the native engine."""
    ground(page)
    width, pixels = page.evaluate(PIXELS)
    colours = np.array(pixels).reshape(-1, width)
    rows = len(colours)
    x0, x1, y0, y1 = view(page)
    xs, ys = x0 + (x1 - x0) * (np.arange(width) + 0.5) / width, y1 - (y1 - y0) * (np.arange(rows) + 0.5) / rows
    return colours, xs, ys, agreed(page).surface.value(np.stack(np.meshgrid(xs, ys), axis=-1))


def plain(colours, values):
    """The colours of bands, the lowest first: of hairlines' shades each has but a few pixels."""
    found, counts = np.unique(colours, return_counts=True)
    return sorted(found[counts > 0.01 * colours.size], key=lambda colour: np.median(values[colours == colour]))


PLACES = [
    ("s=himmelblau", (1366, 768)),
    ("s=rosenbrock&s.b=20", (1366, 768)),
    ("s=ackley&zoom=-3,3,-8,8", (1366, 768)),
    ("s=levy&zoom=0.9,1.1,0.9,1.1", (1366, 768)),
    ("s=saddle", (1024, 1366)),
    ("s=ravine&s.rotation=30&zoom=-1.80001,-1.79999,0.79999,0.80001", (683, 384)),
    ("s=beale&zoom=-40,40,-30,30", (1366, 768)),
]


@pytest.mark.parametrize(("query", "size"), PLACES)
def test_bands_lie_where_the_values_are_in_every_frame_and_at_every_zoom(page, server, query, size):
    """Each band is one range of values, they do not overlap, and they fill the frame."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_race(page, server, f"{query}&n=20&o=gd")
    colours, _xs, _ys, values = bands(page)
    assert (colours >= 0).all()
    ranges = [np.quantile(values[colours == colour], (0.02, 0.98)) for colour in plain(colours, values)]
    assert len(ranges) >= 6
    for (low, high), (next_low, _) in zip(ranges, ranges[1:], strict=False):
        assert next_low >= high - 0.05 * (high - low), ranges


@pytest.mark.parametrize("query", ["s=himmelblau", "s=rosenbrock&zoom=-0.5,0.5,-0.4,0.6", "s=six_hump_camel"])
def test_hairlines_are_contours(page, server, query):
    """Between two bands runs the line that contourpy finds at one value."""
    open_race(page, server, f"{query}&n=20&o=gd")
    colours, xs, ys, values = bands(page)
    shades = plain(colours, values)
    lines, on_ink = contour_generator(np.arange(len(xs)), np.arange(len(ys)), values), []
    for lower, upper in zip(shades, shades[1:], strict=False):
        level = (np.quantile(values[colours == lower], 0.99) + np.quantile(values[colours == upper], 0.01)) / 2
        for line in lines.lines(level):
            columns, rows = np.round(np.asarray(line, dtype=float)).astype(int).T
            inked = ~np.isin(colours, shades)
            around = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
            near = [inked[(rows + dy).clip(0, len(ys) - 1), (columns + dx).clip(0, len(xs) - 1)] for dy, dx in around]
            on_ink.extend(np.any(near, axis=0))
    assert len(on_ink) > 2000 and np.mean(on_ink) > 0.9


@pytest.mark.allow_console_errors
def test_the_map_follows_a_slider_of_the_surface_without_the_server(page, server):
    open_race(page, server, "s=rosenbrock&n=50&o=gd")
    expect(player(page)).to_have_attribute("data-live", "true")
    page.route("**/answers/**", lambda call: call.abort())
    before = page.locator(".ov-ground").evaluate("(c) => c.toDataURL()")
    with painting(page):
        slider(page, "steepness b").press("ArrowRight")
    after = page.locator(".ov-ground").evaluate("(c) => c.toDataURL()")
    assert after != before
    page.unroute("**/answers/**")


# -- numbers along it

#: every text that is drawn on the canvas of axes: where, how large, what
RECORD = """
  window.drawn = [];
  const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    if (this.canvas.dataset.layer === "marks") window.drawn = [];
    clearRect.apply(this, box);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    if (this.canvas.dataset.layer === "marks") {
      const { a, e, f } = this.getTransform();
      const ratio = devicePixelRatio;
      const { width, actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = this.measureText(text);
      const { clientWidth: wide, clientHeight: high } = this.canvas;
      window.drawn.push({ text, x: (a * x + e) / ratio, y: (a * y + f) / ratio, width, up, down, wide, high });
    }
    fillText.call(this, text, x, y);
  };
"""


@pytest.mark.parametrize(
    "query",
    [
        "s=ravine", "s=ravine&zoom=-0.004,0.004,-0.003,0.003", "s=ravine&zoom=-1.80000001,-1.79999999,0.79999999,0.80000001",
        "s=goldstein_price&zoom=-3000000,3000000,-2000000,2000000", "s=x_squared", "s=wavy&zoom=-1,1,-0.002,0.002",
        "s=beale&big=1",
    ],
)  # fmt: skip
def test_the_numbers_along_it_stand_where_they_say_and_none_is_cut(new_page, server, query):
    page = new_page()
    page.add_init_script(RECORD)
    open_race(page, server, f"{query}&n=20&o=gd")
    texts, (x0, x1, y0, y1) = page.evaluate("window.drawn"), view(page)
    box = page.locator(".ov-flat .ov-picture")
    left, top, wide, high = map(float, (box.get_attribute("data-frame") or "").split())
    assert len(texts) >= 4
    for one in texts:
        assert one["x"] >= 0 and one["x"] + one["width"] <= one["wide"] + 0.5, one
        assert one["y"] - one["up"] >= -1 and one["y"] + one["down"] <= one["high"] + 0.5, one
    plain = [one for one in texts if re.fullmatch(r"−?[\d.]+", one["text"])]  # of others the power stands in another text
    below = [one for one in plain if one["y"] > top + high]
    beside = [one for one in plain if one["x"] < left and one["y"] <= top + high]
    if not any("×" in one["text"] for one in texts):
        for one in below:
            middle = one["x"] + one["width"] / 2
            at = left + wide * (float(one["text"].replace("−", "-")) - x0) / (x1 - x0)
            assert middle == pytest.approx(at, abs=max(2, one["width"] / 2 if at > left + wide - one["width"] else 0)), one
        for one in beside:
            at = top + high * (y1 - float(one["text"].replace("−", "-"))) / (y1 - y0)
            assert one["y"] == pytest.approx(at, abs=8), one  # at the upper edge it is moved down
        assert (
            len({one["text"] for one in below}) == len(below) >= 2 and len({one["text"] for one in beside}) == len(beside) >= 2
        )
    ends = sorted((one["x"], one["x"] + one["width"]) for one in below)
    assert all(a[1] < b[0] for a, b in zip(ends, ends[1:], strict=False))


# -- heights


@pytest.mark.parametrize("far", [np.inf, -np.inf, np.nan, 1e305])
@pytest.mark.parametrize("log", [True, False])
def test_what_is_beyond_all_numbers_is_as_high_as_the_highest_that_is_one(script, far, log):
    body = """
      const { relief } = await load("relief.js");
      const { height, first, size, count } = relief(Float64Array.from(arg.values), { log: arg.log, floor: 0 });
      return { heights: arg.values.map(height), first, size, count };
    """
    axis = np.linspace(-1, 1, 9)
    values = np.add.outer(axis**2, axis**2)
    values[0] = far
    got = script(body, {"values": values.ravel().tolist(), "log": log})
    heights = np.array(got["heights"]).reshape(values.shape)
    assert np.isfinite(heights).all()
    assert (heights[0] == (heights.min() if far == -np.inf else heights.max())).all()
    assert got["size"] > 0 and 6 <= got["count"] <= 25
    levels = (heights - got["first"]) / got["size"]
    assert levels.min() >= -1e-9 and levels.max() <= got["count"] + 1e-9
    assert got["size"] / 10 ** np.floor(np.log10(got["size"]) + 1e-9) == pytest.approx(
        round(got["size"] / 10 ** np.floor(np.log10(got["size"]) + 1e-9))
    )


def test_a_flat_field_has_one_band_and_a_flat_curve_a_height(script):
    body = """
      const { relief } = await load("relief.js");
      const { Sampled, whole } = await load("field.js");
      const { count } = relief(new Float64Array(100).fill(3), { log: true, floor: 3 });
      return [count, whole(new Sampled({ axes: [[0, 1, 2]], values: [3, 3, 3] }, { domain: [0, 2] }))];
    """
    count, (left, right, low, high) = script(body)
    assert count == 1 and (left, right) == (0, 2) and low < 3 < high


# -- hands


def test_the_wheel_zooms_about_the_pointer_and_a_drag_takes_what_is_under_it_along(page, server):
    open_race(page, server, "s=ravine&n=20&o=gd")
    x, y = place(page, 0.5, 0.3)
    page.mouse.move(x, y)
    page.mouse.wheel(0, -240)
    page.wait_for_url(re.compile("zoom="))
    assert place(page, 0.5, 0.3) == pytest.approx((x, y), abs=0.5)
    closer = view(page)
    assert closer[1] - closer[0] < 3.9
    page.mouse.down()
    page.mouse.move(x + 40, y - 25, steps=5)
    page.mouse.up()
    assert place(page, 0.5, 0.3) == pytest.approx((x + 40, y - 25), abs=0.5)
    assert view(page)[1] - view(page)[0] == pytest.approx(closer[1] - closer[0], rel=1e-5)
    assert agreed(page).start == SURFACES["ravine"].start


def test_a_pointer_above_reads_off_the_height_there(page, server):
    open_race(page, server, "s=rosenbrock&n=20&o=gd")
    seen = page.locator(".ov-height")
    expect(seen).to_be_hidden()
    page.mouse.move(*place(page, -0.5, 1.25))
    expect(seen).to_be_visible()
    x, y, f = (float(text.split()[1].replace("−", "-")) for text in seen.locator("div").all_inner_texts())
    assert (x, y) == pytest.approx((-0.5, 1.25), abs=0.02)
    assert f == pytest.approx(float(SURFACES["rosenbrock"].value((x, y))), rel=0.01)
    heights = "(e) => [e, ...e.parentElement.querySelectorAll('canvas')].map((one) => getComputedStyle(one).zIndex)"
    own, *others = seen.evaluate(heights)
    assert int(own) > 0 and set(others) == {"auto"}
    page.mouse.move(*place(page, -1.5, 2))
    page.mouse.wheel(0, -100)
    expect(seen).to_be_hidden()
    page.mouse.move(5, 5)
    expect(seen).to_be_hidden()


def test_the_lab_reads_off_the_loss_at_the_weights(page, server):
    open_lab(page, server)
    page.mouse.move(*place(page, 2.0, 0.5))
    expect(page.locator(".ov-height div")).to_contain_text(["slope 2", "intercept 0.", "loss "])


# -- names and valleys


def test_no_name_lies_under_a_button(script):
    body = """
      const { placed } = await load("paths.js");
      return placed(arg.names, { left: 0, top: 0, width: 400, height: 300, covered: arg.covered });
    """
    covered = [{"left": 250, "top": 0, "right": 400, "bottom": 40}, {"left": 360, "top": 200, "right": 400, "bottom": 300}]
    names = [{"x": x, "y": y, "wide": 90} for x, y in [(240, 10), (260, 20), (270, 30), (300, 290), (310, 210), (100, 20)]]
    for one in script(body, {"names": names, "covered": covered}):
        for box in covered:
            aside = one["x"] >= box["right"] or one["x"] + one["wide"] <= box["left"]
            assert aside or one["y"] <= box["top"] - 7 or one["y"] >= box["bottom"] + 7, one
        assert 0 < one["y"] < 300


VALLEY = f"""
  const {{ fieldOf, valley }} = await load("../race/field.js"), {{ Engine }} = await load("../engine/engine.js");
  const engine = await Engine.load(new URL("/{assets.url("engine/modules/")}", location.href));
"""


def test_a_valley_is_drawn_where_it_lies(script):
    body = """
      const spec = { dim: 2, levels: "log", domain: [[-2, 2], [-1.5, 1.5]] };
      await engine.need("surface.ring");
      const field = fieldOf(engine, { surface: "ring", params: {} }, spec);
      return [field.minima.length, field.valley(arg)];
    """
    for part in ([-2, 2, -1.5, 1.5], [0.5, 1.5, -0.5, 0.5], [-300, 300, -200, 200]):
        count, points = script(VALLEY + body, part)
        x, y = np.array([point for point in points if None not in point]).T
        np.testing.assert_allclose(np.hypot(x, y), 1, rtol=1e-12)
        assert count == 0
        if part[0] < -1:
            assert x.min() < -0.99 and x.max() > 0.99


def test_a_valley_of_two_branches_is_drawn_as_two(script):
    body = """
      const nearest = (_shape, points) => points.map((v, k) => (k < points.length / 2 ? (v >= 0 ? 1 : -1) : v));
      return valley({ nearest }, {}, [-2, 2, -2, 2]).map(([x, y]) => [Number.isNaN(x) ? null : x, y]);
    """
    points = script(VALLEY + body)
    assert {x for x, _y in points} == {-1, 1, None}
    for (xa, ya), (xb, yb) in zip(points, points[1:], strict=False):
        assert xa is None or xb is None or (xa == xb and abs(ya - yb) < 0.1)


def test_both_pictures_fill_their_halves(page, server):
    open_race(page, server, "s=ravine&n=20&o=gd&look=both")
    flat, space = (page.locator(part).bounding_box() for part in (".ov-flat", ".ov-space"))
    assert flat and space and flat["height"] == pytest.approx(space["height"], abs=1)
    colours = bands(page)[0]
    assert (colours >= 0).all()
    button(page, "Zoom out").click()
    wait_for(page, "player.querySelector('.ov-flat .ov-picture').dataset.ground === 'fine'")
    assert (bands(page)[0] >= 0).all()
