// What a reader has done: kept in this browser, and nowhere else.

import { browserStorage } from "../player/storage.js";

const KEY = "optim_viz.lessons";
const FORM = 1;

/**
 * @typedef {{seen?: boolean, answer?: any, right?: boolean, solved?: boolean}} Done of one step
 * @typedef {{last: string, steps: Record<string, Done>}} Taken of one lesson
 */

export class Progress {
  /** @param {Pick<Storage, "getItem" | "setItem">} [storage] */
  constructor(storage = browserStorage("localStorage")) {
    this.storage = storage;
    this.taken = this._kept();
  }

  /** @returns {Done} */
  of(lesson, step) {
    return this.taken[lesson]?.steps[step] ?? {};
  }

  /** The step that was last looked at, "" if none. */
  last(lesson) {
    return this.taken[lesson]?.last ?? "";
  }

  /** @param {{key: string, kind: string}} step */
  isDone(lesson, { key, kind }) {
    const done = this.of(lesson, key);
    return Boolean({ read: done.seen, predict: done.answer !== undefined, task: done.solved, quiz: done.right }[kind]);
  }

  /** How many steps of a lesson's card are done. */
  count({ key, steps }) {
    return steps.filter((step) => this.isDone(key, step)).length;
  }

  /** @param {Done} done is added to what is known of the step */
  note(lesson, step, done) {
    this._lesson(lesson).steps[step] = { ...this.of(lesson, step), ...done };
    this._keep();
  }

  /** As if the step had never been answered. */
  forget(lesson, step) {
    delete this._lesson(lesson).steps[step];
    this._keep();
  }

  visit(lesson, step) {
    this._lesson(lesson).last = step;
    this.note(lesson, step, { seen: true });
  }

  reset() {
    this.taken = {};
    this._keep();
  }

  /** Everything, to be taken to another browser. */
  text() {
    return JSON.stringify({ optim_viz_lessons: FORM, lessons: this.taken }, null, 1);
  }

  /**
   * Take over what another browser wrote.
   * @throws {SyntaxError} it is not what `text` writes
   */
  read(text) {
    const found = JSON.parse(text);
    if (found?.optim_viz_lessons !== FORM || !isProgress(found.lessons)) throw new SyntaxError("not the progress of these lessons");
    this.taken = found.lessons;
    this._keep();
  }

  _lesson(lesson) {
    return (this.taken[lesson] ??= { last: "", steps: {} });
  }

  _kept() {
    try {
      const found = JSON.parse(this.storage.getItem(KEY) ?? "{}");
      return isProgress(found) ? found : {};
    } catch {
      return {};
    }
  }

  _keep() {
    try {
      this.storage.setItem(KEY, JSON.stringify(this.taken));
    } catch {
      // a full or forbidden storage: it is known till the page is closed
    }
  }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function isProgress(value) {
  return (
    isObject(value) &&
    Object.values(value).every((taken) => isObject(taken) && typeof taken.last === "string" && isObject(taken.steps) && Object.values(taken.steps).every(isObject))
  );
}
