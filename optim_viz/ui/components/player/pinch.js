// Two fingers zoom and move a picture, one finger goes on scrolling the page.
//
// By touch events, because only they let a script say, when the second finger is down, that the browser shall not scroll.

const AFTER = 400; // milliseconds; what a click handler makes of the single fingers comes within them

/**
 * @param {HTMLElement} element
 * @param {{map: () => {data: (px: number, py: number) => number[]} | null, view: () => number[],
 *   show: (view: number[]) => void}} picture `map` is that of axes.js, null where fingers have no business; `view` is x from,
 *   x to, y from, y to
 * @returns {() => boolean} whether two fingers are or were on it just now: then what looks like a tap is none
 */
export function pinch(element, { map, view, show }) {
  let begin = null;
  let latest = null;
  let frame = 0;
  let last = -Infinity;
  const fingers = ({ touches }) => {
    const { left, top } = element.getBoundingClientRect();
    const [[ax, ay], [bx, by]] = [0, 1].map((k) => [touches[k].clientX - left, touches[k].clientY - top]);
    return { x: (ax + bx) / 2, y: (ay + by) / 2, apart: Math.max(1, Math.hypot(ax - bx, ay - by)) };
  };
  const draw = () => {
    cancelAnimationFrame(frame);
    if (begin && latest) show(pinched(begin, latest));
    latest = null;
  };
  /** The number of fingers has changed. */
  const start = (event) => {
    draw();
    if (begin || event.touches.length > 1) last = performance.now();
    const now = event.touches.length === 2 && map();
    begin = now ? { ...fingers(event), map: now, view: view() } : null;
    if (begin) event.preventDefault();
  };
  const move = (event) => {
    if (!begin) return;
    event.preventDefault();
    latest = fingers(event);
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  };
  const options = { capture: true, passive: false };
  element.addEventListener("touchstart", start, options);
  element.addEventListener("touchmove", move, options);
  for (const end of ["touchend", "touchcancel"]) element.addEventListener(end, start, options);
  return () => begin !== null || performance.now() - last < AFTER;
}

/**
 * What is shown so that the place that was between the fingers still is.
 * @param {{x: number, y: number, apart: number, map: {data: (px: number, py: number) => number[]}, view: number[]}} begin
 * @param {{x: number, y: number, apart: number}} now
 */
export function pinched({ x, y, apart, map, view }, now) {
  const held = map.data(x, y);
  const there = map.data(now.x, now.y); // of the old view
  const scale = apart / now.apart;
  return view.map((end, k) => {
    const d = k >> 1;
    return held[d] + (end - there[d]) * scale;
  });
}
