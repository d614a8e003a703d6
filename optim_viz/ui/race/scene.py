"""What a text can ask of a race: quantities by name, each computed by the engine from the settings of a link."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from optim_viz import Run, engine
from optim_viz.curves import CURVES
from optim_viz.outcome import TOLERANCE, measured, outcome, verdicts
from optim_viz.spec import N_
from optim_viz.ui.i18n import Messages
from optim_viz.ui.race import settings, words
from optim_viz.ui.race.settings import Runner, Settings
from optim_viz.ui.scene import Quantity, Scene, memory
from surfaces import SURFACES

AXES = {"x": 0, "y": 1}
PATIENCE = 3000  # steps after which a learning rate counts as one that does not fly off


def run(runner: Runner, chosen: Settings, hypers: Mapping[str, Any] | None = None, patient: bool = False) -> Run:
    """One runner's run in this race; many lanes where ``hypers`` holds many numbers. ``patient``: see ``engine.run``."""
    around, seed = runner.stages
    return engine.run(
        runner.optimizer, chosen.surface,
        start=chosen.start, steps=chosen.steps, hypers=hypers or runner.hypers, around=around, seed=seed,
        patient=patient,
    )  # fmt: skip


class RaceScene(Scene):
    """Optimizers from one start on one surface."""

    form: ClassVar[Any] = settings
    page, subject, subjects = "race", "s", SURFACES
    page_settings, coordinates = ("s", "n", *AXES), AXES
    default_runners = settings.DEFAULT_RUNNERS

    def parameters(self) -> Mapping[str, float]:
        return self.settings.surface.values

    def page_values(self) -> dict[str, Any]:
        chosen = self.settings
        names: dict[str, Any] = {"s": chosen.surface.key, "n": chosen.steps}
        names |= {f"s.{name}": value for name, value in chosen.surface.values.items()}
        return names | dict(zip("xy", chosen.start, strict=False))

    def called(self, runner: str, _: Messages) -> str:
        return self.runners[runner].name

    def told(self, _: Messages, ends: bool = False) -> str:
        chosen = self.settings
        outcomes = [outcome(self.run(name)) for name in self.runners]
        return words.sentences(_, words.racers(_, chosen.surface, chosen.runners, outcomes, chosen.steps), ends)

    def run(self, name: object) -> Run:
        return self.result(name, run)

    def lanes(self, name: object, lrs: np.ndarray, steps: int | None = None) -> Run:
        """One run for each of these learning rates, of so many steps instead of the race's."""
        runner: Runner = self.runners[str(name)]
        chosen = self.settings.replace(steps=steps or self.settings.steps)
        return run(runner, chosen, {**runner.hypers, "lr": lrs}, patient=True)


def _last(run: Run, t: float | None) -> int:
    return len(run.loss) - 1 if t is None else int(t)


def _coordinate(axis: int) -> Callable[..., float]:
    def worth(shown: RaceScene, name: str, t: float | None = None) -> float:
        run = shown.run(name)
        return run.theta[_last(run, t), axis]

    return worth


def _curve(key: str, begins: int | None = None) -> Callable[..., float]:
    """Of a curve its value at a step; at the last one, or where it ``begins``, if none is named."""

    def worth(shown: RaceScene, name: str, t: float | None = begins) -> float:
        run = shown.run(name)
        return CURVES[key].of(run)[_last(run, t)]

    return worth


def _gradients(shown: RaceScene, name: str) -> float:
    found = outcome(shown.run(name))
    return math.inf if found.arrived is None else found.evaluations


def _beyond(shown: RaceScene, name: str, axis: str, far: float) -> float:
    """The first step with the coordinate farther from 0 than this."""
    there = np.abs(shown.run(name).theta[:, AXES[axis]]) > far
    return int(np.argmax(there)) if there.any() else math.inf


def _reach(shown: RaceScene, name: str, axis: str, first: float, last: float) -> float:
    """How far from the minimum the coordinate is at most, from one step to another."""
    run = shown.run(name)
    part = run.theta[int(first) : int(last) + 1, AXES[axis]]
    return np.abs(part - _nearest(run, len(run.loss) - 1)[AXES[axis]]).max()


def _judged(quantity: str) -> Callable[..., float]:
    """What the outcome says; of ``minimum`` which it arrives at, counted from 0."""
    return lambda shown, name: measured(outcome(shown.run(name)), quantity)


def _nearest(run: Run, row: int) -> np.ndarray:
    if run.surface.valley:
        return np.array(run.surface.valley.nearest(*run.theta[row], *run.surface.coefficients))
    return np.array(min((m.theta for m in run.surface.minima), key=lambda theta: math.dist(theta, run.theta[row])))


def _slot(slot: str) -> Callable[..., float]:
    """One of the judge's numbers; of ``crossings`` along an axis, x if none is named."""
    return lambda shown, name, *axis: verdicts(shown.run(name), causes=False)["_".join([slot, *axis])]


def _stride(shown: RaceScene, name: str, t: float, axis: str = "") -> float:
    """The length of a step, or of its part along one coordinate."""
    theta = shown.run(name).theta
    return abs(theta[int(t), AXES[axis]] - theta[int(t) - 1, AXES[axis]]) if axis else _curve("stride")(shown, name, t)


def _longest(shown: RaceScene, name: str, axis: str = "") -> float:
    run = shown.run(name)
    return np.abs(np.diff(run.theta[:, AXES[axis]])).max() if axis else CURVES["stride"].of(run)[1:].max()


def _way(shown: RaceScene, name: str, axis: str) -> float:
    """The length of the path along one coordinate, to and fro."""
    return np.abs(np.diff(shown.run(name).theta[:, AXES[axis]])).sum()


def _curvatures(shown: RaceScene, minimum: float | None) -> np.ndarray:
    """At the lowest minimum, or at one of them, counted from 0; the smallest first."""
    surface = shown.settings.surface
    at = min(surface.minima, key=lambda m: m.value) if minimum is None else surface.minima[int(minimum)]
    return np.linalg.eigvalsh(surface.hessian(at.theta))


def _depth(shown: RaceScene, minimum: float) -> float:
    """By the surface's formula."""
    surface = shown.settings.surface
    return float(surface.value(surface.minima[int(minimum)].theta))


def _apart(shown: RaceScene, one: str, other: str) -> float:
    """The greatest distance between two at the same step."""
    return np.linalg.norm(shown.run(one).theta - shown.run(other).theta, axis=1).max()


def _range(runner: Runner) -> tuple[float, float]:
    """Of the learning rate's slider."""
    ends = runner.optimizer.hypers["lr"].slider
    assert ends is not None
    return ends


def _loss_at(shown: RaceScene, name: str, state: str) -> float:
    """The loss at the end at a point that the rule keeps beside theta, above the minimum: an average."""
    run = shown.run(name)
    return float(run.surface.value(run.memory[state][-1])) - (run.surface.minimum or 0.0)


def _two_digits(runner: Runner) -> np.ndarray:
    """Every learning rate of two digits on the slider."""
    lo, hi = _range(runner)
    powers = range(math.floor(math.log10(lo)), math.ceil(math.log10(hi)) + 1)
    rates = np.array([float(f"{digits}e{power - 1}") for power in powers for digits in range(10, 100)])
    return rates[(rates >= lo) & (rates <= hi)]


def _arrivals(shown: RaceScene, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Learning rates of two digits, and the step at which a run with each arrives; infinite where it does not."""
    rates = _two_digits(shown.runners[name])
    return rates, verdicts(shown.lanes(name, rates), causes=False)["arrived"]


def _fewest(shown: RaceScene, name: str) -> float:
    """Steps until it arrives, with its best learning rate."""
    return _arrivals(shown, name)[1].min()


def _lowest(shown: RaceScene, name: str) -> float:
    """The loss above the minimum at the end, with the learning rate of two digits that makes it least."""
    loss = shown.lanes(name, _two_digits(shown.runners[name])).loss[:, -1]
    return np.nanmin(np.where(np.isfinite(loss), loss, np.inf)) - (shown.settings.surface.minimum or 0.0)


def _largest_lr(shown: RaceScene, name: str, under: float = math.inf) -> float:
    """Of two digits, that arrives in fewer steps than this; 0 where none does."""
    rates, steps = _arrivals(shown, name)
    return rates[steps < under].max(initial=0.0)


def _smallest_lr(shown: RaceScene, name: str, under: float = math.inf) -> float:
    """Of two digits, that arrives in fewer steps than this; infinite where none does."""
    rates, steps = _arrivals(shown, name)
    return rates[steps < under].min(initial=math.inf)


def _best_lr(shown: RaceScene, name: str) -> float:
    rates, steps = _arrivals(shown, name)
    return rates[np.argmin(steps)]


def _limit(shown: RaceScene, name: str) -> float:
    """The learning rate, to three digits or better, above which the run ends higher than it began, however long it runs."""
    lo, hi = _range(shown.runners[name])
    for _round in range(3):
        rates = np.geomspace(lo, hi, 100)
        loss = shown.lanes(name, rates, PATIENCE).loss
        ends_lower = loss[:, -1] < loss[:, 0]  # false where it is no number
        above = int(np.argmin(ends_lower)) if not ends_lower.all() else len(rates) - 1
        lo, hi = rates[max(above - 1, 0)], rates[above]
    return lo


def _fed(shown: RaceScene, name: str, *gradients: float) -> tuple[float, list[float]]:
    """A scalar rule from 0 with these gradients: where it ends, and what it then keeps."""
    runner = shown.runners[name]
    initial = [s.initial for s in runner.optimizer.states]
    theta, state = 0.0, [runner.hypers[x] if isinstance(x, str) else float(x) for x in initial]
    for t, g in enumerate(gradients, 1):
        theta, *state = runner.optimizer.update(theta, g, t, *state, *runner.hypers.values())
    return theta, state


def _buffer(shown: RaceScene, name: str, *gradients: float) -> float:
    """The first thing that the rule keeps, after these gradients."""
    return _fed(shown, name, *gradients)[1][0]


def _step_after(shown: RaceScene, name: str, zeros: float, *gradients: float) -> float:
    """The length of the step after so many gradients of 0 and then these."""
    fed = [0.0] * int(zeros) + list(gradients)
    return abs(_fed(shown, name, *fed)[0] - _fed(shown, name, *fed[:-1])[0])


def _step_after_runs(shown: RaceScene, name: str, *runs: float) -> float:
    """The length of the last step after so many gradients of one size, then so many of another: 1, 200, 0.1, 50."""
    fed = [g for g, times in zip(runs[::2], runs[1::2], strict=True) for _ in range(int(times))]
    return _step_after(shown, name, 0, *fed)


def _steady(shown: RaceScene, name: str, t: float) -> float:
    """The length of step t while every gradient is 1."""
    return _step_after(shown, name, 0, *[1.0] * int(t))


QUANTITIES: Mapping[str, Quantity] = MappingProxyType({
    **{key: Quantity(curve.label, _curve(key)) for key, curve in CURVES.items() if not curve.each},
    "angle": Quantity(CURVES["angle"].label, _curve("angle", begins=0)),
    "steps": Quantity(N_("steps until it arrives"), _judged("steps")),
    "gradients": Quantity(N_("gradients until it arrives"), _gradients, live=False),
    "touches": Quantity(N_("first step within the tolerance"), _judged("touches")),
    "brief": Quantity(N_("whether it comes and goes at the end"), _judged("brief")),
    "diverges": Quantity(N_("step at which it diverges"), _judged("diverges")),
    "worse": Quantity(N_("whether it ends higher than it began"), _judged("worse")),
    "fell": Quantity(N_("whether it falls beyond the marked minimum"), _judged("fell")),
    "oscillates": Quantity(N_("whether it oscillates and comes no nearer"), _judged("oscillates")),
    "stalls": Quantity(N_("whether it hardly moves at the end"), _judged("stalls")),
    "running": Quantity(N_("whether it is still on the way"), _judged("running")),
    "minimum": Quantity(N_("which minimum it arrives at"), _judged("minimum")),
    "minima": Quantity(N_("number of marked minima"), lambda shown: len(shown.settings.surface.minima), live=False),
    "depth": Quantity(N_("loss at a marked minimum"), _depth, live=False),
    "overshoot": Quantity(N_("by what share of the way it passes the minimum"), _judged("overshoot")),
    "beyond": Quantity(N_("first step so far out"), _beyond, live=False),
    "reach": Quantity(N_("greatest distance along a coordinate"), _reach, live=False),
    "loss_at": Quantity(N_("loss at a point that it keeps"), _loss_at, live=False),
    "x": Quantity("x", _coordinate(0)),
    "y": Quantity("y", _coordinate(1)),
    "rises": Quantity(N_("steps that raise the loss"), _slot("rises")),
    "crossings": Quantity(N_("steps across the minimum"), lambda shown, name, axis="x": _slot("crossings")(shown, name, axis)),
    "stride": Quantity(N_("length of a step"), _stride, live=False),
    "longest": Quantity(N_("length of the longest step"), _longest, live=False),
    "way": Quantity(N_("length of the path along a coordinate"), _way, live=False),
    "apart": Quantity(N_("greatest distance of the two paths"), _apart),
    "largest_lr": Quantity(N_("largest learning rate that converges"), _largest_lr, live=False),
    "smallest_lr": Quantity(N_("smallest learning rate that converges"), _smallest_lr, live=False),
    "best_lr": Quantity(N_("learning rate that arrives soonest"), _best_lr, live=False),
    "fewest": Quantity(N_("steps until it arrives, with its best learning rate"), _fewest, live=False),
    "lowest": Quantity(N_("loss at the end, with its best learning rate"), _lowest, live=False),
    "limit": Quantity(N_("limit of the learning rate"), _limit, live=False),
    "curvature": Quantity(N_("largest curvature"), lambda shown, minimum=None: _curvatures(shown, minimum)[-1], live=False),
    "flattest": Quantity(N_("smallest curvature"), lambda shown, minimum=None: _curvatures(shown, minimum)[0], live=False),
    "tolerance": Quantity(N_("tolerance"), lambda shown: TOLERANCE),
    "memory": Quantity(N_("numbers kept for each weight"), memory),
    "n": Quantity(N_("number of steps"), lambda shown: shown.settings.steps),
    "buffer": Quantity(N_("what is kept"), _buffer, live=False),
    "step_after": Quantity(N_("length of a step"), _step_after, live=False),
    "step_after_runs": Quantity(N_("length of a step"), _step_after_runs, live=False),
    "steady": Quantity(N_("length of a step"), _steady, live=False),
    "lr_to_two_digits": Quantity(
        N_("learning rate to two digits"), lambda shown, name: float(f"{shown.runners[name].hypers['lr']:.1e}")
    ),
})  # fmt: skip
RaceScene.quantities = QUANTITIES
