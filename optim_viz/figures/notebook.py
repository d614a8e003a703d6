"""Plotly figures of runs and fits, see ``optim_viz.figures``."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from optim_viz.engine import Run
from optim_viz.errors import SettingError
from optim_viz.figures.surface import SCALES, height, logarithm
from optim_viz.regression.fit import Fit
from optim_viz.regression.plane import grid, plane
from optim_viz.regression.problem import Problem
from optim_viz.spec import N_, Optimizer

LEVELS, POINTS = 18, 161
FAR = 1e300  # with room to reckon above it
ROOM = 0.15  # of what paths take up, on each side


class Path(NamedTuple):
    """Where somebody was, ``places`` (rows, 1 or 2), and the ``values`` there (rows,)."""

    optimizer: Optimizer
    places: np.ndarray
    values: np.ndarray


def race(runs: Sequence[Run]) -> go.Figure:
    if len({(run.surface.key, *run.surface.values.items()) for run in runs}) != 1:
        raise SettingError("runs", N_("runs on one surface"), [run.surface.key for run in runs])
    surface = runs[0].surface
    axes = [np.linspace((3 * lo - hi) / 2, (3 * hi - lo) / 2, POINTS) for lo, hi in surface.domain]  # who pans sees more
    values = surface.value(np.stack(np.meshgrid(*axes), axis=-1))
    lanes = [
        Path(run.optimizer, theta, loss)
        for run in runs
        for theta, loss in zip(run.theta.reshape(-1, *run.theta.shape[-2:]), np.atleast_2d(run.loss), strict=True)
    ]
    minima = np.array([[*m.theta, m.value] for m in surface.minima]).reshape(-1, surface.dim + 1)
    names = [*"xy"[: surface.dim], "f"]
    figure = _figure(axes, values, height(values, surface), minima, lanes, names)
    for axis, ends in zip((figure.update_xaxes, figure.update_yaxes), surface.domain, strict=False):
        axis(range=ends)
    # one scale for both: a circle looks like one, and a gradient stands square on its contour
    return figure.update_yaxes(scaleanchor="x") if surface.dim == 2 else figure


def fit(fits: Sequence[Fit]) -> go.Figure:
    if len({_asked(one.problem) for one in fits}) != 1:
        raise SettingError("fits", N_("fits of one problem"), [one.optimizer.key for one in fits])
    problem = fits[0].problem
    on = plane(fits[0].theta[0]) if problem.dim > 1 else None
    paths = [Path(one.optimizer, one.theta[0] if on is None else on.project(one.theta[0]), one.loss[0]) for one in fits]
    best = np.empty((0, min(problem.dim, 2) + 1))
    if problem.solution is not None and problem.dim <= 2:
        best = np.array([[*problem.solution, problem.evaluate(problem.solution)[0]]])
    seen = np.concatenate([best[:, :-1], *(path.places[np.isfinite(path.places).all(axis=1)] for path in paths)])
    room = ROOM * np.ptp(seen, axis=0) + 1e-9
    ends = tuple(zip(seen.min(axis=0) - room, seen.max(axis=0) + room, strict=True))
    with np.errstate(all="ignore"):
        values = grid(problem, ends, POINTS, on)
    known = np.where(values < FAR, values, values[values < FAR].max(initial=0.0))
    names = [*problem.names, "loss"] if problem.dim <= 2 else ["from start to end", "the path's main direction besides", "loss"]
    return _figure([np.linspace(*pair, POINTS) for pair in ends], values, logarithm(known, known.min()), best, paths, names)


def _asked(problem: Problem) -> tuple:
    """What makes it the problem that it is."""
    settings = (problem.model.key, *problem.model_params.items(), problem.loss.key, *problem.loss_params.items(), problem.l2)
    return (*settings, problem.inputs.tobytes(), problem.targets.tobytes())


def _figure(
    axes: list[np.ndarray], values: np.ndarray, z: np.ndarray, lowest: np.ndarray, paths: Sequence[Path], names: Sequence[str]
) -> go.Figure:
    """Contours of ``z``, or a curve of ``values``; the ``lowest`` points with their values; paths."""
    *places, value = names
    template = "".join(f"{name} %{{{axis}:.4g}}<br>" for name, axis in zip(places, "xy", strict=False)) + f"{value} "
    if len(axes) == 1:
        ground = go.Scatter(x=axes[0], y=values, mode="lines", line={"color": "#737f8c"}, hovertemplate=template + "%{y:.4g}")
    else:
        lo, hi = float(z.min()), float(z.max())
        ground = go.Contour(
            x=axes[0], y=axes[1], z=z, customdata=values, showscale=False, colorscale=SCALES["light"], line={"width": 0.5},
            contours={"start": lo, "end": hi, "size": (hi - lo) / LEVELS or 1.0}, hovertemplate=template + "%{customdata:.4g}",
        )  # fmt: skip
    crosses = go.Scatter(
        x=lowest[:, 0], y=lowest[:, 1], mode="markers", hoverinfo="skip", showlegend=False,
        marker={"symbol": "cross-thin", "size": 13, "line_width": 2},
    )  # fmt: skip
    return go.Figure([ground.update(name="", showlegend=False), crosses, *(_line(path, template) for path in paths)])


def _line(path: Path, template: str) -> go.Scatter:
    """Up to its last row of finite numbers; who hovers reads step, place and value."""
    finite = np.isfinite(path.places).all(axis=1) & np.isfinite(path.values)
    rows = len(finite) if finite.all() else int(np.argmin(finite))
    columns = [*path.places[:rows].T, path.values[:rows]]
    look = path.optimizer.look
    return go.Scatter(
        x=columns[0], y=columns[1], mode="lines+markers", name=path.optimizer.name, customdata=path.values[:rows],
        line={"color": look.colour, "width": 2}, text=np.arange(rows),
        marker={"symbol": "triangle-up" if look.marker == "triangle" else look.marker, "size": 5},
        hovertemplate="%{text}: " + template + "%{customdata:.4g}",
    )  # fmt: skip
