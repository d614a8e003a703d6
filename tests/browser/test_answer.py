"""The race answered in the page: the native engine's runs, curves and marks, and the sentences recorded of each link."""

import json
import math
import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import pytest

from optim_viz import OPTIMIZERS
from optim_viz.ui import told
from optim_viz.ui.race import settings
from surfaces import SURFACES
from tests import race
from tests.engine import STAGES as FLAT
from tests.golden.record_words import FILE, LINKS

#: browsers round sin, exp, pow ... otherwise than libm
CLOSE = 1e-12
#: pictures in whose runs such a last bit grows: there nothing is promised
CHAOTIC = {
    "s=cliff&n=300&o=gd,lr:0.5&o=gd,lr:0.5,clip_norm:1",
    "s=levy&n=5000&o=gd&o=momentum&o=adam",
    "s=bent_ravine&n=5000&o=lbfgs&o=gd",
    "s=bent_ravine&n=1000&o=adam,lr:0.1&o=nadam,lr:0.1",
}
ROWS = 40  # of a run that are compared: what one row has wrong all that follow have

#: what the page says and draws of each of these queries; of long runs some rows
ANSWER = """
const { Answers } = await load("../race/answer.js"), here = new Answers(arg.told), found = {};
for (const [link, query] of Object.entries(arg.queries)) {
  const { notes, settings, view, frame, lowest, runs, words, rows } = await here.ask("race", { language: arg.language, query });
  const some = (values, width = 1) => {
    const count = values.length / width, every = Math.max(1, Math.floor((count - 1) / arg.rows));
    return Array.from(values).filter((_value, k) => Math.floor(k / width) % every === 0 || k >= values.length - width);
  };
  const drawn = runs.map(({ theta, loss, diverged, lines, evaluations }) => ({
    theta: some(theta, theta.length / loss.length), loss: some(loss), diverged, lines: lines.map((line) => some(line)),
    evaluations: evaluations && some(evaluations),
  }));
  found[link] = { notes, settings, view, frame, lowest, runs: drawn, words, rows };
}
return found;
"""


def answered(script: Any, queries: Mapping[str, Any], language: str = "en") -> dict[str, Any]:
    """By the page, each of these queries by its name."""
    address = {language: "/" + told.url("race", language)}
    return dict(script(ANSWER, {"told": address, "language": language, "queries": queries, "rows": ROWS}))


def native(query: Mapping[str, Any], language: str = "en") -> dict[str, Any]:
    """By the native engine, the same rows."""
    got = race.answer(query, language)

    def some(values: Any, width: int = 1) -> list[float]:
        count = len(values) // width
        every = max(1, (count - 1) // ROWS)
        return [float(v) for k, v in enumerate(values) if k // width % every == 0 or k >= len(values) - width]

    drawn = [
        {
            "theta": some(run["theta"], len(run["theta"]) // len(run["loss"])), "loss": some(run["loss"]),
            "diverged": run["diverged"], "lines": [some(line) for line in run["lines"]],
            "evaluations": None if run["evaluations"] is None else some(run["evaluations"]),
        }
        for run in got["runs"]
    ]  # fmt: skip
    return {**{name: value for name, value in got.items() if name != "choices"}, "runs": drawn}


def unlike(one: Any, other: Any, close: float, at: str = "") -> list[tuple[str, Any, Any]]:
    """What of two answers is not alike."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return [bad for key in {**one, **other} for bad in unlike(one.get(key), other.get(key), close, f"{at}.{key}")]
    if isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        return [bad for k, (a, b) in enumerate(zip(one, other, strict=True)) for bad in unlike(a, b, close, f"{at}.{k}")]
    if isinstance(one, int | float) and isinstance(other, int | float):
        same = one == other or (math.isnan(one) and math.isnan(other)) or abs(one - other) <= close * max(1.0, abs(other))
        return [] if same else [(at, one, other)]
    return [] if one == other else [(at, one, other)]


def compared(script: Any, queries: Mapping[str, Any], close: float, language: str = "en") -> list[Any]:
    """By name, what the page answers otherwise than the native engine."""
    found = answered(script, queries, language)
    assert list(found) == list(queries)
    return [(name, *bad) for name, query in queries.items() for bad in unlike(found[name], native(query, language), close)]


STAGES = [",".join(f"{name}:{value}" for name, value in flat.items()) for flat in FLAT]
CONVENTIONS = [f"o={record.full_key}" for optimizer in OPTIMIZERS.values() for record in optimizer.conventions]

KEYS = [
    "lr", "momentum", "beta1", "weight_decay", "decay", "schedule", "clip_norm", "noise", "seed", "lookahead_k", "warmup",
    "foo",
]  # fmt: skip


def queries(links: Any) -> dict[str, Any]:
    return {link: parse_qs(link, keep_blank_values=True) for link in links}


TAME = [link for link in LINKS if link not in CHAOTIC]


def test_every_picture_that_a_text_speaks_of_has_the_native_numbers(script):
    wrong = compared(script, queries(TAME), CLOSE)
    assert len(TAME) > 180 and not wrong, wrong[:20]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_picture_that_a_text_speaks_of_says_what_it_said(script, language):
    said = {link: what[language] for link, what in json.loads(FILE.read_text(encoding="utf-8")).items()}
    assert set(said) == set(LINKS)  # a new picture: python -m tests.golden.record_words
    found = answered(script, queries(TAME), language)
    for link, got in found.items():
        assert [got["words"], *(" | ".join(row.values()) for row in got["rows"])] == said[link], link


#: what stands around a rule, conventions, ends of every kind, and what a link leaves out
OTHERS = [
    *(f"s={s.key}&n=40&o=gd&o=adam&o=lbfgs&t=7&chart=gradient&i=2,velocity" for s in SURFACES.values()),
    *(f"s=ravine&n=60&chart=sharpness&{convention}" for convention in CONVENTIONS),
    *(f"s=rosenbrock&n=60&chart=distance&o=adam,{stage}&o=gd,{stage}&o=momentum,lr:10,{stage}" for stage in STAGES),
    *(f"s=ravine&n=200&o={key},lr:{lr}" for key in ("gd", "nesterov", "adam") for lr in ("1e300", 1, 0.06, 0, "1e-300")),
    "s=ravine&n=300&o=gd,lr:0.001,noise:5,seed:3&o=gd,lr:0.05,weight_decay:50&o=gd,lr:0.02,maximize:1",
    "s=saddle&n=300&o=gd&o=momentum&o=newton,lr:1", "s=two_wells&x=0&y=0&n=50&o=newton,lr:1&o=gd,lr:0.3",
    "s=ravine&x=1&y=0&n=5&o=adagrad,lr:0.1,eps:0&o=adagrad,eps:0", "s=plateau&n=300&o=newton",
    "s=x_squared&x=0.1&n=50&o=rmsprop,lr:1e-30,centered:1,alpha:0.1,eps:0&o=rmsprop,lr:1e300",
    "s=ravine&s.condition=50&n=5000&o=gd,lr:0.05,lookahead_k:20,lookahead_alpha:1&o=adam,lr:1e308",
    "s=kink&x=-1.7&y=0.9&n=5&o=newton,lr:1", "s=ring&n=30&o=gd", "s=ravine&x=1&y=0&n=5000&o=gd&o=adam&o=rmsprop&o=lion&o=sam",
    "s=ravine&o=", "", "x=1", "p=basins&n=50",
    "s=cliff&n=50&hide=table,words&big=1&look=both&camera=-17.5,5,0.25",
]  # fmt: skip


def test_what_a_link_may_say_besides_has_the_native_numbers_and_words(script):
    wrong = compared(script, queries(OTHERS), 1e-10, "zh")
    assert not wrong, wrong[:20]


STRAY = [
    "", " ", "0", "-1", "1", "1.5", "007", "1e3", "1E-3", "+2", ".5", "5.", "1e400", "nan", "inf", "0x10", "1_0", "1,5",
    "9" * 30, "gd", "１", "x" * 1300, "adam@keras", "adam@", "adam@@", "adam,lr", "adam,lr:", "adam,:1", "gd,lr:0.1,lr:0.2",
    "gd,lr:1:2", "log", "3d,map",
]  # fmt: skip
NAMES = [*settings.FORM.keys, "s.condition", "s.b", "lang", "utm_x", "q", "chrat", "page"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_cannot_be_used_is_told_as_natively(script, language):
    """Links with one thing in them otherwise: read as natively, and what cannot be used is told in the same words."""
    rng, asked = random.Random(5), {}
    for link in rng.sample(TAME, 60):
        for _ in range(4):
            query = parse_qs(link, keep_blank_values=True) | {"n": ["20"]}
            name, text = rng.choice(NAMES), rng.choice(STRAY)
            query[name] = [text] if rng.random() < 0.8 else [*query.get(name, []), text]
            if name == "o" and rng.random() < 0.7:
                query[name] = [f"{rng.choice(list(OPTIMIZERS))},{rng.choice(KEYS)}:{text}"]
            asked[f"{link} {name}={text[:20]} {query[name]}"] = query
    wrong = [one for one in compared(script, asked, CLOSE, language) if not (set(one[0].split()) & CHAOTIC)]
    assert not wrong, wrong[:20]
