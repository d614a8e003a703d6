// The optimizers that run: one card each, its learning rate on it, the rest folded out.

import { h } from "./dom.js";
import { mark } from "./marks.js";
import { Menu } from "./menu.js";
import { slider } from "./slider.js";
import { _ } from "./texts.js";

export class Cards {
  /**
   * @param {object} choices what there is to choose from
   * @param {Set<string> | undefined} open the names of those that are folded out
   * @param {{onHyper: (index: number, name: string, value: number) => void, onReset: (index: number) => void,
   *   onRemove: (index: number) => void, onAdd: (key: string) => void}} listener
   */
  constructor(choices, open, listener) {
    this.choices = choices;
    this.listener = listener;
    this.list = h("div", { class: "ov-cards" });
    this.add = new Menu({
      label: _("Add an optimizer"),
      placeholder: _("Type a name or a year"),
      groups: this._groups(),
      onChoose: (key) => listener.onAdd(key),
    });
    this.element = h("div", {}, this.list, this.add.element);
    this.shape = "";
    this.open = open ?? new Set();
    this.sliders = [];
  }

  /** @param {object[]} runners with name, key, hypers, begin, colour, marker, nth @param {object} look */
  show(runners, look) {
    this.look = look;
    const shape = JSON.stringify([runners.map((r) => [r.key, r.begin]), look.theme]);
    if (shape !== this.shape) {
      this.shape = shape;
      this._build(runners, look);
    } else {
      runners.forEach((runner, k) => {
        for (const [name, control] of Object.entries(this.sliders[k])) control.set(runner.hypers[name]);
      });
    }
    const full = runners.length >= this.choices.limits.runners;
    this.add.disable(full ? _("At most {count} at a time", { count: this.choices.limits.runners }) : "");
  }

  /** What can be added: by family, in each the oldest first. */
  _groups() {
    const { families, optimizers } = this.choices;
    const group = (title, members) => ({
      title,
      items: [...members]
        .sort((a, b) => a.year - b.year)
        .map((o) => ({ key: o.key, name: o.name, note: String(o.year), words: o.paper, mark: () => mark({ ...o, nth: 1 }, this.look) })),
    });
    if (!families) return [group("", optimizers)];
    return families.map(({ key, title }) => group(title, optimizers.filter((o) => o.family === key)));
  }

  _build(runners, look) {
    const focused = document.activeElement?.getAttribute("aria-label");
    this.sliders = [];
    this.list.replaceChildren(
      ...runners.map((runner, index) => {
        const spec = this.choices.optimizers.find((o) => o.key === runner.key);
        const controls = {};
        const rows = spec.hypers.map((hyper) => {
          const control = slider(hyper, runner.name, runner.hypers[hyper.name], runner.begin[hyper.name], (value) =>
            this.listener.onHyper(index, hyper.name, value),
          );
          controls[hyper.name] = control;
          return control.element;
        });
        this.sliders.push(controls);
        return this._card(runner, index, spec, rows, look);
      }),
    );
    // a rebuilt card keeps the focus where it was
    if (focused) [...this.list.querySelectorAll("[aria-label]")].find((e) => e.getAttribute("aria-label") === focused)?.focus();
  }

  _card(runner, index, spec, [first, ...rest], look) {
    const small = (label, text, action) =>
      h("button", { type: "button", class: "ov-small", "aria-label": label, title: label, onclick: action }, text);
    const more = h("div", { class: "ov-more", hidden: true }, ...rest, h("p", { class: "ov-note" }, spec.summary));
    const fold = small(_("More about {name}", { name: runner.name }), "▾", () => setOpen(more.hidden));
    const setOpen = (open) => {
      more.hidden = !open;
      fold.setAttribute("aria-expanded", String(open));
      fold.textContent = open ? "▴" : "▾";
      if (open) this.open.add(runner.name);
      else this.open.delete(runner.name);
    };
    setOpen(this.open.has(runner.name));
    return h(
      "section",
      { class: "ov-card", "aria-label": runner.name, style: `--colour:${runner.colour}` },
      h(
        "header",
        {},
        mark(runner, look),
        h("b", {}, runner.name),
        small(_("Reset {name}", { name: runner.name }), "↺", () => this.listener.onReset(index)),
        fold,
        small(_("Remove {name}", { name: runner.name }), "×", () => this.listener.onRemove(index)),
      ),
      first,
      more,
    );
  }
}
