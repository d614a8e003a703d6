// Data of one's own: pasted, taken from a file, or drawn. They are kept in this tab, and sent when the server does not hold them.

import { h, say } from "../player/dom.js";
import { Refused, refusal } from "../player/source.js";
import { browserStorage } from "../player/storage.js";
import { _ } from "../player/texts.js";
import { Columns } from "./columns.js";
import { Pad } from "./pad.js";

/** How data are read and chosen while nobody has said so. */
export const AS_FOUND = { column: "", columns: "", missing: "rows", encoding: "", separator: "", header: "", decimals: "" };
const KEPT = "optim_viz_own_data";
const DIGEST = "optim_viz_own_digest";
const tab = browserStorage("sessionStorage");

/**
 * @typedef {{csv: string, digest: string | null}} Brought in base64, and what the server calls it, once it has said so
 */

/** A source whose questions know one's own data. @implements {import("../player/source.js").Source} */
export class WithOwn {
  /** @param {import("../player/source.js").Source} source */
  constructor(source) {
    this.source = source;
    const csv = tab.getItem(KEPT);
    /** @type {Brought | null} those that are shown, or were last */
    this.brought = csv && { csv, digest: tab.getItem(DIGEST) };
  }

  /** @param {Brought} brought */
  keep(brought) {
    this.brought = brought;
    tab.setItem(KEPT, brought.csv);
    tab.setItem(DIGEST, brought.digest ?? "");
  }

  /** The data's name goes along with each question about them, they themselves when the server has not got them; `brought`: others. */
  async ask(to, { brought, ...question }, patience) {
    const isOwn = [question.query?.d].flat().at(-1) === "own";
    const them = brought ?? (isOwn ? this.brought : null);
    if (!them) return this.source.ask(to, question, patience);
    let answer = them.digest ? await this.source.ask(to, { ...question, own: them.digest }, patience) : { wanted: true };
    if (answer.wanted) answer = await this.source.ask(to, { ...question, csv: them.csv }, patience);
    them.digest ||= answer.digest ?? answer.own?.body.file ?? null;
    if (them === this.brought) tab.setItem(DIGEST, them.digest ?? "");
    return answer;
  }
}

/** Bytes as base64. @param {Uint8Array} bytes */
export function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

const encoded = (text) => base64(new TextEncoder().encode(text));

export class OwnData {
  /**
   * @param {object} choices
   * @param {{check: (brought: Brought, query: object) => Promise<{problem: string | null, digest?: string, own?: object}>,
   *   onOwn: (brought: Brought, settings: object) => void, brought: () => Brought | null}} listener `check`: what is in data, and
   *   what is wrong with them; `onOwn`: they are to be shown
   */
  constructor(choices, listener) {
    this.choices = choices;
    this.listener = listener;
    /** A file whose columns are shown, and that is not good for a picture yet. @type {Brought | null} */
    this.pending = null;
    this.text = h("textarea", { rows: 4, spellcheck: "false", "aria-label": _("Your data as CSV"), placeholder: "x,y\n1,2.1\n2,3.9\n3,6.2" });
    // the same file again, once it is repaired, is no change to a browser
    const file = h("input", { type: "file", accept: ".csv,.tsv,.txt,.dat,text/csv,text/plain", "aria-label": _("CSV file"), onclick: () => (file.value = ""), onchange: () => this._open(file.files[0]) });
    this.problem = h("p", { class: "ov-problem", role: "alert" });
    const use = h("button", { type: "button", class: "ov-chip", onclick: () => this._take(encoded(this.text.value)) }, _("Use these data"));
    this.drawing = h("button", { type: "button", class: "ov-chip", "aria-expanded": "false", onclick: () => this._draw(this.pad.element.hidden) }, _("Draw points"));
    this.pad = new Pad((points) => this._drawn(points));
    const drop = (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) this._open(event.dataTransfer.files[0]);
    };
    this.ways = h(
      "details",
      { class: "ov-around ov-fold", hidden: true, ondragover: (event) => event.preventDefault(), ondrop: drop },
      h("summary", {}, _("paste, upload or draw data")),
      this.text,
      h("div", { class: "ov-own" }, use, file, this.drawing),
      this.pad.element,
    );
    this.columns = new Columns(choices, (settings) => this._choose(settings));
    this.about = h("p", { class: "ov-note", hidden: true });
    this.without = h("p", { class: "ov-note", hidden: true });
    this.element = h("div", { class: "ov-brought" }, this.about, this.without, this.ways, this.problem, this.columns.element);
  }

  /** The ways in; what this tab holds already is shown again. */
  open() {
    this.ways.hidden = false;
    this.ways.open = true;
    this.text.focus();
    const brought = this.listener.brought();
    if (brought && this.seen.data !== "own") this.listener.onOwn(brought, this.last ?? {});
  }

  /** @param {object} s the settings @param {object | null} own what is in one's own data, if they are shown */
  show(s, own) {
    const { data } = s;
    const brought = this.listener.brought();
    const isSame = this.seen?.data === data && this.seen.brought === brought;
    this.seen = { data, brought };
    if (this.pending && isSame) return; // the file that is being looked at is another
    this.pending = null;
    this.about.hidden = data !== "own";
    if (data !== "own") {
      this.without.hidden = true;
      this.columns.hide();
      return;
    }
    this.ways.hidden = false;
    this.last = chosen(s);
    this.about.textContent = _("{n} rows of your own. They are kept in this tab, and in the server's memory while you work with them.", { n: own.rows });
    say(this.without, own.without ? _("{n} more rows lack a value in a chosen column: they are left out.", { n: own.without }) : "");
    if (!this.pad.element.hidden) this.columns.hide();
    else this.columns.show(own, this.last);
  }

  async _open(file) {
    if (!file) return;
    this.problem.textContent = "";
    if (this._isTooLong(file.size)) return;
    const bytes = await file.arrayBuffer().catch(() => null);
    if (bytes) await this._take(base64(new Uint8Array(bytes)));
    else this.problem.textContent = _("The browser cannot read “{name}”: it has changed or gone. Choose it again.", { name: file.name });
  }

  /** Far beyond the limit nothing is sent: Python says the same of what is a little beyond. */
  _isTooLong(size) {
    const { bytes } = this.choices;
    if (size <= 1.2 * bytes) return false;
    this.problem.textContent = _("At most {limit} bytes; these are {size}.", { limit: bytes.toLocaleString("en"), size: size.toLocaleString("en") });
    return true;
  }

  async _take(csv) {
    this.problem.textContent = "";
    if (this._isTooLong(csv.length * 0.75)) return;
    this._draw(false);
    if (await this._check({ csv, digest: null }, {})) this.ways.open = false;
  }

  /** Other columns, or another reading, of the file that is there. */
  _choose(settings) {
    return this._check(this.pending ?? this.seen.brought, settings);
  }

  /** Show a file as it is read and chosen, and as a picture if it makes one. @returns {Promise<boolean>} whether it does */
  async _check(brought, settings) {
    const asked = (this.asked = {});
    const said = (error) => ({ problem: error instanceof Refused ? refusal(error) : _("The server does not answer.") });
    const { problem, digest, own } = await this.listener.check(brought, settings).catch(said);
    if (asked !== this.asked) return false; // something newer was brought
    this.problem.textContent = problem ?? "";
    if (!problem) {
      this.listener.onOwn({ ...brought, digest }, settings);
      return true;
    }
    if (own) {
      this.pending = { ...brought, digest };
      this.about.hidden = false;
      this.about.textContent = _("The columns below are those of the new file. The picture still shows what was there before.");
      this.without.hidden = true;
      this.columns.show(own, settings);
      this.columns.open();
    } else if (this.columns.shown) this.columns.show(...this.columns.shown); // back to what it was
    return false;
  }

  _draw(isOn) {
    this.pad.element.hidden = !isOn;
    this.drawing.setAttribute("aria-expanded", String(isOn));
    if (isOn) this.pad.show();
  }

  /** Drawn points are data like others, and stand as text above them. */
  _drawn(points) {
    this.pending = null;
    this.problem.textContent = "";
    this.text.value = ["x,y", ...points.map((point) => point.join(","))].join("\n");
    this.listener.onOwn({ csv: encoded(this.text.value), digest: null }, {}, true);
  }

  close() {
    this.pad.close();
  }
}

/** Of the settings, those of one's own data. */
const chosen = (s) => Object.fromEntries(Object.keys(AS_FOUND).map((name) => [name, s[name]]));
