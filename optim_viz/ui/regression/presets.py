"""The regression lab's presets: a picture to begin with, what to watch in it, and what that promises."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from optim_viz.claims import showing
from optim_viz.spec import N_
from optim_viz.ui.preset import Preset

_shows = partial(showing, "regression")

_THREE = "o=gd,batch:all,lr:{lr}&o=gd,batch:1,lr:{lr}&o=gd,batch:10,lr:{lr}"

_ALL = (
    Preset(
        "settles",
        "",
        N_("Why SGD never settles"),
        N_(
            "Same learning rate, same number of samples. Press play: GD glides down; SGD jumps about the best line, however "
            "long it runs. Halve its learning rate: it jumps less than half as high."
        ),
        "",
        _shows(
            "d=noisy_line&m=line&e=20&seeds=30&" + _THREE.format(lr="0.02"),
            "rises(gd) == 0",
            "rises(gd2) > updates(gd2) / 3",
            "above(gd2) > 5 * above(gd)",
            "least(above(gd2), e=[20, 100, 500]) > 0.15",
            "above(gd, e=500) < 0.001",
            "above(gd2, lr=0.01) < above(gd2) / 2",
            "above(gd2, lr=0.01, e=100) < above(gd2, e=100) / 2",
            "spread(gd) == 0",
        ),
    ),
    Preset(
        "five_points",
        "",
        N_("Five points, one sample at a time"),
        N_(
            "The tutorial's second program: w from 0, learning rate 0.01, 100 updates, each with one sample drawn with "
            "replacement. It settles at 2: all points lie on one line, so at 2 no sample wants to move it."
        ),
        "",
        _shows(
            "d=five_points&m=origin&e=20&x=0&seeds=1&o=gd,batch:1,sampling:replacement,lr:0.01",
            "weight(gd, 0) == 2",
            "batch(gd) == 1",
            "updates(gd) == 100",
            "above(gd) < 0.000000001",
            "spread(gd, seeds=50) < 0.000000001",
            "noise(gd) < 0.000000001",
        ),
    ),
    Preset(
        "batches_of_ten",
        "",
        N_("A hundred points, batches of ten"),
        N_(
            "The tutorial's third program: one weight from 0, learning rate 0.001, 200 updates, each batch of ten drawn anew. "
            "w ends at about 1.97, give or take 0.03: draw other points by the seed of the data."
        ),
        "",
        _shows(
            "d=noisy_line&m=origin&e=20&x=0&seeds=1&o=gd,batch:10,sampling:independent,lr:0.001",
            "updates(gd) == 200",
            "batch(gd) == 10",
            "samples() == 100",
            "1.97 < weight(gd, 0) < 2",
            "1.96 < median(weight(gd, 0), seed=(0, 199)) < 1.98",
            # of a normal spread of 0.03 two thirds are no farther off than that
            "0.6 < share(1.94 < weight(gd, 0) < 2, seed=(0, 199)) < 0.76",
        ),
    ),
    Preset(
        "ten_with_intercept",
        "",
        N_("The same with an intercept"),
        N_(
            "Two weights where the tutorial has one. After 20 epochs the slope is at 1.85, but the intercept at 0.51, and "
            "-0.03 is best: along the flat valley it creeps. After 500 epochs it is still at 0.13."
        ),
        "",
        _shows(
            "d=noisy_line&m=line&e=20&x=0,0&seeds=1&o=gd,batch:10,sampling:independent,lr:0.001",
            "1.85 < weight(gd, 0) < 1.86",
            "0.505 < weight(gd, 1) < 0.515",
            "0.12 < weight(gd, 1, e=500) < 0.13",
            "0.12 < weight(gd, 1, e=500, seeds=50) < 0.15",
            "condition() > 90",
        ),
        (
            _shows(
                "d=noisy_line&m=line&e=20&x=0,0&seeds=1&o=newton,batch:all,lr:1",
                "-0.035 < weight(newton, 1) < -0.025",
                "above(newton) < 0.000000001",
            ),
        ),
    ),
    Preset(
        "one_step",
        "",
        N_("How many SGD steps is one step of GD worth?"),
        N_(
            "One epoch: GD makes one step, SGD a hundred at the same cost, and SGD gets much farther. Switch the clock to "
            "updates: the first step of each does about as much, whether it saw one sample or all."
        ),
        "",
        _shows(
            "d=noisy_line&m=line&e=1&x=0,0&seeds=30&" + _THREE.format(lr="0.02"),
            "updates(gd) == 1",
            "noise(gd) == 0",
            "updates(gd2) == 100",
            "loss(gd2) < loss(gd) / 10",
            "loss(gd3) < loss(gd) / 10",
            "ahead(gd2, gd) == 1",
            # the first update of each: after 1, 0.01 and 0.1 epochs
            "0.9 < loss(gd2, 0.01) / loss(gd, 1) < 1.1",
            "0.9 < loss(gd2, 0.01, seeds=50) / loss(gd, 1) < 1.1",
            "0.9 < loss(gd3, 0.1) / loss(gd, 1) < 1.1",
        ),
    ),
    Preset(
        "batch_and_lr",
        "",
        N_("Batch size and learning rate together"),
        N_(
            "SGD, and batches of ten at eight times its learning rate, end about equally high. Raise the batch size of the "
            "last to 50: its spread shrinks; then its learning rate to 0.08: it grows again."
        ),
        "",
        _shows(
            "d=noisy_line&m=line&e=20&x=0,0&seeds=30&o=gd,batch:1,lr:0.005&o=gd,batch:10,lr:0.005&o=gd,batch:10,lr:0.04",
            "lr(gd3) == 8 * lr(gd)",
            "0.7 < above(gd3, seeds=50) / above(gd, seeds=50) < 1.4",
            "0.7 < above(gd3) / above(gd) < 1.4",
            "0.7 < median(above(gd3), seed=(0, 19)) / median(above(gd), seed=(0, 19)) < 1.4",
            "above(gd2, e=100) < above(gd, e=100) / 3",
            "spread(gd3, batch=50) < spread(gd3) / 5",
            "spread(gd3, batch=50, lr=0.08) > spread(gd3)",
            "noise(gd2) < noise(gd) / 3",
            "noise(gd3) < noise(gd) / 3",
        ),
    ),
    Preset(
        "unscaled",
        "",
        N_("Unscaled features"),
        N_(
            "A ravine, with a condition number of 71,700: after 50 epochs GD's intercept is at 0.005 where 3 is best. "
            "Standardise the inputs, then raise the learning rates to 0.1: all three get there."
        ),
        "",
        _shows(
            "d=unscaled&m=line&e=50&x=0,0&seeds=10&o=gd,batch:all,lr:0.0001&o=gd,batch:10,lr:0.00002&o=adam,batch:10,lr:0.1",
            "71650 < condition() < 71750",
            "0.0045 < weight(gd, 1) < 0.0055",
            "weight(gd, 1, e=500) < 0.04",
            "above(gd) > 1",
            "above(gd2) > 1",
        ),
        (
            _shows(
                "d=unscaled&m=line&e=50&scale=inputs&seeds=50&o=gd,batch:all,lr:0.1&o=gd,batch:10,lr:0.1&o=adam,batch:10,lr:0.1",
                "condition() == 1",
                "above(gd) < 0.01",
                "above(gd2) < 0.01",
                "above(adam) < 0.01",
            ),
        ),
    ),
    Preset(
        "sparse",
        "",
        N_("Sparse features: AdaGrad"),
        N_(
            "One sample in a hundred has the rare feature, and there is one epoch. Each at its best learning rate: AdaGrad and "
            "Adam bring its weight to about 2.9 of 3, the plain mini-batch to 1.6. With a rate of 1.5 the mini-batch's other "
            "weight diverges."
        ),
        "",
        _shows(
            "d=sparse_features&d.share=0.01&m=origin&e=1&x=0,0&seeds=20&o=gd,batch:5,lr:0.8&o=adagrad,batch:5,lr:2.5"
            "&o=adam,batch:5,lr:0.45",
            "weight(adagrad, 1) > 2.8",
            "weight(adam, 1) > 2.8",
            "1.5 < weight(gd, 1) < 1.7",
            "loss(adagrad) < loss(adam) < loss(gd)",
            "2.85 < median(weight(adagrad, 1), seed=(0, 19)) < 2.95",
            "2.85 < median(weight(adam, 1), seed=(0, 19)) < 2.95",
            "1.55 < median(weight(gd, 1), seed=(0, 19)) < 1.65",
            "share(loss(adagrad) < loss(adam) < loss(gd), seed=(0, 19)) > 0.9",
            # the best of their rates
            "loss(gd, seeds=50) <= least(loss(gd, seeds=50), lr=[0.5, 0.6, 0.7, 0.9, 1, 1.2])",
            "loss(adagrad, seeds=50) <= least(loss(adagrad, seeds=50), lr=[1.5, 2, 3, 4])",
            "loss(adam, seeds=50) <= least(loss(adam, seeds=50), lr=[0.2, 0.3, 0.38, 0.5, 0.6])",
            # and a larger one
            "loss(gd, lr=1.1) > 1.5 * loss(gd)",
            "share((weight(gd, 0, lr=1.5) - 1) ** 2 > 1, seed=(0, 19)) > 0.7",
        ),
    ),
    Preset(
        "shuffle",
        "",
        N_("Shuffle or not"),
        N_(
            "Points in order of x: without shuffling each batch pulls the line its own way, always in the same order, and the "
            "line ends farthest off. Shuffled epochs end closer than independent batches."
        ),
        "",
        _shows(
            "d=noisy_line&m=line&e=20&x=0,0&seeds=30&o=gd,batch:10,sampling:in_order,lr:0.02"
            "&o=gd,batch:10,sampling:shuffle,lr:0.02&o=gd,batch:10,sampling:independent,lr:0.02",
            "above(gd2) < above(gd3) < above(gd)",
            "above(gd2, seeds=50) < above(gd3, seeds=50) < above(gd, seeds=50)",
            "share(above(gd2) < above(gd), seed=(0, 39)) > 0.8",
            "share(above(gd2) < above(gd3), seed=(0, 39)) > 0.7",
            "ahead(gd2, gd) > 0.8",
            "spread(gd) == 0",
        ),
    ),
    Preset(
        "outlier",
        "",
        N_("An outlier"),
        N_(
            "Four points lie far off, and pull the slope to 0.39 where the others want 1. Watch a batch that holds one of "
            "them throw the line about; then change the loss to Huber: batches come to 0.96."
        ),
        "",
        _shows(
            "d=outliers&m=line&e=20&x=0,0&seeds=20&o=gd,batch:all,lr:0.1&o=gd,batch:5,lr:0.1",
            "0.385 < weight(gd, 0) < 0.395",
            "0.95 < weight(gd, 0, outliers=0) < 1.05",
            "longest(gd2) > 3 * longest(gd2, outliers=0)",
            "spread(gd2) > 0.1",
        ),
        (
            _shows(
                "d=outliers&m=line&loss=huber&e=20&x=0,0&seeds=50&o=gd,batch:all,lr:0.1&o=gd,batch:5,lr:0.1",
                "0.955 < weight(gd2, 0) < 0.965",
                "longest(gd2) < 0.2",
            ),
        ),
    ),
    Preset(
        "interpolation",
        "",
        N_("Noise that dies out: interpolation"),
        N_(
            "All points lie on one line: there every sample's gradient is 0, and SGD settles at a constant learning rate. "
            "Raise the noise in the data a little, to 0.1: it no longer does."
        ),
        "",
        _shows(
            "d=noisy_line&d.noise=0&m=line&e=20&x=0,0&seeds=30&" + _THREE.format(lr="0.02"),
            "noise(gd2) < 0.000000001",
            "best() < 0.000000001",
            "above(gd2) < 0.000000001",
            "spread(gd2) < 0.000000001",
            "above(gd2, e=40) < above(gd2) / 1000",
            "least(above(gd2, noise=0.1), e=[20, 40, 200]) > 0.001",
        ),
    ),
    Preset(
        "optimizers",
        "",
        N_("Every optimizer on the same batches"),
        N_(
            "All four see the same batches. Here Adam changes no weight by more than its learning rate in one step, so it is "
            "late: last after three epochs. At 0.5 it is soon there, and hovers; with a cosine schedule it ends less than a "
            "tenth as high."
        ),
        "",
        _shows(
            "d=noisy_line&m=line&e=20&x=-1,3&seeds=20&o=gd,batch:10,lr:0.02&o=momentum,batch:10,lr:0.005&o=rmsprop,batch:10,lr:0.05"
            "&o=adam,batch:10,lr:0.1",
            "longest(adam, 0) < 1.0001 * lr(adam)",
            "longest(adam, 1) < 1.0001 * lr(adam)",
            "longest(adam, 0, e=300, seeds=50) < 1.0001 * lr(adam)",
            "longest(adam, 1, e=300, seeds=50) < 1.0001 * lr(adam)",
            "loss(gd, 3) < loss(adam, 3) / 1.5",
            "loss(momentum, 3) < loss(adam, 3) / 1.5",
            "loss(rmsprop, 3) < loss(adam, 3) / 1.5",
        ),
        (
            _shows(
                "d=noisy_line&m=line&e=20&x=-1,3&seeds=50&o=adam,batch:10,lr:0.1&o=adam,batch:10,lr:0.5"
                "&o=adam,batch:10,lr:0.5,schedule:cosine",
                "touches(adam2, 0.2) < touches(adam, 0.3) / 3",
                "spread(adam2) > 2 * spread(adam)",
                "above(adam2) > 0.02",
                "above(adam3) < above(adam2) / 10",
            ),
        ),
    ),
    Preset(
        "network",
        "",
        N_("A small network and a sine"),
        N_(
            "Four hidden units bend to a sine. Each seed starts elsewhere and ends elsewhere. In the same epochs batches of "
            "six make ten times GD's updates, and end lower with nearly every seed."
        ),
        "",
        _shows(
            "d=sine&m=network&e=60&x=own&seeds=20&o=gd,batch:all,lr:0.1&o=gd,batch:6,lr:0.1&o=adam,batch:6,lr:0.03",
            "updates(gd2) == 10 * updates(gd)",
            "spread(gd) > 0.05",
            "ahead(gd2, gd) > 0.9",
            "ahead(gd2, gd, seeds=50) > 0.9",
            "ahead(adam, gd, seeds=50) > 0.9",
        ),
    ),
    Preset(
        "moons",
        "",
        N_("Two classes"),
        N_(
            "The border of a network bends between the moons, and its loss falls below 0.24, the least that logistic "
            "regression can reach: choose that as the model, and the border stays straight."
        ),
        "",
        _shows(
            "d=two_moons&m=network&m.hidden=6&e=60&x=own&seeds=10&o=gd,batch:10,lr:0.2&o=adam,batch:10,lr:0.05",
            "loss(gd) + spread(gd) < 0.24",
            "loss(adam) + spread(adam) < 0.24",
        ),
        (
            _shows(
                "d=two_moons&m=logistic&e=60&seeds=10&o=gd,batch:10,lr:0.2&o=adam,batch:10,lr:0.05",
                "0.235 < best() < 0.245",
                "loss(gd) < 0.26",
                "loss(adam) < 0.25",
            ),
        ),
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.key: preset for preset in _ALL})
