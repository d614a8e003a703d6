// A mark that the reader places on the picture: by a click, by dragging, or by the arrow keys.

import { h, movable } from "../player/dom.js";
import { _ } from "../player/texts.js";

export class Mark {
  /** @param {any} picture the player's @param {() => void} onMove */
  constructor(picture, onMove) {
    this.picture = picture;
    this.onMove = onMove;
    /** Where it stands, in the surface's coordinates; null while there is none. */
    this.point = null;
    this.element = h("button", { type: "button", class: "ls-mark", "aria-label": _("Your mark: drag it, or use the arrow keys"), hidden: true });
    picture.element.append(this.element);
    this._wire();
  }

  /** Show it, at a point or first in a corner; `fixed` once the answer is given. */
  show(point, fixed) {
    this.fixed = fixed;
    this.point = point ?? this.point;
    this.element.disabled = fixed;
    this.element.hidden = false;
    this.place();
  }

  hide() {
    this.point = null;
    this.element.hidden = true;
  }

  get active() {
    return !this.element.hidden && !this.fixed;
  }

  put(point) {
    this.point = point;
    this.place();
    this.onMove();
  }

  /** Call when the picture has moved. */
  place() {
    const { map, scene } = this.picture;
    if (this.element.hidden || !map) return;
    const [px, py] = this.point ? [map.x(this.point[0]), map.y(this.point[1] ?? this.picture.curveAt(this.point[0]))] : this._corner();
    const outside = px < map.left - 1 || px > map.left + map.width + 1 || py < map.top - 1 || py > map.top + map.height + 1;
    this.element.style.visibility = outside && scene ? "hidden" : "";
    this.element.style.translate = `${px - 16}px ${py - 16}px`;
  }

  _corner() {
    const { map } = this.picture;
    return [map.left + 0.85 * map.width, map.top + 0.15 * map.height];
  }

  _wire() {
    const nudge = ([right, up], far) => {
      const { map } = this.picture;
      const by = far ? 40 : 8; // pixels
      const [x, y] = this.point ? [map.x(this.point[0]), map.y(this.point[1] ?? 0)] : this._corner();
      this.put(this.picture.rounded(map.data(x + right * by, y - up * by)));
    };
    movable(this.element, (event) => this.put(this.picture.at(event)), nudge);
  }
}
