// Keys for the whole page: one table says what each does, to the browser and to the reader (help.js).

/**
 * @typedef {{keys: string[], shown: string[], says: string, act?: (event: KeyboardEvent) => void}} Shortcut `keys` as the
 *   browser names them, letters small; none for what another element does itself and only the help sheet tells.
 */

/** Where keys write, choose, or move a focus. */
const NEED_EVERY_KEY =
  "input:not([type=range]), select, textarea, dialog, [contenteditable], [role=radio], [role=tab], [role=menu], [role=listbox], [role=dialog]";
const MOVES_A_RANGE = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];

/** Do what the key is for; a key that the focused control needs itself is left to it. @param {Shortcut[]} shortcuts */
export function press(shortcuts, event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  const target = /** @type {HTMLElement} */ (event.target);
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (target.closest?.(NEED_EVERY_KEY)) return;
  if (MOVES_A_RANGE.includes(key) && target.closest?.("input")) return;
  if (key === " " && target.closest?.("button, a, summary")) return; // presses it
  const shortcut = shortcuts.find(({ keys }) => keys.includes(key));
  if (!shortcut) return;
  event.preventDefault();
  shortcut.act(event);
}
