"""How closely our trajectories agree with those recorded from the libraries: measured by ``make docs``, kept in a file."""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from optim_viz.spec import Optimizer

FILE = Path(__file__).with_name("parity.json")
NAMES = {"torch": "PyTorch", "keras": "Keras", "optax": "Optax"}


@dataclass(frozen=True)
class Parity:
    """One convention beside one library.

    Attributes:
        difference: the largest over all runs, of theta; relative where theta is above 1.
        chaotic: how many of the runs the library itself does not repeat from a start moved by 1e-15; of these only the rows
            before that were compared.
    """

    library: str
    version: str
    steps: int
    runs: int
    chaotic: int
    difference: float

    @property
    def bound(self) -> float:
        """The power of ten that the difference does not exceed; 0 where there is none."""
        return float(f"1e{math.ceil(math.log10(self.difference))}") if self.difference else 0.0


def of(record: Optimizer) -> tuple[Parity, ...]:
    """Each library that this convention was compared with."""
    return tuple(Parity(NAMES[library], **values) for library, values in _measured().get(record.full_key, {}).items())


@cache
def _measured() -> dict[str, dict[str, dict]]:
    found: dict[str, dict[str, dict]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found
