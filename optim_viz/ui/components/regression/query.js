// What the lab is set to, in the one form that links and Python know (optim_viz/ui/regression/settings.py).

import { LASTING } from "../player/around.js";

/**
 * @typedef {{key: string, batch: number | null, sampling: string, drop: boolean, look?: number, hypers: Record<string, number>,
 *   around?: Record<string, number | string>, updates?: number}} Runner
 * @typedef {{data: string, dataParams?: Record<string, number>, target?: string, model?: string, modelParams?: Record<string, number>,
 *   loss?: string, lossParams?: Record<string, number>, l2?: number, standardise?: string, epochs: number,
 *   start?: string | number[], seeds: number, seed: number, runners: Runner[]}} Model
 */

/** The query of a link. What the model leaves out Python fills with defaults. @param {Model} model @param {object} view */
export function toQuery(model, view) {
  const query = { v: "1", d: model.data };
  if (view.preset) query.p = view.preset;
  const numbers = (prefix, values) => {
    for (const [name, value] of Object.entries(values ?? {})) query[`${prefix}.${name}`] = String(value);
  };
  numbers("d", model.dataParams);
  if (model.data === "own" && model.target) query.target = model.target;
  if (model.model) query.m = model.model;
  numbers("m", model.modelParams);
  if (model.loss) query.loss = model.loss;
  numbers("loss", model.lossParams);
  if (model.l2) query.l2 = String(model.l2);
  if (model.standardise && model.standardise !== "none") query.scale = model.standardise;
  query.e = String(model.epochs);
  if (model.start !== undefined) query.x = String(model.start); // numbers with commas between them
  query.seeds = String(model.seeds);
  if (model.seed) query.seed = String(model.seed);
  query.o = model.runners.map(runnerText);
  if (!query.o.length) query.o = [""];
  query.b = String(view.chosen);
  if (view.clock !== "epochs") query.clock = view.clock;
  if (view.step !== null) query.t = String(view.step);
  if (view.axis !== "auto") query.axis = view.axis;
  if (view.third !== "curves") query.third = view.third;
  if (view.zoom.length) query.zoom = view.zoom.join(",");
  return query;
}

function runnerText({ key, batch, sampling, drop, look, hypers, around, updates }) {
  const batches = { batch: batch ?? "all", sampling, ...(drop && { drop: 1 }), ...(look && { look }) };
  // a schedule that lasts as long as the fit is written without its length: it shall do so of a longer fit, too
  const stages = Object.entries(around ?? {}).filter(([name, value]) => !(LASTING.includes(name) && value === updates));
  return [key, ...[...Object.entries({ ...batches, ...hypers }), ...stages].map(([name, value]) => `${name}:${value}`)].join(",");
}
