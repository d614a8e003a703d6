// What of a query cannot be used, in the reader's words, as optim_viz/ui/faults.py tells it and with the same texts.

import { spaced } from "./format.js";
import { nearest } from "./near.js";

const HERE = "\0"; // a place to be filled

/** A text that is not what it should be: `what` it should be, a key of the texts, and what fills that. */
export class Odd extends Error {
  /** @param {string} what @param {string | number} received @param {Record<string, any>} [fields] */
  constructor(what, received, fields = {}) {
    super(what);
    Object.assign(this, { what, received, fields });
  }
}

const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (_whole, name) => fields[name]);

/** A number as these texts write it: 5,000. */
export const grouped = (x) => x.toLocaleString("en", { maximumSignificantDigits: 10 });

/** Of one query. */
export class Faults {
  /** @param {object} told what Python's `told_of` tells */
  constructor(told) {
    Object.assign(this, told);
    this.found = [];
  }

  /** What `read` returns; where it throws what is odd, that is noted and what is `usual` returned. */
  unless(label, usual, read) {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Odd)) throw error;
      this.found.push(this._told(label, error));
      return usual;
    }
  }

  /** That a query has a name that nobody knows. @param {string[]} names that are known */
  stranger(name, text, names) {
    const near = nearest(name, names);
    this.unless(this.quoted(name), null, () => {
      throw new Odd(near ? "unknown near" : "unknown", text, { near });
    });
  }

  /** A sentence of its own. @param {string} key of the texts @param {string} asked */
  remark(key, asked, fields = {}) {
    this.found.push(fill(this.says[key], { ...fields, asked: this._received(asked) }));
  }

  /** @returns {string[]} the first few of them */
  notes() {
    const { notes } = this.limits;
    return [...this.found.slice(0, notes), ...(this.found.length > notes ? ["…"] : [])];
  }

  /** One of a few words. @throws {Odd} it names the nearest, and all of them where they are few */
  one(text, words) {
    if (words.includes(text)) return text;
    const near = nearest(text, words);
    const way = words.length > this.limits.names ? "menu" : near ? "near" : "one";
    throw new Odd(way === "menu" && near ? "menu near" : way, text, { names: words.join(", "), near });
  }

  /** @throws {Odd} */
  short(text) {
    if (text?.length > this.limits.text) throw new Odd("long", text, { limit: this.limits.text });
    return text;
  }

  quoted(text) {
    return fill(this.says.quoted, { quoted: this._brief(text) });
  }

  of(label, owner) {
    return fill(this.says.of, { label, owner });
  }

  _told(parameter, { what, received, fields }) {
    const said = this._received(received);
    const allowed = fill(this.says[what] ?? what, fields);
    const whole = fill(this.says.fault, { parameter, allowed, received: typeof received === "number" ? said : HERE });
    const told = spaced(whole).replace(HERE, () => said); // between quotation marks a text stays as it is
    return told[0].toUpperCase() + told.slice(1);
  }

  _received(received) {
    if (typeof received === "number") return String(received);
    return received.trim() ? this.quoted(received) : this.says.nothing;
  }

  /** On one line and not too long. */
  _brief(text) {
    const line = text.split(/\s+/).filter(Boolean).join(" ");
    return line.length <= this.limits.quote ? line : `${line.slice(0, this.limits.quote - 1)}…`;
  }
}
