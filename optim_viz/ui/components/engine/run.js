// What a run is, by rows: optim_viz/engine.py's Run.

/** A run, or many: rows * fields * lanes numbers, each row theta, loss, gradient, evaluations and states. */
export class Run {
  constructor(spec, { record, surface, dim, lanes, hyper, around, factors }, table, rows, fields) {
    Object.assign(this, { spec, record, surface, dim, lanes, hyper, around, factors, table, rows, fields });
  }

  /** (rows * dim) */
  theta(lane = 0) {
    return this._block(0, this.dim, lane);
  }

  /** (rows * dim), before noise and whatever else stands around the rule. */
  gradient(lane = 0) {
    return this._block(this.dim + 1, this.dim, lane);
  }

  /** Of each row so many numbers from there. */
  _block(from, width, lane) {
    const { table, fields, lanes, rows } = this;
    const out = new Float64Array(rows * width);
    for (let r = 0, k = 0; r < rows; r++) for (let d = 0; d < width; d++, k++) out[k] = table[(r * fields + from + d) * lanes + lane];
    return out;
  }

  loss(lane = 0) {
    return this._block(this.dim, 1, lane);
  }

  evaluations(lane = 0) {
    return this._block(2 * this.dim + 1, 1, lane);
  }

  /** (rows * size * dim) of one of the rule's states; `slow` is Lookahead's. */
  state(name, lane = 0) {
    let at = 0;
    for (const { name: own, size } of [...this.record.states, { name: "slow", size: 1 }]) {
      if (own === name) return this._block((2 + at) * this.dim + 2, size * this.dim, lane);
      at += size;
    }
    throw new RangeError(name);
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
