"""Values that a visitor may set: ranges, numbers with their limits, and how what comes from outside is checked."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, TypeGuard

import numpy as np

from optim_viz.errors import SettingError


def N_(text: str) -> str:
    """Mark a text for the message catalogues. The core speaks English; ``optim_viz.ui`` translates."""
    return text


ONE_OF = N_("one of: {names}")


@dataclass(frozen=True)
class Interval:
    """A range of numbers, written as mathematicians do: ``[0, 1)`` contains 0 but not 1.

    Raises:
        ValueError: the text is not an interval.
    """

    text: str
    lo: float = field(init=False)
    hi: float = field(init=False)

    def __post_init__(self) -> None:
        match = re.fullmatch(r"[\[(]\s*(\S+)\s*,\s*(\S+)\s*[\])]", self.text)
        if not match:
            raise ValueError(f"{self.text!r} is not an interval like '[0, 1)'")
        object.__setattr__(self, "lo", float(match[1]))
        object.__setattr__(self, "hi", float(match[2]))

    def __contains__(self, x: float) -> bool:
        above = x >= self.lo if self.text[0] == "[" else x > self.lo
        below = x <= self.hi if self.text[-1] == "]" else x < self.hi
        return above and below

    def condition(self, name: str) -> str:
        """The same as an inequality: ``0 <= beta1 < 1``. Needs no translation."""
        left = "" if self.lo == -math.inf else f"{self.lo:.10g} {'<=' if self.text[0] == '[' else '<'} "
        right = "" if self.hi == math.inf else f" {'<=' if self.text[-1] == ']' else '<'} {self.hi:.10g}"
        return f"{left}{name}{right}"


@dataclass(frozen=True)
class Hyper:
    """A number that a visitor may set: a hyperparameter of an optimizer or a parameter of a surface.

    Args:
        name: torch's argument name, and the name in the rule's source.
        default: the library's default (torch's, for an optimizer).
        label: what stands beside the slider, marked with ``N_``.
        symbol: LaTeX.
        allowed: what is mathematically meaningful; anything else raises ``SettingError``.
        slider: (lo, hi), a part of ``allowed`` that is worth moving through. ``None`` for a switch.
        log: the slider is logarithmic.
        kind: ``"number"``, ``"integer"`` or ``"switch"`` (0 or 1).
    """

    name: str
    default: float
    label: str
    symbol: str
    allowed: Interval
    slider: tuple[float, float] | None = None
    log: bool = False
    kind: Literal["number", "integer", "switch"] = "number"

    def __post_init__(self) -> None:
        object.__setattr__(self, "default", self.check(self.default))
        if (self.slider is None) != (self.kind == "switch"):
            raise ValueError(f"{self.name}: a number has a slider, a switch has none")
        if self.slider is not None:
            lo, hi = self.slider
            if not (lo < hi and lo in self.allowed and hi in self.allowed and (lo > 0 or not self.log)):
                raise ValueError(f"{self.name}: slider {self.slider} is not a range inside {self.allowed.text}")

    def check(self, value: object, parameter: str = "") -> float:
        """The value as a float.

        Raises:
            SettingError: not a number of this kind, or outside ``allowed``.
        """
        parameter = parameter or self.name
        if self.kind == "switch":
            if isinstance(value, bool | np.bool_) or (is_number(value) and value in (0, 1)):
                return float(value)
            raise SettingError(parameter, N_("True or False"), value, hyper=self)
        if is_number(value) and float(value) in self.allowed:
            number = float(value)
            if self.kind == "number" or number.is_integer():
                return number
        what = N_("a whole number, {condition}") if self.kind == "integer" else N_("a number, {condition}")
        raise SettingError(parameter, what, value, condition=self.allowed.condition(self.name), hyper=self)


def named(*hypers: Hyper) -> Mapping[str, Hyper]:
    """The hypers by name, in order, not to be changed."""
    return MappingProxyType({hyper.name: hyper for hyper in hypers})


def is_number(value: object) -> TypeGuard[float]:
    """A finite real number; True and False are not numbers here, nor is an integer too large for a float."""
    if not isinstance(value, int | float | np.integer | np.floating) or isinstance(value, bool | np.bool_ | np.timedelta64):
        return False  # a span of time is an integer to numpy
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def floats(value: Any, *, booleans: bool = False) -> np.ndarray | None:
    """The value as float64, in an array of its own, or None where it does not hold real numbers.

    Text is none, and True is none, not even among numbers, unless ``booleans``.
    """
    try:
        array = np.asarray(value)
        each = () if booleans or isinstance(value, np.ndarray) else np.asarray(value, dtype=object).flat
        if array.dtype.kind not in ("biuf" if booleans else "iuf") or any(isinstance(x, bool | np.bool_) for x in each):
            return None
        return array.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        return None


def points_of(theta: Any, dim: int) -> np.ndarray:
    """theta as (..., D); plain numbers will do when D is 1. Raises SettingError."""
    points = floats(theta)
    if points is not None and dim == 1 and (points.ndim == 0 or points.shape[-1] != 1):
        points = points[..., None]
    if points is None or points.ndim == 0 or points.shape[-1] != dim:
        raise SettingError("theta", N_("numbers of shape (..., {dim})"), theta, dim=dim)
    return points


def check_values(known: Mapping[str, Hyper], given: object, parameter: str) -> dict[str, float]:
    """Values by name: those given, the defaults for the rest. Raises SettingError."""
    values = check_mapping(known, given, parameter)
    return {name: hyper.check(values[name]) if name in values else hyper.default for name, hyper in known.items()}


def check_mapping(known: Mapping[str, Hyper], given: object, parameter: str) -> Mapping[str, Any]:
    """The mapping given, if all its names are known; empty for None. Raises SettingError."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise SettingError(parameter, N_("a mapping from names to numbers"), given)
    check_names(known, given, parameter)
    return given


def check_names(known: Mapping[str, Hyper], names: Iterable[object], parameter: str) -> None:
    """Raises SettingError where a name is not known."""
    for name in names:
        if name not in known:
            if not known:
                raise SettingError(parameter, N_("empty: there is nothing to set"), name)
            raise SettingError(parameter, ONE_OF, name, names=", ".join(known))
