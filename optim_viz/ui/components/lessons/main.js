// The lessons' page (optim_viz/ui/lessons/answer.py answers): all lessons as cards, or one lesson at one step.
//
// The page owns where the reader is and what is kept of it; the picture beside a lesson owns its settings, and tells when it
// rests. Then the page asks how the lesson's numbers and its task stand with them.

import { h, say } from "../player/dom.js";
import { fromSearch, toSearch } from "../player/link.js";
import { Outbox, Server, lost, refusal } from "../player/source.js";
import { setTexts } from "../player/texts.js";
import { LessonView } from "./lesson.js";
import { overview } from "./overview.js";
import { Progress } from "./progress.js";

const REST = 350; // milliseconds: browsers allow about three writes of the address a second

class Lessons {
  constructor(parent, data) {
    this.data = data;
    this.root = h("div", { class: "ls", "data-testid": "lessons" });
    this.trouble = h("p", { class: "ov-trouble", role: "alert", hidden: true });
    this.notes = h("p", { class: "ov-trouble", role: "alert", hidden: true });
    this.place = h("div", {});
    this.root.append(this.trouble, this.notes, this.place);
    parent.append(this.root);
    this.progress = new Progress();
    this.rests = {}; // the settings at which the picture rests
    /** The cards are there, or the lesson's first picture. */
    this.shown = new Promise((isShown) => (this._isShown = isShown));
    this.source = new Server(data.answers);
    this.outbox = new Outbox((question) => this.source.ask("lessons", { language: this.language, ...question }, this.outbox.patience), {
      onAnswer: (answer) => this._receive(answer),
      onTrouble: (away) => say(this.trouble, lost(away)),
      onRefused: (refused) => say(this.trouble, refusal(refused)),
    });
    this.onPop = () => this.root.isConnected && location.pathname === this.path && this._read();
    addEventListener("popstate", this.onPop);
    this.path = location.pathname;
  }

  /** The page is in this language, and in a theme; it begins, or one of them was chosen. */
  host(data) {
    if (this.language === data.language) {
      this.view?.stage?.host(data);
      return;
    }
    this.language = data.language;
    this.data = data;
    this._read();
  }

  close() {
    removeEventListener("popstate", this.onPop);
    clearTimeout(this.timer);
    this.outbox.close();
    this.view?.close();
    this.root.remove();
  }

  /** Where the address says that the reader is. */
  _read() {
    const { lesson, step, lang, hide, big, ...settings } = fromSearch(location.search);
    this.view?.close();
    this.view = null;
    this.at = { lesson: lesson?.at(-1) ?? "", step: step?.at(-1) ?? "" };
    this.hide = (hide ?? []).flatMap((names) => names.split(","));
    this.big = big?.at(-1) === "1";
    this.settings = settings;
    this._post({});
  }

  _post(settings) {
    this.outbox.post({ query: { ...this.at, ...settings }, given: this.view?.given });
  }

  async _receive(answer) {
    const { course, lesson } = answer;
    if (answer.at.lesson !== this.at.lesson) return; // the reader has gone on
    setTexts(course.body.texts);
    say(this.trouble, "");
    if (answer.notes.length) say(this.notes, answer.notes.join(" "));
    if (!lesson) {
      this._showCards(course.body.cards);
      return;
    }
    if (this.lesson !== lesson.digest || !this.view) this._showLesson(lesson.body);
    this.lesson = lesson.digest;
    if (answer.judged && answer.at.step === this.at.step) this.view.judge(answer.judged);
    if (answer.stands && answer.at.step === this.at.step) {
      this.view.stands(answer.stands);
      this.root.dataset.stands = String(Number(this.root.dataset.stands ?? 0) + 1);
    }
  }

  _showCards(cards) {
    this.view?.close();
    this.view = null;
    this.at = { lesson: "", step: "" };
    this.place.replaceChildren(overview(cards, this.progress, { href: (lesson, step) => this._href(lesson, step), onOpen: (lesson, step) => this._go(lesson, step) }));
    this.root.dataset.shows = "overview";
    this._isShown();
  }

  _showLesson(lesson) {
    this.view?.close();
    this.view = new LessonView(lesson, this.data, this.progress, {
      href: (key, step, settings) => this._href(key, step, settings),
      onStep: (step) => this._go(this.at.lesson, step),
      onSet: (settings) => this._set(settings),
      onGiven: () => this._post(this.rests),
      onLeave: () => this._go("", ""),
      onPicture: () => this._isShown(),
    }, this.hide, this.big);
    this.place.replaceChildren(this.view.element);
    const first = lesson.steps[0].key;
    this.at.step = lesson.steps.some((step) => step.key === this.at.step) ? this.at.step : first;
    this.view.open(this.at.step, this.settings);
    this.settings = {};
    this.root.dataset.shows = "lesson";
  }

  _go(lesson, step) {
    this.rests = {};
    say(this.notes, "");
    const within = lesson && lesson === this.at.lesson && this.view;
    this.at = { lesson, step };
    clearTimeout(this.timer);
    this.timer = 0;
    const kept = lesson && this.hide.length ? { hide: this.hide.join(",") } : {};
    history.pushState(history.state, "", this._href(lesson, step, kept));
    scrollTo({ top: 0 });
    if (within) {
      this.view.open(step);
      this.view.text.focus({ preventScroll: true });
    } else {
      if (!lesson) this.hide = [];
      this._post({});
    }
  }

  _href(lesson, step, settings = {}) {
    const query = { ...(lesson && { lesson }), ...(step && { step }), ...settings, lang: this.language };
    return `${this.path.split("/").at(-1)}?${toSearch(query)}`;
  }

  /** The picture rests: the address says so, and what depends on it is asked for. */
  _set(settings) {
    this.rests = settings;
    this._post(settings);
    this.latest = this._href(this.at.lesson, this.at.step, settings);
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      if (location.pathname === this.path) history.replaceState(history.state, "", this.latest);
    }, REST);
  }
}

export { Lessons as Player };
