// The race while the hand moves a number or the start: its runs by the engine in the page, at every frame and over any network. The
// server is asked when the hand rests, and tells the words.

import { Engine } from "../engine/engine.js";

// steps of all runners that take a part of a frame; of rules that evaluate the surface themselves one counts for ten
const MOST_STEPS = 20_000;
const SLOW = 10;

export class Live {
  /** Fetch what these settings need; where it cannot be had (an old browser, no network), the server does all. */
  async prepare(model) {
    this.loading ??= Engine.load(new URL("../engine/modules/", import.meta.url));
    try {
      this.engine = await this.loading;
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
