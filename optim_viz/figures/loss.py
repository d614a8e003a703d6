"""The picture of a loss over the weights: a curve over one, filled contours over two or over a plane."""

import numpy as np
import plotly.graph_objects as go

from optim_viz.figures.surface import SCALES, bare, contours, crosses

FAR = 1e300  # with room to reckon above it


def loss_figure(axes: tuple[np.ndarray, ...], values: np.ndarray, best: tuple[float, ...], names: tuple[str, ...]) -> go.Figure:
    """``values`` (n,) over one axis or (rows, columns) over two; ``best``: the place of the least loss, empty for none.

    The colour of a contour is the logarithm of the rise above the lowest value of the grid; the hover text has the loss.
    Where the loss is beyond FAR, or no number any more, the colour is that of the highest that is not.
    """
    known = values < FAR  # False for nan
    finite = values[known] if known.any() else np.zeros(1)
    if len(axes) == 1:
        curve = go.Scatter(
            x=axes[0], y=values, mode="lines", hovertemplate=f"{names[0]} %{{x:.4g}}<br>%{{y:.4g}}<extra></extra>"
        )
        figure = go.Figure([curve])
        quarter = len(values) // 4  # on both sides the curve goes on beyond the picture
        inside = values[quarter : len(values) - quarter]
        inside = inside[inside < FAR] if (inside < FAR).any() else finite
        pad = max(0.06 * float(np.ptp(inside)), 1e-9 * float(inside.max())) or 1.0  # a flat curve has a height, too
        figure.update_yaxes(range=[float(inside.min()) - pad, float(inside.max()) + pad])
        figure.update_xaxes(range=[float(axes[0][quarter]), float(axes[0][-1 - quarter])], title_text=names[0])
    else:
        rise = np.where(known, values, finite.max()) - finite.min()
        z = np.log10(rise + (1e-3 * float(np.percentile(rise, 90)) or 1.0))
        hover = f"{names[0]} %{{x:.4g}}<br>{names[1]} %{{y:.4g}}<br>%{{customdata:.4g}}"
        contour = contours(axes, z, values, hover, SCALES["light"])
        figure = go.Figure([contour, *([crosses([best[0]], [best[1]])] if best else [])])
        figure.update_xaxes(range=[float(axes[0][0]), float(axes[0][-1])], title_text=names[0])
        figure.update_yaxes(range=[float(axes[1][0]), float(axes[1][-1])], title_text=names[1])
    return bare(figure)
