"""A file's columns: what each holds, how its numbers are read, and the data that some of them make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from optim_viz.errors import SettingError
from optim_viz.files import numbers
from optim_viz.files.layout import Grid, Said
from optim_viz.files.numbers import Cells, Decimal, Evidence
from optim_viz.regression.spec import Data, Task
from optim_viz.spec import N_

MOST_ROWS, MOST_COLUMNS, LEAST_ROWS = 10_000, 12, 3  # of what is chosen
MOST_NAME = 40  # characters of a name, told in full beside
FIRST = 3  # values of a column that are shown
#: what a column is; only numbers can be chosen
Kind = Literal["numbers", "counts", "constant", "text", "dates", "empty"]
#: what gives way where a value is missing
MISSING: Mapping[str, str] = {"rows": N_("leave out the row"), "columns": N_("leave out the column")}
_COUNTS = frozenset({
    "", "rownames", "row.names", "row names", "rownumber", "row", "index", "idx", "id", "obs", "observation", "no", "no.", "nr",
    "nr.", "num", "number", "#", "n", "case", "unnamed: 0", "x.1", "序号", "编号", "行号",
})  # fmt: skip


@dataclass(frozen=True, eq=False)
class Column:
    """One column.

    Attributes:
        name: short, and no other column's; ``full``: as it stands in the file.
        kind: ``counts``: numbers, but the rows are counted, or named, by them.
        values: (rows,), nan where one is missing, or where the cell is no number.
        first: the first cells as they stand in the file.
        missing: how many rows have none; ``odd``: the line and the text of cells that are no number in a column of numbers.
        decimal: how commas and points are read, "" where nothing depends on it; ``asked``: the other reading is possible, too.
        example: a cell that the two readings make different numbers of, and these numbers.
    """

    name: str
    full: str
    kind: Kind
    values: np.ndarray
    first: tuple[str, ...]
    missing: int = 0
    odd: tuple[tuple[int, str], ...] = ()
    decimal: Decimal | Literal[""] = ""
    asked: bool = False
    example: tuple[str, Mapping[str, float]] | None = None
    said: tuple[Said, ...] = ()

    @property
    def can_be_chosen(self) -> bool:
        return self.kind in ("numbers", "counts")


@dataclass(frozen=True, eq=False)
class Choice:
    """Which columns of a table are learnt from which, by their places; ``missing`` a key of ``MISSING``."""

    target: int
    inputs: tuple[int, ...]
    missing: str = "rows"


@dataclass(frozen=True, eq=False)
class Table:
    """What a file holds. ``lines``: where each row stands in it; ``said``: how it was read."""

    columns: tuple[Column, ...]
    lines: tuple[int, ...]
    encoding: str = "utf-8"
    separator: str = "comma"
    header: str = "names"
    said: tuple[Said, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def size(self) -> int:
        """Numbers that are held."""
        return sum(column.values.size for column in self.columns)

    def place(self, name: str) -> int:
        """Of the column with this name; also as a link had it when names were cut at the end.

        Raises:
            SettingError: there is none.
        """
        begins = [k for k, column in enumerate(self.columns) if column.full[:MOST_NAME] == name]
        if name not in self.names and len(begins) != 1:
            raise SettingError("target", N_("one of: {names}"), name, names=", ".join(self.names))
        return self.names.index(name) if name in self.names else begins[0]

    def choice(self, target: int | None, inputs: tuple[int, ...] | None, missing: str = "rows") -> Choice:
        """What is chosen; what is None is as usual. Raises SettingError."""
        if inputs is None:
            return self.usual(target, missing)
        others = [k for k, column in enumerate(self.columns) if column.can_be_chosen and k not in inputs]
        return Choice(
            others[-1] if target is None and others else self.usual().target if target is None else target, inputs, missing
        )

    def usual(self, target: int | None = None, missing: str = "rows") -> Choice:
        """What is chosen while nobody has: the last column of numbers, from the others; without those that count the rows as
        long as others are left, and without those that lack so many values that half of the rows would go.

        Raises:
            SettingError: there are not two columns of numbers.
        """
        able = [k for k, column in enumerate(self.columns) if column.can_be_chosen]
        plain = [k for k in able if self.columns[k].kind == "numbers" or k == target]
        for among in (plain, able):
            inputs = self._full(among[-1] if target is None else target, among, missing) if among else ()
            if inputs:
                return Choice(among[-1] if target is None else target, inputs[: MOST_COLUMNS - 1], missing)
        what = N_("at least two columns of numbers that change; these are left out: {names}")
        if able:
            what = N_("at least two columns of numbers that change; {name} is the only one")
        others = ", ".join(column.name for column in self.columns if not column.can_be_chosen)
        raise SettingError("data", what, ", ".join(self.names), names=others, name=self.columns[able[0]].name if able else "")

    def _full(self, target: int, among: list[int], missing: str) -> tuple[int, ...]:
        """The inputs that leave most of the rows, and of ``missing`` columns only those that lack nothing."""
        values = np.isfinite(np.stack([column.values for column in self.columns]))
        inputs = [k for k in among if k != target]
        while True:
            rows = values[[*inputs, target]].all(axis=0)
            lacking = [k for k in inputs if self.columns[k].missing]
            worst = max(lacking, key=lambda k: self.columns[k].missing, default=None)
            if (
                worst is None
                or len(inputs) == 1
                or (missing == "rows" and rows.sum() >= max(LEAST_ROWS, values[target].sum() / 2))
            ):
                break
            inputs.remove(worst)
        return tuple(k for k in inputs if len(set(self.columns[k].values[rows].tolist())) > 1)

    def rows(self, choice: Choice) -> np.ndarray:
        """Which rows have all values that are chosen."""
        chosen = np.stack([self.columns[k].values for k in (*choice.inputs, choice.target)])
        return np.isfinite(chosen).all(axis=0)

    def data(self, choice: Choice | None = None) -> Data:
        """The data that are chosen, without the rows where a value is missing. Targets that are all 0 or 1 are classes.

        Raises:
            SettingError: they make none.
        """
        choice = choice or self.usual()
        for k in (*choice.inputs, choice.target):
            self._check(self.columns[k])
        if not choice.inputs:
            raise SettingError(
                "data",
                N_("at least one input besides the target {name}"),
                ", ".join(self.names),
                name=self.columns[choice.target].name,
            )
        if choice.target in choice.inputs:
            raise SettingError(
                "data",
                N_("learnt from other columns; {name} is the target and an input"),
                ", ".join(self.names),
                name=self.columns[choice.target].name,
            )
        if len(choice.inputs) >= MOST_COLUMNS:
            raise SettingError("data", N_("at most {limit} columns"), len(choice.inputs) + 1, limit=MOST_COLUMNS)
        rows = self.rows(choice)
        if rows.sum() < LEAST_ROWS:
            self._too_few(choice, rows)
        if rows.sum() > MOST_ROWS:
            raise SettingError("data", N_("at most {limit} rows"), int(rows.sum()), limit=f"{MOST_ROWS:,}")
        chosen = [self.columns[k] for k in (*choice.inputs, choice.target)]
        for column in chosen:
            values = column.values[rows]
            if (values == values[0]).all():
                raise SettingError(
                    "data", N_("different in each column; {name} is always the same"), float(values[0]), name=column.name
                )
        targets = chosen[-1].values[rows]
        task: Task = "classes" if np.isin(targets, (0.0, 1.0)).all() else "numbers"
        inputs = np.column_stack([column.values[rows] for column in chosen[:-1]])
        return Data(inputs, targets, task, tuple(column.name for column in chosen[:-1]), chosen[-1].name)

    def _check(self, column: Column) -> None:
        """Raises SettingError: it cannot be chosen."""
        if column.kind == "constant":
            raise SettingError(
                "data", N_("different in each column; {name} is always the same"), column.first[0], name=column.name
            )
        if not column.can_be_chosen:
            received = column.first[0] if column.first else ""
            raise SettingError(
                "data", N_("numbers in the columns that are chosen; {name} holds none"), received, name=column.name
            )

    def _too_few(self, choice: Choice, rows: np.ndarray) -> None:
        """Raises SettingError: hardly any row has all values, and what is wrong with the first that has not."""
        for k in (*choice.inputs, choice.target):
            for line, text in self.columns[k].odd:
                what = N_("numbers only; line {line}, column {name} holds text")
                raise SettingError("data", what, text, line=line, name=self.columns[k].name)
        if len(rows) > rows.sum():
            what = N_("at least {least} rows with a number in each column that is chosen")
            raise SettingError("data", what, int(rows.sum()), least=LEAST_ROWS)
        raise SettingError("data", N_("at least {least} rows of numbers"), int(rows.sum()), least=LEAST_ROWS)


# ----------------------------------------------------------------------------------------------------------------- reading


def table(grid: Grid, encoding: str, decimals: Mapping[int, Decimal]) -> Table:
    """The table of a file's rows. ``decimals``: how a reader wants to have a column read, by its place from 0."""
    cells = [[row.cells[k] for row in grid.rows] for k in range(len(grid.names or grid.rows[0].cells))]
    read = [numbers.Cells(column) for column in cells]
    found = [one.evidence for one in read]
    lines = tuple(row.line for row in grid.rows)
    fulls = grid.names or _letters(len(cells))
    columns = []
    for k, name in enumerate(_short(fulls)):
        others = [one for j, one in enumerate(found) if j != k]
        decimal, asked = _decimal(found[k], others, grid.separator)
        columns.append(_column(name, fulls[k], read[k], lines, decimals.get(k, decimal), asked))
    return Table(tuple(columns), lines, encoding, grid.separator, "names" if grid.names else "none", tuple(grid.said))


def _decimal(own: Evidence, others: Sequence[Evidence], separator: str) -> tuple[Decimal, bool]:
    """How a column's commas and points are read, and whether the other reading is possible, too."""
    if own.point or own.comma:
        return ("point" if own.point >= own.comma else "comma"), False
    if not own.both:
        return "point", False
    if own.jumps:
        return own.jumps, False
    points, commas = sum(one.point for one in others), sum(one.comma for one in others)
    if own.has_commas:  # three digits behind each: thousands, unless the file has decimal commas elsewhere
        return ("comma" if commas > points else "point"), True
    if commas > points:
        return "comma", True
    return "point", separator in ("semicolon", "tab") and not points


def _column(
    name: str, full: str, column: Cells, lines: Sequence[int], decimal: Decimal, asked: bool
) -> Column:  # fmt: skip
    cells, bare, found = column.raw, column.bare, column.evidence
    filled = [cell for cell in cells if cell]
    first = tuple(filled[:FIRST])
    got = column.read(decimal)
    known = int(np.isfinite(got.values).sum())
    missing = len(cells) - known
    if not known and not got.odd:
        return Column(name, full, "empty", got.values, first, missing)
    if known <= len(got.odd) or len(got.odd) > max(1, known // 9):
        given = [cell for cell in cells if not numbers.is_missing(cell)]
        kind: Kind = "dates" if sum(map(numbers.is_date, given)) > 0.8 * len(given) else "text"
        return Column(name, full, kind, got.values, first, len(cells) - len(given))
    values = got.values[np.isfinite(got.values)]
    kind = "constant" if (values == values[0]).all() else "counts" if _counts_rows(full, got.values) else "numbers"
    matters = bool(found.both or found.comma or found.grouped)
    return Column(
        name, full, kind, got.values, first, missing, tuple((lines[row], cells[row]) for row in got.odd),
        decimal if matters or asked else "", asked, _example(cells, bare) if found.both else None,
        tuple(_said(cells, bare, decimal, found)),
    )  # fmt: skip


def _counts_rows(name: str, values: np.ndarray) -> bool:
    """Whether they are 1, 2, 3, under a name that says no more, or none."""
    begin = values[0]
    return name.strip().casefold() in _COUNTS and begin in (0, 1) and np.array_equal(values, begin + np.arange(len(values)))


def _example(cells: Iterable[str], bare: Iterable[str]) -> tuple[str, Mapping[str, float]] | None:
    """A cell of which the two readings make different numbers."""
    for cell, text in zip(cells, bare, strict=True):
        both = {decimal: numbers.value(text, decimal) for decimal in numbers.DECIMALS}
        if None not in both.values() and both["point"] != both["comma"]:
            return cell, {decimal: number for decimal, number in both.items() if number is not None}
    return None


def _said(cells: Sequence[str], bare: Sequence[str], decimal: Decimal, found: Evidence) -> Iterable[Said]:
    """What of a column's cells is not read as every program would."""
    if bare is cells and decimal == "point":  # nothing but digits and points
        return
    for cell, text in zip(cells, bare, strict=True):
        number = numbers.value(text, decimal) if set(text) & set(",. '") else None
        parts = set(text) & set(", '" if decimal == "point" else ". '")
        if number is None or not (parts or (decimal == "comma" and "," in text)):
            continue
        values = {"cell": cell, "number": f"{number:.15g}"}
        yield Said(
            N_("Thousands separators: {cell} is {number}.") if parts else N_("Decimal commas: {cell} is {number}."), values
        )
        break
    for cell, text in zip(cells, bare, strict=True):
        if any(sign in cell for sign in "%‰％"):
            yield Said(N_("In percent: {cell} is {number}."), {"cell": cell, "number": text})
            break


# ------------------------------------------------------------------------------------------------------------------- names


def _letters(width: int) -> list[str]:
    """Of columns without names: x, or x1, x2; and y, the last."""
    return [*(["x"] if width == 2 else [f"x{k + 1}" for k in range(width - 1)]), "y"]


def _short(fulls: Sequence[str]) -> list[str]:
    """A short name for each, no two alike; long ones lose their middle, as their ends tell them apart; none is the place."""
    names: list[str] = []
    for k, full in enumerate(fulls):
        half = MOST_NAME // 2
        name = full if len(full) <= MOST_NAME else f"{full[: half - 1].rstrip()}…{full[-half:].lstrip()}"
        name = name or f"#{k + 1}"
        nth = 2
        while name in names or (nth > 2 and name in fulls):
            ending = f" ({nth})"
            name, nth = f"{(full or f'#{k + 1}')[: MOST_NAME - len(ending)]}{ending}", nth + 1
        names.append(name)
    return names
