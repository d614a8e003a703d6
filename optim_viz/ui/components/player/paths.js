// The paths on the surface: faint as a whole, strong up to the present step, a dot at each step, a mark and a name ahead.

import { Line } from "./line.js";
import { dash, drawMark } from "./marks.js";
import { _ } from "./texts.js";

const DOTS_APART = 5; // pixels; closer dots would melt into a line
const LINE = 16; // pixels from one name to the next

/** The last row of a run that can be drawn. */
export function lastRow(run) {
  return run.diverged === null ? run.loss.length - 1 : Math.max(0, run.diverged - 1);
}

/** The row of a run at a step of the clock: the same, unless the run says by its `row` that its own clock is another. */
export function rowAt(run, step) {
  return run.row ? run.row(step) : step;
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

  /** New data or a new view: everything is drawn again. `runs` carry theta, loss, diverged and their runner; `dense` ones get no dots. */
  reset(runs, dim, map, look, step) {
    if (map !== this.map) this.made = new WeakMap(); // of runs that stay, under the same view, nothing is reckoned again
    Object.assign(this, { runs, map, look });
    const made = runs.map((run) => this._made(run, dim));
    this.pixels = made.map(({ pixels }) => pixels);
    this.lines = made.map(({ line }) => line);
    this.dots = made.map(({ dots }) => dots);
    this._redraw(step);
    this._heads(step);
  }

  _made(run, dim) {
    if (!this.made.has(run)) {
      const pixels = project(run, dim, this.map);
      this.made.set(run, { pixels, line: new Line(pixels, this.map), dots: run.dense ? [] : dotted(pixels) });
    }
    return this.made.get(run);
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
      context.lineWidth = 4.5 * this.look.scale;
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
  _strong(context, k, before, now) {
    const pixels = this.pixels[k];
    const [from, to] = [before < 0 ? before : rowAt(this.runs[k], before), rowAt(this.runs[k], now)];
    const last = Math.min(to, pixels.length / 2 - 1);
    if (from >= last) return;
    context.strokeStyle = context.fillStyle = this.runs[k].runner.colour;
    this._stroke(context, k, Math.max(0, from), last, { near: 1.75, far: 0.3 });
    const dot = 2.2 * this.look.scale;
    context.beginPath();
    for (const i of this.dots[k]) {
      if (i <= from || i > last) continue;
      context.moveTo(pixels[2 * i] + dot, pixels[2 * i + 1]);
      context.arc(pixels[2 * i], pixels[2 * i + 1], dot, 0, 2 * Math.PI);
    }
    context.fill();
  }

  /** Steps that do not fit into the picture are drawn thin, and have no halo: a run that explodes must not paint over the others. */
  _stroke(context, k, from, to, width) {
    const pattern = dash(this.runs[k].runner);
    context.lineCap = pattern.length ? "butt" : "round"; // round ends would close the gaps between dashes
    context.lineWidth = width.near * this.look.scale;
    this.lines[k].stroke(context, pattern, from, to, 0);
    context.lineWidth = width.far * this.look.scale;
    this.lines[k].stroke(context, pattern, from, to, 1);
  }

  _heads(step) {
    const context = this.heads.clear();
    const { left, top, width, height } = this.map;
    context.font = `600 ${12.5 * this.look.scale}px ${this.look.font}`;
    context.textBaseline = "middle";
    const names = [];
    this.runs.forEach((run, k) => {
      const now = rowAt(run, step);
      const at = Math.min(now, lastRow(run));
      const x = this.pixels[k][2 * at];
      const y = this.pixels[k][2 * at + 1];
      const inside = x >= left && x <= left + width && y >= top && y <= top + height;
      const gone = run.diverged !== null && now >= run.diverged;
      const name = gone ? _("{name}: left at step {step}", { name: run.runner.name, step: run.diverged }) : run.runner.name;
      if (inside) drawMark(context, run.runner, x, y, 6.5 * this.look.scale, this.look);
      else this._pointer(context, run.runner, x, y);
      const px = Math.max(left + 14, Math.min(left + width - 14, x));
      names.push({ name, runner: run.runner, x: px, y: Math.max(top + 12, Math.min(top + height - 12, y)) });
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
    context.scale(this.look.scale, this.look.scale);
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

  /** Names beside the heads. Of those that had to make room for each other a small mark says whose each is. */
  _names(context, names) {
    for (const item of names) item.wide = context.measureText(item.name).width;
    for (const { name, runner, x, y, crowded } of placed(names, this.map, this.look.scale)) {
      context.lineWidth = 4 * this.look.scale;
      context.lineJoin = "round";
      context.strokeStyle = this.look.background;
      context.strokeText(name, x, y);
      context.fillStyle = this.look.text;
      context.fillText(name, x, y);
      if (crowded) drawMark(context, runner, x - 8 * this.look.scale, y, 3.5 * this.look.scale, this.look);
    }
  }
}

/**
 * Where names go: to the right of their heads, to the left where the picture ends; under each other where they would cover
 * each other, and above where it ends at the bottom.
 * @param {{x: number, y: number, wide: number}[]} names
 * @param {{left: number, top: number, width: number, height: number}} map
 * @param {number} scale of the type
 * @returns {object[]} the same with x the left end of the text, y its middle, and whether it is `crowded`
 */
export function placed(names, { left, top, width, height }, scale = 1) {
  const [line, head, mark] = [LINE * scale, 12 * scale, 10 * scale];
  const beside = (item, room) =>
    item.x + room + item.wide > left + width ? item.x - head - item.wide : item.x + room; // room for head, and mark
  const hit = (a, b) => Math.abs(a.y - b.y) < line - 0.1 && a.x < b.x + b.wide && b.x < a.x + a.wide;
  const first = names.map((item) => ({ ...item, x: beside(item, head) }));
  const done = [];
  for (const [k, item] of [...names.entries()].sort(([, a], [, b]) => a.y - b.y)) {
    const crowded = first.some((other, i) => i !== k && hit(other, first[k]));
    const name = { ...item, crowded, x: beside(item, crowded ? head + mark : head) };
    const ys = (by) => done.map(({ y }) => y + by).filter((y) => (y - item.y) * by > 0).sort((a, b) => (a - b) * by);
    const free = (y) => y > top && y < top + height && !done.some((other) => hit(other, { ...name, y }));
    name.y = [item.y, ...ys(line), ...ys(-line)].find(free) ?? item.y;
    done.push(name);
  }
  return done;
}
