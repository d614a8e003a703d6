"""The small pictures: well-formed, with every minimum, and honest about paths."""

import re
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pytest

from optim_viz import OPTIMIZERS
from optim_viz.figures import pictures
from surfaces import SURFACES

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg):
    return ElementTree.fromstring(svg)


@pytest.mark.parametrize("key", SURFACES)
def test_a_surface_is_drawn_with_its_minima_in_their_places(key):
    surface = SURFACES[key]
    svg = pictures.surface_picture(surface)
    (crosses,) = [p for p in parsed(svg).iter(f"{SVG}path") if p.get("stroke-width") == "2"]
    d = crosses.get("d", "")
    assert d.count("M") == 2 * len(surface.minima)
    assert "nan" not in svg and "inf" not in svg
    if surface.dim == 2:
        assert len(list(parsed(svg).iter(f"{SVG}path"))) == pictures.LEVELS + 1
        (x_lo, x_hi), (y_lo, y_hi) = surface.domain
        found = [tuple(map(float, pair)) for pair in re.findall(r"M(\S+) (\S+)h12", d)]
        unit = min(pictures.WIDTH / (x_hi - x_lo), pictures.HEIGHT / (y_hi - y_lo))
        for (x, y), minimum in zip(found, surface.minima, strict=True):
            away = np.array([x + 6 - pictures.WIDTH / 2, pictures.HEIGHT / 2 - y]) / unit  # from the middle of the domain
            theta = away + [(x_lo + x_hi) / 2, (y_lo + y_hi) / 2]
            np.testing.assert_allclose(theta, minimum.theta, atol=0.06 / unit)
    assert len(pictures.data(svg)) < 45_000


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=lambda o: o.key)
def test_a_mark_has_the_optimizers_shape_and_colour(optimizer):
    (shape,) = parsed(pictures.mark(optimizer.look))
    assert shape.get("fill") == optimizer.look.colour
    corners = {"square": 4, "triangle": 3, "diamond": 4}.get(optimizer.look.marker)
    assert (shape.tag == f"{SVG}circle") if corners is None else len(shape.get("points", "").split()) == corners


def test_a_path_has_a_dot_for_each_step_and_ends_in_its_mark():
    look = OPTIMIZERS["adam"].look
    svg = pictures.surface_picture(SURFACES["bowl"], [(np.array([[-1.0, 1.0], [0.0, 0.5], [0.0, 0.0]]), look)])
    (line,) = parsed(svg).iter(f"{SVG}polyline")
    assert line.get("points") == "60.0,30.0 120.0,60.0 120.0,90.0"
    (group,) = [g for g in parsed(svg).iter(f"{SVG}g") if line.get("points") in [p.get("points") for p in g]]
    assert group.get("stroke") == look.colour
    (end,) = [g.get("transform") for g in parsed(svg).iter(f"{SVG}g") if g.get("transform")]
    assert end == "translate(120.0 90.0)"


def test_what_leaves_is_drawn_as_far_as_the_picture_can_hold_it():
    theta = np.array([[1.0, 1.0], [1e200, 1.0], [np.inf, 1.0]])
    svg = pictures.surface_picture(SURFACES["bowl"], [(theta, OPTIMIZERS["gd"].look)])
    assert "inf" not in svg and "e+" not in svg


def test_a_line_is_broken_where_a_point_is_too_far_to_be_drawn():
    theta = np.array([[1.0, 1.0], [0.5, 1.0], [1e9, 1.0], [0.0, 0.5], [0.0, 0.0]])
    svg = pictures.surface_picture(SURFACES["bowl"], [(theta, OPTIMIZERS["gd"].look)])
    lines = [line.get("points", "").split() for line in parsed(svg).iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [2, 2]  # no stroke joins what were never neighbours


def test_marks_run_step_by_step_and_stay_at_the_end():
    theta = np.array([[-1.0, 1.0], [0.0, 0.5], [0.0, 0.0]])
    paths = [(theta, OPTIMIZERS["adam"].look), (theta[::-1], OPTIMIZERS["gd"].look)]
    runs = list(parsed(pictures.surface_picture(SURFACES["bowl"], paths, 4.0)).iter(f"{SVG}animateTransform"))
    assert [run.get("values") for run in runs] == ["60.0 30.0;120.0 60.0;120.0 90.0", "120.0 90.0;120.0 60.0;60.0 30.0"]
    assert {(run.get("dur"), run.get("repeatCount")) for run in runs} == {("4s", None)}
    assert "animate" not in pictures.surface_picture(SURFACES["bowl"], paths)


def test_an_address_of_an_image_holds_the_picture():
    svg = pictures.mark(OPTIMIZERS["gd"].look)
    assert unquote(pictures.data(svg)).removeprefix("data:image/svg+xml,").replace("'", '"') == svg
    assert not set('"<>#') & set(pictures.data(svg))
