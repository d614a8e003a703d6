"""The table of OWASP ASVS (docs/asvs.toml): each row has tests, each of them is there and run by ``make test``."""

import ast
import re
import tomllib

import pytest
from streamlit import config

from tests.support import ROOT

TABLE = tomllib.loads((ROOT / "docs" / "asvs.toml").read_text(encoding="utf-8"))
ROWS = TABLE["row"]


def test_every_chapter_of_the_standard_is_spoken_of():
    assert list(TABLE["chapters"]) == [f"V{k}" for k in range(1, 15)]
    assert {"V" + row["id"].partition(".")[0] for row in ROWS} | {"V1", "V6", "V9"} == set(TABLE["chapters"])


def test_rows_are_in_order_and_each_is_there_once():
    ids = [tuple(map(int, row["id"].split("."))) for row in ROWS]
    assert ids == sorted(set(ids)) and len(ids) > 25
    assert all(re.fullmatch(r"\d+\.\d+(\.\d+)?", row["id"]) and row["what"] and row["tests"] for row in ROWS)


def test_what_does_not_apply_says_why():
    assert all(len(why) > 20 for why in TABLE["elsewhere"].values())
    assert not set(TABLE["elsewhere"]) & {row["id"] for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_the_tests_of_a_row_are_there_and_are_run(row):
    """What is marked ``verify`` or left out where it stands is not run by ``make test``."""
    for test in row["tests"]:
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        (function,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
        marks = " ".join(map(ast.unparse, function.decorator_list))
        assert not re.search("skip|verify|xfail", marks), test
        assert not [node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"]
        assert any(isinstance(node, ast.Assert | ast.With | ast.Call) for node in ast.walk(function))


def test_visitors_see_no_trace_and_no_developers_menu():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["client"]["showErrorDetails"] == "none" and settings["client"]["toolbarMode"] == "minimal"
    assert settings["client"]["showErrorLinks"] is False and settings["client"]["allowedOrigins"] == []
    assert settings["browser"]["gatherUsageStats"] is False and settings["server"]["enableXsrfProtection"] is True
    assert not config.get_option("global.developmentMode")
