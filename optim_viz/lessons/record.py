"""The records of a lesson: pictures, steps, predictions, tasks, quiz. A wrong one fails at import and names its fault.

A lesson is a folder: ``lesson.toml`` holds all that is no text; for each language ``en.md`` holds the text and ``teach.en.md``
notes for teachers (``texts.py``).
Nothing in it is a result: pictures are links, and what is said of them are claims (``claims.py``) that the engine decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from optim_viz.claims import Expression, Picture, number
from optim_viz.lessons.texts import NOW, Part, Text, read_notes, read_text
from optim_viz.tables import Table

Kind = Literal["read", "predict", "task", "quiz"]
#: what a step may leave to the reader's hands; everything else of the page is hidden
CONTROLS = ("surface", "params", "start", "steps", "optimizers")


@dataclass(frozen=True)
class Choose:
    """One of several: a choice is right when its claims hold, and the engine says whether they do."""

    choices: Mapping[str, tuple[Expression, ...]]


@dataclass(frozen=True)
class Rank:
    """Runners in the order of a quantity, the least first."""

    runners: tuple[str, ...]
    by: str


@dataclass(frozen=True)
class Place:
    """A mark on the picture: where it belongs, coordinate by coordinate, and how far off still counts."""

    at: tuple[Expression, ...]
    near: float


@dataclass(frozen=True)
class Task:
    """What the reader may ``change``, the claims to make true, and settings that do."""

    change: tuple[str, ...]
    goal: tuple[Expression, ...]
    solution: Mapping[str, float]


@dataclass(frozen=True)
class Quiz:
    """Which choice is right, and the claims about the step's picture that prove it."""

    right: str
    proof: tuple[Expression, ...]


@dataclass(frozen=True)
class Step:
    """One screen of a lesson. ``asks`` is what it wants of the reader: nothing where it is only read."""

    key: str
    kind: Kind
    picture: str
    allow: tuple[str, ...]
    asks: Choose | Rank | Place | Task | Quiz | None

    @property
    def claims(self) -> tuple[Expression, ...]:
        """All that it asks of its picture, numbers too."""
        match self.asks:
            case Choose(choices=choices):
                return tuple(claim for claims in choices.values() for claim in claims)
            case Rank(runners=runners, by=by):
                return tuple(number(f"{by}({runner})") for runner in runners)
            case Place(at=asked) | Task(goal=asked) | Quiz(proof=asked):
                return asked
        return ()


@dataclass(frozen=True)
class Source:
    title: str
    url: str


@dataclass(frozen=True, eq=False)
class Lesson:
    """``declared``: numbers that the texts may state without computing them, each with the reason."""

    key: str
    order: int
    minutes: int
    pictures: Mapping[str, Picture]
    steps: tuple[Step, ...]
    sources: tuple[Source, ...]
    declared: Mapping[str, str]
    texts: Mapping[str, Text]
    notes: Mapping[str, Mapping[str, Part]]

    def __post_init__(self) -> None:
        _unless(1 <= self.minutes <= 30, "a lesson takes 1 to 30 minutes")
        kinds: list[str] = [step.kind for step in self.steps]
        _unless(len({step.key for step in self.steps}) == len(kinds), "two steps have one id")
        _unless(bool(kinds) and kinds[0] == kinds[-1] == "read", "it begins with a question and ends with what to remember")
        for kind, least, most in (("predict", 1, 3), ("task", 1, 2), ("quiz", 2, 4)):
            _unless(least <= kinds.count(kind) <= most, f"{least} to {most} steps of kind {kind!r}, not {kinds.count(kind)}")
        _unless(bool(self.sources), "it names its sources")
        _unless("en" in self.texts, "there is no en.md")
        noted, told = sorted(self.notes), sorted(self.texts)
        _unless(noted == told, f"notes for teachers are in {noted}, texts in {told}")
        for step in self.steps:
            _unless(step.picture in self.pictures, f"{step.key}: there is no picture {step.picture!r}")
        for language, text in self.texts.items():
            self._check_text(language, text)
            self._check_notes(language)

    def _check_notes(self, language: str) -> None:
        same = list(self.notes[language]) == list(self.notes["en"])
        _unless(same, f"teach.{language}.md: its headings are not those of teach.en.md")
        for key, part in self.notes[language].items():
            where = f"teach.{language}.md, {key}"
            _unless(part.live == self.notes["en"][key].live, f"{where}: its numbers are not those of teach.en.md")
            unknown = {name for name, _number in part.live} - set(self.pictures)
            _unless(not unknown, f"{where}: there are no pictures {sorted(unknown)}")

    def _check_text(self, language: str, text: Text) -> None:
        where = f"{language}.md"
        _unless(bool(text.title and text.summary), f"{where}: a title, and one sentence below it")
        wanted = [step.key for step in self.steps]
        _unless(list(text.sections) == wanted, f"{where}: its steps are {list(text.sections)}, lesson.toml has {wanted}")
        for step in self.steps:
            section, twin = text.sections[step.key], self.texts["en"].sections[step.key]
            parts = _parts(step, tuple(twin.parts))
            _unless(list(section.parts) == parts, f"{where}, {step.key}: its parts are {list(section.parts)}, not {parts}")
            for part, other in zip(section.all, twin.all, strict=True):
                _unless(bool(part.title), f"{where}, {step.key}: a part without a title")
                _unless(part.live == other.live, f"{where}, {step.key}: its numbers are not those of en.md")
                _unless(part.links == other.links, f"{where}, {step.key}: its links are not those of en.md")
                pictures = part.links | {name for name, _number in part.live} - {"", NOW}
                unknown = pictures - set(self.pictures)
                _unless(not unknown, f"{where}, {step.key}: there are no pictures {sorted(unknown)}")


def _parts(step: Step, found: tuple[str, ...]) -> list[str]:
    """The parts that the text of a step must have, in their order. A quiz' own choices are whatever stands there."""
    match step.asks:
        case Choose(choices=choices):
            return [*choices, "happened"]
        case Rank(runners=runners):
            return [*runners, "happened"]
        case Place():
            return ["happened"]
        case Task():
            return ["hint", "done"]
        case Quiz(right=right):
            _unless(right in found and len(found) >= 3, f"{step.key}: three or more choices, {right!r} among them")
            return list(found)
    return []


def _unless(holds: bool, fault: str) -> None:
    if not holds:
        raise ValueError(fault)


# ------------------------------------------------------------------------------------------------------------------- reading


def read_folder(folder: Path) -> Lesson:
    """The lesson of a folder.

    Raises:
        ValueError: anything in which it is not a lesson; names the folder and the fault.
    """
    try:
        table = Table.of(folder / "lesson.toml")
        files = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
        texts = {name: read_text(text) for name, text in files.items() if "." not in name}
        notes = {name.removeprefix("teach."): read_notes(text) for name, text in files.items() if "." in name}
        lesson = Lesson(
            key=folder.name,
            order=table.take("order", int),
            minutes=table.take("minutes", int),
            pictures=MappingProxyType({key: _picture(key, value) for key, value in table.take("pictures", dict).items()}),
            steps=tuple(_step(Table(value, "steps")) for value in table.take("steps", list)),
            sources=tuple(Source(**value) for value in table.take("sources", list)),
            declared=MappingProxyType(table.take("declared", dict, {})),
            texts=MappingProxyType(texts),
            notes=MappingProxyType(notes),
        )
        table.end()
        return lesson
    except (OSError, TypeError, ValueError) as error:
        raise ValueError(f"lesson {folder.name}: {error}") from error


def _picture(key: str, value: Mapping[str, Any]) -> Picture:
    table = Table(value, f"pictures.{key}")
    _unless(key.isidentifier() and key != NOW, f"a picture cannot be called {key!r}")
    picture = table.picture()
    table.end()
    return picture


def _step(table: Table) -> Step:
    key = table.where = table.take("id", str)
    kind = table.take("kind", str)
    readers = {"read": lambda _table: None, "predict": _prediction, "task": _task, "quiz": _quiz}
    _unless(kind in readers, f"{key}: kind must be one of {', '.join(readers)}; received {kind!r}")
    allow = tuple(table.take("allow", list, []))
    strange = set(allow) - set(CONTROLS)
    _unless(not strange, f"{key}: allow knows {', '.join(CONTROLS)}; received {sorted(strange)}")
    step = Step(key, kind, table.take("picture", str), allow, readers[kind](table))
    table.end()
    return step


def _prediction(table: Table) -> Choose | Rank | Place:
    ways = [way for way in ("choose", "rank", "place") if way in table.values]
    _unless(len(ways) == 1, f"{table.where}: a prediction has one of choose, rank, place; received {ways}")
    way = Table(table.take(ways[0], dict), f"{table.where}.{ways[0]}")
    prediction: Choose | Rank | Place
    if ways[0] == "choose":
        prediction = Choose(MappingProxyType({key: way.claims(key) for key in way.values}))
        with_claims = [key for key, claims in prediction.choices.items() if claims]
        _unless(len(with_claims) == len(prediction.choices) >= 2, f"{way.where}: two choices or more, each with claims")
    elif ways[0] == "rank":
        prediction = Rank(tuple(way.take("runners", list)), way.take("by", str))
        _unless(len(set(prediction.runners)) == len(prediction.runners) >= 3, f"{way.where}: three runners or more")
    else:
        prediction = Place(tuple(number(text) for text in way.take("at", list)), way.take("near", float))
        _unless(len(prediction.at) in (1, 2) and prediction.near > 0, f"{way.where}: one or two coordinates, and how near")
    way.end()
    return prediction


def _task(table: Table) -> Task:
    task = Task(tuple(table.take("change", list)), table.claims("goal"), MappingProxyType(table.take("solution", dict)))
    _unless(bool(task.change and task.goal), f"{table.where}: what may be changed, and a goal")
    _unless(set(task.solution) <= set(task.change), f"{table.where}: the solution changes what may not be changed")
    return task


def _quiz(table: Table) -> Quiz:
    quiz = Quiz(table.take("right", str), table.claims("proof"))
    _unless(bool(quiz.proof), f"{table.where}: what proves the right answer?")
    return quiz
