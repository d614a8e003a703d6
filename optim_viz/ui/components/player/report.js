// What came out, as a table and in words: what the pages with a player have alike.

import { h } from "./dom.js";
import { _ } from "./texts.js";

const REST = 800; // milliseconds after which a screen reader hears the new words: not at each move of a slider

export class Report {
  constructor() {
    this.words = h("p", { class: "ov-words", "data-part": "words" });
    this.spoken = h("p", { class: "ov-spoken", role: "status" });
    this.head = h("tr");
    this.body = h("tbody");
    this.table = h(
      "table",
      { class: "ov-table", "data-part": "table" },
      h("caption", { class: "ov-spoken" }, _("Results")),
      h("thead", {}, this.head),
      this.body,
    );
  }

  /** @param {[text: string, title: string][]} columns */
  headings(columns) {
    this.head.replaceChildren(...columns.map(([text, title]) => h("th", { scope: "col", title: title || null }, text)));
  }

  tell(words) {
    if (this.words.textContent !== words) this.words.textContent = words;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.spoken.textContent = words), REST);
  }

  close() {
    clearTimeout(this.timer);
  }
}
