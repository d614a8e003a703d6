// The link to what is set, for others: copied, as a QR code for the phones of a class, and with what the class is not to see.

import { openDialog } from "./dialog.js";
import { h, svg } from "./dom.js";
import { toSearch } from "./link.js";
import { _ } from "./texts.js";

const QUIET = 4; // modules of white that a code needs around it

/** The address of a page with these settings. */
export function address(page, query) {
  return new URL(`${page}?${toSearch(query)}`, document.baseURI).href;
}

/** Into the clipboard, and the button says for a while what happened. */
export async function copy(url, button) {
  const before = (button.dataset.says ??= button.textContent);
  try {
    await navigator.clipboard.writeText(url);
    button.textContent = _("Copied");
  } catch {
    button.textContent = _("Copy it from the address bar"); // no clipboard without https
  }
  setTimeout(() => (button.textContent = before), 2000);
}

/**
 * @param {HTMLElement} root
 * @param {{link: (shown: import("./frame.js").Shown) => string, shown: import("./frame.js").Shown,
 *   parts: {key: string, title: string}[], lacks: string, qr: (url: string) => Promise<{size: number, path: string} | {problem: string}>}} options
 *   `parts` are those that this page has; `lacks`: what the link does not hold, if anything
 */
export function openShare(root, { link, shown, parts, lacks, qr }) {
  const code = h("div", { class: "ov-qr" });
  const url = h("input", { type: "text", readonly: true, "aria-label": _("Link"), onfocus: () => url.select() });
  const copying = h("button", { type: "button", class: "ov-copy", onclick: () => copy(url.value, copying) }, _("Copy"));
  const box = (text, checked, value) => {
    const input = h("input", { type: "checkbox", value, checked, onchange: () => show() });
    return h("label", {}, input, h("span", {}, text));
  };
  const big = box(_("projector: large type, strong contrast"), false, "big"); // even from one: it is for the phones in the room
  const boxes = parts.map(({ key, title }) => box(title, shown.hide.includes(key), key));
  const checked = (label) => label.querySelector("input").checked;

  const show = async () => {
    const hide = boxes.filter(checked).map((label) => label.querySelector("input").value);
    url.value = link({ hide, big: checked(big) });
    const asked = url.value;
    const answer = await qr(asked).catch(() => null);
    if (asked !== url.value) return; // the next one is on its way
    code.replaceChildren(answer?.path ? drawn(answer) : h("p", {}, answer ? tooLong() : _("The server does not answer.")));
  };
  const dialog = openDialog(
    root,
    _("Share this picture"),
    "ov-share",
    h(
      "div",
      {},
      code,
      h(
        "div",
        {},
        h("div", { class: "ov-link" }, url, copying),
        lacks ? h("p", { class: "ov-note" }, lacks) : null,
        isOnlyHere() ? h("p", { class: "ov-note" }, _("This address works on this computer only. For other devices open the app under its address in the network.")) : null,
        h("fieldset", {}, h("legend", {}, _("Opens with")), big),
        h("fieldset", { class: "ov-hides" }, h("legend", {}, _("Does not show")), ...boxes),
      ),
    ),
  );
  url.focus();
  show();
  return dialog;
}

const tooLong = () => _("The link is too long for a QR code that phones can read. With fewer optimizers it is shorter.");

function isOnlyHere() {
  return /^(localhost|127\.|\[::1\])/.test(new URL(document.baseURI).hostname);
}

/** Black on white in every theme: that is what phones look for. */
function drawn({ size, path }) {
  const whole = size + 2 * QUIET;
  return svg(
    "svg",
    { viewBox: `${-QUIET} ${-QUIET} ${whole} ${whole}`, role: "img", "aria-label": _("QR code of the link"), "shape-rendering": "crispEdges" },
    svg("rect", { x: -QUIET, y: -QUIET, width: whole, height: whole, fill: "#fff" }),
    svg("path", { d: path, fill: "#000" }),
  );
}
