"""The hyperparameters that many optimizers share, so that a name means the same slider everywhere."""

from optim_viz.spec import Hyper, Interval, N_

_NOT_NEGATIVE = Interval("[0, inf)")


def lr(default: float, slider: tuple[float, float] = (1e-4, 1.0)) -> Hyper:
    """The learning rate. Where it is measured in 1 / curvature rather than in lengths: ``WIDE``."""
    return Hyper("lr", default, N_("learning rate"), r"\eta", _NOT_NEGATIVE, slider=slider, log=True)


WIDE = (1e-5, 10.0)


def momentum(default: float = 0.9, allowed: str = "[0, 1]") -> Hyper:
    least = 0.0 if allowed.startswith("[") else 0.01
    return Hyper("momentum", default, N_("momentum"), r"\beta", Interval(allowed), slider=(least, 0.999))


def dampening(default: float = 0.0) -> Hyper:
    return Hyper("dampening", default, N_("dampening"), r"\tau", Interval("[0, 1]"), slider=(0.0, 1.0))


def beta1(default: float = 0.9, allowed: str = "[0, 1)") -> Hyper:
    least = 0.0 if allowed.startswith("[") else 0.01
    return Hyper("beta1", default, "beta1", r"\beta_1", Interval(allowed), slider=(least, 0.999))


def beta2(default: float = 0.999) -> Hyper:
    return Hyper("beta2", default, "beta2", r"\beta_2", Interval("[0, 1)"), slider=(0.0, 0.9999))


def rho(default: float = 0.9) -> Hyper:
    return Hyper("rho", default, N_("decay rate rho"), r"\rho", Interval("[0, 1)"), slider=(0.0, 0.999))


def eps(default: float = 1e-8) -> Hyper:
    return Hyper("eps", default, N_("epsilon"), r"\epsilon", _NOT_NEGATIVE, slider=(1e-16, 1.0), log=True)


def eps_root(default: float = 0.0) -> Hyper:
    return Hyper(
        "eps_root", default, N_("epsilon in the root"), r"\epsilon_{\sqrt{}}", _NOT_NEGATIVE, slider=(1e-16, 1.0), log=True
    )  # fmt: skip


def weight_decay(default: float) -> Hyper:
    return Hyper("weight_decay", default, N_("weight decay"), r"\lambda", _NOT_NEGATIVE, slider=(0.0, 1.0))


def switch(name: str, label: str, default: float = 0.0) -> Hyper:
    return Hyper(name, default, label, rf"\text{{{name.replace('_', ' ')}}}", Interval("[0, 1]"), kind="switch")
