"""Adadelta: the size of past steps over the size of past gradients, so that no learning rate is needed."""

import math

from optim_viz import hypers
from optim_viz.claims import race
from optim_viz.spec import Look, N_, Optimizer, State, Variant, named


def update(theta, g, t, v, u, lr, rho, eps):
    v = rho * v + (1 - rho) * g * g
    delta = math.sqrt(u + eps) / math.sqrt(v + eps) * g
    u = rho * u + (1 - rho) * delta * delta
    theta = theta - lr * delta
    return theta, v, u


_CALL = "keras.optimizers.Adadelta(learning_rate={lr}, rho={rho}, epsilon={eps})"
OPTIMIZER = Optimizer(
    key="adadelta",
    name="Adadelta",
    year=2012,
    family="adaptive",
    paper="Zeiler 2012, ADADELTA: An Adaptive Learning Rate Method, Algorithm 1",
    url="https://arxiv.org/abs/1212.5701",
    update=update,
    states=(State("v", "E[g^2]"), State("u", r"E[\Delta^2]")),
    hypers=named(hypers.lr(1.0, (1e-2, 100.0)), hypers.rho(), hypers.eps(1e-6)),
    look=Look("#6B6B6B", "triangle"),
    start_lr=("fixed", 1.0),
    summary=N_(
        "Needs no learning rate: its steps take their length from earlier steps. The first is tiny: sqrt(epsilon / (1 - rho))."
    ),
    good=N_("Steps have the unit of theta, whatever the loss is measured in; nothing to tune at first sight."),
    bad=N_(
        "Epsilon is its hidden learning rate: 100 times epsilon makes the first step 10 times as long. It is slow to speed up."
    ),
    use=N_("Rarely today. Worth knowing as the answer to: where does the unit of a step come from?"),
    shows=(
        race(
            "s=ravine&s.condition=50&n=300&o=adadelta&o=adadelta@tinynn",
            "0.00316 < step_after(adadelta, 0, 1) < 0.00317",
            "0.00316 < step_after(adadelta, 0, 1000) < 0.00317",
            "9.99 < step_after(adadelta, 0, 1, eps=0.0001) / step_after(adadelta, 0, 1) < 10.01",
            "0.99 < step_after(adadelta, 0, 1, 2, 3, 4, 5) / step_after(adadelta, 0, 1000, 2000, 3000, 4000, 5000) < 1.01",
            "steady(adadelta, 1000) < 5 * steady(adadelta, 1)",
            "9.99 < step_after(adadelta, 0, 1) / step_after(adadelta2, 0, 1) < 10.01",
            "longest(adadelta) < 0.006",
            "steps(adadelta, n=5000) == never",
        ),
        race(
            "s=ravine&s.condition=50&n=300&o=adadelta@keras,lr:0.001",
            "distance(adadelta) > 0.99 * distance(adadelta, 0)",
        ),
    ),
    calls={
        "torch": "torch.optim.Adadelta(params, lr={lr}, rho={rho}, eps={eps})",
        "optax": "optax.adadelta({lr}, rho={rho}, eps={eps})",
    },
    samples=({"lr": 0.5}, {"lr": 0.2, "rho": 0.95}, {"lr": 0.1, "rho": 0.95, "eps": 1e-7}),
    variants=(
        Variant(
            "paper",
            N_("the paper"),
            N_("Decay rate 0.95, and no learning rate at all: leave it at 1."),
            defaults={"rho": 0.95},
        ),
        Variant(
            "keras",
            "Keras",
            N_("A learning rate of 0.001 instead of 1: by default it hardly moves."),
            defaults={"lr": 1e-3, "rho": 0.95, "eps": 1e-7},
            decay="decoupled",
            calls={"keras": _CALL},
        ),
        Variant(
            "tinynn",
            "tinynn",
            N_("Epsilon is 1e-8: the first step is 1/10 as long."),
            defaults={"eps": 1e-8},
            decay="decoupled",
        ),
    ),
)
