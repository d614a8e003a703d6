// The picture beside a lesson: the race's own player, with the controls that the step allows.

import { Race } from "../race/main.js";
import { Mark } from "./mark.js";

/** What a step may leave to the reader (optim_viz/lessons/record.py); what it does not is not shown. */
const CONTROLS = ["surface", "params", "start", "steps", "optimizers"];

export class Stage extends Race {
  /** @param {{onRun: () => void, onMark: () => void}} listener `onRun`: what was to be played has come to its rest */
  constructor(parent, data, listener) {
    super(parent, data);
    this.listener = listener;
    this.allowed = new Set();
    this.hidden = [];
    this.root.classList.add("ls-player");
  }

  build(got) {
    super.build(got);
    this.mark = new Mark(this.picture, () => this.listener.onMark());
    this.picture.listener.onDraw = () => this.mark.place();
    const { onStart } = this.picture.listener;
    this.picture.listener.onStart = (point) => {
      if (this.mark.active) this.mark.put(point);
      else if (this.allowed.has("start")) onStart(point);
    };
    this.allow(this.allowed, this.hidden);
    this.listener.onBuilt();
  }

  /** @param {Iterable<string>} names of controls that are the reader's @param {string[]} hidden what a link hides besides */
  allow(names, hidden) {
    this.allowed = new Set(names);
    this.hidden = hidden;
    this.root.dataset.hide = [...CONTROLS.filter((name) => !this.allowed.has(name)), ...hidden].join(" ");
    if (this.picture) this.picture.handle.inert = !this.allowed.has("start");
  }

  /** Go to these settings; `play` them from the beginning, unless they name a step. */
  set(query, play = false) {
    this.transport.pause();
    this.running = play && !("t" in query);
    this.starting = this.running;
    this.leaving = true;
    this.picture?.rewind();
    this.send(this.running ? { ...query, t: "0" } : query);
  }

  painted() {
    super.painted();
    if (!this.starting || this.leaving) return;
    this.starting = false;
    this.transport.play();
  }

  remember() {
    if (this.starting || !this.seen || this.transport.playing) return;
    super.remember();
    if (!this.running) return;
    this.running = false;
    this.listener.onRun();
  }
}
