"""Optimizers on test surfaces: ``run`` one and keep every step, ``sweep`` thousands and keep where they end.

>>> import optim_viz
>>> r = optim_viz.run("gd", "x_squared", start=10.0, steps=50, hypers={"lr": 0.1})
>>> round(float(r.theta[-1, 0]) / (10 * 0.8**50), 12)
1.0

Optimizers and surfaces are named by key, or given as records.
"""

from collections.abc import Mapping
from typing import Any

from optim_viz import engine
from optim_viz.around import Around
from optim_viz.engine import Run, Sweep
from optim_viz.errors import SettingError
from optim_viz.optimizers import OPTIMIZERS
from optim_viz.schedules import SCHEDULES, Schedule
from optim_viz.spec import Optimizer, Surface, check_mapping

__all__ = [
    "OPTIMIZERS",
    "SCHEDULES",
    "Around",
    "Optimizer",
    "Run",
    "Schedule",
    "SettingError",
    "Surface",
    "Sweep",
    "run",
    "sweep",
]


def run(
    optimizer: str | Optimizer,
    surface: str | Surface,
    *,
    start: Any = None,
    steps: int = 500,
    hypers: Mapping[str, Any] | None = None,
    surface_params: Mapping[str, float] | None = None,
    variant: str | None = None,
    weight_decay: float = 0.0,
    decay: str | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    maximize: bool = False,
    lookahead: tuple[int, float] | None = None,
    schedule: Schedule | None = None,
    noise: float = 0.0,
    seed: Any = 0,
    initial: tuple[Run, int] | None = None,
) -> Run:
    """One run with every step of it, or many.

    Args:
        optimizer: a key of ``OPTIMIZERS`` or a record.
        surface: a key of ``surfaces.SURFACES`` or a record.
        start: D finite numbers (a plain number when D is 1); by default the surface's own start. (N, D) for N runs.
        steps: 1 to 100,000.
        hypers: hyperparameters by name; the defaults, which are torch's, for the rest. Each a number, or (N,) of them.
        surface_params: parameters of the surface by name; its defaults for the rest.
        variant: the same optimizer in another convention: a key of its ``variants`` ("keras", "optax" ...).
        weight_decay: pulls theta towards 0. ``decay`` says how: "l2" adds weight_decay * theta to the gradient, "decoupled"
            takes lr * weight_decay * theta off theta, "direct" weight_decay * theta; by default as the optimizer has it.
        clip_norm, clip_value: the longest gradient, and the largest component of it, that the rule gets to see.
        maximize: climb instead of descend.
        lookahead: (k, alpha): slow weights, which every k steps go the part alpha of the way to theta, and theta back to them
            (Zhang et al. 2019, https://arxiv.org/abs/1907.08610).
        schedule: the learning rate as a function of the step, ``Schedule("cosine", t_max=500)``.
        noise: the standard deviation of what is added to each component of the gradient.
        seed: of the noise, 0 to 2**32 - 1; (N,) for N runs.
        initial: (result, step): go on from a step of an earlier result, with its state, instead of from ``start``.

    Returns:
        A ``Run``: theta (steps + 1, D), loss (steps + 1,), gradient (steps + 1, D), state, evaluations, diverged_at; for N
        runs each with a leading axis of N.

    Raises:
        SettingError: a wrong setting; says which, what is allowed and what was received. Stages around the rule that an
            optimizer does not support are wrong settings for it.
    """
    around = Around(weight_decay, decay, clip_norm, clip_value, maximize, lookahead, schedule, noise)
    return engine.run(
        _optimizer(optimizer, variant), _surface(surface, surface_params),
        start=start, steps=steps, hypers=hypers, around=around, seed=seed, initial=initial,
    )  # fmt: skip


def sweep(
    optimizer: str | Optimizer,
    surface: str | Surface,
    *,
    starts: Any,
    steps: int = 500,
    hypers: Mapping[str, Any] | None = None,
    surface_params: Mapping[str, float] | None = None,
    tolerance: float | None = None,
    variant: str | None = None,
    weight_decay: float = 0.0,
    decay: str | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    maximize: bool = False,
    lookahead: tuple[int, float] | None = None,
    schedule: Schedule | None = None,
    noise: float = 0.0,
    seed: Any = 0,
) -> Sweep:
    """Many runs, and where each one ends.

    Args:
        starts: (N, D) finite numbers, N up to 262,144.
        hypers: by name; each a number, or (N,) numbers, one for each run.
        tolerance: how close to the lowest value counts as arrived, for ``steps_to_tolerance``.
        The rest: as in ``run``; steps times N is at most 2e8.

    Returns:
        A ``Sweep``: theta (N, D), loss (N,), diverged (N,), steps_to_tolerance (N,) where a tolerance was given.

    Raises:
        SettingError: as in ``run``; also a tolerance on a surface that has no minimum.
    """
    around = Around(weight_decay, decay, clip_norm, clip_value, maximize, lookahead, schedule, noise)
    return engine.sweep(
        _optimizer(optimizer, variant), _surface(surface, surface_params),
        starts=starts, steps=steps, hypers=hypers, tolerance=tolerance, around=around, seed=seed,
    )  # fmt: skip


def _optimizer(given: str | Optimizer, variant: str | None) -> Optimizer:
    found = given if isinstance(given, Optimizer) else engine.look_up("optimizer", OPTIMIZERS, given)
    return found if variant is None else found.as_in(variant)


def _surface(given: str | Surface, params: Mapping[str, float] | None) -> Surface:
    if not isinstance(given, Surface):
        from surfaces import SURFACES  # here, so that the core does not depend on the surfaces

        given = engine.look_up("surface", SURFACES, given)
    return given.at(**check_mapping(given.params, params, "surface_params"))
