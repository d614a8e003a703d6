"""How to choose an optimizer: questions, advice, and claims that anyone can check, each a race by its link.

A claim that its picture does not bear out says so.
"""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from optim_viz.claims import Picture, showing
from optim_viz.spec import N_

_shows = partial(showing, "race")

Verdict = Literal["holds", "fails", "unseen"]
VERDICTS: dict[Verdict, str] = {
    "holds": N_("The picture bears it out."),
    "fails": N_("The picture does not bear it out."),
    "unseen": N_("No picture here can show it."),
}


@dataclass(frozen=True)
class Claim:
    """``picture`` shows what ``verdict`` and ``why`` say; None where nothing can be shown. ``why`` goes on where the verdict
    alone would not do; ``besides`` are other pictures that it speaks of.
    """

    key: str
    text: str
    verdict: Verdict
    picture: Picture | None = None
    why: str = ""
    besides: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Question:
    key: str
    question: str
    advice: str
    claims: tuple[Claim, ...]


QUESTIONS = (
    Question(
        "smooth",
        N_("All data at once, and a smooth loss?"),
        N_("L-BFGS; Newton where second derivatives are at hand."),
        (
            Claim(
                "lbfgs",
                N_("L-BFGS needs a few dozen iterations of some two gradients each where Adam needs hundreds of steps."),
                "holds",
                _shows(
                    "s=rosenbrock&n=1000&o=lbfgs,lr:1&o=newton,lr:1&o=adam,lr:0.05&o=gd,lr:0.001",
                ),
            ),
        ),
    ),
    Question(
        "batches",
        N_("Batches, so that every gradient is noisy?"),
        N_("Adam, or SGD with momentum, and a schedule that lets the learning rate shrink. Not L-BFGS, not Rprop."),
        (
            Claim(
                "schedule",
                N_("A fixed learning rate hovers about the minimum; one that shrinks along a cosine ends nearer to it."),
                "holds",
                _shows(
                    "s=ravine&n=500&o=gd,lr:0.02,noise:1&o=gd,lr:0.02,noise:1,schedule:cosine"
                "&o=adam,lr:0.1,noise:1&o=adam,lr:0.1,noise:1,schedule:cosine",
                ),
            ),
        ),
    ),
    Question(
        "ravine",
        N_("Much steeper one way than another?"),
        N_("Momentum or Nesterov; Adam where steep and flat lie along the coordinates."),
        (
            Claim(
                "momentum",
                N_("Momentum takes fewer steps through a ravine than GD with a larger learning rate; Nesterov fewer still."),
                "holds",
                _shows(
                    "s=ravine&s.condition=50&n=300&o=gd,lr:0.038&o=momentum,lr:0.01&o=nesterov,lr:0.01",
                ),
            ),
            Claim(
                "turned",
                N_("A step size for each coordinate makes every ravine easy."),
                "fails",
                _shows(
                    "s=ravine&s.condition=50&s.rotation=45&n=500&o=adam,lr:0.1&o=momentum,lr:0.01",
                ),
                N_("Turned by 45 degrees, the same ravine costs Adam four times as many steps; Momentum hardly notices."),
            ),
        ),
    ),
    Question(
        "sparse",
        N_("Features that are rarely there?"),
        N_("AdaGrad: a coordinate that seldom has a gradient still takes large steps when it has one."),
        (
            Claim(
                "rare",
                N_("AdaGrad serves rare features."),
                "unseen",
                why=N_("On these surfaces every coordinate has a gradient at every step; it takes sparse data to show it."),
            ),
            Claim(
                "stalls",
                N_("Its price: the sum only grows, so it slows down for ever where RMSprop goes on."),
                "holds",
                _shows(
                    "s=rosenbrock&n=2000&o=adagrad,lr:0.2&o=rmsprop,lr:0.01",
                ),
            ),
        ),
    ),
    Question(
        "tuning",
        N_("No time to tune the learning rate?"),
        N_("Adam; 0.001 is the usual start for networks. Forgiving is not immune: try three values all the same."),
        (
            Claim(
                "forgiving",
                N_("Adam arrives with 0.02, 0.2 and 2. GD creeps with 0.004, swings for ever with 0.04 and leaves with 0.4."),
                "holds",
                _shows(
                    "s=ravine&s.condition=50&n=300&o=gd,lr:0.004&o=gd,lr:0.04&o=gd,lr:0.4&o=adam,lr:0.02&o=adam,lr:0.2&o=adam,lr:2",
                ),
            ),
            Claim(
                "immune",
                N_("So Adam needs no tuning."),
                "fails",
                _shows(
                    "s=rosenbrock&n=1000&o=adam,lr:0.005&o=adam,lr:0.05&o=adam,lr:0.5",
                ),
                N_("In a curved valley the shortest of three learning rates is still on the way when the others have arrived."),
            ),
        ),
    ),
    Question(
        "decay",
        N_("Weights that should stay small?"),
        N_("AdamW."),
        (
            Claim(
                "adamw",
                N_("The same weight decay pulls harder in AdamW: Adam divides it like the gradient."),
                "holds",
                _shows(
                    "s=rosenbrock&n=2000&o=adam,lr:0.05,weight_decay:1&o=adamw,lr:0.05,weight_decay:1",
                ),
            ),
        ),
    ),
    Question(
        "flat",
        N_("Stuck where the slope vanishes?"),
        N_("Momentum first, then Adam."),
        (
            Claim(
                "saddle",
                N_("Whoever has a step size for each coordinate leaves a saddle soonest."),
                "fails",
                _shows(
                    "s=saddle&x=-1.5&y=0.001&n=300&o=gd,lr:0.05&o=momentum,lr:0.02&o=rmsprop,lr:0.01&o=adam,lr:0.05",
                ),
                N_("With these learning rates Momentum is first and RMSprop last."),
            ),
        ),
    ),
    Question(
        "wide",
        N_("Should it be a wide minimum?"),
        N_("SAM, at two gradients a step."),
        (
            Claim(
                "sam",
                N_("SAM leaves narrow minima for wide ones."),
                "fails",
                _shows(
                    "s=two_wells&n=300&o=gd,lr:0.02&o=sam,lr:0.02",
                ),
                N_("In the narrow well it does not settle, but it stays. What serves networks is not seen in two numbers."),
            ),
        ),
    ),
)  # fmt: skip
