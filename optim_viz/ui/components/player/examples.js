// The examples: a menu of them, found by typing, and buttons that go from one to the next.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { Menu } from "./menu.js";
import { _ } from "./texts.js";

/** @typedef {{key: string, title: string, watch: string, then?: string, group?: string}} Example */

export class Examples {
  /**
   * @param {Example[]} examples
   * @param {{key: string, title: string}[] | undefined} groups under which the menu shows them; without any it is one list
   * @param {(key: string) => void} onChoose
   */
  constructor(examples, groups, onChoose) {
    this.examples = examples;
    this.onChoose = onChoose;
    const item = ({ key, title, watch, then = "" }) => ({ key, name: title, note: "", words: `${watch} ${then}` });
    this.menu = new Menu({
      label: _("Example"),
      placeholder: _("What should it show?"),
      none: _("choose an example"),
      groups: groups
        ? groups.map(({ key, title }) => ({ title, items: examples.filter(({ group }) => group === key).map(item) }))
        : [{ title: "", items: examples.map(item) }],
      onChoose,
    });
    this.element = h(
      "div",
      { class: "ov-presets", "data-part": "presets", role: "group", "aria-label": _("Begin with") },
      this._to(_("The example before"), -1),
      this.menu.element,
      this._to(_("The next example"), 1),
    );
  }

  /** @param {string} key of the one that is shown; "" for none */
  choose(key) {
    if (key === this.key) return;
    this.key = key;
    this.menu.choose(key);
  }

  _to(label, by) {
    const beside = () => {
      const at = this.examples.findIndex(({ key }) => key === this.key);
      return this.examples[(at < 0 && by < 0 ? 0 : at + by + this.examples.length) % this.examples.length].key;
    };
    const go = () => this.onChoose(beside());
    return h("button", { type: "button", class: "ov-icon", "aria-label": label, title: label, onclick: go }, icon(by < 0 ? "before" : "after"));
  }
}
