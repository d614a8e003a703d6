// The picture beside a lesson: the player of the page that the picture belongs to, with the controls that the step allows.

import { Mark } from "./mark.js";

/** What is never shown beside a lesson: it is the lesson that says what to look at, and who runs. */
const NEVER = ["presets", "watch", "add", "data", "views"];
/** What a step may leave to the reader (optim_viz/lessons/record.py), the start aside: its ring stays, as the place it is. */
const CONTROLS = ["surface", "params", "steps", "optimizers"];

/**
 * @typedef {{onBuilt: () => void, onRun: () => void, onMark: () => void, onFrame: () => void, linkTo: (query: object) => string,
 *   hideable: () => {key: string, title: string}[]}} Listener `onRun`: what was to be played has come to its rest
 */

/**
 * What of a picture plays by itself: nothing (idle); it will when its beginning is painted (starting); it does (running), and
 * then what was to be seen has been seen.
 *
 *   idle --play--> starting --painted--> running --rests--> idle; starting, running --set or refused--> idle
 */

/**
 * A player's class as it stands beside a lesson.
 * @param {any} Player its `map` is the picture that marks are placed on; undefined before the player is built
 */
function staged(Player) {
  return class extends Player {
    /** @param {Listener} listener */
    constructor(parent, data, listener) {
      super(parent, data);
      this.listener = listener;
      this.allowed = new Set();
      this.play = "idle";
      this.root.classList.add("ls-player");
    }

    build(got) {
      super.build(got);
      const { map } = this;
      this.mark = new Mark(map, () => this.listener.onMark());
      const { onStart, onDraw } = map.listener;
      Object.assign(map.listener, {
        onStart: (point) => {
          if (this.mark.active) this.mark.put(point);
          else if (this.allowed.has("start")) onStart(point);
        },
        onDraw: () => {
          onDraw?.();
          this.mark.place();
        },
      });
      this.allow(this.allowed);
      this.listener.onBuilt();
    }

    /** @param {Iterable<string>} names of the controls that are the reader's */
    allow(names) {
      this.allowed = new Set(names);
      const fixed = !this.allowed.has("start");
      this.root.classList.toggle("ls-fixed", fixed);
      if (this.map) this.map.handle.inert = fixed;
      this._show(this.linked);
    }

    withheld() {
      return [...NEVER, ...CONTROLS.filter((name) => !this.allowed.has(name))];
    }

    hideable() {
      const withheld = this.withheld();
      return [...super.hideable().filter(({ key }) => !withheld.includes(key)), ...this.listener.hideable()];
    }

    linkTo(shown = this.linked) {
      return this.listener.linkTo(this._link(shown));
    }

    _show(shown) {
      super._show(shown);
      this.listener.onFrame();
    }

    /** Whether what was to be seen is still to come. */
    get isPlaying() {
      return this.play !== "idle";
    }

    /** Go to these settings; `play` them from the beginning, unless they name a step. */
    set(query, play = false) {
      this.transport.pause();
      this.play = play && !("t" in query) ? "starting" : "idle";
      this.leave(this.isPlaying ? { ...query, t: "0" } : query);
    }

    on(event, ...what) {
      if (event !== "refused" || !this.isPlaying) return super.on(event, ...what);
      this.play = "idle"; // there is nothing to play
      super.on(event, ...what);
      return this.listener.onRun();
    }

    painted() {
      super.painted();
      if (this.play !== "starting" || !this.isOpen) return;
      this.play = "running";
      this.transport.play();
    }

    remember() {
      if (this.play === "starting" || !this.latest || this.transport.playing) return;
      super.remember();
      if (this.play !== "running") return;
      this.play = "idle";
      this.listener.onRun();
    }
  };
}

const fetched = new Map();

/** @param {string} page the one whose link a lesson's picture is: its player comes with the first lesson that needs it */
export function stageOf(page) {
  if (!fetched.has(page)) fetched.set(page, import(`../${page}/main.js`).then(({ Player }) => staged(Player)));
  return fetched.get(page);
}
