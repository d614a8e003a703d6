// The race: several optimizers from one start on one surface (optim_viz/ui/race.py answers).

import { pageLook } from "../player/axes.js";
import { Cards, conventionOf, optimizerOf } from "../player/cards.js";
import { Chart } from "../player/chart.js";
import { h } from "../player/dom.js";
import { Instrument, hosted } from "../player/instrument.js";
import { toQuery, toSearch } from "../player/link.js";
import { Picture } from "../player/picture.js";
import { Results } from "../player/results.js";
import { SceneControls } from "../player/scene.js";
import { _ } from "../player/texts.js";
import { Ahead } from "./ahead.js";

const REST = 200; // milliseconds without a move: the hand rests on a slider
/** What a schedule lasts; as long as it is the whole race, it stays the whole race. */
const LASTING = ["t_max", "total_iters"];

export class Race extends Instrument {
  constructor(parent, data) {
    super(parent, data);
    this.parts = ["choices", "thumbnails", "surface"];
    this.view = { step: null, axis: "auto", zoom: [], preset: "" };
    this.ahead = new Ahead({
      ask: (sent) => this.question("ahead", sent),
      paint: (index, run) => this._paintAhead(index, run),
    });
  }

  close() {
    super.close();
    clearTimeout(this.resting);
    this.ahead.close();
    this.picture?.close();
    this.chart?.close();
    this.results?.close();
  }

  async paint(answer, { choices, thumbnails, surface }) {
    const { settings } = answer;
    if (this.ahead.used) return; // what the held slider shows is newer
    const busy = this.outbox.next !== null; // the hand is ahead of this answer
    if (!this.seen || (this.leaving && !busy)) Object.assign(this.view, answer.view, { step: answer.view.step >= settings.steps ? null : answer.view.step });
    if (!busy) {
      this.model = structuredClone(settings);
      this.leaving = false;
    }
    this.look = pageLook(this.root);
    this.runs = answer.runs.map((run, k) => ({ ...run, runner: this._runner(settings.runners, k) }));
    const atEnd = this.view.step === null;
    this.transport.setSteps(settings.steps, atEnd && !this.transport.playing ? settings.steps : (this.view.step ?? this.transport.step));
    const step = this.transport.step;
    if (!busy) this._showControls(settings);
    const newSurface = this.surfaceShown !== surface;
    this.surfaceShown = surface;
    const spec = choices.surfaces.find((s) => s.key === settings.surface);
    await Promise.all([
      this.picture.show({
        figure: newSurface ? surface : null,
        dim: spec.dim,
        key: settings.surface,
        runs: this.runs,
        start: settings.start,
        startLoss: answer.startLoss,
        zoom: this.view.zoom,
        look: this.look,
        step,
        label: _("Paths of the optimizers on the surface {surface}. The results are described below in words.", { surface: spec.name }),
      }),
      this.chart.show({ runs: this.runs, lowest: answer.lowest, axis: this.view.axis, steps: settings.steps, look: this.look, step }),
    ]);
    this.results.show({ runs: this.runs, rows: answer.rows, words: answer.words, look: this.look, step });
    this.chartTitle.textContent = this.chart.title();
    this.root.dataset.step = String(step);
  }

  /** One runner as it is at another place of the slider that is held; the rest of the picture stays. */
  _paintAhead(index, run) {
    if (!this.seen || index >= this.runs.length) return;
    this.runs = this.runs.map((old, k) => (k === index ? { ...run, runner: old.runner } : old));
    const { step } = this.transport;
    this.picture.runs(this.runs, step);
    this.chart.runs(this.runs, step);
    this.results.runs(this.runs, step);
    this.painted();
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
    this.axis.value = this.view.axis;
    this.watch.textContent = preset ? preset.watch : _("Drag the ring to another start, move a slider, or press play.");
    for (const chip of this.chips) chip.setAttribute("aria-pressed", String(chip.dataset.preset === this.view.preset));
  }

  build({ choices, thumbnails }) {
    this.surfaceShown = null;
    this.picture?.close();
    this.chart?.close();
    this.results?.close();
    this.scene = new SceneControls(choices, thumbnails, {
      onSurface: (key) => this._newSurface(key),
      onParam: (name, value) => this._change(() => (this.model.params[name] = value)),
      onCoordinate: (d, value) => this._change(() => (this.model.start[d] = value)),
      onSteps: (steps) =>
        this._change(() => {
          for (const { around } of this.model.runners)
            for (const name of LASTING) if (around?.[name] === this.model.steps) around[name] = steps;
          this.model.steps = steps;
          if (this.view.step >= steps) this.view.step = null; // beyond the new end: the end
        }),
    });
    const open = this.cards?.open;
    this.cards = new Cards(choices, open, {
      onNumber: (index, name, value, values) => this._number(index, name, value, values),
      onHold: (index, name, values) => !this.leaving && this.ahead.hold({ query: this.query(), runner: index, name, values }),
      onRelease: () => this._exact(),
      onAround: (index, around) => this._change(() => (this.model.runners[index].around = around)),
      onConvention: (index, key) => this._change(() => this._convention(this.model.runners[index], key)),
      onReset: (index) => this._change(() => Object.assign(this.model.runners[index], { hypers: {}, around: {} })),
      onRemove: (index) => this._change(() => this.model.runners.splice(index, 1)),
      onAdd: (key) => this._change(() => this.model.runners.push({ key, hypers: {} })),
    });
    this.picture = new Picture(this.Plotly, choices.scales, {
      start: () => this.model.start,
      onStart: (start) => this._change(() => (this.model.start = start)),
      onZoom: (zoom) => {
        this.view.zoom = zoom;
        this.remember();
      },
    });
    this.chart = new Chart(this.Plotly, { onSeek: (step) => this.transport.seek(step) });
    this.results = new Results(choices.tolerance);
    this.watch = h("p", { class: "ov-watch" });
    this.chips = choices.presets.map((preset) =>
      h("button", { type: "button", class: "ov-chip", "data-preset": preset.key, onclick: () => this._preset(preset) }, preset.title),
    );
    this.chartTitle = h("h2");
    const axis = h(
      "select",
      { "aria-label": _("Loss axis") },
      ...[["auto", _("automatic")], ["log", _("logarithmic")], ["linear", _("linear")]].map(([value, text]) => h("option", { value }, text)),
    );
    this.axis = axis;
    axis.addEventListener("change", () => {
      this.view.axis = axis.value;
      this.chart.show({ ...this.chart.scene, axis: axis.value });
      this.remember();
    });
    const copy = h("button", { type: "button", class: "ov-copy", onclick: () => this._copy(copy) }, _("Copy link"));
    this.root.replaceChildren(
      h("div", { class: "ov-presets", role: "group", "aria-label": _("Begin with") }, ...this.chips, copy),
      this.watch,
      this.transport.build(),
      h(
        "div",
        { class: "ov-columns" },
        h("section", { class: "ov-setup" }, h("h2", {}, _("Surface")), this.scene.element, h("h2", {}, _("Optimizers")), this.cards.element),
        this.picture.element,
        h(
          "section",
          { class: "ov-results" },
          h("header", {}, this.chartTitle, axis),
          this.chart.element,
          this.results.table,
          this.results.words,
          this.results.spoken,
        ),
      ),
    );
  }

  _newSurface(key) {
    // the new surface brings its own start, parameters and learning rates; what was set by hand stays
    const runners = this.model.runners.map(({ key: optimizer, hypers, begin, around }) => ({
      key: optimizer,
      hypers: Object.fromEntries(Object.entries(hypers).filter(([name, value]) => value !== begin?.[name] && name !== "lr")),
      around,
    }));
    Object.assign(this.view, { zoom: [], step: null, preset: "" });
    this._leave(toQuery({ surface: key, steps: this.model.steps, runners }, this.view));
  }

  /** The same runner as another library has it: what was set by hand stays where it has a place there. */
  _convention(runner, key) {
    const { hypers } = conventionOf(this.choices, key);
    const kept = Object.entries(runner.hypers).filter(
      ([name, value]) => hypers.some((hyper) => hyper.name === name) && (name === "lr" || value !== runner.begin?.[name]),
    );
    const { decay, ...around } = runner.around; // each has its own reading of weight decay
    Object.assign(runner, { key, hypers: Object.fromEntries(kept), around });
  }

  _preset(preset) {
    this.transport.pause();
    Object.assign(this.view, { zoom: [], step: null, axis: "auto", preset: preset.key });
    this._leave({ v: "1", p: preset.key });
  }

  /** Go where only Python knows the settings: till they are here, the controls show what is no longer edited. */
  _leave(query) {
    this.leaving = true;
    this.picture.rewind();
    this.send(query);
  }

  _change(edit) {
    if (this.leaving) return;
    edit();
    this.send(this.query());
  }

  /** A number of a runner moves under the hand: what is there ahead is shown at once, and the exact run follows when it rests. */
  _number(index, name, value, values) {
    if (this.leaving) return;
    const { hypers, around } = this.model.runners[index];
    (name in hypers ? hypers : around)[name] = value;
    if (this.ahead.show({ query: this.query(), runner: index, name, values }, value)) {
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this._exact(), REST);
    } else this.send(this.query());
  }

  /** The hand has let go, or rests: the exact run, and the words. */
  _exact() {
    if (this.ahead.used) this.send(this.query());
  }

  send(query, more) {
    this.ahead.release(); // whatever is asked for now is newer than what the held slider shows
    super.send(query, more);
  }

  move(step) {
    this.view.step = step >= this.transport.steps ? null : step;
    this.picture.move(step);
    this.chart.move(step);
    this.results.move(step);
  }

  query() {
    return toQuery(this.model, this.view);
  }

  async _copy(button) {
    const query = { ...this.query(), lang: this.language };
    this.address.write(query);
    this.address.flush();
    const url = new URL(`race?${toSearch(query)}`, document.baseURI).href;
    try {
      await navigator.clipboard.writeText(url);
      button.textContent = _("Copied");
    } catch {
      button.textContent = _("Copy it from the address bar"); // no clipboard without https
    }
    setTimeout(() => (button.textContent = _("Copy link")), 2000);
  }
}

const host = hosted(Race);
export default host.show;
export const unmount = host.unmount;
