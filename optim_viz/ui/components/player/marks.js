// The marker of an optimizer: the same shape on the path, the curve, the card and in the table.

import { h } from "./dom.js";

const SHAPES = {
  circle: (c, x, y, r) => c.arc(x, y, r, 0, 2 * Math.PI),
  square: (c, x, y, r) => c.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r),
  triangle: (c, x, y, r) => polygon(c, [[x, y - 1.2 * r], [x + 1.1 * r, y + 0.8 * r], [x - 1.1 * r, y + 0.8 * r]]),
  diamond: (c, x, y, r) => polygon(c, [[x, y - 1.25 * r], [x + 1.25 * r, y], [x, y + 1.25 * r], [x - 1.25 * r, y]]),
};

function polygon(context, points) {
  points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
}

/** Draw the marker of a runner; a second runner of a kind is hollow. */
export function drawMark(context, runner, x, y, radius, look) {
  context.beginPath();
  SHAPES[runner.marker](context, x, y, radius);
  context.fillStyle = runner.nth > 1 ? look.background : runner.colour;
  context.strokeStyle = runner.nth > 1 ? runner.colour : look.background;
  context.lineWidth = runner.nth > 1 ? 2 : 1.5;
  context.fill();
  context.stroke();
}

/** The dash of a runner's lines: solid, and different for each further one of a kind. */
export function dash(runner) {
  return [[], [7, 4], [2, 3], [9, 3, 2, 3]][(runner.nth - 1) % 4];
}

/** The marker as a small canvas, for cards and tables. */
export function mark(runner, look) {
  const ratio = 2;
  const canvas = h("canvas", { class: "ov-mark", "aria-hidden": "true", width: 16 * ratio, height: 16 * ratio });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  drawMark(context, runner, 8, 8, 5, look);
  return canvas;
}
