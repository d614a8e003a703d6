// What a run is, by rows: optim_viz/engine.py's Run.

/** A run, or many: rows * fields * lanes numbers, each row theta, loss, gradient, evaluations and states. */
export class Run {
  constructor(spec, { record, surface, dim, lanes, hyper, around, factors }, table, rows, fields) {
    Object.assign(this, { spec, record, surface, dim, lanes, hyper, around, factors, table, rows, fields });
  }

  /** A field of one lane by rows. */
  _field(k, lane) {
    const { table, fields, lanes } = this;
    return Float64Array.from({ length: this.rows }, (_, r) => table[(r * fields + k) * lanes + lane]);
  }

  /** (rows * dim) */
  theta(lane = 0) {
    return this._points(0, lane);
  }

  /** (rows * dim), before noise and whatever else stands around the rule. */
  gradient(lane = 0) {
    return this._points(this.dim + 1, lane);
  }

  _points(from, lane) {
    const { table, fields, lanes, dim } = this;
    return Float64Array.from({ length: this.rows * dim }, (_, k) => table[(Math.floor(k / dim) * fields + from + (k % dim)) * lanes + lane]);
  }

  loss(lane = 0) {
    return this._field(this.dim, lane);
  }

  evaluations(lane = 0) {
    return this._field(2 * this.dim + 1, lane);
  }

  /** (rows * size * dim) of one of the rule's states; `slow` is Lookahead's. */
  state(name, lane = 0) {
    let at = 0;
    for (const { name: own, size } of [...this.record.states, { name: "slow", size: 1 }]) {
      if (own === name) return this._sized(at, size, lane);
      at += size;
    }
    throw new RangeError(name);
  }

  _sized(at, size, lane) {
    const { table, fields, lanes, dim, rows } = this;
    const width = size * dim;
    const from = 2 * dim + 2 + at * dim;
    return Float64Array.from({ length: rows * width }, (_, k) => table[(Math.floor(k / width) * fields + from + (k % width)) * lanes + lane]);
  }

  /** What a worker sends of it: `Engine.received` makes a run of it again. */
  told() {
    return { table: this.table };
  }

  /** The first row where theta, loss or gradient is not a finite number; null for none. */
  divergedAt(lane = 0) {
    const { table, fields, lanes, dim } = this;
    for (let r = 0; r < this.rows; r++)
      for (let k = 0; k <= 2 * dim; k++) if (!Number.isFinite(table[(r * fields + k) * lanes + lane])) return r;
    return null;
  }
}
