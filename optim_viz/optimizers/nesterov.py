"""Nesterov's momentum in the form of the libraries: theta is the point that looks ahead."""

from optim_viz import hypers, stability
from optim_viz.spec import Look, N_, Optimizer, Stability, State, Variant, named


def update(theta, g, t, b, lr, momentum):
    b = momentum * b + g
    theta = theta - lr * (g + momentum * b)
    return theta, b


def keras(theta, g, t, v, lr, momentum):
    v = momentum * v - lr * g
    theta = theta + momentum * v - lr * g
    return theta, v


def burn(theta, g, t, b, lr, momentum, dampening):
    b = g if t == 1 else momentum * b + (1 - dampening) * g
    theta = theta - lr * (g + momentum * b)
    return theta, b


def dampened(lr, momentum, dampening):
    return (2 + 2 * momentum) / ((1 + 2 * momentum - momentum * dampening) * lr)


_SAMPLES = ({"lr": 2e-4, "momentum": 0.5}, {"lr": 5e-4}, {"lr": 2e-4, "momentum": 0.95})

OPTIMIZER = Optimizer(
    key="nesterov",
    name="Nesterov",
    year=1983,
    family="momentum",
    paper="Nesterov 1983, A method for solving the convex programming problem with convergence rate O(1/k^2); "
    "in this form Bengio et al. 2013, Advances in optimizing recurrent networks, eq. 7",
    url="https://arxiv.org/abs/1212.0901",
    update=update,
    states=(State("b", "b", velocity=-1),),
    hypers=named(hypers.lr(1e-3, hypers.WIDE), hypers.momentum(allowed="(0, 1]")),
    look=Look("#D55E00", "square"),
    start_lr=("curvature", 0.2),
    stability=stability.NESTEROV,
    summary=N_("Looks ahead along its momentum, then corrects: it brakes before the valley's other side."),
    good=N_("Swings less than the heavy ball, as it sees the slope where its momentum carries it."),
    bad=N_("Its learning rate must be smaller: at momentum 0.9 at most 1.36 over the curvature, the heavy ball allows 3.8."),
    use=N_("In the place of the heavy ball, where swings cost time."),
    calls={
        "torch": "torch.optim.SGD(params, lr={lr}, momentum={momentum}, nesterov=True)",
        "optax": "optax.sgd({lr}, momentum={momentum}, nesterov=True)",
    },
    samples=_SAMPLES,
    variants=(
        Variant(
            "keras",
            "Keras",
            N_("The learning rate is inside the buffer: the same while it is constant, another path once it changes."),
            update=keras,
            states=(State("v", "v", velocity=1),),
            defaults={"lr": 0.01},
            decay="decoupled",
            calls={"keras": "keras.optimizers.SGD(learning_rate={lr}, momentum={momentum}, nesterov=True)"},
            samples=_SAMPLES,
        ),
        Variant(
            "burn",
            "Burn",
            N_("Dampening is 0.1 by default, which torch forbids together with Nesterov."),
            update=burn,
            stability=Stability(dampened, "the eigenvalue of its steps on a parabola that reaches -1 first"),
            hypers=named(hypers.lr(1e-3, hypers.WIDE), hypers.momentum(), hypers.dampening(0.1)),
        ),
    ),
)
