// The sheet of keyboard shortcuts, from the same table that the keys obey.

import { openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { _ } from "./texts.js";

/** @param {HTMLElement} root @param {import("./keys.js").Shortcut[]} shortcuts */
export function openHelp(root, shortcuts) {
  const rows = shortcuts.map(({ shown, says }) =>
    h("tr", {}, h("th", { scope: "row" }, ...shown.flatMap((key) => [h("kbd", {}, key), " "])), h("td", {}, says)),
  );
  return openDialog(root, _("Keyboard"), "ov-help", h("table", {}, h("tbody", {}, ...rows)));
}
