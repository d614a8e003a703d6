"""RMSprop: each coordinate is divided by the running size of its own gradients."""

import math

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Look, N_, Optimizer, State, Variant, named


def update(theta, g, t, v, g_avg, b, lr, alpha, eps, momentum, centered):
    v = alpha * v + (1 - alpha) * g * g
    g_avg = alpha * g_avg + (1 - alpha) * g
    variance = v - g_avg * g_avg if centered else v
    b = momentum * b + g / (math.sqrt(variance) + eps)
    theta = theta - lr * b
    return theta, v, g_avg, b


def keras(theta, g, t, v, g_avg, b, lr, alpha, eps, momentum, centered):
    v = alpha * v + (1 - alpha) * g * g
    g_avg = alpha * g_avg + (1 - alpha) * g
    variance = v - g_avg * g_avg if centered else v
    b = momentum * b + lr * g / math.sqrt(variance + eps)
    theta = theta - b
    return theta, v, g_avg, b


def optax(theta, g, t, v, g_avg, b, alpha_power, lr, alpha, eps, momentum, centered, bias_correction):
    v = alpha * v + (1 - alpha) * g * g
    g_avg = alpha * g_avg + (1 - alpha) * g
    alpha_power = alpha_power * alpha
    scale = 1 - alpha_power if bias_correction else 1.0
    v_hat = v / scale
    g_hat = g_avg / scale
    variance = v_hat - g_hat * g_hat if centered else v_hat
    b = momentum * b + lr * g / math.sqrt(variance + eps)
    theta = theta - b
    return theta, v, g_avg, b, alpha_power


def tinynn(theta, g, t, v, b, lr, alpha, eps, momentum):
    v = alpha * v + (1 - alpha) * g * g
    b = momentum * b + lr * g / math.sqrt(v + eps)
    theta = theta - b
    return theta, v, b


def article(theta, g, t, v, lr, alpha, eps):
    v = g * g if t == 1 else alpha * v + (1 - alpha) * g * g
    theta = theta - lr * g / (math.sqrt(v) + eps)
    return theta, v


def preconditioner(v, g_avg, eps, centered):
    return math.sqrt(v - centered * g_avg * g_avg) + eps


def preconditioner_keras(v, g_avg, eps, centered):
    return math.sqrt(v - centered * g_avg * g_avg + eps)


def preconditioner_optax(v, g_avg, alpha_power, eps, centered, bias_correction):
    scale = 1 - bias_correction * alpha_power
    return preconditioner_keras(v / scale, g_avg / scale, eps, centered)


def preconditioner_tinynn(v, eps):
    return math.sqrt(v + eps)


def preconditioner_article(v, eps):
    return math.sqrt(v) + eps


_STATES = (State("v", "v"), State("g_avg", r"\bar{g}", needs="centered"), State("b", "b", velocity=-1, needs="momentum"))
_ALPHA = Hyper("alpha", 0.99, N_("decay rate alpha"), r"\alpha", Interval("[0, 1)"), slider=(0.0, 0.999))
_CENTERED = hypers.switch("centered", N_("centered"))
_SAMPLES = (
    {"lr": 1e-3, "alpha": 0.9, "eps": 1e-1},
    {"lr": 1e-3, "momentum": 0.9, "eps": 1e-2},
    {"lr": 1e-3, "alpha": 0.95, "eps": 1.0, "centered": 1.0},
)

OPTIMIZER = Optimizer(
    key="rmsprop",
    name="RMSprop",
    year=2012,
    family="adaptive",
    paper="Tieleman & Hinton 2012, Lecture 6.5, Neural Networks for Machine Learning; centered: Graves 2013, eq. 38-45",
    url="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
    update=update,
    states=_STATES,
    hypers=named(hypers.lr(1e-2), _ALPHA, hypers.eps(), hypers.momentum(0.0), _CENTERED),
    look=Look("#CC79A7", "triangle"),
    start_lr=("width", 0.0025),
    stability=stability.divided(preconditioner, stability.heavy_ball),
    summary=N_(
        "Gives each coordinate its own step size. Its first steps are long, and at a constant learning rate it never settles."
    ),
    good=N_(
        "Forgets old gradients, so its steps do not die out as AdaGrad's do; steep and flat directions get steps of like size."
    ),
    bad=N_(
        "Its average starts at 0, uncorrected: the first step is up to 10 learning rates long. Late jumps throw it out again."
    ),
    use=N_("Recurrent networks and reinforcement learning; alpha 0.9 or 0.99."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=5000&o=rmsprop,lr:0.01&o=adagrad",
            "9.999 < steady(rmsprop, 1) / lr(rmsprop) < 10.001",
            "0.999999 < stride(rmsprop, 1, x) / stride(rmsprop, 1, y) < 1.000001",
            "steps(rmsprop, n=1000) == 195",
            "loss(rmsprop, 1114) > 0.13",
            "0.0099 < stride(rmsprop, 5000, x) < 0.0101",
            "share(crossings(rmsprop, x) > 100, lr=[0.003, 0.005, 0.01, 0.02, 0.05]) == 1",
            "0.99 < steady(rmsprop, 10000) / lr(rmsprop) < 1.01",
            "steady(adagrad, 10000) / steady(adagrad, 1) == 0.01",
        ),
        race(
            "s=ravine&s.condition=50&n=60&o=rmsprop@article,lr:0.01&o=rmsprop@handwritten,lr:0.01",
            "0.999 < steady(rmsprop, 1) / lr(rmsprop) < 1.001",
            "9.999 < steady(rmsprop2, 1) / lr(rmsprop2) < 10.001",
        ),
    ),
    calls={
        "torch": "torch.optim.RMSprop(params, lr={lr}, alpha={alpha}, eps={eps}, momentum={momentum}, "
        "centered=bool({centered}))"
    },
    samples=_SAMPLES,
    variants=(
        Variant(
            "keras",
            "Keras",
            N_("Epsilon is inside the root, the learning rate inside the momentum buffer, and the decay rate is 0.9."),
            update=keras,
            stability=stability.divided(preconditioner_keras, stability.heavy_ball),
            defaults={"lr": 1e-3, "alpha": 0.9, "eps": 1e-7},
            decay="decoupled",
            calls={
                "keras": "keras.optimizers.RMSprop(learning_rate={lr}, rho={alpha}, epsilon={eps}, momentum={momentum}, "
                "centered=bool({centered}))"
            },
        ),
        Variant(
            "optax",
            "Optax",
            N_("As in Keras, and the bias of the average may be corrected, as in Adam."),
            update=optax,
            stability=stability.divided(preconditioner_optax, stability.heavy_ball),
            states=(*_STATES, State("alpha_power", r"\alpha^t", initial=1.0, bookkeeping=True)),
            hypers=named(
                hypers.lr(1e-2),
                _ALPHA,
                hypers.eps(),
                hypers.momentum(0.0),
                _CENTERED,
                hypers.switch("bias_correction", N_("bias correction")),
            ),  # fmt: skip
            defaults={"alpha": 0.9},
            calls={
                "optax": "optax.rmsprop({lr}, decay={alpha}, eps={eps}, momentum={momentum}, centered=bool({centered}), "
                "bias_correction=bool({bias_correction}))"
            },
            samples=(*_SAMPLES, {"lr": 1e-3, "bias_correction": 1.0}),
        ),
        Variant(
            "tinynn",
            "tinynn",
            N_("Epsilon is inside the root, the learning rate inside the momentum buffer; there is no centered form."),
            update=tinynn,
            stability=stability.divided(preconditioner_tinynn, stability.heavy_ball),
            states=(State("v", "v"), State("b", "b", velocity=-1, needs="momentum")),
            hypers=named(hypers.lr(1e-2), _ALPHA, hypers.eps(), hypers.momentum(0.0)),
            decay="decoupled",
            samples=(),
        ),
        Variant(
            "handwritten",
            N_("hand-written code"),
            N_("Weight decay is taken off theta as it is, not times the learning rate."),
            decay="direct",
        ),
        Variant(
            "article",
            N_("a formula seen in an article"),
            N_(
                "The average begins with the first squared gradient instead of 0, so the first step is one learning rate long. "
                "The code in the same article begins with 0: there it is 10 long."
            ),
            update=article,
            stability=stability.divided(preconditioner_article, stability.plain),
            states=(State("v", "v"),),
            hypers=named(hypers.lr(1e-2), _ALPHA, hypers.eps()),
            samples=({"lr": 1e-3, "alpha": 0.9, "eps": 1e-1}, {"lr": 1e-3, "eps": 1.0}),
        ),
    ),
)
