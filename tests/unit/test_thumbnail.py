"""The small pictures of surfaces: shades of height with the top row first; a curve is one line."""

import numpy as np
import pytest

from optim_viz.figures.thumbnail import TALL, WIDTH, thumbnail
from surfaces import SURFACES


@pytest.mark.parametrize("surface", SURFACES.values(), ids=list(SURFACES))
def test_a_thumbnail_shows_the_whole_range_of_its_surface(surface):
    picture = thumbnail(surface)
    assert (picture.shape, picture.dtype) == ((TALL, WIDTH), np.uint8)
    assert (picture.min(), picture.max()) == (0, 255)
    if surface.dim == 1:
        assert set(np.unique(picture)) == {0, 255} and (picture == 0).any(axis=0).all()  # a line from side to side
    else:
        assert len(np.unique(picture)) >= 6


def test_no_two_are_alike():
    assert len({thumbnail(surface).tobytes() for surface in SURFACES.values()}) == len(SURFACES)


@pytest.mark.parametrize("key", ["ravine", "rosenbrock", "booth", "styblinski_tang", "cliff"])
def test_the_lowest_shade_is_where_the_lowest_value_is(key):
    surface = SURFACES[key]
    (x_lo, x_hi), (y_lo, y_hi) = surface.domain
    x, y = surface.minima[0].theta
    row = round((y_hi - y) / (y_hi - y_lo) * (TALL - 1))
    column = round((x - x_lo) / (x_hi - x_lo) * (WIDTH - 1))
    picture = thumbnail(surface)
    assert picture[row, column] <= np.quantile(picture, 0.1)


def test_a_curve_is_high_where_its_value_is():
    rows, columns = np.nonzero(thumbnail(SURFACES["x_squared"]) == 0)
    assert rows[columns == 0].min() < 4  # at the left end of the parabola the line is at the top
    assert rows[columns == WIDTH // 2].max() > TALL - 6
