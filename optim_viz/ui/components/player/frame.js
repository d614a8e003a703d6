// The page around a player, as a link sets it (optim_viz/ui/parts.py): which parts are hidden, and whether it is on a projector.
//
// An element that is a part bears its name as `data-part`, whenever and by whomever it is made. One with `data-group`, a column
// or a heading with what is under it, closes up when every part in it is hidden.

import { pageLook } from "./axes.js";

const sheet = new CSSStyleSheet();
const ruled = new Set();

/** @typedef {{hide: string[], big: boolean}} Shown */

export class Frame {
  /** @param {HTMLElement} root the player's */
  constructor(root) {
    this.root = root;
    /** @type {Shown} */
    this.shown = { hide: [], big: false };
  }

  hides(part) {
    return this.shown.hide.includes(part);
  }

  /** @param {Shown} shown */
  set(shown) {
    this.shown = shown;
    this.apply();
  }

  /** After the player was built anew, or the page has another theme. */
  apply() {
    const { hide, big } = this.shown;
    hide.forEach(rule);
    this.root.dataset.hide = hide.join(" ");
    for (const group of this.root.querySelectorAll("[data-group]")) {
      const parts = [...group.querySelectorAll("[data-part]")];
      group.hidden = parts.length > 0 && parts.every((part) => this._isHidden(part));
    }
    for (const element of [this.root, document.documentElement]) {
      if (big) element.dataset.big = pageLook(this.root.parentElement).theme;
      else delete element.dataset.big;
    }
  }

  close() {
    delete document.documentElement.dataset.big;
  }

  _isHidden(element) {
    const part = element.closest("[data-part]");
    return part !== null && (this.hides(part.dataset.part) || this._isHidden(part.parentElement));
  }
}

/** A rule, because cards and sliders are built anew all the time. */
function rule(part) {
  if (ruled.has(part)) return;
  if (!ruled.size) document.adoptedStyleSheets.push(sheet);
  ruled.add(part);
  sheet.insertRule(`.ov[data-hide~="${part}"] [data-part="${part}"] { display: none !important; }`);
}
