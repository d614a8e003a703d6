"""Yogi: Adam whose average of squared gradients changes by bounded amounts, so that it forgets slowly."""

import math

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.optimizers import adam
from optim_viz.spec import Look, N_, Optimizer, State, Variant, named


def update(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    excess = v - g * g
    sign = 1.0 if excess > 0 else (-1.0 if excess < 0 else excess)
    v = v - (1 - beta2) * sign * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    theta = theta - lr * m_hat / (math.sqrt(v_hat) + eps)
    return theta, m, v, beta1_power, beta2_power


def paper(theta, g, t, m, v, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    excess = v - g * g
    sign = 1.0 if excess > 0 else (-1.0 if excess < 0 else excess)
    v = v - (1 - beta2) * sign * g * g
    theta = theta - lr * m / (math.sqrt(v) + eps)
    return theta, m, v


def preconditioner_paper(v, eps):
    return math.sqrt(v) + eps


OPTIMIZER = Optimizer(
    key="yogi",
    name="Yogi",
    year=2018,
    family="adam",
    paper="Zaheer et al. 2018, Adaptive Methods for Nonconvex Optimization, Algorithm 2",
    url="https://proceedings.neurips.cc/paper/2018/hash/90365351ccc7437a1309dc64e4db32a3-Abstract.html",
    update=update,
    states=(
        State("m", "m", velocity=-1, initial=1e-6),  # as Optax starts both averages
        State("v", "v", initial=1e-6),
        State("beta1_power", r"\beta_1^t", initial=1.0, bookkeeping=True),
        State("beta2_power", r"\beta_2^t", initial=1.0, bookkeeping=True),
    ),
    hypers=named(hypers.lr(1e-2), hypers.beta1(), hypers.beta2(), hypers.eps(1e-3)),
    look=Look("#6B6B6B", "diamond"),
    start_lr=("width", 0.02),
    stability=stability.divided(adam.preconditioner),
    summary=N_("When gradients become small, Adam's steps grow back within some thousands of steps; Yogi's far more slowly."),
    good=N_("Late in training, where gradients are small and noisy, its steps hardly grow."),
    bad=N_("After a steep start it stays slow for long."),
    use=N_("Instead of Adam, when its steps grow back too fast."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=300&o=adam&o=yogi",
            "step_after_runs(adam, 1, 200, 0.1, 100) < 0.13 * lr(adam)",
            "step_after_runs(adam, 1, 200, 0.1, 2000) > 0.5 * lr(adam)",
            "step_after_runs(yogi, 1, 200, 0.1, 2000) < 0.23 * lr(yogi)",
            "step_after_runs(yogi, 1, 200, 0.1, 16000) < 0.5 * lr(yogi)",
            "step_after_runs(adam, 10, 200, 0.1, 6500) > 0.5 * lr(adam)",
            "step_after_runs(yogi, 10, 200, 0.1, 6500) < 0.03 * lr(yogi)",
        ),
    ),
    origin="Optax",
    calls={"optax": "optax.yogi({lr}, b1={beta1}, b2={beta2}, eps={eps})"},
    samples=({"lr": 1e-2}, {"lr": 2e-2, "beta1": 0.8, "beta2": 0.99}, {"lr": 1e-2, "beta1": 0.5, "eps": 1e-2}),
    variants=(
        Variant(
            "paper",
            N_("the paper"),
            N_("No bias is corrected, and the average gradient starts at 0."),
            update=paper,
            stability=stability.divided(preconditioner_paper),
            states=(State("m", "m", velocity=-1), State("v", "v", initial=1e-6)),
        ),
    ),
)
