"""The race's presets: a picture to begin with, and one sentence on what to watch."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from optim_viz.spec import N_


@dataclass(frozen=True)
class Preset:
    """``query`` is a link's; what it leaves out takes its default."""

    key: str
    title: str
    watch: str
    query: str


_ALL = (
    Preset(
        "zigzag",
        N_("Zigzag in a ravine"),
        N_("GD swings across the ravine while it creeps along it. Raise its learning rate past 0.04: what happens?"),
        "s=ravine&s.condition=50&n=300&o=gd,lr:0.038&o=momentum,lr:0.01&o=rmsprop,lr:0.01&o=adam,lr:0.1",
    ),
    Preset(
        "valley",
        N_("The banana valley"),
        N_("All four reach the valley floor soon. Who follows its bend? Press play and watch the distances between the dots."),
        "s=rosenbrock&n=1000&o=gd,lr:0.001&o=momentum,lr:0.0005&o=rmsprop,lr:0.01&o=adam,lr:0.05",
    ),
    Preset(
        "basins",
        N_("One start, different minima"),
        N_("Four minima, equally deep. Drag the start a little: who changes over to another minimum?"),
        "s=himmelblau&x=0.3&y=3.9&n=300&o=gd,lr:0.01&o=momentum,lr:0.01&o=rmsprop,lr:0.02&o=adam,lr:0.2",
    ),
    Preset(
        "saddle",
        N_("Stuck at a saddle"),
        N_(
            "The start is a hair's breadth from the ridge, and the slope leads to the saddle. "
            "Who gets off first? Then try a start of exactly y = 0."
        ),
        "s=saddle&x=-1.5&y=0.001&n=300&o=gd,lr:0.05&o=momentum,lr:0.02&o=rmsprop,lr:0.01&o=adam,lr:0.05",
    ),
    Preset(
        "parabola",
        N_("One parabola, one learning rate"),
        N_("Each step multiplies x by 1 - 2 times the learning rate. Find where GD starts to jump, and where it leaves."),
        "s=x_squared&x=10&n=50&o=gd,lr:0.1",
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.key: preset for preset in _ALL})
