// What hands do on a picture: a drag moves it, the wheel and two fingers zoom, a click is a place, two clicks show the whole, and
// a pointer above reads off.

import { pinch, pinched } from "./pinch.js";

const CLICK_PIXELS = 4; // a press that moves less is a click
const DOUBLE_CLICK = 300; // milliseconds; a second click within them resets the view
const WHEEL = 0.0012; // of the view, to a unit of the wheel
const NOTCH = 120; // units that count at most at once

/**
 * @param {HTMLElement} box
 * @param {{map: () => import("./axes.js").Map | null, look: (view: number[]) => void, onClick: (event: PointerEvent) => void,
 *   onWhole: () => void, onHover: (event: PointerEvent | null) => void}} picture
 */
export function hands(box, picture) {
  const { look, onHover } = picture;
  const isPinched = pinch(box, { map: picture.map, view: () => picture.map().view, show: look });
  let timer = 0;
  const place = ({ clientX, clientY }) => {
    const { left, top } = box.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  /** The map, if an event is in its frame. */
  const under = (event) => {
    const map = picture.map();
    const { x, y } = place(event);
    return map && x >= map.left && y >= map.top && x <= map.left + map.width && y <= map.top + map.height ? map : null;
  };
  const click = (event) => {
    if (timer) {
      clearTimeout(timer);
      timer = 0;
      picture.onWhole();
      return;
    }
    timer = setTimeout(() => {
      timer = 0;
      picture.onClick(event);
    }, DOUBLE_CLICK);
  };
  box.addEventListener("pointerdown", (down) => {
    const map = under(down);
    if (down.button !== 0 || !map) return;
    const held = new AbortController();
    const { signal } = held;
    const begin = { ...place(down), apart: 1, map, view: map.view };
    const far = (event) => Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > CLICK_PIXELS;
    let isMoved = false;
    if (down.pointerType !== "touch") box.setPointerCapture(down.pointerId); // a finger scrolls the page
    box.addEventListener(
      "pointermove",
      (event) => {
        isMoved ||= far(event);
        if (isMoved && down.pointerType !== "touch") look(pinched(begin, { ...place(event), apart: 1 }));
      },
      { signal },
    );
    box.addEventListener(
      "pointerup",
      (event) => {
        held.abort();
        if (!isMoved && !isPinched() && !far(event)) click(event);
      },
      { signal },
    );
    box.addEventListener("pointercancel", () => held.abort(), { signal });
  });
  box.addEventListener(
    "wheel",
    (event) => {
      const map = under(event);
      if (!map) return;
      event.preventDefault();
      const apart = Math.exp(-Math.max(-NOTCH, Math.min(NOTCH, event.deltaY)) * WHEEL);
      const { x, y } = place(event);
      look(pinched({ x, y, apart: 1, map, view: map.view }, { x, y, apart }));
    },
    { passive: false },
  );
  box.addEventListener("pointermove", (event) => event.pointerType === "mouse" && onHover(event.buttons || !under(event) ? null : event));
  box.addEventListener("pointerleave", () => onHover(null));
  box.addEventListener("touchstart", () => onHover(null), { passive: true });
}
