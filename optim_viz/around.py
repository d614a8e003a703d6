"""What stands around a rule, as settings: which stages are on and how they are set. ``pipeline`` is what carries them out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from optim_viz import pipeline
from optim_viz.errors import SettingError
from optim_viz.schedules import SCHEDULES, WARMUP, Schedule
from optim_viz.spec import DECAYS, STAGES, Hyper, Interval, N_, Optimizer, is_number, named

_POSITIVE = Interval("(0, inf)")
_HYPERS = named(
    Hyper("noise", 0.1, N_("spread of the noise"), r"\sigma", Interval("[0, inf)"), slider=(1e-3, 100.0), log=True),
    Hyper("seed", 0, N_("seed"), "s", Interval(f"[0, {2**32 - 1}]"), slider=(0.0, 99.0), kind="integer"),
    Hyper("clip_value", 1.0, N_("largest component"), "c", _POSITIVE, slider=(1e-2, 100.0), log=True),
    Hyper("clip_norm", 1.0, N_("largest norm"), "c", _POSITIVE, slider=(1e-2, 100.0), log=True),
    Hyper("weight_decay", 0.1, N_("weight decay"), r"\lambda", Interval("[0, inf)"), slider=(1e-5, 1.0), log=True),
    Hyper("lookahead_k", 5, N_("every k steps"), "k", Interval("[1, 100000]"), slider=(1.0, 50.0), kind="integer"),
    Hyper("lookahead_alpha", 0.5, N_("part of the way alpha"), r"\alpha", Interval("[0, 1]"), slider=(0.0, 1.0)),
)


@dataclass(frozen=True)
class Choice:
    """A setting that is one of a few words, each with its label."""

    name: str
    default: str
    label: str
    options: Mapping[str, str]

    def check(self, value: object) -> str:
        """The word, if it is one of them. Raises SettingError."""
        if isinstance(value, str) and value in self.options:
            return value
        raise SettingError(self.name, N_("one of: {names}"), value, names=", ".join(self.options))


@dataclass(frozen=True)
class Stage:
    """One stage as a visitor sets it: on or off, and its details."""

    key: str
    title: str
    choice: Choice | None = None
    hypers: Mapping[str, Hyper] = field(default_factory=dict)

    @property
    def first(self) -> str:
        """The name whose presence in a flat form says that the stage is on."""
        return next(iter(self.hypers), self.key)

    def details(self, word: str) -> Mapping[str, Hyper]:
        """The numbers that belong to the stage; for schedules they depend on which one it is."""
        if self.key != "schedule":
            return self.hypers
        return named(*SCHEDULES[word].hypers.values(), WARMUP)


def _some(*names: str) -> Mapping[str, Hyper]:
    return named(*(_HYPERS[name] for name in names))


DECAY_WORDS = {"l2": N_("added to the gradient (L2)"), "decoupled": N_("decoupled: off theta, times lr"),
          "direct": N_("direct: off theta, not times lr")}  # fmt: skip
_SCHEDULE = {kind.key: kind.name for kind in SCHEDULES.values()}

#: every stage that a visitor may put around a rule, in the order in which they act; the schedule last, as it acts on the rate
VISIBLE: Mapping[str, Stage] = MappingProxyType(
    {
        stage.key: stage
        for stage in (
            Stage("noise", N_("Gradient noise"), hypers=_some("noise", "seed")),
            Stage("maximize", N_("Maximize: climb instead")),
            Stage("clip_value", N_("Clip each component"), hypers=_some("clip_value")),
            Stage("clip_norm", N_("Clip the gradient's norm"), hypers=_some("clip_norm")),
            Stage("weight_decay", N_("Weight decay"), Choice("decay", "l2", N_("how"), DECAY_WORDS), _some("weight_decay")),
            Stage("lookahead", N_("Lookahead"), hypers=_some("lookahead_k", "lookahead_alpha")),
            Stage("schedule", N_("Schedule of the learning rate"), Choice("schedule", "cosine", N_("which"), _SCHEDULE)),
        )
    }
)


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
        for name in ("weight_decay", "noise"):
            _HYPERS[name].check(getattr(self, name))
        for name in ("clip_norm", "clip_value"):
            if getattr(self, name) is not None:
                _HYPERS[name].check(getattr(self, name))
        if self.decay is not None and not (isinstance(self.decay, str) and self.decay in DECAYS):
            raise SettingError("decay", N_("one of: {names}"), self.decay, names=", ".join(DECAYS))
        if not isinstance(self.maximize, bool | np.bool_):
            raise SettingError("maximize", N_("True or False"), self.maximize)
        if self.lookahead is not None:
            pair = self.lookahead
            if not (isinstance(pair, tuple | list) and len(pair) == 2 and all(map(is_number, pair))):
                raise SettingError("lookahead", N_("a pair of numbers (k, alpha)"), pair)
            for name, value in zip(("lookahead_k", "lookahead_alpha"), pair, strict=True):
                _HYPERS[name].check(value)
        if self.schedule is not None and not isinstance(self.schedule, Schedule):
            raise SettingError("schedule", N_("a Schedule"), self.schedule)

    @property
    def on(self) -> tuple[str, ...]:
        """The stages that are on, in their order."""
        is_on = {
            "noise": self.noise != 0, "maximize": bool(self.maximize), "clip_value": self.clip_value is not None,
            "clip_norm": self.clip_norm is not None, "weight_decay": self.weight_decay != 0,
            "lookahead": self.lookahead is not None, "schedule": self.schedule is not None,
        }  # fmt: skip
        return tuple(stage for stage in STAGES if is_on[stage])

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
        settings = np.array(pipeline.OFF)
        settings[pipeline.NOISE] = self.noise
        settings[pipeline.SIGN] = -1.0 if self.maximize else 1.0
        settings[pipeline.CLIP_VALUE] = math.inf if self.clip_value is None else self.clip_value
        settings[pipeline.CLIP_NORM] = math.inf if self.clip_norm is None else self.clip_norm
        settings[pipeline.WEIGHT_DECAY] = self.weight_decay
        settings[pipeline.DECAY] = DECAYS.index(self.decay or optimizer.decay)
        if self.lookahead:
            settings[pipeline.LOOKAHEAD], settings[pipeline.ALPHA] = self.lookahead
        settings[pipeline.OWN] = float(optimizer.takes_gradient)
        return settings

    def factors(self, steps: int, first: int = 0) -> np.ndarray:
        """(steps,): the schedule's factors; empty where there is none."""
        return self.schedule.factors(steps, first) if self.schedule else np.empty(0)


PLAIN = Around()


def from_flat(values: Mapping[str, Any]) -> tuple[Around, int]:
    """The settings and the seed from their flat form: ``{"weight_decay": 0.1, "decay": "l2", "schedule": "step", ...}``.

    Raises:
        SettingError: as ``Around`` and ``Schedule``.
    """
    rest = dict(values)
    kwargs: dict[str, Any] = {
        name: rest.pop(name) for name in ("noise", "clip_value", "clip_norm", "weight_decay", "decay") if name in rest
    }
    seed = int(rest.pop("seed", 0))
    if rest.pop("maximize", 0):
        kwargs["maximize"] = True
    if "lookahead_k" in rest:
        kwargs["lookahead"] = (int(rest.pop("lookahead_k")), rest.pop("lookahead_alpha"))
    if "schedule" in rest:
        kwargs["schedule"] = Schedule(rest.pop("schedule"), **rest)
    return Around(**kwargs), seed
