"""The engine beside what else one could use: C, numpy, JAX with optax, torch. Run by ``make bench``; prints one table.

The same work for all: Rosenbrock, 500 steps, float64. A map tells of each of 256 x 256 starts where it ends, its loss,
whether it left the finite numbers and when it arrived, as ``sweep`` does; one trajectory keeps theta, loss and gradient
of every step, as ``run`` does (which validates and keeps the optimizer's state, too). Each rival is written in its own
best way, has compiled before the clock starts, and must first give the same numbers. JAX and torch are no requirements
of ours: what is not installed is named and left out.

Machines are noisy: all take turns within one run, and the best of several turns counts.
"""

import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

import optim_viz
from benchmarks.speed import HYPERS, STEPS, best, c_map, compiled, hyper_row, lanes_map

B = 100.0
BOUND = 1e-3
START = (-1.5, 2.0)
AXIS = np.linspace(-2, 2, 256)
#: (2, N), one lane a column
COLUMNS = np.stack([a.ravel() for a in np.meshgrid(AXIS, AXIS)])

#: of a map: theta (2, N), loss (N,), diverged (N,), arrived (N,), or the first of these;
#: of a path: theta (2, steps + 1), loss (steps + 1,), gradient (2, steps + 1). Arrays of any kind, or tuples of rows.
Answer = tuple[Any, ...]
#: an optimizer's key to the work that is timed
Work = Callable[[str], Callable[[], Answer]]


@dataclass(frozen=True)
class Rival:
    name: str
    threads: int
    map: Work | None
    path: Work | None
    #: whether its map is compared with ``sweep`` on all threads, not with the engine on one
    many: bool = False


def ours() -> list[Rival]:
    def one_thread(key: str) -> Callable[[], Answer]:
        work = lanes_map(key, COLUMNS, hyper_row(key))

        def call() -> Answer:
            work()
            return ()  # the sweep is compared

        return call

    def all_threads(key: str) -> Callable[[], Answer]:
        def answer() -> Answer:
            s = optim_viz.sweep(key, "rosenbrock", starts=COLUMNS.T, steps=STEPS, hypers=HYPERS[key], tolerance=BOUND)
            assert s.steps_to_tolerance is not None
            return s.theta.T, s.loss, s.diverged, s.steps_to_tolerance

        return answer

    def path(key: str) -> Callable[[], Answer]:
        def answer() -> Answer:
            r = optim_viz.run(key, "rosenbrock", start=START, steps=STEPS, hypers=HYPERS[key])
            return r.theta.T, r.loss, r.gradient.T

        return answer

    return [
        Rival("ours", 1, one_thread, path),
        Rival("ours: sweep()", os.cpu_count() or 1, all_threads, None, many=True),
    ]


def c_rival() -> Rival:
    """map.c, fused by hand."""
    library = compiled()

    def call(key: str) -> Callable[[], Answer]:
        work = c_map(library, key, COLUMNS, hyper_row(key))
        return lambda: (work(),)

    return Rival("C: map.c, gcc -O3 -march=native", 1, call, None)


def numpy_rival() -> Rival:
    """A loop over steps, the lanes as arrays; in blocks, which is up to twice as fast as all lanes at once."""
    block = 8192

    def lanes(key: str, start: np.ndarray, keep: list[np.ndarray] | None = None) -> Answer:
        lr, momentum, beta1, beta2, eps = HYPERS[key]["lr"], HYPERS[key].get("momentum", 0.0), 0.9, 0.999, 1e-8
        theta, g = start.copy(), np.empty_like(start)
        m, v = np.zeros_like(start), np.zeros_like(start)
        diverged, arrived = np.zeros(start.shape[1], dtype=bool), np.full(start.shape[1], -1)
        for t in range(STEPS + 1):
            x, y = theta
            p, q = 1 - x, y - x * x
            loss = p * p + B * q * q
            diverged |= ~np.isfinite(loss)
            arrived[(arrived < 0) & (loss <= BOUND)] = t
            g[0], g[1] = -2 * p - 4 * B * x * q, 2 * B * q
            if keep is not None:
                keep.append(np.concatenate((x, y, loss, *g)))
            if t == STEPS:
                break
            if key == "gd":
                theta -= lr * g
            elif key == "momentum":
                m *= momentum
                m += g
                theta -= lr * m
            else:
                m *= beta1
                m += (1 - beta1) * g
                v *= beta2
                v += (1 - beta2) * g * g
                theta -= lr / (1 - beta1 ** (t + 1)) * m / (np.sqrt(v / (1 - beta2 ** (t + 1))) + eps)
        return theta, loss, diverged, arrived

    @np.errstate(all="ignore")
    def all_lanes(key: str) -> Answer:
        parts = [lanes(key, np.ascontiguousarray(COLUMNS[:, at : at + block])) for at in range(0, COLUMNS.shape[1], block)]
        return tuple(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))

    def path(key: str) -> Answer:
        kept: list[np.ndarray] = []
        lanes(key, np.array(START).reshape(2, 1), kept)
        rows = np.array(kept).T
        return rows[:2], rows[2], rows[3:]

    return Rival(
        f"numpy {np.__version__}: lanes as arrays", 1, lambda key: partial(all_lanes, key), lambda key: partial(path, key)
    )


def jax_rival() -> Rival:
    """vmap over lanes of a loop over steps, under jit; hyperparameters are arguments, as ours are."""
    import jax
    import jax.numpy as jnp
    import optax

    jax.config.update("jax_enable_x64", True)
    makers = {"gd": optax.sgd, "momentum": optax.sgd, "adam": optax.adam}

    def value(theta: Any, b: Any) -> Any:
        x, y = theta
        return (1 - x) ** 2 + b * (y - x * x) ** 2

    def lane(key: str, start: Any, lr: Any, more: Any, b: Any) -> Any:
        optimizer = makers[key](lr, **more)

        def watched(t: Any, loss: Any, diverged: Any, arrived: Any) -> Any:
            return diverged | ~jnp.isfinite(loss), jnp.where((arrived < 0) & (loss <= BOUND), t, arrived)

        def step(t: Any, carry: Any) -> Any:
            theta, state, *seen = carry
            loss, g = jax.value_and_grad(value)(theta, b)
            seen = watched(t, loss, *seen)
            updates, state = optimizer.update(g, state, theta)
            return optax.apply_updates(theta, updates), state, *seen

        # unroll: a third faster than without, on these many lanes; not for one
        theta, _, *seen = jax.lax.fori_loop(0, STEPS, step, (start, optimizer.init(start), False, -1), unroll=4)
        loss = value(theta, b)
        return theta, loss, *watched(STEPS, loss, *seen)

    def trajectory(key: str, start: Any, lr: Any, more: Any, b: Any) -> Any:
        optimizer = makers[key](lr, **more)

        def step(carry: Any, _: Any) -> Any:
            theta, state = carry
            loss, g = jax.value_and_grad(value)(theta, b)
            updates, state = optimizer.update(g, state, theta)
            return (optax.apply_updates(theta, updates), state), (theta, loss, g)

        return jax.lax.scan(step, (start, optimizer.init(start)), None, STEPS + 1)[1]

    def work(key: str, call: Callable, start: np.ndarray) -> Callable:
        more = {name: number for name, number in HYPERS[key].items() if name != "lr"}
        x, y = jnp.asarray(start)
        return lambda: jax.block_until_ready(call((x, y), HYPERS[key]["lr"], more, B))

    def all_lanes(key: str) -> Callable[[], Answer]:
        return work(key, jax.jit(jax.vmap(partial(lane, key), in_axes=(0, None, None, None))), COLUMNS)

    def path(key: str) -> Callable[[], Answer]:
        return work(key, jax.jit(partial(trajectory, key)), np.array(START))

    return Rival(
        f"JAX {jax.__version__}, optax {optax.__version__}: vmap, jit", os.cpu_count() or 1, all_lanes, path, many=True
    )


def torch_rival() -> Rival:
    """Eager; the map is one (2, N) tensor under one optimizer: the gradient of the sum is each lane's own."""
    import torch

    makers = {"gd": torch.optim.SGD, "momentum": torch.optim.SGD, "adam": partial(torch.optim.Adam, fused=True)}

    def lanes(key: str, start: np.ndarray, watch: bool) -> Answer:
        theta = torch.tensor(start, requires_grad=True)
        optimizer = makers[key]([theta], **HYPERS[key])
        diverged, arrived = torch.zeros(start.shape[1:], dtype=torch.bool), torch.full(start.shape[1:], -1)
        kept = []
        for t in range(STEPS + 1):
            x, y = theta.unbind()
            loss = (1 - x) ** 2 + B * (y - x * x) ** 2
            if watch:
                with torch.no_grad():
                    diverged |= ~torch.isfinite(loss)
                    arrived[(arrived < 0) & (loss <= BOUND)] = t
                if t == STEPS:
                    break
            optimizer.zero_grad()
            loss.sum().backward()
            if not watch:
                kept.append((theta.detach().clone(), loss.detach(), theta.grad))  # zero_grad lets go of .grad
            optimizer.step()
        if watch:
            return theta.detach().numpy(), loss.detach().numpy(), diverged.numpy(), arrived.numpy()
        return tuple(torch.stack(part, dim=-1).numpy() for part in zip(*kept, strict=True))

    return Rival(
        f"torch {torch.__version__.partition('+')[0]}: torch.optim, eager",
        torch.get_num_threads(),
        lambda key: partial(lanes, key, COLUMNS, True),
        lambda key: partial(lanes, key, np.array(START), False),
        many=True,
    )


#: what it needs, as modules; how to get it; what makes it
OPTIONAL: list[tuple[tuple[str, ...], str, Callable[[], Rival]]] = [
    (("jax", "optax"), "pip install jax==0.10.2 optax==0.2.8", jax_rival),
    (("torch",), "pip install torch==2.13.0", torch_rival),
]


def rivals() -> tuple[list[Rival], list[str]]:
    """Those that can take part, and a line for each that cannot."""
    found, missing = ours(), []
    if shutil.which("gcc"):
        found.insert(1, c_rival())
    else:
        missing.append("gcc is not installed: C is left out")
    found.insert(len(found) - 1, numpy_rival())
    for modules, command, make in OPTIONAL:
        absent = [name for name in modules if find_spec(name) is None]
        if absent:
            missing.append(f"{' and '.join(absent)} {'is' if len(absent) == 1 else 'are'} not installed: {command}")
        else:
            found.append(make())
    return found, missing


def agree(what: str, answer: Answer, expected: Answer) -> None:
    """Raises RuntimeError where too many lanes differ; a few are chaotic: one rounding decides where they end."""
    for one, other in zip(answer, expected, strict=False):
        array = np.stack(one) if isinstance(one, tuple) else np.asarray(one)
        share = np.isclose(array, other, rtol=1e-6, equal_nan=True).mean()
        if share < 0.99:
            raise RuntimeError(f"{what}: agrees with ours on {share:.1%} only")


def turns(works: Mapping[str, Callable[[], object]], seconds: float, calls: int, rounds: int) -> dict[str, float]:
    """The least seconds of each. They take turns until each has had its time; the slow ones have three turns."""
    least, spent = dict.fromkeys(works, float("inf")), dict.fromkeys(works, 0.0)
    for turn in range(rounds):
        for name, work in works.items():
            if turn >= 3 and spent[name] > seconds:
                continue
            time.sleep(0.01)  # until the threads of the one before are at rest
            begin = time.perf_counter()
            least[name] = min(least[name], best(work, calls))
            spent[name] += time.perf_counter() - begin
    return least


def measure(found: list[Rival], key: str) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds by rival: of the map, of the path."""
    maps = {r.name: r.map(key) for r in found if r.map}
    paths = {r.name: r.path(key) for r in found if r.path}
    for works in (maps, paths):
        expected = next(answer for answer in (work() for work in works.values()) if answer)
        for name, work in works.items():
            agree(f"{name}, {key}", work(), expected)
    return turns(maps, 2.0, 1, 20), turns(paths, 0.5, 10, 20)


def line(name: str, threads: int, seconds: list[float], scale: float, base: list[float]) -> str:
    text = f"  {name:40}{threads:^7}"
    for own, engine in zip(seconds, base, strict=True):
        number, ratio = own / scale, own / engine
        text += f"{number:{'10.2f' if number < 100 else '10,.0f'}}{ratio:{'7.1f' if ratio < 100 else '7,.0f'}}x"
    return text


def main() -> None:
    found, missing = rivals()
    results = [measure(found, key) for key in HYPERS]
    print(f"Rosenbrock, {STEPS} steps, float64, {os.cpu_count()} cores. 2.0x is twice our time, on one thread or on all.\n")
    print(f"{'':42}threads" + "".join(f"{key:>18}" for key in HYPERS))
    print("map of 256 x 256 starts, ns per step and lane")
    for many in (False, True):
        side = [r for r in found if r.map and r.many is many]
        base = [maps[side[0].name] for maps, _ in results]
        for r in side:
            print(line(r.name, r.threads, [maps[r.name] for maps, _ in results], COLUMNS.shape[1] * STEPS / 1e9, base))
    print("one trajectory, us")
    side = [r for r in found if r.path]
    base = [paths[side[0].name] for _, paths in results]
    for r in side:
        print(line(r.name, 1, [paths[r.name] for _, paths in results], 1e-6, base))
    for missed in missing:
        print(missed)


if __name__ == "__main__":
    main()
