"""The engine in the browser gives the native engine's numbers: bit for bit where no function of libm is asked."""

import numpy as np
import pytest

from optim_viz import OPTIMIZERS, Data, fit, problem, sweep
from optim_viz.regression.losses import LOSSES
from optim_viz.regression.outcome import arrivals, outcome, quantiles
from optim_viz.ui import assets
from surfaces import SURFACES
from tests import engine as cases

#: surfaces on which one last bit grows in the steps of these cases
CHAOTIC = {"rastrigin"}


@pytest.fixture(scope="module")
def engine(browser, server):
    """A page with the engine in it; ``compare`` what it gives."""
    page = browser.new_page()
    page.goto(f"{server.url}/_stcore/health")
    assert page.evaluate(cases.opening())
    yield page
    page.close()


def test_every_rule_surface_and_stage_runs_as_natively(engine):
    specs = cases.every_module_once()
    found = [one for some in cases.batches(specs) for one in engine.evaluate(cases.COMPARE, [cases.expected(s) for s in some])]
    assert len(found) == len(specs) > 150
    exact = 0
    for spec, one in zip(specs, found, strict=True):
        named = f"{spec['optimizer']} on {spec['surface']} with {spec['around']}"
        count, largest = one["run"]
        if not cases.asks_libm(spec):
            assert count == 0, (named, largest)
            exact += 1
        assert largest <= (cases.CLOSE if spec["surface"] not in CHAOTIC else 1e-9), (named, count, largest)
        for key, _count, far in one["curves"]:
            assert far <= (1e-9 if spec["surface"] in CHAOTIC or key in ("effective", "angle") else cases.CLOSE), (
                named,
                key,
                far,
            )
        assert one["judged"][1] <= 1e-9 and one["surface"][1] <= cases.CLOSE and one["curvature"] <= 1e-14, (named, one)
    assert exact > 120


@pytest.mark.verify
@pytest.mark.parametrize("key", OPTIMIZERS)
def test_the_whole_product_of_rules_surfaces_and_stages(engine, key):
    """Where libm is asked a last bit may decide how a run goes on: there its first steps are compared."""
    specs = cases.everything(OPTIMIZERS[key])
    found = [one for some in cases.batches(specs) for one in engine.evaluate(cases.COMPARE, [cases.expected(s) for s in some])]
    assert len(found) == len(specs) >= len(SURFACES)
    for spec, one in zip(specs, found, strict=True):
        named = f"{spec['optimizer']} on {spec['surface']} with {spec['around']}"
        assert one["begins"][1] <= cases.CLOSE, (named, one["begins"])
        assert one["run"][0] == 0 or cases.asks_libm(spec), (named, one["run"])


def test_many_lanes_are_so_many_runs(engine):
    lrs = np.geomspace(0.001, 0.1, 7)
    spec = cases.case("adam", "ravine")
    many = {**spec, "hypers": {**spec["hypers"], "lr": lrs.tolist()}}
    alone = [cases.packed(cases.native({**spec, "hypers": {**spec["hypers"], "lr": float(lr)}}).theta) for lr in lrs]
    counts = engine.evaluate(
        """([many, alone]) => {
          const run = window.engine.run(many);
          return alone.map((text, i) => window.differing(run.theta(i), text)[0]);
        }""",
        [many, alone],
    )
    assert counts == [0] * 7


@pytest.mark.parametrize("key", SURFACES)
def test_the_values_on_a_grid_are_those_of_the_surface(engine, key):
    surface = SURFACES[key]
    axes = [np.linspace(2 * lo - hi, 2 * hi - lo, 9 + 4 * d) for d, (lo, hi) in enumerate(surface.domain)]
    expected = surface.value(np.stack(np.meshgrid(*axes), axis=-1)).ravel()
    found = engine.evaluate(
        """async ([key, axes]) => {
          await window.engine.need(window.engine.index.surfaces[key].module);
          return [...window.engine.values(window.engine.surface(key), ...axes)];
        }""",
        [key, [axis.tolist() for axis in axes]],
    )
    asks = cases.asks_libm(cases.case("gd", key))
    np.testing.assert_allclose(found, expected, rtol=cases.CLOSE if asks else 0, atol=cases.CLOSE if asks else 0)


@pytest.mark.parametrize("surface", ["rosenbrock", "levy"])
def test_a_map_agrees_in_nearly_every_cell(engine, surface):
    record, side = SURFACES[surface], 48
    axes = [np.linspace(lo, hi, side) for lo, hi in record.domain]
    starts = np.stack(np.meshgrid(*axes), -1).reshape(-1, 2)
    spec = cases.case("adam", surface, steps=300, tolerance=1e-3)
    wanted = sweep("adam", record, starts=starts, steps=300, hypers=spec["hypers"], tolerance=1e-3)
    columns = cases.packed(starts.T)
    touched, stays, diverged, theta = (
        cases.packed(part)
        for part in (wanted.steps_to_tolerance, wanted.stays_from, wanted.diverged, wanted.theta.T)
    )  # fmt: skip
    for how in ("window.engine.sweep(spec)", "await pool.sweep(spec, 2)"):
        found = engine.evaluate(
            f"""async ([spec, columns, ...wanted]) => {{
              spec.starts = new Float64Array(Uint8Array.from(atob(columns), (c) => c.charCodeAt(0)).buffer);
              await window.engine.need(...window.engine.modules(spec));
              const pool = window.pool();
              const found = {how};
              pool.close();
              return ["touched", "stays", "diverged", "theta"].map((name, k) => window.differing(found[name], wanted[k])[0]);
            }}""",
            [spec, columns, touched, stays, diverged, theta],
        )
        if surface == "rosenbrock":
            assert found == [0, 0, 0, 0]
        else:
            assert max(found[:3]) <= 0.01 * len(starts)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("optimizer, model", [("adam", "linear"), ("newton", "linear"), ("adam", "network")])
def test_fits_are_those_of_the_server_on_the_same_batches(engine, model, loss, optimizer):
    classes, linear = LOSSES[loss].task == "classes", model == "linear"
    rng = np.random.default_rng(3)
    inputs = rng.normal(size=(40, 2))
    targets = (inputs[:, 0] > 0).astype(float) if classes else inputs @ [1.0, -2.0] + rng.normal(size=40) / 10
    data = Data(inputs, targets, "classes" if classes else "numbers")
    what = problem(data, model=("logistic" if classes else "line") if linear else "network", loss=loss, l2=0.01)
    hypers = {"lr": 0.05} if optimizer == "adam" else {"lr": 0.5, "damping": 1e-3}
    done = fit(optimizer, what, batch_size=7, updates=60, seeds=range(3), hypers=hypers, record_every=7)
    start = np.ascontiguousarray(done.theta[:, 0].T)
    spec = {
        "optimizer": optimizer, "linear": linear, "loss": loss, "dim": what.dim, "lanes": 3, "width": what.table.shape[1],
        "shape": list(done.drawn.indices.shape), "hypers": {name: float(x) for name, x in done.hypers.items()},
        "seeds": [0, 1, 2], "updates": 60, "every": 7,
    }  # fmt: skip
    arrays = {"theta": start, "table": what.table, "head": what.head, "batches": done.drawn.indices, "sizes": done.drawn.sizes}
    wanted = [done.theta.transpose(1, 2, 0), done.cost.T]
    found = engine.evaluate(
        """async ([spec, arrays, wanted]) => {
          const numbers = (text) => new Float64Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
          for (const name of ["theta", "table", "head"]) spec[name] = numbers(arrays[name]);
          spec.batches = Int32Array.from(numbers(arrays.batches));
          spec.sizes = BigInt64Array.from(numbers(arrays.sizes), BigInt);
          await window.engine.need(...window.engine.fitModules(spec));
          const found = window.engine.fit(spec);
          return ["theta", "cost"].map((name, k) => window.differing(found[name], wanted[k]));
        }""",
        [spec, {name: cases.packed(a) for name, a in arrays.items()}, [cases.packed(a) for a in wanted]],
    )
    exact = linear and not classes
    assert all(count == 0 if exact else far <= cases.CLOSE for count, far in found), found


def test_fits_are_judged_as_by_the_server(engine):
    done = fit("gd", "noisy_line", batch_size=5, epochs=5, seeds=range(12), hypers={"lr": np.geomspace(0.01, 0.6, 12)})
    losses, ended = np.ascontiguousarray(done.loss), done.theta[:, -1]
    verdict, height = outcome(done), float(np.nanmin(losses) + 0.3)
    shares, finite = (0.0, 0.1, 0.5, 0.9, 1.0), losses[:, ::20]
    rows = [np.inf if row is None else row for row in arrivals(done, height)]
    assert 0 < verdict.diverged.sum() + verdict.worse.sum() < 12 and np.isfinite(rows).any() and np.isinf(rows).any()
    found = engine.evaluate(
        """async ([began, ended, theta, losses, some, shares, height, flags, rows, quantiles]) => {
          const numbers = (text) => new Float64Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
          const { engine, differing } = window;
          await engine.need("verdicts");
          return [
            differing(engine.judgeFits(numbers(began), numbers(ended), numbers(theta)), flags),
            differing(engine.arrivals(numbers(losses), 12, height), rows),
            differing(engine.quantiles(numbers(some), 12, shares), quantiles),
          ];
        }""",
        [
            *map(cases.packed, (losses[:, 0], losses[:, -1], ended, losses, finite)), list(shares), height,
            *map(cases.packed, ([verdict.diverged, verdict.worse], rows, quantiles(finite, shares))),
        ],
    )  # fmt: skip
    assert found == [[0, 0], [0, 0], [0, 0]]


def test_a_thousand_drags_leak_nothing(engine):
    """Neither the engine's memory nor the page's grows; also where a rule asks for arrays at each of its steps."""
    measure = engine.context.new_cdp_session(engine)
    measure.send("HeapProfiler.enable")

    def heap():
        measure.send("HeapProfiler.collectGarbage")
        return measure.send("Runtime.getHeapUsage")["usedSize"]

    drag = """async ([spec, times]) => {
      const { engine } = window;
      await engine.need(...engine.modules(spec));
      for (let k = 0; k < times; k++) {
        spec.hypers.lr = 0.001 + k * 1e-6;
        const run = engine.run(spec);
        engine.curve("above", run);
        engine.judge(run);
      }
      return engine.memory.buffer.byteLength;
    }"""
    for optimizer in ("adam", "lbfgs"):
        spec = cases.case(optimizer, "ravine", steps=300)
        first, before = engine.evaluate(drag, [spec, 20]), heap()
        assert engine.evaluate(drag, [spec, 1000]) == first
        assert heap() - before < 200_000


def test_modules_are_served_compressed_kept_for_good_and_nothing_else_may_be_evaluated(engine, server):
    answer = engine.request.get(f"{server.url}/{assets.url('engine/modules/drivers.wasm')}")
    assert answer.headers["content-type"] == "application/wasm" and answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    scripts = next(rule for rule in answer.headers["content-security-policy"].split("; ") if rule.startswith("script-src"))
    assert [word for word in scripts.split() if "eval" in word or "inline" in word] == ["'wasm-unsafe-eval'"]


def test_a_run_of_a_worker_is_the_same_run(engine):
    spec = cases.case("nesterov", "rosenbrock")
    record = cases.packed(cases.native(spec).record)
    found = engine.evaluate(
        """async ([spec, record]) => {
          await window.engine.need(...window.engine.modules(spec));
          const pool = window.pool();
          const astray = pool.ask("run", { ...spec, surface: "nowhere" }).catch((error) => error.message);
          const [told, failed] = await Promise.all([pool.ask("run", spec), astray]);
          pool.close();
          const run = window.engine.received(spec, told);
          return [window.differing(run.table, record)[0], run.divergedAt(), failed];
        }""",
        [spec, record],
    )
    assert found[:2] == [0, None] and "undefined" in found[2]
