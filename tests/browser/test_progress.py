"""What the lessons keep of a reader, by itself, in the browser."""

import json

import pytest

KEPT = """
const kept = {};
const storage = { getItem: (key) => kept[key] ?? null, setItem: (key, text) => (kept[key] = text) };
const { Progress } = await load("../lessons/progress.js");
const kinds = { a: "read", b: "predict", c: "task", d: "quiz" };
const card = { key: "downhill", steps: Object.entries(kinds).map(([key, kind]) => ({ key, kind })) };
const done = (progress) => card.steps.filter((step) => progress.isDone("downhill", step)).map(({ key }) => key).join("");
"""


def test_a_step_is_done_by_what_its_kind_asks_for_and_another_visit_finds_it(script):
    assert script(
        KEPT
        + """
const progress = new Progress(storage);
const seen = [done(progress)];
for (const key of "abcd") progress.visit("downhill", key);
seen.push(done(progress));
progress.note("downhill", "b", { answer: "x", right: false });
progress.note("downhill", "c", { solved: true });
progress.note("downhill", "d", { answer: "x", right: false });
seen.push(done(progress));
progress.note("downhill", "d", { answer: "y", right: true });
const again = new Progress(storage);
seen.push(done(again), again.last("downhill"), again.count(card), again.last("ravine"));
again.forget("downhill", "b");
seen.push(done(new Progress(storage)));
again.reset();
seen.push(done(new Progress(storage)));
return seen;
"""
    ) == ["", "a", "abc", "abcd", "d", 4, "", "acd", ""]


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '{"a": 1}', '{"a": {"last": "x", "steps": 3}}'])
def test_a_storage_that_somebody_spoilt_is_an_empty_one(script, text):
    program = KEPT + 'kept["optim_viz.lessons"] = arg; const progress = new Progress(storage); progress.visit("downhill", "a");'
    assert script(program + "return done(new Progress(storage));", text) == "a"


def test_a_file_carries_it_to_another_browser(script):
    program = """
const progress = new Progress(storage);
progress.visit("downhill", "a");
const text = progress.text();
progress.reset();
progress.read(text);
return [text, done(new Progress(storage))];
"""
    text, done = script(KEPT + program)
    assert done == "a" and json.loads(text)["lessons"]["downhill"]["last"] == "a"


OTHERS = ["", "no", "{}", '{"optim_viz_lessons": 2, "lessons": {}}', '{"optim_viz_lessons": 1, "lessons": []}']


@pytest.mark.parametrize("text", OTHERS)
def test_another_file_is_refused_and_changes_nothing(script, text):
    program = """
const progress = new Progress(storage);
progress.visit("downhill", "a");
let refused = false;
try { progress.read(arg); } catch (error) { refused = error instanceof SyntaxError; }
return [refused, done(progress)];
"""
    assert script(KEPT + program, text) == [True, "a"]


def test_where_nothing_may_be_stored_it_is_known_till_the_page_closes(script):
    program = """
const full = { getItem: () => null, setItem: () => { throw new Error("full"); } };
const progress = new Progress(full);
progress.visit("downhill", "a");
return done(progress);
"""
    assert script(KEPT + program) == "a"
