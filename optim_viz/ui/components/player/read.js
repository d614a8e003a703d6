// What the texts of a link say, strictly read; by optim_viz/ui/forms.py's rules.

/** @typedef {{name: string, default: number, kind: string, allowed: {at: number | null, within: boolean}[]}} Hyper */

/** Something in a query cannot be used: what then stands in its place, and what is said of it, Python knows. */
export class Odd extends Error {}

export const odd = (text) => {
  throw new Odd(text);
};

/** @param {string} text @param {boolean} holds */
export const only = (text, holds) => holds || odd(text);

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function readNumber(text, lo = -Infinity, hi = Infinity) {
  const value = NUMBER.test(text) ? Number(text) : odd(text);
  only(text, lo <= value && value <= hi);
  return value;
}

function readWhole(text, lo, hi) {
  const value = readNumber(text, lo, hi);
  only(text, Number.isInteger(value));
  return value;
}

export function readWord(text, words) {
  only(text, words.includes(text));
  return text;
}

function readSwitch(text) {
  const value = readNumber(text);
  only(text, value === 0 || value === 1);
  return value === 1;
}

/** A number that a slider holds. @param {Hyper} hyper @param {string} text */
export function readHyper({ kind, allowed: [lo, hi] }, text) {
  if (kind === "switch") return Number(readSwitch(text));
  const value = kind === "integer" ? readWhole(text) : readNumber(text);
  const above = lo.at === null || value > lo.at || (lo.within && value === lo.at);
  const below = hi.at === null || value < hi.at || (hi.within && value === hi.at);
  only(text, above && below && Number.isFinite(value));
  return value;
}

/** What a text says, by the kind of its field. */
export const VALUES = {
  plain: (text) => text,
  whole: (text, { lo, hi }) => readWhole(text, lo, hi),
  one: (text, { options }) => readWord(text, options),
  some: (text, { options }) => {
    const given = text.split(",").filter(Boolean);
    for (const word of given) readWord(word, options);
    return options.filter((word) => given.includes(word));
  },
  switch: readSwitch,
  batch: (text, { none }) => (text === none ? null : readWhole(text, 1, Infinity)),
  numbers: (text, { ends, span }) => {
    const values = text.split(",").map((part) => readNumber(part));
    only(text, !ends.length || values.length === ends.length);
    only(text, ends.every(([lo, hi], k) => lo <= values[k] && values[k] <= hi));
    const apart = (k) => span[0] <= values[k + 1] - values[k] && values[k + 1] - values[k] <= span[1];
    only(text, !span || (values.length === 4 && apart(0) && apart(2)));
    return values;
  },
  arrows: (text, { options }, got) => {
    const [whose, ...shown] = text.split(",");
    only(whose, /^\d+$/.test(whose));
    for (const word of shown) readWord(word, options);
    const runner = readWhole(whose, 1, Math.max(1, got.runners.length)) - 1;
    return { runner, shown: options.filter((word) => shown.includes(word)) };
  },
};
/** Kinds of which an empty text is wrong: elsewhere it says nothing. */
export const FILLED = ["whole", "switch"];
