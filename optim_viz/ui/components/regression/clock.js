// One clock for all runners: epochs, samples, updates or gradients. A step of the clock is one of these units.

/** What each clock counts in: a run's values, row by row. Epochs run as samples do, and are told as parts of an epoch. */
const COUNTED = { epochs: "samples", samples: "samples", updates: "rows", cost: "cost" };

/** A run's position on the clock, row by row. @returns {ArrayLike<number>} */
export function ticks(run, clock) {
  return run[COUNTED[clock]];
}

/** The last row that a run has reached at this step of the clock. */
export { lastNotAbove as rowAt } from "../player/scales.js";

/** How long the clock runs: till the last runner is done. */
export function length(runs, clock) {
  return Math.max(1, ...runs.map((run) => ticks(run, clock).at(-1)));
}

/** How a step of the clock is told. @param {number} samples of the data */
export function told(clock, samples) {
  if (clock !== "epochs") return (step, steps) => `${step.toLocaleString("en")} / ${steps.toLocaleString("en")}`;
  return (step, steps) => `${(step / samples).toFixed(steps > 50 * samples ? 0 : 1)} / ${Number((steps / samples).toFixed(1))}`;
}
