// One lesson: the text of the step in a column, the picture that it speaks of beside it.

import { h, isPlain } from "../player/dom.js";
import { toSearch } from "../player/link.js";
import { numbered } from "../player/runners.js";
import { _ } from "../player/texts.js";
import { Outbox, lost, refusal } from "../player/source.js";
import { ASKS, button, rich } from "./asks.js";
import { flat, following, judged, stands } from "./judge.js";
import { stageOf } from "./stage.js";

/** What a link hides so that the reader stays at one step; beside the parts of the player. */
const NAVIGATION = "navigation";

export class LessonView {
  /**
   * @param {any} lesson as optim_viz/ui/lessons/course.py tells it
   * @param {any} data the page's, for the player
   * @param {import("./progress.js").Progress} progress
   * @param {{onStep: (step: string) => void, onSet: (query: object) => void, onStands: () => void, onTrouble: (text: string) => void,
   *   onLeave: () => void, onPicture: () => void, href: (lesson: string, step: string, settings?: object) => string}} listener
   *   `onSet`: the picture rests at these settings; `onStands`: it has been said how numbers and task stand with them
   * @param {string[]} hide what a teacher's link hides
   * @param {boolean} big whether it is on a projector
   */
  constructor(lesson, data, progress, listener, hide, big) {
    this.lesson = lesson;
    this.data = data;
    this.progress = progress;
    this.listener = listener;
    this.hide = hide;
    this.big = big;
    this.asking = new Outbox((question) => this._judge(question), {
      onAnswer: (found) => this._found(found),
      onTrouble: (why) => listener.onTrouble(lost(why)),
      onRefused: (refused) => listener.onTrouble(refusal(refused)),
    });
    this.text = h("article", { class: "ls-text", tabindex: "-1" });
    this.side = h("div", { class: "ls-side" });
    this.host = h("div", { class: "ls-stage" });
    this.elsewhere = h("a", { class: "ls-elsewhere" });
    this.back = h("a", { href: listener.href("", ""), onclick: (event) => isPlain(event) && listener.onLeave() }, _("← All lessons"));
    const head = h("header", { class: "ls-head" }, this.back, h("h2", {}, lesson.title), this.elsewhere);
    this.element = h("div", { class: "ls-lesson", "data-lesson": lesson.key }, head, h("div", { class: "ls-body" }, this.side, this.host));
    this.nav = h("nav", { class: "ls-dots", "aria-label": _("Steps of this lesson") });
    this.foot = h("div", { class: "ls-foot" });
    this.side.append(this.nav, this.text, this.foot);
  }

  get step() {
    return this.lesson.steps[this.index];
  }

  /** @param {string} key @param {object} query settings to begin with instead of the step's own picture, if they are of its page */
  open(key, query = {}) {
    this.index = Math.max(0, this.lesson.steps.findIndex((step) => step.key === key));
    this.judged = this.rests = null;
    if (this._isStale) this.progress.forget(this.lesson.key, this.step.key);
    this.progress.visit(this.lesson.key, this.step.key);
    this.element.dataset.step = this.step.key;
    this._showPicture(this._picture.subject in query ? query : null, false);
    this._showText();
    this.text.scrollTop = 0;
    this._showNav();
    this._ask();
  }

  /** Judge what is given to this step's question, and how its numbers and its task stand where the picture rests. */
  _ask() {
    this.asking.post({ step: this.step, given: this.given, rests: this.rests });
  }

  async _judge({ step, given, rests }) {
    const { asks, now } = step;
    const { query } = this.lesson.pictures[step.picture];
    const found = { step: step.key };
    if (given !== undefined) found.judged = judged(asks, given, asks.way === "quiz" ? null : await this._asked(step, query));
    const isTask = asks?.way === "task";
    if (!rests || !(isTask || now.length)) return found;
    const picture = await this._asked(step, rests);
    const { form, latest } = this.stage;
    const { runners } = latest.settings;
    const called = Object.fromEntries(numbered(runners.map(({ key }) => key)).map((name, k) => [name, runners[k].name]));
    found.stands = { now: following(now, picture), task: isTask ? stands(asks, picture, flat(query, form), flat(rests, form), called) : null };
    return found;
  }

  /** The picture with these settings, to be asked. */
  async _asked(step, query) {
    await this.mounting;
    return this.stage.measured(query, { lesson: this.lesson.key, step: step.key });
  }

  _found({ step, judged: told, stands: how }) {
    if (step !== this.step.key) return;
    if (told) this.judge(told);
    if (!how) return;
    this.stands(how);
    this.listener.onStands();
  }

  /** What the reader has answered to this step's question; undefined where nothing is asked or answered. */
  get given() {
    return this.step.asks && this.step.kind !== "task" ? this._done.answer : undefined;
  }

  /** Whether `given` is right. A quiz may have been rewritten since it was answered: then it is asked again. */
  judge(judged) {
    if (this.judged || JSON.stringify(judged.given) !== JSON.stringify(this.given)) return;
    const secret = this._secret;
    if (this.step.kind === "quiz" && this._done.right && !judged.right) this.progress.forget(this.lesson.key, this.step.key);
    else {
      this.judged = judged;
      this.progress.note(this.lesson.key, this.step.key, { right: judged.right });
    }
    this._showNav();
    if (secret && !this._secret) this._showPicture(null, true);
    if (this.stage?.isPlaying && this.step.kind === "predict") return; // it is told when what was to be seen has been seen
    this._showText();
    this.text.querySelector(".ls-outcome")?.scrollIntoView({ block: "nearest" });
  }

  /** How the numbers and the task stand with what is set. */
  stands(stands) {
    const tell = (element) => {
      for (const place of element.querySelectorAll(".ls-now")) place.textContent = stands.now[/** @type {HTMLElement} */ (place).dataset.now] ?? "–";
    };
    tell(this.text);
    if (!stands.task || this.step.kind !== "task") return;
    if (stands.task.solved && !this._done.solved) {
      this.progress.note(this.lesson.key, this.step.key, { solved: true });
      this._showNav();
    }
    this.ask.stands?.(stands.task);
    tell(this.ask);
  }

  close() {
    this.wanted = null;
    this.asking.close();
    this.stage?.close();
    this.element.remove();
  }

  get _done() {
    return this.progress.of(this.lesson.key, this.step.key);
  }

  /** Whether what was answered is no longer there to choose: a question may have been rewritten since. */
  get _isStale() {
    const { answer } = this._done;
    const { asks, parts } = this.step;
    return answer !== undefined && ["choose", "quiz"].includes(asks?.way) && !parts.some((part) => part.key === answer);
  }

  get _picture() {
    return this.lesson.pictures[this.step.picture];
  }

  /** Whether the picture may show who runs: not before the reader has said what will happen. */
  get _secret() {
    return (this.step.kind === "predict" && this._done.answer === undefined) || (this.step.kind === "quiz" && !this._done.right);
  }

  /** Whether the step still wants something: then its own button is the one to press. */
  get _waits() {
    return this.step.kind !== "read" && !this.progress.isDone(this.lesson.key, this.step);
  }

  _showPicture(query, play) {
    const picture = this._picture;
    const wanted = query ?? picture.query;
    const shown = this._secret ? { ...picture.query, o: [""] } : wanted;
    if (this.stage && this.stage.data.page !== picture.page) {
      this.stage.close(); // a lesson may speak of both
      this.stage = null;
    }
    if (!this.stage) {
      this.mounting = this._mount(picture.page, shown);
      return;
    }
    this.stage.set(shown, play);
    this._allow();
  }

  async _mount(page, query) {
    this.wanted = query;
    const Stage = await stageOf(page);
    if (query !== this.wanted) return; // the newest is the one that counts
    const address = { write: (settings) => this._set(settings), flush: () => {}, close: () => {} };
    const hide = this.hide.filter((name) => name !== NAVIGATION).join(",");
    this.stage = new Stage(this.host, { ...this.data, page, query: { ...query, ...(hide && { hide }), ...(this.big && { big: "1" }) }, address }, {
      onBuilt: () => this.step.asks?.way === "place" && this._showText(), // the mark is on the picture, which is new
      onRun: () => this._ran(),
      onMark: () => this.ask.moved?.(),
      onFrame: () => {
        if (this.stage) this.big = this.stage.linked.big;
        this._showFrame();
      },
      linkTo: (settings) => new URL(this._link(settings), document.baseURI).href,
      hideable: () => [{ key: NAVIGATION, title: _("going to other steps") }],
    });
    this.stage.host(this.data);
    this.stage.shown.then(this.listener.onPicture);
    this._allow();
  }

  /** What of the player is the reader's in this step. */
  _allow() {
    this.stage.allow(this._secret ? [] : this.step.allow);
    this.stage.mark?.hide();
    this.stage.root.classList.toggle("ls-secret", this._secret);
  }

  _set(settings) {
    const { lang, hide, ...rest } = settings;
    if (this._secret) return; // nothing is set that the reader should know of
    this.elsewhere.href = `${this._picture.page}?${toSearch({ ...rest, lang })}`;
    this.rests = rest;
    this._ask();
    this.listener.onSet(this._mine(settings));
  }

  /** A link to this step, with what is set. */
  _link(settings) {
    const { hide, big } = settings;
    const shown = { ...(hide && { hide }), ...(big && { big }) };
    return this.listener.href(this.lesson.key, this.step.key, this._secret ? shown : this._mine(settings));
  }

  /** What the stage says of the page, as the lesson's own address says it. */
  _mine({ lang, ...settings }) {
    const hide = [settings.hide, this.hide.includes(NAVIGATION) && NAVIGATION].filter(Boolean);
    return { ...settings, ...(hide.length && !settings.hide?.split(",").includes(NAVIGATION) && { hide: hide.join(",") }) };
  }

  /** What of the page a link hides, and whether it is on a projector. */
  _showFrame() {
    const fixed = this.hide.includes(NAVIGATION);
    this.nav.hidden = this.foot.hidden = this.back.hidden = fixed;
    this.elsewhere.hidden = this._secret || this.stage?.linked.hide.includes("share");
  }

  _showText() {
    const { step } = this;
    this.elsewhere.textContent = this._picture.open;
    this._showFrame();
    this.text.replaceChildren(rich("h3", { class: "ls-title" }, step.title), rich("div", {}, step.html));
    this.ask = h("div", {});
    if (step.asks) {
      this.ask = ASKS[step.asks.way]({
        step,
        done: this._done,
        judged: this.judged,
        stage: () => this.stage,
        running: () => Boolean(this.stage?.isPlaying),
        note: (answer) => this._note(answer),
        again: () => this._again(),
      });
      this.text.append(this.ask);
    }
    if (this.index === this.lesson.steps.length - 1) this.text.append(this._sources());
    this.text.querySelectorAll(".ls-set").forEach((link) => link.addEventListener("click", (event) => this._showMe(event, link)));
  }

  /** What was to be seen has been seen. */
  _ran() {
    this._showText();
    this.text.querySelector(".ls-outcome")?.scrollIntoView({ block: "nearest" });
  }

  /** The reader has answered: a prediction's picture runs, and it is judged. */
  _note(answer) {
    this.judged = null;
    this.progress.note(this.lesson.key, this.step.key, { answer });
    this._ask();
    if (this.step.kind !== "predict") return;
    this._showNav();
    this._showPicture(null, true);
    this._showText();
    this.text.focus({ preventScroll: true }); // the button that was pressed is gone
  }

  _again() {
    this.judged = null;
    if (this.step.kind !== "task") this.progress.forget(this.lesson.key, this.step.key);
    this._showPicture(null, false);
    this._showText();
    this._showNav();
    this.text.focus({ preventScroll: true });
  }

  _showMe(event, link) {
    if (!isPlain(event)) return;
    this.stage.set(this.lesson.pictures[link.dataset.picture].query);
    this.text.querySelectorAll(".ls-set").forEach((other) => other.toggleAttribute("data-shown", other === link));
  }

  _sources() {
    return h("section", { class: "ls-sources" }, h("h3", {}, _("Sources")), h("ul", {}, ...this.lesson.sources.map(({ title, url }) => h("li", {}, h("a", { href: url }, title)))));
  }

  _showNav() {
    const { steps } = this.lesson;
    const go = (i) => this.listener.onStep(steps[i].key);
    const plain = (step) => rich("span", {}, step.title).textContent;
    const marks = { read: "", predict: "?", task: "✎", quiz: "✓" };
    this.nav.replaceChildren(
      ...steps.map((step, i) => {
        const done = this.progress.isDone(this.lesson.key, step);
        const label = _("Step {n}: {title}", { n: i + 1, title: plain(step) });
        return h(
          "button",
          { type: "button", "data-done": done, "data-kind": step.kind, "aria-label": done ? _("{title} (done)", { title: label }) : label, title: plain(step), "aria-current": i === this.index ? "step" : null, onclick: () => go(i) },
          marks[step.kind],
        );
      }),
    );
    const last = this.index === steps.length - 1;
    const way = (text, i, main) => button(text, () => go(i), { class: `ls-button${main ? " ls-main" : ""}`, disabled: !(i in steps) });
    this.foot.replaceChildren(
      way(_("Back"), this.index - 1, false),
      h("span", {}, `${this.index + 1} / ${steps.length}`),
      last ? button(_("All lessons"), () => this.listener.onLeave(), { class: "ls-button ls-main" }) : way(_("Next"), this.index + 1, !this._waits),
    );
  }
}
