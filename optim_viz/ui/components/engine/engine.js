// Numba's kernels in the browser: what optim_viz/engine.py does in Python, with the same kernels and the same numbers.
//
// optim_viz/wasm.py makes the modules, and the index that says of each record what its kernels take. A module is fetched once and
// linked into one memory; drivers call rules and surfaces by their places in a table, as natively by their addresses.

import { Memory } from "./memory.js";
import { Run } from "./run.js";

const BLOCK = 384; // lanes of a sweep at a time, as natively
const OUT = 256; // bytes for what a driver returns: up to four arrays

/**
 * @typedef {{optimizer: string, surface: string, params?: Record<string, number>, start?: number[], starts?: Float64Array,
 *   steps: number, hypers: Record<string, number | ArrayLike<number>>, around?: Record<string, number | string>,
 *   seed?: number | number[], tolerance?: number}} Spec a run, with all its hyperparameters, and its stages in the flat form of a
 *   link. Many lanes where a hyperparameter or the seed has many values, or `starts`, (dim * lanes), the first coordinate of all
 *   lanes first
 */

export class Engine {
  /** @param {(name: string) => Promise<WebAssembly.Module>} fetched a module by its name @param {any} index */
  constructor(fetched, index) {
    this.fetched = fetched;
    this.index = index;
    this.memory = new Memory();
    this.linked = new Map();
    this.exports = new Map();
    this.places = new Map();
    this.base = this.memory.top;
  }

  /** An engine whose modules lie there. */
  static async load(base) {
    const index = await (await fetch(new URL("index.json", base))).json();
    return new this((name) => WebAssembly.compileStreaming(fetch(new URL(`${name}.wasm`, base))), index);
  }

  /** Modules by name, linked; they are fetched once. */
  async need(...names) {
    const link = async (name) => {
      const exports = await this.memory.link(await this.fetched(name));
      this.exports.set(name, exports);
      this.base = this.memory.top;
    };
    const asked = names.map((name) => {
      if (!this.linked.has(name)) {
        const linking = link(name);
        linking.catch(() => this.linked.delete(name)); // the next one who asks tries again
        this.linked.set(name, linking);
      }
      return this.linked.get(name);
    });
    await Promise.all(asked);
  }

  /** What a run of these needs. */
  modules({ optimizer, surface }) {
    const { optimizers, surfaces } = this.index;
    return ["drivers", "curves", "judge", "numbers", optimizers[optimizer].module, surfaces[surface].module];
  }

  /** Whether all of them are here. */
  ready(...names) {
    return names.every((name) => this.exports.has(name));
  }

  _address(module, name) {
    const key = `${module} ${name}`;
    if (!this.places.has(key)) this.places.set(key, this.memory.address(this.exports.get(module)[name]));
    return this.places.get(key);
  }

  /** Call a kernel; what it returns lies at the place that is returned. */
  _call(module, name, ...given) {
    const { memory } = this;
    const out = memory.take(OUT);
    const code = this.exports.get(module)[name](out, memory.take(64), ...given);
    if (code !== 0) throw new Error(`${module} ${name}: ${code}`);
    return out;
  }

  /** The k-th number of bytes of an array that a kernel has returned. */
  _copy(at, items, Kind = Float64Array) {
    const data = this.memory.view.getInt32(at + 24, true);
    return new Kind(this.memory.buffer, data, items).slice();
  }

  /** Numbers that a plain function makes of numbers, `count` of them. */
  numbers(module, name, values, count) {
    this.memory.reset(this.base);
    const { memory } = this;
    const given = memory.given(Float64Array.from(values), [values.length, 1]);
    const out = memory.given(null, count === null ? [1] : [count, 1]);
    this._call(module, name, ...given, ...out);
    return [...new Float64Array(memory.buffer, out[4], count ?? 1)];
  }

  /** A surface with its parameters: what follows from them. @returns {any} */
  surface(key, params = {}) {
    const record = this.index.surfaces[key];
    const values = Object.entries(record.params).map(([name, usual]) => params[name] ?? usual);
    const derived = (name, usual, count) => (this.exports.get(record.module)[name] ? this.numbers(record.module, name, values, count) : usual);
    const flat = derived("minima", null, record.minima);
    const width = record.dim + 1;
    const each = flat ? Array.from({ length: flat.length / width }, (_, k) => flat.slice(k * width, (k + 1) * width)) : record.minima;
    const minima = each.filter((at) => !Number.isNaN(at.at(-1)));
    return {
      key,
      record,
      coefficients: derived("coefficients", values, record.coefficients),
      minima,
      curvature: record.curvature ?? derived("curvature", null, null)[0],
      minimum: record.valley ?? (minima.length ? Math.min(...minima.map((at) => at.at(-1))) : null),
    };
  }

  /** The values of a surface on a grid, row by row of y; along x where it has one coordinate. @returns {Float64Array} */
  values({ record, coefficients }, xs, ys = [0]) {
    const { memory } = this;
    memory.reset(this.base);
    const [dim, count] = [record.dim, xs.length * ys.length];
    const [theta, columns, value, gradient, poison] = [[dim, count], [coefficients.length, count], [count], [dim, count], [count]].map((shape) => memory.given(null, shape));
    const part = (given, k) => new Float64Array(memory.buffer, given[4] + 8 * k * count, count);
    for (let r = 0; r < ys.length; r++) part(theta, 0).set(xs, r * xs.length);
    if (dim === 2) for (let r = 0; r < ys.length; r++) part(theta, 1).fill(ys[r], r * xs.length, (r + 1) * xs.length);
    coefficients.forEach((number, k) => part(columns, k).fill(number));
    part(poison, 0).fill(0);
    this._call(record.module, "surface", ...theta, ...columns, ...value, ...gradient, ...poison);
    return part(value, 0).slice();
  }

  /** Of points (dim * count) the nearest of a valley's each, in the same order. @returns {Float64Array} */
  nearest(surface, points) {
    const { memory } = this;
    memory.reset(this.base);
    const { dim, module } = surface.record;
    const count = points.length / dim;
    const given = Float64Array.of(...points, ...this._columns(surface, count));
    const out = memory.given(null, [dim, count]);
    this._call(module, "valley", ...memory.given(given, [given.length / count, count]), ...out);
    return new Float64Array(memory.buffer, out[4], dim * count).slice();
  }

  /** The settings of what stands around a rule, as `Around.vector` makes them. */
  around(optimizer, flat = {}) {
    const { stages, size, own, optimizers } = this.index;
    const vector = new Float64Array(size);
    for (const { key, at, words, hypers, choice } of stages) {
      const first = hypers[0] ?? key;
      if (!(first in flat) || optimizers[optimizer].hypers.includes(first) || (!hypers.length && !Number(flat[first]))) continue;
      const word = choice ? (flat[choice] ?? optimizers[optimizer].decay) : "";
      vector[at] = 1 + words.indexOf(word);
      hypers.forEach((name, k) => (vector[at + 1 + k] = flat[name]));
    }
    vector[own] = optimizers[optimizer].gradient ? 1 : 0;
    return vector;
  }

  /** A schedule's factors on the learning rate; empty where there is none. */
  factors(flat, steps) {
    if (!flat?.schedule) return new Float64Array(0);
    this.memory.reset(this.base);
    const { schedules } = this.index;
    const values = schedules[flat.schedule].map((name) => flat[name]);
    const out = this.memory.given(null, [steps]);
    this._call("drivers", "factors", BigInt(Object.keys(schedules).indexOf(flat.schedule)), ...this.memory.given(Float64Array.from(values), [values.length]), BigInt(flat.warmup ?? 0), 0n, ...out);
    return new Float64Array(this.memory.buffer, out[4], steps).slice();
  }

  /** What drivers take of a run: all lanes of it. */
  _prepared(spec) {
    const record = this.index.optimizers[spec.optimizer];
    const surface = this.surface(spec.surface, spec.params);
    const { dim } = surface.record;
    const many = Math.max(1, ...record.hypers.map((name) => spec.hypers[name].length ?? 1), spec.seed?.length ?? 1);
    const lanes = spec.starts ? spec.starts.length / dim : many;
    const start = spec.start ?? surface.record.start;
    const theta = spec.starts ?? Float64Array.from({ length: dim * lanes }, (_, k) => start[Math.floor(k / lanes)]);
    const hyper = rows(record.hypers, spec.hypers, lanes);
    const around = this.around(spec.optimizer, spec.around);
    return { record, surface, dim, lanes, theta, hyper, around, state: this._states(record, spec.around, theta, hyper, dim, lanes), factors: this.factors(spec.around, spec.steps) };
  }

  /** The initial state of every lane; at the end Lookahead's slow weights. */
  _states(record, flat, theta, hyper, dim, lanes) {
    const slow = flat && "lookahead_k" in flat;
    const fields = record.states.reduce((sum, { size }) => sum + size, slow ? 1 : 0);
    const state = new Float64Array(fields * dim * lanes);
    let at = 0;
    const fill = (initial) => {
      for (let d = 0; d < dim; d++)
        for (let i = 0; i < lanes; i++) {
          const k = record.hypers.indexOf(initial);
          state[(at * dim + d) * lanes + i] = initial === "theta" ? theta[d * lanes + i] : k < 0 ? initial : hyper[k * lanes + i];
        }
      at += 1;
    };
    for (const { size, initial } of record.states) for (let n = 0; n < size; n++) fill(initial);
    if (slow) fill("theta");
    return { fields, values: state };
  }

  /** The addresses of surface, Hessian and rule, as `pipeline.WHERE` has them. */
  _where({ record, surface }) {
    const module = surface.record.module;
    return [this._address(module, "surface"), record.hessian ? this._address(module, "hessian") : 0n, this._address(record.module, "rule")];
  }

  /** What is known of what lies lowest, as kernels take it. */
  _kind({ record }) {
    return BigInt(this.index.lowest.indexOf(record.lowest));
  }

  _columns(surface, lanes) {
    return Float64Array.from({ length: surface.coefficients.length * lanes }, (_, k) => surface.coefficients[Math.floor(k / lanes)]);
  }

  /**
   * A run with every step, or many; see `optim_viz.run`. Its modules are to be there: `need(...modules(spec))`.
   * @param {Spec} spec
   */
  run(spec) {
    const prepared = this._prepared(spec);
    const { surface, dim, lanes, theta, hyper, around, state, factors, record } = prepared;
    const { memory } = this;
    memory.reset(this.base);
    const count = spec.steps + 1;
    const fields = 2 * dim + 2 + state.fields * dim;
    const at = this._call(
      "drivers", "trace", ...this._where(prepared),
      ...memory.given(theta, [dim, lanes]),
      ...memory.given(this._columns(surface, lanes), [surface.coefficients.length, lanes]),
      ...memory.given(state.values, [state.fields, dim, lanes]),
      ...memory.given(hyper, [record.hypers.length, lanes]),
      ...memory.given(seeds(spec.seed, lanes), [lanes]),
      ...memory.given(around, [around.length]),
      ...memory.given(factors, [factors.length]),
      0n, BigInt(spec.steps),
      ...memory.given(new Float64Array(lanes), [lanes]),
    );
    return this.received(spec, { table: this._copy(at, count * fields * lanes) }, prepared);
  }

  /** The run that a worker has made of this. @param {Spec} spec */
  received(spec, { table }, prepared = this._prepared(spec)) {
    const rows = spec.steps + 1;
    return new Run(spec, prepared, table, rows, table.length / rows / prepared.lanes);
  }

  /** Where many runs end, and when they are within a tolerance; see `optim_viz.sweep`. @param {Spec} spec */
  sweep(spec) {
    const prepared = this._prepared(spec);
    const { surface, dim, lanes, theta, hyper, around, state, factors, record } = prepared;
    const { memory } = this;
    const where = this._where(prepared);
    const many = seeds(spec.seed, lanes);
    const bound = spec.tolerance === undefined ? NaN : surface.minimum + spec.tolerance;
    const floor = surface.record.lowest === "domain" ? surface.minimum - spec.tolerance : -Infinity;
    const found = { theta: new Float64Array(dim * lanes), loss: new Float64Array(lanes), diverged: new Uint8Array(lanes), touched: new Float64Array(lanes), stays: new Float64Array(lanes) };
    for (let from = 0; from < lanes; from += BLOCK) {
      const n = Math.min(BLOCK, lanes - from);
      const part = (values, count) => {
        const out = new Float64Array(count * n);
        for (let k = 0; k < count; k++) out.set(values.subarray(k * lanes + from, k * lanes + from + n), k * n);
        return out;
      };
      memory.reset(this.base);
      const at = this._call(
        "drivers", "finish", ...where,
        ...memory.given(part(theta, dim), [dim, n]),
        ...memory.given(this._columns(surface, n), [surface.coefficients.length, n]),
        ...memory.given(part(state.values, state.fields * dim), [state.fields, dim, n]),
        ...memory.given(part(hyper, record.hypers.length), [record.hypers.length, n]),
        ...memory.given(many.slice(from, from + n), [n]),
        ...memory.given(around, [around.length]),
        ...memory.given(factors, [factors.length]),
        BigInt(spec.steps), spec.tolerance === undefined ? NaN : floor, bound,
      );
      const ends = this._copy(at, (dim + 1) * n);
      for (let d = 0; d < dim; d++) found.theta.set(ends.subarray(d * n, (d + 1) * n), d * lanes + from);
      found.loss.set(ends.subarray(dim * n), from);
      found.diverged.set(this._copy(at + 64, n, Uint8Array), from);
      found.touched.set(Float64Array.from(this._copy(at + 64 + 48, n, BigInt64Array), Number), from);
      found.stays.set(Float64Array.from(this._copy(at + 64 + 96, n, BigInt64Array), Number), from);
    }
    return found;
  }

  /** What curves and judge take of a run. */
  _read(run) {
    const { memory } = this;
    const { rows, lanes, fields, dim, surface, record, hyper, around } = run;
    const factors = run.factors.length ? this.factors(run.spec.around, rows) : new Float64Array(rows).fill(1); // of the step that leaves each row
    const minima = surface.record.valley === null ? surface.minima.flat() : this._nearest(run);
    memory.reset(this.base);
    return {
      record: memory.given(run.table, [rows, fields, lanes]),
      minima: memory.given(Float64Array.from(minima), [minima.length / (dim + 1), dim + 1]),
      hyper: memory.given(hyper, [record.hypers.length, lanes]),
      factors: memory.given(factors, [rows]),
      around: memory.given(around, [around.length]),
    };
  }

  /** For each row of each lane the nearest point of the surface's valley, and the value there. */
  _nearest({ rows, lanes, fields, dim, surface, table }) {
    const count = rows * lanes;
    const points = Float64Array.from({ length: dim * count }, (_, k) => table[(Math.floor((k % count) / lanes) * fields + Math.floor(k / count)) * lanes + (k % lanes)]);
    const found = this.nearest(surface, points);
    return Array.from({ length: count * (dim + 1) }, (_, k) => (k % (dim + 1) < dim ? found[(k % (dim + 1)) * count + Math.floor(k / (dim + 1))] : surface.minimum));
  }

  /** A curve of a run, see optim_viz/curves.py: rows * lines * lanes numbers, nan where there is nothing. @param {Run} run */
  curve(key, run) {
    const { curves } = this.index;
    const { rows, lanes, dim, surface, record } = run;
    const given = this._read(run);
    const { memory } = this;
    const { asks, each } = curves[key];
    const lines = each ? dim : 1;
    const second = asks.includes("xx");
    const [divides, limit] = ["divides", "limit"].map((name) => (asks.includes(name === "limit" ? "lx" : "px") ? record.stability?.[name] : null));
    const places = (what) => memory.given(BigInt64Array.from(what?.places ?? [], BigInt), [what?.places.length ?? 0]);
    const out = memory.given(null, [rows, lines, lanes]);
    new Float64Array(memory.buffer, out[4], rows * lines * lanes).fill(NaN);
    const columns = second ? rows * lanes : 0;
    this._call(
      "curves", "draw", BigInt(Object.keys(curves).indexOf(key)), 0n, this._kind(surface),
      ...given.record, ...given.minima, ...given.hyper, ...given.factors, ...given.around,
      ...memory.given(this._columns(surface, columns), [surface.coefficients.length, columns]),
      second ? this._address(surface.record.module, "hessian") : 0n,
      divides ? this._address("numbers", divides.kernel) : 0n, ...places(divides),
      limit ? this._address("numbers", limit.kernel) : 0n, ...places(limit),
      ...out,
    );
    return new Float64Array(memory.buffer, out[4], rows * lines * lanes).slice();
  }

  /** The second derivatives where a run was at a row. @param {Run} run */
  hessian({ surface, table, fields, dim }, row) {
    const { memory } = this;
    memory.reset(this.base);
    const { module } = surface.record;
    const out = memory.given(null, [(dim * (dim + 1)) / 2, 1]);
    const theta = table.slice(row * fields, row * fields + dim);
    this._call(module, "hessian", ...memory.given(theta, [dim, 1]), ...memory.given(this._columns(surface, 1), [surface.coefficients.length, 1]), ...out);
    const [xx, xy, yy] = new Float64Array(memory.buffer, out[4], (dim * (dim + 1)) / 2);
    return {
      smallest: dim === 1 ? xx : (xx + yy) / 2 - Math.hypot((xx - yy) / 2, xy),
      /** With this added on the diagonal. */
      determinant: (damping) => (dim === 1 ? xx + damping : (xx + damping) * (yy + damping) - xy * xy),
    };
  }

  /** What is to be said of each lane of a run, see optim_viz/judge.py: a list by lane of numbers by name. @param {Run} run */
  judge(run) {
    const { slots } = this.index;
    const { rows, lanes, surface, record } = run;
    const stability = record.stability;
    const look = (curvatures, limits) => {
      const given = this._read(run);
      const { memory } = this;
      const out = memory.given(null, [slots.length, lanes]);
      const count = curvatures ? rows : 0;
      this._call(
        "judge", "judge", ...given.record, ...given.minima, ...given.hyper, ...given.factors, ...given.around,
        this._kind(surface), surface.record.width,
        ...memory.given(curvatures, [count, lanes]), ...memory.given(limits, [count, lanes]), ...out,
      );
      const found = new Float64Array(memory.buffer, out[4], slots.length * lanes).slice();
      return Array.from({ length: lanes }, (_, i) => Object.fromEntries(slots.map((name, k) => [name, found[k * lanes + i]])));
    };
    const found = look(null, null);
    const failed = found.some(({ worse, diverged }) => worse || Number.isFinite(diverged));
    if (!failed || !stability || stability.divides) return found;
    return look(this.curve("sharpness", run), this.curve("sharpness_limit", run));
  }
}

/** (H, lanes): each number as given for every lane, or once for all. */
export function rows(names, given, lanes) {
  const out = new Float64Array(names.length * lanes);
  names.forEach((name, k) => {
    const row = out.subarray(k * lanes, (k + 1) * lanes);
    if (typeof given[name] === "number") row.fill(given[name]);
    else row.set(given[name]);
  });
  return out;
}

export const seeds = (given, lanes) => BigUint64Array.from({ length: lanes }, (_, i) => BigInt(given?.length ? given[i] : (given ?? 0)));
