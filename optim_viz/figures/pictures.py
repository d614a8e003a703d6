"""Small pictures as SVG files of their own, for pages without a player: a surface, a path on it, an optimizer's mark.

They are shown as images, which know nothing of the page's theme. So they are drawn to be legible on light and dark alike: a
translucent blue that deepens with height on whatever is behind it, and for lines a grey between the two.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import cast
from urllib.parse import quote

import numpy as np
from contourpy import FillType, contour_generator

from optim_viz.figures.surface import height, plain_value
from optim_viz.spec import Look, Surface

WIDTH, HEIGHT = 240, 180
LEVELS = 9
FAR = 20 * WIDTH  # what is farther outside is no place to draw to
SPACING = 4  # between grid points, in the picture's units
BLUE, GREY = "#6f8bb0", "#737f8c"

Path = tuple[np.ndarray, Look]
Scale = Callable[[float, float], tuple[float, float]]


def data(svg: str) -> str:
    """The picture as the address of an image."""
    return "data:image/svg+xml," + quote(svg.replace('"', "'"), safe=" '/=:;,.()-")


def mark(look: Look, size: int = 16) -> str:
    """The optimizer's marker, as on its path."""
    return _svg(16, 16, _marker(look, 8, 8, 5.5), size)


@lru_cache(maxsize=256)
def _background(key: str, surface: Surface) -> str:
    return _curve(surface) if surface.dim == 1 else _contours(surface)


def surface_picture(surface: Surface, paths: Sequence[Path] = (), seconds: float = 0) -> str:
    """The surface over its domain with every minimum marked by a cross, and paths (rows, D) on it.

    With ``seconds`` the marks run along their paths, once, each step in the same time, so that who is ahead is ahead.
    """
    if surface.dim == 2:
        scale = _scale(surface)
        minima = [scale(*m.theta) for m in surface.minima]
    else:
        scale = _scale_of_curve(surface)
        minima = [scale(m.theta[0], m.value) for m in surface.minima]
    crosses = "".join(f"M{x - 6:.1f} {y:.1f}h12M{x:.1f} {y - 6:.1f}v12" for x, y in minima)
    body = _background(f"{surface.key} {dict(surface.values)}", surface)
    body += f'<path d="{crosses}" stroke="{GREY}" stroke-width="2" fill="none"/>'
    body += "".join(_path(surface, scale, theta, look, seconds) for theta, look in paths)
    return _svg(WIDTH, HEIGHT, body)


def curve_picture(values: np.ndarray) -> str:
    """A curve of numbers, none below 0, from left to right: a line above its base, with a hairline at 1."""
    tall, margin = HEIGHT * 2 // 3, 8
    xs = np.linspace(0, WIDTH, len(values))
    ys = tall - margin - (tall - 2 * margin) * values / max(1.0, float(values.max()))
    one = tall - margin - (tall - 2 * margin) / max(1.0, float(values.max()))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    area = f'<polygon points="0,{tall - margin} {line} {WIDTH},{tall - margin}" fill="{BLUE}" fill-opacity=".18"/>'
    hair = f'<path d="M0 {one:.1f}H{WIDTH}M0 {tall - margin}H{WIDTH}" stroke="{GREY}" stroke-opacity=".5" stroke-width=".6"/>'
    return _svg(WIDTH, tall, f'{area}{hair}<polyline points="{line}" fill="none" stroke="{GREY}" stroke-width="2"/>')


def _svg(width: int, tall: int, body: str, size: int | None = None) -> str:
    shown = f'width="{size}" height="{size}" ' if size else ""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {shown}viewBox="0 0 {width} {tall}">{body}</svg>'


def _scale(surface: Surface) -> Scale:
    """theta -> the picture's units; one scale for both coordinates, the domain in the middle."""
    (x_lo, x_hi), (y_lo, y_hi) = surface.domain
    unit = min(WIDTH / (x_hi - x_lo), HEIGHT / (y_hi - y_lo))
    x_middle, y_middle = (x_lo + x_hi) / 2, (y_lo + y_hi) / 2
    return lambda x, y: (WIDTH / 2 + unit * (x - x_middle), HEIGHT / 2 - unit * (y - y_middle))


def _contours(surface: Surface) -> str:
    scale = _scale(surface)
    x0, y0 = scale(0, 0)
    unit = scale(1, 0)[0] - x0
    # one point more on each side than is seen, so that the frame draws no lines
    across, down = (np.arange(-SPACING, n + 2 * SPACING, SPACING) for n in (WIDTH, HEIGHT))
    values = np.array([[plain_value(surface, (x - x0) / unit, (y0 - y) / unit) for x in across] for y in down])
    z = height(values, surface)
    found = contour_generator(across, down, z, fill_type=FillType.OuterOffset)
    # half evenly spaced, half so that each shade covers as much: high corners leave no picture of one shade
    parts = np.arange(1, LEVELS + 1) / (LEVELS + 1)
    shapes = []
    for level in ((1 - parts) * z.min() + parts * z.max() + np.quantile(z, parts)) / 2:
        polygons, offsets = cast(tuple[list[np.ndarray], list[np.ndarray]], found.filled(level, np.inf))
        d = "".join(
            _outline(points[a:b])
            for points, ends in zip(polygons, offsets, strict=True)
            for a, b in zip(ends[:-1], ends[1:], strict=True)
        )
        shapes.append(f'<path d="{d}"/>')
    style = f'fill="{BLUE}" fill-opacity=".1" fill-rule="evenodd" stroke="{GREY}" stroke-opacity=".3" stroke-width=".6"'
    return f"<g {style}>{''.join(shapes)}</g>"


def _outline(points: np.ndarray) -> str:
    """A closed line through points (N, 2), to half a unit, each by its distance from the one before: the shortest form."""
    halves = np.round(2 * points).astype(int)
    steps = np.diff(halves, axis=0)
    steps = steps[steps.any(axis=1)][:-1]
    (x, y), moves = halves[0] / 2, " ".join(f"{x:g} {y:g}" for x, y in steps / 2)
    return f"M{x:g} {y:g}l{moves.replace(' -', '-')}z" if len(steps) > 1 else ""


def _curve_values(surface: Surface) -> tuple[np.ndarray, np.ndarray]:
    ((lo, hi),) = surface.domain
    xs = np.linspace(lo, hi, 121)
    return xs, np.array([plain_value(surface, x) for x in xs])


def _scale_of_curve(surface: Surface) -> Scale:
    xs, values = _curve_values(surface)
    margin = 14
    x_unit = WIDTH / (xs[-1] - xs[0])
    y_unit = (HEIGHT - 2 * margin) / (values.max() - values.min())
    return lambda x, y: (x_unit * (x - xs[0]), HEIGHT - margin - y_unit * (y - values.min()))


def _curve(surface: Surface) -> str:
    scale = _scale_of_curve(surface)
    xs, values = _curve_values(surface)
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (scale(*pair) for pair in zip(xs, values, strict=True)))
    area = f'<polygon points="0,{HEIGHT} {line} {WIDTH},{HEIGHT}" fill="{BLUE}" fill-opacity=".18"/>'
    return area + f'<polyline points="{line}" fill="none" stroke="{GREY}" stroke-width="2"/>'


def _path(surface: Surface, scale: Scale, theta: np.ndarray, look: Look, seconds: float) -> str:
    """A thin line with a dot at each step and the mark at its end. Far outside nothing is drawn, and the line is broken."""
    rows = [scale(*row) if surface.dim == 2 else scale(row[0], plain_value(surface, row[0])) for row in theta]

    def near(point: tuple[float, float]) -> bool:
        return all(abs(p) < FAR for p in point)

    inside = list(filter(near, rows))
    if not inside:
        return ""
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in line)}"/>' for seen, line in groupby(rows, near) if seen
    )
    dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in inside)
    x, y = inside[-1]
    running = ""
    if seconds:
        places = ";".join(f"{x:.1f} {y:.1f}" for x, y in inside)
        running = f'<animateTransform attributeName="transform" type="translate" values="{places}" dur="{seconds:g}s"/>'
    return (
        f'<g fill="none" stroke="{look.colour}" stroke-width="1.2" stroke-linejoin="round">{lines}</g>'
        f'<path d="{dots}" stroke="{look.colour}" stroke-width="2.6" stroke-linecap="round"/>'
        f'<g transform="translate({x:.1f} {y:.1f})">{_marker(look, 0, 0, 5)}{running}</g>'
    )


def _marker(look: Look, x: float, y: float, r: float) -> str:
    """As ``marks.js`` draws it."""
    if look.marker == "circle":
        shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}"'
    else:
        corners = {
            "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
            "triangle": [(0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
            "diamond": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
        }[look.marker]
        shape = f'<polygon points="{" ".join(f"{x + r * a:.1f},{y + r * b:.1f}" for a, b in corners)}"'
    return f'{shape} fill="{look.colour}"/>'
