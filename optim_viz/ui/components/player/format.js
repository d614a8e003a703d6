// Numbers as people read them, and the positions of a slider.

import { lastNotAbove } from "./scales.js";

const DIGITS = 3;

/**
 * A number as the page says it, as `optim_viz/ui/numbers.py` does: 0.93, 12.75, 2,091, −0.0271, 4e-7; ∞ and – for what is none.
 * @param {number} x
 */
export function number(x) {
  if (Number.isNaN(x)) return "–";
  const sign = x < 0 ? "−" : "";
  const size = Math.abs(x);
  if (size === Infinity) return `${sign}∞`;
  const places = Math.round(size * 100) / 100;
  if (size < 1000 && Math.abs(size - places) <= 1e-9 * Math.max(size, places)) return size ? sign + String(places) : "0";
  const rounded = Number(size.toPrecision(DIGITS));
  if (rounded >= 1000 && rounded < 1e6) return sign + String(Math.round(size)).replace(/(?=(\d{3})+$)(?!^)/g, ",");
  if (rounded >= 1e-4 && rounded < 1000) return sign + String(rounded);
  return sign + size.toExponential(DIGITS - 1).replace(/\.?0*e\+?/, "e"); // not of what is rounded: that may be beyond the floats
}

/** A place on the surface, to two decimal places: (0.93, −0.87). @param {number[]} theta */
export function point(theta) {
  const places = (x) => (Math.abs(x) < 0.005 ? "0.00" : x.toFixed(2).replace("-", "−"));
  const said = theta.map((x) => (Math.abs(x) < 1000 ? places(x) : number(x)));
  return said.length === 1 ? said[0] : `(${said.join(", ")})`;
}

/** The text with a space wherever Chinese meets Latin letters or digits. */
export const spaced = (text) => text.replace(/(?<=[\u4e00-\u9fff])(?=[!-~])|(?<=[!-~])(?=[\u4e00-\u9fff])/g, " ");

/** A number as a field holds it, to be read again: 0.038, 120000, 4e-6. */
export function short(x) {
  const rounded = Math.abs(x) >= 1000 && Math.abs(x) < 1e6 ? Math.round(x) : Number(x.toPrecision(DIGITS));
  const plain = rounded === 0 || (Math.abs(rounded) >= 1e-4 && Math.abs(rounded) < 1e6);
  return plain ? String(rounded) : rounded.toExponential().replace("e+", "e");
}

/**
 * A number that somebody typed; nan where it cannot be read. A comma is a decimal comma where it is the only separator; full-width
 * digits, and what a Chinese keyboard types for a point, are read, too.
 * @param {string} text
 */
export function readNumber(text) {
  const plain = text.normalize("NFKC").trim().replaceAll("。", ".").replace(/[−–]/g, "-");
  const separators = plain.match(/[.,]/g) ?? [];
  if (separators.length > 1) return NaN;
  const point = plain.replace(",", ".");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(point) ? Number(point) : NaN;
}

/** The values of one place, one for each line of a chart; a dash where there is none. @param {number[]} values */
export function together(values) {
  const said = values.map((value) => (Number.isNaN(value) ? "—" : number(value)));
  return said.every((text) => text === "—") ? "—" : said.join(" / ");
}

// About thirty numbers a decade with two digits each: round to read, even to the hand. Over many decades, nine.
const DECADE = [
  1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.2, 2.4, 2.6, 2.8, 3, 3.3, 3.6, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8,
  8.5, 9, 9.5,
];
const COARSE = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/** More positions than these no hand can tell apart. */
const MOST = 200;

/**
 * The values of a slider, in order; at most about 200.
 * @param {number} lo
 * @param {number} hi
 * @param {boolean} log
 * @param {string} kind "number" or "integer"
 * @returns {number[]}
 */
export function stops(lo, hi, log, kind) {
  const whole = kind === "integer";
  if (log) return decades(lo, hi, whole);
  if (whole) return hi - lo <= MOST ? even(lo, hi, 1) : [...(lo < 1 ? [lo] : []), ...decades(Math.max(1, lo), hi, true)];
  if (hi < 1 && hi > 0.99 && lo >= 0) return towardsOne(lo, hi);
  const size = 10 ** Math.floor(Math.log10((hi - lo) / MOST));
  return even(lo, hi, [1, 2, 5, 10].map((digit) => digit * size).find((step) => (hi - lo) / step <= MOST));
}

function decades(lo, hi, whole) {
  const digits = hi / lo > 1e7 ? COARSE : DECADE;
  const inside = [];
  for (let e = Math.floor(Math.log10(lo)); e <= Math.ceil(Math.log10(hi)); e++)
    for (const digit of digits) inside.push(Number(`${digit}e${e}`));
  return [lo, ...inside.filter((x) => x > lo && x < hi && (!whole || Number.isInteger(x))), hi];
}

function even(lo, hi, step) {
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const count = Math.floor((hi - lo) / step + 1e-9);
  const values = Array.from({ length: count + 1 }, (_, i) => Number((lo + i * step).toFixed(places)));
  if (values[count] < hi) values.push(hi);
  return values;
}

/** For what forgets, like beta: from 0.99 to 0.999 is as far as from 0.9 to 0.99. */
function towardsOne(lo, hi) {
  const parts = [[0, 0.9, 0.01], [0.9, 0.99, 0.002], [0.99, 0.999, 0.0005], [0.999, 0.9999, 0.0001]];
  const inside = parts.flatMap(([from, to, step]) => even(from, to, step).slice(0, -1));
  return [lo, ...inside.filter((x) => x > lo && x < hi), hi];
}

/** Where a number stands among the positions of a slider, from 0 to 1; null when it is none of its numbers. */
export function placeAmong(values, x) {
  if (!(x >= values[0] && x <= values.at(-1))) return null;
  const i = lastNotAbove(values, x);
  const part = i + 1 < values.length ? (x - values[i]) / (values[i + 1] - values[i]) : 0;
  return (i + part) / (values.length - 1);
}

/** The index of the value nearest to x in a sorted list. */
export function nearest(values, x) {
  const lo = lastNotAbove(values, x);
  return x - values[lo] > values[lo + 1] - x ? lo + 1 : lo; // after the last there is none: nothing is larger than NaN
}
