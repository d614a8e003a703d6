"""The race's presets: a picture to begin with, a sentence on what to watch, one on what to try next, and what both promise."""

from collections.abc import Mapping
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
        N_("GD swings across the ravine while it creeps along it. The others hardly swing. Who arrives first?"),
        N_("Raise GD's learning rate past 0.04, which is 2 over the curvature 50: what happens?"),
        _shows(
            "s=ravine&s.condition=50&n=300&o=gd,lr:0.038&o=momentum,lr:0.01&o=rmsprop,lr:0.01&o=adam,lr:0.1",
        ),
    ),
    Preset(
        "parabola",
        "rate",
        N_("One parabola, one learning rate"),
        N_("Each step multiplies x by 1 - 2 times the learning rate, here by 0.8. After 50 steps x is 0.00014."),
        N_("Find where GD starts to jump from side to side (above 0.5), and where it leaves (above 1)."),
        _shows(
            "s=x_squared&x=10&n=50&o=gd,lr:0.1",
        ),
    ),
    Preset(
        "sensitive",
        "rate",
        N_("Five learning rates, five fates"),
        N_("From 0.002 to 0.041: one creeps, one is slow, one swings and arrives, one swings for ever, one leaves."),
        N_("Halve the curvature of the ravine: which of the five change their fate?"),
        _shows(
            "s=ravine&s.condition=50&n=300&o=gd,lr:0.002&o=gd,lr:0.02&o=gd,lr:0.038&o=gd,lr:0.04&o=gd,lr:0.041",
        ),
    ),
    Preset(
        "forgiving",
        "rate",
        N_("Adam forgives"),
        N_("A hundredfold in learning rate: Adam arrives with all three, GD with one."),
        N_("Try the same on Rosenbrock. Forgiving is not immune."),
        _shows(
            "s=ravine&s.condition=50&n=300&o=adam,lr:0.02&o=adam,lr:0.2&o=adam,lr:2&o=gd,lr:0.0004&o=gd,lr:0.02&o=gd,lr:0.2",
        ),
    ),
    Preset(
        "valley",
        "places",
        N_("The banana valley"),
        N_("All four reach the valley floor soon. Who follows its bend? Press play and watch the distances between the dots."),
        N_("Double the learning rates of GD and Momentum: both arrive now. Double them once more: who leaves?"),
        _shows(
            "s=rosenbrock&n=1000&o=gd,lr:0.001&o=momentum,lr:0.0005&o=rmsprop,lr:0.01&o=adam,lr:0.05",
        ),
    ),
    Preset(
        "basins",
        "places",
        N_("One start, different minima"),
        N_("Four minima, equally deep. From one start they end at three of them."),
        N_("Drag the start a little: who changes over to another minimum?"),
        _shows(
            "s=himmelblau&x=0.3&y=3.9&n=300&o=gd,lr:0.01&o=momentum,lr:0.01&o=rmsprop,lr:0.02&o=adam,lr:0.2",
        ),
    ),
    Preset(
        "saddle",
        "places",
        N_("Stuck at a saddle"),
        N_("The start is a hair's breadth from the ridge, and the slope leads to the saddle. Who gets off first?"),
        N_("Try a start of exactly y = 0: nobody ever leaves, for nothing pushes aside."),
        _shows(
            "s=saddle&x=-1.5&y=0.001&n=300&o=gd,lr:0.05&o=momentum,lr:0.02&o=rmsprop,lr:0.01&o=adam,lr:0.05",
        ),
    ),
    Preset(
        "cancel",
        "momentum",
        N_("Momentum in a ravine"),
        N_("With a quarter of GD's learning rate Momentum arrives first, and Nesterov, who looks ahead, before it."),
        N_("Lower the momentum from 0.9 to 0.5, then raise it to 0.99: it does not get better and better."),
        _shows(
            "s=ravine&s.condition=50&n=300&o=gd,lr:0.038&o=momentum,lr:0.01&o=nesterov,lr:0.01",
        ),
    ),
    Preset(
        "shelf",
        "momentum",
        N_("Fast over flat ground"),
        N_("Where the slope vanishes GD stops, far from the minimum. Momentum rolls over the shelf."),
        N_("Lower the momentum: from where on does it stop there too?"),
        _shows(
            "s=shelf&n=300&o=gd,lr:0.05&o=momentum,lr:0.05,momentum:0.9",
        ),
    ),
    Preset(
        "escape",
        "momentum",
        N_("Out of a shallow well"),
        N_("Momentum may leave a local minimum: with 0.05 it rolls on to the deeper well, with 0.02 it does not. GD stays."),
        N_("Drag the start to and fro: whether it escapes is luck of start and learning rate."),
        _shows(
            "s=double_well&n=200&o=gd,lr:0.05&o=momentum,lr:0.05&o=momentum,lr:0.02",
        ),
    ),
    Preset(
        "limits",
        "momentum",
        N_("Nesterov's lower limit"),
        N_("One learning rate, 0.03, for three: GD and Momentum arrive, Nesterov leaves. At most 0.027 is stable for it here."),
        N_("Find the largest rate at which each of them still arrives: 2, 3.8 and 1.36 over the curvature 50."),
        _shows(
            "s=ravine&s.condition=50&n=300&o=gd,lr:0.03&o=momentum,lr:0.03&o=nesterov,lr:0.03",
        ),
    ),
    Preset(
        "dampening",
        "momentum",
        N_("Burn's dampening"),
        N_("Burn's SGD dampens each gradient by 0.1, torch's does not. The first steps are the same, then torch's are longer."),
        N_("Raise Burn's learning rate by a tenth, as its limit is a tenth higher: the paths nearly meet."),
        _shows(
            "s=ravine&s.condition=50&n=100&o=momentum,lr:0.01&o=momentum@burn,lr:0.01",
        ),
    ),
    Preset(
        "worked",
        "momentum",
        N_("A slope of 5, step by step"),
        N_("The slopes are 5, then -2. A tutorial makes 3 of them; torch's buffer is 5, then 0.9 times 5 - 2 = 2.5."),
        N_("Step with the arrow keys. Then set the dampening to 0.9: only now each slope counts for a tenth."),
        _shows(
            "s=x_squared&x=2.5&n=30&zoom=-4,4,-1,10&o=momentum,lr:0.7,momentum:0.9",
        ),
    ),
    Preset(
        "stalls",
        "adaptive",
        N_("AdaGrad stalls, RMSprop goes on"),
        N_("AdaGrad's sum only grows, so it goes less and less far. RMSprop forgets old slopes and leaves it behind."),
        N_("Give AdaGrad ten times the learning rate: does it still stall?"),
        _shows(
            "s=rosenbrock&n=2000&o=adagrad,lr:0.2&o=rmsprop,lr:0.01",
        ),
    ),
    Preset(
        "first",
        "adaptive",
        N_("RMSprop's first step"),
        N_("Adam's first step is one learning rate long. RMSprop's is 10 of them with a memory of 0.99, 3.2 with 0.9."),
        N_("Take RMSprop as Optax has it and switch on its bias correction: the jump is gone."),
        _shows(
            "s=ravine&n=60&o=rmsprop,lr:0.05,alpha:0.99&o=rmsprop,lr:0.05,alpha:0.9&o=adam,lr:0.05",
        ),
    ),
    Preset(
        "radam",
        "adaptive",
        N_("RAdam's first five steps"),
        N_("Five steps as long as the slope is steep, then tiny ones. Adam's are as long as the learning rate from the first."),
        N_("Raise both learning rates to 1: RAdam's first steps leave the picture, Adam only takes longer ones."),
        _shows(
            "s=ravine&s.condition=50&n=300&o=radam,lr:0.02&o=adam,lr:0.02",
        ),
    ),
    Preset(
        "adadelta",
        "adaptive",
        N_("Adadelta without a learning rate"),
        N_("No learning rate to tune, but epsilon sets the first steps: a hundred times the epsilon, ten times the step."),
        N_("Take Adadelta as Keras has it, with a learning rate of 0.001: it does not move."),
        _shows(
            "s=ravine&s.condition=50&n=500&o=adadelta,lr:1,eps:0.000001&o=adadelta,lr:1,eps:0.0001",
        ),
    ),
    Preset(
        "turned",
        "adaptive",
        N_("A ravine across the coordinates"),
        N_("Adam knows steep and flat along the coordinates only. In a turned ravine it takes five times Momentum's steps."),
        N_("Turn the ravine back to 0 degrees: Adam arrives four times as fast, Momentum hardly changes."),
        _shows(
            "s=ravine&s.condition=50&s.rotation=45&n=500&o=adam,lr:0.1&o=momentum,lr:0.01",
        ),
    ),
    Preset(
        "noise",
        "around",
        N_("Noise, and a direction that shakes"),
        N_("The noise is equally strong both ways, yet with 0.038 it shakes four times as far at each step across as along."),
        N_("Lower the learning rate of the first to 0.01: it shakes alike both ways, and creeps."),
        _shows(
            "s=ravine&s.condition=50&n=500&o=gd,lr:0.038,noise:1&o=gd,lr:0.01,noise:1",
        ),
    ),
    Preset(
        "cosine",
        "around",
        N_("A learning rate that shrinks"),
        N_("Under noise a fixed learning rate hovers about the minimum; one that shrinks along a cosine settles."),
        N_("Change the seed: single endings are luck, but the cosine wins nearly always."),
        _shows(
            "s=ravine&n=500&o=gd,lr:0.02,noise:1&o=gd,lr:0.02,noise:1,schedule:cosine,t_max:500",
        ),
    ),
    Preset(
        "clip",
        "around",
        N_("Clipping at a cliff"),
        N_("One step onto the wall throws GD back halfway. With its gradient clipped to a length of 1 it stays at the foot."),
        N_("Clip each component instead of the length. Then make the cliff ten times as steep."),
        _shows(
            "s=cliff&n=300&o=gd,lr:0.5&o=gd,lr:0.5,clip_norm:1",
        ),
    ),
    Preset(
        "lookahead",
        "around",
        N_("Lookahead: slow weights"),
        N_("At 0.041 GD flies off. Lookahead with the same GD inside goes halfway back after every 5 steps, and arrives."),
        N_("Let it go back only every 20 steps, or not at all (alpha 1): does it still hold?"),
        _shows(
            "s=ravine&s.condition=50&n=300&o=gd,lr:0.041&o=gd,lr:0.041,lookahead_k:5,lookahead_alpha:0.5",
        ),
    ),
    Preset(
        "adamw",
        "around",
        N_("AdamW's decay is not Adam's L2"),
        N_("The same weight decay, 0.5, draws both off the minimum towards 0. In AdamW it pulls harder: nothing divides it."),
        N_("Set both decays to 0: the two become one path."),
        _shows(
            "s=booth&n=500&o=adam,lr:0.2,weight_decay:0.5&o=adamw,lr:0.2,weight_decay:0.5",
        ),
    ),
    Preset(
        "averages",
        "names",
        N_("Momentum: a sum or an average?"),
        N_("At one learning rate the average moves a tenth as far as the sum. With ten times the rate the two are one path."),
        N_("Lower all momentums to 0.5: by what must the average's learning rate grow now?"),
        _shows(
            "s=ravine&s.condition=50&n=300&o=momentum,lr:0.01&o=momentum_ema,lr:0.01&o=momentum_ema,lr:0.1",
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
        ),
    ),
    Preset(
        "nadams",
        "names",
        N_("Three libraries, three NAdams"),
        N_("The same settings, and the paths part: in PyTorch, Keras and Optax the momentum grows at different speeds."),
        N_("Set torch's momentum decay to 1: now it is the one of Keras."),
        _shows(
            "s=rosenbrock&n=500&o=nadam,lr:0.05&o=nadam@keras,lr:0.05&o=nadam@optax,lr:0.05",
        ),
    ),
)  # fmt: skip

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.key: preset for preset in _ALL})

for _preset in _ALL:
    if _preset.group not in GROUPS:
        raise ValueError(f"{_preset.key}: {_preset.group!r} is none of {list(GROUPS)}")
