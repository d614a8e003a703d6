"""How to choose an optimizer: questions, advice, and claims that anyone can check, each with a picture by its link.

A claim that its picture does not bear out says so.
"""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from optim_viz.claims import Picture, showing
from optim_viz.spec import N_

_race, _lab = partial(showing, "race"), partial(showing, "regression")

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
                N_("Where Adam needs hundreds of steps, L-BFGS needs a few dozen, with about two gradients each."),
                "holds",
                _race(
                    "s=rosenbrock&n=1000&o=lbfgs,lr:1&o=newton,lr:1&o=adam,lr:0.9",
                    "steps(newton) < 10",
                    "35 == steps(lbfgs) < steps(adam) == 307",
                    "fewest(adam) > 0.95 * steps(adam)",
                    "2 <= least(gradients(lbfgs) / steps(lbfgs), x=[-1.8, -1.2, -0.6, 0.5, 1.7], y=[-0.5, 0.5, 1, 2])",
                    "most(gradients(lbfgs) / steps(lbfgs), x=[-1.8, -1.2, -0.6, 0.5, 1.7], y=[-0.5, 0.5, 1, 2]) < 2.5",
                    "10 == least(steps(lbfgs), x=[-1.8, -1.2, -0.6, 0.5, 1.7], y=[-0.5, 0.5, 1, 2])",
                    "38 == most(steps(lbfgs), x=[-1.8, -1.2, -0.6, 0.5, 1.7], y=[-0.5, 0.5, 1, 2])",
                    "111 == least(fewest(adam), x=[-1.8, -1.2, -0.6, 0.5, 1.7], y=[-0.5, 0.5, 1, 2])",
                    "median(fewest(adam), x=[-1.8, -1.2, -0.6, 0.5, 1.7], y=[-0.5, 0.5, 1, 2]) > 250",
                ),
                N_(
                    "Here 35, and Adam 307. From twenty other starts 10 to 38; Adam, each time at its best learning rate, "
                    "takes at least 111, and mostly more than 250."
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
                N_(
                    "A fixed learning rate hovers about the minimum; one that shrinks along a cosine usually ends nearer to "
                    "it."
                ),
                "holds",
                _race(
                    "s=ravine&n=500&o=momentum,lr:0.002,noise:1,seed:7&o=momentum,lr:0.002,noise:1,seed:7,schedule:cosine"
                    "&o=adam,lr:0.1,noise:1,seed:7&o=adam,lr:0.1,noise:1,seed:7,schedule:cosine",
                    "steps(momentum2) < steps(momentum) == never",
                    "steps(adam2) < steps(adam) == never",
                    "least(share(loss(momentum2) < loss(momentum), seed=(0, 199)), lr=[0.002, 0.003, 0.005, 0.01]) > 0.8",
                    "least(share(loss(adam2) < loss(adam), seed=(0, 199)), lr=[0.05, 0.1, 0.2, 0.3, 0.5]) > 0.8",
                    "least(median(loss(momentum), seed=(0, 199)) / median(loss(momentum2), seed=(0, 199)),"
                    " lr=[0.002, 0.003, 0.005, 0.01]) > 5",
                    "least(median(loss(adam), seed=(0, 199)) / median(loss(adam2), seed=(0, 199)),"
                    " lr=[0.05, 0.1, 0.2, 0.3, 0.5]) > 5",
                    "share(loss(momentum2) < loss(momentum), lr=[0.0005], seed=(0, 199)) == 0",
                    "share(steps(momentum2) < never, lr=[0.0005], seed=(0, 199)) == 0",
                ),
                N_(
                    "For Momentum from 0.002 to 0.01 and for Adam from 0.05 to 0.5: in more than four seeds out of five, and "
                    "with less than a fifth of the median loss. It can shrink too soon: at 0.0005 Momentum is stopped on the "
                    "way, and farther off."
                ),
            ),
            Claim(
                "rprop",
                N_("Rprop arrives in fewer than 30 steps without noise, and it hardly ever arrives with it."),
                "holds",
                _race(
                    "s=ravine&n=500&o=rprop&o=rprop,noise:1,seed:7&o=momentum,lr:0.002,noise:1,seed:7,schedule:cosine",
                    "steps(rprop) < 30",
                    "most(steps(rprop), x=[-1.8, -1.2, -0.6, 0.5, 1, 1.7], y=[-1.1, -0.5, 0.3, 0.9]) < 30",
                    "steps(momentum) < steps(rprop2) == never",
                    "share(steps(rprop2) < never, seed=(0, 99)) < 0.05",
                    "share(steps(rprop2) < never, seed=(0, 49), x=[-1.8, -0.6, 0.5, 1.7], y=[-1.1, -0.5, 0.3, 0.9]) < 0.03",
                    "share(loss(momentum) < loss(rprop2), seed=(0, 49),"
                    " x=[-1.8, -0.6, 0.5, 1.7], y=[-1.1, -0.5, 0.3, 0.9]) > 0.9",
                    "share(steps(momentum) < never, seed=(0, 99)) > 0.5",
                    "share(loss(momentum) < loss(rprop2), seed=(0, 99)) > 0.9",
                ),
                N_(
                    "It goes by the sign of the gradient, which noise turns, and has no learning rate to shrink. L-BFGS "
                    "compares losses on its way and cannot be run with noise here at all."
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
                N_("Momentum takes a fraction of GD's steps through a steep ravine, each at its best learning rate."),
                "holds",
                _race(
                    "s=ravine&s.condition=1000&n=2000&o=gd,lr:0.0019&o=momentum,lr:0.0025&o=nesterov,lr:0.0013",
                    "1900 < steps(gd) == fewest(gd)",
                    "130 == steps(momentum) == fewest(momentum)",
                    "258 == steps(nesterov) == fewest(nesterov)",
                    "14.5 < steps(gd) / steps(momentum) < 15.5",
                    "share(fewest(momentum) < fewest(gd) / 12, x=[-1.8, 1], y=[-1, 0.3, 0.8]) == 1",
                ),
                N_(
                    "A fifteenth here. Nesterov's 258 steps are more than Momentum's 130; at a condition number of 50 it is 47 "
                    "to 88: neither is always ahead."
                ),
                (
                    _race(
                        "s=ravine&s.condition=50&n=300&o=gd,lr:0.038&o=momentum,lr:0.0036&o=nesterov,lr:0.0049",
                        "47 == fewest(nesterov) < fewest(momentum) == 88",
                        "fewest(momentum) < fewest(gd)",
                    ),
                ),
            ),
            Claim(
                "turned",
                N_("A step size for each coordinate makes every ravine easy."),
                "fails",
                _race(
                    "s=ravine&s.condition=1000&s.rotation=45&n=400&o=adam,lr:3&o=momentum,lr:0.002",
                    "1.8 < steps(adam) / steps(momentum) < 2",
                    "least(steps(adam), lr=[0.1, 0.3, 0.5, 1, 2, 2.5, 2.8, 3, 3.2, 3.5, 4, 5, 7, 10]) > 0.99 * steps(adam)",
                    "share(steps(adam) > steps(momentum), x=[-1.8, -1.2, -0.6, 0.5, 1, 1.7], y=[-1.1, -0.5, 0.3, 0.9]) == 1",
                    "steps(adam, rotation=0) < steps(momentum, rotation=0)",
                    "fewest(adam, rotation=0) < fewest(momentum, rotation=0)",
                ),
                N_(
                    "Turned by 45 degrees this ravine costs Adam nearly twice Momentum's steps, even at its best learning "
                    "rate. Along the coordinates Adam is ahead."
                ),
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
                "holds",
                _lab(
                    "d=sparse_features&d.share=0.01&m=origin&e=1&x=0,0&seeds=50"
                    "&o=gd,batch:5,lr:0.8&o=adagrad,batch:5,lr:2.5&o=adam,batch:5,lr:0.45",
                    "above(adagrad) < above(adam) / 3",
                    "above(adam) < above(gd) / 3",
                    "loss(gd) == least(loss(gd), lr=[0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2])",
                    "loss(adagrad) == least(loss(adagrad), lr=[0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5])",
                    "loss(adam) == least(loss(adam), lr=[0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 1])",
                    "1.55 < weight(gd, 1) < 1.65",
                    "2.85 < weight(adagrad, 1) < 2.95",
                    "2.85 < weight(adam, 1) < 2.95",
                    "share(loss(adagrad) < loss(adam), seed=(1, 20)) == 1",  # with other data
                    "share(loss(adam) < loss(gd), seed=(1, 20)) == 1",
                ),
                N_(
                    "Where they are rare enough: in one epoch with 1 % of the samples, each at its best learning rate, plain "
                    "descent gets the weight to 1.6 of 3, Adam and AdaGrad to 2.9, and AdaGrad's loss is the least. With 4 % "
                    "and ten epochs all get there."
                ),
                (
                    _lab(
                        "d=sparse_features&d.share=0.04&m=origin&e=10&x=0,0&seeds=50"
                        "&o=gd,batch:5,lr:0.2&o=adagrad,batch:5,lr:0.5&o=adam,batch:5,lr:0.07",
                        "weight(gd, 1) > 2.95",
                        "weight(adagrad, 1) > 2.95",
                        "weight(adam, 1) > 2.95",
                        "above(gd) < 0.0004",
                        "above(adagrad) < 0.0004",
                        "above(adam) < 0.0004",
                    ),
                ),
            ),
            Claim(
                "stalls",
                N_("Its price: the sum only grows, so it slows down for ever where RMSprop goes on."),
                "fails",
                _race(
                    "s=rosenbrock&n=2000&o=adagrad,lr:0.2&o=rmsprop,lr:0.01",
                    "stride(adagrad, 2000) < stride(adagrad, 1200) < stride(adagrad, 400) < stride(adagrad, 1) / 100",
                    "9 < loss(adagrad) / loss(rmsprop) < 10",
                    "loss(adagrad, lr=2) < loss(rmsprop)",
                    "loss(adagrad, n=5000) < loss(rmsprop, n=5000) / 4",
                    "0.9 < loss(rmsprop, n=5000) / loss(rmsprop) < 1.1",
                    "oscillates(rmsprop, n=5000) == 1",
                ),
                N_(
                    "Its steps do shrink, and here it ends nine times as high as RMSprop. But with a learning rate of 2 it "
                    "ends lower, and so it does after 5,000 steps: by then RMSprop, whose steps do not shrink, oscillates and "
                    "comes no nearer."
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
                N_(
                    "Adam arrives with 0.02, 0.2 and 2. GD creeps with 0.004, oscillates for ever with 0.04, diverges with "
                    "0.4."
                ),
                "holds",
                _race(
                    "s=ravine&s.condition=50&n=300&o=gd,lr:0.004&o=gd,lr:0.04&o=gd,lr:0.4"
                    "&o=adam,lr:0.02&o=adam,lr:0.2&o=adam,lr:2",
                    "running(gd) == 1",
                    "oscillates(gd2) == 1",
                    "crossings(gd2, y) == n()",
                    "diverges(gd3) < never",
                    "steps(adam2) < steps(adam3) < steps(adam) < never",
                    "share(steps(gd) < never, lr=[0.0123, 0.015, 0.02, 0.03, 0.035, 0.038, 0.039, 0.0395]) == 1",
                    "share(steps(gd) < never, lr=[0.001, 0.005, 0.01, 0.012, 0.0122, 0.0398, 0.04, 0.05]) == 0",
                    "3 < 0.0395 / 0.0123 < 3.5",
                    "share(steps(adam) < never, lr=[0.012, 0.02, 0.03, 0.05, 0.1, 0.3, 1, 3, 10, 30, 100]) == 1",
                ),
                N_("Within 300 steps GD arrives from 0.0123 to 0.0395, a factor of three; Adam from 0.012 to 100 and beyond."),
            ),
            Claim(
                "immune",
                N_("So Adam needs no tuning."),
                "fails",
                _race(
                    "s=rosenbrock&n=1000&o=adam,lr:0.005&o=adam,lr:0.05&o=adam,lr:0.5",
                    "running(adam) == 1",
                    "steps(adam3) < steps(adam2) < never",
                    "20 * share(steps(adam) < never, x=[-1.8, -1.2, -0.6, 0.5, 1.7], y=[-0.5, 0.5, 1, 2]) == 0",
                    "20 * share(steps(adam2) < never, x=[-1.8, -1.2, -0.6, 0.5, 1.7], y=[-0.5, 0.5, 1, 2]) == 3",
                    "20 * share(steps(adam3) < never, x=[-1.8, -1.2, -0.6, 0.5, 1.7], y=[-0.5, 0.5, 1, 2]) == 17",
                ),
                N_(
                    "In a curved valley the smallest of three learning rates is still on the way when the others have arrived."
                    " From twenty other starts it never arrives in 1,000 steps, the next in 3, the largest in 17."
                ),
            ),
        ),
    ),
    Question(
        "decay",
        N_("Weights that should stay small?"),
        N_("AdamW is the usual choice for networks. It is not Adam with an L2 penalty: its decay has to be tuned anew."),
        (
            Claim(
                "adamw",
                N_("The same weight decay pulls harder in AdamW, which does not divide it like the gradient."),
                "fails",
                _race(
                    "s=booth&n=5000&o=gd,lr:0.02,weight_decay:0.1"
                    "&o=adam,lr:0.2,weight_decay:0.1&o=adamw,lr:0.2,weight_decay:0.1",
                    "0.01 < distance(adamw) < 0.6 * distance(adam)",
                    "distance(adamw, 500) > 4 * distance(adam, 500)",
                    "-1e-6 < x(adam) - x(gd) < 1e-6",
                    "-1e-6 < y(adam) - y(gd) < 1e-6",
                ),
                N_(
                    "It pulls differently. L2 draws Adam off the minimum as far as it draws GD, and keeps it there. AdamW is "
                    "farther off at first and nearer in the end; with five times the decay it stays farther off."
                ),
                (
                    _race(
                        "s=booth&n=5000&o=gd,lr:0.02,weight_decay:0.5"
                        "&o=adam,lr:0.2,weight_decay:0.5&o=adamw,lr:0.2,weight_decay:0.5",
                        "distance(adamw) > 4 * distance(adam)",
                        "-1e-6 < x(adam) - x(gd) < 1e-6",
                        "-1e-6 < y(adam) - y(gd) < 1e-6",
                    ),
                ),
            ),
            Claim(
                "networks",
                N_("With AdamW networks do better on new data than with L2."),
                "unseen",
                why=N_("That takes a network of many weights, and data that were held out of the training."),
            ),
        ),
    ),
    Question(
        "flat",
        N_("Stuck where the slope vanishes?"),
        N_("At a saddle a step size for each coordinate, as Adam has it; on flat ground momentum."),
        (
            Claim(
                "saddle",
                N_("Methods with a step size for each coordinate leave a saddle soonest."),
                "holds",
                _race(
                    "s=saddle&x=-1.5&y=0.001&n=300&o=gd,lr:0.05&o=momentum,lr:0.02&o=rmsprop,lr:0.01&o=adam,lr:0.05",
                    "beyond(rmsprop, y, 0.5) == 7",
                    "beyond(adam, y, 0.5) == 11",
                    "beyond(momentum, y, 0.5) == 42",
                    "beyond(gd, y, 0.5) == 67",
                    "share(beyond(rmsprop, y, 0.5) < beyond(adam, y, 0.5), lr=[0.01, 0.02, 0.05, 0.1, 0.2]) == 1",
                    "share(beyond(adam, y, 0.5) < beyond(momentum, y, 0.5), lr=[0.01, 0.02, 0.05, 0.1, 0.2]) == 1",
                    "share(beyond(momentum, y, 0.5) < beyond(gd, y, 0.5), lr=[0.01, 0.02, 0.05, 0.1, 0.2]) == 1",
                    "share(beyond(rmsprop, y, 0.5) < beyond(adam, y, 0.5), x=[-1.5, -1, 0.5], y=[0.0001, 0.001, 0.01]) == 1",
                    "share(beyond(adam, y, 0.5) < beyond(momentum, y, 0.5), x=[-1.5, -1, 0.5], y=[0.0001, 0.001, 0.01]) == 1",
                    "share(beyond(momentum, y, 0.5) < beyond(gd, y, 0.5), x=[-1.5, -1, 0.5], y=[0.0001, 0.001, 0.01]) == 1",
                    "steps(adam) < steps(gd) < steps(momentum) < steps(rmsprop) < never",
                ),
                N_(
                    "RMSprop is half a unit off the ridge at step 7, Adam at 11, Momentum at 42, GD at 67; one learning rate "
                    "for all, from 0.01 to 0.2, leaves the order as it is. To arrive is another matter: there Adam is first "
                    "and RMSprop last."
                ),
            ),
            Claim(
                "shelf",
                N_("Momentum rolls over a shelf on which others stall."),
                "holds",
                _race(
                    "s=shelf&n=300&o=gd,lr:0.05&o=momentum,lr:0.05&o=rmsprop,lr:0.05&o=adam,lr:0.05",
                    "stalls(gd) + stalls(rmsprop) + stalls(adam) == 3",
                    "steps(momentum) < never",
                    "share(steps(momentum) < never, x=[2.5, 2.7, 2.9, 3.1, 3.3, 3.5, 3.7]) == 1",
                    "share(steps(gd) < never, x=[2.5, 2.7, 2.9, 3.1, 3.3, 3.5, 3.7]) == 0",
                    "share(steps(rmsprop) < never, x=[2.5, 2.7, 2.9, 3.1, 3.3, 3.5, 3.7]) == 0",
                    "share(stalls(adam) == 1, x=[3.1, 3.3, 3.5, 3.7]) == 1",
                    "share(steps(adam) < never, x=[2.5, 2.7, 2.9]) == 1",
                    "share(steps(momentum) < never, lr=[0.02, 0.03, 0.05, 0.07, 0.1, 0.2]) == 1",
                    "steps(adam, lr=0.2) < never",
                    "steps(gd, lr=0.3) < never",
                ),
                N_(
                    "With 0.05 for all; from 2.9 or nearer Adam, which has a momentum too, rolls over it as well. Steps "
                    "that are long enough leap over it: Adam's with 0.2, GD's with 0.3."
                ),
            ),
        ),
    ),
    Question(
        "wide",
        N_("Should it be a wide minimum?"),
        N_("SAM is made for it, at two gradients a step. No picture here shows that it works."),
        (
            Claim(
                "sam",
                N_("SAM leaves narrow minima for wide ones."),
                "fails",
                _race(
                    "s=two_wells&n=300&o=gd,lr:0.02&o=sam,lr:0.02",
                    "touches(sam) < steps(sam) == never",
                    "steps(gd) < never",
                    "distance(sam) < 0.05",
                    "x(sam) < -0.95",
                    "share(x(sam) < x(gd) + 0.5, lr=[0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.12, 0.14, 0.15]) == 1",
                    "share(x(sam) < x(gd) + 0.5, lr=[0.16, 0.17, 0.18, 0.19, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]) == 1",
                    "share(x(sam) < x(gd) + 0.5, lr=[0.02, 0.05, 0.1, 0.2, 0.3],"
                    " x=[-1.5, -1.2, -0.8], y=[-0.5, 0.2, 0.6]) == 1",
                ),
                N_(
                    "In the narrow well it does not settle, but it stays, and at no learning rate from 0.01 to 0.5 does it end "
                    "in the wide one where GD does not. What serves networks is not seen in two numbers."
                ),
            ),
        ),
    ),
)  # fmt: skip
