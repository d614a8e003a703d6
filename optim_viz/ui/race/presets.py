"""The race's presets: a picture to begin with, a sentence on what to watch, one on what to try next, and what both promise."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType

from optim_viz.claims import showing
from optim_viz.spec import N_
from optim_viz.ui.preset import Preset

#: the menu's headings, in order
GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "rate": N_("Learning rate"),
        "places": N_("Valleys, basins, saddles"),
        "momentum": N_("Momentum"),
        "adaptive": N_("A step size for each coordinate"),
        "around": N_("Noise, clipping, decay, schedules"),
        "names": N_("Same name, two algorithms"),
    }
)


_shows = partial(showing, "race")

_ALL = (
    Preset(
        "zigzag",
        "rate",
        N_("Zigzag in a ravine"),
        N_(
            "GD crosses the ravine at each step, Momentum at every fourth, RMSprop never. "
            "Who arrives first: within 0.001, to stay?"
        ),
        N_("Raise GD's learning rate past 0.04, which is 2 over the curvature 50: what happens?"),
        _shows(
            "s=ravine&s.condition=50&n=300&o=gd,lr:0.038&o=momentum,lr:0.01&o=rmsprop,lr:0.01&o=adam,lr:0.1",
            "crossings(gd, y) == n()",
            "4 < n() / crossings(momentum, y) < 4.5",
            "crossings(rmsprop, y) == 0",
            "steps(adam) < steps(momentum) < steps(gd) < steps(rmsprop) < never",
            "0.0399 < limit(gd) < 0.0401",
            "curvature() == 2 / 0.04",
            "share(worse(gd) == 1, lr=[0.041, 0.045, 0.05]) == 1",
        ),
    ),
    Preset(
        "parabola",
        "rate",
        N_("One parabola, one learning rate"),
        N_("Each step multiplies x by 1 - 2 times the learning rate, here by 0.8. After 50 steps x is 0.00014."),
        N_("Find where GD begins to jump from side to side (above 0.5), and where it diverges (above 1)."),
        _shows(
            "s=x_squared&x=10&n=50&o=gd,lr:0.1",
            "x(gd, 1) / x(gd, 0) == 0.8",
            "x(gd, 50) / x(gd, 49) == 0.8",
            "n() == 50",
            "0.000135 < x(gd) < 0.000145",
            "most(crossings(gd), lr=[0.01, 0.1, 0.3, 0.49, 0.5]) == 0",
            "least(crossings(gd), lr=[0.501, 0.51, 0.7, 0.9, 0.99]) == n()",
            "most(worse(gd), lr=[0.51, 0.7, 0.9, 0.99, 1]) == 0",
            "least(worse(gd), lr=[1.001, 1.01, 1.1]) == 1",
        ),
    ),
    Preset(
        "sensitive",
        "rate",
        N_("Five learning rates, five fates"),
        N_("From 0.002 to 0.041: one creeps, one is slow, one oscillates and arrives, one oscillates for ever, one diverges."),
        N_("Halve the condition number to 25, and with it the curvature across: which of the five arrive now?"),
        _shows(
            "s=ravine&s.condition=50&n=300&o=gd,lr:0.002&o=gd,lr:0.02&o=gd,lr:0.038&o=gd,lr:0.04&o=gd,lr:0.041",
            "running(gd) == 1",
            "steps(gd3) < steps(gd2) < never",
            "crossings(gd2, y) == 0",
            "crossings(gd3, y) == n()",
            "oscillates(gd4) == 1",
            "worse(gd5) == 1",
            "loss(gd5) > 1e6",
            "curvature(condition=25) == 25",
            "running(gd, condition=25) == 1",
            "steps(gd2, condition=25) + steps(gd3, condition=25) + steps(gd4, condition=25) + steps(gd5, condition=25) < never",
        ),
    ),
    Preset(
        "forgiving",
        "rate",
        N_("Adam forgives"),
        N_("Three learning rates each, a hundredfold from first to last: Adam arrives with all three, GD with one."),
        N_("GD arrives within 300 steps from 0.0123 to 0.0395 only. Find Adam's range: where does it begin, and does it end?"),
        _shows(
            "s=ravine&s.condition=50&n=300&o=adam,lr:0.02&o=adam,lr:0.2&o=adam,lr:2&o=gd,lr:0.0038&o=gd,lr:0.038&o=gd,lr:0.38",
            "lr(adam3) / lr(adam) == 100",
            "lr(gd3) / lr(gd) == 100",
            "steps(adam2) < steps(adam3) < steps(adam) < never",
            "running(gd) == 1",
            "steps(gd2) < never",
            "diverges(gd3) < never",
            "share(steps(gd) < never, lr=[0.0123, 0.015, 0.02, 0.03, 0.035, 0.038, 0.039, 0.0395]) == 1",
            "share(steps(gd) < never, lr=[0.001, 0.005, 0.01, 0.012, 0.0122, 0.0398, 0.04, 0.05]) == 0",
            "steps(adam, lr=0.011) == never",
            "share(steps(adam) < never, lr=[0.012, 0.02, 0.03, 0.05, 0.1, 0.3, 1, 3, 10, 30, 100, 1000]) == 1",
        ),
    ),
    Preset(
        "valley",
        "places",
        N_("The banana valley"),
        N_("All four reach the valley floor soon. Who follows its bend? Press play and watch the distances between the dots."),
        N_("Double the learning rates of GD and Momentum: both arrive now. Double them once more: who diverges?"),
        _shows(
            "s=rosenbrock&n=1000&o=gd,lr:0.001&o=momentum,lr:0.0005&o=rmsprop,lr:0.01&o=adam,lr:0.05",
            "(y(gd, 20) - x(gd, 20) ** 2) ** 2 < 0.001",
            "(y(momentum, 20) - x(momentum, 20) ** 2) ** 2 < 0.001",
            "(y(rmsprop, 20) - x(rmsprop, 20) ** 2) ** 2 < 0.001",
            "(y(adam, 20) - x(adam, 20) ** 2) ** 2 < 0.001",
            "x(gd) < x(rmsprop) < x(momentum) < x(adam)",
            "steps(adam) < never",
            "running(gd) + running(momentum) + running(rmsprop) == 3",
            "stride(gd, 100) < stride(gd, 1) / 50",
            "steps(gd, lr=0.002) < never",
            "steps(momentum, lr=0.001) < never",
            "diverges(gd, lr=0.004) < 10",
            "steps(momentum, lr=0.002) < never",
        ),
    ),
    Preset(
        "basins",
        "places",
        N_("One start, different minima"),
        N_("Four minima, equally deep. From one start they end at three of them."),
        N_("Drag the start to x = 0.4: Momentum changes over to another minimum. To x = 0: all four end at the same one."),
        _shows(
            "s=himmelblau&x=0.3&y=3.9&n=300&o=gd,lr:0.01&o=momentum,lr:0.01&o=rmsprop,lr:0.02&o=adam,lr:0.2",
            "minima() == 4",
            "0 <= depth(0) < 1e-12",
            "0 <= depth(1) < 1e-12",
            "0 <= depth(2) < 1e-12",
            "0 <= depth(3) < 1e-12",
            "0 == minimum(gd) < minimum(rmsprop) == minimum(adam) < minimum(momentum)",
            "minimum(momentum, x=0.4) < minimum(momentum)",
            "minimum(gd, x=0.4) == minimum(gd)",
            "minimum(rmsprop, x=0.4) == minimum(rmsprop)",
            "minimum(adam, x=0.4) == minimum(adam)",
            "minimum(gd, x=0) == minimum(momentum, x=0) == minimum(rmsprop, x=0) == minimum(adam, x=0)",
        ),
    ),
    Preset(
        "saddle",
        "places",
        N_("Stuck at a saddle"),
        N_(
            "The start is a hair's breadth off the ridge that leads to the saddle. "
            "Who gets off first? Who is first at the minimum?"
        ),
        N_("Try a start of exactly y = 0: nobody ever gets off, for nothing pushes sideways."),
        _shows(
            "s=saddle&x=-1.5&y=0.001&n=300&o=gd,lr:0.05&o=momentum,lr:0.02&o=rmsprop,lr:0.01&o=adam,lr:0.05",
            "beyond(rmsprop, y, 0.5) < beyond(adam, y, 0.5) < beyond(momentum, y, 0.5) < beyond(gd, y, 0.5) < never",
            "steps(adam) < steps(gd) < steps(momentum) < steps(rmsprop) < never",
            "beyond(gd, y, 0, y=0) == never",
            "beyond(momentum, y, 0, y=0) == never",
            "beyond(rmsprop, y, 0, y=0) == never",
            "beyond(adam, y, 0, y=0) == never",
            "stalls(gd, y=0) + stalls(momentum, y=0) + stalls(rmsprop, y=0) + stalls(adam, y=0) == 4",
        ),
    ),
    Preset(
        "cancel",
        "momentum",
        N_("Momentum in a ravine"),
        N_("Each at its best learning rate: GD takes 96 steps, Momentum with 0.8 takes 42, Nesterov, which looks ahead, 21."),
        N_("Lower both momentums to 0.5, then raise them to 0.99: both arrive later, or not at all."),
        _shows(
            "s=ravine&s.condition=50&n=300&o=gd,lr:0.038&o=momentum,lr:0.014,momentum:0.8&o=nesterov,lr:0.022,momentum:0.8",
            "96 == steps(gd) == fewest(gd)",
            "42 == steps(momentum) == fewest(momentum)",
            "21 == steps(nesterov) == fewest(nesterov)",
            "steps(momentum) < steps(momentum, momentum=0.5) < steps(momentum, momentum=0.99) == never",
            "steps(nesterov) < steps(nesterov, momentum=0.5) < steps(nesterov, momentum=0.99)",
        ),
    ),
    Preset(
        "shelf",
        "momentum",
        N_("Rolling over flat ground"),
        N_("Where the slope vanishes GD stalls, far from the minimum. Momentum rolls over the shelf."),
        N_("Lower the momentum: from where on does it stall there too?"),
        _shows(
            "s=shelf&n=300&o=gd,lr:0.05&o=momentum,lr:0.05,momentum:0.9",
            "stalls(gd) == 1",
            "2 < x(gd) < 2.05",
            "steps(momentum) < never",
            "share(steps(momentum) < steps(gd), x=[2.5, 2.7, 2.9, 3.1, 3.3, 3.5, 3.7]) == 1",
            "share(steps(momentum) < never, momentum=[0.6, 0.7, 0.8]) == 1",
            "share(stalls(momentum) == 1, momentum=[0.3, 0.4, 0.5]) == 1",
        ),
    ),
    Preset(
        "escape",
        "momentum",
        N_("Out of a shallow well"),
        N_("Momentum may leave a local minimum: with 0.05 it rolls on to the deeper well, with 0.02 it does not. GD stays."),
        N_("It is not luck: from this start 0.034 to 0.3 escape, 0.033 and below do not. Where must 0.05 start to escape?"),
        _shows(
            "s=double_well&n=200&o=gd,lr:0.05&o=momentum,lr:0.05&o=momentum,lr:0.02",
            "x(gd) > 0.9",
            "x(momentum2) > 0.9",
            "steps(momentum) < never",
            "share(x(gd) > 0.9, lr=[0.01, 0.02, 0.05, 0.1, 0.2, 0.3]) == 1",
            "share(steps(momentum) < never, lr=[0.034, 0.035, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3]) == 1",
            "share(x(momentum) > 0.9, lr=[0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.033]) == 1",
            "share(steps(momentum) < never, x=[1.54, 1.55, 1.6, 1.65, 1.7, 1.75, 1.8]) == 1",
            "share(x(momentum) > 0.9, x=[1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.53]) == 1",
        ),
    ),
    Preset(
        "limits",
        "momentum",
        N_("Nesterov's lower limit"),
        N_(
            "One learning rate, 0.03, for three: GD and Momentum arrive, Nesterov diverges. "
            "At most 0.027 is stable for it here."
        ),
        N_("Find where each of them begins to diverge: at 2, 3.8 and 1.36 over the curvature 50."),
        _shows(
            "s=ravine&s.condition=50&n=300&o=gd,lr:0.03&o=momentum,lr:0.03&o=nesterov,lr:0.03",
            "steps(momentum) < steps(gd) < never",
            "worse(nesterov) == 1",
            "loss(nesterov) > 1e6",
            "0.027 < limit(nesterov) < 0.0275",
            "curvature() == 50",
            "1.999 < limit(gd) * curvature() < 2.001",
            "3.799 < limit(momentum) * curvature() < 3.801",
            "1.355 < limit(nesterov) * curvature() < 1.365",
        ),
    ),
    Preset(
        "dampening",
        "momentum",
        N_("Burn's dampening"),
        N_(
            "Burn's SGD takes 0.9 of each gradient after the first, torch's all of it. "
            "So torch's second step is already longer."
        ),
        N_("Raise Burn's learning rate by a tenth: the paths come four times as close. Its limit is higher too, by a ninth."),
        _shows(
            "s=ravine&s.condition=50&n=100&o=momentum,lr:0.01&o=momentum@burn,lr:0.01",
            "dampening(momentum2) == 1 - 0.9",
            "buffer(momentum2, 1, 0) == buffer(momentum, 1, 0)",
            "buffer(momentum2, 0, 1) == 0.9 * buffer(momentum, 0, 1)",
            "stride(momentum, 1) == stride(momentum2, 1)",
            "stride(momentum, 2) > 1.03 * stride(momentum2, 2)",
            "1.11 < limit(momentum2) / limit(momentum) < 1.112",
        ),
        (
            _shows(
                "s=ravine&s.condition=50&n=100&o=momentum,lr:0.01&o=momentum@burn,lr:0.011&o=momentum@burn,lr:0.01",
                "4 < apart(momentum, momentum3) / apart(momentum, momentum2) < 4.5",
            ),
        ),
    ),
    Preset(
        "worked",
        "momentum",
        N_("A slope of 5, step by step"),
        N_("The gradients are 5, then -2. A tutorial adds them up to 3; torch's buffer is 5, then 0.9 times 5 - 2 = 2.5."),
        N_("Step with the arrow keys. Then set the dampening to 0.9: now each gradient after the first counts for a tenth."),
        _shows(
            "s=x_squared&x=2.5&n=30&zoom=-4,4,-1,10&o=momentum,lr:0.7,momentum:0.9",
            "2 * x(momentum, 0) == 5",  # the gradient of x squared
            "2 * x(momentum, 1) == -2",
            "buffer(momentum, 5) == 5",
            "buffer(momentum, 5, -2) == 2.5",
            "(x(momentum, 1) - x(momentum, 2)) / lr(momentum) == 2.5",
            "buffer(momentum, 5, dampening=0.9) == 5",
            "buffer(momentum, 5, -2, dampening=0.9) == 0.9 * 5 - 0.2",
        ),
    ),
    Preset(
        "stalls",
        "adaptive",
        N_("AdaGrad slows down, RMSprop hops"),
        N_(
            "Both are still on the way. AdaGrad's steps shrink, as its sum "
            "grows; RMSprop's do not: it is ahead, but it hops."
        ),
        N_(
            "Take 5,000 steps: RMSprop oscillates, and AdaGrad passes it. "
            "With ten times its learning rate 2,000 are enough."
        ),
        _shows(
            "s=rosenbrock&n=2000&o=adagrad,lr:0.2&o=rmsprop,lr:0.01",
            "steady(adagrad, 1) == 10 * steady(adagrad, 100)",
            "stride(adagrad, 2000) < stride(adagrad, 1200) < stride(adagrad, 400) < stride(adagrad, 1) / 100",
            "running(adagrad) + running(rmsprop) == 2",
            "0.9 < stride(rmsprop, 2000, x) / lr(rmsprop) < 1.1",
            # it hops: of two steps one leads back
            "x(rmsprop, 1999) < x(rmsprop, 1998)",
            "x(rmsprop, 2000) > x(rmsprop, 1999)",
            "stride(rmsprop, 2000, x) > 20 * (x(rmsprop, 2000) - x(rmsprop, 1998))",
            "oscillates(rmsprop, n=5000) == 1",
            "running(adagrad, n=5000) == 1",
            "loss(rmsprop) < loss(adagrad) / 5",
            "rises(rmsprop, n=5000) - rises(rmsprop) > 1000",
            "loss(adagrad, n=5000) < loss(rmsprop, n=5000) / 4",
            "0.9 < loss(rmsprop, n=5000) / loss(rmsprop) < 1.1",
            "loss(adagrad, lr=2) < loss(rmsprop)",
        ),
    ),
    Preset(
        "first",
        "adaptive",
        N_("RMSprop's first step"),
        N_(
            "In each coordinate Adam's first step is one learning rate "
            "long, RMSprop's 10 with alpha 0.99 and 3.2 with alpha 0.9."
        ),
        N_("Take RMSprop as Optax has it and switch on its bias correction: its first step is one learning rate long, too."),
        _shows(
            "s=ravine&n=60&o=rmsprop,lr:0.05,alpha:0.99&o=rmsprop,lr:0.05,alpha:0.9&o=adam,lr:0.05",
            "0.999 < stride(adam, 1, x) / lr(adam) < 1.001",
            "0.999 < stride(adam, 1, y) / lr(adam) < 1.001",
            "9.99 < stride(rmsprop, 1, x) / lr(rmsprop) < 10.01",
            "9.99 < stride(rmsprop, 1, y) / lr(rmsprop) < 10.01",
            "3.16 < stride(rmsprop2, 1, x) / lr(rmsprop2) < 3.17",
            "3.16 < stride(rmsprop2, 1, y) / lr(rmsprop2) < 3.17",
        ),
        (
            _shows(
                "s=ravine&n=60&o=rmsprop@optax,lr:0.05,alpha:0.99&o=rmsprop@optax,lr:0.05,alpha:0.99,bias_correction:1",
                "bias_correction(rmsprop) == 0",
                "9.99 < stride(rmsprop, 1, x) / lr(rmsprop) < 10.01",
                "0.999 < stride(rmsprop2, 1, x) / lr(rmsprop2) < 1.001",
                "0.999 < stride(rmsprop2, 1, y) / lr(rmsprop2) < 1.001",
            ),
        ),
    ),
    Preset(
        "radam",
        "adaptive",
        N_("RAdam's first five steps"),
        N_(
            "RAdam's first five steps are undivided, proportional to the gradient; "
            "then come tiny ones. Adam's begin at one learning rate."
        ),
        N_("Raise both learning rates to 1: five steps throw RAdam two million away. Adam arrives."),
        _shows(
            "s=ravine&s.condition=50&n=300&o=radam,lr:0.02&o=adam,lr:0.02",
            "steady(radam, 1) == lr(radam)",
            "steady(radam, 5) == lr(radam)",
            "step_after(radam, 0, 3) == 3 * lr(radam)",
            "stride(radam, 1, y) == 0.02 * 50 * 0.8",
            "stride(radam, 6, x) < stride(radam, 5, x) / 60",
            "stride(radam, 6, y) < stride(radam, 5, y) / 60",
            "0.99 < stride(adam, 5, x) / lr(adam) <= stride(adam, 1, x) / lr(adam) < 1.001",
            "2e6 < reach(radam, y, 0, 5, lr=1) < 2.5e6",
            "steps(adam, lr=1) < never",
        ),
    ),
    Preset(
        "adadelta",
        "adaptive",
        N_("Adadelta without a learning rate"),
        N_("No learning rate to tune, but epsilon sets the first step: a hundred times the epsilon, ten times the step."),
        N_("Take Adadelta as Keras has it, with a learning rate of 0.001: in 500 steps it hardly moves."),
        _shows(
            "s=ravine&s.condition=50&n=500&o=adadelta,lr:1,eps:0.000001&o=adadelta,lr:1,eps:0.0001",
            "eps(adadelta2) / eps(adadelta) == 100",
            "9.99 < stride(adadelta2, 1, x) / stride(adadelta, 1, x) < 10.01",
            "9.99 < stride(adadelta2, 1, y) / stride(adadelta, 1, y) < 10.01",
        ),
        (
            _shows(
                "s=ravine&s.condition=50&n=500&o=adadelta@keras,lr:0.001",
                "x(adadelta) - x(adadelta, 0) < 0.001",
                "y(adadelta, 0) - y(adadelta) < 0.001",
            ),
        ),
    ),
    Preset(
        "turned",
        "adaptive",
        N_("A ravine across the coordinates"),
        N_(
            "Adam divides along the coordinates. "
            "A ravine turned by 45 degrees costs it nearly twice Momentum's steps, even at its best."
        ),
        N_("Turn the ravine back to 0 degrees: Adam needs about half the steps and is first. Momentum hardly changes."),
        _shows(
            "s=ravine&s.condition=1000&s.rotation=45&n=400&o=adam,lr:3&o=momentum,lr:0.002",
            "1.8 < steps(adam) / steps(momentum) < 2",
            "least(steps(adam), lr=[0.1, 0.3, 0.5, 1, 2, 2.5, 2.8, 3, 3.2, 3.5, 4, 5, 7, 10]) > 0.99 * steps(adam)",
            "share(steps(adam) > steps(momentum), x=[-1.8, -1.2, -0.6, 0.5, 1, 1.7], y=[-1.1, -0.5, 0.3, 0.9]) == 1",
            "0.48 < steps(adam, rotation=0) / steps(adam) < 0.52",
            "steps(adam, rotation=0) < steps(momentum, rotation=0)",
            "1 < steps(momentum, rotation=0) / steps(momentum) < 1.1",
        ),
    ),
    Preset(
        "noise",
        "around",
        N_("Noise, and a direction that shakes"),
        N_(
            "Noise, equally strong both ways: with 0.038 each step shakes "
            "four times as far across as along; with 0.01 nearly alike."
        ),
        N_("Raise 0.038 to 0.0395, nearer to the limit of 0.04: across it shakes nine times as far as along."),
        _shows(
            "s=ravine&s.condition=50&n=500&o=gd,lr:0.038,noise:1&o=gd,lr:0.01,noise:1",
            "4 < median(stride(gd, 400, y), seed=(0, 399)) / median(stride(gd, 400, x), seed=(0, 399)) < 5",
            "1 < median(stride(gd2, 400, y), seed=(0, 399)) / median(stride(gd2, 400, x), seed=(0, 399)) < 1.3",
        ),
        (
            _shows(
                "s=ravine&s.condition=50&n=500&o=gd,lr:0.0395,noise:1",
                "8 < median(stride(gd, 400, y), seed=(0, 399)) / median(stride(gd, 400, x), seed=(0, 399)) < 10",
            ),
        ),
    ),
    Preset(
        "cosine",
        "around",
        N_("A learning rate that shrinks"),
        N_("Under noise a fixed learning rate hovers about the minimum; one that shrinks along a cosine settles."),
        N_("Change the seed: a single ending is luck, but for about nine seeds in ten the cosine ends lower."),
        _shows(
            "s=ravine&n=500&o=gd,lr:0.02,noise:1,seed:7&o=gd,lr:0.02,noise:1,seed:7,schedule:cosine,t_max:500",
            "steps(gd2) < steps(gd) == never",
            "most(stride(gd2, 500), seed=(0, 99)) < 0.0001",
            "median(stride(gd, 500), seed=(0, 99)) > 0.005",
            "median(loss(gd2), seed=(0, 399)) < median(loss(gd), seed=(0, 399)) / 5",
            "0.86 < share(loss(gd2) < loss(gd), seed=(0, 399)) < 0.92",
        ),
    ),
    Preset(
        "clip",
        "around",
        N_("Clipping at a cliff"),
        N_("One step onto the wall throws Momentum out of the picture. With its gradient clipped to a length of 1 it arrives."),
        N_("Make the cliff ten times as steep: the clipped one still arrives. Then clip each component instead of the length."),
        _shows(
            "s=cliff&n=300&o=momentum,lr:0.1&o=momentum,lr:0.1,clip_norm:1",
            "x(momentum, 15) < x(momentum, 14) - 2.5",
            "x(momentum, 20) < -10",
            "steps(momentum) == never",
            "steps(momentum2) < 100",
            "share(steps(momentum2) < steps(momentum), x=[-3.9, -3.5, -3.3, -3, -2.5, -2], y=[-1.5, 0.5, 1.4]) == 1",
            "worse(momentum, k=500) == 1",
            "steps(momentum2, k=500) < 100",
        ),
        (
            _shows(
                "s=cliff&n=300&o=momentum,lr:0.1,clip_value:1",
                "steps(momentum) < 100",
                "steps(momentum, k=500) < 100",
            ),
        ),
    ),
    Preset(
        "lookahead",
        "around",
        N_("Lookahead: slow weights"),
        N_("At 0.041 GD diverges. Lookahead with the same GD inside goes halfway back after every 5 steps, and arrives."),
        N_(
            "Try 4, then 20: it ends higher. Only after an odd number of "
            "steps is GD on the other side, and halfway back in the middle."
        ),
        _shows(
            "s=ravine&s.condition=50&n=300&o=gd,lr:0.041&o=gd,lr:0.041,lookahead_k:5,lookahead_alpha:0.5",
            "worse(gd) == 1",
            "steps(gd2) < never",
            "share(worse(gd2) == 1, lookahead_k=[2, 4, 6, 10, 20]) == 1",
            "share(steps(gd2) < never, lookahead_k=[3, 5, 7, 9, 11]) == 1",
            "crossings(gd, y) == n()",
        ),
    ),
    Preset(
        "adamw",
        "around",
        N_("AdamW's decay is not Adam's L2"),
        N_(
            "One weight decay, 0.5: Adam with L2 ends where GD with L2 does. "
            "AdamW does not divide its decay and is drawn farther."
        ),
        N_("Set all decays to 0: Adam and AdamW are one path. Then 0.1 and 5,000 steps: now AdamW is drawn less far."),
        _shows(
            "s=booth&n=500&o=gd,lr:0.02,weight_decay:0.5&o=adam,lr:0.2,weight_decay:0.5&o=adamw,lr:0.2,weight_decay:0.5",
            "-1e-6 < x(adam) - x(gd) < 1e-6",
            "-1e-6 < y(adam) - y(gd) < 1e-6",
            "0.2 < distance(adam) < distance(adamw) / 4",
            "distance(adamw, n=5000) > 4 * distance(adam, n=5000)",
            "apart(adam, adamw, weight_decay=0) == 0",
        ),
        (
            _shows(
                "s=booth&n=5000&o=gd,lr:0.02,weight_decay:0.1&o=adam,lr:0.2,weight_decay:0.1&o=adamw,lr:0.2,weight_decay:0.1",
                "0.01 < distance(adamw) < 0.6 * distance(adam)",
            ),
        ),
    ),
    Preset(
        "averages",
        "names",
        N_("Momentum: a sum or an average?"),
        N_(
            "At one learning rate the average's first step is a tenth of the sum's. "
            "With ten times the rate the two are one path."
        ),
        N_("Lower all momentums to 0.5: by what factor must the average's learning rate grow now?"),
        _shows(
            "s=ravine&s.condition=50&n=300&o=momentum,lr:0.01&o=momentum_ema,lr:0.01&o=momentum_ema,lr:0.1",
            "stride(momentum_ema, 1) == stride(momentum, 1) / 10",
            "apart(momentum, momentum_ema2) < 1e-12",
            "apart(momentum, momentum_ema2, momentum=0.5) > 0.1",
        ),
        (
            _shows(
                "s=ravine&s.condition=50&n=300&o=momentum,lr:0.01,momentum:0.5&o=momentum_ema,lr:0.02,momentum:0.5",
                "apart(momentum, momentum_ema) < 1e-12",
            ),
        ),
    ),
    Preset(
        "trails",
        "names",
        N_("One Nesterov, two trails"),
        N_("The libraries' theta is the point ahead, the papers' the point behind. One algorithm, and two trails of dots."),
        N_("Lower both momentums: the trails draw together."),
        _shows(
            "s=rosenbrock&n=300&o=nesterov,lr:0.0005&o=nesterov_classical,lr:0.0005",
            # where the papers' step would carry it once more, times the momentum, there the libraries' theta is
            "x(nesterov, 9) == x(nesterov_classical, 9) + 0.9 * (x(nesterov_classical, 9) - x(nesterov_classical, 8))",
            "y(nesterov, 99) == y(nesterov_classical, 99) + 0.9 * (y(nesterov_classical, 99) - y(nesterov_classical, 98))",
            "apart(nesterov, nesterov_classical) > 0.05",
            "apart(nesterov, nesterov_classical, momentum=0.5) < 0.7 * apart(nesterov, nesterov_classical)",
            "apart(nesterov, nesterov_classical, momentum=0.1) < 0.2 * apart(nesterov, nesterov_classical)",
        ),
    ),
    Preset(
        "nadams",
        "names",
        N_("Three libraries, three NAdams"),
        N_(
            "The same settings, and the paths part: "
            "the momentum grows slowly in PyTorch, fast in Keras, and is constant in Optax."
        ),
        N_("Set torch's momentum decay to 1: now its path is that of Keras."),
        _shows(
            "s=rosenbrock&n=500&o=nadam,lr:0.05&o=nadam@keras,lr:0.05&o=nadam@optax,lr:0.05",
            "apart(nadam, nadam2) > 0.1",
            "apart(nadam, nadam3) > 0.1",
            "apart(nadam2, nadam3) > 0.1",
            "steady(nadam, 1) < steady(nadam2, 1) < steady(nadam3, 1)",
            "apart(nadam, nadam2, momentum_decay=1) < 1e-6",  # their epsilons differ
        ),
    ),
)  # fmt: skip


def by_key(presets: Sequence[Preset]) -> Mapping[str, Preset]:
    """Each by its key. Raises ValueError where two share one, or a group is none of GROUPS."""
    found: dict[str, Preset] = {}
    for preset in presets:
        if preset.key in found or preset.group not in GROUPS:
            raise ValueError(f"{preset.key}: there already, or its group {preset.group!r} is none of {list(GROUPS)}")
        found[preset.key] = preset
    return MappingProxyType(found)


PRESETS: Mapping[str, Preset] = by_key(_ALL)
