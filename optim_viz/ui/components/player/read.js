// What a link says, read as Python reads it: numbers, words and switches as optim_viz/ui/inputs.py has them.

import { Odd, grouped } from "./faults.js";

/** @typedef {{name: string, label: string, says: string, default: number, kind: string,
 *   allowed: {at: number | null, within: boolean}[]}} Hyper */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NONE = /^[+-]?(nan|inf|infinity)$/i; // numbers to Python, which are allowed nowhere
const DECIMAL = /^[-+]?\d+,\d+(e[-+]?\d+)?$/i;

/** Whether it is a number with a comma in the place of its point. */
export const isDecimal = (text) => DECIMAL.test(text);

/** Digits of any script as ours. */
const ascii = (text) => text.replace(/(?![0-9])\p{Nd}/gu, (digit) => String(valueOf(digit.codePointAt(0))));

function valueOf(code) {
  let value = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return value % 10;
}

/** A number; a comma in it is told, since nobody knows what it parts. @throws {Odd} */
export function readNumber(text, isWhole = false) {
  const said = ascii(text.trim());
  if (NUMBER.test(said)) return Number(said);
  if (NONE.test(said)) return /nan/i.test(said) ? NaN : said[0] === "-" ? -Infinity : Infinity;
  const plain = text.trim().replaceAll("，", ",");
  if (isDecimal(plain) && !isWhole) throw new Odd("point", text, { point: plain.replace(",", ".") });
  throw new Odd(!plain.includes(",") ? "number" : isWhole ? "whole" : "plain", text);
}

export function readWhole(text, lo, hi) {
  const value = readNumber(text, true);
  if (!(Number.isInteger(value) && lo <= value && value <= hi)) throw new Odd("between", text, { lo, limit: grouped(hi) });
  return value;
}

function readSwitch(text) {
  if (!NUMBER.test(text) || ![0, 1].includes(Number(text))) throw new Odd("switch", text);
  return Number(text) === 1;
}

/** A number that a slider holds. @param {Hyper} hyper @param {string} text */
export function readHyper({ kind, says, allowed: [lo, hi] }, text) {
  if (kind === "switch") return Number(readSwitch(text));
  const value = readNumber(text, kind === "integer");
  const above = lo.at === null || value > lo.at || (lo.within && value === lo.at);
  const below = hi.at === null || value < hi.at || (hi.within && value === hi.at);
  if (!(above && below && Number.isFinite(value) && (kind === "number" || Number.isInteger(value)))) throw new Odd(says, text);
  return value;
}

/** What a text says, by the kind of its field; `got` has what else is read, and the faults. */
export const VALUES = {
  plain: (text) => text,
  whole: (text, { lo, hi }) => readWhole(text, lo, hi),
  one: (text, { options }, { faults }) => faults.one(text, options),
  some: (text, { options }, { faults }, label) => {
    const given = text.split(",").filter(Boolean).map((word) => faults.unless(label, "", () => faults.one(word, options)));
    return options.filter((word) => given.includes(word));
  },
  switch: readSwitch,
  batch: (text, { none }) => (text === none ? null : readWhole(text, 1, Infinity)),
  numbers: (text, { name, ends, span }, { faults }) => {
    const values = text.split(",").map((part) => readNumber(part));
    const apart = (k) => span[0] <= values[k + 1] - values[k] && values[k + 1] - values[k] <= span[1];
    const within = (!ends.length || values.length === ends.length) && ends.every(([lo, hi], k) => lo <= values[k] && values[k] <= hi);
    if (!(within && (!span || (values.length === 4 && apart(0) && apart(2))))) throw new Odd(faults.should[name], text);
    return values;
  },
  arrows: (text, { options }, { got, faults }) => {
    const [whose, ...shown] = text.split(",");
    const limit = Math.max(1, got.runners.length);
    if (!(/^\d+$/.test(whose) && Number(whose) >= 1 && Number(whose) <= limit)) throw new Odd("arrows", text, { limit });
    for (const word of shown) faults.one(word, options);
    return { runner: Number(whose) - 1, shown: options.filter((word) => shown.includes(word)) };
  },
};
/** Kinds of which an empty text is wrong: elsewhere it says nothing. */
export const FILLED = ["whole", "switch"];
