"""SAM: a step up to the worst point nearby, and the gradient from there; two gradients a step."""

import math

import numpy as np

from optim_viz import hypers
from optim_viz.claims import race
from optim_viz.rules import loss_and_gradient
from optim_viz.spec import Hyper, Interval, Look, N_, Optimizer, named


def update(theta, g, t, surface, lr, rho):
    norm = math.sqrt(np.sum(g * g))
    scale = rho / norm if norm > 0 else 0.0
    epsilon = scale * g
    _, g_sam = loss_and_gradient(surface, theta + epsilon)
    theta = theta - lr * g_sam
    return (theta,)


OPTIMIZER = Optimizer(
    key="sam",
    name="SAM",
    year=2020,
    family="beyond",
    paper="Foret et al. 2020, Sharpness-Aware Minimization for Efficiently Improving Generalization, eq. 2-3",
    url="https://arxiv.org/abs/2010.01412",
    update=update,
    hypers=named(
        hypers.lr(1e-3, hypers.WIDE),
        Hyper("rho", 0.05, N_("radius rho"), r"\rho", Interval("[0, inf)"), slider=(1e-3, 1.0), log=True),
    ),
    look=Look("#CC79A7", "square"),
    start_lr=("curvature", 0.8),
    summary=N_("Climbs rho towards the worst point nearby and descends by the slope there, so as to prefer flat minima."),
    good=N_(
        "Made for networks, where flat minima often serve new data better. On these surfaces it ends in the same wells as GD."
    ),
    bad=N_("Two gradients for each step; near a minimum it does not settle but hops about, the farther the larger rho."),
    use=N_("Image and language models, where twice the cost is worth a little better generalisation."),
    shows=(
        race(
            "s=bowl&n=500&o=sam,lr:0.5,rho:0.1",
            "gradients(sam) / steps(sam) == 2",
            "0.03 < distance(sam) < 0.035",
            "distance(sam, rho=0.2) / distance(sam) == 2",
            "distance(sam, lr=1) == 0.1",
        ),
        race(
            "s=two_wells&s.k=30&x=-1.9&y=1.1&n=500&o=sam,lr:0.02,rho:0.05&o=gd,lr:0.02",
            "share(x(sam) > 0.5, lr=[0.005, 0.01, 0.02, 0.03, 0.05, 0.066]) == 0",
            "share(x(gd) > 0.5, lr=[0.005, 0.01, 0.02, 0.03, 0.05, 0.066]) == 0",
            "share(x(sam) > 0.5, lr=[0.2, 0.3, 0.5]) == share(x(gd) > 0.5, lr=[0.2, 0.3, 0.5]) == 1",
        ),
        race(
            "s=sharp_and_flat&s.k=30&x=-2.6&n=500&o=sam,lr:0.02,rho:0.05&o=gd,lr:0.02",
            "share(x(sam) > 0.5, lr=[0.005, 0.01, 0.02, 0.03, 0.05, 0.066]) == 0",
            "share(x(gd) > 0.5, lr=[0.005, 0.01, 0.02, 0.03, 0.05, 0.066]) == 0",
            "share(x(sam) > 0.5, lr=[0.2, 0.3, 0.5]) == share(x(gd) > 0.5, lr=[0.2, 0.3, 0.5]) == 1",
        ),
    ),
    origin=N_("the paper"),
    calls={
        "optax": "optax.contrib.sam(optax.sgd({lr}), optax.chain(optax.contrib.normalize(), optax.sgd({rho})), "
        "opaque_mode=True)"
    },
    samples=({"lr": 2e-4}, {"lr": 5e-4, "rho": 0.1}, {"lr": 2e-4, "rho": 0.01}),
    tolerance=1e-9,
    why_tolerance="it divides by the norm of the gradient, which magnifies the last digits where it passes a minimum",
)
