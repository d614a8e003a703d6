// A page's form: the same table of fields that Python reads and writes links by (optim_viz/ui/forms.py), and its reader and writer here.

import { Faults, Odd, grouped } from "./faults.js";
import { fromSearch } from "./link.js";
import { FILLED, VALUES, readHyper, readNumber } from "./read.js";
import { readRunners } from "./runners.js";

/**
 * @typedef {{name: string, keys: string[], kind: string, of: string, always: boolean, default?: any, none?: string,
 *   own?: Field[], lasting?: string[], most?: number, lo?: number, hi?: number, ends?: number[][], options?: string[]}} Field
 *   `of`: whether it changes what is computed ("picture"), how that is looked at ("look"), or the page around it ("page");
 *   `default`: missing where it depends on other settings, as `hi` is
 *
 * @typedef {object} Depends what of a form depends on other settings, by the fields' names: functions of what has been read
 * @property {Record<string, (got: Got) => any>} usual defaults
 * @property {Record<string, (got: Got) => number>} most
 * @property {Record<string, (got: Got) => import("./read.js").Hyper[]>} known the numbers that there are by name
 * @property {(got: Got, mine: object) => number} steps how long a runner runs that has this of its own
 * @property {(got: Got, key: string) => Record<string, number>} begin where the hyperparameters of an optimizer start
 *
 * @typedef {Record<string, any>} Got values by the fields' names, each read when it is first asked for
 */

/** A value as a text, by the kind of its field; of several numbers or words with commas between them. */
const TEXTS = {
  plain: (value, field) => String(value ?? field.none ?? ""),
  switch: (value) => (value ? "1" : "0"),
  arrows: ({ runner, shown }) => (shown.length ? [runner + 1, ...shown].join() : ""),
};

/** The kinds that are no single text: their names in a link, each with its text or texts. */
const ENTRIES = {
  each: (value, { keys }) => value.map((number, d) => [keys[d], String(number)]),
  named: (value, { keys }) => Object.entries(value).map(([name, number]) => [keys[0] + name, String(number)]),
  runners: (value, field) => [[field.keys[0], value.length ? value.map((runner) => runnerText(runner, field)) : [""]]],
};

function entries(field, value) {
  if (value === undefined) return [];
  if (field.kind in ENTRIES) return ENTRIES[field.kind](value, field);
  const text = (of) => (TEXTS[field.kind] ?? TEXTS.plain)(of, field);
  return field.always || text(value) !== text(field.default) ? [[field.keys[0], text(value)]] : [];
}

function runnerText(runner, { own, lasting }) {
  const { key, hypers, around = {}, updates } = runner;
  // what lasts as long as its runner is left out where that is said, and so does as well when it runs for longer
  const stages = Object.entries(around).filter(([name, value]) => !(lasting.includes(name) && value === updates));
  const pairs = [...own.flatMap((field) => entries(field, runner[field.name])), ...Object.entries({ ...hypers, ...Object.fromEntries(stages) })];
  return [key, ...pairs.map(([name, value]) => `${name}:${value}`)].join();
}

/** The kinds that are no single text. */
const READS = {
  each: ({ keys, lo, hi }, usual, { text, faults }) =>
    usual.map((number, d) =>
      faults.unless(faults.labels[keys[d]], number, () => {
        const said = text(keys[d]);
        const value = said === undefined ? number : readNumber(said);
        if (!(lo <= value && value <= hi)) throw new Odd("bounded", said, { lo: grouped(lo), limit: grouped(hi) });
        return value;
      }),
    ),
  named: ({ keys, name }, _usual, { got, query, text, depends, faults }) => {
    const known = depends.known[name](got);
    const values = Object.fromEntries(known.map((hyper) => [hyper.name, hyper.default]));
    for (const key of Object.keys(query).filter((one) => one.startsWith(keys[0]))) {
      const hyper = known.find((one) => one.name === key.slice(keys[0].length));
      const value = faults.unless(hyper?.label ?? faults.quoted(key), null, () => {
        const said = text(key);
        if (!hyper) throw new Odd("unknown", said);
        return readHyper(hyper, said);
      });
      if (value !== null) values[hyper.name] = value;
    }
    return values;
  },
  runners: ({ keys: [key], ...field }, usual, { got, query, depends, choices, faults }) => {
    const texts = query[key] ?? usual;
    const label = faults.labels[key];
    faults.unless(label, null, () => {
      if (texts.length > field.most) throw new Odd("many", texts.length, { limit: field.most });
    });
    return readRunners(texts.slice(0, field.most), field, choices, faults, label, (mine) => depends.steps(got, mine), (one) => depends.begin(got, one));
  },
};

export class Form {
  /** @param {{version: number, fields: Field[]}} told */
  constructor({ version, fields }) {
    this.version = version;
    this.fields = fields;
  }

  /**
   * What a query asks for, by the fields' names, and what of it cannot be used; without its subject, the first field, it begins
   * with an example.
   * @param {Record<string, string | string[]>} asked
   * @param {{presets: {key: string, query: string}[], optimizers: object[], stages: object[], faults: object}} choices
   * @param {Depends} depends
   * @param {string[]} besides names that somebody else reads
   * @returns {{got: Got, faults: Faults}}
   */
  read(asked, choices, depends, besides = []) {
    const query = this._whole(asked, choices.presets);
    const faults = new Faults(choices.faults);
    const text = (key) => faults.short(query[key]?.at(-1));
    this._version(text, faults);
    const got = {};
    const all = { got, query, text, depends, choices, faults };
    for (const field of this.fields) {
      let value;
      const read = () => {
        const { name, kind, keys: [key] } = field;
        const usual = depends.usual[name] ? depends.usual[name](got) : structuredClone(field.default);
        if (kind in READS) return READS[kind](field, usual, all);
        const label = faults.labels[key];
        return faults.unless(label, usual, () => {
          const said = text(key);
          if (said === undefined || (said === "" && !FILLED.includes(kind))) return usual;
          return VALUES[kind](said, { ...field, hi: depends.most[name]?.(got) ?? field.hi }, all, label);
        });
      };
      Object.defineProperty(got, field.name, { enumerable: true, get: () => (value ??= [read()])[0] });
    }
    for (const { name } of this.fields) got[name]; // in the order of the table
    const foreign = new RegExp(choices.faults.foreign);
    const known = ["v", ...this.fields.flatMap((field) => field.keys), ...besides];
    for (const [name, said] of Object.entries(asked))
      if (!foreign.test(name) && !known.some((key) => name === key || (key.endsWith(".") && name.startsWith(key)))) faults.stranger(name, [said].flat().at(-1), known);
    return { got, faults };
  }

  /** What a query says of its subject, as it stands there. */
  subject(asked, { presets }) {
    return this._whole(asked, presets)[this.fields[0].keys[0]].at(-1);
  }

  /** A link by other rules than ours is told. */
  _version(text, faults) {
    faults.unless(faults.labels.v, null, () => {
      const said = text("v");
      const value = said === undefined ? this.version : readNumber(said);
      if (!(value >= 1 && Number.isInteger(value))) throw new Odd("version", said);
      if (value > this.version) faults.remark("newer", said);
    });
  }

  /** The query with what its example sets; every value a list. */
  _whole(asked, presets) {
    const query = Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, [value].flat()]));
    const [subject] = this.fields;
    if (subject.keys[0] in query) return query;
    const preset = presets.find(({ key }) => key === query.p?.at(-1)) ?? presets[0];
    const own = this.fields.filter(({ of }) => of === "picture").flatMap(({ keys }) => keys);
    const computes = Object.keys(query).some((name) => own.includes(name) || own.some((key) => key.endsWith(".") && name.startsWith(key)));
    return { ...(computes ? {} : { p: [preset.key] }), ...fromSearch(preset.query), ...query };
  }

  /** @param {string} name @returns {Field} */
  field(name) {
    return this.fields.find((field) => field.name === name);
  }

  /** What these settings are where a link does not say so. @param {string} of */
  usual(of) {
    const fields = this.fields.filter((field) => field.of === of && "default" in field);
    return structuredClone(Object.fromEntries(fields.map((field) => [field.name, field.default])));
  }

  /**
   * The query of a link: names to a text, or to texts. What the values leave out Python fills with defaults.
   * @param {...Record<string, any>} values by the fields' names; the later ones count
   * @returns {Record<string, string | string[]>}
   */
  write(...values) {
    const all = Object.assign({}, ...values);
    return Object.fromEntries([["v", String(this.version)], ...this.fields.flatMap((field) => entries(field, all[field.name]))]);
  }
}
