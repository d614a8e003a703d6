"""What stands around a rule, as settings: which ``stages`` are on and how they are set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

from optim_viz import pipeline
from optim_viz.errors import SettingError
from optim_viz.schedules import Schedule
from optim_viz.spec import Optimizer
from optim_viz.stages import STAGES, Stage
from optim_viz.values import N_, is_number


class Stages(TypedDict, total=False):
    """What may stand around a rule, by name; see ``optim_viz.run``."""

    weight_decay: float
    decay: str | None
    clip_norm: float | None
    clip_value: float | None
    maximize: bool
    lookahead: tuple[int, float] | None
    schedule: Schedule | None
    noise: float


@dataclass(frozen=True)
class Around:
    """What stands around a rule; see ``optim_viz.run`` for each. Everything is off by default.

    Raises:
        SettingError: a value that is not allowed.
    """

    weight_decay: float = 0.0
    decay: str | None = None
    clip_norm: float | None = None
    clip_value: float | None = None
    maximize: bool = False
    lookahead: tuple[int, float] | None = None
    schedule: Schedule | None = None
    noise: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.maximize, bool | np.bool_):
            raise SettingError("maximize", N_("True or False"), self.maximize)
        if self.schedule is not None and not isinstance(self.schedule, Schedule):
            raise SettingError("schedule", N_("a Schedule"), self.schedule)
        pair = self.lookahead
        if pair is not None and not (isinstance(pair, tuple | list) and len(pair) == 2 and all(map(is_number, pair))):
            raise SettingError("lookahead", N_("a pair of numbers (k, alpha)"), pair)
        if self.decay is not None:
            choice = STAGES["weight_decay"].choice
            assert choice is not None
            choice.check(self.decay)
        for stage in STAGES.values():
            for hyper, value in zip(stage.hypers.values(), self._numbers(stage), strict=False):
                hyper.check(value)

    def _numbers(self, stage: Stage) -> tuple[Any, ...]:
        """What a stage is set to, number by number; none where it has none or is off."""
        value = getattr(self, stage.key)
        if value is stage.off or not stage.hypers:
            return ()
        return tuple(value) if len(stage.hypers) > 1 else (value,)

    @property
    def on(self) -> tuple[str, ...]:
        """The stages that are on, in their order."""
        return tuple(stage.key for stage in STAGES.values() if getattr(self, stage.key) != stage.off)

    def check(self, optimizer: Optimizer) -> None:
        """Raises SettingError where a stage is on that this optimizer does not support."""
        for stage in self.on:
            if stage not in (optimizer.stages or ()):
                if stage in optimizer.hypers:
                    raise SettingError(
                        stage, N_("left out: {name} has its own, in hypers"), getattr(self, stage), name=optimizer.name
                    )
                raise SettingError(stage, N_("left out: {name} does not support it"), getattr(self, stage), name=optimizer.name)

    def vector(self, optimizer: Optimizer) -> np.ndarray:
        """The settings as ``pipeline`` reads them."""
        settings = np.zeros(pipeline.SIZE)
        for key in self.on:
            stage = STAGES[key]
            if stage.formulas:
                which = list(stage.formulas).index((self.decay or optimizer.decay) if stage.choice else "")
                at = pipeline.AT[key]
                settings[at] = 1 + which
                settings[at + 1 : at + 1 + len(stage.hypers)] = self._numbers(stage)
        settings[pipeline.OWN] = float(optimizer.takes_gradient)
        return settings

    def factors(self, steps: int, first: int = 0, patient: bool = True) -> np.ndarray:
        """(steps,): the schedule's factors, see there; empty where there is none."""
        return self.schedule.factors(steps, first, patient) if self.schedule else np.empty(0)


PLAIN = Around()


def from_flat(values: Mapping[str, Any]) -> tuple[Around, int]:
    """The settings and the seed from their flat form: ``{"weight_decay": 0.1, "decay": "l2", "schedule": "step", ...}``.

    Raises:
        SettingError: as ``Around`` and ``Schedule``.
    """
    rest = dict(values)
    kwargs: dict[str, Any] = {}
    seed = int(rest.pop("seed", 0))
    for stage in STAGES.values():
        if stage.first in rest and stage.formulas:
            numbers = [rest.pop(name) for name in stage.hypers] or [bool(rest.pop(stage.key))]
            kwargs[stage.key] = numbers[0] if len(numbers) == 1 else (int(numbers[0]), *numbers[1:])
        if stage.choice and stage.formulas and stage.choice.name in rest:
            kwargs[stage.choice.name] = rest.pop(stage.choice.name)
    if "schedule" in rest:
        kwargs["schedule"] = Schedule(rest.pop("schedule"), **rest)
    return Around(**kwargs), seed
