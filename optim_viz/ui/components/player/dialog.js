// A dialog over the page: the focus goes in and returns; Escape, its button or a press beside it close it.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { _ } from "./texts.js";

/**
 * @param {HTMLElement} root where it is attached
 * @param {string} title
 * @param {string} kind its class
 * @param {...Node} children
 */
export function openDialog(root, title, kind, ...children) {
  const close = h("button", { type: "button", class: "ov-icon", "aria-label": _("Close"), title: _("Close"), onclick: () => dialog.close() }, icon("close"));
  const dialog = h(
    "dialog",
    { class: `ov-dialog ${kind}`, "aria-label": title, onclose: () => dialog.remove() },
    h("div", {}, h("header", {}, h("h2", {}, title), close), ...children),
  );
  // what is beside it is the dialog itself: all that it shows is inside of its one child
  dialog.addEventListener("pointerdown", (event) => event.target === dialog && dialog.close());
  root.append(dialog);
  dialog.showModal();
  return dialog;
}
