// A field with everything on it: bands and hairlines or a curve below, paths on canvases above, the start handle on top.

import { drawAxes, framed } from "./axes.js";
import { Layer, h, movable } from "./dom.js";
import { clipped, stroke } from "./draw.js";
import { spread, whole } from "./field.js";
import { number } from "./format.js";
import { hands } from "./hands.js";
import { Line } from "./line.js";
import { Paths, flat } from "./paths.js";
import { Ground, levelsOf } from "./relief.js";
import { _ } from "./texts.js";

const REST = 160; // milliseconds after which what has moved is drawn finely
const CROSS = 6.5; // pixels from the middle of a minimum's cross to its tips

/** The ends of an axis with as many digits as its length gives a meaning to. */
function rounded(from, to) {
  const places = Math.max(0, Math.min(20, 6 - Math.floor(Math.log10(to - from))));
  return [from, to].map((v) => Number(v.toFixed(places)));
}

/** The buttons that zoom a picture. @param {Picture} picture @param {() => void} [all] shows all of it */
export function zoomTools(picture, all = () => picture.look([])) {
  const tool = (label, text, action) =>
    h("button", { type: "button", class: "ov-tool", "aria-label": label, title: label, onclick: action }, text);
  return h(
    "div",
    { class: "ov-tools", "data-part": "zoom" },
    tool(_("Zoom in"), "+", () => picture.zoomBy(0.7)),
    tool(_("Zoom out"), "−", () => picture.zoomBy(1 / 0.7)),
    tool(_("Whole surface"), "⤢", all),
  );
}

export class Picture {
  /**
   * @param {Record<string, string[]>} scales colours from the valley up, by theme
   * @param {{start: () => number[], onStart: (start: number[]) => void, onZoom: (zoom: number[]) => void,
   *   onDraw?: () => void}} listener `start`
   *   gives the one last asked for, which may be ahead of the one that is shown
   */
  constructor(scales, listener) {
    /** How often a point of view was begun with: zoom and pan are kept while this stays the same. */
    this.looks = 0;
    this.listener = listener;
    this.box = h("div", { class: "ov-picture", role: "img" });
    this.ground = new Ground(this.box, scales);
    this.marks = new Layer(this.box, "marks");
    this.paths = new Paths(new Layer(this.box, "trail"), new Layer(this.box, "heads"));
    this.readout = h("div", { class: "ov-height", "aria-hidden": "true", hidden: true });
    this.box.append(this.readout);
    this.handle = h("button", { type: "button", class: "ov-handle", "data-part": "start", "aria-label": _("Start point: drag it, or use the arrow keys") });
    this.element = h("div", { class: "ov-flat" }, this.box, this.handle);
    this._wireHandle();
    hands(this.box, {
      map: () => (this.hidden ? null : this.map),
      look: (zoom) => this.look(zoom),
      onClick: (event) => this.listener.onStart(this.at(event)),
      onWhole: () => this.look([]),
      onHover: (event) => this._hover(event),
    });
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.box);
  }

  /**
   * @param {{field: import("./field.js").Field, runs: object[], start: number[], zoom: number[], look: object, step: number,
   *   label: string, draft: boolean}} scene `zoom` is used by a fresh picture only; `draft`: the next one is on its way
   */
  show(scene) {
    const { looks } = this;
    if (this.scene?.looks !== looks) this.zoom = scene.zoom;
    this.scene = { ...scene, looks };
    this.box.setAttribute("aria-label", scene.label);
    this.draw(!scene.draft);
  }

  /** The next scene is shown from its own point of view, not from where the last one was zoomed to. */
  rewind() {
    this.looks++;
  }

  /** Other runs, perhaps on a surface that has changed its shape. */
  runs(runs, step, more = {}) {
    const { field } = this.scene;
    Object.assign(this.scene, { runs, step, ...more });
    if (this.scene.field !== field) this.draw(false);
    if (!this.map || this.hidden) return;
    this.paths.reset(runs, this.map, this.scene.look, step, true);
    this._placeHandle();
  }

  move(step) {
    this.scene.step = step;
    if (!this.hidden) this.paths.move(step);
  }

  /** The part of the field that is asked for: x from, x to, y from, y to. */
  get piece() {
    return this.zoom.length ? this.zoom : this.home;
  }

  /** All that is shown at first. */
  get home() {
    const { field } = this.scene;
    if (this.homeOf !== field) [this.homeOf, this.all] = [field, whole(field)];
    return this.all;
  }

  /** While it is hidden nothing is drawn: when it no longer is, `show` the scene once more. */
  set hidden(hidden) {
    this.element.hidden = hidden;
  }

  get hidden() {
    return this.element.hidden;
  }

  close() {
    this.sizes.disconnect();
    clearTimeout(this.resting);
  }

  /** All of it, where the view now is: coarsely while that moves, finely when it rests. */
  draw(isFine = true) {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!this.scene || this.hidden || !width || !height) return;
    const { field, runs, look, step } = this.scene;
    const { dim, names } = field;
    const seen = [this.zoom, field, width, height, look.theme, look.scale, look.font, look.text, devicePixelRatio];
    if (!this.seen || seen.some((part, k) => part !== this.seen[k])) {
      this.seen = seen;
      const map = framed(this.marks.fit(), { width, height }, this.piece, { isSquare: dim === 2 && !names, names, look });
      /** the shorter side, in the surface's own units */
      const side = Math.min(map.width * map.unit.x, dim === 1 ? Infinity : map.height * map.unit.y);
      const point = (x, y) => ({ x: map.x(x), y: map.y(y), behind: false });
      this.map = { ...map, side, point, trace: (run) => flat(run, dim, map), dim, covered: isFine || this.map?.dim !== dim ? covered(this.box) : this.map.covered };
      this.box.dataset.view = map.view.join(" ");
      this.box.dataset.frame = [map.left, map.top, map.width, map.height].join(" ");
      this._marks();
      this.isFine = false;
      this._ground(isFine);
    } else if (isFine) this._ground(true);
    this.paths.reset(runs, this.map, look, step);
    this._placeHandle();
    this.listener.onDraw?.();
  }

  _ground(isFine) {
    clearTimeout(this.resting);
    if (this.isFine) return;
    const { field, look } = this.scene;
    this.isFine = isFine || field.dim === 1;
    if (field.dim === 1) this.ground.clear();
    else this.ground.draw(field, this.map, look.theme, isFine);
    this.box.dataset.ground = this.isFine ? "fine" : "coarse";
    this.box.dataset.levels = field.dim === 1 ? "" : levelsOf(this.ground.relief);
    if (!this.isFine) this.resting = setTimeout(() => this.scene && !this.hidden && this._ground(true), REST);
  }

  /** Axes, a curve, and where it is lowest. */
  _marks() {
    const { map, scene: { field, look } } = this;
    const { dim, names, minima } = field;
    const context = this.marks.clear();
    drawAxes(context, map, { names, hasGrid: dim === 1, look });
    clipped(context, map);
    context.strokeStyle = look.text;
    context.lineWidth = 1.5 * look.scale;
    if (dim === 1) {
      const xs = spread(map.view[0], map.view[1], Math.ceil(2 * map.width) + 1);
      this._line(context, field.values(xs), (k) => xs[k], []);
    }
    const valley = field.valley?.(map.view) ?? [];
    this._line(context, valley.map(([, y]) => y), (k) => valley[k][0], [2, 3]);
    context.lineWidth = 2;
    const arm = CROSS * look.scale;
    for (const [x, y] of minima.map(([x, y]) => [map.x(x), map.y(y)])) {
      stroke(context, x - arm, y, x + arm, y);
      stroke(context, x, y - arm, x, y + arm);
    }
    context.restore();
  }

  _line(context, ys, x, dash) {
    const points = new Float64Array(2 * ys.length);
    for (let k = 0; k < ys.length; k++) [points[2 * k], points[2 * k + 1]] = [this.map.x(x(k)), this.map.y(ys[k])];
    new Line(points, this.map).stroke(context, dash, 0, Math.max(0, ys.length - 1));
    context.setLineDash([]);
  }

  /** Show this part of the field: x from, x to, y from, y to; all of it for []. */
  look(zoom) {
    if (zoom.length && !(zoom[1] > zoom[0] && zoom[3] > zoom[2])) return; // no digits are left
    this.zoom = zoom;
    if (!this.hidden) {
      this.draw(false);
      const { view } = this.map;
      this.seen[0] = this.zoom = this._isHome() ? [] : [...rounded(view[0], view[1]), ...rounded(view[2], view[3])];
    }
    this._hover(null);
    this.listener.onZoom(this.zoom);
  }

  /** Whether the view is the one that is shown at first; with one scale for both axes one of them may show more. */
  _isHome() {
    const { view } = this.map;
    const same = (k) => Math.abs(view[k] - this.home[k]) + Math.abs(view[k + 1] - this.home[k + 1]) < 1e-3 * (this.home[k + 1] - this.home[k]);
    const centred = (k) => Math.abs(view[k] + view[k + 1] - this.home[k] - this.home[k + 1]) < 2e-3 * (this.home[k + 1] - this.home[k]);
    const { dim, names } = this.scene.field;
    if (dim === 1 || names) return same(0) && same(2);
    return (same(0) && centred(2)) || (same(2) && centred(0));
  }

  /** Show a part of the field that is so many times as large. */
  zoomBy(factor) {
    const scaled = (from, to) => {
      const [middle, half] = [(from + to) / 2, ((to - from) / 2) * factor];
      return rounded(middle - half, middle + half);
    };
    const [x0, x1, y0, y1] = this.hidden ? this.piece : this.map.view;
    this.look([...scaled(x0, x1), ...scaled(y0, y1)]);
  }

  /** The height of the curve at x (one dimension only). */
  curveAt(x) {
    return this.scene.field.values([x])[0];
  }

  /** The handle stands where the start was asked to be: it never jumps back under the hand. */
  _placeHandle() {
    const { x, y, left, top, width, height } = this.map;
    const start = this.listener.start();
    const px = x(start[0]);
    const py = y(this.scene.field.dim === 2 ? start[1] : this.curveAt(start[0]));
    this.handle.hidden = px < left - 1 || px > left + width + 1 || py < top - 1 || py > top + height + 1;
    this.handle.style.translate = `calc(${px}px - 50%) calc(${py}px - 50%)`;
  }

  /** A point on the screen as a place on the surface, with no more digits than pixels can mean. */
  at(event) {
    const box = this.box.getBoundingClientRect();
    const { left, top, width, height } = this.map;
    const px = Math.max(left, Math.min(left + width, event.clientX - box.left));
    const py = Math.max(top, Math.min(top + height, event.clientY - box.top));
    return this.rounded(this.map.data(px, py));
  }

  rounded(point) {
    const places = Math.max(0, Math.min(12, Math.ceil(-Math.log10(this.map.unit.x))));
    return point.slice(0, this.scene.field.dim).map((v) => Number(v.toFixed(places)));
  }

  /** Where the pointer is, and how high it is there. */
  _hover(event) {
    this.readout.hidden = !event;
    if (!event) return;
    const { field } = this.scene;
    const box = this.box.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const point = this.rounded(this.map.data(px, py));
    const names = field.names ?? ["x", "y"];
    const [value] = field.values([point[0]], [point[1] ?? 0]);
    const said = (name, v) => h("div", {}, `${name} ${String(v).replace("-", "−")}`);
    this.readout.replaceChildren(...point.map((v, d) => said(names[d], v)), said(field.names ? _("loss") : "f", number(value)));
    // on the side where there is more room
    const [right, down] = [px < box.width / 2, py < box.height / 2];
    Object.assign(this.readout.style, {
      left: right ? `${px + 14}px` : "auto", right: right ? "auto" : `${box.width - px + 14}px`,
      top: down ? `${py + 14}px` : "auto", bottom: down ? "auto" : `${box.height - py + 14}px`,
    });
  }

  _wireHandle() {
    const start = (point) => {
      this.listener.onStart(point);
      this._placeHandle();
    };
    const nudge = (way, far) => {
      const by = (far ? 0.05 : 0.005) * this.map.side;
      start(this.rounded(this.listener.start().map((v, d) => v + way[d] * by)));
    };
    movable(this.handle, (event) => start(this.at(event)), nudge);
  }
}

/** What stands upon a picture's stage: boxes in the picture's pixels. @param {HTMLElement} box */
export function covered(box) {
  const { left, top } = box.getBoundingClientRect();
  const upon = box.closest(".ov-stage")?.querySelectorAll(".ov-tools, .ov-arrows, .ov-looks") ?? [];
  return [...upon].map((element) => element.getBoundingClientRect()).filter(({ width }) => width).map((at) => ({ left: at.left - left, top: at.top - top, right: at.right - left, bottom: at.bottom - top }));
}
