// Runners as a link writes them, `o=adam@keras,lr:0.02,clip_norm:1`, read by optim_viz/ui/runners.py's rules.

import { conventionOf, optimizerOf } from "./cards.js";
import { VALUES, odd, only, readHyper, readWord } from "./read.js";

/**
 * @param {string[]} texts
 * @param {{lasting: string[], own: import("./form.js").Field[]}} field
 * @param {{optimizers: object[], stages: object[]}} choices
 * @param {(mine: object) => number} steps how long one runs that has this of its own: so long takes a schedule that does not say it
 * @param {(key: string) => Record<string, number>} begin where the hyperparameters start
 * @throws {import("./read.js").Odd}
 */
export function readRunners(texts, { lasting, own }, choices, steps, begin) {
  const seen = new Map();
  return texts.map((text) => {
    const [key, ...parts] = text.split(",");
    const convention = optimizerOf(choices, key) && conventionOf(choices, key);
    only(key, convention && !key.endsWith("@"));
    const given = new Map(parts.map((part) => [part.split(":", 1)[0], part.slice(part.indexOf(":") + 1)]));
    const mine = Object.fromEntries(own.map((one) => [one.name, readOwn(one, given)]));
    const around = readAround(convention, choices.stages, given, lasting, steps(mine));
    const start = begin(key);
    const hypers = { ...start };
    for (const [name, said] of given) hypers[name] = readHyper(convention.hypers.find((hyper) => hyper.name === name) ?? odd(name), said);
    const { key: kind, name } = optimizerOf(choices, key);
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    return { key, ...mine, hypers, around, begin: start, name: seen.get(kind) === 1 ? name : `${name} ${seen.get(kind)}` };
  });
}

/** What a page's runners have besides. It is taken out of `given`. */
function readOwn(field, given) {
  const text = given.get(field.keys[0]);
  given.delete(field.keys[0]);
  return text === undefined ? field.default : VALUES[field.kind](text, field);
}

/** The stages that are on, complete. What is read is taken out of `given`. */
function readAround(convention, stages, given, lasting, steps) {
  const values = {};
  const take = (name) => {
    const text = given.get(name);
    given.delete(name);
    return text;
  };
  for (const stage of stages) {
    if (!given.has(stage.first) || convention.hypers.some(({ name }) => name === stage.first)) continue;
    only(stage.key, convention.stages.includes(stage.key));
    let { hypers } = stage;
    if (stage.choice) {
      const { name, options } = stage.choice;
      const usual = name === "decay" ? convention.decay : stage.choice.default;
      values[name] = readWord(take(name) ?? usual, options.map(({ value }) => value));
      hypers = options.find(({ value }) => value === values[name]).hypers;
    } else if (stage.first === stage.key && !hypers.some(({ name }) => name === stage.key)) {
      if (!VALUES.switch(take(stage.key))) continue;
      values[stage.key] = 1;
    }
    for (const hyper of hypers) {
      const text = take(hyper.name);
      values[hyper.name] = text !== undefined ? readHyper(hyper, text) : lasting.includes(hyper.name) ? steps : hyper.default;
    }
  }
  return values;
}
