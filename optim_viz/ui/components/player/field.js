// What a picture draws: a function of one or two coordinates, as the engine in the page or a grid of the server gives it.

import { between, placeOn } from "./scales.js";

const FAR = 1e300; // with room to reckon above it
const POINTS = 257;
const ROOM = 0.06; // above and below a curve

/**
 * @typedef {object} Field
 * @property {number} dim
 * @property {number[]} domain x from, x to and, of two coordinates, y from, y to: what is shown at first
 * @property {boolean} log whether heights are told apart by the logarithm of their rise
 * @property {number} floor the lowest value that is known
 * @property {number[][]} minima where it is lowest, each with the value there
 * @property {(xs: ArrayLike<number>, ys?: ArrayLike<number>) => Float64Array} values on a grid, row by row of y
 * @property {(view: number[]) => number[][]} [valley] what is lowest and a continuum, near a part of it: points, nan between branches
 * @property {number[]} [bounds] beyond them it is not known
 * @property {string[]} [names] of its axes; with them each has a scale of its own, else a circle looks like one
 */

/** A grid of the server's, evenly spaced; between its points it is straight. @implements {Field} */
export class Sampled {
  /** @param {{axes: ArrayLike<number>[], values: ArrayLike<number>[] | ArrayLike<number>}} grid row by row of y @param {object} more of a `Field` */
  constructor({ axes, values }, more) {
    Object.assign(this, { axes, grid: values, dim: axes.length, minima: [], ...more });
    this.bounds = axes.flatMap((axis) => [axis[0], axis[axis.length - 1]]);
    this.floor ??= extent(axes.length === 1 ? values : values.flatMap((row) => extent(row)))[0];
  }

  values(xs, ys = [0]) {
    const [x, y] = this.axes;
    const inside = ([from, to], v) => Math.max(from, Math.min(to, v));
    if (this.dim === 1) return Float64Array.from(xs, (v) => (inside(this.bounds, v) === v ? between(x, this.grid, v) : NaN));
    const out = new Float64Array(xs.length * ys.length);
    const columns = Array.from(xs, (v) => placeOn(x, inside(this.bounds, v)));
    for (let r = 0, k = 0; r < ys.length; r++) {
      const [q, t] = placeOn(y, inside(this.bounds.slice(2), ys[r]));
      const [low, high] = [this.grid[q], this.grid[q + 1]];
      for (const [p, s] of columns) out[k++] = (low[p] * (1 - s) + low[p + 1] * s) * (1 - t) + (high[p] * (1 - s) + high[p + 1] * s) * t;
    }
    return out;
  }
}

/** The lowest and the highest of numbers, but for those that are none or too far off to reckon with; 0 and 0 where there are no others. */
export function extent(values) {
  let [lo, hi] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k++) {
    const v = values[k];
    if (!(Math.abs(v) < FAR)) continue;
    if (v < lo) lo = v;
    if (v > hi) hi = v;
  }
  return lo <= hi ? [lo, hi] : [0, 0];
}

/** Evenly spaced numbers. */
export function spread(from, to, count) {
  return Float64Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));
}

/** The part of a field that is shown at first; of a curve as high as it is there. @param {Field} field @returns {number[]} */
export function whole(field) {
  const { dim, domain } = field;
  if (dim === 2) return domain;
  const [lo, hi] = extent(field.values(spread(...domain, POINTS)));
  const pad = Math.max(ROOM * (hi - lo), 1e-9 * Math.abs(hi)) || 1; // a flat curve has a height, too
  return [...domain, lo - pad, hi + pad];
}
