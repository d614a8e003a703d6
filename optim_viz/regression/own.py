"""Data of one's own: the bytes of a CSV file checked and read, with a plain word for each way in which they can be wrong."""

import csv
import io
import math
from dataclasses import dataclass

import numpy as np

from optim_viz.errors import SettingError
from optim_viz.regression.spec import Data, Task
from optim_viz.spec import N_

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, LEAST_ROWS = 1_000_000, 10_000, 12, 3
SEPARATORS = (",", ";", "\t")
#: how programs write that a value is missing
MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "?"}


@dataclass(frozen=True)
class Table:
    """Named columns of numbers, ``values`` (rows, columns)."""

    names: tuple[str, ...]
    values: np.ndarray

    def data(self, target: str | None = None) -> Data:
        """The data with this column as the target; the last if None. Targets that are all 0 or 1 are classes.

        Raises:
            SettingError: there is no such column.
        """
        if target is not None and target not in self.names:
            raise SettingError("target", N_("one of: {names}"), target, names=", ".join(self.names))
        at = len(self.names) - 1 if target is None else self.names.index(target)
        others = [k for k in range(len(self.names)) if k != at]
        targets = self.values[:, at]
        task: Task = "classes" if np.isin(targets, (0.0, 1.0)).all() else "numbers"
        return Data(self.values[:, others], targets, task, tuple(self.names[k] for k in others), self.names[at])


def parse(content: bytes, target: str | None = None) -> Data:
    """Data from CSV as ``read`` takes it; the target in the last column, or in the one of that name."""
    return read(content).data(target)


def read(content: bytes) -> Table:
    """A table from CSV: a header or none, numbers, separated by commas, semicolons or tabs.

    With semicolons or tabs a number may have a decimal comma.

    Raises:
        SettingError: what is wrong and in which line and column.
    """
    if len(content) > MOST_BYTES:
        raise SettingError("data", N_("at most {limit} bytes"), len(content), limit=f"{MOST_BYTES:,}")
    lines = _lines(_decoded(content))
    separator = _separator(lines[0][1])
    rows = _rows(lines, separator)
    names = _names(rows[0][1], separator)
    body = rows if names is None else rows[1:]
    width = len(rows[0][1])
    if width > MOST_COLUMNS:
        raise SettingError("data", N_("at most {limit} columns"), width, limit=MOST_COLUMNS)
    if len(body) > MOST_ROWS:
        raise SettingError("data", N_("at most {limit} rows"), len(body), limit=f"{MOST_ROWS:,}")
    if len(body) < LEAST_ROWS:
        raise SettingError("data", N_("at least {least} rows of numbers"), len(body), least=LEAST_ROWS)
    if names is None:
        names = (*(["x"] if width == 2 else [f"x{k + 1}" for k in range(width - 1)]), "y")
    table = _clean(body, width)
    if table is None:
        table = np.array([_numbers(row, names, number, separator) for number, row in body])
    for name, column in zip(names, table.T, strict=True):
        if (column == column[0]).all():
            raise SettingError("data", N_("different in each column; {name} is always the same"), column[0], name=name)
    return Table(names, table)


def _decoded(content: bytes) -> str:
    """The text: UTF-8, or UTF-16 where its mark says so."""
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        where = content[max(0, error.start - 10) : error.start + 10]
        raise SettingError("data", N_("text in UTF-8: save it as CSV UTF-8"), where) from None
    if "\0" in text:
        raise SettingError("data", N_("a text file with numbers, CSV"), text[:20])
    return text


def _lines(text: str) -> list[tuple[int, str]]:
    """The lines that are not empty, each with its number from 1."""
    lines = [
        (number, line) for number, line in enumerate(io.StringIO(text, newline=None).read().split("\n"), 1) if line.strip()
    ]
    if not lines:
        raise SettingError("data", N_("rows of numbers; there are none"), text[:20])
    return lines


def _rows(lines: list[tuple[int, str]], separator: str) -> list[tuple[int, list[str]]]:
    """The cells of each line, with its number. A quote left open ends with its line."""
    rows = []
    for number, line in lines:
        try:
            cells = next(csv.reader([line], delimiter=separator)) if '"' in line else line.split(separator)
        except csv.Error:  # a cell of more than 131,072 characters
            raise SettingError("data", N_("a text file with numbers, CSV"), line) from None
        rows.append((number, [cell.strip() for cell in cells]))
    return rows


def _clean(body: list[tuple[int, list[str]]], width: int) -> np.ndarray | None:
    """The numbers at once, where all of them are plain; None where they are to be looked at one by one."""
    if any(len(row) != width for _, row in body):
        return None
    try:
        table = np.array([[float(cell) for cell in row] for _, row in body])
    except ValueError:
        return None
    plain = (np.abs(table) <= 1e100).all() and not any("_" in cell for _, row in body for cell in row)
    return table if plain else None


def _separator(first: str) -> str:
    """The one that the first line has most of."""
    counts = {separator: first.count(separator) for separator in SEPARATORS}
    best = max(counts, key=lambda separator: (counts[separator], separator == ";"))
    if not counts[best]:
        raise SettingError("data", N_("at least two columns, separated by commas, semicolons or tabs"), first)
    return best


def _number(cell: str, separator: str) -> float | None:
    """The number, nan where none is given, None where it is not one."""
    if cell.lower() in MISSING:
        return math.nan
    plain = cell.replace(",", ".") if separator != "," and cell.count(",") == 1 and "." not in cell else cell
    if "_" in plain:  # Python reads 1_000; a spreadsheet does not
        return None
    try:
        return float(plain)
    except ValueError:
        return None


def _names(first: list[str], separator: str) -> tuple[str, ...] | None:
    """The header's names; None where the first line holds numbers already."""
    if any(_number(cell, separator) is not None and cell.lower() not in MISSING for cell in first):
        if any(_number(cell, separator) is None for cell in first):
            raise SettingError("data", N_("either names or numbers in the first line, not both"), separator.join(first))
        return None
    if any(not cell for cell in first):
        raise SettingError("data", N_("a name for each column in the first line"), separator.join(first))
    if len(set(first)) < len(first):
        raise SettingError("data", N_("different names for the columns"), separator.join(first))
    return tuple(name[:40] for name in first)


def _numbers(row: list[str], names: tuple[str, ...], number: int, separator: str) -> list[float]:
    """The numbers of a line."""
    if len(row) != len(names):
        what = N_("{width} values in each line; line {line} has {found}")
        raise SettingError("data", what, separator.join(row), width=len(names), line=number, found=len(row))
    values = []
    for name, cell in zip(names, row, strict=True):
        value = _number(cell, separator)
        where = dict(line=number, name=name)
        if value is None:
            raise SettingError("data", N_("numbers only; line {line}, column {name} holds text"), cell, **where)
        if math.isnan(value):
            raise SettingError("data", N_("complete; in line {line}, column {name} a value is missing"), cell, **where)
        if math.isinf(value) or abs(value) > 1e100:
            raise SettingError("data", N_("numbers up to 1e100; line {line}, column {name} is beyond"), cell, **where)
        values.append(value)
    return values
