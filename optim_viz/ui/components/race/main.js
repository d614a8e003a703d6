// The race: several optimizers from one start on one surface, answered in the page (answer.js) at each move of the hand.

import { canRun } from "../engine/here.js";
import { Cards, optimizerOf } from "../player/cards.js";
import { Chart } from "../player/chart.js";
import { h } from "../player/dom.js";
import { Instrument } from "../player/instrument.js";
import { fromSearch } from "../player/link.js";
import { Answers } from "./answer.js";
import { Results } from "./results.js";
import { SceneControls } from "./scene.js";
import { _ } from "../player/texts.js";
import { Views } from "./views.js";

class Race extends Instrument {
  constructor(parent, data) {
    const answers = new Answers(data.told.race);
    super(parent, { ...data, source: answers });
    this.answers = answers;
    this.root.classList.add("ov-race");
  }

  get map() {
    return this.picture?.flat;
  }

  drawn() {
    return [this.picture, this.chart, this.results];
  }

  paint(answer, ahead, isFull) {
    const { settings } = answer;
    if (this.view.step >= settings.steps) this.view.step = null;
    this.runs = answer.runs.map((run, k) => ({ ...run, runner: this._runner(settings.runners, k) }));
    const step = this.wind(settings.steps);
    const shape = JSON.stringify([settings.surface, settings.steps, settings.runners.map(({ key }) => key), this.view]);
    const isSketch = !isFull && shape === this.shape;
    this.shape = shape;
    // canvases first: they ask for their sizes, which is dear after other elements have changed
    if (isSketch) this._sketch(answer, step);
    else this._draw(answer, step, ahead);
    if (!ahead) this._showControls(settings);
    this.root.dataset.step = String(step);
    this._prepare();
    return isSketch;
  }

  _draw(answer, step, ahead) {
    const { settings, field } = answer;
    const spec = this.choices.surfaces.find(({ key }) => key === settings.surface);
    this.picture.show({
      field,
      runs: this.runs,
      start: settings.start,
      draft: ahead,
      ways: this.view,
      look: this.look,
      step,
      label: _("Paths of the optimizers on the surface {surface}. The results are described below in words.", { surface: spec.name }),
    });
    const { axis, xaxis } = this.view;
    const kind = this.choices.charts.find((chart) => chart.key === answer.view.chart); // of the runs that are shown, not of the menu
    this.chart.show({ runs: this.runs, lowest: answer.lowest, kind, axis, xaxis, steps: settings.steps, look: this.look, step });
    this.results.show({ runs: this.runs, rows: answer.rows, words: answer.words, kind, look: this.look, step });
  }

  /** Other runs, all else being as it was but perhaps the surface's shape: the chart's axes do not shrink under the hand. */
  _sketch({ settings, field, rows, words }, step) {
    this.picture.runs(this.runs, step, { field, start: settings.start });
    this.chart.runs(this.runs, step);
    this.results.runs({ runs: this.runs, rows, words, step });
  }

  /** After the first picture all that any question may need is fetched, so that a server that goes is not missed. */
  _prepare() {
    this.root.dataset.live = "true";
    if (this.isPrepared) return;
    this.isPrepared = true;
    (window.requestIdleCallback ?? setTimeout)(() => this.answers.prepareAll().catch(() => (this.isPrepared = false)));
  }

  /** The race of a link, to be asked by a lesson. */
  measured(query) {
    return this.answers.asked(this.language, query);
  }

  /** Where this browser can run nothing, the example is told. */
  async _tell(refused) {
    super._tell(refused);
    if (refused.status !== "old" || this.data.page !== "race" || this.plain) return;
    const { choices } = await this.answers.choices(this.language);
    const { presets } = choices.body;
    const { title, watch, then } = presets.find(({ key }) => key === fromSearch(location.search).p?.at(-1)) ?? presets[0];
    this.plain = h("section", { class: "ov-plain" }, h("h2", {}, title), h("p", {}, watch, " ", h("b", {}, _("Then:")), " ", then));
    this.root.append(this.plain);
  }

  /** How a runner looks: its optimizer's colour and mark, and which of its kind it is. */
  _runner(runners, k) {
    const spec = optimizerOf(this.choices, runners[k].key);
    const nth = runners.slice(0, k + 1).filter((r) => optimizerOf(this.choices, r.key) === spec).length;
    return { ...runners[k], colour: spec.colour, marker: spec.marker, nth };
  }

  _showControls(settings) {
    this.scene.show(settings, this.look);
    this.cards.show(settings.runners.map((_r, k) => this._runner(settings.runners, k)), this.look);
    this.chart.controls(this.view);
    if (this.watched === this.view.preset) return;
    this.watched = this.view.preset;
    const preset = this.choices.presets.find((p) => p.key === this.watched);
    if (preset) this.watch.replaceChildren(preset.watch, " ", h("b", {}, _("Then:")), " ", preset.then);
    else this.watch.replaceChildren(_("Drag the ring to another start, move a slider, or press play."));
    this.examples.choose(this.watched);
  }

  build({ thumbnails }) {
    const { choices } = this;
    this.shape = this.watched = null;
    this.scene = new SceneControls(choices, thumbnails.body, {
      onSurface: (key) => this._newSurface(key),
      onParam: (name, value) => this.change(() => (this.model.params[name] = value)),
      onCoordinate: (d, value) => this.change(() => (this.model.start[d] = value)),
      onSteps: (steps) =>
        this.change(() => {
          for (const { around } of this.model.runners) // a schedule that lasts the whole race stays so
            for (const name of this.form.field("runners").lasting) if (around?.[name] === this.model.steps) around[name] = steps;
          this.model.steps = steps;
          if (this.view.step >= steps) this.view.step = null; // beyond the new end: the end
        }),
    });
    this.cards = new Cards(choices, this.cards?.open, {
      ...this.cardsListener((key) => ({ key, hypers: {} })),
      onRelease: () => this.on("still"),
      onRemove: (index) =>
        this.change(() => {
          this.model.runners.splice(index, 1);
          const { runner, shown } = this.view.arrows; // whose they are keeps them
          if (runner >= index) this.view.arrows = { runner: Math.max(0, runner - 1), shown: runner === index ? [] : shown };
        }),
    });
    this.picture = new Views(choices, {
      start: () => this.model.start,
      onStart: (start) => this.frame.hides("start") || this.change(() => (this.model.start = start)),
      onChange: (ways) => this._looked(ways),
    });
    this.chart = new Chart(choices.charts, {
      onSeek: (step) => this.transport.seek(step),
      onKind: (key) => this.change(() => (this.view.chart = key)),
      onAxis: (name, value) => {
        this.view[name] = value;
        this.chart.show({ ...this.chart.scene, [name]: value });
        this.remember();
      },
    });
    this.results = new Results(choices.tolerance);
    this.chart.element.dataset.part = "charts";
    this.root.replaceChildren(
      this.top(choices, (key) => this._preset(key)),
      this.transport.build(),
      h(
        "div",
        { class: "ov-columns" },
        h(
          "div",
          { class: "ov-setup", "data-group": true },
          h("section", { class: "ov-scene", "data-group": true }, h("h2", {}, _("Surface")), this.scene.element),
          h("section", { class: "ov-runners", "data-group": true }, h("h2", {}, _("Optimizers")), this.cards.element),
        ),
        this.picture.element,
        h(
          "section",
          { class: "ov-results", "data-group": true },
          this.chart.element,
          this.results.table,
          this.results.words,
          this.results.spoken,
        ),
      ),
    );
  }

  shortcuts() {
    const slider = this.toCards(_("to the slider of that optimizer"));
    const start = { keys: [], shown: ["←", "→", "↑", "↓"], says: _("on the ring: moves the start; farther with shift") };
    const view = { keys: ["v"], shown: ["v"], says: _("the next view: map, 3-D, both"), act: () => this.picture.next() };
    return super.shortcuts([slider, start, view]);
  }

  _newSurface(key) {
    // the new surface brings its own start, parameters and learning rates; what was set by hand stays
    this.toOther({ surface: key, steps: this.model.steps });
  }

  _preset(key) {
    const { look, camera } = this.view; // they suit another race as well
    this.toExample(key, { look, camera });
  }

  /** The hand has changed how the picture is looked at. Whose arrows are shown an answer has to know. */
  _looked(ways) {
    Object.assign(this.view, ways);
    if (ways.arrows) this.change(() => {});
    this.remember();
  }

  rewind() {
    this.picture?.rewind();
  }

  move(step) {
    this.chart.peek(!this.transport.playing);
    super.move(step);
  }
}

export { Race as Player };
