"""Writes docs/sources.md from sources.toml: what the tutorials say, row by row, and where the app answers: ``make docs``.

The test goes by ``rows`` and ``followed``, too: a row leads to a place in the app, and what that place shows is proven.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from optim_viz import OPTIMIZERS, SCHEDULES
from optim_viz.claims import Picture
from optim_viz.lessons import LESSONS
from optim_viz.stages import STAGES
from optim_viz.tables import Table
from optim_viz.ui.catalogue.choose import QUESTIONS
from optim_viz.ui.pages import PAGES, PICTURES
from optim_viz.ui.symbols.content import TERMS
from surfaces import SURFACES

FOLDER = Path(__file__).parent
COMPARISON = FOLDER.parent / "optim_viz" / "ui" / "regression" / "comparison.toml"
PAGE = FOLDER / "sources.md"
APP = "http://localhost:8501"
STATES = {
    "taught": "shown and taught",
    "shown": "shown and run",
    "refuted": 'refuted in "How to choose"',
    "none": "no picture can show it",
}
#: lessons that are still to come
LATER = (
    "Nesterov: looking ahead", "Noise, batch size, schedules", "AdaGrad, RMSprop, Adadelta", "RAdam, warm-up, Lookahead",
    "Weight decay three ways", "Saddles, plateaus, basins, luck", "Same name, two algorithms",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One thing that a text says; ``number`` is 2.17, the seventeenth of the second text."""

    number: str
    says: str
    state: str
    where: tuple[str, ...]
    note: str
    why: str
    waits: str


@dataclass(frozen=True)
class Place:
    """Where a row leads: an address of the app, what it is called, the pictures that bear it out, and a claim's verdict."""

    address: str
    name: str
    pictures: Sequence[Picture | None] = ()
    verdict: str = ""


def rows() -> dict[str, list[Row]]:
    """By the title of the text."""
    table, found = Table.of(FOLDER / "sources.toml"), dict[str, list[Row]]()
    for k, text in enumerate(table.tables("text"), 1):
        key, title = text.take("key", str), text.take("title", str)
        found[f"{key} {title}"] = []
        for n, one in enumerate(text.tables("rows"), 1):
            says, state, note, why, waits = (one.take(name, str, "") for name in ("says", "state", "note", "why", "waits"))
            found[f"{key} {title}"].append(Row(f"{k}.{n}", says, state, tuple(one.take("where", list)), note, why, waits))
            one.end()
        text.end()
    table.end()
    return found


def followed(place: str) -> Place:
    """Where ``race:zigzag`` leads. Raises KeyError where there is no such place."""
    kind, _colon, key = place.partition(":")
    if kind in PICTURES:
        preset = PAGES[kind].find(PICTURES[kind].presets)[key]
        return Place(f"/{kind}?p={key}", preset.title, (preset.picture, *preset.besides))
    if kind == "lesson":
        lesson, _slash, step = key.partition("/")
        its = {one.key: one for one in LESSONS[lesson].steps}[step]
        text = LESSONS[lesson].texts["en"]
        shown = LESSONS[lesson].pictures[its.picture]
        return Place(
            f"/lessons?lesson={lesson}&step={step}", f"{text.title}: {_plain(text.sections[step].text.title)}", (shown,)
        )
    if kind == "choose":
        claim = {claim.key: claim for question in QUESTIONS for claim in question.claims}[key]
        return Place("/catalogue#choose", f"“{claim.text}”", (claim.picture, *claim.besides), claim.verdict)
    if kind == "optimizer":
        name, _at, variant = key.partition("@")
        record = OPTIMIZERS[name].as_in(variant) if variant else OPTIMIZERS[name]
        return Place(f"/catalogue?o={key}", f"{record.name} as in {record.origin}", OPTIMIZERS[name].shows)
    if kind == "stage":
        return Place(f"/catalogue?around={key}", STAGES[key].title, (STAGES[key].shows,))
    if kind == "schedule":
        return Place(f"/catalogue?around=schedule#{key}", f"schedule: {SCHEDULES[key].name}", (SCHEDULES[key].picture,))
    if kind == "surface":
        return Place(f"/race?s={key}", SURFACES[key].name, SURFACES[key].shows)
    if kind == "symbol":
        term = {term.name: term for terms in TERMS.values() for term in terms}[key]
        return Place("/symbols", term.name)
    row = {row.values["title"]: row.values for row in Table.of(COMPARISON).tables("row")}[key]
    presets = PAGES["regression"].find(PICTURES["regression"].presets)
    return Place("/regression", f"the lab's table, {key}", [presets[cell["preset"]].picture for cell in row["cells"]])


def _plain(title: str) -> str:
    """A step's title without the numbers that are computed in it."""
    return title.partition("{")[0].strip().removesuffix(":")


def text() -> str:
    found = rows()
    count = Counter(row.state for each in found.values() for row in each)
    total = ", ".join(f"{count[state]} {said}" for state, said in STATES.items())
    said = [
        "<!-- written by `make docs` from docs/sources.toml -->\n",
        "# What the five tutorials say, and where the app answers\n",
        "The project grew out of five Chinese tutorials on optimizers. Each thing that they say has a row here, and each row a "
        "place in the app. What a place shows is written down as claims, which the test suite proves. The links lead to the "
        "app as `make run` starts it.\n",
        f"{sum(count.values())} rows: {total}.\n",
    ]
    for title, each in found.items():
        said.append(f"## {title}\n\n| # | The text | State | Where | |\n| --- | --- | --- | --- | --- |")
        for row in each:
            where = "; ".join(f"[{place.name}]({APP}{place.address})" for place in map(followed, row.where))
            more = " ".join(filter(None, [row.note, row.why, row.waits and f"A lesson to come: {row.waits}."]))
            said.append(f"| {row.number} | {row.says} | {STATES[row.state]} | {where} | {more} |")
        said.append("")
    return "\n".join(said)


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
