"""What Python packs for the browser, byte by byte as the module says. tests/browser/test_scripts.py reads it with wire.js."""

import json
from math import inf, nan

import numpy as np
import pytest

from optim_viz.ui.wire import pack
from tests.support import unpack


@pytest.mark.parametrize(
    "value", [None, True, 0, -1.5, 1e-50, 1e300, "", "学习率 💣", [], {}, {"a": [1, {"b": None}]}, "x" * 100_001]
)
def test_plain_values_come_back(value):
    assert unpack(pack(value)) == value


@pytest.mark.parametrize("header", range(16))
def test_arrays_stand_on_their_boundary_whatever_the_header_is_long(header):
    value = {"x" * header: np.arange(3, dtype=np.uint8), "y": np.array([1e-50, 1e39, inf, -inf, nan, -0.0])}
    back = unpack(pack(value))
    np.testing.assert_array_equal(back["x" * header], [0, 1, 2])
    np.testing.assert_array_equal(back["y"], value["y"])
    assert np.signbit(back["y"][-1])


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (np.array([0.1, 2]), "<f8"),
        (np.array([0.1, 2], np.float32), "<f4"),
        (np.array([-1, 2], np.int32), "<i4"),
        (np.array([1, 255], np.uint8), "|u1"),
        (np.array([0.1, 2], ">f8"), "<f8"),
        (np.array([1, 2**40]), "<f8"),
        (np.array([True, False]), "<f8"),
        (np.array([0.5, 2], np.float16), "<f8"),
        (np.arange(12.0).reshape(3, 4)[:, ::2], "<f8"),
        (np.zeros((0,)), "<f8"),
        (np.zeros((3, 0), np.float32), "<f4"),
    ],
    ids=lambda x: f"{x.dtype.str}{x.shape}" if isinstance(x, np.ndarray) else "",
)
def test_an_array_comes_back_in_a_type_that_the_browser_has(array, kind):
    back = unpack(pack([array]))[0]
    assert back.dtype == kind
    np.testing.assert_array_equal(back, array)
    assert back.shape == array.shape


@pytest.mark.parametrize("value", [nan, inf, {"a": [-inf, np.float64(inf)]}])
def test_a_number_that_json_lacks_comes_back(value):
    packed = pack(value)
    np.testing.assert_equal(unpack(packed), value)
    json.loads(packed[4:].rstrip(b"\0"), parse_constant=pytest.fail)  # the header is JSON as every browser reads it


def test_half_a_character_is_a_question_mark():
    assert unpack(pack({"a": "x\ud83d"})) == {"a": "x?"}


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", 1j, np.int64(1)])
def test_what_is_neither_json_nor_an_array_is_refused(value):
    with pytest.raises(TypeError):
        pack({"a": value})
