// The noise of batches made visible: gradients of samples and of batches about the true one, and how their spread falls with size.

import { h, Layer } from "../player/dom.js";
import { clipped, disc, stroke } from "../player/draw.js";
import { number } from "../player/format.js";
import { _ } from "../player/texts.js";

const APART = 150; // milliseconds between two questions

export class Noise {
  /**
   * @param {{ask: (runner: number, theta: number[], update: number) => Promise<any>, onRound: (round: boolean) => void,
   *   onGradients: (seen: {theta: number[], truth: number[], next: number[], colour: string} | null) => void}} listener
   */
  constructor(listener) {
    this.listener = listener;
    const onchange = () => {
      this.draw();
      listener.onRound(this.round.checked);
    };
    this.round = h("input", { type: "checkbox", onchange });
    this.box = h("div", { class: "ov-noise-picture", role: "img" });
    this.layer = new Layer(this.box);
    this.caption = h("p", { class: "ov-note" });
    this.rounding = h("label", { class: "ov-stage-switch" }, this.round, h("span", {}, _("instead, noise of the same size in all directions")));
    this.element = h("div", { class: "ov-noise", hidden: true }, this.box, this.rounding, this.caption);
    this.isChain = false;
    this.sizes = new ResizeObserver(() => this.box.clientWidth && this.draw());
    this.sizes.observe(this.box);
    this.wanted = null;
  }

  /** Show the noise where this run stands at this row; the newest wish counts. */
  want(index, run, row, dim, look) {
    if (this.element.hidden) return;
    const theta = Array.from(run.theta.subarray(row * dim, (row + 1) * dim));
    this.wanted = { index, theta, update: run.rows[row], runner: run.runner, look };
    this._ask();
  }

  async _ask() {
    if (this.busy) return;
    this.busy = true;
    while (this.wanted) {
      const { index, theta, update, runner, look } = this.wanted;
      this.wanted = null;
      const answer = await this.listener.ask(index, theta, update).catch(() => ({ noise: null })); // then it stays as it is
      Object.assign(this, { runner, look });
      if (answer.noise) {
        this.noise = answer.noise;
        this.listener.onGradients(this.element.hidden ? null : { theta, truth: this.noise.gradient, next: this.noise.next, colour: runner.colour });
      }
      this.draw();
      await new Promise((done) => setTimeout(done, APART));
    }
    this.busy = false;
  }

  close() {
    this.sizes.disconnect();
    this.wanted = null;
  }

  draw() {
    const context = this.layer.clear();
    if (!this.noise || this.element.hidden) return;
    const { clientWidth: width, clientHeight: height } = this.box;
    const { noise, look } = this;
    context.font = `${12 * look.scale}px ${look.font}`;
    const top = Math.round(height * 0.52);
    const above = { left: 0, top: 0, width, height: top - 8 };
    if (this.isChain) this._chain(context, above);
    else this._cloud(context, above);
    this._law(context, { left: 44, top: top + 18, width: width - 56, height: height - top - 54 });
    const spread = Math.sqrt(noise.covariance.reduce((sum, row, d) => sum + row[d], 0));
    const length = Math.hypot(...noise.gradient);
    const off = Math.hypot(...noise.chain.at(-1).map((end, d) => end - noise.gradient[d]));
    const told = {
      size: noise.size, spread: number(spread), length: number(length), name: this.runner.name, next: number(Math.hypot(...noise.next)),
      n: noise.epoch, off: number(off > 1e-9 * length ? off : 0),
    };
    const text = this.isChain
      ? _("{name}: the {n} batch gradients of an epoch where it stands, each by its share of the samples, end to end. The true gradient is {length} long; they end {off} from it.", told)
      : _("{name}, batches of {size}: the true gradient is {length} long, that of the next batch {next}; a batch strays from the true one by {spread}.", told);
    this.caption.textContent = text;
    this.box.setAttribute("aria-label", text);
  }

  /** Two coordinates of a gradient; of one weight alone the second is 0. */
  _at(row) {
    return [row[0], row[1] ?? 0];
  }

  _cloud(context, { left, top, width, height }) {
    const { noise, look, runner } = this;
    const centre = this._at(noise.gradient);
    const one = noise.gradient.length === 1;
    const cloud = this.round.checked ? noise.isotropic : noise.batches;
    const reach = cloud.reduce((most, row) => Math.max(most, ...this._at(row).map((v, d) => Math.abs(v - centre[d]))), 0);
    const scale = (0.45 * Math.min(width, height)) / (reach || Math.max(...centre.map(Math.abs), 1e-300));
    const x = (v) => left + width / 2 + (v - centre[0]) * scale;
    const y = (v, i) => (one ? top + height / 2 + (((i * 7919) % 101) / 101 - 0.5) * height * 0.5 : top + height / 2 - (v - centre[1]) * scale);
    clipped(context, { left, top, width, height });
    const dots = (rows, radius) =>
      rows.forEach((row, i) => {
        const [gx, gy] = this._at(row);
        disc(context, x(gx), y(gy, i), radius);
      });
    context.fillStyle = look.text;
    context.globalAlpha = 0.25;
    dots(noise.samples, 2);
    context.fillStyle = runner.colour;
    context.globalAlpha = 0.6;
    dots(cloud, 2.5);
    context.globalAlpha = 1;
    if (!one) this._ellipse(context, x(centre[0]), y(centre[1], 0), scale);
    // the true gradient, from where a gradient of 0 is
    context.strokeStyle = context.fillStyle = look.text;
    context.lineWidth = 2;
    stroke(context, x(0), one ? top + height / 2 : y(0, 0), x(centre[0]), top + height / 2);
    disc(context, x(centre[0]), top + height / 2, 4.5);
    // and beside it that of the next batch
    const next = this._at(noise.next);
    context.strokeStyle = context.fillStyle = runner.colour;
    stroke(context, x(0), one ? top + height / 2 : y(0, 0), x(next[0]), one ? top + height / 2 : y(next[1], 0));
    disc(context, x(next[0]), one ? top + height / 2 : y(next[1], 0), 4.5);
    context.restore();
    this._names(context, { left, top, height });
  }

  /** Which weights' gradients they are. */
  _names(context, { left, top, height }) {
    const { noise, look } = this;
    const one = noise.gradient.length === 1;
    context.fillStyle = look.text;
    context.textAlign = "left";
    context.fillText(one ? _("gradient of {name}", { name: noise.names[0] }) : `${noise.names[0]} →`, left + 4, top + height - 4);
    if (!one) context.fillText(`↑ ${noise.names[1]}`, left + 4, top + 14);
  }

  /** An epoch's batch gradients end to end, and the true gradient, which they make together where each sample has its turn. */
  _chain(context, { left, top, width, height }) {
    const { noise, look, runner } = this;
    const ends = noise.chain.map((row) => this._at(row));
    const truth = this._at(noise.gradient);
    const spans = [0, 1].map((d) => [Math.min(0, truth[d], ...ends.map((end) => end[d])), Math.max(0, truth[d], ...ends.map((end) => end[d]))]);
    const scale = Math.min(...spans.map(([lo, hi], d) => (0.84 * [width, height][d]) / (hi - lo || 1e-300)));
    const one = noise.gradient.length === 1;
    const x = ([u]) => left + width / 2 + (u - (spans[0][0] + spans[0][1]) / 2) * scale;
    // of one weight all lies on a line: each next a little higher
    const y = ([, v], i) => top + height / 2 - (one ? (i / ends.length - 0.5) * 0.6 * height : (v - (spans[1][0] + spans[1][1]) / 2) * scale);
    clipped(context, { left, top, width, height });
    context.strokeStyle = context.fillStyle = runner.colour;
    context.lineWidth = 1.5;
    context.beginPath();
    ends.forEach((end, i) => context.lineTo(x(end), y(end, i)));
    context.stroke();
    ends.forEach((end, i) => disc(context, x(end), y(end, i), ends.length > 100 ? 1.2 : 2.4));
    context.strokeStyle = context.fillStyle = look.text;
    context.lineWidth = 2;
    const last = ends.length - 1;
    stroke(context, x([0, 0]), y([0, 0], one ? last : 0), x(truth), y(truth, last));
    disc(context, x(truth), y(truth, last), 4.5);
    context.restore();
    this._names(context, { left, top, height });
  }

  /** Two standard deviations of the batches' law, in the first two weights; a circle of the same size for the round noise. */
  _ellipse(context, cx, cy, scale) {
    let [[a, b], [, c]] = this.noise.covariance;
    if (this.round.checked) {
      a = c = this.noise.covariance.reduce((sum, row, d) => sum + row[d], 0) / this.noise.gradient.length;
      b = 0;
    }
    const [half, gap] = [(a + c) / 2, Math.hypot((a - c) / 2, b)];
    const radii = [half + gap, Math.max(0, half - gap)].map((v) => 2 * Math.sqrt(v) * scale);
    context.strokeStyle = this.look.text;
    context.lineWidth = 1.5;
    context.setLineDash([5, 3]);
    context.beginPath();
    context.ellipse(cx, cy, ...radii, -Math.atan2(2 * b, a - c) / 2, 0, 2 * Math.PI);
    context.stroke();
    context.setLineDash([]);
  }

  /** Variance against batch size, both on logarithmic axes: dots as measured, lines by the law. */
  _law(context, { left, top, width, height }) {
    const { noise, look, runner } = this;
    const { sizes, variances } = noise;
    const positive = variances.flatMap((row) => Array.from(row)).filter((v) => v > 1e-300);
    if (!positive.length || sizes.length < 2) return;
    const high = Math.max(...positive);
    const low = Math.max(Math.min(...positive), high * 1e-5);
    const u = (size) => left + (Math.log(size) / Math.log(sizes.at(-1))) * width;
    const v = (value) => top + height - (Math.log(Math.max(value, low) / low) / Math.log(high / low || 2)) * height;
    context.strokeStyle = look.border;
    context.lineWidth = 1;
    context.strokeRect(left, top, width, height);
    context.fillStyle = look.text;
    context.textAlign = "left";
    context.fillText(_("variance of a batch's gradient"), left - 40, top - 6);
    context.textAlign = "right";
    context.fillText(number(high), left - 4, top + 9);
    context.fillText(number(low), left - 4, top + height);
    context.textAlign = "center";
    for (const size of [1, sizes.at(-1)]) context.fillText(String(size), u(size), top + height + 14);
    context.fillText(_("batch size"), left + width / 2, top + height + 14);
    const line = (row, dash) => {
      context.strokeStyle = look.text;
      context.setLineDash(dash);
      context.beginPath();
      sizes.forEach((size, i) => context.lineTo(u(size), v(row[i])));
      context.stroke();
      context.setLineDash([]);
    };
    line(variances[2], []);
    line(variances[3], [5, 3]);
    const dots = (row, hollow) =>
      sizes.forEach((size, i) => {
        context.fillStyle = hollow ? look.background : look.text;
        disc(context, u(size), v(row[i]), 3);
        context.stroke();
      });
    dots(variances[1], true);
    dots(variances[0], false);
    context.strokeStyle = runner.colour;
    context.lineWidth = 2;
    stroke(context, u(noise.size), top, u(noise.size), top + height);
    context.textAlign = "right";
    context.fillStyle = look.text;
    context.fillText(_("σ²/B (dashed: with replacement) · (N−B)/(N−1)"), left + width, top + height + 30);
  }
}
