// A list to choose from, behind a button: grouped, and found by typing.

import { h } from "./dom.js";
import { _ } from "./texts.js";

const GAP = 4; // pixels between button and panel, and around the panel
const LEAST = 200; // pixels; where neither side of the button has as much, the panel covers the button

let menus = 0;

/** Capitals, accents, spaces and hyphens make no difference to what is looked for. */
const plain = (text) => text.normalize("NFKD").toLowerCase().replace(/[\s\p{M}\p{P}]/gu, "");

/** The groups with only those items that have every word typed; where the name itself has it, that comes first. */
function find(groups, typed) {
  const words = typed.split(/\s+/).map(plain).filter((word) => word);
  const whole = words.join("");
  const matches = (item) => {
    const text = [item.name, item.key, item.note, ...(item.words ?? "").split(/\s+/)].map(plain).join("\n");
    return words.every((word) => text.includes(word));
  };
  const rank = (item) => {
    const name = plain(item.name);
    if (name === whole) return 0;
    return name.startsWith(whole) ? 1 : name.includes(whole) ? 2 : 3;
  };
  const better = (a, b) => rank(a) - rank(b);
  return groups
    .map(({ title, items }) => ({ title, items: items.filter(matches).sort(better) }))
    .filter(({ items }) => items.length)
    .sort((a, b) => better(a.items[0], b.items[0]));
}

/** A button that opens a list to choose from: grouped, and found by typing. */
export class Menu {
  /**
   * @param {{label: string, placeholder: string, onChoose: (key: string) => void, pictures?: boolean,
   *   none?: string, groups: {title: string, items: {key: string, name: string, note: string, words?: string, mark?: () => Element}[]}[]}} options
   *   `note` stands to the right of the name; `words` are further words that typing finds; `mark` makes what stands before
   *   the name. With `pictures` the list is a grid of what `mark` makes. With these or `none`, which it says while nothing is
   *   chosen, the button shows what is (`choose`).
   */
  constructor(options) {
    this.options = options;
    this.id = `ov-menu-${++menus}`;
    this.panel = null;
    this.button = h(
      "button",
      {
        type: "button",
        class: "ov-add",
        "aria-label": options.label,
        "aria-haspopup": "listbox",
        "aria-expanded": "false",
        // who touches sees the list first; the keyboard, which would cover it, comes with a touch of the field
        onclick: (event) => (this.panel ? this.close() : this._open(event.pointerType !== "touch")),
        onkeydown: (event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          this._open(true);
        },
      },
      h("span", {}, `+ ${options.label}`),
      h("span", { "aria-hidden": "true" }, "▾"),
    );
    if (options.pictures || options.none) this.button.className = "ov-chosen";
    const left = (event) => event.relatedTarget && !this.element.contains(event.relatedTarget) && this.close();
    this.element = h("div", { class: "ov-menu", onfocusout: left }, this.button);
  }

  /** @param {string} reason why nothing can be chosen now; "" when it can */
  disable(reason) {
    this.button.title = reason;
    // not `disabled`, which would take the focus away and hide the reason from the keyboard
    if (reason) this.button.setAttribute("aria-disabled", "true");
    else this.button.removeAttribute("aria-disabled");
    if (reason) this.close();
  }

  /** Show on the button that this is chosen. */
  choose(key) {
    const item = this.options.groups.flatMap(({ items }) => items).find((one) => one.key === key);
    this.key = key;
    this.button.dataset.key = key;
    const name = item?.name ?? this.options.none;
    this.button.setAttribute("aria-label", _("{owner}: {label}", { owner: this.options.label, label: name }));
    this.button.replaceChildren(...[item?.mark?.(), h("b", {}, name), h("span", { "aria-hidden": "true" }, "▾")].filter(Boolean));
  }

  /** The focus, where it is inside, returns to the button. */
  close() {
    if (!this.panel) return;
    const { panel } = this;
    this.panel = null;
    this.opened.abort();
    if (panel.contains(document.activeElement)) this.button.focus({ preventScroll: true });
    panel.remove();
    this.button.setAttribute("aria-expanded", "false");
    this.button.removeAttribute("aria-controls");
  }

  _open(typing) {
    if (this.panel || this.button.hasAttribute("aria-disabled")) return;
    const { label, placeholder, groups } = this.options;
    const id = `${this.id}-list`;
    this.field = h("input", {
      type: "text",
      role: "combobox",
      "aria-label": label,
      "aria-autocomplete": "list",
      "aria-controls": id,
      placeholder,
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      oninput: () => this._find(),
    });
    this.list = h("div", { id, role: "listbox", "aria-label": label, tabindex: -1 });
    this.nothing = h("p", { role: "status" });
    const items = groups.flatMap((group) => group.items);
    this.rowOf = new Map(items.map((item, k) => [item, this._row(item, `${this.id}-${k}`)]));
    this.panel = h(
      "div",
      { class: this.options.pictures ? "ov-panel ov-pictures" : "ov-panel", popover: "manual", onkeydown: (event) => this._key(event) },
      this.field,
      this.list,
      this.nothing,
    );
    this.element.append(this.panel);
    this.panel.showPopover?.();
    this.button.setAttribute("aria-expanded", "true");
    this.button.setAttribute("aria-controls", id);
    this._find();
    const chosen = this.rows.findIndex((row) => row.dataset.key === this.key);
    if (chosen > 0) this._activate(chosen);
    this.height = this.panel.offsetHeight;
    this._place();
    (typing ? this.field : this.list).focus({ preventScroll: true });
    this._listen();
  }

  _listen() {
    this.opened = new AbortController();
    const on = (target, event, action) => target.addEventListener(event, action, { capture: true, signal: this.opened.signal });
    const place = () => this._place();
    on(document, "pointerdown", ({ target }) => this.element.contains(target) || this.close());
    on(document, "scroll", ({ target }) => {
      if (target === document) place(); // which a touch keyboard that comes up also makes move
      else if (this.button.getBoundingClientRect().top !== this.top) this.close(); // not for a scroll from before it opened
    });
    on(globalThis, "resize", place);
    on(visualViewport, "resize", place);
    on(visualViewport, "scroll", place);
  }

  _row(item, id) {
    return h(
      "div",
      {
        id,
        role: "option",
        "data-key": item.key,
        onmousedown: (event) => event.preventDefault(), // the focus stays in the field
        onclick: () => this._choose(item.key),
        onpointermove: (event) => this._activate(this.rows.indexOf(event.currentTarget)),
      },
      item.mark?.(),
      h("span", {}, item.name),
      " ",
      h("span", { class: "ov-note" }, item.note),
    );
  }

  _find() {
    const found = find(this.options.groups, this.field.value);
    this.rows = found.flatMap(({ items }) => items.map((item) => this.rowOf.get(item)));
    this.list.replaceChildren(
      ...found.map(({ title, items }) =>
        h(
          "div",
          { role: "group", "aria-label": title || null },
          title ? h("h3", { "aria-hidden": "true" }, title) : null,
          ...items.map((item) => this.rowOf.get(item)),
        ),
      ),
    );
    const some = this.rows.length > 0;
    this.list.hidden = !some;
    this.nothing.textContent = some ? "" : _("Nothing found for “{text}”.", { text: this.field.value.trim() });
    this.field.setAttribute("aria-expanded", String(some));
    this._activate(0);
    this.list.scrollTop = 0;
  }

  _activate(index) {
    this.active = index;
    this.rows.forEach((row, k) => row.setAttribute("aria-selected", String(k === index)));
    for (const element of [this.field, this.list]) {
      if (index < this.rows.length) element.setAttribute("aria-activedescendant", this.rows[index].id);
      else element.removeAttribute("aria-activedescendant");
    }
  }

  _key(event) {
    event.stopPropagation(); // nothing else on the page hears what is typed here
    const { key } = event;
    if (event.isComposing) return;
    if (key === "Tab") {
      this.close(); // and the focus goes on from the button
      return;
    }
    if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.rows.length - 1;
    const page = Math.max(1, Math.floor(this.list.clientHeight / (this.rows[0]?.offsetHeight || 1)) - 2);
    // in a grid of pictures up and down go by rows of it, and the arrows to the sides are not the field's
    const columns = this.options.pictures ? this._columns() : 1;
    const to = {
      ArrowDown: columns > 1 ? Math.min(last, this.active + columns) : this.active >= last ? 0 : this.active + 1,
      ArrowUp: columns > 1 ? Math.max(0, this.active - columns) : this.active === 0 ? last : this.active - 1,
      ...(columns > 1 && { ArrowRight: Math.min(last, this.active + 1), ArrowLeft: Math.max(0, this.active - 1) }),
      Home: 0,
      End: last,
      PageDown: Math.min(last, this.active + page),
      PageUp: Math.max(0, this.active - page),
    }[key];
    if (key === "Escape") this.close();
    else if (key === "Enter") event.repeat || this.rows[this.active]?.click(); // a key held down since it opened chooses nothing
    else if (to !== undefined && last >= 0) {
      this._activate(to);
      this.rows[to].scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
  }

  /** How many pictures stand side by side. */
  _columns() {
    const { offsetTop } = this.rows[0] ?? {};
    return Math.max(1, this.rows.filter((row) => row.offsetTop === offsetTop).length);
  }

  _choose(key) {
    this.close();
    this.options.onChoose(key);
  }

  /** Below the button or, where there is no room, above it; always inside of what is seen of the page. */
  _place() {
    const { panel, height } = this;
    const button = this.button.getBoundingClientRect();
    this.top = button.top;
    const view = visualViewport;
    const [first, last] = [view.offsetTop + GAP, view.offsetTop + view.height - GAP];
    const [under, over] = [Math.max(first, button.bottom + GAP), Math.min(last, button.top - GAP)];
    const up = last - under < height && over - first > last - under;
    let [from, to] = up ? [first, over] : [under, last];
    if (to - from < Math.min(LEAST, height)) [from, to] = [first, last];
    const most = Math.min(height, to - from);
    panel.style.maxHeight = `${most}px`;
    panel.style.height = up ? `${most}px` : ""; // so that the field stays where it is when fewer are found
    panel.style.top = `${up ? to - most : from}px`;
    panel.style.width = this.options.pictures ? `min(46em, ${view.width - 2 * GAP}px)` : `${button.width}px`;
    const right = view.offsetLeft + view.width - panel.offsetWidth - GAP;
    panel.style.left = `${Math.max(view.offsetLeft + GAP, Math.min(button.left, right))}px`;
  }
}
