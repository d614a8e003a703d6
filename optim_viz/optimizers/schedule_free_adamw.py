"""Schedule-free AdamW: Adam's division without its momentum; the average of the path stands in for it."""

import math

from optim_viz import hypers
from optim_viz.claims import race
from optim_viz.optimizers.schedule_free_sgd import power
from optim_viz.spec import Look, N_, Optimizer, State, named


def update(theta, g, t, z, x, v, beta2_power, weight_sum, lr_max, lr, beta1, beta2, eps, weight_decay, weight_lr_power):
    lr_max = max(lr_max, lr)
    weight = lr_max**weight_lr_power
    weight_sum = weight_sum + weight
    c = weight / weight_sum if weight_sum > 0 else 0.0
    x = (theta - (1 - beta1) * z) / beta1  # the x of before; from theta, as others may have moved it
    v = beta2 * v + (1 - beta2) * g * g
    beta2_power = beta2_power * beta2
    v_hat = v / (1 - beta2_power)
    z = z - lr * (g / (math.sqrt(v_hat) + eps) + weight_decay * theta)
    x = (1 - c) * x + c * z
    theta = (1 - beta1) * z + beta1 * x
    return theta, z, x, v, beta2_power, weight_sum, lr_max


OPTIMIZER = Optimizer(
    key="schedule_free_adamw",
    name="Schedule-free AdamW",
    year=2024,
    family="averaging",
    paper="Defazio et al. 2024, The Road Less Scheduled, Algorithm 1",
    url="https://arxiv.org/abs/2405.15682",
    update=update,
    states=(
        State("z", "z", initial="theta"),
        State("x", "x", initial="theta", shared=True),  # it follows from theta and z
        State("v", "v"),
        State("beta2_power", r"\beta_2^t", initial=1.0, bookkeeping=True),
        State("weight_sum", r"\sum \eta_i^p", bookkeeping=True),
        State("lr_max", r"\eta_{\max}", bookkeeping=True),
    ),
    hypers=named(
        hypers.lr(2.5e-3), hypers.beta1(allowed="(0, 1)"), hypers.beta2(), hypers.eps(), hypers.weight_decay(0.0), power()
    ),  # fmt: skip
    look=Look("#56B4E9", "square"),
    start_lr=("width", 0.05),
    summary=N_("AdamW with an average of the path instead of momentum and schedule. Its answer is the average x."),
    good=N_("As good as AdamW with a schedule in many trainings, without one; winner of a public contest in 2024."),
    bad=N_("Two sequences and an average to keep apart; at the end x must be used, not theta."),
    use=N_("Instead of AdamW with a schedule."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=500&o=schedule_free_adamw,lr:0.2,noise:1,seed:0&o=adamw,lr:0.1,noise:1,seed:0&o=adamw,lr:0.1,noise:1,seed:0,schedule:cosine,t_max:500",
            "share(loss_at(schedule_free_adamw, x) < loss(adamw), seed=(0, 199)) > 0.85",
            "share(loss_at(schedule_free_adamw, x) < loss(schedule_free_adamw), seed=(0, 199)) > 0.75",
            "0.4 < share(loss_at(schedule_free_adamw, x) < loss(adamw2), seed=(0, 199)) < 0.6",
        ),
    ),
    origin="Optax",
    calls={
        "optax": "optax.contrib.schedule_free_adamw({lr}, b1={beta1}, b2={beta2}, eps={eps}, weight_decay={weight_decay}, "
        "weight_lr_power={weight_lr_power})"
    },
    samples=(
        {"lr": 1e-2},
        {"lr": 2e-2, "beta1": 0.8, "beta2": 0.99, "weight_decay": 0.1},
        {"lr": 1e-2, "beta1": 0.95, "weight_lr_power": 1.0},
    ),
)
