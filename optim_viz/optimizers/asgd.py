"""ASGD: gradient descent whose steps shrink, and the average of its path beside it."""

from optim_viz import hypers
from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Look, N_, Optimizer, Stability, State, named


def update(theta, g, t, eta, mu, ax, lr, lambd, alpha, t0):
    g = g + lambd * theta
    theta = theta - eta * g
    ax = ax + mu * (theta - ax)
    eta = lr / (1 + lambd * lr * t) ** alpha
    mu = 1 / max(1.0, t - t0)
    return theta, eta, mu, ax


def limit(eta, lambd):
    return 2 / eta - lambd


OPTIMIZER = Optimizer(
    key="asgd",
    name="ASGD",
    year=1992,
    family="averaging",
    paper="Polyak & Juditsky 1992, Acceleration of Stochastic Approximation by Averaging; "
    "in this form Xu 2011, Towards Optimal One Pass Large Scale Learning with Averaged SGD, Section 3",
    url="https://doi.org/10.1137/0330046",
    update=update,
    states=(
        State("eta", r"\eta_t", initial="lr", shared=True),
        State("mu", r"\mu_t", initial=1.0, shared=True),
        State("ax", r"\bar{\theta}"),
    ),
    hypers=named(
        hypers.lr(1e-2, hypers.WIDE),
        Hyper("lambd", 1e-4, N_("decay lambd"), r"\lambda", Interval("[0, inf)"), slider=(1e-6, 1.0), log=True),
        Hyper("alpha", 0.75, N_("power alpha"), r"\alpha", Interval("[0, inf)"), slider=(0.0, 2.0)),
        Hyper("t0", 1e6, N_("average from step"), "t_0", Interval("[0, inf)"), slider=(1.0, 1e6), log=True),
    ),
    look=Look("#6B6B6B", "circle"),
    start_lr=("curvature", 0.8),
    stability=Stability(limit, "as gradient descent with the rate eta, on the surface and its decay together"),
    summary=N_(
        "Descent with slowly shrinking steps; from step t0 on it also averages where it has been. The dots show theta itself."
    ),
    good=N_("Under noise the average is usually far closer to the minimum than its last step."),
    bad=N_("Without noise the average only lags behind; and it starts at step t0, by default after 1,000,000 steps."),
    use=N_("Convex problems with noisy gradients, in one pass over the data."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=500&o=asgd,lr:0.02,t0:100,noise:1,seed:0",
            "share(loss_at(asgd, ax) < loss(asgd), seed=(0, 199)) > 0.85",
            "median(loss(asgd), seed=(0, 199)) > 8 * median(loss_at(asgd, ax), seed=(0, 199))",
            "0.99 < steady(asgd, 500) / steady(asgd, 1) < 1",
        ),
        race(
            "s=ravine&s.condition=50&n=500&o=asgd,lr:0.02,t0:100",
            "loss_at(asgd, ax) > 1000 * loss(asgd)",
            "loss_at(asgd, ax, t0=1000000) == loss(asgd)",
        ),
    ),
    calls={"torch": "torch.optim.ASGD(params, lr={lr}, lambd={lambd}, alpha={alpha}, t0={t0})"},
    samples=(
        {"lr": 5e-4},
        {"lr": 2e-4, "lambd": 1e-2, "t0": 50.0},
        {"lr": 5e-4, "lambd": 0.1, "alpha": 0.5, "t0": 10.0},
    ),
)
