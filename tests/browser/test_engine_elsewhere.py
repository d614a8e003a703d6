"""The engine in Firefox and WebKit: the numbers of the native one there, too. Where one is not installed, a line says so."""

import pytest

from tests import engine as cases
from tests.browser import others

SAMPLE = [
    cases.case("adam", "ravine"), cases.case("lbfgs", "rosenbrock"), cases.case("rprop", "ravine"),
    cases.case("sam", "himmelblau"), cases.case("newton", "double_well"), cases.case("adam", "levy", steps=40),
    *(cases.case("momentum", "ravine", flat, seed=flat.get("seed", 0)) for flat in cases.STAGES),
]  # fmt: skip


@pytest.mark.parametrize("browser", [others.firefox, others.webkit], ids=["firefox", "webkit"])
def test_runs_are_those_of_the_native_engine(browser, server, capsys):
    compared = f"async (cases) => {{ await ({cases.opening()})(); return ({cases.COMPARE})(cases); }}"
    try:
        with browser() as window:
            found = window.run(f"{server.url}/_stcore/health", compared, [cases.expected(spec) for spec in SAMPLE])
    except FileNotFoundError as absent:
        with capsys.disabled():
            print(f"\nleft out: {absent}")
        pytest.skip(str(absent))
    assert len(found) == len(SAMPLE)
    for spec, one in zip(SAMPLE, found, strict=True):
        named = f"{spec['optimizer']} on {spec['surface']} with {spec['around']}"
        count, largest = one["run"]
        assert largest <= cases.CLOSE and (count == 0 or cases.asks_libm(spec)), (named, count, largest)
        assert one["judged"][1] <= 1e-9 and max(far for _key, _count, far in one["curves"]) <= 1e-9, (named, one)
