// Axes by themselves: which range and type the values ask for, where the ticks stand, what is written at them. No drawing.

const DECADES = 16; // what double precision resolves: an axis shows no more of them
const FAR = 1e100; // pixels; whoever draws cuts at the edges (line.js), and this leaves room to reckon in
const SAMPLE = 4000; // values
const LABELLED = 6; // decades of an axis that get a label of their own

/**
 * @typedef {{type: "log" | "linear", range: [number, number]}} Axis for a log axis the range is in decades
 * @typedef {{at: number, text: string, power?: string}} Tick `at` in data; `power` is written raised behind the text
 */

/**
 * Type and range of a value axis, with round ends: while a slider moves, an axis that stays where it is is easier to read.
 * @param {ArrayLike<number>[]} curves those rows of every run that are finite
 * @param {"auto" | "log" | "linear"} wish
 * @param {{fits?: "start" | "bulk" | "all", show?: number[]}} [how] `fits`: a run that explodes must not squeeze the others
 *   flat: by the start it leaves through the top, by the bulk of the values so does each single one far off; `show`: values
 *   that are to be seen whatever the curves do
 * @returns {Axis}
 */
export function valueAxis(curves, wish, { fits = "start", show = [] } = {}) {
  const seen = fits === "bulk" ? bulk(curves) : extremes(curves);
  for (const value of show) {
    seen.least = Math.min(seen.least, value);
    seen.most = Math.max(seen.most, value);
    if (value > 0) seen.positive = Math.min(seen.positive, value);
  }
  const { least, most, positive } = seen;
  if (!(most > -Infinity)) return { type: "linear", range: [0, 1] };
  const start = fits === "start" && seen.start > -Infinity ? seen.start : most;
  const top = Math.min(most, start > 0 ? start * 1e3 : start + 1e3);
  const bottom = Math.max(positive, top * 10 ** -DECADES);
  // the last digit of a loss may lie below the lowest value; a surface that goes on falling lies far below
  const canLog = positive < Infinity && (seen.mostlyPositive || least >= -1e-9 * Math.max(start, 0));
  const wide = canLog && Math.max(start, bottom) / bottom > 200;
  if (wish === "log" ? canLog : wish === "auto" && wide) {
    const [lo, hi] = [Math.floor(Math.log10(bottom)), Math.ceil(Math.log10(Math.max(top, bottom)))];
    return { type: "log", range: [lo, Math.max(hi, lo + 1)] };
  }
  const high = Math.min(most, start > 0 ? start * 1.5 : start + 1);
  const size = Math.max(high - least, 1e-300);
  const unit = 10 ** Math.floor(Math.log10(size)) / 2;
  const [lo, hi] = [Math.floor(least / unit) * unit, Math.ceil(high / unit) * unit];
  return { type: "linear", range: [lo, hi > lo ? hi : lo + 1] };
}

function extremes(curves) {
  let [least, most, start, positive] = [Infinity, -Infinity, -Infinity, Infinity];
  for (const curve of curves) {
    if (Number.isFinite(curve[0])) start = Math.max(start, curve[0]);
    for (let i = 0; i < curve.length; i++) {
      if (!Number.isFinite(curve[i])) continue; // only a start can be so far off: a run ends before it leaves
      if (curve[i] < least) least = curve[i];
      if (curve[i] > most) most = curve[i];
      if (curve[i] > 0 && curve[i] < positive) positive = curve[i];
    }
  }
  return { least, most, start, positive, mostlyPositive: false };
}

/** The same without the outermost hundredths; of many values some thousand tell enough. */
function bulk(curves) {
  const every = Math.ceil(curves.reduce((count, curve) => count + curve.length, 0) / SAMPLE) || 1;
  const values = curves.flatMap((curve) => Array.from({ length: Math.ceil(curve.length / every) }, (_, i) => curve[i * every]));
  const finite = Float64Array.from(values.filter(Number.isFinite)).sort();
  const above = finite.subarray(finite.findIndex((value) => value > 0));
  const positives = finite.at(-1) > 0 ? above : finite.subarray(0, 0);
  const at = (sorted, part, none) => (sorted.length ? sorted[Math.round(part * (sorted.length - 1))] : none);
  return {
    least: at(finite, 0.01, Infinity),
    most: at(finite, 0.99, -Infinity),
    start: -Infinity,
    positive: at(positives, 0.01, Infinity),
    mostlyPositive: positives.length > finite.length / 2,
  };
}

/**
 * Where the ticks of an axis stand and what is written at them.
 * @param {Axis} axis
 * @param {number} most about how many
 * @returns {Tick[]}
 */
export function ticks({ type, range: [lo, hi] }, most) {
  return type === "log" ? decades(lo, hi) : even(lo, hi, most);
}

function even(lo, hi, most) {
  const step = roundStep((hi - lo) / most);
  const largest = Math.max(Math.abs(lo), Math.abs(hi));
  const exponent = Math.floor(Math.log10(largest) + 1e-9);
  // a common power of ten where the numbers would be long
  const shift = exponent >= 5 || exponent < -3 ? exponent : 0;
  const places = Math.max(0, Math.min(15, shift - Math.floor(Math.log10(step) + 1e-9)));
  const found = [];
  for (let i = Math.ceil(lo / step - 1e-9); i <= hi / step + 1e-9; i++) {
    const at = i * step;
    if (found.length && !(at > found.at(-1).at)) break; // no more digits between them
    const digits = (shift ? at / 10 ** shift : at).toFixed(places);
    const text = (Number(digits) === 0 ? "0" : digits).replace("-", "−");
    found.push(shift && i !== 0 ? { at, text: `${text}×10`, power: signed(shift) } : { at, text });
  }
  return found;
}

function decades(lo, hi) {
  const by = Math.max(1, Math.ceil((hi - lo) / LABELLED));
  const plain = lo >= -3 && hi <= 4;
  const label = (digit, e) => {
    if (plain) return { text: String(Number(`${digit}e${e}`)) };
    if (digit === 1) return e === 0 ? { text: "1" } : { text: "10", power: signed(e) };
    return { text: `${digit}×10`, power: signed(e) };
  };
  const digits = hi - lo === 1 ? [1, 2, 5] : [1];
  const found = [];
  for (let e = Math.ceil(lo / by) * by; e <= hi; e += by)
    for (const digit of digits)
      if (digit === 1 || e < hi) found.push({ at: Number(`${digit}e${e}`), ...label(digit, e) });
  return found;
}

/** The least of 1, 2, 5, 10, 20 ... that is not below x. */
export function roundStep(x) {
  const size = 10 ** Math.floor(Math.log10(x));
  return [1, 2, 5, 10].find((digit) => digit * size >= x * (1 - 1e-9)) * size;
}

const signed = (e) => String(e).replace("-", "−");

/**
 * From data to pixels and back, along one axis from pixel `from` to pixel `to`.
 * @param {Axis} axis
 * @returns {{position: (value: number) => number, value: (pixel: number) => number}} on a log axis zero lies below everything
 */
export function along({ type, range: [lo, hi] }, from, to) {
  const scale = (to - from) / (hi - lo);
  const place = (u) => Math.max(-FAR, Math.min(FAR, from + (u - lo) * scale));
  const back = (pixel) => lo + (pixel - from) / scale;
  if (type === "linear") return { position: place, value: back };
  const below = scale > 0 ? -FAR : FAR;
  return { position: (v) => (v > 0 ? place(Math.log10(v)) : v <= 0 ? below : NaN), value: (pixel) => 10 ** back(pixel) };
}

/** Where x lies on an even grid: after which of its points, and what part of the way to the next. @returns {[number, number]} */
export function placeOn(grid, x) {
  const last = grid.length - 1;
  const u = ((x - grid[0]) / (grid[last] - grid[0])) * last;
  const i = Math.max(0, Math.min(last - 1, Math.floor(u)));
  return [i, u - i];
}

/** The value between the points of an even grid. */
export function between(grid, values, x) {
  const [i, part] = placeOn(grid, x);
  return values[i] + (values[i + 1] - values[i]) * part;
}

/** The last of rising numbers that is not above x, by its index; 0 if all are. @param {ArrayLike<number>} rising */
export function lastNotAbove(rising, x) {
  let [lo, hi] = [0, rising.length];
  while (hi - lo > 1) {
    const middle = (lo + hi) >> 1;
    if (rising[middle] <= x) lo = middle;
    else hi = middle;
  }
  return lo;
}
