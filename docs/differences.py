"""Measures how far the engine in browsers is from the native one, and writes it into docs/engine.md: ``make docs``."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docs.tables import rows
from optim_viz import wasm
from tests import engine as cases
from tests.browser import others
from tools.browser import Server, chromium

PAGE = Path(__file__).parent / "engine.md"
BEGIN, END = "<!-- differences -->\n", "<!-- /differences -->"


@contextmanager
def _chromium() -> Iterator[others.Window]:
    with chromium() as browser:
        yield others.Played(browser.new_page())


def measured(browser: Callable[[], Any], url: str) -> tuple[str, ...]:
    """Runs, how many are the same in every bit, and the largest differences: runs without libm, with it, curves, judge."""
    compare = f"async (cases) => {{ await ({cases.opening()})(); return ({cases.COMPARE})(cases); }}"
    specs = cases.every_module_once()
    with browser() as window:
        found = [one for some in cases.batches(specs) for one in window.run(url, compare, [cases.expected(s) for s in some])]
    with_libm = [cases.asks_libm(spec) for spec in specs]
    exact = sum(one["run"][0] == 0 for one in found)

    def largest(values: Iterator[float]) -> str:
        most = max(values)
        return f"{most:.0e}" if most else "0"

    return (
        str(len(found)),
        str(exact),
        largest(one["run"][1] for one, asks in zip(found, with_libm, strict=True) if not asks),
        largest(one["run"][1] for one, asks in zip(found, with_libm, strict=True) if asks),
        largest(far for one in found for _key, _count, far in one["curves"]),
        largest(one["judged"][1] for one in found),
    )


def main() -> None:
    body = []
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "log") as server:
        for name, browser in (("Chromium", _chromium), ("Firefox", others.firefox), ("WebKit", others.webkit)):
            try:
                body.append((name, *measured(browser, f"{server.url}/_stcore/health")))
            except FileNotFoundError as absent:
                print(f"left out: {absent}")
    head = ("Browser", "Runs", "Bits", "Runs without libm", "Runs with libm", "Curves", "Judge")
    text = PAGE.read_text("utf-8")
    before, rest = text.split(BEGIN)
    PAGE.write_text(before + BEGIN + rows([head, *body]) + "\n" + END + rest.split(END)[1], "utf-8")
    size = sum(path.stat().st_size for path in wasm.FOLDER.glob("*.wasm"))
    print(f"{len(wasm.modules())} modules, {size:,} bytes")


if __name__ == "__main__":
    main()
