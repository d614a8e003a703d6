"""The course: links, tasks, quiz and predictions of every lesson are run, and no text states a number that is not computed."""

import json
import math
import re
import shutil
import subprocess
import sys

import pytest

from docs import teaching
from optim_viz.claims import number
from optim_viz.curves import CURVES
from optim_viz.lessons import LESSONS
from optim_viz.lessons.record import Choose, Place, Quiz, Rank, Task, read_folder
from optim_viz.lessons.texts import LINK, LIVE, NOW, read_text
from optim_viz.outcome import QUANTITIES
from optim_viz.ui.i18n import LANGUAGES, messages
from optim_viz.ui.lessons import course
from optim_viz.ui.scenes import SCENES, pictures, said, scene
from tests.support import ROOT, copy_of_checkout

FOLDER = ROOT / "optim_viz" / "lessons"
PICTURES = [(lesson, key) for lesson in LESSONS.values() for key in lesson.pictures]
STEPS = [(lesson, step) for lesson in LESSONS.values() for step in lesson.steps]
TEXTS = [(lesson, code) for lesson in LESSONS.values() for code in lesson.texts]


def name(value):
    return getattr(value, "key", value)


def picture(lesson, step):
    return course.picture(lesson, step.picture)


def race(query):
    return scene("race", query)


def asking(kind):
    found = [(lesson, step) for lesson, step in STEPS if isinstance(step.asks, kind)]
    assert found
    return pytest.mark.parametrize("lesson, step", found, ids=name)


# ------------------------------------------------------------------------------------------------------ what every lesson keeps


@pytest.mark.parametrize("lesson, key", PICTURES, ids=name)
def test_a_link_resolves_and_sets_what_it_says(lesson, key):
    shown = course.picture(lesson, key)  # raises for a link of which something cannot be used
    again = scene(shown.page, shown.query())  # with every value written
    assert again.flat() == shown.flat() and again.query() == shown.query()


@asking(Task)
def test_a_task_is_solved_by_its_solution_and_not_at_the_start(lesson, step):
    given = picture(lesson, step)
    assert step.asks.solution
    solution = given.with_values(step.asks.solution)
    assert not all(given.evaluate(goal) for goal in step.asks.goal)
    assert all(solution.evaluate(goal) for goal in step.asks.goal)
    assert solution.flat() != given.flat() and not set(step.asks.solution) - set(step.asks.change)


@pytest.mark.parametrize("lesson, step", [(x, s) for x, s in STEPS if picture(x, s).page == "race"], ids=name)
def test_the_browser_can_ask_for_all_that_depends_on_what_is_set(lesson, step):
    """Of a task it is told the worth of what it cannot ask for: that is the same whatever the reader may change."""
    given = picture(lesson, step)
    live = [e for part in lesson.texts["en"].sections[step.key].all for named, e in part.live if named == NOW]
    asked = [call for one in [*live, *(() if isinstance(step.asks, Quiz) else step.claims)] for call in one.calls]
    known = given.quantities
    fixed = [(quantity, args) for quantity, args, _how in asked if quantity in known and not known[quantity].live]
    assert isinstance(step.asks, Task) or not fixed
    for quantity, args in fixed:
        there = given.with_values(step.asks.solution)
        assert there.measure(quantity, args) == given.measure(quantity, args)


@asking(Task)
def test_a_task_leaves_the_controls_that_it_needs(lesson, step):
    for setting in step.asks.change:
        control = (
            "params" if setting.startswith("s.") else "optimizers" if "." in setting else {"n": "steps"}.get(setting, "start")
        )
        assert control in step.allow


@asking(Quiz)
def test_a_quiz_has_the_answer_it_says_and_explains_every_other(lesson, step):
    for text in lesson.texts.values():
        parts = text.sections[step.key].parts
        assert list(parts).count(step.asks.right) == 1
        assert all(part.title and part.body for part in parts.values())
        assert len({part.title for part in parts.values()}) == len(parts)
    shown = picture(lesson, step)
    for proof in step.asks.proof:
        assert shown.evaluate(proof), (proof.text, proof.worth(shown.measure))


@asking(Choose)
def test_just_one_choice_of_a_prediction_comes_true(lesson, step):
    shown = picture(lesson, step)
    assert [all(shown.evaluate(c) for c in claims) for claims in step.asks.choices.values()].count(True) == 1


@asking(Rank)
def test_nobody_ties_in_a_ranking(lesson, step):
    worth = [picture(lesson, step).measure(step.asks.by, (runner,)) for runner in step.asks.runners]
    assert len(set(worth)) == len(worth)
    assert worth != sorted(worth), "the answer stands there already"


@asking(Place)
def test_a_mark_belongs_on_the_picture_and_not_at_the_start(lesson, step):
    shown = picture(lesson, step)
    at = [shown.evaluate(coordinate) for coordinate in step.asks.at]
    surface, start = shown.settings.surface, shown.settings.start  # marks are placed on surfaces
    assert len(at) == surface.dim
    assert all(lo <= x <= hi for x, (lo, hi) in zip(at, surface.domain, strict=True))
    assert math.dist(at, start) > step.asks.near
    assert math.dist(at, surface.minima[0].theta) > step.asks.near


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=name)
def test_a_lesson_is_in_every_language(lesson):
    assert set(lesson.texts) == set(LANGUAGES)


@pytest.mark.parametrize("lesson, code", TEXTS, ids=name)
def test_a_text_states_no_number_that_is_neither_computed_nor_declared(lesson, code):
    files = [FOLDER / lesson.key / name for name in (f"{code}.md", f"teach.{code}.md")]
    raw = "".join(file.read_text(encoding="utf-8") for file in files)
    plain = re.sub(r"\{#\w+\}", "", LIVE.sub("", re.sub(r"\]\(set:\w+\)", "]", raw)))
    for fragment in sorted(lesson.declared, key=len, reverse=True):
        assert fragment in raw, f"{fragment!r} is declared and not used"
        plain = plain.replace(fragment, "")
    assert re.findall(r".{0,20}[0-9].{0,20}", plain) == []


@pytest.mark.parametrize("lesson, code", TEXTS, ids=name)
def test_every_number_and_link_of_a_text_can_be_shown(lesson, code):
    told = course.told(lesson, messages(code))
    html = json.dumps(told, ensure_ascii=False)
    assert "set:" not in html and not LIVE.search(re.sub(r'"[^"]*":', "", re.sub(r"[\[\]{}]", "", html)))
    raw = (FOLDER / lesson.key / f"{code}.md").read_text(encoding="utf-8")
    assert html.count('class=\\"ls-set\\"') == len(LINK.findall(raw))
    assert html.count('class=\\"ls-live\\"') == sum(m[1] != NOW for m in LIVE.finditer(raw))
    shown = re.findall(r'class=\\"ls-live\\">([^<]*)<', html)
    assert not [text for text in shown if text in ("", "–", messages(code)("never"))], "a number that is none"


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=name)
def test_a_number_that_follows_the_hand_is_known_at_the_start_of_its_step(lesson):
    for step in lesson.steps:
        for part in lesson.texts["en"].sections[step.key].all:
            assert not [e.text for of, e in part.live if of == NOW and math.isnan(picture(lesson, step).evaluate(e))], step.key


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_guide_for_teachers_is_that_of_the_lessons(code):
    assert teaching.path(code).read_text(encoding="utf-8") == teaching.text(messages(code)), "run: make docs"


def test_quantities_are_asked_for():
    asked = {call for lesson in LESSONS.values() for call in _calls(lesson)}
    asked |= {call for _where, shown in pictures() for claim in shown.shows for call, *_how in claim.calls}
    for kind in SCENES.values():
        assert set(kind.quantities) - {*CURVES, *QUANTITIES} <= asked  # all curves and verdicts may be asked for


def _calls(lesson):
    texts = [e for t in lesson.texts.values() for s in t.sections.values() for p in s.all for _name, e in p.live]
    texts += [e for notes in lesson.notes.values() for p in notes.values() for _name, e in p.live]
    claims = [e for s in lesson.steps for e in getattr(s.asks, "goal", getattr(s.asks, "proof", getattr(s.asks, "at", ())))]
    claims += [c for s in lesson.steps if isinstance(s.asks, Choose) for cs in s.asks.choices.values() for c in cs]
    return {call for e in texts + claims for call, *_how in e.calls} | {
        s.asks.by for s in lesson.steps if isinstance(s.asks, Rank)
    }


# ------------------------------------------------------------------------------------------------ numbers that others know too


@pytest.mark.parametrize(
    "query, text, expected",
    [
        ("s=x_squared&x=10&n=50&o=gd,lr:0.1", "x(gd, 50)", 10 * 0.8**50),
        ("s=x_squared&x=10&n=50&o=gd,lr:0.9", "crossings(gd)", 50),
        # |x| <= sqrt(0.001) first when 0.8^t <= sqrt(0.001) / 10
        ("s=x_squared&x=10&n=50&o=gd,lr:0.1", "steps(gd)", math.ceil(math.log(math.sqrt(1e-3) / 10) / math.log(0.8))),
        ("s=x_squared&x=10&n=600&o=gd,lr:0.1", "largest_lr(gd)", 0.99),
        ("s=x_squared&x=10&n=600&o=gd,lr:0.1", "best_lr(gd)", 0.5),
        # |1 - 2 lr| to the 19th is at most sqrt(0.001) / 10 from there on, and as far from the other end
        ("s=x_squared&x=10&o=gd", "smallest_lr(gd, 20)", math.ceil(50 - 50 * (math.sqrt(1e-3) / 10) ** (1 / 19)) / 100),
        ("s=x_squared&x=10&o=gd", "largest_lr(gd, 20)", math.floor(50 + 50 * (math.sqrt(1e-3) / 10) ** (1 / 19)) / 100),
        ("s=x_squared&x=10&n=5&o=gd,lr:0.001", "smallest_lr(gd, 1)", math.inf),
        ("s=sharp_and_flat&s.k=30&o=gd", "curvature(0)", 30),
        ("s=sharp_and_flat&s.k=30&o=gd", "flattest(1)", 1),
        # 0.8 times 1 + 0.9, and then 0.9 of it at each step: a geometric series
        ("s=ravine&s.condition=50&n=300&o=gd,lr:0.038", "way(gd, y)", 0.8 * 1.9 / (1 - 0.9)),
        ("s=x_squared&o=gd", "tolerance()", 1e-3),
        # the limits of learning rates on a quadratic of curvature 50, momentum 0.9
        ("s=ravine&s.condition=50&o=gd", "limit(gd)", 2 / 50),
        ("s=ravine&s.condition=50&o=momentum", "limit(momentum)", 2 * 1.9 / 50),
        ("s=ravine&s.condition=50&o=momentum_ema", "limit(momentum_ema)", 2 * 1.9 / 0.1 / 50),
        ("s=ravine&s.condition=50&o=nesterov", "limit(nesterov)", 3.8 / 2.8 / 50),
        ("s=ravine&s.condition=50&s.rotation=30&o=gd", "curvature() / flattest()", 50),
        # the tangent: cross product over dot product of (1.8, -40), down the gradient, and (1.8, -0.8), home
        ("s=ravine&s.condition=50&o=gd", "angle(gd)", math.degrees(math.atan2(1.8 * 0.8 * 49, 1.8**2 + 50 * 0.8**2))),
        # torch's buffer by hand: 0.9 * 5 - 2, and 0.9 * that + 3
        ("s=ravine&o=momentum", "buffer(momentum, 5, -2)", 2.5),
        ("s=ravine&o=momentum", "buffer(momentum, 5, -2, 3)", 5.25),
        ("s=ravine&o=momentum", "buffer(momentum, 5, 3, 6)", 12.75),
        ("s=ravine&o=momentum,dampening:0.9", "buffer(momentum, 5, -2)", 0.9 * 5 - 0.1 * 2),
        ("s=ravine&o=momentum", "steady(momentum, 500) / lr(momentum)", 10),
        ("s=ravine&o=adam,lr:0.1", "step_after(adam, 5000, 1) / lr(adam)", 3.15),
        ("s=ravine&o=rmsprop,lr:0.1", "step_after(rmsprop, 0, 3) / lr(rmsprop)", 10),
        ("s=ravine&o=adagrad,lr:0.1", "steady(adagrad, 100) / lr(adagrad)", 0.1),
        ("s=bowl&o=gd,lr:0.5&n=1", "stride(gd, 1)", math.hypot(1.6, 1.1) / 2),
        ("s=bowl&o=gd,lr:0.5&n=1", "stride(gd, 1, y)", 1.1 / 2),
        ("s=bowl&o=gd,lr:0.5&o=gd,lr:1&n=1", "apart(gd, gd2)", math.hypot(1.6, 1.1) / 2),
        ("s=bowl&o=gd,lr:0.5&n=1", "distance(gd)", math.hypot(1.6, 1.1) / 2),
        ("s=bowl&o=gd,lr:3&n=4", "rises(gd)", 4),
    ],
)  # fmt: skip
def test_a_quantity_is_what_a_formula_says(query, text, expected):
    assert race(query).evaluate(number(text)) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("text", ["steps(gd)", "diverges(gd)"])
def test_what_never_happens_is_at_infinity(text):
    assert race("s=x_squared&x=10&n=5&o=gd,lr:0.001").evaluate(number(text)) == math.inf


def test_a_run_that_flies_off_is_measured_too():
    shown = race("s=x_squared&x=10&n=5000&o=gd,lr:2")
    assert shown.evaluate(number("diverges(gd)")) == shown.run("gd").diverged_at > 100


@pytest.mark.parametrize(
    "value, text",
    [(96.0, "96"), (12.75, "12.75"), (-0.8, "−0.8"), (63.4609, "63.5"), (5049.6, "5,050"), (1.73e-12, "1.73e-12"), (-0.0, "0"),
     (math.inf, "never"), (math.nan, "–"), (0.0271, "0.0271"), (2.2e65, "2.2e65")],
)  # fmt: skip
def test_a_number_is_said_briefly(value, text):
    assert said(value, messages("en")) == text


# ----------------------------------------------------------------------------------------------- a new lesson, a wrong one


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(FOLDER / "downhill", tmp_path / "downhill")
    return tmp_path / "downhill"


@pytest.mark.parametrize(
    "file, old, new, fault",
    [
        ("lesson.toml", "minutes = 7", "minutes = 70", "1 to 30 minutes"),
        ("lesson.toml", "minutes = 7", "minutes = 'seven'", "minutes must be int; received 'seven'"),
        ("lesson.toml", "order = 10", "order = 10\nlevel = 3", "what is"),
        ("lesson.toml", 'picture = "slow"', 'picture = "fast"', "there is no picture 'fast'"),
        ("lesson.toml", 'kind = "task"', 'kind = "chore"', "task1: kind must be one of read, predict, task, quiz"),
        ("lesson.toml", 'allow = ["optimizers"]', 'allow = ["everything"]', "allow knows"),
        ("lesson.toml", 'goal = ["steps(gd) < 20"]', 'goal = ["steps(gd)"]', "claims nothing"),
        ("lesson.toml", 'goal = ["steps(gd) < 20"]', "goal = []", "task1: what may be changed, and a goal"),
        ("lesson.toml", '{ "gd.lr" = 0.3 }', "{ x = 0.3 }", "task1: the solution changes what may not be changed"),
        ("lesson.toml", 'right = "lands"', 'right = "flies"', "quiz1: three or more choices, 'flies' among them"),
        ("lesson.toml", 'id = "why2"', 'id = "why1"', "two steps have one id"),
        ("lesson.toml", "leaves = [", "leave = [", "predict1: its parts are"),
        ("lesson.toml", 'runners = ["gd", "gd2", "gd3"]', 'runners = ["gd", "gd2"]', "three runners or more"),
        ("zh.md", "{#task2}", "{#task3}", "zh.md: its steps are"),
        ("zh.md", "{steps(gd3)}", "{steps(gd2)}", "zh.md, predict2: its numbers are not those of en.md"),
        ("zh.md", "(set:edge)", "(set:tiny)", "zh.md, predict1: its links are not those of en.md"),
        ("en.md", "### It lands on the minimum. {#lands}", "### It lands on the minimum.", "needs an id"),
        ("en.md", "{lr(gd)}", "{lr(gd}", "neither a number nor a claim"),
        ("en.md", "# Downhill with one number\n", "", "begins with a heading"),
        ("teach.zh.md", "{halved: lr(gd2)}", "", "teach.zh.md, wrong: its numbers are not those of teach.en.md"),
        ("teach.en.md", "{#ask}", "{#asks}", "a teacher's notes are goal, timing, ask, wrong and perhaps answers; received"),
        ("teach.zh.md", "## 任务答案 {#answers}\n", "", "teach.zh.md: its headings are not those of teach.en.md"),
        ("en.md", "(set:first)", "(set:last)", "en.md, question: there are no pictures ['last']"),
    ],
)  # fmt: skip
def test_a_wrong_lesson_names_its_fault(folder, file, old, new, fault):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match="lesson downhill: ") as found:
        read_folder(folder)
    assert fault in str(found.value)


def test_a_text_before_its_title_is_refused():
    with pytest.raises(ValueError, match="one title"):
        read_text("## Step {#a}\n")


def test_html_in_a_text_stays_text():
    lesson = LESSONS["downhill"]
    html = course._Words(lesson, messages("en"))("<b onclick=x>bold</b> & [site](https://example.org)", lesson.steps[0])
    assert html == '<p>&lt;b onclick=x&gt;bold&lt;/b&gt; &amp; <a href="https://example.org">site</a></p>\n'


QUESTIONS = """
import json
from optim_viz.lessons import LESSONS
from optim_viz.ui.lessons import course
from optim_viz.ui.i18n import messages
_ = messages("zh")
print(json.dumps([course.overview(_), course.told(LESSONS["copy"], _)]))
"""


def test_a_new_lesson_is_one_new_folder(tmp_path):
    copy_of_checkout(tmp_path)
    new = tmp_path / "optim_viz" / "lessons" / "copy"
    shutil.copytree(FOLDER / "downhill", new)
    toml = new / "lesson.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("order = 10", "order = 99"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", QUESTIONS], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    cards, told = json.loads(done.stdout)
    assert [card["key"] for card in cards] == [*LESSONS, "copy"]
    assert told["title"] == LESSONS["downhill"].texts["zh"].title and len(told["steps"]) == len(LESSONS["downhill"].steps)
