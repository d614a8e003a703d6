"""Gradient descent: one step down the slope, and nothing to remember."""

from optim_viz import hypers, stability
from optim_viz.claims import race
from optim_viz.spec import Look, N_, Optimizer, Variant, named


def update(theta, g, t, lr):
    theta = theta - lr * g
    return (theta,)


OPTIMIZER = Optimizer(
    key="gd",
    name="GD",
    year=1847,
    family="descent",
    paper="Cauchy 1847, Méthode générale pour la résolution des systèmes d'équations simultanées",
    url="https://gallica.bnf.fr/ark:/12148/bpt6k2982c/f540",
    update=update,
    hypers=named(hypers.lr(1e-3, hypers.WIDE)),
    look=Look("#0072B2", "circle"),
    start_lr=("curvature", 0.8),
    stability=stability.PLAIN,
    summary=N_(
        "Steps straight down the slope. In a ravine it is quickest where it zigzags, and even then slow along the floor."
    ),
    good=N_("Simple and predictable: on a bowl it converges for every learning rate below 2 over the curvature."),
    bad=N_("One learning rate for all directions: what the steep one still allows is far too small for the flat one."),
    use=N_("As a yardstick, and on small convex problems. With batches it is SGD, the start of everything else."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=300&o=gd,lr:0.038",
            "best_lr(gd) == 0.038",
            "crossings(gd, y) == n()",
            "steps(gd) == fewest(gd) == 96",
            "least(steps(gd), lr=[0.001, 0.002, 0.005, 0.01, 0.015, 0.019, 0.02]) > 1.8 * fewest(gd)",
            "crossings(gd, y, lr=0.019) == 0",
            "fewest(gd, condition=1) == 1",
        ),
        race(
            "s=bowl&n=300&o=gd",
            "1.99 < limit(gd) < 2.01",
            "share(steps(gd) < never, lr=[0.05, 0.1, 0.5, 1, 1.5, 1.9, 1.95]) == 1",
            "share(steps(gd) < never, lr=[2, 2.01, 2.1, 3]) == 0",
        ),
    ),
    calls={"torch": "torch.optim.SGD(params, lr={lr})", "optax": "optax.sgd({lr})"},
    samples=({"lr": 2e-4}, {"lr": 5e-4}, {"lr": 8e-4}),
    variants=(
        Variant(
            "keras",
            "Keras",
            N_("A learning rate of 0.01 by default; weight decay is taken off theta and not added to the gradient."),
            defaults={"lr": 0.01},
            decay="decoupled",
            calls={"keras": "keras.optimizers.SGD(learning_rate={lr})"},
            samples=({"lr": 2e-4}, {"lr": 5e-4}, {"lr": 8e-4}),
        ),
        Variant(
            "tinynn",
            "tinynn",
            N_("A learning rate of 0.01 by default; weight decay is taken off theta, times the learning rate."),
            defaults={"lr": 0.01},
            decay="decoupled",
        ),
        Variant(
            "handwritten",
            N_("hand-written code"),
            N_("Weight decay is taken off theta as it is, not times the learning rate."),
            decay="direct",
        ),
    ),
)
