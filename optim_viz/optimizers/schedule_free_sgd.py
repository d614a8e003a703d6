"""Schedule-free SGD: plain steps of z, their average x, and the gradient taken in between, at theta."""

from optim_viz import hypers
from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Look, N_, Optimizer, State, named


def update(theta, g, t, z, x, weight_sum, lr_max, lr, beta1, weight_lr_power):
    lr_max = max(lr_max, lr)
    weight = lr_max**weight_lr_power
    weight_sum = weight_sum + weight
    c = weight / weight_sum if weight_sum > 0 else 0.0
    x = (theta - (1 - beta1) * z) / beta1  # the x of before; from theta, as others may have moved it
    z = z - lr * g
    x = (1 - c) * x + c * z
    theta = (1 - beta1) * z + beta1 * x
    return theta, z, x, weight_sum, lr_max


def power() -> Hyper:
    return Hyper(
        "weight_lr_power", 2.0, N_("weight by lr to the power"), "p", Interval("[0, inf)"), slider=(0.0, 4.0)
    )  # fmt: skip


OPTIMIZER = Optimizer(
    key="schedule_free_sgd",
    name="Schedule-free SGD",
    year=2024,
    family="averaging",
    paper="Defazio et al. 2024, The Road Less Scheduled, eq. 7-9",
    url="https://arxiv.org/abs/2405.15682",
    update=update,
    states=(
        State("z", "z", initial="theta"),
        State("x", "x", initial="theta", shared=True),  # it follows from theta and z
        State("weight_sum", r"\sum \eta_i^p", bookkeeping=True),
        State("lr_max", r"\eta_{\max}", bookkeeping=True),
    ),
    hypers=named(hypers.lr(1.0, hypers.WIDE), hypers.beta1(allowed="(0, 1)"), power()),
    look=Look("#56B4E9", "circle"),
    start_lr=("curvature", 1.0),
    summary=N_("Averages its path as it goes and needs no schedule. The dots show where it takes gradients; its answer is x."),
    good=N_("Under noise its average comes ever closer, where GD at a constant learning rate hovers; no end need be known."),
    bad=N_("Still needs a learning rate; the point to use at the end, x, is not the one that is trained."),
    use=N_("Long trainings whose end is not known in advance."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=2000&o=schedule_free_sgd,lr:0.1,noise:1,seed:0&o=gd,lr:0.01,noise:1,seed:0",
            "share(loss_at(schedule_free_sgd, x) < loss(gd), seed=(0, 199)) > 0.75",
            "median(loss_at(schedule_free_sgd, x), seed=(0, 99)) > 0.0006",
            "median(loss_at(schedule_free_sgd, x, n=5000), seed=(0, 99)) < 0.0003",
            "median(loss(gd), seed=(0, 99)) < 1.5 * median(loss(gd, n=5000), seed=(0, 99))",
        ),
    ),
    origin="Optax",
    calls={"optax": "optax.contrib.schedule_free_sgd({lr}, b1={beta1}, weight_lr_power={weight_lr_power})"},
    samples=({"lr": 1e-3}, {"lr": 5e-4, "beta1": 0.5}, {"lr": 8e-4, "beta1": 0.95, "weight_lr_power": 1.0}),
)
