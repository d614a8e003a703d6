// The one judge of a lesson's predictions, answers and tasks: claims (optim_viz/ui/lessons/course.py tells them) about a picture.

import { number } from "../player/format.js";
import { numbered } from "../player/runners.js";
import { worth } from "../player/speech.js";
import { _ } from "../player/texts.js";

/** @typedef {{measure: (name: string, args: (string | number)[]) => number}} Asked a picture that is asked */

/** What a number is worth; nan where the reader has taken that runner away, or chosen another surface. @param {Asked} picture */
function worthOf(told, picture) {
  try {
    return worth(told, picture);
  } catch (error) {
    if (error instanceof RangeError) return NaN;
    throw error;
  }
}

const said = (value) => (value === Infinity ? _("never") : number(value));
const holds = (claim, picture) => Boolean(worthOf(claim, picture));

/** What happens in the picture of a prediction: a choice, an order or a place. */
const HAPPENS = {
  choose: ({ choices }, picture) => Object.keys(choices).find((key) => choices[key].every((claim) => holds(claim, picture))),
  rank: ({ given, by }, picture) => {
    const worths = Object.fromEntries(given.map((name) => [name, picture.measure(by, [name])]));
    return [...given].sort((a, b) => worths[a] - worths[b]);
  },
  place: ({ at }, picture) => at.map((coordinate) => worth(coordinate, picture)),
};

/**
 * Whether an answer is right, and of a prediction what happens.
 * @param {any} asks @param {any} given @param {Asked | null} picture the step's own; a quiz needs none
 */
export function judged(asks, given, picture) {
  if (asks.way === "quiz") return { given, right: given === asks.right, happens: null };
  const happens = HAPPENS[asks.way](asks, picture);
  const right = asks.way === "place" ? Math.hypot(...happens.map((x, d) => x - given[d])) <= asks.near : String(given) === String(happens);
  return { given, right, happens };
}

/** The numbers that follow the hand, by their text. */
export function following(now, picture) {
  return Object.fromEntries(now.map(({ text, worth: told }) => [text, said(worthOf(told, picture))]));
}

/**
 * How a task stands: solved or not, and in words what is missing.
 * @param {any} asks @param {Asked} picture what is set @param {Record<string, string>} before the settings at the beginning, see `flat`
 * @param {Record<string, string>} after @param {Record<string, string>} called by their names in claims what the page calls runners
 */
export function stands({ change, goals, labels }, picture, before, after, called) {
  const strayed = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name] && !change.includes(name)).sort();
  if (strayed.length) {
    const names = [...new Set(strayed.map((name) => labels[name] ?? labels[name.split(".")[0]] ?? name))].join(", ");
    return { solved: false, told: [_("This task keeps these as they were: {names}.", { names })], strayed: true };
  }
  return { solved: goals.every(({ claim }) => holds(claim, picture)), told: goals.map((goal) => reached(goal, picture, called)), strayed: false };
}

/** One goal, with what is reached: the bound only where it stands there as a number. */
function reached({ claim, label, owner, several }, picture, called) {
  const [left, bound] = claim.of.map((side) => said(worthOf(side, picture)));
  const [sign] = claim.signs;
  const what = owner in called ? _("{owner}: {label}", { owner: called[owner], label }) : label;
  if (several) return _("{what}: {value}, {mark}", { what, value: left, mark: holds(claim, picture) ? _("reached") : _("not yet") });
  return _("{what}: {value} (wanted: {sign} {bound})", { what, value: left, sign, bound });
}

/** Every setting of a picture by one name, `x`, `gd.lr`, as a link has it. @param {import("../player/form.js").Form} form */
export function flat(query, form) {
  const keys = form.fields.filter(({ of }) => of === "picture").flatMap((field) => field.keys);
  const { o: texts, ...page } = Object.fromEntries(Object.entries(query).filter(([name]) => keys.some((key) => name === key || (key.endsWith(".") && name.startsWith(key)))));
  const runners = [texts ?? []].flat().filter(Boolean).map((text) => text.split(","));
  const names = numbered(runners.map(([key]) => key));
  const own = runners.flatMap(([key, ...pairs], k) => [[names[k], key], ...pairs.map((pair) => pair.split(":")).map(([name, text]) => [`${names[k]}.${name}`, text])]);
  return { ...Object.fromEntries(Object.entries(page).map(([name, text]) => [name, [text].flat().at(-1)])), ...Object.fromEntries(own) };
}

