"""The course in a real browser: a student walks through a lesson in each language; progress, links, keyboard, WCAG."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from optim_viz import wasm
from optim_viz.claims import number
from optim_viz.lessons import LESSONS
from optim_viz.lessons.record import Choose, Place, Quiz, Rank, Task
from optim_viz.ui import told
from optim_viz.ui.i18n import messages
from optim_viz.ui.lessons import course
from optim_viz.ui.scenes import said, scene
from tests.browser.support import RULES, at, open_lessons, wait_for


def runners(page):
    return page.locator(".ls-player .ov-table tbody tr").count()


def choose(page, step, key):
    page.locator(f".ls-choices input[name={step}][value={key}]").check()


@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_student_predicts_wrongly_solves_the_task_fails_and_passes_the_quiz_and_finds_the_progress(new_page, server, code):
    _ = messages(code)
    lesson = LESSONS["downhill"].texts[code]
    page = new_page(locale={"en": "en-US", "zh": "zh-CN"}[code])
    open_lessons(page, server, f"lang={code}")
    expect(page.locator(".ls-card")).to_have_count(len(LESSONS))
    page.get_by_role("link", name=lesson.title).click()
    at(page, "question")
    wait_for(page, "revision >= 1")
    follow = page.locator(".ls-foot").get_by_role("button", name=_("Next"), exact=True)
    follow.click()

    # nobody runs before the prediction, which is wrong; then it stands beside what happened
    at(page, "predict1")
    expect(page.locator(".ls-player .ov-table tbody tr")).to_have_count(0)
    run = page.get_by_role("button", name=_("Run"), exact=True)
    expect(run).to_be_disabled()
    choose(page, "predict1", "leaves")
    run.click()
    expect(page.locator(".ls-outcome .ls-wrong")).to_have_text(_("You predicted otherwise."))
    parts = lesson.sections["predict1"].parts
    expect(page.locator(".ls-beside dd")).to_have_text([parts["leaves"].title, parts["arrives"].title])
    wait_for(page, "step === 50")
    assert runners(page) == 1

    # a claim sets its picture
    follow.click()
    at(page, "why1")
    page.locator(".ls-set[data-picture=edge]").click()
    expect(page).to_have_url(re.compile(r"step=why1&.*o=gd,lr:1&"))
    expect(page.locator(".ls-now")).to_have_text("−1")

    # an order, by buttons
    follow.click()
    at(page, "predict2")
    run, mine = page.get_by_role("button", name=_("Run"), exact=True), page.get_by_role("button", name=_("That is my order"))
    expect(run).to_be_disabled()
    page.locator("[data-move='gd2 -1']").click()
    expect(run).to_be_enabled()
    expect(mine).to_have_count(0)
    expect(page.locator(".ls-rank li").first).to_contain_text("GD 2")
    page.keyboard.press("Enter")  # the focus has gone to the button that is left to it, down
    expect(page.locator(".ls-rank li").nth(1)).to_contain_text("GD 2")
    run.click()
    wait_for(page, "step > 0 && step < 400")
    page.locator(".ov-scrub").press("End")  # who has seen enough goes to the end
    expect(page.locator(".ls-outcome")).to_contain_text(_("Another order."))
    page.get_by_role("button", name=_("Predict again")).click()
    expect(page.locator(".ls-player .ov-table tbody tr")).to_have_count(0)
    mine.click()  # the order that stands there may be meant
    expect(run).to_be_focused()
    expect(mine).to_have_count(0)

    # the task: not solved at the start, solved by the slider
    page.locator(".ls-dots button").nth(5).click()
    at(page, "task1")
    expect(page.locator(".ls-goals li")).to_contain_text("142")
    expect(page.locator(".ls-outcome")).to_be_empty()
    page.get_by_role("slider", name=re.compile("^GD")).press("End")  # far too large
    expect(page.locator(".ls-goals li")).to_contain_text(_("never"))
    exact = page.locator(".ov-card .ov-exact").first
    exact.fill("0.3")
    exact.press("Enter")
    expect(page.locator(".ls-outcome .ls-right")).to_have_text(_("Solved."))
    expect(page.locator(".ls-outcome .ls-now")).to_have_text("7")

    # the quiz: a wrong answer is explained, the right one ends it
    page.locator(".ls-dots button").nth(7).click()
    at(page, "quiz1")
    check = page.get_by_role("button", name=_("Check"))
    choose(page, "quiz1", "past")
    check.click()
    expect(page.locator(".ls-outcome .ls-wrong")).to_have_text(_("Not quite."))
    expect(page.locator(".ls-player .ov-table tbody tr")).to_have_count(0)
    choose(page, "quiz1", "lands")
    check.click()
    expect(page.locator(".ls-outcome .ls-right")).to_have_text(_("Right."))
    expect(page.locator(".ls-player .ov-table tbody tr")).to_have_count(1)

    # reloaded: the step, and what was done
    expect(page).to_have_url(re.compile("step=quiz1"))
    page.reload()
    at(page, "quiz1")
    expect(page.locator(".ls-choices input:checked")).to_have_value("lands")
    done = page.locator(".ls-dots [data-done]")
    expect(done).to_have_count(5)  # question, predict1, why1, task1, quiz1
    page.locator(".ls-head a").first.click()
    expect(page.locator(".ls-card").first.locator("progress")).to_have_attribute("value", "5")
    page.go_back()
    at(page, "quiz1")


#: judges answers as the page does: a race by the engine in it, a fit by what the server says
JUDGE = """
const { judged, stands, following, flat } = await load("../lessons/judge.js");
const { Answers } = await load("../race/answer.js");
const { Form } = await load("form.js"), { Server } = await load("source.js"), { numbered } = await load("runners.js");
const { Player: Lab } = await load("../regression/main.js"), answers = new Answers(arg.told), found = [];
const asked = (page, query, at) => page === "race" ? answers.asked("en", query)
  : Lab.prototype.measured.call({ data: { answers: "/answers/" }, language: "en" }, query, at);
for (const { page, query, at, asks, given, now, after, form } of arg.cases) {
  const picture = await asked(page, query, at), names = (query.o ?? []).map((text) => text.split(",")[0]);
  const called = Object.fromEntries(numbered(names).map((name) => [name, name]));
  const plain = (asked) => flat(asked, new Form(form));
  if (after) found.push(stands(asks, await asked(page, after, at), plain(query), plain(after), called));
  else if (given !== undefined) found.push(judged(asks, given, picture));
  else found.push(following(now, picture));
}
return found;
"""
STEPS = [(lesson, step) for lesson in LESSONS.values() for step in lesson.steps]


def judged(script, cases):
    """What the page says of each: of an answer, of a task with other settings, of the numbers in a text."""
    addresses = {"en": "/" + told.url("race", "en")}
    return script(JUDGE, {"told": addresses, "cases": cases})


def case(lesson, step, **more):
    """One of them, as the page is told of it."""
    (plain,) = (one for one in course.told(lesson, messages("en"))["steps"] if one["key"] == step.key)
    shown = scene(lesson.pictures[step.picture].page, lesson.pictures[step.picture].query)
    return {
        "page": shown.page, "query": parse_qs(shown.query(), keep_blank_values=True), "asks": plain["asks"],
        "now": plain["now"], "at": {"lesson": lesson.key, "step": step.key}, "form": shown.form.FORM.told(), **more,
    }  # fmt: skip


def happens(asks: Any, shown: Any) -> Any:
    """What the claims say natively, and an answer that is wrong."""
    right: Any
    match asks:
        case Quiz():
            return None, asks.right, "none of them"
        case Choose(choices=choices):
            right = next(key for key, claims in choices.items() if all(map(shown.evaluate, claims)))
            return right, right, next(key for key in choices if key != right)
        case Rank(runners=runners, by=by):
            right = sorted(runners, key=lambda name: shown.measure(by, (name,)))
            return right, right, right[::-1]
        case Place(at=at, near=near):
            right = [shown.evaluate(one) for one in at]
            return right, right, [x + 2 * near for x in right]


def test_predictions_and_answers_are_judged_as_the_claims_say(script):
    asking = [(lesson, step) for lesson, step in STEPS if step.asks and not isinstance(step.asks, Task)]
    expected = [happens(step.asks, scene(p.page, p.query)) for lesson, step in asking for p in [lesson.pictures[step.picture]]]
    cases = [
        case(lesson, step, given=given)
        for (lesson, step), (_happens, right, wrong) in zip(asking, expected, strict=True)
        for given in (right, wrong)
    ]
    found = judged(script, cases)
    assert len(found) == 2 * len(asking) > 20
    for k, ((lesson, step), (what, right, _wrong)) in enumerate(zip(asking, expected, strict=True)):
        assert (found[2 * k]["right"], found[2 * k + 1]["right"]) == (True, False), (lesson.key, step.key)
        assert found[2 * k]["happens"] == (pytest.approx(what, rel=1e-12) if isinstance(step.asks, Place) else what)
        assert found[2 * k]["given"] == (pytest.approx(right) if isinstance(step.asks, Place) else right)


def test_tasks_are_solved_by_their_solutions_and_not_by_changing_what_is_not_free(script):
    cases: list[dict[str, Any]] = []
    wanted: list[tuple[Any, ...]] = []
    for lesson, step in STEPS:
        if not isinstance(step.asks, Task):
            continue
        given = scene(lesson.pictures[step.picture].page, lesson.pictures[step.picture].query)
        fixed: dict[str, float] = {"n": 77, "x": 0.125} if given.page == "race" else {"e": 7, "seeds": 2}
        fixed |= {f"{runner}.clip_norm": 1e9 for runner in given.runners}
        strayed = [({**step.asks.solution, name: value}, None) for name, value in fixed.items()]
        for values, solves in [({}, False), (step.asks.solution, True), *strayed]:
            other = given.with_values(values) if values else given
            cases.append(case(lesson, step, after=parse_qs(other.query(), keep_blank_values=True)))
            wanted.append((lesson.key, step.key, values, solves))
    for (*where, solves), got in zip(wanted, judged(script, cases), strict=True):
        assert (got["solved"], got["strayed"]) == (bool(solves), solves is None), (where, got)
        assert got["told"] and not any("{" in text or "undefined" in text for text in got["told"]), (where, got)


def test_numbers_that_follow_the_hand_are_the_native_ones(script):
    following = [(lesson, step) for lesson, step in STEPS if case(lesson, step)["now"]]
    found = judged(script, [case(lesson, step) for lesson, step in following])
    assert len(following) > 5
    for (lesson, step), got in zip(following, found, strict=True):
        shown = scene(lesson.pictures[step.picture].page, lesson.pictures[step.picture].query)
        assert got == {text: said(shown.evaluate(number(text)), messages("en")) for text in got}


@pytest.mark.allow_console_errors
def test_a_lesson_goes_on_when_the_server_has_gone(page, server):
    """A prediction is judged, the numbers follow, the task is solved, and its steps are all there."""
    open_lessons(page, server, "lesson=downhill&step=predict1&lang=en")
    modules = "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm')).length"
    wait_for(page, f"{modules} >= arg", len([name for name in wasm.modules() if name.startswith(("rule.", "surface."))]))
    page.route("**/*", lambda call: call.abort())
    choose(page, "predict1", "arrives")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".ls-outcome .ls-right")).to_have_text("You predicted it.")
    page.locator(".ls-dots button").nth(5).click()
    at(page, "task1")
    expect(page.locator(".ls-goals li")).to_contain_text("142")
    exact = page.locator(".ov-card .ov-exact").first
    exact.fill("0.3")
    exact.press("Enter")
    expect(page.locator(".ls-outcome .ls-right")).to_have_text("Solved.")
    expect(page.locator(".ls-outcome .ls-now")).to_have_text("7")
    expect(page.locator(".ov-trouble:visible")).to_have_count(0)


def test_an_answer_to_a_question_that_has_been_rewritten_is_forgotten(page, server):
    open_lessons(page, server, "lesson=downhill&step=quiz1&lang=en")
    page.evaluate(
        """() => {
          const kept = JSON.parse(localStorage.getItem("optim_viz.lessons"));
          kept.downhill.steps.quiz1 = {answer: "no longer there", right: true};
          kept.downhill.steps.quiz3 = {answer: "safer", right: true};
          kept.downhill.steps.predict1 = {answer: "no longer there", right: false};
          localStorage.setItem("optim_viz.lessons", JSON.stringify(kept));
        }"""
    )
    for step in ("quiz1", "quiz3", "predict1"):
        open_lessons(page, server, f"lesson=downhill&step={step}&lang=en")
        expect(page.locator(f".ls-choices input[name={step}]:enabled")).to_have_count(3)
        expect(page.locator(".ls-choices input:checked")).to_have_count(0)


def test_progress_is_saved_to_a_file_forgotten_and_read_again(new_page, server, tmp_path):
    page = new_page()
    open_lessons(page, server, "lesson=adam&step=why1&lang=en")
    page.get_by_role("link", name="All lessons").click()
    bar = page.locator(".ls-card[data-lesson=adam] progress")
    expect(bar).to_have_attribute("value", "1")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save to a file").click()
    file = tmp_path / "progress.json"
    saving.value.save_as(file)
    assert json.loads(file.read_text())["lessons"]["adam"]["last"] == "why1"
    page.get_by_role("button", name="Reset").click()
    expect(bar).to_have_attribute("value", "1")  # not before it is confirmed
    page.get_by_role("button", name="Forget all my progress").click()
    expect(bar).to_have_attribute("value", "0")
    other = {"name": "x.json", "mimeType": "application/json", "buffer": b'{"lessons": 3}'}
    page.locator("input[type=file]").set_input_files(other)
    expect(page.locator(".ls-keeping [role=status]")).to_contain_text("Nothing was changed")
    expect(bar).to_have_attribute("value", "0")
    page.locator("input[type=file]").set_input_files(file)
    expect(bar).to_have_attribute("value", "1")
    page.get_by_role("link", name=re.compile("^Adam")).click()
    at(page, "why1")  # goes on where it was left


def test_a_mark_is_placed_by_the_arrow_keys_and_by_a_click(new_page, server):
    page = new_page()
    open_lessons(page, server, "lesson=adam&step=predict1&lang=en")
    run = page.get_by_role("button", name="Run", exact=True)
    expect(run).to_be_disabled()
    mark = page.get_by_role("button", name=re.compile("^Your mark"))
    mark.press("ArrowLeft")
    expect(run).to_be_enabled()
    where = page.locator(".ls-ask [role=status]")
    before = where.inner_text()
    mark.press("Shift+ArrowDown")
    expect(where).not_to_have_text(before)
    box = page.locator(".ov-flat .ov-picture").bounding_box()
    start = page.locator(".ov-handle").bounding_box()
    # Adam's first step: half a unit right and half a unit down
    x, y = start["x"] + 14, start["y"] + 14
    unit = (box["x"] + box["width"] / 2 - x) / 1.8  # the minimum, at 0, is in the middle, the start at -1.8
    page.mouse.click(x + 0.5 * unit, y + 0.5 * unit)
    expect(where).to_contain_text(re.compile(r"\(−1\.[23]\d, 0\.[23]\d\)"))
    run.click()
    expect(page.locator(".ls-outcome .ls-right")).to_have_text("Close enough.")
    wait_for(page, "step === 1")


def test_a_link_of_a_teacher_fixes_step_settings_and_what_is_hidden(page, server):
    link = "lesson=downhill&step=why1&v=1&s=x_squared&x=10&n=40&o=gd,lr:0.7&hide=charts,navigation&lang=en"
    open_lessons(page, server, link)
    at(page, "why1")
    expect(page.locator(".ov-exact").first).to_have_value("0.7")
    expect(page.locator(".ls-foot")).to_be_hidden()
    expect(page.locator(".ls-dots")).to_be_hidden()
    expect(page.locator(".ov-chart")).to_be_hidden()
    expect(page).to_have_url(re.compile("n=40&o=gd,lr:0.7&hide=charts,navigation"))
    elsewhere = page.get_by_role("link", name="Open in the race page")
    elsewhere.click()
    page.wait_for_url(re.compile(r"/race\?.*n=40&o=gd,lr:0.7"))


def test_a_teacher_shares_a_step_that_cannot_be_left(page, server):
    open_lessons(page, server, "lesson=adam&step=task2&lang=en")
    page.get_by_role("button", name="Share").click()
    link = page.get_by_role("textbox", name="Link")
    expect(link).to_have_value(re.compile(r"/lessons\?lesson=adam&step=task2&v=1&s=ravine&.*o=adam,lr:0.1"))
    page.get_by_role("checkbox", name="going to other steps").check()
    expect(link).to_have_value(re.compile("hide=navigation"))
    expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
    page.goto(link.input_value())
    at(page, "task2")
    expect(page.locator(".ls-foot")).to_be_hidden()
    expect(page.get_by_role("link", name="All lessons")).to_be_hidden()


def test_a_short_link_of_a_teacher_opens_a_step_on_the_projector(page, server):
    open_lessons(page, server, "lesson=ravine&step=predict1&hide=zoom&big=1&lang=en")
    at(page, "predict1")
    big = page.locator("html[data-big]")
    expect(big).to_have_count(1)
    expect(page.locator("[data-part=zoom]")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(big).to_have_count(0)
    page.keyboard.press("p")
    page.locator(".ls-foot").get_by_role("button", name="Next").click()
    expect(big).to_have_count(1)


def test_a_lesson_on_batches_has_the_lab_beside_it(page, server):
    open_lessons(page, server, "lesson=batches&step=quiz1&lang=en")
    expect(page.locator(".ov-below tbody tr")).to_have_count(0)
    page.locator(".ls-dots button").nth(7).click()
    at(page, "task2")
    expect(page.locator(".ls-goals li")).to_contain_text("500")
    page.get_by_role("textbox", name="batch size").fill("10")
    page.keyboard.press("Enter")
    expect(page.locator(".ls-outcome .ls-right")).to_have_text("Solved.")
    expect(page.locator(".ls-outcome .ls-now").first).to_have_text("60")
    page.get_by_role("link", name="Open in the regression lab").click()
    page.wait_for_url(re.compile(r"/regression\?.*batch:10"))
    wait_for(page, "revision >= 1")
    assert page.locator(".ov-card").count() == 1


def test_a_lesson_that_there_is_not_leads_to_the_cards(page, server):
    page.goto(f"{server.url}/lessons?lesson=uphill&step=7&lang=en")
    expect(page.locator(".ls-card")).to_have_count(len(LESSONS))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["laptop", "phone"])
def test_axe_finds_nothing_against_wcag(new_page, server, theme, size):
    page = new_page(color_scheme=theme, viewport={"width": size[0], "height": size[1]})
    for query in ("lang=zh", "lesson=downhill&step=predict1&lang=en", "lesson=momentum&step=task1&lang=zh"):
        open_lessons(page, server, query)
        if "predict1" in query:
            choose(page, "predict1", "leaves")
            page.get_by_role("button", name="Run", exact=True).click()
            page.locator(".ls-outcome").wait_for()
        found = Axe().run(page, options=RULES).response["violations"]
        assert not found, [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in found]


def test_all_of_a_step_is_on_the_first_screen_of_a_laptop(page, server):
    open_lessons(page, server, "lesson=downhill&step=task1&lang=en")
    for selector in (".ls-title", ".ls-foot .ls-main, .ls-foot .ls-button >> nth=-1", ".ov-stage", ".ov-play", ".ov-card"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 768, selector
    assert page.locator(".ov-stage").bounding_box()["width"] > 500
