// The loss on all data, and on what is held out, against the clock: of each runner the seed that is shown, and what all seeds have in common.

import { Chart } from "../player/chart.js";
import { haloed, stroke } from "../player/draw.js";
import { lastRow } from "../player/paths.js";
import { lastNotAbove, valueAxis } from "../player/scales.js";
import { _ } from "../player/texts.js";
import { ticks } from "./clock.js";

const DASHED = [5, 4]; // on what is held out
const LOSS = { key: "loss", title: "", heading: "", absent: "", fits: "start", band: null };

export class Curves extends Chart {
  /** @param {{onSeek: (step: number) => void, onAxis: (axis: string) => void}} listener */
  constructor({ onSeek, onAxis }) {
    super([LOSS], { onSeek, onKind: () => {}, onAxis: (_name, axis) => onAxis(axis) });
    this.kind.hidden = this.xaxis.hidden = true;
  }

  /** @param {{runs: object[], lowest: number | null, clock: string, samples: number, unit: string, axis: string, steps: number, look: object, step: number}} scene */
  show(scene) {
    const unit = scene.clock === "epochs" ? scene.samples : 1;
    super.show({ ...scene, kind: LOSS, xaxis: "updates", steps: scene.steps / unit, per: unit });
    this.yaxis.value = scene.axis;
  }

  title() {
    if (this.made.some((each) => each.run.test)) return _("Loss: training and held out");
    return this.scene.lowest === null ? _("Loss on all the data") : _("Loss above the best fit's");
  }

  _cursor() {
    super._cursor();
    if (this.map) this._unit(this.cursor.canvas.getContext("2d"));
  }

  /** What the horizontal axis counts, above all else. */
  _unit(context) {
    const { look } = this.scene;
    context.save();
    context.font = `11.5px ${look.font}`;
    context.textBaseline = "middle";
    const { left, top, width, height } = this.map;
    context.textAlign = "right";
    haloed(context, this.scene.unit, left + width - 4, top + height - 9, look);
    context.restore();
  }

  _read() {
    const { runs, lowest, clock, per } = this.scene;
    const { known } = this;
    const above = (losses) => (lowest === null ? losses : losses.map((v) => v - lowest));
    this.made = runs.map((run) => {
      if (!known.has(run)) {
        const [last, at] = [lastRow(run), ticks(run, clock)];
        const band = { at: run.band.at, low: above(run.band.low), mid: above(run.band.mid), high: above(run.band.high), test: run.band.test };
        const lines = [above(run.loss), ...(run.test ? [run.test] : [])].map((line) => line.subarray(0, last + 1));
        known.set(run, { run, last, at: (i) => at[i] / per, spent: null, lines, band, own: at });
      }
      return known.get(run);
    });
  }

  _axis(wish) {
    return valueAxis(this.made.flatMap(({ lines, band }) => [...lines, band.low.filter(Number.isFinite)]), wish);
  }

  /** Bands below everything, and what is in their middle above. */
  _curve(context, curve) {
    if (curve === this.made[0]) this.made.forEach((each) => this._spread(context, each));
    const { run, lines } = curve;
    const many = this.made.some((each) => each.run.others);
    // one seed of many is drawn thin: a jagged line must not hide what they have in common
    context.globalAlpha = many ? 0.4 : 1;
    context.strokeStyle = run.runner.colour;
    context.lineWidth = many ? 1 : 1.9;
    context.lineJoin = "round";
    if (curve.map !== this.map) Object.assign(curve, { map: this.map, drawn: lines.map((line) => this._line(line, curve.at)) });
    curve.drawn.forEach((line, k) => line.stroke(context, k ? DASHED : [], 0, lines[k].length - 1));
    context.globalAlpha = 1;
    if (curve === this.made.at(-1)) this.made.forEach((each) => this._middle(context, each));
  }

  /** Which line is of what. */
  _key(context) {
    const { left, top, width } = this.map;
    const { look } = this.scene;
    context.font = `600 11.5px ${look.font}`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    [[_("training"), []], [_("held out"), DASHED]].forEach(([name, dash], k) => {
      const y = top + 10 + 16 * k;
      haloed(context, name, left + width - 34, y, look);
      context.strokeStyle = look.text;
      context.lineWidth = 1.9;
      context.setLineDash(dash);
      stroke(context, left + width - 28, y, left + width - 4, y);
      context.setLineDash([]);
    });
  }

  /** From where 10 % of the seeds are to where 90 % are. */
  _spread(context, { run, band, at }) {
    if (!run.others) return;
    const x = (i) => this.map.x.position(at(band.at[i]));
    context.fillStyle = run.runner.colour;
    context.globalAlpha = 0.2;
    context.beginPath();
    const n = band.at.length;
    for (let i = 0; i < n; i++) context.lineTo(x(i), this._far(band.high[i]));
    for (let i = n - 1; i >= 0; i--) context.lineTo(x(i), this._far(band.low[i]));
    context.fill();
    context.globalAlpha = 1;
  }

  /** The seed in the middle, at each time another one. */
  _middle(context, { run, band, at }) {
    if (!run.others) return;
    for (const [values, dash] of [[band.mid, []], ...(band.test ? [[band.test, DASHED]] : [])]) {
      context.beginPath();
      for (let i = 0; i < band.at.length; i++) context.lineTo(this.map.x.position(at(band.at[i])), this._far(values[i]));
      for (const [colour, width, alpha] of [[this.scene.look.background, 4, 0.8], [run.runner.colour, 2.25, 1]]) {
        context.setLineDash(colour === run.runner.colour ? dash : []);
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.globalAlpha = alpha;
        context.stroke();
      }
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /** What has left the finite numbers is above all. */
  _far(value) {
    const top = this.map.top - 50;
    return Number.isFinite(value) ? Math.max(top, this._y(value)) : top;
  }

  _row({ own, last }, place) {
    const step = place * this.scene.per + 1e-6;
    return step > own.at(-1) + 1 ? null : Math.min(last, lastNotAbove(own, step));
  }

  _stepAt(place) {
    return Math.round(place * this.scene.per);
  }

  _clock() {
    return this.scene.step / this.scene.per;
  }

  _heading(place) {
    const at = place ?? this._clock();
    return `${this.scene.per > 1 ? at.toFixed(2) : Math.round(at)} ${this.scene.unit}`;
  }
}
