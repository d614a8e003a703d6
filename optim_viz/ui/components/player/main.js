// The player: one page's picture, controls and clock. Python sends results (optim_viz/ui/race.py), the player sends settings.
//
//   controls -> model -> outbox -> Python -> payload -> model, picture, chart, results
//
// Nothing else goes back: while the hand is on a control the model here is ahead, and Python's answer is only drawn.

import { loadStyle } from "../page/page.js";
import { loadPlotly, pageLook } from "./axes.js";
import { Cards, conventionOf, optimizerOf } from "./cards.js";
import { Chart } from "./chart.js";
import { h } from "./dom.js";
import { AddressBar, Outbox, toQuery, toSearch } from "./link.js";
import { Picture } from "./picture.js";
import { Results } from "./results.js";
import { SceneControls } from "./scene.js";
import { _, setTexts } from "./texts.js";
import { Transport } from "./transport.js";
import { unpack } from "./wire.js";

const KEPT_PARTS = 12;
/** What a schedule lasts; as long as it is the whole race, it stays the whole race. */
const LASTING = ["t_max", "total_iters"];
/** Parts of payloads by digest: what is here Python need not send again. Outlives a player, as long as the tab. */
const parts = new Map();
const players = new WeakMap();

export default function show({ data, parentElement, setStateValue }) {
  if (!players.has(parentElement)) players.set(parentElement, new Player(parentElement));
  players.get(parentElement).receive(unpack(data), (message) => setStateValue("settings", message));
}

export function unmount(parentElement) {
  players.get(parentElement)?.close();
  players.delete(parentElement);
}

class Player {
  constructor(parent) {
    this.root = h("div", { class: "ov", "data-testid": "player" });
    parent.append(this.root);
    this.revision = 0;
    this.view = { step: null, axis: "auto", zoom: [], preset: "" };
    this.outbox = new Outbox();
    this.address = new AddressBar();
    this.transport = new Transport({ onMove: (step) => this._move(step), onRest: () => this._rest() });
    this.onKey = (event) => this.seen && this.root.isConnected && this.transport.key(event);
    document.addEventListener("keydown", this.onKey);
  }

  /** A result from Python. Only the newest counts; one whose parts are missing is asked for again. */
  async receive(payload, send) {
    this.outbox.send = send;
    if (!this.outbox.answered(payload.seq)) return;
    if (!this.seen) Object.assign(this.view, payload.view, { step: payload.view.step >= payload.settings.steps ? null : payload.view.step });
    const surface = this._part(payload.surface);
    const choices = this._part(payload.choices);
    this.thumbnails = this._part(payload.thumbnails);
    if (!surface || !choices || !this.thumbnails) {
      this.outbox.post({ query: this.asked ?? toQuery(payload.settings, this.view), have: [] });
      return;
    }
    this.latest = payload;
    if (!this.Plotly) {
      [this.Plotly] = await Promise.all([loadPlotly(payload.plotly), ...payload.styles.map(loadStyle)]);
      if (payload !== this.latest || !this.root.isConnected) return;
    }
    await this._paint(payload, surface, choices);
    requestAnimationFrame(() => {
      this.root.dataset.revision = String(++this.revision);
      this.outbox.painted();
    });
  }

  close() {
    this.transport.pause();
    this.outbox.close();
    this.address.flush();
    this.address.close();
    this.picture?.close();
    this.chart?.close();
    this.results?.close();
    document.removeEventListener("keydown", this.onKey);
    this.root.remove();
  }

  _part({ digest, body }) {
    if (body) {
      parts.set(digest, body);
      if (parts.size > KEPT_PARTS) parts.delete(parts.keys().next().value);
    }
    return parts.get(digest);
  }

  async _paint(payload, surface, choices) {
    const busy = this.outbox.next !== null; // the hand is ahead of this answer
    if (!busy) {
      this.model = structuredClone(payload.settings);
      this.leaving = false;
    }
    const newTexts = this.choicesDigest !== payload.choices.digest;
    if (newTexts) {
      this.choicesDigest = payload.choices.digest;
      this._build(choices);
    }
    const { settings } = payload;
    this.look = pageLook(this.root);
    this.runs = payload.runs.map((run, k) => ({ ...run, runner: this._runner(settings.runners, k) }));
    const atEnd = this.view.step === null;
    this.transport.setSteps(settings.steps, atEnd && !this.transport.playing ? settings.steps : (this.view.step ?? this.transport.step));
    const step = this.transport.step;
    if (!busy) this._showControls(settings);
    const newSurface = this.surfaceDigest !== payload.surface.digest || newTexts;
    this.surfaceDigest = payload.surface.digest;
    const spec = choices.surfaces.find((s) => s.key === settings.surface);
    await Promise.all([
      this.picture.show({
        figure: newSurface ? surface : null,
        dim: spec.dim,
        key: settings.surface,
        runs: this.runs,
        start: settings.start,
        startLoss: payload.startLoss,
        zoom: this.view.zoom,
        look: this.look,
        step,
        label: _("Paths of the optimizers on the surface {surface}. The results are described below in words.", { surface: spec.name }),
      }),
      this.chart.show({ runs: this.runs, lowest: payload.lowest, axis: this.view.axis, steps: settings.steps, look: this.look, step }),
    ]);
    this.results.show({ runs: this.runs, rows: payload.rows, words: payload.words, look: this.look, step });
    this.chartTitle.textContent = this.chart.title();
    this.root.dataset.step = String(step);
    this.seen = true;
    this._address();
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
    this.watch.textContent = preset ? preset.watch : _("Drag the ring to another start, move a slider, or press play.");
    for (const chip of this.chips) chip.setAttribute("aria-pressed", String(chip.dataset.preset === this.view.preset));
  }

  /** Every element, in the reader's language. */
  _build(choices) {
    setTexts(choices.texts);
    this.choices = choices;
    this.picture?.close();
    this.chart?.close();
    this.results?.close();
    this.scene = new SceneControls(choices, this.thumbnails, {
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
      onHyper: (index, name, value) => this._change(() => (this.model.runners[index].hypers[name] = value)),
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
        this._address();
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
    axis.value = this.view.axis;
    axis.addEventListener("change", () => {
      this.view.axis = axis.value;
      this.chart.show({ ...this.chart.scene, axis: axis.value });
      this._address();
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
    this._send(query);
  }

  _change(edit) {
    if (this.leaving) return;
    edit();
    this._send(toQuery(this.model, this.view));
  }

  _send(query) {
    this.asked = query;
    this.outbox.post({ query, have: [...parts.keys()] });
  }

  _move(step) {
    this.view.step = step >= this.transport.steps ? null : step;
    this.picture.move(step);
    this.chart.move(step);
    this.results.move(step);
    this.root.dataset.step = String(step);
  }

  _rest() {
    this._address();
  }

  _query() {
    return { ...toQuery(this.model, this.view), lang: this.choices.language };
  }

  _address() {
    if (this.model && !this.transport.playing) this.address.write(this._query());
  }

  async _copy(button) {
    this.address.write(this._query());
    this.address.flush();
    const url = new URL(`race?${toSearch(this._query())}`, document.baseURI).href;
    try {
      await navigator.clipboard.writeText(url);
      button.textContent = _("Copied");
    } catch {
      button.textContent = _("Copy it from the address bar"); // no clipboard without https
    }
    setTimeout(() => (button.textContent = _("Copy link")), 2000);
  }
}
