"""A page's settings as a form: a table of fields, and the one reader and the one writer of their written form, a link's query.

``/race?v=1&s=ravine&s.condition=50&x=-1.5&y=2&n=500&o=adam@keras,lr:0.02,beta1:0.9,clip_norm:1&o=gd,lr:0.001``

A row of the table says all of one setting: its names, what it may be, its default, what the page calls it. The browser gets the
same table (``told``), and ``components/player/form.js`` reads and writes by it the same text. What is missing takes its
default, what is wrong falls back to it with a note. A link names every value that matters, so that a later change of a
default never changes an old link; ``v`` says by which version's rules to read it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any, ClassVar, Literal, TypeAlias, TypeVar
from urllib.parse import parse_qs, quote, urlencode

from optim_viz import SettingError
from optim_viz.spec import Hyper, N_
from optim_viz.ui.asked import Query
from optim_viz.ui.faults import SAYS, Notes, RemarkError, strangers, told_of
from optim_viz.ui.i18n import Messages
from optim_viz.ui.inputs import MAX_NUMBER, ON, bounded, number_in, read_hyper, short, whole_in, word_in, written
from optim_viz.ui.parts import PARTS
from optim_viz.ui.preset import Preset

VERSION = 1
LEAST_ZOOM, MOST_ZOOM = 1e-15, 1e15  # between the two ends of a view; browsers cannot draw beyond

T = TypeVar("T")
#: a value, or what makes it of what has been read
Depends: TypeAlias = T | Callable[["Reading"], T]


# ------------------------------------------------------------------------------------------------------------- kinds of fields


@dataclass(frozen=True)
class Kind:
    """What a setting may be; as it stands here, any text."""

    #: the writer in form.js, and what else of it the browser has to know
    script: ClassVar[str] = "plain"
    tells: ClassVar[tuple[str, ...]] = ()
    #: whether an empty text in a link says nothing; of a number it is wrong
    blank: ClassVar[bool] = True

    def parse(self, text: str, parameter: str, got: "Reading") -> Any:
        """The value; what is wrong with a part of it it notes. Raises SettingError."""
        return text

    def read(self, field: "Field", got: "Reading") -> Any:
        """What the query says, else the default."""

        def reading() -> Any:
            text = got.text(field.key)
            return field.usual(got) if text is None or (self.blank and not text) else self.parse(text, field.key, got)

        return got.notes.unless(field.usual(got), reading)

    def texts(self, field: "Field", value: Any) -> list[tuple[str, str]]:
        """The names and texts that ``read`` understands; none where the default says as much."""
        text = self.text(value)
        return [(field.key, text)] if field.always or text != self.text(field.default) else []

    def text(self, value: Any) -> str:
        return written(value)

    def told(self) -> dict[str, Any]:
        """What the browser has to know, as far as it is the same for all queries."""
        values = {name: getattr(self, name) for name in self.tells}
        return {name: list(v) if isinstance(v, Mapping) else v for name, v in values.items() if not callable(v)}


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number."""

    script, tells, blank = "whole", ("lo", "hi"), False
    lo: int
    hi: Depends[int]

    def parse(self, text: str, parameter: str, got: "Reading") -> int:
        return whole_in(parameter, text, self.lo, now(self.hi, got))


@dataclass(frozen=True)
class Limited(Whole):
    """A whole number of which more is wished for than there can be: then there are as many as can be, and that is said."""

    def parse(self, text: str, parameter: str, got: "Reading") -> int:
        most, value = now(self.hi, got), number_in(parameter, text, whole=True)
        if value.is_integer() and value > most:
            got.notes.append(SettingError(parameter, N_("at most {limit}"), text, limit=f"{most:,}"))
            return most
        return whole_in(parameter, text, self.lo, most)


@dataclass(frozen=True)
class Amount(Kind):
    """A number with a slider of its own."""

    script = "amount"
    hyper: Hyper

    def parse(self, text: str, parameter: str, got: "Reading") -> float:
        return read_hyper(self.hyper, parameter, text, MAX_NUMBER)


@dataclass(frozen=True)
class Switch(Kind):
    """On or off."""

    script, blank = "switch", False

    def parse(self, text: str, parameter: str, got: "Reading") -> bool:
        return read_hyper(ON, parameter, text) == 1

    def text(self, value: bool) -> str:
        return str(int(value))


@dataclass(frozen=True)
class One(Kind):
    """One of a few words, or the key of a record."""

    script, tells = "one", ("options",)
    options: Depends[Iterable[str]]

    def parse(self, text: str, parameter: str, got: "Reading") -> str:
        return word_in(parameter, now(self.options, got), text)


@dataclass(frozen=True)
class Some(Kind):
    """Some of a few words, in their order."""

    script, tells = "some", ("options",)
    options: Sequence[str]

    def parse(self, text: str, parameter: str, got: "Reading") -> tuple[str, ...]:
        def reading(word: str) -> str:
            return got.notes.unless("", lambda: word_in(parameter, self.options, word))

        given = {reading(word) for word in text.split(",") if word}
        return tuple(word for word in self.options if word in given)


@dataclass(frozen=True)
class Numbers(Kind):
    """Several numbers, or one of a few ``words``. ``says``: what they should be; told where they are not ``allowed``, or not
    between the ``ends`` of each. ``span``: they are pairs of a from and a to, so far apart at least and at most.
    """

    script, tells = "numbers", ("ends", "span")
    says: str
    allowed: Callable[[tuple[float, ...], "Reading"], bool] = lambda values, got: True
    ends: Sequence[tuple[float, float]] = ()
    span: tuple[float, float] | None = None
    words: tuple[str, ...] = ()

    def parse(self, text: str, parameter: str, got: "Reading") -> str | tuple[float, ...]:
        if text in self.words:
            return text
        values = tuple(number_in(parameter, part) for part in text.split(","))
        within = not self.ends or len(values) == len(self.ends)
        within &= all(lo <= value <= hi for value, (lo, hi) in zip(values, self.ends, strict=False))
        if self.span:
            pairs, (least, most) = list(zip(values[::2], values[1::2], strict=False)), self.span
            within &= len(values) == 4 and all(least <= hi - lo <= most for lo, hi in pairs)
        if not (within and self.allowed(values, got)):
            raise SettingError(parameter, self.says, text)
        return values


@dataclass(frozen=True)
class Each(Kind):
    """A number for each of the field's names, as many as the default has."""

    script, tells = "each", ("lo", "hi")
    lo: float
    hi: float

    def read(self, field: "Field", got: "Reading") -> tuple[float, ...]:
        def reading(name: str, default: float) -> float:
            text = got.text(name)
            return default if text is None else bounded(name, text, number_in(name, text), self.lo, self.hi)

        each = zip(field.keys, field.usual(got), strict=False)
        return tuple(got.notes.unless(default, lambda n=name, d=default: reading(n, d)) for name, default in each)  # type: ignore[misc]

    def texts(self, field: "Field", value: Sequence[float]) -> list[tuple[str, str]]:
        return [(name, written(number)) for name, number in zip(field.keys, value, strict=False)]


@dataclass(frozen=True)
class Named(Kind):
    """Numbers by name, ``s.condition=50``; the field's key is what these begin with. ``of``: those there are; None: nobody
    reads them.
    """

    script = "named"
    of: Callable[["Reading"], Mapping[str, Hyper] | None]

    def read(self, field: "Field", got: "Reading") -> dict[str, float]:
        known = self.of(got)
        if known is None:
            return {}

        def reading(name: str, short: str) -> float:
            text = got.text(name) or ""
            if short not in known:
                raise SettingError(name, SAYS["unknown"], text)
            return read_hyper(known[short], name, text, MAX_NUMBER)

        values = {name: hyper.default for name, hyper in known.items()}
        for name in [name for name in got.query if name.startswith(field.key)]:
            short = name.removeprefix(field.key)
            value = got.notes.unless(None, lambda n=name, s=short: reading(n, s))  # type: ignore[misc]
            values |= {} if value is None else {short: value}
        return values

    def texts(self, field: "Field", value: Mapping[str, float]) -> list[tuple[str, str]]:
        return [(field.key + name, written(number)) for name, number in value.items()]


# -------------------------------------------------------------------------------------------------------------------- the form


@dataclass(frozen=True)
class Field:
    """One setting.

    Args:
        name: by which Python and the page's scripts have it.
        key: in a link; several with spaces between them.
        default: or what makes it of what has been read; then the setting is ``always`` written.
        label: what the page calls it, one for each key.
        of: whether it changes what is computed, only how that is looked at, or the page around it.
        always: a link names it even where it is the default.
        at: where a page's settings have its plain value, if not by its name: a path, or a function.
    """

    name: str
    key: str
    kind: Kind
    default: Any = None
    label: str | tuple[str, ...] = ""
    of: Literal["picture", "look", "page"] = "picture"
    always: bool = False
    at: Callable[[Any], Any] | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.key.split())

    @property
    def labels(self) -> dict[str, str]:
        labels = (self.label,) if isinstance(self.label, str) else self.label
        return dict(zip(self.keys, labels, strict=True)) if self.label else {}

    def usual(self, got: "Reading") -> Any:
        return now(self.default, got)

    def texts(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """As it stands in a link; nothing where it is not among the values."""
        return self.kind.texts(self, values[self.name]) if self.name in values else []

    def told(self) -> dict[str, Any]:
        """As the browser has it."""
        default = {} if callable(self.default) else {"default": self.default}
        fixed = {"name": self.name, "keys": list(self.keys), "kind": self.kind.script, "of": self.of, "always": self.always}
        return fixed | default | self.kind.told()


def now(value: Depends[T], got: "Reading") -> T:
    return value(got) if callable(value) else value


class Record(SimpleNamespace):
    """Everything that a link restores, by the fields' names; never changed."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name}: settings are never changed; replace() makes others")

    def replace(self, **changes: Any) -> Any:
        return type(self)(**vars(self) | changes)


class Reading(dict[str, Any]):
    """What is being read of one query: each value when it is first asked for, by its name.

    Attributes:
        query: with what its example sets.
        more: what came beside it.
        notes: what was wrong with it.
    """

    def __init__(self, form: "Form", query: Query, more: Any):
        super().__init__()
        self.form, self.query, self.more, self.notes = form, query, more, Notes(form.labels)

    def __missing__(self, name: str) -> Any:
        field = self.form.by_name.get(name)
        self[name] = value = field.kind.read(field, self) if field else self.form.made[name](self)
        return value

    def text(self, key: str) -> str | None:
        """Raises SettingError: it is too long."""
        values = self.query.get(key) or []
        return short(key, values[-1]) if values else None

    def record(self, kind: type[T], **made: Any) -> T:
        """The page's settings: all fields that are kept by their name, and what the page has made of the others."""
        return kind(**{field.name: self[field.name] for field in self.form.fields if not field.at} | made)


class Form:
    """All settings of a page.

    Args:
        fields: in the order of a link; first what is run on: a query without it begins with a preset.
        made: what is made of several settings while they are read, by name.
        labels: what else the notes speak of.
    """

    def __init__(
        self, fields: Iterable[Field], presets: Mapping[str, Preset],
        made: Mapping[str, Callable[[Reading], Any]] = MappingProxyType({}),
        labels: Mapping[str, str] = MappingProxyType({}),
    ):  # fmt: skip
        preset = Field("preset", "p", One(presets), "", N_("example"), "look")
        subject, *rest = fields
        self.fields = (subject, preset, *rest, *PAGE)
        self.by_name = {field.name: field for field in self.fields}
        self.subject, self.presets, self.made = subject.key, presets, made
        inner = [own for field in self.fields for own in getattr(field.kind, "own", ())]
        self.labels = {"v": N_("version of the link"), "variant": N_("convention"), **labels}
        self.labels |= {key: label for field in (*inner, *self.fields) for key, label in field.labels.items()}
        self.keys = ["v", *(key for field in self.fields for key in field.keys)]
        self.prefixes = tuple(key for key in self.keys if key.endswith("."))

    def read(self, query: Query, more: Any = None, besides: Iterable[str] = ()) -> Reading:
        """The settings that a query asks for, and what was wrong with it; ``besides`` its names that somebody else reads.

        A query that does not name its subject begins with a preset: the one it names, else the first. The first one's sentence
        is not shown when it is not named and something else is computed.
        """
        asked = query
        if self.subject not in query:
            preset = self.presets.get((query.get("p") or [""])[-1]) or next(iter(self.presets.values()))
            query = ({} if self._computes(query) else {"p": [preset.key]}) | parse_qs(preset.query) | dict(query)
        got = Reading(self, query, more)
        got.notes.unless(None, lambda: _version(got))
        for field in self.fields:
            got[field.name]
        strangers(asked, [*self.keys, *besides], self.prefixes, got.notes)
        return got

    def _computes(self, query: Query) -> bool:
        """Whether it says something of what is computed; without that a link is the example itself."""
        own = [key for field in self.fields if field.of == "picture" for key in field.keys]
        return any(name in own or name.startswith(self.prefixes) for name in query)

    def values(self, settings: Any, *of: str) -> dict[str, Any]:
        """The plain values of settings, as form.js has them; only those ``of`` these."""
        fields = [field for field in self.fields if not of or field.of in of]
        return {field.name: field.at(settings) if field.at else getattr(settings, field.name) for field in fields}

    def write(self, values: Mapping[str, Any]) -> str:
        """The query of a link that restores these values, without the question mark; what is not among them it leaves out."""
        pairs = [("v", str(VERSION)), *(pair for field in self.fields for pair in field.texts(values))]
        return urlencode(pairs, quote_via=quote, safe=",:@!'()*")

    def faults(self, _: Messages) -> dict[str, Any]:
        """What the browser says of what it cannot use; ``should``: what the text of a field with several numbers should be."""
        should = {field.name: _(field.kind.says) for field in self.fields if isinstance(field.kind, Numbers)}
        return told_of(_, self.labels) | {"should": should}

    def told(self) -> dict[str, Any]:
        """The form as the browser has it."""
        return {"version": VERSION, "fields": [field.told() for field in self.fields]}


def _version(got: Reading) -> None:
    """Raises SettingError: a link by other rules than ours."""
    text = got.text("v")
    value = VERSION if text is None else number_in("v", text)
    if not (value >= 1 and float(value).is_integer()):
        raise SettingError("v", SAYS["version"], text)
    if value > VERSION:
        raise RemarkError("v", SAYS["newer"], text, asked=text)


#: the page around a player, the same for every page that has one
PAGE = (
    Field("hide", "hide", Some(tuple(PARTS)), (), N_("parts to hide"), "page"),
    Field("big", "big", Switch(), False, N_("projector"), "page"),
)
AXIS = Field("axis", "axis", One(("auto", "log", "linear")), "auto", N_("value axis"), "look")
ZOOM = Field(
    "zoom", "zoom", Numbers(
        N_("four numbers, with commas between them and points in them: x from, x to, y from, y to, each from below its to"),
        span=(LEAST_ZOOM, MOST_ZOOM),
    ), (), N_("zoom"), "look",
)  # fmt: skip
