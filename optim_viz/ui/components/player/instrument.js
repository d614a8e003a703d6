// What every page with a player has: settings in the browser's hands, a source that is asked for each picture, one clock.
//
//   controls -> settings -> outbox -> source -> answer -> picture, curves, words
//
// Nothing else goes back: while the hand is on a control the settings here are ahead, and an answer is only drawn.

import { pageLook } from "./axes.js";
import { bare, convert } from "./cards.js";
import { h, say } from "./dom.js";
import { Examples } from "./examples.js";
import { Form } from "./form.js";
import { Frame } from "./frame.js";
import { openHelp } from "./help.js";
import { icon } from "./icons.js";
import { press } from "./keys.js";
import { AddressBar, fromSearch } from "./link.js";
import { Notes } from "./notes.js";
import { address, copy, openShare } from "./share.js";
import { Outbox, Server, lost, refusal } from "./source.js";
import { _, setTexts } from "./texts.js";
import { Transport } from "./transport.js";

/**
 * What a player is about, and what may happen then: state -> event -> [the next state, what is done]. What a state does not
 * name is not listened to.
 *
 *   opening   nothing is shown yet; what the address says is asked for
 *   astray    that was refused; the page's first example is asked for
 *   resting   what is set is shown
 *   sketched  so it is, but as a sketch; in full when the hand rests
 *   asking    the hand is ahead of what is shown, and its question under way
 *   leaving   other settings are asked for as a whole; till they are here the controls show what is no longer edited
 *   closed    the page was left
 *
 *   change    the hand changes what is set            language  the same is asked for in another language
 *   leave     other settings are asked for as a whole
 *   still     the hand rests                           refused   the newest question will not be answered
 *   answer    to the newest question                   older     ... to one before it
 *   sketch    the answer was drawn as a sketch
 */
const OPEN = { change: ["asking", "ask"], leave: ["leaving", "ask"], language: ["asking", "ask"] };
export const MACHINE = {
  opening: { leave: ["opening", "ask"], language: ["opening", "again"], older: ["leaving", "open"], answer: ["resting", "open"], refused: ["astray", "example"] },
  astray: { leave: ["opening", "ask"], language: ["astray", "again"], older: ["leaving", "open"], answer: ["resting", "open"], refused: ["astray", "tell"] },
  resting: { ...OPEN, sketch: ["sketched", "wait"] },
  sketched: { ...OPEN, still: ["resting", "refine"] },
  asking: { ...OPEN, older: ["asking", "pass"], answer: ["resting", "take"], refused: ["resting", "back"] },
  leaving: { leave: ["leaving", "ask"], language: ["leaving", "again"], older: ["leaving", "pass"], answer: ["resting", "open"], refused: ["resting", "return"] },
  closed: {},
};

const REST = 200; // milliseconds without a move: the hand rests
const FONT = 1000; // milliseconds that a picture waits for its font
const ASTRAY = () => _("What this link asks for could not be computed. The page opens with its first example.");

/**
 * The base of a player. `data` says where to ask and in which language; a page that holds a player among other things gives
 * it also the `query` to begin with, an `address` of its own to keep current, and perhaps another `source`. A page's own class
 * says what stands on it:
 *   `build(answer)`  every element, in the reader's language; called when texts or choices are new (`this.choices`, `this.form`)
 *   `paint(answer, ahead, isFull)`  show an answer, and unless the hand is `ahead` of it set the controls to it; returns
 *                whether that is a sketch, which it may be unless it is to be in full
 *   `map`        the picture with the start's ring, on which a lesson lets marks be placed
 *   `drawn()`    what has been built to show an answer; all of it can be closed, and some moved to another step
 *   `rewind()`   the next picture is shown from its own point of view
 * An answer says with `frame` what the link wants of the page around it, and its choices have `parts`, what there is to hide.
 */
export class Instrument {
  constructor(parent, data) {
    this.data = data;
    this.state = "opening";
    this.root = h("div", { class: "ov", "data-testid": "player" });
    parent.append(this.root);
    this.revision = 0;
    /** How it is looked at. @type {Record<string, any>} */
    this.view = {};
    this.asked = data.query ?? fromSearch(location.search);
    this.frame = new Frame(this.root);
    /** What the link says of the page; the page itself may leave out more. */
    this.linked = this.frame.shown;
    this.notes = new Notes();
    this.trouble = h("p", { class: "ov-trouble", role: "status", hidden: true });
    this.refusal = h("p", { class: "ov-trouble", role: "alert", hidden: true });
    this.source = data.source ?? new Server(data.answers);
    this.outbox = new Outbox((question) => this.question(data.page, question, this.outbox.patience), {
      onAnswer: (answer) => this._receive(answer),
      onTrouble: (why) => this._say(this.trouble, lost(why)),
      onRefused: (refused) => this.on("refused", refused),
    });
    this.address = data.address ?? new AddressBar();
    this.transport = new Transport({ onMove: (step) => this._move(step), onRest: () => this.remember() });
    this.onKey = (event) => this.revision && this.root.isConnected && press(this.shortcuts(), event);
    document.addEventListener("keydown", this.onKey);
    /** The first picture is there. */
    this.shown = new Promise((isShown) => (this._isShown = isShown));
    this.ready = fontReady();
  }

  /** Something happens. @param {string} event @returns {any} what the page does about it; undefined where it does not listen */
  on(event, ...what) {
    const [next, act] = MACHINE[this.state][event] ?? [this.state];
    this.state = next;
    return act && this[`_${act}`](...what);
  }

  /** Whether the hand may change what is set. */
  get isOpen() {
    return "change" in MACHINE[this.state];
  }

  /** The page is in this language, and in a theme; it begins, or one of them was chosen. */
  host(data) {
    if (this.language !== data.language) {
      this.language = data.language;
      this.on("language");
    } else if (this.revision) this.repaint(); // in another theme
  }

  /** Ask for the picture of these settings, those that are set if none are given. */
  _ask(query = this.query()) {
    clearTimeout(this.resting);
    this.asked = query;
    this.outbox.post({ query });
  }

  _again() {
    this._ask(this.asked);
  }

  /** The page as it opens without an address. */
  _example() {
    this._ask({});
  }

  /** The hand moves: when it rests, what waits for that is done. */
  _wait() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.on("still"), REST);
  }

  /**
   * What keys do, on the whole page. A page's own class hands in its own.
   * @param {import("./keys.js").Shortcut[]} [own]
   * @returns {import("./keys.js").Shortcut[]}
   */
  shortcuts(own = []) {
    const { big } = this.frame.shown;
    return [
      ...this.transport.shortcuts(),
      ...own,
      { keys: big ? ["p", "Escape"] : ["p"], shown: big ? ["p", "Esc"] : ["p"], says: _("projector: large type, on or off"), act: () => this.project() },
      { keys: ["f"], shown: ["f"], says: _("full screen, on or off"), act: () => fullScreen() },
      { keys: ["?"], shown: ["?"], says: _("this list"), act: () => openHelp(this.root, this.shortcuts()) },
    ];
  }

  /** The keys that lead to the cards. */
  toCards(says) {
    const { most } = this.form.field("runners");
    const keys = Array.from({ length: most }, (_each, k) => String(k + 1));
    return { keys, shown: ["1", "…", String(most)], says, act: ({ key }) => this.cards.focus(key - 1) };
  }

  /** The buttons of the page as a whole; `build()` places them. */
  actions() {
    const copying = h("button", { type: "button", class: "ov-copy", onclick: () => this._copy(copying) }, _("Copy link"));
    const action = (sign, label, key, act) =>
      h("button", { type: "button", class: "ov-action", "aria-label": label, title: _("{label} ({key})", { label, key }), "aria-keyshortcuts": key, onclick: act }, sign);
    this.projecting = action(icon("projector"), _("Projector"), "p", () => this.project());
    return h(
      "div",
      { class: "ov-actions", "data-part": "share" },
      copying,
      h("button", { type: "button", class: "ov-action", "aria-haspopup": "dialog", onclick: () => this._share() }, _("Share …")),
      this.projecting,
      action("?", _("Keyboard shortcuts"), "?", () => openHelp(this.root, this.shortcuts())),
    );
  }

  /** Onto the projector, or back. */
  project() {
    this._show({ ...this.linked, big: !this.linked.big });
    this.remember();
    this.repaint();
  }

  /** The hand rests: the address bar and this tab keep what is set. */
  remember() {
    if (this.latest && !this.transport.playing) this.address.write(this._link());
  }

  /** All that a link restores. */
  _link(shown = this.linked) {
    return { ...this.query(shown), lang: this.language };
  }

  /** The settings as they now are, in the form of a link. */
  query(shown = {}) {
    return this.form.write(this.model, this.view, shown);
  }

  /** Set the clock to so many steps; whoever looks at the end goes on doing so. @returns {number} the step that is shown */
  wind(steps) {
    const atEnd = this.view.step === null && !this.transport.playing;
    this.transport.setSteps(steps, atEnd ? steps : (this.view.step ?? this.transport.step));
    return this.transport.step;
  }

  /** Go where only Python knows the settings. */
  leave(query) {
    this.rewind();
    this.on("leave", query);
  }

  /** The hand changes what is set. @param {() => void} edit */
  change(edit) {
    if (!this.isOpen) return;
    edit();
    this.on("change");
  }

  setNumber(index, name, value) {
    const { hypers, around } = this.model.runners[index];
    (name in hypers ? hypers : around)[name] = value;
  }

  /** What the cards of the runners do. @param {(key: string) => object} added a new runner */
  cardsListener(added) {
    const edit = (index, act) => this.change(() => act(this.model.runners[index]));
    return {
      onNumber: (index, name, value) => this.change(() => this.setNumber(index, name, value)),
      onAround: (index, around) => edit(index, (runner) => (runner.around = around)),
      onConvention: (index, key) => edit(index, (runner) => convert(runner, key, this.choices)),
      onReset: (index) => edit(index, (runner) => Object.assign(runner, { hypers: {}, around: {} })),
      onRemove: (index) => this.change(() => this.model.runners.splice(index, 1)),
      onAdd: (key) => this.change(() => this.model.runners.push(added(key))),
    };
  }

  /** To an example, as it is looked at by itself, but for what is `kept`. */
  toExample(key, kept = {}) {
    this.transport.pause();
    Object.assign(this.view, this.form.usual("look"), { preset: key }, kept);
    this.leave(this.form.write({ preset: key }, kept));
  }

  /** To another surface, other data or another model, seen whole and at its end: it is no example any more. */
  toOther(settings) {
    Object.assign(this.view, { step: null, zoom: [], preset: "" });
    this.leave(this.form.write({ ...settings, runners: this.model.runners.map(bare) }, this.view));
  }

  /** The first row: examples, what to watch, and what concerns the page as a whole. */
  top({ presets, groups }, choose) {
    this.watch = h("p", { class: "ov-watch", "data-part": "watch" });
    this.examples = new Examples(presets, groups, choose);
    return h("div", { class: "ov-top", "data-group": true }, this.examples.element, this.watch, this.actions());
  }

  /** Where a link to what is set leads, with this of the page around it. */
  linkTo(shown = this.linked) {
    return address(this.data.page, this._link(shown));
  }

  /** The parts that a link may hide here. */
  hideable() {
    return this.choices.parts.filter(({ key }) => this.root.querySelector(`[data-part="${key}"]`));
  }

  /** What a link to what is set does not hold, in words; empty where it holds all. */
  lacks() {
    return "";
  }

  /** The parts that are not shown here, whatever the link says. @returns {string[]} */
  withheld() {
    return [];
  }

  async _copy(button) {
    this.address.write(this._link());
    this.address.flush();
    await copy(this.linkTo(), button);
  }

  _share() {
    this.transport.pause();
    openShare(this.root, {
      link: (shown) => this.linkTo(shown),
      shown: this.linked,
      parts: this.hideable(),
      lacks: this.lacks(),
      qr: (url) => new Server(this.data.answers).ask("qr", { language: this.language, url }),
    });
  }

  /** What of the page is there, and how large. */
  _show(shown) {
    this.linked = shown;
    this.frame.set({ ...shown, hide: [...shown.hide, ...this.withheld()] });
    this.projecting?.setAttribute("aria-pressed", String(shown.big));
  }

  close() {
    this.state = "closed";
    clearTimeout(this.resting);
    this.transport.pause();
    this.outbox.close();
    this.address.flush();
    this.address.close();
    this.frame.close();
    document.removeEventListener("keydown", this.onKey);
    this.root.remove();
    this._closeDrawn();
  }

  _closeDrawn() {
    for (const drawn of this.drawn()) drawn?.close();
  }

  /** One question: `to` answers `sent`. */
  question(to, sent, patience) {
    return this.source.ask(to, { language: this.language, ...sent }, patience);
  }

  async _receive(answer) {
    await this.ready;
    if (!this.root.isConnected) return;
    if (this.choicesDigest !== answer.choices.digest) {
      cancelAnimationFrame(this.telling); // what was painted goes
      this.choicesDigest = answer.choices.digest;
      this.form = new Form(answer.choices.body.form);
      this.choices = { ...answer.choices.body, form: this.form };
      setTexts(this.choices.texts);
      this._closeDrawn();
      this.build(answer);
      this.root.prepend(this.trouble, this.refusal, this.notes.element);
      this._show(this.latest ? this.linked : (answer.frame ?? this.linked));
    }
    this.notes.show(answer.notes);
    say(this.refusal, this.state === "astray" ? ASTRAY() : "");
    this.latest = answer;
    this.on(this.outbox.ahead ? "older" : "answer");
    this.remember();
    await new Promise((done) => requestAnimationFrame(done));
  }

  /** The answer is shown, and how it is to be looked at is its own. */
  _open() {
    Object.assign(this.view, this.latest.view);
    this._take(true);
  }

  /** It is shown, and what is set is what it says. */
  _take(isFull = false) {
    this.model = structuredClone(this.latest.settings);
    this.before = structuredClone(this.view);
    if (this._paint(false, isFull)) this.on("sketch");
  }

  /** It is shown on the way to another. */
  _pass() {
    this._paint(true);
  }

  /** The same in full, which is no new picture. */
  _refine() {
    this.paint(this.latest, false, true);
  }

  /** A question is refused: what was set goes back to what is shown, but for how it is looked at, and the page goes on from there. */
  _back(refused) {
    const { step, zoom, look, camera } = this.view;
    this.before = { ...this.before, step, zoom, look, camera };
    this._return(refused);
  }

  /** What was to come does not: all is as it was before. */
  _return(refused) {
    this._tell(refused);
    Object.assign(this.view, structuredClone(this.before));
    this._take(true);
    this.asked = this.query();
    this.remember();
  }

  _tell(refused) {
    this._say(this.refusal, refusal(refused));
  }

  /** The last answer once more. */
  repaint() {
    this.look = null; // the theme may be another one
    if (this.latest) this._paint(this.isAhead, true);
  }

  /** Whether what is set is newer than what is shown. */
  get isAhead() {
    return this.state === "asking" || this.state === "leaving";
  }

  _paint(ahead = false, isFull = false) {
    if (!this.look) {
      this.frame.apply();
      this.look = pageLook(this.root);
    }
    const isSketch = this.paint(this.latest, ahead, isFull);
    this.telling = requestAnimationFrame(() => this.painted());
    return isSketch;
  }

  /** Something new is on the screen. */
  painted() {
    this.root.dataset.revision = String(++this.revision);
    this._isShown();
  }

  /** Above all that is there, which may be nothing yet. */
  _say(note, text) {
    say(note, text);
    if (!note.isConnected) this.root.prepend(note);
  }

  /** Show another step of what is there. */
  move(step) {
    this.view.step = step >= this.transport.steps ? null : step;
    for (const drawn of this.drawn()) drawn.move?.(step);
  }

  _move(step) {
    this.move(step);
    this.root.dataset.step = String(step);
  }
}

/** Canvases take the font that is there when they are drawn. */
function fontReady() {
  const { font } = pageLook(document.documentElement);
  return Promise.race([document.fonts.load(`16px ${font}`), new Promise((late) => setTimeout(late, FONT))]).catch(() => {});
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {}); // a frame in another page may not
}
