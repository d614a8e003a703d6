// The race is answered in the page: settings -> runs -> what the player shows, as optim_viz/ui/race/answer.py does it natively.

import { MODULES, engineHere, fetched } from "../engine/here.js";
import { outcome } from "../engine/outcome.js";
import { Pool } from "../engine/pool.js";
import { conventionOf } from "../player/cards.js";
import { Form } from "../player/form.js";
import { Odd, only } from "../player/read.js";
import { limitOf, marks } from "../player/rates.js";
import { fieldOf, sampledField } from "./field.js";
import { told } from "./words.js";

// steps of all runners that take a part of a frame; of rules that evaluate the surface themselves one counts for ten
const MOST_STEPS = 50_000;
const SLOW = 10;
const SHARED = ["drivers", "curves", "judge", "numbers"];

let pool;

/**
 * Answers a race in the page: any question whose texts the server has sent once. What only Python can tell, the notes on a link that
 * cannot be used, and all of it where there is no engine, the server answers. @implements {import("../player/source.js").Source}
 */
export class Answers {
  /** @param {import("../player/source.js").Source} server */
  constructor(server) {
    this.server = server;
    this.known = new Map(); // what comes with an answer of the server's, by language
    engineHere(); // it comes while the first answer does
  }

  async ask(to, question, patience) {
    if (to !== "race") return this.server.ask(to, question, patience);
    const { language, query } = question;
    const known = this.known.get(language);
    const here = known && (await this._here(known, query));
    if (here) return here;
    const answer = await this.server.ask(to, question, patience);
    const { choices, thumbnails, settings } = answer;
    this.known.set(language, { choices, thumbnails, form: new Form(choices.body.form) });
    const engine = await engineHere();
    const isHere = engine && (await fetched(engine, engine.index.surfaces[settings.surface].module));
    const field = isHere ? fieldOf(engine, settings, specOf(choices.body, settings)) : await sampledField(this.server, settings, specOf(choices.body, settings));
    return { ...answer, field };
  }

  /** Whether the next question about these settings can be answered here: what it needs is fetched. */
  async prepare({ surface, runners }) {
    const engine = await engineHere();
    return Boolean(engine) && fetched(engine, ...SHARED, engine.index.surfaces[surface].module, ...runners.map(({ key }) => engine.index.optimizers[key].module));
  }

  /** All that may be chosen next, so that it needs no network when it is. */
  async prepareAll() {
    const { optimizers, surfaces } = (await engineHere())?.index ?? {};
    for (const key in surfaces) if (!(await this.prepare({ surface: key, runners: [] }))) return;
    for (const key in optimizers) if (!(await this.prepare({ surface: Object.keys(surfaces)[0], runners: [{ key }] }))) return;
  }

  async _here({ choices, thumbnails, form }, query) {
    const engine = await engineHere();
    if (!engine) return null;
    try {
      const got = form.read(query, choices.body, dependsOn(engine, choices.body));
      if (!(await this.prepare({ surface: got.surface, runners: [] })) || !(await this.prepare(got))) return null;
      only("params", engine.surface(got.surface, got.params).coefficients.every(Number.isFinite));
      const values = (of) => Object.fromEntries(form.fields.filter((field) => field.of === of).map(({ name }) => [name, got[name]]));
      const [settings, view, frame] = ["picture", "look", "page"].map(values);
      const field = fieldOf(engine, settings, specOf(choices.body, settings));
      return { notes: [], choices, thumbnails, view, frame, field, ...(await raced(engine, choices.body, settings, view)) };
    } catch (error) {
      if (!(error instanceof Odd)) console.error(error); // memory has an end, a worker may be stopped
      return null;
    }
  }
}

const specOf = (choices, { surface }) => choices.surfaces.find(({ key }) => key === surface);

/** What of the race's form depends on other settings. @returns {import("../player/form.js").Depends} */
function dependsOn(engine, choices) {
  const { index } = engine;
  return {
    usual: { start: ({ surface }) => index.surfaces[surface].start },
    most: { step: ({ steps }) => steps },
    known: { params: (got) => specOf(choices, got).params },
    steps: ({ steps }) => steps,
    begin: ({ surface, params }, key) => {
      const { curvature, record } = engine.surface(surface, params);
      const [lr] = engine.numbers("numbers", "optimizers.starting_rate", [...index.optimizers[key].start, curvature, record.width], null);
      return { ...Object.fromEntries(conventionOf(choices, key).hypers.map((hyper) => [hyper.name, hyper.default])), lr };
    },
  };
}

/** The race itself: what is run, and what is said of it. */
async function raced(engine, choices, settings, { chart, arrows }) {
  const { surface: key, params, start, steps, runners } = settings;
  const base = { surface: key, params, start, steps };
  const surface = engine.surface(key, params);
  const specs = runners.map((runner) => ({ ...base, optimizer: runner.key, hypers: runner.hypers, around: runner.around, seed: runner.around.seed }));
  const cost = specs.reduce((sum, { optimizer }) => sum + steps * (engine.index.optimizers[optimizer].vector ? SLOW : 1), 0);
  const runs = cost > MOST_STEPS ? await besides(engine, specs) : specs.map((spec) => engine.run(spec));
  const outcomes = runs.map((run) => outcome(engine, run));
  const { curve } = choices.charts.find((one) => one.key === chart);
  const shown = runs.map((run, k) => {
    const evaluations = run.evaluations();
    return {
      theta: run.theta(),
      loss: run.loss(),
      diverged: run.divergedAt(),
      lines: chart === "loss" ? [] : lines(engine, curve, run),
      evaluations: evaluations.every((spent, row) => spent === row) ? null : evaluations,
      ...(arrows.shown.length && k === arrows.runner ? inside(run) : {}),
    };
  });
  const marked = runners.map((runner) => ({ ...runner, marks: marks(engine, choices.said, runner, surface.curvature, limitOf(engine, runner)) }));
  return {
    settings: { ...settings, runners: marked },
    lowest: surface.minimum,
    runs: shown,
    ...told(choices, engine.index.optimizers, surface, runners, outcomes, steps),
  };
}

/** By workers, what takes longer than a frame. */
async function besides(engine, specs) {
  pool ??= new Pool(MODULES.href);
  return Promise.all(specs.map(async (spec) => engine.received(spec, await pool.ask("run", spec))));
}

/** What a chart draws of a run, by rows; nan where there is nothing. */
function lines(engine, curve, run) {
  const flat = engine.curve(curve, run);
  const count = flat.length / run.rows;
  return Array.from({ length: count }, (_each, d) => Float64Array.from({ length: run.rows }, (_row, r) => flat[r * count + d]));
}

/** What arrows at a runner's head show, by row; without a velocity where it has none. */
function inside(run) {
  const carries = run.record.states.find(({ velocity }) => velocity);
  const velocity = carries && { velocity: run.state(carries.name).map((value) => value * carries.velocity) };
  return { gradient: run.gradient(), ...velocity };
}
