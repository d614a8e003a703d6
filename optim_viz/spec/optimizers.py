"""The record of an optimizer, with its variants, states and limits of stability. It knows no compiler."""

import dataclasses
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optim_viz.claims import Picture
from optim_viz.errors import SettingError
from optim_viz.rules import arguments, calls, hessian, ieee
from optim_viz.stages import DECAYS, STAGES
from optim_viz.values import ONE_OF, Hyper, N_, check_values

if TYPE_CHECKING:
    from optim_viz.spec.surfaces import Surface


SINGLE = N_("left out: {name} has only one form")


@dataclass(frozen=True)
class State:
    """What an optimizer keeps: one number per coordinate, or ``size`` of them.

    ``initial``: a number, the name of a hyperparameter, or ``"theta"`` for the start itself. ``bookkeeping`` marks what is
    there for speed only (``beta1_power``); ``symbol`` then says what it stands for. ``velocity``: 1 where theta moves along it,
    -1 where theta moves against it, as it adds up gradients; 0 where it is no direction of travel. ``needs``: a hyperparameter,
    without which libraries do not keep it. ``shared``: one number for all weights, or one that follows from others.
    """

    name: str
    symbol: str
    initial: float | str = 0.0
    bookkeeping: bool = False
    size: int = 1
    velocity: Literal[-1, 0, 1] = 0
    needs: str = ""
    shared: bool = False


@dataclass(frozen=True)
class Stability:
    """Up to which curvature an optimizer is stable: beyond it, its steps on a parabola grow.

    Both functions are on plain numbers of one coordinate, which they take by name: hyperparameters, states, ``t`` (the step
    that led here); ``lr`` is the learning rate after the schedule. They are compiled like a rule.

    Args:
        limit: the largest curvature.
        source: where it is published, or how it follows.
        preconditioner: for a rule that divides: what it divides each coordinate by. The limit then holds for the Hessian
            divided likewise.
    """

    limit: Callable[..., Any]
    source: str
    preconditioner: Callable[..., Any] | None = None

    @property
    def names(self) -> set[str]:
        """What the two functions ask for."""
        return {name for function in (self.limit, self.preconditioner) if function for name in arguments(function)}

    def fixed(self, hypers: Collection[str]) -> bool:
        """Whether the limit is the same at each step, wherever it leads: it asks for nothing but these hyperparameters."""
        return not self.preconditioner and self.names <= set(hypers)


def by_name(function: Callable, values: Mapping[str, Any]) -> np.ndarray:
    """What a function on plain numbers returns, element by element, for those of the values that it asks for: numbers or arrays
    that broadcast. Where it divides by 0, inf or nan.
    """
    arrays = np.broadcast_arrays(*(np.asarray(values[name], dtype=np.float64) for name in arguments(function)))
    plain = ieee(function)
    with np.errstate(all="ignore"):
        return np.array([plain(*at) for at in zip(*map(np.ravel, arrays), strict=True)]).reshape(arrays[0].shape)


#: how a learning rate to start with may scale
SCALES = ("curvature", "width", "fixed")


@dataclass(frozen=True)
class Look:
    """How an optimizer is drawn, everywhere: path, curve, card, table."""

    colour: str
    marker: Literal["circle", "square", "triangle", "diamond"]


FAMILIES = {
    "descent": N_("Slope or sign alone"),
    "momentum": N_("Momentum"),
    "adaptive": N_("A step size for each coordinate"),
    "adam": N_("Adam and its kin"),
    "averaging": N_("Averages of the path"),
    "beyond": N_("More than one gradient"),
}


@dataclass(frozen=True, eq=False)
class Variant:
    """The same optimizer as another library, paper or text has it: what differs from the entry, and one sentence on that.

    Args:
        name: whose convention it is, for "as in ...".
        note: one sentence: what differs.
        defaults: default values that differ.
        update, states, hypers, without, tolerance, stability, samples: in the place of the entry's, where they differ.
        decay: how it means weight decay.
        calls: as in ``Optimizer``, for this variant.
    """

    key: str
    name: str
    note: str
    defaults: Mapping[str, float] = field(default_factory=dict)
    update: Callable | None = None
    states: tuple[State, ...] | None = None
    hypers: Mapping[str, Hyper] | None = None
    without: tuple[str, ...] | None = None
    tolerance: float | None = None
    stability: Stability | None = None
    decay: str = "l2"
    calls: Mapping[str, str] = field(default_factory=dict)
    samples: tuple[Mapping[str, float], ...] | None = None


@dataclass(frozen=True, eq=False)
class Optimizer:
    """An optimizer: its rule and all that is said and derived about it.

    Args:
        family: a key of ``FAMILIES``.
        update: a scalar rule ``update(theta, g, t, <state...>, <hypers...>) -> theta, <state...>`` on plain numbers, one
            coordinate, t counting from 1. What needs all coordinates or other points than theta is a vector rule,
            ``update(theta, g, t, surface, <state...>, <hypers...>)`` on arrays (D,), see ``lanes.loss_and_gradient``; it
            leaves out g when it does not use the gradient at theta. It is compiled, typeset and tested as it stands.
        hypers: the learning rate ``lr`` first: schedules scale it.
        origin: whose convention the entry follows.
        calls: by library ("torch", "keras", "optax"), the constructor call that does the same, with ``{hyper}`` fields; the
            golden data were recorded with it.
        samples: settings other than the defaults that the golden data cover.
        start_lr: how the learning rate that a card starts with scales: ``("curvature", c)`` for c / lambda, where
            lambda is the largest curvature of the surface, ``("width", c)`` for c times the width of its domain, or
            ``("fixed", c)`` for c.
        good, bad, use: what it is good and bad at, and where it is typically used.
        without: the stages that may not stand around the rule, besides those that it has in its own hyperparameters and, for a
            vector rule, those that shape the gradient.
        decay: how ``weight_decay`` is meant where nothing else is said.
        stability: the largest curvature at which it is stable; None where none is known.
        variants: the same in other conventions; ``as_in`` makes records of them.
        tolerance: largest absolute difference from the libraries; ``why_tolerance`` says why, where it is not 1e-10.
        shows: pictures that bear out ``summary``, ``good`` and ``bad``.

    Raises:
        ValueError: the parameters of ``update`` are not theta, g, t, the states and the hyperparameters, in this order; or
            another detail does not fit.
    """

    key: str
    name: str
    year: int
    family: str
    paper: str
    url: str
    update: Callable
    hypers: Mapping[str, Hyper]
    look: Look
    start_lr: tuple[Literal["curvature", "width", "fixed"], float]
    summary: str
    good: str
    bad: str
    use: str
    origin: str = "PyTorch"
    calls: Mapping[str, str] = field(default_factory=dict)
    states: tuple[State, ...] = ()
    samples: tuple[Mapping[str, float], ...] = ()
    without: tuple[str, ...] = ()
    decay: str = "l2"
    stability: Stability | None = None
    variants: tuple[Variant, ...] = ()
    variant: str = ""
    tolerance: float = 1e-10
    why_tolerance: str = ""
    shows: tuple[Picture, ...] = ()

    def __post_init__(self) -> None:
        own = ["theta", *(["g"] if self.takes_gradient else []), "t", *(["surface"] if self.takes_surface else [])]
        expected = [*own, *(s.name for s in self.states), *self.hypers]
        if (found := arguments(self.update)) != expected:
            raise ValueError(f"{self.key}: update takes {found}, the record says {expected}")
        initials = {s.initial for s in self.states if isinstance(s.initial, str)}
        for what, known in (
            ({next(iter(self.hypers), "nothing")}, {"lr"}),
            (initials, {*self.hypers, "theta"}),
            ({self.family}, set(FAMILIES)),
            ({self.decay}, set(DECAYS)),
            (set(self.without), set(STAGES)),
            (self.stability.names if self.stability else set(), {*self.hypers, *(s.name for s in self.states), "t"}),
        ):
            if not what <= known:
                raise ValueError(f"{self.key}: {sorted(what - known)} is none of {sorted(known)}")
        if needs := {s.needs for s in self.states if s.needs} - set(self.hypers):
            raise ValueError(f"{self.key}: {needs} are no hyperparameters")
        if not self.takes_surface and any(s.size != 1 for s in self.states):
            raise ValueError(f"{self.key}: a scalar rule's state is one number per coordinate")
        for call in self.calls.values():
            call.format(**dict.fromkeys(self.hypers, 0.0))
        for sample in self.samples:
            self.check(sample)
        object.__setattr__(self, "_variants", {v.key: self._as(v) for v in self.variants})

    def _as(self, variant: Variant) -> "Optimizer":
        hypers = variant.hypers or self.hypers
        changed = {name: dataclasses.replace(hypers[name], default=value) for name, value in variant.defaults.items()}
        own = ("update", "states", "without", "tolerance", "stability", "samples")
        given = {name: getattr(variant, name) for name in own if getattr(variant, name) is not None}
        return dataclasses.replace(
            self, variant=variant.key, origin=variant.name, hypers=MappingProxyType({**hypers, **changed}),
            decay=variant.decay, calls=variant.calls, variants=(), **given,
        )  # fmt: skip

    def as_in(self, variant: str) -> "Optimizer":
        """This optimizer in the convention of one of its variants; itself for "".

        Raises:
            SettingError: it has no such variant.
        """
        known: Mapping[str, Optimizer] = self.__dict__["_variants"]
        if isinstance(variant, str) and variant == self.variant:
            return self
        if not isinstance(variant, str) or variant not in known:
            if not known:
                raise SettingError("variant", SINGLE, variant, name=self.name)
            raise SettingError("variant", ONE_OF, variant, names=", ".join(known))
        return known[variant]

    @property
    def conventions(self) -> "Iterator[Optimizer]":
        """This record and one for each of its variants."""
        yield self
        yield from self.__dict__["_variants"].values()

    @property
    def full_key(self) -> str:
        """``adam``, or ``adam@keras`` for a variant: its name in links."""
        return f"{self.key}@{self.variant}" if self.variant else self.key

    @property
    def takes_gradient(self) -> bool:
        """Whether the rule uses the gradient at theta."""
        return "g" in arguments(self.update)

    @property
    def takes_surface(self) -> bool:
        """Whether it is a vector rule."""
        return "surface" in arguments(self.update)

    @property
    def takes_hessian(self) -> bool:
        """Whether the rule asks for second derivatives."""
        return self.takes_surface and calls(self.update, hessian)

    @property
    def stages(self) -> tuple[str, ...]:
        """What may stand around the rule, by the keys of ``STAGES``."""
        out = {*self.without, *self.hypers, *(s.key for s in STAGES.values() if self.takes_surface and s.shapes_gradient)}
        return tuple(key for key in STAGES if key not in out)

    @property
    def fields(self) -> int:
        """Numbers of state per coordinate."""
        return sum(s.size for s in self.states)

    def memory(self, hypers: Mapping[str, Any]) -> int:
        """Numbers that it keeps for each weight; not what a step needs in passing, such as a Hessian or another point."""
        kept = (s for s in self.states if not s.shared and (s.size > 1 or not s.bookkeeping))
        return sum(s.size for s in kept if not s.needs or hypers[s.needs])

    def sharpness_limit(self, hypers: Mapping[str, Any], **others: Any) -> Any:
        """The largest curvature at which it is stable with these hyperparameters, for a rule that divides the largest after
        division; None where no limit is known. ``others``: states and ``t``, where the limit depends on them.
        """
        return None if self.stability is None else by_name(self.stability.limit, {**hypers, **others})

    def start_values(self, surface: "Surface") -> dict[str, float]:
        """All hyperparameters by name as a card starts with them: the defaults, and a learning rate worth watching.

        torch's default serves networks. On a surface the scale is known: see ``start_lr``. Rounded to 1, 2 or 5.
        """
        scale, factor = self.start_lr
        lr = starting_rate(SCALES.index(scale), factor, surface.curvature, surface.width)
        return {name: hyper.default for name, hyper in self.hypers.items()} | {"lr": lr}

    def check(self, hypers: object) -> dict[str, float]:
        """All hyperparameters by name: those given, the defaults for the rest.

        Raises:
            SettingError: not a mapping, an unknown name, or a value that is not allowed.
        """
        return check_values(self.hypers, hypers, "hypers")


def starting_rate(scale: int, factor: float, curvature: float, width: float) -> float:
    """The learning rate that a card starts with, see ``start_lr``; ``scale``: its place in ``SCALES``."""
    if scale == 0:
        return one_two_five(factor / curvature)
    return one_two_five(factor * width if scale == 1 else factor)


LEAST, MOST = 1e-300, 1e300


def one_two_five(x: float) -> float:
    """The nearest of ... 0.1, 0.2, 0.5, 1, 2, 5 ... on a logarithmic scale, among those from LEAST to MOST."""
    x = min(max(LEAST, x), MOST)
    exponent = math.floor(math.log10(x))
    power = 1.0
    for _ in range(abs(exponent)):
        power *= 10.0  # exact up to 10^22, so that what follows is the decimal number and none beside it
    found, least = 0.0, math.inf
    for digit in (1.0, 2.0, 5.0, 10.0):
        choice = digit * power if exponent >= 0 else digit / power
        far = abs(math.log(choice / x))
        if far < least:
            found, least = choice, far
    return min(max(LEAST, found), MOST)
