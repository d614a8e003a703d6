"""Record what torch computes: one trajectory for each optimizer, sample of settings and surface.

    pip install torch==2.13.0 && python -m tests.golden.record_torch

Writes ``torch.json`` (versions, settings) and ``torch.npz`` (theta after each step, float64) beside this file. The
constructor is the ``torch`` line of each record. The gradient is torch's own, by autograd through the surface's
``value``, so the trajectories also test our closed-form gradients. The test suite needs the data only.
"""

import json
import math
import platform
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np
import torch

from optim_viz import OPTIMIZERS, Optimizer, Surface
from surfaces import SURFACES

HERE = Path(__file__).parent
STEPS = 500
PARAMS: dict[str, list[dict[str, float]]] = {"ravine": [{}, {"condition": 20.0, "rotation": 30.0}]}


def torch_value(surface: Surface, theta: torch.Tensor) -> torch.Tensor:
    """The surface's formula on tensors: the same code, with torch's functions in the place of math's."""
    functions = SimpleNamespace(**{name: getattr(torch, name, None) or getattr(math, name) for name in dir(math)})
    formula = FunctionType(surface.formula.__code__, {**surface.formula.__globals__, "math": functions})
    return formula(*theta, *surface.coefficients)


def trajectory(optimizer: Optimizer, hypers: dict[str, float], surface: Surface) -> np.ndarray:
    theta = torch.tensor(surface.start, dtype=torch.float64, requires_grad=True)
    call = optimizer.torch.format(**{name: repr(value) for name, value in optimizer.check(hypers).items()})
    stepper = eval(call, {"torch": torch, "params": [theta]})  # our own record's line
    rows = [theta.detach().numpy().copy()]
    for _ in range(STEPS):
        stepper.zero_grad()
        torch_value(surface, theta).backward()
        stepper.step()
        rows.append(theta.detach().numpy().copy())
    return np.array(rows)


def main() -> None:
    cases: list[dict] = []
    paths: dict[str, Any] = {}
    for optimizer in OPTIMIZERS.values():
        for hypers in ({}, *optimizer.samples):
            for surface in SURFACES.values():
                for params in PARAMS.get(surface.key, [{}]):
                    name = f"{len(cases):04}"
                    paths[name] = trajectory(optimizer, dict(hypers), surface.at(**params))
                    cases.append(
                        dict(name=name, optimizer=optimizer.key, hypers=hypers, surface=surface.key, surface_params=params)
                    )  # fmt: skip
    about = "theta after each step, from the surface's start, float64; recorded by record_torch.py"
    versions = dict(torch=torch.__version__, python=platform.python_version())
    (HERE / "torch.json").write_text(
        json.dumps(dict(about=about, versions=versions, steps=STEPS, cases=cases), indent=1) + "\n"
    )
    np.savez_compressed(HERE / "torch.npz", **paths)
    print(f"{len(cases)} trajectories of {STEPS} steps from torch {torch.__version__}")


if __name__ == "__main__":
    main()
