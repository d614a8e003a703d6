"""What texts need of a picture, on whichever page it stands: its settings by name, its quantities, its words, its link."""

import math
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar
from urllib.parse import parse_qs

from optim_viz import OPTIMIZERS
from optim_viz.claims import Arguments, Changes, Expression
from optim_viz.ui.asked import Query
from optim_viz.ui.i18n import Messages
from optim_viz.ui.numbers import number
from optim_viz.ui.runners import STAGE_NAMES

T = TypeVar("T")


@dataclass(frozen=True)
class Quantity:
    """``label`` names it where a task tells how it stands; ``worth`` takes a scene and the arguments. ``live``: whether the
    browser can ask for it, too, where it runs the picture itself.
    """

    label: str
    worth: Callable[..., float]
    live: bool = True


class Scene(ABC):
    """One picture: what is set, and what it is worth. Nothing is run before it is asked for.

    A runner is named by its optimizer's key, the second of a kind ``gd2``. A hyperparameter's name is a quantity too,
    ``lr(gd)``, and so is a parameter of what is run on, ``condition()``. What never happens is at infinity.
    """

    #: the module that reads and writes its settings
    form: ClassVar[Any]
    page: ClassVar[str]
    quantities: ClassVar[Mapping[str, Quantity]]
    #: that name what is run on: a query without it asks for nothing in particular
    subject: ClassVar[str]
    #: what may be run on, by key: their parameters are quantities
    subjects: ClassVar[Mapping[str, Any]]
    #: who runs where a query names nobody
    default_runners: ClassVar[tuple[str, ...]] = ()
    #: the names of settings of the page, besides parameters
    page_settings: ClassVar[Collection[str]]
    #: what a runner has of its own on this page, beside what it has on every page
    own_settings: ClassVar[Collection[str]] = ()
    #: what an argument may be that is neither a runner, nor something that it keeps, nor a number
    coordinates: ClassVar[Collection[str]] = ()

    def __init__(self, query: Query):
        self.settings, self.notes = self.form.read(query)
        self.runners: dict[str, Any] = _numbered((runner.optimizer.key, runner) for runner in self.settings.runners)
        self._results: dict[str, Any] = {}
        self._worth: dict[tuple, float] = {}
        self._other: tuple[tuple, Scene] | None = None  # the last picture that was asked for with settings otherwise

    @classmethod
    def check(cls, query: str, promises: Iterable[Expression]) -> None:
        """Nothing is run, and no data made.

        Raises:
            ValueError: one of the promises about this picture names a quantity, runner or setting that is not there.
        """
        values = parse_qs(query, keep_blank_values=True)
        keys = [text.split(",")[0].partition("@")[::2] for text in values.get("o", cls.default_runners) if text]
        subject = values.get(cls.subject, [""])[-1]
        if wrong := [key for key, _variant in keys if key not in OPTIMIZERS] + [subject] * (subject not in {"", *cls.subjects}):
            raise ValueError(f"{query} names what is not there: {wrong}")
        runners = _numbered((key, OPTIMIZERS[key].as_in(variant)) for key, variant in keys)
        params = cls.subjects[subject].params if subject else {}
        for promise in promises:
            for name, args, settings in promise.calls:
                asked = [runners[str(arg)] for arg in args if arg in runners]
                hypers = {hyper for optimizer in asked for hyper in optimizer.hypers}
                known = {*cls.quantities, *(hypers if args else params)}
                allowed = {*cls.page_settings, *params, *hypers, *((*STAGE_NAMES, *cls.own_settings) if asked else ())}
                wrong = [*({name} - known), *(settings - allowed)]
                names = {*runners, *cls.coordinates, *(state.name for optimizer in asked for state in optimizer.states)}
                wrong += [arg for arg in args if isinstance(arg, str) and arg not in names]
                if wrong:
                    raise ValueError(f"{query}: {promise.text!r} names what is not there: {wrong}")

    def query(self) -> str:
        """The link that restores these settings, without the question mark."""
        return str(self.form.write(self.settings))

    @abstractmethod
    def parameters(self) -> Mapping[str, float]:
        """Of what is run on."""

    @abstractmethod
    def page_values(self) -> dict[str, Any]:
        """The settings of the page by their names in a link; how it is looked at left out."""

    def flat(self) -> dict[str, Any]:
        """Every setting by one name, ``x``, ``gd.lr``; how it is looked at left out."""
        names = self.page_values()
        for name, runner in self.runners.items():
            names[name] = runner.optimizer.full_key
            own = {key: getattr(runner, key) for key in self.own_settings}
            names |= {f"{name}.{key}": value for key, value in {**own, **runner.hypers, **runner.around}.items()}
        return names

    @abstractmethod
    def called(self, runner: str, _: Messages) -> str:
        """What the page calls this runner."""

    @abstractmethod
    def told(self, _: Messages, ends: bool = False) -> str:
        """What happens, in the page's own words; with ``ends`` also where they end, should the page leave that to its table."""

    def label(self, name: str, _: Messages) -> str:
        """What the page calls this setting, by its name in ``flat``: of ``gd.lr`` whose, and what."""
        labels, (owner, _dot, short) = self.form.FORM.labels, name.partition(".")
        if name in labels:
            return _(labels[name])
        if owner not in self.runners:
            params = self.subjects[self.flat()[self.subject]].params if owner == self.subject else {}
            return _(params[short].label) if short in params else name
        if not short:
            return self.called(owner, _)
        hypers = self.runners[owner].optimizer.hypers
        label = hypers[short].label if short in hypers else labels[short] if short in self.own_settings else short
        return _("{owner}: {label}", owner=self.called(owner, _), label=_(label))

    def result(self, name: object, run: Callable[[Any, Any], T]) -> T:
        """What ``run`` makes of one runner and the settings, once. Raises KeyError where nobody of this name is running."""
        key = str(name)
        if key not in self._results:
            self._results[key] = run(self.runners[key], self.settings)
        return self._results[key]

    def measure(self, name: str, args: Arguments, changes: Changes = ()) -> float:
        """What a quantity is worth here, or would be with some settings otherwise.

        Raises:
            KeyError: there is no such quantity, runner or coordinate here.
            ValueError: a setting that is not here, or a value that does not go into a link.
        """
        key = name, args, changes
        if key not in self._worth:
            asked = self.with_values(self._named(args, changes)) if changes else self
            self._worth[key] = float(asked._measure(name, args))
        return self._worth[key]

    def _measure(self, name: str, args: Arguments) -> float:
        if name in self.quantities:
            return self.quantities[name].worth(self, *args)
        if not args:
            return self.parameters()[name]
        return self.runners[str(args[0])].hypers[name]

    def _named(self, args: Arguments, changes: Changes) -> Mapping[str, float]:
        """The changes by the names of ``flat``: of those runners asked about that have such a setting, else the page's."""
        flat, values = self.flat(), dict[str, float]()
        pages = [key for key in flat if key.partition(".")[0] not in self.runners]
        asked = [str(arg) for arg in args if arg in self.runners]
        for name, value in changes:
            own = [f"{runner}.{name}" for runner in asked if f"{runner}.{name}" in flat]
            own = own or [key for key in pages if name in (key, key.split(".")[-1])]
            if not own:  # what stands around a rule and is not switched on yet
                own = [f"{runner}.{name}" for runner in asked]
            if not own:
                raise ValueError(f"{name!r} is no setting of {self.query()}")
            values |= dict.fromkeys(own, value)
        return values

    def with_values(self, values: Mapping[str, float]) -> "Scene":
        """The same picture with some settings otherwise, named as ``flat`` names them.

        Raises:
            ValueError: a name or a value that does not go into a link.
        """
        key = tuple(values.items())
        if self._other is None or self._other[0] != key:
            self._other = key, self._changed(values)
        return self._other[1]

    def _changed(self, values: Mapping[str, float]) -> "Scene":
        pairs = parse_qs(self.query(), keep_blank_values=True)
        names = list(self.runners)
        for name, value in values.items():
            owner, _dot, hyper = name.partition(".")
            if owner in names:
                runner = pairs["o"][names.index(owner)].split(",")
                kept = [word for word in runner if not word.startswith(f"{hyper}:")]
                pairs["o"][names.index(owner)] = ",".join([*kept, f"{hyper}:{value}"])
            elif name in pairs or name in self.form.FORM.keys:  # what a link leaves out is at its default
                pairs[name] = [str(value)]
            else:
                raise ValueError(f"{name!r} is not set in {self.query()}")
        chosen = type(self)(pairs)
        if chosen.notes:
            raise ValueError(f"{values}: {[str(note) for note in chosen.notes]}")
        return chosen

    def evaluate(self, expression: Expression) -> float:
        """A number, or whether a claim holds."""
        return expression.evaluate(self.measure)


def memory(shown: Scene, name: str) -> float:
    """Numbers that an optimizer keeps for each weight."""
    runner = shown.runners[name]
    return float(runner.optimizer.memory(runner.hypers))


def _numbered(runners: Iterable[tuple[str, T]]) -> dict[str, T]:
    """By key, the second of a kind ``gd2``."""
    found: dict[str, T] = {}
    counts: Counter[str] = Counter()
    for key, runner in runners:
        counts[key] += 1
        found[key + (str(counts[key]) if counts[key] > 1 else "")] = runner
    return found


def said(value: float, _: Messages) -> str:
    """A number as a text states it; what never happens is said to."""
    return _("never") if value == math.inf else number(value)
