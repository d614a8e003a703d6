"""Text to rows of cells: by which sign they part, where the names stand, what stands around the table."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import clevercsv

from optim_viz.errors import SettingError
from optim_viz.files import numbers
from optim_viz.spec import N_

#: signs between columns, by the word that a link has for each
SEPARATORS = {
    "comma": ",", "semicolon": ";", "tab": "\t", "wide_comma": "，", "wide_semicolon": "；", "bar": "|", "blanks": " ",
}  # fmt: skip
HEADERS = ("names", "none")
MOST_COLUMNS, MOST_ROWS = 200, 50_000  # of a file; of these some are chosen
SAMPLE, SEEN = 6000, 200  # characters that clevercsv looks at; rows that a column is judged by
COMMENTS = re.compile(r"\s*(?:#(?![,;\t|])|//)")
_LISTS = re.compile(r"[\[(]([^\[\]()]*)[\])]")
#: between lists: a name, perhaps, and the call that makes one
_BETWEEN = re.compile(r"[\s,;\])]*(?:([^\W\d][\w.]*)\s*(?:<-|[=:])\s*)?(?:[^\W\d][\w.]*\s*)?[\[(]*\s*")
MOST_BETWEEN = 200  # characters
_AFTER = re.compile(r"[\s,;\])]*")
_NAMED = re.compile(r"([^\W\d][\w ]*?)\s*[:=]\s*(\S+)")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


class Said(NamedTuple):
    """A sentence on how a file was read: a template, translated by who shows it, and what stands in its fields."""

    template: str
    values: Mapping[str, object]


class Row(NamedTuple):
    """The cells of a row, and the line where it begins, from 1."""

    line: int
    cells: list[str]


@dataclass
class Grid:
    """A file's rows, all as wide as ``names`` (None: there are none; each "" where one is missing)."""

    names: list[str] | None
    rows: list[Row]
    separator: str
    said: list[Said] = field(default_factory=list)


def laid_out(text: str, separator: str = "", header: str = "") -> Grid:
    """The table in a text; ``separator`` and ``header`` as a reader chose them, else as they are found.

    Raises:
        SettingError: there is no table of at least two columns in it.
    """
    try:
        return _laid_out(text, separator, header)
    except csv.Error:  # a cell of more than 131,072 characters
        raise SettingError("data", N_("a text file with numbers, CSV"), text[:80]) from None


def _laid_out(text: str, separator: str, header: str) -> Grid:
    lines = re.sub(r"\r\n?", "\n", text).split("\n")
    said: list[Said] = []
    lists = _lists(text) if not separator else None
    if lists is not None:
        names, rows = lists
        return Grid(names, rows, "lists", [Said(N_("Lists, one for each column."), {})])
    told = commented = ""
    if match := _SEP.fullmatch(lines[0]):
        told, lines[0] = match[1], ""
    for k, line in enumerate(lines):
        if line.strip() and not COMMENTS.match(line):
            break
        if line.strip():
            commented, lines[k] = line.strip().lstrip("#/ "), ""
            said.append(Said(N_("Line {line} is a comment: “{cell}”."), {"line": k + 1, "cell": line.strip()}))
    if not any(line.strip() for line in lines):
        raise SettingError("data", N_("rows of numbers; there are none"), text[:20])
    body = "\n".join(lines)
    blocks = _blocks(lines)
    if blocks is not None:
        return Grid(None, blocks, "blocks", [*said, Said(N_("Two lists below each other, one for each column."), {})])
    sign = SEPARATORS[separator] if separator else told or _separator(body)
    rows = [row for row in _rows(body, sign) if any(row.cells)]
    if not rows:
        raise SettingError("data", N_("rows of numbers; there are none"), text[:20])
    if len(rows) > MOST_ROWS:
        raise SettingError("data", N_("at most {limit} rows"), len(rows), limit=f"{MOST_ROWS:,}")
    rows, around = _trimmed(rows, sign, lines)
    names, rows, more = _named(rows, header, commented, sign)
    word = next((word for word, one in SEPARATORS.items() if one == sign), sign)
    grid = Grid(names, rows, word, [*said, *around, *more])
    return _turned(grid) if len(rows) <= 2 and not separator else grid


# ------------------------------------------------------------------------------------------------------------------- lists


def _lists(text: str) -> tuple[list[str] | None, list[Row]] | None:
    """Lists as programs write them, ``x = [1, 2, 3]``: each a column, or within brackets of their own a row."""
    if not text.lstrip()[:1].isalpha() and text.lstrip()[:1] not in ("[", "("):
        return None
    found = list(_LISTS.finditer(text))
    between = [text[a:b] for a, b in zip([0, *(m.end() for m in found)], [*(m.start() for m in found), None], strict=True)]
    if len(found) < 2 or max(map(len, between)) > MOST_BETWEEN:
        return None
    if not all(_BETWEEN.fullmatch(gap) for gap in between[:-1]) or not _AFTER.fullmatch(between[-1]):
        return None
    cells = [[cell for cell in re.split(r"[,;\s]+", match[1]) if cell] for match in found]
    if len({len(row) for row in cells}) > 1 or not all(
        numbers.looks(cell) or numbers.is_missing(cell) for row in cells for cell in row
    ):
        return None
    if re.search(r"[\[(]\s*$", between[0]) and len(found) > 2 and len(cells[0]) <= 12 and len(found) >= len(cells[0]):
        return None, [Row(k, row) for k, row in enumerate(cells, 1)]
    if len(found) > MOST_COLUMNS:
        return None
    names = [match[1].strip() if (match := _BETWEEN.fullmatch(gap)) and match[1] else "" for gap in between[:-1]]
    rows = [Row(1, list(row)) for row in zip(*cells, strict=True)]
    return (names if any(names) else None), rows


def _is_value(cell: str) -> bool:
    return numbers.looks(cell) or numbers.is_missing(cell)


def _blocks(lines: list[str]) -> list[Row] | None:
    """Two columns of numbers below each other, with an empty line between them, to the rows of both."""
    blocks: list[list[Row]] = [[]]
    for k, line in enumerate(lines):
        cell = line.strip()
        if cell and not numbers.looks(cell):
            return None
        if cell:
            blocks[-1].append(Row(k + 1, [cell]))
        elif blocks[-1]:
            blocks.append([])
    blocks = [block for block in blocks if block]
    if len(blocks) != 2 or len(blocks[0]) != len(blocks[1]):
        return None
    return [Row(a.line, [*a.cells, *b.cells]) for a, b in zip(*blocks, strict=True)]


def _turned(grid: Grid) -> Grid:
    """Two long rows of numbers are two columns that lie."""
    rows = grid.rows if grid.names is None else [Row(1, grid.names), *grid.rows]
    if len(rows) != 2:
        return grid
    begins = [_NAMED.fullmatch(row.cells[0]) for row in rows]
    parts = [[*begin.groups(), *row.cells[1:]] if begin else row.cells for begin, row in zip(begins, rows, strict=True)]
    heads = [cells[0] for cells in parts]
    named = not any(numbers.looks(head) for head in heads)
    cells = [cells[named:] for cells in parts]
    if len(cells[0]) < 3 or not all(numbers.looks(cell) for one in cells for cell in one):
        return grid
    turned = [Row(1, list(pair)) for pair in zip(*cells, strict=True)]
    return Grid(heads if named else None, turned, grid.separator, [*grid.said, Said(N_("Two rows, read as columns."), {})])


# -------------------------------------------------------------------------------------------------------------- separators


def _separator(text: str) -> str:
    """The sign that parts the whole file most evenly into most values; clevercsv's on the file's beginning, among equals."""
    signs = [",", ";", "\t", "，", "；", "|", " "]
    begin = text[: text.rfind("\n", 0, SAMPLE) if len(text) > SAMPLE else SAMPLE]
    guess = clevercsv.Detector().detect(begin[:SAMPLE], delimiters=[sign for sign in signs if sign in begin])
    if guess is not None and guess.delimiter in signs:
        signs.insert(0, signs.pop(signs.index(guess.delimiter)))
    scores = {sign: _score(text, sign) for sign in signs if sign in text}
    best = max(scores, key=lambda sign: scores[sign], default="")
    if not scores.get(best):
        what = N_("at least two columns, separated by commas, semicolons, tabs or blanks")
        raise SettingError("data", what, next(line for line in text.split("\n") if line.strip()))
    return best


def _score(text: str, sign: str) -> float:
    """How evenly it parts the rows, times how many of the cells are values."""
    rows = _rows(text, sign)
    if not rows:
        return 0.0
    width, often = max(Counter(len(row.cells) for row in rows).items(), key=lambda one: (one[1], one[0]))
    if width < 2:
        return 0.0
    cells = [cell for row in rows[:: max(1, len(rows) // SEEN)] for cell in row.cells]
    values = sum(_is_value(cell) or numbers.is_date(cell) for cell in cells)
    filled = sum(bool(cell) for cell in cells)
    return often / len(rows) * (0.1 + values / len(cells)) * (0.2 + filled / len(cells))


def _cells(line: str, sign: str) -> list[str]:
    if sign == " ":
        line = " ".join(line.split())
    if '"' not in line:
        return [cell.strip() for cell in line.split(sign)]
    return [cell.strip() for cell in next(_reader([line], sign), [])]


def _reader(lines: Sequence[str], sign: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=sign, skipinitialspace=True)


def _rows(text: str, sign: str) -> list[Row]:
    """The cells of each row. A quote that nobody has closed, or only many lines below, ends with its line."""
    lines = text.split("\n")
    if text.count('"') % 2 or '"' not in text:
        return [Row(k, _cells(line, sign)) for k, line in enumerate(lines, 1) if line.strip()]
    if sign == " ":
        text = "\n".join(" ".join(line.split()) for line in lines)
    reader, rows, begin = csv.reader(io.StringIO(text), delimiter=sign, skipinitialspace=True), [], 1
    for cells in reader:
        if reader.line_num - begin > 5:
            return [Row(k, _cells(line, sign)) for k, line in enumerate(lines, 1) if line.strip()]
        if any(cells):
            rows.append(Row(begin, [" ".join(cell.split()) for cell in cells]))
        begin = reader.line_num + 1
    return rows


# ------------------------------------------------------------------------------------------------- what is around the table


def _trimmed(rows: list[Row], sign: str, lines: Sequence[str]) -> tuple[list[Row], list[Said]]:
    """The table without titles above it, remarks below it and empty columns at its edges."""
    rows = _without_edges(rows)
    width = _usual_width(rows)
    said = []
    first, last = 0, len(rows)
    while first < min(last, 20) and not _belongs(rows[first], width, is_first=True):
        first += 1
    while last - first > 3 and last > len(rows) - 20 and not _belongs(rows[last - 1], width):
        last -= 1
    for row in [*rows[:first], *rows[last:]]:
        text = lines[row.line - 1].strip() or " ".join(row.cells)
        said.append(Said(N_("Line {line} is no part of the table: “{cell}”."), {"line": row.line, "cell": text}))
    if first and sum(map(bool, rows[first - 1].cells)) > 1 and first < last and any(map(numbers.looks, rows[first].cells)):
        _refuse(rows[first - 1], width, lines)  # names for fewer or more columns than there are: which is whose?
    rows = _without_edges(rows[first:last])
    width = _usual_width(rows)
    if width < 2:
        raise SettingError(
            "data", N_("at least two columns, separated by commas, semicolons, tabs or blanks"), lines[rows[0].line - 1]
        )
    if width > MOST_COLUMNS:
        raise SettingError("data", N_("at most {limit} columns"), width, limit=MOST_COLUMNS)
    fit = []
    for k, row in enumerate(rows):
        cells = row.cells
        while len(cells) > width and not cells[-1]:
            cells = cells[:-1]
        if len(cells) != width and not (k == 0 and len(cells) == width - 1 and _has_names(rows[1:], sign, lines[row.line - 1])):
            _refuse(row, width, lines)
        fit.append(Row(row.line, cells if len(cells) == width else ["", *cells]))
    return fit, said


def _usual_width(rows: list[Row]) -> int:
    counts = Counter(len(row.cells) for row in rows)
    return max(counts, key=lambda width: (counts[width], width))


def _belongs(row: Row, width: int, is_first: bool = False) -> bool:
    """Whether it is a row of the table: as wide, and not one text alone. Above a column of rows' names may be none."""
    filled = [cell for cell in row.cells if cell]
    if width > 2 and len(filled) == 1 and not numbers.looks(filled[0]):
        return False
    return len(row.cells) == width or (is_first and len(row.cells) == width - 1 > 1) or (len(filled) > 1 and not is_first)


def _refuse(row: Row, width: int, lines: Sequence[str]) -> None:
    what = N_("{width} values in each line; line {line} has {found}")
    raise SettingError("data", what, lines[row.line - 1], width=width, line=row.line, found=len(row.cells))


def _has_names(body: list[Row], sign: str, first: str) -> bool:
    """Whether the first column holds names of rows, as R writes it: texts, or 1, 2, 3; but no numbers with decimal commas."""
    heads = [row.cells[0] for row in body]
    counts = heads == [str(k) for k in range(1, len(heads) + 1)] and (sign != "," or '"' in first)
    return counts or not any(map(numbers.looks, heads))


def _without_edges(rows: list[Row]) -> list[Row]:
    """Without columns at either side that hold nothing in any row."""
    width = max((len(row.cells) for row in rows), default=0)
    used = [any(k < len(row.cells) and row.cells[k] for row in rows) for k in range(width)]
    if not any(used):
        return rows
    first, last = used.index(True), width - used[::-1].index(True)
    return rows if (first, last) == (0, width) else [Row(row.line, row.cells[first:last]) for row in rows]


# ------------------------------------------------------------------------------------------------------------------- names


def _named(rows: list[Row], header: str, commented: str, sign: str) -> tuple[list[str] | None, list[Row], list[Said]]:
    """The names of the columns, the rows below them, and what is said of it."""
    if header == "none":
        return None, rows, []
    if header == "names" or _is_header(rows):
        names, rows = rows[0].cells, rows[1:]
        if (
            len(rows) > 3
            and not any(map(numbers.looks, rows[0].cells))
            and any(_is_of_numbers(rows[1:], k) for k in range(len(names)))
        ):
            # a second line of names, of units mostly
            names = [" ".join(filter(None, pair)) for pair in zip(names, rows[0].cells, strict=True)]
            return (
                names,
                rows[1:],
                [Said(N_("Names over two lines: {first} and {second}."), {"first": rows[0].line - 1, "second": rows[0].line})],
            )
        if header != "names" and _are_years(names, rows):
            return names, rows, [Said(N_("The first line is read as names: they are years."), {})]
        return names, rows, []
    if sign in commented:
        names = _cells(commented, sign)
        if len(names) == len(rows[0].cells) and not any(map(numbers.looks, names)):
            return names, rows, [Said(N_("The names are those of the comment above."), {})]
    return None, rows, []


def _is_header(rows: list[Row]) -> bool:
    """Whether the first row holds names: a text or nothing above numbers, or years above what are none."""
    first, body = rows[0].cells, rows[1:]
    if not body:
        return not any(map(numbers.looks, first))
    below = [k for k in range(len(first)) if _is_of_numbers(body, k)]
    if not below:
        return not any(map(numbers.looks, first)) and len(set(first)) == len(first)
    if any(not numbers.looks(first[k]) and (not numbers.is_missing(first[k]) or not _lacks(body, k)) for k in below):
        return True
    return _are_years(first, body)


def _some(body: list[Row], k: int) -> list[str]:
    return [row.cells[k] for row in body[:: max(1, len(body) // SEEN)]]


def _is_of_numbers(body: list[Row], k: int) -> bool:
    filled = [cell for cell in _some(body, k) if not numbers.is_missing(cell)]
    return sum(map(numbers.looks, filled)) > 0.5 * len(filled) if filled else False


def _lacks(body: list[Row], k: int) -> bool:
    return any(numbers.is_missing(row.cells[k]) for row in body)


def _are_years(first: list[str], body: list[Row]) -> bool:
    """Whether its numbers are years, evenly spaced, and no column below one holds years."""
    at = [k for k, cell in enumerate(first) if numbers.looks(cell)]
    if len(at) < 2 or not all(_YEAR.fullmatch(first[k]) for k in at):
        return False
    steps = {int(first[b]) - int(first[a]) for a, b in zip(at, at[1:], strict=False)}
    return len(steps) == 1 and steps.pop() > 0 and not any(_YEAR.fullmatch(cell) for k in at for cell in _some(body, k))
