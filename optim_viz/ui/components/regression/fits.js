// One runner's fits in the page, and what is drawn of them: as optim_viz/ui/regression/fits_drawn.py and regression/outcome.py have it.

/**
 * @typedef {{key: string, batch: number | null, sampling: string, drop: boolean, hypers: Record<string, number>,
 *   around: Record<string, number | string>, updates: number}} Runner
 * @typedef {{indices: Int32Array, shape: [number, number, number], sizes: number[], isFull: boolean}} Batches of all seeds or, where
 *   these have the same, of one; in turn, `shape[2]` samples each, of which `sizes` count
 */

const BESIDES = 16; // an update of one seed costs, besides its batch, as much as so many samples
const SLOW = 10; // as often, about, a rule evaluates a batch that does so itself

/** How many updates an epoch is. */
const turnsOf = ({ batch, drop }, samples) => (drop ? Math.floor : Math.ceil)(samples / (batch ?? samples));

export const updatesOf = (runner, samples, epochs) => epochs * turnsOf(runner, samples);

/** By what name the server gives what a runner's batches are made of; null where nothing is drawn. */
export function drawnBy({ batch, sampling, drop }, samples, epochs) {
  if (sampling === "in_order" || (batch === null && sampling !== "replacement")) return null;
  if (sampling === "shuffle") return `shuffle 1 ${samples * epochs}`;
  return `${sampling} ${batch ?? samples} ${updatesOf({ batch, drop }, samples, epochs)}`;
}

/** Every which update is kept. */
const everyOf = ({ rows, work }, { updates }) => Math.max(1, Math.ceil(updates / rows), Math.ceil(updates * work));

/** What a runner's fits cost, by `effort` in optim_viz/ui/regression/settings.py. `isVector`: its rule evaluates batches itself. */
export function costOf(problem, runner, { samples, seeds }, isVector) {
  const rows = Math.ceil(runner.updates / everyOf(problem, runner)) + 1;
  const places = problem.places ? problem.places.length / (problem.width - 1) : 0;
  const faint = problem.dim === 1 ? Math.min(rows, problem.others) : 0;
  const all = samples + (problem.test ? problem.test.table.length / problem.width : 0);
  const evaluated = all * (rows + seeds * (Math.min(rows, problem.band) + faint)) + places * Math.min(rows, problem.bent);
  return problem.effort * (seeds * runner.updates * ((runner.batch ?? samples) + BESIDES) * (isVector ? SLOW : 1) + evaluated);
}

/**
 * The batches of a runner, from what was drawn.
 * @param {Runner} runner @param {{body: Uint16Array}} [drawn] @returns {Batches}
 */
export function batchesOf(runner, drawn, { samples, epochs, seeds }) {
  const { batch, sampling, drop } = runner;
  const size = batch ?? samples;
  const turns = turnsOf(runner, samples);
  const sizes = new Array(turns).fill(size);
  const all = Int32Array.from({ length: samples }, (_, k) => k);
  if (size === samples && sampling !== "replacement") return { indices: all, shape: [1, 1, size], sizes: [size], isFull: true };
  if (["shuffle", "in_order"].includes(sampling) && !drop) sizes[turns - 1] = samples - (turns - 1) * size;
  if (sampling === "in_order") return { indices: cut(all, samples, turns * size), shape: [1, turns, size], sizes, isFull: false };
  const indices = sampling === "shuffle" ? cut(drawn.body, samples, turns * size) : Int32Array.from(drawn.body);
  return { indices, shape: [seeds, epochs * turns, size], sizes, isFull: false };
}

/** Orders of all samples one after the other, each as so many numbers: what is missing is filled up. */
function cut(orders, samples, count) {
  const epochs = orders.length / samples;
  const whole = new Int32Array(epochs * count);
  for (let e = 0; e < epochs; e++) whole.set(orders.subarray(e * samples, e * samples + Math.min(samples, count)), e * count);
  return whole;
}

/** Indices of at most so many rows, the first and the last among them. */
export function some(rows, most) {
  const count = Math.max(2, Math.min(rows, most));
  const step = (rows - 1) / (count - 1);
  const at = Array.from({ length: count }, (_, k) => (k === count - 1 ? rows - 1 : Math.floor(k * step)));
  return Int32Array.from(new Set(at));
}

/** Where the seeds went: theta (rows * dim * seeds), and the loss on all the data at some places. */
class Ways {
  constructor(engine, problem, { rows, theta }, seeds) {
    Object.assign(this, { engine, problem, rows, theta, seeds });
    this.lanes = Array.from({ length: seeds }, (_, lane) => lane);
  }

  /** Some rows of some seeds, seed by seed: where each begins in theta. */
  places(lanes, rows) {
    const { seeds, problem: { dim } } = this;
    return Int32Array.from({ length: lanes.length * rows.length }, (_, k) => rows[k % rows.length] * dim * seeds + lanes[Math.floor(k / rows.length)]);
  }

  /** The weights there: (dim * places) as kernels take them, or (places * dim). */
  weights(places, byPlace = false) {
    const { dim } = this.problem;
    const out = new Float64Array(dim * places.length);
    const [next, across] = byPlace ? [dim, 1] : [1, places.length];
    for (let d = 0; d < dim; d++) for (let k = 0; k < places.length; k++) out[k * next + d * across] = this.theta[places[k] + d * this.seeds];
    return out;
  }

  losses(places) {
    return this.engine.evaluate(this.problem, this.weights(places), places.length);
  }

  /** On what is held out; null where nothing is. */
  tests(places) {
    const { engine, problem } = this;
    return problem.test && engine.evaluate({ ...problem, ...problem.test }, this.weights(places), places.length);
  }
}

/**
 * One runner's fits: `shown`, what is drawn of them wherever that is looked at from; `rest`, some places of the other seeds, one
 * after the other, with the losses there where these are drawn; `outcome`, how they ended.
 * @param {import("../engine/fits.js").FitEngine} engine @param {import("../engine/fits.js").Problem} problem
 * @param {Runner} runner @param {Batches} batches
 * @param {{seeds: number, seed: number, many: number}} of `many`: of so many seeds a spread is the middle 80 %
 */
export function fitted(engine, problem, runner, batches, { seeds, seed, many }) {
  const { dim } = problem;
  const { updates, hypers, around } = runner;
  const every = everyOf(problem, runner);
  const made = engine.fit({
    ...problem, optimizer: runner.key, lanes: seeds, theta: problem.starts, batches: batches.indices, shape: batches.shape,
    sizes: BigInt64Array.from(batches.sizes, BigInt), hypers, around, seeds: Array.from({ length: seeds }, (_, k) => k), updates, every,
  });
  const { rows, cost } = made;
  const ways = new Ways(engine, problem, made, seeds);
  const kept = Int32Array.from({ length: rows }, (_, row) => Math.min(row * every, updates));
  const own = ways.places([seed], kept.map((_done, row) => row));
  const [theta, loss] = [ways.weights(own, true), ways.losses(own)];
  const shares = seeds >= many ? [0.1, 0.5, 0.9] : [0, 0.5, 1];
  const at = some(rows, problem.band);
  const everywhere = ways.places(ways.lanes, at);
  const [low, mid, high] = thirds(engine.quantiles(ways.losses(everywhere), seeds, shares));
  const tests = ways.tests(everywhere);
  const shown = {
    rows: kept,
    samples: seenBy(kept, batches.sizes),
    cost: Float64Array.from({ length: rows }, (_, row) => cost[row * seeds + seed]),
    theta,
    loss,
    diverged: firstOff(theta, loss, dim),
    test: ways.tests(own),
    band: { at, low, mid, high, test: tests && engine.quantiles(tests, seeds, [0.5]) },
    batch: batchCells(batches, kept, seed, problem.cells),
    curves: problem.places ? bent(engine, problem, theta, some(rows, problem.bent)) : null,
  };
  const others = ways.places(ways.lanes.filter((lane) => lane !== seed), some(rows, problem.others));
  const rest = { theta: ways.weights(others, true), loss: dim === 1 ? ways.losses(others) : null, seeds: seeds - 1 };
  const [began, ended] = [0, rows - 1].map((row) => ways.losses(ways.places(ways.lanes, [row])));
  const last = ways.places(ways.lanes, [rows - 1]);
  return { shown, rest, outcome: judged(engine, problem, runner, { began, ended, ends: ways.weights(last, true), tests: ways.tests(last), shares }) };
}

/** What is drawn of fits, on a plane where there are more than two weights: the same while both are the same. */
export function drawn(fit, plane) {
  if (fit.drawn && fit.plane === plane) return fit.drawn;
  const { shown, rest: { theta, loss, seeds } } = fit;
  const places = loss ? Float64Array.from({ length: 2 * loss.length }, (_, k) => (k % 2 ? loss : theta)[k >> 1]) : plane ? plane.project(theta) : theta;
  const count = places.length / seeds;
  const others = seeds ? Array.from({ length: seeds }, (_, k) => Float32Array.from(places.subarray(k * count, (k + 1) * count))) : null;
  return Object.assign(fit, { plane, drawn: { ...shown, others, ...(plane ? { place: plane.project(shown.theta) } : {}) } }).drawn;
}

const thirds = (flat) => [0, 1, 2].map((k) => flat.slice((k * flat.length) / 3, ((k + 1) * flat.length) / 3));

/** Samples seen before each of these updates. */
function seenBy(updates, sizes) {
  const sums = [0];
  for (const size of sizes) sums.push(sums.at(-1) + size);
  return updates.map((done) => Math.floor(done / sizes.length) * sums.at(-1) + sums[done % sizes.length]);
}

/** The first row that is not finite; null for none. */
function firstOff(path, loss, dim) {
  const row = loss.findIndex((value, r) => !Number.isFinite(value) || !path.subarray(r * dim, (r + 1) * dim).every(Number.isFinite));
  return row < 0 ? null : row;
}

/** The samples of the update before each row but the first, -1 for none; null where all, or too many to name. */
function batchCells({ indices, shape: [own, turns, size], sizes, isFull }, updates, seed, most) {
  if (isFull || size * updates.length > most) return null;
  const cells = new Int32Array(updates.length * size).fill(-1);
  const lane = Math.min(seed, own - 1);
  for (let row = 1; row < updates.length; row++) {
    const update = updates[row] - 1;
    const from = (lane * turns + (update % turns)) * size;
    cells.set(indices.subarray(from, from + sizes[update % sizes.length]), row * size);
  }
  return { size, cells };
}

/** Predictions at some rows, of a model that is not linear in its weights. */
function bent(engine, problem, path, rows) {
  const { dim, places } = problem;
  return { at: rows, z: Array.from(rows, (row) => Float32Array.from(engine.predict(problem, path.subarray(row * dim, (row + 1) * dim), places))) };
}

/** How the seeds ended; see `Outcome` in optim_viz/regression/outcome.py. */
function judged(engine, problem, runner, { began, ended, ends, tests, shares }) {
  const seeds = ended.length;
  const flags = engine.judgeFits(began, ended, ends);
  const [diverged, worse] = [flags.subarray(0, seeds), flags.subarray(seeds)].map((each) => each.reduce((sum, flag) => sum + flag, 0));
  const finite = (losses) => losses.map((loss, k) => (flags[k] ? Infinity : loss));
  const [low, middle, high] = engine.quantiles(finite(ended), seeds, shares);
  const [test] = tests ? engine.quantiles(finite(tests), seeds, [0.5]) : [NaN];
  return { seeds, updates: runner.updates, diverged, worse, low, middle, high, test, cause: diverged + worse ? causeOf(engine, problem, runner) : null };
}

/** Why they diverge or end higher: found where a rule's steps are known to grow, on a parabola. */
function causeOf(engine, { linear, quadratic, curvature }, { key, hypers, around, updates }) {
  const caused = (kind, more = {}) => ({ kind, row: 0, lr: NaN, times: NaN, curvature: NaN, momentum: NaN, length: NaN, ...more });
  if (around.maximize) return caused("climbs");
  const { stability, hypers: names } = engine.index.optimizers[key];
  const isOn = engine.index.stages.some(({ key: stage, hypers: [first] }) => (first ?? stage) in around && around[first ?? stage]);
  if (!stability?.fixed || !linear || !quadratic || isOn) return null;
  const { kernel, places } = stability.limit;
  const factors = engine.factors(around, updates);
  for (const factor of factors.length ? new Set(factors) : [1]) {
    const lr = hypers.lr * factor;
    const [limit] = engine.numbers("numbers", kernel, places.map((at) => (at === 1 ? lr : hypers[names[at - 1]])), null);
    if (curvature > limit) return caused("rate", { lr, times: lr * limit, curvature, momentum: hypers.momentum ?? NaN });
  }
  return null;
}
