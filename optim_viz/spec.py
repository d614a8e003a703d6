"""The records that everything else derives from: Hyper, State, Stability, Variant, Optimizer, Minimum, Surface.

A record is frozen and checks itself when it is made, so that a wrong entry fails at import and names its fault.
"""

import dataclasses
import inspect
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeGuard

import numpy as np

from optim_viz.claims import Picture
from optim_viz.errors import SettingError
from optim_viz.lanes import Kernel, calls, hessian, hessian_kernel, rule_kernel, surface_kernel, vector_rule_kernel

Point = tuple[float, ...]
Box = tuple[tuple[float, float], ...]


def N_(text: str) -> str:
    """Mark a text for the message catalogues. The core speaks English; ``optim_viz.ui`` translates."""
    return text


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


@dataclass(frozen=True)
class State:
    """What an optimizer keeps: one number per coordinate, or ``size`` of them.

    ``initial``: a number, the name of a hyperparameter, or ``"theta"`` for the start itself. ``bookkeeping`` marks what is
    there for speed only (``beta1_power``); ``symbol`` then says what it stands for. ``velocity``: 1 where theta moves along it,
    -1 where theta moves against it, as it adds up gradients; 0 where it is no direction of travel.
    """

    name: str
    symbol: str
    initial: float | str = 0.0
    bookkeeping: bool = False
    size: int = 1
    velocity: Literal[-1, 0, 1] = 0


@dataclass(frozen=True)
class Stability:
    """Up to which curvature an optimizer is stable: beyond it, its steps on a parabola grow.

    Both functions take what they need by name, numbers or arrays: hyperparameters, states, ``t`` (the step that led here);
    ``lr`` is the learning rate after the schedule.

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
        return {name for function in (self.limit, self.preconditioner) if function for name in _parameters(function)}


def by_name(function: Callable, values: Mapping[str, Any]) -> Any:
    """What the function returns for those of the values that it asks for; where it divides by 0, inf or nan."""
    with np.errstate(all="ignore"):
        return function(**{name: np.asarray(values[name], dtype=np.float64) for name in _parameters(function)})


@dataclass(frozen=True)
class Look:
    """How an optimizer is drawn, everywhere: path, curve, card, table."""

    colour: str
    marker: Literal["circle", "square", "triangle", "diamond"]


#: what may stand around a rule, see ``pipeline``; a rule that evaluates the surface itself passes by what shapes the gradient
STAGES = ("noise", "maximize", "clip_value", "clip_norm", "weight_decay", "lookahead", "schedule")
AROUND_VECTORS = ("lookahead", "schedule")
#: the three readings of weight decay, see ``pipeline``
DECAYS = ("l2", "decoupled", "direct")
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
        update, states, hypers, stages, tolerance, stability: in the place of the entry's, where they differ.
        decay: how it means weight decay.
        calls, samples: as in ``Optimizer``, for this variant.
    """

    key: str
    name: str
    note: str
    defaults: Mapping[str, float] = field(default_factory=dict)
    update: Callable | None = None
    states: tuple[State, ...] | None = None
    hypers: Mapping[str, Hyper] | None = None
    stages: tuple[str, ...] | None = None
    tolerance: float | None = None
    stability: Stability | None = None
    decay: str = "l2"
    calls: Mapping[str, str] = field(default_factory=dict)
    samples: tuple[Mapping[str, float], ...] = ()


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
        stages: what may stand around the rule: a part of ``STAGES``; by default all for a scalar rule.
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
    stages: tuple[str, ...] | None = None
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
        if (found := _parameters(self.update)) != expected:
            raise ValueError(f"{self.key}: update takes {found}, the record says {expected}")
        if self.stages is None:
            object.__setattr__(self, "stages", AROUND_VECTORS if self.takes_surface else STAGES)
        initials = {s.initial for s in self.states if isinstance(s.initial, str)}
        for what, known in (
            ({next(iter(self.hypers), "nothing")}, {"lr"}),
            (initials, {*self.hypers, "theta"}),
            ({self.family}, set(FAMILIES)),
            ({self.decay}, set(DECAYS)),
            (set(self.stages or ()), set(STAGES)),
            (self.stability.names if self.stability else set(), {*self.hypers, *(s.name for s in self.states), "t"}),
        ):
            if not what <= known:
                raise ValueError(f"{self.key}: {sorted(what - known)} is none of {sorted(known)}")
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
        return dataclasses.replace(
            self,
            variant=variant.key,
            origin=variant.name,
            update=variant.update or self.update,
            states=self.states if variant.states is None else variant.states,
            hypers=MappingProxyType({**hypers, **changed}),
            stages=self.stages if variant.stages is None else variant.stages,
            tolerance=self.tolerance if variant.tolerance is None else variant.tolerance,
            stability=variant.stability or self.stability,
            decay=variant.decay,
            calls=variant.calls,
            samples=variant.samples,
            variants=(),
        )

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
                raise SettingError("variant", N_("left out: {name} has only one form"), variant, name=self.name)
            raise SettingError("variant", N_("one of: {names}"), variant, names=", ".join(known))
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
        return "g" in _parameters(self.update)

    @property
    def takes_surface(self) -> bool:
        """Whether it is a vector rule."""
        return "surface" in _parameters(self.update)

    @property
    def takes_hessian(self) -> bool:
        """Whether the rule asks for second derivatives."""
        return self.takes_surface and calls(self.update, hessian)

    @property
    def fields(self) -> int:
        """Numbers of state per coordinate."""
        return sum(s.size for s in self.states)

    @property
    def kernel(self) -> Kernel:
        """The compiled rule, see ``lanes.RULE``."""
        if self.takes_surface:
            return vector_rule_kernel(self.update, tuple(s.size for s in self.states), len(self.hypers), self.takes_gradient)
        return rule_kernel(self.update, len(self.states), len(self.hypers))

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
        width = max(hi - lo for lo, hi in surface.domain)
        lr = {"curvature": factor / surface.curvature, "width": factor * width, "fixed": factor}[scale]
        return {name: hyper.default for name, hyper in self.hypers.items()} | {"lr": one_two_five(lr)}

    def check(self, hypers: object) -> dict[str, float]:
        """All hyperparameters by name: those given, the defaults for the rest.

        Raises:
            SettingError: not a mapping, an unknown name, or a value that is not allowed.
        """
        return check_values(self.hypers, hypers, "hypers")


def one_two_five(x: float) -> float:
    """The nearest of ... 0.1, 0.2, 0.5, 1, 2, 5 ... on a logarithmic scale, among those from 1e-300 to 1e300."""
    x = min(max(1e-300, x), 1e300)
    exponent = math.floor(math.log10(x))
    choices = [float(f"{digit}e{exponent}") for digit in (1, 2, 5, 10)]
    return min(choices, key=lambda choice: abs(math.log(choice / x)))


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
            raise SettingError(parameter, N_("one of: {names}"), name, names=", ".join(known))


@dataclass(frozen=True)
class Minimum:
    """A minimum: theta (D numbers), the value there, and where this is published or how it follows."""

    theta: Point
    value: float
    source: str


class Surface:
    """A test surface: a function of one or two coordinates with its gradient, in closed form.

    ``domain`` ((lo, hi) per coordinate), ``start``, ``minima`` and ``curvature`` may each be given as a constant
    or as a function of the parameters. ``surface.at(b=10)`` is the same surface with other parameters.

    Args:
        value: ``value(x, <params>)`` or ``value(x, y, <params>)`` on plain numbers.
        gradient: the same arguments, returns a tuple of D numbers.
        hessian: the same arguments, returns the second derivatives: (xx,) or (xx, xy, yy).
        coefficients: where the formula needs numbers that follow from the parameters (the cosine of a rotation),
            a function that computes them once; ``value``, ``gradient`` and ``hessian`` then take these in their place.
        dim: 1 or 2.
        minima: every global minimum; where the surface is unbounded below, those of the domain, if there are any.
        lowest: what lies lowest: ``"minima"``: those listed, wherever one looks; ``"domain"``: those listed, but only in the
            domain, and beyond it the surface falls for ever; ``"none"``: it falls for ever and has no minimum. By default
            ``"minima"`` where there are some.
        curvature: the largest eigenvalue of the Hessian met between start and minimum, for the start learning rates.
        corner: the slope jumps at the minimum; what stands for the gradient there is said in the file.
        levels: ``"log"`` where the values range over decades, else ``"linear"``: how contours are spaced.
        teaches: one sentence, what to see here.
        shows: pictures that bear it out.
        source: where the function comes from.

    Raises:
        ValueError: the arguments of ``value`` or ``gradient`` do not match, or start and minima are of the wrong length.
    """

    def __init__(
        self,
        *,
        key: str,
        name: str,
        dim: int,
        value: Callable[..., float],
        gradient: Callable[..., tuple[float, ...]],
        hessian: Callable[..., tuple[float, ...]],
        domain: Box | Callable[..., Box],
        start: Point | Callable[..., Point],
        minima: tuple[Minimum, ...] | Callable[..., tuple[Minimum, ...]],
        curvature: float | Callable[..., float],
        levels: Literal["linear", "log"],
        teaches: str,
        source: str,
        coefficients: Callable[..., tuple[float, ...]] | None = None,
        params: Mapping[str, Hyper] = MappingProxyType({}),
        corner: bool = False,
        lowest: Literal["minima", "domain", "none"] | None = None,
        shows: tuple[Picture, ...] = (),
        values: Mapping[str, float] | None = None,
    ):
        self.key, self.name, self.dim = key, name, dim
        self.levels, self.teaches, self.source, self.corner, self.shows = levels, teaches, source, corner, shows
        self.params = params
        self.values: Mapping[str, float] = MappingProxyType(check_values(self.params, values, "surface_params"))
        self.formula, self.slope, self.second, self._coefficients = value, gradient, hessian, coefficients
        self.coefficients: tuple[float, ...] = tuple((coefficients or _as_given)(**self.values))
        self._given: dict[str, Any] = dict(domain=domain, start=start, minima=minima, curvature=curvature)
        self.domain: Box = self._resolve(domain)
        self.start: Point = self._resolve(start)
        self.minima: tuple[Minimum, ...] = self._resolve(minima)
        self.curvature: float = self._resolve(curvature)
        self.lowest: Literal["minima", "domain", "none"] = lowest or ("minima" if self.minima else "none")
        expected = [*("x", "y")[:dim], *(self.params if coefficients is None else _parameters(value)[dim:])]
        for function in (value, gradient, hessian):
            if (found := _parameters(function)) != expected:
                raise ValueError(f"{key}: {function.__name__} takes {found}, the record says {expected}")
        if len(self.coefficients) != len(expected) - dim:
            raise ValueError(f"{key}: {len(self.coefficients)} coefficients for {expected[dim:]}")
        lengths = {len(self.domain), len(self.start), *(len(m.theta) for m in self.minima)}
        if dim not in (1, 2) or lengths != {dim}:
            raise ValueError(f"{key}: domain, start and minima must have {dim} coordinates, 1 or 2")
        if bool(self.minima) == (self.lowest == "none"):
            raise ValueError(f"{key}: lowest is {self.lowest!r}, and there are {len(self.minima)} minima")
        self._complete = True

    def __setattr__(self, name: str, value: Any) -> None:
        if "_complete" in self.__dict__:
            raise AttributeError(f"a Surface is frozen; use .at({name}=...) for other parameters")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"<Surface {self.key} {dict(self.values) or ''}>"

    def _resolve(self, given: Any) -> Any:
        return given(**self.values) if callable(given) else given

    def at(self, /, **values: float) -> "Surface":
        """The same surface with these parameters, the present ones for the rest.

        Raises:
            SettingError: an unknown parameter or a value that is not allowed.
        """
        merged = check_values(self.params, {**self.values, **values}, "surface_params")
        if merged == self.values:
            return self
        try:
            return self._with(merged)
        except OverflowError:
            raise SettingError("surface_params", N_("small enough to reckon with"), dict(values)) from None

    def _with(self, values: Mapping[str, float]) -> "Surface":
        return Surface(
            key=self.key, name=self.name, dim=self.dim, value=self.formula, gradient=self.slope, hessian=self.second,
            levels=self.levels, teaches=self.teaches, source=self.source,
            coefficients=self._coefficients, params=self.params, corner=self.corner, lowest=self.lowest, shows=self.shows,
            values=values, **self._given,
        )  # fmt: skip

    @property
    def minimum(self) -> float | None:
        """The lowest value, or None when there is none."""
        return min((m.value for m in self.minima), default=None)

    @property
    def kernel(self) -> Kernel:
        """The compiled surface, see ``lanes.SURFACE``."""
        return surface_kernel(self.formula, self.slope, self.dim, len(self.coefficients))

    @property
    def hessian_kernel(self) -> Kernel:
        """The compiled second derivatives, see ``lanes.HESSIAN``."""
        return hessian_kernel(self.second, self.dim, len(self.coefficients))

    def evaluate(self, theta: Any) -> tuple[np.ndarray, np.ndarray]:
        """Value (...) and gradient (..., D) at theta (..., D); plain numbers will do when D is 1.

        Raises:
            SettingError: theta's last axis is not D long, or it does not hold numbers.
        """
        points, columns = self._points(theta)
        lanes = columns.shape[1]
        value, gradient = np.empty(lanes), np.empty((self.dim, lanes))
        self.kernel.call(columns, self.columns(lanes), value, gradient, np.zeros(lanes))
        return value.reshape(points.shape[:-1]), gradient.T.reshape(points.shape)

    def _points(self, theta: Any) -> tuple[np.ndarray, np.ndarray]:
        """theta as (..., D) and as the kernels take it, (D, lanes)."""
        points = floats(theta)
        if points is not None and self.dim == 1 and (points.ndim == 0 or points.shape[-1] != 1):
            points = points[..., None]
        if points is None or points.ndim == 0 or points.shape[-1] != self.dim:
            raise SettingError("theta", N_("numbers of shape (..., {dim})"), theta, dim=self.dim)
        return points, np.ascontiguousarray(points.reshape(-1, self.dim).T)

    def hessian(self, theta: Any) -> np.ndarray:
        """The second derivatives: theta (..., D) -> (..., D, D). Raises as ``evaluate``."""
        points, columns = self._points(theta)
        lanes, pairs = columns.shape[1], np.triu_indices(self.dim)
        upper = np.empty((len(pairs[0]), lanes))
        self.hessian_kernel.call(columns, self.columns(lanes), upper)
        full = np.empty((lanes, self.dim, self.dim))
        full[:, pairs[0], pairs[1]] = full[:, pairs[1], pairs[0]] = upper.T
        return full.reshape(*points.shape, self.dim)

    def value(self, theta: Any) -> np.ndarray:
        """f(theta): theta (..., D) -> (...). Raises as ``evaluate``."""
        return self.evaluate(theta)[0]

    def gradient(self, theta: Any) -> np.ndarray:
        """The gradient: theta (..., D) -> (..., D). Raises as ``evaluate``."""
        return self.evaluate(theta)[1]

    def columns(self, lanes: int) -> np.ndarray:
        """The coefficients as the kernels take them: (P, lanes)."""
        column = np.array(self.coefficients, dtype=np.float64).reshape(-1, 1)
        return np.repeat(column, lanes, axis=1)


@cache
def _parameters(function: Callable) -> list[str]:
    return list(inspect.signature(function).parameters)


def _as_given(**values: float) -> tuple[float, ...]:
    return tuple(values.values())
