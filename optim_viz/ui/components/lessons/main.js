// The lessons' page: all lessons as cards, or one lesson at one step, from what optim_viz/ui/lessons/course.py tells once.
//
// The page owns where the reader is and what is kept of it; the picture beside a lesson owns its settings, and tells when it rests.

import { h, say } from "../player/dom.js";
import { fromSearch, toSearch } from "../player/link.js";
import { Outbox, lost, refusal } from "../player/source.js";
import { _, setTexts } from "../player/texts.js";
import { told } from "../player/told.js";
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
    /** The cards are there, or the lesson's first picture. */
    this.shown = new Promise((isShown) => (this._isShown = isShown));
    this.outbox = new Outbox((at) => this._told(at), {
      onAnswer: (answer) => this._receive(answer),
      onTrouble: (why) => say(this.trouble, lost(why)),
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
    this.outbox.post(this.at);
  }

  /** The page's texts and cards, and the lesson that is asked for, if there is one. */
  async _told({ lesson: asked }) {
    const address = this.data.told.lessons[this.language];
    const course = await told(address);
    const lesson = course.cards.some(({ key }) => key === asked) && (await told(`${address}.${asked}`));
    return { course, asked, lesson };
  }

  async _receive({ course, asked, lesson }) {
    if (asked !== this.at.lesson) return; // the reader has gone on
    setTexts(course.texts);
    say(this.trouble, "");
    if (!lesson) {
      if (asked) say(this.notes, _("There is no lesson called {asked}. These are the lessons.", { asked: quoted(asked) }));
      this._showCards(course.cards);
      return;
    }
    const { step } = this.at;
    if (step && !lesson.steps.some(({ key }) => key === step)) say(this.notes, _("This lesson has no step called {asked}. It begins with its first.", { asked: quoted(step) }));
    this._showLesson(lesson);
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
      onStands: () => (this.root.dataset.stands = String(Number(this.root.dataset.stands ?? 0) + 1)),
      onTrouble: (text) => say(this.trouble, text),
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
      this.outbox.post(this.at);
    }
  }

  _href(lesson, step, settings = {}) {
    const query = { ...(lesson && { lesson }), ...(step && { step }), ...settings, lang: this.language };
    return `${this.path.split("/").at(-1)}?${toSearch(query)}`;
  }

  /** The picture rests: the address says so. */
  _set(settings) {
    this.latest = this._href(this.at.lesson, this.at.step, settings);
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      if (location.pathname === this.path) history.replaceState(history.state, "", this.latest);
    }, REST);
  }
}

/** A word of an address, which anyone may have written, on one line and not too long. */
const quoted = (word) => _("“{quoted}”", { quoted: word.replace(/\s+/g, " ").trim().slice(0, 100) });

export { Lessons as Player };
