"""The runners of a page as a kind of field: ``o=adam@keras,lr:0.02,clip_norm:1``, once for each; ``o=`` says that nobody runs.

First stands the optimizer, perhaps as another library has it; then pairs of a name and a text: what the page's runners have of
their own (batches), the rule's hyperparameters, and what stands around the rule. An optimizer that there is not is left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from optim_viz import OPTIMIZERS, Optimizer, SettingError
from optim_viz.around import Around, from_flat
from optim_viz.schedules import LASTING
from optim_viz.spec import Hyper
from optim_viz.stages import STAGES, Stage
from optim_viz.ui.faults import SAYS, Notes, one_of
from optim_viz.ui.forms import Field, Kind, Reading
from optim_viz.ui.inputs import ON, is_decimal, read_hyper, short, word_in, written

#: all that is said of stages, of whichever schedule
STAGE_NAMES = frozenset(
    name
    for stage in STAGES.values()
    for word in (stage.choice.options if stage.choice else ("",))
    for name in (stage.first, *([stage.choice.name] if stage.choice else []), *stage.numbers(word))
)


@dataclass(frozen=True)
class Runner:
    """One optimizer, perhaps as another library has it, with all its hyperparameters and what stands around its rule.

    ``around`` is the flat form of the stages that are on, see ``optim_viz.around``; ``begin`` is where hyperparameters start.
    """

    optimizer: Optimizer
    hypers: Mapping[str, float]
    around: Mapping[str, float | str]
    begin: Mapping[str, float]

    @property
    def stages(self) -> tuple[Around, int]:
        """What stands around the rule, and the seed of its noise."""
        return from_flat(self.around)


#: a runner of which the optimizer and what is the page's ``own`` are read, and the other pairs not yet
Begun = tuple[Optimizer, Mapping[str, Any], list[tuple[str, str]]]


@dataclass(frozen=True)
class Runners(Kind):
    """What runs.

    Args:
        most: how many there may be.
        make: the page's kind of runner; it takes what a ``Runner`` takes, and ``own`` by name.
        steps: how long one with these own settings runs: so long takes a schedule that does not say it.
        begin: where the hyperparameters of an optimizer start.
        own: what the page's runners have of their own; a link names it first.
        together: makes of all runners those of the page: names, looks.
        lacks: what is asked for in the place of an optimizer that cannot run here; "" of one that can.
        foreign: names that have no use here, each with what is said of it.
    """

    script = "runners"
    most: int
    make: Callable[..., Any]
    steps: Callable[[Reading, Mapping[str, Any]], int]
    begin: Callable[[Reading, Optimizer], Mapping[str, float]]
    own: tuple[Field, ...] = ()
    together: Callable[[list[Any]], Iterable[Any]] = tuple
    lacks: Callable[[Reading, Optimizer], str] = lambda got, optimizer: ""
    foreign: Mapping[str, str] = field(default_factory=dict)

    def read(self, field: Field, got: Reading) -> tuple[Any, ...]:
        return tuple(self.together([self._finished(got, *begun) for begun in self.begun(field, got)]))

    def begun(self, field: Field, got: Reading) -> Sequence[Begun]:
        """What is read of them before it is known how long they run."""
        if "begun" not in got:
            texts = got.query.get(field.key, field.usual(got))
            if len(texts) > self.most:
                got.notes.append(SettingError(field.key, SAYS["many"], len(texts), limit=self.most))
            given = [text for text in texts[: self.most] if text and got.notes.unless("", lambda t=text: short(field.key, t))]  # type: ignore[misc]
            got["begun"] = [begun for text in given if (begun := self._begun(text, got))]
        return got["begun"]

    def _begun(self, text: str, got: Reading) -> Begun | None:
        full_key, pairs = split(text)
        optimizer = read_optimizer(full_key, got.notes)
        if optimizer is None:
            return None
        if lack := self.lacks(got, optimizer):
            got.notes.append(SettingError("o", lack, optimizer.key))
            return None
        texts = dict(pairs)

        def reading(one: Field) -> Any:
            text, usual = texts.get(one.key), one.usual(got)
            if text is None or text == one.kind.text(usual):
                return usual
            return one.kind.parse(text, f"{optimizer.key}, {one.key}", got)

        own = {one.name: got.notes.unless(one.usual(got), lambda one=one: reading(one)) for one in self.own}  # type: ignore[misc]
        return optimizer, own, [pair for pair in pairs if all(pair[0] != one.key for one in self.own)]

    def _finished(self, got: Reading, optimizer: Optimizer, own: Mapping[str, Any], pairs: list[tuple[str, str]]) -> Any:
        strange = [SettingError(f"{optimizer.key}, {n}", self.foreign[n], text) for n, text in pairs if n in self.foreign]
        got.notes.extend(strange)
        rest = [(name, text) for name, text in pairs if name not in self.foreign]
        around, rest = read_around(optimizer, rest, self.steps(got, own), got.notes)
        begin = self.begin(got, optimizer)
        return self.make(optimizer, read_hypers(optimizer, rest, begin, got.notes), around, begin, **own)

    def plain(self, runner: Any) -> dict[str, Any]:
        """A runner as form.js has it."""
        own = {field.name: getattr(runner, field.name) for field in self.own}
        numbers = {"hypers": runner.hypers, "around": runner.around, "begin": runner.begin}
        return {"key": runner.optimizer.full_key} | own | numbers

    def texts(self, field: Field, value: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
        return [(field.key, self._text(runner)) for runner in value] or [(field.key, "")]

    def _text(self, runner: Mapping[str, Any]) -> str:
        # what lasts as long as its runner is left out where that is said, and so does as well when it runs for longer
        lasts = {name for name in LASTING if name in runner["around"] and runner["around"][name] == runner.get("updates")}
        own = [pair for field in self.own for pair in field.texts(runner)]
        numbers = {**runner["hypers"], **{name: value for name, value in runner["around"].items() if name not in lasts}}
        return ",".join([runner["key"], *(f"{name}:{written(value)}" for name, value in (*own, *numbers.items()))])

    def told(self) -> dict[str, Any]:
        return {"most": self.most, "own": [field.told() for field in self.own], "lasting": list(LASTING)}


def split(text: str) -> tuple[str, list[tuple[str, str]]]:
    """A runner as a link writes it, ``adam@keras,lr:0.1``: its key, and pairs of a name and a text. Bare digits after a whole
    number, ``lr:0,05``, are what somebody's decimal comma has parted: there they stay, for ``number_in`` to tell.
    """
    full_key, *parts = text.split(",")
    pairs: list[tuple[str, str]] = []
    for part in parts:
        if pairs and is_decimal(f"{pairs[-1][1]},{part}"):
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
                raise SettingError(parameter, SAYS["unused"], text)
            if not name:
                raise SettingError(optimizer.key, SAYS["pairs"], text)
            raise SettingError(parameter, SAYS["not its own"], text, owner=optimizer.name)

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
    return notes.unless(False, lambda: read_hyper(ON, parameter, text) == 1)


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
        word = usual if chosen is None else notes.unless(usual, lambda: word_in(parameter, choice.options, chosen))
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
