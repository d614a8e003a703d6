// The surface as pictures draw it, by the engine in the page.

import { extent, spread } from "../player/field.js";

const SIDE = 64; // points along a side, from which a valley is looked for
const JUMP = 1 / 8; // of a view's width: between points so far apart a valley has no line

let made = { key: "", field: null }; // the last one: it is the same while the surface is

/**
 * By the engine, of a surface whose module is here.
 * @param {import("../engine/engine.js").Engine} engine
 * @param {{surface: string, params: Record<string, number>}} settings
 * @param {{dim: number, levels: string, domain: number[][]}} spec
 * @returns {import("../player/field.js").Field}
 */
export function fieldOf(engine, { surface, params }, { dim, levels, domain }) {
  const key = JSON.stringify([surface, params]);
  if (key === made.key) return made.field;
  const shape = engine.surface(surface, params);
  const { minima, minimum, record } = shape;
  const values = (xs, ys) => engine.values(shape, xs, ys);
  const field = { dim, domain: domain.flat(), log: levels !== "linear", minima, values };
  if (record.valley !== null) field.valley = (view) => valley(engine, shape, view);
  // of what falls for ever, as low as it lies where it is shown at first
  field.floor = minimum ?? extent(values(...domain.map(([from, to]) => spread(from, to, SIDE))))[0];
  made = { key, field };
  return field;
}

/** A valley near a part of the plane: of points along its edge the nearest, with a gap from branch to branch. */
export function valley(engine, shape, [x0, x1, y0, y1]) {
  const there = spread(0, 1, SIDE + 1);
  const back = there.slice().reverse();
  const [one, none] = [there.map(() => 1), there.map(() => 0)];
  const along = (from, to, parts) => parts.flatMap((part) => Array.from(part, (t) => from + (to - from) * t));
  const found = engine.nearest(shape, Float64Array.from([...along(x0, x1, [there, one, back, none]), ...along(y0, y1, [none, there, one, back])]));
  const count = found.length / 2;
  const points = Array.from({ length: count }, (_, k) => [found[k], found[count + k]]);
  const far = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by) > JUMP * (x1 - x0);
  return points.flatMap((point, k) => (k && far(points[k - 1], point) ? [[NaN, NaN], point] : [point]));
}
