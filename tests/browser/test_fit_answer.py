"""The lab answered in the page is the native one: the same fits, bands, marks, table, words and picture of the loss."""

from urllib.parse import parse_qs

import pytest

from optim_viz.ui.regression.presets import PRESETS
from optim_viz.ui.scenes import pictures

#: what is computed in another order, and tanh, exp and log, which browsers round otherwise than libm
CLOSE = 1e-9

#: opens each link, moves what a hand moves, one thing at a time, and asks both of the same; tells what is not alike, and how
#: many of the moves were answered in the page
COMPARE = """
const { Server } = await load("source.js"), { Form } = await load("form.js");
const { Answers } = await load("../regression/answer.js");
const server = new Server("/answers/"), asked = [];
const patience = 60000, { language } = arg;
const near = (a, b) => Object.is(a, b) || a === b || Math.abs(a - b) <= arg.close * Math.max(1, Math.abs(b));
const moves = {
  lower: (r) => ({ ...r, hypers: { ...r.hypers, lr: 0.8 * r.hypers.lr } }),
  higher: (r) => ({ ...r, hypers: { ...r.hypers, lr: 4 * r.hypers.lr } }),
  huge: (r) => ({ ...r, hypers: { ...r.hypers, lr: 1e200 } }),
  uphill: (r) => ({ ...r, around: { ...r.around, maximize: 1 } }),
  batch: (r) => ({ ...r, batch: r.batch === null ? 3 : r.batch + 1 }),
  all: (r) => ({ ...r, batch: null }),
};
const found = [];
let here = 0;
for (const [nth, [link, query]] of Object.entries(arg.queries).entries()) {
  const answers = new Answers({ ask: (to, question) => (asked.push(to), server.ask(to, question, patience)) });
  const { choices: { body }, settings, view } = await answers.ask("regression", { language, query });
  const form = new Form(body.form);
  let isHere;
  answers.prepare(form.write(settings, view)).then((is) => (isHere = is), (error) => (isHere = error.stack));
  while (isHere === undefined) await clock(5);
  if (isHere !== true) found.push([link, "nothing is answered here", isHere]);
  const [last, ...others] = settings.runners.toReversed();
  const moved = Object.entries(moves).map(([how, move]) => [how, { runners: [...others.toReversed(), move(last)] }]);
  moved.push(["seed", { seed: settings.seeds - 1 }]);
  moved.push(["first", { runners: settings.runners.slice(0, 1) }], ["nobody", { runners: [] }]);
  for (const [how, change] of moved.filter((_move, k) => (nth + k) % arg.each === 0)) {
    const query = form.write({ ...settings, ...change }, view);
    asked.length = 0;
    const { choices: _c, data: _d, surface: _s, field, ...mine } = await answers.ask("regression", { language, query });
    if (asked.length) continue;
    here++;
    const { choices, data, surface, ...native } = await server.ask("regression", { language, query }, patience);
    const { grid: { axes, values }, best, domain, names } = surface.body;
    const compare = (at, one, other) => {
      if (typeof one === "number" && typeof other === "number") {
        if (!near(one, other)) found.push([link, how, at, `${one} ${other}`]);
      } else if (one === null || other === null || typeof one !== "object" || typeof other !== "object") {
        if (one !== other) found.push([link, how, at, `${one}`, `${other}`]);
      } else {
        for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) compare(`${at}.${key}`, one[key], other[key]);
      }
    };
    native.settings.slow = mine.settings.slow; // the server's own
    compare("", mine, native);
    const shown = { axes: field.axes, values: field.grid, minima: field.minima, domain: field.domain, names: field.names };
    compare("field", shown, { axes, values, minima: best, domain, names });
  }
}
return [found.slice(0, 20), here];
"""

LINKS = [*(f"p={key}" for key in PRESETS), *dict.fromkeys(one.query for _name, one in pictures() if one.page == "regression")]
OTHERS = [
    "d=noisy_line&m=polynomial&m.degree=3&e=3&seeds=4&o=gd,batch:all&o=adam,batch:7,drop:1&o=momentum,batch:3",
    "d=sine&m=polynomial&m.degree=5&scale=both&e=4&seeds=1&o=adam,batch:5&o=lbfgs,batch:all",
    "d=sine&m=network&e=3&x=own&seeds=3&seed=1&o=adam,batch:5&o=gd,batch:all,clip_norm:1",
    "d=two_moons&m=network&m.hidden=2&e=2&seeds=2&o=adam,batch:20&b=0",
    "d=sine&m=polynomial&m.degree=4&loss=half_mse&test=0.3&split=1&e=4&seeds=3&o=adam,batch:all&o=gd,batch:5",
    "d=blobs&m=logistic&test=0.2&scale=inputs&e=3&seeds=1&o=adam,batch:10&o=gd,batch:1",
    "d=noisy_line&m=line&scale=both&e=3&seeds=12&l2=0.1&o=gd,batch:10,schedule:cosine,lr:0.5&o=gd,batch:10,sampling:independent",
    "d=outliers&m=line&loss=huber&e=3&seeds=2&o=sam,batch:4,sampling:in_order&o=newton,batch:all",
    "d=noisy_line&m=origin&x=own&e=2&seeds=20&o=gd,batch:1&o=gd,batch:1,sampling:replacement&o=gd,batch:all,lookahead_k:2",
    "d=five_points&m=origin&e=3&seeds=1&o=gd,batch:all,sampling:replacement",
]  # fmt: skip


@pytest.mark.parametrize("language, links, each", [("en", LINKS, 3), ("zh", OTHERS, 1)])
def test_what_a_hand_moves_is_answered_in_the_page_as_natively(script, language, links, each):
    """Of each link every ``each``-th move."""
    queries = {link: parse_qs(link, keep_blank_values=True) for link in links}
    found, here = script(COMPARE, {"language": language, "queries": queries, "close": CLOSE, "each": each})
    assert not found and here > 6 * len(links) / each, (found, here, len(links))
