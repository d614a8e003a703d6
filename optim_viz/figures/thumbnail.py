"""A surface as a small picture, to choose by: shades of height, or a curve. No axes, no paths."""

from functools import cache

import numpy as np

from optim_viz.figures.surface import height, plain_value
from optim_viz.spec import Surface

WIDTH, TALL = 48, 36
SHADES = 12  # as many bands as can be told apart so small


@cache
def thumbnail(surface: Surface) -> np.ndarray:
    """(TALL, WIDTH) uint8 from 0, the lowest, to 255; row 0 is at the top. Of a curve (D = 1) 0 is the curve, 255 the rest.

    A menu holds one of each surface, so they are a kilobyte each; ``pictures`` draws larger and finer ones.
    """
    (x_lo, x_hi), *rest = surface.domain
    xs = np.linspace(x_lo, x_hi, WIDTH)
    if surface.dim == 1:
        return _curve(np.array([plain_value(surface, x) for x in xs.tolist()]))
    ((y_lo, y_hi),) = rest
    ys = np.linspace(y_hi, y_lo, TALL)
    values = np.array([[plain_value(surface, x, y) for x in xs.tolist()] for y in ys.tolist()])
    z = height(values, surface)
    bands = np.floor((z - z.min()) / np.ptp(z) * SHADES).clip(0, SHADES - 1)
    return np.asarray(bands * (255 / (SHADES - 1))).astype(np.uint8)


def _curve(values: np.ndarray) -> np.ndarray:
    picture = np.full((TALL, WIDTH), 255, dtype=np.uint8)
    rows = np.round((TALL - 5) * (1 - (values - values.min()) / np.ptp(values)) + 2).astype(int)
    for column, row in enumerate(rows):
        before = rows[max(column - 1, 0)]
        picture[min(before, row) : max(before, row) + 2, column] = 0  # also where it is steep it is one line
    return picture
