"""The picture in its ways: the map, the surface in three dimensions, both; and the arrows at a runner's head."""

import json
import math
import re

import numpy as np
import pytest
from playwright.sync_api import expect

import optim_viz
from optim_viz import curves
from optim_viz.figures.surface import SCALES
from optim_viz.ui.race import scene as race
from surfaces import SURFACES
from tests.arrows import arrows as engines
from tests.browser.support import (
    FOUR,
    add,
    agreed,
    button,
    centre,
    choose_surface,
    number,
    open_race,
    painting,
    player,
    scrub,
    slider,
    view,
    wait_for,
)

# -- the projection, by the pinhole camera of any textbook


PROJECT = """
const { projection } = await load("../race/camera.js");
const project = projection(arg.camera, arg.box, arg.frame);
return arg.points.map((point) => [...project(...point, [0, 0, 0])]);
"""
FRAME = {"width": 600, "height": 400}
CAMERAS = [(-60, 35, 1), (0, 90, 1), (-170, 5, 0.5), (100, 60, 4), (45, 20, 1)]


def pinhole(points, camera, distance):
    """Right and up on the image plane at distance 1 of an eye that looks at the origin, and the depth (P,) of each point."""
    azimuth, elevation = np.radians(camera[:2])
    towards = np.array([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)])
    right = np.array([-np.sin(azimuth), np.cos(azimuth), 0])
    seen = points - distance * towards
    depth = -seen @ towards
    return seen @ right / depth, seen @ np.cross(towards, right) / depth, depth


@pytest.mark.parametrize("camera", CAMERAS)
def test_points_are_projected_as_by_a_pinhole(script, camera):
    points = np.random.default_rng(1).uniform(-0.5, 0.5, (40, 3))
    sent = {"camera": camera, "box": {"wide": 1, "deep": 0.6}, "frame": FRAME, "points": points.tolist()}
    x, y, near = np.array(script(PROJECT, sent)).T
    # how far off the eye is, is the camera's own affair: it follows from how much nearer one point is than another
    towards = pinhole(points, camera, 0)[2] * -1
    distance = np.median(near * towards / (near - 1))
    right, up, depth = pinhole(points, camera, distance)
    assert near == pytest.approx(distance / depth)
    (scale, middle), *_ = np.linalg.lstsq(np.column_stack([right, np.ones(40)]), x, rcond=None)
    assert middle == pytest.approx(FRAME["width"] / 2)
    assert x == pytest.approx(middle + scale * right)
    height, *_ = np.linalg.lstsq(np.column_stack([-up, np.ones(40)]), y, rcond=None)
    assert height[0] == pytest.approx(scale)  # the same across and upwards
    assert y == pytest.approx(height[1] - scale * up)


def test_the_whole_box_fits_into_the_picture_however_it_is_turned(script):
    box = [[x, y, z] for x in (-0.5, 0.5) for y in (-0.3, 0.3) for z in (-0.25, 0.25)]
    for azimuth in range(-180, 181, 30):
        for elevation in (5, 35, 60, 90):
            sent = {"camera": [azimuth, elevation, 1], "box": {"wide": 1, "deep": 0.6}, "frame": FRAME, "points": box}
            for x, y, _near in script(PROJECT, sent):
                assert 0 <= x <= FRAME["width"] and 0 <= y <= FRAME["height"], (azimuth, elevation)


def test_a_camera_turns_round_and_stays_above_the_ground(script):
    moved = "(await load('../race/camera.js')).moved(arg.camera, arg.change, [[-180, 180], [5, 90], [0.25, 4]])"
    assert script(moved, {"camera": [170, 30, 1], "change": {"turn": 20}}) == [-170, 30, 1]
    assert script(moved, {"camera": [0, 30, 1], "change": {"rise": 500}}) == [0, 90, 1]
    assert script(moved, {"camera": [0, 30, 1], "change": {"rise": -500, "nearer": 0}}) == [0, 5, 0.25]


# -- the mesh


TERRAIN = """
const { Raster, Terrain, palette } = await load("../race/terrain.js");
const { Sampled } = await load("field.js");
const terrain = new Terrain(new Sampled(arg.grid, { log: false }), arg.view);
"""


def grid(z, lo=-1.0, hi=1.0, points=41):
    axis = np.linspace(lo, hi, points)
    return {"axes": [axis.tolist()] * 2, "values": [[z(x, y) for x in axis] for y in axis]}


def test_a_point_lies_on_the_surface(script):
    sent = {"grid": grid(lambda x, y: 3 * x - y + 7), "view": [-0.5, 1, -1, 0], "points": [[-0.5, -1], [1, 0], [0.3, -0.41]]}
    at = script(TERRAIN + "return arg.points.map(([x, y]) => [...terrain.at(x, y, [0, 0, 0])]);", sent)
    lowest, highest = 3 * -0.5 + 7, 3 * 1 + 1 + 7
    for (x, y), (wx, wy, wz) in zip(sent["points"], at, strict=True):
        assert (wx, wy) == pytest.approx(((x + 0.5) / 1.5 - 0.5, ((y + 1) - 0.5) / 1.5), abs=1e-6)
        assert wz == pytest.approx(0.5 * ((3 * x - y + 7 - lowest) / (highest - lowest) - 0.5), abs=1e-6)


def test_a_way_is_laid_over_the_piece_and_cut_at_its_edges(script):
    way = "const out = []; terrain.lay(...arg.way, (x, y) => out.push([x, y])); return out;"
    sent = {"grid": grid(lambda x, y: x * y), "view": [-1, 1, -1, 1]}
    out = np.array(script(TERRAIN + way, sent | {"way": [-3, 0.2, 3, 0.4]}))
    assert out[0] == pytest.approx([-1, 0.2 + 0.2 * 2 / 6]) and out[-2] == pytest.approx([1, 0.2 + 0.2 * 4 / 6])
    assert out[-1] == pytest.approx([3, 0.4])
    assert max(np.diff(out[:-1, 0])) <= 2 / 96 + 1e-9  # no farther than from one corner of the mesh to the next
    assert script(TERRAIN + way, sent | {"way": [2, 0, 3, 5]}) == [[3, 5]]


def test_a_hill_hides_what_is_behind_it_and_nothing_before_it(script):
    look = """
      const camera = [-90, 15, 1], frame = { width: 300, height: 200 };
      const raster = new Raster();
      raster.draw(terrain, camera, frame, 1, palette(arg.scale, terrain.relief.count, "light"));
      const project = (await load("../race/camera.js")).projection(camera, terrain, frame);
      return arg.points.map(([x, y]) => raster.covers(...project(...terrain.at(x, y, [0, 0, 0]), [0, 0, 0])));
    """
    ridge = grid(lambda x, y: math.exp(-40 * y * y), points=81)  # along x; the eye is at y < 0, and low
    sent = {"grid": ridge, "view": [-1, 1, -1, 1], "scale": SCALES["light"]}
    points = [[x, y] for y in (-0.9, -0.5, -0.2, 0.0, 0.3, 0.45) for x in (-0.4, 0.0, 0.3)]
    hidden = script(TERRAIN + look, sent | {"points": points})
    assert hidden == [y > 0 for _x, y in points]


# -- the arrows


def test_an_arrow_half_as_long_stands_for_sixteen_times_less(script):
    reach = [script("(await load('../race/arrows.js')).reach(...arg)", [size, 8]) for size in (8, 8 / 16, 8e-4, 0, 80)]
    assert reach == pytest.approx([1, 0.5, 0.1, 0, 1])


INSIDE = """
const arrows = await load("../race/arrows.js");
const f8 = (values) => values && Float64Array.from(values);
const [theta, gradient, velocity, loss] = [arg.theta, arg.gradient, arg.velocity, arg.loss].map(f8);
const run = { theta, gradient, velocity, loss, diverged: null };
return arrows.inside(run, arg.dim, arg.row, arg.minima);
"""


def assert_arrows(seen, run, row):
    """The numbers of the arrows are the engine's."""
    told = engines(run, row)
    assert seen["row"] == row
    assert seen["slope"] == pytest.approx((-told.gradient).tolist())
    for name, value in (("velocity", told.velocity), ("update", told.update), ("minimum", told.to_minimum)):
        assert (seen[name] is None) == (value is None), name
        assert value is None or seen[name] == pytest.approx(value.tolist()), name
    assert (seen["effective"] is None) == (told.effective is None)
    if told.effective is not None:
        effective = [math.nan if e is None else e for e in seen["effective"]]
        assert effective == pytest.approx(told.effective.tolist(), nan_ok=True)
    assert seen["angle"] == (None if told.angle is None else pytest.approx(told.angle))


@pytest.mark.parametrize("surface", ["himmelblau", "x_squared", "saddle"])
@pytest.mark.parametrize("optimizer", ["gd", "momentum", "adam", "lion"])
def test_the_arrows_are_those_of_the_engine(script, optimizer, surface):
    run = optim_viz.run(optimizer, surface, steps=12, hypers={"lr": 0.01})
    velocity = curves.velocity(run)
    sent = {
        "theta": run.theta.ravel().tolist(),
        "loss": run.loss.tolist(),
        "gradient": run.gradient.ravel().tolist(),
        "velocity": None if velocity is None else velocity.ravel().tolist(),
        "dim": run.theta.shape[1],
        "minima": [list(m.theta) for m in SURFACES[surface].minima],
    }
    for row in (0, 1, 7, 12):
        assert_arrows(script(INSIDE, sent | {"row": row}), run, row)


# -- the views


def camera(page):
    return [float(v) for v in page.locator(".ov-space").get_attribute("data-camera").split(",")]


def look(page, name):
    button(page, name).click()
    word = {"Map": "map", "3-D": "3d", "Both": "both"}[name]
    page.wait_for_url(re.compile(f"look={word}") if word != "map" else lambda url: "look=" not in url)
    expect(button(page, name)).to_have_attribute("aria-pressed", "true")


def turned(page):
    """Turn the surface by the mouse, and wait for the link to say so."""
    link = page.url
    x, y = centre(page.locator(".ov-space"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 25, steps=4)
    page.mouse.up()
    page.wait_for_url(lambda url: "camera=" in url and url != link)
    return camera(page)


def test_another_view_keeps_step_zoom_and_camera(page, server):
    open_race(page, server, FOUR + "&t=40&zoom=-1.9,0,-0.5,1")
    shown = view(page)
    expect(page.locator(".ov-space")).to_be_hidden()
    look(page, "Both")
    side = turned(page)
    assert side == pytest.approx([-84, 25, 1])
    look(page, "3-D")
    expect(page.locator(".ov-flat")).to_be_hidden()
    assert camera(page) == side
    with painting(page):
        slider(page, "condition number").press("ArrowRight")
    look(page, "Map")
    chosen = agreed(page)
    assert (chosen.step, chosen.camera) == (40, tuple(side))
    assert view(page) == pytest.approx(shown, abs=1e-5)
    look(page, "3-D")
    page.reload()
    wait_for(page, "revision >= 1")
    assert agreed(page).zoom == chosen.zoom
    look(page, "Map")
    assert view(page) == pytest.approx(shown, abs=1e-5)


def test_the_camera_stays_through_every_change_until_the_whole_is_asked_for(page, server):
    open_race(page, server, FOUR + "&look=3d")
    front = camera(page)
    page.locator(".ov-space").press("ArrowRight")
    page.wait_for_url(re.compile("camera="))
    side = camera(page)
    assert side == [front[0] + 5, *front[1:]]
    assert agreed(page).step == 300  # that key turns the surface, and moves no step
    with painting(page):
        slider(page, "Adam: learning rate").press("ArrowRight")
    with painting(page):
        number(page, "Start x").fill("-1")
        page.keyboard.press("Enter")
    with painting(page):
        slider(page, "condition number").press("ArrowRight")
    with painting(page):
        page.emulate_media(color_scheme="dark")
        add(page, "gd")
    button(page, "Play").click()
    wait_for(page, "step > 5 && step < 250")
    button(page, "Pause").click()
    with painting(page):
        choose_surface(page, "rosenbrock")
    page.get_by_text("中文").click()
    whole = button(page, "查看整个曲面")
    expect(whole).to_be_visible()
    page.wait_for_url(re.compile("lang=zh"))
    assert camera(page) == side
    page.reload()
    wait_for(page, "revision >= 1")
    assert camera(page) == side
    assert agreed(page).camera == tuple(side)
    whole.click()
    page.wait_for_url(lambda url: "camera=" not in url)
    assert camera(page) == front


def heights(surface, x0, x1, y0, y1, power=0):
    """The lowest and the highest height between these ends, and a function that tells it at a point.

    Heights are logarithms of the rise, with a power of ten in place of the minimum's 0; beside a map it is the map's.
    """
    values = surface.value(np.stack(np.meshgrid(np.linspace(x0, x1, 97), np.linspace(y0, y1, 97)), axis=-1))
    least = 10.0 ** (power + round(math.log10(1e-3 * np.quantile(values, 0.9))))

    def at(x, y):
        return math.log10(float(surface.value((x, y))) + least)

    return math.log10(float(values.min()) + least), math.log10(float(values.max()) + least), at


@pytest.mark.parametrize("look", ["3d", "both"])
def test_a_head_stands_where_its_point_of_the_surface_is(page, server, script, look):
    open_race(page, server, f"s=himmelblau&x=0.3&y=3.9&n=100&o=adam,lr:0.2&t=30&look={look}&camera=-50,75,1")
    chosen = agreed(page)
    x, y = race.run(chosen.runners[0], chosen).theta[30]
    (x0, x1), (y0, y1) = chosen.surface.domain
    longer = max(x1 - x0, y1 - y0)

    def point(power):
        lowest, highest, at = heights(chosen.surface, x0, x1, y0, y1, power)
        share = (at(x, y) - lowest) / (highest - lowest)
        return [(x - (x0 + x1) / 2) / longer, (y - (y0 + y1) / 2) / longer, 0.5 * (share - 0.5)]

    points = [point(power) for power in ([0] if look == "3d" else [-1, 0, 1, 2])]
    box = page.locator(".ov-space").bounding_box()
    frame = {"width": box["width"], "height": box["height"]}
    wide, deep = (x1 - x0) / longer, (y1 - y0) / longer
    sent = {"camera": chosen.camera, "box": {"wide": wide, "deep": deep}, "frame": frame, "points": points}
    places = script(PROJECT, sent)
    colour = optim_viz.OPTIMIZERS["adam"].look.colour
    # the head is a diamond of that colour in the uppermost canvas that has any
    mean = page.evaluate(
        """(colour) => {
          const wanted = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
          const canvases = [...document.querySelectorAll(".ov-space > canvas")].reverse();
          for (const canvas of canvases) {
            const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const here = (k) => data[k + 3] === 255 && wanted.every((v, c) => Math.abs(data[k + c] - v) < 3);
            const found = Array.from({ length: data.length / 4 }, (_, k) => k).filter((k) => here(4 * k));
            const middle = (values) => values.reduce((sum, v) => sum + v + 0.5, 0) / values.length;
            if (found.length > 20)
              return [middle(found.map((k) => k % width)), middle(found.map((k) => Math.floor(k / width)))];
          }
        }""",
        colour,
    )
    assert any(mean == pytest.approx([px, py], abs=2) for px, py, _near in places), (mean, places)


@pytest.mark.parametrize("key", ["rosenbrock", "ackley", "ravine"])
def test_map_and_relief_side_by_side_have_the_same_levels(page, server, key):
    open_race(page, server, f"s={key}&n=20&o=gd&look=both")
    flat, space = page.locator(".ov-flat .ov-picture"), page.locator(".ov-space")
    expect(flat).to_have_attribute("data-ground", "fine")
    expect(space).to_have_attribute("data-levels", flat.get_attribute("data-levels") or "none")


def test_a_curve_has_no_other_views_but_comes_back_to_the_one_before(page, server):
    open_race(page, server, FOUR + "&look=both")
    with painting(page):
        choose_surface(page, "x_squared")
    expect(page.get_by_role("group", name="View")).to_be_hidden()
    expect(page.locator(".ov-space")).to_be_hidden()
    expect(page.locator(".ov-flat")).to_be_visible()
    with painting(page):
        choose_surface(page, "ravine")
    expect(page.locator(".ov-space")).to_be_visible()
    assert agreed(page).look == "both"


def arrows(page):
    text = page.locator(".ov-stage").get_attribute("data-arrows")
    return json.loads(text) if text else None


def test_arrows_are_switched_on_and_off_and_move_with_the_step(page, server):
    open_race(page, server, FOUR + "&t=10")
    button(page, "Arrows").click()
    expect(page.get_by_role("combobox", name="Whose arrows")).to_be_focused()
    with painting(page):
        page.get_by_role("checkbox", name="slope, downhill").check()
    with painting(page):
        page.get_by_role("checkbox", name="velocity").check()
    with painting(page):
        page.get_by_role("combobox", name="Whose arrows").select_option(label="Momentum")
    page.keyboard.press("Escape")
    expect(button(page, "Arrows")).to_be_focused()
    page.wait_for_url(re.compile("i=2,slope,velocity"))
    chosen = agreed(page)
    run = race.run(chosen.runners[1], chosen)
    assert_arrows(arrows(page), run, 10)
    scrub(page, 25)
    assert_arrows(arrows(page), run, 25)
    button(page, "Play").click()
    wait_for(page, "step > 40")
    button(page, "Pause").click()
    assert_arrows(arrows(page), run, agreed(page).step)
    button(page, "Remove GD").click()  # whose arrows they are keeps them
    page.wait_for_url(re.compile("i=1,slope,velocity"))
    page.reload()
    wait_for(page, "revision >= 1")
    assert_arrows(arrows(page), run, agreed(page).step)
    button(page, "Arrows").click()
    for name in ("slope, downhill", "velocity"):
        with painting(page):
            page.get_by_role("checkbox", name=name).uncheck()
    assert arrows(page) is None
    assert "i=" not in agreed_link(page)


def agreed_link(page):
    agreed(page)
    return page.url.partition("?")[2]


@pytest.mark.parametrize("query", ["s=x_squared&x=8&n=40&o=gd,lr:0.1", "s=saddle&n=40&o=momentum,lr:0.02&look=both"])
def test_all_arrows_at_once_on_a_curve_and_in_both_views(page, server, query):
    open_race(page, server, query + "&t=4&i=1,slope,velocity,update,effective,minimum")
    chosen = agreed(page)
    assert_arrows(arrows(page), race.run(chosen.runners[0], chosen), 4)
    drawn = """() => [...document.querySelectorAll(".ov-picture")].filter((box) => box.offsetWidth).map((box) => {
      const canvas = [...box.querySelectorAll(":scope > canvas")].at(-1);
      return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((v) => v);
    })"""
    assert page.evaluate(drawn) == [True] * (2 if chosen.look == "both" else 1)
    scrub(page, 0)  # nothing has moved yet: no update, no effective step
    assert arrows(page)["update"] is None
    assert player(page).get_attribute("data-step") == "0"
