"""SAM: a step up to the worst point nearby, and the gradient from there; two gradients a step."""

import math

import numpy as np

from optim_viz import hypers
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
    summary=N_("Climbs rho towards the worst point nearby and descends by the slope there: it shuns narrow minima."),
    good=N_("Ends in flat minima, which in networks often serve new data better."),
    bad=N_("Two gradients for each step; near a minimum it circles at a distance of about rho."),
    use=N_("Image and language models, where twice the cost is worth a little better generalisation."),
    origin=N_("the paper"),
    calls={
        "optax": "optax.contrib.sam(optax.sgd({lr}), optax.chain(optax.contrib.normalize(), optax.sgd({rho})), "
        "opaque_mode=True)"
    },
    samples=({"lr": 2e-4}, {"lr": 5e-4, "rho": 0.1}, {"lr": 2e-4, "rho": 0.01}),
    tolerance=1e-9,
    why_tolerance="it divides by the length of the gradient, which magnifies the last digits where it passes a minimum",
)
