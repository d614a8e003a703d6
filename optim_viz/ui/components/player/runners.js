// Runners as a link writes them, `o=adam@keras,lr:0.02,clip_norm:1`, read by optim_viz/ui/runners.py's rules.

import { conventionOf, optimizerOf } from "./cards.js";
import { VALUES, odd, only, readHyper, readWord } from "./read.js";

/**
 * @param {string[]} texts
 * @param {{lasting: string[]}} field
 * @param {{optimizers: object[], stages: object[]}} choices
 * @param {number} steps how long they run: so long takes a schedule that does not say it
 * @param {(key: string) => Record<string, number>} begin where the hyperparameters start
 * @throws {import("./read.js").Odd}
 */
export function readRunners(texts, { lasting }, choices, steps, begin) {
  const seen = new Map();
  return texts.map((text) => {
    const [key, ...parts] = text.split(",");
    const convention = optimizerOf(choices, key) && conventionOf(choices, key);
    only(key, convention && !key.endsWith("@"));
    const given = new Map(parts.map((part) => [part.split(":", 1)[0], part.slice(part.indexOf(":") + 1)]));
    const around = readAround(convention, choices.stages, given, lasting, steps);
    const start = begin(key);
    const hypers = { ...start };
    for (const [name, said] of given) hypers[name] = readHyper(convention.hypers.find((hyper) => hyper.name === name) ?? odd(name), said);
    const { key: own, name } = optimizerOf(choices, key);
    seen.set(own, (seen.get(own) ?? 0) + 1);
    return { key, hypers, around, begin: start, name: seen.get(own) === 1 ? name : `${name} ${seen.get(own)}` };
  });
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
