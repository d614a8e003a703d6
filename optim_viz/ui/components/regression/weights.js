// The loss over the weights, with the path of the seed that is shown and, faint, those of all others.

import { h, Layer } from "../player/dom.js";
import { clipped, disc, stroke } from "../player/draw.js";
import { Picture, zoomTools } from "../player/picture.js";

const ARROW = 64; // pixels: the longer of the two gradients; the other to scale

export class Weights extends Picture {
  constructor(scales, listener) {
    super(scales, listener);
    this.others = new Layer(this.box, "others");
    this.marks.canvas.after(this.others.canvas);
    this.gradients = null;
    this.element = h("div", { class: "ov-stage" }, this.element, zoomTools(this));
  }

  draw(isFine) {
    super.draw(isFine);
    if (this.map && !this.hidden) this._others();
  }

  runs(runs, step, more) {
    super.runs(runs, step, more);
    if (this.map && !this.hidden) this._others();
  }

  _placeHandle() {
    if (this.scene.draggable) super._placeHandle();
    else this.handle.hidden = true;
  }

  /** The true gradient and that of the next batch where a runner stands, pointing downhill. @param {object | null} seen */
  point(seen) {
    this.gradients = seen;
    if (this.map && !this.hidden) this._others();
  }

  _arrows(context) {
    const { theta, truth, next, colour } = this.gradients;
    if (theta.length !== 2) return;
    const { x, y } = this.map;
    const [left, up] = [x(theta[0]), y(theta[1])];
    const across = ([u, v]) => [x(theta[0] - u) - left, y(theta[1] - v) - up];
    const ways = [[across(truth), this.scene.look.text], [across(next), colour]];
    const scale = ARROW / Math.max(...ways.map(([way]) => Math.hypot(...way)), 1e-300);
    context.globalAlpha = 1;
    for (const [[right, down], ink] of ways)
      for (const [stroked, width] of [[this.scene.look.background, 5], [ink, 2.5]]) {
        context.strokeStyle = context.fillStyle = stroked;
        context.lineWidth = width;
        stroke(context, left, up, left + right * scale, up + down * scale);
        disc(context, left + right * scale, up + down * scale, width + 1.5);
      }
  }

  _others() {
    const context = clipped(this.others.clear(), this.map);
    const { x, y } = this.map;
    context.lineWidth = 1;
    for (const { others, runner } of this.scene.runs) {
      if (!others) continue;
      context.strokeStyle = runner.colour;
      context.globalAlpha = Math.max(0.1, 0.45 / Math.sqrt(others.length));
      for (const path of others) {
        context.beginPath();
        for (let i = 0; i < path.length; i += 2) {
          const [px, py] = [x(path[i]), y(path[i + 1])];
          // who leaves the picture by far is not followed: browsers draw such lines slowly
          if (!(Math.abs(px) < 1e4 && Math.abs(py) < 1e4)) break;
          if (i) context.lineTo(px, py);
          else context.moveTo(px, py);
        }
        context.stroke();
      }
    }
    if (this.gradients) this._arrows(context);
    context.restore();
  }
}
