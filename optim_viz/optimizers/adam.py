"""Adam: the average gradient over the square root of the average squared gradient, both corrected for their start at 0."""

import math

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.spec import Look, N_, Optimizer, State, Variant, named


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


def keras(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    lr_t = lr * math.sqrt(1 - beta2_power) / (1 - beta1_power)
    theta = theta - lr_t * m / (math.sqrt(v) + eps)
    return theta, m, v, beta1_power, beta2_power


def optax(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps, eps_root):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    theta = theta - lr * m_hat / (math.sqrt(v_hat + eps_root) + eps)
    return theta, m, v, beta1_power, beta2_power


def inside(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    theta = theta - lr * m_hat / math.sqrt(v_hat + eps)
    return theta, m, v, beta1_power, beta2_power


def article(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = g * g if t == 1 else beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    theta = theta - lr * m_hat / math.sqrt(v_hat + eps)
    return theta, m, v, beta1_power, beta2_power


def preconditioner(v, beta1_power, beta2_power, eps):
    return (1 - beta1_power) * (math.sqrt(v / (1 - beta2_power)) + eps)


def preconditioner_keras(v, beta1_power, beta2_power, eps):
    return (1 - beta1_power) * (math.sqrt(v) + eps) / math.sqrt(1 - beta2_power)


def preconditioner_optax(v, beta1_power, beta2_power, eps, eps_root):
    return (1 - beta1_power) * (math.sqrt(v / (1 - beta2_power) + eps_root) + eps)


def preconditioner_inside(v, beta1_power, beta2_power, eps):
    return (1 - beta1_power) * math.sqrt(v / (1 - beta2_power) + eps)


STATES = (
    State("m", "m", velocity=-1),
    State("v", "v"),
    State("beta1_power", r"\beta_1^t", initial=1.0, bookkeeping=True),
    State("beta2_power", r"\beta_2^t", initial=1.0, bookkeeping=True),
)
_SAMPLES = ({"lr": 1e-2}, {"lr": 2e-2, "beta1": 0.8, "beta2": 0.99}, {"lr": 1e-2, "beta1": 0.5, "eps": 1e-3})

OPTIMIZER = Optimizer(
    key="adam",
    name="Adam",
    year=2014,
    family="adam",
    paper="Kingma & Ba 2014, Adam: A Method for Stochastic Optimization, Algorithm 1",
    url="https://arxiv.org/abs/1412.6980",
    update=update,
    states=STATES,
    hypers=named(hypers.lr(1e-3), hypers.beta1(), hypers.beta2(), hypers.eps()),
    look=Look("#009E73", "diamond"),
    start_lr=("width", 0.02),
    stability=stability.divided(preconditioner),
    summary=N_(
        "Momentum with a step size of its own for each coordinate. "
        "While the gradient is steady, a step is as long as the learning rate."
    ),
    good=N_("Often forgiving about the learning rate, quick from the start, and indifferent to the scale of the loss."),
    bad=N_("Under noise it hovers unless the learning rate shrinks. In a turned ravine it is several times slower."),
    use=N_("The usual first choice for networks, above all with batches; 0.001 is the usual start there."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=1000&o=adam,lr:0.1&o=gd,lr:0.038",
            "0.999999 < steady(adam, 1) / lr(adam) < 1.000001",
            "0.999999 < steady(adam, 1000) / lr(adam) < 1.000001",
            "0.999999 < stride(adam, 1, x) / stride(adam, 1, y) < 1.000001",
            "share(steps(adam, n=300) < never, lr=[0.012, 0.1, 1, 10, 100]) == 1",
            "share(steps(gd, n=300) < never, lr=[0.012, 0.041, 0.1, 1, 10, 100]) == 0",
            "0.999999 < step_after(adam, 0, 1, 2, 3) / step_after(adam, 0, 1000, 2000, 3000) < 1.000001",
            "steps(adam, rotation=45) > 3 * steps(adam)",
            "steps(gd, rotation=45) < steps(gd)",
        ),
        race(
            "s=ravine&s.condition=50&n=300&o=adam,lr:0.1,noise:1,seed:0&o=adam,lr:0.1,noise:1,seed:0,schedule:cosine,t_max:300",
            "median(loss(adam), seed=(0, 199)) > 5 * median(loss(adam2), seed=(0, 199))",
            "share(loss(adam2) < loss(adam), seed=(0, 199)) > 0.8",
        ),
        race(
            "s=ravine&s.condition=50&n=60&o=adam@article,lr:0.1&o=adam,lr:0.1",
            "31.61 < lr(adam) / steady(adam, 1) < 31.65",
            "0.999999 < steady(adam2, 1) / lr(adam2) < 1.000001",
        ),
    ),
    calls={
        "torch": "torch.optim.Adam(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps})",
        "optax": "optax.adam({lr}, b1={beta1}, b2={beta2}, eps={eps})",
    },
    samples=_SAMPLES,
    variants=(
        Variant(
            "keras",
            "Keras",
            N_("Epsilon, 1e-7, is added before the bias is corrected: early on it counts up to 32 times as much."),
            update=keras,
            stability=stability.divided(preconditioner_keras),
            defaults={"eps": 1e-7},
            decay="decoupled",
            calls={"keras": "keras.optimizers.Adam(learning_rate={lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps})"},
        ),
        Variant(
            "optax",
            "Optax",
            N_("A second epsilon may be put inside the root; it is 0 by default, and then all is the same."),
            update=optax,
            stability=stability.divided(preconditioner_optax),
            hypers=named(hypers.lr(1e-3), hypers.beta1(), hypers.beta2(), hypers.eps(), hypers.eps_root()),
            calls={"optax": "optax.adam({lr}, b1={beta1}, b2={beta2}, eps={eps}, eps_root={eps_root})"},
            samples=(*_SAMPLES, {"lr": 1e-2, "eps_root": 1e-4}),
        ),
        Variant(
            "tinynn",
            "tinynn",
            N_("The same formula; weight decay is taken off theta, times the learning rate."),
            decay="decoupled",
        ),
        Variant(
            "handwritten",
            N_("hand-written code"),
            N_("The same formula; weight decay is taken off theta as it is, not times the learning rate."),
            decay="direct",
        ),
        Variant(
            "formula",
            N_("a formula seen in tutorials"),
            N_("Epsilon is inside the root, where only its own root counts: 1e-8 acts like 1e-4."),
            update=inside,
            stability=stability.divided(preconditioner_inside),
            calls={"optax": "optax.adam({lr}, b1={beta1}, b2={beta2}, eps=0.0, eps_root={eps})"},
        ),
        Variant(
            "article",
            N_("a formula seen in an article"),
            N_(
                "v begins with the first squared gradient, and its bias is corrected all the same, as if it had begun with 0: "
                "the first step is a learning rate over 31.6. Epsilon is inside the root."
            ),
            update=article,
            stability=stability.divided(preconditioner_inside),
            samples=({"lr": 1e-2}, {"lr": 2e-2, "beta1": 0.8, "beta2": 0.99}, {"lr": 1e-2, "beta1": 0.5, "eps": 1e-3}),
        ),
    ),
)
