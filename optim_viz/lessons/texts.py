"""A lesson's text in one language: one Markdown file, cut at its headings.

``#`` is the lesson's title, with the sentence for its card below; ``## Title {#step}`` opens a step and ``### Title {#part}``
a part of it: a choice with what is said of it, a hint. ``{picture: number}`` stands for a number that is computed, of the
step's own picture where none is named, of what the reader has set where it is ``now``; ``[words](set:picture)`` sets a picture.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from optim_viz.lessons.claims import Expression, number

#: stands for the picture as the reader has it
NOW = "now"
LIVE = re.compile(r"\{(?!#)(?:(\w+): *)?([^{}]+)\}")
LINK = re.compile(r"\[[^\]]+\]\(set:(\w+)\)")
_HEADING = re.compile(r"^(#{1,3}) +(.*?)(?: *\{#(\w+)\})?$")


@dataclass(frozen=True)
class Part:
    """``title`` and ``body`` are Markdown."""

    title: str
    body: str

    @property
    def live(self) -> frozenset[tuple[str, Expression]]:
        """The numbers it asks for: the name of a picture ("" for the step's own), and which number."""
        return frozenset((m[1] or "", number(m[2])) for m in LIVE.finditer(self.title + "\n" + self.body))

    @property
    def links(self) -> frozenset[str]:
        """The pictures that its links set."""
        return frozenset(LINK.findall(self.body))


@dataclass(frozen=True)
class Section:
    """One step: its own text, and its parts by id in the order they stand."""

    text: Part
    parts: Mapping[str, Part]

    @property
    def all(self) -> tuple[Part, ...]:
        return self.text, *self.parts.values()


@dataclass(frozen=True)
class Text:
    """A lesson in one language. ``summary`` is one sentence, for the card."""

    title: str
    summary: str
    sections: Mapping[str, Section]


def read_text(markdown: str) -> Text:
    """A lesson's text from its file.

    Raises:
        ValueError: a heading without its id, an id used twice, text before the first heading.
    """
    blocks: list[tuple[int, str, str, list[str]]] = []
    for line in markdown.splitlines():
        if heading := _HEADING.match(line):
            blocks.append((len(heading[1]), heading[2], heading[3] or "", []))
        elif blocks:
            blocks[-1][3].append(line)
        elif line.strip():
            raise ValueError(f"a lesson begins with its title: # ...; received {line!r}")
    if not blocks or blocks[0][0] != 1 or any(level == 1 for level, *_ in blocks[1:]):
        raise ValueError("a lesson has one title: # ...")
    sections: dict[str, Section] = {}
    parts: dict[str, Part] = {}
    for level, title, key, lines in blocks[1:]:
        if not key:
            raise ValueError(f"the heading {title!r} needs an id: {{#...}}")
        part = Part(title, "\n".join(lines).strip())
        if level == 2:
            if key in sections:
                raise ValueError(f"there are two steps {key!r}")
            parts = {}
            sections[key] = Section(part, MappingProxyType(parts))
        elif not sections or key in parts:
            raise ValueError(f"the part {key!r} stands outside a step, or twice in one")
        else:
            parts[key] = part
    return Text(blocks[0][1], "\n".join(blocks[0][3]).strip(), MappingProxyType(sections))
