"""Lion: the sign of an average of gradients; one average decides the step, another is remembered."""

from optim_viz import hypers
from optim_viz.claims import race
from optim_viz.spec import Look, N_, Optimizer, State, Variant, named


def update(theta, g, t, m, lr, beta1, beta2, weight_decay):
    c = beta1 * m + (1 - beta1) * g
    sign = 1.0 if c > 0 else (-1.0 if c < 0 else c)
    theta = theta - lr * (sign + weight_decay * theta)
    m = beta2 * m + (1 - beta2) * g
    return theta, m


_KERAS = "keras.optimizers.Lion(learning_rate={lr}, beta_1={beta1}, beta_2={beta2}, weight_decay={weight_decay})"
_OPTAX = "optax.lion({lr}, b1={beta1}, b2={beta2}, weight_decay={weight_decay})"

OPTIMIZER = Optimizer(
    key="lion",
    name="Lion",
    year=2023,
    family="descent",
    paper="Chen et al. 2023, Symbolic Discovery of Optimization Algorithms, Program 1",
    url="https://arxiv.org/abs/2302.06675",
    update=update,
    states=(State("m", "m", velocity=-1),),
    hypers=named(hypers.lr(1e-4), hypers.beta1(), hypers.beta2(0.99), hypers.weight_decay(0.0)),
    look=Look("#E69F00", "triangle"),
    start_lr=("width", 0.005),
    summary=N_("The sign of averaged gradients: each step goes the learning rate far in every coordinate, diagonally."),
    good=N_("Half of Adam's memory, and steps of a known length."),
    bad=N_("With a constant learning rate it never settles; the paper advises 1/10 to 1/3 of Adam's."),
    use=N_("Large models trained with large batches, with weight decay and a schedule."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=1000&o=lion,lr:0.02",
            "stride(lion, 1, x) / lr(lion) == stride(lion, 1, y) / lr(lion) == 1",
            "stride(lion, 50, x) / lr(lion) == 1",
            "stride(lion, 1000, y) / lr(lion) == 1",
            "share(crossings(lion, x) > 50, lr=[0.013, 0.02, 0.03, 0.07]) == 1",
        ),
    ),
    origin=N_("the paper"),
    calls={"keras": _KERAS, "optax": _OPTAX},
    samples=({"lr": 1e-2}, {"lr": 3e-3, "beta1": 0.95, "beta2": 0.98}, {"lr": 1e-2, "weight_decay": 0.1}),
    variants=(
        Variant(
            "keras", "Keras", N_("A learning rate of 0.001 by default."), defaults={"lr": 1e-3},
            calls={"keras": _KERAS},
        ),
        Variant(
            "optax", "Optax", N_("A weight decay of 0.001 by default."), defaults={"weight_decay": 1e-3},
            calls={"optax": _OPTAX},
        ),
    ),
)  # fmt: skip
