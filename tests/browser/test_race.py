"""The race as someone uses it: play, cards, start, results."""

import re
from collections import Counter

import pytest
from playwright.sync_api import Page, expect

import optim_viz
from optim_viz import OPTIMIZERS, wasm
from optim_viz.ui.i18n import messages
from optim_viz.ui.race.presets import GROUPS, PRESETS
from tests.browser.support import (
    FOUR,
    LAYERS,
    add,
    agreed,
    button,
    centre,
    choose_example,
    choose_surface,
    ground,
    handle,
    number,
    open_race,
    painting,
    place,
    player,
    results,
    revision,
    scrub,
    slider,
    step,
    trail,
    view,
    wait_for,
)

#: files that a race can need
MODULES = len([name for name in wasm.modules() if name.startswith(("rule.", "surface."))])


def test_the_address_without_a_path_shows_the_race_and_so_does_race(page, server):
    for path in ("/", "/race", "/race?s=saddle", "/?s=saddle"):
        page.goto(server.url + path)
        wait_for(page, "revision >= 1")
        chosen = agreed(page)
        assert chosen.surface.key == ("saddle" if "saddle" in path else "ravine")
        assert step(page) == chosen.steps


def test_everything_has_the_name_that_it_is_found_by(page, server):
    open_race(page, server, FOUR)
    for name in ("Play", "Step forward", "Step back", "Copy link", "Reset Adam", "Remove GD", "More about RMSprop"):
        expect(page.get_by_role("button", name=name)).to_have_count(1)
    expect(button(page, "Add an optimizer")).to_have_count(1)
    for name in ("Step", "GD: learning rate", "Momentum: learning rate", "RMSprop: learning rate", "Adam: learning rate"):
        expect(page.get_by_role("slider", name=name)).to_have_count(1)
    for name in ("Start x", "Start y", "How many steps"):
        expect(page.get_by_role("spinbutton", name=name)).to_have_count(1)
    expect(button(page, "Surface: Ravine")).to_have_count(1)
    for name in ("Speed", "Value axis"):
        expect(page.get_by_role("combobox", name=name)).to_have_count(1)
    expect(page.get_by_role("img", name="Paths of the optimizers on the surface Ravine.")).to_have_count(1)
    expect(page.get_by_role("table", name="Results")).to_have_count(1)
    button(page, "Play").click()
    expect(button(page, "Pause")).to_have_count(1)
    expect(button(page, "Play")).to_have_count(0)


def test_keys_pressed_before_the_first_picture_do_no_harm(page, server):
    page.goto(f"{server.url}/race?{FOUR}", wait_until="commit")
    while not player(page).count() or not revision(page):
        for key in ("ArrowLeft", "ArrowRight", "Home", "End"):
            page.keyboard.press(key)
    agreed(page)


# -- play, step, scrub


def test_it_plays_to_the_end_stops_there_and_plays_again_from_the_start(page, server):
    open_race(page, server, FOUR.replace("n=300", "n=60"))
    for _ in range(2):
        assert step(page) == 60
        button(page, "Play").click()
        wait_for(page, "step > 0 && step < 60")
        wait_for(page, "step === 60")
        expect(button(page, "Play")).to_be_visible()
    agreed(page)


def test_pause_stays_at_the_step_that_is_shown(page, server):
    open_race(page, server, FOUR)
    button(page, "Play").click()
    wait_for(page, "step > 5 && step < 250")
    button(page, "Pause").click()
    here = step(page)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert step(page) == here
    assert agreed(page).step == here


def test_playing_twice_does_not_run_two_clocks(page, server):
    open_race(page, server, FOUR.replace("n=300", "n=5000") + "&t=0")
    page.evaluate("() => { for (let i = 0; i < 7; i++) document.querySelector('.ov-play').click(); }")
    expect(button(page, "Pause")).to_be_visible()
    asked = page.evaluate(
        """async () => {
          const ask = window.requestAnimationFrame;
          let asked = 0;
          window.requestAnimationFrame = (f) => { asked++; return ask(f); };
          for (let i = 0; i < 20; i++) await new Promise((done) => ask(done));
          window.requestAnimationFrame = ask;
          return asked;
        }"""
    )
    assert 15 <= asked <= 25


def test_a_slider_moved_while_it_plays_does_not_stop_it(page, server):
    open_race(page, server, FOUR.replace("n=300", "n=3000") + "&t=0")
    slider(page, "Adam: learning rate").focus()
    page.keyboard.press("Space")
    wait_for(page, "step > 5")
    with painting(page):
        page.keyboard.press("ArrowLeft")
    now = step(page)
    wait_for(page, "step > arg", now)
    button(page, "Pause").click()
    agreed(page)


def test_the_buttons_step_forward_and_back(page, server):
    open_race(page, server, FOUR + "&t=10")
    assert step(page) == 10
    for name, expected in [("Step forward", 11), ("Step back", 10), ("Step back", 9)]:
        button(page, name).click()
        assert step(page) == expected
    assert agreed(page).step == 9


def test_the_ends_are_the_ends(page, server):
    open_race(page, server, FOUR + "&t=0")
    button(page, "Step back").click()
    assert step(page) == 0
    scrub(page, 300)
    button(page, "Step forward").click()
    assert step(page) == 300
    agreed(page)


def test_scrubbing_shows_the_step_in_picture_chart_and_table(page, server):
    open_race(page, server, FOUR)
    shown = {trail(page)}
    for to in (120, 37, 0):
        scrub(page, to)
        assert agreed(page).step == to
        shown.add(trail(page))
    assert len(shown) == 4


def test_a_press_on_the_loss_chart_scrubs(page, server):
    open_race(page, server, FOUR)
    box = page.locator(".ov-chart").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60)
    page.mouse.down()
    wait_for(page, "step < 300")
    first = step(page)
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 60)
    wait_for(page, "step < arg - 50", first)
    page.mouse.up()
    agreed(page)


def test_keys_on_the_page_play_step_and_scrub(page, server):
    open_race(page, server, FOUR)
    for key, expected in [
        ("Home", 0), ("ArrowRight", 1), ("Shift+ArrowRight", 11), ("ArrowLeft", 10), ("Shift+ArrowLeft", 0), ("ArrowLeft", 0),
        ("End", 300), ("ArrowRight", 300),
    ]:  # fmt: skip
        page.keyboard.press(key)
        assert step(page) == expected, key
    page.keyboard.press("Space")
    wait_for(page, "step > 0 && step < 300")
    page.keyboard.press("Space")
    expect(button(page, "Play")).to_be_visible()
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Alt+Home")
    assert 0 < step(page) < 300


def test_keys_go_on_working_after_a_button_was_pressed(page, server):
    open_race(page, server, FOUR + "&t=10")
    button(page, "Step forward").click()
    page.keyboard.press("ArrowRight")
    assert step(page) == 12
    page.keyboard.press("Space")  # presses the button that has the focus, as everywhere
    assert step(page) == 13
    expect(button(page, "Play")).to_be_visible()
    button(page, "Play").click()
    page.keyboard.press("Space")  # once, not by the button and by the page
    expect(button(page, "Play")).to_be_visible()


def test_keys_inside_inputs_do_not_trigger_the_player(page, server):
    open_race(page, server, FOUR + "&t=10")
    for field in (number(page, "Start x"), page.get_by_label("Exact learning rate of Adam"), page.get_by_label("Value axis")):
        field.focus()
        for key in ("Home", "End", "ArrowLeft", "ArrowRight", "Shift+ArrowRight"):
            page.keyboard.press(key)
        assert step(page) == 10
    number(page, "Start x").press("Space")
    expect(button(page, "Play")).to_be_visible()


def test_the_space_bar_plays_after_a_slider_was_moved(page, server):
    open_race(page, server, FOUR + "&t=0")
    with painting(page):
        slider(page, "Adam: learning rate").press("ArrowLeft")
    assert step(page) == 0
    page.keyboard.press("Space")
    wait_for(page, "step > 0")
    page.keyboard.press("Space")
    expect(button(page, "Play")).to_be_visible()


def test_what_was_played_is_the_picture_that_a_jump_gives(page, server):
    """Piece by piece or at once: the same dots and dashes. Only the softened edges, where pieces meet, may differ."""
    open_race(page, server, "s=ravine&n=100&o=adam,lr:0.05&o=adam,lr:0.1&o=gd,lr:0.03&t=0")
    canvas = page.locator(".ov-picture canvas").first
    keep = "(c) => { window.kept = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; }"
    compare = """(c) => {
      const now = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
      const sum = (pixels) => pixels.reduce((total, v) => total + v, 0);
      return [sum(Array.from(now, (v, i) => Math.abs(v - window.kept[i]))), sum(Array.from(now))];
    }"""
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    canvas.evaluate(keep)
    scrub(page, 100)
    scrub(page, 40)
    different, whole = canvas.evaluate(compare)
    assert different < 0.01 * whole


# -- the cards


def test_dragging_a_slider_repaints_while_it_is_dragged(page, server):
    open_race(page, server, FOUR)
    before, picture = agreed(page), trail(page)
    rail = slider(page, "Adam: learning rate")
    rail.scroll_into_view_if_needed()
    x, y = centre(rail)
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(1, 9):
        with painting(page):
            page.mouse.move(x - 4 * i, y)
    dragged = agreed(page)  # the mouse is still down
    assert dragged.runners[3].hypers["lr"] < before.runners[3].hypers["lr"]
    assert rail.get_attribute("aria-valuetext") == f"{dragged.runners[3].hypers['lr']:g}"
    assert trail(page) != picture
    page.mouse.up()
    assert agreed(page).runners == dragged.runners


def test_the_arrow_keys_move_a_slider_one_stop_at_a_time(page, server):
    open_race(page, server, FOUR)
    slider(page, "Adam: learning rate").focus()
    for key, lr in [("ArrowRight", 0.11), ("ArrowRight", 0.12), ("ArrowLeft", 0.11), ("Home", 1e-4), ("End", 1.0)]:
        with painting(page):
            page.keyboard.press(key)
        assert agreed(page).runners[3].hypers["lr"] == lr
    assert step(page) == 300


def test_many_keys_faster_than_the_answers_end_where_the_hand_stopped(page, server):
    open_race(page, server, FOUR.replace("n=300", "n=5000"))
    rail = slider(page, "Adam: learning rate")
    rail.focus()
    with painting(page):
        for _ in range(15):
            page.keyboard.press("ArrowLeft")
    text = rail.get_attribute("aria-valuetext")
    expect(page).to_have_url(re.compile(f"o=adam,lr:{text},"))
    assert f"{agreed(page).runners[3].hypers['lr']:g}" == text


def test_an_exact_value_is_typed(page, server):
    open_race(page, server, FOUR)
    field = page.get_by_label("Exact learning rate of Adam")
    for text, lr in [("0.0123", 0.0123), ("3e-3", 0.003), ("0,25", 0.25), ("7", 7.0), ("0", 0.0)]:
        with painting(page):
            field.fill(text)
            field.press("Enter")
        assert agreed(page).runners[3].hypers["lr"] == lr
        expect(field).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize(
    ("name", "before", "wrong"),
    [
        ("Exact learning rate of Adam", "0.1", ["-1", "fast", "", "1e999", "nan", "1_0"]),
        ("Exact beta1 of Adam", "0.9", ["1", "-0.1"]),
        ("Exact condition number", "50", ["0.5", "1e7"]),
    ],
)
def test_a_wrong_value_is_marked_is_not_sent_and_is_gone_when_left(page, server, name, before, wrong):
    open_race(page, server, FOUR)
    button(page, "More about Adam").click()
    chosen, pictures = agreed(page), revision(page)
    field = page.get_by_label(name, exact=True)
    for text in wrong:
        field.fill(text)
        field.press("Enter")
        expect(field).to_have_attribute("aria-invalid", "true")
        assert field.evaluate("(e) => e.validationMessage") != ""
    field.blur()
    expect(field).to_have_value(before)
    expect(field).not_to_have_attribute("aria-invalid", "true")
    with painting(page):
        slider(page, "GD: learning rate").press("ArrowRight")
    after = agreed(page)
    assert revision(page) == pictures + 1
    assert (after.runners[1:], after.surface.values) == (chosen.runners[1:], chosen.surface.values)


def test_escape_takes_back_what_was_typed(page, server):
    open_race(page, server, FOUR)
    field = page.get_by_label("Exact learning rate of Adam")
    field.fill("0.5")
    field.press("Escape")
    expect(field).to_have_value("0.1")


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("Start x", ["1000001", "", "-2e6"], "Start x must be a number from -1000000 to 1000000."),
        ("How many steps", ["0", "5001", "1.5", ""], "How many steps must be a whole number from 1 to 5000."),
    ],
)
def test_a_wrong_number_is_marked_says_why_and_is_not_sent(page, server, name, wrong, said):
    open_race(page, server, FOUR)
    pictures, field = revision(page), number(page, name)
    for text in wrong:
        field.fill(text)
        field.press("Enter")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    with painting(page):
        field.fill("2")
        field.press("Enter")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    agreed(page)
    assert revision(page) == pictures + 1


def test_a_card_is_reset_to_the_value_that_its_slider_marks(page, server):
    open_race(page, server, FOUR.replace("adam,lr:0.1", "adam,lr:0.3,beta1:0.5"))
    with painting(page):
        button(page, "Reset Adam").click()
    chosen = agreed(page)
    assert chosen.runners[3].hypers == OPTIMIZERS["adam"].start_values(chosen.surface)
    assert chosen.runners[0].hypers["lr"] == 0.02


def test_a_second_of_a_kind_has_its_own_name_slider_and_line(page, server):
    open_race(page, server, "s=ravine&n=100&o=adam,lr:0.1")
    with painting(page):
        add(page, "adam")
    expect(slider(page, "Adam: learning rate")).to_have_count(1)
    with painting(page):
        slider(page, "Adam 2: learning rate").press("End")
    chosen = agreed(page)
    assert [(r.name, r.hypers["lr"]) for r in chosen.runners] == [("Adam", 0.1), ("Adam 2", 1.0)]
    with painting(page):
        button(page, "Remove Adam").click()
    assert [(r.name, r.hypers["lr"]) for r in agreed(page).runners] == [("Adam", 1.0)]


def test_up_to_eight_run_and_as_few_as_none(page, server):
    open_race(page, server, "s=ravine&n=50&o=&t=7")
    expect(page.locator(".ov-words")).to_have_text("Nobody is running. Add an optimizer.")
    menu = button(page, "Add an optimizer")
    for key in [*OPTIMIZERS][:7] + ["gd"]:
        with painting(page):
            add(page, key)
    expect(menu).to_be_disabled()
    assert len(agreed(page).runners) == 8
    with painting(page):
        button(page, "Remove GD 2").click()
    expect(menu).to_be_enabled()
    assert agreed(page).step == 7


def test_the_last_card_can_be_removed(page, server):
    open_race(page, server, "s=saddle&n=50&o=gd")
    with painting(page):
        button(page, "Remove GD").click()
    assert agreed(page).runners == ()
    button(page, "Step back").click()
    assert step(page) == 49
    page.reload()
    wait_for(page, "revision >= 1")
    assert agreed(page).runners == ()


def test_a_card_folds_out_and_stays_open(page, server):
    open_race(page, server, FOUR)
    fold = button(page, "More about RMSprop")
    expect(slider(page, "RMSprop: alpha")).to_have_count(0)
    fold.click()
    expect(fold).to_have_attribute("aria-expanded", "true")
    with painting(page):
        page.get_by_role("checkbox", name="RMSprop: ").check()
    assert agreed(page).runners[2].hypers["centered"] == 1
    with painting(page):
        add(page, "gd")
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.click()
    expect(page.get_by_role("checkbox", name="RMSprop: ")).to_have_count(0)


def test_what_was_set_before_does_not_leak_into_the_next_run(page, server):
    open_race(page, server, FOUR)
    before, picture = results(page), trail(page)
    rail = slider(page, "Adam: learning rate")
    rail.focus()
    for key in ("End", "Home", "ArrowRight"):
        with painting(page):
            page.keyboard.press(key)
    assert results(page) != before
    with painting(page):
        page.get_by_label("Exact learning rate of Adam").fill("0.1")
        page.keyboard.press("Enter")
    agreed(page)
    assert results(page) == before
    assert trail(page) == picture


# -- surface, start, steps


def test_examples_open_with_what_to_watch_and_what_to_try_then(page, server):
    open_race(page, server, "s=saddle")
    chosen_now = page.locator(".ov-presets .ov-chosen")
    expect(chosen_now).to_have_accessible_name("Example: choose an example")
    chosen_now.click()
    groups = page.locator(".ov-presets [role=group][aria-label]")
    names = [group.get_by_role("option").all_inner_texts() for group in groups.all()]
    assert [group.get_attribute("aria-label") for group in groups.all()] == list(GROUPS.values())
    assert [[name.strip() for name in some] for some in names] == [
        [preset.title for preset in PRESETS.values() if preset.group == group] for group in GROUPS
    ]
    page.keyboard.press("Escape")
    for key in {preset.group: key for key, preset in PRESETS.items()}.values():  # one of each group
        preset = PRESETS[key]
        with painting(page):
            choose_example(page, key)
        expect(chosen_now).to_have_accessible_name(f"Example: {preset.title}")
        chosen = agreed(page)
        assert chosen.preset == key
        assert step(page) == chosen.steps
        assert page.locator(".ov-watch").inner_text() == f"{preset.watch} Then: {preset.then}"


def test_the_examples_are_walked_through_from_the_last_to_the_first(page, server):
    keys = list(PRESETS)
    open_race(page, server, f"p={keys[-2]}")
    for name, key in [("The next example", keys[-1]), ("The next example", keys[0]), ("The example before", keys[-1])]:
        with painting(page):
            button(page, name).click()
        assert agreed(page).preset == key


def test_a_new_surface_brings_its_own_start_parameters_and_learning_rates(page, server):
    open_race(page, server, "s=ravine&s.condition=7&x=1&y=1&n=123&o=adam,lr:0.3,beta1:0.5&o=gd,lr:0.01&t=5")
    for key in ("rosenbrock", "x_squared", "saddle", "himmelblau", "ravine"):
        with painting(page):
            choose_surface(page, key)
        chosen = agreed(page)
        assert (chosen.surface.key, chosen.start, chosen.steps, chosen.step) == (key, chosen.surface.start, 123, 123)
        assert [r.hypers["lr"] for r in chosen.runners] == [
            r.optimizer.start_values(chosen.surface)["lr"] for r in chosen.runners
        ]
        assert chosen.runners[0].hypers["beta1"] == 0.5  # set by hand, and meant
    assert chosen.surface.values["condition"] == chosen.surface.params["condition"].default


def test_what_is_done_before_a_new_surface_is_there_does_no_harm(page, server):
    open_race(page, server, FOUR)
    page.evaluate(
        """() => {
          const player = document.querySelector("[data-testid=player]");
          const set = (e, value, type) => { e.value = value; e.dispatchEvent(new Event(type, { bubbles: true })); };
          player.querySelector(".ov-scene .ov-chosen").click();
          player.querySelector("[role=option][data-key=x_squared]").click();
          set(player.querySelector("[aria-label='condition number']"), 1, "input");
          set(player.querySelector("[aria-label='Adam: learning rate']"), 1, "input");
          set(player.querySelector("[aria-label='Start y']"), 1, "change");
          player.querySelector(".ov-handle").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
          player.querySelector("[aria-label='Remove GD']").click();
        }"""
    )
    expect(page).to_have_url(re.compile("s=x_squared"))
    chosen = agreed(page)
    assert (chosen.surface.key, len(chosen.runners), chosen.start) == ("x_squared", 4, (10.0,))


def test_a_parameter_of_the_surface_moves_surface_paths_and_words(page, server):
    open_race(page, server, FOUR)
    before = ground(page)
    rail = slider(page, "condition number")
    for _ in range(3):
        with painting(page):
            rail.press("ArrowRight")
    assert agreed(page).surface.values["condition"] > 50
    assert ground(page) != before
    for _ in range(30):
        rail.press("ArrowLeft")
    expect(page).to_have_url(re.compile(f"s.condition={rail.get_attribute('aria-valuetext')}&"))
    assert agreed(page).surface.values["condition"] < 50


def test_dragging_the_start_repaints_while_it_is_dragged(page, server):
    open_race(page, server, FOUR)
    x, y = centre(handle(page))
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(1, 6):
        with painting(page):
            page.mouse.move(x + 20 * i, y + 10 * i)
        assert centre(handle(page)) == pytest.approx((x + 20 * i, y + 10 * i), abs=1.5)
    expect(number(page, "Start x")).not_to_have_value("-1.8")
    dragged = agreed(page)
    assert place(page, *dragged.start) == pytest.approx((x + 100, y + 50), abs=1.5)
    page.mouse.up()
    assert agreed(page).start == dragged.start


def test_the_start_cannot_be_dragged_out_of_the_picture(page, server):
    open_race(page, server, FOUR)
    page.mouse.move(*centre(handle(page)))
    page.mouse.down()
    with painting(page):
        page.mouse.move(5, 5)
    page.mouse.up()
    left, _right, _bottom, top = view(page)
    assert agreed(page).start == pytest.approx((left, top), abs=0.01)
    assert handle(page).is_visible()


def test_the_arrow_keys_move_the_start_however_fast_they_come(page, server):
    open_race(page, server, FOUR + "&t=9")
    handle(page).focus()
    with painting(page):
        page.keyboard.press("ArrowRight")
    one = agreed(page).start[0] + 1.8
    assert one > 0
    with painting(page):
        for _ in range(9):
            page.keyboard.press("ArrowRight")
        for _ in range(5):
            page.keyboard.press("Shift+ArrowDown")
    expect(number(page, "Start y")).not_to_have_value("0.8")
    wait_for(page, "Math.abs(player.querySelector(`[aria-label='Start x']`).value - arg) < 1e-9", round(-1.8 + 10 * one, 9))
    x, y = agreed(page).start
    assert (x, y) == pytest.approx((-1.8 + 10 * one, 0.8 - 50 * one), abs=0.03)  # each rounded to a pixel
    assert step(page) == 9


def test_a_click_places_the_start(page, server):
    open_race(page, server, FOUR)
    with painting(page):
        page.mouse.click(*place(page, 0.5, -0.5))
    assert agreed(page).start == pytest.approx((0.5, -0.5), abs=0.01)


def test_start_x_and_start_y_typed_at_once_are_both_taken(page, server):
    open_race(page, server, FOUR)
    with painting(page):
        page.evaluate(
            """() => {
              for (const [name, value] of [["Start x", 1.25], ["Start y", -0.75]]) {
                const input = document.querySelector(`[aria-label="${name}"]`);
                input.value = value;
                input.dispatchEvent(new Event("change"));
              }
            }"""
        )
    expect(page).to_have_url(re.compile("&x=1.25&y=-0.75&"))
    assert agreed(page).start == (1.25, -0.75)


def test_on_a_curve_the_handle_stays_on_the_curve(page, server):
    open_race(page, server, "s=x_squared&x=5&n=30&o=gd,lr:0.1")
    expect(number(page, "Start x")).to_be_visible()
    expect(number(page, "Start y")).to_have_count(0)
    assert centre(handle(page)) == pytest.approx(place(page, 5, 25), abs=1.5)
    page.mouse.move(*centre(handle(page)))
    page.mouse.down()
    for x in (4, 1, 0, -3):
        page.mouse.move(*place(page, x, 60))
        wait_for(page, "Math.abs(player.querySelector(`[aria-label='Start x']`).value - arg) < 0.05", x)
        assert centre(handle(page)) == pytest.approx(place(page, x, x**2), abs=2)
    page.mouse.up()
    (start,) = agreed(page).start
    assert centre(handle(page)) == pytest.approx(place(page, start, start**2), abs=1.5)


def test_the_number_of_steps_is_typed_and_whoever_looked_at_the_end_still_does(page, server):
    open_race(page, server, FOUR)
    for steps, shown in [(100, 100), (200, 200)]:
        with painting(page):
            number(page, "How many steps").fill(str(steps))
            page.keyboard.press("Enter")
        chosen = agreed(page)
        assert (chosen.steps, chosen.step) == (steps, shown)
    scrub(page, 150)
    with painting(page):
        number(page, "How many steps").fill("120")
        page.keyboard.press("Enter")
    assert agreed(page).step == 120


# -- what is drawn and said


def drawn_names(page: Page) -> dict[str, tuple[float, float]]:
    """Names on the picture and where they stand on the screen, by drawing the last step again."""
    page.evaluate(
        """() => {
          const write = CanvasRenderingContext2D.prototype.fillText;
          window.written = {};
          CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
            const { left, top } = this.canvas.getBoundingClientRect();
            window.written[text] = [left + x, top + y];
            return write.call(this, text, x, y);
          };
        }"""
    )
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    return {name: (x, y) for name, (x, y) in page.evaluate("window.written").items()}


def test_each_runner_is_drawn_in_its_own_colour_and_named_at_the_end_of_its_path(page, server):
    open_race(page, server, FOUR.replace("n=300", "n=25"))
    count = """(canvas) => {
      const counts = {};
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 4) {
        const key = "#" + [...data.subarray(i, i + 3)].map((v) => v.toString(16).padStart(2, "0").toUpperCase()).join("");
        if (data[i + 3] === 255) counts[key] = (counts[key] ?? 0) + 1;
      }
      return counts;
    }"""
    layers = [Counter(layer.evaluate(count)) for layer in page.locator(".ov-flat").locator(LAYERS).all()]
    curves = Counter(page.locator(".ov-chart canvas").first.evaluate(count))
    names = drawn_names(page)
    chosen = agreed(page)
    assert set(names) == {r.name for r in chosen.runners}
    for runner in chosen.runners:
        colour = runner.optimizer.look.colour.upper()
        assert all(layer[colour] > 20 for layer in [*layers, curves]), (runner.name, colour)
        run = optim_viz.run(runner.optimizer, chosen.surface, start=chosen.start, steps=25, hypers=runner.hypers)
        x, y = place(page, *run.theta[-1])
        assert abs(names[runner.name][1] - y) < 50
        assert abs(names[runner.name][0] - x) < 90


def test_a_run_that_leaves_the_finite_numbers_is_shown_up_to_there(page, server):
    left = optim_viz.run("gd", "x_squared", start=10, steps=2000, hypers={"lr": 10}).diverged_at
    assert left
    open_race(page, server, "s=x_squared&x=10&n=2000&o=gd,lr:10&o=gd,lr:0.1")
    assert f"GD diverges and is no finite number from step {left} on" in page.locator(".ov-words").inner_text()
    name, loss, arrived, ended = results(page)[0].split("\t")
    assert (name, loss, arrived) == ("GD", "—", "–")
    assert ended.splitlines() == [f"diverges at step {left}", "its learning rate 10 is above 2/λ = 1 (curvature λ = 2)"]
    assert f"GD: diverges at step {left}" in drawn_names(page)
    for to in (left, left - 1, 1, 0, 2000):
        scrub(page, to)
        assert (results(page)[0].split("\t")[1] == "—") == (to >= left)
    agreed(page)
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    wait_for(page, "step > 20")
    page.keyboard.press("Space")
    assert page.locator("[data-layer=trail]").first.evaluate(
        "(c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(Boolean)"
    )


@pytest.mark.parametrize(
    "query",
    [
        "s=x_squared&x=1000000&n=5000&o=gd,lr:1e300&o=gd,lr:10&o=gd,lr:1.02&o=momentum,lr:5",
        "s=rosenbrock&s.b=1000000&x=1000000&y=-1000000&n=100&o=gd,lr:1&o=adam,lr:1e308&o=rmsprop,lr:1e300",
        "s=ravine&s.condition=1000000&s.rotation=45&n=1&o=gd,lr:1&o=adam,lr:0&t=0",
        "s=himmelblau&x=0&y=0&n=5000&axis=log&zoom=-1e-9,1e-9,-1e-9,1e-9&o=gd,lr:5&o=gd,lr:5&o=adam,lr:100,beta1:0,beta2:0",
        "s=saddle&y=0&n=50&axis=log&o=gd,lr:0.1&zoom=-1e15,0,-1e15,0",
    ],
)
def test_extreme_settings_show_a_picture_without_errors(page, server, query):
    open_race(page, server, query)
    agreed(page)
    for key in ("Home", "ArrowRight", "End", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    agreed(page)


def test_a_screen_reader_hears_the_new_words(page, server):
    open_race(page, server, FOUR)
    with painting(page):
        slider(page, "Adam: learning rate").press("Home")
    agreed(page)
    expect(page.get_by_role("status").filter(has_text="still on the way")).to_have_text(page.locator(".ov-words").inner_text())


@pytest.mark.allow_console_errors
@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_browser_that_is_too_old_for_the_engine_is_told_so_and_gets_the_text(new_page, server, code):
    page = new_page()
    page.add_init_script("delete globalThis.WebAssembly")
    page.goto(f"{server.url}/race?p=saddle&lang={code}")
    expect(page.get_by_role("alert")).to_contain_text({"en": "too old for the engine", "zh": "太旧"}[code])
    told = PRESETS["saddle"].told(messages(code))
    expect(page.locator(".ov-plain")).to_contain_text(told["title"])
    expect(page.locator(".ov-plain")).to_contain_text(told["watch"])
    assert not [url for url in page.requests if "/answers/" in url]


@pytest.mark.allow_console_errors
def test_a_page_whose_engine_does_not_come_says_so_and_asks_again(page, server):
    page.route("**/*.wasm", lambda call: call.abort())
    page.goto(f"{server.url}/race?{FOUR}&lang=en")
    expect(page.get_by_role("status").filter(has_text="does not answer")).to_be_visible()
    page.unroute("**/*.wasm")
    wait_for(page, "revision >= 1")
    agreed(page)
    expect(page.locator(".ov-trouble:visible")).to_have_count(0)


@pytest.mark.allow_console_errors
def test_the_race_plays_on_when_the_server_has_gone(page, server):
    """Numbers, stages, conventions, the start, steps, who runs, examples: all but surfaces that were never shown."""
    open_race(page, server, "p=zigzag&lang=en")
    agreed(page)
    expect(player(page)).to_have_attribute("data-live", "true")
    here = "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm')).length"
    wait_for(page, f"{here} >= arg", MODULES)
    page.route("**/answers/**", lambda call: call.abort())
    x, y = centre(handle(page))
    page.mouse.move(x, y)
    page.mouse.down()
    with painting(page):
        page.mouse.move(x + 60, y + 20)
    page.mouse.up()
    moved = agreed(page)
    assert moved.start[0] > -1.8
    button(page, "More about Adam").click()
    page.locator(".ov-around summary").locator("visible=true").click()
    number(page, "How many steps").fill("77")
    for act in (
        lambda: number(page, "How many steps").press("Enter"),
        lambda: slider(page, "GD: learning rate").press("ArrowRight"),
        lambda: page.get_by_label("Adam: as in").select_option("keras"),
        lambda: add(page, "lion"),
        lambda: button(page, "Remove Momentum").click(),
        lambda: page.get_by_label("Chart", exact=True).select_option("sharpness"),
        lambda: button(page, "Reset GD").click(),
        lambda: page.get_by_label("Adam: Weight decay", exact=True).check(),
    ):
        with painting(page):
            act()
        agreed(page)
    with painting(page):
        choose_example(page, "zigzag")
    again = agreed(page)
    assert again.start != moved.start and len(again.runners) == 4
    assert page.locator(".ov-trouble:visible").count() == 0
