"""Nesterov's momentum in the form of the libraries: theta is the point that looks ahead."""

from optim_viz import hypers, stability
from optim_viz.claims import race
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
    summary=N_(
        "Takes the slope where its momentum will carry it: it still crosses the valley, but its oscillations die out sooner."
    ),
    good=N_("It brakes in time: at the same learning rate it usually arrives sooner than the heavy ball."),
    bad=N_("Its learning rate must be smaller: at momentum 0.9 at most 1.36 over the curvature; the heavy ball allows 3.8."),
    use=N_("Instead of the heavy ball, when oscillations cost time."),
    shows=(
        race(
            "s=x_squared&x=10&n=200&o=momentum,lr:0.1&o=nesterov,lr:0.1",
            "crossings(momentum) == crossings(nesterov) == 29",
            "steps(momentum) == 110",
            "steps(nesterov) == 35",
        ),
        race(
            "s=ravine&s.condition=50&n=1000&o=momentum,lr:0.01&o=nesterov,lr:0.01",
            "share(steps(nesterov) < steps(momentum), lr=[0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.025]) == 1",
            "1.35 < 50 * limit(nesterov) < 1.37",
            "3.79 < 50 * limit(momentum) < 3.81",
        ),
    ),
    calls={
        "torch": "torch.optim.SGD(params, lr={lr}, momentum={momentum}, nesterov=True)",
        "optax": "optax.sgd({lr}, momentum={momentum}, nesterov=True)",
    },
    samples=({"lr": 2e-4, "momentum": 0.5}, {"lr": 5e-4}, {"lr": 2e-4, "momentum": 0.95}),
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
