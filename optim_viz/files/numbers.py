"""A column's cells to numbers. What a comma or a point means is decided for the whole column, from all its cells."""

import math
import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import numpy as np

#: which sign stands before the decimals; the other one, blanks and apostrophes part thousands
Decimal = Literal["point", "comma"]
DECIMALS: tuple[Decimal, ...] = ("point", "comma")
MOST = 1e100  # in amount: what is computed of a number must be one, too
#: how programs and people write that a value is missing
MISSING = frozenset({
    "", "na", "n/a", "n.a.", "nan", "null", "none", "missing", "-", "--", "—", "–", "?", ".", "..", "...", "…",
    "#n/a", "#na", "#value!", "#div/0!", "#num!", "#ref!", "#name?", "#null!", "缺失", "无", "空",
})  # fmt: skip
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000"), " ")
_SIGNS = _SPACES | {ord("\u2212"): "-", ord("\u2010"): "-", ord("\u2011"): "-", ord("’"): "'", ord("٫"): ".", ord("٬"): ","}
_UNITS = "%‰元円원"
_EXPONENT = r"(?:[eE][+-]?\d{1,4})?"


def _pattern(point: str, comma: str) -> re.Pattern[str]:
    """Numbers with this sign before the decimals; of thousands all are parted, by the same sign, in threes or as in India."""
    threes, india = rf"[1-9]\d{{0,2}}(?:{comma}\d{{3}})+", rf"[1-9]\d?(?:{comma}\d{{2}})+{comma}\d{{3}}"
    blanks = r"[1-9]\d{0,2}([ '])\d{3}(?:\1\d{3})*"
    grouped = rf"(?:{threes}|{india}|{blanks})(?:{point}\d*)?"
    return re.compile(rf"[+-]?(?:{grouped}|\d+(?:{point}\d*)?{_EXPONENT}|{point}\d+{_EXPONENT})", re.ASCII)


_READS: dict[Decimal, re.Pattern[str]] = {"point": _pattern(r"\.", ","), "comma": _pattern(",", r"\.")}
_PLAIN = re.compile(r"[+-]?\d+(?:[eE][+-]?\d{1,4})?", re.ASCII)
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:Z|[AaPp][Mm]|[+-]\d{2}:?\d{2}))?"
_DATE = re.compile(
    r"(?:\d{4}([-/.])\d{1,2}(?:\1\d{1,2})?|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2})|\d{4}年\d{1,2}月(?:\d{1,2}日)?"
    r"|\d{4}[ :-]?[qQmM]\d{1,2}|\d{1,2}[- ]?[A-Za-z]{3,9}[- ]?\d{2,4}|[A-Za-z]{3,9}\.?[- ]\d{1,2},? \d{4})"
    rf"(?:[T ]{_TIME})?|{_TIME}"
)


def is_missing(cell: str) -> bool:
    return cell.casefold() in MISSING


def is_date(cell: str) -> bool:
    return _DATE.fullmatch(cell) is not None


def bare(cell: str) -> str:
    """A cell without what is written around a number: signs of percent and money, brackets around what is below zero."""
    if cell.isascii() and cell[:1].isalnum() and cell[-1].isalnum():
        return cell
    if not cell.isascii():
        cell = unicodedata.normalize("NFKC", cell.translate(_SIGNS)).translate(_SIGNS)
        if len(cell) > 1 and cell[0] == "–":
            cell = "-" + cell[1:]
    if cell and cell[-1] in ")" and cell[0] == "(":
        cell = "-" + cell[1:-1].lstrip()
    sign, rest = (cell[0], cell[1:]) if cell[:1] in ("-", "+") else ("", cell)
    stripped = rest.strip()
    while stripped and (_is_money(stripped[-1]) or stripped[-1] in _UNITS):
        stripped = stripped[:-1].rstrip()
    while stripped and _is_money(stripped[0]):
        stripped = stripped[1:].lstrip()
    return stripped if not sign else sign + stripped


def _is_money(char: str) -> bool:
    return char == "$" or (char > "\x7f" and unicodedata.category(char) == "Sc")


def value(text: str, decimal: Decimal) -> float | None:
    """The number that a ``bare`` text is in this reading."""
    if not _READS[decimal].fullmatch(text):
        return None
    for sign in " '" + (",." if decimal == "point" else ".,")[0]:
        text = text.replace(sign, "")
    return float(text.replace(",", "."))


def looks(cell: str) -> bool:
    """Whether the cell is a number in either reading."""
    text = bare(cell)
    return bool(_PLAIN.fullmatch(text) or any(pattern.fullmatch(text) for pattern in _READS.values()))


@dataclass(frozen=True)
class Evidence:
    """What a column's cells say of its decimals: how many can be numbers in one reading only, and how many in both, so
    that it matters. ``jumps``: of these, the reading in which the numbers lie together while they jump in the other.
    """

    point: int
    comma: int
    both: int
    has_commas: bool  # among those that can be read both ways
    jumps: Decimal | None
    grouped: int  # that are numbers only with a sign between thousands


@dataclass(frozen=True)
class Read:
    """A column as numbers: nan where a value is missing or where the cell is none; these are ``odd``, by row."""

    values: np.ndarray
    odd: tuple[int, ...]


NOTHING = Evidence(0, 0, 0, False, None, 0)
_DIGITS = frozenset("0123456789.+-eE\n")


class Cells:
    """A column's cells as they stand in the file. Attributes: ``bare``; ``evidence`` of its decimals."""

    def __init__(self, cells: Sequence[str]):
        joined = "\n".join(cell for cell in cells if cell and cell != "NA")
        self.raw, self.bare = cells, cells
        self._floats: list[float] | None = None
        if set(joined) <= _DIGITS:  # as nearly all columns are: an eighth of the time
            with suppress(ValueError):
                self._floats = [math.nan if not cell or cell == "NA" else float(cell) for cell in cells]
        if self._floats is None:
            self.bare = [bare(cell) for cell in cells]
            self.evidence = evidence(self.bare)
        else:
            self.evidence = evidence(self.bare) if "." in joined else NOTHING

    def read(self, decimal: Decimal) -> "Read":
        """All by themselves with this sign before decimals."""
        if self._floats is not None and (decimal == "point" or not self.evidence.point + self.evidence.both):
            values = np.array(self._floats)
            beyond = np.abs(values) > MOST
            values[beyond] = np.nan
            return Read(values, tuple(np.flatnonzero(beyond).tolist()))
        return read(self.bare, decimal)


def evidence(cells: Sequence[str]) -> Evidence:
    """Of ``bare`` cells."""
    counts = {"point": 0, "comma": 0, "both": 0}
    grouped = 0
    either: list[tuple[float, float]] = []
    plain: list[float] = []
    for cell in cells:
        if _PLAIN.fullmatch(cell):
            plain.append(abs(float(cell)))
            continue
        point, comma = value(cell, "point"), value(cell, "comma")
        if point is None and comma is None:
            continue
        if point == comma:  # thousands parted by blanks
            grouped += 1
            continue
        kind = "both" if point is not None and comma is not None else "point" if point is not None else "comma"
        counts[kind] += 1
        grouped += kind != "both" and sum(map(cell.count, ",. '")) > 1
        if point is not None and comma is not None:
            either.append((abs(point), abs(comma)))
            has_comma = "," in cell
    has_commas = bool(either) and has_comma
    return Evidence(**counts, has_commas=has_commas, jumps=_jumps(plain, either, has_commas), grouped=grouped)


def _jumps(plain: list[float], either: list[tuple[float, float]], has_commas: bool) -> Decimal | None:
    """Whether numbers without a sign go on below a thousand where those with one begin: 950, 980, 1,020, 1,150."""
    large = [pair[0 if has_commas else 1] for pair in either]
    small = [pair[1 if has_commas else 0] for pair in either]
    near = [number for number in plain if number >= 100]
    if not near or max(plain) >= 1000:
        return None

    def spread(numbers: list[float]) -> float:
        return max(numbers) / max(min(numbers), 1e-9)

    return ("point" if has_commas else "comma") if spread(near + small) > 10 * spread(near + large) else None


def read(cells: Sequence[str], decimal: Decimal) -> Read:
    """``bare`` cells, read by themselves with this sign before decimals."""
    values = np.full(len(cells), np.nan)
    odd = []
    for row, cell in enumerate(cells):
        try:
            number = float(cell) if _PLAIN.fullmatch(cell) else value(cell, decimal)
        except (ValueError, OverflowError):
            number = None
        if number is None or not abs(number) <= MOST:
            if not is_missing(cell):
                odd.append(row)
        else:
            values[row] = number
    return Read(values, tuple(odd))
