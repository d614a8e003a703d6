// One number of every runner against the step, or against the gradients it took. Drawn whole on a canvas, axes too: a new range
// costs nothing. A press anywhere scrubs; a pointer above reads off.

import { Layer, choice, drag, h, offer } from "./dom.js";
import { clipped, hairline, haloed, label, stroke } from "./draw.js";
import { Line } from "./line.js";
import { dash, drawMark } from "./marks.js";
import { lastRow, rowAt } from "./paths.js";
import { Readout } from "./readout.js";
import { along, lastNotAbove, ticks, valueAxis } from "./scales.js";
import { _ } from "./texts.js";

// lengths are in pixels of an ordinary screen; on a projector everything is drawn larger, by `look.scale`
const MARGIN = { left: 46, right: 10, top: 9, bottom: 24 };
const FONT = 11.5;
const ACROSS = 6; // about so many numbers along an axis
const ABOVE = 1.5; // so much of what lies above a band is always seen
const NEAR = 24; // pixels: a curve so close to the pointer is the one that is meant
const KEY = "xy";
const WIDTHS = [1.9, 0.9];
const TINT = { light: "rgba(198,40,40,.09)", dark: "rgba(255,110,110,.13)" };

/**
 * @typedef {{key: string, title: string, heading: string, absent: string, fits: "start" | "bulk" | "all", band: number | null}} Kind as `optim_viz/ui/race/charts.py` tells it
 * @typedef {{runs: object[], lowest: number | null, kind: Kind, axis: string, xaxis: string, steps: number, look: object,
 *   step: number}} Scene runs carry `lines` (of the chosen chart, but for the loss), `evaluations` (null: one a step)
 */

/** What is drawn of a run: its lines, the first the strongest. */
export function linesOf(run, { kind, lowest }) {
  return kind.key === "loss" ? [rise(run, lowest)] : (run.lines ?? []);
}

/** How far the loss is above the lowest value, or the loss itself where there is none. */
export function rise(run, lowest) {
  return lowest === null ? run.loss : run.loss.map((v) => v - lowest);
}

export class Chart {
  /**
   * @param {Kind[]} kinds what can be drawn
   * @param {{onSeek: (step: number) => void, onKind: (key: string) => void, onAxis: (name: "axis" | "xaxis", value: string) => void}} listener
   */
  constructor(kinds, listener) {
    this.kinds = kinds;
    this.listener = listener;
    this.box = h("div", { class: "ov-chart", "aria-hidden": "true" });
    this.curves = new Layer(this.box);
    this.cursor = new Layer(this.box);
    this.readout = new Readout(this.box);
    this.kind = choice(_("Chart"), kinds.map(({ key, title }) => [key, title]), listener.onKind);
    const scales = [["auto", _("automatic")], ["log", _("logarithmic")], ["linear", _("linear")]];
    this.yaxis = choice(_("Value axis"), scales, (value) => listener.onAxis("axis", value));
    const counts = [["updates", _("updates")], ["evaluations", _("gradients")]];
    this.xaxis = choice(_("Horizontal axis"), counts, (value) => listener.onAxis("xaxis", value));
    this.xaxis.className = "ov-xaxis";
    this.element = h("div", {}, h("header", {}, this.kind, this.yaxis), h("div", { class: "ov-chart-frame" }, this.box, this.xaxis));
    this.hovered = null; // pixels from the left
    this.peeking = false;
    this._wire();
    this.away = (event) => (event.type === "keydown" ? event.key === "Escape" : !this.element.contains(event.target)) && this.peek(false);
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, this.away);
    this.sizes = new ResizeObserver(() => this.scene && this.box.clientWidth && this.draw());
    this.sizes.observe(this.box);
  }

  /** @param {Scene} scene */
  show(scene) {
    this.scene = scene;
    this.known = new WeakMap();
    const chosen = this.kind.value;
    offer(this.kind, this.kinds.map((kind) => [kind.key, titleOf(kind, scene.lowest)]));
    this.kind.value = chosen;
    this._read();
    this.axis = this._axis(scene.axis);
    this.draw();
  }

  /** Other runs while a slider is held. The axis makes room and does not shrink: what moves are the curves. */
  runs(runs, step) {
    Object.assign(this.scene, { runs, step });
    this._read();
    const { type, range } = this.axis;
    const next = this._axis(this.scene.axis === "auto" ? type : this.scene.axis);
    const same = next.type === type;
    this.axis = same ? { type, range: [Math.min(range[0], next.range[0]), Math.max(range[1], next.range[1])] } : next;
    this.draw();
  }

  /** What is chosen, which may be ahead of what is drawn. @param {{chart: string, axis: string, xaxis: string}} view */
  controls({ chart, axis, xaxis }) {
    this.kind.value = chart;
    this.yaxis.value = axis;
    this.xaxis.value = xaxis;
  }

  move(step) {
    this.scene.step = step;
    this._cursor();
  }

  /** Whether the values at the step shown are read off, for those who move it without a pointer above the chart; till they turn away. */
  peek(on) {
    if (on === this.peeking) return;
    this.peeking = on;
    if (this.scene) this._cursor();
  }

  draw() {
    if (!this.scene || !this.box.clientWidth || !this.box.clientHeight) return;
    const { scale } = this.scene.look;
    const [wide, high] = [this.box.clientWidth / scale, this.box.clientHeight / scale];
    const { left, right, top, bottom } = MARGIN;
    const map = { left, top, width: Math.max(1, wide - left - right), height: Math.max(1, high - top - bottom) };
    const longest = this.scene.xaxis === "updates" ? this.scene.steps : Math.max(1, ...this.made.map(({ at, last }) => at(last)));
    this.across = { type: "linear", range: [0, longest] };
    const key = JSON.stringify([map, this.across, this.axis]);
    if (key !== this.mapped) {
      this.mapped = key;
      this.map = { ...map, x: along(this.across, left, left + map.width), y: along(this.axis, top + map.height, top) };
    }
    this.box.dataset.axis = this.axis.type;
    this.box.dataset.range = this.axis.range.join(" ");
    const context = this._fresh(this.curves);
    this._grid(context);
    clipped(context, { left, top: top - 1, width: map.width + 1, height: map.height + 2 });
    for (const curve of this.made) this._curve(context, curve);
    context.restore();
    if (this.made.some(({ lines }) => lines.length > 1)) this._key(context);
    this._cursor();
  }

  close() {
    this.sizes.disconnect();
    for (const kind of ["pointerdown", "keydown"]) document.removeEventListener(kind, this.away);
  }

  /** What of each run is drawn, reckoned once for each run. */
  _read() {
    const { known } = this;
    this.made = this.scene.runs.map((run) => {
      if (!known.has(run)) {
        const last = lastRow(run);
        const spent = this.scene.xaxis === "updates" ? null : run.evaluations;
        const at = spent ? (i) => spent[i] : (i) => i;
        known.set(run, { run, last, at, spent, lines: linesOf(run, this.scene).map((line) => line.subarray(0, last + 1)) });
      }
      return known.get(run);
    });
  }

  _axis(wish) {
    const { fits, band } = this.scene.kind;
    const lines = this.made.flatMap((curve) => curve.lines);
    return valueAxis(lines, wish, { fits, show: band === null || !lines.length ? [] : [ABOVE * band] });
  }

  _fresh(layer) {
    const context = layer.clear();
    context.scale(this.scene.look.scale, this.scene.look.scale);
    return context;
  }

  _y(value) {
    const { top, height, y } = this.map;
    // a loss below zero has arrived; what else changes its sign has no place on a logarithmic axis meanwhile
    if (value < 0 && this.axis.type === "log" && this.scene.kind.fits === "bulk") return NaN;
    return Math.min(y.position(value), top + height + 50); // NaN stays NaN
  }

  _grid(context) {
    const { left, top, width, height, x, y } = this.map;
    const { look, kind } = this.scene;
    if (kind.band !== null && this.made.some((curve) => curve.lines.length)) this._band(context, kind.band);
    context.font = `${FONT}px ${look.font}`;
    context.fillStyle = look.text;
    context.strokeStyle = look.border;
    context.lineWidth = 1;
    context.textBaseline = "middle";
    for (const tick of ticks(this.axis, ACROSS)) {
      const level = hairline(y.position(tick.at));
      stroke(context, left, level, left + width, level);
      label(context, tick, left - 5, level, "right", FONT, look.font);
    }
    const end = this.xaxis.offsetParent ? (this.xaxis.offsetLeft - this.box.offsetLeft) / look.scale : left + width + 20;
    for (const tick of ticks(this.across, ACROSS)) {
      const middle = x.position(tick.at);
      if (!Number.isInteger(tick.at) || middle + context.measureText(tick.text).width / 2 > end - 4) continue;
      label(context, tick, middle, top + height + 13, "center", FONT, look.font);
    }
    if (this.made.length && !this.made.some((curve) => curve.lines.some((line) => line.some(Number.isFinite))))
      wrapped(context, kind.absent, left + width / 2, top + height / 2, width - 20);
  }

  /** Above this value is where no step is safe. */
  _band(context, value) {
    const { left, top, width, height } = this.map;
    const { look } = this.scene;
    const level = Math.max(top, Math.min(top + height, this._y(value)));
    context.fillStyle = TINT[look.theme];
    context.fillRect(left, top, width, level - top);
    context.strokeStyle = look.text;
    context.lineWidth = 1;
    stroke(context, left, hairline(level), left + width, hairline(level));
    if (level - top < 18) return;
    context.font = `600 ${FONT}px ${look.font}`;
    context.fillStyle = look.text;
    context.textBaseline = "bottom";
    context.textAlign = "left";
    context.fillText(_("unstable"), left + 5, level - 2);
  }

  /** Which line of a runner is which coordinate's. */
  _key(context) {
    const { left, top, width } = this.map;
    const { look } = this.scene;
    context.font = `600 ${FONT}px ${look.font}`;
    context.textAlign = "left";
    context.textBaseline = "middle";
    [...KEY].forEach((name, k) => {
      const x = left + width - 78 + 40 * k;
      context.lineWidth = WIDTHS[k];
      context.strokeStyle = look.text;
      stroke(context, x, top + 9, x + 20, top + 9);
      haloed(context, name, x + 24, top + 9, look);
    });
  }

  _curve(context, curve) {
    const { run, lines } = curve;
    if (curve.map !== this.map) Object.assign(curve, { map: this.map, drawn: lines.map((line) => this._line(line, curve.at)) });
    context.strokeStyle = run.runner.colour;
    context.lineJoin = "round";
    curve.drawn.forEach((line, k) => {
      context.lineWidth = WIDTHS[k];
      line.stroke(context, dash(run.runner), 0, lines[k].length - 1);
    });
  }

  _line(line, at) {
    const points = new Float64Array(2 * line.length);
    for (let i = 0; i < line.length; i++) {
      points[2 * i] = this.map.x.position(at(i));
      points[2 * i + 1] = this._y(line[i]);
    }
    return new Line(points, this.map);
  }

  /** The row of a run at a place of the horizontal axis; null beyond its end. */
  _row({ spent, last }, x) {
    if (!spent) return this.scene.xaxis === "updates" ? within(Math.round(x), last) : within(Math.floor(x + 1e-9), last);
    return x > spent[last] + 1e-9 ? null : lastNotAbove(spent, x);
  }

  /** The step to go to for a place of the horizontal axis: that of whoever has come farthest for so many gradients. */
  _stepAt(x) {
    if (this.scene.xaxis === "updates" || !this.made.length) return Math.round(x);
    return Math.max(...this.made.map(({ spent, last }) => Math.min(last, spent ? lastNotAbove(spent, x) : Math.floor(x + 1e-9))));
  }

  /** Where the clock stands: at the step, or at the gradients that the thriftiest has spent by then. */
  _clock() {
    const { step, xaxis } = this.scene;
    if (xaxis === "updates" || !this.made.length) return step;
    return Math.min(...this.made.map(({ spent }) => (spent ? spent[Math.min(step, spent.length - 1)] : step)));
  }

  _cursor() {
    if (!this.map) return;
    const { left, top, width, height, x } = this.map;
    const { step, look } = this.scene;
    const context = this._fresh(this.cursor);
    const upright = (at, alpha) => {
      context.strokeStyle = look.text;
      context.globalAlpha = alpha;
      context.lineWidth = 1;
      stroke(context, at, top, at, top + height);
      context.globalAlpha = 1;
    };
    const clock = x.position(this._clock());
    upright(clock, 0.5);
    clipped(context, { left: left - 6, top: top - 6, width: width + 12, height: height + 12 });
    context.lineJoin = "miter"; // the corners of marks
    for (const { run, last, at, lines } of this.made) {
      const row = Math.min(rowAt(run, step), last);
      [...lines].reverse().forEach((line, k) => {
        const y = this._y(line[row]);
        if (!Number.isNaN(y)) drawMark(context, run.runner, x.position(at(row)), y, k === lines.length - 1 ? 4.5 : 3, look);
      });
    }
    context.restore();
    if (this.hovered !== null) {
      const place = Math.max(left, Math.min(left + width, this.hovered));
      upright(place, 0.25);
      this._readOff(x.value(place), place);
    } else if (this.peeking) this._readOff(null, clock);
    else this.readout.hide();
  }

  /** The values at a place of the horizontal axis (null: at the step shown), beside the pixel where it is. */
  _readOff(place, pixel) {
    const { step, look } = this.scene;
    const rows = this.made.map((curve) => {
      const now = rowAt(curve.run, step);
      const row = place === null ? (now > curve.last ? null : now) : this._row(curve, place);
      const values = row === null ? [] : curve.lines.map((line) => line[row]);
      return { runner: curve.run.runner, values, y: values.length ? this._y(values[0]) : NaN };
    });
    const off = (row) => Math.abs(row.y - this.pointer);
    const nearest = rows.filter((row) => off(row) < NEAR).sort((a, b) => off(a) - off(b))[0];
    this.readout.show({ heading: this._heading(place), rows, nearest, look, pixel: pixel * look.scale, wide: this.box.clientWidth });
  }

  /** What a place of the horizontal axis is called; null: the step shown. */
  _heading(place) {
    const { step, xaxis } = this.scene;
    return place === null || xaxis === "updates"
      ? _("Step {step}", { step: place === null ? step : Math.round(place) })
      : _("{count} gradients", { count: Math.floor(place + 1e-9) });
  }

  _wire() {
    const place = (event) => {
      const box = this.box.getBoundingClientRect();
      const { scale } = this.scene.look;
      return [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
    };
    const follow = (event) => {
      if (!this.scene) return;
      [this.hovered, this.pointer] = place(event);
      this._cursor();
    };
    const leave = () => {
      this.hovered = null;
      if (this.scene) this._cursor();
    };
    const seek = (event) => {
      if (!this.map) return;
      const { left, width, x } = this.map;
      const [pixel] = place(event);
      this.listener.onSeek(this._stepAt(x.value(Math.max(left, Math.min(left + width, pixel)))));
    };
    this.box.addEventListener("pointermove", (event) => event.pointerType === "mouse" && follow(event));
    this.box.addEventListener("pointerleave", leave);
    const press = (event) => {
      if (event.pointerType !== "mouse") this.peek(true); // a finger does not hover: what it points at stays read off
      seek(event);
    };
    drag(this.box, press, seek);
  }
}

/** What the loss is drawn above, there must be. */
const titleOf = ({ key, title, heading }, lowest) => (key === "loss" && lowest === null ? heading : title);

const within = (row, last) => (row > last ? null : Math.max(0, row));

/** A sentence in the middle, on as many lines as it needs. */
function wrapped(context, text, x, y, wide) {
  const words = text.includes(" ") ? text.split(/(?<= )/) : [...text];
  const rows = [""];
  for (const word of words) {
    if (context.measureText(rows.at(-1) + word).width > wide && rows.at(-1)) rows.push("");
    rows[rows.length - 1] += word;
  }
  context.textAlign = "center";
  rows.forEach((row, i) => context.fillText(row.trim(), x, y + (i - (rows.length - 1) / 2) * 1.4 * FONT));
}
