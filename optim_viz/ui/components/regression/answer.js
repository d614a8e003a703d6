// The lab answered in the page, while the hand is on a runner's numbers and the fits are small: what optim_viz/ui/regression/answer.py
// does natively, with the batches that the server has drawn (given.py). All else the server answers.

import { canRun, engineHere } from "../engine/here.js";
import { Odd } from "../player/faults.js";
import { Sampled } from "../player/field.js";
import { Form } from "../player/form.js";
import { limitOf, marks } from "../player/rates.js";
import { VALUES } from "../player/read.js";
import { readRunners } from "../player/runners.js";
import { batchesOf, costOf, drawn, drawnBy, fitted, updatesOf } from "./fits.js";
import { planeOf } from "./plane.js";
import { names, told } from "./words.js";

/** What is read here of a question; all else of its picture is to be as the server has it answered. */
const MOVED = ["runners", "seed"];

/** The engine, and these modules in it; null where they cannot be had. @param {(engine: object) => string[]} [modules] */
async function engineWith(modules = () => []) {
  if (!canRun) return null;
  try {
    const engine = await engineHere();
    const names = modules(engine);
    if (!engine.ready(...names)) await engine.need(...names);
    return engine;
  } catch {
    return null; // no network: the next one who asks tries again
  }
}

/** Of a text all that cannot be used is thrown: what then stands in its place, and what is said of it, Python knows. */
const STRICT = {
  labels: {},
  around: {},
  should: {},
  quoted: () => "",
  of: () => "",
  short: (text) => text,
  unless: (_label, _usual, read) => read(),
  one: (text, words) => only(text, words.includes(text)),
};

/** The text. @throws {Odd} */
function only(text, holds) {
  if (!holds) throw new Odd("", text);
  return text;
}

/** @implements {import("../player/source.js").Source} */
export class Answers {
  /** @param {import("../player/source.js").Source} server */
  constructor(server) {
    this.server = server;
    /** What the server has answered last, and how that was asked. */
    this.known = null;
    /** What fits on these data need, the problem null where they cost too much; `wanted`: whether it is asked for. */
    this.given = {};
    this.wanted = false;
    /** What was computed for the last answer, by what a runner is. */
    this.made = new Map();
  }

  /** Other data are brought, which are asked for as the last ones were. */
  forget() {
    this.known = null;
  }

  async ask(to, question, patience) {
    if (to !== "regression") return this.server.ask(to, question, patience);
    const here = await this._here(question);
    if (here) return here;
    const answer = await this.server.ask(to, question, patience);
    const form = new Form(answer.choices.body.form);
    const same = kept(form, form.write(answer.settings, answer.view));
    const place = `${answer.data.digest} ${same}`;
    if (this.known?.place !== place) Object.assign(this, { given: {}, made: new Map() });
    this.known = { answer, form, same, place, language: question.language, field: fieldOf(answer.surface, this.known?.field) };
    return { ...answer, field: this.known.field };
  }

  /**
   * Whether the next question of other numbers can be answered here: what it needs is asked for, and what is shown is computed, runner
   * by runner, so that it need not be when the hand moves one of them.
   * @param {object} query what is set
   */
  async prepare(query) {
    const { known } = this;
    if (!known || this.wanted || kept(known.form, query) !== known.same) return false;
    if (known.isPrepared) return true;
    if (this.given.problem === null) return false;
    if (!this._has(known.answer.settings)) await this._want(query);
    if (known !== this.known || !this._has(known.answer.settings)) return false;
    try {
      const { runners, seed } = read(known, this.given, query);
      const engine = await engineWith(this._modules(runners));
      if (!engine) return false;
      for (const runner of runners) {
        await new Promise((done) => setTimeout(done));
        if (known !== this.known) return false;
        if (this._cost(engine, runner) <= this.given.problem.body.live) this._fit(engine, runner, seed);
      }
      known.isPrepared = true;
      return true;
    } catch (error) {
      if (!(error instanceof Odd)) throw error;
      return false;
    }
  }

  /** Whether the batches of these runners have been drawn; so they are where there is nothing to run. */
  _has({ runners, samples, epochs }) {
    return Boolean(this.given.problem) && runners.every((runner) => (drawnBy(runner, samples, epochs) ?? "problem") in this.given);
  }

  async _want(query) {
    const { place, language } = this.known;
    this.wanted = true;
    try {
      const given = await this.server.ask("given", { language, query });
      if (place === this.known.place) this.given = { ...this.given, ...given };
    } catch {
      // the server goes on answering; the next one who asks tries again
    } finally {
      this.wanted = false;
    }
  }

  async _here({ language, query }) {
    const { known } = this;
    if (known?.language !== language || !this.given.problem || kept(known.form, query) !== known.same) return null;
    try {
      const got = read(known, this.given, query);
      const engine = this._has({ ...known.answer.settings, ...got }) && (await engineWith(this._modules(got.runners)));
      return engine ? this._answer(engine, got) : null;
    } catch (error) {
      if (!(error instanceof Odd)) console.error(error); // memory has an end
      return null;
    }
  }

  _modules(runners) {
    return (engine) => runners.flatMap(({ key }) => engine.fitModules({ ...this.given.problem.body, optimizer: key }));
  }

  /** @throws {Odd} it costs too much */
  _answer(engine, { runners, seed, view }) {
    const { known: { answer }, given } = this;
    const choices = answer.choices.body;
    const problem = given.problem.body;
    const fits = this._fits(engine, runners, seed, view.chosen);
    const plane = problem.dim > 2 ? this._plane(engine, fits[view.chosen], seed) : null;
    const called = names(choices, runners);
    const them = runners.map((runner, k) => ({ ...runner, name: called[k], marks: marked(engine, given.marks, { ...runner, name: called[k] }) }));
    const { weights, scaling } = answer;
    const { words, rows, turned } = told(choices, problem, fits, { names: called, weights, seed, chosen: view.chosen });
    return {
      ...answer,
      notes: [],
      settings: { ...answer.settings, seed, runners: them },
      view,
      runs: fits.map((fit) => drawn(fit, plane)),
      words,
      rows,
      scaling: { ...scaling, turned },
      field: (plane ?? this.known).field,
    };
  }

  /** Of each runner, computed anew where it is another than for the last answer. @throws {Odd} that costs too much */
  _fits(engine, runners, seed, chosen) {
    const anew = runners.filter((runner) => !this.made.has(keyOf(runner, seed)));
    const { dim, grid, live, effort } = this.given.problem.body;
    const isSeen = dim <= 2 || this.plane?.path === this.made.get(runners[chosen] && keyOf(runners[chosen], seed))?.shown.theta;
    const plane = isSeen ? 0 : effort * grid * grid * this.known.answer.settings.samples;
    only("o", anew.reduce((sum, runner) => sum + this._cost(engine, runner), plane) <= live);
    const fits = runners.map((runner) => this._fit(engine, runner, seed));
    this.made = new Map(fits.map((fit, k) => [keyOf(runners[k], seed), fit]));
    return fits;
  }

  _cost(engine, runner) {
    return costOf(this.given.problem.body, runner, this.known.answer.settings, engine.index.optimizers[runner.key].vector);
  }

  _fit(engine, runner, seed) {
    const { known: { answer }, given, made } = this;
    const { samples, epochs } = answer.settings;
    const key = keyOf(runner, seed);
    if (!made.has(key)) {
      const batches = batchesOf(runner, given[drawnBy(runner, samples, epochs)], answer.settings);
      const { many } = answer.choices.body.said;
      made.set(key, fitted(engine, given.problem.body, runner, batches, { seeds: answer.settings.seeds, seed, many }));
    }
    return made.get(key);
  }

  /** Of more than two weights the plane of the path that is shown in detail, where nobody runs from the start to 0; and the loss there. */
  _plane(engine, fit, seed) {
    const problem = this.given.problem.body;
    const { starts, dim } = problem;
    const start = () => Float64Array.from({ length: 2 * dim }, (_, k) => (k < dim ? starts[(k * starts.length) / dim + seed] : 0));
    const path = fit?.shown.theta ?? start();
    if (this.plane?.path !== path) this.plane = { path, ...planeOf(engine, problem, path, this.known.field.names) };
    return this.plane;
  }
}

/** All that a runner's fits depend on, on these data. */
const keyOf = ({ key, batch, sampling, drop, hypers, around }, seed) => JSON.stringify([key, batch, sampling, drop, hypers, around, seed]);

/** The loss over the weights as the picture draws it: the same while it is the same. */
function fieldOf({ digest, body }, last) {
  if (last?.digest === digest) return last;
  const { grid, best, names: axes, domain } = body;
  return Object.assign(new Sampled(grid, { domain, names: axes, minima: best, log: true }), { digest });
}

/** Of a question all that decides the picture but for what is `MOVED`; what belongs to the page around it is not asked here. */
function kept(form, query) {
  const keys = (of) => form.fields.filter(of).flatMap(({ keys: own }) => own);
  const moved = keys(({ of, name }) => of === "look" || MOVED.includes(name));
  return JSON.stringify(Object.entries(query).filter(([name]) => !moved.includes(name)).sort());
}

/** What is to be seen on a runner's learning rate; where it draws batches these are other surfaces, from step to step. */
function marked(engine, said, runner) {
  const limit = runner.batch === null ? limitOf(engine, runner) : null;
  return said.filter(({ drawing }) => runner.batch !== null || !drawing).flatMap((one) => marks(engine, one, runner, one.curvature, limit, one.of));
}

/** What a question asks for, where only runners and how they are looked at differ from what is known. @throws {Odd} */
function read({ form, answer }, { problem }, query) {
  const { settings, choices } = answer;
  const { samples, epochs, seeds, runners } = settings;
  const text = (name) => [query[name]].flat().at(-1);
  const value = (field) => (text(field.keys[0]) ? VALUES[field.kind](text(field.keys[0]), field, { faults: STRICT }, "") : structuredClone(field.default));
  const begins = Object.fromEntries(runners.map(({ key, begin }) => [key, begin]));
  const field = form.field("runners");
  const steps = (mine) => updatesOf(whole(mine, samples), samples, epochs);
  const texts = [query[field.keys[0]]].flat();
  only("o", texts.length <= field.most);
  const got = readRunners(texts, field, choices.body, STRICT, "", steps, (key) => begins[only(key, key in begins)]);
  const them = got.map((runner) => {
    const known = runners.find(({ look }) => look === runner.look);
    only("look", known && got.filter(({ look }) => look === runner.look).length === 1);
    const mine = whole(runner, samples);
    const updates = updatesOf(mine, samples, epochs);
    only("e", updates <= problem.body.most);
    return { ...mine, updates, nth: 1, colour: known.colour, marker: known.marker };
  });
  const view = Object.fromEntries(form.fields.filter(({ of }) => of === "look").map((one) => [one.name, value(one)]));
  view.chosen = Math.min(view.chosen, Math.max(0, them.length - 1));
  const seed = value({ ...form.field("seed"), hi: seeds - 1 });
  return { runners: them, seed, view };
}

/** A batch of all the data is none. */
const whole = (runner, samples) => (runner.batch !== null && runner.batch >= samples ? { ...runner, batch: null } : runner);
