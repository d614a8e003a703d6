"""LaTeX of ``glassbox`` -> MathML, which browsers typeset themselves: no script, no font of its own.

``latex2mathml`` reads the formulas one by one; their alignment, which it does not know, is a table of ours.
"""

import re

from latex2mathml.converter import convert


def inline(latex: str) -> str:
    """One formula within a text."""
    return f"<math>{_inner(latex)}</math>"


def block(latex: str) -> str:
    r"""Formulas below each other: the rows of an ``aligned``, or one formula."""
    rows = re.sub(r"\\(begin|end)\{aligned\}\n?", "", latex).strip().split(" \\\\[8pt]\n")
    return f'<math display="block"><mtable displaystyle="true">{"".join(map(_row, rows))}</mtable></math>'


def _row(latex: str) -> str:
    left, _, right = latex.partition("&")
    # columnalign is for browsers that read it, the style sheet for the others
    return f'<mtr><mtd columnalign="left">{_inner(left)}</mtd><mtd columnalign="left">{_inner(right)}</mtd></mtr>'


def _inner(latex: str) -> str:
    if not latex.strip():  # the converter wants a formula
        return ""
    latex = re.sub(r"\\operatorname\{([^}]*)\}", lambda word: r"\text{" + word[1].replace("\\ ", " ") + "}", latex)
    found = re.fullmatch(r"<math[^>]*>(.*)</math>", convert(latex), re.DOTALL)
    assert found, latex
    # max, min: names, which stand close to their arguments; as operators they would keep apart
    text = re.sub(r"<mo>(m[a-z]+)</mo>", r"<mi>\1</mi>", found[1])
    return text.replace("<mo>&#x0005E;</mo>", '<mo stretchy="false">&#x002C6;</mo>')  # a hat, not a power's sign
