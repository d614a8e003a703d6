"""Writes the README's tables from the records: ``make docs``. A test keeps them current."""

from pathlib import Path

from optim_viz import OPTIMIZERS
from surfaces import SURFACES

ROOT = Path(__file__).parents[1]

README = ROOT / "README.md"


def rows(cells: list[tuple[str, ...]]) -> str:
    head, *body = cells
    lines = [head, tuple("---" for _ in head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def optimizers() -> str:
    body = [
        (o.name, str(o.year), o.summary, ", ".join(c.origin for c in o.conventions), f"[{o.paper.split(',')[0]}]({o.url})")
        for o in OPTIMIZERS.values()
    ]
    return rows([("Optimizer", "Year", "In short", "As in", "Paper"), *body])


def surfaces() -> str:
    body = [(s.name, str(s.dim), s.teaches) for s in SURFACES.values()]
    return rows([("Surface", "Dimensions", "What it shows"), *body])


def with_tables(text: str) -> str:
    """The text with what stands between each pair of markers replaced by the table of today."""
    for name, table in (("optimizers", optimizers()), ("surfaces", surfaces())):
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise ValueError(f"the README must have one pair of markers for {name}")
        before, rest = text.split(begin)
        text = before + begin + table + "\n" + end + rest.split(end)[1]
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
