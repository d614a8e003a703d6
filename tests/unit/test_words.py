"""The race in words: who arrived, tied, overshot, swings, left and why; sentences and table say the same."""

import itertools
from urllib.parse import parse_qs

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, run
from optim_viz.lessons import LESSONS
from optim_viz.outcome import outcome
from optim_viz.ui.i18n import messages
from optim_viz.ui.numbers import number, point
from optim_viz.ui.race import settings, words
from optim_viz.ui.race.presets import PRESETS
from optim_viz.ui.race.scene import run as race
from optim_viz.ui.race.settings import Runner
from optim_viz.ui.speech import Phrase, Phrases
from surfaces import SURFACES
from tests.race import rows
from tests.slide import SLIDE


def told(query, code="en"):
    """Outcomes, sentences and table of a link."""
    chosen, notes = settings.read(parse_qs(query, keep_blank_values=True))
    assert not notes
    outcomes = [outcome(race(runner, chosen)) for runner in chosen.runners]
    _ = messages(code)
    racers = words.racers(_, chosen.surface, chosen.runners, outcomes, chosen.steps)
    return outcomes, words.sentences(_, racers), rows(_, racers)


def test_ties_are_called_ties_at_the_top_and_further_down():
    query = "s=ravine&n=300&o=gd,lr:0.03&o=adam,lr:0.1&o=gd,lr:0.03&o=adam,lr:0.1&o=rmsprop,lr:0.01"
    outcomes, text, rows = told(query)
    first, later, last = outcomes[1].arrived, outcomes[0].arrived, outcomes[4].arrived
    assert first < later < last
    assert f"A tie: Adam and Adam 2 arrive at the same step, {first}, and stay within 0.001 of the lowest value." in text
    assert f"Then a tie of GD and GD 2 ({later}); RMSprop ({last})." in text
    assert "first" not in text
    assert ["tie" in row["note"] for row in rows] == [True, True, True, True, False]


def test_one_who_is_alone_is_first_and_the_rest_follow():
    _, text, rows = told("s=ravine&n=300&o=adam,lr:0.1&o=gd,lr:0.03")
    assert "Adam arrives first: from step 83 on it stays within 0.001 of the lowest value." in text and "Then GD (" in text
    assert not any("tie" in row["note"] for row in rows)


@pytest.mark.parametrize(
    "runner, said",
    [
        ("gd,lr:0.05", "its learning rate 0.05 is above 2/λ = 0.04 (curvature λ = 50)"),
        ("momentum,lr:0.1,momentum:0.9", "0.1 is above 3.8/λ = 0.076, the limit with a momentum of 0.9 (curvature λ = 50)"),
        ("nesterov,lr:0.03,momentum:0.9", "0.03 is above 1.36/λ = 0.0271, the limit with a momentum of 0.9"),
        ("momentum_ema,lr:0.8,momentum:0.9", "0.8 is above 38/λ = 0.76"),
        ("gd,lr:0.01,schedule:linear,start_factor:1,end_factor:10,total_iters:100", "(curvature λ = 50 at step 34)"),
    ],
)
def test_a_rate_above_the_limit_is_named_with_its_limit(runner, said):
    (ended,), text, (row,) = told(f"s=ravine&s.condition=50&n=2000&o={runner}")
    assert ended.diverged or ended.worse
    assert said in text and said in row["note"]


def test_the_same_with_the_curvature_met_on_the_way():
    (ended,), text, _rows = told("s=rosenbrock&n=300&o=gd,lr:0.01")
    sharpest = np.linalg.eigvalsh(settings.read(parse_qs("s=rosenbrock"))[0].surface.hessian((-1.5, 2.0)))[-1]
    assert ended.cause.kind == "rate" and ended.cause.row == 0
    assert ended.cause.curvature == pytest.approx(sharpest)
    assert f"above 2/λ = {number(2 / sharpest)} (curvature λ = {number(sharpest)})" in text


def test_a_row_more_in_the_table_is_a_sentence_more(monkeypatch):
    query = "s=ravine&s.condition=50&n=300&o=gd,lr:0.02&o=momentum,lr:0.01"
    (gd, momentum), before, _rows = told(query)
    row = Phrase("{who} needs {steps} gradients.", "evaluations(r) > 100", steps="evaluations(r)")
    monkeypatch.setattr(words, "SENTENCES", Phrases(*words.SENTENCES.nodes, row, join="prose"))
    assert gd.evaluations > 100 > momentum.evaluations
    assert told(query)[1] == f"{before} GD needs {gd.evaluations} gradients."


def test_a_steep_slope_at_the_start_is_named():
    (ended,), text, _rows = told("s=rosenbrock&n=300&o=radam,lr:0.1")
    assert ended.cause.kind == "slope" and ended.cause.row == 1
    assert (
        "RAdam diverges and is no finite number from step 5 on" in text and "at step 1 a steep slope throws it 16.3 far" in text
    )


@pytest.mark.parametrize(
    "query, kind, said",
    [
        # with a slope of 0 along y, and nothing added below the line
        ("s=ravine&x=1&y=0&n=5&o=adagrad,lr:0.1,eps:0", "zero", "its rule divides by 0 at step 1"),
        # the variance v - g_avg^2 of steady gradients is 0, and by rounding even less
        (
            "s=x_squared&x=0.1&n=50&o=rmsprop,lr:1e-30,centered:1,alpha:0.1,eps:0",
            "root",
            "root of a negative number at step 16",
        ),
        (
            "s=ravine&s.condition=50&n=5000&o=gd,lr:0.05,lookahead_k:20,lookahead_alpha:1",
            "huge",
            "larger than a computer can hold",
        ),
        ("s=plateau&n=300&o=newton", "peak", "leads uphill"),
        (
            "s=goldstein_price&x=1.5668442817806287&y=0.34065175956363225&n=5&o=schedule_free_adamw,lr:0.8",
            None,
            "why is not clear",
        ),
    ],
)
def test_a_cause_is_said_where_it_is_found_and_only_there(query, kind, said):
    (ended,), text, (row,) = told(query)
    assert (ended.cause and ended.cause.kind) == kind and (ended.diverged is not None or ended.worse)
    assert said in text and said in row["note"]


def test_who_comes_and_goes_is_not_called_an_arrival():
    (ended,), text, (row,) = told("s=ravine&n=300&o=lion")
    assert ended.brief and "arrives" not in text and "coming and going" in text and "Lion from step 300 on" in text
    assert "comes and goes" in row["note"]


def test_a_great_overshoot_is_told_in_ways_and_none_of_who_began_there():
    (far,), text, (row,) = told("s=x_squared&x=-0.1&n=100&o=momentum,lr:0.1,momentum:0.95")
    assert far.touched and far.overshoot < 10 and "%)" in text
    (there,), text, (row,) = told("s=x_squared&x=0.001&n=100&o=adam,lr:0.5")
    assert there.touched == 0 and there.overshoot == 0 and "overshoots" not in text + row["note"]
    (flung,), text, (row,) = told("s=x_squared&x=-0.1&n=300&o=adam,lr:2")
    assert flung.overshoot > 10 and "times the way" in text and "times the way" in row["note"] and "%" not in text


def test_who_falls_past_a_listed_minimum_does_not_arrive():
    (ended,), text, (row,) = told("s=mccormick&n=50&o=momentum,lr:0.1")
    assert ended.fell and ended.arrived is None and ended.minimum is None and not (ended.overshoot or ended.worse)
    assert "Momentum passes the marked minimum and goes on falling" in text and "arrives" not in text
    assert row["arrived"] == "–" and "falls beyond the marked minimum" in row["note"]


def test_a_touch_is_no_arrival():
    (ended,), text, (row,) = told("s=ravine&s.condition=50&n=300&o=momentum,lr:0.01")
    loss = run("momentum", "ravine", steps=300, hypers={"lr": 0.01}).loss
    assert ended.touched == np.argmax(loss <= 1e-3) == 57 and ended.arrived == 300 - np.argmax(loss[::-1] > 1e-3) + 1 == 90
    assert "Momentum arrives: from step 90 on" in text and "Touched earlier, but not to stay: Momentum at step 57." in text
    assert row["arrived"] == "90" and row["note"].startswith("touches at 57")
    (short,), text, (row,) = told("s=ravine&s.condition=50&n=70&o=momentum,lr:0.01")
    assert short.left_again and short.arrived is None and not short.running
    assert (
        "for a time, but no longer at the end: Momentum at step 57." in text and "touches at 57, does not stay" in row["note"]
    )


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10])
def test_a_few_steps_do_not_tell_that_somebody_rests_or_oscillates(n):
    ends, text, _rows = told(f"s=ravine&s.condition=50&n={n}&o=gd,lr:0.038&o=momentum,lr:0.01&o=rmsprop,lr:0.01&o=adam,lr:0.1")
    assert all(ended.running for ended in ends) and "still on the way" in text
    (still,), text, _rows = told(f"s=saddle&x=0&y=0&n={n}&o=gd,lr:0.1")
    assert still.stalls and "GD hardly moves" in text


def test_swinging_is_not_divergence():
    """Between 1/λ and 2/λ descent swings and arrives, at 2/λ it swings for ever, only above it does it leave."""
    outcomes, text, rows = told("s=ravine&s.condition=50&n=300&o=gd,lr:0.036&o=gd,lr:0.04&o=gd,lr:0.044")
    below, at, above = outcomes
    assert below.arrived and not (below.oscillates or below.worse or below.cause)
    assert at.oscillates and not (at.worse or at.diverged or at.running or at.cause)
    assert above.worse and not above.oscillates
    assert "GD 2 oscillates and comes no nearer." in text and "GD 3 diverges: its learning rate" in text
    assert rows[1]["note"] == "oscillates, comes no nearer"


def test_who_is_beyond_its_limit_on_a_parabola_diverges_before_its_numbers_end():
    (ended,), text, (row,) = told("s=ravine&s.condition=5&n=300&o=gd,lr:0.41")
    why = "its learning rate 0.41 is above 2/λ = 0.4 (curvature λ = 5)"
    assert ended.worse and ended.diverged is None
    assert text == f"GD diverges: {why}." and row["note"] == f"diverges; {why}"


@pytest.mark.parametrize("surface", [surface.key for surface in SURFACES.values() if surface.quadratic])
@pytest.mark.parametrize("key", ["gd", "momentum", "nesterov", "nesterov_classical", "momentum_ema"])
def test_who_is_said_to_diverge_leaves_the_finite_numbers_in_the_end(key, surface):
    optimizer = OPTIMIZERS[key]
    limit = (
        float(optimizer.sharpness_limit({**optimizer.start_values(SURFACES[surface]), "lr": 1.0})) / SURFACES[surface].curvature
    )
    arounds = [""] if optimizer.takes_surface else ["", ",noise:0.1", ",weight_decay:0.01"]
    for beyond, around in itertools.product((1.05, 1.5, 4), arounds):
        query = f"s={surface}&o={key},lr:{beyond * limit!r}{around}"
        (early,), text, _rows = told(f"{query}&n=60")
        (late,), _, _ = told(f"{query}&n=5000")
        assert (early.worse and "diverges: its learning rate" in text) or early.diverged
        assert late.diverged


@pytest.mark.parametrize(
    "query",
    [
        "s=ravine&s.condition=50&n=100&x=0&y=0.01&o=gd,lr:0.05,clip_norm:1",  # its steps are as long as the clipped slope
        "s=rastrigin&n=300&o=gd,lr:0.1",  # curved both ways: it jumps about
        # above the limit for 20 steps only
        "s=ravine&s.condition=50&n=40&x=0&y=0.8&o=gd,lr:0.06,schedule:step,step_size:20,gamma:0.6",
        "s=bowl&n=300&o=asgd,lr:2.3",  # its steps shrink
    ],
)
def test_who_is_only_higher_than_it_began_is_not_said_to_diverge(query):
    (ended,), text, (row,) = told(query)
    steps = query.split("&n=")[1].split("&")[0]
    (later,), _, _ = told(query.replace(f"&n={steps}", "&n=5000"))
    assert ended.worse and ended.cause.kind == "rate" and later.diverged is None
    assert "ends higher than it began: its learning rate" in text and row["note"].startswith("ends higher; its learning rate")


@pytest.mark.parametrize(
    "picture, who",
    [
        (PRESETS["sensitive"].picture, "GD 5"),
        (PRESETS["limits"].picture, "Nesterov"),
        (PRESETS["lookahead"].picture, "GD"),
        (LESSONS["downhill"].pictures["away"], "GD"),
        (LESSONS["ravine"].pictures["over"], "GD"),
        (LESSONS["momentum"].pictures["limits"], "Nesterov"),
    ],
)
def test_a_text_and_the_words_beside_its_picture_call_it_by_one_name(picture, who):
    assert f"{who} diverges: its learning rate" in told(picture.query)[1]


def test_the_jitter_of_rounding_is_no_oscillation():
    """GD with L2 comes to rest at the regularised minimum, where its last digits still turn to and fro."""
    (ended,), text, (row,) = told("s=booth&n=500&o=gd,lr:0.05,weight_decay:0.5")
    assert ended.stalls and not ended.oscillates and "hardly moves at the end" in text and "hardly moves" in row["note"]


def test_who_is_shaken_by_noise_hovers():
    (ended,), text, (row,) = told("s=ravine&s.condition=50&n=200&o=gd,lr:0.03,noise:5")
    assert ended.oscillates and "GD hovers and comes no nearer: its gradient is noisy." in text
    assert "hovers, comes no nearer" in row["note"] and "oscillates" not in text


def test_still_on_the_way_is_neither():
    (ended,), text, (row,) = told("s=ravine&n=10&o=gd,lr:0.001")
    assert ended.running and "GD is still on the way at step 10." in text and row["note"] == "on the way"


def test_who_rests_elsewhere_is_not_on_the_way():
    (shelf,), text, (row,) = told("s=shelf&n=300&o=gd,lr:0.05")
    assert shelf.stalls and not shelf.running and row["note"] == "hardly moves"
    assert "GD hardly moves at the end, away from the lowest value." in text
    for query in ("s=rosenbrock&n=1000&o=gd,lr:0.001", "s=ravine&n=300&o=adam,lr:0.0001"):  # these creep all along
        (creeping,), _, _ = told(query)
        assert creeping.running and not creeping.stalls
    (nowhere,), _, _ = told("s=saddle&x=0&y=0&n=50&o=gd,lr:0.01")
    assert nowhere.stalls


def test_overshoot_is_how_far_it_passes_the_minimum_along_the_line_from_the_start():
    found = run("momentum", "x_squared", start=10.0, steps=300, hypers={"lr": 0.01})
    assert outcome(found).overshoot == pytest.approx(-found.theta.min() / 10)
    (ended,), text, (row,) = told("s=x_squared&x=10&n=300&o=momentum,lr:0.01")
    share = round(100 * ended.overshoot)
    assert f"Momentum (by {share}%) overshoots the minimum." in text and f"overshoots by {share}%" in row["note"]
    aside = run("gd", "ravine", start=(-1.8, 0.8), steps=300, hypers={"lr": 0.095})  # swings across, never past
    assert aside.theta[:, 1].min() < -0.7 and outcome(aside).overshoot == 0


def test_less_than_a_twentieth_is_no_overshoot():
    found = run("gd", "x_squared", start=10.0, steps=50, hypers={"lr": 0.52})
    assert found.theta[1, 0] == pytest.approx(-0.4) and outcome(found).overshoot == 0
    found = run("gd", "x_squared", start=10.0, steps=50, hypers={"lr": 0.53})
    assert outcome(found).overshoot == pytest.approx(0.06)
    assert outcome(run("gd", "x_squared", start=0.0, steps=5)).overshoot == 0


def test_a_surface_without_end_has_nobody_on_the_way_and_nobody_overshooting():
    gd, _ = OPTIMIZERS["gd"], messages("en")
    calm, wild = (outcome(run(gd, SLIDE, steps=n, hypers={"lr": 0.5})) for n in (20, 1000))
    runners = (Runner(gd, {}, {}, {}, "GD"), Runner(gd, {}, {}, {}, "GD 2"))
    text = words.sentences(_, words.racers(_, SLIDE, runners, [calm, wild], 1000))
    assert not (calm.running or calm.oscillates or calm.worse or calm.overshoot) and wild.cause and wild.cause.kind == "endless"
    assert "This surface falls without end: there is no minimum to arrive at." in text
    assert "GD 2 diverges" in text and "it goes down where the surface has no end" in text
    assert "GD is still" not in text


def test_who_was_sent_uphill_is_not_on_the_way_to_the_minimum():
    (ended,), text, _rows = told("s=ravine&n=2000&o=gd,lr:0.05,maximize:1")
    assert ended.cause and ended.cause.kind == "climbs" and not ended.running
    assert "it climbs, and there is no top" in text and "learning rate" not in text


@pytest.mark.parametrize(
    "query, english, chinese",
    [
        ("o=gd,lr:0.05,maximize:1&o=adam,lr:0.1,maximize:1", "GD and Adam run uphill.", "GD 和 Adam 的运行方式：上坡。"),
        ("o=gd,lr:0.05,maximize:1&o=adam,lr:0.1", "GD runs uphill.", "GD 的运行方式：上坡。"),
        (
            "o=gd,lr:0.02,noise:1,seed:1&o=gd,lr:0.02,noise:1,seed:2&o=gd,lr:0.01,noise:1,seed:1",
            "GD and GD 3 run with gradient noise of 1 (seed 1). GD 2 runs with gradient noise of 1 (seed 2).",
            "GD 和 GD 3 的运行方式：带标准差为 1 的梯度噪声（种子 1）。GD 2 的运行方式：带标准差为 1 的梯度噪声（种子 2）。",
        ),
        (
            "o=gd,lr:0.02,weight_decay:0.5&o=adamw,lr:0.1,weight_decay:0.5&o=adamw,lr:0.1&o=adamw,lr:0.1,weight_decay:0",
            "GD runs with weight decay 0.5 (L2: added to the gradient). AdamW runs with its own weight decay at 0.5. "
            "AdamW 3 runs without its own weight decay.",
            "GD 的运行方式：权重衰减 0.5（L2：加到梯度上）。AdamW 的运行方式：自带的权重衰减取 0.5。"
            "AdamW 3 的运行方式：不用自带的权重衰减。",
        ),
        (
            "o=gd,lr:0.02,lookahead_k:1,schedule:cosine,warmup:1",
            "GD runs with Lookahead of k = 1 and alpha = 0.5, on the learning rate schedule: cosine, "
            "and with a warm-up to step 1.",
            "GD 的运行方式：带 Lookahead（k = 1，alpha = 0.5）、学习率按“余弦退火”调度和预热到第 1 步。",
        ),
    ],
)
def test_what_stands_around_a_rule_is_said_once_of_all_of_whom_it_is_true(query, english, chinese):
    assert told(f"s=booth&n=30&{query}")[1].endswith(english)
    assert told(f"s=booth&n=30&{query}", "zh")[1].endswith(chinese)


def test_one_step_is_not_several_and_chinese_has_its_own_brackets():
    assert told("s=ravine&n=1&o=gd,lr:0.001")[1] == "GD is still on the way at step 1."
    text = told("s=ravine&n=300&o=gd,lr:0.03&o=adam,lr:0.1&o=gd,lr:0.03&o=rmsprop,lr:0.01", "zh")[1]
    assert "（" in text and "(" not in text


def test_the_table_counts_gradients():
    outcomes, _text, rows = told("s=rosenbrock&n=1000&o=lbfgs,lr:1&o=adam,lr:0.05")
    assert [row["evaluations"] for row in rows] == [f"{o.evaluations}" for o in outcomes]
    lbfgs, adam = outcomes
    assert adam.evaluations == adam.arrived and lbfgs.evaluations > 1.4 * lbfgs.arrived


def test_another_language_says_the_same_numbers():
    query = "s=ravine&s.condition=50&n=2000&o=gd,lr:0.05&o=gd,lr:0.03&o=gd,lr:0.03&o=momentum,lr:0.01"
    _, _text, english = told(query)
    _, text, rows = told(query, "zh")
    assert "2/λ = 0.04" in text and "GD 2" in text
    for ours, theirs in zip(rows, english, strict=True):
        assert ours["arrived"] == theirs["arrived"] and ours["evaluations"] == theirs["evaluations"]
        assert bool(ours["note"]) == bool(theirs["note"]) and (not ours["note"] or ours["note"] != theirs["note"])


@pytest.mark.parametrize(
    "x, text",
    [(0.93, "0.93"), (12.75, "12.75"), (4e-7, "4e-7"), (2090.6, "2,091"), (999.996, "1,000"), (2e6, "2e6"), (0.02714, "0.0271"),
     (-0.8, "−0.8"), (0.0, "0"), (-0.0, "0"), (np.inf, "∞"), (-np.inf, "−∞"), (np.nan, "–"), (2.2e65, "2.2e65")],
)  # fmt: skip
def test_numbers_have_sensible_digits(x, text):
    assert number(x) == text


def test_a_point_has_two_places():
    assert (
        point((0.931, -0.866)) == "(0.93, −0.87)"
        and point((-0.001,)) == "0.00"
        and point((12345.6, 1e300)) == "(12,346, 1e300)"
    )
