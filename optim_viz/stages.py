"""The stages that may stand around a rule, one record each, with the formula that runs and is typeset.

A formula is a function on plain numbers whose arguments say what it needs: ``g`` the slope that the rule will see and ``theta``
(one coordinate), ``norm`` the length of the whole slope, ``lr`` the rate of this step, ``z`` a standard normal number, ``slow``
Lookahead's weights, and the stage's own numbers. What it returns it changes. ``pipeline`` carries all of them out in the order
in which they stand here, ``Around`` sets them, pages and links derive from their texts and numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from optim_viz.claims import Picture, race
from optim_viz.errors import SettingError
from optim_viz.schedules import SCHEDULES, WARMUP, Schedule
from optim_viz.values import Hyper, Interval, N_, is_number, named

#: torch.nn.utils.clip_grad_norm_ divides by the norm plus this
CLIP_EPSILON = 1e-6


def noise(g, z, noise):
    g = g + noise * z
    return g


def maximize(g):
    g = -g
    return g


def clip_value(g, clip_value):
    g = clip_value if g > clip_value else (-clip_value if g < -clip_value else g)
    return g


def clip_norm(g, norm, clip_norm):
    scale = clip_norm / (norm + CLIP_EPSILON)
    g = g if scale >= 1 else g * scale  # a nan goes on
    return g


def l2(g, theta, weight_decay):
    g = g + weight_decay * theta
    return g


def decoupled(theta, lr, weight_decay):
    theta = theta * (1.0 - lr * weight_decay)
    return theta


def direct(theta, weight_decay):
    theta = theta - weight_decay * theta
    return theta


def lookahead(theta, slow, lookahead_alpha):
    slow = slow + lookahead_alpha * (theta - slow)
    theta = slow
    return theta, slow


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


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage.

    Args:
        key: the name of its setting, in ``run`` and ``Around``.
        title: what a card calls it.
        said: what it does to a runner, in words, with its numbers in ``{braces}``.
        about: what it is, in a sentence or two; ``source``: where it is from; ``shows``: the picture that bears it out.
        off: the setting that switches it off.
        formulas: what it does, by the word of ``choice``; one under "" where there is none. Empty for what ``pipeline`` does
            not see: a schedule, which acts on the rate before.
        hypers: its numbers; ``shown``: others that a card has besides.
        choice: a word that says which formula.
        every: the number of steps after which it acts, after the rule; "" for what acts at each step, before the rule.
        shapes_gradient: a rule that evaluates the surface itself passes it by, and so does not support it.
    """

    key: str
    title: str
    said: str
    off: Any
    formulas: Mapping[str, Callable]
    about: str
    source: str
    shows: Picture
    hypers: Mapping[str, Hyper] = field(default_factory=lambda: named())
    shown: Mapping[str, Hyper] = field(default_factory=lambda: named())
    choice: Choice | None = None
    every: str = ""
    shapes_gradient: bool = True

    def checked(self, value: Any) -> tuple[float, ...]:
        """What it is set to, number by number; none for a switch or a schedule. Raises SettingError."""
        if self.key == "schedule":
            if not isinstance(value, Schedule):
                raise SettingError(self.key, N_("a Schedule"), value)
            return ()
        if not self.hypers:
            if not isinstance(value, bool | np.bool_):
                raise SettingError(self.key, N_("True or False"), value)
            return ()
        if len(self.hypers) > 1 and not (
            isinstance(value, tuple | list) and len(value) == len(self.hypers) and all(map(is_number, value))
        ):
            raise SettingError(self.key, N_("a pair of numbers (k, alpha)"), value)
        values = value if len(self.hypers) > 1 else (value,)
        return tuple(hyper.check(each) for hyper, each in zip(self.hypers.values(), values, strict=True))

    @property
    def details(self) -> Mapping[str, Hyper]:
        """All numbers that a card shows of it, whichever word is chosen."""
        return MappingProxyType({**self.hypers, **self.shown})

    def numbers(self, word: str) -> Mapping[str, Hyper]:
        """The numbers that belong to it; for schedules they depend on which one it is."""
        return named(*SCHEDULES[word].hypers.values(), WARMUP) if self.key == "schedule" else self.details

    @property
    def first(self) -> str:
        """The name whose presence in a flat form says that the stage is on."""
        return next(iter(self.hypers), self.key)


_POSITIVE = Interval("(0, inf)")
_ALL = (
    Stage(
        "noise", N_("Gradient noise"), N_("with gradient noise of {noise} (seed {seed})"), 0.0, {"": noise},
        N_("Adds a normal random number to each component of the gradient: like the noise of batches, but alike everywhere."),
        N_("Neelakantan et al. 2015, https://arxiv.org/abs/1511.06807"),
        race(
            "s=ravine&s.condition=50&n=500&o=gd,lr:0.01&o=gd,lr:0.01,noise:1", "rises(gd) == 0",
            "steps(gd) < steps(gd2) == never", "share(rises(gd2) > 100, seed=(0, 49)) == 1",
        ),
        named(Hyper("noise", 0.1, N_("spread of the noise"), r"\sigma", Interval("[0, inf)"), slider=(1e-3, 100.0), log=True)),
        named(Hyper("seed", 0, N_("seed"), "s", Interval(f"[0, {2**32 - 1}]"), slider=(0.0, 99.0), kind="integer")),
    ),
    Stage("maximize", N_("Maximize: climb instead"), N_("uphill"), False, {"": maximize},
        N_("Climbs instead: the gradient's sign is turned, so the run looks for a peak."),
        N_("torch.optim, the argument maximize"),
        race(
            "s=himmelblau&x=-0.2&y=-0.8&n=100&o=gd,lr:0.005,maximize:1&o=gd,lr:0.005", "rises(gd) > 90", "rises(gd2) == 0",
            "loss(gd) > loss(gd, 0)",
        ),
    ),
    Stage(
        "clip_value", N_("Clip each component"), N_("with gradients clipped at {clip_value} in each component"), None,
        {"": clip_value},
        N_("Cuts every component off at a bound. What is long is shortened, and its direction may change."),
        N_("torch.nn.utils.clip_grad_value_"),
        race(
            "s=cliff&n=300&o=momentum,lr:0.1&o=momentum,lr:0.1,clip_value:1", "steps(momentum2) < steps(momentum) == never",
            "share(steps(momentum2) < never, x=[-3.9, -3.3, -2.5, -2], y=[-1.5, 0.5, 1.4]) == 1",
        ),
        named(Hyper("clip_value", 1.0, N_("largest component"), "c", _POSITIVE, slider=(1e-2, 100.0), log=True)),
    ),
    Stage(
        "clip_norm", N_("Clip the gradient's norm"), N_("with gradients clipped to a norm of {clip_norm}"), None,
        {"": clip_norm},
        N_("Shortens a gradient that is longer than a bound. Its direction stays: the remedy against exploding gradients."),
        N_("Pascanu, Mikolov & Bengio 2013, https://arxiv.org/abs/1211.5063; torch.nn.utils.clip_grad_norm_"),
        race(
            "s=cliff&n=300&o=momentum,lr:0.1&o=momentum,lr:0.1,clip_norm:1", "steps(momentum2) < steps(momentum) == never",
            "share(steps(momentum2) < never, x=[-3.9, -3.3, -2.5, -2], y=[-1.5, 0.5, 1.4]) == 1",
        ),
        named(Hyper("clip_norm", 1.0, N_("largest norm"), "c", _POSITIVE, slider=(1e-2, 100.0), log=True)),
    ),
    Stage(
        "weight_decay", N_("Weight decay"), N_("with weight decay {weight_decay} ({decay})"), 0.0,
        {"l2": l2, "decoupled": decoupled, "direct": direct},
        N_(
            "Draws every weight towards 0. Added to the gradient it is the penalty of half lambda times theta squared; "
            "decoupled, it goes past what divides or averages the gradient; direct, not even the learning rate scales it."
        ),
        N_("Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101; direct: hand-written code"),
        race(
            "s=booth&n=2000&o=momentum,lr:0.01,weight_decay:0.5,decay:l2&o=momentum,lr:0.01,weight_decay:0.5,decay:decoupled"
            "&o=momentum,lr:0.01,weight_decay:5,decay:decoupled&o=gd,lr:0.02,weight_decay:0.01,decay:direct"
            "&o=gd,lr:0.001,weight_decay:0.01,decay:direct",
            "distance(momentum2) < distance(momentum) / 5", "0.999 < x(momentum3) / x(momentum) < 1.001",
            "0.999 < x(gd) / x(momentum) < 1.001", "y(gd2, n=5000) < y(gd) - 1",
        ),
        named(Hyper("weight_decay", 0.1, N_("weight decay"), r"\lambda", Interval("[0, inf)"), slider=(1e-5, 1.0), log=True)),
        choice=Choice(
            "decay", "l2", N_("how"),
            {"l2": N_("L2: added to the gradient"), "decoupled": N_("decoupled: off theta, times lr"),
             "direct": N_("direct: off theta, not times lr")},
        ),
    ),
    Stage(
        "lookahead", N_("Lookahead"), N_("with Lookahead of k = {lookahead_k} and alpha = {lookahead_alpha}"), None,
        {"": lookahead},
        N_(
            "An optimizer around the optimizer. Its fast weights theta run k steps; then the slow weights phi go the part "
            "alpha of the way to them, and the fast ones begin again from there."
        ),
        N_("Zhang, Lucas, Hinton & Ba 2019, https://arxiv.org/abs/1907.08610"),
        race(
            "s=ravine&s.condition=50&n=300&o=gd,lr:0.02&o=gd,lr:0.02,lookahead_k:5,lookahead_alpha:0.5",
            "apart(gd, gd2, n=4) == 0", "x(gd2, 5) == 0.5 * (x(gd, 0) + x(gd, 5))", "y(gd2, 5) == 0.5 * (y(gd, 0) + y(gd, 5))",
        ),
        named(
            Hyper("lookahead_k", 5, N_("every k steps"), "k", Interval("[1, 100000]"), slider=(1.0, 50.0), kind="integer"),
            Hyper("lookahead_alpha", 0.5, N_("part of the way alpha"), r"\alpha", Interval("[0, 1]"), slider=(0.0, 1.0)),
        ),
        every="lookahead_k", shapes_gradient=False,
    ),
    Stage(
        "schedule", N_("Schedule of the learning rate"), N_("on the learning rate schedule: {schedule}"), None, {},
        N_("Multiplies the learning rate that is set by a factor, another at each step. In a warm-up it first rises to it."),
        N_("torch.optim.lr_scheduler; warm-up: Goyal et al. 2017, https://arxiv.org/abs/1706.02677"),
        SCHEDULES["cosine"].picture,
        choice=Choice("schedule", "cosine", N_("which"), {kind.key: kind.name for kind in SCHEDULES.values()}),
        shapes_gradient=False,
    ),
)  # fmt: skip

#: every stage, in the order in which they act; the schedule last, as it acts on the rate
STAGES: Mapping[str, Stage] = MappingProxyType({stage.key: stage for stage in _ALL})
#: the readings of weight decay
DECAYS: Mapping[str, str] = _ALL[4].choice.options  # type: ignore[union-attr]
