"""Record what Keras computes, on its torch backend: one trajectory for each optimizer, sample of settings and surface.

    pip install torch==2.13.0 keras==3.15.1 && KERAS_BACKEND=torch python -m tests.golden.record_keras

As ``record_torch``. Weight decay is Keras' own, which is decoupled for every optimizer; the schedule too.
"""

import os
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import torch

from optim_viz import Optimizer
from tests.golden import cases

keras.config.set_floatx("float64")
torch.set_default_dtype(torch.float64)


def arounds(record: Optimizer) -> list[dict[str, Any]]:
    some = [cases.EXPONENTIAL]
    if "weight_decay" in (record.stages or ()):
        some.append({"weight_decay": 0.05})
    return some


def trajectory(case: dict[str, Any], start: np.ndarray) -> np.ndarray:
    record, around, surface = cases.record_of(case["optimizer"]), case["around"], cases.surface_of(case)
    theta = keras.Variable(start, dtype="float64")
    loss = cases.on(torch, surface)
    optimizer = eval(cases.call("keras", record, case["hypers"]), {"keras": keras})  # our own record's line
    if "weight_decay" in around:
        optimizer.weight_decay = around["weight_decay"]
    if "schedule" in around:
        lr = record.check(case["hypers"])["lr"]
        optimizer.learning_rate = keras.optimizers.schedules.ExponentialDecay(lr, decay_steps=1, decay_rate=around["gamma"])
    optimizer.build([theta])
    rows = [theta.numpy().copy()]
    for _ in range(cases.STEPS):
        point = torch.tensor(rows[-1], requires_grad=True)
        loss(point).backward()
        optimizer.apply_gradients([(point.grad, theta)])
        rows.append(theta.numpy().copy())
    return np.array(rows)


if __name__ == "__main__":
    versions = {"keras": keras.__version__, "torch": torch.__version__}
    cases.record("keras", versions, cases.cases("keras", arounds), trajectory)
