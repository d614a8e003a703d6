// What every page with a player has: settings in the browser's hands, a server that is asked for each picture, one clock.
//
//   controls -> settings -> outbox -> answers/<page> -> answer -> picture, curves, words
//
// Nothing else goes back: while the hand is on a control the settings here are ahead, and an answer is only drawn.

import { loadStyle } from "../page/page.js";
import { loadPlotly, pageLook } from "./axes.js";
import { bare, convert } from "./cards.js";
import { h, say } from "./dom.js";
import { Examples } from "./examples.js";
import { Frame, frameQuery } from "./frame.js";
import { openHelp } from "./help.js";
import { icon } from "./icons.js";
import { press } from "./keys.js";
import { AddressBar, Outbox, ask, refusal, startQuery } from "./link.js";
import { address, copy, openShare } from "./share.js";
import { _, setTexts } from "./texts.js";
import { Transport } from "./transport.js";

const KEPT_PARTS = 12;
const UNFOLDED = 2; // notes that are read at once: more of them would push the picture out of view
const ASTRAY = () => _("The server could not compute what this link asks for. The page opens with its first example.");
/** Parts of answers by digest: what is here the server need not send again. Outlives a player, as long as the tab. */
const parts = new Map();

/**
 * What a component's module exports, for one kind of player.
 * @param {new (parent: HTMLElement, data: any) => Instrument} Kind
 */
export function hosted(Kind) {
  const players = new WeakMap();
  return {
    show({ data, parentElement }) {
      if (!players.has(parentElement)) players.set(parentElement, new Kind(parentElement, data));
      players.get(parentElement).host(data);
    },
    unmount(parentElement) {
      players.get(parentElement)?.close();
      players.delete(parentElement);
    },
  };
}

/**
 * The base of a player. `data` says where to ask and in which language; a page that holds a player among other things gives
 * it also the `query` to begin with and an `address` of its own to keep current. A page's own class says what stands on it:
 *   `parts`      the names of those parts of an answer that are sent only once
 *   `build()`    every element, in the reader's language; called when texts or choices are new (`this.choices`)
 *   `paint(answer, got)`  show an answer; `got` holds its parts by name; false where what is shown is newer
 *   `query()`    the settings as they now are, in the form of a link
 *   `map`        the picture with the start's ring, on which a lesson lets marks be placed
 *   `drawn()`    what has been built to show an answer; all of it can be closed, and some moved to another step
 *   `rewind()`   the next picture is shown from its own point of view
 * and `view`, how it is looked at, and `leaving`, whether what was asked for is settings that only Python knows yet.
 * An answer says with `frame` what the link wants of the page around it, and its choices have `parts`, what there is to hide.
 */
export class Instrument {
  constructor(parent, data) {
    this.data = data;
    this.root = h("div", { class: "ov", "data-testid": "player" });
    parent.append(this.root);
    this.revision = 0;
    this.asked = data.query ?? startQuery(data.page);
    this.frame = new Frame(this.root);
    /** What the link says of the page; the page itself may leave out more. */
    this.linked = this.frame.shown;
    this.notes = h("div", { class: "ov-notes", role: "alert", hidden: true });
    this.trouble = h("p", { class: "ov-trouble", role: "status", hidden: true });
    this.refusal = h("p", { class: "ov-trouble", role: "alert", hidden: true });
    this.outbox = new Outbox((message) => this._ask(message), {
      onAnswer: (answer) => this._receive(answer),
      onTrouble: (lost) => this._lost(lost),
      onRefused: (refused) => this._refused(refused),
    });
    this.address = data.address ?? new AddressBar(data.page);
    this.transport = new Transport({ onMove: (step) => this._move(step), onRest: () => this.remember() });
    this.onKey = (event) => this.seen && this.root.isConnected && press(this.shortcuts(), event);
    document.addEventListener("keydown", this.onKey);
    this.ready = Promise.all([loadPlotly(data.plotly), ...data.styles.map(loadStyle)]);
  }

  /** Streamlit has run the page: for the first time, or again because another language was chosen. */
  host(data) {
    if (this.language === data.language) {
      if (this.seen) this.repaint(); // in another theme, perhaps
      return;
    }
    this.language = data.language;
    this.send(this.seen ? this.query() : this.asked);
  }

  /** Ask for the picture of these settings; `more` stands beside them in the question. */
  send(query, more = {}) {
    this.asked = query;
    this.outbox.post({ query, ...more });
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
    if (this.seen && !this.transport.playing) this.address.write(this._link());
  }

  /** All that a link restores. */
  _link(shown = this.linked) {
    return { ...this.query(), ...frameQuery(shown), lang: this.language };
  }

  /**
   * Take over the settings of an answer, and how they are looked at, as far as the hand is not ahead of them.
   * @returns {boolean} whether it is
   */
  adopt(settings, view) {
    const busy = this.outbox.ahead;
    if (!this.seen || (this.leaving && !busy)) Object.assign(this.view, view);
    this.model ??= structuredClone(settings); // the first of all, though the hand be ahead of it already
    if (!busy) {
      this.model = structuredClone(settings);
      this.leaving = false;
    }
    this.look = pageLook(this.root);
    return busy;
  }

  /** Set the clock to so many steps; whoever looks at the end goes on doing so. @returns {number} the step that is shown */
  wind(steps) {
    const atEnd = this.view.step === null && !this.transport.playing;
    this.transport.setSteps(steps, atEnd ? steps : (this.view.step ?? this.transport.step));
    return this.transport.step;
  }

  /** Go where only Python knows the settings: till they are here, the controls show what is no longer edited. */
  leave(query) {
    this.leaving = true;
    this.rewind();
    this.send(query);
  }

  /** The hand changes what is set. */
  change(edit) {
    if (this.leaving) return;
    edit();
    this.send(this.query());
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

  /** The runners for other data, or another surface. */
  bareRunners() {
    return this.model.runners.map(bare);
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
      qr: (url) => this.question("qr", { url }),
    });
  }

  /** What of the page is there, and how large. */
  _show(shown) {
    this.linked = shown;
    this.frame.set({ ...shown, hide: [...shown.hide, ...this.withheld()] });
    this.projecting?.setAttribute("aria-pressed", String(shown.big));
  }

  close() {
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

  /** One question beside the stream of pictures: `page` answers `sent`. */
  question(page, sent) {
    return ask(this.data.answers + page, { language: this.language, ...sent });
  }

  async _ask(message) {
    const body = { language: this.language, have: [...parts.keys()], ...message };
    return ask(this.data.answers + this.data.page, body, this.outbox.patience);
  }

  /** Show an answer. */
  async _receive(answer) {
    const got = Object.fromEntries(this.parts.map((name) => [name, part(answer[name])]));
    if (Object.values(got).some((body) => !body)) {
      this.outbox.post({ query: this.asked, have: [] }); // a part has been forgotten here: all of it once more
      return;
    }
    [this.Plotly] = await this.ready;
    if (!this.root.isConnected) return;
    if (this.choicesDigest !== answer.choices.digest) {
      this.choicesDigest = answer.choices.digest;
      this.choices = got.choices;
      setTexts(this.choices.texts);
      this._closeDrawn();
      this.build(got);
      this.root.prepend(this.trouble, this.refusal, this.notes);
      this._show(this.seen ? this.linked : (answer.frame ?? this.linked));
    }
    this._note(answer.notes);
    say(this.refusal, this.astray && !this.seen ? ASTRAY() : "");
    this.latest = [answer, got];
    await this.repaint();
    if (!this.outbox.ahead) this.before = structuredClone(this.view);
    this.remember();
    await new Promise((done) => requestAnimationFrame(done));
  }

  /** The last answer once more, or for the first time. */
  async repaint() {
    this.frame.apply(); // the theme may be another one
    if ((await this.paint(...this.latest)) === false) return;
    this.seen = true;
    requestAnimationFrame(() => this.painted());
  }

  /** Something new is on the screen. */
  painted() {
    this.root.dataset.revision = String(++this.revision);
  }

  /** What of the settings could not be used, and why. */
  _note(notes) {
    const said = JSON.stringify(notes);
    if (this.noted === said) return; // what stands there already is not read out again
    this.noted = said;
    this.notes.hidden = notes.length === 0;
    const list = (some) => h("ul", {}, ...some.map((note) => h("li", {}, note)));
    const [first, rest] = notes.length > UNFOLDED + 1 ? [notes.slice(0, UNFOLDED), notes.slice(UNFOLDED)] : [notes, []];
    this.notes.replaceChildren(
      h("p", {}, _("Not all of this can be used. What is named here is left out, or has another value in its place:")),
      list(first),
      rest.length ? h("details", {}, h("summary", {}, _("{n} more", { n: rest.length })), list(rest)) : "",
    );
  }

  /**
   * A question that the server does not answer: what was set goes back to what is shown, and the page goes on from there.
   * Where nothing is shown yet, the address asked for it: the page then opens as it does without one.
   */
  _refused(refused) {
    if (!this.seen && !this.astray) {
      this.astray = true; // said when there are texts to say it in
      this.send({});
      return;
    }
    say(this.refusal, refusal(refused));
    if (!this.refusal.isConnected) this.root.prepend(this.refusal);
    if (!this.seen) return; // not even the example is answered
    const { step, zoom, look, camera } = this.view;
    Object.assign(this.view, structuredClone(this.before), this.leaving ? {} : { step, zoom, look, camera });
    this.leaving = false;
    this.repaint();
    this.asked = this.query();
    this.remember();
  }

  _lost(lost) {
    say(this.trouble, lost ? _("The server does not answer. What you set is kept here, and asked for again.") : "");
    if (!this.trouble.isConnected) this.root.prepend(this.trouble);
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

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {}); // a frame in another page may not
}

/** A part's body, whether it was sent or is held. */
function part({ digest, body }) {
  if (body) {
    parts.set(digest, body);
    if (parts.size > KEPT_PARTS) parts.delete(parts.keys().next().value);
  }
  return parts.get(digest);
}
