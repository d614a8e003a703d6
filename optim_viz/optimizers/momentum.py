"""Momentum: steps add up in a buffer, the heavy ball of Polyak in the form of torch's SGD."""

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.spec import Look, N_, Optimizer, Stability, State, Variant, named
from optim_viz.stability import heavy_ball


def update(theta, g, t, b, lr, momentum, dampening):
    # torch starts the buffer with the plain gradient, and keeps none without momentum
    b = g if t == 1 or momentum == 0 else momentum * b + (1 - dampening) * g
    theta = theta - lr * b
    return theta, b


def plain(theta, g, t, b, lr, momentum):
    b = momentum * b + g
    theta = theta - lr * b
    return theta, b


def keras(theta, g, t, v, lr, momentum):
    v = momentum * v - lr * g
    theta = theta + v
    return theta, v


def limit(lr, momentum, dampening):
    # a dampened gradient is a smaller learning rate; without momentum torch does not dampen
    return heavy_ball(lr if momentum == 0 else lr * (1 - dampening), momentum)


_STABILITY = Stability(limit, stability.HEAVY_BALL.source)


_PLAIN = named(hypers.lr(1e-3, hypers.WIDE), hypers.momentum())
_SAMPLES = ({"lr": 2e-4, "momentum": 0.5}, {"lr": 5e-4, "momentum": 0.8}, {"lr": 2e-4, "momentum": 0.95})

OPTIMIZER = Optimizer(
    key="momentum",
    name="Momentum",
    year=1964,
    family="momentum",
    paper="Polyak 1964, Some methods of speeding up the convergence of iteration methods",
    url="https://doi.org/10.1016/0041-5553(64)90137-5",
    update=update,
    states=(State("b", "b", velocity=-1),),
    hypers=named(hypers.lr(1e-3, hypers.WIDE), hypers.momentum(), hypers.dampening()),
    look=Look("#E69F00", "square"),
    start_lr=("curvature", 0.2),
    stability=_STABILITY,
    summary=N_("Adds up past gradients: fast along a valley, but it overshoots and oscillates."),
    good=N_("Fast on flat stretches and in very narrow ravines, and it may roll through a shallow dip."),
    bad=N_("It oscillates where GD does not. On a steady slope its steps grow to 1 / (1 - momentum) times those of GD."),
    use=N_("With batches, the standard for image networks; 0.9 is the usual start."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=1000&o=gd,lr:0.01&o=momentum,lr:0.01",
            "steps(gd) > 4 * steps(momentum)",
            "crossings(momentum, y) > 100",
            "crossings(gd, y) == 0",
            "rises(momentum) > 100",
            "rises(gd) == 0",
        ),
        race("s=ravine&s.condition=1000&n=3000&o=gd&o=momentum", "fewest(gd) > 10 * fewest(momentum)"),
        race("s=double_well&x=1.6&n=300&o=gd,lr:0.05&o=momentum,lr:0.05", "x(gd) > 0.9", "steps(momentum) < never"),
        race(
            "s=shelf&n=300&o=gd,lr:0.05&o=momentum,lr:0.05",
            "x(gd) > 2",
            "steps(momentum) < never",
            "steady(momentum, 200) / steady(gd, 200) == 10",
        ),
    ),
    calls={"torch": "torch.optim.SGD(params, lr={lr}, momentum={momentum}, dampening={dampening})"},
    samples=(
        {"lr": 2e-4, "momentum": 0.5},
        {"lr": 5e-4, "momentum": 0.9, "dampening": 0.9},
        {"lr": 2e-4, "momentum": 0.0, "dampening": 0.5},
    ),
    variants=(
        Variant(
            "keras",
            "Keras",
            N_("The learning rate is inside the buffer: the same while it is constant, another path once it changes."),
            update=keras,
            states=(State("v", "v", velocity=1),),
            stability=stability.HEAVY_BALL,
            hypers=_PLAIN,
            defaults={"lr": 0.01},
            decay="decoupled",
            calls={"keras": "keras.optimizers.SGD(learning_rate={lr}, momentum={momentum})"},
            samples=_SAMPLES,
        ),
        Variant(
            "optax",
            "Optax",
            N_("No dampening; otherwise the same."),
            update=plain,
            stability=stability.HEAVY_BALL,
            hypers=_PLAIN,
            calls={"optax": "optax.sgd({lr}, momentum={momentum})"},
            samples=_SAMPLES,
        ),
        Variant(
            "burn",
            "Burn",
            N_("Dampening is 0.1 by default: each gradient counts 0.9 times, the first one in full."),
            defaults={"dampening": 0.1},
            # not recorded from Burn itself: torch's SGD is the same formula
            calls={"torch": "torch.optim.SGD(params, lr={lr}, momentum={momentum}, dampening={dampening})"},
            samples=({"lr": 2e-4}, {"lr": 5e-4, "momentum": 0.8}, {"lr": 2e-4, "dampening": 0.5}),
        ),
        Variant(
            "tinynn",
            "tinynn",
            N_("No dampening; weight decay is taken off theta, times the learning rate."),
            update=plain,
            stability=stability.HEAVY_BALL,
            hypers=_PLAIN,
            decay="decoupled",
            samples=_SAMPLES,
        ),
    ),
)
