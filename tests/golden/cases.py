"""What is recorded from each library, and the file it is recorded into: shared by the recorders, which are run by hand.

Every entry and every variant that has a call in the library, by default and with each of its samples, on each of ``SURFACES``;
with the first sample also what may stand around the rule. Of each 500 steps the first 20 and every tenth are kept: a trajectory
that strays does not come back. Runs that leave the finite numbers in the library itself are left out and named in the file.

Some runs are chaotic: RMSprop that hops about a minimum magnifies the last digit of a number. So each run is made twice in
the library, once from a start moved by some units in the last place; ``until`` says up to which row the two stay together, and
only so far can another program be expected to agree.
"""

import json
import math
import platform
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np

from optim_viz import OPTIMIZERS, Optimizer
from optim_viz import Surface as Surface
from surfaces import SURFACES as ALL

HERE = Path(__file__).parent
STEPS = 500
ROWS = [*range(21), *range(30, STEPS + 1, 10)]
NUDGE, TOGETHER = 1e-15, 2e-12
SURFACES: list[tuple[str, dict[str, float]]] = [
    ("rosenbrock", {}),
    ("ravine", {"condition": 20.0, "rotation": 30.0}),
    ("himmelblau", {}),
    ("saddle", {}),
]
EXPONENTIAL = {"schedule": "exponential", "gamma": 0.995}


def conventions(library: str) -> Iterator[Optimizer]:
    """Every entry and variant with a call in this library."""
    for entry in OPTIMIZERS.values():
        yield from (record for record in entry.conventions if library in record.calls)


def cases(library: str, arounds: Callable[[Optimizer], list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Each case: optimizer (its full key), hypers, around (flat), surface and its params, start if not the surface's."""
    for record in conventions(library):
        settings: list[tuple[dict, dict]] = [({}, {}), *((dict(sample), {}) for sample in record.samples)]
        first = dict(record.samples[0])
        settings += [(first, around) for around in arounds(record)]
        for hypers, around in settings:
            for key, params in SURFACES:
                around, start = dict(around), None
                if "maximize" in around:  # towards Himmelblau's hill
                    key, params, start = "himmelblau", {}, [-0.2, -0.8]
                yield dict(
                    optimizer=record.full_key, hypers=hypers, around=around, surface=key, surface_params=params, start=start
                )  # fmt: skip
                if start:
                    break


def record_of(full_key: str) -> Optimizer:
    """The record that a case names."""
    key, _, variant = full_key.partition("@")
    return OPTIMIZERS[key].as_in(variant)


def surface_of(case: dict[str, Any]) -> Surface:
    return ALL[case["surface"]].at(**case["surface_params"])


def call(library: str, record: Optimizer, hypers: dict[str, float], **replaced: str) -> str:
    """The constructor call with these hyperparameters written in."""
    return record.calls[library].format(**{name: repr(value) for name, value in record.check(hypers).items()} | replaced)


def on(module: Any, surface: Surface) -> Callable[..., Any]:
    """The surface's formula with another library's functions in the place of math's: the same code."""
    functions = SimpleNamespace(**{name: getattr(module, name, None) or getattr(math, name) for name in dir(math)})
    formula = FunctionType(surface.formula.__code__, {**surface.formula.__globals__, "math": functions})
    return lambda theta: formula(*theta, *surface.coefficients)


def record(
    library: str, versions: dict[str, str], listed: Iterator[dict[str, Any]], trajectory: Callable[..., np.ndarray]
) -> None:
    """``<library>.json`` with versions and cases, ``<library>.npz`` with theta [case, row, D].

    ``trajectory(case, start)`` is theta after each step, (STEPS + 1, D).
    """
    finite, left_out, theta = [], [], []
    for case in listed:
        start = np.array(case["start"] or surface_of(case).start)
        rows, nudged = trajectory(case, start)[ROWS], trajectory(case, start + NUDGE)[ROWS]
        if not np.isfinite(rows).all():
            left_out.append(case)
            continue
        apart = np.abs(rows - nudged).max(axis=1) > TOGETHER
        case["until"] = int(np.argmax(apart)) if apart.any() else len(ROWS)
        finite.append(case)
        theta.append(rows)
    about = f"theta from the surface's start, float64, at the steps in rows; recorded by record_{library}.py, see cases.py"
    header = dict(about=about, versions=versions | {"python": platform.python_version()}, steps=STEPS, rows=ROWS)
    text = json.dumps(header, indent=1)[:-2] + ',\n "cases": [\n  ' + ",\n  ".join(map(json.dumps, finite)) + "\n ],\n"
    text += ' "left_out": [\n  ' + ",\n  ".join(map(json.dumps, left_out)) + "\n ]\n}\n"
    (HERE / f"{library}.json").write_text(text, encoding="utf-8")
    np.savez_compressed(HERE / f"{library}.npz", theta=np.array(theta))
    print(f"{len(finite)} trajectories of {STEPS} steps from {library}")
    for what, some in (("left the finite numbers", left_out), ("chaotic", [c for c in finite if c["until"] < len(ROWS)])):
        print(f"{len(some)} {what} there:")
        for case in some:
            print("   ", case["optimizer"], case["hypers"], case["around"], case["surface"], case.get("until", ""))
