"""A slider's whole range at once: while a hand is on it, the browser needs nothing more from the server.

When a slider is taken hold of, the browser sends the values that its positions stand for; each becomes one lane. What comes
back for one position is what the race's own answer says of that runner, in single precision: it is looked at, and the exact
run follows when the hand lets go.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from optim_viz import Run, SettingError, engine
from optim_viz.spec import floats
from optim_viz.ui.asked import Asked
from optim_viz.ui.race import answer as race
from optim_viz.ui.race import charts, settings
from optim_viz.ui.race.settings import Runner, Settings

MAX_VALUES = 256
#: more numbers than a slider's positions times a race's usual length: beyond it the browser asks for one run at a time
MAX_NUMBERS = 3_000_000


def answer(asked: Asked) -> dict[str, Any]:
    """The runs of one runner along the values of one of its numbers; ``lanes`` None where they cannot be had now.

    ``asked.more``: ``runner``, its index; ``name`` of the number; ``values`` (L,).
    """
    chosen, _faults = settings.read(asked.query)
    index, name, values = asked.more.get("runner"), asked.more.get("name"), floats(asked.more.get("values"))
    if not isinstance(index, int) or not 0 <= index < len(chosen.runners) or not isinstance(name, str):
        return {"lanes": None}
    if values is None or values.ndim != 1 or not 2 <= len(values) <= MAX_VALUES:
        return {"lanes": None}
    runner = chosen.runners[index]
    size = len(values) * (chosen.steps + 1) * (chosen.surface.dim + 1)
    if size > MAX_NUMBERS or not (engine.is_ready(runner.optimizer) and charts.is_ready(chosen.chart, runner.optimizer)):
        return {"lanes": None}
    try:
        runs = along(runner, chosen, name, values)
    except SettingError:
        return {"lanes": None}

    def lanes(parts: Sequence[Any]) -> np.ndarray:
        """Something of every run, (L, ...); of one run with many lanes it is that already."""
        return np.asarray(parts[0]) if len(parts) == 1 else np.stack(parts)

    lowest = chosen.surface.minimum
    loss = lanes([run.loss for run in runs])
    drawn = zip(*(charts.lines(chosen.chart, run) for run in runs), strict=True)
    with np.errstate(over="ignore"):  # what single precision cannot hold has long left the picture
        return {
            "lanes": {
                "theta": lanes([run.theta for run in runs]).reshape(len(values), -1).astype(np.float32),
                "rise": (loss if lowest is None else loss - lowest).astype(np.float32),
                "lowest": lowest,
                "diverged": lanes([-1 if run.diverged_at is None else run.diverged_at for run in runs]).astype(np.int32),
                "lines": [lanes(parts).astype(np.float32) for parts in drawn],
                "evaluations": charts.evaluations(lanes([run.evaluations for run in runs])),
            }
        }


def along(runner: Runner, chosen: Settings, name: str, values: np.ndarray) -> list[Run]:
    """The runs at each of the values; where one call can do it, one run with as many lanes.

    Raises:
        SettingError: a value that is not allowed, or a name that the runner has not.
    """
    if name in runner.hypers:
        return [race.run(runner, chosen, hypers={**runner.hypers, name: values})]
    if name not in runner.around:
        raise SettingError("name", "a number of this runner", name)
    # what stands around a rule is the same for all lanes of one call
    return [race.run(dataclasses.replace(runner, around={**runner.around, name: v}), chosen) for v in values.tolist()]
