// The piece of a surface that is looked at, as a mesh to draw in three dimensions and to lay paths upon.
//
// It is drawn without WebGL: a mesh of this size takes a processor a few milliseconds, in every browser, and leaves a picture of
// depths behind, by which a path knows whether it is behind a hill.

import { TALL, projection } from "./camera.js";
import { spread } from "../player/field.js";
import { INK, bands, mix, packed, relief } from "../player/relief.js";

const CELLS = 96; // of the mesh, along the longer side
const SLIM = 2.5; // a piece longer than that is drawn broader than it is
const SHADES = 32;
const INKS = 4; // steps from a band's colour to that of the hairline at its edge
const BEHIND = 6e-3; // of nearness: what is covered by less lies on the surface

export class Terrain {
  /**
   * @param {import("../player/field.js").Field} field
   * @param {number[]} view x from, x to, y from, y to: the piece that is looked at
   * @param {import("../player/relief.js").Relief | null} levels of a map beside it; its own, if none are given
   */
  constructor(field, view, levels = null) {
    const [left, right, bottom, top] = field.bounds ?? [-Infinity, Infinity, -Infinity, Infinity];
    [this.x0, this.x1] = [Math.max(view[0], left), Math.min(view[1], right)];
    [this.y0, this.y1] = [Math.max(view[2], bottom), Math.min(view[3], top)];
    this.empty = !(this.x1 > this.x0 && this.y1 > this.y0);
    if (this.empty) return;
    const [w, d] = [this.x1 - this.x0, this.y1 - this.y0];
    const longer = Math.max(w, d);
    this.wide = Math.max(w / longer, 1 / SLIM);
    this.deep = Math.max(d / longer, 1 / SLIM);
    this.nx = Math.round(CELLS * this.wide);
    this.ny = Math.round(CELLS * this.deep);
    const values = field.values(spread(this.x0, this.x1, this.nx + 1), spread(this.y0, this.y1, this.ny + 1));
    this.relief = levels ?? relief(values, field);
    this.heights = values.map(this.relief.height);
    let [lo, hi] = [Infinity, -Infinity];
    for (const v of this.heights) [lo, hi] = [Math.min(lo, v), Math.max(hi, v)];
    for (let k = 0; k < this.heights.length; k++) this.heights[k] = hi > lo ? (this.heights[k] - lo) / (hi - lo) : 0;
    this.lowest = lo;
    this.range = hi - lo;
    this.light = lit(this);
  }

  /** Whether a point of the plane lies on this piece. */
  holds(x, y) {
    return x >= this.x0 && x <= this.x1 && y >= this.y0 && y <= this.y1;
  }

  /** A point of the plane in the world of camera.js, lying on the mesh as it is drawn. */
  at(x, y, out) {
    const u = ((x - this.x0) / (this.x1 - this.x0)) * this.nx;
    const v = ((y - this.y0) / (this.y1 - this.y0)) * this.ny;
    const i = Math.max(0, Math.min(this.nx - 1, Math.floor(u)));
    const j = Math.max(0, Math.min(this.ny - 1, Math.floor(v)));
    const [s, t] = [u - i, v - j];
    const row = this.nx + 1;
    const k = j * row + i;
    const [a, b, c, d] = [this.heights[k], this.heights[k + 1], this.heights[k + row], this.heights[k + row + 1]];
    // two triangles, parted as they are drawn
    const h = s + t <= 1 ? a + s * (b - a) + t * (c - a) : d + (1 - s) * (c - d) + (1 - t) * (b - d);
    out[0] = (u / this.nx - 0.5) * this.wide;
    out[1] = (v / this.ny - 0.5) * this.deep;
    out[2] = (h - 0.5) * TALL;
    return out;
  }

  /**
   * A straight way over the plane, laid upon the mesh: corner by corner in `put`, a NaN where it leaves the piece.
   * @param {(x: number, y: number) => void} put is called for every corner but the first
   */
  lay(xa, ya, xb, yb, put) {
    const part = within(xa, ya, xb, yb, this);
    if (!part) return put(xb, yb);
    const [from, to] = part;
    const cells = Math.hypot(((xb - xa) / (this.x1 - this.x0)) * this.nx, ((yb - ya) / (this.y1 - this.y0)) * this.ny) * (to - from);
    const pieces = Math.max(1, Math.min(CELLS, Math.ceil(cells)));
    if (from > 0) put(xa + (xb - xa) * from, ya + (yb - ya) * from);
    for (let k = 1; k < pieces; k++) {
      const t = from + ((to - from) * k) / pieces;
      put(xa + (xb - xa) * t, ya + (yb - ya) * t);
    }
    if (to < 1) put(xa + (xb - xa) * to, ya + (yb - ya) * to);
    return put(xb, yb);
  }
}

/** How much light falls on each corner, 0 to 1: it comes from the upper left of the map, so that slopes are told apart. */
function lit({ heights, nx, ny, wide, deep }) {
  const light = new Float32Array(heights.length);
  const row = nx + 1;
  for (let j = 0; j <= ny; j++)
    for (let i = 0; i <= nx; i++) {
      const [l, r, b, t] = [Math.max(0, i - 1), Math.min(nx, i + 1), Math.max(0, j - 1), Math.min(ny, j + 1)];
      const dx = ((heights[j * row + r] - heights[j * row + l]) * TALL * nx) / (wide * (r - l));
      const dy = ((heights[t * row + i] - heights[b * row + i]) * TALL * ny) / (deep * (t - b));
      light[j * row + i] = Math.max(0, Math.min(1, (0.5 * dx - 0.35 * dy + 0.8) / Math.hypot(dx, dy, 1)));
    }
  return light;
}

/** From where to where, as parts of its length, a way leads over a piece; null if it passes by. */
function within(xa, ya, xb, yb, { x0, x1, y0, y1 }) {
  let [from, to] = [0, 1];
  for (const [a, b, lo, hi] of [[xa, xb, x0, x1], [ya, yb, y0, y1]]) {
    if (a === b) {
      if (!(a >= lo && a <= hi)) return null;
      continue;
    }
    const [p, q] = [(lo - a) / (b - a), (hi - a) / (b - a)];
    from = Math.max(from, Math.min(p, q));
    to = Math.min(to, Math.max(p, q));
  }
  return from < to ? [from, to] : null;
}

/**
 * The colours of the mesh: a band between two levels has one, in shades by the light, and a hairline at its edge.
 * @param {string[]} scale from the valley up, as "#rrggbb"
 * @param {number} levels
 * @param {string} theme
 * @returns {Uint32Array} by band, shade and ink
 */
export function palette(scale, levels, theme) {
  const { colour, most } = INK[theme];
  const [dark, bright] = theme === "light" ? [0.8, 1.02] : [0.7, 1.5];
  const out = new Uint32Array(levels * SHADES * INKS);
  bands(scale, levels).forEach((plain, band) => {
    for (let shade = 0; shade < SHADES; shade++) {
      const by = dark + ((bright - dark) * shade) / (SHADES - 1);
      for (let k = 0; k < INKS; k++) out[(band * SHADES + shade) * INKS + k] = packed(mix(plain.map((v) => v * by), colour, (most * k) / (INKS - 1)));
    }
  });
  return out;
}

/** The mesh as it was drawn last: pixels and depths. */
export class Raster {
  constructor() {
    this.width = this.height = 0;
  }

  /**
   * @param {Terrain} terrain
   * @param {import("./camera.js").Camera} camera
   * @param {{width: number, height: number}} frame CSS pixels
   * @param {number} ratio pixels of the raster to one of them
   * @param {Uint32Array} colours of `palette`
   */
  draw(terrain, camera, frame, ratio, colours) {
    const [width, height] = [Math.max(1, Math.round(frame.width * ratio)), Math.max(1, Math.round(frame.height * ratio))];
    if (width !== this.width || height !== this.height) {
      [this.width, this.height] = [width, height];
      this.image = new ImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
      this.depth = new Float32Array(width * height);
    }
    this.ratio = ratio;
    this.pixels.fill(0);
    this.depth.fill(0);
    if (terrain.empty) return;
    const { nx, ny, wide, deep, heights, light, relief: levels } = terrain;
    const project = projection(camera, terrain, { width, height });
    const row = nx + 1;
    const [px, py, near, band] = [0, 1, 2, 3].map(() => new Float32Array(heights.length));
    const at = [0, 0, 0];
    for (let j = 0, k = 0; j <= ny; j++)
      for (let i = 0; i <= nx; i++, k++) {
        project((i / nx - 0.5) * wide, (j / ny - 0.5) * deep, (heights[k] - 0.5) * TALL, at);
        [px[k], py[k], near[k]] = at;
        band[k] = (terrain.lowest + heights[k] * terrain.range - levels.first) / levels.size;
      }
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        const k = j * row + i;
        this._triangle(k, k + 1, k + row, px, py, near, band, light, colours, levels.count);
        this._triangle(k + row + 1, k + row, k + 1, px, py, near, band, light, colours, levels.count);
      }
  }

  _triangle(a, b, c, px, py, near, band, light, colours, count) {
    const [ax, ay, bx, by, cx, cy] = [px[a], py[a], px[b], py[b], px[c], py[c]];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (area === 0) return;
    const { width, height, pixels, depth } = this;
    const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
    const right = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
    const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
    const bottom = Math.min(height - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
    // how far along ab and ac a pixel lies, and how that changes from one to the next
    const [sx, sy, tx, ty] = [(cy - ay) / area, (ax - cx) / area, (ay - by) / area, (bx - ax) / area];
    const along = (v) => [v[a], v[b] - v[a], v[c] - v[a]];
    const [n0, n1, n2] = along(near);
    const [h0, h1, h2] = along(band);
    const [l0, l1, l2] = along(light);
    const steep = Math.hypot(h1 * sx + h2 * tx, h1 * sy + h2 * ty); // bands to a pixel
    const ink = Math.min(1, 1 / (4 * steep)) * (INKS - 1); // where lines crowd they fade
    const sharp = 1 / Math.max(steep, 1e-9);
    for (let y = top; y <= bottom; y++) {
      const dy = y + 0.5 - ay;
      for (let x = left; x <= right; x++) {
        const dx = x + 0.5 - ax;
        const s = sx * dx + sy * dy;
        const t = tx * dx + ty * dy;
        if (s < 0 || t < 0 || s + t > 1) continue;
        const k = y * width + x;
        const n = n0 + s * n1 + t * n2;
        if (n <= depth[k]) continue;
        depth[k] = n;
        const h = h0 + s * h1 + t * h2;
        const level = Math.max(0, Math.min(count - 1, Math.floor(h)));
        const edge = Math.abs(h - Math.round(h)) * sharp; // pixels from the line
        const line = edge < 1 ? Math.round((1 - edge) * ink) : 0;
        const shade = Math.max(0, Math.min(SHADES - 1, Math.round((l0 + s * l1 + t * l2) * (SHADES - 1))));
        pixels[k] = colours[(level * SHADES + shade) * INKS + line];
      }
    }
  }

  /** Whether something of the mesh is before a point, in CSS pixels and nearness. */
  covers(x, y, near) {
    const [i, j] = [Math.floor(x * this.ratio), Math.floor(y * this.ratio)];
    return i >= 0 && j >= 0 && i < this.width && j < this.height && this.depth[j * this.width + i] - near > BEHIND * near;
  }
}
