"""The engine in the browser against the native one: cases, what is expected of them, and the script that compares."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import FunctionType
from typing import Any

import numpy as np

from optim_viz import OPTIMIZERS, Optimizer, Run, engine, wasm, wasm_object
from optim_viz.around import from_flat
from optim_viz.curves import CURVES
from optim_viz.outcome import verdicts
from optim_viz.rules import names
from optim_viz.ui import assets
from surfaces import SURFACES

STEPS = 120
#: browsers round sin, exp, pow ... otherwise than libm: so close are runs that ask for them and are not chaotic
CLOSE = 1e-12
#: one a stage, in the flat form of a link; the last of them ask for a logarithm, a cosine or a power
STAGES: tuple[dict[str, Any], ...] = (
    {"maximize": 1.0},
    {"clip_value": 0.2},
    {"clip_norm": 0.5},
    {"weight_decay": 0.1, "decay": "l2"},
    {"weight_decay": 0.1, "decay": "decoupled"},
    {"weight_decay": 0.01, "decay": "direct"},
    {"lookahead_k": 5, "lookahead_alpha": 0.5},
    {"schedule": "linear", "start_factor": 1.0, "end_factor": 0.1, "total_iters": 100, "warmup": 10},
    {"schedule": "constant", "warmup": 20},
    {"clip_norm": 1.0, "weight_decay": 0.01, "decay": "l2", "lookahead_k": 3, "lookahead_alpha": 0.8},
    {"noise": 0.3, "seed": 5},
    {"schedule": "cosine", "t_max": 100, "end_factor": 0.0, "warmup": 0},
    {"schedule": "step", "step_size": 30, "gamma": 0.5, "warmup": 0},
    {"schedule": "inverse_time", "decay_steps": 30, "warmup": 0},
    {"schedule": "stable_decay", "total_steps": 110, "decay_share": 0.5, "end_factor": 0.0, "warmup": 10},
    {"schedule": "polynomial", "total_iters": 100, "power": 1.5, "warmup": 0},
    {"schedule": "warm_restarts", "t_0": 20, "t_mult": 2, "end_factor": 0.1, "warmup": 0},
    {"schedule": "one_cycle", "total_steps": 120, "pct_start": 0.3, "div_factor": 25, "final_div_factor": 1e4, "warmup": 0},
)
WITH_LIBM = (
    "noise",
    "cosine",
    "polynomial",
    "warm_restarts",
    "one_cycle",
    "step",
    "exponential",
    "multi_step",
    "tinynn_exponential",
)


def record_of(full_key: str) -> Optimizer:
    key, _at, variant = full_key.partition("@")
    return OPTIMIZERS[key].as_in(variant)


def case(
    optimizer: str, surface: str, flat: Mapping[str, Any] | None = None, steps: int = STEPS, **more: Any
) -> dict[str, Any]:
    """A run as ``engine.js`` takes it, with the learning rate that a card starts with."""
    hypers = record_of(optimizer).start_values(SURFACES[surface])
    return {"optimizer": optimizer, "surface": surface, "steps": steps, "hypers": hypers, "around": flat or {}, **more}


def every_module_once() -> list[dict[str, Any]]:
    """Each rule, each surface, each stage."""
    rules = [case(record.full_key, surface) for record in wasm.rules().values() for surface in ("ravine", "rosenbrock")]
    stages = [case("momentum", "ravine", flat, seed=flat.get("seed", 0)) for flat in STAGES]
    parameters = [
        case("adam", s.key, params={n: 0.9 * h.default + 0.1 * h.slider[1] for n, h in s.params.items() if h.slider})
        for s in SURFACES.values()
        if s.params
    ]
    return [*rules, *(case("adam", key) for key in SURFACES), *parameters, *stages]


def everything(optimizer: Optimizer) -> list[dict[str, Any]]:
    """Each of its conventions on every surface, and with every stage that it takes."""
    found = []
    for record in optimizer.conventions:
        found += [case(record.full_key, surface) for surface in SURFACES]
        for flat in STAGES:
            if from_flat(flat)[0].on and set(from_flat(flat)[0].on) <= set(record.stages):
                found.append(case(record.full_key, "ravine", flat, seed=flat.get("seed", 0)))
    return found


def native(spec: Mapping[str, Any]) -> Run:
    around, seed = from_flat(spec["around"])
    surface = SURFACES[spec["surface"]].at(**spec.get("params", {}))
    return engine.run(
        record_of(spec["optimizer"]), surface, steps=spec["steps"], hypers=spec["hypers"], around=around,
        seed=spec.get("seed", seed),
    )  # fmt: skip


@cache
def _libm(*functions: Callable) -> bool:
    """Whether these, or helpers of theirs, name one of libm's functions, or a power that is not a whole number."""
    for function in functions:
        if set(names(function.__code__)) & {*wasm.LIBM, "radians"} - {"fmod"}:
            return True
        used = (function.__globals__.get(name) for name in names(function.__code__))
        if _libm(*(helper for helper in used if isinstance(helper, FunctionType) and helper is not function)):
            return True
    return False


def asks_libm(spec: Mapping[str, Any]) -> bool:
    """Whether a run asks for what browsers round otherwise: sin, cos, exp, log, pow ..."""
    record, surface = record_of(spec["optimizer"]), SURFACES[spec["surface"]]
    rule = next(r.full_key for u, r in wasm.rules().items() if u is record.update)
    asked = {name for _kind, name in wasm_object.imports((wasm.FOLDER / f"rule.{rule}.wasm").read_bytes())}
    functions = [surface.formula, surface.slope, *([surface.second] if record.takes_hessian else [])]
    if spec.get("params") and surface.coefficients_of:
        functions.append(surface.coefficients_of)
    stages = {*spec["around"], *map(str, spec["around"].values())}
    return bool(asked & {*wasm.LIBM} - {"fmod"}) or _libm(*functions) or bool(stages & {*WITH_LIBM})


def expected(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What ``COMPARE`` takes."""
    with np.errstate(all="ignore"):
        run = native(spec)
        return {
            "spec": dict(spec),
            "record": packed(run.record),
            "curves": {key: packed(curve.of(run)) for key, curve in CURVES.items()},
            "judged": packed(np.array([*verdicts(run).values()])),
            "curvature": run.surface.curvature,
            "minima": packed(np.array([x for m in run.surface.minima for x in (*m.theta, m.value)])),
        }


def packed(array: Any) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=np.float64).tobytes()).decode()


def batches(cases: Iterable[dict[str, Any]], size: int = 40) -> Iterator[list[dict[str, Any]]]:
    listed = list(cases)
    yield from (listed[at : at + size] for at in range(0, len(listed), size))


def opening() -> str:
    """JavaScript that loads the engine once and leaves it in ``window.engine``."""
    return OPENING.replace("FOLDER", "/" + assets.url("engine/"))


OPENING = """
async () => {
  const { FitEngine } = await import("FOLDERfits.js");
  const { Pool } = await import("FOLDERpool.js");
  const base = new URL("FOLDERmodules/", location.href).href;
  window.engine = await FitEngine.load(base);
  window.pool = () => new Pool(base, 2);
  const numbers = (text) => new Float64Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  // how many numbers are not the same, and the largest difference, relative where they are larger than 1
  window.differing = (all, text, first = Infinity) => {
    const wanted = numbers(text).slice(0, first);
    const got = all.slice(0, first);
    let count = Math.abs(got.length - wanted.length), largest = count ? 1e300 : 0;
    for (let k = 0; k < Math.min(got.length, wanted.length); k++) {
      if (Object.is(got[k], wanted[k]) || got[k] === wanted[k]) continue;
      const far = Math.abs(got[k] - wanted[k]) / Math.max(1, Math.abs(wanted[k]));
      count += 1;
      largest = Math.max(largest, Number.isFinite(far) ? far : 1e300);
    }
    return [count, largest];
  };
  return true;
}
"""

#: takes what ``expected`` gives, of several; for each the differences of the run, its curves, what is judged, and the surface
COMPARE = """
async (cases) => {
  const { engine, differing } = window;
  const found = [];
  for (const { spec, record, curves, judged, curvature, minima } of cases) {
    await engine.need(...engine.modules(spec));
    const run = engine.run(spec);
    found.push({
      run: differing(run.table, record),
      begins: differing(run.table, record, 3 * run.fields),
      curves: Object.entries(curves).map(([key, text]) => [key, ...differing(engine.curve(key, run), text)]),
      judged: differing(Object.values(engine.judge(run)[0]), judged),
      surface: differing(run.surface.minima.flat(), minima),
      curvature: Math.abs(run.surface.curvature / curvature - 1),
    });
  }
  return found;
}
"""
