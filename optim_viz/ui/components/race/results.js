// What happened, as a table and in words; the losses follow the step that is shown.

import { linesOf } from "../player/chart.js";
import { h } from "../player/dom.js";
import { together } from "../player/format.js";
import { mark } from "../player/marks.js";
import { Report } from "../player/report.js";
import { lastRow } from "../player/paths.js";
import { _ } from "../player/texts.js";

export class Results extends Report {
  constructor(tolerance) {
    super();
    this.tolerance = tolerance;
  }

  /** @param {{runs: object[], rows: object[], words: string, kind: import("../player/chart.js").Kind, look: object, step: number}} scene */
  show(scene) {
    this.scene = scene;
    this.headings([
      [_("Optimizer"), ""],
      [scene.kind.heading, _("at the step shown")],
      [_("Arrives"), _("the step from which on the loss stays within {limit} of the lowest value", { limit: this.tolerance })],
      [_("Ends at"), ""],
    ]);
    const who = JSON.stringify([scene.runs.map(({ runner: { name, colour, marker, nth } }) => [name, colour, marker, nth]), scene.look]);
    if (who !== this.who) {
      this.who = who;
      this.losses = scene.runs.map(() => h("td", { class: "ov-loss" }));
      this.body.replaceChildren(
        ...scene.runs.map(({ runner }, k) =>
          h("tr", {}, h("th", { scope: "row" }, h("span", { class: "ov-who" }, mark(runner, scene.look), runner.name)), this.losses[k], h("td"), h("td")),
        ),
      );
    }
    this.runs(scene);
  }

  /** Other runs of the same runners. */
  runs(scene) {
    Object.assign(this.scene, scene);
    this.tell(scene.words);
    scene.rows.forEach(({ arrived, evaluations, ended, note }, k) => {
      const [, , steps, end] = this.body.rows[k].cells;
      steps.title = _("{count} gradients", { count: evaluations });
      if (steps.textContent !== arrived) steps.textContent = arrived;
      if (end.textContent !== ended + note) end.replaceChildren(ended, note && h("span", { class: "ov-row-note" }, note));
    });
    this.move(scene.step);
  }

  move(step) {
    this.scene.runs.forEach((run, k) => {
      const at = Math.min(step, run.loss.length - 1);
      const lines = this.scene.kind.key === "loss" ? [run.loss] : linesOf(run, this.scene);
      this.losses[k].textContent = at > lastRow(run) ? "—" : together(lines.map((line) => line[at]));
    });
  }
}
