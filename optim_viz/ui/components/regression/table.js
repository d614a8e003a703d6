// What came out, as a table and in words; and the runs as CSV.

import { h } from "../player/dom.js";
import { number } from "../player/format.js";
import { mark } from "../player/marks.js";
import { Report } from "../player/report.js";
import { lastRow } from "../player/paths.js";
import { _ } from "../player/texts.js";

export class Table extends Report {
  /** @param {{onChoose: (index: number) => void}} listener */
  constructor(listener) {
    super();
    this.listener = listener;
    this.headings([
      [_("Runner"), _("the one whose batch, residuals and noise are shown")],
      [_("Updates"), _("done at the time shown, and in all")],
      [_("Loss now"), _("on all the data, of the seed that is shown")],
      [_("Held out now"), _("the loss on the samples that are held out, of the seed that is shown")],
      [_("Last loss"), _("the median of all seeds")],
      [_("Last held out"), _("the loss on the samples that are held out, the median of all seeds")],
      [_("Spread"), _("of the seeds' last losses: the middle 80 %, with fewer than 10 seeds all of them")],
      [_("Diverged"), _("seeds whose numbers are no longer finite")],
    ]);
  }

  /** @param {{runs: object[], rows: object[], words: string, chosen: number, look: object, step: number}} scene */
  show(scene) {
    this.scene = scene;
    this.table.classList.toggle("ov-all", !scene.runs.some((run) => run.test));
    const focused = this.body.contains(document.activeElement) ? document.activeElement.value : null;
    this.body.replaceChildren(
      ...scene.runs.map(({ runner }, k) => {
        const radio = h("input", { type: "radio", name: "ov-runner", value: k, checked: k === scene.chosen, onchange: () => this.listener.onChoose(k) });
        const name = h("label", {}, radio, mark(runner, scene.look), h("span", {}));
        const cells = ["", "ov-loss", "ov-held", "", "ov-held", "", ""].map((kind) => h("td", { class: kind || null }));
        return h("tr", {}, h("th", { scope: "row" }, name), ...cells);
      }),
    );
    if (focused !== null) this.body.querySelector(`input[value="${focused}"]`)?.focus();
    this.runs(scene);
  }

  /** Other fits of these runners. */
  runs(scene) {
    Object.assign(this.scene, scene);
    this.tell(scene.words);
    scene.runs.forEach(({ runner: { name } }, k) => {
      const { cells } = this.body.rows[k];
      const [radio, , said] = cells[0].firstChild.children;
      put(said, name, () => radio.setAttribute("aria-label", _("Show {name} in detail", { name })));
      ["middle", "test", "spread", "diverged"].forEach((column, at) => put(cells[4 + at], scene.rows[k][column]));
    });
    this.move(scene.step);
  }

  move(step) {
    this.scene.runs.forEach((run, k) => {
      const { cells } = this.body.rows[k];
      const row = run.row(step);
      put(cells[1], `${run.rows[row].toLocaleString("en")} / ${this.scene.rows[k].updates}`);
      const said = (losses) => (row > lastRow(run) ? "—" : number(losses[row]));
      put(cells[2], said(run.loss));
      if (run.test) put(cells[3], said(run.test));
    });
  }
}

/** What stands somewhere, written only where it is another. */
function put(element, text, besides) {
  if (element.textContent === text) return;
  element.textContent = text;
  besides?.();
}

/** Every row of every run, of the seed that is shown. @param {object[]} runs @param {string[]} weights @param {number} samples */
export function csv(runs, weights, seed, samples) {
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [["runner", "seed", "update", "samples", "epoch", "gradients", "loss", ...weights].map(quoted).join(",")];
  for (const run of runs)
    for (let row = 0; row < run.rows.length; row++) {
      const theta = run.theta.subarray(row * weights.length, (row + 1) * weights.length);
      lines.push([quoted(run.runner.name), seed, run.rows[row], run.samples[row], run.samples[row] / samples, run.cost[row], run.loss[row], ...theta].join(","));
    }
  return `${lines.join("\r\n")}\r\n`;
}
