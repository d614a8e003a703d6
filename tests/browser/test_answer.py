"""The race answered in the page is the native one: the same runs, curves, marks, table and words."""

import random
from typing import Any
from urllib.parse import parse_qs

import pytest

from optim_viz import OPTIMIZERS
from optim_viz.ui.race import settings as race
from optim_viz.ui.race.presets import PRESETS
from optim_viz.ui.scenes import pictures
from surfaces import SURFACES
from tests.engine import STAGES as FLAT

#: browsers round sin, exp, pow ... otherwise than libm
CLOSE = 1e-12
#: pictures in whose runs such a last bit grows: there nothing is promised
CHAOTIC = {
    "s=cliff&n=300&o=gd,lr:0.5&o=gd,lr:0.5,clip_norm:1",
    "s=levy&n=5000&o=gd&o=momentum&o=adam",
    "s=bent_ravine&n=5000&o=lbfgs&o=gd",
    "s=bent_ravine&n=1000&o=adam,lr:0.1&o=nadam,lr:0.1",
}

#: asks both of the same, and tells what is not alike: numbers by how far apart they are, else both
COMPARE = """
const { Server } = await load("source.js"), { Answers } = await load("../race/answer.js");
const server = new Server("/answers/"), asked = [];
const here = new Answers({ ask: (to, question) => (asked.push(to), server.ask(to, question)) });
const { language } = arg;
await here.ask("race", { language, query: {} });
const found = [];
const far = (a, b) => (Object.is(a, b) || a === b ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(b)));
const compare = (at, one, other, link) => {
  if (typeof one === "number" && typeof other === "number") {
    const apart = far(one, other);
    if (!(apart <= arg.close)) found.push([link, at, Number.isNaN(apart) ? 1e300 : apart, `${one} ${other}`]);
  } else if (one === null || other === null || typeof one !== "object" || typeof other !== "object") {
    if (one !== other) found.push([link, at, one ?? null, other ?? null]);
  } else {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    for (const key of keys) compare(`${at}.${key}`, one[key], other[key], link);
  }
};
for (const [link, query] of Object.entries(arg.queries)) {
  asked.length = 0;
  const mine = await here.ask("race", { language, query });
  if (asked.length) found.push([link, "the server was asked", "", ""]);
  if (asked.length) continue;
  const { choices, thumbnails, ...native } = await server.ask("race", { language, query });
  const { choices: _choices, thumbnails: _thumbnails, field, ...own } = mine;
  compare("", own, native, link);
}
return found;
"""

LINKS = [*(f"p={key}" for key in PRESETS), *dict.fromkeys(one.query for _name, one in pictures() if one.page == "race")]
STAGES = [",".join(f"{name}:{value}" for name, value in flat.items()) for flat in FLAT]
CONVENTIONS = [f"o={record.full_key}" for optimizer in OPTIMIZERS.values() for record in optimizer.conventions]

KEYS = [
    "lr", "momentum", "beta1", "weight_decay", "decay", "schedule", "clip_norm", "noise", "seed", "lookahead_k", "warmup",
    "foo",
]  # fmt: skip


def queries(links: list[str]) -> dict[str, Any]:
    return {link: parse_qs(link, keep_blank_values=True) for link in links}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_picture_that_a_text_speaks_of_is_answered_in_the_page_as_natively(script, language):
    tame = [link for link in LINKS if link not in CHAOTIC]
    found = script(COMPARE, {"language": language, "queries": queries(tame), "close": CLOSE})
    assert len(tame) > 180 and not found, found[:20]


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


def test_what_a_link_may_say_besides_is_answered_in_the_page_as_natively(script):
    found = script(COMPARE, {"language": "zh", "queries": queries(OTHERS), "close": 1e-10})
    assert not found, found[:20]


STRAY = [
    "", " ", "0", "-1", "1", "1.5", "007", "1e3", "1E-3", "+2", ".5", "5.", "1e400", "nan", "inf", "0x10", "1_0", "1,5",
    "9" * 30, "gd", "１", "x" * 1300, "adam@keras", "adam@", "adam@@", "adam,lr", "adam,lr:", "adam,:1", "gd,lr:0.1,lr:0.2",
    "gd,lr:1:2", "log", "3d,map",
]  # fmt: skip
NAMES = [*race.FORM.keys, "s.condition", "s.b", "lang", "utm_x", "q"]


def test_what_cannot_be_used_is_left_to_python_and_all_else_is_read_alike(script):
    """Links with one thing in them otherwise: read in the page as natively and without a note, or not at all."""
    rng, asked = random.Random(5), {}
    for link in rng.sample(LINKS, 60):
        for _ in range(4):
            query = parse_qs(link, keep_blank_values=True) | {"n": ["20"]}
            name, text = rng.choice(NAMES), rng.choice(STRAY)
            query[name] = [text] if rng.random() < 0.8 else [*query.get(name, []), text]
            if name == "o" and rng.random() < 0.7:
                query[name] = [f"{rng.choice(list(OPTIMIZERS))},{rng.choice(KEYS)}:{text}"]
            asked[f"{link} {name}={text[:20]} {query[name]}"] = query
    found = script(COMPARE, {"language": "en", "queries": asked, "close": CLOSE})
    left = {link for link, what, *_ in found if what == "the server was asked"}
    wrong = [one for one in found if one[0] not in left and not (set(one[0].split()) & CHAOTIC)]
    assert not wrong, wrong[:20]
    assert 20 < len(left) < len(asked) - 20
    for link in left:  # and nothing is left to Python without need
        assert race.read(asked[link])[1] or any(
            len(text) > 20 or not text.isascii() for text in sum(asked[link].values(), [])
        ), link
