"""AdamW: Adam whose weight decay acts on theta itself and not through the gradient."""

import math

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.optimizers import adam
from optim_viz.spec import Look, N_, Optimizer, Variant, named
from optim_viz.stability import average


def update(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps, weight_decay):
    theta = theta - lr * weight_decay * theta
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    theta = theta - lr * m_hat / (math.sqrt(v_hat) + eps)
    return theta, m, v, beta1_power, beta2_power


def keras(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps, weight_decay):
    theta = theta - lr * weight_decay * theta
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    lr_t = lr * math.sqrt(1 - beta2_power) / (1 - beta1_power)
    theta = theta - lr_t * m / (math.sqrt(v) + eps)
    return theta, m, v, beta1_power, beta2_power


def paper(theta, g, t, m, v, beta1_power, beta2_power, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    theta = theta - (lr * m_hat / (math.sqrt(v_hat) + eps) + weight_decay * theta)
    return theta, m, v, beta1_power, beta2_power


def limit(lr, beta1, weight_decay):
    return (1 - lr * weight_decay / 2) * average(lr, beta1)  # the decay shrinks theta on top


def limit_paper(lr, beta1, weight_decay):
    return (1 - weight_decay / 2) * average(lr, beta1)


OPTIMIZER = Optimizer(
    key="adamw",
    name="AdamW",
    year=2017,
    family="adam",
    paper="Loshchilov & Hutter 2017, Decoupled Weight Decay Regularization, Algorithm 2",
    url="https://arxiv.org/abs/1711.05101",
    update=update,
    states=adam.STATES,
    hypers=named(hypers.lr(1e-3), hypers.beta1(), hypers.beta2(), hypers.eps(), hypers.weight_decay(0.01)),
    look=Look("#009E73", "square"),
    start_lr=("width", 0.02),
    stability=stability.divided(adam.preconditioner, limit),
    summary=N_(
        "Adam whose weight decay acts on theta itself and in proportion to it; Adam's L2 is divided by the gradient's size."
    ),
    good=N_("The pull of its decay does not depend on the gradients. In networks it often serves new data better than L2."),
    bad=N_(
        "One more number to tune. Without noise it does not end where L2 does: a small decay lets it drift back to the minimum."
    ),
    use=N_("Transformers and most large networks, with a warm-up and a schedule."),
    shows=(
        race(
            "s=plateau&s.w=0.01&x=1&y=10&n=10&o=adam,lr:0.1,weight_decay:0.1,decay:l2&o=adamw,lr:0.1,weight_decay:0.1",
            "0.99999 < stride(adam, 1, x) / lr(adam) < 1.00001",
            "0.99999 < stride(adam, 1, y) / lr(adam) < 1.00001",
            "stride(adamw, 1, y) / stride(adamw, 1, x) == 10",
        ),
        race(
            "s=booth&x=-8&y=4&n=5000&o=gd,lr:0.05,weight_decay:0.5,decay:l2&o=adam,lr:0.05,weight_decay:0.5,decay:l2&o=adamw,lr:0.05,weight_decay:0.5",
            "x(gd) == x(adam)",
            "y(gd) == y(adam)",
            "y(adam) > y(adamw) + 0.9",
            "distance(adamw, weight_decay=0.1, n=500) > 0.4",
            "distance(adamw, weight_decay=0.1, n=5000) < 0.07",
        ),
    ),
    calls={
        "torch": "torch.optim.AdamW(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps}, weight_decay={weight_decay})",
        "optax": "optax.adamw({lr}, b1={beta1}, b2={beta2}, eps={eps}, weight_decay={weight_decay})",
    },
    samples=(
        {"lr": 1e-2},
        {"lr": 2e-2, "beta1": 0.8, "beta2": 0.99, "weight_decay": 0.1},
        {"lr": 1e-2, "beta1": 0.5, "eps": 1e-3, "weight_decay": 0.0},
    ),
    variants=(
        Variant(
            "keras",
            "Keras",
            N_("A decay of 0.004; epsilon, 1e-7, is added before the bias is corrected."),
            update=keras,
            stability=stability.divided(adam.preconditioner_keras, limit),
            defaults={"eps": 1e-7, "weight_decay": 0.004},
            calls={
                "keras": "keras.optimizers.AdamW(learning_rate={lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, "
                "weight_decay={weight_decay})"
            },
        ),
        Variant(
            "optax",
            "Optax",
            N_("A decay of 0.0001; the same formula."),
            defaults={"weight_decay": 1e-4},
            calls={"optax": "optax.adamw({lr}, b1={beta1}, b2={beta2}, eps={eps}, weight_decay={weight_decay})"},
        ),
        Variant(
            "paper",
            N_("the paper"),
            N_("The decay is not times the learning rate: it goes on at full strength when the rate is small."),
            update=paper,
            stability=stability.divided(adam.preconditioner, limit_paper),
            # its schedule scales the decay too, and only a schedule does: this rule sees the product of both
            without=("schedule",),
        ),
    ),
)
