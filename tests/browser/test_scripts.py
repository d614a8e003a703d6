"""The player's modules by themselves, in the browser they are written for."""

import base64
from math import inf, nan

import numpy as np
import pytest

from optim_viz.ui.numbers import number
from optim_viz.ui.wire import pack

UNPACK = """
const bytes = Uint8Array.from(atob(arg.bytes), (c) => c.charCodeAt(0));
const shifted = new Uint8Array(bytes.length + arg.shift);
shifted.set(bytes, arg.shift);
const plain = (x) => {
  if (ArrayBuffer.isView(x)) return [x.constructor.name, ...x];
  if (Array.isArray(x)) return x.map(plain);
  return x && typeof x === "object" ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, plain(v)])) : x;
};
return plain((await load("wire.js")).unpack(shifted.subarray(arg.shift)));
"""


@pytest.fixture(scope="module")
def unpacked(script):
    """What wire.js makes of a packed value; typed arrays as lists that begin with their type."""

    def through(value, shift=0):
        return script(UNPACK, {"bytes": base64.b64encode(pack(value)).decode(), "shift": shift})

    return through


@pytest.mark.parametrize(
    "value", [None, True, -1.5, 1e-50, 1e300, "学习率 💣", [], {}, {"a": [1, {"b": None}], "ü": "x" * 5000}]
)
def test_the_browser_reads_plain_values(unpacked, value):
    assert unpacked(value) == value


@pytest.mark.parametrize(
    ("dtype", "name"), [("f8", "Float64Array"), ("f4", "Float32Array"), ("i4", "Int32Array"), ("u1", "Uint8Array")]
)
def test_the_browser_reads_arrays_of_each_type(unpacked, dtype, name):
    assert unpacked({"a": np.array([1, 2, 200], dtype), "empty": np.array([], dtype)}) == {
        "a": [name, 1, 2, 200],
        "empty": [name],
    }


def test_the_browser_reads_every_double_as_it_is(unpacked):
    values = [1e-50, 1e39, 5e-324, 1.7976931348623157e308, 0.1, inf, -inf]
    assert unpacked({"a": values}) == {"a": values} and np.isnan(unpacked(nan))
    assert unpacked(np.array(values)) == ["Float64Array", *values]
    assert np.isnan(unpacked(np.array([nan]))[1])
    assert unpacked(np.array([0.1], np.float32)) == ["Float32Array", float(np.float32(0.1))]


def test_the_browser_reads_rows(unpacked):
    rows = [["Float32Array", 0, 1, 2], ["Float32Array", 3, 4, 5]]
    assert unpacked(np.arange(6, dtype=np.float32).reshape(2, 3)) == rows
    assert unpacked(np.zeros((2, 0))) == [["Float64Array"], ["Float64Array"]]


@pytest.mark.parametrize("shift", range(9))
def test_the_browser_reads_from_any_place_in_memory_and_any_length_of_header(unpacked, shift):
    for header in range(8):
        value = {"x" * header + "é": [np.array([7], np.uint8), np.array([1e-50, 2.0]), np.array([3], np.int32)]}
        (arrays,) = unpacked(value, shift).values()
        assert arrays == [["Uint8Array", 7], ["Float64Array", 1e-50, 2], ["Int32Array", 3]]


@pytest.mark.parametrize(
    ("x", "text"),
    [(0.038, "0.038"), (1.5, "1.5"), (0.0123456, "0.0123"), (1234.5, "1235"), (0, "0"), (-2.999999, "-3"), (0.99999, "1")]
    + [(0.0001, "0.0001"), (8.8111e-5, "8.81e-5"), (4e-7, "4e-7"), (999999, "999999"), (1e6, "1e6"), (-1.25e106, "-1.25e106")],
)
def test_a_number_in_a_field_is_short(script, x, text):
    assert script("(await load('format.js')).short(arg)", x) == text


def test_a_number_is_said_alike_in_the_browser_and_on_the_server(script):
    """Two writers of one rounding: the browser's says what moves."""
    sizes = [0.0, 0.125, 1.125, 12.75, 999.5, 999.994, 1000.5, 2090.6, 99_999.5, 999_999.4, 999_999.6, 1e6, 1e-300]
    sizes += [1.7e308, 1.7976931348623157e308]  # the largest that there is, rounded, is beyond all floats
    sizes += [digits * 10.0**power for digits in (1, 1.005, 2.345, 9.995, 9.9996) for power in range(-9, 9)]
    numbers = [*sizes, *(-x for x in sizes), inf, -inf, nan]
    said = script("{ const { number } = await load('format.js'); return arg.map((x) => number(x)); }", numbers)
    assert said == [number(x) for x in numbers]


@pytest.mark.parametrize(
    ("lo", "hi", "log", "kind"),
    [(1e-4, 1, True, "number"), (1e-12, 1, True, "number"), (1, 1000, True, "number"), (3e-3, 0.7, True, "number")]
    + [(1, 1000, False, "integer"), (0, 0.9999, False, "number"), (1e-16, 1, True, "number")]
    + [(0, 0.999, False, "number"), (-90, 90, False, "number"), (1, 7, False, "integer"), (1, 5000, True, "integer")],
)
def test_a_slider_runs_from_end_to_end_in_small_steps(script, lo, hi, log, kind):
    stops = script("(await load('format.js')).stops(...arg)", [lo, hi, log, kind])
    assert (stops[0], stops[-1]) == (lo, hi)
    assert len(stops) <= 256
    assert all(a < b for a, b in zip(stops, stops[1:], strict=False))
    assert all(float(f"{x:.4g}") == x for x in stops)
    if kind == "integer":
        assert all(float(x).is_integer() for x in stops)
    elif log:
        assert all(b / a < (1.2 if hi / lo < 1e7 else 2.01) for a, b in zip(stops, stops[1:], strict=False))
    else:
        assert max(np.diff(stops)) <= (hi - lo) / 90


def test_the_nearest_stop_is_found(script):
    near = "(await load('format.js')).nearest(arg.values, arg.x)"
    values = [1, 2, 4, 8]
    for x, index in [(-inf, 0), (0, 0), (1.4, 0), (1.6, 1), (2.9, 1), (3.1, 2), (8, 3), (1e300, 3), (inf, 3)]:
        assert script(near, {"values": values, "x": x}) == index, x
    assert script(near, {"values": [5], "x": 3}) == 0


def test_an_address_keeps_its_separators_and_escapes_the_rest(script):
    search = script("(await load('link.js')).toSearch({ o: ['adam@keras,lr:1e+2', 'gd'], p: 'a&b=c d' })")
    assert search == "o=adam@keras,lr:1e%2B2&o=gd&p=a%26b%3Dc%20d"


def test_a_players_machine_names_states_and_acts_that_there_are(script):
    body = """
      const { Instrument, MACHINE } = await load("instrument.js");
      const moves = Object.values(MACHINE).flatMap((events) => Object.values(events));
      return [moves.length, moves.filter(([next, act]) => !(next in MACHINE) || !(`_${act}` in Instrument.prototype))];
    """
    count, wrong = script(body)
    assert count > 20 and wrong == []


OUTBOX = """
const { Outbox, Refused } = await load("source.js");
const asked = [], shown = [], trouble = [], refused = [];
let answers = []; // for each question a promise, and how to keep it
const turn = async () => { for (let i = 0; i < 20; i++) await null; };
const outbox = new Outbox(
  ({ text }) => {
    asked.push(text);
    const then = (settle) => async (x) => { settle(x); await turn(); };
    return new Promise((keep, fail) => answers.push({ keep: then(keep), fail: then(fail) }));
  },
  {
    onAnswer: (answer) => { shown.push(answer); },
    onTrouble: (lost) => trouble.push(lost),
    onRefused: ({ status }) => refused.push(status),
  },
);
const post = (text) => outbox.post({ text });
"""


def test_one_question_is_under_way_and_the_newest_goes_next(script):
    body = "post('a'); post('b'); post('c'); await answers[0].keep('A'); await answers[1].keep('C'); return [asked, shown];"
    assert script(OUTBOX + body) == [["a", "c"], ["A", "C"]]


def test_an_answer_tells_whether_the_hand_is_ahead_of_it(script):
    body = """
      const ahead = [];
      outbox.listener.onAnswer = (answer) => { ahead.push([answer, outbox.ahead]); };
      post('a'); post('b'); await answers[0].keep('A'); await answers[1].keep('B'); return ahead;
    """
    assert script(OUTBOX + body) == [["A", True], ["B", False]]


def test_the_next_question_goes_out_while_an_answer_is_drawn_and_its_answer_waits(script):
    body = """
      let painted;
      outbox.listener.onAnswer = (answer) => { shown.push(answer); return new Promise((done) => (painted = done)); };
      post('a'); post('b'); await answers[0].keep('A'); await answers[1].keep('B'); const before = [[...asked], [...shown]];
      painted(); await turn(); return [before, shown];
    """
    assert script(OUTBOX + body) == [[["a", "b"], ["A"]], ["A", "B"]]


def test_what_gets_no_answer_is_asked_again_ever_more_rarely(script):
    body = """
      const begin = performance.now(), times = [];
      outbox.ask = async () => {
        times.push(performance.now() - begin);
        if (times.length < 5) throw new Error("away");
        return "A";
      };
      post('a'); await turn(); await clock(20000); await turn(); return [times, shown, trouble];
    """
    assert script(OUTBOX + body) == [[0, 500, 1500, 3500, 7500], ["A"], ["away", ""]]


def test_a_new_wish_does_not_wait_until_the_old_one_is_asked_again(script):
    body = "post('a'); await answers[0].fail(new Error('away')); post('b'); await turn(); await answers[1].keep('B');"
    assert script(OUTBOX + body + "return [asked, shown, trouble];") == [["a", "b"], ["B"], ["away", ""]]


def test_what_the_server_refuses_is_not_asked_again(script):
    body = """console.error = () => {};
      post('a'); await answers[0].fail(new Refused(500, 'no')); await clock(60000); await turn();
      post('b'); await answers[1].keep('B'); return [asked, shown, trouble, refused];
    """
    assert script(OUTBOX + body) == [["a", "b"], ["B"], [], [500]]


def test_a_refusal_is_told_when_nothing_newer_is_asked_and_the_last_answer_is_drawn(script):
    body = """console.error = () => {};
      let painted;
      outbox.listener.onAnswer = (answer) => { shown.push(answer); return new Promise((done) => (painted = done)); };
      post('a'); post('b'); await answers[0].keep('A'); await answers[1].fail(new Refused(413, 'no'));
      const before = [...refused];
      painted(); await turn(); post('c'); post('d'); await answers[2].fail(new Refused(500, 'no')); await answers[3].keep('D');
      return [before, refused, asked, shown];
    """
    assert script(OUTBOX + body) == [[], [413], ["a", "b", "c", "d"], ["A", "D"]]


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.5", 1.5), ("-1,5", -1.5), ("0,01", 0.01), (" 2 ", 2), ("+3", 3), ("1e-3", 0.001), ("1,5e2", 150), (".5", 0.5),
     ("5.", 5), ("−2", -2), ("−1.5e−3", -0.0015), ("１２．５", 12.5), ("１，５", 1.5), ("0。5", 0.5),
     ("1,000.5", None), ("1.000,5", None),
     ("1,000,000", None), ("1.2.3", None), ("", None), (" ", None), ("x", None), ("0x10", None), ("1_0", None), ("1 000", None),
     ("--1", None), ("e5", None), ("1e", None), (",", None), ("Infinity", None), ("NaN", None)],
)  # fmt: skip
def test_a_typed_number_is_read_as_its_writer_meant_it_or_not_at_all(script, text, number):
    body = "const { readNumber } = await load('format.js'); const x = readNumber(arg); return Number.isNaN(x) ? null : x;"
    assert script(body, text) == number


def test_a_closed_outbox_asks_and_shows_nothing_more(script):
    body = "post('a'); post('b'); outbox.close(); await answers[0].keep('A'); await clock(5000); return [asked, shown];"
    assert script(OUTBOX + body) == [["a"], []]


def loss_axis(script, wish, *curves):
    axis = script(
        "(await load('scales.js')).valueAxis(arg.curves.map((c) => Float64Array.from(c)), arg.wish)",
        {"curves": curves, "wish": wish},
    )
    low, high = axis["range"]
    assert low < high
    return axis["type"], low, high


@pytest.mark.parametrize(
    ("wish", "curves", "expected"),
    [
        ("auto", [[100, 1, 1e-5]], ("log", -5, 2)),
        ("linear", [[100, 1, 1e-5]], ("linear", 0, 100)),
        ("auto", [[100, 90, 80]], ("linear", 80, 100)),
        ("log", [[100, 90, 80]], ("log", 1, 2)),
        ("auto", [[100, 50, 0, 0]], ("linear", 0, 100)),  # arrived exactly: zero is below every logarithm
        ("auto", [[100, 1e-3, 0]], ("log", -3, 2)),
        ("auto", [[100, 1, 1e-300]], ("log", -14, 2)),  # no more decades than doubles resolve
        ("log", [[-1, -2]], ("linear", -2, -1)),  # nothing to take a logarithm of
        ("auto", [[0, 0]], ("linear", 0, 1)),
        ("log", [[0, 0]], ("linear", 0, 1)),
        ("auto", [], ("linear", 0, 1)),
        ("auto", [[inf]], ("linear", 0, 1)),
        ("auto", [[nan]], ("linear", 0, 1)),
    ],
)  # fmt: skip
def test_the_loss_axis_is_logarithmic_when_the_data_need_it(script, wish, curves, expected):
    kind, low, high = loss_axis(script, wish, *curves)
    assert (kind, low) == expected[:2]
    assert high == pytest.approx(expected[2])


@pytest.mark.parametrize("wish", ["auto", "log", "linear"])
def test_a_run_that_explodes_leaves_through_the_top_and_the_others_stay_readable(script, wish):
    exploding = [10 * 40.0**i for i in range(190)]
    kind, low, high = loss_axis(script, wish, exploding, [10, 5, 2])
    top = 10**high if kind == "log" else high
    assert 10 <= top <= 1e4 * 10


@pytest.mark.parametrize("curve", [[1e306, 1e308], [5e-324, 0], [1e-300, 1e-310], [1, 1], [1, 1 + 1e-16], [1e300, 1e-300]])
@pytest.mark.parametrize("wish", ["auto", "log", "linear"])
def test_the_loss_axis_is_finite_at_the_ends_of_double_precision(script, wish, curve):
    _, low, high = loss_axis(script, wish, curve)
    assert abs(low) < inf
    assert abs(high) < inf


TICKS = "(await load('scales.js')).ticks(arg.axis, 6)"


def read_back(tick):
    """The number that a tick's text says."""
    text = tick["text"].replace("−", "-").replace(",", "")
    if "power" not in tick:
        return float(text)
    digits = text.partition("×")[0]
    return (1.0 if digits == "10" else float(digits)) * 10.0 ** int(tick["power"].replace("−", "-"))


@pytest.mark.parametrize(
    ("lo", "hi"),
    [(0, 300), (0, 1), (0, 5000), (-2, 2), (0.25, 0.5), (80, 100), (0, 1e-9), (-3e7, 1e8), (1e300, 2e300), (0, 7), (-0.005, 0)],
)
def test_the_ticks_of_a_linear_axis_are_round_even_and_say_where_they_stand(script, lo, hi):
    ticks = script(TICKS, {"axis": {"type": "linear", "range": [lo, hi]}})
    at = [tick["at"] for tick in ticks]
    assert 3 <= len(ticks) <= 8
    assert lo - 1e-9 * (hi - lo) <= at[0] < at[-1] <= hi + 1e-9 * (hi - lo)
    step = at[1] - at[0]
    np.testing.assert_allclose(np.diff(at), step, rtol=1e-6)
    assert float(f"{step:.3e}") / 10 ** np.floor(np.log10(step * 1.0001)) == pytest.approx(
        min((1, 2, 5), key=lambda d: abs(step / 10 ** np.floor(np.log10(step * 1.0001)) - d))
    )
    np.testing.assert_allclose([read_back(tick) for tick in ticks], at, rtol=1e-6, atol=1e-9 * (hi - lo))
    assert len({tick["text"] for tick in ticks}) == len(ticks)
    assert all(len(tick["text"]) <= 7 for tick in ticks), ticks


@pytest.mark.parametrize(("lo", "hi"), [(-3, 2), (-14, 2), (0, 1), (1, 2), (-300, 300), (-1, 0), (-308, -307), (3, 9)])
def test_the_ticks_of_a_logarithmic_axis_are_whole_decades(script, lo, hi):
    ticks = script(TICKS, {"axis": {"type": "log", "range": [lo, hi]}})
    assert 2 <= len(ticks) <= 7
    np.testing.assert_allclose([read_back(tick) for tick in ticks], [tick["at"] for tick in ticks], rtol=1e-12)
    exponents = np.log10([tick["at"] for tick in ticks])
    assert lo - 1e-9 <= exponents[0] < exponents[-1] <= hi + 1e-9
    whole = [e for e in exponents if abs(e - round(e)) < 1e-9]
    assert whole[0] - lo < (hi - lo) / 4 + 1e-9
    if hi - lo > 1:
        assert len(whole) == len(exponents)
        assert len(set(np.diff(whole).round(6))) == 1


def test_powers_of_ten_are_written_as_powers_where_they_are_long(script):
    def texts(kind, lo, hi):
        ticks = script(TICKS, {"axis": {"type": kind, "range": [lo, hi]}})
        return [tick["text"] + ("^" + tick["power"] if "power" in tick else "") for tick in ticks]

    assert texts("log", -9, 1) == ["10^−8", "10^−6", "10^−4", "10^−2", "1"]
    assert texts("log", -2, 2) == ["0.01", "0.1", "1", "10", "100"]
    assert texts("log", 0, 1) == ["1", "2", "5", "10"]
    assert texts("linear", 0, 1e6) == ["0", "0.2×10^6", "0.4×10^6", "0.6×10^6", "0.8×10^6", "1.0×10^6"]
    assert texts("linear", -1, 1) == ["−1.0", "−0.5", "0", "0.5", "1.0"]
    assert texts("linear", 0, 4) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(("kind", "low", "high"), [("linear", -3, 7), ("log", -5, 2)])
def test_an_axis_maps_values_to_pixels_and_back(script, kind, low, high):
    body = """
      const { position, value } = (await load('scales.js')).along({ type: arg.kind, range: [arg.low, arg.high] }, 200, 20);
      return [arg.values.map(position), arg.values.map((v) => value(position(v)))];
    """
    values = np.linspace(-3, 7, 9) if kind == "linear" else np.logspace(-5, 2, 9)
    pixels, back = script(body, {"kind": kind, "low": low, "high": high, "values": values.tolist()})
    np.testing.assert_allclose(pixels, np.linspace(200, 20, 9))
    np.testing.assert_allclose(back, values)


def test_on_a_logarithmic_axis_zero_lies_below_everything_and_what_is_no_number_nowhere(script):
    body = """
      const { position } = (await load('scales.js')).along({ type: 'log', range: [-5, 2] }, 200, 20);
      return [0, -1, NaN, Infinity].map((v) => position(v));
    """
    zero, negative, nothing, beyond = script(body)
    assert zero == negative > 1e99 and np.isnan(nothing) and beyond < -1e99


def test_the_last_row_for_a_price_is_found(script):
    spent = [0, 2, 2, 5, 9]
    for x in (-1, 0, 1, 2, 4.9, 5, 8, 9, 100):
        expected = max(0, int(np.searchsorted(spent, x, side="right")) - 1)
        assert script("(await load('scales.js')).lastNotAbove(arg.spent, arg.x)", {"spent": spent, "x": x}) == expected


@pytest.mark.parametrize(
    ("marks", "sides"),
    [
        ([(0.3, "1/λ", False), (0.35, "2/λ", True)], ["before", "after"]),
        ([(0.3, "1/λ", False), (0.35, "2/λ", False), (0.4, "3.8/λ", True)], ["before", None, "after"]),
        ([(0.3, "1/λ", False), (0.32, "1.36/λ", True), (0.35, "2/λ", False)], ["before", "after", None]),
        ([(0.3, "1/λ", False), (0.35, "2/λ", False)], ["before", "after"]),  # no limit of its own is known
        ([(0.2, "1/λ", False), (0.3, "2/λ", False), (0.95, "38/λ", True)], ["before", None, "before"]),
        ([(0.9, "1/λ", False), (0.95, "2/λ", True)], [None, "before"]),
        ([(0.4, "1/λ", False)], ["after"]),
        ([], []),
    ],
)
def test_the_marks_of_a_slider_are_named_without_crowding(script, marks, sides):
    given = [{"place": place, "label": label, "own": own} for place, label, own in marks]
    assert [mark["side"] for mark in script("(await load('slider.js')).sided(arg)", given)] == sides


MAP = {"left": 10, "top": 0, "width": 400, "height": 200}


@pytest.mark.parametrize(("x", "y"), [(100, 50), (100, 195), (100, 5), (395, 100), (395, 195)])
def test_names_at_one_place_neither_cover_each_other_nor_leave_the_picture(script, x, y):
    heads = [{"name": k, "x": x, "y": y, "wide": 60 + k} for k in range(8)]
    names = script('(await load("paths.js")).placed(arg.heads, arg.map)', {"heads": heads, "map": MAP})
    assert sorted(n["name"] for n in names) == list(range(8))
    assert all(n["crowded"] and 0 < n["y"] < 200 and n["x"] >= 10 and n["x"] + n["wide"] <= 410 for n in names)
    ys = sorted(n["y"] for n in names)
    assert all(b - a >= 15.9 for a, b in zip(ys, ys[1:], strict=False))


def test_names_apart_stay_beside_their_heads(script):
    heads = [{"x": 50, "y": 100, "wide": 60}, {"x": 200, "y": 100, "wide": 60}, {"x": 50, "y": 150, "wide": 60}]
    names = script('(await load("paths.js")).placed(arg.heads, arg.map)', {"heads": heads, "map": MAP})
    assert [(n["x"], n["y"], n["crowded"]) for n in names] == [(62, 100, False), (212, 100, False), (62, 150, False)]


def test_texts_are_translated_by_their_english_form_and_fields_filled_in(script):
    body = "const { _, setTexts } = await load('texts.js'); setTexts({ Play: '播放', '{n} steps': '{n} 步', Empty: '' });"
    calls = "return [_('Play'), _('{n} steps', { n: 3 }), _('Pause'), _('{n} of {m}', { n: 0 }), _('Empty')];"
    try:
        assert script(body + calls) == ["播放", "3 步", "Pause", "0 of {m}", "Empty"]
    finally:
        script("const { setTexts } = await load('texts.js'); setTexts({}); return 0")


LINE = """
const { Line } = await load("line.js");
const line = new Line(Float64Array.from(arg.points), { left: 0, top: 0, width: 100, height: 100 });
const drawn = [];
let pen;
const context = {
  setLineDash: () => {}, beginPath: () => {}, stroke: () => {},
  moveTo: (x, y) => (pen = [x, y]),
  lineTo: (x, y) => { drawn.push([...pen, x, y]); pen = [x, y]; },
};
for (const [from, to] of arg.pieces) line.stroke(context, [], from, to, arg.kind ?? null);
return drawn;
"""


def test_a_line_is_cut_at_the_edges_and_not_bent(script):
    points = [50, 50, 50, 1e100, -1e90, -1e90, 20, 20, 500, 500, 500, 600, 90, 90]
    drawn = script(LINE, {"points": points, "pieces": [[0, 6]]})
    assert drawn[0] == pytest.approx([50, 50, 50, 112])
    assert all(-13 <= v <= 113 for segment in drawn for v in segment)
    assert script(LINE, {"points": [10, 1e90, 10, -1e90], "pieces": [[0, 1]]}) == [[10, 112, 10, -12]]
    assert drawn[1] == pytest.approx([-12, -12, 20, 20])  # the way back from far off keeps its direction
    assert drawn[2] == pytest.approx([20, 20, 112, 112])
    assert drawn[3] == pytest.approx([90 + 22 * 410 / 510, 112, 90, 90])
    assert len(drawn) == 4


def test_a_line_in_pieces_is_the_line_at_once(script):
    rng = np.random.default_rng(0)
    points = (rng.standard_normal(400) * 80 + 50).tolist()
    at_once = script(LINE, {"points": points, "pieces": [[0, 199]]})
    pieces = [[i, min(199, i + 7)] for i in range(0, 199, 7)]
    assert script(LINE, {"points": points, "pieces": pieces}) == at_once
    near, far = (script(LINE, {"points": points, "pieces": [[0, 199]], "kind": k}) for k in (0, 1))
    assert near and far
    assert sorted(near + far) == sorted(at_once)


TRANSPORT = """
const { Transport } = await load("transport.js");
const moves = [];
const transport = new Transport({ onMove: (step) => moves.push(step), onRest: () => {} });
transport.build();
transport.setSteps(arg?.steps ?? 600, arg?.step);
"""


def test_it_plays_sixty_steps_a_second_at_each_speed(script):
    choose = """const speed = transport.element.querySelector('select');
      speed.value = arg.speed;
      speed.dispatchEvent(new Event('change'));"""
    play = "transport.seek(100); transport.play(); await clock(1000); transport.pause(); return transport.step;"
    for speed, steps in [(0.1, 6), (0.25, 15), (0.5, 30), (1, 60), (2, 120), (4, 240)]:
        assert script(TRANSPORT + choose + play, {"speed": speed}) == pytest.approx(100 + steps, abs=4 * speed + 1), speed


def test_with_reduced_motion_it_shows_four_pictures_a_second(script):
    calm = "const asked = globalThis.matchMedia; globalThis.matchMedia = () => ({ matches: true });"
    play = """transport.seek(0); moves.length = 0;
      transport.play(); globalThis.matchMedia = asked;
      await clock(2000); transport.pause();"""
    moves = script(TRANSPORT + calm + play + "return moves;")
    assert len(moves) == 8 - 1
    assert 90 < moves[-1] <= 120


def test_while_it_plays_it_never_goes_back(script):
    # browsers give a frame the time at which it began, which may be before the press of the button
    late = "const ask = requestAnimationFrame; globalThis.requestAnimationFrame = (f) => ask((now) => f(now - 40));"
    play = "transport.seek(100); transport.play(); await clock(500); transport.pause(); globalThis.requestAnimationFrame = ask;"
    moves = script(TRANSPORT + late + play + "return moves;")
    assert len(moves) > 10
    assert moves == sorted(moves)
    assert moves[0] == 100


def test_play_from_the_end_starts_over_and_it_stops_at_the_end(script):
    body = "transport.play(); await clock(2000); return [moves[0], transport.step, transport.playing];"
    assert script(TRANSPORT + body, {"steps": 50}) == [0, 50, False]


def test_playing_twice_does_not_run_two_clocks(script):
    count = "let frames = 0; const ask = requestAnimationFrame;"
    count += "globalThis.requestAnimationFrame = (f) => { frames++; return ask(f); };"
    play = "transport.seek(0); for (let i = 0; i < 5; i++) { transport.toggle(); transport.toggle(); transport.play(); }"
    stop = "frames = 0; await clock(160); transport.pause(); globalThis.requestAnimationFrame = ask;"
    frames, step = script(TRANSPORT + count + play + stop + "return [frames, transport.step];")
    assert 9 <= frames <= 11
    assert step <= 11


def test_a_shorter_result_while_it_plays_ends_it_at_its_own_end(script):
    body = "transport.seek(100); transport.play(); await clock(200); transport.setSteps(50, transport.step); await clock(200);"
    assert script(TRANSPORT + body + "return [transport.step, transport.playing];") == [50, False]
