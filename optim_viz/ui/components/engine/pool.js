// Workers, each with an engine of its own: what is asked goes to one that is idle; a sweep is shared out among all.

const MOST = 4;
const BLOCK = 384; // lanes that a driver takes at a time: parts end where blocks end, so that they cost what they cost alone

export class Pool {
  /** @param {string} base where the modules lie */
  constructor(base, size = Math.min(MOST, navigator.hardwareConcurrency || 2)) {
    this.base = base;
    this.waiting = [];
    this.asked = new Map();
    this.count = 0;
    this.workers = Array.from({ length: size }, () => this._worker());
    this.idle = [...this.workers];
  }

  _worker() {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    const done = (settle) => {
      this.idle.push(worker);
      settle();
      this._next();
    };
    worker.onmessage = ({ data: { id, result, error } }) => {
      const { resolve, reject } = this.asked.get(id);
      this.asked.delete(id);
      done(() => (error ? reject(new Error(error)) : resolve(result)));
    };
    worker.onerror = ({ message }) => {
      for (const [id, { reject, at }] of this.asked)
        if (at === worker) {
          this.asked.delete(id);
          done(() => reject(new Error(message)));
        }
    };
    return worker;
  }

  /** What an engine's method says to this. @param {"run" | "sweep"} method */
  ask(method, spec) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ id: ++this.count, method, spec, resolve, reject });
      this._next();
    });
  }

  _next() {
    while (this.idle.length && this.waiting.length) {
      const { id, method, spec, resolve, reject } = this.waiting.shift();
      const worker = this.idle.pop();
      this.asked.set(id, { resolve, reject, at: worker });
      worker.postMessage({ id, base: this.base, method, spec });
    }
  }

  /** What waits is no longer wanted: it is refused. */
  drop() {
    for (const { reject } of this.waiting.splice(0)) reject(new DOMException("no longer wanted", "AbortError"));
  }

  /** `Engine.sweep`, by all workers; `spec.starts` has `dim` numbers a lane. */
  async sweep(spec, dim) {
    const lanes = spec.starts.length / dim;
    const size = Math.ceil(lanes / this.workers.length / BLOCK) * BLOCK;
    const parts = [];
    for (let from = 0; from < lanes; from += size) {
      const to = Math.min(lanes, from + size);
      const cut = (values, rows) => {
        const out = new Float64Array(rows * (to - from));
        for (let k = 0; k < rows; k++) out.set(values.subarray(k * lanes + from, k * lanes + to), k * (to - from));
        return out;
      };
      const hypers = Object.entries(spec.hypers).map(([name, value]) => [name, typeof value === "number" ? value : value.slice(from, to)]);
      const seed = spec.seed?.length ? spec.seed.slice(from, to) : spec.seed;
      parts.push(this.ask("sweep", { ...spec, starts: cut(spec.starts, dim), hypers: Object.fromEntries(hypers), seed }));
    }
    const found = await Promise.all(parts);
    const joined = (name) => {
      const out = new found[0][name].constructor(lanes);
      let at = 0;
      for (const part of found) {
        out.set(part[name], at);
        at += part[name].length;
      }
      return out;
    };
    const theta = new Float64Array(dim * lanes);
    let at = 0;
    for (const part of found) {
      const n = part.loss.length;
      for (let d = 0; d < dim; d++) theta.set(part.theta.subarray(d * n, (d + 1) * n), d * lanes + at);
      at += n;
    }
    return { theta, ...Object.fromEntries(["loss", "diverged", "touched", "stays"].map((name) => [name, joined(name)])) };
  }

  close() {
    this.drop();
    this.workers.forEach((worker) => worker.terminate());
    for (const { reject } of this.asked.values()) reject(new DOMException("closed", "AbortError"));
    this.asked.clear();
  }
}
