// Play, step, scrub, speed: one clock, counted in steps.

import { h } from "./dom.js";
import { _ } from "./texts.js";

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4];
const STEPS_PER_SECOND = 60;
const CALM = 4; // pictures a second for those who asked for less motion

/** Where keys write, choose, or move a focus. */
const NEED_EVERY_KEY =
  "input:not([type=range]), select, textarea, [contenteditable], [role=radio], [role=tab], [role=menu], [role=listbox], [role=dialog]";

const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M7 5h4v14H7zM13 5h4v14h-4z",
  back: "M6 6h2v12H6zM19 6v12l-9-6z",
  forward: "M16 6h2v12h-2zM5 6v12l9-6z",
};

const icon = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
};

export class Transport {
  /**
   * @param {{onMove: (step: number) => void, onRest: () => void}} listener `onMove` for every picture, `onRest` when it stays
   */
  constructor(listener) {
    this.listener = listener;
    this.steps = 1;
    this.step = 1;
    this.playing = false;
    this.speed = 1;
    this.rate = STEPS_PER_SECOND;
    /** How a step is told. @type {(step: number, steps: number) => string} */
    this.told = (step, steps) => `${String(step).padStart(String(steps).length, "0")} / ${steps}`;
    this.frame = 0;
  }

  /** The bar, made anew for each language. */
  build() {
    this.playButton = h("button", { type: "button", class: "ov-play", "aria-keyshortcuts": "Space", onclick: () => this.toggle() });
    this.counter = h("output", { class: "ov-counter", "aria-live": "off" });
    this.scrub = h("input", { type: "range", min: 0, step: 1, class: "ov-scrub", "aria-label": _("Step") });
    this.scrub.addEventListener("input", () => this.seek(Number(this.scrub.value)));
    const speed = h("select", { "aria-label": _("Speed") }, ...SPEEDS.map((x) => h("option", { value: x }, `${x}×`)));
    speed.value = String(this.speed);
    speed.addEventListener("change", () => (this.speed = Number(speed.value)));
    const button = (label, name, by) =>
      h("button", { type: "button", class: "ov-icon", "aria-label": label, title: label, onclick: () => this.nudge(by) }, icon(name));
    this.element = h(
      "div",
      { class: "ov-bar", role: "group", "aria-label": _("Time") },
      button(_("Step back"), "back", -1),
      this.playButton,
      button(_("Step forward"), "forward", 1),
      this.counter,
      this.scrub,
      h("label", { class: "ov-speed" }, h("span", { "aria-hidden": "true" }, _("Speed")), speed),
    );
    this._show();
    return this.element;
  }

  /** A new result: as many steps as it has; whoever looked at the last one goes on doing so. */
  setSteps(steps, step) {
    this.steps = steps;
    this.step = Math.min(step ?? steps, steps);
    this._show();
  }

  seek(step) {
    this.pause();
    this._move(step);
    this.listener.onRest();
  }

  nudge(by) {
    this.seek(this.step + by);
  }

  toggle() {
    if (this.playing) {
      this.pause();
      this.listener.onRest();
    } else this.play();
  }

  play() {
    if (this.playing) return;
    this.playing = true;
    if (this.step >= this.steps) this._move(0);
    let last = performance.now();
    let position = this.step;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const tick = (now) => {
      if (!this.playing) return;
      this.frame = requestAnimationFrame(tick);
      if (calm && now - last < 1000 / CALM) return;
      // a frame may bear a time from before the press of the button
      position += (Math.max(0, now - last) / 1000) * this.rate * this.speed;
      last = now;
      if (Math.floor(position) !== this.step) this._move(Math.floor(position));
      if (this.step >= this.steps) {
        this.pause();
        this.listener.onRest();
      }
    };
    this.frame = requestAnimationFrame(tick);
    this._show();
  }

  pause() {
    cancelAnimationFrame(this.frame);
    this.playing = false;
    this._show();
  }

  /** Keys for the whole page; those that a focused control needs itself are left to it. */
  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const key = event.key;
    if (event.defaultPrevented || target.closest?.(NEED_EVERY_KEY)) return;
    // the arrows move a range, but the space bar means nothing to it; to a button it is the other way round
    if (target.closest?.("input") && key !== " ") return;
    if (key === " " && target.closest?.("button, a, summary") && !this.playButton.contains(target)) return;
    const far = event.shiftKey ? 10 : 1;
    const action = {
      " ": () => event.repeat || this.toggle(),
      ArrowRight: () => this.nudge(far),
      ArrowLeft: () => this.nudge(-far),
      Home: () => this.seek(0),
      End: () => this.seek(this.steps),
    }[key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  _move(step) {
    this.step = Math.max(0, Math.min(this.steps, Math.round(step)));
    this._show();
    this.listener.onMove(this.step);
  }

  _show() {
    if (!this.element) return;
    const label = this.playing ? _("Pause") : _("Play");
    if (this.playButton.getAttribute("aria-label") !== label) {
      this.playButton.replaceChildren(icon(this.playing ? "pause" : "play"));
      this.playButton.setAttribute("aria-label", label);
      this.playButton.title = label;
    }
    this.counter.textContent = this.told(this.step, this.steps);
    this.scrub.max = String(this.steps);
    this.scrub.value = String(this.step);
    this.scrub.style.setProperty("--fill", String(this.step / Math.max(1, this.steps)));
    this.scrub.setAttribute("aria-valuetext", _("{step} of {steps}", { step: this.step, steps: this.steps }));
  }
}
