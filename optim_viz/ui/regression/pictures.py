"""The pictures below the fits: the data with the places of predictions, and the loss over the weights."""

import math
from typing import Any

import numpy as np

from optim_viz import Fit, Problem
from optim_viz.regression.plane import Plane, grid, plane
from optim_viz.ui.inputs import MAX_NUMBER
from optim_viz.ui.regression.settings import Settings, effort

SHOWN = 2000  # samples that are drawn
CURVE, BORDER = 121, 35  # points of a fitted curve; rows and columns of a border
BENT_SHOWN = 300  # samples that are drawn with the predictions of a model that is not linear
GRID, GRID_WORK, GRID_COST = 81, 4_000_000, 32_000_000  # of the loss over the weights; samples evaluated for it, their cost
FAR = 1e300  # with room to reckon above it


def some(rows: int, most: int) -> np.ndarray:
    """Indices of at most so many rows, the first and the last among them."""
    return np.unique(np.linspace(0, rows - 1, max(2, min(rows, most))).astype(int))


def _kind(problem: Problem) -> str:
    """How data are drawn: a curve over one input, of classes that of a probability, a border in the plane of two, else targets
    against predictions.
    """
    width = problem.inputs.shape[1]
    if width == 1:
        return "curve" if problem.data.task == "numbers" else "probability"
    return "border" if problem.data.task == "classes" and width == 2 else "agreement"


def _kept(problem: Problem) -> np.ndarray:
    """Indices of the samples that are drawn."""
    most = SHOWN if problem.model.is_linear or _kind(problem) != "agreement" else BENT_SHOWN
    return some(len(problem.targets), most)


def predicted_at(problem: Problem) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Where predictions are drawn: the axes, and the inputs (G, F) that they make."""
    kind, test = _kind(problem), problem.test
    if kind == "agreement":
        learnt = problem.inputs[_kept(problem)]
        return (), learnt if test is None else np.vstack([learnt, test.inputs[_kept(test)]])
    inputs = problem.inputs if test is None else np.vstack([problem.inputs, test.inputs])
    ends = [(column.min(), column.max(), np.ptp(column)) for column in inputs.T]
    axes = tuple(
        np.linspace(lo - 0.08 * size, hi + 0.08 * size, BORDER if kind == "border" else CURVE) for lo, hi, size in ends
    )
    return axes, np.stack([axis.ravel() for axis in np.meshgrid(*axes)], axis=1)


def data(problem: Problem) -> dict[str, Any]:
    """The samples, and the features from which the browser reckons predictions where they are linear in the weights."""
    kept, (axes, inputs) = _kept(problem), predicted_at(problem)
    linear = problem.model.is_linear
    return {
        "kind": _kind(problem),
        "odds": problem.data.task == "classes",  # predictions are log odds
        "count": len(problem.targets),
        "kept": kept.astype(np.int32),
        "x": problem.inputs[kept, 0],
        "x2": problem.inputs[kept, 1] if _kind(problem) == "border" else None,
        "y": problem.targets[kept],
        "held": None if problem.test is None else _held(problem.test),
        "axes": list(axes),
        "basis": problem.model.features(inputs, **problem.model_params).ravel() if linear else None,
        "sampleBasis": problem.features[kept].ravel() if linear else None,
    }


def _held(test: Problem) -> dict[str, Any]:
    """The samples that are held out."""
    kept = _kept(test)
    return {"x": test.inputs[kept, 0], "x2": test.inputs[kept, 1] if _kind(test) == "border" else None, "y": test.targets[kept]}


def _path(chosen: Settings, fits: list[Fit]) -> np.ndarray:
    """(R, D): the chosen runner's path, as far as it is followed when it diverges; from the start to 0 where nobody runs."""
    if fits:
        path = fits[chosen.chosen].theta[chosen.seed]
        return path[(np.abs(path) <= MAX_NUMBER).all(axis=1)]
    start = chosen.starts()
    return np.stack([chosen.problem.starts((chosen.seed,))[0] if start is None else start, np.zeros(chosen.problem.dim)])


def shown_plane(chosen: Settings, fits: list[Fit]) -> Plane | None:
    """For more than two weights the plane of the chosen runner's path; with two it is all there is."""
    return None if chosen.problem.dim == 1 else plane(_path(chosen, fits))


def span(chosen: Settings, fits: list[Fit], on: Plane | None) -> tuple[tuple[float, float], ...]:
    """What part of the weights is shown."""
    problem = chosen.problem
    if problem.dim > 2 and on is not None:
        places = on.project(_path(chosen, fits))
        lo, hi = places.min(axis=0), places.max(axis=0)
        half = np.maximum((hi - lo) * 0.75, 0.4 * float((hi - lo).max()) or 1.0)
        return tuple((float(m - h), float(m + h)) for m, h in zip((lo + hi) / 2, half, strict=True))
    given = chosen.starts()
    starts = problem.starts(tuple(range(chosen.seeds))) if given is None else given[None]
    best = np.zeros(problem.dim) if problem.solution is None else problem.solution
    # as far as the contour through the start goes along each weight, and to the start itself
    most = problem.loss.steepest
    with np.errstate(all="ignore"):
        second = most * (problem.features**2).mean(axis=0) + problem.l2
        away = np.abs(starts - best).max(axis=0)
        rise = ((starts - best) @ problem.features.T) ** 2
        level = np.sqrt(most * float(rise.mean(axis=1).max()) / np.maximum(second, 1e-12))
        half = np.maximum(1.3 * away, 1.1 * level) + 1e-6
    # round, so that it stays while a slider moves; where squares are no numbers, as far as the start
    half = np.array([float(f"{h if h < FAR else 1.3 * a + 1e-6:.1e}") for h, a in zip(half, away, strict=True)])
    return tuple((float(m - h), float(m + h)) for m, h in zip(best, half, strict=True))


def grid_points(problem: Problem) -> int:
    """Of the loss over two directions, along each."""
    return max(21, min(GRID, int(math.sqrt(min(GRID_WORK, GRID_COST / effort(problem)) / len(problem.targets)))))


def surface(problem: Problem, part: tuple[tuple[float, float], ...], on: Plane | None, names: list[str]) -> dict[str, Any]:
    """The loss over the weights, on a grid; ``best`` is the place of the least, with the loss there."""
    solution = () if problem.solution is None or problem.dim > 2 else (problem.solution,)
    if problem.dim == 1:
        ((lo, hi),), points = part, 601
        beyond = (hi - lo) / 2  # on both sides the curve goes on beyond the picture
        axes = [np.linspace(lo - beyond, hi + beyond, points)]
        values = grid(problem, ((axes[0][0], axes[0][-1]),), points)
    else:
        points = grid_points(problem)
        axes = [np.linspace(lo, hi, points) for lo, hi in part]
        with np.errstate(all="ignore"):
            values = grid(problem, part, points, on)
    return {
        "grid": {"axes": axes, "values": values},
        "best": [[*map(float, best), float(problem.evaluate(best)[0])] for best in solution],
        "names": names,
        "domain": [end for ends in part for end in ends],
    }
