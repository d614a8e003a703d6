"""The charts of a race: each curve of a run, with what the browser needs to offer and draw it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from optim_viz.curves import CURVES
from optim_viz.spec import N_
from optim_viz.ui.i18n import Messages


@dataclass(frozen=True)
class Chart:
    """How one of ``CURVES`` is shown.

    Attributes:
        curve: its key, where that is not the chart's: the loss is drawn above its minimum, sharpness as a share of its limit,
            as each runner has its own.
        heading: of the table's column with the values at the step shown.
        fits: what its value axis goes by: the ``"start"``, beyond which who explodes leaves through the top; the ``"bulk"``
            of values with single ones far off; or ``"all"``.
        title: in the menu; by default the curve's label.
        absent: said where no runner has a value.
        band: above this value is a region to stay out of.
    """

    key: str
    heading: str
    fits: Literal["start", "bulk", "all"]
    title: str = ""
    absent: str = ""
    curve: str = ""
    band: float | None = None

    def told(self, _: Messages) -> dict[str, Any]:
        """In the reader's language."""
        title = _(self.title or CURVES[self.curve or self.key].label)
        return {
            "key": self.key, "curve": self.curve or self.key, "title": title[:1].upper() + title[1:],
            "heading": _(self.heading), "absent": _(self.absent) if self.absent else "", "fits": self.fits, "band": self.band,
        }  # fmt: skip


_ALL = (
    Chart("loss", N_("Loss"), "start", curve="above"),
    Chart("distance", N_("Distance"), "start", absent=N_("This surface has no lowest point, or none is known.")),
    Chart("gradient", N_("Gradient"), "start"),
    Chart("effective", N_("Eff. rate"), "bulk", title=N_("effective learning rate")),
    Chart("rate", N_("Rate"), "all"),
    Chart(
        "sharpness", N_("Of limit"), "bulk", curve="share", band=1.0,
        absent=N_("No stability limit is known for these optimizers."),
    ),
)  # fmt: skip

#: by key, the default first
CHARTS: Mapping[str, Chart] = MappingProxyType({chart.key: chart for chart in _ALL})
