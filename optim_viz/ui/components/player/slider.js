// A number that is dragged or typed: label, range with its default marked, exact value. Or a switch.

import { h, row } from "./dom.js";
import { nearest, number, placeAmong, readNumber, short, stops } from "./format.js";
import { _ } from "./texts.js";

/** @typedef {{at: number, label: string, title: string, own: boolean}} Mark `own`: the optimizer's own limit */

/**
 * @param {object} spec as Python's `settings.slider` gives it; `says`: in words what numbers are allowed
 * @param {string} owner whose number it is, part of the accessible name; may be empty
 * @param {number} value
 * @param {number} begin the value it starts with, marked on the range
 * @param {(value: number) => void} change called while it is dragged
 * @param {() => void} [release] called when it is let go
 * @returns {{element: HTMLElement, set: (value: number) => void, mark?: (marks: Mark[]) => void, beginAt?: (value: number) => void}}
 */
export function slider(spec, owner, value, begin, change, release = () => {}) {
  const name = owner ? _("{owner}: {label}", { owner, label: spec.label }) : spec.label;
  if (spec.kind === "switch") return toggle(spec, name, value, change);

  const [lo, hi] = spec.slider;
  const values = stops(lo, hi, spec.log, spec.kind);
  const range = h("input", { type: "range", min: 0, max: values.length - 1, step: 1, "aria-label": name });
  const exactName = owner ? _("Exact {label} of {owner}", { owner, label: spec.label }) : _("Exact {label}", { label: spec.label });
  const exact = h("input", { type: "text", inputmode: "decimal", class: "ov-exact", "aria-label": exactName, spellcheck: "false", onfocus: () => exact.select() });
  const tick = h("i", { class: "ov-tick" });
  const marked = h("div", { class: "ov-marks", "aria-hidden": "true" });

  const set = (x) => {
    range.value = String(nearest(values, x));
    range.setAttribute("aria-valuetext", number(x));
    range.style.setProperty("--fill", String(Number(range.value) / (values.length - 1)));
    exact.dataset.value = String(x);
    if (document.activeElement !== exact) exact.value = short(x);
    say("");
  };
  const say = (problem) => {
    exact.setCustomValidity(problem);
    if (problem) exact.setAttribute("aria-invalid", "true");
    else exact.removeAttribute("aria-invalid");
  };
  range.addEventListener("input", () => {
    const x = values[Number(range.value)];
    set(x);
    change(x);
  });
  for (const end of ["change", "blur"]) range.addEventListener(end, () => release());
  const commit = () => {
    const current = Number(exact.dataset.value);
    const x = exact.value.trim() === short(current) ? current : readNumber(exact.value); // shown with fewer digits than it has
    if (!allows(spec, x)) {
      say(condition(spec));
      return;
    }
    set(x);
    if (x === current) return;
    change(x);
    release();
  };
  exact.addEventListener("blur", () => {
    commit();
    if (exact.getAttribute("aria-invalid")) set(Number(exact.dataset.value));
    else exact.value = short(Number(exact.dataset.value));
  });
  exact.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      commit();
      exact.reportValidity();
    }
    if (event.key === "Escape") {
      exact.value = short(Number(exact.dataset.value));
      set(Number(exact.dataset.value));
    }
    event.stopPropagation();
  });
  set(value);
  const track = h("div", { class: "ov-track" }, tick, range, marked);
  const element = h("div", { class: "ov-slider" }, h("span", { "aria-hidden": "true" }, spec.label), track, exact);

  let begun = null;
  /** The value it starts with has its place on the range, too. */
  const beginAt = (x) => {
    if (x === begun) return;
    begun = x;
    const at = placeAmong(values, x);
    tick.hidden = at === null;
    if (tick.hidden) return;
    tick.style.setProperty("--at", String(at));
    tick.title = _("Starts at {value}", { value: number(x) });
  };
  beginAt(begin);

  let marks = "";
  /** Numbers to see on the range, rising. */
  const mark = (next) => {
    const told = JSON.stringify(next);
    if (told === marks) return;
    marks = told;
    const there = sided(next.map((one) => ({ ...one, place: placeAmong(values, one.at) })).filter(({ place }) => place !== null));
    marked.replaceChildren(
      ...there.flatMap(({ place, side, label }) => [
        h("i", { style: `--at:${place}` }),
        side && h("small", { class: `ov-${side}`, style: `--at:${place}` }, label),
      ]).filter(Boolean),
    );
    track.classList.toggle("ov-marked", there.length > 0);
    track.title = there.map(({ title }) => title).join("\n");
    if (there.length) range.setAttribute("aria-description", track.title);
    else range.removeAttribute("aria-description");
  };
  return { element, mark, beginAt, set: (x) => String(x) === exact.dataset.value || set(x) };
}

const CHARACTER = 0.052; // of a range's length, about

/**
 * On which side of its tick each mark is named, if at all. There is room for two names: the optimizer's own limit (else the
 * last), and the first; they stand outside, or where the range ends inside.
 * @param {(Mark & {place: number})[]} marks rising; `place` from 0 to 1
 * @returns {(Mark & {place: number, side: "before" | "after" | null})[]}
 */
export function sided(marks) {
  const limit = marks.findLast(({ own }) => own) ?? marks.at(-1);
  const long = ({ label }) => label.length * CHARACTER;
  const after = limit && limit.place + long(limit) <= 1;
  const room = after ? Infinity : limit && limit.place - long(limit); // where the limit's name begins, if that is in the way
  const side = (one) => {
    if (one === limit) return after ? "after" : "before";
    return one === marks[0] && one.place <= room ? "before" : null;
  };
  return marks.map((one) => ({ ...one, side: side(one) }));
}

/** Whether Python would take this number. */
function allows({ allowed: [lo, hi], kind }, x) {
  const above = lo.at === null || x > lo.at || (lo.within && x === lo.at);
  const below = hi.at === null || x < hi.at || (hi.within && x === hi.at);
  return Number.isFinite(x) && above && below && (kind !== "integer" || Number.isInteger(x));
}

/** The same in words: Python's, or of a number that only the page has. */
function condition({ says, allowed: [lo, hi] }) {
  return says ?? _("a whole number from {min} to {max}", { min: lo.at, max: hi.at });
}

function toggle(spec, name, value, change) {
  const onchange = () => change(box.checked ? 1 : 0);
  const box = h("input", { type: "checkbox", checked: value === 1, "aria-label": name, onchange });
  return { element: row("ov-slider ov-switch", spec.label, box), set: (x) => (box.checked = x === 1) };
}
