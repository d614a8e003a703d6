// The surface in three dimensions with the paths upon it: turned by the hand, and drawn without WebGL (terrain.js says why).

import { FRONT, TALL, moved, projection } from "./camera.js";
import { h, Layer } from "../player/dom.js";
import { stroke } from "../player/draw.js";
import { number } from "../player/format.js";
import { Paths, lastRow } from "../player/paths.js";
import { covered } from "../player/picture.js";
import { levelsOf } from "../player/relief.js";
import { ticks } from "../player/scales.js";
import { Raster, Terrain, palette } from "./terrain.js";
import { _ } from "../player/texts.js";

const TURN = 0.4; // degrees to a pixel
const WHEEL = 0.0012; // of the distance, to a unit of the wheel
const REST = 160; // milliseconds after which the picture is drawn finely
const FINE = 2; // pixels of the resting picture to one of the screen: its edges are smooth
const KEYS = { ArrowLeft: { turn: -5 }, ArrowRight: { turn: 5 }, ArrowUp: { rise: 5 }, ArrowDown: { rise: -5 }, "+": { nearer: 0.9 }, "=": { nearer: 0.9 }, "-": { nearer: 1 / 0.9 } };

/** Three to six round numbers between two ends. */
const even = (from, to) => ticks({ type: "linear", range: [from, to] }, 4).map(({ at }) => at);

export class Space {
  /**
   * @param {Record<string, string[]>} scales colours from the valley up, by theme
   * @param {number[][]} ends of each of a camera's numbers
   * @param {{onCamera: (camera: number[]) => void, onDraw: () => void}} listener
   */
  constructor(scales, ends, listener) {
    this.scales = scales;
    this.ends = ends;
    this.listener = listener;
    this.camera = FRONT;
    this.raster = new Raster();
    this.box = h("div", {
      class: "ov-picture ov-space",
      role: "application",
      tabindex: 0,
      "aria-label": _("Surface in three dimensions: drag to turn it, or use the arrow keys"),
    });
    this.floor = new Layer(this.box);
    this.ground = h("canvas", { class: "ov-layer", "aria-hidden": "true" });
    this.box.append(this.ground);
    this.marks = new Layer(this.box);
    this.paths = new Paths(new Layer(this.box), new Layer(this.box));
    this.element = this.box;
    this._wire();
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.box);
  }

  /**
   * @param {{field: import("../player/field.js").Field, view: number[], start: number[], runs: object[], look: object, step: number,
   *   draft: boolean, relief: import("../player/relief.js").Relief | null}} scene `view` the piece that is looked at, `draft` whether
   *   the next one is on its way, `relief` how a map beside it tells heights apart
   */
  show(scene) {
    const { field, view, look, relief } = scene;
    const made = [field, ...view, relief?.first, relief?.size, relief?.count];
    if (!this.made || made.some((part, k) => part !== this.made[k])) {
      this.terrain = new Terrain(field, view, relief);
      this.made = made;
    }
    const colours = `${look.theme} ${this.terrain.relief?.count}`;
    if (colours !== this.coloured && !this.terrain.empty) this.colours = palette(this.scales[look.theme], this.terrain.relief.count, look.theme);
    this.coloured = colours;
    this.scene = scene;
    clearTimeout(this.resting);
    this.draw(scene.draft ? 1 : FINE);
    if (scene.draft) this.resting = setTimeout(() => this.draw(), REST);
  }

  /** Other runs on the same surface. */
  runs(runs, step, more = {}) {
    Object.assign(this.scene, { runs, step, ...more });
    if (this.map && !this.box.hidden) this.paths.reset(runs, this.map, this.scene.look, step);
  }

  move(step) {
    this.scene.step = step;
    if (this.map && !this.box.hidden) this.paths.move(step);
  }

  /** Look from here; from the front for []. */
  look(camera) {
    this.camera = camera.length ? camera : FRONT;
    this.draw();
  }

  close() {
    this.sizes.disconnect();
    clearTimeout(this.resting);
    cancelAnimationFrame(this.frame);
  }

  /** All of it, as seen from where the camera now is; coarsely while it moves, finely when it rests. */
  draw(ratio = FINE) {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!this.scene || this.box.hidden || !width || !height) return;
    const seen = [this.terrain, this.camera, width, height, ratio, this.colours, globalThis.devicePixelRatio];
    if (!this.seen || seen.some((part, k) => part !== this.seen[k])) {
      this.seen = seen;
      this.raster.draw(this.terrain, this.camera, { width, height }, ratio, this.colours);
      Object.assign(this.ground, { width: this.raster.width, height: this.raster.height });
      this.ground.getContext("2d").putImageData(this.raster.image, 0, 0);
      this.map = this._map(width, height);
    }
    this._floor();
    this._marks();
    const { runs, look, step } = this.scene;
    this.paths.reset(runs, this.map, look, step);
    this.box.dataset.camera = this.camera.join(",");
    this.box.dataset.levels = this.terrain.empty ? "" : levelsOf(this.terrain.relief);
    this.listener.onDraw();
  }

  /** The frame, and where things lie in it. */
  _map(width, height) {
    const { terrain, raster } = this;
    const frame = { left: 0, top: 0, width, height, covered: covered(this.box) };
    if (terrain.empty) {
      const nowhere = { x: NaN, y: NaN, behind: false };
      const trace = (run) => ({ points: new Float64Array(2 * (lastRow(run) + 1)).fill(NaN) });
      return { ...frame, side: 1, hilly: true, point: () => nowhere, trace, edge: () => ({ x: width / 2, y: height / 2, angle: 0 }) };
    }
    const project = projection(this.camera, terrain, { width, height });
    const at = [0, 0, 0];
    /** A point of the plane, where it lies on the surface. */
    const point = (x, y) => {
      if (!terrain.holds(x, y)) return { x: NaN, y: NaN, behind: false };
      terrain.at(x, y, at);
      project(at[0], at[1], at[2], at);
      return { x: at[0], y: at[1], behind: raster.covers(at[0], at[1], at[2]) };
    };
    const trace = (run) => {
      const rows = lastRow(run) + 1;
      const [points, behind, corners] = [[], [], new Int32Array(rows)];
      const put = (x, y) => {
        const here = point(x, y);
        points.push(here.x, here.y);
        behind.push(Number(here.behind));
      };
      const { theta } = run;
      put(theta[0], theta[1]);
      for (let i = 1; i < rows; i++) {
        terrain.lay(theta[2 * i - 2], theta[2 * i - 1], theta[2 * i], theta[2 * i + 1], put);
        corners[i] = behind.length - 1;
      }
      return { points: Float64Array.from(points), behind: Uint8Array.from(behind), corners };
    };
    /** Where the way to a row from the middle leaves the piece, and which way it leads. */
    const edge = (run, row) => {
      const [mx, my] = [(terrain.x0 + terrain.x1) / 2, (terrain.y0 + terrain.y1) / 2];
      const [dx, dy] = [run.theta[2 * row] - mx, run.theta[2 * row + 1] - my];
      const reach = Math.min((terrain.x1 - mx) / Math.abs(dx), (terrain.y1 - my) / Math.abs(dy));
      const [a, b] = [0.9, 0.999].map((part) => point(mx + dx * reach * part, my + dy * reach * part));
      return { x: b.x, y: b.y, angle: Math.atan2(b.y - a.y, b.x - a.x) };
    };
    const side = Math.min(terrain.x1 - terrain.x0, terrain.y1 - terrain.y0);
    return { ...frame, side, hilly: true, point, trace, edge };
  }

  /** What stands below and around the surface: its frame on the floor, numbers at two sides, and what height means. */
  _floor() {
    const context = this.floor.clear();
    const { terrain, scene: { look, field: { log } } } = this;
    const { width, height } = this.map;
    context.font = `${12 * look.scale}px ${look.font}`;
    context.fillStyle = look.text;
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.fillText(log ? _("Height: the loss, on a logarithmic scale") : _("Height: the loss"), 8, height - 6);
    if (terrain.empty) return;
    const project = projection(this.camera, terrain, { width, height });
    const { wide, deep, x0, x1, y0, y1 } = terrain;
    const world = (x, y) => project(((x - x0) / (x1 - x0) - 0.5) * wide, ((y - y0) / (y1 - y0) - 0.5) * deep, -TALL / 2, [0, 0, 0]);
    context.strokeStyle = look.border;
    context.lineWidth = 1;
    context.beginPath();
    for (const [x, y] of [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) context.lineTo(...world(x, y).slice(0, 2));
    context.closePath();
    context.stroke();
    // numbers stand at the two sides that are nearest to the eye
    const [a] = this.camera;
    const [near, right] = [Math.sin((a * Math.PI) / 180) < 0 ? y0 : y1, Math.cos((a * Math.PI) / 180) < 0 ? x0 : x1];
    const middle = world((x0 + x1) / 2, (y0 + y1) / 2);
    const label = (text, x, y, away) => {
      const [px, py] = world(x, y);
      const [cx, cy] = world(...away);
      const long = Math.hypot(px - cx, py - cy) || 1;
      const [ux, uy] = [(px - cx) / long, (py - cy) / long];
      context.textAlign = Math.abs(ux) < 0.3 ? "center" : ux > 0 ? "left" : "right";
      context.textBaseline = "middle";
      stroke(context, px, py, px + 4 * ux, py + 4 * uy);
      context.fillText(text, px + 9 * ux, py + 11 * uy);
    };
    if (middle[2] > 0) {
      for (const x of even(x0, x1)) label(number(x), x, near, [x, y0 + y1 - near]);
      for (const y of even(y0, y1)) label(number(y), right, y, [x0 + x1 - right, y]);
    }
  }

  /** The minima, and the start as a ring. */
  _marks() {
    const context = this.marks.clear();
    const { field: { minima }, look, start } = this.scene;
    context.strokeStyle = look.text;
    const mark = (x, y, draw) => {
      const here = this.map.point(x, y);
      if (Number.isNaN(here.x)) return;
      context.globalAlpha = here.behind ? 0.3 : 1;
      context.lineWidth = 2;
      context.beginPath();
      draw(here.x, here.y);
      context.stroke();
    };
    minima.forEach(([x, y]) =>
      mark(x, y, (px, py) => {
        context.moveTo(px - 6, py);
        context.lineTo(px + 6, py);
        context.moveTo(px, py - 6);
        context.lineTo(px, py + 6);
      }),
    );
    mark(start[0], start[1], (px, py) => context.arc(px, py, 7, 0, 2 * Math.PI));
    context.globalAlpha = 1;
  }

  _wire() {
    const { box } = this;
    const hands = new Map();
    const turn = (change) => {
      this.camera = moved(this.camera, change, this.ends);
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.draw(1));
      clearTimeout(this.resting);
      this.resting = setTimeout(() => {
        cancelAnimationFrame(this.frame);
        this.draw();
        this.listener.onCamera(this.camera);
      }, REST);
    };
    const spread = () => {
      const [a, b] = [...hands.values()];
      return b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
    };
    box.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      box.setPointerCapture(event.pointerId);
      hands.set(event.pointerId, { x: event.clientX, y: event.clientY });
    });
    box.addEventListener("pointermove", (event) => {
      const last = hands.get(event.pointerId);
      if (!last) return;
      const before = spread();
      hands.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (hands.size > 1) turn({ nearer: before / Math.max(1, spread()) });
      else turn({ turn: (last.x - event.clientX) * TURN, rise: (event.clientY - last.y) * TURN });
    });
    for (const name of ["pointerup", "pointercancel"]) box.addEventListener(name, (event) => hands.delete(event.pointerId));
    box.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        turn({ nearer: Math.exp(Math.max(-120, Math.min(120, event.deltaY)) * WHEEL) });
      },
      { passive: false },
    );
    box.addEventListener("keydown", (event) => {
      const change = KEYS[event.key];
      if (!change || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault(); // and so the step stays
      turn(change);
    });
  }
}
