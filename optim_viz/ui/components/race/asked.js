// What texts ask of a race, by the names that claims have (optim_viz/ui/race/scene.py): each when it is asked for, of the engine.

import { numbered } from "../player/runners.js";

const AXES = { x: 0, y: 1 };

/** A race that is asked. Its modules are to be there. @implements {import("../player/speech.js").Subject} */
export class Asked {
  /** @param {import("../engine/engine.js").Engine} engine @param {object} settings @param {object} said names of the judge's numbers, `slots` */
  constructor(engine, { surface, params, start, steps, runners }, { slots }) {
    const names = numbered(runners.map(({ key }) => key));
    Object.assign(this, { engine, params, slots, steps, runners: Object.fromEntries(names.map((name, k) => [name, runners[k]])) });
    this.base = { surface, params, start, steps };
    this.made = new Map();
  }

  /** What a quantity is worth; a number that an optimizer has, or the surface. @throws {RangeError} there is none */
  measure(name, [who, ...args]) {
    if (name in OWN) return OWN[name](this, who, ...args);
    if (who === undefined && name in this.params) return this.params[name];
    const { engine } = this;
    const run = this._run(who);
    if (name in AXES) return run.theta()[(args[0] ?? this.steps) * run.dim + AXES[name]];
    if (name in engine.index.curves) return engine.curve(name, run)[args[0] ?? (name === "angle" ? 0 : this.steps)];
    if (name in run.spec.hypers) return run.spec.hypers[name];
    const judged = this._once(`judged ${who}`, () => engine.judge(run)[0]);
    const slot = this.slots[name] ?? [name, ...args].join("_");
    if (!(slot in judged)) throw new RangeError(`${name}(${who})`);
    return judged[slot];
  }

  _run(who) {
    const runner = this.runners[who];
    if (!runner) throw new RangeError(who);
    const { key: optimizer, hypers, around } = runner;
    return this._once(`run ${who}`, () => this.engine.run({ ...this.base, optimizer, hypers, around, seed: around.seed }));
  }

  _once(key, make) {
    if (!this.made.has(key)) this.made.set(key, make());
    return this.made.get(key);
  }
}

/** What is no curve, no verdict and no setting. */
const OWN = {
  n: ({ steps }) => steps,
  crossings: (race, who, axis = "x") => race.measure(`crossings_${axis}`, [who]),
  lr_to_two_digits: (race, who) => Number(race.measure("lr", [who]).toExponential(1)),
  apart: (race, one, other) => {
    const [a, b] = [race._run(one), race._run(other)];
    const [here, there] = [a.theta(), b.theta()];
    return Math.max(...Array.from({ length: a.rows }, (_, r) => Math.hypot(...Array.from({ length: a.dim }, (_each, d) => here[r * a.dim + d] - there[r * a.dim + d]))));
  },
};
