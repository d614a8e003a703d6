// Fits in words and as a table: what optim_viz/ui/regression/words.py says as data, asked of the fits that are drawn.

import { optimizerOf } from "../player/cards.js";
import { number, spaced } from "../player/format.js";
import { Speaker } from "../player/speech.js";

/** What may be asked of a runner with its fits; see CALLS in words.py. */
const CALLS = {
  seeds: ({ outcome }) => outcome.seeds,
  middle: ({ outcome }) => outcome.middle,
  low: ({ outcome }) => outcome.low,
  high: ({ outcome }) => outcome.high,
  test: ({ outcome }) => outcome.test,
  held: ({ problem: { test, width } }) => (test ? test.table.length / width : 0),
  best_test: ({ problem: { test, leastTest } }) => (test ? (leastTest ?? Infinity) : Infinity),
  diverging: ({ outcome }) => outcome.diverged,
  rising: ({ outcome }) => outcome.worse,
  diverges: ({ outcome }) => (outcome.diverged ? 0 : Infinity),
  finite: ({ end }) => end.every(Number.isFinite),
  standardised: ({ problem }) => problem.standardised,
  turned: ({ original }) => original.length > 0 && original.every(Number.isFinite),
  updates: ({ outcome }) => outcome.updates,
  seed: ({ seed }) => seed,
  dim: ({ problem }) => problem.dim,
  quadratic: ({ problem }) => problem.quadratic,
  best: ({ problem: { least } }) => (least === null ? Infinity : least > 1e-20 ? least : 0),
  many: ({ outcome, many }) => outcome.seeds >= many,
  because: ({ outcome }, kind) => outcome.cause?.kind === kind,
  cause: ({ outcome }, what) => outcome.cause?.[what] ?? NaN,
};

/** One runner with its fits, of whom something is said. @implements {import("../player/speech.js").Subject} */
class Fitted {
  constructor(fit, who, all) {
    Object.assign(this, all, fit);
    this.end = fit.shown.theta.subarray(-all.problem.dim);
    this.original = turned(this.problem, this.end);
    const listed = (theta) => Array.from(theta, number).join(", ");
    this.words = { who, weights: all.listed, theta: listed(this.end), original: listed(this.original) };
    for (const [name, theta] of Object.entries(this.problem.best ?? {})) this.words[name] = listed(theta);
  }

  measure(name, [_who, ...args]) {
    return CALLS[name](this, ...args);
  }
}

/** The weights for the data as they were before they were standardised; none where they are not said. */
function turned({ turned: rows, dim }, theta) {
  return rows === null ? [] : Array.from({ length: dim }, (_, k) => theta.reduce((sum, weight, d) => sum + weight * rows[d][k], rows[dim][k]));
}

/** Plain descent is named after its batches, the others after their rule; two of a name apart. @param {object[]} runners */
export function names(choices, runners) {
  const { one, some, drawn, ways } = choices.said.names;
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
  const kinds = runners.map(({ key, batch }) => {
    const { key: own, name } = optimizerOf(choices, key);
    if (own !== "gd" || batch === null) return name;
    return batch === 1 ? one : filled(some, { size: batch });
  });
  const alike = (k) => runners.filter(({ batch }, j) => batch !== null && kinds[j] === kinds[k]);
  const found = [];
  runners.forEach(({ batch, sampling }, k) => {
    const isApart = batch !== null && new Set(alike(k).map((other) => other.sampling)).size > 1;
    const name = isApart ? filled(drawn, { kind: kinds[k], way: ways[sampling] }) : kinds[k];
    const nth = 1 + found.filter((other) => other === name || other.startsWith(`${name} #`) || other.startsWith(`${name} `)).length;
    found.push(nth === 1 ? name : /\d$/.test(name) ? `${name} #${nth}` : `${name} ${nth}`);
  });
  return found;
}

/**
 * What is said of these fits: a few sentences, of each what stands in the table's columns, and what scaling makes of the weights.
 * @param {object} choices @param {object} problem @param {object[]} fits see fits.js
 * @param {{names: string[], weights: string[], seed: number, chosen: number}} of
 */
export function told(choices, problem, fits, { names: called, weights, seed, chosen }) {
  const speaker = new Speaker(choices.locale);
  const { sentences, columns, nobody, many, turned: node } = choices.said;
  const all = { problem, seed, many, listed: speaker.listed(weights) };
  const them = fits.map((fit, k) => new Fitted(fit, called[k], all));
  return {
    words: them.length ? spaced(speaker.say(sentences, them)) : nobody,
    rows: them.map((one) => Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, speaker.say(column, [one])]))),
    turned: them.length ? speaker.say(node, [them[chosen]]) : "",
  };
}
