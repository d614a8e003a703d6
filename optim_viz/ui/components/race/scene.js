// What is run on: the surface with its parameters, the start, the number of steps.

import { h } from "../player/dom.js";
import { readNumber } from "../player/format.js";
import { Menu } from "../player/menu.js";
import { slider } from "../player/slider.js";
import { _ } from "../player/texts.js";
import { thumbnail } from "./thumbnail.js";

export class SceneControls {
  /**
   * @param {object} choices
   * @param {Record<string, Uint8Array[]>} thumbnails of the surfaces, by key
   * @param {{onSurface: (key: string) => void, onParam: (name: string, value: number) => void,
   *   onCoordinate: (d: number, value: number) => void, onSteps: (steps: number) => void}} listener
   */
  constructor(choices, thumbnails, listener) {
    this.choices = choices;
    this.listener = listener;
    const group = (title, dim) => ({
      title,
      items: choices.surfaces
        .filter((s) => s.dim === dim)
        .map(({ key, name }) => ({
          key,
          name,
          note: "",
          mark: () => thumbnail(thumbnails[key], dim, choices.scales[this.look.theme], this.look.text),
        })),
    });
    this.surface = new Menu({
      label: _("Surface"),
      placeholder: _("Name of a surface"),
      pictures: true,
      groups: [group(_("Two coordinates"), 2), group(_("One coordinate"), 1)],
      onChoose: (key) => listener.onSurface(key),
    });
    this.teaches = h("p", { class: "ov-note", "data-part": "surface" });
    this.params = h("div", { "data-part": "params" });
    const { lo, hi, keys } = choices.form.field("start");
    this.start = keys.map((name, d) =>
      numberInput(name === "x" ? _("Start x") : _("Start y"), name, "any", lo, hi, (value) => listener.onCoordinate(d, value)),
    );
    const steps = choices.form.field("steps");
    this.steps = numberInput(_("How many steps"), _("steps"), "1", steps.lo, steps.hi, (value) => listener.onSteps(value));
    this.surface.element.dataset.part = "surface";
    for (const { element } of this.start) element.dataset.part = "start";
    this.steps.element.dataset.part = "steps";
    this.element = h(
      "div",
      {},
      this.surface.element,
      this.teaches,
      this.params,
      h("div", { class: "ov-numbers" }, ...this.start.map((s) => s.element), this.steps.element),
    );
    this.shape = "";
  }

  /** @param {{surface: string, params: Record<string, number>, start: number[], steps: number}} values @param {object} look */
  show(values, look) {
    const spec = this.choices.surfaces.find((s) => s.key === values.surface);
    if (this.surface.key !== values.surface || this.look?.theme !== look.theme) {
      this.look = look;
      this.surface.choose(values.surface);
    }
    if (this.shape !== values.surface) {
      this.teaches.textContent = spec.teaches;
      this.shape = values.surface;
      this.sliders = spec.params.map((p) => slider(p, "", values.params[p.name], p.default, (value) => this.listener.onParam(p.name, value)));
      this.params.replaceChildren(...this.sliders.map((s) => s.element));
    }
    spec.params.forEach((p, i) => this.sliders[i].set(values.params[p.name]));
    this.start.forEach((input, d) => {
      input.element.hidden = d >= spec.dim;
      if (d < spec.dim) input.set(values.start[d]);
    });
    this.steps.set(values.steps);
  }
}

/**
 * A labelled number that is taken when it is valid, and says so when it is not. A text field: a browser's own field for numbers
 * takes the comma out of "-1,5" and says nothing.
 */
function numberInput(name, label, step, min, max, change) {
  const input = h("input", {
    type: "text", inputmode: step === "any" ? "decimal" : "numeric", role: "spinbutton", class: "ov-field", "aria-label": name,
    "aria-valuemin": min, "aria-valuemax": max, spellcheck: "false", autocomplete: "off",
  });
  const problem = h("span", { class: "ov-problem", role: "alert" });
  let current = 0;
  const say = (text) => {
    problem.textContent = text;
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  const commit = () => {
    const value = readNumber(input.value);
    const allowed = Number.isFinite(value) && value >= min && value <= max && (step === "any" || Number.isInteger(value));
    if (!allowed) {
      const what = step === "any" ? _("a number from {min} to {max}", { min, max }) : _("a whole number from {min} to {max}", { min, max });
      say(_("{name} must be {what}.", { name, what }));
      return;
    }
    say("");
    input.value = String(value); // as it was understood
    if (value !== current) {
      take(value);
      change(value);
    }
  };
  const take = (value) => {
    current = value;
    input.setAttribute("aria-valuenow", String(value));
  };
  input.addEventListener("change", commit);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") commit();
    if (event.key === "Escape") {
      input.value = String(current);
      say("");
    }
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = Number((current + by).toPrecision(12));
    input.value = String(Math.max(min, Math.min(max, next)));
    commit();
  });
  return {
    element: h("label", { class: "ov-number" }, h("span", { "aria-hidden": "true" }, label), input, problem),
    set(value) {
      if (value === current && input.value !== "") return;
      take(value);
      input.value = String(value);
      say("");
    },
  };
}
