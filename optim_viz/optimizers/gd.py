"""Gradient descent: one step down the slope, and nothing to remember."""

from optim_viz.spec import Hyper, Interval, Look, N_, Optimizer, named


def update(theta, g, t, lr):
    theta = theta - lr * g
    return (theta,)


OPTIMIZER = Optimizer(
    key="gd",
    name="GD",
    year=1847,
    paper="Cauchy 1847, Méthode générale pour la résolution des systèmes d'équations simultanées",
    url="https://gallica.bnf.fr/ark:/12148/bpt6k2982c/f540",
    update=update,
    hypers=named(
        Hyper("lr", 1e-3, N_("learning rate"), r"\eta", Interval("[0, inf)"), slider=(1e-5, 10.0), log=True),
    ),
    look=Look("#0072B2", "circle"),
    start_lr=("curvature", 0.8),
    summary=N_("Follows the slope. Zigzags where the surface is steep one way and flat the other."),
    torch="torch.optim.SGD(params, lr={lr})",
    samples=({"lr": 2e-4}, {"lr": 5e-4}),
)
