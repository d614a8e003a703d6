// Helpers to make elements, and for what hands do to them; one for each drawing surface.

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] a function becomes a listener ("onclick"), true an empty attribute
 * @param {...(Node | string | null)} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  return dressed(document.createElement(tag), attributes, children);
}

/** The same for a part of a drawing. */
export function svg(tag, attributes, ...children) {
  return dressed(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function dressed(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** What a note says; there is none where there is nothing to say. */
export function say(note, text) {
  note.hidden = !text;
  if (note.textContent !== text) note.textContent = text; // the same again is not read out again
}

/** A control with its name before it, for the eye: for the ear it has one of its own. */
export function row(kind, name, control) {
  return h("label", { class: kind }, h("span", { "aria-hidden": "true" }, name), control);
}

/** A menu of a few words. @param {(string | number)[][]} options value and text */
export function choice(name, options, choose) {
  const select = h("select", { "aria-label": name, onchange: () => choose(select.value) });
  offer(select, options);
  return select;
}

const offered = new WeakMap();

/** What a menu offers; while that stays the same it is left alone. @param {(string | number)[][]} options value and text */
export function offer(select, options) {
  const wanted = JSON.stringify(options);
  if (offered.get(select) === wanted) return;
  offered.set(select, wanted);
  select.replaceChildren(...options.map(([value, text]) => h("option", { value }, text)));
}

/** A hand takes hold of an element and leads it, till it lets go. @param {(event: PointerEvent) => void} take @param {(event: PointerEvent) => void} move */
export function drag(element, take, move) {
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || element.disabled) return;
    element.setPointerCapture(event.pointerId);
    take(event);
    const held = new AbortController();
    const { signal } = held;
    element.addEventListener("pointermove", move, { signal });
    for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => held.abort(), { signal });
  });
}

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * A button that is moved over a picture, by dragging or by the arrow keys.
 * @param {(event: PointerEvent) => void} move
 * @param {(way: number[], far: boolean) => void} nudge `way`: to the right, and up
 */
export function movable(button, move, nudge) {
  const take = (event) => {
    event.preventDefault();
    button.focus();
  };
  drag(button, take, move);
  button.addEventListener("keydown", (event) => {
    const way = WAYS[event.key];
    if (!way || button.disabled) return;
    event.preventDefault();
    event.stopPropagation();
    nudge(way, event.shiftKey);
  });
}

/** Whether a click is not meant for a new window or tab; then the page takes it over. */
export function isPlain(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return false;
  event.preventDefault();
  return true;
}

/** Hand a text to the reader as a file, whose name says which version made it. */
export function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const version = document.querySelector("meta[name=generator]")?.content.split(" ").at(-1);
  h("a", { href: address, download: version ? name.replace(/(?=\.\w+$)/, `-${version}`) : name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** A canvas that covers its parent. `fit` matches it to its parent's size and gives a context in CSS pixels. */
export class Layer {
  /** @param {HTMLElement} parent @param {string} [what] is drawn on it */
  constructor(parent, what) {
    this.canvas = h("canvas", { class: "ov-layer", "data-layer": what, "aria-hidden": "true" });
    parent.append(this.canvas);
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement;
    const ratio = globalThis.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  }

  clear() {
    const context = this.fit();
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    return context;
  }
}
