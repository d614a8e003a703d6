// The race: several optimizers from one start on one surface (optim_viz/ui/race/answer.py answers).

import { Cards, optimizerOf } from "../player/cards.js";
import { Chart } from "../player/chart.js";
import { h } from "../player/dom.js";
import { Sampled } from "../player/field.js";
import { hosted } from "../player/hosted.js";
import { Instrument } from "../player/instrument.js";
import { Results } from "./results.js";
import { SceneControls } from "./scene.js";
import { _ } from "../player/texts.js";
import { Views } from "./views.js";
import { Live } from "./live.js";

class Race extends Instrument {
  constructor(parent, data) {
    super(parent, data);
    this.root.classList.add("ov-race");
    this.live = new Live();
    this.moving = 0; // the frame that is to draw where the hand is
  }

  close() {
    super.close();
    cancelAnimationFrame(this.moving);
  }

  get map() {
    return this.picture?.flat;
  }

  drawn() {
    return [this.picture, this.chart, this.results];
  }

  async _receive(answer) {
    answer.field = await this._field(answer);
    await super._receive(answer);
  }

  /** The surface of an answer as the picture draws it: by the engine in the page, else by a grid of the server's. */
  async _field({ settings: { surface, params }, choices }) {
    const spec = choices.body.surfaces.find(({ key }) => key === surface);
    const field = await this.live.field({ surface, params }, spec);
    if (field) return field;
    const query = Object.fromEntries([["s", surface], ...Object.entries(params).map(([name, value]) => [`s.${name}`, String(value)])]);
    const blank = { axes: spec.domain, values: spec.dim === 1 ? [NaN, NaN] : [[NaN, NaN], [NaN, NaN]], minima: [] };
    const { minima, ...grid } = await this.question("surface", { query }).catch(() => blank);
    return new Sampled(grid, { domain: spec.domain.flat(), log: spec.levels !== "linear", minima });
  }

  paint(answer, ahead) {
    const { settings, field } = answer;
    if (this.view.step >= settings.steps) this.view.step = null;
    this.runs = answer.runs.map((run, k) => ({ ...run, runner: this._runner(settings.runners, k) }));
    const step = this.wind(settings.steps);
    if (!ahead) this._showControls(settings);
    this.live.prepare(this.model).then(() => (this.root.dataset.live = String(this.live.has(this.model))));
    const spec = this._spec(settings);
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
    this.root.dataset.step = String(this.transport.step);
  }

  _spec({ surface }) {
    return this.choices.surfaces.find(({ key }) => key === surface);
  }

  /** The runs as they are where the hand is now; the words follow when it rests. */
  _paintLive() {
    cancelAnimationFrame(this.moving);
    this.moving = 0;
    const kind = this.choices.charts.find(({ key }) => key === this.view.chart);
    this.runs = this.live.runs(this.model, kind, this.view.arrows).map((run, k) => ({ ...run, runner: this._runner(this.model.runners, k) }));
    const { step } = this.transport;
    this.picture.runs(this.runs, step, { field: this.live.shape(this.model, this._spec(this.model)), start: [...this.model.start] });
    this.chart.runs(this.runs, step);
    this.results.runs(this.runs, step);
    this.painted();
    this.remember(); // who leaves now returns to this
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
    const preset = this.choices.presets.find((p) => p.key === this.view.preset);
    this.chart.controls(this.view);
    if (preset) this.watch.replaceChildren(preset.watch, " ", h("b", {}, _("Then:")), " ", preset.then);
    else this.watch.replaceChildren(_("Drag the ring to another start, move a slider, or press play."));
    this.examples.choose(this.view.preset);
  }

  build({ thumbnails }) {
    const { choices } = this;
    this.scene = new SceneControls(choices, thumbnails.body, {
      onSurface: (key) => this._newSurface(key),
      onParam: (name, value) => this._moves(() => (this.model.params[name] = value)),
      onCoordinate: (d, value) => this._moves(() => (this.model.start[d] = value)),
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
      onNumber: (index, name, value) => this._moves(() => this.setNumber(index, name, value)),
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
      onStart: (start) => this.frame.hides("start") || this._moves(() => (this.model.start = start)),
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

  /** The hand has changed how the picture is looked at. Whose arrows are shown is what the server has to know. */
  _looked(ways) {
    Object.assign(this.view, ways);
    if (ways.arrows) this.change(() => {});
    this.remember();
  }

  rewind() {
    this.picture?.rewind();
  }

  /** Something moves under the hand that the runs alone depend on: they are drawn at the next frame, and told of when it rests. */
  _moves(edit) {
    this.change(edit, this.live.has(this.model));
  }

  _live() {
    super._live();
    cancelAnimationFrame(this.moving);
    this.moving = requestAnimationFrame(() => this._paintLive());
  }

  _settle() {
    if (this.moving) this._paintLive(); // the last place of the hand
    super._settle();
  }

  _ask(query) {
    cancelAnimationFrame(this.moving); // what is asked for is newer
    this.moving = 0;
    super._ask(query);
  }

  move(step) {
    this.chart.peek(!this.transport.playing);
    super.move(step);
  }
}

const { show, unmount } = hosted(Race);
export { show as default, unmount, Race as Player };
