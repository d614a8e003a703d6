// Runners as a link writes them, `o=adam@keras,lr:0.02,clip_norm:1`, read by optim_viz/ui/runners.py's rules.

import { conventionOf, optimizerOf } from "./cards.js";
import { Odd } from "./faults.js";
import { isDecimal, readHyper, VALUES } from "./read.js";

/** The names by which claims have runners: their optimizer's key, the second of a kind `gd2`. @param {string[]} keys */
export function numbered(keys) {
  const seen = {};
  return keys.map((key) => {
    const own = key.split("@")[0];
    seen[own] = (seen[own] ?? 0) + 1;
    return seen[own] > 1 ? own + seen[own] : own;
  });
}

/**
 * @param {string[]} texts
 * @param {{lasting: string[], own: import("./form.js").Field[]}} field
 * @param {{optimizers: object[], stages: object[]}} choices
 * @param {import("./faults.js").Faults} faults what cannot be used is noted
 * @param {string} label what the page calls a runner
 * @param {(mine: object) => number} steps how long one runs that has this of its own: so long takes a schedule that does not say it
 * @param {(key: string) => Record<string, number>} begin where the hyperparameters start
 */
export function readRunners(texts, { lasting, own }, choices, faults, label, steps, begin) {
  const begun = texts.flatMap((text) => {
    if (!text || !faults.unless(label, "", () => faults.short(text))) return [];
    const { key, pairs } = split(text);
    const whole = keyOf(key, choices, faults, label);
    return whole ? [{ key: whole, pairs }] : [];
  });
  const seen = new Map();
  return begun.map(({ key, pairs }) => {
    const convention = conventionOf(choices, key);
    const spec = optimizerOf(choices, key);
    const given = new Map(pairs);
    const mine = Object.fromEntries(own.map((one) => [one.name, readOwn(one, given, faults)]));
    const around = new Around({ spec, convention, stages: choices.stages, faults, lasting, steps: () => steps(mine) }).read(given);
    const start = begin(key);
    const hypers = { ...start };
    for (const [name, said] of pairs.filter(([one]) => given.has(one))) {
      const hyper = convention.hypers.find((one) => one.name === name);
      const parameter = hyper?.label ?? faults.around[name] ?? faults.labels[name] ?? faults.quoted(name);
      const value = faults.unless(name ? faults.of(parameter, spec.name) : spec.name, null, () => {
        if (!hyper) throw new Odd(name in faults.around ? "unused" : name ? "not its own" : "pairs", said, { owner: spec.name });
        return readHyper(hyper, said);
      });
      if (value !== null) hypers[name] = value;
    }
    seen.set(spec.key, (seen.get(spec.key) ?? 0) + 1);
    return { key, ...mine, hypers, around, begin: start, name: seen.get(spec.key) === 1 ? spec.name : `${spec.name} ${seen.get(spec.key)}` };
  });
}

/** What a page's runners have besides. It is taken out of `given`. */
function readOwn(field, given, faults) {
  const text = given.get(field.keys[0]);
  given.delete(field.keys[0]);
  return text === undefined ? field.default : VALUES[field.kind](text, field, { faults });
}

/** Bare digits after a whole number, `lr:0,05`, are what somebody's decimal comma has parted: there they stay, to be told. */
function split(text) {
  const [key, ...parts] = text.split(",");
  const pairs = [];
  for (const part of parts) {
    const last = pairs.at(-1);
    const at = part.indexOf(":");
    if (last && isDecimal(`${last[1]},${part}`)) last[1] += `,${part}`;
    else pairs.push(at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)]);
  }
  return { key, pairs };
}

/** The key of an optimizer, perhaps as another library has it; "" for one that there is not: nobody runs in its place. */
function keyOf(text, choices, faults, label) {
  const at = text.indexOf("@");
  const [key, variant] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  const found = faults.unless(label, "", () => faults.one(key, choices.optimizers.map((one) => one.key)));
  if (!found || !variant) return found;
  const { name, conventions } = optimizerOf(choices, key);
  const variants = conventions.map((one) => one.variant).filter(Boolean);
  return faults.unless(faults.of(faults.labels.variant, name), key, () => {
    if (!variants.includes(variant)) throw new Odd(variants.length ? "one" : "single", variant, { names: variants.join(", "), name });
    return text;
  });
}

/** The stages around one runner's rule. */
class Around {
  constructor(about) {
    Object.assign(this, about);
  }

  /** Those that are on, complete. What is read is taken out of `given`. @param {Map<string, string>} given */
  read(given) {
    const values = {};
    for (const stage of this.stages) {
      const received = given.get(stage.first);
      if (!this._isOn(stage, given)) continue;
      const read = this._stage(stage, given);
      if (this.convention.stages.includes(stage.key)) Object.assign(values, read);
      else this._unless(stage.key, null, () => { throw new Odd("unsupported", received, { name: this.spec.name }); });
    }
    return values;
  }

  /** Whether its first name is given, unless that is the optimizer's own; a stage without numbers is on for 1, off for 0. */
  _isOn({ key, first, hypers, choice }, given) {
    if (!given.has(first) || this.convention.hypers.some(({ name }) => name === first)) return false;
    return Boolean(hypers?.length || choice) || this._unless(key, false, () => VALUES.switch(this._take(given, key)));
  }

  _stage(stage, given) {
    const values = {};
    let { hypers } = stage;
    if (stage.choice) {
      const { name, options, default: usual } = stage.choice;
      const said = this._take(given, name);
      const other = name === "decay" ? this.convention.decay : usual;
      values[name] = said === undefined ? other : this._unless(name, other, () => this.faults.one(said, options.map(({ value }) => value)));
      hypers = options.find(({ value }) => value === values[name]).hypers;
    } else if (!hypers.length) values[stage.key] = 1;
    for (const hyper of hypers) {
      const text = this._take(given, hyper.name);
      const usual = this.lasting.includes(hyper.name) ? this.steps() : hyper.default;
      values[hyper.name] = text === undefined ? usual : this._unless(hyper.name, usual, () => readHyper(hyper, text), hyper.label);
    }
    return values;
  }

  _unless(name, usual, read, label = this.faults.around[name]) {
    return this.faults.unless(this.faults.of(label, this.spec.name), usual, read);
  }

  _take(given, name) {
    const text = given.get(name);
    given.delete(name);
    return text;
  }
}
