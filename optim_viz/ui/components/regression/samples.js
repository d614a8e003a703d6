// The data with what each runner has made of them: fitted curves, or the border between classes, or predictions against targets.
// The batch of the chosen runner's last update stands out, with its residuals.

import { drawAxes, framed } from "../player/axes.js";
import { h, Layer } from "../player/dom.js";
import { clipped, disc, stroke } from "../player/draw.js";
import { lastRow } from "../player/paths.js";
import { between, lastNotAbove } from "../player/scales.js";
import { contour } from "./contour.js";

/** What log odds of class 1 say. */
export const probability = (odds) => 1 / (1 + Math.exp(-odds));

const MANY = 400; // samples; more of them get no residuals each

export class Samples {
  constructor() {
    this.box = h("div", { class: "ov-picture", role: "img" });
    this.points = new Layer(this.box, "samples");
    this.lines = new Layer(this.box, "lines");
    this.element = h("div", { class: "ov-stage" }, this.box);
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.box);
  }

  /** @param {{data: object, dim: number, runs: object[], chosen: number, names: string[], look: object, step: number, label: string}} scene */
  show(scene) {
    this.scene = scene;
    this.box.setAttribute("aria-label", scene.label);
    this.where = new Map(Array.from(scene.data.kept, (sample, i) => [sample, i]));
    this.draw();
  }

  /** Other fits to the same data. */
  runs(runs, step) {
    Object.assign(this.scene, { runs, step });
    this._lines();
  }

  close() {
    this.sizes.disconnect();
  }

  move(step) {
    this.scene.step = step;
    this._lines();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!this.scene || !width || !height) return;
    const { data, names, look } = this.scene;
    const context = this.points.clear();
    this.map = framed(context, { width, height }, this._ranges(data), { isSquare: false, names, look });
    drawAxes(context, this.map, { names, hasGrid: true, look });
    clipped(context, this.map);
    if (data.kind !== "agreement") {
      const y = data.kind === "border" ? data.x2 : data.y;
      for (let i = 0; i < data.x.length; i++) this._point(context, this.map.x(data.x[i]), this.map.y(y[i]), data.kind === "border" ? data.y[i] : null, look);
      if (data.held) this._held(context, data, look);
    } else {
      context.strokeStyle = look.text;
      context.globalAlpha = 0.4;
      const { left, top, width, height } = this.map;
      stroke(context, left, top + height, left + width, top);
    }
    context.restore();
    this._lines();
  }

  /** A sample: of two classes the one is a ring, the other a disc. */
  _point(context, x, y, kind, look) {
    context.globalAlpha = 0.5;
    context.fillStyle = context.strokeStyle = look.text;
    context.lineWidth = 1.25;
    context.beginPath();
    context.arc(x, y, this.scene.data.x.length > 40 ? 2.6 : 4, 0, 2 * Math.PI);
    if (kind === 0) context.stroke();
    else context.fill();
  }

  /** What is held out: squares, of two classes the one empty; where they are no classes all are. */
  _held(context, { held, kind }, look) {
    context.globalAlpha = 0.6;
    context.fillStyle = context.strokeStyle = look.text;
    context.lineWidth = 1.25;
    const half = held.x.length > 40 ? 2.2 : 3.4;
    for (let i = 0; i < held.x.length; i++) {
      const [x, y] = [this.map.x(held.x[i]) - half, this.map.y(kind === "border" ? held.x2[i] : held.y[i]) - half];
      if (kind === "border" && held.y[i] === 1) context.fillRect(x, y, 2 * half, 2 * half);
      else context.strokeRect(x, y, 2 * half, 2 * half);
    }
  }

  /** Predictions of a run at a row, at every point of the grid; of classes probabilities, but for a border, which is where odds are even. */
  _predicted(run, row) {
    const { kind, odds } = this.scene.data;
    const z = this._outputs(run, row);
    return odds && kind !== "border" ? Float64Array.from(z, probability) : z;
  }

  _outputs(run, row) {
    const { basis } = this.scene.data;
    const { dim } = this.scene;
    if (!basis) {
      const { at, z } = run.curves;
      return z[lastNotAbove(at, row)];
    }
    const size = basis.length / dim;
    const z = new Float64Array(size);
    for (let g = 0; g < size; g++) {
      let sum = 0;
      for (let d = 0; d < dim; d++) sum += run.theta[row * dim + d] * basis[g * dim + d];
      z[g] = sum;
    }
    return z;
  }

  _lines() {
    if (!this.map) return;
    const { runs, chosen, data, step, look } = this.scene;
    const context = clipped(this.lines.clear(), this.map);
    const rows = runs.map((run) => Math.min(run.row(step), lastRow(run)));
    const seen = runs.map((run, k) => this._predicted(run, rows[k]));
    if (runs[chosen]) this._batch(context, runs[chosen], rows[chosen], seen[chosen]);
    if (data.kind === "agreement") {
      if (seen[chosen]) this._agreement(context, runs[chosen], seen[chosen]);
    } else {
      // the chosen one last, above the others
      for (const k of [...runs.keys()].sort((a, b) => Number(a === chosen) - Number(b === chosen))) {
        for (const [colour, width] of [[look.background, 4.5], [runs[k].runner.colour, k === chosen ? 2.5 : 1.75]]) {
          context.globalAlpha = colour === look.background ? 0.7 : 1;
          context.strokeStyle = colour;
          context.lineWidth = width;
          context.beginPath();
          if (data.kind !== "border") this._curve(context, seen[k]);
          else for (const [x0, y0, x1, y1] of contour(seen[k], data.axes[0], data.axes[1])) {
            context.moveTo(this.map.x(x0), this.map.y(y0));
            context.lineTo(this.map.x(x1), this.map.y(y1));
          }
          context.stroke();
        }
      }
    }
    context.restore();
  }

  _curve(context, z) {
    const xs = this.scene.data.axes[0];
    const { top, height } = this.map;
    for (let i = 0; i < xs.length; i++) context.lineTo(this.map.x(xs[i]), Math.max(top - 1e4, Math.min(top + height + 1e4, this.map.y(z[i]))));
  }

  /** The samples that the update before this row saw: their places, and how far the prediction is off. */
  _batch(context, run, row, z) {
    const { data } = this.scene;
    if (row === 0 || data.kind === "agreement") return;
    const all = run.runner.batch === null;
    if (!all && !run.batch) return;
    const cells = all ? data.kept : run.batch.cells.subarray(row * run.batch.size, (row + 1) * run.batch.size);
    const residuals = data.kind !== "border" && cells.length <= MANY;
    const y = data.kind === "border" ? data.x2 : data.y;
    context.strokeStyle = context.fillStyle = run.runner.colour;
    for (const sample of cells) {
      const i = this.where.get(sample);
      if (i === undefined) continue;
      const [px, py] = [this.map.x(data.x[i]), this.map.y(y[i])];
      context.globalAlpha = all ? 0.35 : 0.8;
      if (residuals) {
        context.lineWidth = 1.25;
        stroke(context, px, py, px, this.map.y(between(data.axes[0], z, data.x[i])));
      }
      context.globalAlpha = 1;
      context.beginPath();
      context.arc(px, py, all ? 2.6 : 5, 0, 2 * Math.PI);
      if (data.kind === "border" && data.y[i] === 0) {
        context.lineWidth = 2;
        context.stroke();
      } else context.fill();
    }
  }

  _agreement(context, run, z) {
    const { data } = this.scene;
    context.fillStyle = run.runner.colour;
    context.globalAlpha = 0.6;
    context.strokeStyle = this.scene.look.text;
    const n = data.y.length;
    for (let i = 0; i < z.length; i++) {
      const [x, y] = [this.map.x(z[i]), this.map.y(i < n ? data.y[i] : data.held.y[i - n])];
      if (i < n) disc(context, x, y, 3);
      else context.strokeRect(x - 3, y - 3, 6, 6);
    }
  }

  _ranges({ kind, held, ...learnt }) {
    const [x, x2, y] = ["x", "x2", "y"].map((name) => (held?.[name] ? [...learnt[name], ...held[name]] : learnt[name]));
    const wide = (values, share) => {
      let [lo, hi] = [Infinity, -Infinity];
      for (const v of values) [lo, hi] = [Math.min(lo, v), Math.max(hi, v)];
      const pad = (hi - lo) * share || 1;
      return [lo - pad, hi + pad];
    };
    if (kind === "agreement") return [...wide(y, 0.15), ...wide(y, 0.15)];
    return kind === "border" ? [...wide(x, 0.08), ...wide(x2, 0.08)] : [...wide(x, 0.06), ...wide(y, 0.12)];
  }
}
