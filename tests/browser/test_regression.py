"""The regression lab as someone uses it: play, drag, scrub, choose, reload, data of one's own, both languages, axe."""

import csv
import re
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from optim_viz import fit
from optim_viz.regression.losses import LOSSES
from optim_viz.ui.asked import Asked
from optim_viz.ui.numbers import number
from optim_viz.ui.regression import answer as native
from optim_viz.ui.regression import settings as regression_settings
from tests.browser.support import (
    RULES,
    THREE,
    button,
    choose_example,
    open_lab,
    painting,
    player,
    scrub,
    slider,
    step,
    wait_for,
)


def choose(page: Page, name: str, value: str) -> None:
    page.get_by_role("combobox", name=name, exact=True).select_option(value)


def losses(page: Page) -> list[str]:
    return page.locator(".ov-below .ov-loss").all_inner_texts()


def link(page: Page) -> dict[str, list[str]]:
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    return parse_qs(urlparse(page.url).query, keep_blank_values=True)


def told(size, seed=0, **more) -> list[float]:
    """Losses of the fit that the page shows."""
    call = dict(model="line", batch_size=size, epochs=4, seeds=range(5), start=(0, 0), hypers={"lr": 0.02}) | more
    return fit("gd", "noisy_line", **call).loss[seed].tolist()


def test_it_opens_from_the_menu_with_three_runners_and_everything_on_one_screen(page, server):
    page.goto(f"{server.url}/race?lang=en")
    page.get_by_role("link", name="Regression").click()
    wait_for(page, "revision >= 1 && player.classList.contains('ov-lab')")
    assert page.locator(".ov-card header b").all_inner_texts() == ["GD", "SGD", "Mini-batch 10"]
    for name in ("Mini-batch 10: batch size", "Mini-batch 10: learning rate", "GD: batch size", "SGD: learning rate"):
        expect(slider(page, name)).to_be_in_viewport()
    for place in (".ov-play", ".ov-three .ov-figure >> nth=2", ".ov-below .ov-table", ".ov-words"):
        expect(page.locator(place)).to_be_in_viewport(ratio=1)


def test_the_clock_moves_all_three_pictures_as_it_counts(page, server):
    open_lab(page, server)
    scrub(page, 100)  # samples: one epoch
    assert losses(page) == [number(told(size)[u]) for size, u in ((None, 1), (1, 100), (10, 10))]
    assert page.locator(".ov-counter").inner_text() == "1.0 / 4"
    choose(page, "Clock", "updates")
    scrub(page, 4)
    assert losses(page) == [number(told(size)[4]) for size in (None, 1, 10)]
    moving = [page.locator(which) for which in ("[data-layer=lines]", "[data-layer=trail]", ".ov-chart canvas >> nth=1")]
    before = [layer.evaluate("(c) => c.toDataURL()") for layer in moving]
    scrub(page, 30)
    after = [layer.evaluate("(c) => c.toDataURL()") for layer in moving]
    assert all(a != b for a, b in zip(before, after, strict=True))
    button(page, "Play").click()
    wait_for(page, "step === 400")
    assert link(page)["clock"] == ["updates"] and "t" not in link(page)


def test_a_batch_size_moves_under_the_hand_and_gives_its_name(page, server):
    open_lab(page, server)
    with painting(page):
        slider(page, "Mini-batch 10: batch size").press("ArrowRight")
    expect(slider(page, "Mini-batch 11: batch size")).to_be_focused()
    page.get_by_role("textbox", name="Exact batch size of Mini-batch 11").fill("25")
    with painting(page):
        page.keyboard.press("Enter")
    assert losses(page)[2] == number(told(25)[-1])
    assert link(page)["o"][2].startswith("gd,batch:25,sampling:shuffle,look:3,lr:0.02")
    with painting(page):
        slider(page, "SGD: learning rate").press("ArrowLeft")
    assert losses(page)[1] == number(told(1, hypers={"lr": 0.019})[-1])


def test_a_schedule_lasts_as_long_as_the_fit_whatever_its_length_becomes(page, server):
    open_lab(page, server, "d=noisy_line&e=4&seeds=2&o=gd,batch:10,schedule:cosine&o=gd,batch:1,schedule:linear,total_iters:80")

    def lasting():
        read, notes = regression_settings.read(link(page))
        assert not notes
        return [runner.around.get("t_max", runner.around.get("total_iters")) for runner in read.runners]

    assert lasting() == [40, 80]
    page.get_by_role("textbox", name="Exact epochs").fill("12")
    with painting(page):
        page.keyboard.press("Enter")
    assert lasting() == [120, 80]  # the one that was said stays
    page.get_by_role("textbox", name="Exact batch size of Mini-batch 10").fill("5")
    with painting(page):
        page.keyboard.press("Enter")
    assert lasting() == [240, 80]
    with painting(page):
        choose(page, "Data", "sparse_features")  # twice as many samples
    assert lasting() == [480, 80]
    with painting(page):
        choose_example(page, "settles")
    button(page, "More about SGD").click()
    page.locator(".ov-card").nth(1).locator(".ov-around summary").click()
    with painting(page):
        page.get_by_role("checkbox", name="SGD: Schedule of the learning rate").check()
    assert lasting()[1] == 2000
    over = page.get_by_role("textbox", name="Exact over … steps of SGD")
    expect(over).to_have_value("2000")
    over.fill("1999")
    with painting(page):
        page.keyboard.press("Enter")
    with painting(page):
        slider(page, "epochs").press("ArrowRight")
    assert lasting()[1] == 1999


def test_the_ring_is_the_start_and_seeds_and_sampling_count(page, server):
    open_lab(page, server)
    page.get_by_role("button", name="Start point").focus()
    with painting(page):
        page.keyboard.press("Shift+ArrowRight")
    (x,) = link(page)["x"]
    start = tuple(map(float, x.split(",")))
    assert start[0] > 0 and losses(page)[0] == number(told(None, start=start)[-1])
    page.locator(".ov-fold summary").last.click()
    with painting(page):
        slider(page, "seed shown").press("ArrowRight")
    assert losses(page)[1] == number(told(1, seed=1, start=start)[-1])
    button(page, "More about SGD").click()
    with painting(page):
        choose(page, "SGD: sampling", "replacement")
    assert losses(page)[1] == number(told(1, seed=1, start=start, sampling="replacement")[-1])


def test_a_link_restores_all_of_it(page, server):
    open_lab(page, server)
    scrub(page, 123)
    choose(page, "Data", "unscaled")
    wait_for(page, "revision >= 2 && document.querySelector('.ov-scaling button')")
    with painting(page):
        button(page, "Standardise the inputs").click()
    expect(page.locator(".ov-scaling")).to_contain_text("for the original data")
    page.get_by_label("Show GD in detail").check()
    choose(page, "Value axis", "linear")
    before = (link(page), losses(page), page.locator(".ov-words").inner_text())
    page.reload()
    wait_for(page, "revision >= 1")
    assert (link(page), losses(page), page.locator(".ov-words").inner_text()) == before
    assert before[0]["scale"] == ["inputs"] and before[0]["b"] == ["0"] and before[0]["axis"] == ["linear"]


def test_the_comparison_sets_what_its_sentences_say(page, server):
    open_lab(page, server)
    with painting(page):
        page.get_by_role("link", name="One random sample for each step.").click()
    assert page.locator(".ov-card header b").all_inner_texts() == ["SGD"]
    assert link(page)["d"] == ["five_points"]
    with painting(page):
        choose_example(page, "moons")
    expect(page.locator(".ov-figure h2").last).to_have_text("Loss on a plane through 25 weights")


def test_noise_is_shown_where_the_runner_stands(page, server):
    open_lab(page, server)
    choose(page, "Third picture", "noise")
    caption = page.locator(".ov-noise .ov-note")
    expect(caption).to_contain_text("Mini-batch 10, batches of 10")
    at_end = caption.inner_text()
    scrub(page, 0)
    expect(caption).not_to_have_text(at_end)
    page.get_by_label("Show GD in detail").check()
    expect(caption).to_contain_text(re.compile("GD, batches of 100.* strays from the true one by 0"))
    page.get_by_label("noise of the same size in all directions").check()
    expect(page).to_have_url(re.compile("&third=isotropic"))
    page.reload()
    expect(page.get_by_label("noise of the same size in all directions")).to_be_checked()
    expect(caption).to_contain_text("GD, batches of 100")


def test_own_data_are_checked_fitted_and_survive_a_reload(page, server):
    open_lab(page, server)
    choose(page, "Data", "own")
    text = page.get_by_label("Your data as CSV")
    for wrong, word in (("1\n2\n3", "at least two columns"), ("x,y\n1,2\n2,two\n3,4", "line 3, column y holds text")):
        text.fill(wrong)
        button(page, "Use these data").click()
        expect(page.locator(".ov-brought > .ov-problem")).to_contain_text(word)
    assert "own" not in link(page)["d"]
    with painting(page):
        page.get_by_label("CSV file").set_input_files(
            {"name": "rents.csv", "mimeType": "text/csv", "buffer": b"area;rent\n30;500,5\n40;600\n60;790\n80;1010"}
        )
    expect(page.locator(".ov-setup .ov-note").first).to_contain_text("4 rows of your own")
    assert link(page)["d"] == ["own"] and link(page)["scale"] == ["both"]
    words = page.locator(".ov-words").inner_text()
    button(page, "Share …").click()
    expect(page.get_by_role("dialog")).to_contain_text("A link does not hold your own data")
    page.keyboard.press("Escape")
    page.reload()
    wait_for(page, "revision >= 1")
    expect(page.locator(".ov-words")).to_have_text(words)
    bad = {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"x,y\n5,1\n5,2\n5,4\n"}
    page.get_by_label("CSV file").set_input_files(bad)
    expect(page.locator(".ov-brought > .ov-problem")).to_contain_text("y is the only one")
    expect(page.get_by_role("row", name="x 5, 5, 5")).to_contain_text("never changes")
    expect(page.locator(".ov-words")).to_have_text(words)


@pytest.fixture
def asked(page):
    """What the lab asks, question by question: a list that grows."""
    asked: list[dict] = []

    def note(request):
        if request.url.endswith("/answers/regression"):
            asked.append(request.post_data_json)

    page.on("request", note)
    yield asked
    page.remove_listener("request", note)


def brought(page, name, content, rows=None):
    choose(page, "Data", "own")
    page.get_by_label("CSV file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    rows = rows or content.count(b"\n")  # below the header
    expect(page.locator(".ov-setup .ov-note").first).to_contain_text(f"{rows} rows of your own")
    page.wait_for_url("**d=own**")  # the address is written when the hand rests


def test_own_data_travel_once(page, server, asked):
    open_lab(page, server)
    page.evaluate("sessionStorage.clear()")  # what this tab holds already would be shown first
    page.reload()
    wait_for(page, "revision >= 1")
    asked.clear()
    brought(page, "rents.csv", b"area,rent\n30,500\n40,600\n60,790\n80,1010")
    with painting(page):
        slider(page, "epochs").press("ArrowRight")
    assert link(page)["d"] == ["own"]
    page.reload()
    wait_for(page, "revision >= 1")
    rents = {question["own"] for question in asked}
    assert len(asked) >= 3 and len(rents) == 1 and not any("csv" in question for question in asked)
    brought(page, "others.csv", b"x,y\n1,2\n2,3\n3,5")
    assert asked[-1]["own"] not in rents


@pytest.mark.parametrize("digest, journeys", [("0" * 64, [["own"], ["csv"]]), ("", [["csv"]])], ids=["restart", "lost"])
def test_a_server_that_does_not_hold_own_data_gets_them_again(page, server, asked, digest, journeys):
    open_lab(page, server)
    brought(page, "rents.csv", b"area,rent\n30,500\n40,600\n60,790\n80,1010")
    words = page.locator(".ov-words").inner_text()
    page.evaluate("(digest) => sessionStorage.setItem('optim_viz_own_digest', digest)", digest)
    assert link(page)["d"] == ["own"]
    asked.clear()
    page.reload()
    wait_for(page, "revision >= 1")
    expect(page.locator(".ov-words")).to_have_text(words)
    assert [sorted({"own", "csv"} & set(question)) for question in asked] == journeys
    assert link(page)["d"] == ["own"] and not page.locator(".ov-notes li").count()


def test_columns_are_chosen_and_a_link_holds_the_choice(page, server):
    open_lab(page, server)
    rows = "\n".join(f"{k},{k * 0.5},{'NA' if k == 3 else k * k % 17},w{k},7,{3 * k + k % 5}" for k in range(1, 13))
    brought(page, "plants.csv", f"id,length,rain,note,same,height\n{rows}".encode(), 11)

    def used(name):
        return page.get_by_label(f"{name}: used as")

    def roles():
        return [used(name).input_value() for name in ("id", "length", "rain", "note", "same", "height")]

    assert roles() == ["", "input", "input", "", "", "target"]
    expect(used("note")).to_be_disabled()
    expect(page.locator(".ov-brought")).to_contain_text("1 more rows lack a value in a chosen column")
    expect(page.get_by_role("row", name="rain")).to_contain_text("numbers, missing 1 of 12")
    used("rain").focus()
    used("rain").select_option("")
    expect(page.locator(".ov-setup .ov-note").first).to_contain_text("12 rows of your own")
    expect(used("rain")).to_be_focused()
    used("id").select_option("target")
    page.wait_for_url("**target=id&inputs=2,6**")
    expect(used("height")).to_have_value("input")
    used("height").select_option("")
    page.wait_for_url("**target=id&inputs=2&m=**")
    used("length").select_option("")
    expect(page.get_by_text("A target and at least one input are needed.")).to_be_visible()
    assert roles() == ["target", "input", "", "", "", ""]
    page.reload()
    wait_for(page, "revision >= 1")
    page.locator(".ov-brought summary", has_text="columns").click() if not used("id").is_visible() else None
    assert roles() == ["target", "input", "", "", "", ""] and not page.locator(".ov-notes li").count()


def test_what_a_comma_means_is_asked_and_the_encoding_shown(page, server):
    open_lab(page, server)
    text = "工龄\t工资\n1.0\t39,110\n1.4\t45,020\n2.1\t43,900\n9.8\t121,350\n"
    brought(page, "salaries.tsv", text.encode("gb18030"), 4)
    expect(page.get_by_text("Please say what the comma or point means in: 工资")).to_be_visible()
    reading = page.get_by_label("工资: how its numbers are read")
    assert reading.locator("option").all_inner_texts() == ["39,110 is 39110 (likelier)", "39,110 is 39.11"]
    reading.select_option("comma")
    page.wait_for_url("**decimals=2:comma**")
    expect(page.locator(".ov-asks")).to_be_hidden()
    expect(reading).to_have_value("comma")
    page.locator(".ov-brought summary", has_text="how the file is read").click()
    encoding = page.get_by_label("Encoding")
    assert encoding.locator("option:checked").inner_text() == "Simplified Chinese (GB18030, GBK) (found)"
    encoding.select_option("mac_roman")
    page.wait_for_url("**enc=mac_roman**")
    expect(page.get_by_role("row", name="工资")).to_have_count(0)


def test_a_file_chosen_again_is_read_again(page, server, tmp_path):
    open_lab(page, server)
    file = tmp_path / "rents.csv"
    choose(page, "Data", "own")
    for content, rows in (("area,rent\n30,500\n40,600\n60,790", 3), ("area,rent\n30,500\n40,600\n60,790\n80,1010", 4)):
        file.write_text(content)
        page.locator(".ov-brought > details").first.evaluate("(details) => (details.open = true)")
        with page.expect_file_chooser() as chooser:
            page.get_by_label("CSV file").click()
        assert page.get_by_label("CSV file").evaluate("(input) => input.value") == ""
        chooser.value.set_files(file)
        expect(page.locator(".ov-setup .ov-note").first).to_contain_text(f"{rows} rows of your own")


def test_points_are_drawn_moved_and_removed_by_mouse_and_keyboard(page, server):
    open_lab(page, server)
    choose(page, "Data", "own")
    button(page, "Draw points").click()
    text = page.get_by_label("Your data as CSV")
    expect(text).to_have_value("x,y\n2,3\n5,5.5\n8,6")
    about = page.locator(".ov-setup .ov-note").first
    expect(about).to_contain_text("3 rows of your own")
    pad = page.locator(".ov-pad")
    pad.scroll_into_view_if_needed()
    at = pad.bounding_box()
    page.mouse.click(at["x"] + at["width"] / 2, at["y"] + 40)
    expect(about).to_contain_text("4 rows of your own")
    added = pad.locator("button").nth(3)
    expect(added).to_be_focused()
    before = text.input_value()
    added.press("ArrowLeft")
    added.press("Shift+ArrowDown")
    x, y = (float(v) for v in before.split("\n")[4].split(","))
    expect(text).to_have_value(before.rsplit("\n", 1)[0] + f"\n{x - 0.1:.4g},{y - 1:.4g}")
    first = pad.locator("button").first.bounding_box()
    page.mouse.move(first["x"] + 12, first["y"] + 12)
    page.mouse.down()
    page.mouse.move(at["x"] + at["width"] - 40, at["y"] + 40, steps=4)
    page.mouse.up()
    assert not text.input_value().startswith("x,y\n2,3\n")
    added.press("Delete")
    expect(about).to_contain_text("3 rows of your own")
    pad.locator("button").first.press("Delete")
    expect(page.get_by_text("At least 3 points are needed.")).to_be_visible()
    drawn = text.input_value()
    page.wait_for_url("**d=own**")
    page.reload()
    wait_for(page, "revision >= 1")
    expect(about).to_contain_text("3 rows of your own")
    assert page.evaluate("atob(sessionStorage.getItem('optim_viz_own_data'))") == drawn


def test_all_seeds_are_saved_as_csv(page, server):
    open_lab(page, server, f"{THREE}&test=0.2")
    with page.expect_download() as download:
        button(page, "Save all seeds as CSV").click()
    lines = list(csv.reader(download.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert lines[0] == [
        "runner",
        "seed",
        "update",
        "samples",
        "epoch",
        "gradients",
        "loss",
        "loss_held_out",
        "slope",
        "intercept",
    ]
    assert len(lines) == 1 + 5 * (5 + 321 + 33)
    f = fit("gd", "noisy_line", epochs=4, batch_size=1, seeds=range(5), start=(0, 0), hypers={"lr": 0.02}, held_out=0.2)
    (told,) = (row for row in lines if row[:3] == ["SGD", "3", "80"])
    numbers = [80, 80, 1, 80, f.loss[3, 80], held_out(f)[3, 80], *f.theta[3, 80]]
    assert [float(number) for number in told[2:]] == numbers  # to the last digit


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", [f"{THREE}&lang=en", "p=moons&lang=zh"])
def test_axe_finds_no_fault(page, server, query, scheme):
    page.emulate_media(color_scheme=scheme)
    open_lab(page, server, query)
    page.locator(".ov-card [aria-expanded]").first.click()
    page.locator(".ov-fold summary").last.click()
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["html"][:200]) for one in found]


def test_it_fits_a_phone(new_page, server):
    page = new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page.goto(f"{server.url}/regression")
    wait_for(page, "revision >= 1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".ov-card header b").all_inner_texts() == ["GD", "SGD", "小批量 10"]
    expect(page.locator(".ov-figure").first).to_be_in_viewport()
    assert player(page).get_attribute("data-step") == str(step(page)) == "2000"


# -- its modules by themselves


def test_a_row_is_the_last_that_the_clock_has_reached(script):
    values, steps = [0, 10, 20, 30, 35], [0, 9, 10, 29.5, 34, 35, 99]
    body = "const { rowAt } = await load('../regression/clock.js'); return arg.steps.map((s) => rowAt(arg.values, s));"
    assert script(body, {"values": values, "steps": steps}) == [0, 0, 1, 2, 3, 4, 4]


def test_a_border_is_where_the_function_is_0(script):
    axis = np.linspace(-1, 1, 21)
    x, y = np.meshgrid(axis, axis)
    z = (x**2 + y**2 - 0.5).ravel().tolist()
    body = "(await load('../regression/contour.js')).contour(arg.z, arg.axis, arg.axis)"
    pieces = np.array(script(body, {"z": z, "axis": axis.tolist()}))
    assert np.abs(np.hypot(pieces[:, [0, 2]], pieces[:, [1, 3]]) - np.sqrt(0.5)).max() < 5e-3
    length = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1]).sum()
    assert length == pytest.approx(2 * np.pi * np.sqrt(0.5), rel=0.01)  # all of the circle, and once


def test_a_probability_is_what_the_loss_makes_of_log_odds(script):
    odds = [-800.0, -30.0, -2.5, 0.0, 0.1, 4.0, 800.0]
    told = script("arg.map((await load('../regression/samples.js')).probability)", odds)
    np.testing.assert_allclose(told, [LOSSES["logistic"].function(z, 0.0, 0.0)[1] for z in odds], rtol=1e-12)


def held_out(each) -> np.ndarray:
    assert each.test_loss is not None
    return each.test_loss


def test_points_are_held_out_and_their_loss_goes_along(page, server):
    open_lab(page, server, "d=sine&e=30&seeds=1&o=adam,batch:all,lr:0.1")
    expect(page.get_by_role("columnheader", name="Held out now")).to_be_hidden()
    page.locator(".ov-setup summary", has_text="held-out points").click()
    expect(slider(page, "seed of the split")).to_be_hidden()
    page.get_by_role("textbox", name="Exact held out for testing").fill("0.3")
    with painting(page):
        page.keyboard.press("Enter")
    expect(page.get_by_text("42 samples to learn from, 18 held out at random")).to_be_visible()
    expect(page.locator(".ov-three h2").first).to_have_text("Data and fit; □ held out")
    shown = [
        fit("adam", "sine", epochs=30, seeds=0, start=np.zeros(4), hypers={"lr": 0.1}, held_out=0.3, split_seed=k)
        for k in (0, 1)
    ]

    def at(row):
        return [number(float(losses[0, row])) for losses in (shown[0].loss, held_out(shown[0]))]

    now = page.locator(".ov-below tbody tr").first.locator("td")
    scrub(page, 10 * 42)  # samples: ten epochs
    assert now.all_inner_texts()[1:5] == [*at(10), *at(-1)]
    with painting(page):
        slider(page, "seed of the split").press("ArrowRight")
    assert now.nth(4).inner_text() == number(float(held_out(shown[1])[0, -1]))
    assert link(page)["test"] == ["0.3"] and link(page)["split"] == ["1"]


@pytest.mark.allow_console_errors
def test_small_fits_play_on_when_the_server_has_gone(page, server):
    """Learning rates, batches, stages, who runs, which seed is shown; words and table are those of the fits drawn."""
    open_lab(page, server, f"{THREE}&lang=en")
    expect(player(page)).to_have_attribute("data-live", "true")
    page.route("**/answers/**", lambda call: call.abort())
    button(page, "More about SGD").click()
    page.locator(".ov-around summary").locator("visible=true").last.click()
    for act in (
        lambda: slider(page, "SGD: learning rate").press("ArrowRight"),
        lambda: slider(page, "Mini-batch 10: batch size").press("ArrowRight"),
        lambda: page.get_by_label("SGD: Weight decay", exact=True).check(),
        lambda: page.get_by_role("radio", name="Show GD in detail").check(),
        lambda: button(page, "Remove GD").click(),
        lambda: slider(page, "SGD: learning rate").press("ArrowRight"),
    ):
        with painting(page):
            act()
    got = native.answer(Asked({"query": link(page), "language": "en"}))
    assert [row["middle"] for row in got["rows"]] == page.locator(".ov-below tbody td:nth-of-type(4)").all_inner_texts()
    assert page.locator(".ov-words").inner_text() == got["words"] and "Mini-batch 11" in got["words"]
    assert page.locator(".ov-card header b").all_inner_texts() == ["SGD", "Mini-batch 11"]
    button(page, "Play").click()
    wait_for(page, "step === 400")
    assert page.locator(".ov-trouble:visible").count() == 0


def test_an_epochs_gradients_are_drawn_end_to_end_and_beside_the_true_one_on_the_map(page, server):
    open_lab(page, server, f"{THREE}&clock=updates&t=4")
    layers = [page.locator("[data-layer=others]"), page.locator(".ov-noise-picture canvas")]
    before = layers[0].evaluate("(c) => c.toDataURL()")
    choose(page, "Third picture", "chain")
    expect(page.locator(".ov-noise .ov-note")).to_contain_text("Mini-batch 10: the 10 batch gradients of an epoch")
    expect(page.locator(".ov-noise .ov-note")).to_contain_text("they end 0 from it")
    expect(page.get_by_role("heading", name="Loss; downhill by all data and by the next batch")).to_be_visible()
    assert layers[0].evaluate("(c) => c.toDataURL()") != before
    chain = layers[1].evaluate("(c) => c.toDataURL()")
    choose(page, "Third picture", "noise")
    expect(page.locator(".ov-noise .ov-note")).to_contain_text("that of the next batch")
    assert layers[1].evaluate("(c) => c.toDataURL()") != chain
    choose(page, "Third picture", "curves")
    expect(page.get_by_role("heading", name="Loss over the weights")).to_be_visible()
    assert layers[0].evaluate("(c) => c.toDataURL()") == before and "third" not in link(page)
