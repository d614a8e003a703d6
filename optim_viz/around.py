"""What stands around a rule, as settings: which ``stages`` are on and how they are set."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from optim_viz import pipeline
from optim_viz.errors import SettingError
from optim_viz.schedules import Schedule
from optim_viz.spec import Optimizer
from optim_viz.stages import STAGES
from optim_viz.values import N_

#: every setting, with what it is when it is not given
_NAMES: dict[str, Any] = {}
for _stage in STAGES.values():
    _NAMES |= {_stage.key: _stage.off} | ({_stage.choice.name: None} if _stage.choice else {})


UNSUPPORTED = N_("left out: {name} does not support it")


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


class Around:
    """What stands around a rule: settings by name, see ``optim_viz.run`` for each. What is not given is off.

    Raises:
        SettingError: a value that is not allowed.
        TypeError: there is no stage of that name.
    """

    def __init__(self, **settings: Any):
        self.settings = settings
        self._numbers: dict[str, tuple[float, ...]] = {}
        if strange := sorted(set(settings) - set(_NAMES)):
            raise TypeError(f"there is no stage {strange[0]!r}: {', '.join(_NAMES)}")
        vars(self).update({**_NAMES, **settings})
        for stage in STAGES.values():
            if (value := getattr(self, stage.key)) is not stage.off:
                self._numbers[stage.key] = stage.checked(value)
            if stage.choice and stage.choice.name != stage.key and getattr(self, stage.choice.name) is not None:
                stage.choice.check(getattr(self, stage.choice.name))

    if TYPE_CHECKING:  # each stage by its name

        def __getattr__(self, name: str) -> Any: ...

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Around):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _NAMES)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Around({', '.join(f'{name}={value!r}' for name, value in self.settings.items())})"

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
                raise SettingError(stage, UNSUPPORTED, getattr(self, stage), name=optimizer.name)

    def vector(self, optimizer: Optimizer) -> np.ndarray:
        """The settings as ``pipeline`` reads them."""
        settings = np.zeros(pipeline.SIZE)
        for key in self.on:
            stage = STAGES[key]
            if stage.formulas:
                which = list(stage.formulas).index((self.decay or optimizer.decay) if stage.choice else "")
                at = pipeline.AT[key]
                settings[at] = 1 + which
                settings[at + 1 : at + 1 + len(stage.hypers)] = self._numbers[key]
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
