"""The record of a preset, on whichever page: a picture to begin with, and the sentences beside it, which it bears out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from optim_viz.claims import Picture
from optim_viz.tables import Table
from optim_viz.ui.i18n import Messages


@dataclass(frozen=True)
class Preset:
    """A picture with its sentences.

    Args:
        group: the menu's heading under which it stands; "" where the menu has none.
        watch: what to watch; ``picture.shows`` is what it promises.
        then: what to try next; "" where that stands in ``watch``.
        picture: its query is a link's; what it leaves out takes its default.
        besides: other pictures that the sentences speak of, with what is said of them.
    """

    key: str
    group: str
    title: str
    watch: str
    then: str
    picture: Picture
    besides: tuple[Picture, ...] = ()

    @property
    def query(self) -> str:
        return self.picture.query

    def told(self, _: Messages) -> dict[str, str]:
        """In the reader's language."""
        words = {"title": self.title, "watch": self.watch, "then": self.then}
        return {"key": self.key, "group": self.group, "query": self.query} | {name: _(text) for name, text in words.items()}


def read(path: Path) -> tuple[Mapping[str, str], Mapping[str, Preset]]:
    """A page's presets by key, in their order, and before them the headings of its menu.

    Raises:
        ValueError: the file is not of that form; a key stands there twice, or a group is none of the headings.
    """
    table = Table.of(path)
    groups, found = table.take("groups", dict, {"": ""}), dict[str, Preset]()
    for one in table.tables("preset"):
        key, group, title, watch, then = (one.take(name, str, "") for name in ("key", "group", "title", "watch", "then"))
        if not key or key in found or group not in groups:
            raise ValueError(f"{path}: {key!r} is there already, or its group {group!r} is none of {list(groups)}")
        found[key] = Preset(
            key, group, title, watch, then, one.picture(), tuple(each.picture() for each in one.tables("besides"))
        )  # fmt: skip
        one.end()
    table.end()
    return MappingProxyType(groups), MappingProxyType(found)
