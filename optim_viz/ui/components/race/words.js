// A race in words and as a table: what optim_viz/ui/race/words.py says as data, asked of the runs that are drawn.

import { conventionOf } from "../player/cards.js";
import { point } from "../player/format.js";
import { Speaker } from "../player/speech.js";

const mine = ({ outcome, slots }, name) => outcome[slots[name] ?? name];
const all = ({ others, slots }, name) => others.map((outcome) => mine({ outcome, slots }, name));

/** What may be asked of a racer besides its outcome; see CALLS in words.py. */
const CALLS = {
  n: ({ steps }) => steps,
  runners: ({ others }) => others.length,
  first: (racer, name) => Math.min(...all(racer, name)),
  alike: (racer, name) => all(racer, name).filter((worth) => worth === mine(racer, name)).length,
  kinds: (racer, name) => new Set(all(racer, name).filter((worth) => !Number.isNaN(worth))).size,
  because: ({ outcome }, kind) => outcome.cause?.kind === kind,
  cause: ({ outcome }, what) => outcome.cause?.[what] ?? NaN,
  lowest: ({ surface }, kind) => surface.record.lowest === kind,
  quadratic: ({ surface }) => surface.record.quadratic,
  fixed: ({ record }) => record.stability?.fixed ?? false,
  variant: ({ runner }) => runner.key.includes("@"),
  on: ({ on }, stage) => on.has(stage),
  hyper: ({ runner }, name) => runner.hypers[name] ?? NaN,
  usual: ({ convention }, name) => convention.hypers.find((hyper) => hyper.name === name)?.default ?? NaN,
  setting: ({ runner }, name) => runner.around[name] ?? NaN,
};

/** One of a race, of whom something is said. @implements {import("../player/speech.js").Subject} */
class Racer {
  /** @param {object} runner @param {object} outcome see engine/outcome.js @param {object} race what all of them have in common */
  constructor(runner, outcome, { choices, records, surface, steps, others }) {
    Object.assign(this, { runner, outcome, surface, steps, others });
    const { stages, tolerance } = choices;
    this.slots = choices.said.slots;
    this.record = records[runner.key];
    this.convention = conventionOf(choices, runner.key);
    this.on = new Set(stages.filter(({ first, off }) => first in runner.around && runner.around[first] !== off).map(({ key }) => key));
    const end = point(outcome.theta);
    const at = Number.isNaN(outcome.minimum) ? end : point(surface.minima[outcome.minimum].slice(0, -1));
    this.words = { who: runner.name, point: at, end, origin: this.convention.origin, limit: tolerance };
    for (const { choice } of stages)
      if (choice && choice.name in runner.around) this.words[choice.name] = choice.options.find(({ value }) => value === runner.around[choice.name]).label;
  }

  measure(name, [_who, ...args]) {
    return name in CALLS ? CALLS[name](this, ...args) : mine(this, name);
  }
}

/**
 * What is said of these runs: the race in a few sentences, and of each what stands in the table's columns.
 * @param {object} choices @param {object} records of the optimizers @param {object} surface @param {object[]} runners
 * @param {object[]} outcomes @param {number} steps
 * @returns {{words: string, rows: Record<string, string>[]}}
 */
export function tell(choices, records, surface, runners, outcomes, steps) {
  const speaker = new Speaker(choices.locale);
  const { sentences, columns, nobody } = choices.said;
  const racers = runners.map((runner, k) => new Racer(runner, outcomes[k], { choices, records, surface, steps, others: outcomes }));
  return {
    words: racers.length ? speaker.say(sentences, racers) : nobody,
    rows: racers.map((racer) => Object.fromEntries(Object.entries(columns).map(([name, node]) => [name, speaker.say(node, [racer])]))),
  };
}
