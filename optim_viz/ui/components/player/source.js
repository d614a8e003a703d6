// Who answers a page's questions, and how they are asked: one at a time, again while nobody answers.

import { _ } from "./texts.js";
import { unpack } from "./wire.js";

const KEPT_PARTS = 16;
const PATIENCE = 8000; // milliseconds for an answer, twice as many after each one that did not come
const PAUSE = 500; // milliseconds before asking again, twice as many each time
const LONGEST = 64_000;

/**
 * @typedef {object} Source whoever answers; a player knows no more of it
 * @property {(to: string, question: object, patience?: number) => Promise<any>} ask one question to one of those that answer
 *   ("race", "qr"): names to values, JSON. Parts of an answer, which many have alike, come as `{digest, body}`.
 *   Throws `Refused` where asking again is of no use; any other error: there was no answer.
 */

/** Parts of answers by digest: what is here the server need not send again. Outlives a player, as long as the tab. */
const parts = new Map();

/** Our own server. @implements {Source} */
export class Server {
  /** @param {string} answers where it answers, relative to the page */
  constructor(answers) {
    this.answers = answers;
  }

  async ask(to, question, patience = PATIENCE) {
    const have = [...parts.keys()];
    const answer = await post(this.answers + to, { have, ...question }, patience);
    // a part that was named in the question may have been forgotten since: all of it once more
    return isWhole(answer) ? answer : this.ask(to, { ...question, have: [] }, patience);
  }
}

/** Give the parts of an answer their bodies, whether these were sent or are held. @returns {boolean} whether all are there */
function isWhole(answer) {
  return Object.values(answer).filter((value) => value?.digest).every((part) => {
    part.body ??= parts.get(part.digest);
    parts.delete(part.digest); // the last that was used is the last to go
    if (part.body) parts.set(part.digest, part.body);
    if (parts.size > KEPT_PARTS) parts.delete(parts.keys().next().value);
    return part.body;
  });
}

/** An answer that will not become better by asking again. `status`: the server's, by HTTP; or why the page cannot answer itself. */
export class Refused extends Error {
  constructor(status, text = "") {
    super(`${status} ${text}`);
    this.status = status;
  }
}

/** What to say of a question that was refused. @param {Refused} refused */
export function refusal({ status }) {
  if (status === 413) return _("This is more than the server takes at once. What is shown is what was set before.");
  if (status === "old") return _("This browser is too old for the engine, which needs WebAssembly with SIMD (Chrome 91, Firefox 89, Safari 16.4 or newer): there are no pictures here. The catalogue and the lessons can be read without it.");
  if (status === "failed") return _("This browser could not compute this. What is shown is what was set before.");
  return _("The server could not compute this. What is shown is what was set before.");
}

/** What to say of a server that is away, or busy; nothing of one that answers. @param {"" | "away" | "busy"} why */
export function lost(why) {
  if (why === "busy") return _("The server has too much to do just now. What you set is kept here, and asked for again.");
  return why && _("The server does not answer. What you set is kept here, and asked for again.");
}

/** There is somebody who will answer later. */
class Busy extends Error {}

const BUSY = [409, 429, 503]; // what our server says, see limits.py and pool.py
const AWAY = [502, 504]; // what a proxy says while the server restarts

/** This page's name among all that ask: they take turns. Drawn by lot, kept nowhere. */
const visitor = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Ask the server once. @returns {Promise<any>} the answer, unpacked */
async function post(address, body, patience) {
  const response = await fetch(new URL(address, document.baseURI), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ visitor, ...body }),
    signal: AbortSignal.timeout(patience),
  });
  if (response.ok) return unpack(new Uint8Array(await response.arrayBuffer()));
  const why = await response.text();
  if (BUSY.includes(response.status)) throw new Busy(`${response.status} ${why}`);
  throw AWAY.includes(response.status) ? new Error(`${response.status} ${why}`) : new Refused(response.status, why);
}

/** Asks for what is set now: the newest question, one at a time, the next while the last answer is drawn. */
export class Outbox {
  /**
   * @param {(message: object) => Promise<any>} ask
   * @param {{onAnswer: (answer: any) => Promise<void> | void, onTrouble: (why: "" | "away" | "busy") => void,
   *   onRefused: (refused: Refused) => void}} listener `onRefused`: of the newest question; whoever posts another goes on
   */
  constructor(ask, listener) {
    this.ask = ask;
    this.listener = listener;
    /** What is to be asked next, and the answer that is awaited while another one is drawn. */
    this.next = null;
    this.underway = null;
    this.busy = false;
    this.closed = false;
    this.patience = PATIENCE;
    this.pause = PAUSE;
    this.lost = "";
    this.refused = null;
    this.wake = () => {};
  }

  /** Whether what is set is newer than the answer that is being shown. */
  get ahead() {
    return this.next !== null || this.underway !== null;
  }

  /** @param {object} message is asked now, or after the answer that is under way */
  post(message) {
    this.next = message;
    this.wake();
    this._run();
  }

  async _run() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.ahead && !this.closed) {
        const answer = await (this.underway ?? this._exchange());
        const { refused } = this;
        this.refused = null;
        this.underway = answer && this.next ? this._exchange() : null;
        if (refused && !this.next && !this.closed) this.listener.onRefused(refused);
        if (answer && !this.closed) await this.listener.onAnswer(answer);
      }
    } finally {
      this.busy = false;
    }
  }

  /** @returns {Promise<any>} the answer to the newest question; undefined when there is none */
  async _exchange() {
    const message = this.next;
    this.next = null;
    try {
      const answer = await this.ask(message);
      this._hear("");
      return answer;
    } catch (error) {
      if (this.closed) return undefined;
      this._hear(error instanceof Refused ? "" : error instanceof Busy ? "busy" : "away");
      if (this.lost) {
        this.next ??= message;
        await new Promise((resolve) => setTimeout((this.wake = resolve), this.pause));
        this.patience = Math.min(2 * this.patience, LONGEST);
        this.pause = Math.min(2 * this.pause, LONGEST);
      } else {
        console.error(error);
        this.refused = error;
      }
      return undefined;
    }
  }

  /** There was an answer, be it a refusal, or why there was none. */
  _hear(lost) {
    if (!lost) [this.patience, this.pause] = [PATIENCE, PAUSE];
    if (lost !== this.lost && !this.closed) this.listener.onTrouble(lost);
    this.lost = lost;
  }

  close() {
    this.closed = true;
    this.next = null;
    this.wake();
  }
}
