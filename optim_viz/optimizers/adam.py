"""Adam: the average gradient over the square root of the average squared gradient, both corrected for their start at 0."""

import math

from optim_viz.spec import Hyper, Interval, Look, N_, Optimizer, State, named


def update(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    # beta1 to the t as a running product: a power for each lane would cost ten times as much
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    theta = theta - lr * m_hat / (math.sqrt(v_hat) + eps)
    return theta, m, v, beta1_power, beta2_power


OPTIMIZER = Optimizer(
    key="adam",
    name="Adam",
    year=2014,
    paper="Kingma & Ba 2014, Adam: A Method for Stochastic Optimization, Algorithm 1",
    url="https://arxiv.org/abs/1412.6980",
    update=update,
    states=(
        State("m", "m"),
        State("v", "v"),
        State("beta1_power", r"\beta_1^t", initial=1.0, bookkeeping=True),
        State("beta2_power", r"\beta_2^t", initial=1.0, bookkeeping=True),
    ),
    hypers=named(
        Hyper("lr", 1e-3, N_("learning rate"), r"\eta", Interval("[0, inf)"), slider=(1e-4, 1.0), log=True),
        Hyper("beta1", 0.9, "beta1", r"\beta_1", Interval("[0, 1)"), slider=(0.0, 0.999)),
        Hyper("beta2", 0.999, "beta2", r"\beta_2", Interval("[0, 1)"), slider=(0.0, 0.9999)),
        Hyper("eps", 1e-8, N_("epsilon"), r"\epsilon", Interval("[0, inf)"), slider=(1e-12, 1.0), log=True),
    ),
    look=Look("#009E73", "diamond"),
    start_lr=("width", 0.02),
    summary=N_(
        "Momentum with a step size of its own for each coordinate. "
        "While the gradient is steady, a step is as long as the learning rate."
    ),
    torch="torch.optim.Adam(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps})",
    samples=(
        {"lr": 1e-2},
        {"lr": 2e-2, "beta1": 0.8, "beta2": 0.99},
        {"lr": 1e-2, "beta1": 0.5, "eps": 1e-3},
    ),
)
