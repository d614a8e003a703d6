"""Data of one's own as settings: how a file is read and which of its columns are chosen; and what the page tells of it.

A link holds the choices and never the data: whoever opens it and brings the same file sees the same picture.
"""

import re
from dataclasses import dataclass
from typing import Any

from optim_viz import Data, SettingError, files
from optim_viz.files import Choice, Column, Decimal, How, Said, Table
from optim_viz.spec import N_
from optim_viz.ui.faults import Notes, brief, told
from optim_viz.ui.forms import Field, Kind, One, Reading
from optim_viz.ui.i18n import Messages
from optim_viz.ui.inputs import written
from optim_viz.ui.regression import sent

KINDS = {
    "numbers": N_("numbers"), "counts": N_("counts the rows"), "constant": N_("never changes"), "text": N_("text"),
    "dates": N_("dates"), "empty": N_("empty"),
}  # fmt: skip
SEPARATORS = {
    "comma": N_("comma ,"), "semicolon": N_("semicolon ;"), "tab": N_("tab"), "wide_comma": N_("full-width comma ，"),
    "wide_semicolon": N_("full-width semicolon ；"), "bar": N_("bar |"), "blanks": N_("blanks"),
}  # fmt: skip
HEADERS = {"names": N_("names"), "none": N_("values already")}
SHOWN_ODD = 3  # cells that are no numbers, which are quoted


@dataclass(frozen=True, eq=False)
class Brought:
    """A file that somebody brought, read as it is asked for. ``data`` None: what is chosen makes none."""

    digest: str
    how: How
    table: Table
    choice: Choice | None
    data: Data | None

    @property
    def inputs(self) -> str:
        """As a link has them, by their places from 1; empty where they are the usual ones."""
        if self.choice is None:
            return ""
        usual = self.table.usual(self.choice.target, self.choice.missing).inputs
        return "" if self.choice.inputs == usual else written([k + 1 for k in self.choice.inputs])

    @property
    def identity(self) -> list[Any]:
        """All that the data depend on."""
        choice = self.choice
        return [self.digest, repr(self.how), None if choice is None else [choice.target, choice.inputs, choice.missing]]


def _of_brought(value: Any) -> Any:
    """A setting of those whose data are their own; others have none."""
    return lambda settings: value(settings.brought) if settings.brought else ""


FIELDS = (
    Field("column", "target", Kind(), "", N_("column to predict"), at=_of_brought(lambda b: b.data.target)),
    Field("columns", "inputs", Kind(), "", N_("columns of the inputs"), at=_of_brought(lambda b: b.inputs)),
    Field(
        "missing", "missing", One(files.MISSING), "rows", N_("missing values"),
        at=lambda s: s.brought.choice.missing if s.brought else "rows",
    ),
    Field("encoding", "enc", One(files.ENCODINGS), "", N_("encoding"), at=_of_brought(lambda b: b.how.encoding)),
    Field("separator", "sep", One(SEPARATORS), "", N_("sign between columns"), at=_of_brought(lambda b: b.how.separator)),
    Field("header", "header", One(HEADERS), "", N_("first line"), at=_of_brought(lambda b: b.how.header)),
    Field(
        "decimals", "decimals", Kind(), "", N_("decimal signs"),
        at=_of_brought(lambda b: ",".join(f"{k + 1}:{sign}" for k, sign in b.how.decimals)),
    ),
)  # fmt: skip


def brought(got: Reading) -> Brought | None:
    """The data of one's own that came beside the query; None where they cannot be read. What of the choices does not fit them
    is told, and left to what is found.
    """
    notes = got.notes
    how = How(got["encoding"], got["separator"], got["header"], notes.unless((), lambda: _decimals(got["decimals"])))
    found = notes.unless(None, lambda: sent.table(got.more, how))
    if found is None and how != How():
        how = How()
        found = Notes().unless(None, lambda: sent.table(got.more, how))
    if found is None:
        return None
    digest, table = found
    target = notes.unless(None, lambda: table.place(got["column"])) if got["column"] else None
    inputs = notes.unless(None, lambda: _places(got["columns"], len(table.columns))) if got["columns"] else None
    tried = Notes()
    for wish in dict.fromkeys([(target, inputs), (target, None), (None, None)]):
        choice = tried.unless(None, lambda wish=wish: table.choice(*wish, missing=got["missing"]))  # type: ignore[misc]
        data = tried.unless(None, lambda choice=choice: table.data(choice)) if choice else None  # type: ignore[misc]
        if data is not None:
            break
    notes.extend(tried[:1])
    return Brought(digest, how, table, choice, data)


def _places(text: str, width: int) -> tuple[int, ...]:
    """Columns from 0, as a link counts them from 1. Raises SettingError."""
    places = [int(part) - 1 if re.fullmatch("[1-9][0-9]{0,4}", part) else -1 for part in text.split(",")]
    if not all(0 <= place < width for place in places):
        raise SettingError("inputs", N_("numbers of columns from 1 to {n}, with commas between them"), text, n=width)
    return tuple(sorted(set(places)))


def _decimals(text: str) -> tuple[tuple[int, Decimal], ...]:
    """How columns are to be read, from 0: ``2:comma,3:point``. Raises SettingError."""
    pairs = [part.partition(":") for part in text.split(",") if part]
    signs: dict[int, Decimal] = {
        int(at) - 1: decimal
        for at, _colon, sign in pairs
        for decimal in files.DECIMALS
        if sign == decimal and re.fullmatch("[1-9][0-9]{0,4}", at)
    }
    if len(signs) < len(pairs):
        raise SettingError("decimals", N_("a column and its sign, as in 2:comma,3:point"), text)
    return tuple(sorted(signs.items()))


# ------------------------------------------------------------------------------------------------------------ what is told


def shown(_: Messages, own: Brought) -> dict[str, Any]:
    """What the page shows of a file: how it was read, and its columns with what is chosen; ``components/regression/own.js``."""
    table, choice = own.table, own.choice
    rows = table.rows(choice) if choice else None
    used = len(table.lines) if rows is None else int(rows.sum())
    return {
        "file": own.digest,
        "rows": used,
        "without": len(table.lines) - used,
        "missing": choice.missing if choice else "rows",
        "encoding": {"key": table.encoding, "isSet": bool(own.how.encoding)},
        "separator": {"key": table.separator, "isSet": bool(own.how.separator)},
        "header": {"key": table.header, "isSet": bool(own.how.header)},
        "decimals": [[k + 1, sign] for k, sign in own.how.decimals],
        "said": [_spoken(_, one) for one in table.said],
        "columns": [_column(_, own, k, column) for k, column in enumerate(table.columns)],
    }


def _column(_: Messages, own: Brought, k: int, column: Column) -> dict[str, Any]:
    choice, rows = own.choice, len(own.table.lines)
    role = "" if choice is None else "target" if k == choice.target else "input" if k in choice.inputs else ""
    says = [_spoken(_, one) for one in column.said]
    if column.odd:
        some = _.listed([_("“{quoted}”", quoted=brief(text)) for _line, text in column.odd[:SHOWN_ODD]])
        more = ["…"] * (len(column.odd) > SHOWN_ODD)
        lines = ", ".join([*(str(line) for line, _text in column.odd[:SHOWN_ODD]), *more])
        says.append(_("No numbers, counted as missing: {cells}, line {lines}.", cells=some, lines=lines))
    of = _("missing {n} of {rows}", n=column.missing, rows=rows) if column.missing and column.kind != "empty" else ""
    example = column.example
    return {
        "name": column.name, "full": column.full, "first": [brief(cell) for cell in column.first],
        "is": _(KINDS[column.kind]), "missing": of, "can": column.can_be_chosen, "role": role, "says": says,
        "decimal": column.decimal, "isAsked": column.asked,
        "readings": [] if example is None else [
            {"key": sign, "name": _("{cell} is {number}", cell=example[0], number=f"{example[1][sign]:.15g}")}
            for sign in files.DECIMALS
        ],
    }  # fmt: skip


def _spoken(_: Messages, said: Said) -> str:
    return _(said.template, **{name: brief(value) if isinstance(value, str) else value for name, value in said.values.items()})


def problem(_: Messages, notes: Notes) -> str | None:
    """What is wrong with a file or with what is chosen of it, the first of it."""
    return told(_, notes[0], notes.labels) if notes else None
