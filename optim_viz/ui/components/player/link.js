// What the page is set to, in the one form that links and Python know (optim_viz/ui/race/settings.py), and its way into the
// address bar.

/**
 * @typedef {{key: string, hypers: Record<string, number>, around?: Record<string, number | string>}} Runner
 * @typedef {{surface: string, params?: Record<string, number>, start?: number[], steps: number, runners: Runner[]}} Model
 * @typedef {{look: string, camera: number[], arrows: {runner: number, shown: string[]}}} Ways
 * @typedef {{step: number | null, chart: string, axis: string, xaxis: string, zoom: number[], preset: string} & Ways} View
 *   `step` null: the last one
 */

/** How a chart is looked at where a link does not say so. */
export const USUAL = { chart: "loss", axis: "auto", xaxis: "updates" };

/**
 * The query of a link: names to a text, or to texts. What the model leaves out Python fills with defaults.
 * @param {Model} model
 * @param {View} view
 */
export function toQuery(model, view) {
  const query = { v: "1", s: model.surface };
  if (view.preset) query.p = view.preset;
  for (const [name, value] of Object.entries(model.params ?? {})) query[`s.${name}`] = String(value);
  (model.start ?? []).forEach((value, d) => (query["xy"[d]] = String(value)));
  query.n = String(model.steps);
  query.o = model.runners.map((runner) =>
    [runner.key, ...Object.entries({ ...runner.hypers, ...runner.around }).map(([name, value]) => `${name}:${value}`)].join(","),
  );
  if (!query.o.length) query.o = [""];
  if (view.step !== null) query.t = String(view.step);
  for (const [name, usual] of Object.entries(USUAL)) if (view[name] !== usual) query[name] = view[name];
  if (view.zoom.length) query.zoom = view.zoom.join(",");
  return { ...query, ...waysQuery(view) };
}

/** How the picture is looked at, whatever the race. @param {Ways} ways */
export function waysQuery({ look, camera, arrows }) {
  const query = {};
  if (look !== "map") query.look = look;
  if (camera.length) query.camera = camera.join(",");
  if (arrows.shown.length) query.i = [arrows.runner + 1, ...arrows.shown].join(",");
  return query;
}

/** A query from the text of an address: names to all their texts. */
export function fromSearch(search) {
  const query = {};
  for (const [name, text] of new URLSearchParams(search)) (query[name] ??= []).push(text);
  return query;
}

/** A query as it stands in an address. */
export function toSearch(query) {
  const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((text) => [name, text]));
  const encode = (text) => encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%40/g, "@");
  return pairs.map(([name, text]) => `${encode(name)}=${encode(text)}`).join("&");
}

/** What each page was last set to, as long as this document lives: who goes to another page and returns finds it. */
const kept = new Map();

/** What a page begins with: the address, else what it was last set to here, else nothing, which means the defaults. */
export function startQuery(page) {
  const asked = fromSearch(location.search);
  const speaks = Object.keys(asked).some((name) => name !== "lang");
  return speaks ? asked : fromSearch(kept.get(page) ?? "");
}

/** Keeps the address bar current. Browsers allow about three writes a second, so it writes when the hand rests. */
export class AddressBar {
  /** @param {string} page */
  constructor(page) {
    this.page = page;
    this.search = "";
    this.timer = 0;
    this.flush = () => {
      clearTimeout(this.timer);
      this.timer = 0;
      // in an app of many pages the address may be another page's by now
      if (this.search && location.pathname === this.path && location.search !== `?${this.search}`)
        history.replaceState(history.state, "", `${location.pathname}?${this.search}`);
    };
    addEventListener("pagehide", this.flush);
  }

  write(query) {
    this.search = toSearch(query);
    kept.set(this.page, this.search);
    this.path = location.pathname;
    this.timer ||= setTimeout(this.flush, 350);
  }

  close() {
    clearTimeout(this.timer);
    removeEventListener("pagehide", this.flush);
  }
}
