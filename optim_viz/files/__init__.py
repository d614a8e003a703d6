"""Data files of one's own: the bytes of a table read by columns, with a plain word for all that is read otherwise than written.

This room, and no other, knows the libraries that read files; the core knows ``Data``.
"""

from dataclasses import dataclass

from optim_viz.errors import SettingError
from optim_viz.files.layout import HEADERS, SEPARATORS, Said, laid_out
from optim_viz.files.numbers import DECIMALS, Decimal
from optim_viz.files.table import MISSING, MOST_COLUMNS, Choice, Column, Table, table
from optim_viz.files.text import ENCODINGS, decoded
from optim_viz.spec import N_

MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class How:
    """How a reader wants a file read; "" is as it is found. ``decimals``: by a column's place from 0."""

    encoding: str = ""
    separator: str = ""
    header: str = ""
    decimals: tuple[tuple[int, Decimal], ...] = ()


def read(content: bytes, how: How = How()) -> Table:  # noqa: B008
    """The table in a file.

    Raises:
        SettingError: there is none in it; what is wrong and in which line.
    """
    if len(content) > MOST_BYTES:
        raise SettingError("data", N_("at most {limit} bytes"), len(content), limit=f"{MOST_BYTES:,}")
    text, encoding = decoded(content, how.encoding)
    return table(laid_out(text, how.separator, how.header), encoding, dict(how.decimals))


__all__ = [
    "DECIMALS", "ENCODINGS", "HEADERS", "MISSING", "MOST_BYTES", "MOST_COLUMNS", "SEPARATORS", "Choice", "Column", "Decimal",
    "How", "Said", "Table", "read",
]  # fmt: skip
