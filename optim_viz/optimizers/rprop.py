"""Rprop: a step size for each coordinate that grows while the sign of the gradient stays and shrinks when it turns."""

from optim_viz import hypers
from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Look, N_, Optimizer, State, Variant, named


def update(theta, g, t, g_prev, step, lr, eta_minus, eta_plus, step_min, step_max):
    same = g * g_prev
    factor = eta_plus if same > 0 else (eta_minus if same < 0 else 1.0)
    step = min(max(step * factor, step_min), step_max)
    g = 0.0 if same < 0 else g  # after a turn it waits for one step
    sign = 1.0 if g > 0 else (-1.0 if g < 0 else g)
    theta = theta - step * sign
    g_prev = g
    return theta, g_prev, step


def optax(theta, g, t, waiting, step, lr, eta_minus, eta_plus, step_min, step_max):
    same = g * waiting
    factor = eta_plus if same > 0 else eta_minus
    step = step if same == 0 else min(max(step * factor, step_min), step_max)
    late = 0.0 if same < 0 else waiting  # the step of the iteration before
    sign = 1.0 if g > 0 else (-1.0 if g < 0 else g)
    waiting = 0.0 if same < 0 else step * sign
    theta = theta - late
    return theta, waiting, step


OPTIMIZER = Optimizer(
    key="rprop",
    name="Rprop",
    year=1993,
    family="adaptive",
    paper="Riedmiller & Braun 1993, A direct adaptive method for faster backpropagation learning: the RPROP algorithm; "
    "this form, Rprop-, without stepping back: Igel & Hüsken 2000",
    url="https://doi.org/10.1109/ICNN.1993.298623",
    update=update,
    states=(State("g_prev", r"g_{t-1}"), State("step", r"\Delta", initial="lr")),
    hypers=named(
        hypers.lr(1e-2),
        Hyper("eta_minus", 0.5, N_("shrink by"), r"\eta^-", Interval("(0, 1)"), slider=(0.1, 0.99)),
        Hyper("eta_plus", 1.2, N_("grow by"), r"\eta^+", Interval("(1, inf)"), slider=(1.01, 2.0)),
        Hyper("step_min", 1e-6, N_("least step"), r"\Delta_{\min}", Interval("[0, inf)"), slider=(1e-9, 1.0), log=True),
        Hyper("step_max", 50.0, N_("longest step"), r"\Delta_{\max}", Interval("(0, inf)"), slider=(1e-3, 100.0), log=True),
    ),
    look=Look("#CC79A7", "circle"),
    start_lr=("width", 0.005),
    summary=N_(
        "Only signs count. A step grows while the slope keeps its sign, and is halved when it turns. lr is only the first step."
    ),
    good=N_("Finds its own step size for each coordinate, and settles: each turn halves the step."),
    bad=N_("Needs the full gradient: with the noise of batches signs turn for no reason."),
    use=N_("Small networks trained on all data at once. RMSprop is its heir for batches."),
    shows=(
        race(
            "s=ravine&s.condition=50&n=300&o=rprop&o=gd,lr:0.02",
            "steady(rprop, 1) == lr(rprop)",
            "steady(rprop, 2) / steady(rprop, 1) == 1.2",
            "steady(rprop, 3) / steady(rprop, 2) == 1.2",
            "step_after(rprop, 0, 1, 1, -1) == 0",
            "step_after(rprop, 0, 1, 1, -1, -1) / step_after(rprop, 0, 1, 1) == 0.5",
            "share(steps(rprop) < never, lr=[0.0001, 0.001, 0.01, 0.1, 1]) == 1",
            "loss(rprop) < 1e-10",
            "median(loss(rprop, noise=1), seed=(0, 99)) > 2 * median(loss(gd, noise=1), seed=(0, 99))",
            "share(steps(rprop, noise=1) < never, seed=(0, 99)) < 0.1",
        ),
    ),
    calls={
        "torch": "torch.optim.Rprop(params, lr={lr}, etas=({eta_minus}, {eta_plus}), step_sizes=({step_min}, {step_max}))",
    },
    without=("schedule",),  # the rate is only the first step
    samples=({"lr": 0.1}, {"lr": 0.05, "eta_minus": 0.7, "eta_plus": 1.1}, {"lr": 0.02, "step_max": 0.05, "step_min": 1e-4}),
    variants=(
        Variant(
            "optax",
            "Optax",
            N_("Each step is taken one iteration late, found by comparing: the first one does not move."),
            update=optax,
            states=(State("waiting", "w"), State("step", r"\Delta", initial="lr")),
            calls={
                "optax": "optax.rprop({lr}, eta_minus={eta_minus}, eta_plus={eta_plus}, min_step_size={step_min}, "
                "max_step_size={step_max})"
            },
        ),
    ),
)
