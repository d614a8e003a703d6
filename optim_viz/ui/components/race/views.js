// The race's picture in the ways it can be looked at: the map, the surface in three dimensions, or both; with the arrows upon it.

import { ArrowLayer, ArrowSwitches, inside, largest } from "./arrows.js";
import { FRONT } from "./camera.js";
import { h, Layer } from "../player/dom.js";
import { lastRow } from "../player/paths.js";
import { Picture, zoomTools } from "../player/picture.js";
import { Space } from "./space.js";
import { _ } from "../player/texts.js";

/** @typedef {{look: string, zoom: number[], camera: number[], arrows: {runner: number, shown: string[]}}} Ways */

export class Views {
  /**
   * @param {{scales: Record<string, string[]>, form: import("../player/form.js").Form}} choices `scales`: colours of a surface
   *   from the valley up, by theme
   * @param {{start: () => number[], onStart: (start: number[]) => void, onChange: (ways: Partial<Ways>) => void}} listener
   *   `onChange` is told what the hand has changed of how the picture is looked at, and keeps it in the scene's `ways`
   */
  constructor({ scales, form }, listener) {
    this.listener = listener;
    this.flat = new Picture(scales, {
      start: listener.start,
      onStart: listener.onStart,
      onZoom: (zoom) => {
        this._space();
        listener.onChange({ zoom });
      },
      onDraw: () => this._arrows(),
    });
    this.space = new Space(scales, form.field("camera").ends, {
      onCamera: (camera) => listener.onChange({ camera: same(camera, FRONT) ? [] : camera }),
      onDraw: () => this._arrows(),
    });
    this.layers = [this.flat, this.space].map(({ box }) => new ArrowLayer(new Layer(box)));
    this.switches = new ArrowSwitches(form.field("arrows").options, (arrows) => {
      listener.onChange({ arrows });
      this._arrows();
    });
    const names = { map: _("Map"), "3d": _("3-D"), both: _("Both") };
    this.looks = form.field("look").options.map((look) =>
      h("button", { type: "button", class: "ov-look", "data-look": look, onclick: () => this._choose(look) }, names[look]),
    );
    this.choice = h("div", { class: "ov-looks", role: "group", "aria-label": _("View") }, ...this.looks);
    this.element = h(
      "div",
      { class: "ov-stage" },
      h("div", { class: "ov-views" }, this.flat.element, this.space.element),
      h("div", { class: "ov-corner", "data-part": "views" }, this.switches.element, this.choice),
      zoomTools(this.flat, () => this._whole()),
    );
  }

  /** @param {object} scene of `Picture.show`, with `ways`, see Ways */
  show(scene) {
    const { ways, field, runs } = scene;
    this.scene = scene;
    this.choice.hidden = field.dim === 1;
    this._show(field.dim === 1 ? "map" : ways.look);
    this.switches.show(ways.arrows, runs.map(({ runner }) => runner), field.minima.length > 0);
    this.flat.show({ ...scene, zoom: ways.zoom, draft: true }); // finely when it rests
    this.space.camera = ways.camera.length ? ways.camera : FRONT;
    this._space();
    this._arrows();
  }

  /** Other runs, perhaps on a surface that has changed its shape; `more` of the scene that goes with them. */
  runs(runs, step, more = {}) {
    const { field } = this.scene;
    Object.assign(this.scene, { runs, step, ...more });
    this.flat.runs(runs, step, more);
    if (this.scene.field !== field) this._space(true);
    else if (this.space.scene) this.space.runs(runs, step, more);
    this._arrows();
  }

  move(step) {
    this.scene.step = step;
    this.flat.move(step);
    this.space.scene && this.space.move(step);
    this._arrows();
  }

  /** The next scene is shown from its own point of view. */
  rewind() {
    this.flat.rewind();
  }

  close() {
    this.flat.close();
    this.space.close();
    this.switches.close();
  }

  /** The view after the one that is shown; of a curve there is one. */
  next() {
    if (this.choice.hidden) return;
    const at = this.looks.findIndex((button) => button.dataset.look === this.element.dataset.look);
    this._choose(this.looks[(at + 1) % this.looks.length].dataset.look);
  }

  _choose(look) {
    this.listener.onChange({ look });
    this._show(look);
    this.flat.show({ ...this.scene, zoom: this.scene.ways.zoom });
    this._space();
    this._arrows();
  }

  _show(look) {
    this.element.dataset.look = look;
    this.flat.hidden = look === "3d";
    this.space.box.hidden = look === "map";
    for (const button of this.looks) button.setAttribute("aria-pressed", String(button.dataset.look === look));
  }

  /** The piece that the map is asked to show, in three dimensions. */
  _space(draft = this.scene?.draft) {
    if (!this.scene || this.space.box.hidden) return;
    const relief = this.flat.hidden ? null : this.flat.ground.relief; // side by side both have the same levels
    this.space.show({ ...this.scene, draft, view: this.flat.piece, relief });
  }

  /** All of the surface, seen from the front. */
  _whole() {
    this.space.look([]);
    this.listener.onChange({ camera: [] });
    this.flat.look([]);
  }

  /** The arrows at the chosen runner's head, on each picture that is shown. */
  _arrows() {
    if (!this.scene) return;
    const { ways, runs, field: { dim, minima }, step, look } = this.scene;
    const run = runs[ways.arrows.runner] ?? runs[0];
    const { shown } = ways.arrows;
    const values = run && shown.length ? inside(run, dim, Math.min(step, lastRow(run)), minima.map((at) => at.slice(0, dim))) : null;
    if (values && run !== this.measured) [this.measured, this.top] = [run, largest(run, dim)];
    [this.flat, this.space].forEach((picture, k) => {
      const seen = picture.map && !(picture.hidden ?? picture.box.hidden);
      if (values && seen) this.layers[k].draw(picture.map, run, dim, values, shown, this.top, look, picture.paths.names);
      else this.layers[k].clear();
    });
    this.element.dataset.arrows = values ? JSON.stringify(values) : "";
  }
}

const same = (a, b) => a.every((v, k) => v === b[k]);
