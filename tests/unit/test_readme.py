"""The README: its tables are those of the records, what it names is there."""

import re

from docs.tables import with_tables
from tests.support import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_tables_are_those_of_the_records():
    assert with_tables(README) == README, "run: make docs"


def test_every_file_that_the_documents_link_to_is_there():
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?://|#)([^)]+)\)", text):
            assert (ROOT / target).exists(), f"{name}: {target}"


def test_its_python_runs_and_gives_what_it_says():
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict = {}
    exec(code, names)
    assert names["run"].theta.shape == (501, 2)
    assert names["map_"].steps_to_tolerance.shape == (65536,)
    assert names["sgd"].theta.shape == (30, 2001, 2) and names["mini"].loss[:, -1].max() < names["gd"].loss[:, 0].min()
