"""What a player asks: its settings in the form of a link. It may come from anyone, so only its form is taken on trust here.

A player posts one JSON object to ``/answers/<page>``: ``query``, the settings; ``language``; ``have``, the digests of the parts
of an answer that it holds already; ``visitor``, a name that it drew by lot when it was opened, so that its questions can take
turns with others'. What else a page wants to know stands beside them, and the page checks it.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from optim_viz.ui.faults import Notes, told_all
from optim_viz.ui.i18n import LANGUAGES, Messages, choose, messages

MAX_HAVE = 20
MAX_NAMES = 100  # of settings in one query
MAX_VALUES = 9  # of one name: a race has up to eight runners, and one more says that it has too many

LONG = 10_000_000  # gradients of a line at a sample, as much as what is no longer quick: some 50 ms
_VISITOR = re.compile(r"[0-9a-f]{24}")

Query = Mapping[str, Sequence[str]]


class WantedError(Exception):
    """What a question names is not here (any more): it must be sent along, under this ``name``."""

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name


class LongError(Exception):
    """It takes long, and is to be asked again where that is allowed."""


class Asked:
    """One question.

    Attributes:
        query: the settings; empty for the defaults.
        have: parts that the browser holds.
        texts: the texts in the reader's language.
        more: all that was sent, as it came.
        visitor: the page's name; empty where it gave none.
        may_be_long: whether who answers may take more than a moment.
    """

    def __init__(self, sent: object = None):
        self.more: dict[str, Any] = sent if isinstance(sent, dict) else {}
        self.query: Query = as_query(self.more.get("query")) or {}
        have, language = self.more.get("have"), self.more.get("language")
        self.have = {h for h in have[:MAX_HAVE] if isinstance(h, str)} if isinstance(have, list) else set()
        code = language if isinstance(language, str) and language in LANGUAGES else choose(None, None)
        self.texts: Messages = messages(code)
        visitor = self.more.get("visitor")
        self.visitor = visitor if isinstance(visitor, str) and _VISITOR.fullmatch(visitor) else ""
        self.may_be_long = True

    def takes(self, work: float) -> None:
        """Say how much is to be computed before it is, in gradients of a line at a sample.

        Raises:
            LongError: that is no matter of a moment, and this is no place for anything else.
        """
        if work > LONG and not self.may_be_long:
            raise LongError

    @property
    def known(self) -> set[str]:
        """The names of what was sent that are names; nothing of what a visitor wrote."""
        return {name for name in (*self.more, *self.query) if re.fullmatch(r"[a-z_.]{1,20}", name)}

    def part(self, make: Callable[[], Any], name: str) -> dict[str, Any]:
        """A part of the answer that is left out when the browser has it. ``name`` must say all that it depends on."""
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        return {"digest": digest} if digest in self.have else {"digest": digest, "body": make()}

    def text_part(self, make: Callable[..., Any], *about: Any) -> dict[str, Any]:
        """A part that is made of texts and depends on ``about`` alone: what it holds is its name."""
        return self.part(lambda: make(*about), _text(make, *about))

    def notes(self, faults: Notes) -> list[str]:
        """What was wrong with the settings, in the reader's language."""
        return told_all(self.texts, faults)


@lru_cache
def _text(make: Callable[..., Any], *about: Any) -> str:
    return json.dumps(make(*about))


def as_query(value: object) -> Query | None:
    """What a browser sent, if it has the form of a query (names to a text or to texts); None if it has not."""
    if not isinstance(value, dict):
        return None
    query: dict[str, list[str]] = {}
    for name, texts in list(value.items())[:MAX_NAMES]:
        many = texts if isinstance(texts, list) else [texts]
        if not isinstance(name, str) or not all(isinstance(text, str) for text in many):
            return None
        query[name] = many[:MAX_VALUES]
    return query
