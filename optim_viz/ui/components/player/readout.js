// The values of all runners at one place of a chart, in order. The table and the words say them too: no screen reader needs it.

import { h } from "./dom.js";
import { together } from "./format.js";
import { mark } from "./marks.js";

const APART = 10; // pixels from what it speaks of

export class Readout {
  /** @param {HTMLElement} parent the chart */
  constructor(parent) {
    this.element = h("div", { class: "ov-readout", "aria-hidden": "true", hidden: true });
    this.heading = h("b");
    this.list = h("div");
    this.element.append(this.heading, this.list);
    parent.append(this.element);
  }

  /**
   * @param {{heading: string, rows: {runner: object, values: number[]}[], nearest: object | undefined, look: object,
   *   pixel: number, wide: number}} what `rows` may be without values: that runner is not there; `nearest` is the row that is meant
   */
  show({ heading, rows, nearest, look, pixel, wide }) {
    this.heading.textContent = heading;
    const rank = ({ values: [value] }) => (value === undefined || Number.isNaN(value) ? Infinity : value);
    const sorted = [...rows].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
    this.list.replaceChildren(
      ...sorted.map((row) => {
        return h("div", { class: row === nearest ? "ov-near" : null }, this._mark(row.runner, look), h("span", {}, row.runner.name), h("i", {}, together(row.values)));
      }),
    );
    // on the side where there is more room, so that it never covers what it speaks of
    const right = pixel < wide / 2;
    this.element.style.left = right ? `${pixel + APART}px` : "auto";
    this.element.style.right = right ? "auto" : `${wide - pixel + APART}px`;
    this.element.style.maxWidth = `${(right ? wide - pixel : pixel) - APART}px`;
    this.element.hidden = false;
  }

  hide() {
    this.element.hidden = true;
  }

  /** Marks are drawn once for each look. */
  _mark(runner, look) {
    if (look !== this.look) {
      this.look = look;
      this.marks = new Map();
    }
    const key = `${runner.marker} ${runner.colour} ${runner.nth}`;
    if (!this.marks.has(key)) this.marks.set(key, mark(runner, look));
    return this.marks.get(key);
  }
}
