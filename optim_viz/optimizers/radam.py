"""RAdam: Adam that waits with dividing until it has seen enough gradients to know their size."""

import math

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.optimizers import adam
from optim_viz.spec import Look, N_, Optimizer, Variant, named


def rectification(rho, rho_inf):
    return math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))


def update(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    rho_inf = 2 / (1 - beta2) - 1
    rho = rho_inf - 2 * t * beta2_power / (1 - beta2_power)
    if rho > 5:
        r = rectification(rho, rho_inf)
        theta = theta - lr * m_hat * r * math.sqrt(1 - beta2_power) / (math.sqrt(v) + eps)
    else:
        theta = theta - lr * m_hat
    return theta, m, v, beta1_power, beta2_power


def optax(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    rho_inf = 2 / (1 - beta2) - 1
    rho = rho_inf - 2 * t * beta2_power / (1 - beta2_power)
    if rho >= 5:
        r = rectification(rho, rho_inf)
        theta = theta - lr * r * m_hat / (math.sqrt(v_hat) + eps)
    else:
        theta = theta - lr * m_hat
    return theta, m, v, beta1_power, beta2_power


def paper(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    rho_inf = 2 / (1 - beta2) - 1
    rho = rho_inf - 2 * t * beta2_power / (1 - beta2_power)
    if rho > 4:
        r = rectification(rho, rho_inf)
        theta = theta - lr * r * m_hat / math.sqrt(v / (1 - beta2_power))
    else:
        theta = theta - lr * m_hat
    return theta, m, v, beta1_power, beta2_power


def tinynn(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    rho_inf = 2 / (1 - beta2) - 1
    rho = rho_inf - 2 * beta2_power / (1 - beta2_power)
    if rho > 4:
        r = rectification(rho, rho_inf)
        theta = theta - lr * r * m_hat / (math.sqrt(v / (1 - beta2_power)) + eps)
    else:
        theta = theta - lr * m_hat
    return theta, m, v, beta1_power, beta2_power


def preconditioner(v, beta1_power, beta2_power, t, beta2, eps):
    rho, rho_inf = seen(beta2_power, t, beta2)
    return (1 - beta1_power) * waiting((math.sqrt(v) + eps) / math.sqrt(1 - beta2_power), rho, rho_inf, rho > 5)


def preconditioner_optax(v, beta1_power, beta2_power, t, beta2, eps):
    rho, rho_inf = seen(beta2_power, t, beta2)
    return (1 - beta1_power) * waiting(math.sqrt(v / (1 - beta2_power)) + eps, rho, rho_inf, rho >= 5)


def preconditioner_paper(v, beta1_power, beta2_power, t, beta2):
    rho, rho_inf = seen(beta2_power, t, beta2)
    return (1 - beta1_power) * waiting(math.sqrt(v / (1 - beta2_power)), rho, rho_inf, rho > 4)


def preconditioner_tinynn(v, beta1_power, beta2_power, beta2, eps):
    rho, rho_inf = seen(beta2_power, 1.0, beta2)
    return (1 - beta1_power) * waiting(math.sqrt(v / (1 - beta2_power)) + eps, rho, rho_inf, rho > 4)


def seen(beta2_power, t, beta2):
    """How many gradients it has seen, in effect, and how many that will ever be."""
    rho_inf = 2 / (1 - beta2) - 1
    return rho_inf - 2 * t * beta2_power / (1 - beta2_power), rho_inf


def waiting(root, rho, rho_inf, enough):
    """What it divides by: nothing until it has seen enough, then Adam's root over r."""
    return root / rectification(rho, rho_inf) if enough else 1.0


OPTIMIZER = Optimizer(
    key="radam",
    name="RAdam",
    year=2019,
    family="adam",
    paper="Liu et al. 2019, On the Variance of the Adaptive Learning Rate and Beyond, Algorithm 2",
    url="https://arxiv.org/abs/1908.03265",
    update=update,
    states=adam.STATES,
    hypers=named(hypers.lr(1e-3), hypers.beta1(), hypers.beta2(), hypers.eps()),
    look=Look("#E69F00", "diamond"),
    start_lr=("curvature", 0.5),
    stability=stability.divided(preconditioner),
    summary=N_(
        "Its first five steps are undivided: lr times the average gradient. Then it divides like Adam, gently at first."
    ),
    good=N_("A warm-up built in: step 6 is 1/40 as long as Adam's, and step 556 half as long."),
    bad=N_("Its first steps grow with the gradient: on a steep surface it diverges at learning rates that suit Adam."),
    use=N_("Instead of Adam with a warm-up."),
    shows=(
        race(
            "s=rosenbrock&x=-1.5&y=2&n=1000&o=adam,lr:0.05&o=radam,lr:0.05",
            "step_after(radam, 0, 3) / lr(radam) == 3",
            "step_after(radam, 0, 3, 3, 3, 3, 3) / lr(radam) == 3",
            "0.025 < step_after(radam, 0, 3, 3, 3, 3, 3, 3) / lr(radam) < 0.027",
            "0.025 < steady(radam, 6) / lr(radam) < 0.027",
            "steady(radam, 555) < 0.5 * lr(radam) < steady(radam, 556)",
            "diverges(radam) < 6",
            "steps(adam) < never",
            "diverges(radam, lr=0.1) < 6",
            "steps(adam, lr=0.1) < never",
        ),
    ),
    calls={"torch": "torch.optim.RAdam(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps})"},
    samples=({"lr": 5e-4}, {"lr": 5e-4, "beta1": 0.8, "beta2": 0.99}, {"lr": 2e-4, "beta1": 0.5, "eps": 1e-3}),
    variants=(
        Variant(
            "optax",
            "Optax",
            N_("It divides from rho = 5 on, torch above 5; and epsilon is added after the bias is corrected."),
            update=optax,
            stability=stability.divided(preconditioner_optax),
            calls={"optax": "optax.radam({lr}, b1={beta1}, b2={beta2}, eps={eps})"},
        ),
        Variant(
            "paper",
            N_("the paper"),
            N_("It divides above rho = 4, a step before torch, and has no epsilon: a gradient of exactly 0 makes it fail."),
            update=paper,
            stability=stability.divided(preconditioner_paper),
            hypers=named(hypers.lr(1e-3), hypers.beta1(), hypers.beta2()),
            samples=({"lr": 5e-4}, {"lr": 5e-4, "beta1": 0.8, "beta2": 0.99}, {"lr": 2e-4, "beta1": 0.5}),
        ),
        Variant(
            "tinynn",
            "tinynn",
            N_("A factor t is missing in its rho, so that it divides from the second step on."),
            update=tinynn,
            stability=stability.divided(preconditioner_tinynn),
            decay="decoupled",
        ),
    ),
)
