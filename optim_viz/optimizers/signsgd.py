"""signSGD: the sign of each gradient and nothing else; every step has the same length in every coordinate."""

from optim_viz import hypers
from optim_viz.claims import race
from optim_viz.spec import Look, N_, Optimizer, named


def update(theta, g, t, lr):
    sign = 1.0 if g > 0 else (-1.0 if g < 0 else g)
    theta = theta - lr * sign
    return (theta,)


OPTIMIZER = Optimizer(
    key="signsgd",
    name="signSGD",
    year=2018,
    family="descent",
    paper="Bernstein et al. 2018, signSGD: Compressed Optimisation for Non-Convex Problems, Algorithm 1",
    url="https://arxiv.org/abs/1802.04434",
    update=update,
    hypers=named(hypers.lr(1e-3)),
    look=Look("#0072B2", "triangle"),
    start_lr=("width", 0.005),
    summary=N_("Only the sign of each gradient counts: every step goes the learning rate far in each coordinate."),
    good=N_("Knows no steep or flat, and sends one bit per coordinate from machine to machine."),
    bad=N_("Never settles while the learning rate stays: near the minimum it hops to and fro."),
    use=N_("Where sending gradients is expensive, and to understand Adam and Lion, which are close to it."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=1000&o=signsgd,lr:0.02",
            "stride(signsgd, 1, x) / lr(signsgd) == stride(signsgd, 1, y) / lr(signsgd) == 1",
            "stride(signsgd, 50, x) / lr(signsgd) == 1",
            "share(crossings(signsgd, y) > 500, lr=[0.007, 0.013, 0.03, 0.07]) == 1",
            "stride(signsgd, 1000, y) / lr(signsgd) == 1",
        ),
    ),
    origin="Optax",
    calls={"optax": "optax.sign_sgd({lr})"},
    samples=({"lr": 1e-2}, {"lr": 3e-3}, {"lr": 2e-4}),
)
