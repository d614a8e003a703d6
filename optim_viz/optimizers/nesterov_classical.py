"""Nesterov's momentum as it was written first: the gradient is taken at the point that looks ahead, theta stays behind it."""

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.rules import loss_and_gradient
from optim_viz.spec import Look, N_, Optimizer, State, named


def update(theta, t, surface, v, lr, momentum):
    ahead = theta + momentum * v
    _, g = loss_and_gradient(surface, ahead)
    v = momentum * v - lr * g
    theta = theta + v
    return theta, v


OPTIMIZER = Optimizer(
    key="nesterov_classical",
    name="Nesterov (classical)",
    year=1983,
    family="momentum",
    paper="Nesterov 1983, A method for solving the convex programming problem with convergence rate O(1/k^2); "
    "in this form Sutskever et al. 2013, On the importance of initialization and momentum, eq. 3-4",
    url="https://proceedings.mlr.press/v28/sutskever13.html",
    update=update,
    states=(State("v", "v", velocity=1),),
    hypers=named(hypers.lr(1e-3, hypers.WIDE), hypers.momentum(allowed="[0, 1]")),
    look=Look("#D55E00", "circle"),
    start_lr=("curvature", 0.2),
    stability=stability.NESTEROV,
    summary=N_("The same steps as Nesterov in the libraries, seen from the other point: theta, not the point ahead of it."),
    good=N_("Says plainly what Nesterov's momentum does: go on with the momentum, look at the slope there, correct."),
    bad=N_("It needs the gradient at another point than theta; libraries therefore keep that point in theta's place."),
    use=N_("In papers and proofs. Beside the libraries' form it shows that one algorithm can leave two trails of dots."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=300&o=nesterov,lr:0.01&o=nesterov_classical,lr:0.01",
            "stride(nesterov, 1) / stride(nesterov_classical, 1) == 1.9",
            "x(nesterov, 50) == x(nesterov_classical, 50) + 0.9 * (x(nesterov_classical, 50) - x(nesterov_classical, 49))",
            "y(nesterov, 10) == y(nesterov_classical, 10) + 0.9 * (y(nesterov_classical, 10) - y(nesterov_classical, 9))",
        ),
    ),
    origin="Sutskever 2013",
    samples=({"lr": 2e-4, "momentum": 0.5}, {"lr": 5e-4}, {"lr": 2e-4, "momentum": 0.95}),
)
