"""AdaBelief: Adam that divides by how far gradients stray from their average, not by their size."""

import math

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.spec import Look, N_, Optimizer, State, Variant, named


def update(theta, g, t, m, s, beta1_power, beta2_power, lr, beta1, beta2, eps, eps_root):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * (g - m) * (g - m) + eps_root
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    s_hat = s / (1 - beta2_power)
    theta = theta - lr * m_hat / (math.sqrt(s_hat) + eps)
    return theta, m, s, beta1_power, beta2_power


def paper(theta, g, t, m, s, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * (g - m) * (g - m) + eps
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    s_hat = s / (1 - beta2_power)
    theta = theta - lr * m_hat / (math.sqrt(s_hat) + eps)
    return theta, m, s, beta1_power, beta2_power


def preconditioner(s, beta1_power, beta2_power, eps):
    return (1 - beta1_power) * (math.sqrt(s / (1 - beta2_power)) + eps)


OPTIMIZER = Optimizer(
    key="adabelief",
    name="AdaBelief",
    year=2020,
    family="adam",
    paper="Zhuang et al. 2020, AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients, Algorithm 2",
    url="https://arxiv.org/abs/2010.07468",
    update=update,
    states=(
        State("m", "m", velocity=-1),
        State("s", "s"),
        State("beta1_power", r"\beta_1^t", initial=1.0, bookkeeping=True),
        State("beta2_power", r"\beta_2^t", initial=1.0, bookkeeping=True),
    ),
    hypers=named(hypers.lr(1e-3), hypers.beta1(), hypers.beta2(), hypers.eps(1e-16), hypers.eps_root(1e-16)),
    look=Look("#0072B2", "diamond"),
    start_lr=("width", 0.01),
    stability=stability.divided(preconditioner),
    summary=N_("Long steps while gradients are as expected, short ones when they surprise."),
    good=N_("On long even slopes it speeds up, where Adam's steps stay as long as the learning rate."),
    bad=N_("Where gradients hardly change it divides by almost nothing: its steps can become very long."),
    use=N_("Instead of Adam; sensitive to its epsilon."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=300&o=adabelief&o=adam",
            "steady(adabelief, 10) > 1.6 * lr(adabelief)",
            "step_after(adabelief, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5) < 0.75 * steady(adabelief, 10)",
            "step_after(adabelief, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1) < 0.75 * steady(adabelief, 10)",
            "steady(adabelief, 100) > 4.9 * lr(adabelief)",
            "steady(adabelief, 1000) > 20 * lr(adabelief)",
            "0.999999 < steady(adam, 1000) / lr(adam) < 1.000001",
        ),
    ),
    origin="Optax",
    calls={"optax": "optax.adabelief({lr}, b1={beta1}, b2={beta2}, eps={eps}, eps_root={eps_root})"},
    samples=(
        {"lr": 1e-2, "eps": 1e-8, "eps_root": 1e-8},
        {"lr": 5e-3, "beta1": 0.8, "beta2": 0.99, "eps": 1e-6, "eps_root": 1e-6},
        {"lr": 1e-3, "beta1": 0.5, "eps": 1e-3, "eps_root": 1e-3},
    ),
    variants=(
        Variant(
            "paper",
            N_("the paper"),
            N_("One epsilon, 1e-8, both added to s and beside its root."),
            update=paper,
            hypers=named(hypers.lr(1e-3), hypers.beta1(), hypers.beta2(), hypers.eps(1e-8)),
            calls={"optax": "optax.adabelief({lr}, b1={beta1}, b2={beta2}, eps={eps}, eps_root={eps})"},
            samples=({"lr": 1e-2}, {"lr": 5e-3, "beta1": 0.8, "beta2": 0.99, "eps": 1e-6}, {"lr": 1e-2, "eps": 1e-3}),
        ),
    ),
)
