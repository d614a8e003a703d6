// The paths on the surface: faint as a whole, strong up to the present step, a dot at each step, a mark and a name ahead.

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
  const pixels = new Float32Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    pixels[2 * i] = map.x(run.theta[dim * i]);
    pixels[2 * i + 1] = map.y(dim === 1 ? run.loss[i] : run.theta[2 * i + 1]);
  }
  return pixels;
}

/**
 * The line through these rows in two parts: steps that fit into the picture, and longer ones. Those are drawn thin and have no
 * halo: a run that explodes must not paint over the others.
 */
function lines(pixels, from, last, longest) {
  const near = new Path2D();
  const far = new Path2D();
  near.moveTo(pixels[2 * from], pixels[2 * from + 1]);
  for (let i = from; i < last; i++) {
    const [x0, y0, x1, y1] = [pixels[2 * i], pixels[2 * i + 1], pixels[2 * i + 2], pixels[2 * i + 3]];
    if (Math.hypot(x1 - x0, y1 - y0) <= longest) near.lineTo(x1, y1);
    else {
      far.moveTo(x0, y0);
      far.lineTo(x1, y1);
      near.moveTo(x1, y1);
    }
  }
  return { near, far };
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
    this._redraw(step);
    this._heads(step);
  }

  /** Another step of the same data: forwards only the new pieces are drawn. */
  move(step) {
    if (!this.runs) return;
    if (step < this.drawn) this._redraw(step);
    else {
      const context = this._clip(this.trail.fit());
      this.runs.forEach((run, k) => this._strong(context, run.runner, this.pixels[k], this.drawn, step));
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
    context.lineJoin = context.lineCap = "round";
    return context;
  }

  _redraw(step) {
    const context = this._clip(this.trail.clear());
    const halo = this.look.theme === "light" ? "rgba(255,255,255,.75)" : "rgba(10,12,16,.55)";
    this.runs.forEach((run, k) => {
      const { near, far } = this._lines(this.pixels[k], 0, Infinity);
      context.setLineDash([]);
      context.strokeStyle = halo;
      context.lineWidth = 4.5;
      context.stroke(near);
      context.globalAlpha = 0.3;
      context.strokeStyle = run.runner.colour;
      context.setLineDash(dash(run.runner));
      context.lineWidth = 1.25;
      context.stroke(near);
      context.lineWidth = 0.5;
      context.stroke(far);
      context.globalAlpha = 1;
    });
    this.runs.forEach((run, k) => this._strong(context, run.runner, this.pixels[k], 0, step));
    context.restore();
    this.drawn = step;
  }

  _lines(pixels, from, to) {
    const last = Math.min(to, pixels.length / 2 - 1);
    return lines(pixels, from, last, Math.hypot(this.map.width, this.map.height));
  }

  _strong(context, runner, pixels, from, to) {
    const last = Math.min(to, pixels.length / 2 - 1);
    if (from >= last && from > 0) return;
    context.strokeStyle = context.fillStyle = runner.colour;
    context.setLineDash(dash(runner));
    const { near, far } = this._lines(pixels, from, last);
    context.lineWidth = 1.75;
    context.stroke(near);
    context.lineWidth = 0.75;
    context.globalAlpha = 0.4;
    context.stroke(far);
    context.globalAlpha = 1;
    context.beginPath();
    let [x, y] = [-1e9, -1e9];
    for (let i = from; i <= last; i++) {
      const [px, py] = [pixels[2 * i], pixels[2 * i + 1]];
      if (Math.hypot(px - x, py - y) < DOTS_APART) continue;
      [x, y] = [px, py];
      context.moveTo(x + 2.2, y);
      context.arc(x, y, 2.2, 0, 2 * Math.PI);
    }
    context.fill();
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
