// Data of one's own: pasted or taken from a file. They are kept in this tab, and sent when the server does not hold them.

import { choice, h, offer, row } from "../player/dom.js";
import { Refused, refusal } from "../player/source.js";
import { browserStorage } from "../player/storage.js";
import { _ } from "../player/texts.js";

const KEPT = "optim_viz_own_data";
const DIGEST = "optim_viz_own_digest";
const tab = browserStorage("sessionStorage");

/** A source whose questions know one's own data. @implements {import("../player/source.js").Source} */
export class WithOwn {
  /** @param {import("../player/source.js").Source} source */
  constructor(source) {
    this.source = source;
    /** Base64, and what the server calls them; null for none. */
    this.csv = tab.getItem(KEPT);
    this.digest = tab.getItem(DIGEST);
  }

  keep(csv, digest) {
    Object.assign(this, { csv, digest });
    tab.setItem(KEPT, csv);
    tab.setItem(DIGEST, digest);
  }

  /** The data's name goes along with each question about them; they themselves when the server asks for them. */
  async ask(to, question, patience) {
    const isOwn = this.csv && [question.query?.d].flat().at(-1) === "own";
    const answer = await this.source.ask(to, isOwn ? { ...question, own: this.digest } : question, patience);
    return isOwn && answer.wanted ? this.source.ask(to, { ...question, csv: this.csv }, patience) : answer;
  }
}

/** Bytes as base64. @param {Uint8Array} bytes */
export function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

export class OwnData {
  /** @param {number} most bytes @param {{take: (csv: string) => Promise<string | null>, onOwn: (target: string) => void}} listener `take` says what is wrong */
  constructor(most, listener) {
    this.most = most;
    this.listener = listener;
    this.text = h("textarea", { rows: 5, spellcheck: "false", "aria-label": _("Your data as CSV"), placeholder: "x,y\n1,2.1\n2,3.9\n3,6.2" });
    const onchange = async () => {
      const [file] = this.file.files;
      if (file) this._take(new Uint8Array(await file.arrayBuffer()));
    };
    this.file = h("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain", "aria-label": _("CSV file"), onchange });
    this.problem = h("p", { class: "ov-problem", role: "alert" });
    this.target = choice(_("Column to predict"), [], (target) => this.listener.onOwn(target));
    this.targetRow = row("ov-slider ov-choice", _("Column to predict"), this.target);
    this.targetRow.hidden = true;
    const use = h("button", { type: "button", class: "ov-chip", onclick: () => this._take(new TextEncoder().encode(this.text.value)) }, _("Use these data"));
    this.panel = h("details", { class: "ov-around", hidden: true }, h("summary", {}, _("paste or upload CSV")), this.text, h("div", { class: "ov-own" }, use, this.file), this.problem);
    this.about = h("p", { class: "ov-note", hidden: true });
    this.element = h("div", {}, this.about, this.panel, this.targetRow);
  }

  open() {
    this.panel.hidden = false;
    this.panel.open = true;
    this.text.focus();
  }

  /** @param {object} s the settings */
  show(s) {
    const own = s.data === "own";
    if (own) this.panel.hidden = false;
    this.about.hidden = !own;
    this.about.textContent = _("{n} rows of your own. They are kept in this tab, and in the server's memory while you work with them.", { n: s.samples });
    this.targetRow.hidden = !own || s.inputs.length < 2;
    if (own) {
      offer(this.target, [...s.inputs, s.target].map((name) => [name, name]));
      this.target.value = s.target;
    }
  }

  async _take(bytes) {
    this.problem.textContent = "";
    // far beyond the limit nothing is sent: Python says the same of what is a little beyond
    if (bytes.length > 1.2 * this.most) {
      this.problem.textContent = _("At most {limit} bytes; these are {size}.", { limit: this.most.toLocaleString("en"), size: bytes.length.toLocaleString("en") });
      return;
    }
    const said = (error) => (error instanceof Refused ? refusal(error) : _("The server does not answer."));
    this.problem.textContent = await this.listener.take(base64(bytes)).catch(said);
    if (this.problem.textContent) return;
    this.panel.open = false;
    this.listener.onOwn("");
  }
}
