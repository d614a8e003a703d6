// The surface with everything on it: Plotly's contours or curve below, paths on canvases above, the start handle on top.

import { followSize, mapping } from "./axes.js";
import { Layer, h, movable } from "./dom.js";
import { Paths, flat } from "./paths.js";
import { pinch } from "./pinch.js";
import { between } from "./scales.js";
import { _ } from "./texts.js";

const CLICK_PIXELS = 4; // a press that moves less is a click
const DOUBLE_CLICK = 300; // milliseconds; a second click within them resets the view
const CONFIG = { displayModeBar: false, scrollZoom: true, responsive: false, doubleClick: false };

/** The ends of an axis with as many digits as its length gives a meaning to. */
function rounded(range) {
  const [from, to] = range.map(Number);
  const places = Math.max(0, Math.min(20, 6 - Math.floor(Math.log10(to - from))));
  return [from, to].map((v) => Number(v.toFixed(places)));
}

/** Every second line of a grid: contours through a quarter of the points, while a hand does not wait for more. */
function thinned(trace) {
  const second = (values) => values.filter((_v, i) => i % 2 === 0);
  const [z, customdata] = [trace.z, trace.customdata].map((rows) => second(rows).map(second));
  return { ...trace, x: second(trace.x), y: second(trace.y), z, customdata };
}

/** The buttons that zoom a picture. @param {Picture} picture @param {() => void} [whole] shows all of it */
export function zoomTools(picture, whole = () => picture.look([])) {
  const tool = (label, text, action) =>
    h("button", { type: "button", class: "ov-tool", "aria-label": label, title: label, onclick: action }, text);
  return h(
    "div",
    { class: "ov-tools", "data-part": "zoom" },
    tool(_("Zoom in"), "+", () => picture.zoomBy(0.7)),
    tool(_("Zoom out"), "−", () => picture.zoomBy(1 / 0.7)),
    tool(_("Whole surface"), "⤢", whole),
  );
}

export class Picture {
  /**
   * @param {{start: () => number[], onStart: (start: number[]) => void, onZoom: (zoom: number[]) => void,
   *   onDraw?: () => void}} listener `start`
   *   gives the one last asked for, which may be ahead of the one that is shown
   */
  constructor(Plotly, scales, listener) {
    this.Plotly = Plotly;
    this.scales = scales;
    /** How often a point of view was begun with, and what plotly was given last: by these it knows what it still lacks. */
    this.looks = 0;
    this.given = null;
    this.listener = listener;
    this.plot = h("div", { class: "ov-plot" });
    this.box = h("div", { class: "ov-picture", role: "img" }, this.plot);
    this.paths = new Paths(new Layer(this.box), new Layer(this.box));
    this.handle = h("button", { type: "button", class: "ov-handle", "data-part": "start", "aria-label": _("Start point: drag it, or use the arrow keys") });
    this.element = h("div", { class: "ov-flat" }, this.box, this.handle);
    this._wireHandle();
    this._wireClicks();
    this.isPinched = pinch(this.box, { map: () => this.map, view: () => this._view(), show: (zoom) => this.look(zoom) });
    this.close = followSize(Plotly, this.plot, this.box, () => this.plot._fullLayout && !this._isStale(), () => this._resized());
  }

  /**
   * @param {{figure: object | null, dim: number, key: string, runs: object[], start: number[], startLoss: number, zoom: number[],
   *   look: object, step: number, label: string, draft: boolean}} scene `figure` null: the surface has not changed; `zoom` is used by a fresh picture only;
   *   `draft`: the next one is on its way
   */
  async show(scene) {
    const { looks } = this;
    if (this.scene?.looks !== looks) this.zoom = this.applied = scene.zoom;
    this.scene = { ...scene, looks, figure: scene.figure ?? this.scene.figure };
    this.home = [...this.scene.figure.layout.xaxis.range, ...this.scene.figure.layout.yaxis.range];
    this.box.setAttribute("aria-label", scene.label);
    if (this.hidden) return;
    if (this._isStale()) {
      const { figure, look, draft } = this.scene;
      const isFirst = !this.given;
      this.given = { figure, looks, theme: look.theme, scale: look.scale, isCoarse: draft };
      const { data, layout } = this._styled(figure);
      this.drawing = this.Plotly.react(this.plot, data, layout, CONFIG);
      if (isFirst) this.drawing.then(() => this.plot._fullLayout && this._wirePlotly()); // unless the page was left meanwhile
    }
    await this.drawing; // this call's, or one's that has begun it
    if (this.applied !== this.zoom && this.plot._fullLayout) await this._apply();
    this.draw();
  }

  /** Whether plotly has not been given what is to be seen; while it is hidden it is given nothing. */
  _isStale() {
    const { given, scene } = this;
    const { figure, looks, look } = scene;
    const same = given?.figure === figure && given.looks === looks && given.theme === look.theme && given.scale === look.scale;
    return !same || (given.isCoarse && !scene.draft);
  }

  /** The next scene is shown from its own point of view, not from where the last one was zoomed to. */
  rewind() {
    this.looks++; // plotly keeps zoom and pan while this stays the same
  }

  /** Other runs on the same surface. */
  runs(runs, step, more = {}) {
    Object.assign(this.scene, { runs, step, ...more });
    if (!this.map || this.hidden) return;
    this.paths.reset(runs, this.map, this.scene.look, step);
    this._placeHandle();
  }

  move(step) {
    this.scene.step = step;
    if (!this.hidden) this.paths.move(step);
  }

  /** The part of the surface that is asked for: x from, x to, y from, y to. */
  get piece() {
    return this.zoom.length ? this.zoom : this.home;
  }

  /** While it is hidden nothing is drawn: when it no longer is, `show` the scene once more. */
  set hidden(hidden) {
    this.element.hidden = hidden;
  }

  get hidden() {
    return this.element.hidden;
  }

  /** Everything above the surface, where the view now is. */
  draw() {
    if (!this.plot._fullLayout || this.hidden || this._isStale()) return;
    const map = mapping(this.plot);
    const { runs, dim, look, step } = this.scene;
    /** the shorter side, in the surface's own units */
    const side = Math.min(map.width * map.unit.x, dim === 1 ? Infinity : map.height * map.unit.y);
    this.map = { ...map, side, point: (x, y) => ({ x: map.x(x), y: map.y(y), behind: false }), trace: (run) => flat(run, dim, map) };
    this.paths.reset(runs, this.map, look, step);
    this._placeHandle();
    this.listener.onDraw?.();
  }

  _styled(figure) {
    const { look, dim } = this.scene;
    const quiet = { gridcolor: look.border, zeroline: false, linecolor: look.border, tickcolor: look.border, automargin: false };
    const layout = {
      ...figure.layout,
      uirevision: this.scene.looks,
      font: { family: look.font, size: 12 * look.scale, color: look.text },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: (dim === 1 ? 52 : 34) * look.scale, r: 8, t: 8, b: 26 * look.scale },
      dragmode: matchMedia("(pointer: coarse)").matches ? false : "pan",
      xaxis: { ...figure.layout.xaxis, ...quiet, showgrid: dim === 1 },
      yaxis: { ...figure.layout.yaxis, ...quiet, showgrid: dim === 1 },
      hoverlabel: { bgcolor: look.background, bordercolor: look.border, font: { color: look.text, family: look.font } },
    };
    if (this.zoom.length) {
      layout.xaxis.range = this.zoom.slice(0, 2);
      layout.yaxis.range = this.zoom.slice(2);
    }
    const data = figure.data.map((trace) => {
      if (trace.type === "contour") {
        const scale = this.scales[look.theme].map((colour, i, all) => [i / (all.length - 1), colour]);
        return { ...(this.given.isCoarse ? thinned(trace) : trace), colorscale: scale, line: { ...trace.line, color: look.theme === "light" ? "rgba(60,80,110,.35)" : "rgba(170,190,220,.22)" } };
      }
      if (trace.mode === "markers") return { ...trace, marker: { ...trace.marker, line: { ...trace.marker.line, color: look.text } } };
      return { ...trace, line: { color: look.text, width: 1.5 * look.scale } };
    });
    return { data, layout };
  }

  _wirePlotly() {
    this.plot.on("plotly_doubleclick", () => this.isPinched() || this.look([]));
    this.plot.on("plotly_relayouting", () => this.draw());
    this.plot.on("plotly_relayout", (change) => {
      this.draw();
      // what the hand does comes end by end; what this module asks for, also after a resize, comes as a range
      if ("xaxis.range[0]" in change || "yaxis.range[0]" in change) this._told();
    });
  }

  /** Show this part of the surface: x from, x to, y from, y to; all of it for []. */
  async look(zoom) {
    this.zoom = zoom;
    if (this.hidden) {
      this.listener.onZoom(zoom);
      return;
    }
    await this._apply();
    this._told();
  }

  _apply() {
    const [x0, x1, y0, y1] = this.piece;
    this.applied = this.zoom;
    return this.Plotly.relayout(this.plot, { "xaxis.range": [x0, x1], "yaxis.range": [y0, y1] });
  }

  _told() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    this.zoom = this.applied = this._isHome() ? [] : [...rounded(xaxis.range), ...rounded(yaxis.range)];
    this.listener.onZoom(this.zoom);
  }

  /** Whether the view is the one that the figure asks for; with one scale for both axes one of them may show more. */
  _isHome() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    const same = (range, from, to) => Math.abs(range[0] - from) + Math.abs(range[1] - to) < 1e-3 * (to - from);
    const [x0, x1, y0, y1] = this.home;
    const x = same(xaxis.range, x0, x1);
    const y = same(yaxis.range, y0, y1);
    const centred = (range, from, to) => Math.abs(range[0] + range[1] - from - to) < 2e-3 * (to - from);
    if (!this.scene.figure.layout.yaxis.scaleanchor) return x && y;
    return (x && centred(yaxis.range, y0, y1)) || (y && centred(xaxis.range, x0, x1));
  }

  /** What is shown, or while it is hidden will be. */
  _view() {
    if (this.hidden) return this.piece;
    const { xaxis, yaxis } = this.plot._fullLayout;
    return [...xaxis.range, ...yaxis.range].map(Number);
  }

  /** Show a part of the surface that is so many times as large. */
  zoomBy(factor) {
    const scaled = ([from, to]) => {
      const [middle, half] = [(from + to) / 2, ((to - from) / 2) * factor];
      return rounded([middle - half, middle + half]);
    };
    const view = this._view();
    this.look([...scaled(view.slice(0, 2)), ...scaled(view.slice(2))]);
  }

  async _resized() {
    // with one scale for both axes each resize would widen the view a little: it begins anew from what was asked for
    await this._apply();
    this.draw();
  }

  /** The height of the curve at x, between its grid points (one dimension only). */
  curveAt(x) {
    const { x: xs, y: ys } = this.scene.figure.data[0];
    return between(xs, ys, x);
  }

  /** The handle stands where the start was asked to be: it never jumps back under the hand. */
  _placeHandle() {
    const { x, y, left, top, width, height } = this.map;
    const start = this.listener.start();
    const answered = start[0] === this.scene.start[0];
    const px = x(start[0]);
    const py = y(this.scene.dim === 2 ? start[1] : answered ? this.scene.startLoss : this.curveAt(start[0]));
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
    const { xaxis } = this.plot._fullLayout;
    const pixel = Math.abs(xaxis.range[1] - xaxis.range[0]) / xaxis._length;
    const places = Math.max(0, Math.min(12, Math.ceil(-Math.log10(pixel))));
    return point.slice(0, this.scene.dim).map((v) => Number(v.toFixed(places)));
  }

  _wireHandle() {
    const start = (point) => {
      this.listener.onStart(point);
      this._placeHandle();
    };
    const nudge = (way, far) => {
      const { xaxis, yaxis } = this.plot._fullLayout;
      const by = (far ? 0.05 : 0.005) * Math.min(xaxis.range[1] - xaxis.range[0], this.scene.dim === 1 ? Infinity : yaxis.range[1] - yaxis.range[0]);
      start(this.rounded(this.listener.start().map((v, d) => v + way[d] * by)));
    };
    movable(this.handle, (event) => start(this.at(event)), nudge);
  }

  /** A click on the surface puts the start there; a drag pans, which Plotly does, and a double click resets the view. */
  _wireClicks() {
    let timer = 0;
    this.plot.addEventListener(
      "pointerdown",
      (down) => {
        if (down.button !== 0 || !this.map) return;
        const box = this.box.getBoundingClientRect();
        const [px, py] = [down.clientX - box.left - this.map.left, down.clientY - box.top - this.map.top];
        if (px < 0 || py < 0 || px > this.map.width || py > this.map.height) return;
        const up = (event) => {
          removeEventListener("pointerup", up, true);
          removeEventListener("pointercancel", up, true);
          if (event.type !== "pointerup" || this.isPinched() || Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > CLICK_PIXELS) return;
          if (timer) {
            clearTimeout(timer);
            timer = 0;
            return;
          }
          const start = this.at(event);
          timer = setTimeout(() => {
            timer = 0;
            this.listener.onStart(start);
          }, DOUBLE_CLICK);
        };
        addEventListener("pointerup", up, true);
        addEventListener("pointercancel", up, true);
      },
      true,
    );
  }
}
