// Points drawn by hand: a click adds one, a drag or the arrow keys move it, Delete removes it; the picture beside follows.

import { drawAxes, framed, pageLook } from "../player/axes.js";
import { h, Layer, movable, say } from "../player/dom.js";
import { _ } from "../player/texts.js";

const VIEW = [0, 10, 0, 10];
const STEP = 0.1; // of the arrow keys, and the grain of all points
const FAR = 10; // times as far, with shift
const [LEAST, MOST] = [3, 60];
const BEGIN = [[2, 3], [5, 5.5], [8, 6]];

/** On the grain, within the pad. */
const grained = (v) => Math.round(Math.max(VIEW[0], Math.min(VIEW[1], v)) / STEP) / (1 / STEP);

export class Pad {
  /** @param {(points: number[][]) => void} changed */
  constructor(changed) {
    this.changed = changed;
    /** @type {number[][]} */
    this.points = BEGIN.map((point) => [...point]);
    this.box = h("div", { class: "ov-pad", onclick: (event) => this._click(event) });
    this.paper = new Layer(this.box, "paper");
    this.note = h("p", { class: "ov-note", role: "status", hidden: true });
    const tool = (label, act) => h("button", { type: "button", class: "ov-chip", onclick: act }, label);
    this.element = h(
      "div",
      { role: "group", "aria-label": _("Points of your own"), hidden: true },
      h("p", { class: "ov-note" }, _("Click to add a point, drag it to move it. By keyboard: arrow keys move it (farther with shift), Delete removes it.")),
      this.box,
      h("div", { class: "ov-own" }, tool(_("Add a point"), () => this._add(5, 5)), tool(_("Remove the last"), () => this._remove(this.points.length - 1))),
      this.note,
    );
    this.sizes = new ResizeObserver(() => this._draw());
    this.sizes.observe(this.box);
  }

  /** Open, and the points are the data. */
  show() {
    this._draw();
    this.changed(this.points);
  }

  close() {
    this.sizes.disconnect();
  }

  _draw() {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!width || !height) return;
    const look = pageLook(this.box);
    const context = this.paper.clear();
    this.map = framed(context, { width, height }, VIEW, { isSquare: false, names: ["x", "y"], look });
    drawAxes(context, this.map, { names: ["x", "y"], hasGrid: true, look });
    this._place();
  }

  /** A button on each point; those that are there stay, as one of them may be in somebody's hand. */
  _place() {
    const buttons = [...this.box.querySelectorAll("button")];
    for (const button of buttons.slice(this.points.length)) button.remove();
    this.points.forEach(([x, y], k) => {
      const button = buttons[k] ?? this.box.appendChild(this._button(k));
      button.style.left = `${this.map.x(x)}px`;
      button.style.top = `${this.map.y(y)}px`;
      button.setAttribute("aria-label", _("Point {n}: x {x}, y {y}", { n: k + 1, x, y }));
    });
  }

  _button(k) {
    const button = h("button", {
      type: "button", class: "ov-point", onkeydown: (event) => {
        if (event.key !== "Delete" && event.key !== "Backspace") return;
        event.preventDefault();
        this._remove(k);
      },
    });
    const to = (x, y) => {
      const point = [grained(x), grained(y)];
      if (String(point) !== String(this.points[k])) this._change(() => (this.points[k] = point));
    };
    movable(
      button,
      (event) => to(...this._at(event)),
      (way, far) => to(...this.points[k].map((v, d) => v + way[d] * STEP * (far ? FAR : 1))),
    );
    return button;
  }

  _at({ clientX, clientY }) {
    const { left, top } = this.box.getBoundingClientRect();
    return this.map.data(clientX - left, clientY - top);
  }

  _click(event) {
    if (event.target.closest("button") || !this.map) return;
    const { left, top, width, height } = this.map;
    const box = this.box.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left - left, event.clientY - box.top - top];
    if (px >= 0 && py >= 0 && px <= width && py <= height) this._add(...this._at(event));
  }

  _add(x, y) {
    if (this.points.length >= MOST) return say(this.note, _("At most {n} points can be drawn.", { n: MOST }));
    let point = [grained(x), grained(y)];
    while (this.points.some((other) => String(other) === String(point))) point = [grained((point[0] + 0.7) % VIEW[1]), point[1]]; // not under another
    this._change(() => this.points.push(point));
    this.box.lastElementChild.focus();
  }

  _remove(k) {
    if (this.points.length <= LEAST) return say(this.note, _("At least {n} points are needed.", { n: LEAST }));
    this._change(() => this.points.splice(k, 1));
    this.box.querySelectorAll("button")[Math.min(k, this.points.length - 1)].focus();
  }

  _change(edit) {
    edit();
    const alike = [0, 1].find((d) => this.points.every((point) => point[d] === this.points[0][d]));
    say(this.note, alike === undefined ? "" : _("All points have the same {axis}: nothing can be learnt from them.", { axis: "xy"[alike] }));
    this._place();
    if (alike === undefined) this.changed(this.points);
  }
}
