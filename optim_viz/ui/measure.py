"""What a lesson can ask of a race: quantities by name, each computed by the engine from the settings of a link.

A runner is named by its optimizer's key, the second of a kind ``gd2``. A hyperparameter's name is a quantity too, ``lr(gd)``,
and so is a parameter of the surface, ``condition()``. What never happens is at infinity.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from optim_viz import Run, engine
from optim_viz.lessons.claims import Expression
from optim_viz.spec import N_
from optim_viz.ui import words
from optim_viz.ui.i18n import Messages
from optim_viz.ui.settings import Runner, Settings

AXES = {"x": 0, "y": 1}
PATIENCE = 3000  # steps after which a learning rate counts as one that does not fly off


class Shown:
    """One race, and its runs when they are asked for."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._runs: dict[str, Run] = {}
        self._worth: dict[tuple, float] = {}

    @cached_property
    def runners(self) -> Mapping[str, Runner]:
        """By the name that a lesson calls them."""
        named: dict[str, Runner] = {}
        for runner in self.settings.runners:
            nth = 1 + sum(other.optimizer.key == runner.optimizer.key for other in named.values())
            named[runner.optimizer.key + (str(nth) if nth > 1 else "")] = runner
        return MappingProxyType(named)

    def runner(self, name: object) -> Runner:
        """Raises KeyError where nobody of this name is running."""
        return self.runners[str(name)]

    def run(self, name: object) -> Run:
        key = str(name)
        if key not in self._runs:
            self._runs[key] = self._again(self.runner(name))
        return self._runs[key]

    def _again(self, runner: Runner, steps: int | None = None, **hypers: Any) -> Run:
        """This runner's run, with other hyperparameters or for longer."""
        around, seed = runner.stages
        return engine.run(
            runner.optimizer, self.settings.surface,
            start=self.settings.start, steps=steps or self.settings.steps, hypers={**runner.hypers, **hypers},
            around=around, seed=seed, patient=bool(hypers),
        )  # fmt: skip

    def lanes(self, name: object, lrs: np.ndarray, steps: int | None = None) -> Run:
        """One run for each of these learning rates."""
        return self._again(self.runner(name), steps, lr=lrs)

    def measure(self, name: str, args: tuple[str | float, ...]) -> float:
        """What a quantity is worth here.

        Raises:
            KeyError: there is no such quantity, runner or coordinate here.
        """
        if (name, args) not in self._worth:
            self._worth[name, args] = float(self._measure(name, args))
        return self._worth[name, args]

    def _measure(self, name: str, args: tuple[str | float, ...]) -> float:
        if name in QUANTITIES:
            return QUANTITIES[name].worth(self, *args)
        if not args:
            return self.settings.surface.values[name]
        return self.runner(args[0]).hypers[name]

    def evaluate(self, expression: Expression) -> float:
        return expression.evaluate(self.measure)


@dataclass(frozen=True)
class Quantity:
    """``label`` names it where a task tells how it stands; ``worth`` takes a race and the arguments."""

    label: str
    worth: Callable[..., float]


def _last(run: Run, t: float | None) -> int:
    return len(run.loss) - 1 if t is None else int(t)


def _coordinate(axis: int) -> Callable[..., float]:
    def worth(shown: Shown, name: str, t: float | None = None) -> float:
        run = shown.run(name)
        return run.theta[_last(run, t), axis]

    return worth


def _steps(shown: Shown, name: str) -> float:
    arrived = words.outcome(shown.run(name)).arrived
    return math.inf if arrived is None else arrived


def _diverges(shown: Shown, name: str) -> float:
    at = shown.run(name).diverged_at
    return math.inf if at is None else at


def _loss(shown: Shown, name: str, t: float | None = None) -> float:
    run = shown.run(name)
    return run.loss[_last(run, t)]


def _nearest(run: Run, row: int) -> np.ndarray:
    return np.array(min((m.theta for m in run.surface.minima), key=lambda theta: math.dist(theta, run.theta[row])))


def _distance(shown: Shown, name: str, t: float | None = None) -> float:
    run = shown.run(name)
    row = _last(run, t)
    return math.dist(run.theta[row], _nearest(run, row))


def _rises(shown: Shown, name: str) -> float:
    return int(np.count_nonzero(np.diff(shown.run(name).loss) > 0))


def _crossings(shown: Shown, name: str, axis: str = "x") -> float:
    """How many steps lead from one side of the minimum to the other."""
    run = shown.run(name)
    side = np.sign(run.theta[:, AXES[axis]] - _nearest(run, 0)[AXES[axis]])
    return int(np.count_nonzero(side[1:] * side[:-1] < 0))


def _strides(run: Run) -> np.ndarray:
    return np.linalg.norm(np.diff(run.theta, axis=0), axis=1)


def _stride(shown: Shown, name: str, t: float, axis: str = "") -> float:
    """The length of a step, or of its part along one coordinate."""
    run, row = shown.run(name), int(t)
    step = run.theta[row] - run.theta[row - 1]
    return abs(step[AXES[axis]]) if axis else float(np.linalg.norm(step))


def _longest(shown: Shown, name: str, axis: str = "") -> float:
    run = shown.run(name)
    return np.abs(np.diff(run.theta[:, AXES[axis]])).max() if axis else _strides(run).max()


def _angle(shown: Shown, name: str, t: float = 0) -> float:
    """Degrees between the way down the gradient and the way to the nearest minimum."""
    run, row = shown.run(name), int(t)
    down, home = -run.gradient[row], _nearest(run, row) - run.theta[row]
    cosine = down @ home / (np.linalg.norm(down) * np.linalg.norm(home))
    return math.degrees(math.acos(min(max(cosine, -1.0), 1.0)))


def _curvatures(shown: Shown) -> np.ndarray:
    surface = shown.settings.surface
    lowest = min(surface.minima, key=lambda minimum: minimum.value)
    return np.linalg.eigvalsh(surface.hessian(lowest.theta))


def _apart(shown: Shown, one: str, other: str) -> float:
    """The greatest distance between two at the same step."""
    return np.linalg.norm(shown.run(one).theta - shown.run(other).theta, axis=1).max()


def _range(runner: Runner) -> tuple[float, float]:
    """Of the learning rate's slider."""
    ends = runner.optimizer.hypers["lr"].slider
    assert ends is not None
    return ends


def _two_digits(runner: Runner) -> np.ndarray:
    """Every learning rate of two digits on the slider."""
    lo, hi = _range(runner)
    powers = range(math.floor(math.log10(lo)), math.ceil(math.log10(hi)) + 1)
    rates = np.array([float(f"{digits}e{power - 1}") for power in powers for digits in range(10, 100)])
    return rates[(rates >= lo) & (rates <= hi)]


def _arrivals(shown: Shown, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Learning rates of two digits, and the step at which a run with each arrives; infinite for those that do not stay."""
    rates = _two_digits(shown.runner(name))
    loss = shown.lanes(name, rates).loss
    below = loss - (shown.settings.surface.minimum or 0.0) <= words.TOLERANCE
    return rates, np.where(below[:, -1], np.argmax(below, axis=1), np.inf)


def _largest_lr(shown: Shown, name: str) -> float:
    rates, steps = _arrivals(shown, name)
    return rates[steps < np.inf].max(initial=0.0)


def _best_lr(shown: Shown, name: str) -> float:
    rates, steps = _arrivals(shown, name)
    return rates[np.argmin(steps)]


def _limit(shown: Shown, name: str) -> float:
    """The learning rate, to three digits or better, above which the run ends higher than it began, however long it runs."""
    lo, hi = _range(shown.runner(name))
    for _round in range(3):
        rates = np.geomspace(lo, hi, 100)
        loss = shown.lanes(name, rates, PATIENCE).loss
        ends_lower = loss[:, -1] < loss[:, 0]  # false where it is no number
        above = int(np.argmin(ends_lower)) if not ends_lower.all() else len(rates) - 1
        lo, hi = rates[max(above - 1, 0)], rates[above]
    return lo


def _fed(shown: Shown, name: str, *gradients: float) -> tuple[float, list[float]]:
    """A scalar rule from 0 with these gradients: where it ends, and what it then keeps."""
    runner = shown.runner(name)
    initial = [s.initial for s in runner.optimizer.states]
    theta, state = 0.0, [runner.hypers[x] if isinstance(x, str) else float(x) for x in initial]
    for t, g in enumerate(gradients, 1):
        theta, *state = runner.optimizer.update(theta, g, t, *state, *runner.hypers.values())
    return theta, state


def _buffer(shown: Shown, name: str, *gradients: float) -> float:
    """The first thing that the rule keeps, after these gradients."""
    return _fed(shown, name, *gradients)[1][0]


def _step_after(shown: Shown, name: str, zeros: float, *gradients: float) -> float:
    """The length of the step after so many gradients of 0 and then these."""
    fed = [0.0] * int(zeros) + list(gradients)
    return abs(_fed(shown, name, *fed)[0] - _fed(shown, name, *fed[:-1])[0])


def _steady(shown: Shown, name: str, t: float) -> float:
    """The length of step t while every gradient is 1."""
    return _step_after(shown, name, 0, *[1.0] * int(t))


def _to_two_digits(shown: Shown, name: str) -> float:
    return float(f"{shown.runner(name).hypers['lr']:.1e}")


QUANTITIES: Mapping[str, Quantity] = MappingProxyType({
    "steps": Quantity(N_("steps until it arrives"), _steps),
    "diverges": Quantity(N_("step at which it leaves the finite numbers"), _diverges),
    "loss": Quantity(N_("loss"), _loss),
    "x": Quantity("x", _coordinate(0)),
    "y": Quantity("y", _coordinate(1)),
    "distance": Quantity(N_("distance to the minimum"), _distance),
    "rises": Quantity(N_("steps that raise the loss"), _rises),
    "crossings": Quantity(N_("steps across the minimum"), _crossings),
    "stride": Quantity(N_("length of a step"), _stride),
    "longest": Quantity(N_("length of the longest step"), _longest),
    "angle": Quantity(N_("angle between the way down and the way to the minimum"), _angle),
    "apart": Quantity(N_("greatest distance of the two paths"), _apart),
    "largest_lr": Quantity(N_("largest learning rate that converges"), _largest_lr),
    "best_lr": Quantity(N_("learning rate that arrives soonest"), _best_lr),
    "limit": Quantity(N_("limit of the learning rate"), _limit),
    "curvature": Quantity(N_("largest curvature"), lambda shown: _curvatures(shown)[-1]),
    "flattest": Quantity(N_("smallest curvature"), lambda shown: _curvatures(shown)[0]),
    "n": Quantity(N_("number of steps"), lambda shown: shown.settings.steps),
    "buffer": Quantity(N_("what is kept"), _buffer),
    "step_after": Quantity(N_("length of a step"), _step_after),
    "steady": Quantity(N_("length of a step"), _steady),
    "lr_to_two_digits": Quantity(N_("learning rate to two digits"), _to_two_digits),
})  # fmt: skip


def said(value: float, _: Messages) -> str:
    """A number as a text states it: as it is where two places behind the point are all it has, else to three digits."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return _("never")
    short = round(value, 2) + 0.0  # + 0.0: no minus before a zero
    if 1000 <= abs(value) < 1e6:
        text = f"{value:,.0f}"
    elif abs(value) < 1000 and math.isclose(value, short, rel_tol=1e-9):
        text = f"{short:g}"
    else:
        text = words.number(value)
    return text.replace("-", "−", 1) if value < 0 else text
