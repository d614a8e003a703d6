"""Every route of ``answers`` at the edges of everything that a link can say: whatever stands there, an answer comes.

What there is to set comes from the records, so that a new optimizer, surface or data set is driven too. A warning of numpy in
our own code is an error here (pyproject.toml), so it counts as no answer.
"""

import base64
import json
import math
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as drawn
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from optim_viz import DATASETS, MODELS, OPTIMIZERS
from optim_viz.around import VISIBLE
from optim_viz.lessons import LESSONS
from optim_viz.regression.batching import SAMPLINGS
from optim_viz.regression.losses import LOSSES
from optim_viz.regression.problem import STANDARDISE
from optim_viz.spec import Hyper
from optim_viz.ui import answers, settings
from optim_viz.ui.i18n import LANGUAGES
from optim_viz.ui.parts import PARTS
from optim_viz.ui.presets import PRESETS
from optim_viz.ui.regression import settings as lab
from optim_viz.ui.regression.presets import PRESETS as LAB_PRESETS
from surfaces import SURFACES
from tests.unit.test_wire import unpack

#: of numbers: around 0, the ends of what a float can hold, and what is none
NUMBERS = [
    "0", "-0", "1", "-1", "2", "0.5", "1e-300", "5e-324", "-1e-300", "1e6", "-1e6", "1000001", "1e15", "1e100", "1e300", "-1e300",
    "1e308", "-1e308", "1e309", "nan", "inf", "-inf",
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


def number(hyper: Hyper) -> st.SearchStrategy[str]:
    return text(*edges(hyper), *NUMBERS)


AROUND = {hyper.name: hyper for stage in VISIBLE.values() for word in (stage.choice.options if stage.choice else ("",))
          for hyper in stage.details(word).values()}  # fmt: skip
WORDS = {stage.choice.name: tuple(stage.choice.options) for stage in VISIBLE.values() if stage.choice}
CONVENTIONS = [convention for entry in OPTIMIZERS.values() for convention in entry.conventions]


@st.composite
def runner(draw: Any, batches: bool) -> str:
    """One runner as a link writes it."""
    if draw(st.integers(0, 15)) == 0:
        return draw(st.one_of(text(), st.sampled_from(["adam@", "@keras", "adam@nosuch", "foo,lr:1", ",", ":", "gd,lr", "gd,:1"])))
    optimizer = draw(st.sampled_from(CONVENTIONS))
    given = {"lr": number(optimizer.hypers["lr"])} if draw(st.booleans()) else {}
    names = [*optimizer.hypers, *AROUND, *WORDS, *VISIBLE, *(["batch", "sampling", "drop", "look"] if batches else []), "nosuch"]
    for name in draw(st.lists(st.sampled_from(names), max_size=4)):
        if name in optimizer.hypers:
            given[name] = number(optimizer.hypers[name])
        elif name in AROUND:
            given[name] = number(AROUND[name])
        else:
            given[name] = {
                "batch": text("all", "1", "2", "10", "100", "10001"), "sampling": text(*SAMPLINGS), "drop": text("0", "1"),
                "look": text("0", "1", "6", "7"),
            }.get(name, text(*WORDS.get(name, ("1", "0"))))
    pairs = [f"{name}:{draw(value)}" for name, value in given.items()]
    return ",".join([optimizer.full_key, *pairs])


def numbers(n: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(NUMBERS), min_size=n, max_size=n).map(",".join)


FRAME = {"hide": text(*PARTS, ",".join(PARTS)), "big": text("0", "1"), "lang": text(*LANGUAGES), "utm_source": text(), "nosuch": text()}


@st.composite
def race(draw: Any) -> dict[str, Any]:
    surface = draw(st.sampled_from(list(SURFACES.values())))
    shown = {
        "v": text("1"), "p": text(*PRESETS), "x": text(*NUMBERS), "y": text(*NUMBERS), "t": text("0", "5"),
        "chart": text(*settings.CHARTS), "axis": text(*settings.AXES), "xaxis": text(*settings.X_AXES),
        "look": text(*settings.LOOKS), "zoom": st.one_of(numbers(4), text("-1,1,-1,1")), "camera": st.one_of(numbers(3), text()),
        "i": st.one_of(text("1,slope,velocity,update,effective,minimum", "1,nosuch", "9,slope")), "s.nosuch": text(),
        **{f"s.{name}": number(hyper) for name, hyper in surface.params.items()}, **FRAME,
    }  # fmt: skip
    names = draw(st.lists(st.sampled_from([*shown, *(name for name in shown if name.startswith("s.") or name in "xy")]), max_size=6))
    query = {"s": draw(text(surface.key)) if "s" in names else surface.key, "n": draw(FEW)}
    query |= {name: draw(shown[name]) for name in names if name in shown}
    return query | {"o": draw(st.lists(runner(batches=False), min_size=0, max_size=3)) or [""]}


CSV = [
    "x,y\n1,2\n2,3\n3,5\n", "x,y\n1,2\n1,3\n1,4\n", "x,y\n1,5\n2,5\n3,5\n", "x,y\n1,2\n1,2\n1,2\n", "x,y\n1,0\n2,1\n3,1\n",
    "a,b,c\n1,2,3\n2,4,6\n3,6,9\n4,8,12\n", "x,y\n1e100,-1e100\n-1e100,1e100\n0,0\n", "x,y\n1e-300,1e-300\n2e-300,2e-300\n0,1e-320\n",
    "x,y\n1e100,1e-300\n2e100,2e-300\n3e100,0\n", "x,y\n1,1e100\n1.0000000000000002,2e100\n1,3\n", "x,y\n1e101,1\n2,3\n4,5\n",
    "a,b,y\n1,1e100,0\n2,-1e100,1\n3,0,0\n", "a,b,y\n1e-200,1,0\n2e-200,1.5,1\n3e-200,0,0\n", "", "x", "x,y", "x,y\n1,two\n3,4\n5,6", "\0\0",
    "x;y\n1,5;2\n2;3,5\n4;5\n", "x,x\n1,2\n3,4\n5,6", ",".join("abcdefghijkl") + "\n" + "\n".join(",".join(str((i * j) % 7) for j in range(12)) for i in range(9)),
]  # fmt: skip


def coded(content: str) -> str:
    return base64.b64encode(content.encode()).decode()


csv = st.one_of(st.sampled_from([coded(content) for content in CSV]), st.sampled_from(["%%%", "", None, 7, [], coded("x,y\n")]))


@st.composite
def fits(draw: Any) -> dict[str, Any]:
    dataset, model, loss = (draw(st.sampled_from(list(table.values()))) for table in (DATASETS, MODELS, LOSSES))
    data = draw(st.sampled_from([dataset.key, dataset.key, "own", "own", "nosuch"]))
    shown = {
        "v": text("1"), "p": text(*LAB_PRESETS), "target": text("x", "y", "a"), "m": text(model.key), "loss": text(loss.key),
        "l2": number(lab.L2), "scale": text(*STANDARDISE), "x": st.one_of(numbers(1), numbers(2), text("same", "own")),
        "seeds": text("1", "2", "3"), "seed": text("0", "1", "2"), "b": text("0", "1", "2"), "clock": text(*lab.CLOCKS),
        "t": text("0", "5"), "axis": text(*settings.AXES), "third": text(*lab.THIRDS), "zoom": numbers(4),
        **{f"d.{name}": number(hyper) for name, hyper in dataset.params.items() if name != "size"}, "d.size": text("4", "5", "20", "3"),
        **{f"m.{name}": number(hyper) for name, hyper in model.params.items()}, "d.nosuch": text(),
        **{f"loss.{name}": number(hyper) for name, hyper in loss.params.items()}, **FRAME,
    }  # fmt: skip
    query = {"d": data, "e": draw(st.integers(1, 5).map(str)), "seeds": draw(text("1", "2"))}
    query |= {name: draw(shown[name]) for name in draw(st.lists(st.sampled_from(list(shown)), max_size=9))}
    return query | {"o": draw(st.lists(runner(batches=True), min_size=0, max_size=3)) or [""]}
