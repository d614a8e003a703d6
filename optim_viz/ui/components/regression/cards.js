// The runners' cards: those of the race, with batch size and sampling on them.

import { Cards } from "../player/cards.js";
import { choice, h, row } from "../player/dom.js";
import { slider } from "../player/slider.js";
import { _ } from "../player/texts.js";

const SHORTENING = ["shuffle", "in_order"]; // ways of sampling whose epochs may end with a short batch

export class FitCards extends Cards {
  /** @param {object[]} runners @param {object} look @param {number} samples how many the data have */
  showFor(runners, look, samples) {
    if (samples !== this.samples) this.shape = "";
    this.samples = samples;
    this.show(runners, look);
    const open = this.names.map((name) => this.open.get(name));
    for (const name of this.names) this.open.delete(name);
    runners.forEach((runner, k) => {
      this._rename(k, runner.name);
      this.open.set(runner.name, open[k]);
      this.batches[k](runner);
    });
  }

  _build(runners, look) {
    this.batches = [];
    this.names = runners.map((runner) => runner.name);
    super._build(runners, look);
  }

  /** A runner that is called after its batch size changes its name under the hand: the card stays, its words follow. */
  _rename(k, name) {
    const old = this.names[k];
    if (old === name) return;
    this.names[k] = name;
    const card = this.list.children[k];
    for (const element of [card, ...card.querySelectorAll("[aria-label], [title]")])
      for (const attribute of ["aria-label", "title"]) {
        const text = element.getAttribute(attribute);
        if (text?.includes(old)) element.setAttribute(attribute, text.replace(old, name));
      }
    card.querySelector("header b").firstChild.textContent = name;
  }

  _card(runner, index, rows, around, look) {
    const card = super._card(runner, index, rows, around, look);
    const n = this.samples;
    const allowed = [1, n].map((at) => ({ at, within: true }));
    const spec = { name: "batch", label: _("batch size"), default: n, slider: [1, n], log: true, kind: "integer", allowed };
    const batch = slider(spec, runner.name, Math.min(runner.batch ?? n, n), -1, (value) => this.listener.onBatch(index, { batch: value >= n ? null : value }));
    const owned = (label) => _("{owner}: {label}", { owner: runner.name, label });
    const samplings = this.choices.samplings.map(({ key, name }) => [key, name]);
    const select = choice(owned(_("sampling")), samplings, (sampling) => this.listener.onBatch(index, { sampling }));
    const onchange = () => this.listener.onBatch(index, { drop: drop.checked });
    const drop = h("input", { type: "checkbox", "aria-label": owned(_("drop the last short batch")), onchange });
    const dropRow = h("label", { class: "ov-stage-switch" }, drop, h("span", { "aria-hidden": "true" }, _("drop the last short batch")));
    card.querySelector("header").after(batch.element);
    card.querySelector(".ov-more").prepend(row("ov-slider ov-choice", _("sampling"), select), dropRow);
    this.batches[index] = ({ batch: size, sampling, drop: dropped }) => {
      batch.set(Math.min(size ?? n, n));
      select.value = sampling;
      drop.checked = dropped;
      dropRow.hidden = !SHORTENING.includes(sampling) || size === null || size >= n || n % size === 0;
    };
    this.batches[index](runner);
    return card;
  }
}
