"""The charts of a race: what of each run can be drawn against its steps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from optim_viz import Run
from optim_viz.spec import N_
from optim_viz.ui.i18n import Messages


@dataclass(frozen=True)
class Chart:
    """One chart.

    Attributes:
        title: in the menu above the chart.
        heading: of the table's column with the values at the step shown.
        lines: of a run, or of a run with many lanes: what is drawn of each, the most important first, each
            (..., steps + 1), nan where there is nothing. None for the loss, which an answer holds anyhow.
        absent: said where no runner has a line.
        unbounded: the title where the surface has no lowest value.
        tamed: whether the axis is cut where runs explode, so that the others stay readable.
        band: above this value is a region to stay out of.
    """

    key: str
    title: str
    heading: str
    lines: Callable[[Run], tuple[np.ndarray, ...]] | None = None
    absent: str = ""
    unbounded: str = ""
    tamed: bool = True
    band: float | None = None

    def told(self, _: Messages) -> dict[str, Any]:
        """What the browser needs to offer and draw it, in the reader's language."""
        told = {name: _(getattr(self, name)) for name in ("title", "heading", "absent")}
        return told | {"key": self.key, "unbounded": _(self.unbounded or self.title), "tamed": self.tamed, "band": self.band}


_ALL = (Chart("loss", N_("Loss above the lowest value"), N_("Loss"), unbounded=N_("Loss")),)

#: by key, the default first
CHARTS: Mapping[str, Chart] = MappingProxyType({chart.key: chart for chart in _ALL})


def lines(chart: str, run: Run) -> Sequence[np.ndarray]:
    """What a chart draws of a run, each (..., steps + 1); nothing where it is the loss."""
    of = CHARTS[chart].lines
    return () if of is None else of(run)


def evaluations(spent: np.ndarray) -> np.ndarray | None:
    """Gradients used to get to each row, (..., steps + 1); None where it is one for each step, which most do."""
    plain = np.arange(spent.shape[-1])
    return None if np.array_equal(spent, np.broadcast_to(plain, spent.shape)) else spent.astype(np.int32)
