"""Data of one's own: what can be read, and a plain word for each way in which it can be wrong."""

import numpy as np
import pytest

from optim_viz import SettingError, fit, problem
from optim_viz.regression import own

TABLE = [(1.0, 2.5), (2.0, 4.0), (3.5, 6.25)]


@pytest.mark.parametrize(
    "content",
    [
        b"x,y\n1,2.5\n2,4\n3.5,6.25\n",
        b"1,2.5\n2,4\n3.5,6.25",
        b"x;y\r\n1;2,5\r\n2;4\r\n3,5;6,25\r\n",
        b"x\ty\n1\t2.5\n2\t4\n3.5\t6.25\n",
        b"\xef\xbb\xbfx,y\n1,2.5\n\n2,4\n3.5,6.25\n\n",
        b'"x", "y"\n" 1 ", 2.5\n2e0, +4\n35e-1, 6.25',
        "x,y\n1,2.5\n2,4\n3.5,6.25\n".encode("utf-16"),
        "面积,租金\n1,2.5\n2,4\n3.5,6.25\n".encode(),
    ],
    ids=["header", "no-header", "semicolons", "tabs", "blank-lines", "quotes", "utf-16", "chinese"],
)
def test_what_spreadsheets_write_is_read(content):
    data = own.parse(content)
    np.testing.assert_array_equal(np.column_stack([data.inputs, data.targets]), TABLE)
    assert data.task == "numbers"


def test_columns_have_names_and_any_may_be_the_target():
    data = own.parse(b"area,rooms,rent\n30,1,500\n40,2,600\n60,2,650")
    assert (data.names, data.target) == (("area", "rooms"), "rent")
    other = own.parse(b"area,rooms,rent\n30,1,500\n40,2,600\n60,2,650", target="rooms")
    assert (other.names, other.target, other.targets.tolist()) == (("area", "rent"), "rooms", [1, 2, 2])
    assert own.parse(b"1,2,3\n2,3,5\n4,5,6").names == ("x1", "x2")
    with pytest.raises(SettingError, match="^target must be one of: area, rooms, rent; received 'price'"):
        own.parse(b"area,rooms,rent\n30,1,500\n40,2,600\n60,2,650", target="price")


def test_targets_of_0_and_1_are_classes():
    data = own.parse(b"a,b,spam\n1,2,0\n2,1,1\n3,3,1\n")
    assert data.task == "classes" and problem(data, model="logistic").dim == 3


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "rows of numbers; there are none"),
        (b" \n\n", "rows of numbers; there are none"),
        (b"x,y\n1,\xff\xe9\n", "text in UTF-8: save it as CSV UTF-8"),
        ("面积,租金\n1,2\n".encode("gb18030"), "text in UTF-8: save it as CSV UTF-8"),
        (b"PK\x03\x04\x00\x00,\x00", "a text file with numbers, CSV"),
        (b"1\n2\n3\n", "at least two columns, separated by commas, semicolons or tabs; received '1'"),
        (b"1 2\n2 3\n3 4\n", "at least two columns, separated by commas, semicolons or tabs; received '1 2'"),
        (b"x,y\n1,2\n2,3,4\n3,4\n", "2 values in each line; line 3 has 3; received '2,3,4'"),
        (b"x,y\n1,2\n\n2;3\n3,4\n", "2 values in each line; line 4 has 1; received '2;3'"),
        (b"x,1\n1,2\n2,3\n3,4\n", "either names or numbers in the first line, not both; received 'x,1'"),
        (b"x,\n1,2\n2,3\n3,4\n", "a name for each column in the first line; received 'x,'"),
        (b"x,x\n1,2\n2,3\n3,4\n", "different names for the columns; received 'x,x'"),
        (b"x,y\n1,2\n2,two\n3,4\n", "numbers only; line 3, column y holds text; received 'two'"),
        (b"x,y\nkm,eur\n1,2\n2,3\n3,4\n", "numbers only; line 2, column x holds text; received 'km'"),
        (b"x,y\n1,2\n2,1_000\n3,4\n", "numbers only; line 3, column y holds text; received '1_000'"),
        (b"x,y\n1,2\n,3\n3,4\n", "complete; in line 3, column x a value is missing; received ''"),
        (b"x,y\n1,2\n2,NA\n3,4\n", "complete; in line 3, column y a value is missing; received 'NA'"),
        (b"x,y\n1,2\n2,nan\n3,4\n", "complete; in line 3, column y a value is missing; received 'nan'"),
        (b"x,y\n1,2\n2,inf\n3,4\n", "numbers up to 1e100; line 3, column y is beyond; received 'inf'"),
        (b"x,y\n1,2\n2,1e200\n3,4\n", "numbers up to 1e100; line 3, column y is beyond; received '1e200'"),
        (b"x,y\n1,2\n1,3\n1,4\n", "different in each column; x is always the same; received"),
        (b"x,y\n1,2\n2,2\n3,2\n", "different in each column; y is always the same; received"),
        (b"x,y\n", "at least 3 rows of numbers; received 0"),
        (b"x,y\n1,2\n2,3\n", "at least 3 rows of numbers; received 2"),
        (b",".join([b"1"] * 13), "at most 12 columns; received 13"),
        (b"1,2\n" * 10_001, "at most 10,000 rows; received 10001"),
        (b'1,"' + b"2" * 200_000, "a text file with numbers, CSV; received '1,\"222"),
        (b'x,y\n1,"2,\n2,3\n3,4\n', "numbers only; line 2, column y holds text; received '2,'"),
        (b"1" * 1_000_001, "at most 1,000,000 bytes; received 1000001"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_each_way_of_being_wrong_has_its_word(content, message):
    with pytest.raises(SettingError) as caught:
        own.parse(content)
    assert str(caught.value).startswith(f"data must be {message}"), str(caught.value)


def test_ten_thousand_rows_are_read_and_fitted():
    x = np.linspace(0, 1, 10_000)
    data = own.parse("\n".join(f"{a:.6f},{2 * a + 1:.6f}" for a in x).encode())
    f = fit("gd", data, batch_size=100, epochs=2, seeds=range(5), hypers={"lr": 0.5}, standardise="both")
    assert len(data) == 10_000 and f.loss[:, -1].max() < 1e-6
