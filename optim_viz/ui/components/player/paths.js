// The paths on the surface: faint as a whole, strong up to the present step, a dot at each step, a mark and a name ahead.

import { Line } from "./line.js";
import { dash, drawMark } from "./marks.js";
import { _ } from "./texts.js";

const DOTS_APART = 5; // pixels; closer dots would melt into a line

/** The last row of a run that can be drawn. */
export function lastRow(run) {
  return run.diverged === null ? run.loss.length - 1 : Math.max(0, run.diverged - 1);
}

/** Pixel coordinates of every row that can be drawn, x and y in turns. */
function project(run, dim, map) {
  const rows = lastRow(run) + 1;
  const pixels = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    pixels[2 * i] = map.x(run.theta[dim * i]);
    pixels[2 * i + 1] = map.y(dim === 1 ? run.loss[i] : run.theta[2 * i + 1]);
  }
  return pixels;
}

/** The rows that get a dot. */
function dotted(pixels) {
  const rows = [];
  let [x, y] = [-Infinity, -Infinity];
  for (let i = 0; i < pixels.length / 2; i++) {
    if (Math.hypot(pixels[2 * i] - x, pixels[2 * i + 1] - y) < DOTS_APART) continue;
    [x, y] = [pixels[2 * i], pixels[2 * i + 1]];
    rows.push(i);
  }
  return rows;
}

export class Paths {
  /** @param {import("./dom.js").Layer} trail @param {import("./dom.js").Layer} heads */
  constructor(trail, heads) {
    this.trail = trail;
    this.heads = heads;
    this.drawn = 0;
  }

  /** New data or a new view: everything is drawn again. `runs` carry theta, loss, diverged and their runner. */
  reset(runs, dim, map, look, step) {
    Object.assign(this, { runs, map, look });
    this.pixels = runs.map((run) => project(run, dim, map));
    this.lines = this.pixels.map((pixels) => new Line(pixels, map));
    this.dots = this.pixels.map(dotted);
    this._redraw(step);
    this._heads(step);
  }

  /** Another step of the same data: forwards only the new pieces are drawn. */
  move(step) {
    if (!this.runs) return;
    if (step < this.drawn) this._redraw(step);
    else {
      const context = this._clip(this.trail.fit());
      this.runs.forEach((_run, k) => this._strong(context, k, this.drawn, step));
      context.restore();
      this.drawn = step;
    }
    this._heads(step);
  }

  _clip(context) {
    const { left, top, width, height } = this.map;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.lineJoin = "round";
    return context;
  }

  _redraw(step) {
    const context = this._clip(this.trail.clear());
    const halo = this.look.theme === "light" ? "rgba(255,255,255,.75)" : "rgba(10,12,16,.55)";
    this.runs.forEach((run, k) => {
      const last = this.lines[k].far.length;
      context.lineCap = "round";
      context.strokeStyle = halo;
      context.lineWidth = 4.5;
      this.lines[k].stroke(context, [], 0, last, 0);
      context.strokeStyle = run.runner.colour;
      context.globalAlpha = 0.3;
      this._stroke(context, k, 0, last, { near: 1.25, far: 0.5 });
      context.globalAlpha = 1;
    });
    this.runs.forEach((_run, k) => this._strong(context, k, -1, step));
    context.restore();
    this.drawn = step;
  }

  /** What comes after row `from`, up to row `to`; all of it from -1. */
  _strong(context, k, from, to) {
    const pixels = this.pixels[k];
    const last = Math.min(to, pixels.length / 2 - 1);
    if (from >= last) return;
    context.strokeStyle = context.fillStyle = this.runs[k].runner.colour;
    this._stroke(context, k, Math.max(0, from), last, { near: 1.75, far: 0.3 });
    context.beginPath();
    for (const i of this.dots[k]) {
      if (i <= from || i > last) continue;
      context.moveTo(pixels[2 * i] + 2.2, pixels[2 * i + 1]);
      context.arc(pixels[2 * i], pixels[2 * i + 1], 2.2, 0, 2 * Math.PI);
    }
    context.fill();
  }

  /** Steps that do not fit into the picture are drawn thin, and have no halo: a run that explodes must not paint over the others. */
  _stroke(context, k, from, to, width) {
    const pattern = dash(this.runs[k].runner);
    context.lineCap = pattern.length ? "butt" : "round"; // round ends would close the gaps between dashes
    context.lineWidth = width.near;
    this.lines[k].stroke(context, pattern, from, to, 0);
    context.lineWidth = width.far;
    this.lines[k].stroke(context, pattern, from, to, 1);
  }

  _heads(step) {
    const context = this.heads.clear();
    const { left, top, width, height } = this.map;
    context.font = `600 12.5px ${this.look.font}`;
    context.textBaseline = "middle";
    const names = [];
    this.runs.forEach((run, k) => {
      const at = Math.min(step, lastRow(run));
      const x = this.pixels[k][2 * at];
      const y = this.pixels[k][2 * at + 1];
      const inside = x >= left && x <= left + width && y >= top && y <= top + height;
      const gone = run.diverged !== null && step >= run.diverged;
      const name = gone ? _("{name}: left at step {step}", { name: run.runner.name, step: run.diverged }) : run.runner.name;
      if (inside) drawMark(context, run.runner, x, y, 6.5, this.look);
      else this._pointer(context, run.runner, x, y);
      const px = Math.max(left + 14, Math.min(left + width - 14, x));
      names.push({ name, colour: run.runner.colour, x: px, y: Math.max(top + 12, Math.min(top + height - 12, y)) });
    });
    this._names(context, names);
  }

  /** Where somebody left the picture: an arrow at its edge. */
  _pointer(context, runner, x, y) {
    const { left, top, width, height } = this.map;
    const cx = Math.max(left + 9, Math.min(left + width - 9, x));
    const cy = Math.max(top + 9, Math.min(top + height - 9, y));
    context.save();
    context.translate(cx, cy);
    context.rotate(Math.atan2(y - cy, x - cx));
    context.beginPath();
    context.moveTo(8, 0);
    context.lineTo(-6, 6);
    context.lineTo(-6, -6);
    context.closePath();
    context.fillStyle = runner.colour;
    context.strokeStyle = this.look.background;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
    context.restore();
  }

  /** Names beside the marks, pushed apart where they would cover each other. */
  _names(context, names) {
    const { left, width, top, height } = this.map;
    const placed = [];
    for (const item of names.sort((a, b) => a.y - b.y)) {
      const wide = context.measureText(item.name).width;
      const x = item.x + 12 + wide > left + width ? item.x - 12 - wide : item.x + 12;
      let y = item.y;
      for (const other of placed) if (Math.abs(other.y - y) < 16 && x < other.x + other.wide && other.x < x + wide) y = other.y + 16;
      y = Math.min(y, top + height - 10);
      placed.push({ x, y, wide });
      context.lineWidth = 4;
      context.lineJoin = "round";
      context.strokeStyle = this.look.background;
      context.strokeText(item.name, x, y);
      context.fillStyle = this.look.text;
      context.fillText(item.name, x, y);
    }
  }
}
