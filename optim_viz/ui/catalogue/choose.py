"""How to choose an optimizer: questions, advice, and claims that anyone can check, each with a picture by its link.

A claim that its picture does not bear out says so. They stand in ``choose.toml``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from optim_viz.claims import Picture
from optim_viz.spec import N_
from optim_viz.tables import Table

Verdict = Literal["holds", "fails", "unseen"]
VERDICTS: dict[Verdict, str] = {
    "holds": N_("The picture bears it out."),
    "fails": N_("The picture does not bear it out."),
    "unseen": N_("No picture here can show it."),
}


@dataclass(frozen=True)
class Claim:
    """``picture`` shows what ``verdict`` and ``why`` say; None where nothing can be shown. ``why`` goes on where the verdict
    alone would not do; ``besides`` are other pictures that it speaks of.
    """

    key: str
    text: str
    verdict: Verdict
    picture: Picture | None = None
    why: str = ""
    besides: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Question:
    key: str
    question: str
    advice: str
    claims: tuple[Claim, ...]


def _claim(table: Table) -> Claim:
    key, text, verdict, why = (table.take(name, str, "") for name in ("key", "text", "verdict", "why"))
    if not key or not text or verdict not in VERDICTS:
        raise ValueError(f"{table.where}: a claim has a key, a text, and a verdict of {', '.join(VERDICTS)}")
    picture = None if verdict == "unseen" else table.picture()
    found = Claim(key, text, verdict, picture, why, tuple(each.picture() for each in table.tables("besides")))
    table.end()
    return found


def read(path: Path) -> tuple[tuple[Question, ...], tuple[tuple[str, ...], ...]]:
    """The questions of a file; and of each that is absent its name, paper, address, and why. Raises ValueError where it is not
    of that form.
    """
    table = Table.of(path)
    questions = tuple(
        Question(
            one.take("key", str), one.take("question", str), one.take("advice", str), tuple(map(_claim, one.tables("claim")))
        )
        for one in table.tables("question")
    )
    absent = tuple(tuple(one.take(name, str) for name in ("name", "paper", "url", "why")) for one in table.tables("absent"))
    table.end()
    return questions, absent


QUESTIONS, ABSENT = read(Path(__file__).with_suffix(".toml"))
