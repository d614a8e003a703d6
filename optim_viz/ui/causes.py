"""Why a run or a fit diverged or ended higher than it began, as the second half of a sentence: rows of ``speech``.

A subject that is to be asked has an ``outcome`` with a ``cause``, and says whether it ``diverges``.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, get_args

from optim_viz.outcome import Kind
from optim_viz.spec import N_
from optim_viz.ui.speech import Phrase, Phrases

_NUMBERS = ("row", "lr", "times", "curvature", "momentum", "length")
ARGUMENTS = ("r", *get_args(Kind), *_NUMBERS)


def _cause(subject: Any, what: str) -> float:
    """A number of the cause; nan where it has none."""
    worth = getattr(subject.outcome.cause, what, None)
    return math.nan if worth is None else worth


#: what may be asked of a subject about it, with ``ARGUMENTS`` after ``r``
CALLS: Mapping[str, Callable[..., float]] = MappingProxyType({
    "because": lambda subject, kind: subject.outcome.cause is not None and subject.outcome.cause.kind == kind,
    "cause": _cause,
})  # fmt: skip


_BEYOND = Phrase(
    N_("its learning rate {lr} is above {times}/λ = {bound}"),
    lr="cause(r, lr)", times="cause(r, times)", bound="cause(r, times) / cause(r, curvature)",
)  # fmt: skip
_RATE = Phrases(
    Phrase(
        N_("{rate}, the limit with a momentum of {momentum}"), "cause(r, momentum) < never",
        rate=_BEYOND, momentum="cause(r, momentum)",
    ),
    _BEYOND,
)  # fmt: skip
CAUSES = Phrases(
    Phrase(N_("it goes down where the surface has no end"), "because(r, endless) == 1"),
    Phrase(N_("it climbs, and there is no top"), "because(r, climbs) == 1", "diverges(r) < never"),
    Phrase(N_("it was asked to go uphill"), "because(r, climbs) == 1"),
    Phrase(N_("without the noise on its gradient it would not"), "because(r, noise) == 1"),
    Phrase(N_("without its weight decay, which pulls towards 0, it would not"), "because(r, decay) == 1"),
    Phrase(
        N_("step {row}, {length} long, begins downhill and leads too far; from then on it is above its start"),
        "because(r, long) == 1", row="cause(r, row)", length="cause(r, length)",
    ),
    Phrase(
        N_("at step {row} its momentum carries it uphill; from then on it is above its start"), "because(r, momentum) == 1",
        row="cause(r, row)",
    ),
    Phrase(
        N_("at step {row} the surface is curved downwards: its step to where the slope is 0 leads uphill, and from then on it "
           "is above its start"), "because(r, peak) == 1", row="cause(r, row)",
    ),
    Phrase(N_("its rule divides by 0 at step {row}"), "because(r, zero) == 1", row="cause(r, row)"),
    Phrase(N_("its rule takes the root of a negative number at step {row}"), "because(r, root) == 1", row="cause(r, row)"),
    Phrase(N_("at step {row} its numbers are larger than a computer can hold"), "because(r, huge) == 1", row="cause(r, row)"),
    Phrase(
        N_("at step {row} a steep slope throws it {length} far"), "because(r, slope) == 1",
        row="cause(r, row)", length="cause(r, length)",
    ),
    Phrase(
        N_("{rate} (curvature λ = {curvature})"), "because(r, rate) == 1", "cause(r, row) == 0",
        rate=_RATE, curvature="cause(r, curvature)",
    ),
    Phrase(
        N_("{rate} (curvature λ = {curvature} at step {row})"), "because(r, rate) == 1",
        rate=_RATE, curvature="cause(r, curvature)", row="cause(r, row)",
    ),
    Phrase(N_("why is not clear")),
)  # fmt: skip
