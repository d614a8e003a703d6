"""What of the settings could not be used, said in the reader's words: the label that the page shows, and the text as it came.

The core's ``SettingError`` says it for programmers, with Python's names and ``repr``; here nothing of these is left.
"""

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from numbers import Real
from types import MappingProxyType
from typing import Any, TypeVar

from optim_viz.around import UNSUPPORTED
from optim_viz.engine import NEAR, look_up
from optim_viz.errors import SettingError
from optim_viz.optimizers import OPTIMIZERS
from optim_viz.spec import Hyper, N_
from optim_viz.spec.optimizers import SINGLE
from optim_viz.stages import STAGES
from optim_viz.ui.i18n import Messages
from optim_viz.values import ONE_OF

MOST_NAMES = 12  # of what there is to choose from; of more the reader is sent to the menu
#: what other programs append to an address: the language (read before any page), Streamlit's own, and those of campaigns,
#: searches and WeChat. Whatever else a page does not know is told: it may be a word that its writer relied on.
FOREIGN = re.compile(r"lang|embed(_options)?|utm_\w+|\w*cl(k)?id|from|isappinstalled|scene|nsukey|share_\w+|_\w*")

#: stands above the notes; the player's own is in components/player/instrument.js
NOT_USED = N_("Not all of this can be used. What is named here is left out, or has another value in its place:")
MAX_NOTES = 12  # faults of one query that are named
MAX_QUOTE = 100  # characters of what was received
MAX_TEXT = 1200  # of one value in a link: a runner with everything around it has some 600
#: what something should be where it is not, and how that is told; the browser has the same, see ``told_of``
SAYS: Mapping[str, str] = MappingProxyType({
    "fault": N_("{parameter} must be {allowed}; received {received}"),
    "of": N_("{label} of {owner}"),
    "quoted": N_("“{quoted}”"),
    "nothing": N_("nothing"),
    "number": N_("a number"),
    "point": N_("a number with a point for its decimals, as in {point}"),
    "plain": N_("a number without commas"),
    "whole": N_("a whole number without commas"),
    "between": N_("a whole number from {lo} to {limit}"),
    "bounded": N_("a number from {lo} to {limit}"),
    "switch": N_("1 (on) or 0 (off)"),
    "long": N_("at most {limit} characters long"),
    "one": ONE_OF, "near": NEAR,
    "menu": N_("one of those in the menu"),
    "menu near": N_("one of those in the menu (did you mean {near}?)"),
    "unknown": N_("left out: nothing here has this name"),
    "unknown near": N_("left out: nothing here has this name (did you mean {near}?)"),
    "many": N_("given at most {limit} times"),
    "unused": N_("left out: nothing that is switched on uses it"),
    "unsupported": UNSUPPORTED, "single": SINGLE,
    "not its own": N_("left out: {owner} has no number of this name"),
    "pairs": N_("followed by pairs like lr:0.1, with commas between them"),
    "arrows": N_("the number of a runner, 1 to {limit}, and what to show of it"),
    "version": N_("a whole number, 1 or more"),
    "newer": N_("This link is of a newer version of this app ({asked}): what is new in it is not understood here."),
    "page": N_("There is no page {asked}. The pages are {pages}; this is the first of them."),
})  # fmt: skip
HERE = "\0"  # a place to be filled

T = TypeVar("T")


class RemarkError(SettingError):
    """A fault that is told by a sentence of its own, ``template``; ``{asked}`` in it is what was received. A value that is a
    tuple of texts is told as a list.
    """


class Notes(list[SettingError]):
    """What was wrong with a query. ``labels``: what the page calls the parameters of its link."""

    def __init__(self, labels: Mapping[str, str] | None = None):
        super().__init__()
        self.labels = labels or {}

    def unless(self, default: T, reading: Callable[[], T]) -> T:
        """What ``reading`` returns; when it raises a SettingError, that is noted and the default returned."""
        try:
            return reading()
        except SettingError as error:
            self.append(error)
            return default


def said(_: Messages, key: str, **values: object) -> str:
    """One of ``SAYS``."""
    template = SAYS[key]
    return _(template, **values)


def one_of(parameter: str, table: Mapping[str, T], key: str) -> T:
    """The entry of this key.

    Raises:
        SettingError: there is none; it names the nearest, and all of them where they are few.
    """
    try:
        return look_up(parameter, table, key)
    except SettingError as error:
        if len(table) <= MOST_NAMES:
            raise
        if near := error.values.get("near"):
            raise SettingError(parameter, SAYS["menu near"], key, near=near) from None
        raise SettingError(parameter, SAYS["menu"], key) from None


def strangers(query: Mapping[str, Any], known: Iterable[str], prefixes: tuple[str, ...], notes: Notes) -> None:
    """Note the names in a query that the page does not know, except ``FOREIGN`` ones."""
    names = list(known)
    for name, values in query.items():
        if name in names or name.startswith(prefixes) or FOREIGN.fullmatch(name):
            continue
        near = difflib.get_close_matches(name, names, 1)
        values_told = {"near": near[0]} if near else {}
        notes.append(SettingError(name, SAYS["unknown near" if near else "unknown"], (values or [""])[-1], **values_told))


def brief(text: str) -> str:
    """Text from a link, which anyone may have written, on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_QUOTE else line[: MAX_QUOTE - 1] + "…"


#: what a card calls the numbers of the stages around a rule, and the stages
_AROUND = {
    hyper.name: hyper.label
    for stage in STAGES.values()
    for word in (stage.choice.options if stage.choice else ("",))
    for hyper in stage.numbers(word).values()
} | {name: stage.title for stage in STAGES.values() for name in (stage.key, *([stage.choice.name] if stage.choice else []))}


def told_of(_: Messages, labels: Mapping[str, str]) -> dict[str, Any]:
    """What the browser needs to tell the faults of a query itself, see ``components/player/faults.js``."""
    limits = {"names": MOST_NAMES, "notes": MAX_NOTES, "quote": MAX_QUOTE, "text": MAX_TEXT}
    return {
        "says": {key: _(text) for key, text in SAYS.items()},
        "labels": {key: _(label) for key, label in labels.items()},
        "around": {key: _(label) for key, label in _AROUND.items()},
        "limits": limits, "foreign": f"^({FOREIGN.pattern})$",
    }  # fmt: skip


def told_all(_: Messages, faults: Notes, quote: Callable[[str], str] = brief) -> list[str]:
    """The faults as sentences, the first few of them."""
    return [told(_, fault, faults.labels, quote) for fault in faults[:MAX_NOTES]] + ["…"] * (len(faults) > MAX_NOTES)


def listed(_: Messages, faults: Notes) -> str:
    """The faults as HTML, for a page that is a text; nothing where there are none."""
    items = "".join(f"<li>{escape(note)}</li>" for note in told_all(_, faults))
    return f'<div class="cat-notes" role="note"><p>{escape(_(NOT_USED))}</p><ul>{items}</ul></div>' if faults else ""


#: what an interval allows, by its brackets; one that is missing stands before infinity. For whole numbers, ends belong to it
_RANGES = {
    "": N_("a number"),
    "[": N_("a number, {lo} or more"),
    "(": N_("a number above {lo}"),
    "]": N_("a number, at most {hi}"),
    ")": N_("a number below {hi}"),
    "[]": N_("a number from {lo} to {hi}"),
    "[)": N_("a number from {lo} to {hi}, {hi} not included"),
    "(]": N_("a number from {lo} to {hi}, {lo} not included"),
    "()": N_("a number between {lo} and {hi}, neither of them included"),
}
_WHOLE = {"": N_("a whole number"), "[": N_("a whole number, {lo} or more"), "[]": N_("a whole number from {lo} to {hi}")}


def allowed(_: Messages, hyper: Hyper, limit: float = math.inf) -> str:
    """What numbers a reader may set, in words; ``limit`` as in ``inputs.read_hyper``."""
    if hyper.kind == "switch":
        return said(_, "switch")
    most = math.inf if hyper.kind == "integer" else limit
    lo, hi = max(hyper.allowed.lo, -most), min(hyper.allowed.hi, most)
    first = "" if lo == -math.inf else "[" if lo in hyper.allowed else "("
    last = "" if hi == math.inf else "]" if hi in hyper.allowed else ")"
    table = _WHOLE if hyper.kind == "integer" else _RANGES
    return _(table[first + last], lo=f"{lo:,.10g}", hi=f"{hi:,.10g}")


def told(_: Messages, fault: SettingError, labels: Mapping[str, str], quote: Callable[[str], str] = brief) -> str:
    """One fault as a sentence. What a visitor wrote is ``quote``d; ``labels`` as ``Notes`` has them."""
    received = _received(_, fault.received, quote)
    if isinstance(fault, RemarkError):
        lists = {
            name: _.listed([_(text) for text in value]) for name, value in fault.values.items() if isinstance(value, tuple)
        }
        return _(fault.template, **fault.values | lists | {"asked": received})
    hyper = fault.values.get("hyper")
    label = _label(_, fault, labels, quote)
    if isinstance(hyper, Hyper) and (hyper.kind == "switch" or "condition" in fault.values):
        what = allowed(_, hyper, most if isinstance(most := fault.values.get("most"), float) else math.inf)
    else:
        what = _(fault.template).format(**fault.values)
    whole = said(_, "fault", parameter=label, allowed=what, received=received if isinstance(fault.received, Real) else HERE)
    whole = _.spaced(whole).replace(HERE, received)  # between quotation marks a text stays as it is
    return whole[:1].upper() + whole[1:]


def _label(_: Messages, fault: SettingError, labels: Mapping[str, str], quote: Callable[[str], str]) -> str:
    """What the page calls the parameter: its own label, or that of an optimizer's number ("adam, lr")."""
    owner, _comma, name = fault.parameter.rpartition(", ")
    hyper = fault.values.get("hyper")
    known = {**labels, **_AROUND} if owner else {**_AROUND, **labels}
    if isinstance(hyper, Hyper) and hyper.label:
        label = _(hyper.label)
    elif owner in OPTIMIZERS and name in OPTIMIZERS[owner].hypers:
        label = _(OPTIMIZERS[owner].hypers[name].label)
    elif not owner and name in OPTIMIZERS:
        label = OPTIMIZERS[name].name
    elif name in known:
        label = _(known[name])
    else:
        label = said(_, "quoted", quoted=quote(name))
    return said(_, "of", label=label, owner=OPTIMIZERS[owner].name) if owner in OPTIMIZERS else label


def _received(_: Messages, received: object, quote: Callable[[str], str]) -> str:
    """A text between quotation marks, a number plainly."""
    if isinstance(received, bytes):
        received = received.decode(errors="replace")
    if isinstance(received, str):
        text = quote(received)
        return said(_, "quoted", quoted=text) if text.strip() else said(_, "nothing")
    if isinstance(received, Real):  # numpy's numbers are, too
        return f"{float(received):.15g}"
    return _("something else")
