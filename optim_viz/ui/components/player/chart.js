// The loss of every runner against the step. Plotly draws the axes, a canvas the curves; a press anywhere scrubs.

import { mapping } from "./axes.js";
import { h, Layer } from "./dom.js";
import { Line } from "./line.js";
import { dash, drawMark } from "./marks.js";
import { lastRow } from "./paths.js";
import { _ } from "./texts.js";

const DECADES = 16; // what double precision resolves: an axis shows no more of them
const CONFIG = { displayModeBar: false, staticPlot: true };

/** What is drawn: how far the loss is above the lowest value, or the loss itself where there is none. */
export function rise(run, lowest) {
  return run.rise ?? (lowest === null ? run.loss : run.loss.map((v) => v - lowest));
}

/**
 * Type and range of the loss axis.
 * @param {ArrayLike<number>[]} curves those rows of every run that are finite
 * @param {"auto" | "log" | "linear"} wish
 * @returns {{type: "log" | "linear", range: [number, number]}} for a log axis the range is in decades, as Plotly has it
 */
export function lossAxis(curves, wish) {
  let [least, most, start, positive] = [Infinity, -Infinity, -Infinity, Infinity];
  for (const curve of curves) {
    if (Number.isFinite(curve[0])) start = Math.max(start, curve[0]);
    for (let i = 0; i < curve.length; i++) {
      if (!Number.isFinite(curve[i])) continue; // only a start can be so far off: a run ends before it leaves
      if (curve[i] < least) least = curve[i];
      if (curve[i] > most) most = curve[i];
      if (curve[i] > 0 && curve[i] < positive) positive = curve[i];
    }
  }
  if (!(most > -Infinity)) return { type: "linear", range: [0, 1] };
  // a run that explodes must not squeeze the others flat: it leaves through the top
  const top = Math.min(most, start > 0 ? start * 1e3 : start + 1e3);
  const bottom = Math.max(positive, top * 10 ** -DECADES);
  // the last digit of a loss may lie below the lowest value; a surface that goes on falling lies far below
  const canLog = positive < Infinity && least >= -1e-9 * Math.max(start, 0);
  const wide = canLog && Math.max(start, bottom) / bottom > 200;
  // round ends: while a slider moves, an axis that stays where it is is easier to read, and need not be drawn again
  if (wish === "log" ? canLog : wish === "auto" && wide) {
    const [lo, hi] = [Math.floor(Math.log10(bottom)), Math.ceil(Math.log10(Math.max(top, bottom)))];
    return { type: "log", range: [lo, Math.max(hi, lo + 1)] };
  }
  const high = Math.min(most, start > 0 ? start * 1.5 : start + 1);
  const size = Math.max(high - least, 1e-300);
  const unit = 10 ** Math.floor(Math.log10(size)) / 2;
  const [lo, hi] = [Math.floor(least / unit) * unit, Math.ceil(high / unit) * unit];
  return { type: "linear", range: [lo, hi > lo ? hi : lo + 1] };
}

export class Chart {
  /** @param {{onSeek: (step: number) => void}} listener */
  constructor(Plotly, listener) {
    this.Plotly = Plotly;
    this.listener = listener;
    this.plot = h("div", { class: "ov-plot" });
    this.box = h("div", { class: "ov-chart", "aria-hidden": "true" }, this.plot);
    this.curves = new Layer(this.box);
    this.cursor = new Layer(this.box);
    this.element = this.box;
    this.layoutKey = "";
    this._wire();
    this.sizes = new ResizeObserver(() => {
      if (!this.scene || !this.box.clientWidth) return;
      cancelAnimationFrame(this.sizing);
      this.sizing = requestAnimationFrame(async () => {
        if (!this.box.clientWidth) return; // the page was left meanwhile; so it may be while plotly works
        await this.Plotly.Plots.resize(this.plot);
        if (this.plot._fullLayout) this.draw();
      });
    });
    this.sizes.observe(this.box);
  }

  /** @param {{runs: object[], lowest: number | null, axis: string, steps: number, look: object, step: number}} scene */
  async show(scene) {
    this.scene = scene;
    this.values = scene.runs.map((run) => rise(run, scene.lowest).subarray(0, lastRow(run) + 1));
    const axis = lossAxis(this.values, scene.axis);
    this.type = axis.type;
    const { look, steps } = scene;
    // plotly is asked only when its part of the picture changes
    const key = JSON.stringify([axis, steps, look.theme, look.scale, look.font, this.title()]);
    if (key !== this.layoutKey) {
      this.layoutKey = key;
      await this.Plotly.react(this.plot, [{ x: [], y: [], type: "scatter" }], this._layout(axis), CONFIG);
    }
    this.draw();
  }

  /** Other runs on the same axes. */
  runs(runs, step) {
    Object.assign(this.scene, { runs, step });
    this.values = runs.map((run) => rise(run, this.scene.lowest).subarray(0, lastRow(run) + 1));
    this.draw();
  }

  title() {
    return this.scene.lowest === null ? _("Loss") : _("Loss above the lowest value");
  }

  move(step) {
    this.scene.step = step;
    this._cursor();
  }

  draw() {
    if (!this.plot._fullLayout || !this.scene) return;
    this.map = mapping(this.plot);
    const context = this._clip(this.curves.clear());
    this.scene.runs.forEach((run, k) => {
      const curve = this.values[k];
      context.strokeStyle = run.runner.colour;
      context.lineWidth = 1.75 * this.scene.look.scale;
      context.lineJoin = "round";
      const points = new Float64Array(2 * curve.length);
      curve.forEach((value, i) => points.set([this.map.x(i), this._y(value)], 2 * i));
      new Line(points, this.map).stroke(context, dash(run.runner), 0, curve.length - 1);
    });
    context.restore();
    this._cursor();
  }

  close() {
    this.sizes.disconnect();
    cancelAnimationFrame(this.sizing);
    this.Plotly.purge(this.plot);
  }

  /** On a log axis zero lies below everything. */
  _y(value) {
    const y = this.type === "log" && value <= 0 ? Infinity : this.map.y(value);
    return Math.min(y, this.map.top + this.map.height + 50);
  }

  _clip(context) {
    const { left, top, width, height } = this.map;
    context.save();
    context.beginPath();
    context.rect(left, top - 1, width + 1, height + 2);
    context.clip();
    return context;
  }

  _cursor() {
    if (!this.map) return;
    const { left, top, width, height } = this.map;
    const { step, runs, look } = this.scene;
    const context = this.cursor.clear();
    const x = this.map.x(step);
    context.strokeStyle = look.text;
    context.globalAlpha = 0.5;
    context.lineWidth = look.scale;
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, top + height);
    context.stroke();
    context.globalAlpha = 1;
    context.beginPath();
    context.rect(left - 6, top - 6, width + 12, height + 12);
    context.clip();
    runs.forEach((run, k) => {
      const at = Math.min(step, this.values[k].length - 1);
      drawMark(context, run.runner, this.map.x(at), this._y(this.values[k][at]), 4.5 * look.scale, look);
    });
  }

  _layout({ type, range }) {
    const { look, steps } = this.scene;
    const quiet = { gridcolor: look.border, zeroline: false, linecolor: look.border, fixedrange: true };
    return {
      font: { family: look.font, size: 11.5 * look.scale, color: look.text },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 46 * look.scale, r: 10 * look.scale, t: 6, b: 24 * look.scale },
      showlegend: false,
      xaxis: { ...quiet, range: [0, steps], showgrid: false, nticks: 6 },
      yaxis: { ...quiet, type, range, nticks: 6, exponentformat: "power", tickformat: type === "log" ? undefined : "~g", dtick: type === "log" ? Math.max(1, Math.ceil((range[1] - range[0]) / 6)) : undefined },
    };
  }

  _wire() {
    const seek = (event) => {
      if (!this.map) return;
      const [step] = this.map.data(event.clientX - this.box.getBoundingClientRect().left, 0);
      this.listener.onSeek(Math.round(step));
    };
    this.box.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.box.setPointerCapture(event.pointerId);
      seek(event);
      const end = () => {
        this.box.removeEventListener("pointermove", seek);
        this.box.removeEventListener("pointerup", end);
        this.box.removeEventListener("pointercancel", end);
      };
      this.box.addEventListener("pointermove", seek);
      this.box.addEventListener("pointerup", end);
      this.box.addEventListener("pointercancel", end);
    });
  }
}
