// The race while the hand moves a number, the start or the surface: its runs and the map by the engine in the page, at every frame
// and over any network. The server is asked when the hand rests, and tells the words.

import { Engine } from "../engine/engine.js";
import { extent, spread } from "../player/field.js";

// steps of all runners that take a part of a frame; of rules that evaluate the surface themselves one counts for ten
const MOST_STEPS = 20_000;
const SLOW = 10;

const SIDE = 64; // points along a side, from which a valley is looked for
const JUMP = 1 / 8; // of a view's width: between points so far apart a valley has no line

export class Live {
  constructor() {
    this._load().catch(() => {}); // it comes while the first answer does; who needs it asks again
  }

  _load() {
    this.loading ??= Engine.load(new URL("../engine/modules/", import.meta.url));
    return this.loading;
  }

  /**
   * The surface as pictures draw it; null where its module cannot be had.
   * @param {{surface: string, params: Record<string, number>}} model
   * @param {{dim: number, levels: string, domain: number[][]}} spec
   * @returns {Promise<import("../player/field.js").Field | null>}
   */
  async field(model, spec) {
    try {
      this.engine = await this._load();
      await this.engine.need(this.engine.index.surfaces[model.surface].module);
    } catch {
      if (!this.engine) this.loading = null; // the next one who asks tries again
      return null;
    }
    return this.shape(model, spec);
  }

  /** The same, of one whose module is here. */
  shape({ surface, params }, { dim, levels, domain }) {
    const key = JSON.stringify([surface, params]);
    if (key !== this.key) {
      const { engine } = this;
      const shape = engine.surface(surface, params);
      const { minima, minimum, record } = shape;
      const values = (xs, ys) => engine.values(shape, xs, ys);
      const field = { dim, domain: domain.flat(), log: levels !== "linear", minima, values };
      if (record.valley !== null) field.valley = (view) => valley(engine, shape, view);
      // of what falls for ever, as low as it lies where it is shown at first
      field.floor = minimum ?? extent(values(...domain.map(([from, to]) => spread(from, to, SIDE))))[0];
      [this.key, this.known] = [key, field];
    }
    return this.known;
  }

  /** Fetch what these settings need; where it cannot be had (an old browser, no network), the server does all. */
  async prepare(model) {
    try {
      this.engine = await this._load();
      await this.engine.need(...this._modules(model));
    } catch {
      if (!this.engine) this.loading = null; // the next one who asks tries again
    }
  }

  _modules({ surface, runners }) {
    return runners.flatMap(({ key }) => this.engine.modules({ optimizer: key, surface }));
  }

  /** Whether the runs can be had here and now. */
  has(model) {
    if (!model.runners.length || !this.engine?.ready(...this._modules(model))) return false;
    const cost = ({ key }) => (this.engine.index.optimizers[key].vector ? SLOW : 1);
    return model.runners.reduce((sum, runner) => sum + cost(runner) * model.steps, 0) <= MOST_STEPS;
  }

  /**
   * The runs, each as an answer has it, and with the verdict on it.
   * @param {object} model @param {{key: string, curve: string}} kind of the chart @param {{runner: number, shown: string[]}} arrows
   */
  runs({ surface, params, start, steps, runners }, kind, arrows) {
    return runners.map(({ key, hypers, around }, k) => {
      const run = this.engine.run({ optimizer: key, surface, params, start, steps, hypers, around, seed: around.seed });
      const loss = run.loss();
      const { minimum } = run.surface;
      const evaluations = run.evaluations();
      return {
        theta: run.theta(),
        loss,
        rise: minimum === null ? loss : loss.map((value) => value - minimum),
        diverged: run.divergedAt(),
        lines: kind.key === "loss" ? [] : this._lines(kind.curve, run),
        evaluations: evaluations.every((spent, row) => spent === row) ? null : evaluations,
        judged: this.engine.judge(run)[0],
        ...(arrows.shown.length && k === arrows.runner ? inside(run) : {}),
      };
    });
  }

  _lines(curve, run) {
    const flat = this.engine.curve(curve, run);
    const count = flat.length / run.rows;
    return Array.from({ length: count }, (_, d) => Float64Array.from({ length: run.rows }, (_row, r) => flat[r * count + d]));
  }
}

/** What arrows at a runner's head show. */
function inside(run) {
  const carries = run.record.states.find(({ velocity }) => velocity);
  const velocity = carries && { velocity: run.state(carries.name).map((value) => value * carries.velocity) };
  return { gradient: run.gradient(), ...velocity };
}

/** A valley near a part of the plane: of points along its edge the nearest, with a gap from branch to branch. */
export function valley(engine, shape, [x0, x1, y0, y1]) {
  const there = spread(0, 1, SIDE + 1);
  const back = there.slice().reverse();
  const [one, none] = [there.map(() => 1), there.map(() => 0)];
  const along = (from, to, parts) => parts.flatMap((part) => Array.from(part, (t) => from + (to - from) * t));
  const found = engine.nearest(shape, Float64Array.from([...along(x0, x1, [there, one, back, none]), ...along(y0, y1, [none, there, one, back])]));
  const count = found.length / 2;
  const points = Array.from({ length: count }, (_, k) => [found[k], found[count + k]]);
  const far = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by) > JUMP * (x1 - x0);
  return points.flatMap((point, k) => (k && far(points[k - 1], point) ? [[NaN, NaN], point] : [point]));
}
