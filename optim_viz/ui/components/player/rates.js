// Marks on a learning rate, as optim_viz/ui/offered.py has them.

import { number } from "./format.js";

const isClose = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));

/**
 * What to see on the range of a learning rate that is measured in 1 over the curvature, rising.
 * @param {{marks: [factor: number, text: string][], beyond: string}} said what a factor over the curvature means, and the runner's own
 *   limit; without a text for it there is no such mark
 * @param {number | null} limit the factor beyond which the runner itself is unstable
 * @param {string} of what the curvature is called
 */
export function marks(engine, said, { key, name }, curvature, limit, of = "λ") {
  const record = engine.index.optimizers[key];
  if (record.start[0] !== engine.index.scales.indexOf("curvature") || !(curvature > 0)) return [];
  const own = limit && said.beyond && !said.marks.some(([factor]) => isClose(limit, factor)) ? [[limit, said.beyond]] : [];
  return [...said.marks, ...own]
    .sort(([a], [b]) => a - b)
    .map(([factor, text]) => {
      const at = factor / curvature;
      const fields = { factor: number(factor), value: number(at), curvature: number(curvature), name };
      const title = text.replace(/\{(\w+)\}/g, (_whole, field) => fields[field]);
      return { at, label: `${number(factor)}/${of}`, title, own: limit !== null && isClose(factor, limit) };
    })
    .filter(({ at }) => at > 0 && at < Infinity);
}

/** A runner's limit as a learning rate is this over the curvature; null where it is not so, or not known. */
export function limitOf(engine, { key, hypers }) {
  const { stability, hypers: names } = engine.index.optimizers[key];
  if (!stability?.fixed) return null;
  const { kernel, places } = stability.limit;
  const [factor] = engine.numbers("numbers", kernel, places.map((at) => (at === 1 ? 1 : hypers[names[at - 1]])), null);
  return Number.isFinite(factor) && factor > 0 ? factor : null;
}
