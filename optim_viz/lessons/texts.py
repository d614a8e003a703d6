"""A lesson's text in one language: one Markdown file, cut at its headings.

``#`` is the lesson's title, with the sentence for its card below; ``## Title {#step}`` opens a step and ``### Title {#part}``
a part of it: a choice with what is said of it, a hint. ``{picture: number}`` stands for a number that is computed, of the
step's own picture where none is named, of what the reader has set where it is ``now``; ``[words](set:picture)`` sets a
picture. A second file holds notes for teachers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from optim_viz.claims import Expression, number

#: what a teacher's notes speak of
NOTES = ("goal", "timing", "ask", "wrong")
#: what may follow: which settings solve the tasks
ANSWERS = "answers"
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
    blocks = _blocks(markdown)
    if not blocks or blocks[0][0] != 1 or any(level == 1 for level, *_ in blocks[1:]):
        raise ValueError("a lesson has one title: # ...")
    sections: dict[str, Section] = {}
    parts: dict[str, Part] = {}
    for level, key, part in blocks[1:]:
        if not key:
            raise ValueError(f"the heading {part.title!r} needs an id: {{#...}}")
        if level == 2:
            if key in sections:
                raise ValueError(f"there are two steps {key!r}")
            parts = {}
            sections[key] = Section(part, MappingProxyType(parts))
        elif not sections or key in parts:
            raise ValueError(f"the part {key!r} stands outside a step, or twice in one")
        else:
            parts[key] = part
    return Text(blocks[0][2].title, blocks[0][2].body, MappingProxyType(sections))


def read_notes(markdown: str) -> Mapping[str, Part]:
    """A teacher's notes from their file: ``## Title {#id}`` for each of ``NOTES``, in this order, and perhaps ``ANSWERS``.

    Raises:
        ValueError: other headings, or text before the first.
    """
    notes = {key: part for _level, key, part in _blocks(markdown)}
    if tuple(notes) not in (NOTES, (*NOTES, ANSWERS)):
        raise ValueError(f"a teacher's notes are {', '.join(NOTES)} and perhaps {ANSWERS}; received {', '.join(notes)}")
    return MappingProxyType(notes)


def _blocks(markdown: str) -> list[tuple[int, str, Part]]:
    """The headings with what stands below them: level, id ("" if none), title and text."""
    found: list[tuple[int, str, str, list[str]]] = []
    for line in markdown.splitlines():
        if heading := _HEADING.match(line):
            found.append((len(heading[1]), heading[3] or "", heading[2], []))
        elif found:
            found[-1][3].append(line)
        elif line.strip():
            raise ValueError(f"a file begins with a heading: # ...; received {line!r}")
    return [(level, key, Part(title, "\n".join(lines).strip())) for level, key, title, lines in found]
