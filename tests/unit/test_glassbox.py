"""The formulas say what the rules do: they are read back from their LaTeX and computed with numbers."""

import math
import random
import re

import pytest

from optim_viz import OPTIMIZERS, SCHEDULES, glassbox
from optim_viz.rules import arguments, returned
from optim_viz.stages import STAGES
from optim_viz.ui.catalogue.around import SYMBOLS

CONVENTIONS = [record for entry in OPTIMIZERS.values() for record in entry.conventions]
SCALAR = [record for record in CONVENTIONS if not record.takes_surface]
WORDS = {"if": "falls", "otherwise": "sonst", "stop": "halt"}


def label(record):
    return record.full_key


class Reader:
    """Computes the LaTeX that ``glassbox`` writes: a reader of its own, which knows no Python source. ``values`` by symbol."""

    def __init__(self, text, values):
        self.rest, self.values = text, values
        self.symbols = sorted(values, key=len, reverse=True)

    def take(self, *tokens):
        self.rest = self.rest.lstrip()
        for token in tokens:
            if self.rest.startswith(token):
                self.rest = self.rest[len(token) :]
                return token
        return None

    def need(self, token):
        assert self.take(token), f"{token} expected in {self.rest!r}"

    def between(self, begin, end, what):
        self.need(begin)
        found = what()
        self.need(end)
        return found

    def all(self, what):
        found = what()
        assert not self.rest.strip(), self.rest
        return found

    def condition(self):
        value = self.conjunction()
        while self.take(r"\lor"):
            value = self.conjunction() or value
        return value

    def conjunction(self):
        value = self.comparison()
        while self.take(r"\land"):
            value = self.comparison() and value
        return value

    def comparison(self):
        left = self.sum()
        held, compared = True, False
        while relation := self.take(r"\le ", r"\ge ", r"\ne ", "<", ">", "="):
            right = self.sum()
            held &= {
                r"\le ": left <= right, r"\ge ": left >= right, r"\ne ": left != right,
                "<": left < right, ">": left > right, "=": left == right,
            }[relation]  # fmt: skip
            left, compared = right, True
        return held if compared else left != 0

    def sum(self):
        value = -self.product() if self.take("-") else self.product()
        while sign := self.take("+", "-"):
            value = value + self.product() if sign == "+" else value - self.product()
        return value

    def product(self):
        value = self.power()
        while self.take(r"\,", r"\cdot"):
            value = value * self.power()
        return value % self.power() if self.take(r"\bmod") else value

    def power(self):
        value = self.atom()
        return value ** self.between("{", "}", self.sum) if self.take("^") else value

    def atom(self):
        for symbol in self.symbols:
            if self.take(symbol):
                return self.values[symbol]
        if self.take(r"\frac"):
            above = self.between("{", "}", self.sum)
            return divided(above, self.between("{", "}", self.sum))
        if self.take(r"\pi"):
            return math.pi
        if self.take(r"\cos"):
            return math.cos(self.between(r"\left(", r"\right)", self.sum))
        if self.take(r"\left\lfloor"):
            value = math.floor(self.sum())
            self.need(r"\right\rfloor")
            return value
        if self.take(r"\operatorname{in\ cycle}"):  # a helper that is shown as a call
            i, first = self.between(r"\left(", ",", self.sum), self.sum()
            return in_cycle(i, first, self.between(",", r"\right)", self.sum))
        if self.take(r"\sqrt"):
            return math.sqrt(self.between("{", "}", self.sum))
        if self.take(r"\operatorname{sign}"):
            value = self.between(r"\left(", r"\right)", self.sum)
            return math.copysign(1.0, value) if value else value
        if name := self.take(r"\max", r"\min"):
            self.need(r"\left(")
            first = self.sum()
            second = self.between(",", r"\right)", self.sum)
            return max(first, second) if name == r"\max" else min(first, second)
        if self.take(r"\left|"):
            value = abs(self.sum())
            self.need(r"\right|")
            return value
        if self.rest.lstrip().startswith(r"\left("):
            return self.between(r"\left(", r"\right)", self.sum)
        if self.take(r"\begin{cases}"):
            return self.cases()
        number = re.match(r"\s*(\d+\.?\d*)", self.rest)
        assert number, f"unknown: {self.rest!r}"
        self.rest = self.rest[number.end() :]
        return float(number[1])

    def cases(self):
        body, _, self.rest = self.rest.partition(r"\end{cases}")
        for row in body.split(r" \\ "):
            value, _, when = row.partition("&")
            word, _, condition = when.strip().partition("}")
            if word == r"\text{sonst" or holds(condition, self.values):
                return Reader(value, self.values).read()
        raise AssertionError("no case holds")

    def read(self):
        return self.all(self.sum)


def holds(condition, values):
    reader = Reader(condition, values)
    return reader.all(reader.condition)


def divided(above, below):
    """As kernels divide: by 0 to inf or nan."""
    return above / below if below else math.inf * above if above else math.nan


def in_cycle(i, length, times):
    while i >= length:
        i, length = i - length, length * times
    return i / length


def computed(record, arguments):
    """theta and the states, by name, as the formulas on the page say; bookkeeping states are given as they are afterwards."""
    symbols = glassbox.symbols(record)
    values = {symbols[name]: value for name, value in arguments.items()}
    for line in glassbox.lines(record, WORDS):
        for formula in line.formulas:
            if not formula.condition or holds(formula.condition, values):
                values[formula.target] = Reader(formula.right, values).read()
    return {name: values[symbols[name]] for name in ("theta", *(s.name for s in record.states))}


@pytest.mark.parametrize("record", SCALAR, ids=label)
def test_the_formulas_compute_what_the_rule_computes(record):
    rng = random.Random(record.full_key)
    for setting in ({}, *record.samples):
        hypers = record.check(setting)
        start = rng.uniform(-2, 2)
        given = {"theta": start, **{s.name: s.initial for s in record.states}}
        given = {name: start if v == "theta" else hypers.get(v, v) for name, v in given.items()}
        for t in range(1, 12):
            g = rng.choice([-2.5, -0.3, 0.0, 0.7, 3.0])
            names = ["theta", *(s.name for s in record.states)]
            theta, *states = [given[name] for name in names]
            after = dict(zip(names, record.update(theta, g, t, *states, *hypers.values()), strict=True))
            kept = {s.name: after[s.name] if s.bookkeeping else given[s.name] for s in record.states}
            arguments = {"theta": theta, "g": g, "t": t, **kept, **hypers}
            assert computed(record, arguments) == pytest.approx(after, rel=1e-12, abs=1e-300, nan_ok=True), (setting, t)
            given = after


@pytest.mark.parametrize("record", CONVENTIONS, ids=label)
def test_every_argument_that_the_rule_reads_appears(record):
    text, symbols, used = glassbox.latex(record), glassbox.symbols(record), glassbox.used(record)
    assert {"theta", "lr"} & used or record.key == "rprop"
    for name in used & set(symbols):
        assert symbols[name] in text, name
    for hyper in record.hypers.values():  # lr_max and the like hold what is not read elsewhere; rprop's lr is a first value
        initial = {s.initial for s in record.states}
        assert hyper.name in used or hyper.name in initial, hyper.name


@pytest.mark.parametrize("record", CONVENTIONS, ids=label)
def test_it_is_one_aligned_block_of_known_signs(record):
    text = glassbox.latex(record, WORDS)
    assert text.startswith("\\begin{aligned}\n") and text.endswith("\n\\end{aligned}")
    assert text.count("{") == text.count("}") and text.count(r"\left") - text.count(r"\leftarrow") == text.count(r"\right")
    assert "if " not in text and "otherwise" not in text, "words come from the page"
    plain = re.sub(r"\\(mathrm|text|operatorname|begin|end)\{[^}]*\}|\[8pt\]|\\[a-zA-Z]+", "", text)
    assert not re.search(r"[a-zA-Z]{2}", plain), f"a name that is no symbol: {plain}"


@pytest.mark.parametrize("record", CONVENTIONS, ids=label)
def test_the_lines_are_the_source_and_bookkeeping_shows_none(record):
    lines = glassbox.lines(record)
    source = glassbox.source(record)
    assert source.startswith("def ") and all(line.source in source for line in lines)
    bookkeeping = {s.name for s in record.states if s.bookkeeping}
    silent = {line.source.split(" =")[0].strip() for line in lines if not line.formulas}
    if record.key == "lbfgs":  # its two lists change under a condition, in one line
        assert silent == {"if t > 1 and dot(y, s) > 1e-10:\n        S, Y"}
        return
    assert silent == bookkeeping


def values_of(function, hypers, given, result=""):
    """What a stage's or a schedule's formulas give, by symbol."""
    symbols = SYMBOLS | {hyper.name: hyper.symbol for hyper in hypers.values()}
    assert len({symbols[name] for name in arguments(function)}) == len(arguments(function)), "two of one symbol"
    values = {symbols[name]: value for name, value in given.items()}
    for formula in glassbox.formulas(function, symbols, WORDS, result):
        values[formula.target] = Reader(formula.right, values).read()
    return values, symbols


@pytest.mark.parametrize("kind", SCHEDULES.values(), ids=lambda kind: kind.key)
def test_a_schedules_formulas_compute_its_factors(kind):
    for end in (None, 0, 1):
        hypers = {name: h.default if end is None or not h.slider else h.slider[end] for name, h in kind.hypers.items()}
        for i in (0, 1, 7, 60, 120, 299, 400):
            values, _symbols = values_of(kind.factor, kind.hypers, {"i": float(i), **hypers}, "c_i")
            assert values["c_i"] == pytest.approx(kind.factor(float(i), **hypers), rel=1e-9, abs=1e-12), (hypers, i)


FORMULAS = [(stage, word) for stage in STAGES.values() for word in stage.formulas]


@pytest.mark.parametrize("stage, word", FORMULAS, ids=lambda part: part if isinstance(part, str) else part.key)
def test_a_stages_formulas_compute_what_it_does(stage, word):
    function, rng = stage.formulas[word], random.Random(stage.key + word)
    for _ in range(20):
        given = {name: rng.uniform(-2, 2) for name in arguments(function)} | {
            name: rng.uniform(0.1, 1) for name in stage.hypers if name in arguments(function)
        }
        given = {name: abs(value) if name == "norm" else value for name, value in given.items()}
        values, symbols = values_of(function, stage.hypers, given)
        expected = function(**given)
        expected = expected if isinstance(expected, tuple) else (expected,)
        assert [values[symbols[name]] for name in returned(function)] == pytest.approx(list(expected), rel=1e-12)


def test_some_formulas_as_they_are_written():
    def rows(key):
        return [f"{f.target} {f.arrow} {f.right}" for line in glassbox.lines(OPTIMIZERS[key]) for f in line.formulas]

    assert rows("gd") == [r"\theta \leftarrow \theta - \eta\,g_t"]
    assert rows("adam")[2:] == [
        r"\hat{m} = \frac{m}{1 - \beta_1^t}",
        r"\hat{v} = \frac{v}{1 - \beta_2^t}",
        r"\theta \leftarrow \theta - \frac{\eta\,\hat{m}}{\sqrt{\hat{v}} + \epsilon}",
    ]
    assert r"g_{\mathrm{sam}} = \nabla f\left(\theta + \epsilon\right)" in rows("sam")
    assert rows("signsgd")[0] == r"\sigma = \operatorname{sign}\left(g_t\right)"
    assert rows("newton")[2] == r"\mathrm{step} = H^{-1}\,g_t"
    assert r"\theta \leftarrow \theta + \mathrm{step}\,d" in rows("lbfgs")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1.0, "1"), (0.5, "0.5"), (0.96, "0.96"), (1e-7, "10^{-7}"), (2.5e-4, r"2.5 \cdot 10^{-4}"), (-1.0, "-1")],
)
def test_numbers_are_written_as_one_writes_them(value, text):
    assert glassbox.number(value) == text
