// The regression lab: GD, SGD and mini-batch on real batches (optim_viz/ui/regression/answer.py answers).

import { choice, download, h, isPlain, row } from "../player/dom.js";
import { Instrument } from "../player/instrument.js";
import { toSearch } from "../player/link.js";
import { Server } from "../player/source.js";
import { _ } from "../player/texts.js";
import { Answers } from "./answer.js";
import { FitCards } from "./cards.js";
import { length, rowAt, ticks, told } from "./clock.js";
import { Curves } from "./curves.js";
import { Noise } from "./noise.js";
import { AS_FOUND, WithOwn } from "./own.js";
import { Samples } from "./samples.js";
import { Setup } from "./setup.js";
import { Table, csv } from "./table.js";
import { Weights } from "./weights.js";

const DENSE = 300; // rows; dots at so many would hide the path
const WHOLE = 12; // seconds that it takes to play all of it, whatever the clock counts

class Lab extends Instrument {
  constructor(parent, data) {
    const own = new WithOwn(data.source ?? new Server(data.answers));
    const answers = new Answers(own);
    super(parent, { ...data, source: answers });
    Object.assign(this, { own, answers, worn: new WeakMap() });
    this.root.classList.add("ov-lab");
  }

  get map() {
    return this.weights;
  }

  drawn() {
    return [this.samples, this.weights, this.curves, this.noise, this.table];
  }

  lacks() {
    return this.settings.data === "own" ? _("A link does not hold your own data, only how they are read and which columns are chosen: whoever opens it is asked for the same file.") : "";
  }

  /** The fits of a link, to be asked by a lesson: what it asks `at` its step the server computes. */
  async measured(query, at) {
    const { worth } = await new Server(this.data.answers).ask("lessons", { ...at, query, language: this.language });
    const known = new Map(worth.map(({ ask, of, worth: number }) => [JSON.stringify([ask, of]), number]));
    return { measure: (name, args) => known.get(JSON.stringify([name, args])) ?? NaN };
  }

  get settings() {
    return this.latest.settings;
  }

  paint(answer, ahead, isFull) {
    const { settings } = answer;
    this.runs = answer.runs.map((run, k) => this._worn(run, settings.runners[k]));
    const step = this._wind();
    const chosen = Math.min(this.view.chosen, Math.max(0, this.runs.length - 1));
    const shape = JSON.stringify([answer.data.digest, settings.runners.map(({ key, look }) => [key, look]), this.transport.steps, this.view, chosen]);
    const isSketch = !isFull && shape === this.shape;
    this.shape = shape;
    // canvases first: they ask for their sizes, which is dear after other elements have changed
    if (isSketch) this._sketch(answer, step);
    else this._draw(answer, step, chosen, ahead);
    if (!ahead) {
      this.view.chosen = chosen;
      this._showControls(settings);
    }
    this._scaling(answer.scaling);
    this._wantNoise(step);
    this.root.dataset.step = String(step);
    if (!ahead) this._prepare();
    return isSketch;
  }

  _draw(answer, step, chosen, ahead) {
    const { settings } = answer;
    const data = answer.data.body;
    this.weights.listens = settings.dim <= 2 && settings.start !== "own";
    const spec = this.choices.datasets.find((d) => d.key === settings.data);
    const names = this._axes(data.kind, settings);
    this.teaches.textContent = spec ? spec.teaches : "";
    this.samplesTitle.textContent = settings.held ? _("Data and fit; □ held out") : _("Data and fit");
    this._showCurves(step);
    this.samples.show({
      data, dim: settings.dim, runs: this.runs, chosen, names, look: this.look, step,
      label: _("The data, {name}, and what each runner has made of them. The results are described below in words.", { name: spec?.name ?? _("your own") }),
    });
    this.weights.show({
      field: answer.field,
      runs: this.runs.map(({ path }) => path),
      start: this._start(), draggable: this.weights.listens, zoom: this.view.zoom, look: this.look, step, draft: ahead,
      label: _("The loss over the weights, and the runners' paths. The results are described below in words."),
    });
    this.table.show({ runs: this.runs, rows: answer.rows, words: answer.words, chosen, look: this.look, step });
    this.weightsTitle.textContent = settings.dim > 2 ? _("Loss on a plane through {n} weights", { n: settings.dim }) : _("Loss over the weights");
    this.weightsTitle.title = settings.dim > 2 ? _("The plane holds start and end of the chosen runner's path and its main direction besides; other paths are projected onto it.") : "";
  }

  /** What the axes of the data are called. */
  _axes(kind, { inputs, target, task }) {
    const chance = () => _("probability that {target} is 1", { target });
    if (kind === "agreement") return [task === "classes" ? chance() : _("predicted"), target];
    return kind === "border" ? inputs : [inputs[0], kind === "probability" ? chance() : target];
  }

  /** Other fits of the same runners to the same data. */
  _sketch({ field, rows, words }, step) {
    this.curves.runs(this.runs, step);
    this.samples.runs(this.runs, step);
    this.weights.runs(this.runs.map(({ path }) => path), step, { field });
    this.table.runs({ runs: this.runs, rows, words, step });
  }

  /** A run as pictures have it, `path` on the loss over the weights: the same while it is the same. */
  _worn(run, runner) {
    const last = this.worn.get(run);
    if (last?.runner.name === runner.name) return Object.assign(last, { runner });
    const row = (step) => rowAt(ticks(run, this.view.clock), step);
    const worn = { ...run, runner, row };
    worn.path = { ...worn, theta: run.place ?? run.theta, dense: run.rows.length > DENSE };
    this.worn.set(run, worn);
    return worn;
  }

  /** What the next question needs, so that the hand need not wait for the server. */
  async _prepare() {
    this.root.dataset.live = String(await this.answers.prepare(this.query()));
  }

  /** Set the clock to what there is to play. */
  _wind() {
    const { clock } = this.view;
    const steps = length(this.runs, clock);
    this.transport.told = told(clock, this.settings.samples);
    this.transport.rate = steps / WHOLE;
    return this.wind(steps);
  }

  _showCurves(step) {
    const { clock } = this.view;
    const unit = this.choices.clocks.find((c) => c.key === clock).name;
    this.curves.show({
      runs: this.runs, clock, samples: this.settings.samples, unit, axis: this.view.axis, steps: this.transport.steps, look: this.look, step, lowest: this.latest.best,
    });
    this.third.options[0].textContent = this.curves.title();
  }

  /** Where the ring is: what was last asked for. */
  _start() {
    const { start, dim } = this.model;
    if (Array.isArray(start)) return start;
    return Array.from(this.runs[0]?.theta.subarray(0, Math.min(2, dim)) ?? [0, 0]);
  }

  _scaling({ text, turned, advise }) {
    this.scaling.replaceChildren(
      this.teaches,
      " ",
      h("b", {}, text, turned && ` ${turned}`),
      ...(advise ? [" ", h("button", { type: "button", class: "ov-chip", onclick: () => this._set("standardise", "inputs") }, _("Standardise the inputs"))] : []),
    );
  }

  _showControls(settings) {
    this.setup.show(settings, this.latest.own?.body);
    this.cards.showFor(settings.runners, this.look, settings.samples);
    const preset = this.choices.presets.find((p) => p.key === this.view.preset);
    this.clock.value = this.view.clock;
    this._showThird();
    this.watch.textContent = preset ? preset.watch : _("Drag a batch size or a learning rate, or press play.");
    this.examples.choose(this.view.preset);
  }

  build() {
    const { choices } = this;
    this.shape = null;
    this.setup = new Setup(choices, {
      onData: (key) => this._newData(key),
      onOwn: (brought, settings, isSame) => this._own(brought, settings, isSame),
      check: (brought, settings) => this.question("csv", { brought, query: this.form.write({ data: "own", ...settings }) }),
      brought: () => this.own.brought,
      onModel: (key) => this._newModel(key),
      onLoss: (key) => this.change(() => Object.assign(this.model, { loss: key, lossParams: {} })),
      onNumber: (group, name, value) => this.change(() => (this.model[group][name] = value)),
      onSet: (name, value) => this._set(name, value),
    });
    this.cards = new FitCards(choices, this.cards?.open, {
      ...this.cardsListener((key) => ({ key, batch: Math.min(10, this.model.samples), sampling: "shuffle", drop: false, hypers: {} })),
      onRelease: () => this.on("still"),
      onBatch: (index, change) => this.change(() => Object.assign(this.model.runners[index], change)),
    });
    this.samples = new Samples();
    this.weights = new Weights(choices.scales, {
      start: () => this._start(),
      onStart: (start) => this.weights.listens && !this.frame.hides("start") && this.change(() => (this.model.start = start)),
      onZoom: (zoom) => {
        this.view.zoom = zoom;
        this.remember();
      },
    });
    this.curves = new Curves({
      onSeek: (step) => this.transport.seek(step),
      onAxis: (axis) => {
        this.view.axis = axis;
        this._showCurves(this.transport.step);
        this.remember();
      },
    });
    this.noise = new Noise({
      ask: (runner, theta) => this.question("noise", { query: this.query(), runner, theta }),
      onRound: (round) => this._newThird(round ? "isotropic" : "noise"),
    });
    this.table = new Table({ onChoose: (index) => this._choose(index) });
    this.teaches = h("span", {});
    this.scaling = h("p", { class: "ov-scaling" });
    this.samplesTitle = h("h2");
    this.weightsTitle = h("h2");
    this.clock = choice(_("Clock"), choices.clocks.map(({ key, name }) => [key, name]), (clock) => this._newClock(clock));
    this.third = choice(_("Third picture"), [["curves", ""], ["noise", _("Noise of the batches")]], (third) => this._newThird(third));
    const save = h("button", { type: "button", class: "ov-copy", onclick: () => this._save() }, _("Save as CSV"));
    const bar = this.transport.build();
    bar.append(row("ov-speed", _("Clock"), this.clock));
    const figure = (title, picture, ...more) => h("section", { class: "ov-figure" }, h("header", {}, title, ...more), picture);
    this.root.replaceChildren(
      this.top({ presets: choices.presets }, (key) => this.toExample(key)),
      bar,
      h(
        "div",
        { class: "ov-columns" },
        h(
          "div",
          { class: "ov-setup", "data-group": true },
          h("section", { class: "ov-scene", "data-part": "data" }, h("h2", {}, _("Data and model")), this.setup.element),
          h("section", { class: "ov-runners", "data-group": true }, h("h2", {}, _("Runners")), this.cards.element),
        ),
        h(
          "div",
          { class: "ov-right" },
          h(
            "div",
            { class: "ov-three" },
            figure(this.samplesTitle, this.samples.element),
            figure(this.weightsTitle, this.weights.element),
            figure(this.third, h("div", { class: "ov-stage" }, this.curves.box, this.noise.element), this.curves.yaxis),
          ),
          this.scaling,
          h("div", { class: "ov-below" }, h("div", { class: "ov-wide" }, this.table.table), h("div", {}, this.table.words, save), this.table.spoken),
        ),
      ),
      this._comparison(choices),
    );
  }

  shortcuts() {
    const slider = this.toCards(_("to the batch size of that runner"));
    const start = { keys: [], shown: ["←", "→", "↑", "↓"], says: _("on the ring: moves the start; farther with shift") };
    return super.shortcuts([slider, start]);
  }

  /** The tutorial's table; each cell sets what shows it. */
  _comparison({ comparison, presets }) {
    const link = ({ text, preset }) =>
      h("a", { href: `regression?${toSearch({ p: preset, lang: this.language })}`, onclick: (event) => this._follow(event, preset) }, text);
    return h(
      "section",
      { class: "ov-comparison" },
      h("h2", {}, _("Compared: each sentence is a link that shows it")),
      h(
        "p",
        { class: "ov-programs" },
        _("The three programs these come from:"),
        h("a", { href: `race?${toSearch({ p: "parabola", lang: this.language })}` }, _("GD on x squared")),
        ...["five_points", "batches_of_ten"].map((key) => link({ text: presets.find((preset) => preset.key === key).title, preset: key })),
      ),
      h(
        "div",
        { class: "ov-wide" },
        h(
          "table",
          { class: "ov-table" },
          h("thead", {}, h("tr", {}, ...["", _("Principle"), _("Strength"), _("Weakness")].map((text) => (text ? h("th", { scope: "col" }, text) : h("td"))))),
          h("tbody", {}, ...comparison.map(({ name, cells }) => h("tr", {}, h("th", { scope: "row" }, name), ...cells.map((cell) => h("td", {}, link(cell)))))),
        ),
      ),
    );
  }

  _follow(event, preset) {
    if (!isPlain(event)) return;
    this.toExample(preset);
    this.root.scrollIntoView({ block: "start" });
  }

  _newData(data) {
    const { epochs, seeds, seed } = this.model;
    this.toOther({ data, epochs, seeds, seed });
  }

  _newModel(model) {
    const { modelParams, start, ...rest } = this.model; // they are the other model's
    this.toOther({ ...rest, model });
  }

  /** @param {import("./own.js").Brought} brought @param {object} settings @param {boolean} isSame the same data, changed a little: the picture stays as it is set */
  _own(brought, settings, isSame = false) {
    this.own.keep(brought);
    this.answers.forget();
    const { epochs, seeds, seed, data } = this.model;
    if (isSame && data === "own" && this.isOpen) this.change(() => Object.assign(this.model, AS_FOUND, settings));
    else this.toOther({ data: "own", ...settings, epochs, seeds, seed, standardise: "both" });
  }

  _set(name, value) {
    if (name === "start" && value === "set") return;
    this.change(() => {
      this.model[name] = value;
      if (name === "seeds") this.model.seed = Math.min(this.model.seed, value - 1);
      if (name === "seed") this.model.seeds = Math.max(this.model.seeds, value + 1);
      if (name === "standardise") this._begin();
      if (["standardise", "epochs", "test"].includes(name)) this.view.step = null;
    });
  }

  /** On another scale the weights are others: where they start is, too. */
  _begin() {
    if (Array.isArray(this.model.start)) this.model.start = "same";
    this.rewind();
    this.view.zoom = [];
  }

  rewind() {
    this.weights?.rewind();
  }

  _newClock(clock) {
    // the time that is shown stays: the row of the runner that is ahead
    const share = this.transport.step / this.transport.steps;
    this.view.clock = clock;
    const steps = length(this.runs, clock);
    this.view.step = this.view.step === null ? null : Math.round(share * steps);
    this._wind();
    this._move(this.transport.step);
    this._showCurves(this.transport.step);
    this.remember();
  }

  _choose(index) {
    this.change(() => (this.view.chosen = index)); // the plane of many weights, and the words on them, are those of the chosen one
  }

  /** @param {"curves" | "noise" | "isotropic"} third what the third picture shows */
  _newThird(third) {
    this.view.third = third;
    this._showThird();
    this._wantNoise(this.transport.step);
    this.remember();
  }

  _showThird() {
    const noise = this.view.third !== "curves";
    this.third.value = noise ? "noise" : "curves";
    this.noise.round.checked = this.view.third === "isotropic";
    this.curves.box.hidden = this.curves.yaxis.hidden = noise;
    this.noise.element.hidden = !noise;
  }

  _wantNoise(step) {
    const run = this.runs[this.view.chosen];
    if (run) this.noise.want(this.view.chosen, run, run.row(step), this.settings.dim, this.look);
  }

  move(step) {
    super.move(step);
    this._wantNoise(step);
  }

  _save() {
    const text = csv(this.runs, this.latest.weights, this.settings.seed, this.settings.samples);
    download("regression.csv", `\ufeff${text}`, "text/csv");
  }
}

export { Lab as Player };
