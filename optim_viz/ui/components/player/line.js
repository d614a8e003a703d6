// A polyline as it is drawn: only what can be seen of it, and the same strokes whether it is drawn at once or piece by piece.
//
// A run that explodes goes far beyond every screen. Browsers draw such lines slowly (a dashed one for seconds), so every
// segment is cut at the edges of the picture first. It is cut, not bent: what is inside stays where it was.

const MARGIN = 12; // pixels around the picture: what is cut there shows neither ends nor corners inside
const SCRIBBLE = 100_000; // pixels; a line that long covers itself: its dashes would show nothing, and take seconds

/** Kinds of segments: as they should be, too long to fit into the picture, and behind something. */
export const NEAR = 0;
export const FAR = 1;
export const BEHIND = 2;

export class Line {
  /**
   * @param {Float64Array} points pixels, x and y in turns; nan where the line is interrupted
   * @param {{left: number, top: number, width: number, height: number}} frame
   * @param {Uint8Array} [behind] for each point 1 where something stands before it
   */
  constructor(points, { left, top, width, height }, behind) {
    const box = [left - MARGIN, top - MARGIN, left + width + MARGIN, top + height + MARGIN];
    const segments = Math.max(0, points.length / 2 - 1);
    const across = Math.hypot(width, height);
    /** The visible part of each segment: x, y, x, y; nan where there is none. */
    this.parts = new Float64Array(4 * segments).fill(NaN);
    /** The visible length before each segment: where in its dashes it begins. */
    this.before = new Float64Array(segments + 1);
    /** How a segment is to be drawn: one of the three above. */
    this.kinds = new Uint8Array(segments);
    for (let i = 0; i < segments; i++) {
      const [x0, y0, x1, y1] = [points[2 * i], points[2 * i + 1], points[2 * i + 2], points[2 * i + 3]];
      const part = Number.isNaN(x0 + y0 + x1 + y1) ? null : cut(x0, y0, x1, y1, box); // a line may have gaps
      if (part) this.parts.set(part, 4 * i);
      this.before[i + 1] = this.before[i] + (part ? Math.hypot(part[2] - part[0], part[3] - part[1]) : 0);
      this.kinds[i] = behind?.[i] || behind?.[i + 1] ? BEHIND : Number(Math.hypot(x1 - x0, y1 - y0) > across);
    }
  }

  /** Stroke from one point to a later one, by index; `kind`: only those segments. */
  stroke(context, dash, from, to, kind = null) {
    const { parts } = this;
    let [x, y] = [NaN, NaN]; // where the pen is, if it is down
    context.setLineDash(this.before.at(-1) < SCRIBBLE ? dash : []);
    for (let i = from; i < to; i++) {
      const at = 4 * i;
      const wanted = (kind === null || this.kinds[i] === kind) && !Number.isNaN(parts[at]);
      if (!wanted || parts[at] !== x || parts[at + 1] !== y) {
        if (!Number.isNaN(x)) context.stroke();
        x = NaN;
        if (!wanted) continue;
        context.lineDashOffset = this.before[i];
        context.beginPath();
        context.moveTo(parts[at], parts[at + 1]);
      }
      x = parts[at + 2];
      y = parts[at + 3];
      context.lineTo(x, y);
    }
    if (!Number.isNaN(x)) context.stroke();
  }
}

/** The part of a segment that lies in a box, or null. */
function cut(x0, y0, x1, y1, [left, top, right, bottom]) {
  const [a, b] = [[x0, y0], [x1, y1]];
  const seen = shorten(a, b, 0, left, -1) && shorten(a, b, 0, right, 1) && shorten(a, b, 1, top, -1) && shorten(a, b, 1, bottom, 1);
  return seen ? [...a, ...b] : null;
}

/**
 * Move the end that lies beyond a line across axis `k` (0 x, 1 y) onto that line; false if both do. `side` 1: beyond is above.
 * The crossing is reckoned from the nearer end: the digits of a far one do not reach down to pixels.
 */
function shorten(a, b, k, limit, side) {
  const [beyondA, beyondB] = [(a[k] - limit) * side > 0, (b[k] - limit) * side > 0];
  if (beyondA && beyondB) return false;
  if (!beyondA && !beyondB) return true;
  const [near, far] = Math.abs(a[k] - limit) < Math.abs(b[k] - limit) ? [a, b] : [b, a];
  const slope = (far[1 - k] - near[1 - k]) / (far[k] - near[k]);
  const moved = beyondA ? a : b;
  moved[1 - k] = near[1 - k] + (limit - near[k]) * slope;
  moved[k] = limit;
  return true;
}
