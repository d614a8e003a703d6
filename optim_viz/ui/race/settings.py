"""The race's settings: its form, and the record that it fills.

``/race?v=1&s=ravine&s.condition=50&x=-1.5&y=2&n=500&o=adam@keras,lr:0.02,beta1:0.9,clip_norm:1&o=gd,lr:0.001``
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from optim_viz import SettingError, Surface
from optim_viz.spec import N_
from optim_viz.ui import forms, runners
from optim_viz.ui.asked import Query
from optim_viz.ui.faults import SAYS, Notes
from optim_viz.ui.forms import AXIS, ZOOM, Each, Field, Form, Kind, Named, Numbers, One, Reading, Whole
from optim_viz.ui.inputs import MAX_NUMBER, word_in
from optim_viz.ui.pages import NO_PAGE, no_page
from optim_viz.ui.race.charts import CHARTS
from optim_viz.ui.race.presets import PRESETS
from optim_viz.ui.runners import Runners
from surfaces import SURFACES

MAX_STEPS = 5_000
MAX_RUNNERS = 8
DEFAULT_SURFACE = "ravine"
DEFAULT_RUNNERS = ("gd", "momentum", "rmsprop", "adam")
INSIDE = ("slope", "velocity", "update", "effective", "minimum")  # components/race/arrows.js says what each is


@dataclass(frozen=True)
class Runner(runners.Runner):
    """A runner; ``name`` tells two of a kind apart: "Adam", "Adam 2"."""

    name: str = ""


@dataclass(frozen=True)
class Inside(Kind):
    """What is drawn at one runner's head, ``2,slope,update``: ``runner``, its index, and ``shown``, which of a few words."""

    script, tells = "arrows", ("options",)
    options: tuple[str, ...]

    def parse(self, text: str, parameter: str, got: Reading) -> dict[str, Any]:
        whose, *shown = text.split(",")
        most = max(1, len(got["runners"]))
        if not (whose.isascii() and whose.isdigit() and 1 <= int(whose) <= most):
            raise SettingError(parameter, SAYS["arrows"], text, limit=most)
        asked = {word_in(parameter, self.options, word) for word in shown}
        return {"runner": int(whose) - 1, "shown": tuple(word for word in self.options if word in asked)}

    def text(self, value: dict[str, Any]) -> str:
        return ",".join([str(value["runner"] + 1), *value["shown"]]) if value["shown"] else ""


class Settings(forms.Record):
    """Everything that a link restores.

    ``step``, ``chart`` with its axes ``axis`` and ``xaxis``, ``zoom`` (x from, x to, y from, y to; may be empty), ``look``,
    ``camera`` (azimuth, elevation, distance; may be empty) and ``arrows`` are how it is looked at. ``preset`` is the key of the
    one that the visitor began with, whose sentence is still shown; it sets nothing. ``hide`` and ``big`` are the page around
    it: the parts that are not shown, and whether it is on a projector.
    """

    surface: Surface
    runners: tuple[Runner, ...]


def _shape(got: Reading) -> Surface:
    """The surface as it is usually."""
    return SURFACES[got["surface"]]


def _shaped(got: Reading) -> Surface:
    """The surface with the numbers that are set; as it is usually, where they do not go together."""
    shape = _shape(got)
    return got.notes.unless(shape, lambda: shape.at(**got["params"]))


def _named(them: list[Runner]) -> Iterator[Runner]:
    seen: Counter[str] = Counter()
    for runner in them:
        seen[runner.optimizer.key] += 1
        nth = seen[runner.optimizer.key]
        yield replace(runner, name=runner.optimizer.name if nth == 1 else f"{runner.optimizer.name} {nth}")


RUNNERS = Runners(
    MAX_RUNNERS, Runner, together=_named,
    steps=lambda got, own: got["steps"],
    begin=lambda got, optimizer: optimizer.start_values(got["shaped"]),
)  # fmt: skip
CAMERA = Numbers(
    N_("azimuth (-180 to 180), elevation (5 to 90) and distance (0.25 to 4), with commas between them and points in them"),
    ends=((-180.0, 180.0), (5.0, 90.0), (0.25, 4.0)),
)

FORM = Form(
    (
        Field("surface", "s", One(SURFACES), DEFAULT_SURFACE, N_("surface"), always=True, at=lambda s: s.surface.key),
        Field("params", "s.", Named(lambda got: _shape(got).params), at=lambda s: dict(s.surface.values)),
        Field("start", "x y", Each(-MAX_NUMBER, MAX_NUMBER), lambda got: got["shaped"].start, (N_("start x"), N_("start y"))),
        Field("steps", "n", Whole(1, MAX_STEPS), 300, N_("number of steps"), always=True),
        Field(
            "runners", "o", RUNNERS, DEFAULT_RUNNERS, N_("optimizer"),
            at=lambda s: [RUNNERS.plain(runner) for runner in s.runners],
        ),
        Field(
            "step", "t", Whole(0, lambda got: got["steps"]), None, N_("step shown"), "look",
            at=lambda s: None if s.step == s.steps else s.step,
        ),
        Field("chart", "chart", One(CHARTS), next(iter(CHARTS)), N_("chart"), "look"),
        AXIS,
        Field("xaxis", "xaxis", One(("updates", "evaluations")), "updates", N_("step axis"), "look"),
        ZOOM,
        Field("look", "look", One(("map", "3d", "both")), "map", N_("view"), "look"),
        Field("camera", "camera", CAMERA, (), N_("camera"), "look"),
        Field("arrows", "i", Inside(INSIDE), {"runner": 0, "shown": ()}, N_("arrows"), "look"),
    ),
    presets=PRESETS, made={"shaped": _shaped},
)  # fmt: skip


def read(query: Query) -> tuple[Settings, Notes]:
    """The settings that a query asks for, and what was wrong with it."""
    got = FORM.read(query, besides=(NO_PAGE,))
    if elsewhere := got.notes.unless(None, lambda: got.text(NO_PAGE)):
        got.notes.append(no_page(elsewhere))
    step = got["steps"] if got["step"] is None else got["step"]
    return got.record(Settings, surface=got["shaped"], runners=got["runners"], step=step), got.notes


def write(settings: Settings) -> str:
    """The query of a link that restores these settings, without the question mark."""
    return FORM.write(FORM.values(settings))
