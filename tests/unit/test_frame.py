"""What a link says of the page around a player: the parts it hides, the projector; and its QR code."""

import re
from urllib.parse import parse_qs

import numpy as np
import pytest
import segno
import zxingcpp

from optim_viz.ui import qr
from optim_viz.ui.asked import Asked
from optim_viz.ui.parts import PARTS
from optim_viz.ui.race import settings
from tests.race import answer


def read(query):
    return settings.read(parse_qs(query, keep_blank_values=True))


# -- hide= and big=


def test_a_link_hides_parts_in_their_order_and_each_once():
    chosen, notes = read("s=ravine&hide=words,presets,words&big=1")
    assert not notes
    assert (chosen.hide, chosen.big) == (("presets", "words"), True)
    assert settings.write(chosen).endswith("&hide=presets,words&big=1")
    assert read(settings.write(chosen))[0] == chosen


def test_a_link_that_hides_nothing_does_not_speak_of_it():
    for query in ("s=ravine", "s=ravine&hide=", "s=ravine&big=0"):
        chosen, notes = read(query)
        assert not notes
        assert (chosen.hide, chosen.big) == ((), False)
        assert "hide" not in settings.write(chosen) and "big" not in settings.write(chosen)


def test_every_part_can_be_hidden():
    assert read("hide=" + ",".join(PARTS))[0].hide == tuple(PARTS)


@pytest.mark.parametrize(
    ("query", "parameter"), [("hide=table,tabel", "hide"), ("hide=TABLE", "hide"), ("big=2", "big"), ("big=yes", "big")]
)
def test_what_a_link_cannot_hide_is_noted_and_the_rest_is_hidden(query, parameter):
    chosen, notes = read(query)
    assert [note.parameter for note in notes] == [parameter]
    assert chosen.hide == (("table",) if "table," in query else ())
    assert chosen.big is False


def test_the_near_name_is_offered():
    (note,) = Asked({}).notes(read("hide=tabel")[1])
    assert "did you mean table?" in note


def test_the_answer_says_what_the_page_is_and_what_there_is_to_hide():
    got = answer("hide=table,words&big=1", "zh")
    assert got["frame"] == {"hide": ("table", "words"), "big": True}
    parts = {part["key"]: part["title"] for part in got["choices"]["parts"]}
    assert list(parts) == list(PARTS)
    assert all(re.search("[\u4e00-\u9fff]", title) for title in parts.values())


def test_a_preset_named_in_a_link_keeps_what_the_link_hides():
    assert read("p=valley&hide=presets")[0].hide == ("presets",)


# -- the code

LINK = "http://192.168.1.20:8501/race?" + settings.write(read("p=zigzag&hide=presets,table&big=1")[0]) + "&lang=zh"


def pixels(code, module=4):
    """The code as a picture, dark on white, drawn from its path as a browser fills it."""
    modules = np.full((code["size"], code["size"]), 255, np.uint8)
    commands = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", code["path"])
    assert "".join(f"M{x} {y}h{wide}v1h-{back}z" for x, y, wide, back in commands) == code["path"]
    for x, y, wide, back in commands:
        assert wide == back
        modules[int(y), int(x) : int(x) + int(wide)] = 0
    return np.kron(np.pad(modules, 4, constant_values=255), np.ones((module, module), np.uint8))


@pytest.mark.parametrize("url", [LINK, "https://example.org/", "http://h/" + "x" * (qr.MAX_URL - 9)])
def test_a_reader_reads_the_link_from_the_code(url):
    (found,) = zxingcpp.read_barcodes(pixels(qr.answer(Asked({"url": url}))))
    assert found.text == url


def test_the_longest_link_still_has_modules_that_a_phone_can_tell_apart():
    assert qr.answer(Asked({"url": "http://h/" + "x" * (qr.MAX_URL - 9)}))["size"] == 117  # version 25 of ISO/IEC 18004
    assert segno.make_qr("http://h/" + "x" * (qr.MAX_URL - 8), error="l").version == 26


@pytest.mark.parametrize(
    "url",
    [
        None, 7, "", "race?s=ravine", "javascript:alert(1)", "data:text/html,x", "ftp://h/", "http://", "http:///race",
        "https://user:secret@h/", "http://h/ x", "http://h/\n", "http://h/\u4e2d", "http://[h/", "x" * 100_000,
    ],
)  # fmt: skip
def test_what_is_not_a_plain_address_gets_no_code(url):
    answer = qr.answer(Asked({"url": url}))
    assert list(answer) == ["problem"] and answer["problem"].startswith("Link must be an address")


def test_an_address_that_is_too_long_gets_no_code_and_the_reason():
    (problem,) = qr.answer(Asked({"url": "http://h/" + "x" * qr.MAX_URL, "language": "zh"})).values()
    assert f"{qr.MAX_URL:,}" in problem and re.search("[\u4e00-\u9fff]", problem)
