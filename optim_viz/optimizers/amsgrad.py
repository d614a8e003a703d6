"""AMSGrad: Adam with the largest average of squared gradients so far, so that late steps cannot grow back."""

import math

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.optimizers.adam import preconditioner as adams
from optim_viz.optimizers.adam import preconditioner_keras as adams_keras
from optim_viz.spec import Look, N_, Optimizer, State, Variant, named


def update(theta, g, t, m, v, v_max, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    v_max = max(v_max, v)
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    v_hat = v_max / (1 - beta2_power)
    theta = theta - lr * m_hat / (math.sqrt(v_hat) + eps)
    return theta, m, v, v_max, beta1_power, beta2_power


def keras(theta, g, t, m, v, v_max, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    v_max = max(v_max, v)
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    lr_t = lr * math.sqrt(1 - beta2_power) / (1 - beta1_power)
    theta = theta - lr_t * m / (math.sqrt(v_max) + eps)
    return theta, m, v, v_max, beta1_power, beta2_power


def optax(theta, g, t, m, v, v_max, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    v_max = max(v_max, v / (1 - beta2_power))
    theta = theta - lr * m_hat / (math.sqrt(v_max) + eps)
    return theta, m, v, v_max, beta1_power, beta2_power


def paper(theta, g, t, m, v, v_max, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    v_max = max(v_max, v)
    theta = theta - lr * m / (math.sqrt(v_max) + eps)
    return theta, m, v, v_max


def preconditioner(v_max, beta1_power, beta2_power, eps):
    return adams(v_max, beta1_power, beta2_power, eps)


def preconditioner_keras(v_max, beta1_power, beta2_power, eps):
    return adams_keras(v_max, beta1_power, beta2_power, eps)


def preconditioner_optax(v_max, beta1_power, eps):
    return (1 - beta1_power) * (math.sqrt(v_max) + eps)


def preconditioner_paper(v_max, eps):
    return math.sqrt(v_max) + eps


OPTIMIZER = Optimizer(
    key="amsgrad",
    name="AMSGrad",
    year=2018,
    family="adam",
    paper="Reddi, Kale & Kumar 2018, On the Convergence of Adam and Beyond, Algorithm 2",
    url="https://openreview.net/forum?id=ryQu7f-RZ",
    update=update,
    states=(
        State("m", "m", velocity=-1),
        State("v", "v"),
        State("v_max", r"v_{\max}"),
        State("beta1_power", r"\beta_1^t", initial=1.0, bookkeeping=True),
        State("beta2_power", r"\beta_2^t", initial=1.0, bookkeeping=True),
    ),
    hypers=named(hypers.lr(1e-3), hypers.beta1(), hypers.beta2(), hypers.eps()),
    look=Look("#009E73", "circle"),
    start_lr=("width", 0.02),
    stability=stability.divided(preconditioner),
    summary=N_(
        "Adam that divides by the largest average of squared gradients so far: late in training its steps cannot grow back."
    ),
    good=N_("Converges in cases constructed so that Adam does not."),
    bad=N_(
        "A large gradient at the very start fades here, as in Adam: the bias correction undoes it. In Optax it stays for ever."
    ),
    use=N_("As a switch of Adam, where its loss jumps up again late in training."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=300&o=amsgrad&o=adam&o=amsgrad@optax",
            "step_after_runs(amsgrad, 1, 2000, 0.1, 6000) < 0.11 * lr(amsgrad)",
            "step_after_runs(adam, 1, 2000, 0.1, 6000) > 0.9 * lr(adam)",
            "0.46 < step_after_runs(amsgrad, 10, 1, 1, 9) / lr(amsgrad) < 0.47",
            "0.97 < step_after_runs(amsgrad, 10, 1, 1, 999) / lr(amsgrad) < 0.98",
            "step_after_runs(amsgrad, 10, 1, 1, 999) / lr(amsgrad) == step_after_runs(adam, 10, 1, 1, 999) / lr(adam)",
            "step_after_runs(amsgrad2, 10, 1, 1, 999) < 0.101 * lr(amsgrad2)",
        ),
    ),
    calls={"torch": "torch.optim.Adam(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps}, amsgrad=True)"},
    samples=({"lr": 1e-2}, {"lr": 2e-2, "beta1": 0.8, "beta2": 0.99}, {"lr": 1e-2, "beta1": 0.5, "eps": 1e-3}),
    variants=(
        Variant(
            "keras",
            "Keras",
            N_("Epsilon, 1e-7, is added before the bias is corrected."),
            update=keras,
            stability=stability.divided(preconditioner_keras),
            defaults={"eps": 1e-7},
            decay="decoupled",
            calls={
                "keras": "keras.optimizers.Adam(learning_rate={lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, "
                "amsgrad=True)"
            },
        ),
        Variant(
            "optax",
            "Optax",
            N_("The largest is taken after the bias is corrected: one large first gradient makes all later steps short."),
            update=optax,
            stability=stability.divided(preconditioner_optax),
            calls={"optax": "optax.amsgrad({lr}, b1={beta1}, b2={beta2}, eps={eps})"},
        ),
        Variant(
            "paper",
            N_("the paper"),
            N_("No bias is corrected: the first steps are up to 3.2 times as long. Epsilon stays, which the paper lacks."),
            update=paper,
            stability=stability.divided(preconditioner_paper),
            states=(State("m", "m", velocity=-1), State("v", "v"), State("v_max", r"v_{\max}")),
        ),
    ),
)
