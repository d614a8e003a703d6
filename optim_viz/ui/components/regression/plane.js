// The loss over more than two weights: the plane of the path that is shown in detail, as optim_viz/ui/regression/pictures.py has it.

import { Sampled, spread } from "../player/field.js";

/**
 * The plane, and the loss on it.
 * @param {import("../engine/fits.js").FitEngine} engine @param {object} problem
 * @param {Float64Array} theta the path (rows * dim) @param {string[]} names of the axes
 */
export function planeOf(engine, problem, theta, names) {
  const { dim, far } = problem;
  const rows = Array.from({ length: theta.length / dim }, (_, row) => theta.subarray(row * dim, (row + 1) * dim));
  const path = Float64Array.from(rows.filter((row) => row.every((weight) => Math.abs(weight) <= far)).flatMap((row) => [...row]));
  const origin = path.slice(0, dim);
  const axes = engine.directions(path, dim);
  const project = (at) => {
    const out = new Float64Array((2 * at.length) / dim);
    for (let k = 0; k < out.length; k++) {
      const [from, axis] = [dim * (k >> 1), dim * (k % 2)];
      for (let d = 0; d < dim; d++) out[k] += (at[from + d] - origin[d]) * axes[axis + d];
    }
    return out;
  };
  const domain = span(project(path));
  const [xs, ys] = [spread(domain[0], domain[1], problem.grid), spread(domain[2], domain[3], problem.grid)];
  const count = xs.length * ys.length;
  const points = Float64Array.from({ length: dim * count }, (_, k) => {
    const [d, at] = [Math.floor(k / count), k % count];
    return origin[d] + (xs[at % xs.length] * axes[d] + ys[Math.floor(at / xs.length)] * axes[dim + d]);
  });
  const losses = engine.evaluate(problem, points, count);
  const values = Array.from(ys, (_y, row) => losses.subarray(row * xs.length, (row + 1) * xs.length));
  return { project, field: new Sampled({ axes: [xs, ys], values }, { domain, names, minima: [], log: true }) };
}

/** What part of the plane is shown. @param {Float64Array} places x and y by turns */
function span(places) {
  const ends = [0, 1].map((axis) => {
    const along = places.filter((_place, k) => k % 2 === axis);
    return [Math.min(...along), Math.max(...along)];
  });
  const longest = Math.max(...ends.map(([lo, hi]) => hi - lo));
  return ends.flatMap(([lo, hi]) => {
    const half = Math.max((hi - lo) * 0.75, 0.4 * longest || 1);
    return [(lo + hi) / 2 - half, (lo + hi) / 2 + half];
  });
}
