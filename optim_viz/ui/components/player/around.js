// What stands around a rule, as a card's fold-out: a switch for each stage, and its numbers when it is on.

import { choice, h, row } from "./dom.js";
import { _ } from "./texts.js";


/**
 * @param {object[]} stages all there are, in their order
 * @param {string[]} supported the keys of those that this optimizer has
 * @param {{name: string, around: Record<string, number | string>}} runner
 * @param {Record<string, {set: (value: number | string) => void}>} controls the card's, by name; those here are added
 * @param {(hyper: object, value: number, begin: number, change: Function) => {element: HTMLElement, set: Function}} number makes
 *   a slider of the card
 * @param {{isOpen: boolean, keep: (isOpen: boolean) => void}} fold whether it is folded out
 * @param {{onAround: (around: Record<string, number | string>) => void,
 *   onNumber: (name: string, value: number) => void}} listener `onAround` gets all that is on; what a stage
 *   lacks Python fills in
 */
export function aroundTheRule(stages, supported, runner, controls, number, fold, listener) {
  const mine = stages.filter((stage) => supported.includes(stage.key));
  const now = { ...runner.around };
  // what is on changes here at once: a second hand, before Python has answered, must not begin with what the first one saw
  const put = (around) => {
    for (const name of Object.keys(now)) delete now[name];
    listener.onAround({ ...Object.assign(now, around) });
  };
  const element = h(
    "details",
    { class: "ov-around", open: fold.isOpen, ontoggle: () => fold.keep(element.open) },
    h("summary", {}, _("around the rule"), count(mine.filter((stage) => stage.first in now).length)),
    ...mine.flatMap((stage) => rows(stage, runner, now, controls, number, put, listener.onNumber)),
  );
  return element;
}

function count(n) {
  return n ? h("b", { class: "ov-count", title: _("switched on: {n}", { n }) }, String(n)) : null;
}

function rows(stage, runner, now, controls, number, put, onNumber) {
  const on = stage.first in now;
  const options = stage.choice?.options;
  const word = on && options?.find((option) => option.value === now[stage.choice.name]);
  const hypers = on ? (word ? word.hypers : (stage.hypers ?? [])) : [];
  const onchange = () => {
    if (box.checked) put({ ...now, [stage.first]: stage.choice?.name === stage.first ? stage.choice.default : usual(stage) });
    else put(without(now, stage));
  };
  const box = h("input", { type: "checkbox", checked: on, "aria-label": _("{owner}: {label}", { owner: runner.name, label: stage.title }), onchange });
  const built = [h("label", { class: "ov-stage-switch" }, box, h("span", { "aria-hidden": "true" }, stage.title))];
  if (word) built.push(select(stage, runner, now, controls, (other) => put({ ...without(now, stage), ...chosen(stage, other, now) })));
  for (const hyper of hypers) {
    const control = number(hyper, now[hyper.name], hyper.default, (value) => {
      now[hyper.name] = value;
      onNumber(hyper.name, value);
    });
    controls[hyper.name] = { set: (value) => control.set((now[hyper.name] = value)) };
    built.push(control.element);
  }
  return built;
}

/** What switches a stage on: the usual value of its first number. */
function usual(stage) {
  const hypers = stage.hypers ?? stage.choice.options[0].hypers;
  return hypers.length ? hypers[0].default : 1;
}

/** Another word: a schedule brings its own numbers, a reading of weight decay keeps them. */
function chosen(stage, word, now) {
  const kept = stage.choice.name === stage.first ? {} : { [stage.first]: now[stage.first] };
  return { ...kept, [stage.choice.name]: word };
}

function without(now, stage) {
  const hypers = [...(stage.hypers ?? []), ...(stage.choice?.options.flatMap((option) => option.hypers) ?? [])];
  const names = new Set([stage.first, stage.choice?.name, ...hypers.map((hyper) => hyper.name)]);
  return Object.fromEntries(Object.entries(now).filter(([name]) => !names.has(name)));
}

function select(stage, runner, now, controls, choose) {
  const { name, label, options } = stage.choice;
  const whole = _("{owner}: {label}", { owner: runner.name, label: `${stage.title}, ${label}` });
  const element = choice(whole, options.map((option) => [option.value, option.label]), choose);
  element.value = String(now[name]);
  controls[name] = { set: (word) => (element.value = now[name] = word) };
  return row("ov-slider ov-choice", label, element);
}
