// All lessons as cards, with what has been done of each, and the progress as a file.

import { download, h, isPlain } from "../player/dom.js";
import { _ } from "../player/texts.js";
import { button } from "./asks.js";

/**
 * @param {{key: string, title: string, summary: string, time: string, steps: {key: string, kind: string}[]}[]} cards
 * @param {import("./progress.js").Progress} progress
 * @param {{href: (lesson: string, step: string) => string, onOpen: (lesson: string, step: string) => void}} listener
 */
export function overview(cards, progress, listener) {
  const element = h("div", { class: "ls-overview" });
  const show = (said = "") => {
    element.replaceChildren(
      h("h2", {}, _("Lessons")),
      h("p", {}, _("Each begins with a question. Predict, run, see what happened, then try it yourself. Your progress stays in this browser.")),
      h("ol", { class: "ls-cards" }, ...cards.map((card, i) => drawn(card, i, progress, listener))),
      keeping(progress, show, said),
    );
  };
  show();
  return element;
}

function drawn(card, i, progress, listener) {
  const [count, all] = [progress.count(card), card.steps.length];
  const last = progress.last(card.key);
  const step = last && count < all && card.steps.some((s) => s.key === last) ? last : "";
  const open = (event) => isPlain(event) && listener.onOpen(card.key, step);
  const go = h("a", { class: "ls-go", href: listener.href(card.key, step), onclick: open }, card.title);
  return h(
    "li",
    { class: "ls-card", "data-lesson": card.key },
    h("span", { class: "ls-number", "aria-hidden": "true" }, String(i + 1)),
    h("div", {}, h("h3", {}, go), h("p", {}, card.summary)),
    h(
      "div",
      { class: "ls-state" },
      h("span", {}, count === all ? _("Done") : count ? _("Go on") : card.time),
      h("progress", { max: all, value: count, "aria-label": _("Progress of {name}", { name: card.title }) }),
      h("small", {}, _("{count} of {all} steps", { count, all })),
    ),
  );
}

/** Export, import, reset. */
function keeping(progress, show, said) {
  const told = h("span", { role: "status" }, said);
  const file = h("input", { type: "file", accept: ".json,application/json", class: "ov-spoken", tabindex: "-1", "aria-label": _("A file with your progress") });
  file.addEventListener("change", async () => {
    try {
      progress.read(await file.files[0].text());
      show(_("Your progress has been read."));
    } catch {
      show(_("This file is not a progress that was saved here. Nothing was changed."));
    }
  });
  const reset = button(_("Reset"), () => {
    const sure = button(_("Forget all my progress"), () => {
      progress.reset();
      show(_("Your progress is forgotten."));
    });
    reset.replaceWith(sure);
    sure.focus();
  });
  return h(
    "div",
    { class: "ls-keeping", role: "group", "aria-label": _("Your progress") },
    button(_("Save to a file"), () => download("lessons-progress.json", progress.text(), "application/json")),
    button(_("Read from a file"), () => file.click()),
    reset,
    file,
    told,
  );
}
