// The race: several optimizers from one start on one surface (optim_viz/ui/race/answer.py answers).

import { LASTING } from "../player/around.js";
import { Cards, optimizerOf } from "../player/cards.js";
import { Chart } from "../player/chart.js";
import { h } from "../player/dom.js";
import { Instrument, hosted } from "../player/instrument.js";
import { USUAL, toQuery, waysQuery } from "../player/link.js";
import { Results } from "./results.js";
import { SceneControls } from "./scene.js";
import { _ } from "../player/texts.js";
import { Views } from "./views.js";
import { Live } from "./live.js";

const REST = 200; // milliseconds without a move: the hand rests on a slider

export class Race extends Instrument {
  constructor(parent, data) {
    super(parent, data);
    this.root.classList.add("ov-race");
    this.parts = ["choices", "thumbnails", "surface"];
    this.view = { step: null, ...USUAL, zoom: [], preset: "", look: "map", camera: [], arrows: { runner: 0, shown: [] } };
    this.live = new Live();
    /** Whether something is on the screen that the server has not been asked for itself. */
    this.ahead = false;
    this.moving = 0;
  }

  close() {
    super.close();
    clearTimeout(this.resting);
    clearTimeout(this.refining);
    cancelAnimationFrame(this.moving);
  }

  drawn() {
    return [this.picture, this.chart, this.results];
  }

  async paint(answer, { choices, thumbnails, surface }) {
    const { settings } = answer;
    if (this.ahead) return false; // what the hand shows is newer
    const busy = this.adopt(settings, { ...answer.view, step: answer.view.step >= settings.steps ? null : answer.view.step });
    this.runs = answer.runs.map((run, k) => ({ ...run, runner: this._runner(settings.runners, k) }));
    const step = this.wind(settings.steps);
    if (!busy) this._showControls(settings);
    this.live.prepare(this.model).then(() => (this.root.dataset.live = String(this.live.has(this.model))));
    const newSurface = this.surfaceShown !== surface;
    // a surface that changes its shape under the hand is sketched at once, and drawn in full when the hand rests
    const draft = busy || (newSurface && this.surfaceShown !== null && this.surfaceKey === settings.surface);
    clearTimeout(this.refining);
    if (draft && !busy) this.refining = setTimeout(() => this.repaint(), REST);
    this.surfaceShown = surface;
    this.surfaceKey = settings.surface;
    const spec = choices.surfaces.find((s) => s.key === settings.surface);
    await this.picture.show({
      figure: newSurface ? surface : null,
      dim: spec.dim,
      key: settings.surface,
      runs: this.runs,
      start: settings.start,
      startLoss: answer.startLoss,
      log: spec.log,
      draft,
      ways: this.view,
      look: this.look,
      step,
      label: _("Paths of the optimizers on the surface {surface}. The results are described below in words.", { surface: spec.name }),
    });
    const { axis, xaxis } = this.view;
    const kind = choices.charts.find((chart) => chart.key === answer.view.chart); // of the runs that are shown, not of the menu
    this.chart.show({ runs: this.runs, lowest: answer.lowest, kind, axis, xaxis, steps: settings.steps, look: this.look, step });
    this.results.show({ runs: this.runs, rows: answer.rows, words: answer.words, kind, look: this.look, step });
    this.root.dataset.step = String(step);
  }

  /** The runs as they are where the hand is now; the words follow when it rests. */
  _paintLive() {
    this.moving = 0;
    const kind = this.choices.charts.find(({ key }) => key === this.view.chart);
    this.runs = this.live.runs(this.model, kind, this.view.arrows).map((run, k) => ({ ...run, runner: this._runner(this.model.runners, k) }));
    const { step } = this.transport;
    this.picture.runs(this.runs, step, { start: [...this.model.start], startLoss: this.runs[0].loss[0] });
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

  build({ choices, thumbnails }) {
    this.surfaceShown = null;
    this.scene = new SceneControls(choices, thumbnails, {
      onSurface: (key) => this._newSurface(key),
      onParam: (name, value) => this.change(() => (this.model.params[name] = value)),
      onCoordinate: (d, value) => this._moves(() => (this.model.start[d] = value)),
      onSteps: (steps) =>
        this.change(() => {
          for (const { around } of this.model.runners) // a schedule that lasts the whole race stays so
            for (const name of LASTING) if (around?.[name] === this.model.steps) around[name] = steps;
          this.model.steps = steps;
          if (this.view.step >= steps) this.view.step = null; // beyond the new end: the end
        }),
    });
    this.cards = new Cards(choices, this.cards?.open, {
      ...this.cardsListener((key) => ({ key, hypers: {} })),
      onNumber: (index, name, value) => this._moves(() => this.setNumber(index, name, value)),
      onRelease: () => this._exact(),
      onRemove: (index) =>
        this.change(() => {
          this.model.runners.splice(index, 1);
          const { runner, shown } = this.view.arrows; // whose they are keeps them
          if (runner >= index) this.view.arrows = { runner: Math.max(0, runner - 1), shown: runner === index ? [] : shown };
        }),
    });
    this.picture = new Views(this.Plotly, choices.scales, {
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
    const slider = { keys: [..."12345678"], shown: ["1", "…", "8"], says: _("to the slider of that optimizer"), act: ({ key }) => this.cards.focus(key - 1) };
    const start = { keys: [], shown: ["←", "→", "↑", "↓"], says: _("on the ring: moves the start; farther with shift") };
    const view = { keys: ["v"], shown: ["v"], says: _("the next view: map, 3-D, both"), act: () => this.picture.next() };
    return super.shortcuts([slider, start, view]);
  }

  _newSurface(key) {
    // the new surface brings its own start, parameters and learning rates; what was set by hand stays
    Object.assign(this.view, { zoom: [], step: null, preset: "" });
    this.leave(toQuery({ surface: key, steps: this.model.steps, runners: this.bareRunners() }, this.view));
  }

  _preset(key) {
    this.transport.pause();
    Object.assign(this.view, { zoom: [], step: null, ...USUAL, preset: key });
    this.leave({ v: "1", p: key, ...waysQuery({ ...this.view, arrows: { runner: 0, shown: [] } }) });
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
    if (this.leaving || !this.seen || !this.live.has(this.model)) {
      this.change(edit);
      return;
    }
    edit();
    this.ahead = true;
    cancelAnimationFrame(this.moving);
    this.moving = requestAnimationFrame(() => this._paintLive());
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this._exact(), REST);
  }

  /** The hand has let go, or rests: now the words. */
  _exact() {
    if (!this.ahead) return;
    cancelAnimationFrame(this.moving);
    if (this.moving) this._paintLive(); // the last place of the hand
    this.send(this.query());
  }

  send(query, more) {
    this.ahead = false; // whatever is asked for now is newer than what the hand has shown
    clearTimeout(this.resting);
    cancelAnimationFrame(this.moving);
    super.send(query, more);
  }

  move(step) {
    this.chart.peek(!this.transport.playing);
    super.move(step);
  }

  query() {
    return toQuery(this.model, this.view);
  }
}

const { show, unmount } = hosted(Race);
export { show as default, unmount };
