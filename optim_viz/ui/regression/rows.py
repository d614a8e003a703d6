"""All fits as a table for other programs: CSV, every row of every seed, or every so many of them where that were too much."""

import csv
import io
import math
from typing import Any

import numpy as np

from optim_viz import Fit
from optim_viz.ui.asked import Asked
from optim_viz.ui.regression import settings
from optim_viz.ui.regression.answer import run, runner_names, weight_names
from optim_viz.ui.regression.settings import effort

MOST_ROWS, MOST_COST = 100_000, 400_000_000  # of the table; and what the losses in it may cost, see ``effort``


def answer(asked: Asked) -> dict[str, Any]:
    """``csv``, and that it has ``every`` so many rows of a fit, the first and the last."""
    chosen, _faults = settings.read(asked.query, asked.more)
    problem, samples = chosen.problem, len(chosen.problem.targets)
    fits = [run(runner, chosen) for runner in chosen.runners]
    rows = sum(each.theta.shape[0] * each.theta.shape[1] for each in fits)
    every = max(1, math.ceil(rows / MOST_ROWS), math.ceil(rows * samples * effort(problem) / MOST_COST))
    held = [] if problem.test is None else ["loss_held_out"]
    head = ["runner", "seed", "update", "samples", "epoch", "gradients", "loss", *held, *weight_names(asked.texts, problem)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for name, each in zip(runner_names(asked.texts, chosen.runners, samples), fits, strict=True):
        for row in _rows(each, every):
            writer.writerow([name, *row])
    return {"csv": out.getvalue(), "every": every}


def _rows(each: Fit, every: int) -> Any:
    """Of every seed, row by row, its numbers as they are."""
    at = np.unique([*range(0, len(each.updates), every), len(each.updates) - 1])
    theta, problem = each.theta[:, at], each.problem
    with np.errstate(all="ignore"):
        losses = [problem.evaluate(theta)[0], *([] if problem.test is None else [problem.test.evaluate(theta)[0]])]
    counts = each.updates[at], each.samples_seen[at], each.epochs[at]
    for s, seed in enumerate(each.seeds):
        columns = [*counts, each.cost[s, at], *(loss[s] for loss in losses), *theta[s].T]
        for row in zip(*(column.tolist() for column in columns), strict=True):
            yield [seed, *row]
