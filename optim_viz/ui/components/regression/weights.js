// The loss over the weights, with the path of the seed that is shown and, faint, those of all others.

import { h, Layer } from "../player/dom.js";
import { clipped } from "../player/draw.js";
import { Picture, zoomTools } from "../player/picture.js";

export class Weights extends Picture {
  constructor(scales, listener) {
    super(scales, listener);
    this.others = new Layer(this.box, "others");
    this.marks.canvas.after(this.others.canvas);
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
    context.restore();
  }
}
