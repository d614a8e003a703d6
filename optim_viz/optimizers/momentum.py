"""Momentum: steps add up in a buffer, the heavy ball of Polyak in the form of torch's SGD."""

from optim_viz.spec import Hyper, Interval, Look, N_, Optimizer, State, named


def update(theta, g, t, b, lr, momentum, dampening):
    # torch starts the buffer with the plain gradient, and keeps none without momentum
    b = g if t == 1 or momentum == 0 else momentum * b + (1 - dampening) * g
    theta = theta - lr * b
    return theta, b


OPTIMIZER = Optimizer(
    key="momentum",
    name="Momentum",
    year=1964,
    paper="Polyak 1964, Some methods of speeding up the convergence of iteration methods",
    url="https://doi.org/10.1016/0041-5553(64)90137-5",
    update=update,
    states=(State("b", "b"),),
    hypers=named(
        Hyper("lr", 1e-3, N_("learning rate"), r"\eta", Interval("[0, inf)"), slider=(1e-5, 10.0), log=True),
        Hyper("momentum", 0.9, N_("momentum"), r"\beta", Interval("[0, 1]"), slider=(0.0, 0.999)),
        Hyper("dampening", 0.0, N_("dampening"), r"\tau", Interval("[0, 1]"), slider=(0.0, 1.0)),
    ),
    look=Look("#E69F00", "square"),
    start_lr=("curvature", 0.2),
    summary=N_("Adds up past gradients: fast along a valley, but it overshoots and swings back."),
    torch="torch.optim.SGD(params, lr={lr}, momentum={momentum}, dampening={dampening})",
    samples=(
        {"lr": 2e-4, "momentum": 0.5},
        {"lr": 5e-4, "momentum": 0.9, "dampening": 0.9},
        {"lr": 2e-4, "momentum": 0.0, "dampening": 0.5},
    ),
)
