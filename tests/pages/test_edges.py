"""Every route of ``answers`` at the edges of everything that a link can say: whatever stands there, an answer comes.

What there is to set comes from the records, so that a new optimizer, surface or data set is driven too. A warning of numpy in
our own code is an error here (pyproject.toml), so it counts as no answer.
"""

import base64
import json
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from optim_viz import DATASETS, MODELS, OPTIMIZERS
from optim_viz.lessons import LESSONS
from optim_viz.regression.batching import SAMPLINGS
from optim_viz.regression.losses import LOSSES
from optim_viz.regression.problem import STANDARDISE
from optim_viz.spec import Hyper
from optim_viz.stages import STAGES
from optim_viz.ui import answers
from optim_viz.ui.i18n import LANGUAGES
from optim_viz.ui.parts import PARTS
from optim_viz.ui.race import settings
from optim_viz.ui.race.charts import CHARTS
from optim_viz.ui.race.presets import PRESETS
from optim_viz.ui.regression import settings as lab
from optim_viz.ui.regression.presets import PRESETS as LAB_PRESETS
from surfaces import SURFACES
from tests.fuzz import whatever
from tests.race import answer
from tests.support import unpack

#: of numbers: around 0, the ends of what a float can hold, and what is none
NUMBERS = [
    "0", "-0", "1", "-1", "2", "0.5", "1e-300", "5e-324", "-1e-300", "1e6", "-1e6", "1000001", "1e15", "1e100", "1e300",
    "-1e300", "1e308", "-1e308", "1e309", "nan", "inf", "-inf",
]  # fmt: skip
GARBAGE = ["", " ", "x", "1,5", "１２", "1_0", "0x10", "'", '"', "{}", "%s", "\x00", "\ud83d", "é" * 30, "9" * 400, "a" * 5000]
FEW = st.integers(1, 30).map(str)


def edges(hyper: Hyper) -> list[str]:
    """The ends of what is allowed and of its slider, just beyond them, and the default."""
    ends = [hyper.allowed.lo, hyper.allowed.hi, *(hyper.slider or (0.0, 1.0))]
    beyond = [math.nextafter(end, way) for end in ends[:2] for way in (-math.inf, math.inf)] + [ends[0] - 1, ends[1] + 1]
    return [f"{x:.17g}" for x in (*ends, *beyond, hyper.default)]


def text(*usual: str) -> st.SearchStrategy[str]:
    """One of the usual texts, more often than what is none of them."""
    odd = st.sampled_from(NUMBERS + GARBAGE)
    return st.one_of(st.sampled_from(usual), st.sampled_from(usual), odd) if usual else odd


def words(page: Any, name: str) -> st.SearchStrategy[str]:
    return text(*page.FORM.by_name[name].kind.options)


def number(hyper: Hyper) -> st.SearchStrategy[str]:
    return text(*edges(hyper), *NUMBERS)


AROUND = {hyper.name: hyper for stage in STAGES.values() for word in (stage.choice.options if stage.choice else ("",))
          for hyper in stage.numbers(word).values()}  # fmt: skip
WORDS = {stage.choice.name: tuple(stage.choice.options) for stage in STAGES.values() if stage.choice}
CONVENTIONS = [convention for entry in OPTIMIZERS.values() for convention in entry.conventions]


@st.composite
def runner(draw: Any, batches: bool) -> str:
    """One runner as a link writes it."""
    if draw(st.integers(0, 15)) == 0:
        return draw(
            st.one_of(text(), st.sampled_from(["adam@", "@keras", "adam@nosuch", "foo,lr:1", ",", ":", "gd,lr", "gd,:1"]))
        )
    optimizer = draw(st.sampled_from(CONVENTIONS))
    given = {"lr": number(optimizer.hypers["lr"])} if draw(st.booleans()) else {}
    names = [
        *optimizer.hypers,
        *AROUND,
        *WORDS,
        *STAGES,
        *(["batch", "sampling", "drop", "look"] if batches else []),
        "nosuch",
    ]
    for name in draw(st.lists(st.sampled_from(names), max_size=4)):
        if name in optimizer.hypers:
            given[name] = number(optimizer.hypers[name])
        elif name in AROUND:
            given[name] = number(AROUND[name])
        else:
            given[name] = {
                "batch": text("all", "1", "2", "10", "100", "10001"),
                "sampling": text(*SAMPLINGS),
                "drop": text("0", "1"),
                "look": text("0", "1", "6", "7"),
            }.get(name, text(*WORDS.get(name, ("1", "0"))))
    pairs = [f"{name}:{draw(value)}" for name, value in given.items()]
    return ",".join([optimizer.full_key, *pairs])


def numbers(n: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(NUMBERS), min_size=n, max_size=n).map(",".join)


FRAME = {
    "hide": text(*PARTS, ",".join(PARTS)),
    "big": text("0", "1"),
    "lang": text(*LANGUAGES),
    "utm_source": text(),
    "nosuch": text(),
}


@st.composite
def race(draw: Any) -> dict[str, Any]:
    surface = draw(st.sampled_from(list(SURFACES.values())))
    shown = {
        "v": text("1"), "p": text(*PRESETS), "x": text(*NUMBERS), "y": text(*NUMBERS), "t": text("0", "5"),
        "chart": words(settings, "chart"), "axis": words(settings, "axis"), "xaxis": words(settings, "xaxis"),
        "look": words(settings, "look"), "zoom": st.one_of(numbers(4), text("-1,1,-1,1")),
        "camera": st.one_of(numbers(3), text()),
        "i": st.one_of(text("1,slope,velocity,update,effective,minimum", "1,nosuch", "9,slope")), "s.nosuch": text(),
        **{f"s.{name}": number(hyper) for name, hyper in surface.params.items()}, **FRAME,
    }  # fmt: skip
    names = draw(
        st.lists(st.sampled_from([*shown, *(name for name in shown if name.startswith("s.") or name in "xy")]), max_size=6)
    )
    query = {"s": draw(text(surface.key)) if "s" in names else surface.key, "n": draw(FEW)}
    query |= {name: draw(shown[name]) for name in names if name in shown}
    return query | {"o": draw(st.lists(runner(batches=False), min_size=0, max_size=3)) or [""]}


#: data of one's own: plain ones, constant columns, equal points, multiples of each other, huge and tiny numbers, and none
CSV = [
    "x,y\n1,2\n2,3\n3,5\n",
    "x,y\n1,0\n2,1\n3,1\n",
    "x;y\n1,5;2\n2;3,5\n4;5\n",
    "x,y\n1,2\n1,3\n1,4\n",
    "x,y\n1,5\n2,5\n3,5\n",
    "x,y\n1,2\n1,2\n1,2\n",
    "x,y\n1,2\n1,2\n1,2\n1,2\n2,3\n",
    "a,b,c\n1,2,3\n2,4,6\n3,6,9\n4,8,12\n",
    "x,y\n1e100,-1e100\n-1e100,1e100\n0,0\n",
    "x,y\n1e100,1e-300\n2e100,2e-300\n3e100,0\n",
    "x,y\n1e-300,1e-300\n2e-300,2e-300\n0,1e-320\n",
    "x,y\n1e-300,1e100\n2e-300,-1e100\n0,1e100\n",
    "x,y\n1,1e100\n1.0000000000000002,2e100\n1,3\n",
    "a,b,y\n1,1e100,0\n2,-1e100,1\n3,0,0\n",
    "a,b,y\n1e-200,1,0\n2e-200,1.5,1\n3e-200,0,0\n",
    ",".join("abcdefghijkl") + "\n" + "\n".join(",".join(str(i * j % 7) for j in range(12)) for i in range(9)),
    'id,x,note,y\n1,{0},a,1\n2,2.5,b,\n3,3.5,"c, {d}",5\n4,4.5,,7\n',
    "Year\tSalary %\n1.0\t39,110\n1.4\t45,020 €\n2.1\t43,900\n",
    *("", "x", "x,y", "x,y\n1,two\n3,4\n5,6", "x,x\n1,2\n3,4\n5,6", "x,y\n1e101,1\n2,3\n4,5\n", "\0\0"),
]


def coded(content: str) -> str:
    return base64.b64encode(content.encode()).decode()


CONTENTS: st.SearchStrategy[Any] = st.sampled_from([*map(coded, CSV), "%%%", "", None, 7, []])


@st.composite
def fits(draw: Any) -> dict[str, Any]:
    dataset, model, loss = (draw(st.sampled_from(list(table.values()))) for table in (DATASETS, MODELS, LOSSES))
    data = draw(st.sampled_from([dataset.key, dataset.key, "own", "own", "nosuch"]))
    shown = {
        "v": text("1"), "p": text(*LAB_PRESETS), "target": text("x", "y", "a"), "inputs": text("1", "2", "1,3"),
        "missing": text("rows", "columns"), "enc": text("gb18030", "utf-16"), "sep": text("comma", "tab"),
        "header": text("names", "none"), "decimals": text("2:comma", "1:point,9:comma"),
        "m": text(model.key), "loss": text(loss.key),
        "l2": number(lab.L2), "scale": text(*STANDARDISE), "x": st.one_of(numbers(1), numbers(2), text("same", "own")),
        "seeds": text("1", "2", "3"), "seed": text("0", "1", "2"), "b": text("0", "1", "2"), "clock": text(*lab.CLOCKS),
        "t": text("0", "5"), "axis": words(settings, "axis"), "third": words(lab, "third"), "zoom": numbers(4),
        **{f"d.{name}": number(hyper) for name, hyper in dataset.params.items()}, "d.size": text("4", "5", "20", "3"),
        **{f"m.{name}": number(hyper) for name, hyper in model.params.items()}, "d.nosuch": text(),
        **{f"loss.{name}": number(hyper) for name, hyper in loss.params.items()}, **FRAME,
    }  # fmt: skip
    query = {"d": data, "e": draw(st.integers(1, 5).map(str)), "seeds": draw(text("1", "2"))}
    query |= {name: draw(shown[name]) for name in draw(st.lists(st.sampled_from(list(shown)), max_size=9))}
    return query | {"o": draw(st.lists(runner(batches=True), min_size=0, max_size=3)) or [""]}


# ---------------------------------------------------------------------------------------------------------- asking

CODES = st.sampled_from([*LANGUAGES, "xx"])
PLACES: st.SearchStrategy[Any] = st.one_of(
    st.lists(st.sampled_from([0.0, 1.0, -1e300, 1e300, 1e150, 1e-300]), min_size=1, max_size=3),
    st.sampled_from([None, "x", {}, [None], [[1]], [10**400], [True, False]]),
)
STEPS = [(lesson.key, step.key) for lesson in LESSONS.values() for step in lesson.steps]
URLS: st.SearchStrategy[Any] = st.one_of(
    text("http://h/race?s=ravine", "https://h:1/" + "x" * 2000), st.sampled_from([None, 7, [], {}, "http://[", "http://:"])
)

client = TestClient(Starlette(routes=answers.ROUTES), headers={"Content-Type": "application/json"})


def answered(page: str, **asked: Any) -> Any:
    """The answer of a route, unpacked; it holds no number that a browser's JSON does not know."""
    sent = client.post(f"/answers/{page}", content=json.dumps(asked))
    assert sent.status_code == 200, (page, asked)
    return unpack(sent.content)


def raced(query: Mapping[str, Any], language: str = "en") -> Any:
    """The race of a query in which a text may stand for a list of one."""
    return answer({name: [texts] if isinstance(texts, str) else texts for name, texts in query.items()}, language)


def assert_is_drawn(surface: dict[str, Any]) -> None:
    """Its axes are finite and rise, and it is shown where they are."""
    axes, values, domain = surface["grid"]["axes"], surface["grid"]["values"], surface["domain"]
    assert values.shape == tuple(len(axis) for axis in reversed(axes)) and len(domain) == 2 * len(axes)
    for axis, lo, hi in zip(axes, domain[::2], domain[1::2], strict=True):
        assert np.isfinite(axis).all() and (np.diff(axis) > 0).all() and axis[0] <= lo < hi <= axis[-1]
    assert len(surface["names"]) == 2 and all(len(best) == len(axes) + 1 for best in surface["best"])


def assert_reads(answer: dict[str, Any]) -> None:
    """Notes and words are sentences: nothing of Python's own ways of writing, no field left open, no nan."""
    said = [*answer["notes"], answer["words"]]
    assert all(isinstance(line, str) for line in said)
    for line in said:
        bare = re.sub("“.*?”", "", line, flags=re.DOTALL)  # what a visitor wrote may be anything
        assert not re.search(r"np\.|\{|\}|'$|\bnan\b|\binf\b|None", bare), line


@whatever(race(), st.sampled_from([*LANGUAGES]), examples=45)
def test_the_race_is_answered_whatever_is_asked(query, language):
    assert_reads(raced(query, language))


@whatever(fits(), CONTENTS, PLACES, CODES, examples=45)
def test_the_lab_is_answered_whatever_is_asked(query, content, place, language):
    got = answered("regression", query=query, csv=content, language=language)
    assert_is_drawn(got["surface"]["body"])
    assert_reads(got)
    for run in got["runs"][:1]:
        for row in (0, -1):
            theta = run["theta"].reshape(-1, got["settings"]["dim"])[row]
            answered("noise", query=query, csv=content, runner=0, theta=[x if math.isfinite(x) else None for x in theta])
    answered("noise", query=query, csv=content, runner=0, theta=place)
    answered("csv", csv=content, language=language)


@whatever(st.one_of(race(), fits()), st.sampled_from(STEPS), CODES, examples=45)
def test_a_lesson_is_answered_whatever_is_set(query, at, language):
    lesson, step = at
    answered("lessons", query={**query, "lesson": lesson, "step": step}, language=language)


@whatever(text(*LESSONS), text(), URLS, CODES, examples=45)
def test_what_there_is_not_is_answered(lesson, step, url, language):
    answered("lessons", query={"lesson": lesson, "step": step}, language=language)
    answered("qr", url=url, language=language)


@pytest.mark.parametrize("record", CONVENTIONS, ids=lambda record: record.full_key)
def test_every_optimizer_is_answered_at_the_ends_of_each_of_its_numbers(record):
    """On a race and on batches, with the learning rates that throw it farthest."""
    ends = [[f"{name}:{value}" for name, value in zip(record.hypers, values, strict=True)] for values in corners(record.hypers)]
    for page, query in (("race", {"s": "ravine", "n": "40", "i": "1,velocity,effective", "chart": "effective"}),
                        ("regression", {"d": "sine", "m": "polynomial", "e": "2", "seeds": "2"})):  # fmt: skip
        batch = ["batch:5"] if page == "regression" else []
        for k in range(0, len(ends), 4):
            some = [",".join([record.full_key, *batch, *pairs]) for pairs in ends[k : k + 4]]
            asked = {**query, "o": some}
            got = raced(asked) if page == "race" else answered(page, query=asked, language="en")
            if page == "regression":
                assert_is_drawn(got["surface"]["body"])
            assert_reads(got)


def corners(hypers: Mapping[str, Hyper]) -> list[list[str]]:
    """For each number its ends while the others stand at their defaults; and all of them at their lower and upper ends."""
    usual = [f"{hyper.default:.17g}" for hyper in hypers.values()]
    ends = [[f"{max(h.allowed.lo, -1e308):.17g}", f"{min(h.allowed.hi, 1e308):.17g}"] for h in hypers.values()]
    each = [[*usual[:k], end, *usual[k + 1 :]] for k, pair in enumerate(ends) for end in pair]
    return [*each, *([pair[side] for pair in ends] for side in (0, 1))]


@pytest.mark.parametrize("model", MODELS)
def test_own_data_of_any_size_are_answered(model):
    for content in CSV[:-7]:  # the others are refused
        for more in ({}, {"l2": "1e-300"}):
            query = {"d": "own", "m": model, "e": "1", "seeds": "1", "o": ["gd", "adam,batch:1"], **more}
            got = answered("regression", query=query, csv=coded(content), language="en")
            assert_is_drawn(got["surface"]["body"])
            assert_reads(got)


LONG = [
    "d=sine&m=network&e=40&seeds=1&o=gd,batch:1,lr:3",
    "d=sine&m=network&e=40&seeds=3&o=gd,batch:1,lr:1e300&o=adam,batch:1,lr:1e308&o=rprop,lr:1e150",
    "d=two_moons&m=network&m.hidden=32&e=40&seeds=2&o=momentum,batch:1,lr:5&o=gd,batch:1,lr:100",
    "d=sparse_features&e=100&seeds=2&o=gd,batch:1,lr:1e10&b=0&o=lion,lr:1e300",
    "d=noisy_line&e=200&seeds=5&x=1e6,-1e6&o=gd,batch:1,lr:0.5&o=newton,lr:1e100",
    "d=noisy_line&d.noise=1e6&e=50&l2=1e6&o=gd,batch:10,lr:1",
    "d=sine&m=polynomial&m.degree=9&e=50&x=own&o=adam,lr:1e9&o=gd,lr:10",
    "d=outliers&loss=huber&loss.delta=5e-324&e=20&o=gd&o=adam",
    "d=blobs&m=network&scale=both&e=30&seeds=2&o=sam,rho:1e300&o=lbfgs,lr:1e5",
]


@pytest.mark.parametrize("link", LONG)
def test_a_fit_that_goes_far_is_a_result(link):
    """Found by hand: each of them left the finite numbers in something that is computed after the fit."""
    for chosen in ("0", "1"):
        got = answered("regression", query=parse_qs(link) | {"b": [chosen]}, language="en")
        assert_is_drawn(got["surface"]["body"])
        assert_reads(got)
        assert len(got["runs"]) == link.count("o=") and got["words"]


@pytest.mark.parametrize("query", ["lr:1e308", "lr:1e100,weight_decay:1e300", "lr:3,noise:1e300"])
@pytest.mark.parametrize("surface", SURFACES)
def test_a_race_that_goes_far_is_a_result(surface, query):
    for chart in CHARTS:
        got = raced({"s": surface, "n": "400", "chart": chart, "i": "1,velocity", "o": [f"gd,{query}"]})
        assert len(got["runs"]) == 1 and got["rows"][0]["ended"]
        assert_reads(got)


@pytest.mark.parametrize("size", [1e-300, 1e150, 1e300, 1.7e308])
@pytest.mark.parametrize("model", ["line", "network"])
def test_the_noise_where_a_runner_has_gone_far_is_answered(model, size):
    query = {"d": "noisy_line", "m": model, "o": ["gd,batch:1", "gd,batch:10,sampling:replacement"]}
    dim = answered("regression", query=query)["settings"]["dim"]
    for runner in (0, 1):
        noise = answered("noise", query=query, runner=runner, theta=[size] * dim)["noise"]
        assert noise is None or np.isfinite(noise["covariance"]).all()
