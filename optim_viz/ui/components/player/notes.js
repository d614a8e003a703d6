// What of a link's settings could not be used, and why.

import { h } from "./dom.js";
import { _ } from "./texts.js";

const UNFOLDED = 2; // notes that are read at once: more of them would push the picture out of view

export class Notes {
  constructor() {
    this.element = h("div", { class: "ov-notes", role: "alert", hidden: true });
    this.said = "[]";
  }

  /** @param {string[]} notes */
  show(notes) {
    const said = JSON.stringify(notes);
    if (this.said === said) return; // what stands there already is not read out again
    this.said = said;
    this.element.hidden = notes.length === 0;
    const list = (some) => h("ul", {}, ...some.map((note) => h("li", {}, note)));
    const [first, rest] = notes.length > UNFOLDED + 1 ? [notes.slice(0, UNFOLDED), notes.slice(UNFOLDED)] : [notes, []];
    this.element.replaceChildren(
      h("p", {}, _("Not all of this can be used. What is named here is left out, or has another value in its place:")),
      list(first),
      rest.length ? h("details", {}, h("summary", {}, _("{n} more", { n: rest.length })), list(rest)) : "",
    );
  }
}
