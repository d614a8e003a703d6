"""A rule driven by hand: gradients of one's own choice go in, theta comes out, without a surface and without a kernel."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from optim_viz import Optimizer


def drive(
    record: Optimizer, gradients: Any, hypers: Mapping[str, float] | None = None, *, theta: Any = 0.0,
    lrs: Sequence[float] = (), weight_decay: float = 0.0,
) -> np.ndarray:  # fmt: skip
    """theta before and after each of the gradients, (T + 1,), or (T + 1, D) for gradients (T, D).

    ``lrs``: the learning rate of each step. ``weight_decay`` acts as the record means it.
    """
    columns = np.asarray(gradients, dtype=float)
    starts = np.broadcast_to(np.asarray(theta, dtype=float), columns.shape[1:])
    if columns.ndim == 2:
        paths = [
            drive(record, column, hypers, theta=start, lrs=lrs, weight_decay=weight_decay)
            for column, start in zip(columns.T, starts, strict=True)
        ]
        return np.stack(paths, axis=1)
    values = record.check(hypers)
    x = float(starts)
    named = values | {"theta": x}
    state = [float(named[s.initial]) if isinstance(s.initial, str) else float(s.initial) for s in record.states]
    path = [x]
    for t, g in enumerate(columns.tolist(), start=1):
        if lrs:
            values["lr"] = lrs[t - 1]
        if record.decay == "l2":
            g += weight_decay * x
        else:
            x -= weight_decay * x * (values["lr"] if record.decay == "decoupled" else 1.0)
        x, *state = record.update(x, g, t, *state, *values.values())
        path.append(x)
    return np.array(path)


def steps(record: Optimizer, gradients: Any, hypers: Mapping[str, float] | None = None, **more: Any) -> np.ndarray:
    """What each of the gradients moves theta by, from 0."""
    return np.diff(drive(record, gradients, hypers, **more), axis=0)
