"""AdaGrad: each coordinate is divided by the root of all its squared gradients so far."""

import math

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Look, N_, Optimizer, State, Variant, named


def update(theta, g, t, s, lr, lr_decay, initial_accumulator_value, eps):
    s = s + g * g
    theta = theta - lr / (1 + (t - 1) * lr_decay) * g / (math.sqrt(s) + eps)
    return theta, s


def inside(theta, g, t, s, lr, initial_accumulator_value, eps):
    s = s + g * g
    theta = theta - lr * g / math.sqrt(s + eps)
    return theta, s


def preconditioner(s, t, lr_decay, eps):
    return (1 + (t - 1) * lr_decay) * (math.sqrt(s) + eps)


def preconditioner_inside(s, eps):
    return math.sqrt(s + eps)


_INITIAL = Hyper(
    "initial_accumulator_value", 0.0, N_("first value of the sum"), "s_0", Interval("[0, inf)"), slider=(0.0, 1.0)
)  # fmt: skip
_INSIDE = named(hypers.lr(1e-2), _INITIAL, hypers.eps(1e-7))
_SAMPLES = ({"lr": 0.1}, {"lr": 0.05, "initial_accumulator_value": 1.0}, {"lr": 0.1, "eps": 1e-2})

OPTIMIZER = Optimizer(
    key="adagrad",
    name="AdaGrad",
    year=2011,
    family="adaptive",
    paper="Duchi, Hazan & Singer 2011, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, Figure 1",
    url="https://jmlr.org/papers/v12/duchi11a.html",
    update=update,
    states=(State("s", "s", initial="initial_accumulator_value"),),
    hypers=named(
        hypers.lr(1e-2),
        Hyper("lr_decay", 0.0, N_("learning rate decay"), r"\delta", Interval("[0, inf)"), slider=(0.0, 0.1)),
        _INITIAL,
        hypers.eps(1e-10),
    ),
    look=Look("#56B4E9", "triangle"),
    start_lr=("width", 0.05),
    stability=stability.divided(preconditioner, stability.plain),
    summary=N_(
        "Long steps where gradients were small or rare. Its sum only grows: on a steady slope steps shrink like 1 / sqrt(t)."
    ),
    good=N_("Serves rare features: a coordinate that seldom has a gradient still takes long steps when it has one."),
    bad=N_("It slows down for ever, however far it has to go: after 10,000 equal gradients a step is 1/100 of the first."),
    use=N_("Sparse data, such as words and clicks; convex problems."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=300&o=adagrad",
            "stride(adagrad, 1, x) / stride(adagrad, 1, y) == 1",
            "steady(adagrad, 100) / steady(adagrad, 1) == 0.1",
            "steady(adagrad, 10000) / steady(adagrad, 1) == 0.01",
            "step_after(adagrad, 99, 1) / steady(adagrad, 100) == 10",
        ),
    ),
    calls={
        "torch": "torch.optim.Adagrad(params, lr={lr}, lr_decay={lr_decay}, "
        "initial_accumulator_value={initial_accumulator_value}, eps={eps})"
    },
    samples=(
        {"lr": 0.1},
        {"lr": 0.1, "lr_decay": 1e-2},
        {"lr": 0.05, "initial_accumulator_value": 1.0, "eps": 1e-3},
    ),
    variants=(
        Variant(
            "keras",
            "Keras",
            N_("Epsilon is inside the root, and the sum starts at 0.1: the first steps are shorter where gradients are small."),
            update=inside,
            stability=stability.divided(preconditioner_inside, stability.plain),
            hypers=_INSIDE,
            defaults={"lr": 1e-3, "initial_accumulator_value": 0.1},
            decay="decoupled",
            calls={
                "keras": "keras.optimizers.Adagrad(learning_rate={lr}, initial_accumulator_value={initial_accumulator_value}, "
                "epsilon={eps})"
            },
            samples=_SAMPLES,
        ),
        Variant(
            "optax",
            "Optax",
            N_("Epsilon is inside the root, and the sum starts at 0.1: the first steps are shorter where gradients are small."),
            update=inside,
            stability=stability.divided(preconditioner_inside, stability.plain),
            hypers=_INSIDE,
            defaults={"initial_accumulator_value": 0.1},
            calls={"optax": "optax.adagrad({lr}, initial_accumulator_value={initial_accumulator_value}, eps={eps})"},
            samples=_SAMPLES,
        ),
        Variant(
            "tinynn",
            "tinynn",
            N_("Epsilon, 1e-8, is inside the root; weight decay is taken off theta, times the learning rate."),
            update=inside,
            stability=stability.divided(preconditioner_inside, stability.plain),
            hypers=_INSIDE,
            defaults={"eps": 1e-8},
            decay="decoupled",
            samples=_SAMPLES,
        ),
        Variant(
            "handwritten",
            N_("hand-written code"),
            N_("Epsilon is 1e-8; weight decay is taken off theta as it is, not times the learning rate."),
            defaults={"eps": 1e-8},
            decay="direct",
        ),
    ),
)
