"""The race's settings and their one written form: the query of a link.

``/race?v=1&s=ravine&s.condition=50&x=-1.5&y=2&n=500&o=adam@keras,lr:0.02,beta1:0.9,clip_norm:1&o=gd,lr:0.001``

One table, ``PROPERTIES``, reads, checks and writes every one of them. The player sends the same form, as a mapping from names
to texts. What is missing takes its default, what is wrong falls back to it with a note; an optimizer that there is not is left
out. A link written by the app names every value, so that a later change of a default never changes an old link; ``v`` says by
which version's rules to read it.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import parse_qs, urlencode

from optim_viz import OPTIMIZERS, Optimizer, SettingError, Surface
from optim_viz.around import Around, from_flat
from optim_viz.schedules import LASTING
from optim_viz.spec import Hyper, Interval, N_
from optim_viz.stages import STAGES, Stage
from optim_viz.ui.asked import Query
from optim_viz.ui.faults import Notes, RemarkError, one_of, strangers
from optim_viz.ui.pages import NO_PAGE, no_page
from optim_viz.ui.parts import PARTS
from optim_viz.ui.race.charts import CHARTS
from optim_viz.ui.race.presets import PRESETS
from surfaces import SURFACES

VERSION = 1
MAX_STEPS = 5_000
MAX_RUNNERS = 8
MAX_TEXT = 1200  # characters of one value in a link: a runner with everything around it has some 600
MAX_NUMBER = 1e6  # of a coordinate or a surface's parameter: beyond it a picture shows nothing, and its numbers overflow
LEAST_ZOOM, MOST_ZOOM = 1e-15, 1e15  # between the two ends of a view; browsers cannot draw beyond
PREFIX = "s."  # of the surface's own parameters
SWITCH = Hyper("on", 0, "", "", Interval("[0, 1]"), kind="switch")
#: all that is said of stages, of whichever schedule
STAGE_NAMES = frozenset(
    name
    for stage in STAGES.values()
    for word in (stage.choice.options if stage.choice else ("",))
    for name in (stage.first, *([stage.choice.name] if stage.choice else []), *stage.numbers(word))
)
_DECIMAL = re.compile(r"[-+]?\d+,\d+(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)  # as most of the world writes decimals
DEFAULT_SURFACE = "ravine"
DEFAULT_RUNNERS = ("gd", "momentum", "rmsprop", "adam")
DEFAULT_STEPS = 300
AXES = ("auto", "log", "linear")
X_AXES = ("updates", "evaluations")
LOOKS = ("map", "3d", "both")
#: what of a runner's inside can be shown; ``components/race/arrows.js`` says what each is
INSIDE = ("slope", "velocity", "update", "effective", "minimum")
#: azimuth, elevation (degrees) and distance of the camera
CAMERA = ((-180.0, 180.0), (5.0, 90.0), (0.25, 4.0))

#: the names in a link, with what the page calls them
LABELS: Mapping[str, str] = {
    "v": N_("version of the link"), "p": N_("example"), "s": N_("surface"), "x": N_("start x"), "y": N_("start y"),
    "n": N_("number of steps"), "o": N_("optimizer"), "t": N_("step shown"), "chart": N_("chart"), "axis": N_("value axis"),
    "xaxis": N_("step axis"), "zoom": N_("zoom"), "look": N_("view"), "camera": N_("camera"), "i": N_("arrows"),
    "hide": N_("parts to hide"), "big": N_("projector"), "variant": N_("convention"),
}  # fmt: skip
#: what says who runs on what; without any of it a link is the example itself
RUN = ("x", "y", "n", "o")


@dataclass(frozen=True)
class Runner:
    """One optimizer, perhaps as another library has it, with all its hyperparameters and what stands around its rule.

    ``name`` tells two of a kind apart: "Adam", "Adam 2". ``around`` is the flat form of the stages that are on, see
    ``optim_viz.around``.
    """

    optimizer: Optimizer
    name: str
    hypers: Mapping[str, float]
    around: Mapping[str, float | str]

    @property
    def stages(self) -> tuple[Around, int]:
        """What stands around the rule, and the seed of its noise."""
        return from_flat(self.around)


@dataclass(frozen=True)
class Arrows:
    """What is drawn at one runner's head: which of ``INSIDE``, and the index of the runner."""

    runner: int = 0
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """Everything that a link restores.

    ``step``, ``chart`` with its axes ``axis`` and ``xaxis``, ``zoom`` (x from, x to, y from, y to; may be empty), ``look``,
    ``camera`` (may be empty) and ``arrows`` are how it is looked at. ``preset`` is the key of the one that the visitor began
    with, whose sentence is still shown; it sets nothing. ``hide`` and ``big`` are the page around it: the parts that are not
    shown, and whether it is on a projector.
    """

    preset: str
    surface: Surface
    start: tuple[float, ...]
    steps: int
    runners: tuple[Runner, ...]
    step: int
    chart: str
    axis: str
    xaxis: str
    zoom: tuple[float, ...]
    look: str
    camera: tuple[float, ...]
    arrows: Arrows
    hide: tuple[str, ...]
    big: bool


@dataclass(frozen=True)
class Property:
    """One property of the settings.

    ``read`` takes the query and what the rows above have read, and returns the value: the default where the query does not
    speak of it. What is wrong it notes, and goes on with that detail's default.
    ``write`` gives the names and texts that ``read`` understands.
    """

    name: str
    read: Callable[[Query, dict[str, Any], "Notes"], Any]
    write: Callable[[Any], list[tuple[str, str]]]


def text_of(query: Query, name: str) -> str | None:
    values = query.get(name) or []
    return _short(name, values[-1]) if values else None


def _short(name: str, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise SettingError(name, N_("at most {limit} characters long"), text, limit=MAX_TEXT)
    return text


def number_in(name: str, text: str, whole: bool = False) -> float:
    """The number; ``whole``: it should be a whole one. A comma in it is told, since nobody knows what it parts.

    Raises:
        SettingError: it is none.
    """
    try:
        return float(text)
    except ValueError:
        plain = text.strip().replace("，", ",")
        if _DECIMAL.fullmatch(plain) and not whole:
            what = N_("a number with a point for its decimals, as in {point}")
            raise SettingError(name, what, text, point=plain.replace(",", ".")) from None
        if "," in plain:
            what = N_("a whole number without commas") if whole else N_("a number without commas")
            raise SettingError(name, what, text) from None
        raise SettingError(name, N_("a number"), text) from None


def read_hyper(hyper: Hyper, parameter: str, text: str, limit: float = math.inf) -> float:
    """A number as a link writes it; where it is no whole one it is at most ``limit``.

    Raises:
        SettingError: it is none, or not allowed; ``received`` is the text.
    """
    try:
        value = hyper.check(number_in(parameter, text, whole=hyper.kind == "integer"), parameter)
        return value if hyper.kind != "number" else _bounded(parameter, text, value, max(hyper.allowed.lo, -limit), limit)
    except SettingError as error:
        raise SettingError(parameter, error.template, text, **error.values | {"hyper": hyper}) from None


def _bounded(name: str, text: str, value: float, lo: float = -MAX_NUMBER, hi: float = MAX_NUMBER) -> float:
    if not lo <= value <= hi:
        raise SettingError(name, N_("a number from {lo} to {limit}"), text, lo=f"{lo:,.10g}", limit=f"{hi:,.0f}")
    return value


def read_named(query: Query, prefix: str, known: Mapping[str, Hyper], notes: Notes) -> dict[str, float]:
    """Those numbers of the query whose names begin so, by their short names; at most MAX_NUMBER."""
    values = {}
    for name in query:
        if not name.startswith(prefix):
            continue
        short = name.removeprefix(prefix)

        def reading(name: str = name, short: str = short) -> float:
            text = text_of(query, name) or ""
            if short not in known:
                raise SettingError(name, N_("left out: nothing here has this name"), text)
            return read_hyper(known[short], name, text, MAX_NUMBER)

        value = notes.unless(None, reading)
        if value is not None:
            values[short] = value
    return values


def whole(name: str, text: str, lo: int, hi: int) -> int:
    value = number_in(name, text, whole=True)
    if not (value.is_integer() and lo <= value <= hi):
        raise SettingError(name, N_("a whole number from {lo} to {limit}"), text, lo=lo, limit=f"{hi:,}")
    return int(value)


def whole_in(query: Query, notes: Notes, name: str, lo: int, hi: int, default: int) -> int:
    def reading() -> int:
        text = text_of(query, name)
        return default if text is None else whole(name, text, lo, hi)

    return notes.unless(default, reading)


def read_version(query: Query, _: dict, notes: Notes) -> int:
    """The version whose rules are followed."""

    def reading() -> int:
        text = text_of(query, "v")
        value = VERSION if text is None else number_in("v", text)
        if not (value >= 1 and float(value).is_integer()):
            raise SettingError("v", N_("a whole number, 1 or more"), text)
        if value > VERSION:
            what = N_("This link is of a newer version of this app ({asked}): what is new in it is not understood here.")
            raise RemarkError("v", what, text, asked=text)
        return VERSION

    return notes.unless(VERSION, reading)


def _read_preset(query: Query, _: dict, notes: Notes) -> str:
    key = notes.unless(None, lambda: text_of(query, "p"))
    return notes.unless("", lambda: one_of("p", PRESETS, key).key) if key else ""


def _read_shape(query: Query, _: dict, notes: Notes) -> Surface:
    default = SURFACES[DEFAULT_SURFACE]
    return notes.unless(default, lambda: one_of("s", SURFACES, text_of(query, "s") or DEFAULT_SURFACE))


def _read_surface(query: Query, read: dict, notes: Notes) -> Surface:
    shape: Surface = read["shape"]
    return notes.unless(shape, lambda: shape.at(**read_named(query, PREFIX, shape.params, notes)))


def _read_start(query: Query, read: dict, notes: Notes) -> tuple[float, ...]:
    def coordinate(name: str, default: float) -> float:
        text = text_of(query, name)
        return default if text is None else _bounded(name, text, number_in(name, text))

    surface: Surface = read["surface"]
    return tuple(
        notes.unless(default, lambda n=name, d=default: coordinate(n, d))  # type: ignore[misc]
        for name, default in zip("xy", surface.start, strict=False)
    )


def _read_runners(query: Query, read: dict, notes: Notes) -> tuple[Runner, ...]:
    runners: list[Runner] = []
    for text in runner_texts(query, DEFAULT_RUNNERS, MAX_RUNNERS, notes):
        full_key, given = split(text)
        optimizer = read_optimizer(full_key, notes)
        if optimizer is None:
            continue
        around, rest = read_around(optimizer, given, read["steps"], notes)
        hypers = read_hypers(optimizer, rest, optimizer.start_values(read["surface"]), notes)
        nth = 1 + sum(r.optimizer.key == optimizer.key for r in runners)
        name = optimizer.name if nth == 1 else f"{optimizer.name} {nth}"
        runners.append(Runner(optimizer, name, hypers, around))
    return tuple(runners)


def runner_texts(query: Query, default: Sequence[str], most: int, notes: Notes) -> list[str]:
    """Those runners of a query that can be read; ``o=`` is how a link says that nobody runs."""
    texts = query.get("o", default)
    if len(texts) > most:
        notes.append(SettingError("o", N_("given at most {limit} times"), len(texts), limit=most))
    return [text for text in texts[:most] if text and notes.unless("", lambda text=text: _short("o", text))]  # type: ignore[misc]


def split(text: str) -> tuple[str, list[tuple[str, str]]]:
    """A runner as a link writes it, ``adam@keras,lr:0.1``: its key, and pairs of a name and a text. Bare digits after a whole
    number, ``lr:0,05``, are what somebody's decimal comma has parted: there they stay, for ``number_in`` to tell.
    """
    full_key, *parts = text.split(",")
    pairs: list[tuple[str, str]] = []
    for part in parts:
        if pairs and _DECIMAL.fullmatch(f"{pairs[-1][1]},{part}"):
            pairs[-1] = pairs[-1][0], f"{pairs[-1][1]},{part}"
        else:
            pairs.append(part.partition(":")[::2])
    return full_key, pairs


def read_optimizer(full_key: str, notes: Notes) -> Optimizer | None:
    """``adam`` or ``adam@keras``; None for one that there is not: nobody runs in its place."""
    key, _at, variant = full_key.partition("@")
    entry = notes.unless(None, lambda: one_of("o", OPTIMIZERS, key))
    if entry is None:
        return None
    try:
        return entry.as_in(variant)
    except SettingError as error:
        notes.append(SettingError(f"{key}, {error.parameter}", error.template, variant, **error.values))
        return entry


def read_hypers(
    optimizer: Optimizer, given: list[tuple[str, str]], start: Mapping[str, float], notes: Notes
) -> dict[str, float]:  # fmt: skip
    """All hyperparameters by name: those given, and ``start`` for the rest."""
    hypers = dict(start)
    for name, text in given:

        def reading(name: str = name, text: str = text) -> float:
            parameter = f"{optimizer.key}, {name}"
            if name in optimizer.hypers:
                return read_hyper(optimizer.hypers[name], parameter, text)
            if name in STAGE_NAMES:
                raise SettingError(parameter, N_("left out: nothing that is switched on uses it"), text)
            if not name:
                raise SettingError(optimizer.key, N_("followed by pairs like lr:0.1, with commas between them"), text)
            what = N_("left out: {owner} has no number of this name")
            raise SettingError(parameter, what, text, owner=optimizer.name)

        value = notes.unless(None, reading)
        if value is not None:
            hypers[name] = value
    return hypers


def read_around(
    optimizer: Optimizer, given: list[tuple[str, str]], steps: int, notes: Notes
) -> tuple[dict[str, float | str], list[tuple[str, str]]]:
    """The stages that are on, complete, and what of ``given`` does not speak of them."""
    values: dict[str, float | str] = {}
    texts = dict(given)
    for stage in STAGES.values():
        if not _is_on(optimizer, stage, texts, notes):
            continue
        read = _read_stage(optimizer, stage, texts, steps, notes)
        try:
            from_flat(read)[0].check(optimizer)
        except SettingError as error:
            received = dict(given)[stage.first]
            notes.append(SettingError(f"{optimizer.key}, {error.parameter}", error.template, received, **error.values))
            continue
        values |= read
    return values, [(name, text) for name, text in given if name in texts]


def _is_on(optimizer: Optimizer, stage: Stage, given: dict[str, str], notes: Notes) -> bool:
    """Whether its first name is given, unless that is the optimizer's own; a stage without numbers is on for 1, off for 0."""
    if stage.first not in given or stage.first in optimizer.hypers:
        return False
    if stage.hypers or stage.choice:
        return True
    parameter, text = f"{optimizer.key}, {stage.key}", given.pop(stage.key)
    return notes.unless(False, lambda: read_hyper(SWITCH, parameter, text) == 1)


def _read_stage(
    optimizer: Optimizer, stage: Stage, given: dict[str, str], steps: int, notes: Notes
) -> dict[str, float | str]:  # fmt: skip
    """All that one stage is set to. Takes out of ``given`` what it reads."""
    values: dict[str, float | str] = {}
    word = ""
    if stage.choice:
        choice, chosen = stage.choice, given.pop(stage.choice.name, None)
        usual = optimizer.decay if choice.name == "decay" else choice.default
        parameter = f"{optimizer.key}, {choice.name}"
        word = usual if chosen is None else notes.unless(usual, lambda: read_word(parameter, choice.options, chosen))
        values[choice.name] = word
    elif not stage.hypers:
        values[stage.key] = 1.0
    for name, hyper in stage.numbers(word).items():
        default = float(steps) if name in LASTING else hyper.default
        text = given.pop(name, None)

        def reading(name: str = name, hyper: Hyper = hyper, text: str = text or "") -> float:
            return read_hyper(hyper, f"{optimizer.key}, {name}", text)

        values[name] = default if text is None else notes.unless(default, reading)
    return values


def read_word(parameter: str, words: Iterable[str], text: str) -> str:
    """One of a few words. Raises SettingError."""
    return one_of(parameter, {word: word for word in words}, text)


def _word(name: str, words: Sequence[str]) -> Property:
    """A property that is one of a few words; the first is the default, and not written."""

    def read(query: Query, _: dict, notes: Notes) -> str:
        return notes.unless(words[0], lambda: read_word(name, words, text_of(query, name) or words[0]))

    def write(settings: Settings) -> list[tuple[str, str]]:
        word = getattr(settings, name)
        return [(name, word)] if word != words[0] else []

    return Property(name, read, write)


_FOUR = N_("four numbers, with commas between them and points in them: x from, x to, y from, y to, each from below its to")


def read_zoom(query: Query, read: dict, notes: Notes) -> tuple[float, ...]:
    def reading() -> tuple[float, ...]:
        text = text_of(query, "zoom")
        if not text:
            return ()
        values = tuple(number_in("zoom", part) for part in text.split(","))
        if len(values) != 4 or not all(LEAST_ZOOM <= hi - lo <= MOST_ZOOM for lo, hi in (values[:2], values[2:])):
            raise SettingError("zoom", _FOUR, text)
        return values

    return notes.unless((), reading)


def _read_camera(query: Query, _: dict, notes: Notes) -> tuple[float, ...]:
    def reading() -> tuple[float, ...]:
        text = text_of(query, "camera")
        if not text:
            return ()
        values = tuple(number_in("camera", part) for part in text.split(","))
        if len(values) != len(CAMERA) or not all(lo <= v <= hi for v, (lo, hi) in zip(values, CAMERA, strict=True)):
            raise SettingError(
                "camera",
                N_(
                    "azimuth (-180 to 180), elevation (5 to 90) and distance (0.25 to 4), with commas between them and points "
                    "in them"
                ),
                text,
            )
        return values

    return notes.unless((), reading)


def _read_arrows(query: Query, read: dict, notes: Notes) -> Arrows:
    def reading() -> Arrows:
        text = text_of(query, "i")
        if not text:
            return Arrows()
        whose, *shown = text.split(",")
        most = max(1, len(read["runners"]))
        if not (whose.isascii() and whose.isdigit() and 1 <= int(whose) <= most):
            raise SettingError("i", N_("the number of a runner, 1 to {limit}, and what to show of it"), text, limit=most)
        asked = {read_word("i", INSIDE, word) for word in shown}
        return Arrows(int(whose) - 1, tuple(word for word in INSIDE if word in asked))

    return notes.unless(Arrows(), reading)


def _read_hide(query: Query, _: dict, notes: Notes) -> tuple[str, ...]:
    text = notes.unless(None, lambda: text_of(query, "hide")) or ""
    given = {notes.unless("", lambda name=name: read_word("hide", PARTS, name)) for name in text.split(",") if name}  # type: ignore[misc]
    return tuple(part for part in PARTS if part in given)


def written(value: float) -> str:
    """The shortest text that reads back as the same number; whole numbers without a point, as JavaScript writes them."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


def joined(optimizer: Optimizer, values: Mapping[str, float | str]) -> str:
    """A runner as ``split`` reads it."""
    pairs = (f"{name}:{value if isinstance(value, str) else written(value)}" for name, value in values.items())
    return ",".join([optimizer.full_key, *pairs])


def _write_runners(settings: Settings) -> list[tuple[str, str]]:
    return [("o", joined(r.optimizer, {**r.hypers, **r.around})) for r in settings.runners] or [("o", "")]


#: the page around a player, the same for every page that has one
FRAME = (
    Property("hide", _read_hide, lambda s: [("hide", ",".join(s.hide))] if s.hide else []),
    Property("big", lambda q, _, notes: whole_in(q, notes, "big", 0, 1, 0) == 1, lambda s: [("big", "1")] if s.big else []),
)

PROPERTIES = (
    Property("version", read_version, lambda s: [("v", str(VERSION))]),
    Property("preset", _read_preset, lambda s: [("p", s.preset)] if s.preset else []),
    Property("shape", _read_shape, lambda s: [("s", s.surface.key)]),
    Property("surface", _read_surface, lambda s: [(PREFIX + n, written(x)) for n, x in s.surface.values.items()]),
    Property("start", _read_start, lambda s: [(n, written(x)) for n, x in zip("xy", s.start, strict=False)]),
    Property(
        "steps",
        lambda q, _, notes: whole_in(q, notes, "n", 1, MAX_STEPS, DEFAULT_STEPS),
        lambda s: [("n", str(s.steps))],
    ),
    Property("runners", _read_runners, _write_runners),
    Property(
        "step",
        lambda q, read, notes: whole_in(q, notes, "t", 0, read["steps"], read["steps"]),
        lambda s: [("t", str(s.step))] if s.step != s.steps else [],
    ),
    _word("chart", tuple(CHARTS)),
    _word("axis", AXES),
    _word("xaxis", X_AXES),
    Property("zoom", read_zoom, lambda s: [("zoom", ",".join(map(written, s.zoom)))] if s.zoom else []),
    _word("look", LOOKS),
    Property("camera", _read_camera, lambda s: [("camera", ",".join(map(written, s.camera)))] if s.camera else []),
    Property(
        "arrows",
        _read_arrows,
        lambda s: [("i", ",".join([str(s.arrows.runner + 1), *s.arrows.shown]))] if s.arrows.shown else [],
    ),
    *FRAME,
)


def read(query: Query) -> tuple[Settings, Notes]:
    """The settings that a query asks for, and what was wrong with it.

    A query that names no surface begins with a preset: the one it names, else the first. The first one's sentence is not shown
    when it is not named and something else runs.
    """
    values: dict[str, Any] = {}
    notes = Notes(LABELS)
    asked = query
    if "s" not in query:
        preset = PRESETS.get((query.get("p") or [""])[-1]) or next(iter(PRESETS.values()))
        other = any(name in RUN or name.startswith(PREFIX) for name in query)
        query = ({} if other else {"p": [preset.key]}) | parse_qs(preset.query) | dict(query)
    for prop in PROPERTIES:
        values[prop.name] = prop.read(query, values, notes)
    strangers(asked, [*LABELS, NO_PAGE], (PREFIX,), notes)
    if elsewhere := notes.unless(None, lambda: text_of(asked, NO_PAGE)):
        notes.append(no_page(elsewhere))
    return Settings(**{field.name: values[field.name] for field in fields(Settings)}), notes


def write(settings: Settings) -> str:
    """The query of a link that restores these settings, without the question mark."""
    pairs = [pair for prop in PROPERTIES for pair in prop.write(settings)]
    return urlencode(pairs, safe=",:@")


def slider(hyper: Hyper, limit: float = math.inf) -> dict[str, Any]:
    """What the browser needs to draw a slider or a switch, and to tell which typed numbers ``read`` would take.

    ``allowed`` holds the two ends (None: there is none) and for each whether it belongs to the range; ``limit`` as in
    ``read_hyper``.
    """
    most = math.inf if hyper.kind == "integer" else limit
    ends = max(hyper.allowed.lo, -most), min(hyper.allowed.hi, most)
    allowed = [{"at": end if math.isfinite(end) else None, "within": end in hyper.allowed} for end in ends]
    return {name: getattr(hyper, name) for name in ("name", "default", "label", "slider", "log", "kind")} | {"allowed": allowed}
