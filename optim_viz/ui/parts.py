"""The parts of a player's page, which a link can hide for class and for lessons: ``hide=examples,table``.

In the browser an element bears the key as ``data-part``; ``components/player/frame.js`` hides what the link names.
A part hides all that is inside of it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from optim_viz.spec import N_

#: key -> what the choice in the share dialog says
PARTS: Mapping[str, str] = MappingProxyType(
    {
        "presets": N_("examples"),
        "watch": N_("what to watch"),
        "share": N_("sharing and help"),
        "transport": N_("play and step"),
        "surface": N_("choice of the surface"),
        "data": N_("data and model"),
        "params": N_("the surface's sliders"),
        "start": N_("start point"),
        "steps": N_("number of steps"),
        "optimizers": N_("cards of the optimizers"),
        "numbers": N_("their sliders"),
        "add": N_("adding and removing optimizers"),
        "zoom": N_("zoom buttons"),
        "views": N_("choice of the view, and arrows"),
        "charts": N_("charts"),
        "table": N_("table"),
        "words": N_("summary in words"),
    }
)
