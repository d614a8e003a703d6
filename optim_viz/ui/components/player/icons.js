// The few pictures on buttons, as paths: a font may lack a sign, and sizes follow the type.

import { svg } from "./dom.js";

const PATHS = {
  play: "M8 5v14l11-7z",
  pause: "M7 5h4v14H7zM13 5h4v14h-4z",
  back: "M6 6h2v12H6zM19 6v12l-9-6z",
  forward: "M16 6h2v12h-2zM5 6v12l9-6z",
  before: "M14.5 6 16 7.5 11.5 12l4.5 4.5-1.5 1.5L8.5 12z",
  after: "M9.5 6 8 7.5 12.5 12 8 16.5 9.5 18l6-6z",
  projector: "M3 4h18v13h-7l2 4h-2.2l-1.8-3.6-1.8 3.6H8l2-4H3zM5 6v9h14V6z",
  close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4L12 13.4 6.4 19 5 17.6 10.6 12 5 6.4z",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "ov-sign" }, svg("path", { d: PATHS[name] }));
}
