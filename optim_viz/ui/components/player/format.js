// Numbers as people read them, and the positions of a slider.

/** Three significant digits, without trailing zeros or a row of leading ones: 0.038, 1.5, 4e-6. Infinities and nan by name. */
export function short(x) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "-∞";
  const rounded = Number(x.toPrecision(3));
  const plain = rounded === 0 || (Math.abs(rounded) >= 1e-4 && Math.abs(rounded) < 1e6);
  return plain ? String(rounded) : rounded.toExponential();
}

// About thirty numbers a decade with two digits each: round to read, even to the hand.
const DECADE = [
  1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.2, 2.4, 2.6, 2.8, 3, 3.3, 3.6, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8,
  8.5, 9, 9.5,
];

/**
 * The values of a slider, in order.
 * @param {number} lo
 * @param {number} hi
 * @param {boolean} log
 * @param {string} kind "number" or "integer"
 * @returns {number[]}
 */
export function stops(lo, hi, log, kind) {
  if (log) {
    const inside = [];
    for (let e = Math.floor(Math.log10(lo)); e <= Math.ceil(Math.log10(hi)); e++)
      for (const digit of DECADE) inside.push(Number(`${digit}e${e}`));
    const all = inside.filter((x) => x > lo && x < hi && (kind === "number" || Number.isInteger(x)));
    return [lo, ...all, hi];
  }
  const places = kind === "integer" ? 0 : Math.max(0, 2 - Math.floor(Math.log10(hi - lo)));
  const step = 10 ** -places;
  const count = Math.floor((hi - lo) / step + 1e-9);
  const values = Array.from({ length: count + 1 }, (_, i) => Number((lo + i * step).toFixed(places + 2)));
  if (values[count] < hi) values.push(hi);
  return values;
}

/** The index of the value nearest to x in a sorted list. */
export function nearest(values, x) {
  let lo = 0;
  let hi = values.length - 1;
  while (hi - lo > 1) {
    const middle = (lo + hi) >> 1;
    if (values[middle] <= x) lo = middle;
    else hi = middle;
  }
  return x - values[lo] > values[hi] - x ? hi : lo;
}
