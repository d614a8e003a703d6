// Where one looks from at a surface in three dimensions, and the pixels that its points then have.
//
// The world is a box around its own middle: x and y as the map has them, the longer side 1 long, and z upwards. A camera is three
// numbers: azimuth and elevation in degrees, and how far away, as a multiple of the distance that shows the whole box.

/** @typedef {[azimuth: number, elevation: number, distance: number]} Camera */

/** From the lower right of the map, a little above: both sides of a valley are seen, and its floor. */
export const FRONT = /** @type {Camera} */ ([-60, 35, 1]);
export const TALL = 0.5; // height of the box; its longer side is 1
const EYE = 3.2; // from the middle to the eye: near enough for perspective, too far to stand inside
const ROOM = 0.9; // of the picture, for the box; names and numbers need the rest

const clamp = (v, [lo, hi]) => Math.max(lo, Math.min(hi, v));

/** The same camera turned and moved, within `ends` of each of its numbers. @param {Camera} camera @returns {Camera} */
export function moved([azimuth, elevation, distance], { turn = 0, rise = 0, nearer = 1 }, ends) {
  const around = ((((azimuth + turn + 180) % 360) + 360) % 360) - 180;
  return [Math.round(around * 10) / 10, Math.round(clamp(elevation + rise, ends[1]) * 10) / 10, Math.round(clamp(distance * nearer, ends[2]) * 100) / 100];
}

/**
 * The projection onto a picture of this size, for a box (wide, deep, TALL).
 * @param {Camera} camera
 * @param {{wide: number, deep: number}} box its sides, along x and y
 * @param {{width: number, height: number}} frame pixels
 * @returns {(x: number, y: number, z: number, out: {length: number}) => any} writes pixel x, pixel y and nearness (1 over the
 *   distance along the line of sight, which is linear in pixels) into `out`, and returns it
 */
export function projection([azimuth, elevation, distance], { wide, deep }, { width, height }) {
  const [a, e] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
  const [ca, sa, ce, se] = [Math.cos(a), Math.sin(a), Math.cos(e), Math.sin(e)];
  // what the box takes up while it is turned once around: a drum, as the eye sees it from this height
  const [radius, half] = [Math.hypot(wide, deep) / 2, TALL / 2];
  const upwards = (back, z) => ((ce * z - se * back) * EYE) / (EYE - (ce * back + se * z));
  const ends = [-radius, radius].flatMap((back) => [upwards(back, -half), upwards(back, half)]);
  const [bottom, top] = [Math.min(...ends), Math.max(...ends)];
  const aside = (radius * EYE) / Math.sqrt((EYE - se * half) ** 2 - (ce * radius) ** 2);
  const scale = (ROOM * Math.min(width / (2 * aside), height / (top - bottom))) / distance;
  const middle = height / 2 + (scale * (top + bottom)) / 2;
  return (x, y, z, out) => {
    const right = -sa * x + ca * y;
    const back = ca * x + sa * y; // towards the eye, along the ground
    const near = EYE / (EYE - (ce * back + se * z));
    out[0] = width / 2 + right * scale * near;
    out[1] = middle - (ce * z - se * back) * scale * near;
    out[2] = near;
    return out;
  };
}
