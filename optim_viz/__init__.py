"""Optimizers on surfaces and on data: ``run`` one and keep every step, ``sweep`` thousands and keep where they end, ``fit``
a model batch by batch.

>>> import optim_viz
>>> r = optim_viz.run("gd", "x_squared", start=10.0, steps=50, hypers={"lr": 0.1})
>>> round(float(r.theta[-1, 0]) / (10 * 0.8**50), 12)
1.0

Optimizers, surfaces, data sets and models are named by key, or given as records.
"""

from collections.abc import Mapping
from typing import Any, Unpack

from optim_viz import engine
from optim_viz.around import Around, Stages
from optim_viz.engine import Run, Sweep
from optim_viz.errors import SettingError
from optim_viz.optimizers import OPTIMIZERS
from optim_viz.regression import fit as fitting
from optim_viz.regression.datasets import DATASETS
from optim_viz.regression.fit import Fit
from optim_viz.regression.models import MODELS
from optim_viz.regression.problem import Problem
from optim_viz.regression.spec import Data, Dataset, Model
from optim_viz.regression.split import split
from optim_viz.schedules import SCHEDULES, Schedule
from optim_viz.spec import N_, Optimizer, Surface, check_mapping

__version__ = "0.1.0"

__all__ = [
    "DATASETS",
    "MODELS",
    "OPTIMIZERS",
    "SCHEDULES",
    "Around",
    "Data",
    "Dataset",
    "Fit",
    "Model",
    "Optimizer",
    "Problem",
    "Run",
    "Schedule",
    "SettingError",
    "Surface",
    "Sweep",
    "fit",
    "problem",
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
    seed: Any = 0,
    initial: tuple[Run, int] | None = None,
    **stages: Unpack[Stages],
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
    return engine.run(
        _optimizer(optimizer, variant), _surface(surface, surface_params),
        start=start, steps=steps, hypers=hypers, around=Around(**stages), seed=seed, initial=initial,
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
    seed: Any = 0,
    **stages: Unpack[Stages],
) -> Sweep:
    """Many runs, and where each one ends.

    Args:
        starts: (N, D) finite numbers, N up to 262,144.
        hypers: by name; each a number, or (N,) numbers, one for each run.
        tolerance: how close to the lowest value counts as there, for ``steps_to_tolerance`` and ``stays_from``.
        The rest: as in ``run``; steps times N is at most 2e8.

    Returns:
        A ``Sweep``: theta (N, D), loss (N,), diverged (N,), and where a tolerance was given steps_to_tolerance (N,), the
        first step within it, and stays_from (N,), the step from which on a run stays within it to the end.

    Raises:
        SettingError: as in ``run``; also a tolerance on a surface that has no minimum.
    """
    return engine.sweep(
        _optimizer(optimizer, variant), _surface(surface, surface_params),
        starts=starts, steps=steps, hypers=hypers, tolerance=tolerance, around=Around(**stages), seed=seed,
    )  # fmt: skip


def problem(
    data: str | Dataset | Data,
    *,
    model: str | Model | None = None,
    loss: str | None = None,
    data_params: Mapping[str, float] | None = None,
    model_params: Mapping[str, float] | None = None,
    loss_params: Mapping[str, float] | None = None,
    l2: float = 0.0,
    standardise: str = "none",
    held_out: float | Data = 0.0,
    split_seed: int = 0,
) -> Problem:
    """A model and its loss on data: what ``fit`` descends, for its gradients, curvature and least squares solution.

    Args:
        data: a key of ``DATASETS``, a record, or ``Data(inputs, targets)``.
        model: a key of ``MODELS`` or a record; by default the one that the data set is usually shown with.
        loss: "mse" (its gradient is 2/B times a sum), "half_mse", "huber" or "logistic"; by default the first that suits the
            data.
        data_params, model_params, loss_params: by name; the defaults for the rest.
        l2: adds half of it times the squared length of theta to the loss, and so, as torch's weight_decay, l2 * theta to the
            gradient.
        standardise: "none", "inputs" or "both" (the target too): mean 0 and spread 1. ``Problem.original`` turns weights back.
        held_out: a share of the data, at random, or data of their own, that are not learnt from: ``Problem.test`` is the same
            loss on these, without L2.
        split_seed: says which share of the data, 0 to 2**32 - 1; see ``optim_viz.regression.split``.

    Raises:
        SettingError: as in ``run``; also a model or a loss that does not suit the data.
    """
    if not isinstance(data, Data):
        known = data if isinstance(data, Dataset) else engine.look_up("data", DATASETS, data)
        model, data = model or known.model, known.at(data_params)
    elif data_params:
        raise SettingError("data_params", N_("empty: there is nothing to set"), data_params)
    record = model if isinstance(model, Model) else engine.look_up("model", MODELS, "line" if model is None else model)
    kept, test = (data, held_out) if isinstance(held_out, Data) else split(data, held_out, split_seed)
    return Problem(
        kept, record, loss=loss, model_params=model_params, loss_params=loss_params, l2=l2, standardise=standardise, test=test
    )  # fmt: skip


def fit(
    optimizer: str | Optimizer,
    data: str | Dataset | Data | Problem,
    *,
    model: str | Model | None = None,
    batch_size: int | None = None,
    epochs: int | None = None,
    updates: int | None = None,
    seeds: Any = 0,
    start: Any = None,
    hypers: Mapping[str, Any] | None = None,
    sampling: str = "shuffle",
    drop_last: bool = False,
    loss: str | None = None,
    record_every: int = 1,
    data_params: Mapping[str, float] | None = None,
    model_params: Mapping[str, float] | None = None,
    loss_params: Mapping[str, float] | None = None,
    l2: float = 0.0,
    standardise: str = "none",
    held_out: float | Data = 0.0,
    split_seed: int = 0,
    variant: str | None = None,
    **stages: Unpack[Stages],
) -> Fit:
    """Fit a model to data batch by batch, once for each seed.

    Args:
        data: as in ``problem``, or a ``Problem``, which then says all about data, model and loss.
        batch_size: 1 to N; None is all the data: GD. 1 is SGD.
        epochs, updates: how long; one of the two. An epoch has N / batch_size updates, rounded up, or down with ``drop_last``.
        seeds: one seed or several: each draws its own batches and, where no start is given, its own start.
        start: D numbers for all, or (S, D).
        hypers: by name; each a number, or (S,) of them.
        sampling: "shuffle" (epochs in a new order each), "independent" (no repeats within a batch, batches independent),
            "replacement", or "in_order".
        drop_last: leave out the short batch at the end of an epoch; else its mean is over the samples that it has.
        record_every: keep only every so many updates, and the last.
        The rest: as in ``problem`` and ``run``; the schedule counts updates.

    Returns:
        A ``Fit``: theta (S, R, D), loss (S, R) on all the data that are learnt from, test_loss (S, R) on those that are held
        out, batch_loss (S, U), updates, samples_seen, cost, batches(i),
        inputs, targets, diverged_at (S,).

    Raises:
        SettingError: as in ``problem`` and ``run``.
    """
    if isinstance(data, Problem):
        given = dict(
            model=model, loss=loss, data_params=data_params, model_params=model_params, loss_params=loss_params, l2=l2 or None,
            standardise=None if standardise == "none" else standardise, split_seed=split_seed or None,
            held_out=held_out if isinstance(held_out, Data) or held_out != 0 else None,
        )  # fmt: skip
        for name, value in given.items():
            if value is not None:
                raise SettingError(name, N_("left out: the problem says it"), value)
        what = data
    else:
        what = problem(
            data, model=model, loss=loss, data_params=data_params, model_params=model_params, loss_params=loss_params, l2=l2,
            standardise=standardise, held_out=held_out, split_seed=split_seed,
        )  # fmt: skip
    return fitting.fit(
        _optimizer(optimizer, variant), what, batch_size=batch_size, epochs=epochs, updates=updates, seeds=seeds, start=start,
        hypers=hypers, sampling=sampling, drop_last=drop_last, record_every=record_every, around=Around(**stages),
    )  # fmt: skip


def _optimizer(given: str | Optimizer, variant: str | None) -> Optimizer:
    found = given if isinstance(given, Optimizer) else engine.look_up("optimizer", OPTIMIZERS, given)
    return found if variant is None else found.as_in(variant)


def _surface(given: str | Surface, params: Mapping[str, float] | None) -> Surface:
    if not isinstance(given, Surface):
        from surfaces import SURFACES  # here, so that the core does not depend on the surfaces

        given = engine.look_up("surface", SURFACES, given)
    return given.at(**check_mapping(given.params, params, "surface_params"))
