"""Measures how far our trajectories are from the recorded ones, for the badges of the catalogue: ``make docs``.

Written to ``optim_viz/parity.json``: for each convention and library the version, the steps, how many runs were compared, how
many of them are chaotic in the library itself (those only as far as they can agree), and the largest difference.
"""

import json
from typing import Any

import numpy as np

from optim_viz import run
from optim_viz.around import from_flat
from optim_viz.parity import FILE
from tests.golden.cases import HERE, ROWS, STEPS, record_of, surface_of

LIBRARIES = ("torch", "keras", "optax")


def recorded(library: str) -> tuple[dict[str, Any], np.ndarray]:
    """What ``tests/golden`` holds of this library: versions and cases; theta [case, row, D]."""
    return json.loads((HERE / f"{library}.json").read_text(encoding="utf-8")), np.load(HERE / f"{library}.npz")["theta"]


def difference(case: dict[str, Any], theta: np.ndarray) -> float:
    """The largest difference of one run: absolute where theta is of ordinary size, relative for those that run away."""
    around, seed = from_flat(case["around"])
    settings = {**around.settings, "start": case["start"], "hypers": case["hypers"], "seed": seed}
    ours = run(record_of(case["optimizer"]), surface_of(case), steps=STEPS, **settings).theta[ROWS][: case["until"]]
    theirs = theta[: case["until"]]
    return float((np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))).max())


def measure() -> dict[str, dict[str, Any]]:
    """By convention and library: what the file holds."""
    found: dict[str, dict[str, Any]] = {}
    for library in LIBRARIES:
        record, theta = recorded(library)
        for case, rows in zip(record["cases"], theta, strict=True):
            version = record["versions"][library].partition("+")[0]  # how it was built is of no matter
            new = dict(version=version, steps=STEPS, runs=0, chaotic=0, difference=0.0)
            entry = found.setdefault(case["optimizer"], {}).setdefault(library, new)
            entry["runs"] += 1
            entry["chaotic"] += case["until"] < len(ROWS)
            # two digits: the last ones depend on the processor
            entry["difference"] = max(entry["difference"], float(f"{difference(case, rows):.1e}"))
    return found


if __name__ == "__main__":
    text = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in measure().items())
    FILE.write_text("{\n" + text + "\n}\n", encoding="utf-8")
