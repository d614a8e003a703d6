"""The race's settings and their one written form: the query of a link.

``/race?v=1&s=ravine&s.condition=50&x=-1.5&y=2&n=500&o=adam@keras,lr:0.02,beta1:0.9,clip_norm:1&o=gd,lr:0.001``

One table, ``PROPERTIES``, reads, checks and writes every one of them. The player sends the same form, as a mapping from names
to texts. What is missing takes its default, what is wrong falls back to it with a note. A link written by the app names
every value, so that a later change of a default never changes an old link; ``v`` says by which version's rules to read it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode

from optim_viz import OPTIMIZERS, Optimizer, SettingError, Surface
from optim_viz.around import Around, from_flat
from optim_viz.engine import look_up
from optim_viz.schedules import LASTING
from optim_viz.spec import Hyper, Interval, N_, check_names
from optim_viz.stages import STAGES, Stage
from optim_viz.ui.asked import Query
from optim_viz.ui.charts import CHARTS
from optim_viz.ui.parts import PARTS
from optim_viz.ui.presets import PRESETS
from surfaces import SURFACES

VERSION = 1
MAX_STEPS = 5_000
MAX_RUNNERS = 8
MAX_TEXT = 1200  # characters of one value in a link: a runner with everything around it has some 600
MAX_NUMBER = 1e6  # of a coordinate or a surface's parameter: beyond it a picture shows nothing, and its numbers overflow
LEAST_ZOOM, MOST_ZOOM = 1e-15, 1e15  # between the two ends of a view; browsers cannot draw beyond
PREFIX = "s."  # of the surface's own parameters
_SWITCH = Hyper("on", 0, "", "", Interval("[0, 1]"), kind="switch")
#: all that is said of stages, of whichever schedule
_STAGE_NAMES = frozenset(
    name
    for stage in STAGES.values()
    for word in (stage.choice.options if stage.choice else ("",))
    for name in (stage.first, *([stage.choice.name] if stage.choice else []), *stage.numbers(word))
)
DEFAULT_SURFACE = "ravine"
DEFAULT_RUNNERS = ("gd", "momentum", "rmsprop", "adam")
DEFAULT_STEPS = 300
AXES = ("auto", "log", "linear")
X_AXES = ("updates", "evaluations")
LOOKS = ("map", "3d", "both")
#: what of a runner's inside can be shown; ``components/player/arrows.js`` says what each is
INSIDE = ("slope", "velocity", "update", "effective", "minimum")
#: azimuth, elevation (degrees) and distance of the camera
CAMERA = ((-180.0, 180.0), (5.0, 90.0), (0.25, 4.0))

T = TypeVar("T")


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
    write: Callable[[Settings], list[tuple[str, str]]]


class Notes(list[SettingError]):
    """What was wrong with a query."""

    def unless(self, default: T, reading: Callable[[], T]) -> T:
        """What ``reading`` returns; when it raises a SettingError, that is noted and the default returned."""
        try:
            return reading()
        except SettingError as error:
            self.append(error)
            return default


def text_of(query: Query, name: str) -> str | None:
    values = query.get(name) or []
    return _short(name, values[-1]) if values else None


def _short(name: str, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise SettingError(name, N_("at most {limit} characters long"), text, limit=MAX_TEXT)
    return text


def number_in(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise SettingError(name, N_("a number"), text) from None


def _bounded(name: str, text: str, value: float) -> float:
    if not abs(value) <= MAX_NUMBER:
        raise SettingError(
            name, N_("a number from {lo} to {limit}"), text, lo=f"{-MAX_NUMBER:,.0f}", limit=f"{MAX_NUMBER:,.0f}"
        )
    return value


def whole_in(query: Query, notes: Notes, name: str, lo: int, hi: int, default: int) -> int:
    def reading() -> int:
        text = text_of(query, name)
        if text is None:
            return default
        value = number_in(name, text)
        if not (value.is_integer() and lo <= value <= hi):
            raise SettingError(name, N_("a whole number from {lo} to {limit}"), text, lo=lo, limit=f"{hi:,}")
        return int(value)

    return notes.unless(default, reading)


def _read_version(query: Query, _: dict, notes: Notes) -> int:
    return whole_in(query, notes, "v", 1, VERSION, VERSION)


def _read_preset(query: Query, _: dict, notes: Notes) -> str:
    key = notes.unless(None, lambda: text_of(query, "p"))
    return notes.unless("", lambda: look_up("p", PRESETS, key).key) if key else ""


def _read_shape(query: Query, _: dict, notes: Notes) -> Surface:
    default = SURFACES[DEFAULT_SURFACE]
    return notes.unless(default, lambda: look_up("s", SURFACES, text_of(query, "s") or DEFAULT_SURFACE))


def _read_surface(query: Query, read: dict, notes: Notes) -> Surface:
    shape: Surface = read["shape"]
    given = [name for name in query if name.startswith(PREFIX)]
    values = {}
    for name in given:
        short = name.removeprefix(PREFIX)

        def reading(name: str = name, short: str = short) -> float:
            check_names(shape.params, [short], name)
            text = text_of(query, name) or ""
            return _bounded(name, text, shape.params[short].check(number_in(name, text), name))

        value = notes.unless(None, reading)
        if value is not None:
            values[short] = value
    return shape.at(**values)


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
    texts = query.get("o", DEFAULT_RUNNERS)
    if len(texts) > MAX_RUNNERS:
        notes.append(SettingError("o", N_("given at most {limit} times"), len(texts), limit=MAX_RUNNERS))
    runners: list[Runner] = []
    for text in texts[:MAX_RUNNERS]:
        if not text:  # "o=" is how a link says that nobody runs
            continue
        full_key, *pairs = text[:MAX_TEXT].split(",")
        optimizer = read_optimizer(full_key, notes)
        if optimizer is None:
            continue
        given = [pair.partition(":")[::2] for pair in pairs]
        around, rest = read_around(optimizer, given, read["steps"], notes)
        hypers = dict(optimizer.start_values(read["surface"]))
        for name, value in rest:

            def reading(o: Optimizer = optimizer, name: str = name, value: str = value) -> float:
                if name in _STAGE_NAMES and name not in o.hypers:
                    what = N_("left out: nothing that is switched on uses it")
                    raise SettingError(f"{o.key}, {name}", what, value)
                check_names(o.hypers, [name], o.key)
                return o.hypers[name].check(number_in(f"{o.key}, {name}", value), f"{o.key}, {name}")

            checked = notes.unless(None, reading)
            if checked is not None:
                hypers[name] = checked
        nth = 1 + sum(r.optimizer.key == optimizer.key for r in runners)
        name = optimizer.name if nth == 1 else f"{optimizer.name} {nth}"
        runners.append(Runner(optimizer, name, hypers, around))
    return tuple(runners)


def read_optimizer(full_key: str, notes: Notes) -> Optimizer | None:
    """``adam`` or ``adam@keras``."""
    key, _at, variant = full_key.partition("@")
    entry = notes.unless(None, lambda: look_up("o", OPTIMIZERS, key))
    return notes.unless(entry, lambda: entry.as_in(variant)) if entry else None


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
            notes.append(error)
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
    return notes.unless(False, lambda: _SWITCH.check(number_in(parameter, text), parameter) == 1)


def _read_stage(
    optimizer: Optimizer, stage: Stage, given: dict[str, str], steps: int, notes: Notes
) -> dict[str, float | str]:  # fmt: skip
    """All that one stage is set to. Takes out of ``given`` what it reads."""
    values: dict[str, float | str] = {}
    word = ""
    if stage.choice:
        choice, chosen = stage.choice, given.pop(stage.choice.name, None)
        usual = optimizer.decay if choice.name == "decay" else choice.default
        word = usual if chosen is None else notes.unless(usual, lambda: choice.check(chosen))
        values[choice.name] = word
    elif not stage.hypers:
        values[stage.key] = 1.0
    for name, hyper in stage.numbers(word).items():
        default = float(steps) if name in LASTING else hyper.default
        text = given.pop(name, None)

        def reading(name: str = name, hyper: Hyper = hyper, text: str = text or "") -> float:
            return hyper.check(number_in(f"{optimizer.key}, {name}", text), f"{optimizer.key}, {name}")

        values[name] = default if text is None else notes.unless(default, reading)
    return values


def _word(name: str, words: Sequence[str]) -> Property:
    """A property that is one of a few words; the first is the default, and not written."""

    def read(query: Query, _: dict, notes: Notes) -> str:
        known = {word: word for word in words}
        return notes.unless(words[0], lambda: look_up(name, known, text_of(query, name) or words[0]))

    def write(settings: Settings) -> list[tuple[str, str]]:
        word = getattr(settings, name)
        return [(name, word)] if word != words[0] else []

    return Property(name, read, write)


def read_zoom(query: Query, read: dict, notes: Notes) -> tuple[float, ...]:
    def reading() -> tuple[float, ...]:
        text = text_of(query, "zoom")
        if not text:
            return ()
        values = tuple(number_in("zoom", part) for part in text.split(","))
        if len(values) != 4 or not all(LEAST_ZOOM <= hi - lo <= MOST_ZOOM for lo, hi in (values[:2], values[2:])):
            raise SettingError("zoom", N_("four finite numbers: x from, x to, y from, y to"), text)
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
                N_("azimuth (-180 to 180), elevation (5 to 90) and distance (0.25 to 4), with commas between them"),
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
        words = {word: word for word in INSIDE}
        asked = {look_up("i", words, word) for word in shown}
        return Arrows(int(whose) - 1, tuple(word for word in INSIDE if word in asked))

    return notes.unless(Arrows(), reading)


def _read_hide(query: Query, _: dict, notes: Notes) -> tuple[str, ...]:
    names = {part: part for part in PARTS}
    text = notes.unless(None, lambda: text_of(query, "hide")) or ""
    given = {notes.unless("", lambda name=name: look_up("hide", names, name)) for name in text.split(",") if name}  # type: ignore[misc]
    return tuple(part for part in PARTS if part in given)


def written(value: float) -> str:
    """The shortest text that reads back as the same number; whole numbers without a point, as JavaScript writes them."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


def _write_runners(settings: Settings) -> list[tuple[str, str]]:
    def text(runner: Runner) -> str:
        values = {**runner.hypers, **runner.around}
        pairs = (f"{name}:{value if isinstance(value, str) else written(value)}" for name, value in values.items())
        return ",".join([runner.optimizer.full_key, *pairs])

    return [("o", text(runner)) for runner in settings.runners] or [("o", "")]


#: the page around a player, the same for every page that has one
FRAME = (
    Property("hide", _read_hide, lambda s: [("hide", ",".join(s.hide))] if s.hide else []),
    Property("big", lambda q, _, notes: whole_in(q, notes, "big", 0, 1, 0) == 1, lambda s: [("big", "1")] if s.big else []),
)

PROPERTIES = (
    Property("version", _read_version, lambda s: [("v", str(VERSION))]),
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

    A query that names no surface begins with a preset: the one it names, else the first.
    """
    values: dict[str, Any] = {}
    notes = Notes()
    if "s" not in query:
        preset = PRESETS.get((query.get("p") or [""])[-1]) or next(iter(PRESETS.values()))
        query = {"p": [preset.key]} | parse_qs(preset.query) | dict(query)
    for prop in PROPERTIES:
        values[prop.name] = prop.read(query, values, notes)
    return Settings(**{field.name: values[field.name] for field in fields(Settings)}), notes


def write(settings: Settings) -> str:
    """The query of a link that restores these settings, without the question mark."""
    pairs = [pair for prop in PROPERTIES for pair in prop.write(settings)]
    return urlencode(pairs, safe=",:@")


def slider(hyper: Hyper, limit: float = math.inf) -> dict[str, Any]:
    """What the browser needs to draw a slider or a switch, and to tell which typed numbers ``read`` would take.

    ``allowed`` holds the two ends (None: there is none) and for each whether it belongs to the range.
    """
    ends = max(hyper.allowed.lo, -limit), min(hyper.allowed.hi, limit)
    allowed = [{"at": end if math.isfinite(end) else None, "within": end in hyper.allowed} for end in ends]
    return {name: getattr(hyper, name) for name in ("name", "default", "label", "slider", "log", "kind")} | {"allowed": allowed}
