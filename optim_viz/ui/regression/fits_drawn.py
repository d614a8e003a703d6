"""What the player draws of a runner's fits: one seed in detail, the others as bands and faint paths."""

from typing import Any

import numpy as np

from optim_viz import Fit, Problem
from optim_viz.regression.outcome import median, spread
from optim_viz.regression.plane import Plane
from optim_viz.ui.regression.pictures import predicted_at, some
from optim_viz.ui.regression.settings import Settings, effort

BAND_ROWS, BAND_WORK, BAND_COST = 200, 4_000_000, 32_000_000  # of all seeds' curves; evaluations of the loss, and their cost
OTHERS = 60  # places of each other seed's path
BATCH_CELLS = 60_000  # samples named in the batches that are highlighted
BENT_CELLS = 75_000  # predictions that are sent, of a model that is not linear in its weights


def counts(problem: Problem, seeds: int) -> dict[str, int]:
    """How much of each is drawn: rows of the bands, places of a path, samples named in batches, rows of predictions."""
    return {
        "band": band_rows(problem, seeds), "others": OTHERS, "cells": BATCH_CELLS,
        "bent": BENT_CELLS // len(predicted_at(problem)[1]),
    }  # fmt: skip


def shown(each: Fit, chosen: Settings, on: Plane | None) -> dict[str, Any]:
    """What the player draws of one runner: one seed in detail, the others as bands and faint paths."""
    theta, problem = each.theta[chosen.seed], each.problem
    with np.errstate(all="ignore"):
        loss = problem.evaluate(theta)[0]
        finite = np.isfinite(loss) & np.isfinite(theta).all(axis=1)
    shown = {
        "rows": each.updates.astype(np.int32),
        "samples": each.samples_seen.astype(np.int32),
        "cost": each.cost[chosen.seed],
        "theta": theta.ravel(),
        "loss": loss,
        "test": None if problem.test is None else problem.test.evaluate(theta)[0],
        "diverged": None if finite.all() else int(np.argmin(finite)),
        "band": _band(each),
        "batch": _batches(each, chosen.seed),
        "others": _others(each, chosen.seed, on),
        "curves": None if problem.model.is_linear else _bent(each, chosen.seed),
    }
    if on is not None and problem.dim > 2:
        with np.errstate(all="ignore"):
            shown["place"] = on.project(theta).ravel()
    return shown


def _band(each: Fit) -> dict[str, np.ndarray | None]:
    """Over the seeds, at some rows: their median loss, their spread, and the median on what is held out."""
    at = some(each.theta.shape[1], band_rows(each.problem, len(each.theta)))
    with np.errstate(all="ignore"):
        loss = each.problem.evaluate(each.theta[:, at])[0]
        test = None if each.problem.test is None else median(each.problem.test.evaluate(each.theta[:, at])[0])
    low, high = spread(loss)
    return {"at": at.astype(np.int32), "low": low, "mid": median(loss), "high": high, "test": test}


def band_rows(problem: Problem, seeds: int) -> int:
    """How many rows of all seeds' losses are computed."""
    each = seeds * len(problem.targets)
    return max(10, min(BAND_ROWS, max(20, BAND_WORK // each), int(BAND_COST / (effort(problem) * each))))


def _batches(each: Fit, seed: int) -> dict[str, Any] | None:
    """The samples of the update before each row but the first, -1 for none; None where all or too many to name."""
    if each.drawn.full:
        return None
    size, rows = each.drawn.indices.shape[2], len(each.updates)
    if size * rows > BATCH_CELLS:
        return None
    cells = np.full((rows, size), -1, dtype=np.int32)
    for row, update in enumerate(each.updates[1:], 1):
        batch = each.drawn.batch(seed, update - 1)
        cells[row, : len(batch)] = batch
    return {"size": size, "cells": cells.ravel()}


def _others(each: Fit, seed: int, on: Plane | None) -> np.ndarray | None:
    """(S - 1, 2 * rows): where the other seeds' paths lead on the picture of the loss."""
    at = some(each.theta.shape[1], OTHERS)
    rest = np.delete(each.theta, seed, axis=0)[:, at]
    if not len(rest):
        return None
    with np.errstate(all="ignore"):
        if each.problem.dim == 1:
            places = np.stack([rest[..., 0], each.problem.evaluate(rest)[0]], axis=-1)
        else:
            places = rest if on is None or each.problem.dim == 2 else on.project(rest)
        return places.reshape(len(rest), -1).astype(np.float32)


def _bent(each: Fit, seed: int) -> dict[str, np.ndarray]:
    """Predictions at some rows, for a model that is not linear in its weights."""
    at = some(each.theta.shape[1], counts(each.problem, len(each.theta))["bent"])
    with np.errstate(all="ignore"):
        z = each.problem.predict(each.theta[seed, at], predicted_at(each.problem)[1]).astype(np.float32)
    return {"at": at.astype(np.int32), "z": z}
