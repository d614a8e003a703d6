"""How fast the engine is in Chromium, beside the native one within the same run: ``python -m benchmarks.engine``."""

import tempfile
from pathlib import Path
from typing import Any

import optim_viz
from benchmarks.speed import STEPS, best
from optim_viz import OPTIMIZERS
from surfaces import SURFACES
from tests import engine as cases
from tools.browser import Server, chromium

#: milliseconds of one run in the page; of a map, coarse on one thread and fine on two workers; of the longest frame while
#: workers do eight long runs
MEASURE = """
async ({ spec, surface }) => {
  const { engine } = window;
  await engine.need(...engine.modules(spec));
  const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
  const timed = async (times, work) => {
    const found = [];
    for (let k = 0; k < times; k++) {
      const begun = performance.now();
      await work(k);
      found.push(performance.now() - begun);
    }
    return median(found);
  };
  const least = async (rounds, times, work) => {
    let found = Infinity;
    for (let k = 0; k < rounds; k++) {
      const begun = performance.now();
      for (let n = 0; n < times; n++) await work(k * times + n);
      found = Math.min(found, (performance.now() - begun) / times);
    }
    return found;
  };
  const grid = (side) => {
    const [[x0, x1], [y0, y1]] = surface;
    const starts = new Float64Array(2 * side * side);
    for (let k = 0; k < side * side; k++) {
      starts[k] = x0 + ((x1 - x0) * (k % side)) / (side - 1);
      starts[side * side + k] = y0 + ((y1 - y0) * Math.floor(k / side)) / (side - 1);
    }
    return { ...spec, starts, tolerance: 1e-3 };
  };
  const pool = window.pool();
  const coarse = grid(64), fine = grid(256);
  await pool.sweep(coarse, 2);
  const found = {
    run: await least(20, 50, () => engine.run(spec)),
    judged: await least(20, 50, () => engine.judge(engine.run(spec))),
    coarse: await timed(20, () => engine.sweep(coarse)),
    coarse2: await timed(20, () => pool.sweep(coarse, 2)),
    fine2: await timed(5, () => pool.sweep(fine, 2)),
  };
  let last = performance.now(), worst = 0, watching = true;
  const watch = (now) => {
    worst = Math.max(worst, now - last);
    last = now;
    if (watching) requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
  const long = { ...spec, steps: 5000 };
  for (let k = 0; k < 10; k++) await Promise.all(Array.from({ length: 8 }, () => pool.ask("run", long)));
  watching = false;
  pool.close();
  return { ...found, worst };
}
"""


def main() -> None:
    key, surface = "adam", "ravine"
    spec: dict[str, Any] = cases.case(key, surface, steps=STEPS)
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "log") as server, chromium() as browser:
        page = browser.new_page()
        page.goto(f"{server.url}/_stcore/health")
        page.evaluate(cases.opening())
        found = page.evaluate(MEASURE, {"spec": spec, "surface": SURFACES[surface].domain})
        native = best(lambda: optim_viz.run(OPTIMIZERS[key].key, surface, steps=STEPS, hypers=spec["hypers"]), 300) * 1e3
    run = found["run"]
    print(
        f"one run, {key}, {STEPS} steps, all rows: {run * 1e3:.0f} us; native {native * 1e3:.0f} us; ratio {run / native:.2f}"
    )
    print(f"the same with its judgement: {found['judged'] * 1e3:.0f} us")
    print(f"map 64 x 64 x {STEPS}: {found['coarse']:.1f} ms; on two workers {found['coarse2']:.1f} ms")
    print(f"map 256 x 256 x {STEPS} on two workers: {found['fine2']:.0f} ms")
    print(f"longest frame while workers run 8 x 5,000 steps: {found['worst']:.0f} ms")


if __name__ == "__main__":
    main()
