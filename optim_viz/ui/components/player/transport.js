// Play, step, scrub, speed: one clock, counted in steps.

import { choice, h, row } from "./dom.js";
import { icon } from "./icons.js";
import { _ } from "./texts.js";

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4];
const STEPS_PER_SECOND = 60;
const CALM = 4; // pictures a second for those who asked for less motion

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
    const scrubbed = () => this.seek(Number(this.scrub.value));
    this.scrub = h("input", { type: "range", min: 0, step: 1, class: "ov-scrub", "aria-label": _("Step"), oninput: scrubbed });
    this.speeds = choice(_("Speed"), SPEEDS.map((x) => [x, `${x}×`]), (speed) => (this.speed = Number(speed)));
    this.speeds.value = String(this.speed);
    const button = (label, name, by) =>
      h("button", { type: "button", class: "ov-icon", "aria-label": label, title: label, onclick: () => this.nudge(by) }, icon(name));
    this.element = h(
      "div",
      { class: "ov-bar", "data-part": "transport", role: "group", "aria-label": _("Time") },
      button(_("Step back"), "back", -1),
      this.playButton,
      button(_("Step forward"), "forward", 1),
      this.counter,
      this.scrub,
      row("ov-speed", _("Speed"), this.speeds),
    );
    this._show();
    return this.element;
  }

  /** A new result: as many steps as it has; whoever looked at the last one goes on doing so. */
  setSteps(steps, step) {
    const next = Math.min(step ?? steps, steps);
    if (steps === this.steps && next === this.step) return;
    [this.steps, this.step] = [steps, next];
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

  /** What keys do to it. @returns {import("./keys.js").Shortcut[]} */
  shortcuts() {
    const far = (event) => (event.shiftKey ? 10 : 1);
    return [
      { keys: [" "], shown: [_("space")], says: _("play or pause"), act: (event) => event.repeat || this.toggle() },
      {
        keys: ["ArrowLeft", "ArrowRight"],
        shown: ["←", "→"],
        says: _("a step back or forward; 10 with shift"),
        act: (event) => this.nudge(event.key === "ArrowLeft" ? -far(event) : far(event)),
      },
      { keys: ["Home", "End"], shown: ["Home", "End"], says: _("to the start, to the end"), act: ({ key }) => this.seek(key === "Home" ? 0 : this.steps) },
      { keys: ["-", "+", "="], shown: ["−", "+"], says: _("slower, faster"), act: ({ key }) => this.faster(key === "-" ? -1 : 1) },
    ];
  }

  /** To the next speed, or the one before it. */
  faster(by) {
    const at = SPEEDS.indexOf(this.speed) + by;
    this.speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at))];
    this.speeds.value = String(this.speed);
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
