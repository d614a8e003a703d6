"""Schedules: the learning rate as a function of the step, each a factor on the one that is set. With a warm-up before any.

The first step has index 0. The names of parameters are torch's, or those of the library that alone has the schedule.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optim_viz.claims import Picture, race
from optim_viz.errors import SettingError
from optim_viz.values import ONE_OF, Hyper, Interval, N_, check_values, named


@dataclass(frozen=True)
class Kind:
    """One kind of schedule: ``factor(i, <hypers>)`` on plain numbers, i the index of a step: 0, 1, 2 ...

    ``about`` is one sentence, ``shows`` what it promises of a run of 300 steps beside one without a schedule, ``SHOWN``.
    """

    key: str
    name: str
    factor: Callable[..., float]
    hypers: Mapping[str, Hyper]
    about: str
    source: str
    shows: tuple[str, ...]

    @property
    def picture(self) -> Picture:
        """The race that bears ``about`` out."""
        return race(SHOWN + "&o=gd,lr:0.02,noise:1,seed:7,schedule:" + self.key, *self.shows)


def _constant(i: float) -> float:
    return 1.0


def _step(i: float, step_size: float, gamma: float) -> float:
    return gamma ** (i // step_size)


def _multi_step(i: float, milestone1: float, milestone2: float, milestone3: float, gamma: float) -> float:
    passed = 0.0
    passed += 1.0 if 0 < milestone1 <= i else 0.0
    passed += 1.0 if 0 < milestone2 <= i else 0.0
    passed += 1.0 if 0 < milestone3 <= i else 0.0
    return gamma**passed


def _exponential(i: float, gamma: float) -> float:
    return gamma**i


def _linear(i: float, start_factor: float, end_factor: float, total_iters: float) -> float:
    return start_factor + (end_factor - start_factor) * min(i / total_iters, 1.0)


def _polynomial(i: float, total_iters: float, power: float) -> float:
    return (1 - min(i / total_iters, 1.0)) ** power


def _inverse_time(i: float, decay_steps: float) -> float:
    return 1 / (1 + i / decay_steps)


def _cosine(i: float, t_max: float, end_factor: float) -> float:
    return end_factor + (1 - end_factor) * (1 + math.cos(math.pi * i / t_max)) / 2


def _in_cycle(i: float, t_0: float, t_mult: float) -> float:
    """What part of its cycle is over: the first takes ``t_0`` steps, each next one ``t_mult`` times as many."""
    if t_mult == 1:
        return i % t_0 / t_0
    length = t_0
    while i >= length:
        i -= length
        length *= t_mult
    return i / length


def _between(start: float, end: float, part: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * part)) / 2


def _warm_restarts(i: float, t_0: float, t_mult: float, end_factor: float) -> float:
    return _between(1.0, end_factor, _in_cycle(i, t_0, t_mult))


def _one_cycle(i: float, total_steps: float, pct_start: float, div_factor: float, final_div_factor: float) -> float:
    first, last = 1 / div_factor, 1 / (div_factor * final_div_factor)
    top = pct_start * total_steps - 1
    falling = min((i - top) / (total_steps - 1 - top), 1.0)
    return _between(first, 1.0, i / top) if i < top else _between(1.0, last, falling)


def _stable_decay(i: float, total_steps: float, decay_share: float, end_factor: float) -> float:
    begin = (1 - decay_share) * total_steps
    return 1 + (end_factor - 1) * min(max((i - begin) / (total_steps - begin), 0.0), 1.0)


def _tinynn_exponential(i: float, decay_steps: float, decay_rate: float) -> float:
    return decay_rate ** (min(i, decay_steps) / decay_steps)


def _tinynn_linear(i: float, decay_steps: float, final_factor: float, start_step: float) -> float:
    return 1 + (final_factor - 1) * min(max((i - start_step) / decay_steps, 0.0), 1.0)


def _tinynn_cyclical(i: float, cyclical_steps: float, max_factor: float, min_factor: float) -> float:
    # up for one half of the cycle, down for the other, from the learning rate that is set; step 0 has made no change yet
    half = cyclical_steps // 2
    ups = (i + 1) // cyclical_steps * half + min((i + 1) % cyclical_steps, half) - 1
    return 1 + 2 * (max_factor - min_factor) / cyclical_steps * (2 * ups - i)


def _count(name: str, default: float, label: str, symbol: str, least: int = 1) -> Hyper:
    return Hyper(
        name, default, label, symbol, Interval(f"[{least}, 1000000]"), slider=(float(least), 1000.0), kind="integer"
    )  # fmt: skip


def _factor(name: str, default: float, label: str, symbol: str = "c_T", most: float = 1.0) -> Hyper:
    return Hyper(name, default, label, symbol, Interval("[0, 100]"), slider=(0.0, most))


_GAMMA = Hyper("gamma", 0.1, N_("factor gamma"), r"\gamma", Interval("[0, 1]"), slider=(0.01, 1.0))
#: whose noise each schedule is shown against
SHOWN = "s=ravine&n=300&chart=rate&o=gd,lr:0.02,noise:1,seed:7"
_ALL = (
    Kind("constant", N_("constant"), _constant, named(),
        N_("The learning rate as it is set. With a warm-up it first rises to it, evenly."),
        N_("as it is set"),
        (
            "rate(gd2, 1) == lr(gd2)", "rate(gd2, 300) == lr(gd2)", "rate(gd2, 5, warmup=10) == lr(gd2) / 2",
            "rate(gd2, 10, warmup=10) == lr(gd2)",
        ),
    ),
    Kind(
        "step", N_("step"), _step, named(_count("step_size", 100, N_("every … steps"), "s"), _GAMMA),
        N_("Falls to gamma times itself every so many steps, and stays in between."),
        N_("torch.optim.lr_scheduler.StepLR; tinynn's StepLR is the same"),
        (
            "rate(gd2, 100) == lr(gd2)", "rate(gd2, 101) == lr(gd2) / 10", "rate(gd2, 200) == lr(gd2) / 10",
            "rate(gd2, 201) == lr(gd2) / 100",
        ),
    ),
    Kind(
        "multi_step", N_("multi-step"), _multi_step,
        named(
            _count("milestone1", 100, N_("milestone 1"), "m_1", 0), _count("milestone2", 200, N_("milestone 2"), "m_2", 0),
            _count("milestone3", 0, N_("milestone 3"), "m_3", 0), _GAMMA,
        ),
        N_("Falls to gamma times itself at the milestones, and stays in between. A milestone of 0 is left out."),
        N_("torch.optim.lr_scheduler.MultiStepLR; tinynn's MultiStepLR is the same"),
        ("rate(gd2, 100) == lr(gd2)", "rate(gd2, 101) == lr(gd2) / 10", "rate(gd2, 300) == lr(gd2) / 100"),
    ),
    Kind(
        "exponential", N_("exponential"), _exponential,
        named(Hyper("gamma", 0.99, N_("factor gamma"), r"\gamma", Interval("[0, 1]"), slider=(0.9, 1.0))),
        N_("Falls to gamma times itself at every step."),
        N_("torch.optim.lr_scheduler.ExponentialLR"),
        ("rate(gd2, 2) == 0.99 * rate(gd2, 1)", "rate(gd2, 300) == 0.99 * rate(gd2, 299)"),
    ),
    Kind(
        "linear", N_("linear"), _linear,
        named(
            _factor("start_factor", 1.0, N_("start factor"), "c_0"), _factor("end_factor", 0.0, N_("end factor")),
            _count("total_iters", 300, N_("over … steps"), "T"),
        ),
        N_("Goes in a straight line from one factor to another, and stays there."),
        N_("torch.optim.lr_scheduler.LinearLR, whose own start factor is 1/3, end factor 1, over 5 steps"),
        ("rate(gd2, 151) == lr(gd2) / 2", "rate(gd2, 76) == 0.75 * lr(gd2)", "rate(gd2, 301, n=302) == 0"),
    ),
    Kind(
        "cosine", N_("cosine"), _cosine,
        named(_count("t_max", 300, N_("over … steps"), r"T_{\max}"), _factor("end_factor", 0.0, N_("end factor"))),
        N_("Falls slowly, fast, and slowly again, along half a cosine. After T_max steps it rises again."),
        N_(
            "torch.optim.lr_scheduler.CosineAnnealingLR, with eta_min = end factor times lr; Loshchilov & Hutter 2017, "
            "https://arxiv.org/abs/1608.03983"
        ),
        (
            "rate(gd2, 151) == lr(gd2) / 2", "rate(gd2, 31) > 0.97 * lr(gd2)", "rate(gd2, 271) < 0.03 * lr(gd2)",
            "rate(gd2, 151, t_max=100) == lr(gd2) / 2", "rate(gd2, 201, t_max=100) == lr(gd2)",
        ),
    ),
    Kind(
        "polynomial", N_("polynomial"), _polynomial,
        named(
            _count("total_iters", 300, N_("over … steps"), "T"),
            Hyper("power", 2.0, N_("power"), "p", Interval("[0, 100]"), slider=(0.5, 4.0)),
        ),
        N_("Falls to 0 like a power of the time that is left: the larger the power, the sooner it is small."),
        N_("torch.optim.lr_scheduler.PolynomialLR, whose own power is 1, over 5 steps"),
        ("rate(gd2, 151) == lr(gd2) / 4", "rate(gd2, 151, power=3) == lr(gd2) / 8", "rate(gd2, 301, n=302) == 0"),
    ),
    Kind(
        "inverse_time", N_("inverse time, 1 / t"), _inverse_time,
        named(_count("decay_steps", 100, N_("halved after … steps"), "T")),
        N_(
            "Like 1 / t: half of it after T steps, a third after 2 T. Such rates have an infinite sum, so they lead anywhere, "
            "and the sum of their squares is finite, so that noise dies out: the two conditions of Robbins and Monro."
        ),
        N_(
            "Robbins & Monro 1951, https://doi.org/10.1214/aoms/1177729586; keras.optimizers.schedules.InverseTimeDecay with "
            "decay_rate 1"
        ),
        ("rate(gd2, 101) == lr(gd2) / 2", "rate(gd2, 201) == lr(gd2) / 3"),
    ),
    Kind(
        "warm_restarts", N_("cosine with warm restarts"), _warm_restarts,
        named(
            _count("t_0", 100, N_("first cycle in steps"), "T_0"),
            Hyper(
                "t_mult", 1, N_("each next one … times as long"), "m", Interval("[1, 100]"), slider=(1.0, 4.0), kind="integer"
            ),
            _factor("end_factor", 0.0, N_("end factor")),
        ),
        N_(
            "One cosine after another: at each restart the rate is back at its height. If the cycles grow, each next one is m "
            "times as long."
        ),
        N_(
            "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts, with eta_min = end factor times lr; Loshchilov & Hutter "
            "2017, https://arxiv.org/abs/1608.03983"
        ),
        (
            "rate(gd2, 51) == lr(gd2) / 2", "rate(gd2, 100) < lr(gd2) / 1000", "rate(gd2, 101) == lr(gd2)",
            "rate(gd2, 201) == lr(gd2)", "rate(gd2, 201, t_mult=2) == lr(gd2) / 2",
        ),
    ),
    Kind(
        "one_cycle", N_("one-cycle, up to lr and down"), _one_cycle,
        named(
            _count("total_steps", 300, N_("over … steps"), "T"),
            Hyper("pct_start", 0.3, N_("share of the rise"), "p", Interval("[0, 1)"), slider=(0.0, 0.9)),
            Hyper("div_factor", 25.0, N_("starts at lr over …"), "d", Interval("[1, 1e9]"), slider=(1.0, 100.0), log=True),
            Hyper("final_div_factor", 1e4, N_("ends at its start over …"), "d_T", Interval("[1, 1e9]"), (1.0, 1e6), log=True),
        ),
        N_(
            "Once up, from a small rate to lr, and once down, to almost 0: the learning rate that is set is the peak. After "
            "its steps it stays at the end, where torch's stops with an error."
        ),
        N_(
            "torch.optim.lr_scheduler.OneCycleLR, with max_lr = lr, cosines and cycle_momentum=False; Smith & Topin 2018, "
            "https://arxiv.org/abs/1708.07120"
        ),
        ("rate(gd2, 1) == lr(gd2) / 25", "rate(gd2, 90) == lr(gd2)", "rate(gd2, 300) == lr(gd2) / 250000"),
    ),
    Kind(
        "stable_decay", N_("stable, then decay (WSD)"), _stable_decay,
        named(
            _count("total_steps", 300, N_("over … steps"), "T"),
            Hyper("decay_share", 0.2, N_("share of the decay"), "s", Interval("(0, 1]"), slider=(0.05, 1.0)),
            _factor("end_factor", 0.0, N_("end factor")),
        ),
        N_(
            "Stays as it is set for most of the run, and falls in a straight line at the end. How long one trains need not be "
            "known before the fall begins."
        ),
        N_(
            "Warm-up, stable, decay: Hu et al. 2024, https://arxiv.org/abs/2404.06395; linear as in Hägele et al. 2024, "
            "https://arxiv.org/abs/2405.18392; in torch a SequentialLR of ConstantLR and LinearLR"
        ),
        ("rate(gd2, 240) == lr(gd2)", "rate(gd2, 271) == lr(gd2) / 2", "rate(gd2, 301, n=302) == 0"),
    ),
    Kind(
        "tinynn_exponential", N_("exponential, then flat (tinynn)"), _tinynn_exponential,
        named(
            _count("decay_steps", 100, N_("over … steps"), "T"),
            Hyper("decay_rate", math.exp(-1), N_("factor at the end"), "r", Interval("(0, 1]"), slider=(0.01, 1.0)),
        ),
        N_("Falls by the same factor at every step, to the given part of itself after T steps, and stays there."),
        N_("tinynn, tinynn/core/optimizer.py, ExponentialLR"),
        ("rate(gd2, 101) == rate(gd2, 1) * 0.36787944117144233", "rate(gd2, 300) == rate(gd2, 101)"),
    ),
    Kind(
        "tinynn_linear", N_("linear from a step on (tinynn)"), _tinynn_linear,
        named(
            _count("decay_steps", 100, N_("over … steps"), "T"), _factor("final_factor", 0.1, N_("end factor")),
            _count("start_step", 100, N_("from step"), "t_0", 0),
        ),
        N_("Stays until a step, goes in a straight line for T steps, and stays there."),
        N_("tinynn, tinynn/core/optimizer.py, LinearLR, with final_lr = end factor times lr"),
        ("rate(gd2, 101) == lr(gd2)", "rate(gd2, 151) == 0.55 * lr(gd2)", "rate(gd2, 300) == lr(gd2) / 10"),
    ),
    Kind(
        "tinynn_cyclical", N_("cyclical (tinynn)"), _tinynn_cyclical,
        named(
            _count("cyclical_steps", 50, N_("cycle in steps"), "n", 3),
            _factor("max_factor", 2.0, N_("highest factor"), r"c_{\max}", 4.0),
            _factor("min_factor", 1.0, N_("lowest factor"), r"c_{\min}"),
        ),
        N_("Up and down in a zigzag, from the learning rate that is set."),
        N_(
            "tinynn, tinynn/core/optimizer.py, CyclicalLR, with max_lr and min_lr as factors of lr; Smith 2017, "
            "https://arxiv.org/abs/1506.01186"
        ),
        ("rate(gd2, 1) == lr(gd2)", "most(rate(gd2, 25), n=[300]) > 1.9 * lr(gd2)", "rate(gd2, 50) < 1.1 * lr(gd2)"),
    ),)  # fmt: skip

SCHEDULES: Mapping[str, Kind] = MappingProxyType({kind.key: kind for kind in _ALL})

#: how long a schedule that runs its course takes; the pages have it take as long as what they run
LASTING = ("t_max", "total_iters", "total_steps")

WARMUP = _count("warmup", 0, N_("warm-up steps"), "w", 0)


class Schedule:
    """A schedule with its parameters: ``Schedule("cosine", t_max=500, warmup=20)``.

    Over ``warmup`` steps the learning rate grows evenly, 1/warmup of it at the first; then the schedule begins.

    Raises:
        SettingError: an unknown kind or parameter, or a value that is not allowed.
    """

    def __init__(self, kind: str, /, *, warmup: float = 0, **values: float):
        if not isinstance(kind, str) or kind not in SCHEDULES:
            raise SettingError("schedule", ONE_OF, kind, names=", ".join(SCHEDULES))
        self.kind = SCHEDULES[kind]
        self.warmup = int(WARMUP.check(warmup))
        self.values: Mapping[str, float] = MappingProxyType(check_values(self.kind.hypers, values, "schedule"))

    def __repr__(self) -> str:
        values = "".join(f", {name}={value:g}" for name, value in self.values.items())
        return f"Schedule({self.kind.key!r}{values}, warmup={self.warmup})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Schedule):
            return NotImplemented
        return (self.kind, self.warmup, dict(self.values)) == (other.kind, other.warmup, dict(other.values))

    __hash__ = None  # type: ignore[assignment]

    def factors(self, steps: int, first: int = 0, patient: bool = True) -> np.ndarray:
        """(steps,): what the learning rate is multiplied with at the steps after the ``first`` ones.

        Not ``patient``: where the kernel is not compiled yet, the same source is interpreted.
        """
        from optim_viz import interpreter, pipeline  # only who asks for numbers needs a compiler

        fill, _address = interpreter.either(pipeline.factors, patient)
        out, values = np.empty(steps), np.array([*self.values.values()], dtype=np.float64)
        fill(list(SCHEDULES).index(self.kind.key), values, self.warmup, first, out)
        return out
