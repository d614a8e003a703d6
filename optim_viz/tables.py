"""Data files of plain words: lessons, presets, advice. What is misspelt in one is a fault, which it names."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from optim_viz.claims import Expression, Picture, claim


class Table:
    """A table of a TOML file that knows which of its names have been read, so that a misspelt one is a fault."""

    def __init__(self, values: Mapping[str, Any], where: str):
        self.values, self.where, self.left = values, where, set(values)

    @classmethod
    def of(cls, path: Path) -> "Table":
        """The whole file."""
        with path.open("rb") as file:
            return cls(tomllib.load(file), path.name)

    def take(self, name: str, kind: type, default: Any = None) -> Any:
        """What stands under this name. Raises ValueError where it is not of this kind."""
        self.left.discard(name)
        value = self.values.get(name, default)
        if not isinstance(value, kind):
            raise ValueError(f"{self.where}: {name} must be {kind.__name__}; received {value!r}")
        return value

    def tables(self, name: str) -> "list[Table]":
        """Those that stand under this name, in their order; none where it is not there."""
        return [Table(value, str(value.get("key", f"{self.where}, {name}"))) for value in self.take(name, list, [])]

    def claims(self, name: str) -> tuple[Expression, ...]:
        """Raises ValueError where one is none."""
        return tuple(claim(text) for text in self.take(name, list, []))

    def picture(self) -> Picture:
        """``race = "..."``, the query of a link on this page, with what it ``shows``: the one text that has not been read.

        Which pages there are, their scenes know. Raises ValueError where it is not one text.
        """
        pages = sorted(name for name in self.left if isinstance(self.values[name], str))
        if len(pages) != 1:
            raise ValueError(f"{self.where}: a picture is a page with the query of a link; received {pages}")
        return Picture(pages[0], self.take(pages[0], str), self.claims("shows"))

    def end(self) -> None:
        """Raises ValueError where something has not been read."""
        if self.left:
            raise ValueError(f"{self.where}: what is {sorted(self.left)}?")
