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
from optim_viz.engine import Run, Sweep
from optim_viz.errors import SettingError
from optim_viz.optimizers import OPTIMIZERS
from optim_viz.spec import Optimizer, Surface, check_mapping

__all__ = ["OPTIMIZERS", "Optimizer", "Run", "SettingError", "Surface", "Sweep", "run", "sweep"]


def run(
    optimizer: str | Optimizer,
    surface: str | Surface,
    *,
    start: Any = None,
    steps: int = 500,
    hypers: Mapping[str, float] | None = None,
    surface_params: Mapping[str, float] | None = None,
) -> Run:
    """One run with every step of it.

    Args:
        optimizer: a key of ``OPTIMIZERS`` or a record.
        surface: a key of ``surfaces.SURFACES`` or a record.
        start: D finite numbers (a plain number when D is 1); by default the surface's own start.
        steps: 1 to 100,000.
        hypers: hyperparameters by name; the defaults, which are torch's, for the rest.
        surface_params: parameters of the surface by name; its defaults for the rest.

    Returns:
        A ``Run``: theta (steps + 1, D), loss (steps + 1,), gradient (steps + 1, D), state, evaluations, diverged_at.

    Raises:
        SettingError: a wrong setting; says which, what is allowed and what was received.
    """
    return engine.run(
        _optimizer(optimizer), _surface(surface, surface_params), start=start, steps=steps, hypers=hypers
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
    return engine.sweep(
        _optimizer(optimizer), _surface(surface, surface_params),
        starts=starts, steps=steps, hypers=hypers, tolerance=tolerance,
    )  # fmt: skip


def _optimizer(given: str | Optimizer) -> Optimizer:
    return given if isinstance(given, Optimizer) else engine.look_up("optimizer", OPTIMIZERS, given)


def _surface(given: str | Surface, params: Mapping[str, float] | None) -> Surface:
    if not isinstance(given, Surface):
        from surfaces import SURFACES  # here, so that the core does not depend on the surfaces

        given = engine.look_up("surface", SURFACES, given)
    return given.at(**check_mapping(given.params, params, "surface_params"))
