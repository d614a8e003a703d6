"""What the browser needs to answer the lab's questions itself while the hand is on a runner's numbers: the problem as kernels
take it, and the batches, drawn here once by numpy's generator. ``components/regression/answer.js`` asks for them.
"""

import json
from typing import Any

import numpy as np

from optim_viz.engine import MAX_STEPS
from optim_viz.regression.batching import draw
from optim_viz.regression.problem import BLOCK, LANES, Problem
from optim_viz.ui.asked import Asked
from optim_viz.ui.inputs import MAX_NUMBER
from optim_viz.ui.regression import fits_drawn, pictures, settings
from optim_viz.ui.regression.answer import ROWS, curve_cost, identity, marked
from optim_viz.ui.regression.settings import Runner, Settings, effort
from optim_viz.ui.regression.words import FEW

#: What the fits that an answer computes anew may cost in the browser, see ``effort``: so much takes 12 ms there, measured, of a
#: line as of a network, and with what is drawn no more than two frames. What costs more is answered here.
LIVE = 6_000_000


def answer(asked: Asked) -> dict[str, Any]:
    """``problem`` None where even the cheapest of these fits cost too much."""
    chosen, _faults = settings.read(asked.query, asked.more)
    problem = chosen.problem
    if effort(problem) * len(problem.targets) * chosen.epochs * chosen.seeds > LIVE:
        return {"problem": None}
    name = json.dumps([identity(chosen), chosen.start, chosen.seeds])
    given = {"problem": asked.part(lambda: _problem(chosen), f"problem {name}"), "marks": marked(asked.texts, problem)}
    for runner in chosen.runners:
        if what := _drawn(runner, chosen):
            about = [*what, len(problem.targets), chosen.epochs, chosen.seeds]
            given[" ".join(map(str, what))] = asked.part(lambda what=what: _draw(chosen, *what), f"draw {about}")  # type: ignore[misc]
    return given


def _drawn(runner: Runner, chosen: Settings) -> tuple[str, int, int] | None:
    """How the samples of a runner are drawn: the way, how many at a time, and in how many batches; None where they are not
    drawn. Shuffled ones are drawn one by one: batches of all sizes are cut from the same order.
    """
    samples, size = len(chosen.problem.targets), runner.batch or len(chosen.problem.targets)
    if runner.sampling == "in_order" or (size == samples and runner.sampling != "replacement"):
        return None
    if runner.sampling == "shuffle":
        return "shuffle", 1, samples * chosen.epochs
    return runner.sampling, size, chosen.updates(runner)


def _draw(chosen: Settings, sampling: str, size: int, updates: int) -> np.ndarray:
    """Seed by seed, batch by batch the indices of the samples."""
    samples = len(chosen.problem.targets)
    found = draw(
        sampling, samples, size, updates, tuple(range(chosen.seeds)), drop_last=updates * size < samples * chosen.epochs
    )
    return found.indices.astype(np.uint16).ravel()


def _problem(chosen: Settings) -> dict[str, Any]:
    problem, start, best = chosen.problem, chosen.starts(), chosen.problem.solution
    starts = problem.starts(tuple(range(chosen.seeds))) if start is None else np.tile(start, (chosen.seeds, 1))
    linear, at = problem.model.is_linear, pictures.predicted_at(problem)[1]
    return {
        "linear": linear, "loss": problem.loss.key, "quadratic": problem.loss.is_quadratic, "dim": problem.dim,
        **_data(problem), "test": None if problem.test is None else _data(problem.test), "starts": starts.T.ravel(),
        "places": None if linear else problem.model.features(at, **problem.model_params).T.ravel(),
        "best": None if best is None else {"here": best[:FEW], "there": problem.original(best)[:FEW]},
        "least": None if best is None else problem.least, "leastTest": None if best is None else problem.least_test,
        "standardised": problem.standardise != "none", "turned": _turned(problem),
        "curvature": problem.curvature, "effort": effort(problem), "live": LIVE,
        "lanes": LANES, "block": BLOCK, "most": MAX_STEPS, "far": MAX_NUMBER, "rows": ROWS, "work": curve_cost(problem),
        "grid": pictures.grid_points(problem), **fits_drawn.counts(problem, chosen.seeds),
    }  # fmt: skip


def _data(problem: Problem) -> dict[str, Any]:
    """Samples as kernels take them."""
    return {"table": problem.table.ravel(), "width": problem.table.shape[1], "head": problem.head}


def _turned(problem: Problem) -> np.ndarray | None:
    """(dim + 1, dim): what each weight adds, where it is 1, to those for the original data; last those where all are 0."""
    if problem.standardise == "none" or problem.dim > FEW:
        return None
    zero = problem.original(np.zeros(problem.dim))
    return np.vstack([problem.original(np.identity(problem.dim)) - zero, zero])
