// How a run ended, as optim_viz/outcome.py has it: what the judge gives, and the causes that it does not find.

/**
 * @typedef {{kind: string, row: number, lr: number, times: number, curvature: number, momentum: number, length: number}} Cause why a
 *   run diverged or ended higher than it began; what it does not tell is 0, a momentum that there is not nan
 */

const caused = (kind, row = 0, more = {}) => ({ kind, row, lr: 0, times: 0, curvature: 0, momentum: NaN, length: 0, ...more });

/**
 * The judge's numbers by name, where it ended, and why it failed, if it did.
 * @param {import("./engine.js").Engine} engine @param {import("./run.js").Run} run
 */
export function outcome(engine, run) {
  const [found] = engine.judge(run);
  const failed = found.diverged < Infinity || found.worse;
  return { ...found, theta: pointOf(run, found.end), cause: failed ? causeOf(engine, run, found) : null };
}

const pointOf = ({ table, fields, dim }, row) => Array.from(table.subarray(row * fields, row * fields + dim));

function causeOf(engine, run, found) {
  const { row, lr, limit, curvature, length } = found;
  const kind = engine.index.causes[found.cause];
  if (kind === "rate") return caused(kind, row, { lr, times: lr * limit, curvature, momentum: run.spec.hypers.momentum ?? NaN });
  let stopped = null;
  if ([null, "long", "uphill"].includes(kind)) stopped = found.diverged < Infinity ? breaks(engine, run, found.end) : disturbed(engine, run);
  if (stopped || !kind) return stopped;
  if (kind !== "uphill") return caused(kind, row, { length });
  if (run.record.hessian && engine.hessian(run, row - 1).smallest < 0) return caused("peak", row);
  return run.record.states.some(({ velocity }) => velocity) ? caused("momentum", row) : null;
}

/** Which of noise and weight decay it is without which a run would not have ended higher than it began. */
function disturbed(engine, run) {
  for (const [stage, kind] of [["noise", "noise"], ["weight_decay", "decay"]]) {
    const { spec } = run;
    if (!(spec.around?.[stage] || spec.hypers[stage] > 0)) continue;
    const { [stage]: _off, ...around } = spec.around ?? {};
    const hypers = stage in spec.hypers ? { ...spec.hypers, [stage]: 0 } : spec.hypers;
    const without = engine.run({ ...spec, around, hypers });
    const loss = without.loss();
    if (without.divergedAt() === null && loss.at(-1) <= loss[0]) return caused(kind);
  }
  return null;
}

/** What is no finite number after row `last`. */
function breaks(engine, run, last) {
  const { record, spec, dim } = run;
  if (pointOf(run, last + 1).every(Number.isFinite)) return caused("huge", last + 1); // the loss, or its slope, at a place that is finite still
  if (record.hessian) return engine.hessian(run, last).determinant(spec.hypers.damping) === 0 ? caused("zero", last + 1) : null;
  const { stages, stops } = engine.index;
  const on = spec.around?.schedule || stages.some(({ key, hypers }) => spec.around?.[hypers[0] ?? key]);
  if (record.vector || on) return null;
  const at = (k) => run.table[last * run.fields + k];
  for (let d = 0; d < dim; d++) {
    const states = record.states.map((_state, k) => at((2 + k) * dim + 2 + d));
    const given = [at(d), at(dim + 1 + d), last + 1, ...states, ...record.hypers.map((name) => spec.hypers[name])];
    const [stop] = engine.numbers(record.module, "stops", given, null);
    if (stop) return caused(stops[stop], last + 1);
  }
  return null;
}
