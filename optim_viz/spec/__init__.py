"""The records that everything else derives from. A record is frozen and checks itself when it is made, so that a wrong entry
fails at import and names its fault.
"""

from optim_viz.spec.optimizers import (
    FAMILIES,
    SCALES,
    Look,
    Optimizer,
    Stability,
    State,
    Variant,
    by_name,
    one_two_five,
    starting_rate,
)  # fmt: skip
from optim_viz.spec.surfaces import LOWEST, Box, Minima, Minimum, Point, Surface, Valley
from optim_viz.values import (
    Hyper,
    Interval,
    N_,
    check_mapping,
    check_names,
    check_values,
    floats,
    is_number,
    named,
)  # fmt: skip

__all__ = [
    "FAMILIES", "LOWEST", "SCALES", "Box", "Hyper", "Interval", "Look", "Minima", "Minimum", "N_", "Optimizer",
    "Point", "Stability", "State", "Surface", "Valley", "Variant", "by_name", "check_mapping", "check_names", "check_values",
    "floats", "is_number", "named", "one_two_five", "starting_rate",
]  # fmt: skip
