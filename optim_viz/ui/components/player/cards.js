// The optimizers that run: one card each, its learning rate on it, the rest folded out.

import { aroundTheRule } from "./around.js";
import { choice, h, row } from "./dom.js";
import { mark } from "./marks.js";
import { Menu } from "./menu.js";
import { slider } from "./slider.js";
import { _ } from "./texts.js";

/** The entry that a runner's key, `adam` or `adam@keras`, belongs to. */
export const optimizerOf = (choices, key) => choices.optimizers.find((o) => o.key === key.split("@")[0]);

/** And in which convention it is. */
export const conventionOf = (choices, key) =>
  optimizerOf(choices, key).conventions.find((c) => c.variant === (key.split("@")[1] ?? ""));

/** Of a runner's numbers those that were set by hand; the learning rate is another matter. */
function byHand({ hypers, begin }, keepsRate) {
  return Object.entries(hypers).filter(([name, value]) => (name === "lr" ? keepsRate : value !== begin?.[name]));
}

/** The same runner as another library has it: what was set by hand stays where it has a place there. */
export function convert(runner, key, choices) {
  const { hypers } = conventionOf(choices, key);
  const kept = byHand(runner, true).filter(([name]) => hypers.some((hyper) => hyper.name === name));
  const { decay, ...around } = runner.around; // each has its own reading of weight decay
  Object.assign(runner, { key, hypers: Object.fromEntries(kept), around });
}

/** The same runner elsewhere: its learning rate begins anew, what else was set by hand stays. */
export const bare = (runner) => ({ ...runner, hypers: Object.fromEntries(byHand(runner, false)) });

export class Cards {
  /**
   * @param {object} choices what there is to choose from
   * @param {Map<string, Set<string>> | undefined} open what is folded out, by the runner's name
   * @param {{onNumber: (index: number, name: string, value: number) => void, onRelease?: () => void, onReset: (index: number) => void,
   *   onAround: (index: number, around: Record<string, number | string>) => void,
   *   onConvention: (index: number, key: string) => void,
   *   onRemove: (index: number) => void, onAdd: (key: string) => void}} listener
   */
  constructor(choices, open, listener) {
    this.choices = choices;
    this.listener = listener;
    this.list = h("div", { class: "ov-cards" });
    this.add = new Menu({
      label: _("Add an optimizer"),
      placeholder: _("Name, year or author"),
      groups: this._groups(),
      onChoose: (key) => listener.onAdd(key),
    });
    this.add.element.dataset.part = "add";
    this.element = h("div", { "data-part": "optimizers" }, this.list, this.add.element);
    this.shape = "";
    this.open = open ?? new Map();
    this.sliders = [];
  }

  /** @param {object[]} runners with name, key, hypers, begin, marks (of the learning rate), colour, marker, nth @param {object} look */
  show(runners, look) {
    this.look = look;
    // what is on, not how it is set: a card is built anew when it gets or loses a row
    const shape = JSON.stringify([runners.map((r) => [r.key, Object.keys(r.around), r.around.schedule]), look.theme]);
    if (shape !== this.shape) {
      this.shape = shape;
      this._build(runners, look);
    } else {
      runners.forEach((runner, k) => {
        for (const [name, control] of Object.entries(this.sliders[k])) {
          control.set(runner.hypers[name] ?? runner.around[name]);
          if (name in runner.begin) control.beginAt?.(runner.begin[name]);
        }
      });
    }
    runners.forEach((runner, k) => this.sliders[k].lr?.mark(runner.marks));
    const { most } = this.choices.form.field("runners");
    this.add.disable(runners.length >= most ? _("At most {count} at a time", { count: most }) : "");
  }

  /** Put the hand on the first slider of a card. */
  focus(index) {
    this.list.children[index]?.querySelector("input[type=range]")?.focus();
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
    return families.map(({ key, title }) => group(title, optimizers.filter((o) => o.family === key)));
  }

  _build(runners, look) {
    const focused = document.activeElement?.getAttribute("aria-label");
    this.sliders = [];
    this.list.replaceChildren(
      ...runners.map((runner, index) => {
        const convention = conventionOf(this.choices, runner.key);
        const controls = {};
        const number = (hyper, value, begin, change) => slider(hyper, runner.name, value, begin, change, () => this.listener.onRelease?.());
        const onNumber = (name, value) => this.listener.onNumber(index, name, value);
        const rows = convention.hypers.map((hyper) => {
          const { name } = hyper;
          controls[name] = number(hyper, runner.hypers[name], runner.begin[name], (value) => onNumber(name, value));
          return controls[name].element;
        });
        const onAround = (values) => this.listener.onAround(index, values);
        const around = aroundTheRule(this.choices.stages, convention.stages, runner, controls, number, this._fold(runner, "around"), { onAround, onNumber });
        this.sliders.push(controls);
        return this._card(runner, index, rows, around, look);
      }),
    );
    // a rebuilt card keeps the focus where it was
    if (focused) [...this.list.querySelectorAll("[aria-label]")].find((e) => e.getAttribute("aria-label") === focused)?.focus();
  }

  /** Whether a part of a runner's card is folded out; that is kept when the card is built anew. */
  _fold({ name }, part) {
    if (!this.open.has(name)) this.open.set(name, new Set());
    const open = this.open.get(name);
    return { isOpen: open.has(part), keep: (isOpen) => (isOpen ? open.add(part) : open.delete(part)) };
  }

  /** "as in ...": whose formula and defaults these are. */
  _convention(runner, index) {
    const { key, conventions } = optimizerOf(this.choices, runner.key);
    if (conventions.length === 1) return [];
    const { variant, note } = conventionOf(this.choices, runner.key);
    const name = _("{owner}: as in", { owner: runner.name });
    const choose = (other) => this.listener.onConvention(index, other ? `${key}@${other}` : key);
    const select = choice(name, conventions.map((c) => [c.variant, c.origin]), choose);
    select.value = variant;
    return [row("ov-slider ov-choice", _("as in"), select), note ? h("p", { class: "ov-note" }, note) : null];
  }

  _card(runner, index, [first, ...rest], around, look) {
    const spec = optimizerOf(this.choices, runner.key);
    const small = (part, label, text, action) =>
      h("button", { type: "button", class: "ov-small", "data-part": part, "aria-label": label, title: label, onclick: action }, text);
    const more = h(
      "div",
      { class: "ov-more", "data-part": "numbers", hidden: true },
      ...this._convention(runner, index),
      ...rest,
      around,
      h("p", { class: "ov-note" }, spec.summary),
    );
    const fold = small("numbers", _("More about {name}", { name: runner.name }), "▾", () => setOpen(more.hidden));
    const setOpen = (open) => {
      more.hidden = !open;
      fold.setAttribute("aria-expanded", String(open));
      fold.textContent = open ? "▴" : "▾";
      kept.keep(open);
    };
    const kept = this._fold(runner, "numbers");
    setOpen(kept.isOpen);
    return h(
      "section",
      { class: "ov-card", "aria-label": runner.name, style: `--colour:${runner.colour}` },
      h(
        "header",
        {},
        mark(runner, look),
        h("b", {}, runner.name, origin(runner, this.choices)),
        small("numbers", _("Reset {name}", { name: runner.name }), "↺", () => this.listener.onReset(index)),
        fold,
        small("add", _("Remove {name}", { name: runner.name }), "×", () => this.listener.onRemove(index)),
      ),
      h("div", { "data-part": "numbers" }, first),
      more,
    );
  }
}

/** Beside the name, when it is not the entry's own convention: which. */
function origin(runner, choices) {
  const { variant, origin: whose } = conventionOf(choices, runner.key);
  return variant ? h("span", { class: "ov-origin" }, whose) : null;
}
