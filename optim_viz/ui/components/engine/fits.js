// Fits in the browser, by the same kernels: what optim_viz/regression/fit.py and problem.py do in Python.

import { Engine, rows, seeds } from "./engine.js";

/**
 * @typedef {{linear: boolean, loss: string, dim: number, table: Float64Array, width: number, head: Float64Array, lanes: number,
 *   block: number}} Problem what is fitted: a model and a loss on data. `table` has a sample a row, features and target, `width` of
 *   them; so many `lanes` are evaluated side by side, and so many numbers of samples at a time
 */

const moduleOf = ({ linear, loss }) => `fit.${linear ? "linear" : "forward"}.${loss}`;

export class FitEngine extends Engine {
  /**
   * Fits batch by batch, see `regression.kernels.descend`; what the server has drawn comes as it is.
   * @param {{optimizer: string, model: string, loss: string, linear: boolean, theta: Float64Array, dim: number, lanes: number,
   *   table: Float64Array, width: number, head: Float64Array, batches: Int32Array, shape: [number, number, number],
   *   sizes: BigInt64Array, hypers: Record<string, number | ArrayLike<number>>, around?: any, seeds: number[], updates: number,
   *   every: number}} spec
   */
  fit(spec) {
    const record = this.index.optimizers[spec.optimizer];
    const { dim, lanes, theta, updates, every } = spec;
    const module = moduleOf(spec);
    const hyper = rows(record.hypers, spec.hypers, lanes);
    const factors = this.factors(spec.around, updates);
    const state = this._states(record, spec.around, theta, hyper, dim, lanes);
    const around = this.around(spec.optimizer, spec.around);
    const { memory } = this;
    memory.reset(this.base);
    const batches = memory.given(null, [Math.ceil(spec.batches.length / 2)]); // of 4 bytes each
    new Int32Array(memory.buffer, batches[4], spec.batches.length).set(spec.batches);
    const [own, turns, size] = spec.shape;
    const items = spec.table.length / spec.width;
    const at = this._call(
      "fits", "descend",
      this._address(module, "batch"), record.hessian ? this._address(module, "hessian") : 0n, this._address(record.module, "rule"),
      ...memory.given(theta, [dim, lanes]),
      ...memory.given(spec.table, [items, spec.width]),
      ...memory.given(spec.head, [spec.head.length]),
      0, 0, BigInt(spec.batches.length), 4n, batches[4], BigInt(own), BigInt(turns), BigInt(size), BigInt(4 * turns * size), BigInt(4 * size), 4n,
      ...memory.given(spec.sizes, [spec.sizes.length]),
      ...memory.given(state.values, [state.fields, dim, lanes]),
      ...memory.given(hyper, [record.hypers.length, lanes]),
      ...memory.given(seeds(spec.seeds, lanes), [lanes]),
      ...memory.given(around, [around.length]),
      ...memory.given(factors, [factors.length]),
      BigInt(updates), BigInt(every),
    );
    const kept = Math.floor((updates + every - 1) / every) + 1;
    return {
      rows: kept,
      theta: this._copy(at, kept * dim * lanes),
      cost: this._copy(at + 80, kept * lanes),
    };
  }

  /** Over the seeds, `values` (seeds * M), these shares of them: (shares * M), see optim_viz/regression/judge.py. */
  quantiles(values, seeds, shares) {
    const { memory } = this;
    memory.reset(this.base);
    const columns = values.length / seeds;
    const out = memory.given(null, [shares.length, columns]);
    this._call("verdicts", "quantiles", ...memory.given(values, [seeds, columns]), ...memory.given(Float64Array.from(shares), [shares.length]), ...out);
    return new Float64Array(memory.buffer, out[4], shares.length * columns).slice();
  }

  /** Of each seed whether it diverged, then whether it ended higher than it began; `theta` (seeds * dim) is where it ended. */
  judgeFits(began, ended, theta) {
    const { memory } = this;
    memory.reset(this.base);
    const seeds = ended.length;
    const out = memory.given(null, [2, seeds]);
    this._call("verdicts", "judge", ...memory.given(began, [seeds]), ...memory.given(ended, [seeds]), ...memory.given(theta, [seeds, theta.length / seeds]), ...out);
    return new Float64Array(memory.buffer, out[4], 2 * seeds).slice();
  }

  /** The row from which on each seed's loss, of `losses` (seeds * rows), is at most this high; infinite for never. */
  arrivals(losses, seeds, height) {
    const { memory } = this;
    memory.reset(this.base);
    const out = memory.given(null, [seeds]);
    this._call("verdicts", "arrival", ...memory.given(losses, [seeds, losses.length / seeds]), ...memory.given(Float64Array.of(height), [1]), ...out);
    return new Float64Array(memory.buffer, out[4], seeds).slice();
  }

  /** What a fit of these needs. */
  fitModules(spec) {
    return ["drivers", "fits", "verdicts", "plane", "numbers", this.index.optimizers[spec.optimizer].module, moduleOf(spec)];
  }

  /** The loss on all the data at so many points, theta (dim * points). @param {Problem} problem @returns {Float64Array} */
  evaluate(problem, theta, points) {
    const { memory } = this;
    const out = new Float64Array(points);
    const { dim, table, width } = problem;
    const lanes = Math.max(1, Math.min(problem.lanes, points));
    const [samples, most] = [table.length / width, Math.max(1, Math.floor(problem.block / (lanes * width)))];
    for (let from = 0; from < samples; from += most) {
      memory.reset(this.base);
      const count = Math.min(most, samples - from);
      const params = memory.given(null, [problem.head.length + count * width, lanes]);
      const fill = (k, value) => new Float64Array(memory.buffer, params[4] + 8 * k * lanes, lanes).fill(value);
      [count, ...problem.head.subarray(1)].forEach((value, k) => fill(k, value));
      for (let k = 0; k < count * width; k++) fill(problem.head.length + k, table[from * width + k]);
      const at = this._call("fits", "survey", this._address(moduleOf(problem), "batch"), ...memory.given(theta, [dim, points]), ...params);
      const some = this._copy(at, points);
      for (let k = 0; k < points; k++) out[k] += some[k] * (count / samples);
    }
    return out;
  }

  /** The two axes of the plane of a path (rows * dim), all of whose numbers are finite, see optim_viz/regression/plane.py. */
  directions(path, dim) {
    const { memory } = this;
    memory.reset(this.base);
    const out = memory.given(null, [2, dim]);
    this._call("plane", "directions", ...memory.given(path, [path.length / dim, dim]), ...out);
    return new Float64Array(memory.buffer, out[4], 2 * dim).slice();
  }

  /** Predictions of one theta at places (features * places). @param {Problem} problem @returns {Float64Array} */
  predict(problem, theta, places) {
    const { memory } = this;
    memory.reset(this.base);
    const { dim, width } = problem;
    const count = places.length / (width - 1);
    const [weights, out, slopes] = [[dim, count], [count], [dim, count]].map((shape) => memory.given(null, shape));
    theta.forEach((value, d) => new Float64Array(memory.buffer, weights[4] + 8 * d * count, count).fill(value));
    this._call(moduleOf(problem), "forward", ...weights, ...memory.given(places, [width - 1, count]), ...out, ...slopes);
    return new Float64Array(memory.buffer, out[4], count).slice();
  }
}
