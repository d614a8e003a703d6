"""RMSprop: each coordinate is divided by the running size of its own gradients."""

import math

from optim_viz.spec import Hyper, Interval, Look, N_, Optimizer, State, named


def update(theta, g, t, v, g_avg, b, lr, alpha, eps, momentum, centered):
    v = alpha * v + (1 - alpha) * g * g
    g_avg = alpha * g_avg + (1 - alpha) * g
    variance = v - g_avg * g_avg if centered else v
    b = momentum * b + g / (math.sqrt(variance) + eps)
    theta = theta - lr * b
    return theta, v, g_avg, b


OPTIMIZER = Optimizer(
    key="rmsprop",
    name="RMSprop",
    year=2012,
    paper="Tieleman & Hinton 2012, Lecture 6.5, Neural Networks for Machine Learning; centered: Graves 2013, eq. 38-45",
    url="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
    update=update,
    states=(State("v", "v"), State("g_avg", r"\bar{g}"), State("b", "b")),
    hypers=named(
        Hyper("lr", 1e-2, N_("learning rate"), r"\eta", Interval("[0, inf)"), slider=(1e-4, 1.0), log=True),
        Hyper("alpha", 0.99, N_("memory alpha"), r"\alpha", Interval("[0, 1)"), slider=(0.0, 0.999)),
        Hyper("eps", 1e-8, N_("epsilon"), r"\epsilon", Interval("[0, inf)"), slider=(1e-12, 1.0), log=True),
        Hyper("momentum", 0.0, N_("momentum"), r"\beta", Interval("[0, 1]"), slider=(0.0, 0.999)),
        Hyper("centered", 0.0, N_("centered"), r"\mathrm{centered}", Interval("[0, 1]"), kind="switch"),
    ),
    look=Look("#CC79A7", "triangle"),
    start_lr=("width", 0.0025),
    summary=N_("Gives each coordinate its own step size. Its first steps are large, and it does not settle."),
    torch="torch.optim.RMSprop(params, lr={lr}, alpha={alpha}, eps={eps}, momentum={momentum}, centered=bool({centered}))",
    samples=(
        {"lr": 1e-3, "alpha": 0.9, "eps": 1e-1},
        {"lr": 1e-3, "momentum": 0.9, "eps": 1e-2},
        {"lr": 1e-3, "alpha": 0.95, "eps": 1.0, "centered": 1.0},
    ),
)
