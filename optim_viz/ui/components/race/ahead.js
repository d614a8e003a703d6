// Ahead of the hand: the runs of one runner at every position of the slider that is held, so that each is drawn at once.
//
// They are asked for when the slider is taken hold of (optim_viz/ui/race/ahead.py), and hold for it as long as nothing else changes.
// Single precision is enough to look at; the exact run is asked for when the hand lets go.

/**
 * @typedef {{query: Record<string, string | string[]>, runner: number, name: string, values: number[]}} Held which number of
 *   which runner, among which settings, and the values of the slider's positions
 */

/** What of a query says nothing about the runs. */
const VIEW = ["v", "p", "t", "axis", "xaxis", "zoom", "look", "camera", "i", "lang"];

export class Ahead {
  /** @param {{ask: (sent: object) => Promise<any>, paint: (runner: number, run: object) => void}} listener */
  constructor(listener) {
    this.listener = listener;
    this.key = "";
    this.lanes = null;
    this.frame = 0;
  }

  /** A slider is taken hold of. @param {Held} held */
  async hold(held) {
    const key = identity(held);
    if (key === this.key) return;
    this.key = key;
    this.lanes = null;
    const { query, runner, name, values } = held;
    const answer = await this.listener.ask({ query, runner, name, values }).catch(() => ({ lanes: null })); // then it goes without
    if (this.key === key) this.lanes = answer.lanes;
  }

  /** It stands at this value now. @param {Held} held @param {number} value @returns {boolean} whether it is shown from here */
  show(held, value) {
    if (identity(held) !== this.key) {
      this.hold(held);
      return false;
    }
    const lane = held.values.indexOf(value);
    if (!this.lanes || lane < 0) return false;
    cancelAnimationFrame(this.frame); // of positions passed between two frames only the last is drawn
    this.frame = requestAnimationFrame(() => this.listener.paint(held.runner, this._run(lane)));
    return true;
  }

  /** The hand has let go, or something else is asked for. */
  release() {
    cancelAnimationFrame(this.frame);
  }

  close() {
    this.release();
    this.key = "";
    this.lanes = null;
  }

  _run(lane) {
    const { theta, rise, lowest, diverged, lines, evaluations } = this.lanes;
    return {
      theta: theta[lane],
      rise: rise[lane],
      arrives: lowest !== null,
      loss: Float64Array.from(rise[lane], (v) => v + (lowest ?? 0)),
      diverged: diverged[lane] < 0 ? null : diverged[lane],
      lines: lines.map((line) => line[lane]),
      evaluations: evaluations && evaluations[lane],
    };
  }
}

/** The settings without the number that moves. */
function identity({ query, runner, name }) {
  const rest = Object.entries(query).filter(([key]) => !VIEW.includes(key) && key !== "o");
  const runners = query.o.map((text, k) => (k === runner ? text.split(",").filter((pair) => !pair.startsWith(`${name}:`)) : text));
  return JSON.stringify([rest, runners, runner, name]);
}
