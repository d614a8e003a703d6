// One helper to make elements, one for each drawing surface.

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] a function becomes a listener ("onclick"), true an empty attribute
 * @param {...(Node | string | null)} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** The same context, drawing only within a frame until it is restored. @param {{left: number, top: number, width: number, height: number}} frame */
export function clipped(context, { left, top, width, height }) {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.lineJoin = "round";
  return context;
}

/** A canvas that covers its parent. `fit` matches it to its parent's size and gives a context in CSS pixels. */
export class Layer {
  constructor(parent) {
    this.canvas = h("canvas", { class: "ov-layer", "aria-hidden": "true" });
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
