"""NAdam: Adam with Nesterov's momentum, and a momentum that grows during the first steps."""

import math

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.optimizers import adam
from optim_viz.spec import Hyper, Interval, Look, N_, Optimizer, State, Variant, named


def update(theta, g, t, m, v, mu_product, beta2_power, lr, beta1, beta2, eps, momentum_decay):
    mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    mu_product = mu_product * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta2_power = beta2_power * beta2
    m_hat = mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * g / (1 - mu_product)
    v_hat = v / (1 - beta2_power)
    theta = theta - lr * m_hat / (math.sqrt(v_hat) + eps)
    return theta, m, v, mu_product, beta2_power


def keras(theta, g, t, m, v, mu_product, beta2_power, lr, beta1, beta2, eps):
    mu = beta1 * (1 - 0.5 * 0.96**t)
    mu_next = beta1 * (1 - 0.5 * 0.96 ** (t + 1))
    mu_product = mu_product * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta2_power = beta2_power * beta2
    m_hat = mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * g / (1 - mu_product)
    v_hat = v / (1 - beta2_power)
    theta = theta - lr * m_hat / (math.sqrt(v_hat) + eps)
    return theta, m, v, mu_product, beta2_power


def optax(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = beta1 * m / (1 - beta1_power * beta1) + (1 - beta1) * g / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    theta = theta - lr * m_hat / (math.sqrt(v_hat) + eps)
    return theta, m, v, beta1_power, beta2_power


def looking_ahead(lr, beta1, mu):
    """The limit where mu times the average and 1 - mu times the gradient make the step."""
    return (2 + 2 * beta1) / ((1 + beta1 - 2 * mu * beta1) * lr)


def limit(lr, beta1, momentum_decay, t):
    return looking_ahead(lr, beta1, beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay)))


def limit_keras(lr, beta1, t):
    return looking_ahead(lr, beta1, beta1 * (1 - 0.5 * 0.96**t))


def limit_optax(lr, beta1):
    return looking_ahead(lr, beta1, beta1)


def preconditioner(v, mu_product, beta2_power, eps):
    return (1 - mu_product) * (math.sqrt(v / (1 - beta2_power)) + eps)


def _psi(default: float) -> Hyper:
    return Hyper("momentum_decay", default, N_("momentum decay"), r"\psi", Interval("[0, inf)"), slider=(0.0, 1.0))


_SAMPLES = ({"lr": 1e-2}, {"lr": 5e-3, "beta1": 0.8, "beta2": 0.99}, {"lr": 1e-2, "beta1": 0.5, "eps": 1e-3})

OPTIMIZER = Optimizer(
    key="nadam",
    name="NAdam",
    year=2016,
    family="adam",
    paper="Dozat 2016, Incorporating Nesterov Momentum into Adam, Algorithm 2",
    url="https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ",
    update=update,
    states=(
        State("m", "m", velocity=-1),
        State("v", "v"),
        State("mu_product", r"\prod \mu_i", initial=1.0, bookkeeping=True),
        State("beta2_power", r"\beta_2^t", initial=1.0, bookkeeping=True),
    ),
    hypers=named(hypers.lr(2e-3), hypers.beta1(), hypers.beta2(), hypers.eps(), _psi(0.004)),
    look=Look("#D55E00", "diamond"),
    start_lr=("width", 0.02),
    stability=stability.divided(preconditioner, limit),
    summary=N_("Adam that looks one step ahead along its momentum. Three libraries have three different ones."),
    good=N_("Where the valley is straight its oscillations can die out sooner than Adam's."),
    bad=N_("Along a bent valley it is slower than Adam; and one more schedule inside, of the momentum, is easily forgotten."),
    use=N_("Instead of Adam, when Nesterov serves better than the heavy ball."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=1000&o=adam,lr:0.1&o=nadam,lr:0.1&o=nadam@keras,lr:0.1&o=nadam@optax,lr:0.1",
            "1.05 < steady(nadam, 1) / lr(nadam) < 1.06",
            "1.06 < steady(nadam2, 1) / lr(nadam2) < 1.07",
            "1.47 < steady(nadam3, 1) / lr(nadam3) < 1.48",
            "steps(nadam) < 0.7 * steps(adam)",
            "fewest(nadam) < 0.7 * fewest(adam)",
        ),
        race(
            "s=himmelblau&n=1000&o=adam,lr:0.1&o=nadam,lr:0.1",
            "steps(nadam) < steps(adam)",
            "fewest(nadam) < 0.7 * fewest(adam)",
        ),
        race(
            "s=rosenbrock&n=3000&o=adam,lr:0.02&o=nadam,lr:0.02",
            "share(steps(adam) < steps(nadam), lr=[0.01, 0.02, 0.05, 0.1]) == 1",
        ),
        race(
            "s=bent_ravine&n=1000&o=adam,lr:0.1&o=nadam,lr:0.1",
            "share(steps(nadam) < steps(adam), lr=[0.02, 0.05, 0.1, 0.2]) == 0",
        ),
    ),
    calls={"torch": "torch.optim.NAdam(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps}, momentum_decay={momentum_decay})"},
    samples=({"lr": 1e-2}, {"lr": 5e-3, "beta1": 0.8, "beta2": 0.99}, {"lr": 1e-2, "momentum_decay": 0.1, "eps": 1e-3}),
    variants=(
        Variant(
            "keras",
            "Keras",
            N_("The momentum grows fast: its decay is 1 where torch has 0.004. The learning rate is 0.001."),
            hypers=named(hypers.lr(1e-3), hypers.beta1(), hypers.beta2(), hypers.eps(1e-7)),
            update=keras,
            stability=stability.divided(preconditioner, limit_keras),
            decay="decoupled",
            calls={"keras": "keras.optimizers.Nadam(learning_rate={lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps})"},
            samples=_SAMPLES,
        ),
        Variant(
            "optax",
            "Optax",
            N_("The momentum is the same at each step: the first step is 1.47 learning rates long, in torch 1.06."),
            update=optax,
            stability=stability.divided(adam.preconditioner, limit_optax),
            states=adam.STATES,
            hypers=named(hypers.lr(2e-3), hypers.beta1(), hypers.beta2(), hypers.eps()),
            calls={"optax": "optax.nadam({lr}, b1={beta1}, b2={beta2}, eps={eps})"},
            samples=_SAMPLES,
        ),
    ),
)
