// A page's form: the same table of fields that Python reads and writes links by (optim_viz/ui/forms.py), and its writer here.

/**
 * @typedef {{name: string, keys: string[], kind: string, of: string, always: boolean, default?: any, none?: string,
 *   own?: Field[], lasting?: string[], most?: number, lo?: number, hi?: number, ends?: number[][], options?: string[]}} Field
 *   `of`: whether it changes what is computed ("picture"), how that is looked at ("look"), or the page around it ("page");
 *   `default`: missing where it depends on other settings
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
  const text = (of) => TEXTS[field.kind](of, field);
  return field.always || text(value) !== text(field.default) ? [[field.keys[0], text(value)]] : [];
}

function runnerText(runner, { own, lasting }) {
  const { key, hypers, around = {}, updates } = runner;
  // what lasts as long as its runner is left out where that is said, and so does as well when it runs for longer
  const stages = Object.entries(around).filter(([name, value]) => !(lasting.includes(name) && value === updates));
  const pairs = [...own.flatMap((field) => entries(field, runner[field.name])), ...Object.entries({ ...hypers, ...Object.fromEntries(stages) })];
  return [key, ...pairs.map(([name, value]) => `${name}:${value}`)].join();
}

export class Form {
  /** @param {{version: number, fields: Field[]}} told */
  constructor({ version, fields }) {
    this.version = version;
    this.fields = fields;
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
