// What the page is set to, in the one form that links and Python know (optim_viz/ui/settings.py), and its two ways out:
// to Python, one request at a time, and into the address bar.

/**
 * @typedef {{key: string, hypers: Record<string, number>, around?: Record<string, number | string>}} Runner
 * @typedef {{surface: string, params?: Record<string, number>, start?: number[], steps: number, runners: Runner[]}} Model
 * @typedef {{step: number | null, axis: string, zoom: number[], preset: string}} View `step` null: the last one
 */

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
  if (view.axis !== "auto") query.axis = view.axis;
  if (view.zoom.length) query.zoom = view.zoom.join(",");
  return query;
}

/** A query as it stands in an address. */
export function toSearch(query) {
  const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((text) => [name, text]));
  const encode = (text) => encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%40/g, "@");
  return pairs.map(([name, text]) => `${encode(name)}=${encode(text)}`).join("&");
}

const PATIENCE = 3000; // milliseconds, then twice as many: a request or its answer may be lost with a connection

/** Sends settings to Python: the newest, one at a time, the next as soon as the last is answered. */
export class Outbox {
  constructor() {
    this.send = () => {};
    this.seq = 0;
    this.waitingSince = 0;
    this.patience = PATIENCE;
    this.last = null;
    this.next = null;
    this.timer = 0;
  }

  /** @param {object} message goes out now, or after the answer that is under way */
  post(message) {
    this.next = message;
    this._flush();
  }

  /** An answer has arrived. @returns {boolean} whether it answers the newest request, or nothing has been asked yet */
  answered(seq) {
    if (seq < this.seq) return false;
    this.seq = seq;
    this.waitingSince = 0;
    this.patience = PATIENCE;
    clearTimeout(this.timer);
    return true;
  }

  /** Call when the answer is on the screen. */
  painted() {
    this._flush();
  }

  _flush() {
    clearTimeout(this.timer);
    if (this.waitingSince) {
      const rest = this.patience - (performance.now() - this.waitingSince);
      if (rest > 0) {
        this.timer = setTimeout(() => this._flush(), rest);
        return;
      }
      this.patience *= 2;
    } else if (this.next === null) return;
    // asked again under the same number: should the first answer only be late, it counts
    if (this.next !== null) this.last = { seq: ++this.seq, ...this.next };
    this.next = null;
    this.waitingSince = performance.now();
    this.timer = setTimeout(() => this._flush(), this.patience);
    this.send(this.last);
  }

  close() {
    clearTimeout(this.timer);
    this.waitingSince = 0;
    this.next = null;
  }
}

/** Keeps the address bar current. Browsers allow about three writes a second, so it writes when the hand rests. */
export class AddressBar {
  constructor() {
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
    this.path = location.pathname;
    this.timer ||= setTimeout(this.flush, 350);
  }

  close() {
    clearTimeout(this.timer);
    removeEventListener("pagehide", this.flush);
  }
}
