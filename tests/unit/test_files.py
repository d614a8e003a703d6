"""Data files of one's own: read by columns, as whoever wrote them meant them; and a plain word where they cannot be."""

import csv
import io
import math
from typing import Any

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from optim_viz import SettingError, files, fit, problem
from optim_viz.files import Choice, How
from optim_viz.files.layout import Said

TABLE = [(1.0, 2.5), (2.0, 4.0), (3.5, 6.25)]
edges_of = hypothesis.settings(
    derandomize=True, database=None, deadline=None, max_examples=80, suppress_health_check=list(hypothesis.HealthCheck)
)


def data(content: bytes | str, how: How = How()) -> Any:  # noqa: B008
    return files.read(content.encode() if isinstance(content, str) else content, how).data()


def told(table):
    """The sentences on how a table and its columns were read."""
    said = [*table.said, *(one for column in table.columns for one in column.said)]
    return " ".join(one.template.format(**one.values) for one in said)


# ------------------------------------------------------------------------------------------------------------ what is read

PLAIN = {
    "header": "x,y\n1,2.5\n2,4\n3.5,6.25\n",
    "no header": "1,2.5\n2,4\n3.5,6.25",
    "semicolons": "x;y\r\n1;2,5\r\n2;4\r\n3,5;6,25\r\n",
    "tabs": "x\ty\n1\t2.5\n2\t4\n3.5\t6.25\n",
    "bars": "x|y\n1|2.5\n2|4\n3.5|6.25\n",
    "blanks": "  x    y\n  1   2.5\n  2   4\n  3.5 6.25\n",
    "full-width commas": "x，y\n1，2.5\n2，4\n3.5，6.25\n",
    "full-width digits": "x,y\n１,２.５\n２,４\n３.５,６.２５\n",
    "empty lines": "\ufeffx,y\n1,2.5\n\n2,4\n3.5,6.25\n\n",
    "old Mac": "x,y\r1,2.5\r2,4\r3.5,6.25\r",
    "quotes": '"x", "y"\n" 1 ", 2.5\n2e0, +4\n35e-1, 6.25',
    "sep=": "sep=;\r\nx;y\r\n1;2,5\r\n2;4\r\n3,5;6,25\r\n",
    "empty rows and columns at the edges": ",,,\n,x,y,\n,1,2.5,\n,2,4,\n,3.5,6.25,\n,,,\n",
    "title and source": "Rents in our town\n\nx,y\n1,2.5\n2,4\n3.5,6.25\nSource: us\n",
    "comments": "# measured in May\n// by us\nx,y\n1,2.5\n2,4\n3.5,6.25\n",
    "names in a comment": "# x y\n1 2.5\n2 4\n3.5 6.25\n",
    "money": "x,y\n1,$2.50\n2,€4\n3.5,6.25 £\n",
    "percent": "x,y\n1,2.5%\n2,4 %\n3.5,6.25％\n",
    "lists": "x = [1, 2, 3.5]\ny = [2.5, 4, 6.25]",
    "arrays": "x <- c(1, 2, 3.5)\ny <- c(2.5, 4, 6.25)\n",
    "pairs": "[(1, 2.5), (2, 4), (3.5, 6.25)]",
    "numpy": "[[1.   2.5 ]\n [2.   4.  ]\n [3.5  6.25]]",
    "two rows": "1 2 3.5\n2.5 4 6.25\n",
    "two rows with names": "x: 1, 2, 3.5\ny: 2.5, 4, 6.25\n",
    "two lists below each other": "1\n2\n3.5\n\n2.5\n4\n6.25\n",
}


@pytest.mark.parametrize("form", PLAIN)
def test_what_people_and_programs_write_is_read(form):
    table = files.read(PLAIN[form].encode())
    read = table.data()
    np.testing.assert_array_equal(np.column_stack([read.inputs, read.targets]), TABLE)
    assert (read.names, read.target, read.task) == (("x",), "y", "numbers")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_a_chinese_file_is_read_in_each_encoding(encoding):
    table = files.read("面积,房价\n50,120\n60,150\n70,171\n80,200\n".encode(encoding))
    assert table.names == ("面积", "房价") and table.data().targets.tolist() == [120, 150, 171, 200]
    assert table.encoding == ("utf-8" if encoding == "utf-8-sig" else encoding[:6] if encoding[:6] == "utf-16" else encoding)


NAMES = {
    "gb18030": ["身高,体重", "广告费,销量", "学生,成绩", "年份,人口"],
    "big5": ["面積,房價", "身高,體重", "學生,成績"],
    "cp932": ["価格,面積", "身長,体重"],
    "cp949": ["면적,가격"],
    "cp1251": ["площадь,цена", "рост,вес"],
    "cp1252": ["Größe,Gewicht", "année,coût", "peso (kg),tamaño", "temp °C,y"],
}


@pytest.mark.parametrize("encoding, names", [(key, names) for key, all in NAMES.items() for names in all])
def test_the_encoding_is_found_and_may_be_another(encoding, names):
    content = f"{names}\n1,2\n2,3\n3,5\n".encode(encoding)
    assert (files.read(content).encoding, files.read(content).names) == (encoding, tuple(names.split(",")))
    other = files.read(content, How(encoding="mac_roman"))
    assert other.encoding == "mac_roman" and other.names != tuple(names.split(","))
    with pytest.raises(SettingError, match="^data must be text in the encoding utf-8"):
        files.read(content, How(encoding="utf-8"))


# ---------------------------------------------------------------------------------------------------------- decimal signs


def column(cells, separator="\t", other="1.5"):
    """The column of these cells beside a plain one."""
    rows = [f"{k + 1}{separator}{cell}" for k, cell in enumerate(cells)]
    return files.read("\n".join(["x\ty".replace("\t", separator), *rows]).encode()).columns[1]


@pytest.mark.parametrize(
    "cells, values, decimal, is_asked",
    [
        (["39,110", "45,020", "43,900"], [39110, 45020, 43900], "point", True),
        (["950", "980", "1,020", "1,150"], [950, 980, 1020, 1150], "point", False),
        (["950", "980", "1.020", "1.150"], [950, 980, 1020, 1150], "comma", False),
        (["5", "12", "1,020", "2,500"], [5, 12, 1020, 2500], "point", True),
        (["1,5", "2,25", "3,125"], [1.5, 2.25, 3.125], "comma", False),
        (["1,020", "0,5", "3"], [1.02, 0.5, 3], "comma", False),
        (["1.020", "0.5", "3"], [1.02, 0.5, 3], "point", False),
        (["1,020.5", "1,300", "7"], [1020.5, 1300, 7], "point", False),
        (["1.020,5", "1.300", "7"], [1020.5, 1300, 7], "comma", False),
        (["1 020,5", "1 300", "7"], [1020.5, 1300, 7], "comma", False),
        (["1'020.5", "1'300", "7"], [1020.5, 1300, 7], "point", False),
        (["12,34,567", "1,00,000", "2"], [1234567, 100000, 2], "point", False),
        (["1.234", "2.345", "3.456"], [1.234, 2.345, 3.456], "point", True),
        (["−2", "－3", "(4)"], [-2, -3, -4], "", False),
        (["1e3", "2.5E-1", "7"], [1000, 0.25, 7], "", False),
    ],
    ids=lambda value: str(value),
)
def test_what_a_comma_means_is_decided_for_a_column(cells, values, decimal, is_asked):
    found = column(cells)
    np.testing.assert_array_equal(found.values, values)
    assert (found.decimal, found.asked, found.kind) == (decimal, is_asked, "numbers")


def test_what_is_asked_may_be_the_other_and_says_both():
    content = b"Years\tSalary\n1.0\t39,110\n1.4\t45,020\n2.1\t43,900\n9.8\t121,350\n"
    found = files.read(content)
    years, salary = found.columns
    assert not years.asked and salary.asked and salary.decimal == "point"
    assert salary.example == ("39,110", {"point": 39110.0, "comma": 39.11})
    assert "39,110 is 39110" in told(found)
    other = files.read(content, How(decimals=((1, "comma"),)))
    assert other.columns[1].values.tolist() == [39.11, 45.02, 43.9, 121.35] and "39,110 is 39.11" in told(other)
    assert other.columns[0].values.tolist() == years.values.tolist()


def test_a_file_with_decimal_commas_elsewhere_makes_them_likelier():
    table = files.read(b"a;b\n1,5;1,234\n2,5;2,345\n4,25;3,456\n")
    assert [(one.decimal, one.asked) for one in table.columns] == [("comma", False), ("comma", True)]
    assert files.read(b"a,b\n1,1.234\n2,2.345\n4,3.456\n").columns[1].asked is False  # a comma parts the columns


MARKS = [(",", "."), (".", ","), (" ", ","), (" ", "."), ("'", "."), ("", "."), ("", ",")]


@edges_of
@hypothesis.given(
    st.lists(st.tuples(st.integers(-(10**7), 10**7), st.integers(0, 99)), min_size=4, max_size=30),
    st.sampled_from(MARKS), st.sampled_from([";", "\t", "|"]), st.sampled_from(["", " €", " %"]),
)  # fmt: skip
def test_two_decimals_tell_thousands_from_decimals_whatever_the_marks(numbers, marks, separator, unit):
    thousands, point = marks

    def text(whole, cents):
        return f"{whole:,}".replace(",", thousands) + f"{point}{cents:02}{unit}"

    lines = [f"{k}.5{separator}{text(*one)}" for k, one in enumerate(numbers)]
    found = files.read("\n".join([f"k{separator}amount", *lines]).encode()).columns[1]
    meant = [whole + math.copysign(cents / 100, whole) if whole else cents / 100 for whole, cents in numbers]
    np.testing.assert_allclose(found.values, meant, rtol=1e-12)
    assert not found.asked and found.odd == ()


# ------------------------------------------------------------------------------------------------------------- other writers

FRAMES = st.lists(
    st.tuples(st.floats(-1e6, 1e6), st.integers(-1000, 1000), st.sampled_from(["a", "b, c", 'd "e"', "f\ng", "é"])),
    min_size=4, max_size=25,
)  # fmt: skip


@edges_of
@hypothesis.given(
    FRAMES, st.sampled_from([(",", "."), (";", ","), (";", "."), ("\t", "."), ("\t", ","), ("|", ".")]), st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from(["", "NA", "#N/A"]), st.integers(0, 3),
)  # fmt: skip
def test_what_pandas_writes_is_read_as_pandas_has_it(rows, signs, index, encoding, missing, lacking):
    separator, decimal = signs
    frame = pd.DataFrame(rows, columns=["real", "whole", "word"]).assign(last=range(len(rows)))
    frame["last"] = frame["last"] * 0.25 + 0.125  # one column that tells decimals and changes
    frame.loc[: lacking - 1, "real"] = np.nan
    written = frame.to_csv(sep=separator, decimal=decimal, index=index, na_rep=missing)
    table = files.read(written.encode(encoding))
    assert table.names[-4:] == ("real", "whole", "word", "last") and len(table.columns) == 4 + index
    real, whole, word, last = table.columns[-4:]
    np.testing.assert_array_equal(last.values, frame["last"])
    np.testing.assert_array_equal(whole.values, frame["whole"])
    np.testing.assert_array_equal(real.values, frame["real"])
    assert real.missing == lacking and word.kind == "text"
    assert not index or table.columns[0].kind == "counts"


@edges_of
@hypothesis.given(st.lists(st.lists(st.text("abc ,;\"'\nü", max_size=9), min_size=2, max_size=2), min_size=3, max_size=8))
def test_quoted_names_and_texts_keep_to_their_cells(cells):
    hypothesis.assume(all(any(cell.strip() for cell in row) for row in cells))
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(["name, of a\nkind", "x", "note", "y"])
    for k, (name, note) in enumerate(cells):
        writer.writerow([f"n{name}", k * 1.5, f"n{note}", k * k])
    table = files.read(file.getvalue().encode())
    assert table.names == ("name, of a kind", "x", "note", "y")
    np.testing.assert_array_equal(table.data().inputs[:, 0], np.arange(len(cells)) * 1.5)


# -------------------------------------------------------------------------------------------------------- names and columns


@pytest.mark.parametrize(
    "content, names, rows",
    [
        ("year,unem,inf\n1948,3.8,8.1\n1949,5.9,-1.2\n1950,5.3,1.3\n", ("year", "unem", "inf"), 3),
        ("country,1990,2000\nA,1,2\nB,2,5\nC,4,6\n", ("country", "1990", "2000"), 3),
        ("1990,2000,2010\n5.3,6.1,7\n4.9,5.1,5.3\n4,5,6\n", ("1990", "2000", "2010"), 3),
        ("1990,5.3\n1995,6.1\n2000,7\n", ("x", "y"), 3),
        ("1990,1995\n2000,2005\n2010,2015\n", ("x", "y"), 3),
        ("1,2,3\n2,3,5\n4,5,6\n", ("x1", "x2", "y"), 3),
        ('"Height\n(cm)",Weight\n170,65\n180,75\n160,55\n', ("Height (cm)", "Weight"), 3),
        ("distance,time\nkm,h\n1,2\n2,3\n3,4\n4,5\n", ("distance km", "time h"), 4),
        ("x,x,\n1,2,3\n2,3,4\n3,4,5\n", ("x", "x (2)", "#3"), 3),
        ("height weight\n1 58 115\n2 59 118\n3 60 117\n", ("#1", "height", "weight"), 3),
        ("#,TV,sales\n1,230,22\n2,44,10\n3,17,9\n", ("#", "TV", "sales"), 3),
        ("x,1\n1,2\n2,3\n3,4\n", ("x", "1"), 3),
        (" 0.027   0.00   7.07\n 0.028   1.00   7.07\n 0.032   2.00   2.18\n", ("x1", "x2", "y"), 3),
    ],
)
def test_names_are_told_from_values_by_what_stands_below_them(content, names, rows):
    table = files.read(content.encode())
    assert table.names == names and len(table.lines) == rows


def test_whether_there_are_names_and_what_parts_columns_may_be_set():
    content = b"1;2,3\n2;3,5\n4;5,6\n"
    assert files.read(content, How(header="names")).names == ("1", "2,3")
    assert files.read(b"x,y\n1,2\n2,3\n3,5\n", How(header="none")).names == ("x", "y")
    other = files.read(content, How(separator="comma"))
    assert other.separator == "comma" and other.columns[1].values.tolist() == [3, 5, 6]


def test_long_names_alike_at_their_beginning_are_told_apart():
    full = [f"How many hours a week do you spend studying {subject}?" for subject in ("mathematics", "physics")]
    table = files.read(f"{full[0]},{full[1]},grade\n1,9,2\n2,7,3\n3,8,5\n4,3,6\n".encode())
    names = table.names[:2]
    assert len(set(names)) == 2 and all(len(name) <= 40 for name in names) and [c.full for c in table.columns[:2]] == full
    for k, name in enumerate(names):
        assert table.place(name) == k
        assert table.data(table.choice(k, None)).target == name
    with pytest.raises(SettingError):
        table.place(full[0][:40])  # as links had it once: whose is it?
    once = files.read(f"{full[0]},grade\n1,2\n2,3\n3,5\n".encode())
    assert once.place(full[0][:40]) == 0


KINDS = "id,n,same,word,day,none,gaps,y\n" + "\n".join(
    f"{k},{k * k},7,w{k},2024-01-{k:02},,{'' if k == 4 else k + 0.5},{k % 5}" for k in range(1, 13)
)


def test_each_column_is_what_it_holds():
    table = files.read(KINDS.encode())
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds == {
        "id": "counts", "n": "numbers", "same": "constant", "word": "text", "day": "dates", "none": "empty",
        "gaps": "numbers", "y": "numbers",
    }  # fmt: skip
    assert table.columns[6].missing == 1 and table.columns[6].first == ("1.5", "2.5", "3.5")
    read = table.data()
    assert (read.names, read.target, len(read)) == (("n", "gaps"), "y", 11)
    without = table.data(table.usual(missing="columns"))
    assert (without.names, len(without)) == (("n",), 12)
    with_id = table.data(table.choice(7, (0, 1)))
    assert with_id.names == ("id", "n")
    other = table.data(table.usual(target=1))
    assert (other.names, other.target) == (("gaps", "y"), "n")


def test_what_counts_the_rows_is_left_out_unless_it_is_all_there_is():
    assert data(",TV,sales\n1,230,22\n2,44,10\n3,17,9\n4,151,18\n").names == ("TV",)
    assert data("rownames,height,weight\n1,58,115\n2,59,118\n3,60,120\n").names == ("height",)
    assert data("x,y\n1,2.1\n2,3.9\n3,6.2\n").names == ("x",)
    assert data(",sales\n1,22\n2,10\n3,9\n").names == ("#1",)


def test_a_column_that_lacks_most_of_its_values_does_not_take_the_rows_with_it():
    table = files.read(("a,b,y\n" + "\n".join(f"{k},{k if k < 4 else ''},{k * k}" for k in range(10))).encode())
    read = table.data()
    assert (read.names, len(read)) == (("a",), 10)


def test_what_is_no_number_is_counted_as_missing_and_told():
    table = files.read(
        b"x,y\n1,2\n2,two\n3,4\n4,5\n5,inf\n6,7\n7,1_000\n" + b"".join(b"%d,%d\n" % (k, k) for k in range(8, 40))
    )
    assert table.columns[1].odd == ((3, "two"), (6, "inf"), (8, "1_000")) and len(table.data()) == 36


def test_columns_have_names_and_any_may_be_the_target():
    table = files.read(b"area,rooms,rent\n30,1,500\n40,2,600\n60,2,650")
    read = table.data(table.usual(table.place("rooms")))
    assert (read.names, read.target, read.targets.tolist()) == (("area", "rent"), "rooms", [1, 2, 2])
    with pytest.raises(SettingError, match="^target must be one of: area, rooms, rent; received 'price'"):
        table.place("price")


def test_targets_of_0_and_1_are_classes():
    read = data(b"a,b,spam\n1,2,0\n2,1,1\n3,3,1\n")
    assert read.task == "classes" and problem(read, model="logistic").dim == 3


# ------------------------------------------------------------------------------------------------------------ what is not


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "rows of numbers; there are none"),
        (b" \n\n", "rows of numbers; there are none"),
        (b"# only a comment\n", "rows of numbers; there are none"),
        (b"PK\x03\x04\x00\x00,\x00", "text: in the spreadsheet, save it as CSV; this is a workbook"),
        (b"x,y\n1,\x00\n2,\x00", "a text file with numbers, CSV"),
        (b"1\n2\n3\n", "at least two columns, separated by commas, semicolons, tabs or blanks; received '1'"),
        (b"x,y\n1,2\n2,3,4\n3,4\n", "2 values in each line; line 3 has 3; received '2,3,4'"),
        (b"x,y\n1,2\n\n2;3\n3,4\n", "2 values in each line; line 4 has 1; received '2;3'"),
        (b"x,y\n1,5,2,25\n2,5,3,75\n3,5,5,25\n", "4 values in each line; line 1 has 2; received 'x,y'"),
        (b"x,y\n1,5,2\n2,5,3\n3,5,5\n", "3 values in each line; line 1 has 2; received 'x,y'"),
        (b"x,y\n1,2\n2,two\n3,4\n", "numbers only; line 3, column y holds text; received 'two'"),
        (b"x,y\n1,2\n2,1_000\n3,4\n", "numbers only; line 3, column y holds text; received '1_000'"),
        (b"x,y\n1,2\n2,1e200\n3,4\n", "numbers only; line 3, column y holds text; received '1e200'"),
        (b"x,y\n1,2\n,3\n3,4\n", "at least 3 rows with a number in each column that is chosen; received 2"),
        (b"x,y\n1,2\n1,3\n1,4\n", "at least two columns of numbers that change; y is the only one; received 'x, y'"),
        (b"x,y\na,b\nc,d\ne,f\n", "at least two columns of numbers that change; these are left out: x, y"),
        (b"x,y\n1,2\n2,3\n", "at least 3 rows of numbers; received 2"),
        (b",".join([b"1"] * 201), "at most 200 columns; received 201"),
        (b"".join(b"%d,%d\n" % (k, k * k) for k in range(10_001)), "at most 10,000 rows; received 10001"),
        (b"1,2\n" * 50_001, "at most 50,000 rows; received 50001"),
        (b'"",' * 90, "at least two columns"),
        (b"[1,2]" * 300, "at most 200 columns"),
        (b'1,"' + b"2" * 200_000, "a text file with numbers, CSV; received '1,\"222"),
        (b"1" * 1_000_001, "at most 1,000,000 bytes; received 1000001"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_each_way_of_being_wrong_has_its_word(content, message):
    with pytest.raises(SettingError) as caught:
        data(content)
    assert str(caught.value).startswith(f"data must be {message}"), str(caught.value)


@pytest.mark.parametrize(
    "target, inputs, message",
    [
        (7, (2,), "different in each column; same is always the same; received '7'"),
        (7, (3,), "numbers in the columns that are chosen; word holds none; received 'w1'"),
        (7, (), "at least one input besides the target y"),
        (7, (1, 7), "learnt from other columns; y is the target and an input"),
        (4, (1,), "numbers in the columns that are chosen; day holds none"),
    ],
)
def test_a_choice_that_makes_no_data_says_why(target, inputs, message):
    with pytest.raises(SettingError) as caught:
        files.read(KINDS.encode()).data(Choice(target, inputs))
    assert str(caught.value).startswith(f"data must be {message}"), str(caught.value)


def test_the_limits_hold_for_what_is_chosen():
    wide = "\n".join(",".join(str((k * j) % 17 + k) for j in range(1, 31)) for k in range(9))
    table = files.read(wide.encode())
    assert len(table.columns) == 30 and len(table.data().names) == 11
    with pytest.raises(SettingError, match="at most 12 columns; received 13"):
        table.data(table.choice(29, tuple(range(12))))
    long = "x,y\n" + "".join(f"{k if k % 2 else ''},{k}\n" for k in range(15_000))
    assert len(data(long)) == 7500


def test_a_quote_that_nobody_closes_ends_with_its_line():
    table = files.read(b'x,y\n1,"2\n2,3\n3,4\n4,6\n')
    assert table.data().targets.tolist() == [2, 3, 4, 6]


PIECES = st.lists(
    st.sampled_from([*'1239,.;\t |"\'\n\n\r-+%$e[]()=#:/x', "\n", "1,2\n", "NA", "sep=", "inf", "１，", "−", "\ufeff", "\u2028",
                     "9" * 400, "1,234", "1.234", '"a\nb"', "1990", "\0", "{0}", "’"]),
    max_size=40,
).map("".join)  # fmt: skip


@edges_of
@hypothesis.given(
    st.one_of(st.binary(max_size=200), PIECES.map(str.encode), PIECES.map(lambda text: text.encode("utf-16"))),
    st.builds(
        How, st.sampled_from(["", *files.ENCODINGS]), st.sampled_from(["", *files.SEPARATORS]),
        st.sampled_from(["", *files.HEADERS]),
        st.sampled_from([(), ((0, "comma"),), ((1, "point"), (9, "comma"))]),
    ),
)  # fmt: skip
def test_whatever_comes_is_a_table_or_a_fault(content, how):
    try:
        table = files.read(content, how)
        read = table.data()
    except SettingError as error:
        assert "{" not in error.allowed.replace("{0}", "")
        return
    assert len(read) >= 3 and np.abs(read.inputs).max() <= 1e100
    assert all(isinstance(one, Said) and one.template.format(**one.values) for one in table.said)


def test_ten_thousand_rows_are_read_and_fitted():
    x = np.linspace(0, 1, 10_000)
    read = data("\n".join(f"{a:.6f},{2 * a + 1:.6f}" for a in x))
    f = fit("gd", read, batch_size=100, epochs=2, seeds=range(5), hypers={"lr": 0.5}, standardise="both")
    assert len(read) == 10_000 and f.loss[:, -1].max() < 1e-6
