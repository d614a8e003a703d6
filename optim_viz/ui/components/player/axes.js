// Plotly draws axes, grids and surfaces; what moves is drawn on canvases above, by these mappings.

import { rgb } from "./draw.js";
import { along } from "./scales.js";

const loading = new Map();

/** Plotly from our own server, once. */
export function loadPlotly(address) {
  const url = new URL(address, document.baseURI).href;
  if (!loading.has(url)) {
    const loaded = new Promise((resolve, reject) => {
      if (globalThis.Plotly) return resolve(globalThis.Plotly);
      // the head of a page that was opened here names it (optim_viz/ui/index.py); who came from another page fetches it now
      let script = [...document.scripts].find((present) => present.src === url);
      if (!script) {
        script = document.createElement("script");
        script.src = url;
        document.head.append(script);
      }
      script.addEventListener("load", () => resolve(globalThis.Plotly));
      script.addEventListener("error", () => reject(new Error(`could not load ${url}`)));
    });
    loading.set(url, loaded);
  }
  return loading.get(url);
}

/**
 * Pixels of one Plotly picture with linear axes, as it is on the screen now; `unit` is what one pixel means.
 * @returns {{x: (v: number) => number, y: (v: number) => number, data: (px: number, py: number) => [number, number],
 *   unit: {x: number, y: number},
 *   left: number, top: number, width: number, height: number}}
 */
export function mapping(plot) {
  const { xaxis, yaxis } = plot._fullLayout;
  const scaled = (axis, from, to) => along({ type: "linear", range: axis.range.map(Number) }, axis._offset + from, axis._offset + to);
  const x = scaled(xaxis, 0, xaxis._length);
  const y = scaled(yaxis, yaxis._length, 0);
  return {
    x: x.position,
    y: y.position,
    data: (px, py) => [x.value(px), y.value(py)],
    unit: { x: x.value(1) - x.value(0), y: y.value(0) - y.value(1) },
    left: xaxis._offset,
    top: yaxis._offset,
    width: xaxis._length,
    height: yaxis._length,
  };
}

/**
 * A plotly picture goes with the size of its box.
 * @param {() => boolean} ready whether there is something to draw
 * @param {() => void} redraw what plotly does not
 * @returns {() => void} ends it, and the picture
 */
export function followSize(Plotly, plot, box, ready, redraw) {
  let frame = 0;
  const sizes = new ResizeObserver(() => {
    if (!ready() || !box.clientWidth) return;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(async () => {
      if (!box.clientWidth) return; // the page was left meanwhile; so it may be while plotly works
      await Plotly.Plots.resize(plot);
      if (plot._fullLayout) redraw();
    });
  });
  sizes.observe(box);
  return () => {
    sizes.disconnect();
    cancelAnimationFrame(frame);
    Plotly.purge(plot);
  };
}

/** Colours and font of the page, for pictures; `scale` is how much larger than usual type, lines and marks are. */
export function pageLook(element) {
  const style = getComputedStyle(element);
  const get = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const background = get("--st-background-color", "#ffffff");
  const [r, g, b] = rgb(background);
  return {
    scale: Number(get("--scale", "1")),
    theme: 0.299 * r + 0.587 * g + 0.114 * b > 128 ? "light" : "dark",
    background,
    text: get("--st-text-color", "#111111"),
    border: get("--st-border-color", "#cccccc"),
    accent: get("--st-primary-color", "#0b6e99"),
    font: get("--st-font", "sans-serif"),
  };
}
