"""MathML of every rule: well formed, each element with as many parts as it takes, no symbol lost on the way from the LaTeX."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest

from optim_viz import OPTIMIZERS, glassbox
from optim_viz.ui import mathml

EACH = [record for entry in OPTIMIZERS.values() for record in entry.conventions]
#: how many parts an element has, by the standard MathML Core
PARTS = {"mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "mover": 2, "munder": 2, "munderover": 3, "mroot": 2}
KNOWN = {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msqrt", "mtable", "mtr", "mtd", "mstyle", *PARTS}
GREEK = {
    "alpha": "α", "beta": "β", "epsilon": "ϵ", "eta": "η", "theta": "θ", "lambda": "λ", "mu": "μ", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "psi": "ψ", "Delta": "Δ", "nabla": "∇", "infty": "∞", "leftarrow": "←", "top": "⊤", "le": "≤", "ge": "≥",
}  # fmt: skip


@pytest.mark.parametrize("record", EACH, ids=lambda record: record.full_key)
def test_a_rule_as_mathml(record):
    latex = glassbox.latex(record)
    math = ElementTree.fromstring(mathml.block(latex))
    assert {element.tag for element in math.iter()} <= KNOWN
    for element in math.iter():
        assert len(element) == PARTS.get(element.tag, len(element)), ElementTree.tostring(element)
    rows = math.findall("mtable/mtr")
    assert len(rows) == sum(len(line.formulas) for line in glassbox.lines(record))
    assert all(len(row) == 2 for row in rows)
    said = "".join(math.itertext())
    assert "\\" not in said and "&" not in said
    commands = Counter(re.findall(r"\\([A-Za-z]+)", latex))
    for name, symbol in GREEK.items():
        assert said.count(symbol) == commands[name], name
    for digits in set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"\[8pt\]", "", latex))):
        assert digits in said


def test_a_formula_within_a_text():
    assert "".join(ElementTree.fromstring(mathml.inline(r"\beta_1^t")).itertext()) == "β1t"
