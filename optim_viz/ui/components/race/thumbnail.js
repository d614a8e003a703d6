// The small picture of a surface, from Python's shades of height, in the colours of the page.

import { h } from "../player/dom.js";
import { rgb } from "../player/draw.js";
import { mix, packed } from "../player/relief.js";

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
  const [pixels, colours] = [new Uint32Array(image.data.buffer), shades(dim === 1 ? [ink, scale[0]] : scale)];
  rows.forEach((row, y) => pixels.set(Uint32Array.from(row, (shade) => colours[shade]), y * canvas.width));
  context.putImageData(image, 0, 0);
  return canvas;
}

const known = new Map();

/** The colour of each shade. */
function shades(scale) {
  const name = scale.join();
  if (!known.has(name))
    known.set(name, Uint32Array.from({ length: 256 }, (_, shade) => {
      const at = (shade / 255) * (scale.length - 1);
      return packed(mix(rgb(scale[Math.floor(at)]), rgb(scale[Math.ceil(at)]), at % 1));
    }));
  return known.get(name);
}
