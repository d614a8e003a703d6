// The loss on all data against the clock: of each runner the seed that is shown, and the band of all seeds.

import { mapping } from "../player/axes.js";
import { Chart, lossAxis } from "../player/chart.js";
import { Line } from "../player/line.js";
import { drawMark } from "../player/marks.js";
import { lastRow } from "../player/paths.js";
import { _ } from "../player/texts.js";
import { ticks } from "./clock.js";

export class Curves extends Chart {
  /** @param {{runs: object[], lowest: number | null, clock: string, samples: number, unit: string, axis: string, steps: number, look: object, step: number}} scene */
  async show(scene) {
    this.scene = scene;
    const above = (losses) => (scene.lowest === null ? losses : losses.map((v) => v - scene.lowest));
    this.values = scene.runs.map((run) => above(run.loss.subarray(0, lastRow(run) + 1)));
    this.bands = scene.runs.map(({ band }) => ({ at: band.at, low: above(band.low), mid: above(band.mid), high: above(band.high) }));
    const axis = lossAxis([...this.values, ...this.bands.map((band) => band.low.filter(Number.isFinite))], scene.axis);
    this.type = axis.type;
    const { look, steps, clock } = scene;
    const key = JSON.stringify([axis, steps, look.theme, look.font, clock, scene.unit, scene.samples]);
    if (key !== this.layoutKey) {
      this.layoutKey = key;
      const layout = this._layout(axis);
      layout.margin.b = 34;
      layout.xaxis.title = { text: scene.unit, standoff: 2, font: { size: 12 } };
      layout.xaxis.range = [0, steps / this._unit()];
      await this.Plotly.react(this.plot, [{ x: [], y: [], type: "scatter" }], layout, { displayModeBar: false, staticPlot: true });
    }
    this.draw();
  }

  title() {
    return this.scene.lowest === null ? _("Loss on all the data") : _("Loss above the best fit's");
  }

  /** Steps of the clock that one unit of the axis is. */
  _unit() {
    return this.scene.clock === "epochs" ? this.scene.samples : 1;
  }

  draw() {
    if (!this.plot._fullLayout || !this.scene) return;
    const map = mapping(this.plot);
    const unit = this._unit();
    // pixels of steps, whatever the axis is marked with
    this.map = { ...map, x: (step) => map.x(step / unit), data: (px, py) => [map.data(px, py)[0] * unit, map.data(px, py)[1]] };
    const context = this._clip(this.curves.clear());
    const { runs, clock } = this.scene;
    runs.forEach((run, k) => this._band(context, run, this.bands[k], ticks(run, clock)));
    const many = runs.some((run) => run.others);
    runs.forEach((run, k) => {
      const [curve, at] = [this.values[k], ticks(run, clock)];
      // one seed of many is drawn thin: a jagged line must not hide what they have in common
      context.globalAlpha = many ? 0.4 : 1;
      context.strokeStyle = run.runner.colour;
      context.lineWidth = many ? 1 : 1.75;
      context.lineJoin = "round";
      const points = new Float64Array(2 * curve.length);
      curve.forEach((value, i) => points.set([this.map.x(at[i]), this._y(value)], 2 * i));
      new Line(points, this.map).stroke(context, [], 0, curve.length - 1);
    });
    runs.forEach((run, k) => this._middle(context, run, this.bands[k], ticks(run, clock)));
    context.restore();
    this._cursor();
  }

  /** From where 10 % of the seeds are to where 90 % are. */
  _band(context, { runner, others }, band, at) {
    if (!others) return;
    const y = (value) => this._far(value);
    context.fillStyle = runner.colour;
    context.globalAlpha = 0.2;
    context.beginPath();
    const n = band.at.length;
    for (let i = 0; i < n; i++) context.lineTo(this.map.x(at[band.at[i]]), y(band.high[i]));
    for (let i = n - 1; i >= 0; i--) context.lineTo(this.map.x(at[band.at[i]]), y(band.low[i]));
    context.fill();
  }

  /** The seed in the middle, at each time another one. */
  _middle(context, { runner, others }, band, at) {
    if (!others) return;
    context.beginPath();
    for (let i = 0; i < band.at.length; i++) context.lineTo(this.map.x(at[band.at[i]]), this._far(band.mid[i]));
    for (const [colour, width, alpha] of [[this.scene.look.background, 4, 0.8], [runner.colour, 2.25, 1]]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.globalAlpha = alpha;
      context.stroke();
    }
  }

  /** What has left the finite numbers is above all. */
  _far(value) {
    const top = this.map.top - 50;
    return Number.isFinite(value) ? Math.max(top, this._y(value)) : top;
  }

  _cursor() {
    if (!this.map) return;
    const { left, top, width, height } = this.map;
    const { step, runs, look, clock } = this.scene;
    const context = this.cursor.clear();
    const x = this.map.x(step);
    context.strokeStyle = look.text;
    context.globalAlpha = 0.5;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, top + height);
    context.stroke();
    context.globalAlpha = 1;
    context.beginPath();
    context.rect(left - 6, top - 6, width + 12, height + 12);
    context.clip();
    runs.forEach((run, k) => {
      const at = Math.min(run.row(step), this.values[k].length - 1);
      drawMark(context, run.runner, this.map.x(ticks(run, clock)[at]), this._y(this.values[k][at]), 4.5, look);
    });
  }
}
