"""What is said, as data: texts, each with the claims under which it is true; and who says it. In the browser that is
``components/player/speech.js``, of the same data, ``told``.

A node says something of some subjects, or nothing, which is the empty text:

- ``Phrase(text, *claims, **fields)``: the text, of those for which all claims hold; ``{who}`` is the list of them. A field is a
  number of the claims' language, asked of the first of them, or a node, which says it of them: where it says nothing, so
  does the phrase.
- ``Phrases(*nodes, join)``: what each of these says, joined; with ``"first"`` only the first that says anything.
- ``Each(node, by, join)``: what one node says of each subject by itself, joined; where ``by`` is the same for some, of these
  together: a number, in whose order they then stand, or a node, which says the same of them.

``r`` is the subject: ``steps(r) < never``. There is no function in a node.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from string import Formatter
from types import MappingProxyType
from typing import Any, Literal, Protocol

from optim_viz.claims import Arguments, Changes, Expression, claim, number
from optim_viz.ui import numbers
from optim_viz.ui.i18n import Messages

#: fields that are counted, as the player counts steps: 1500, not 1,500
COUNTS = frozenset({"step", "steps", "row", "share", "n", "seed", "seeds"})
Join = Literal["first", "list", "clauses", "prose"]
_JOINS: Mapping[str, Callable[[Messages, list[str]], str]] = MappingProxyType({
    "list": lambda _, parts: _.listed(parts),
    "clauses": lambda _, parts: _("; ").join(parts),
    "prose": lambda _, parts: _.prose(parts),
})  # fmt: skip


class Subject(Protocol):
    """Of whom something is said. ``words`` fill fields as they are."""

    @property
    def words(self) -> Mapping[str, str]: ...

    def measure(self, name: str, args: Arguments, changes: Changes) -> float: ...


def forms(one: str, many: str) -> tuple[str, str]:
    """Mark a text for the message catalogues that has a form for one and a form for many."""
    return one, many


class Phrase:
    """See the module. ``by``: the number, ``{n}``, that says which form of the text it is, where that is not how many they are.
    Raises ValueError where a claim or a number is none.
    """

    def __init__(self, text: str | tuple[str, str], *when: str, by: str = "", **fields: "str | Node"):
        self.text, self.when, self.by = text, tuple(map(claim, when)), number(by) if by else None
        self.numbers = {name: number(field) for name, field in fields.items() if isinstance(field, str)}
        self.parts = {name: field for name, field in fields.items() if not isinstance(field, str)}


class Phrases:
    """See the module."""

    def __init__(self, *nodes: "Node", join: Join = "first"):
        self.nodes, self.join = nodes, join


class Each:
    """See the module. A list of which some are lists is parted by semicolons."""

    def __init__(self, node: "Node", by: "str | Node" = "", join: Join = "list"):
        self.node, self.by, self.join = node, number(by) if by and isinstance(by, str) else by or None, join


Node = Phrase | Phrases | Each


def check(node: Node, calls: Collection[str], arguments: Collection[str], words: Collection[str]) -> None:
    """Raises ValueError where a node asks for what is not among ``calls``, with what is not among ``arguments``, or where
    neither a field of its own nor one of ``words`` fills its text.
    """
    match node:
        case Phrase(text=text):
            inner, asked = [*node.parts.values()], [*node.when, *node.numbers.values(), *filter(None, [node.by])]
            known = {*node.numbers, *node.parts, *words, *(["n"] if node.by else [])}
            if empty := {name for _text, name, *_how in Formatter().parse("".join(text)) if name} - known:
                raise ValueError(f"{text!r}: nothing fills {empty}")
        case Phrases():
            inner, asked = [*node.nodes], []
        case Each(by=by):
            inner, asked = [node.node], []
            if isinstance(by, Expression):
                asked.append(by)
            elif by:
                inner.append(by)
    for expression in asked:
        for name, args, _settings in expression.calls:
            if name not in calls or not set(args) <= set(arguments):
                raise ValueError(f"{expression.text!r} asks for {name} of {args}, which is not known")
    for one in inner:
        check(one, calls, arguments, words)


def say(_: Messages, node: Node, subjects: Sequence[Subject]) -> str:
    """What the node says of these; "" if nothing."""
    if isinstance(node, Phrase):
        return _phrase(_, node, subjects)
    if isinstance(node, Phrases):
        parts = (say(_, one, subjects) for one in node.nodes)
        return next(filter(None, parts), "") if node.join == "first" else _joined(_, node.join, parts)
    groups: dict[Any, list[Subject]] = {}
    for k, one in enumerate(subjects):
        groups.setdefault(_alike(_, node.by, one) if node.by else k, []).append(one)
    join = "clauses" if node.join == "list" and len(groups) < len(subjects) else node.join
    ordered = sorted(groups) if isinstance(node.by, Expression) else groups
    return _joined(_, join, (say(_, node.node, groups[value]) for value in ordered))


def told(_: Messages, node: Node) -> dict[str, Any]:
    """A node as plain data, its texts in the reader's language: what ``say`` of speech.js takes."""
    match node:
        case Phrase(text=text):
            texts = [_(text)] if isinstance(text, str) else _.both(*text)
            numbers = {name: {"of": expression.told(), "counted": name in COUNTS} for name, expression in node.numbers.items()}
            parts = {name: told(_, part) for name, part in node.parts.items()}
            when, by = [condition.told() for condition in node.when], node.by.told() if node.by else None
            return {"texts": texts, "when": when, "by": by, "numbers": numbers, "parts": parts}
        case Phrases():
            return {"nodes": [told(_, one) for one in node.nodes], "join": node.join}
        case Each(by=by):
            alike = {"number": by.told()} if isinstance(by, Expression) else {"node": told(_, by)} if by else None
            return {"each": told(_, node.node), "by": alike, "join": node.join}


def _alike(_: Messages, by: "Expression | Node", one: Subject) -> float | str:
    """What is the same for those of whom something is said together."""
    return by.evaluate(one.measure) if isinstance(by, Expression) else say(_, by, [one])


def _joined(_: Messages, join: str, parts: Iterable[str]) -> str:
    return _JOINS[join](_, [part for part in parts if part])


def _phrase(_: Messages, phrase: Phrase, those: Sequence[Subject]) -> str:
    for condition in phrase.when:
        those = [one for one in those if condition.evaluate(one.measure)]
    parts = {name: say(_, part, those) for name, part in phrase.parts.items()} if those else {}
    if not those or "" in parts.values():
        return ""
    values = dict(those[0].words)
    if len(those) > 1:
        values["who"] = _.listed([one.words["who"] for one in those])
    for name, expression in phrase.numbers.items():
        worth = expression.evaluate(those[0].measure)
        values[name] = str(math.floor(worth + 0.5)) if name in COUNTS else numbers.number(worth)
    values |= parts
    if isinstance(phrase.text, str):
        return _(phrase.text, **values)
    count = phrase.by.evaluate(those[0].measure) if phrase.by else len(those)
    return _.plural(*phrase.text, int(count), **{name: value for name, value in values.items() if name != "n"})
