"""The picture of a surface: filled contours for two coordinates, a curve for one, and its minima."""

import math

import numpy as np
import plotly.graph_objects as go

from optim_viz.spec import Surface

#: From the valley up, perceptually even and low in saturation, so that only the paths are colourful.
SCALES = {
    "light": ["#ffffff", "#e9edf3", "#d3dbe6", "#bdc9d9", "#a8b7cc"],
    "dark": ["#11151c", "#1c232e", "#283241", "#344155", "#40516a"],
}
LEVELS = 18
#: grid points along the longer side of the domain
RESOLUTION = 128
#: The axes share one scale, so a picture wider or taller than the domain shows more than the domain: the grid covers it.
WIDEST, TALLEST = 2.0, 1.15


def surface_figure(surface: Surface, theme: str = "light") -> go.Figure:
    """Contours (D = 2) or the curve (D = 1) over the domain, with every minimum marked.

    The colour of a contour is ``height``; the value itself is in ``customdata``, for the hover text.
    """
    figure = _curve(surface) if surface.dim == 1 else _contours(surface, theme)
    return bare(figure)


def bare(figure: go.Figure) -> go.Figure:
    """The figure without a template and a legend."""
    return figure.update_layout(template=go.layout.Template(), showlegend=False, hovermode="closest")


def contours(axes: tuple[np.ndarray, ...], z: np.ndarray, values: np.ndarray, hover: str, colours: list[str]) -> go.Contour:
    """LEVELS filled contours of ``z``, whose hover text has the ``values``."""
    lo, hi = float(z.min()), float(z.max())
    return go.Contour(
        x=axes[0], y=axes[1], z=z.astype(np.float32), customdata=narrow(values), showscale=False, colorscale=colours,
        autocontour=False, contours=dict(start=lo, end=hi, size=(hi - lo) / LEVELS or 1.0), line=dict(width=0.5),
        hovertemplate=hover + "<extra></extra>",
    )  # fmt: skip


def _contours(surface: Surface, theme: str) -> go.Figure:
    xs, ys = _axes(surface)
    values = surface.value(np.stack(np.meshgrid(xs, ys), axis=-1))
    z = height(values, surface)
    x, y = ([m.theta[d] for m in surface.minima] for d in (0, 1))
    contour = contours((xs, ys), z, values, "x %{x:.4g}<br>y %{y:.4g}<br>f %{customdata:.4g}", SCALES[theme])
    figure = go.Figure([contour, crosses(x, y), *_valley(surface)])
    (x_lo, x_hi), (y_lo, y_hi) = surface.domain
    figure.update_xaxes(range=[x_lo, x_hi])
    # one scale for both: a circle looks like one, and a gradient stands square on its contour
    figure.update_yaxes(range=[y_lo, y_hi], scaleanchor="x")
    return figure


def _curve(surface: Surface) -> go.Figure:
    ((lo, hi),) = surface.domain
    margin = (hi - lo) / 2  # the paths of a run that overshoots stay on the curve
    xs = np.linspace(lo - margin, hi + margin, 8 * RESOLUTION + 1)
    values = surface.value(xs)
    inside = values[(xs >= lo) & (xs <= hi)]
    pad = 0.06 * (inside.max() - inside.min())
    curve = go.Scatter(x=xs, y=values, mode="lines", hovertemplate="x %{x:.4g}<br>f %{y:.4g}<extra></extra>")
    figure = go.Figure([curve, crosses([m.theta[0] for m in surface.minima], [m.value for m in surface.minima])])
    figure.update_xaxes(range=[lo, hi])
    figure.update_yaxes(range=[inside.min() - pad, inside.max() + pad])
    return figure


def _valley(surface: Surface) -> list[go.Scatter]:
    """The lowest points that are a continuum, as a line, broken between branches: those nearest to the domain's edge."""
    if surface.valley is None:
        return []
    (x_lo, x_hi), (y_lo, y_hi) = surface.domain
    along, back = np.linspace(0, 1, 65), np.linspace(1, 0, 65)
    x = np.concatenate([x_lo + (x_hi - x_lo) * t for t in (along, np.ones(65), back, np.zeros(65))])
    y = np.concatenate([y_lo + (y_hi - y_lo) * t for t in (np.zeros(65), along, np.ones(65), back)])
    found = np.array([surface.valley.nearest(*at, *surface.coefficients) for at in zip(x.tolist(), y.tolist(), strict=True)])
    jumps = np.hypot(*np.diff(found, axis=0).T) > surface.width / 8
    found = np.insert(found, np.flatnonzero(jumps) + 1, math.nan, axis=0)
    return [go.Scatter(x=found[:, 0], y=found[:, 1], mode="lines", line=dict(width=2, dash="dot"), hoverinfo="skip")]


def crosses(x: list[float], y: list[float]) -> go.Scatter:
    return go.Scatter(x=x, y=y, mode="markers", marker=dict(symbol="cross-thin", size=13, line_width=2), hoverinfo="skip")


def _axes(surface: Surface) -> tuple[np.ndarray, np.ndarray]:
    """Grid lines around the domain's middle, enough for the widest and the tallest picture."""
    middles = [(lo + hi) / 2 for lo, hi in surface.domain]
    width, tall = (hi - lo for lo, hi in surface.domain)
    spacing = max(width, tall) / RESOLUTION
    reach = (max(width, WIDEST * tall) / 2, max(tall, TALLEST * width) / 2)
    axes = []
    for middle, half in zip(middles, reach, strict=True):
        points = round(half / spacing)
        axes.append(middle + spacing * np.arange(-points, points + 1))
    return axes[0], axes[1]


def narrow(values: np.ndarray) -> np.ndarray:
    """The same in single precision, where that can hold them: half as much to send."""
    within = np.abs(values[np.isfinite(values)]).max(initial=0.0) <= np.finfo(np.float32).max
    return values.astype(np.float32) if within else values


def height(values: np.ndarray, surface: Surface) -> np.ndarray:
    """What a contour's colour shows: the value, or on a surface of many scales the logarithm of the rise above its floor."""
    if surface.levels == "linear":
        return values
    # beyond its domain a surface may lie lower than its minimum
    floor = values.min() if surface.minimum is None else min(surface.minimum, values.min())
    rise = values - floor
    return np.log10(rise + 1e-3 * np.percentile(rise, 90))


def plain_value(surface: Surface, *theta: float) -> float:
    """The surface at one point, by the plain formula: small pictures do not wait until kernels are compiled."""
    try:
        return surface.formula(*theta, *surface.coefficients)
    except OverflowError:
        return float(np.finfo(np.float64).max)
