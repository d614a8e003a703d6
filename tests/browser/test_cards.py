"""A runner's card: as which library has it, and what stands around its rule."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from optim_viz import OPTIMIZERS, SCHEDULES
from tests.browser.support import FOUR, add, agreed, button, choose_surface, open_race, painting, slider, trail

ADAM = "s=ravine&s.condition=50&x=-1.8&y=0.8&n=200&o=adam,lr:0.1&o=gd,lr:0.03"


def unfold(page: Page, name: str) -> Locator:
    """Open a card and what stands around its rule; returns the latter."""
    if button(page, f"More about {name}").get_attribute("aria-expanded") == "false":
        button(page, f"More about {name}").click()
    around = page.get_by_role("region", name=name, exact=True).locator(".ov-around")
    if around.get_attribute("open") is None:
        around.locator("summary").click()
    return around


def stage(page: Page, runner: str, title: str) -> Locator:
    return page.get_by_role("checkbox", name=f"{runner}: {title}", exact=True)


def choice(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name, exact=True)


def test_a_card_switches_to_another_librarys_form_and_says_what_differs(page, server):
    open_race(page, server, ADAM)
    unfold(page, "Adam")
    before = trail(page)
    with painting(page):
        choice(page, "Adam: as in").select_option("keras")
    runner = agreed(page).runners[0]
    assert (runner.optimizer.full_key, runner.hypers["lr"], runner.hypers["eps"]) == ("adam@keras", 0.1, 1e-7)
    assert "o=adam@keras," in page.url
    card = page.get_by_role("region", name="Adam", exact=True)
    expect(card).to_contain_text("Epsilon, 1e-7, is added before the bias is corrected")
    expect(card.locator(".ov-origin")).to_have_text("Keras")
    expect(page.locator(".ov-words")).to_contain_text("Adam runs as in Keras.")
    with painting(page):
        choice(page, "Adam: as in").select_option("formula")
    assert agreed(page).runners[0].optimizer.full_key == "adam@formula"
    with painting(page):
        choice(page, "Adam: as in").select_option("")
    assert agreed(page).runners[0].optimizer is OPTIMIZERS["adam"]
    assert trail(page) == before


def test_what_was_set_by_hand_stays_where_the_other_form_has_it(page, server):
    open_race(page, server, "s=ravine&n=100&o=momentum,lr:0.01,momentum:0.8,dampening:0.5,weight_decay:0.1,decay:l2")
    unfold(page, "Momentum")
    with painting(page):
        choice(page, "Momentum: as in").select_option("keras")
    runner = agreed(page).runners[0]
    assert runner.hypers == {"lr": 0.01, "momentum": 0.8}
    assert runner.around == {"weight_decay": 0.1, "decay": "decoupled"}  # Keras' own reading
    with painting(page):
        choice(page, "Momentum: as in").select_option("burn")
    assert agreed(page).runners[0].hypers == {"lr": 0.01, "momentum": 0.8, "dampening": 0.1}


@pytest.mark.parametrize(
    ("title", "number", "said"),
    [
        ("Gradient noise", "spread of the noise", "with gradient noise of 0.1 (seed 0)"),
        ("Clip each component", "largest component", "with gradients clipped at 1 in each component"),
        ("Clip the gradient's norm", "largest norm", "with gradients clipped to a norm of 1"),
        ("Weight decay", "weight decay", "with weight decay 0.1 (L2: added to the gradient)"),
        ("Lookahead", "every k steps", "with Lookahead of k = 5 and alpha = 0.5"),
        ("Schedule of the learning rate", "warm-up steps", "on the learning rate schedule: cosine"),
        ("Maximize: climb instead", None, "uphill"),
    ],
)
def test_a_stage_is_switched_on_set_and_switched_off(page, server, title, number, said):
    open_race(page, server, ADAM)
    unfold(page, "GD")
    plain = trail(page)
    with painting(page):
        stage(page, "GD", title).check()
    expect(page.locator(".ov-words")).to_contain_text(f"GD runs {said}")
    assert len(agreed(page).runners[1].stages[0].on) == 1
    assert trail(page) != plain
    if number:
        set_to = slider(page, f"GD: {number}")
        with painting(page):
            set_to.focus()
            set_to.press("ArrowRight")
        agreed(page)
    with painting(page):
        stage(page, "GD", title).uncheck()
    assert not agreed(page).runners[1].around
    assert trail(page) == plain


def test_each_schedule_shows_its_own_numbers(page, server):
    open_race(page, server, ADAM)
    unfold(page, "GD")
    with painting(page):
        stage(page, "GD", "Schedule of the learning rate").check()
    for key, kind in SCHEDULES.items():
        if key != "cosine":  # that is the one it begins with
            with painting(page):
                choice(page, "GD: Schedule of the learning rate, which").select_option(key)
            assert set(agreed(page).runners[1].around) == {"schedule", "warmup", *kind.hypers}
    expect(page.get_by_role("region", name="GD", exact=True).locator(".ov-count")).to_have_text("1")


def test_a_schedule_over_the_whole_race_stays_so_when_the_race_gets_longer(page, server):
    open_race(page, server, "s=ravine&n=100&o=gd,schedule:cosine&o=gd,schedule:linear,total_iters:80")
    around = unfold(page, "GD")
    with painting(page):
        page.get_by_label("How many steps").fill("400")
        page.keyboard.press("Enter")
    assert [r.around.get("t_max", r.around.get("total_iters")) for r in agreed(page).runners] == [400, 80]
    with painting(page):  # and what is switched on next begins with that
        around.get_by_label("Lookahead", exact=False).first.check()
    assert agreed(page).runners[0].around["t_max"] == 400


def test_weight_decay_has_three_readings(page, server):
    open_race(page, server, "s=ravine&n=100&o=momentum,lr:0.01,weight_decay:0.5,decay:l2")
    unfold(page, "Momentum")
    trails = {trail(page)}
    for word in ("decoupled", "direct"):
        with painting(page):
            choice(page, "Momentum: Weight decay, how").select_option(word)
        assert agreed(page).runners[0].around == {"decay": word, "weight_decay": 0.5}
        trails.add(trail(page))
    assert len(trails) == 3


def test_only_what_an_optimizer_supports_is_offered(page, server):
    open_race(page, server, "s=ravine&n=50&o=sam&o=adamw&o=rprop")
    titles = {}
    for name in ("SAM", "AdamW", "Rprop"):
        around = unfold(page, name)
        titles[name] = [text.strip() for text in around.locator(".ov-stage-switch").all_inner_texts()]
    assert titles["SAM"] == ["Lookahead", "Schedule of the learning rate"]
    assert "Weight decay" not in titles["AdamW"]
    assert "Schedule of the learning rate" not in titles["Rprop"] and "Weight decay" in titles["Rprop"]


def test_a_link_with_everything_around_the_rule_survives_reload_new_surface_and_language(page, server):
    link = "s=ravine&n=60&o=adam@keras,lr:0.1,clip_norm:2,schedule:step,step_size:20,gamma:0.5,warmup:5"
    link += "&o=adam,lr:0.1,noise:1,seed:4"
    open_race(page, server, link)
    chosen = agreed(page)
    arounds = [dict(r.around) for r in chosen.runners]
    assert [r.name for r in chosen.runners] == ["Adam", "Adam 2"]
    page.reload()
    page.wait_for_selector("[data-testid=player][data-revision]")
    assert [dict(r.around) for r in agreed(page).runners] == arounds
    with painting(page):
        choose_surface(page, "rosenbrock")
    moved = agreed(page)
    assert [dict(r.around) for r in moved.runners] == arounds
    assert [r.optimizer.full_key for r in moved.runners] == ["adam@keras", "adam"]
    with painting(page):
        page.get_by_text("中文").click()
    assert [dict(r.around) for r in agreed(page).runners] == arounds


def test_the_focus_stays_on_a_switch_and_space_switches_it(page, server):
    open_race(page, server, ADAM)
    unfold(page, "Adam")
    box = stage(page, "Adam", "Clip the gradient's norm")
    box.focus()
    with painting(page):
        page.keyboard.press("Space")
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    assert not page.get_by_role("button", name="Pause").count()  # the space bar did not play
    agreed(page)


def test_two_switches_before_the_answer_are_both_on(page, server):
    open_race(page, server, ADAM)
    around = unfold(page, "GD")
    quickly = "(e, names) => names.forEach((name) => e.querySelector(`[aria-label='GD: ${name}']`).click())"
    with painting(page):
        around.evaluate(quickly, ["Gradient noise", "Clip each component", "Lookahead"])
    assert agreed(page).runners[1].stages[0].on == ("noise", "clip_value", "lookahead")
    with painting(page):
        around.evaluate(quickly, ["Lookahead", "Gradient noise"])
    assert agreed(page).runners[1].stages[0].on == ("clip_value",)


def test_a_count_says_that_it_is_whole_and_takes_what_a_chinese_keyboard_types(page, server):
    open_race(page, server, "s=ravine&n=60&o=gd,lr:0.01,noise:1,schedule:cosine")
    unfold(page, "GD")
    field = page.get_by_label("Exact warm-up steps of GD")
    field.fill("1.5")
    field.press("Enter")
    assert field.evaluate("(e) => e.validationMessage") == "a whole number from 0 to 1,000,000"
    for name, typed, taken in (("warm-up steps", "１２", 12), ("spread of the noise", "０。５", 0.5)):
        field = page.get_by_label(f"Exact {name} of GD")
        with painting(page):
            field.fill(typed)
            field.press("Enter")
        assert taken in agreed(page).runners[0].around.values()


EVERYTHING = "noise:0.5,maximize:1,clip_value:5,clip_norm:4,weight_decay:0.01,decay:decoupled,lookahead_k:5"
LONG = f"o=schedule_free_adamw,lookahead_k:5&o=momentum_ema@handwritten,{EVERYTHING}&o=adam@formula,{EVERYTHING}"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (390, 844)])
def test_long_names_and_open_cards_fit(page, server, size, language):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for schedule in ("tinynn_exponential", "tinynn_linear"):
        link = LONG.replace("lookahead_k:5", f"lookahead_k:5,schedule:{schedule}")
        open_race(page, server, f"s=ravine&n=50&{link}&o=gd,lr:1e9&lang={language}")
        page.locator(".ov-card [aria-expanded]").evaluate_all("(all) => all.forEach((e) => e.click())")
        page.locator(".ov-around").evaluate_all("(all) => all.forEach((e) => (e.open = true))")
        wide = "(all) => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.outerHTML.slice(0, 200))"
        parts = ".ov-setup, .ov-setup *, .ov-results, .ov-table, .ov-table td, .ov-table th"
        assert page.locator(parts).evaluate_all(wide) == []


def test_reset_takes_all_that_stands_around_the_rule_away(page, server):
    open_race(page, server, "s=ravine&n=60&o=gd,lr:0.01,clip_norm:2,noise:1")
    with painting(page):
        button(page, "Reset GD").click()
    runner = agreed(page).runners[0]
    assert not runner.around and runner.hypers["lr"] == 0.02


def test_every_optimizer_can_be_added_and_runs(page, server):
    keys = list(OPTIMIZERS)
    for at in range(0, len(keys), 8):
        open_race(page, server, "s=himmelblau&n=40&o=")
        for key in keys[at : at + 8]:
            with painting(page):
                add(page, key)
        assert [r.optimizer.key for r in agreed(page).runners] == keys[at : at + 8]
    open_race(page, server, FOUR)
    expect(page.locator(".ov-card")).to_have_count(4)


def test_a_note_names_what_a_link_asks_for_in_vain(page, server):
    open_race(page, server, "s=ravine&n=50&o=adam@nonsense,lr:0.1&o=newton,noise:1")
    expect(page.get_by_text(re.compile("Not all of this can be used"))).to_be_visible()
    expect(page.get_by_text("Newton does not support it")).to_be_visible()
    assert [r.optimizer.full_key for r in agreed(page).runners] == ["adam", "newton"]
