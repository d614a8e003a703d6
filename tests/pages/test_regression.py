"""The regression lab without a browser: its page, and the routes that answer it."""

import base64
from functools import partial
from urllib.parse import parse_qs

import numpy as np
import pytest

from optim_viz import DATASETS, MODELS, OPTIMIZERS, SettingError, files, fit
from optim_viz.ui import answers
from optim_viz.ui.faults import told
from optim_viz.ui.i18n import messages
from optim_viz.ui.numbers import number
from optim_viz.ui.regression import answer as regression
from optim_viz.ui.regression import pictures, words
from optim_viz.ui.regression import settings as regression_settings
from optim_viz.ui.regression.presets import PRESETS
from optim_viz.ui.regression.scene import FitScene
from tests import support

THREE = "d=noisy_line&m=line&e=5&seeds=7&o=gd,batch:all,lr:0.02&o=gd,batch:1,lr:0.02&o=gd,batch:10,lr:0.02"


answer = partial(support.answer, page="regression")


def settings(query):
    return regression_settings.read(parse_qs(query, keep_blank_values=True))


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_is_a_valid_link_that_diverges_for_nobody(client, key):
    got = answer(client, f"p={key}")
    assert got["notes"] == [] and got["view"]["preset"] == key
    assert len(got["runs"]) == len(got["settings"]["runners"]) > 0
    for run in got["runs"]:
        assert run["diverged"] is None and run["loss"][-1] < run["loss"][0]


def test_the_tutorials_programs_are_presets():
    second, third = settings("p=five_points")[0], settings("p=batches_of_ten")[0]
    (sgd,), (mini,) = second.runners, third.runners
    assert (second.data, second.problem.model.key, second.start) == ("five_points", "origin", (0.0,))
    assert (sgd.batch, sgd.sampling, sgd.hypers["lr"]) == (1, "replacement", 0.01)
    assert regression.run(sgd, second).updates[-1] == 100
    assert (third.data, third.problem.model.key, third.start) == ("noisy_line", "origin", (0.0,))
    assert (mini.batch, mini.sampling, mini.hypers["lr"]) == (10, "independent", 0.001)
    assert regression.run(mini, third).updates[-1] == 200 and len(third.problem.targets) == 100


def test_the_examples_of_the_comparison_are_there():
    named = {cell["preset"] for row in words.comparison(messages("en")) for cell in row["cells"]}
    assert named <= set(PRESETS)


def test_what_is_shown_is_what_fit_computes(client):
    got = answer(client, THREE + "&seed=3")
    for size, run in zip((None, 1, 10), got["runs"], strict=True):
        f = fit("gd", "noisy_line", model="line", batch_size=size, epochs=5, seeds=range(7), start=(0, 0), hypers={"lr": 0.02})
        np.testing.assert_array_equal(run["theta"].reshape(-1, 2), f.theta[3])
        np.testing.assert_allclose(run["loss"], f.loss[3], rtol=1e-12)
        np.testing.assert_array_equal(run["rows"], f.updates)
        np.testing.assert_array_equal(run["samples"], f.samples_seen)
        at = run["band"]["at"]
        ordered = np.sort(f.loss[:, at], axis=0)
        for name, place in (("low", 0), ("mid", 3), ("high", 6)):  # of so few seeds the lowest and the highest
            np.testing.assert_allclose(run["band"][name], ordered[place], rtol=1e-12)
        assert run["others"].shape[0] == 6
        if size == 10:
            cells = run["batch"]["cells"].reshape(-1, 10)
            assert (cells[0] == -1).all()
            np.testing.assert_array_equal(cells[1:], np.array(f.batches(3)))
        if size is None:
            assert run["batch"] is None
    assert [row["diverged"] for row in got["rows"]] == ["0 / 7"] * 3
    assert "least squares" in got["words"]


@pytest.mark.parametrize("seeds", [2, 9, 10, 30])
def test_words_table_band_and_lessons_agree_to_the_digit(client, seeds):
    query = f"d=noisy_line&m=line&e=20&x=0,0&seeds={seeds}&o=gd,batch:1,lr:0.02&o=gd,batch:1,lr:0.005"
    got, shown = answer(client, query), FitScene(parse_qs(query))
    for name, run, row in zip(("gd", "gd2"), got["runs"], got["rows"], strict=True):
        low, middle, high = (run["band"][part][-1] for part in ("low", "mid", "high"))
        losses = shown.fit(name).loss[:, -1]
        assert middle == pytest.approx(np.median(losses), rel=1e-13)
        expected = np.quantile(losses, (0.1, 0.9)) if seeds >= 10 else (losses.min(), losses.max())
        assert (low, high) == pytest.approx(tuple(expected), rel=1e-13)
        assert shown.measure("loss", (name,)) == middle and shown.measure("spread", (name,)) == high - low
        assert row["middle"] == number(middle) and row["spread"] == f"{number(low)} – {number(high)}"
        assert number(middle) in got["words"]
        many = "the middle 80 %" if seeds >= 10 else "the lowest and the highest"
        said = f"from {number(low)} to {number(high)}, {many} of {seeds} seeds"
        assert (said in got["words"]) == (high > 1.2 * low)  # a narrow one is not worth a sentence


@pytest.mark.parametrize(
    ("runner", "seeds", "said"),
    [
        (
            "gd,batch:all,lr:0.1",
            1,
            "GD ends higher than it began: its learning rate 0.1 is above 2/λ = 0.089 (curvature λ = 22.5).",
        ),
        ("gd,batch:all,lr:10", 1, "GD diverges: its learning rate 10 is above 2/λ = 0.089 (curvature λ = 22.5)."),
        ("gd,batch:all,lr:10", 3, "All 3 seeds of GD diverge: its learning rate 10 is above"),
        ("gd,batch:1,lr:0.2", 3, "All 3 seeds of SGD diverge: its learning rate 0.2 is above 2/λ = 0.089"),
        ("gd,batch:1,lr:0.079", 40, "of 40 seeds of SGD end higher than they began: why is not clear."),
    ],
)
def test_who_fails_is_said_with_a_cause_that_was_found(client, runner, seeds, said):
    got = answer(
        client, f"d=noisy_line&m=line&e=100&x=0,0&seeds={seeds}&o={runner}".replace("e=100", "e=20" if seeds == 40 else "e=200")
    )
    assert said in got["words"]
    assert "without bound" not in got["words"]


def test_a_diverged_seed_counts_as_highest(client):
    got = answer(client, "d=noisy_line&m=line&e=200&x=0,0&seeds=3&o=gd,batch:all,lr:10")
    assert got["rows"][0] == {"updates": "200", "middle": "∞", "test": "–", "spread": "∞ – ∞", "diverged": "3 / 3"}
    assert "Last losses" not in got["words"]


def of(query):
    """The settings, and what stands around the first runner's rule."""
    chosen, notes = settings(query)
    assert not notes
    return chosen, chosen.runners[0].around


@pytest.mark.parametrize(
    ("query", "updates"),
    [
        ("d=noisy_line&e=20&o=gd,batch:1", 2000),
        ("d=noisy_line&e=20&o=gd,batch:all", 20),
        ("d=noisy_line&e=7&o=gd,batch:30", 28),
        ("d=noisy_line&e=7&o=gd,batch:30,drop:1", 21),
        ("d=noisy_line&d.size=60&e=7&o=gd,batch:30,sampling:replacement", 14),
    ],
)
@pytest.mark.parametrize(("schedule", "name"), [("cosine", "t_max"), ("linear", "total_iters")])
def test_a_schedule_lasts_as_long_as_the_fit(query, updates, schedule, name):
    chosen, around = of(f"{query},schedule:{schedule}")
    assert around[name] == updates == regression.run(chosen.runners[0], chosen).updates[-1]
    # and of a longer one, when the link is written and the epochs become others
    longer, around = of(regression_settings.write(chosen).replace(f"e={chosen.epochs}", f"e={2 * chosen.epochs}"))
    assert around[name] == 2 * updates


def test_a_length_that_a_link_says_is_kept(client):
    chosen, around = of("d=noisy_line&e=20&o=gd,batch:1,schedule:cosine,t_max:300")
    assert around["t_max"] == 300 and of(regression_settings.write(chosen))[1]["t_max"] == 300
    assert answer(client, "d=noisy_line&e=20&o=gd,batch:1")["settings"]["runners"][0]["updates"] == 2000
    # with too many epochs for so many samples it lasts as long as those that are left
    chosen, _notes = settings("d=noisy_line&d.size=10000&e=20&o=gd,batch:1,schedule:cosine")
    assert chosen.runners[0].around["t_max"] == chosen.epochs * 10_000 < 200_000


def test_a_runner_keeps_its_colour_when_others_come_and_go(client):
    def looks(query):
        return [(r["look"], r["colour"], r["marker"]) for r in answer(client, query)["settings"]["runners"]]

    three = looks("")
    assert [look for look, _colour, _marker in three] == [1, 2, 3]
    assert len({colour for _look, colour, _marker in three}) == 3
    assert looks("o=gd,look:2,batch:1&o=gd,look:3,batch:10") == three[1:]  # the first has gone
    assert looks("o=gd,look:2,batch:1&o=gd,look:3,batch:10&o=adam") == [*three[1:], three[0]]  # and another come
    assert len(set(looks("&".join(["o=adam,look:4"] * 6)))) == 6
    (note,) = answer(client, "o=adam,look:7")["notes"]
    assert note.startswith("Colour of Adam must be")


def test_runners_are_named_after_their_batches_and_told_apart(client):
    names = [r["name"] for r in answer(client, THREE + "&o=gd,batch:10&o=adam,batch:10&o=adam")["settings"]["runners"]]
    assert names == ["GD", "SGD", "Mini-batch 10", "Mini-batch 10 #2", "Adam", "Adam 2"]
    ways = answer(client, "d=noisy_line&o=gd,batch:5,sampling:in_order&o=gd,batch:5")["settings"]["runners"]
    assert [r["name"] for r in ways] == ["Mini-batch 5, in order", "Mini-batch 5, shuffled"]
    assert answer(client, THREE, language="zh")["settings"]["runners"][2]["name"] == "小批量 10"
    assert len({r["colour"] for r in answer(client, THREE)["settings"]["runners"]}) == 3


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("d=noisy", ["Data set"]),
        ("d=noisy_line&d.size=3", ["Samples"]),
        ("d=noisy_line&d.noise=1e7", ["Noise in the data"]),
        ("d=noisy_line&d.height=3", ["“d.height”"]),
        ("d=noisy_line&m=logistic", ["Model"]),
        ("d=noisy_line&loss=logistic", ["Loss"]),
        ("d=blobs&loss=mse", ["Loss"]),
        ("d=noisy_line&loss=huber&loss.delta=1e7", ["Huber's delta"]),
        ("d=sparse_features&m=polynomial", ["Model"]),
        ("d=sine&m=polynomial&m.degree=12", ["Degree"]),
        ("d=two_moons&m=network&m.hidden=32", ["Model"]),
        ("d=noisy_line&l2=-1", ["L2"]),
        ("d=noisy_line&l2=1e7", ["L2"]),
        ("d=noisy_line&scale=all", ["Scaling"]),
        ("d=noisy_line&x=1", ["Start"]),
        ("d=noisy_line&x=1,2e9", ["Start"]),
        ("d=noisy_line&seeds=51", ["Seeds"]),
        ("d=noisy_line&e=0", ["Epochs"]),
        ("d=noisy_line&clock=hours", ["Clock"]),
        ("d=noisy_line&o=gd,batch:0", ["Batch size of GD"]),
        ("d=noisy_line&o=gd,batch:half", ["Batch size of GD"]),
        ("d=noisy_line&o=gd,sampling:lucky", ["Sampling of GD"]),
        ("d=noisy_line&o=gd,drop:7", ["Dropping of the last batch of GD"]),
        ("d=noisy_line&o=adam,lr:fast", ["Learning rate of Adam"]),
        ("d=noisy_line&o=gd,noise:1,seed:3", ["Gradient noise of GD", "Seed of GD"]),
        ("d=noisy_line&o=adam,t_max:5", ["Over … steps of Adam"]),
        ("d=noisy_line&o=gd&o=adam,lr:" + "9" * 2000, ["Optimizer"]),
        ("d=noisy_line&o=gd&o=foo", ["Optimizer"]),
        ("d=sine&m=network&o=newton", ["Optimizer"]),
        ("&".join(["d=noisy_line", *["o=gd"] * 7]), ["Optimizer"]),
        ("d=noisy_line&yaxis=log&utm_source=x&lang=zh", ["“yaxis”"]),
        ("d=noisy_line&v=0", ["Version of the link"]),
        ("d=noisy_line&d.size=10000&e=20&o=gd,batch:1", ["Epochs"]),
        ("d=noisy_line&d.size=10000&e=100&seeds=50&o=gd", ["Seeds"]),
    ],
)
def test_each_fault_of_a_link_is_named_and_a_default_stands_in(client, query, named):
    got = answer(client, query)
    assert [note.partition(" must be ")[0] for note in got["notes"]] == named
    assert got["settings"]["runners"] or "newton" in query


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_optimizer_runs_on_batches_from_where_its_card_begins(client, key):
    got = answer(client, f"d=noisy_line&m=line&e=10&seeds=2&o={key},batch:10")
    assert got["notes"] == []
    assert np.isfinite(got["runs"][0]["loss"]).all() and got["runs"][0]["loss"][-1] < got["runs"][0]["loss"][0]


@pytest.mark.parametrize(
    "query",
    [f"d={d.key}&m={m.key}" for d in DATASETS.values() for m in MODELS.values()
     if d.task in m.tasks and m.inputs in (None, len(d.inputs))],
)  # fmt: skip
def test_every_model_is_drawn_on_every_data_set_that_suits_it(client, query):
    got = answer(client, query + "&e=2&seeds=2&x=own")
    assert got["notes"] == []
    data, surface, run = got["data"]["body"], got["surface"]["body"], got["runs"][0]
    dim = got["settings"]["dim"]
    assert (run["curves"] is None) == (data["basis"] is not None)
    if data["basis"] is not None:  # the browser's own predictions are those of Python
        chosen = settings(query)[0]
        basis = data["basis"].reshape(-1, dim)
        places = pictures.predicted_at(chosen.problem)[1]
        theta = run["theta"].reshape(-1, dim)[-1:]
        np.testing.assert_allclose(theta @ basis.T, chosen.problem.predict(theta, places), rtol=1e-10)
    assert len(data["y"]) == len(data["kept"]) <= 2000
    assert ("place" in run) == (dim > 2)
    assert surface["grid"]["values"].ndim == min(dim, 2)


def csv(text):
    return base64.b64encode(text.encode()).decode()


def test_own_data_come_with_the_question(client):
    content = csv("area,rooms,rent\n" + "\n".join(f"{a},{a % 3},{10 * a + 5}" for a in range(30)))
    got = answer(client, "d=own&target=rooms&o=gd", csv=content)
    assert got["notes"] == []
    assert (got["settings"]["samples"], got["settings"]["inputs"]) == (30, ["area", "rent"])
    without = answer(client, "d=own&o=gd")
    assert without["settings"]["data"] == "noisy_line" and "a link does not hold them" in without["notes"][0]


@pytest.mark.parametrize("content", ["", "x,y\n1,2\n2,two\n3,4", "x,y\n1,2\n1,3\n1,4", "x,y\n1,2\n2,3,4\n3,4"])
def test_wrong_data_are_told_in_the_readers_language(client, content):
    with pytest.raises(SettingError) as caught:
        files.read(content.encode()).data()
    for code in ("en", "zh"):
        problem = answer(client, page="csv", csv=csv(content), language=code)["problem"]
        assert problem == told(messages(code), caught.value, regression_settings.FORM.labels)
        assert problem.startswith({"en": "Your data must be ", "zh": "你的数据应为"}[code]) and "np." not in problem
    assert answer(client, page="csv", csv="%%%")["problem"].startswith("Your data must be in base64")
    assert answer(client, page="csv", csv=csv("x,y\n1,2\n2,3\n3,5"))["problem"] is None


def test_ten_thousand_rows_fit_into_a_question(client):
    content = csv("\n".join(f"{i / 10_000},{2 * i / 10_000 + 1},{i % 7}" for i in range(10_000)))
    got = answer(client, "d=own&e=5&seeds=10&o=gd,batch:all&o=gd,batch:100", csv=content)
    assert got["notes"] == [] and got["settings"]["samples"] == 10_000
    assert client.post("/answers/qr", content=b"x" * (answers.MAX_BYTES + 1)).status_code == 413
    assert client.post("/answers/regression", content=b"x" * (answers.MAX_BYTES + 2 * files.MOST_BYTES + 1)).status_code == 413


def test_a_link_says_what_of_the_page_is_hidden():
    link = "d=noisy_line&hide=data,table&big=1"
    assert parse_qs(regression_settings.write(settings(link)[0]))["hide"] == ["data,table"]
    assert settings(regression_settings.write(settings(link)[0]))[0].big


def test_an_examples_sentence_is_shown_with_what_it_speaks_of():
    first = next(iter(PRESETS))
    for looked_at in ("", "clock=updates", "third=noise&t=3&lang=zh&hide=table"):
        assert settings(looked_at)[0].preset == first
    for other in ("o=adam", "e=3", "l2=1", "d.size=7", "scale=both"):
        assert settings(other)[0].preset == ""
        assert settings(f"p={first}&{other}")[0].preset == first


def test_the_noise_is_that_of_the_runner_where_it_stands(client):
    noise = answer(client, THREE, page="noise", runner=2, theta=[1.0, 0.5])["noise"]
    what = settings(THREE)[0].problem
    np.testing.assert_allclose(noise["gradient"], what.evaluate([1.0, 0.5])[1], rtol=1e-12)
    assert noise["batches"].shape == (200, 2) and noise["samples"].shape == (100, 2)
    centred = what.samples([1.0, 0.5])[1] - noise["gradient"]
    np.testing.assert_allclose(noise["covariance"], centred.T @ centred / 100 / 10 * 90 / 99, rtol=1e-10)
    assert noise["variances"].shape == (4, len(noise["sizes"]))
    for wrong in ({"runner": 9, "theta": [1, 2]}, {"runner": 0, "theta": [1]}, {"runner": 0, "theta": ["a", {}]}, {}):
        assert answer(client, THREE, page="noise", **wrong)["noise"] is None


def test_scaling_is_never_silent(client):
    plain, scaled = (answer(client, f"d=unscaled&m=line&e=5&scale={how}")["scaling"] for how in ("none", "inputs"))
    assert plain["advise"] and "Condition number 71,700" in plain["text"]
    assert "falls from 71,700 to 1" in scaled["text"] and "for the original data" in scaled["turned"]


def test_rates_of_own_data_bear_the_steepest_sample_and_the_slider_marks_it(client):
    # a full factorial, as R's npk is one: each sample is twice as steep as a guess from lengths of features says
    plots = [(n, p, k) for n in (0, 1) for p in (0, 1) for k in (0, 1)] * 3
    yields = 50 + np.array(plots) @ (5, 1, -4) + np.random.default_rng(3).normal(0, 4, len(plots))
    factorial = csv("N,P,K,yield\n" + "\n".join(f"{n},{p},{k},{y:.1f}" for (n, p, k), y in zip(plots, yields, strict=True)))
    got = answer(client, "d=own&scale=both&e=200", csv=factorial)
    for runner, row in zip(got["settings"]["runners"], got["rows"], strict=True):
        assert row["diverged"] == "0 / 10" and float(row["middle"]) < 3  # which began at 1
        marked = {mark["label"]: mark["at"] for mark in runner["marks"]}
        assert ("2/λᵢ" in marked) == (runner["batch"] is not None)
        if "2/λᵢ" in marked:
            assert runner["hypers"]["lr"] < marked["2/λᵢ"] < marked["2/λ"]


@pytest.mark.parametrize(("lr", "rises"), [(0.99, False), (1.01, True)])
def test_below_the_limit_of_the_steepest_sample_no_step_raises_the_loss_of_its_batch(client, lr, rises):
    query = "d=unscaled&m=line&scale=inputs&e=20&seeds=1&o=gd,batch:1,lr:1"
    (mark,) = [m for m in answer(client, query)["settings"]["runners"][0]["marks"] if m["label"] == "2/λᵢ"]
    found = fit("gd", "unscaled", standardise="inputs", batch_size=1, epochs=20, start=(0, 0), hypers={"lr": lr * mark["at"]})
    higher = [
        found.problem.samples(found.theta[0, u + 1])[0][batch[0]]
        > found.problem.samples(found.theta[0, u])[0][batch[0]] + 1e-12
        for u, batch in enumerate(found.batches(0))
    ]
    assert any(higher) == rises


@pytest.mark.parametrize(
    ("query", "epochs", "seeds", "notes"),
    [
        ("d=five_points&e=5000&o=gd,batch:all", 1500, 10, ["Epochs must be at most 1,500; received “5000”"]),
        ("d=five_points&e=1500&seeds=60", 1500, 50, ["Seeds must be at most 50; received “60”"]),
        ("d=five_points&seeds=0", 20, 10, ["Seeds must be a whole number from 1 to 50; received “0”"]),
        ("d=noisy_line&e=1500&o=gd,batch:1", 1000, 10, ["Epochs must be at most 1000 with so many samples; received 1500"]),
        ("d=sine&d.size=10000&m=network&m.hidden=10&e=1000&seeds=1&o=gd,batch:all", 1000, 1, []),
        ("d=sine&d.size=10000&m=network&m.hidden=10&e=1000&seeds=1" + "&o=gd,batch:all" * 3, 645, 1,
         ["Epochs must be at most 645 with so many samples, weights and runners; received 1000"]),
    ],
)  # fmt: skip
def test_a_limit_is_kept_and_said(query, epochs, seeds, notes):
    chosen, said = settings(query)
    assert (chosen.epochs, chosen.seeds) == (epochs, seeds)
    assert [told(messages("en"), note, regression_settings.FORM.labels) for note in said] == notes


@pytest.mark.parametrize(
    ("own", "whole"), [("batch:30", True), ("batch:30,sampling:in_order", True), ("batch:1", True), ("batch:all", True),
                       ("batch:30,drop:1", False), ("batch:30,sampling:replacement", False)],
)  # fmt: skip
def test_an_epochs_batch_gradients_end_to_end_are_the_true_gradient_where_each_sample_has_its_turn(client, own, whole):
    query, at = f"d=noisy_line&m=line&l2=0.1&e=3&seeds=4&seed=2&o=gd,{own},lr:0.01", (1.0, 0.5)
    got = answer(client, query, page="noise", runner=0, theta=at, update=5)["noise"]
    chosen, _notes = settings(query)
    np.testing.assert_allclose(got["gradient"], chosen.problem.evaluate(at)[1])
    assert np.allclose(got["chain"][-1], got["gradient"], rtol=1e-9) == whole and not np.any(got["chain"][0])
    found, each = regression.run(chosen.runners[0], chosen), chosen.problem.samples(at)[1]
    update = min(5, len(found.batches(2)) - 1)
    np.testing.assert_allclose(got["next"], each[found.batches(2)[update]].mean(axis=0))
    assert got["epoch"] == len(found.drawn.sizes)


def test_of_too_many_rows_some_are_saved_and_how_many_is_told(client):
    got = answer(client, "d=noisy_line&d.noise=0&e=200&seeds=50&o=gd,batch:10,lr:0.02&o=gd,batch:10,lr:9", page="rows")
    lines = got["csv"].splitlines()
    assert got["every"] == 3 and len(lines) <= 1 + 2 * 50 * (2001 / 3 + 2)
    saved = [line.split(",") for line in lines if line.startswith("Mini-batch 10,49,")]
    assert [row[2] for row in (saved[0], saved[1], saved[-1])] == ["0", "3", "2000"]
    assert "nan" in lines[-1]  # who diverges is saved, too


def test_a_batch_size_is_kept_for_data_with_more_samples(client):
    query = "d=noisy_line&d.size={}&e=2&seeds=1&o=gd,batch:50,lr:0.01&o=gd,batch:all,lr:0.01"
    few, more = (answer(client, query.format(size))["settings"]["runners"] for size in (20, 80))
    assert [[r["name"] for r in runners] for runners in (few, more)] == [["GD", "GD 2"], ["Mini-batch 50", "GD"]]
    assert few[0]["batch"] == 50 and few[1]["batch"] is None and few[0]["updates"] == 2 and more[0]["updates"] == 4
    chosen, _notes = settings(query.format(20))
    assert "o=gd,batch:50," in regression_settings.write(chosen) and "o=gd,batch:all," in regression_settings.write(chosen)


def test_what_takes_longer_says_so(client):
    slow = [
        answer(client, query)["settings"]["slow"]
        for query in ("d=noisy_line", "d=blobs&d.size=10000", "d=sine&m=network&d.size=10000&e=1")
    ]
    assert slow == [False, True, True]


def test_classes_of_one_input_are_drawn_all_of_them_below_a_curve_of_probabilities(client):
    passed = (0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1)
    got = answer(
        client,
        "d=own&e=5&seeds=1&scale=inputs",
        csv=csv("hours,passed\n" + "\n".join(f"{h / 2},{p}" for h, p in enumerate(passed))),
    )
    data = got["data"]["body"]
    assert (data["kind"], data["odds"], len(data["axes"][0])) == ("probability", True, pictures.CURVE)
    assert list(data["y"]) == list(passed) and len(data["basis"]) == 2 * pictures.CURVE


def test_scaling_says_no_fall_where_there_is_none(client):
    twice = csv("a,b,y\n" + "\n".join(f"{k},{2 * k},{3 * k + 1}" for k in range(12)))  # one column is twice the other
    told = answer(client, "d=own&e=5&scale=inputs&o=", csv=twice)["scaling"]["text"]
    assert told == "Standardised: the condition number is ∞, and was ∞."
    # powers of what is standardised are finite, those of the data are not
    far = csv("a,y\n" + "\n".join(f"{k}e90,{k * k}" for k in range(1, 12)))
    got = answer(client, "d=own&m=polynomial&m.degree=5&e=5&scale=inputs", csv=far)
    assert got["settings"]["model"] == "polynomial" and got["scaling"]["text"].startswith("Standardised: each has mean 0")


def test_the_best_fits_weights_are_said(client):
    years = csv("year,y\n" + "\n".join(f"{year},{(year - 1984) ** 2}" for year in range(1950, 2020)))
    raw, scaled = (
        answer(client, f"d=own&m=polynomial&m.degree=2&e=2&scale={how}", csv=years)["words"] for how in ("none", "inputs")
    )
    # (year - 1984)^2 multiplied out
    assert "The best fit (least squares) has 0, with a0, a1, and a2 of 3.94e6, −3,968, 1." in raw
    assert "(for the original data 3.94e6, −3,968, 1)" in scaled


def test_parts_that_the_browser_holds_are_not_sent_again(client):
    first = answer(client, THREE)
    held = [first[name]["digest"] for name in ("choices", "data", "surface")]
    moved = answer(client, THREE.replace("lr:0.02", "lr:0.03"), have=held)
    assert [moved[name] for name in ("choices", "data", "surface")] == [{"digest": digest} for digest in held]
    other = answer(client, THREE + "&d.noise=2", have=held)
    assert "body" in other["data"] and "body" in other["surface"] and "body" not in other["choices"]


@pytest.mark.parametrize("key", ["gd", "momentum", "nesterov", "momentum_ema"])
def test_a_runner_of_all_the_data_has_its_own_limit_marked_and_it_is_one(client, key):
    query = f"d=noisy_line&m=line&e=1&seeds=1&o={key},batch:all&o={key},batch:10"
    all_the_data, batches = answer(client, query)["settings"]["runners"]
    (own,) = (mark for mark in all_the_data["marks"] if mark["own"])
    assert [mark["label"] for mark in batches["marks"] if mark["own"]] == (["2/λᵢ"] if key == "gd" else [])
    for share, diverges in ((0.97, False), (1.03, True)):
        hypers = all_the_data["hypers"] | {"lr": share * own["at"]}
        loss = fit(key, "noisy_line", model="line", updates=2000, hypers=hypers, start=(0, 0)).loss[0]
        assert bool(loss[-1] < loss[0]) != diverges, own["title"]


def test_where_no_limit_is_known_none_is_marked_as_its_own(client):
    (bent,) = answer(client, "d=sine&m=network&e=1&seeds=1&o=momentum,batch:all")["settings"]["runners"]
    assert [mark["label"] for mark in bent["marks"]] == ["2/λ"] and not bent["marks"][0]["own"]


def test_what_is_held_out_is_drawn_tabled_and_said(client):
    query = "d=sine&d.size=40&m=polynomial&e=30&seeds=5&test=0.25&split=3&o=gd,batch:5,lr:0.1"
    got = answer(client, query)
    found = fit(
        "gd", "sine", model="polynomial", batch_size=5, epochs=30, seeds=range(5), start=np.zeros(4), hypers={"lr": 0.1},
        data_params={"size": 40}, held_out=0.25, split_seed=3,
    )  # fmt: skip
    assert found.test_loss is not None and found.problem.test is not None
    assert got["settings"]["samples"] == 30 and got["settings"]["held"] == 10 and got["best"] is None
    np.testing.assert_array_equal(got["runs"][0]["test"], found.test_loss[0])
    held = got["data"]["body"]["held"]
    np.testing.assert_array_equal(held["y"], found.problem.test.targets)
    assert not set(held["x"]) & set(got["data"]["body"]["x"])
    last = number(float(np.median(found.test_loss[:, -1])))
    assert (
        got["rows"][0]["test"] == last and f"On the 10 held-out samples: Mini-batch 5: {last}; the best fit: " in got["words"]
    )
    assert number(found.problem.least_test) in got["words"]
    axis = got["data"]["body"]["axes"][0]
    assert axis[0] < min(held["x"]) and axis[-1] > max(held["x"])


@pytest.mark.parametrize("query", ["d=five_points&m=origin&test=0.9", "d=noisy_line&test=0.001", "d=noisy_line&test=1.5"])
def test_a_share_that_leaves_nothing_is_told_and_nothing_is_held_out(client, query):
    got = answer(client, query + "&e=1&seeds=1")
    assert got["settings"]["held"] == 0 and got["settings"]["test"] == 0
    assert len(got["notes"]) == 1 and got["notes"][0].startswith("Held out for testing must be")


@pytest.mark.parametrize("model", ["line", "network"])
def test_of_many_inputs_predictions_of_what_is_held_out_are_drawn_too(client, model):
    content = csv("a,b,y\n" + "\n".join(f"{k},{k * k % 7},{3 * k + 1}" for k in range(20)))
    got = answer(client, f"d=own&m={model}&e=2&seeds=1&test=0.2&scale=both&o=gd,batch:all,lr:0.01", csv=content)
    data, run = got["data"]["body"], got["runs"][0]
    assert data["kind"] == "agreement" and len(data["y"]) == 16 and len(data["held"]["y"]) == 4
    assert (len(run["curves"]["z"][0]) if model == "network" else len(data["basis"]) / 3) == 20
