"""How fast the engine is: one run, and maps against C, in seconds. ``make bench`` sets more beside it: rivals.py.

Machines are noisy: C and the engine take turns within one run, and the best of many rounds counts.
"""

import ctypes
import math
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

import optim_viz
from optim_viz import engine, pipeline
from optim_viz.around import PLAIN
from surfaces import SURFACES

HERE = Path(__file__).parent
STEPS = 500
HYPERS: dict[str, dict[str, float]] = {
    "gd": {"lr": 1e-3},
    "momentum": {"lr": 1e-3, "momentum": 0.9},
    "adam": {"lr": 1e-2},
}


def best(work: Callable[[], object], rounds: int = 30) -> float:
    """The least seconds of many rounds."""
    least = float("inf")
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - begin)
    return least


def compiled() -> ctypes.CDLL:
    """map.c as a library, in a temporary folder."""
    library = Path(tempfile.mkdtemp()) / "map.so"
    flags = ["-O3", "-march=native", "-fno-math-errno", "-shared", "-fPIC"]
    command = ["gcc", *flags, str(HERE / "map.c"), "-o", str(library), "-lm"]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(library))


def c_map(
    library: ctypes.CDLL, key: str, columns: np.ndarray, hyper: np.ndarray, rule: int | None = None
) -> Callable[[], np.ndarray]:
    n = columns.shape[1]
    end, loss, diverged, touched, stays = np.empty((2, n)), *(np.empty(n) for _ in range(4))
    number, size = ctypes.c_double, ctypes.c_long

    def pointer(array: np.ndarray) -> ctypes.c_void_p:
        return ctypes.c_void_p(array.ctypes.data)

    def call() -> np.ndarray:
        library.map(
            list(HYPERS).index(key) if rule is None else rule, pointer(columns), pointer(hyper), number(100.0),
            number(-math.inf), number(1e-3), STEPS,
            size(n), *(pointer(a) for a in (end, loss, diverged, touched, stays)),
        )  # fmt: skip
        return end

    return call


def lanes_map(key: str, columns: np.ndarray, hyper: np.ndarray) -> Callable[[], list]:
    """The engine's own kernels on one thread, block by block: what a worker of ``sweep`` does."""
    optimizer, surface = optim_viz.OPTIMIZERS[key], SURFACES["rosenbrock"]
    n, size = columns.shape[1], engine.BLOCK
    blocks = [np.ascontiguousarray(columns[:, at : at + size]) for at in range(0, n, size)]
    rows = np.repeat(hyper.reshape(-1, 1), size, axis=1)
    state, params = engine.initial_states(optimizer, blocks[0], rows, PLAIN), surface.columns(size)
    finish, addresses = pipeline.finish(), engine.addresses(optimizer, surface)
    rest = np.zeros(size, np.uint64), PLAIN.vector(optimizer), PLAIN.factors(STEPS), STEPS, -math.inf, 1e-3
    return lambda: [finish(addresses, block, params, state, rows, *rest) for block in blocks]


def hyper_row(key: str) -> np.ndarray:
    return np.array(list(optim_viz.OPTIMIZERS[key].check(HYPERS[key]).values()))


def main() -> None:
    for key, hypers in HYPERS.items():
        seconds = best(partial(optim_viz.run, key, "rosenbrock", steps=STEPS, hypers=hypers), 300)
        print(f"one run, {key}, {STEPS} steps with validation: {seconds * 1e6:.0f} us")
    axis = np.linspace(-2, 2, 256)
    starts = np.stack([a.ravel() for a in np.meshgrid(axis, axis)], axis=1)
    columns = np.ascontiguousarray(starts.T)
    library = compiled()
    work = len(starts) * STEPS / 1e9
    print(f"\nmap of 256 x 256 runs, {STEPS} steps, Rosenbrock: ns per step and lane\n")
    print(f"{'':10}{'C, 1 thread':>14}{'engine, 1 thread':>18}{'ratio':>8}{'sweep(), all threads':>22}{'seconds':>9}")
    for key, hypers in HYPERS.items():
        hyper = hyper_row(key)
        c, ours = c_map(library, key, columns, hyper), lanes_map(key, columns, hyper)
        same = np.isclose(c(), np.concatenate([end[:2] for end, *_ in ours()], axis=1), rtol=1e-6, equal_nan=True)
        if same.mean() < 0.99:  # a few lanes are chaotic: one rounding decides where they end
            raise RuntimeError(f"{key}: C and the engine agree on {same.mean():.1%} of the map only")
        pairs = [(best(c, 1), best(ours, 1)) for _ in range(12)]  # in turns
        least_c, least_ours = (min(side) for side in zip(*pairs, strict=True))
        all_threads = best(partial(optim_viz.sweep, key, "rosenbrock", starts=starts, steps=STEPS, hypers=hypers), 6)
        print(
            f"{key:10}{least_c / work:14.2f}{least_ours / work:18.2f}{least_ours / least_c:8.2f}"
            f"{all_threads / work:22.2f}{all_threads:9.3f}"
        )
    # three divisions a coordinate, as the formula has them, where C by hand has one: that, and not the engine, is Adam's excess
    written = c_map(library, "adam", columns, hyper_row("adam"), rule=3)
    pairs = [(best(written, 1), best(lanes_map("adam", columns, hyper_row("adam")), 1)) for _ in range(12)]
    least_c, least_ours = (min(side) for side in zip(*pairs, strict=True))
    print(f"{'as written':10}{least_c / work:14.2f}{least_ours / work:18.2f}{least_ours / least_c:8.2f}")


if __name__ == "__main__":
    main()
