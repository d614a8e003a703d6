"""Adamax: Adam with the largest recent gradient in the place of the average squared one."""

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.spec import Look, N_, Optimizer, State, Variant, named


def update(theta, g, t, m, u, beta1_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    u = max(beta2 * u, abs(g) + eps)
    beta1_power = beta1_power * beta1
    theta = theta - lr / (1 - beta1_power) * m / u
    return theta, m, u, beta1_power


def keras(theta, g, t, m, u, beta1_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    u = max(beta2 * u, abs(g))
    beta1_power = beta1_power * beta1
    theta = theta - lr / (1 - beta1_power) * m / (u + eps)
    return theta, m, u, beta1_power


def preconditioner(u, beta1_power):
    return (1 - beta1_power) * u


def preconditioner_keras(u, beta1_power, eps):
    return (1 - beta1_power) * (u + eps)


OPTIMIZER = Optimizer(
    key="adamax",
    name="Adamax",
    year=2014,
    family="adam",
    paper="Kingma & Ba 2014, Adam: A Method for Stochastic Optimization, Algorithm 2",
    url="https://arxiv.org/abs/1412.6980",
    update=update,
    states=(State("m", "m", velocity=-1), State("u", "u"), State("beta1_power", r"\beta_1^t", initial=1.0, bookkeeping=True)),
    hypers=named(hypers.lr(2e-3), hypers.beta1(), hypers.beta2(), hypers.eps()),
    look=Look("#56B4E9", "diamond"),
    start_lr=("width", 0.02),
    stability=stability.divided(preconditioner),
    summary=N_(
        "Divides by the largest recent gradient, slowly forgotten: no coordinate moves farther than about the learning rate."
    ),
    good=N_("A simple bound on its steps, and no root: gradients after a long silence do not make it jump, as they make Adam."),
    bad=N_("Remembers one large gradient for long and crawls after it."),
    use=N_("Sparse gradients, embeddings; seldom met otherwise."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=300&o=adamax&o=adam",
            "longest(adamax, x) < 1.02 * lr(adamax)",
            "longest(adamax, y) < 1.02 * lr(adamax)",
            "step_after(adamax, 5000, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1) < lr(adamax)",
            "step_after(adam, 5000, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1) > 6.5 * lr(adam)",
            "step_after_runs(adamax, 100, 1, 1, 1000) < 0.03 * lr(adamax)",
            "step_after_runs(adam, 100, 1, 1, 1000) > 0.3 * lr(adam)",
        ),
    ),
    calls={
        "torch": "torch.optim.Adamax(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps})",
        "optax": "optax.adamax({lr}, b1={beta1}, b2={beta2}, eps={eps})",
    },
    samples=({"lr": 1e-2}, {"lr": 2e-2, "beta1": 0.8, "beta2": 0.99}, {"lr": 1e-2, "beta1": 0.5, "eps": 1e-3}),
    variants=(
        Variant(
            "keras",
            "Keras",
            N_("Epsilon, 1e-7, is added after the largest is taken, and the learning rate is 0.001."),
            update=keras,
            stability=stability.divided(preconditioner_keras),
            defaults={"lr": 1e-3, "eps": 1e-7},
            decay="decoupled",
            calls={"keras": "keras.optimizers.Adamax(learning_rate={lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps})"},
        ),
    ),
)
