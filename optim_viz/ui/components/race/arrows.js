// What is at work inside of one runner at the present step, drawn at its head: slope, velocity, last update, the step that a
// unit of slope makes along each coordinate, and where the minimum is.

import { h, offer } from "../player/dom.js";
import { arrowhead, clipped, haloed, stroke } from "../player/draw.js";
import { number } from "../player/format.js";
import { lastRow, placed } from "../player/paths.js";
import { _ } from "../player/texts.js";

export const REACH = 0.2; // of the view's shorter side: the longest arrow
const POWER = 0.25;
const CROSS = 0.12; // of the view's shorter side: the longer arm of the cross, tip to tip
const APART = 14; // pixels between arrows along one line, on a curve
const PIECES = 16; // of an arrow that lies on a surface

const labels = () => ({
  slope: _("slope, downhill"),
  velocity: _("velocity"),
  update: _("last update"),
  effective: _("effective step of each coordinate"),
  minimum: _("direction to the minimum"),
});

/** How long an arrow is, as a part of the longest one: half as long means a sixteenth of the size, so that small ones are seen too. */
export function reach(size, top) {
  return size > 0 && top > 0 ? Math.min(1, (size / top) ** POWER) : 0;
}

/**
 * What is at work at one row of a run.
 * @param {{theta: Float64Array, loss: Float64Array, gradient?: Float64Array, velocity?: Float64Array}} run
 * @param {number} dim
 * @param {number} row
 * @param {number[][]} minima where the surface is lowest
 * @returns {Record<string, number[] | number | null>} `row` and `at`; `slope` is minus the gradient; `velocity` as it moves theta;
 *   `update` from the row before; `effective` that update over the slope it was made at; `minimum` the way to the nearest
 *   minimum; `angle` between slope and that way, in degrees. null: there is none
 */
export function inside(run, dim, row, minima) {
  const of = (values, i) => (values ? Array.from(values.subarray(dim * i, dim * i + dim)) : null);
  const at = of(run.theta, row);
  const gradient = of(run.gradient, row);
  const slope = gradient?.map((g) => 0 - g) ?? null;
  const before = row > 0 ? of(run.theta, row - 1) : null;
  const update = before?.map((v, d) => at[d] - v) ?? null;
  const made = row > 0 ? of(run.gradient, row - 1) : null;
  const effective = update && made ? update.map((u, d) => (made[d] === 0 ? null : u / -made[d])) : null;
  const ways = minima.map((m) => m.map((v, d) => v - at[d]));
  const far = (way) => Math.hypot(...way);
  const minimum = ways.length ? ways.reduce((a, b) => (far(b) < far(a) ? b : a)) : null;
  return { row, at, slope, velocity: of(run.velocity, row), update, effective, minimum, angle: angle(slope, minimum) };
}

/** Between two vectors, in degrees; null where one of them has no direction. */
export function angle(a, b) {
  if (!a || !b) return null;
  const [la, lb] = [Math.hypot(...a), Math.hypot(...b)];
  if (!(la > 0 && lb > 0 && la < Infinity && lb < Infinity)) return null;
  const [u, v] = [a.map((c) => c / la), b.map((c) => c / lb)];
  const apart = Math.hypot(...u.map((c, d) => c - v[d]));
  return (2 * Math.atan2(apart, Math.hypot(...u.map((c, d) => c + v[d]))) * 180) / Math.PI; // exact also where nearly parallel
}

/** The largest slope or velocity of a run: the longest arrow. */
export function largest(run, dim) {
  let top = 0;
  for (const values of [run.gradient, run.velocity]) {
    if (!values) continue;
    for (let i = 0; i <= lastRow(run); i++) {
      const size = Math.hypot(...values.subarray(dim * i, dim * i + dim));
      if (size > top && Number.isFinite(size)) top = size;
    }
  }
  return top;
}

/** The switches, in a panel behind a button. */
export class ArrowSwitches {
  /** @param {string[]} options what can be shown @param {(arrows: {runner: number, shown: string[]}) => void} onChange */
  constructor(options, onChange) {
    this.onChange = onChange;
    const names = labels();
    this.boxes = options.map((name) => h("input", { type: "checkbox", value: name, onchange: () => this._changed() }));
    this.whose = h("select", { "aria-label": _("Whose arrows"), onchange: () => this._changed() });
    this.rows = options.map((name, k) => h("label", { class: "ov-arrow-switch" }, this.boxes[k], h("span", {}, names[name])));
    this.panel = h(
      "div",
      { class: "ov-arrow-panel", hidden: true, role: "group", "aria-label": _("Show at this step") },
      h("b", {}, _("Show at this step")),
      this.whose,
      ...this.rows,
      h("p", { class: "ov-note" }, _("Slope and velocity share one scale: half as long means 1/16 of the size. The last update is drawn to scale.")),
    );
    this.button = h(
      "button",
      { type: "button", class: "ov-look", "aria-expanded": "false", onclick: () => this._open(this.panel.hidden) },
      h("span", {}, _("Arrows")),
      h("span", { "aria-hidden": "true" }, " ▾"),
    );
    this.element = h(
      "div",
      {
        class: "ov-arrows",
        onfocusout: (event) => event.relatedTarget && !this.element.contains(event.relatedTarget) && this._open(false),
        onkeydown: (event) => {
          if (event.key !== "Escape" || this.panel.hidden) return;
          event.stopPropagation();
          this._open(false);
          this.button.focus();
        },
      },
      this.button,
      this.panel,
    );
    this.away = (event) => !this.element.contains(event.target) && this._open(false);
    document.addEventListener("pointerdown", this.away);
  }

  /** @param {{runner: number, shown: string[]}} arrows @param {object[]} runners @param {boolean} bounded whether there is a minimum */
  show({ runner, shown }, runners, bounded) {
    const names = runners.map((one) => one.name);
    offer(this.whose, names.map((name, k) => [k, name]));
    this.whose.value = String(Math.min(runner, Math.max(0, names.length - 1)));
    this.boxes.forEach((box) => (box.checked = shown.includes(box.value)));
    this.rows[this.boxes.findIndex(({ value }) => value === "minimum")].hidden = !bounded;
    this.button.dataset.on = String(shown.length);
  }

  close() {
    document.removeEventListener("pointerdown", this.away);
  }

  _open(open) {
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.whose.focus();
  }

  _changed() {
    this.onChange({ runner: Number(this.whose.value) || 0, shown: this.boxes.filter((box) => box.checked).map((box) => box.value) });
  }
}

/** Draws them upon one picture. */
export class ArrowLayer {
  /** @param {import("../player/dom.js").Layer} layer */
  constructor(layer) {
    this.layer = layer;
    this.empty = true;
  }

  clear() {
    if (!this.empty) this.layer.clear();
    this.empty = true;
  }

  /**
   * @param {object} map the picture's frame and `point`; `side`, its shorter side in the surface's own units
   * @param {object} run @param {number} dim @param {Record<string, any>} values of `inside` @param {string[]} shown
   * @param {number} top the largest slope or velocity @param {object} look
   * @param {object[]} taken names that are there already, of `placed`
   */
  draw(map, run, dim, values, shown, top, look, taken) {
    const context = clipped(this.layer.clear(), map);
    this.empty = false;
    const pen = new Pen(context, map, run, dim, values, look);
    const scaled = (v) => {
      const size = Math.hypot(...v);
      return v.map((c) => (c / size) * map.side * REACH * reach(size, top));
    };
    const has = (name) => shown.includes(name) && values[name];
    const size = (v) => number(Math.hypot(...v));
    if (has("minimum")) {
      const away = Math.hypot(...values.minimum);
      const way = values.minimum.map((c) => (c / away) * Math.min(away, map.side * REACH * 1.25));
      const text = values.angle === null || dim === 1 ? _("minimum") : _("minimum, {angle}° off the slope", { angle: Math.round(values.angle) });
      if (away > 0) pen.arrow(way, text, { dash: [4, 4], colour: look.text, level: 2 * APART });
    }
    if (has("effective")) pen.cross(values.effective, CROSS * map.side, _("effective step {values}", { values: values.effective.map((e, d) => `${"xy"[d]} ${e === null ? "–" : number(e)}`).join(", ") }));
    if (has("velocity") && Math.hypot(...values.velocity) > 0)
      pen.arrow(scaled(values.velocity), _("velocity {size}", { size: size(values.velocity) }), { colour: run.runner.colour, level: APART });
    if (has("slope") && Math.hypot(...values.slope) > 0) {
      const text = _("slope {size}", { size: size(values.slope) });
      if (dim === 1) pen.tangent(values.slope[0], map.side * REACH * reach(Math.abs(values.slope[0]), top), text);
      else pen.arrow(scaled(values.slope), text, { colour: look.text });
    }
    if (has("update")) pen.arrow(values.update.map((c) => -c), _("update {size}", { size: size(values.update) }), { colour: run.runner.colour, back: true, wide: 3 });
    pen.names(taken);
    context.restore();
  }
}

/** Lines that begin at a runner's head, in the surface's own units. */
class Pen {
  constructor(context, map, run, dim, values, look) {
    Object.assign(this, { context, map, run, dim, look, at: values.at });
    this.height = map.y?.(run.loss[values.row]); // of the head, on a curve
    this.labels = [];
  }

  /** Along a vector; `back` has its tip at the head. */
  arrow(vector, text, { colour, dash = [], back = false, wide = 2, level = 0 }) {
    const path = this._path(vector, level);
    if (path.length < 2) return;
    this._line(path, colour, dash, wide);
    this._tip(back ? path.slice(0, 2).reverse() : path.slice(-2), colour);
    this._label(path[0], path.at(-1), text);
  }

  /** On a curve: the tangent, with its tip downhill. */
  tangent(slope, long, text) {
    const [a] = this._path([0]);
    const sign = Math.sign(slope);
    const end = this.map.x(this.at[0] + sign * long);
    const rise = this.map.y(-Math.abs(slope) * long) - this.map.y(0); // pixels that the loss falls over this way
    const [dx, dy] = [end - a.x, rise];
    const part = Math.abs(dx) / Math.max(1e-9, Math.hypot(dx, dy)); // as long as the arrow would be on the level
    const tip = { x: a.x + dx * part, y: a.y + dy * part };
    const tail = { x: a.x - dx * part, y: a.y - dy * part };
    this._line([tail, tip], this.look.text, [], 2);
    this._tip([a, tip], this.look.text);
    this._label(a, tip, text);
  }

  /** One arm along each coordinate, to both sides of the head, as long as it has a share of the longest. */
  cross(values, long, text) {
    const most = Math.max(...values.map((v) => Math.abs(v ?? 0)));
    if (!(most > 0)) return;
    let end = null;
    values.forEach((value, d) => {
      if (value === null) return;
      const arm = values.map((_v, k) => (k === d ? (0.5 * long * Math.abs(value)) / most : 0));
      const path = [...this._path(arm.map((v) => -v), -APART).reverse(), ...this._path(arm, -APART).slice(1)];
      if (path.length < 2) return;
      this._line(path, this.run.runner.colour, value < 0 ? [2, 2] : [], 2.5);
      for (const [one, other] of [[path[0], path[1]], [path.at(-1), path.at(-2)]]) this._stop(one, other);
      if (Math.abs(value) === most) end = path.at(-1);
    });
    if (end) this._label(this._path([0, 0].slice(0, this.dim))[0], end, text);
  }

  /** The labels, beside the tips and clear of each other. */
  names(taken) {
    const { context, look, map } = this;
    context.font = `600 ${12 * look.scale}px ${look.font}`;
    context.textBaseline = "middle";
    const items = this.labels.map((item) => ({ ...item, wide: context.measureText(item.name).width }));
    for (const { name, x, y } of placed(items, map, look.scale, taken)) haloed(context, name, x, y, look, look.scale);
  }

  _label(from, to, name) {
    const { left, top, width, height } = this.map;
    const long = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const x = to.x + ((to.x - from.x) / long) * 4;
    const y = to.y + ((to.y - from.y) / long) * 12;
    this.labels.push({ name, before: to.x < from.x, x: Math.max(left + 4, Math.min(left + width - 4, x)), y: Math.max(top + 10, Math.min(top + height - 10, y)) });
  }

  /** From the head along a vector, as far as the picture has it; on a curve it is level, so many pixels below it. */
  _path(vector, level = 0) {
    const { map, at, dim } = this;
    if (dim === 1) return [0, 1].map((t) => ({ x: map.x(at[0] + t * vector[0]), y: this.height + level }));
    const pieces = map.hilly ? PIECES : 1;
    const path = [];
    for (let k = 0; k <= pieces; k++) {
      const here = map.point(at[0] + (vector[0] * k) / pieces, at[1] + (vector[1] * k) / pieces);
      if (Number.isNaN(here.x + here.y)) break;
      path.push(here);
    }
    return path;
  }

  _line(path, colour, dash, wide) {
    const { context, look } = this;
    context.lineCap = "butt";
    context.lineJoin = "round";
    for (const [style, width, pattern] of [[look.background, wide + 2.5, []], [colour, wide, dash]]) {
      context.setLineDash(pattern);
      context.strokeStyle = style;
      context.lineWidth = width * look.scale;
      context.beginPath();
      for (const { x, y } of path) context.lineTo(x, y);
      context.stroke();
    }
    context.setLineDash([]);
  }

  _tip([from, to], colour) {
    const { context, look } = this;
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    arrowhead(context, { ...to, angle }, [[5, 0], [-5, 4.5], [-5, -4.5]], colour, look);
    context.stroke();
    context.fill();
  }

  _stop(end, before) {
    const { context, run } = this;
    const long = Math.hypot(end.x - before.x, end.y - before.y);
    if (long < 0.5) return;
    const [ux, uy] = [(end.x - before.x) / long, (end.y - before.y) / long];
    context.strokeStyle = run.runner.colour;
    context.lineWidth = 2;
    stroke(context, end.x - 4 * uy, end.y + 4 * ux, end.x + 4 * uy, end.y - 4 * ux);
  }
}
