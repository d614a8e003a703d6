// Who says what Python's tables hold as data (optim_viz/ui/speech.py, which says what a node is): the same words of the same numbers.

import { number } from "./format.js";

const BETWEEN = { "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => (b ? a / b : NaN), "**": (a, b) => a ** b };
const CLOSE = 1e-9;
const COMPARE = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  // what was computed in another order may differ in the last digits
  "==": (a, b) => a === b || Math.abs(a - b) <= CLOSE * Math.min(Number.MAX_VALUE, Math.max(Math.abs(a), Math.abs(b))),
};

/**
 * @typedef {{words: Record<string, string>, measure: (name: string, args: (string | number)[]) => number | boolean}} Subject of whom
 *   something is said
 * @typedef {{tag: string, space: string, clauses: string}} Locale how lists are made, and what stands between two sentences, two clauses
 */

/** What an expression of the claims' language is worth (optim_viz/claims.py). @param {any} told @param {Subject} one */
function worth(told, one) {
  if (typeof told === "number") return told;
  if (told.ask) return Number(one.measure(told.ask, told.of));
  const parts = told.of.map((part) => worth(part, one));
  return told.signs ? told.signs.every((sign, k) => COMPARE[sign](parts[k], parts[k + 1])) : BETWEEN[told.op](...parts);
}

export class Speaker {
  /** @param {Locale} locale */
  constructor({ tag, space, clauses }) {
    this.space = space;
    this.list = new Intl.ListFormat(tag, { type: "conjunction" });
    this.joins = { list: (parts) => this.listed(parts), clauses: (parts) => parts.join(clauses), prose: (parts) => this.prose(parts) };
  }

  listed(names) {
    return spaced(this.list.format(names));
  }

  /** Sentences one after the other; what follows a full-width bracket needs no space. */
  prose(sentences) {
    return sentences.join(this.space).replaceAll("） ", "）");
  }

  /** What the node says of these; "" if nothing. @param {any} node @param {Subject[]} subjects @returns {string} */
  say(node, subjects) {
    if (node.texts) return this._phrase(node, subjects);
    if (node.nodes) return this._several(node, subjects);
    const groups = new Map();
    subjects.forEach((one, k) => {
      const alike = node.by ? this._alike(node.by, one) : k;
      groups.set(alike, [...(groups.get(alike) ?? []), one]);
    });
    const join = node.join === "list" && groups.size < subjects.length ? "clauses" : node.join;
    const keys = node.by?.number ? [...groups.keys()].sort((a, b) => a - b) : [...groups.keys()];
    return this._joined(join, keys.map((key) => this.say(node.each, groups.get(key))));
  }

  _several({ nodes, join }, subjects) {
    if (join !== "first") return this._joined(join, nodes.map((one) => this.say(one, subjects)));
    for (const one of nodes) {
      const said = this.say(one, subjects);
      if (said) return said;
    }
    return "";
  }

  /** What is the same for those of whom something is said together. */
  _alike(by, one) {
    return by.number ? worth(by.number, one) : this.say(by.node, [one]);
  }

  _joined(join, parts) {
    return this.joins[join](parts.filter(Boolean));
  }

  _phrase({ texts, when, by, numbers, parts }, subjects) {
    const those = subjects.filter((one) => when.every((condition) => worth(condition, one)));
    if (!those.length) return "";
    const [first] = those;
    const values = { ...first.words };
    if (those.length > 1) values.who = this.listed(those.map(({ words }) => words.who));
    for (const [name, { of, counted }] of Object.entries(numbers)) {
      const value = worth(of, first);
      values[name] = counted ? String(Math.floor(value + 0.5)) : number(value);
    }
    for (const [name, part] of Object.entries(parts)) {
      values[name] = this.say(part, those);
      if (!values[name]) return "";
    }
    const count = by ? Math.trunc(worth(by, first)) : those.length;
    const text = texts[count === 1 ? 0 : texts.length - 1];
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? (by && name === "n" ? String(count) : whole));
  }
}

/** The text with a space wherever Chinese meets Latin letters or digits. */
export function spaced(text) {
  return text.replace(/(?<=[\u4e00-\u9fff])(?=[!-~])|(?<=[!-~])(?=[\u4e00-\u9fff])/g, " ");
}
