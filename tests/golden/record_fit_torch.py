"""Record what torch computes batch by batch: one trajectory for each optimizer, sample of settings and problem.

    pip install torch==2.13.0 && python -m tests.golden.record_fit_torch

Models, losses and optimizers are torch's own modules, gradients its autograd; data and batches are those of ``optim_viz.fit``,
and are kept beside the trajectories. The test suite needs the data only. What is kept, and what ``until`` says: see cases.py.
"""

import json
import platform
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

import optim_viz
from optim_viz.regression.losses import LOSSES
from tests.golden import cases
from tests.golden.record_torch import make

STEPS, ROWS = cases.STEPS, cases.ROWS
#: what each is fitted to: the settings of ``optim_viz.fit`` beside optimizer, hypers and updates
PROBLEMS: list[dict[str, Any]] = [
    dict(data="noisy_line", model="line", batch_size=10, sampling="shuffle", seeds=3),
    dict(data="noisy_line", model="line", batch_size=1, sampling="replacement", seeds=4),
    dict(data="outliers", model="line", loss="huber", loss_params={"delta": 3.0}, batch_size=16, sampling="in_order", seeds=0),
    dict(data="blobs", model="logistic", batch_size=32, sampling="shuffle", seeds=5),
    dict(data="sine", model="network", model_params={"hidden": 4}, batch_size=7, sampling="independent", seeds=6),
    dict(data="two_moons", model="network", model_params={"hidden": 3}, batch_size=None, sampling="shuffle", seeds=7),
]


def module(problem: optim_viz.Problem, start: np.ndarray) -> torch.nn.Module:
    """The model, with these weights."""
    features = problem.inputs.shape[1]
    if problem.model.key == "network":
        hidden = int(problem.model_params["hidden"])
        found: torch.nn.Module = torch.nn.Sequential(
            torch.nn.Linear(features, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, 1)
        )
    else:
        found = torch.nn.Linear(features, 1)
    torch.nn.utils.vector_to_parameters(torch.tensor(start), found.parameters())
    return found


def trajectory(record: optim_viz.Optimizer, hypers: dict[str, float], fit: optim_viz.Fit, start: np.ndarray) -> np.ndarray:
    """theta before and after each update, (STEPS + 1, D)."""
    model = module(fit.problem, start)
    parameters = list(model.parameters())
    loss = eval(LOSSES[fit.problem.loss.key].torch.format(**fit.problem.loss_params), {"torch": torch})  # our own record's
    optimizer = make(record, hypers, parameters)
    inputs, targets = torch.tensor(fit.inputs), torch.tensor(fit.targets)

    def theta() -> np.ndarray:
        return torch.nn.utils.parameters_to_vector(parameters).detach().numpy().copy()

    rows = [theta()]
    for batch in fit.batches(0):
        x, y = inputs[batch.copy()], targets[batch.copy()]

        def closure(x: torch.Tensor = x, y: torch.Tensor = y) -> torch.Tensor:
            optimizer.zero_grad()
            value = loss(model(x)[:, 0], y)
            value.backward()
            return value

        optimizer.step(closure)
        rows.append(theta())
    return np.array(rows)


def listed() -> Iterator[tuple[optim_viz.Optimizer, dict[str, float], dict[str, Any]]]:
    for record in cases.conventions("torch"):
        for problem in PROBLEMS:
            for hypers in ({}, *record.samples):
                yield record, dict(hypers), problem


def main() -> None:
    kept: list[dict[str, Any]] = []
    arrays: dict[str, Any] = {}
    for record, hypers, problem in listed():
        number = PROBLEMS.index(problem)
        fit = optim_viz.fit("gd", updates=STEPS, hypers={"lr": 0.0}, **problem)
        start = fit.theta[0, 0]
        rows, nudged = (trajectory(record, hypers, fit, start + by)[ROWS] for by in (0.0, cases.NUDGE))
        arrays[f"inputs{number}"], arrays[f"targets{number}"] = fit.inputs, fit.targets
        arrays[f"batches{number}"] = np.concatenate(fit.batches(0)).astype(np.int16)
        case: dict[str, Any] = dict(optimizer=record.full_key, hypers=hypers, problem=number)
        together = np.isfinite(rows).all(axis=1) & (np.abs(rows - nudged).max(axis=1) <= cases.TOGETHER)
        case["until"] = len(ROWS) if together.all() else int(np.argmin(together))
        arrays[f"theta{len(kept)}"] = rows
        kept.append(case)
    header = dict(
        about="fits batch by batch, float64, at the updates in rows; recorded by record_fit_torch.py",
        versions={"torch": torch.__version__, "python": platform.python_version(), "numpy": np.__version__},
        steps=STEPS, rows=ROWS, problems=PROBLEMS,
    )  # fmt: skip
    text = json.dumps(header, indent=1)[:-2] + ',\n "cases": [\n  ' + ",\n  ".join(map(json.dumps, kept)) + "\n ]\n}\n"
    (cases.HERE / "fit_torch.json").write_text(text, encoding="utf-8")
    np.savez_compressed(cases.HERE / "fit_torch.npz", **arrays)
    print(f"{len(kept)} fits of {STEPS} updates from torch; those that its last digit decides after row:")
    for case in kept:
        if case["until"] < len(ROWS):
            print("   ", case)


if __name__ == "__main__":
    main()
