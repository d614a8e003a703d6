"""The record of a test surface, with its minima. It knows no compiler: what evaluates it is asked for its kernels."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np

from optim_viz.claims import Picture
from optim_viz.errors import SettingError
from optim_viz.rules import arguments, mentions
from optim_viz.values import Hyper, N_, check_values, points_of

Point = tuple[float, ...]
Box = tuple[tuple[float, float], ...]
#: what may lie lowest, see ``Surface``
Lowest = Literal["minima", "domain", "none", "valley", "unknown"]
LOWEST: tuple[Lowest, ...] = get_args(Lowest)


@dataclass(frozen=True)
class Minimum:
    """A minimum: theta (D numbers), the value there, and where this is published or how it follows."""

    theta: Point
    value: float
    source: str


@dataclass(frozen=True)
class Minima:
    """Minima that follow from a surface's parameters.

    Args:
        where: ``where(<params>)`` on plain numbers returns theta and value of each, one after another; nan where with these
            parameters it is none.
    """

    where: Callable[..., tuple[float, ...]]
    source: str

    def at(self, values: Mapping[str, float], dim: int) -> tuple[Minimum, ...]:
        """Those that there are."""
        flat = self.where(**values)
        each = [flat[k : k + dim + 1] for k in range(0, len(flat), dim + 1)]
        return tuple(Minimum(tuple(theta), value, self.source) for *theta, value in each if not math.isnan(value))


@dataclass(frozen=True)
class Valley:
    """Minima that are a continuum: a ring, a line.

    Args:
        nearest: ``nearest(x, y, <params>)`` on plain numbers, as ``Surface.value`` takes them: the nearest lowest point.
        value: the value there.
        source: how it follows.
    """

    nearest: Callable[..., tuple[float, ...]]
    value: float
    source: str


class Surface:
    """A test surface: a function of one or two coordinates with its gradient, in closed form.

    ``domain`` ((lo, hi) per coordinate), ``start``, ``minima`` and ``curvature`` may each be given as a constant
    or as a function of the parameters (``minima`` as ``Minima``). ``surface.at(b=10)`` is the same surface with other
    parameters. All functions are on plain numbers and compile like ``value``.

    Args:
        value: ``value(x, <params>)`` or ``value(x, y, <params>)`` on plain numbers.
        gradient: the same arguments, returns a tuple of D numbers.
        hessian: the same arguments, returns the second derivatives: (xx,) or (xx, xy, yy).
        coefficients: where the formula needs numbers that follow from the parameters (the cosine of a rotation),
            a function that computes them once; ``value``, ``gradient`` and ``hessian`` then take these in their place.
        dim: 1 or 2.
        minima: every global minimum; where the surface is unbounded below, those of the domain, if there are any; or a
            ``Valley``.
        lowest: what is known of what lies lowest: ``"minima"``: those listed, wherever one looks; ``"domain"``: those listed,
            but only in the domain, and beyond it the surface falls for ever; ``"none"``: it falls for ever and has no minimum;
            ``"valley"``: a continuum; ``"unknown"``: nothing. By default it follows from ``minima``, ``"none"`` where there
            are none.
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
        minima: tuple[Minimum, ...] | Minima | Valley,
        curvature: float | Callable[..., float],
        levels: Literal["linear", "log"],
        teaches: str,
        source: str,
        coefficients: Callable[..., tuple[float, ...]] | None = None,
        params: Mapping[str, Hyper] = MappingProxyType({}),
        corner: bool = False,
        lowest: Lowest | None = None,
        shows: tuple[Picture, ...] = (),
        values: Mapping[str, float] | None = None,
    ):
        self.key, self.name, self.dim = key, name, dim
        self.levels, self.teaches, self.source, self.corner, self.shows = levels, teaches, source, corner, shows
        self.params = params
        self.values: Mapping[str, float] = MappingProxyType(check_values(self.params, values, "surface_params"))
        self.formula, self.slope, self.second, self.coefficients_of = value, gradient, hessian, coefficients
        self.coefficients: tuple[float, ...] = tuple((coefficients or _as_given)(**self.values))
        self.given: dict[str, Any] = dict(domain=domain, start=start, minima=minima, curvature=curvature)
        self.domain: Box = self._resolve(domain)
        self.start: Point = self._resolve(start)
        self.valley = minima if isinstance(minima, Valley) else None
        self.minima: tuple[Minimum, ...] = minima.at(self.values, dim) if isinstance(minima, Minima) else ()
        if isinstance(minima, tuple):
            self.minima = minima
        self.curvature: float = self._resolve(curvature)
        self.lowest: Lowest = lowest or ("valley" if self.valley else "minima" if self.minima else "none")
        expected = [*("x", "y")[:dim], *(self.params if coefficients is None else arguments(value)[dim:])]
        for function in (value, gradient, hessian, *([self.valley.nearest] if self.valley else [])):
            if (found := arguments(function)) != expected:
                raise ValueError(f"{key}: {function.__name__} takes {found}, the record says {expected}")
        if len(self.coefficients) != len(expected) - dim:
            raise ValueError(f"{key}: {len(self.coefficients)} coefficients for {expected[dim:]}")
        lengths = {len(self.domain), len(self.start), *(len(m.theta) for m in self.minima)}
        if dim not in (1, 2) or lengths != {dim}:
            raise ValueError(f"{key}: domain, start and minima must have {dim} coordinates, 1 or 2")
        listed, valley = self.lowest in ("minima", "domain"), self.lowest == "valley"
        if bool(self.minima) != listed or bool(self.valley) != valley:
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
            coefficients=self.coefficients_of, params=self.params, corner=self.corner, lowest=self.lowest, shows=self.shows,
            values=values, **self.given,
        )  # fmt: skip

    @property
    def quadratic(self) -> bool:
        """Whether it is curved alike everywhere: no second derivative asks where."""
        return not mentions(self.second) & set(arguments(self.second)[: self.dim])

    @property
    def derived(self) -> dict[str, Callable]:
        """What follows from its parameters, by name: functions of them, as ``coefficients`` is."""
        minima, curvature = self.given["minima"], self.given["curvature"]
        found = {
            "coefficients": self.coefficients_of, "minima": minima.where if isinstance(minima, Minima) else None,
            "curvature": curvature if callable(curvature) else None,
        }  # fmt: skip
        return {name: function for name, function in found.items() if function}

    @property
    def width(self) -> float:
        """Of the domain, where it is widest."""
        return max(hi - lo for lo, hi in self.domain)

    @property
    def minimum(self) -> float | None:
        """The lowest value, or None when there is none, or none is known."""
        return self.valley.value if self.valley else min((m.value for m in self.minima), default=None)

    def evaluate(self, theta: Any) -> tuple[np.ndarray, np.ndarray]:
        """Value (...) and gradient (..., D) at theta (..., D); plain numbers will do when D is 1.

        Raises:
            SettingError: theta's last axis is not D long, or it does not hold numbers.
        """
        from optim_viz import kernels  # only who asks for numbers needs a compiler

        points, columns = self._points(theta)
        lanes = columns.shape[1]
        value, gradient = np.empty(lanes), np.empty((self.dim, lanes))
        kernels.of(self).call(columns, self.columns(lanes), value, gradient, np.zeros(lanes))
        return value.reshape(points.shape[:-1]), gradient.T.reshape(points.shape)

    def _points(self, theta: Any) -> tuple[np.ndarray, np.ndarray]:
        """theta as (..., D) and as the kernels take it, (D, lanes)."""
        points = points_of(theta, self.dim)
        return points, np.ascontiguousarray(points.reshape(-1, self.dim).T)

    def hessian(self, theta: Any) -> np.ndarray:
        """The second derivatives: theta (..., D) -> (..., D, D). Raises as ``evaluate``."""
        from optim_viz import kernels

        points, columns = self._points(theta)
        lanes, pairs = columns.shape[1], np.triu_indices(self.dim)
        upper = np.empty((len(pairs[0]), lanes))
        kernels.hessian_of(self).call(columns, self.columns(lanes), upper)
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


def _as_given(**values: float) -> tuple[float, ...]:
    return tuple(values.values())
