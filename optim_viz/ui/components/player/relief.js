// Bands and hairlines: at which heights they lie, which colours they have, and the map that is made of them, pixel by pixel.

import { h } from "./dom.js";
import { rgb } from "./draw.js";
import { extent, spread } from "./field.js";
import { roundStep } from "./scales.js";

const LEVELS = 24; // at most
const SAMPLE = 1000; // values; so many tell where most of them lie
const INKS = 16; // steps from a band's colour to that of the hairline at its edge
const [FINE, COARSE] = [2, 4]; // pixels of the page between the values that are asked for, at rest and on the move
/** What a hairline is drawn with, and how much of it. */
export const INK = { light: { colour: [60, 80, 110], most: 0.42 }, dark: { colour: [170, 190, 220], most: 0.26 } };

/**
 * @typedef {object} Relief how values are told apart
 * @property {(value: number) => number} height of a value
 * @property {number} first height at which a band begins @property {number} size of a band @property {number} count of bands
 */

/**
 * How values are told apart: round heights, which stay where they are while the view moves. A height is the value, or on a field
 * of many scales the logarithm of the rise above its floor; what is no number any more is as high as the highest that is.
 * @param {Float64Array} values @param {import("./field.js").Field} field @returns {Relief}
 */
export function relief(values, { log, floor }) {
  const [lo, hi] = extent(values);
  const clean = (v) => (v <= hi ? Math.max(v, lo) : hi);
  let height = clean;
  if (log) {
    const base = Math.min(floor, lo); // beyond its domain a surface may lie lower than its minimum
    const every = Math.ceil(values.length / SAMPLE);
    const some = Float64Array.from({ length: Math.floor((values.length - 1) / every) + 1 }, (_, k) => clean(values[k * every]) - base).sort();
    const [tenth, most] = [0.1, 0.9].map((share) => some[Math.floor(share * (some.length - 1))]);
    const least = 10 ** Math.round(Math.log10(Math.min(1e-3 * most, Math.max(1e-9 * most, tenth)))) || 1;
    height = (v) => Math.log10(clean(v) - base + least);
  }
  const [from, to] = [height(lo), height(hi)];
  const size = to > from ? roundStep((to - from) / LEVELS) : 1;
  const first = Math.floor(from / size + 1e-9) * size;
  return { height, first, size, count: Math.max(1, Math.ceil((to - first) / size - 1e-9)) };
}

/** At which heights bands begin, and how large they are. @param {Relief} relief */
export const levelsOf = ({ first, size }) => `${first} ${size}`;

/** Colours of so many bands, from the valley up. @param {string[]} scale "#rrggbb" @returns {number[][]} */
export function bands(scale, count) {
  const colours = scale.map(rgb);
  return Array.from({ length: count }, (_, band) => {
    const u = (band / Math.max(1, count - 1)) * (colours.length - 1);
    const i = Math.min(colours.length - 2, Math.floor(u));
    return mix(colours[i], colours[i + 1], u - i);
  });
}

export const mix = (a, b, t) => a.map((v, k) => v + (b[k] - v) * t);

/** A colour as a canvas keeps it. */
export function packed(colour) {
  const [r, g, b] = colour.map((v) => Math.max(0, Math.min(255, Math.round(v))));
  return (255 << 24) | (b << 16) | (g << 8) | r;
}

/** The colours of a map, by band and ink. */
function palette(scale, count, theme) {
  const { colour, most } = INK[theme];
  return Uint32Array.from(bands(scale, count).flatMap((plain) => Array.from({ length: INKS }, (_, k) => packed(mix(plain, colour, (most * k) / (INKS - 1))))));
}

/** The map below everything else. */
export class Ground {
  /** @param {HTMLElement} parent @param {Record<string, string[]>} scales colours from the valley up, by theme */
  constructor(parent, scales) {
    this.scales = scales;
    this.canvas = h("canvas", { class: "ov-layer ov-ground", "aria-hidden": "true" });
    parent.append(this.canvas);
  }

  /**
   * @param {import("./field.js").Field} field
   * @param {{left: number, top: number, width: number, height: number, view: number[]}} map its frame, and what is seen in it
   * @param {string} theme
   * @param {boolean} isFine or it is on the move
   */
  draw(field, map, theme, isFine) {
    const ratio = isFine ? devicePixelRatio : Math.min(devicePixelRatio, 1);
    const [wide, tall] = [Math.max(1, Math.round(map.width * ratio)), Math.max(1, Math.round(map.height * ratio))];
    const cell = Math.max(1, Math.round(ratio * (isFine ? FINE : COARSE)));
    const [columns, rows] = [Math.ceil(wide / cell), Math.ceil(tall / cell)];
    const [x0, x1, y0, y1] = map.view;
    const xs = spread(x0, x0 + ((x1 - x0) * columns * cell) / wide, columns + 1);
    const ys = spread(y1, y1 - ((y1 - y0) * rows * cell) / tall, rows + 1);
    const values = field.values(xs, ys);
    const { height, first, size, count } = (this.relief = relief(values, field));
    const coloured = `${theme} ${count}`;
    if (coloured !== this.coloured) [this.coloured, this.colours] = [coloured, palette(this.scales[theme], count, theme)];
    const levels = values.map((v) => (height(v) - first) / size);
    if (this.canvas.width !== wide || this.canvas.height !== tall || !this.image) {
      Object.assign(this.canvas, { width: wide, height: tall });
      this.image = new ImageData(wide, tall);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    raster(this.pixels, wide, tall, levels, columns + 1, cell, this.colours, count);
    const context = this.canvas.getContext("2d");
    context.putImageData(this.image, 0, 0);
    if (field.bounds) this._cut(context, field.bounds, map.view, wide, tall);
    for (const [name, at] of Object.entries({ left: map.left, top: map.top, width: map.width, height: map.height })) this.canvas.style[name] = `${at}px`;
  }

  /** Where nothing is known nothing is drawn. */
  _cut(context, [left, right, bottom, top], [x0, x1, y0, y1], wide, tall) {
    const [a, b] = [left, right].map((x) => ((x - x0) / (x1 - x0)) * wide);
    const [c, d] = [top, bottom].map((y) => ((y1 - y) / (y1 - y0)) * tall);
    for (const gap of [[0, 0, a, tall], [b, 0, wide, tall], [0, 0, wide, c], [0, d, wide, tall]])
      if (gap[2] > gap[0] + 0.5 && gap[3] > gap[1] + 0.5) context.clearRect(gap[0], gap[1], gap[2] - gap[0], gap[3] - gap[1]);
  }

  clear() {
    Object.assign(this.canvas, { width: 1, height: 1 });
    this.image = null;
  }
}

/**
 * Bands with hairlines between them, of levels from 0 to `count` on a grid: the first corner at the upper left, `columns` in a row,
 * one every `cell` pixels; between them levels are straight along x and y.
 */
export function raster(pixels, wide, tall, levels, columns, cell, colours, count) {
  for (let y = 0; y < tall; y++) {
    const j = Math.floor(y / cell);
    const v = (y + 0.5) / cell - j;
    let k = y * wide;
    for (let i = 0, at = j * columns, x = 0; x < wide; i++, at++) {
      const [a, b, c, d] = [levels[at], levels[at + 1], levels[at + columns], levels[at + columns + 1]];
      const [left, right] = [a + (c - a) * v, b + (d - b) * v];
      const across = (right - left) / cell;
      const down = (c - a + d - b) / (2 * cell);
      const steep = Math.sqrt(across * across + down * down); // levels to a pixel
      const end = Math.min(wide, x + cell);
      const low = Math.floor(Math.min(left, right) - steep);
      if (low === Math.floor(Math.max(left, right) + steep)) {
        const colour = colours[Math.max(0, Math.min(count - 1, low)) * INKS]; // no line is near
        for (; x < end; x++) pixels[k++] = colour;
        continue;
      }
      const most = Math.min(1, 0.25 / steep) * (INKS - 1); // where lines crowd they fade
      for (let level = left + across / 2; x < end; x++, level += across) {
        const off = Math.abs(level - Math.round(level)) / steep; // pixels from the line
        const band = Math.max(0, Math.min(count - 1, Math.floor(level)));
        pixels[k++] = colours[band * INKS + (off < 1 ? Math.round((1 - off) * most) : 0)];
      }
    }
  }
}
