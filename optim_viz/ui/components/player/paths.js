// The paths on the surface: faint as a whole, strong up to the present step, a dot at each step, a mark and a name ahead.

import { arrowhead, clipped, haloed } from "./draw.js";
import { BEHIND, FAR, Line, NEAR } from "./line.js";
import { dash, drawMark } from "./marks.js";
import { _ } from "./texts.js";

const DOTS_APART = 5; // pixels; closer dots would melt into a line
const FAINT = 0.3; // what a hill hides
const LINE = 16; // pixels from one name to the next

/** The last row of a run that can be drawn. */
export function lastRow(run) {
  return run.diverged === null ? run.loss.length - 1 : Math.max(0, run.diverged - 1);
}

/** The row of a run at a step of the clock: the same, unless the run says by its `row` that its own clock is another. */
export function rowAt(run, step) {
  return run.row ? run.row(step) : step;
}

/**
 * How a run lies in a picture.
 * @typedef {object} Trace
 * @property {Float64Array} points pixels of the line's corners, x and y in turns; nan where the picture does not have them
 * @property {Uint8Array} [behind] for each corner 1 where a hill stands before it
 * @property {Int32Array} [corners] which corner each row is, where the line has more corners than the run has rows
 */

/** A run on a flat picture: a corner for every row that can be drawn. @returns {Trace} */
export function flat(run, dim, map) {
  const rows = lastRow(run) + 1;
  const points = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    points[2 * i] = map.x(run.theta[dim * i]);
    points[2 * i + 1] = map.y(dim === 1 ? run.loss[i] : run.theta[2 * i + 1]);
  }
  return { points };
}

/** The rows that get a dot. */
function dotted(run, { points }, corner) {
  const rows = [];
  let [x, y] = [-Infinity, -Infinity];
  for (let i = 0; i <= lastRow(run); i++) {
    const k = corner(i);
    if (!(Math.hypot(points[2 * k] - x, points[2 * k + 1] - y) >= DOTS_APART)) continue;
    [x, y] = [points[2 * k], points[2 * k + 1]];
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

  /**
   * New data or a new view: everything is drawn again.
   * @param {object[]} runs carry theta, loss, diverged and their runner; `dense` ones get no dots, and as a `draft` no halo, which of
   *   thousands of strokes takes as long as all else; `rows` says which step each row is
   * @param {{left: number, top: number, width: number, height: number, trace: (run: object) => Trace,
   *   edge?: (run: object, row: number) => {x: number, y: number, angle: number}, covered?: object[]}} map the picture's frame,
   *   where a run lies in it, where at its edge a row is pointed at that it does not have, and what lies upon it, see `placed`
   */
  reset(runs, map, look, step, draft = false) {
    if (map !== this.map) this.made = new WeakMap(); // of runs that stay, under the same view, nothing is reckoned again
    Object.assign(this, { runs, map, look, draft });
    this.lies = runs.map((run) => this._made(run));
    this._redraw(step);
    this._heads(step);
  }

  _made(run) {
    if (!this.made.has(run)) {
      const trace = this.map.trace(run);
      const corner = trace.corners ? (row) => trace.corners[row] : (row) => row;
      this.made.set(run, { ...trace, corner, line: new Line(trace.points, this.map, trace.behind), dots: run.dense ? [] : dotted(run, trace, corner) });
    }
    return this.made.get(run);
  }

  /** Where a row is: its pixels, and whether a hill stands before it. */
  place(k, row) {
    const { points, behind, corner } = this.lies[k];
    const at = corner(row);
    return { x: points[2 * at], y: points[2 * at + 1], behind: Boolean(behind?.[at]) };
  }

  /** Another step of the same data: forwards only the new pieces are drawn. */
  move(step) {
    if (!this.runs) return;
    if (step < this.drawn) this._redraw(step);
    else {
      const context = clipped(this.trail.fit(), this.map);
      this.runs.forEach((_run, k) => this._strong(context, k, this.drawn, step));
      context.restore();
      this.drawn = step;
    }
    this._heads(step);
  }

  _redraw(step) {
    const context = clipped(this.trail.clear(), this.map);
    const halo = this.look.theme === "light" ? "rgba(255,255,255,.75)" : "rgba(10,12,16,.55)";
    this.runs.forEach((run, k) => {
      const { line } = this.lies[k];
      const last = line.kinds.length;
      context.lineCap = "round";
      context.strokeStyle = halo;
      context.lineWidth = 4.5 * this.look.scale;
      if (!(this.draft && run.dense)) line.stroke(context, [], 0, last, NEAR);
      context.strokeStyle = run.runner.colour;
      if (rowAt(run, step) < lastRow(run)) this._stroke(context, k, 0, last, { near: 1.25, far: 0.5 }, 0.3); // else all of it is strong
    });
    this.runs.forEach((_run, k) => this._strong(context, k, -1, step));
    context.restore();
    this.drawn = step;
  }

  /** What comes after row `from`, up to row `to`; all of it from -1. */
  _strong(context, k, before, now) {
    const run = this.runs[k];
    const { points, behind, corner, dots } = this.lies[k];
    const [from, to] = [before < 0 ? before : rowAt(run, before), rowAt(run, now)];
    const last = Math.min(to, lastRow(run));
    if (from >= last) return;
    context.strokeStyle = context.fillStyle = this.runs[k].runner.colour;
    this._stroke(context, k, corner(Math.max(0, from)), corner(last), { near: 1.75, far: 0.3 }, 1);
    const dot = 2.2 * this.look.scale;
    for (const hidden of behind ? [0, 1] : [0]) {
      context.globalAlpha = hidden ? FAINT : 1;
      context.beginPath();
      for (const i of dots) {
        const c = corner(i);
        if (i <= from || i > last || (behind?.[c] ?? 0) !== hidden) continue;
        context.moveTo(points[2 * c] + dot, points[2 * c + 1]);
        context.arc(points[2 * c], points[2 * c + 1], dot, 0, 2 * Math.PI);
      }
      context.fill();
    }
    context.globalAlpha = 1;
  }

  /**
   * Steps that do not fit into the picture are drawn thin, and have no halo: a run that explodes must not paint over the others.
   * What a hill hides is faint.
   */
  _stroke(context, k, from, to, width, alpha) {
    const pattern = dash(this.runs[k].runner);
    const { line, behind } = this.lies[k];
    context.lineCap = pattern.length ? "butt" : "round"; // round ends would close the gaps between dashes
    context.globalAlpha = alpha;
    context.lineWidth = width.near * this.look.scale;
    line.stroke(context, pattern, from, to, NEAR);
    if (behind) {
      context.globalAlpha = alpha * FAINT;
      line.stroke(context, pattern, from, to, BEHIND);
      context.globalAlpha = alpha;
    }
    context.lineWidth = width.far * this.look.scale;
    line.stroke(context, pattern, from, to, FAR);
    context.globalAlpha = 1;
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
      const here = this.place(k, at);
      const inside = here.x >= left && here.x <= left + width && here.y >= top && here.y <= top + height;
      const gone = run.diverged !== null && now >= run.diverged;
      const name = gone ? _("{name}: diverges at step {step}", { name: run.runner.name, step: run.rows?.[run.diverged] ?? run.diverged }) : run.runner.name;
      const { x, y } = inside ? here : this._pointer(context, run, at, here);
      if (inside) {
        context.globalAlpha = here.behind ? 0.5 : 1;
        drawMark(context, run.runner, x, y, 6.5 * this.look.scale, this.look);
        context.globalAlpha = 1;
      }
      const px = Math.max(left + 14, Math.min(left + width - 14, x));
      names.push({ name, runner: run.runner, x: px, y: Math.max(top + 12, Math.min(top + height - 12, y)) });
    });
    this._names(context, names);
  }

  /** Where somebody left the picture: an arrow at its edge. Returns where it points from. */
  _pointer(context, run, row, { x, y }) {
    const { left, top, width, height } = this.map;
    const cx = Math.max(left + 9, Math.min(left + width - 9, x));
    const cy = Math.max(top + 9, Math.min(top + height - 9, y));
    const at = Number.isNaN(x + y) ? this.map.edge(run, row) : { x: cx, y: cy, angle: Math.atan2(y - cy, x - cx) };
    arrowhead(context, at, [[8, 0], [-6, 6], [-6, -6]], run.runner.colour, this.look);
    context.fill();
    context.stroke();
    return at;
  }

  /** Names beside the heads. Of those that had to make room for each other a small mark says whose each is. */
  _names(context, names) {
    for (const item of names) item.wide = context.measureText(item.name).width;
    this.names = placed(names, this.map, this.look.scale);
    for (const { name, runner, x, y, crowded } of this.names) {
      haloed(context, name, x, y, this.look, this.look.scale);
      if (crowded) drawMark(context, runner, x - 8 * this.look.scale, y, 3.5 * this.look.scale, this.look);
    }
  }
}

/**
 * Where names go: to the right of their heads, to the left where the picture ends; under each other where they would cover
 * each other, and above where it ends at the bottom.
 * @param {{x: number, y: number, wide: number, before?: boolean}[]} names `before`: rather to the left
 * @param {{left: number, top: number, width: number, height: number, covered?: {left: number, top: number, right: number,
 *   bottom: number}[]}} map `covered`: boxes, of buttons, where nothing can be read
 * @param {number} scale of the type
 * @param {object[]} [taken] names that stand there already, as they are returned
 * @returns {object[]} the same with x the left end of the text, y its middle, and whether it is `crowded`
 */
export function placed(names, { left, top, width, height, covered = [] }, scale = 1, taken = []) {
  const [line, head, mark] = [LINE * scale, 12 * scale, 10 * scale];
  const beside = (item, room) => {
    const before = item.x - head - item.wide;
    if (item.before && before >= left) return before;
    return item.x + room + item.wide > left + width ? Math.max(left, before) : item.x + room; // room for head, and mark
  };
  const hit = (a, b) => Math.abs(a.y - b.y) < line - 0.1 && a.x < b.x + b.wide && b.x < a.x + a.wide;
  const first = names.map((item) => ({ ...item, x: beside(item, head) }));
  const done = [...taken];
  for (const [k, item] of [...names.entries()].sort(([, a], [, b]) => a.y - b.y)) {
    const crowded = first.some((other, i) => i !== k && hit(other, first[k]));
    const name = { ...item, crowded, x: beside(item, crowded ? head + mark : head) };
    const boxes = covered.filter((box) => name.x < box.right && box.left < name.x + name.wide);
    const isOpen = (y) => boxes.every((box) => y < box.top - line / 2 + 0.1 || y > box.bottom + line / 2 - 0.1);
    const edges = (by) => [...done.map(({ y }) => y + by), ...boxes.map((box) => (by > 0 ? box.bottom : box.top) + by / 2)];
    const ys = (by) => edges(by).filter((y) => (y - item.y) * by > 0).sort((a, b) => (a - b) * by);
    const free = (y) => y > top && y < top + height && isOpen(y) && !done.some((other) => hit(other, { ...name, y }));
    name.y = [item.y, ...ys(line), ...ys(-line)].find(free) ?? item.y;
    done.push(name);
  }
  return done.slice(taken.length);
}
