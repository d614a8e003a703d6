// The small picture of a surface, from Python's shades of height, in the colours of the page.

import { h } from "../player/dom.js";
import { rgb } from "../player/draw.js";

/**
 * @param {Uint8Array[]} rows of shades, 0 the lowest, the top row first; of a curve 0 is the curve
 * @param {number} dim
 * @param {string[]} scale colours from the valley up
 * @param {string} ink the colour of a curve
 */
export function thumbnail(rows, dim, scale, ink) {
  const canvas = h("canvas", { class: "ov-thumbnail", "aria-hidden": "true", width: rows[0].length, height: rows.length });
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const colours = (dim === 1 ? [ink, scale[0]] : scale).map(rgb);
  rows.forEach((row, y) =>
    row.forEach((shade, x) => {
      const at = (shade / 255) * (colours.length - 1);
      const [low, high] = [colours[Math.floor(at)], colours[Math.ceil(at)]];
      const mixed = low.map((c, k) => c + (high[k] - c) * (at % 1));
      image.data.set([...mixed, 255], 4 * (y * canvas.width + x));
    }),
  );
  context.putImageData(image, 0, 0);
  return canvas;
}
