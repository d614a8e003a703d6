// What a step wants of the reader: a prediction, a task, an answer. Each shows itself, and tells when it has been answered.

import { h } from "../player/dom.js";
import { _ } from "../player/texts.js";

/** HTML from our own server's Markdown, which holds no HTML of its own. */
export function rich(tag, attributes, html) {
  const element = h(tag, attributes);
  element.innerHTML = html;
  return element;
}

export const button = (text, action, attributes = {}) => h("button", { type: "button", class: "ls-button", onclick: action, ...attributes }, text);

/** One of several, as radio buttons. */
function choices(step, label, chosen, disabled, onChoose) {
  const group = h("fieldset", { class: "ls-choices" }, h("legend", { class: "ov-spoken" }, label));
  for (const part of step.parts.filter((part) => part.key !== "happened")) {
    const input = h("input", { type: "radio", name: step.key, value: part.key, checked: part.key === chosen, disabled, onchange: () => onChoose(part.key) });
    group.append(h("label", {}, input, rich("span", {}, part.title)));
  }
  return group;
}

const partOf = (step, key) => step.parts.find((part) => part.key === key);
const verdict = (right, text) => h("p", { class: right ? "ls-right" : "ls-wrong" }, text);

/**
 * @typedef {{step: any, done: any, judged: any, stage: any, running: () => boolean, note: (answer: any) => void, again: () => void}}
 *   Context `done` is what is known of this step; `judged` what the judge says of the answer, null until it has; `note` gives
 *   an answer
 */

/** A prediction by a choice: chosen, run, and then both side by side. */
export function choose({ step, done, judged, running, note, again }) {
  const element = h("div", { class: "ls-ask" });
  if (done.answer === undefined) {
    let chosen = null;
    const run = button(_("Run"), () => note(chosen), { class: "ls-button ls-main", disabled: true });
    element.append(
      choices(step, _("Your prediction"), null, false, (key) => {
        chosen = key;
        run.disabled = false;
      }),
      run,
    );
    return element;
  }
  element.append(choices(step, _("Your prediction"), done.answer, true, () => {}));
  if (running() || !judged) return element;
  const mine = partOf(step, done.answer);
  return outcome(element, step, again, [
    verdict(judged.right, judged.right ? _("You predicted it.") : _("You predicted otherwise.")),
    beside([_("Your prediction"), rich("span", {}, mine.title)], [_("What happened"), rich("span", {}, partOf(step, judged.happens).title)]),
    rich("div", {}, mine.html),
  ]);
}

/** A prediction by an order, which is made with buttons: the one that stands there is nobody's until it is moved or confirmed. */
export function rank({ step, done, judged, running, note, again }) {
  const element = h("div", { class: "ls-ask" });
  const names = (keys) => h("ol", {}, ...keys.map((key) => rich("li", {}, partOf(step, key).title)));
  if (done.answer === undefined) {
    const order = [...step.asks.given];
    const list = h("ol", { class: "ls-rank", "aria-label": _("Your order") });
    const show = (focus = null) => {
      list.replaceChildren(
        ...order.map((key, i) => {
          const part = partOf(step, key);
          const words = rich("b", {}, part.title);
          const move = (text, by, label) =>
            h("button", { type: "button", class: "ls-move", disabled: !(i + by in order), "data-move": `${key} ${by}`, "aria-label": label, onclick: () => swap(i, by) }, text);
          return h("li", {}, h("span", {}, words, rich("small", {}, part.html)), move("▲", -1, _("Move up: {name}", { name: words.textContent })), move("▼", 1, _("Move down: {name}", { name: words.textContent })));
        }),
      );
      // the focus goes with what was moved, to its other button where it has come to an end
      if (focus) ([...list.querySelectorAll(`[data-move^="${focus[0]} "]`)].filter((e) => !e.disabled).sort((a) => (a.dataset.move.endsWith(` ${focus[1]}`) ? -1 : 1))[0])?.focus();
    };
    const swap = (i, by) => {
      const key = order[i];
      [order[i], order[i + by]] = [order[i + by], order[i]];
      show([key, by]);
      mine();
    };
    const run = button(_("Run"), () => note(order), { class: "ls-button ls-main", disabled: true });
    const confirm = button(_("That is my order"), () => {
      mine();
      run.focus();
    });
    const mine = () => {
      run.disabled = false;
      confirm.remove();
    };
    show();
    element.append(list, h("p", { class: "ls-buttons" }, confirm, run));
    return element;
  }
  if (running() || !judged) return element;
  return outcome(element, step, again, [
    verdict(judged.right, judged.right ? _("Just this order.") : _("Another order.")),
    beside([_("Your order"), names(done.answer)], [_("What happened"), names(judged.happens)]),
  ]);
}

/** A prediction by a mark on the picture. */
export function place({ step, done, judged, stage, running, note, again }) {
  const element = h("div", { class: "ls-ask" });
  const point = (coordinates) => `(${coordinates.map((v) => v.toFixed(2).replace("-", "−")).join(", ")})`;
  if (done.answer === undefined) {
    const where = h("p", { role: "status" }, _("Click on the picture, or drag the mark. With the keyboard: Tab to it, then the arrow keys."));
    const run = button(_("Run"), () => note(stage().mark.point), { class: "ls-button ls-main", disabled: true });
    element.append(where, run);
    stage()?.mark?.show(null, false);
    element.moved = () => {
      run.disabled = false;
      where.textContent = _("Your mark: {point}", { point: point(stage().mark.point) });
    };
    return element;
  }
  stage()?.mark?.show(done.answer, true);
  if (running() || !judged) return element;
  return outcome(element, step, again, [
    verdict(judged.right, judged.right ? _("Close enough.") : _("Somewhere else.")),
    beside([_("Your mark"), point(done.answer)], [_("What happened"), point(judged.happens)]),
  ]);
}

const beside = (...pairs) => h("dl", { class: "ls-beside" }, ...pairs.map(([term, what]) => h("div", {}, h("dt", {}, term), h("dd", {}, what))));

function outcome(element, step, again, parts) {
  const happened = partOf(step, "happened");
  element.append(h("div", { class: "ls-outcome", role: "status" }, ...parts, rich("h3", {}, happened.title), rich("div", {}, happened.html)), button(_("Predict again"), again));
  return element;
}

/** A quiz: every answer is explained, the wrong ones may be followed by another. */
export function quiz({ step, done, judged, note, again }) {
  const element = h("div", { class: "ls-ask" });
  let chosen = done.answer ?? null;
  const told = judged
    ? h("div", { class: "ls-outcome", role: "status" }, verdict(judged.right, judged.right ? _("Right.") : _("Not quite.")), rich("div", {}, partOf(step, done.answer).html))
    : h("div", { class: "ls-outcome", role: "status", hidden: true });
  const check = button(_("Check"), () => note(chosen), { class: "ls-button ls-main", disabled: true });
  element.append(
    choices(step, _("Your answer"), chosen, Boolean(judged?.right), (key) => {
      chosen = key;
      check.disabled = false;
      told.hidden = true;
    }),
  );
  if (judged?.right) element.append(told, button(_("Answer again"), again));
  else element.append(check, told);
  return element;
}

/** A task: what is reached so far, a hint, and what there is to say when it is done. */
export function task({ step, done, again }) {
  const [hint, end] = [partOf(step, "hint"), partOf(step, "done")];
  const told = h("ul", { class: "ls-goals" });
  const finish = h("div", { class: "ls-outcome", role: "status" });
  const element = h(
    "div",
    { class: "ls-ask" },
    told,
    finish,
    h("details", {}, rich("summary", {}, hint.title), rich("div", {}, hint.html)),
    button(_("Back to the beginning of the task"), again),
  );
  /** @param {{solved: boolean, told: string[], strayed: boolean}} stands */
  element.stands = (stands) => {
    told.replaceChildren(...stands.told.map((text) => h("li", { class: stands.strayed ? "ls-wrong" : "" }, text)));
    const solved = stands.solved || done.solved;
    if (solved && !finish.hasChildNodes()) {
      finish.append(verdict(true, stands.solved ? _("Solved.") : _("Solved before.")), ...(stands.solved ? [rich("div", {}, end.html)] : []));
    } else if (stands.solved && finish.childElementCount === 1) {
      finish.replaceChildren(verdict(true, _("Solved.")), rich("div", {}, end.html));
    }
  };
  return element;
}

export const ASKS = { choose, rank, place, quiz, task };
