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
            "Same learning rate, same number of samples. Press play: GD glides, SGD jumps about the best line for ever. "
            "Halve its learning rate: what changes?"
        ),
        "",
        _shows(
            "d=noisy_line&m=line&e=20&seeds=30&" + _THREE.format(lr="0.02"),
        ),
    ),
    Preset(
        "five_points",
        "",
        N_("Five points, one sample at a time"),
        N_(
            "The tutorial's second program: w from 0, learning rate 0.01, 100 updates, each with one sample drawn with "
            "replacement. It settles: why does this SGD, and the other not?"
        ),
        "",
        _shows(
            "d=five_points&m=origin&e=20&x=0&seeds=1&o=gd,batch:1,sampling:replacement,lr:0.01",
        ),
    ),
    Preset(
        "batches_of_ten",
        "",
        N_("A hundred points, batches of ten"),
        N_(
            "The tutorial's third program: learning rate 0.001, 200 updates, each batch of ten drawn anew. The slope gets to "
            "1.85 of 2, but the intercept to 0.5 where 0 is best. Give it more epochs: when is it there?"
        ),
        "",
        _shows(
            "d=noisy_line&m=line&e=20&x=0,0&seeds=1&o=gd,batch:10,sampling:independent,lr:0.001",
        ),
    ),
    Preset(
        "one_step",
        "",
        N_("How many SGD steps is one step of GD worth?"),
        N_("One epoch: GD makes one step, SGD a hundred, at the same cost. Switch the clock to updates: now GD seems to win."),
        "",
        _shows(
            "d=noisy_line&m=line&e=1&x=0,0&seeds=30&" + _THREE.format(lr="0.02"),
        ),
    ),
    Preset(
        "batch_and_lr",
        "",
        N_("Batch size and learning rate together"),
        N_(
            "A larger batch bears a larger learning rate. Raise the batch size of the last, then its learning rate: "
            "the spread shrinks, then grows again."
        ),
        "",
        _shows(
            "d=noisy_line&m=line&e=20&x=0,0&seeds=30&o=gd,batch:1,lr:0.005&o=gd,batch:10,lr:0.005&o=gd,batch:10,lr:0.04",
        ),
    ),
    Preset(
        "unscaled",
        "",
        N_("Unscaled features"),
        N_(
            "A ravine: the slope is found at once, the intercept takes for ever. "
            "Standardise the inputs, then raise the learning rates to 0.1."
        ),
        "",
        _shows(
            "d=unscaled&m=line&e=50&x=0,0&seeds=10&o=gd,batch:all,lr:0.0001&o=gd,batch:10,lr:0.00002&o=adam,batch:10,lr:0.1",
        ),
    ),
    Preset(
        "sparse",
        "",
        N_("Sparse features: AdaGrad"),
        N_("Only 4 % of the samples have the rare feature. AdaGrad's long steps for it get there; SGD's weight for it crawls."),
        "",
        _shows(
            "d=sparse_features&m=origin&e=10&x=0,0&seeds=20&o=gd,batch:5,lr:0.05&o=adagrad,batch:5,lr:0.3&o=adam,batch:5,lr:0.05",
        ),
    ),
    Preset(
        "shuffle",
        "",
        N_("Shuffle or not"),
        N_(
            "Points in order of x: without shuffling each batch pulls the line its own way, always in the same turn. "
            "Shuffled epochs end closer than independent batches."
        ),
        "",
        _shows(
            "d=noisy_line&m=line&e=20&x=0,0&seeds=30&o=gd,batch:10,sampling:in_order,lr:0.04"
            "&o=gd,batch:10,sampling:shuffle,lr:0.04&o=gd,batch:10,sampling:independent,lr:0.04",
        ),
    ),
    Preset(
        "outlier",
        "",
        N_("An outlier"),
        N_(
            "Four points lie far off. Watch a batch that holds one of them throw the line about; then change the loss to Huber."
        ),
        "",
        _shows(
            "d=outliers&m=line&e=20&x=0,0&seeds=20&o=gd,batch:all,lr:0.1&o=gd,batch:5,lr:0.1",
        ),
    ),
    Preset(
        "interpolation",
        "",
        N_("Noise that dies out: interpolation"),
        N_(
            "All points lie on one line: there every sample's gradient is 0, and SGD settles at a constant learning rate. "
            "Raise the noise in the data a little, and it no longer does."
        ),
        "",
        _shows(
            "d=noisy_line&d.noise=0&m=line&e=20&x=0,0&seeds=30&" + _THREE.format(lr="0.02"),
        ),
    ),
    Preset(
        "optimizers",
        "",
        N_("Every optimizer on the same batches"),
        N_(
            "All four see the same batches. Adam's steps are as long as its learning rate: slow early, loud late. "
            "Change its learning rate, then give it a schedule."
        ),
        "",
        _shows(
            "d=noisy_line&m=line&e=20&x=-1,3&seeds=20&o=gd,batch:10,lr:0.02&o=momentum,batch:10,lr:0.005&o=rmsprop,batch:10,lr:0.05"
            "&o=adam,batch:10,lr:0.1",
        ),
    ),
    Preset(
        "network",
        "",
        N_("A small network and a sine"),
        N_(
            "Four hidden units bend to a sine. Each seed starts elsewhere: some end in a worse minimum, whatever the optimizer."
        ),
        "",
        _shows(
            "d=sine&m=network&e=60&x=own&seeds=5&o=gd,batch:all,lr:0.1&o=gd,batch:6,lr:0.1&o=adam,batch:6,lr:0.03",
        ),
    ),
    Preset(
        "moons",
        "",
        N_("Two classes"),
        N_("The border of a network bends between the moons. Choose logistic regression instead: its border stays straight."),
        "",
        _shows(
            "d=two_moons&m=network&m.hidden=6&e=60&x=own&seeds=3&o=gd,batch:10,lr:0.2&o=adam,batch:10,lr:0.05",
        ),
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.key: preset for preset in _ALL})
