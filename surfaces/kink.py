"""A valley with a kink for a floor: not smooth, and its slope does not fade towards the minimum."""

from optim_viz.claims import race
from optim_viz.spec import Hyper, Interval, Minimum, N_, Surface, named


def value(x, y, k):
    return abs(x) / 2 + k * abs(y)


def gradient(x, y, k):
    # torch's slope of abs: its sign, and 0 at the kink itself, which is one of the subgradients
    slope_x = 0.5 if x > 0 else (-0.5 if x < 0 else x)
    slope_y = k if y > 0 else (-k if y < 0 else y)
    return slope_x, slope_y


def hessian(x, y, k):
    return 0.0 * x, 0.0, 0.0 * y


def curvature(k):
    # it has none; this gives steps that suit the picture
    return 10 * k


SURFACE = Surface(
    key="kink",
    name=N_("Kinked valley"),
    dim=2,
    value=value,
    gradient=gradient,
    hessian=hessian,
    params=named(Hyper("k", 2.0, N_("steepness k"), "k", Interval("[0.001, inf)"), slider=(0.5, 20.0), log=True)),
    domain=((-2.0, 2.0), (-1.5, 1.5)),
    start=(-1.7, 0.9),
    minima=(Minimum((0.0, 0.0), 0.0, "closed form: a sum of absolute values"),),
    curvature=curvature,
    corner=True,
    levels="linear",
    teaches=N_(
        "No fixed learning rate settles here, but by luck; one that shrinks does. At the kink itself 0 stands for the slope."
    ),
    shows=(
        race(
            "s=kink&s.k=2&x=-1.7&y=0.9&n=2000&o=gd,lr:0.05&o=gd,lr:0.05,schedule:cosine,t_max:2000",
            "share(crossings(gd, y) > 1000, lr=[0.0007, 0.0013, 0.003, 0.007, 0.03, 0.07]) == 1",
            "share(steps(gd2) < never, lr=[0.007, 0.03, 0.07, 0.1]) == 1",
            "loss(gd, lr=0.07) > 5 * loss(gd, lr=0.007) > 0.01",
        ),
    ),
    source=N_("closed form; L1 penalties have this kink"),
)
