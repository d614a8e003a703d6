"""Names for the cases of a test: the same in every process, which runs of several processes compare."""

import re

from optim_viz.errors import shown


def told(value: object) -> str:
    """What is tried, without the addresses of objects in memory."""
    return re.sub(r" at 0x[0-9a-f]+", "", shown(value))
