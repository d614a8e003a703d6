// What is fitted to what: data, model, loss, scaling, start, seeds, how long.

import { choice, h, offer, row } from "../player/dom.js";
import { slider } from "../player/slider.js";
import { _ } from "../player/texts.js";
import { OwnData } from "./own.js";

export class Setup {
  /**
   * @param {object} choices
   * @param {{onData: (key: string) => void, onModel: (key: string) => void,
   *   onLoss: (key: string) => void, onNumber: (group: string, name: string, value: number) => void,
   *   onSet: (name: string, value: any) => void}} listener and what own.js needs
   */
  constructor(choices, listener) {
    this.choices = choices;
    this.listener = listener;
    this.data = select(_("Data"), (key) => (key === "own" ? this.own.open() : listener.onData(key)));
    this.own = new OwnData(choices, listener);
    this.dataNumbers = h("div", {});
    this.model = select(_("Model"), listener.onModel);
    this.modelNumbers = h("div", {});
    this.loss = select(_("Loss"), listener.onLoss);
    this.lossNumbers = h("div", {});
    this.lossSays = h("p", { class: "ov-note" });
    this.scale = select(_("Scaling"), (key) => listener.onSet("standardise", key));
    this.start = select(_("Start"), (key) => listener.onSet("start", key));
    const whole = (name, label) => {
      const { lo, hi } = choices.form.field(name);
      const allowed = [lo, hi].map((at) => ({ at, within: true }));
      const hyper = { name, label, default: lo, slider: [lo, hi], log: lo > 0 && hi > 100, kind: "integer", allowed };
      return slider(hyper, "", lo, -1, (value) => listener.onSet(name, value));
    };
    this.epochs = whole("epochs", _("epochs"));
    this.seeds = whole("seeds", _("seeds"));
    this.seed = whole("seed", _("seed shown"));
    this.test = slider(choices.test, "", 0, 0, (value) => listener.onSet("test", value));
    this.testSays = h("p", { class: "ov-note" });
    this.split = whole("split", _("seed of the split"));
    this.l2 = slider(choices.l2, "", 0, 0, (value) => listener.onSet("l2", value));
    this.more = h(
      "details",
      { class: "ov-around ov-fold" },
      h("summary", {}, _("held-out points, scaling, loss, start, seed shown")),
      this.test.element,
      this.split.element,
      this.testSays,
      this.scale.element,
      this.loss.element,
      this.lossSays,
      this.lossNumbers,
      this.l2.element,
      this.start.element,
      this.seed.element,
    );
    this.slow = h("p", { class: "ov-note" }, _("So many samples, weights and seeds: each change takes longer than a tenth of a second."));
    this.element = h(
      "div",
      {},
      this.data.element,
      this.own.element,
      this.dataNumbers,
      this.model.element,
      this.modelNumbers,
      this.epochs.element,
      this.seeds.element,
      this.slow,
      this.more,
    );
    this.shapes = {};
  }

  /** @param {object} s the settings @param {object | null} own what is in one's own data, if they are shown */
  show(s, own) {
    const { datasets, models, losses } = this.choices;
    this.data.set([...datasets, { key: "own", name: _("Your own data …") }], s.data);
    this.own.show(s, own);
    const data = datasets.find((d) => d.key === s.data);
    const model = models.find((m) => m.key === s.model);
    const loss = losses.find((l) => l.key === s.loss);
    this.model.set(models.filter((m) => m.tasks.includes(s.task) && (m.inputs === null || m.inputs === s.inputs.length)), s.model);
    this.model.element.title = model.teaches;
    this.loss.set(losses.filter((l) => l.task === s.task), s.loss);
    this.lossSays.textContent = loss.teaches;
    this.lossSays.hidden = !loss.teaches;
    this.scale.set(this.choices.standardise.filter(({ key }) => key !== "both" || s.task === "numbers"), s.standardise);
    this._numbers("dataParams", this.dataNumbers, s.data, data?.params ?? [], s.dataParams);
    this._numbers("modelParams", this.modelNumbers, s.model, model.params, s.modelParams);
    this._numbers("lossParams", this.lossNumbers, s.loss, loss.params, s.lossParams);
    const starts = [{ key: "same", name: _("the same for all seeds") }, { key: "own", name: _("each seed its own") }];
    if (Array.isArray(s.start)) starts.push({ key: "set", name: _("where the ring is") });
    this.start.set(starts, Array.isArray(s.start) ? "set" : s.start);
    this.slow.hidden = !s.slow;
    this.epochs.set(s.epochs);
    this.seeds.set(s.seeds);
    this.seed.set(s.seed);
    this.l2.set(s.l2);
    this.test.set(s.test);
    this.split.set(s.split);
    this.split.element.hidden = this.testSays.hidden = !s.held;
    this.testSays.textContent = _("{n} samples to learn from, {held} held out at random; classes are not stratified.", { n: s.samples, held: s.held });
  }

  /** The sliders of one group: made anew when they are others, else set. */
  _numbers(group, place, shape, specs, values) {
    if (this.shapes[group]?.shape !== shape) {
      const sliders = specs.map((p) => slider(p, "", values[p.name], p.default, (value) => this.listener.onNumber(group, p.name, value)));
      this.shapes[group] = { shape, sliders };
      place.replaceChildren(...sliders.map((one) => one.element));
    }
    specs.forEach((p, i) => this.shapes[group].sliders[i].set(values[p.name]));
  }
}

/** A labelled choice; `set` says what there is to choose, and what is chosen. */
function select(label, change) {
  const menu = choice(label, [], change);
  const set = (options, key) => {
    offer(menu, options.map((option) => [option.key, option.name]));
    menu.value = key;
  };
  return { element: row("ov-slider ov-choice", label, menu), set };
}
