// The race is answered in the page: settings -> runs -> what the player shows. No server is asked.

import { MODULES, canRun, engineHere } from "../engine/here.js";
import { outcome } from "../engine/outcome.js";
import { Pool } from "../engine/pool.js";
import { conventionOf } from "../player/cards.js";
import { Form } from "../player/form.js";
import { limitOf, marks } from "../player/rates.js";
import { Refused } from "../player/source.js";
import { Speaker } from "../player/speech.js";
import { setTexts } from "../player/texts.js";
import { told } from "../player/told.js";
import { Asked } from "./asked.js";
import { fieldOf } from "./field.js";
import { tell } from "./words.js";

// steps of all runners that take a part of a frame; of rules that evaluate the surface themselves one counts for ten
const MOST_STEPS = 50_000;
const SLOW = 10;
const SHARED = ["drivers", "curves", "judge", "numbers"];

let pool;

/** Answers a race in the page. @implements {import("../player/source.js").Source} */
export class Answers {
  /** @param {Record<string, string>} told where what is told once lies, by language */
  constructor(told) {
    this.told = told;
    if (canRun) engineHere().catch(() => {}); // it comes while the texts do
  }

  /** Texts, what there is to choose from, small pictures of it. */
  async choices(language) {
    const address = this.told[language];
    const { choices, thumbnails } = await told(address);
    setTexts(choices.texts); // what there is to say before the first answer is in the reader's language, too
    return { choices: { digest: address, body: choices }, thumbnails: { digest: address, body: thumbnails } };
  }

  async ask(_to, { language, query }) {
    const parts = await this.choices(language);
    const { choices, engine, form, got, notes } = await this._read(parts.choices.body, query);
    try {
      const values = (of) => Object.fromEntries(form.fields.filter((field) => field.of === of).map(({ name }) => [name, got[name]]));
      const [settings, view, frame] = ["picture", "look", "page"].map(values);
      const field = fieldOf(engine, settings, specOf(choices, settings));
      return { notes, ...parts, view, frame, field, ...(await raced(engine, choices, settings, view)) };
    } catch (error) {
      console.error(error); // memory has an end, a worker may be stopped
      throw new Refused("failed", String(error));
    }
  }

  /** The race of a link, to be asked by a text. @returns {Promise<Asked>} */
  async asked(language, query) {
    const { choices, engine, got } = await this._read((await this.choices(language)).choices.body, query);
    return new Asked(engine, got, choices.said);
  }

  /** What a link asks for, and the modules for it. A surface's module says where to start, so it is fetched on the way. */
  async _read(choices, query) {
    if (!canRun) throw new Refused("old");
    const [engine, form] = [await engineHere(), new Form(choices.form)];
    const { name, pages } = choices.faults.elsewhere;
    const surface = form.subject(query, choices);
    await need(engine, specOf(choices, { surface }) ? surface : form.field("surface").default, []);
    const { got, faults } = form.read(query, choices, dependsOn(engine, choices), [name]);
    if (query[name]?.length) faults.remark("page", [query[name]].flat().at(-1), { pages: new Speaker(choices.locale).listed(pages) });
    await this.prepare(got);
    return { choices, engine, form, got, notes: faults.notes() };
  }

  /** Fetch what these settings need. */
  async prepare({ surface, runners }) {
    await need(await engineHere(), surface, runners);
  }

  /** All that may be chosen next, so that it needs no network when it is. */
  async prepareAll() {
    const { optimizers, surfaces } = (await engineHere()).index;
    const [first] = Object.keys(surfaces);
    for (const key in surfaces) await this.prepare({ surface: key, runners: [] });
    for (const key in optimizers) await this.prepare({ surface: first, runners: [{ key }] });
  }
}

async function need(engine, surface, runners) {
  const { surfaces, optimizers } = engine.index;
  const names = [...SHARED, surfaces[surface].module, ...runners.map(({ key }) => optimizers[key].module)];
  if (!engine.ready(...names)) await engine.need(...names);
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
    ...tell(choices, engine.index.optimizers, surface, runners, outcomes, steps),
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
