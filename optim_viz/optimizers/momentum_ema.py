"""Momentum as an average: the buffer is a mean of past gradients, not their sum."""

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.spec import Look, N_, Optimizer, State, Variant, named


def update(theta, g, t, m, lr, momentum):
    m = momentum * m + (1 - momentum) * g
    theta = theta - lr * m
    return theta, m


OPTIMIZER = Optimizer(
    key="momentum_ema",
    name="Momentum (average)",
    year=2014,
    family="momentum",
    paper="Kingma & Ba 2014, Adam: A Method for Stochastic Optimization, Algorithm 1: the first moment alone, uncorrected",
    url="https://arxiv.org/abs/1412.6980",
    update=update,
    states=(State("m", "m", velocity=-1),),
    hypers=named(hypers.lr(1e-3, hypers.WIDE), hypers.momentum(allowed="[0, 1)")),
    look=Look("#E69F00", "circle"),
    start_lr=("curvature", 2.0),
    stability=stability.AVERAGE,
    summary=N_(
        "The average of past gradients. At the same learning rate it moves (1 - momentum) times as far as the heavy ball."
    ),
    good=N_("The learning rate keeps its meaning when momentum changes: a steady slope gives the same steps in the end."),
    bad=N_("It starts slowly, as its average starts at 0. It is called momentum too, but most libraries mean the sum."),
    use=N_("In hand-written code and as the numerator of Adam. With lr / (1 - momentum) it is the heavy ball."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=300&o=momentum,lr:0.01&o=momentum_ema,lr:0.1",
            "apart(momentum, momentum_ema) < 0.000000000001",
            "step_after(momentum_ema, 0, 1, -2, 3, lr=0.01) / step_after(momentum, 0, 1, -2, 3) == 0.1",
            "steady(momentum_ema, 1) / lr(momentum_ema) == 0.1",
            "0.999 < steady(momentum_ema, 200) / lr(momentum_ema) < 1.001",
            "0.999 < steady(momentum_ema, 200, momentum=0.5) / lr(momentum_ema) < 1.001",
        ),
    ),
    origin="Optax",
    calls={"optax": "optax.chain(optax.ema({momentum}, debias=False), optax.scale(-{lr}))"},
    samples=({"lr": 2e-3}, {"lr": 5e-3, "momentum": 0.95}, {"lr": 1e-3, "momentum": 0.5}),
    variants=(
        Variant(
            "handwritten",
            N_("hand-written code"),
            N_("Weight decay is taken off theta as it is, not times the learning rate."),
            decay="direct",
        ),
    ),
)
