"""Record what torch computes: one trajectory for each optimizer, sample of settings and surface.

    pip install torch==2.13.0 && python -m tests.golden.record_torch

The constructor is the ``torch`` call of each record. The gradient is torch's own, by autograd through the surface's ``value``,
so the trajectories also test our closed-form gradients. The test suite needs the data only.
"""

import json
from typing import Any

import numpy as np
import torch

from optim_viz import Optimizer
from tests.golden import cases

# scalars that an optimizer keeps (ASGD's eta, NAdam's products) take the default type: float32 would cost 1e-9
torch.set_default_dtype(torch.float64)

SCHEDULERS: dict[str, str] = {
    "step": "StepLR(optimizer, step_size={step_size}, gamma={gamma})",
    "multi_step": "MultiStepLR(optimizer, milestones=[{milestone1}, {milestone2}], gamma={gamma})",
    "exponential": "ExponentialLR(optimizer, gamma={gamma})",
    "linear": "LinearLR(optimizer, start_factor={start_factor}, end_factor={end_factor}, total_iters={total_iters})",
    "cosine": "CosineAnnealingLR(optimizer, T_max={t_max}, eta_min={end_factor} * lr)",
    "polynomial": "PolynomialLR(optimizer, total_iters={total_iters}, power={power})",
    # torch has none of this name: its own loop over a function of the step
    "inverse_time": "LambdaLR(optimizer, lambda i: 1 / (1 + i / {decay_steps}))",
    "warm_restarts": "CosineAnnealingWarmRestarts(optimizer, T_0={t_0}, T_mult={t_mult}, eta_min={end_factor} * lr)",
    "one_cycle": "OneCycleLR(optimizer, max_lr=lr, total_steps={total_steps}, pct_start={pct_start}, "
    "div_factor={div_factor}, final_div_factor={final_div_factor}, cycle_momentum=False)",
    "stable_decay": "SequentialLR(optimizer, [schedules.ConstantLR(optimizer, factor=1.0), schedules.LinearLR(optimizer, "
    "start_factor=1.0, end_factor={end_factor}, total_iters={decay})], milestones=[{stable}])",
}


def arounds(record: Optimizer) -> list[dict[str, Any]]:
    """For all that can: torch's own weight decay, a schedule, clipping. For three of them every schedule and the rest."""
    assert record.stages is not None
    group = make(record, {}, [torch.zeros(2, requires_grad=True)]).param_groups[0]
    some: list[dict[str, Any]] = []
    if "weight_decay" in group and "weight_decay" in record.stages:
        some.append({"weight_decay": 0.05, "decay": "l2"})
    if "schedule" in record.stages:
        some.append(cases.EXPONENTIAL)
    if "clip_norm" in record.stages:
        some.append({"clip_norm": 10.0})
    if record.full_key in ("gd", "momentum", "adam"):
        some += [
            {"clip_value": 5.0},
            {"maximize": 1},
            {"schedule": "step", "step_size": 100, "gamma": 0.5},
            {"schedule": "multi_step", "milestone1": 100, "milestone2": 250, "gamma": 0.3},
            {"schedule": "linear", "start_factor": 0.5, "end_factor": 0.1, "total_iters": 300},
            {"schedule": "cosine", "t_max": 300, "end_factor": 0.1},
            {"schedule": "cosine", "t_max": 400, "end_factor": 0.0, "warmup": 20},
            {"schedule": "polynomial", "total_iters": 400, "power": 1.5},
            {"schedule": "inverse_time", "decay_steps": 50},
            {"schedule": "warm_restarts", "t_0": 60, "t_mult": 2, "end_factor": 0.05},
            {"schedule": "warm_restarts", "t_0": 90, "t_mult": 1, "end_factor": 0.0},
            {"schedule": "one_cycle", "total_steps": 501, "pct_start": 0.3, "div_factor": 25.0, "final_div_factor": 1e4},
            {"schedule": "stable_decay", "total_steps": 400, "decay_share": 0.25, "end_factor": 0.1},
        ]
    return some


def make(record: Optimizer, hypers: dict[str, float], params: list[torch.Tensor]) -> Any:
    return eval(cases.call("torch", record, hypers), {"torch": torch, "params": params})  # our own record's line


def scheduler(optimizer: Any, around: dict[str, Any]) -> Any:
    lr = optimizer.param_groups[0]["lr"]
    schedules = torch.optim.lr_scheduler
    decay = round(around.get("decay_share", 0) * around.get("total_steps", 0))
    text = SCHEDULERS[around["schedule"]].format(**around, decay=decay, stable=around.get("total_steps", 0) - decay)
    after = eval("schedules." + text, dict(schedules=schedules, optimizer=optimizer, lr=lr))
    warmup = around.get("warmup")
    if not warmup:
        return after
    before = schedules.LinearLR(optimizer, start_factor=1 / warmup, end_factor=1.0, total_iters=warmup - 1)
    return schedules.SequentialLR(optimizer, [before, after], milestones=[warmup])


def trajectory(case: dict[str, Any], start: np.ndarray) -> np.ndarray:
    record, around, surface = cases.record_of(case["optimizer"]), case["around"], cases.surface_of(case)
    theta = torch.tensor(start, requires_grad=True)
    loss = cases.on(torch, surface)
    optimizer = make(record, case["hypers"], [theta])
    for group in optimizer.param_groups:
        group.update({name: around[name] for name in ("weight_decay",) if name in around}, maximize="maximize" in around)
    schedule = scheduler(optimizer, around) if "schedule" in around else None

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss(theta)
        value.backward()
        return value

    rows = [theta.detach().numpy().copy()]
    for _ in range(cases.STEPS):
        if record.key == "lbfgs":
            optimizer.step(closure)
        else:
            closure()
            if "clip_norm" in around:
                torch.nn.utils.clip_grad_norm_([theta], around["clip_norm"])
            if "clip_value" in around:
                torch.nn.utils.clip_grad_value_([theta], around["clip_value"])
            optimizer.step()
        if schedule:
            schedule.step()
        rows.append(theta.detach().numpy().copy())
    return np.array(rows)


def kept(record: Optimizer) -> float:
    """Numbers that torch keeps for each weight between steps, of a parameter of 1,000 weights."""
    theta = torch.linspace(-1.0, 1.0, 1000, requires_grad=True)
    optimizer = make(record, {}, [theta])

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = (theta**4).sum()
        loss.backward()
        return loss

    for _ in range(3):
        optimizer.step(closure)
    found = [value for state in optimizer.state.values() for value in state.values()]
    return sum(value.numel() for value in found if isinstance(value, torch.Tensor)) // theta.numel()


if __name__ == "__main__":
    memory = {record.full_key: kept(record) for record in cases.conventions("torch") if record.key != "lbfgs"}
    (cases.HERE / "memory.json").write_text(json.dumps(memory, indent=1) + "\n", encoding="utf-8")
    cases.record("torch", {"torch": torch.__version__}, cases.cases("torch", arounds), trajectory)
