"""Settings <-> links: everything is written, what is written reads back, what is wrong is named and costs only that detail."""

import itertools
import random
import re
from urllib.parse import parse_qs

import pytest

from optim_viz import OPTIMIZERS, SCHEDULES
from optim_viz.stages import STAGES
from optim_viz.ui.asked import as_query
from optim_viz.ui.faults import told_all
from optim_viz.ui.i18n import messages
from optim_viz.ui.inputs import MAX_NUMBER, MAX_TEXT, slider, written
from optim_viz.ui.race import settings
from optim_viz.ui.race.presets import PRESETS
from optim_viz.ui.race.settings import MAX_RUNNERS, MAX_STEPS, read
from surfaces import SURFACES

EVERYTHING = (
    "v=1&p=zigzag&s=ravine&s.condition=7&s.rotation=30&x=-1&y=0.5&n=200&o=adam@keras,lr:0.02,beta1:0.8&o=gd,lr:0.001,"
    "noise:0.5,seed:7,maximize:1,clip_value:2,clip_norm:3,weight_decay:0.1,decay:direct,lookahead_k:3,lookahead_alpha:0.25,"
    "schedule:linear,start_factor:0.5,end_factor:0.1,total_iters:50,warmup:5"
    "&t=5&axis=log&zoom=-1,1,-0.5,0.5&look=both&camera=-17.5,60,0.5&i=2,slope,update"
)


def query(link):
    return parse_qs(link, keep_blank_values=True)


def settled(link):
    """The settings of a link in which nothing is wrong."""
    chosen, notes = read(query(link))
    assert not notes, [str(note) for note in notes]
    return chosen


def comparable(chosen):
    """What a link restores, as plain values: a Surface has no equality of its own."""
    runners = [(r.optimizer.full_key, r.name, dict(r.hypers), dict(r.around)) for r in chosen.runners]
    surface = (chosen.surface.key, dict(chosen.surface.values))
    looked = (chosen.step, chosen.axis, chosen.zoom, chosen.look, chosen.camera, chosen.arrows)
    return surface, chosen.start, chosen.steps, runners, looked, chosen.preset


def assert_reads_back(chosen):
    link = settings.write(chosen)
    again = settled(link)
    assert comparable(again) == comparable(chosen)
    assert settings.write(again) == link


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_reads_back_from_its_link(preset):
    chosen = settled(f"p={preset}")
    assert chosen.preset == preset
    assert_reads_back(chosen)


@pytest.mark.parametrize("surface", SURFACES)
def test_a_surface_with_every_optimizer_reads_back_from_its_link(surface):
    keys = [record.full_key for entry in OPTIMIZERS.values() for record in entry.conventions]
    for at in range(0, len(keys), MAX_RUNNERS):
        some = keys[at : at + MAX_RUNNERS]
        chosen = settled("&".join([f"s={surface}", *(f"o={key}" for key in some)]))
        assert [r.optimizer.full_key for r in chosen.runners] == some
        assert_reads_back(chosen)


@pytest.mark.parametrize("entry", OPTIMIZERS.values(), ids=list(OPTIMIZERS))
def test_each_stage_that_an_optimizer_supports_reads_back_and_the_others_are_named(entry):
    for record in entry.conventions:
        for stage in STAGES.values():
            value = stage.choice.default if stage.choice and stage.choice.name == stage.first else "1"
            chosen, notes = read(query(f"s=ravine&o={record.full_key},{stage.first}:{value}"))
            (runner,) = chosen.runners
            supported = stage.key in (record.stages or ())
            named = [] if supported or stage.first in record.hypers else [f"{record.key}, {stage.key}"]
            assert [note.parameter for note in notes] == named
            assert runner.stages[0].on == ((stage.key,) if supported else ())
            assert_reads_back(chosen)


def test_a_stage_without_numbers_is_off_for_0():
    assert [dict(r.around) for r in settled("s=ravine&o=gd,maximize:0&o=gd,maximize:1&o=sam,maximize:0").runners] == [
        {},
        {"maximize": 1},
        {},
    ]


def test_a_number_of_another_schedule_is_named_as_of_no_use():
    _, notes = read(query("s=ravine&o=gd,schedule:cosine,gamma:0.5,t_max:9"))
    assert [str(note) for note in notes] == ["gd, gamma must be left out: nothing that is switched on uses it; received '0.5'"]


@pytest.mark.parametrize("word", SCHEDULES)
def test_each_schedule_reads_back_with_all_its_numbers(word):
    chosen = settled(f"s=ravine&n=120&o=gd,schedule:{word},warmup:4")
    around = chosen.runners[0].around
    assert around["schedule"] == word and around["warmup"] == 4
    assert set(around) == {"schedule", "warmup", *SCHEDULES[word].hypers}
    for name in {"t_max", "total_iters"} & set(around):
        assert around[name] == 120  # it runs its course in the steps of the race
    assert_reads_back(chosen)


def test_weight_decay_is_read_as_the_convention_has_it():
    runners = settled("s=ravine&o=gd,weight_decay:0.1&o=gd@keras,weight_decay:0.1&o=gd@handwritten,weight_decay:0.1").runners
    assert [r.around["decay"] for r in runners] == ["l2", "decoupled", "direct"]


def test_names_around_the_rule_are_no_hyperparameters_of_an_optimizer_that_has_the_stage():
    for entry in OPTIMIZERS.values():
        for record in entry.conventions:
            for stage in STAGES.values():
                words = stage.choice.options if stage.choice else [""]
                if stage.key in (record.stages or ()):
                    assert not {name for word in words for name in stage.numbers(word)} & set(record.hypers), record.full_key


def test_a_link_with_everything_reads_back():
    assert_reads_back(settled(EVERYTHING))


@pytest.mark.parametrize("link", ["", "p=basins", "s=saddle", "o=", EVERYTHING])
def test_a_link_names_every_value_so_that_new_defaults_never_change_it(link):
    chosen = settled(link)
    names = query(settings.write(chosen))
    assert {"v", "s", "n", "o", *"xy"[: chosen.surface.dim]} <= set(names)
    assert {f"s.{name}" for name in chosen.surface.params} <= set(names)
    for runner, text in zip(chosen.runners, names["o"], strict=False):
        assert [pair.split(":")[0] for pair in text.split(",")[1:]] == [*runner.optimizer.hypers, *runner.around]


def test_a_link_without_a_surface_is_the_first_preset_with_what_it_says():
    first = next(iter(PRESETS.values()))
    assert comparable(settled("")) == comparable(settled(f"p={first.key}"))
    assert settled("n=7").steps == 7
    assert settled("t=7&lang=zh&utm_source=mail&embed=true").preset == first.key


def test_an_examples_sentence_is_shown_with_what_it_speaks_of():
    """Who sets something else and names no example gets none; who names it began with it."""
    for other in ("n=7", "o=adam@keras", "x=1", "s.condition=5"):
        assert settled(other).preset == ""
        assert settled(f"p=zigzag&{other}").preset == "zigzag"


def test_a_runner_that_is_too_long_is_left_out_whole():
    chosen, notes = read(query("s=ravine&o=gd&o=adam,lr:0.1" + "0" * 2000))
    assert [runner.name for runner in chosen.runners] == ["GD"]
    assert [(note.parameter, note.values["limit"]) for note in notes] == [("o", MAX_TEXT)]


def test_an_empty_o_says_that_nobody_runs():
    assert settled("s=saddle&o=").runners == ()
    assert settings.write(settled("s=saddle&o=")).endswith("&o=")


def test_runners_of_one_kind_are_numbered():
    assert [r.name for r in settled("o=adam&o=gd&o=adam&o=adam").runners] == ["Adam", "GD", "Adam 2", "Adam 3"]


@pytest.mark.parametrize(
    ("detail", "parameter", "received"),
    [
        ("v=99", "v", "99"),
        ("v=", "v", ""),
        ("p=nonsense", "p", "nonsense"),
        ("s.condition=0", "s.condition", "0"),
        ("s.condition=steep", "s.condition", "steep"),
        ("s.condition=1e7", "s.condition", "1e7"),
        ("s.condition=nan", "s.condition", None),
        ("s.b=100", "s.b", "100"),
        ("x=left", "x", "left"),
        ("x=nan", "x", "nan"),
        ("y=-inf", "y", "-inf"),
        ("x=1e999", "x", "1e999"),
        ("x=1000001", "x", "1000001"),
        ("x=", "x", ""),
        ("n=0", "n", "0"),
        ("n=99999", "n", "99999"),
        ("n=12.5", "n", "12.5"),
        ("n=inf", "n", "inf"),
        ("o=nonsense", "o", "nonsense"),
        ("o=adam@nonsense", "adam, variant", "nonsense"),
        ("o=newton@keras", "newton, variant", "keras"),
        ("o=adam,gamma:0.5", "adam, gamma", "0.5"),
        ("o=adam,warmup:9", "adam, warmup", "9"),
        ("o=adam,lookahead_alpha:0.5", "adam, lookahead_alpha", "0.5"),
        ("o=adam,decay:l2", "adam, decay", "l2"),
        ("o=adam,maximize:yes", "adam, maximize", "yes"),
        ("o=adam,maximize:2", "adam, maximize", "2"),
        ("o=adam,noise:-1", "adam, noise", "-1"),
        ("o=adam,clip_norm:0", "adam, clip_norm", "0"),
        ("o=adam,schedule:weekly", "adam, schedule", "weekly"),
        ("o=sam,noise:1", "sam, noise", "1"),
        ("o=rprop,schedule:step", "rprop, schedule", "step"),
        ("o=adam,lr:fast", "adam, lr", "fast"),
        ("o=adam,lr:-1", "adam, lr", "-1"),
        ("o=adam,beta1:1", "adam, beta1", "1"),
        ("o=adam,rho:1", "adam, rho", "1"),
        ("yaxis=linear", "yaxis", "linear"),
        ("o=adam,lr", "adam, lr", ""),
        ("o=adam,", "adam", ""),
        ("t=301", "t", "301"),
        ("axis=cubic", "axis", "cubic"),
        ("zoom=1,2,3", "zoom", "1,2,3"),
        ("zoom=2,1,0,1", "zoom", "2,1,0,1"),
        ("zoom=0,inf,0,1", "zoom", "0,inf,0,1"),
        ("zoom=0,1e-320,0,1", "zoom", "0,1e-320,0,1"),
        ("zoom=-1e308,1e308,0,1", "zoom", "-1e308,1e308,0,1"),
        ("zoom=a,b,c,d", "zoom", "a"),
        ("look=4d", "look", "4d"),
        ("camera=0,45", "camera", "0,45"),
        ("camera=0,45,nan", "camera", "0,45,nan"),
        ("camera=0,4,1", "camera", "0,4,1"),
        ("camera=181,45,1", "camera", "181,45,1"),
        ("camera=a,45,1", "camera", "a"),
        ("i=5,slope", "i", "5,slope"),
        ("i=0,slope", "i", "0,slope"),
        ("i=slope", "i", "slope"),
        ("i=1,slop", "i", "slop"),
    ],
)
def test_a_bad_detail_is_named_and_falls_back_alone(detail, parameter, received):
    name = detail.split("=")[0]
    good = "s=ravine&x=-1&y=0.5&n=300"
    chosen, notes = read(query(good) | query(detail))
    assert [note.parameter for note in notes] == [parameter]
    if received is not None:
        assert notes[0].received == received
    without = {key: value for key, value in query(good).items() if key != name}
    key = re.match("o=([a-z]+)[,@]", detail)
    alone = [f"o={key[1]}"] if key else []
    fallback = comparable(read(without | query("&".join(alone)))[0])
    if "noise:-1" in detail or "clip_norm:0" in detail or "weekly" in detail:  # the stage stays on, with its usual number
        assert chosen.runners[0].around and comparable(chosen)[0] == fallback[0]
    elif name == "o" and not alone:  # an unknown optimizer has no default: nobody runs in its place
        assert chosen.runners == ()
    else:
        assert comparable(chosen) == fallback


@pytest.mark.parametrize(
    ("detail", "without", "label", "allowed", "received"),
    [
        ("x=-1,5", "", "Start x", "-1.5", "-1,5"),
        ("x=-1，5", "", "Start x", "-1.5", "-1，5"),
        ("s.condition=7,5", "", "Condition number", "7.5", "7,5"),
        ("o=gd,lr:0,05", "o=gd", "Learning rate of GD", "0.05", "0,05"),
        ("o=gd,lr:5,1e-3", "o=gd", "Learning rate of GD", "5.1e-3", "5,1e-3"),
        ("o=adam,beta1:0,9,lr:0.3", "o=adam,lr:0.3", "Beta1 of Adam", "0.9", "0,9"),
        ("o=gd,noise:0,5,seed:3", "o=gd,noise:0.1,seed:3", "Spread of the noise of GD", "0.5", "0,5"),
        ("x=1,000.5", "", "Start x", "", "1,000.5"),
        ("n=1,000", "", "Number of steps", "", "1,000"),
        ("o=gd,noise:1,seed:1,000", "o=gd,noise:1", "Seed of GD", "", "1,000"),
    ],
)
def test_a_comma_in_a_number_is_told_and_nothing_is_made_of_it(detail, without, label, allowed, received):
    chosen, notes = read(query(f"s=ravine&{detail}"))
    what = f"a number with a point for its decimals, as in {allowed}" if allowed else "a whole number without commas"
    what = "a number without commas" if label == "Start x" and not allowed else what
    assert told_all(messages("en"), notes) == [f"{label} must be {what}; received “{received}”"]
    usual = settled(f"s=ravine&{without}")
    assert comparable(chosen) == comparable(usual)


def test_a_bad_surface_falls_back_and_the_rest_is_kept():
    chosen, notes = read(query("s=everest&n=50&o=gd,lr:0.001"))
    assert [note.parameter for note in notes] == ["s"]
    assert chosen.surface.key == settings.DEFAULT_SURFACE
    assert (chosen.steps, chosen.runners[0].hypers["lr"]) == (50, 0.001)


def test_too_many_runners_are_cut_and_named():
    chosen, notes = read({"o": ["gd"] * 100})
    assert [note.parameter for note in notes] == ["o"]
    assert len(chosen.runners) == MAX_RUNNERS


def test_every_fault_of_a_link_is_named():
    _, notes = read(query("s=ravine&s.condition=0&x=a&y=b&n=0&o=foo&o=adam,lr:x,beta1:2&axis=z&zoom=1&v=0&t=-1"))
    assert [n.parameter for n in notes] == [
        "v",
        "s.condition",
        "x",
        "y",
        "n",
        "o",
        "adam, lr",
        "adam, beta1",
        "t",
        "axis",
        "zoom",
    ]


HOSTILE = ["", "0", "-0", "nan", "inf", "-inf", "1e999", "1e308", "5e-324", "abc", "１２", "💣", "\x00", "x" * 100_000]
HOSTILE += [
    ",,",
    ":",
    "::",
    "a:b,c",
    "1,2,3,4",
    "0,1e-320,0,1",
    "-1e308,1e308,0,1",
    "0x10",
    "1e6",
    "-1e6",
    "gd,lr:1e308",
    "gd,,",
]
HOSTILE += [
    "rmsprop,centered:1,alpha:0",
    "adam,lr:5e-324,eps:0",
    "adam,lr:0.1,lr:0.2",
    "adam@keras",
    "adam@",
    "@",
    "gd,noise:1,schedule:",
    "gd,schedule:step,gamma:9,warmup:1e9",
    "log",
    "90",
    "5000",
]
HOSTILE += ["gd,lr:" + "9" * 1000, *SURFACES, *OPTIMIZERS, *PRESETS]
NAMES = [*settings.FORM.keys, "s.condition", "s.rotation", "s.b", "lang", "💣"]


def test_an_underscore_is_no_part_of_a_number():
    """Only Python reads it so: nobody who writes a link means ten."""
    chosen, notes = settings.read({"x": ["1_0"], "n": ["1_0"]})
    assert (chosen.start, chosen.steps) == (settings.read({})[0].start, 300)
    assert [(note.parameter, note.received) for note in notes] == [("x", "1_0"), ("n", "1_0")]


def test_no_query_whatever_raises_and_what_it_gives_reads_back():
    rng = random.Random(0)
    for _ in range(2000):
        hostile = {name: rng.choices(HOSTILE, k=rng.randint(0, 3)) for name in rng.sample(NAMES, rng.randint(0, 9))}
        assert_reads_back(read(hostile)[0])


@pytest.mark.parametrize("surface", SURFACES)
def test_the_farthest_parameters_of_a_link_still_give_start_values(surface):
    params = SURFACES[surface].params
    ends = [(max(h.allowed.lo, -MAX_NUMBER) or 5e-324, min(h.allowed.hi, MAX_NUMBER)) for h in params.values()]
    for corner in itertools.product(*ends):
        pairs = [f"s.{name}={value!r}" for name, value in zip(params, corner, strict=True)]
        chosen = settled("&".join([f"s={surface}", *pairs]))
        assert all(0 < r.hypers["lr"] < 1e300 for r in chosen.runners)


def test_the_largest_numbers_are_taken():
    chosen = settled(f"s=ravine&x={MAX_NUMBER}&y={-MAX_NUMBER}&n={MAX_STEPS}&t=0")
    assert (chosen.start, chosen.steps, chosen.step) == ((MAX_NUMBER, -MAX_NUMBER), MAX_STEPS, 0)


@pytest.mark.parametrize(
    "value", [None, 1, "s=ravine", ["s"], {"s": 1}, {"s": None}, {"s": ["a", 1]}, {1: "a"}, {"s": {"a": "b"}}]
)
def test_what_has_not_the_form_of_a_query_is_none(value):
    assert as_query(value) is None


def test_what_has_the_form_of_a_query_is_lists_of_texts_of_limited_number():
    assert as_query({"s": "ravine", "o": ["gd", "adam"]}) == {"s": ["ravine"], "o": ["gd", "adam"]}
    assert as_query({"o": ["gd"] * 1000}) == {"o": ["gd"] * (MAX_RUNNERS + 1)}
    assert as_query({str(i): "" for i in range(1000)}) == {str(i): [""] for i in range(100)}
    assert as_query({}) == {}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_start_values_are_round(optimizer, surface):
    lr = OPTIMIZERS[optimizer].start_values(SURFACES[surface])["lr"]
    assert f"{lr:.0e}"[0] in "125"
    assert float(f"{lr:.0e}") == lr


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (-0.0, "0"), (0.1, "0.1"), (1e-8, "1e-8"), (1e6, "1000000"), (1e16, "10000000000000000"), (-2.5, "-2.5")],
)
def test_a_number_is_written_as_short_as_it_reads_back(value, text):
    assert written(value) == text
    assert float(text) == value


def test_the_browser_learns_which_typed_numbers_are_allowed():
    adam, ravine = OPTIMIZERS["adam"].hypers, SURFACES["ravine"].params
    assert slider(adam["lr"])["allowed"] == [{"at": 0.0, "within": True}, {"at": None, "within": False}]
    assert slider(adam["beta1"])["allowed"] == [{"at": 0.0, "within": True}, {"at": 1.0, "within": False}]
    ends = slider(ravine["condition"], MAX_NUMBER)["allowed"]
    assert ends == [{"at": 1.0, "within": True}, {"at": MAX_NUMBER, "within": True}]
