"""How long a file of one's own takes to be read, 300 KB of each form: the bar is one second."""

import numpy as np

from benchmarks.speed import best
from optim_viz import files

SIZE = 300_000
ROW = np.random.default_rng(0).normal(scale=1000, size=(20_000, 8))
#: between columns, before decimals, between thousands, around a number, the encoding
FORMS = {
    "commas and points": (",", ".", "", "{}", "utf-8"),
    "semicolons, decimal commas": (";", ",", "", "{}", "utf-8"),
    "tabs, thousands, money": ("\t", ".", ",", "${}", "utf-8"),
    "quoted, GB18030": (",", ".", "", '"{}"', "gb18030"),
    "blanks": ("   ", ".", "", "{}", "utf-8"),
}


def content(separator: str, point: str, thousands: str, around: str, encoding: str) -> bytes:
    """Names, and rows of eight numbers."""
    lines = [separator.join(f"面积{k}" for k in range(8))]
    for row in ROW:
        cells = (f"{value:,.3f}".replace(",", " ").replace(".", point).replace(" ", thousands) for value in row)
        lines.append(separator.join(around.format(cell) for cell in cells))
    text = "\n".join(lines).encode(encoding)[:SIZE]
    return text[: text.rfind(b"\n")]


def main() -> None:
    for form, how in FORMS.items():
        written = content(*how)
        table = files.read(written)
        if len(table.data().names) != 7:
            raise RuntimeError(f"{form}: not read as it was written")
        print(f"{len(written) / 1000:.0f} KB, {form}: {best(lambda written=written: files.read(written).data(), 5):.2f} s")  # type: ignore[misc]


if __name__ == "__main__":
    main()
