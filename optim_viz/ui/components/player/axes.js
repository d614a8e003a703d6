// The frame of a picture: which part of a field is seen in it, the numbers along it, and how its points become pixels.

import { hairline, label, labelWidth, rgb, stroke } from "./draw.js";
import { along, ticks } from "./scales.js";

// lengths are in pixels of an ordinary screen
const FONT = 12;
const EDGE = 8; // above and to the right
const LEAST = 30; // to the left, for numbers; where they are longer, more
const BELOW = 24;
const TITLE = 16;
const STEP = 8; // by which there is more: a frame that is panned stays where it is
const APART = { x: 24, y: 46 }; // between numbers

/**
 * @typedef {object} Map a frame in pixels, and what is seen in it; `unit` is what one pixel means
 * @property {number} left @property {number} top @property {number} width @property {number} height
 * @property {number[]} view x from, x to, y from, y to
 * @property {(v: number) => number} x @property {(v: number) => number} y
 * @property {(px: number, py: number) => [number, number]} data
 * @property {{x: number, y: number}} unit
 * @property {{x: import("./scales.js").Tick[], y: import("./scales.js").Tick[]}} ticks
 */

/**
 * @param {CanvasRenderingContext2D} context measures the numbers
 * @param {{width: number, height: number}} box pixels that there are
 * @param {number[]} piece is seen whole
 * @param {{isSquare: boolean, names?: string[], look: object}} how `isSquare`: one scale for both axes, so that more may be seen than
 *   the piece; `names` of the axes
 * @returns {Map}
 */
export function framed(context, box, piece, { isSquare, names, look: { scale, font } }) {
  const title = names ? TITLE * scale : 0;
  const top = EDGE;
  const height = Math.max(1, box.height - top - BELOW * scale - title);
  const wide = (tick) => labelWidth(context, tick, FONT * scale, font)[0];
  const most = (long, apart) => Math.max(2, Math.min(9, Math.floor(long / (apart * scale))));
  let left = LEAST * scale + title;
  for (;;) {
    const width = Math.max(1, box.width - left - EDGE);
    const view = isSquare ? fitted(piece, width, height) : piece;
    const upright = ticks({ type: "linear", range: [view[2], view[3]] }, most(height, APART.y));
    const need = Math.max(0, ...upright.map(wide)) + EDGE * scale + title;
    if (need > left && need < box.width / 2) {
      left += Math.ceil((need - left) / (STEP * scale)) * STEP * scale;
      continue;
    }
    let count = most(width, 2 * APART.x);
    const level = () => ticks({ type: "linear", range: [view[0], view[1]] }, count);
    while (count > 1 && level().reduce((sum, tick) => sum + wide(tick) + APART.x * scale, 0) > width) count--;
    const x = along({ type: "linear", range: [view[0], view[1]] }, left, left + width);
    const y = along({ type: "linear", range: [view[2], view[3]] }, top + height, top);
    return {
      left, top, width, height, view, x: x.position, y: y.position, data: (px, py) => [x.value(px), y.value(py)],
      unit: { x: (view[1] - view[0]) / width, y: (view[3] - view[2]) / height }, ticks: { x: level(), y: upright },
    };
  }
}

/** The piece, and beside it as much as the frame has room for. */
function fitted([x0, x1, y0, y1], width, height) {
  const half = Math.max((x1 - x0) / width, (y1 - y0) / height) / 2;
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return [x - half * width, x + half * width, y - half * height, y + half * height];
}

/** The numbers along a frame, with a grid where nothing else fills it. @param {Map} map */
export function drawAxes(context, { left, top, width, height, x, y, ticks: at }, { names, hasGrid, look }) {
  const { scale, font, border, text } = look;
  const size = FONT * scale;
  const bottom = top + height;
  context.strokeStyle = border;
  context.fillStyle = text;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  for (const tick of at.x) {
    const middle = hairline(x(tick.at));
    stroke(context, middle, hasGrid ? top : bottom, middle, bottom + 4);
    label(context, tick, x(tick.at), bottom + 5 + 0.7 * size, "center", size, font);
  }
  for (const tick of at.y) {
    const level = hairline(y(tick.at));
    stroke(context, left - 4, level, hasGrid ? left + width : left, level);
    label(context, tick, left - 6, Math.max(0.6 * size, y(tick.at)), "right", size, font);
  }
  if (!names) return;
  context.font = `${size}px ${font}`;
  context.textAlign = "center";
  context.fillText(names[0], left + width / 2, bottom + 5 + 1.4 * size + 0.5 * TITLE * scale);
  context.save();
  context.translate(0.55 * TITLE * scale, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(names[1], 0, 0);
  context.restore();
}

/** Colours and font of the page, for pictures; `scale` is how much larger than usual type, lines and marks are. */
export function pageLook(element) {
  const style = getComputedStyle(element);
  const get = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const background = get("--st-background-color", "#ffffff");
  const [r, g, b] = rgb(background);
  return {
    scale: Number(get("--scale", "1")),
    theme: 0.299 * r + 0.587 * g + 0.114 * b > 128 ? "light" : "dark",
    background,
    text: get("--st-text-color", "#111111"),
    border: get("--st-border-color", "#cccccc"),
    accent: get("--st-primary-color", "#0b6e99"),
    font: get("--st-font", "sans-serif"),
  };
}
