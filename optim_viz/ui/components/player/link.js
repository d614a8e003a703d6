// What the page is set to, in the one form that links and Python know (optim_viz/ui/forms.py), and its two ways out:
// to the server, one question at a time, and into the address bar.

import { _ } from "./texts.js";
import { unpack } from "./wire.js";

/** A query from the text of an address: names to all their texts. */
export function fromSearch(search) {
  const query = {};
  for (const [name, text] of new URLSearchParams(search)) (query[name] ??= []).push(text);
  return query;
}

/** A query as it stands in an address. */
export function toSearch(query) {
  const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((text) => [name, text]));
  const encode = (text) => encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%40/g, "@");
  return pairs.map(([name, text]) => `${encode(name)}=${encode(text)}`).join("&");
}

/** What each page was last set to, as long as this document lives: who goes to another page and returns finds it. */
const kept = new Map();

/** What a page begins with: the address, else what it was last set to here, else nothing, which means the defaults. */
export function startQuery(page) {
  const asked = fromSearch(location.search);
  const speaks = Object.keys(asked).some((name) => name !== "lang");
  return speaks ? asked : fromSearch(kept.get(page) ?? "");
}

/** An answer that will not become better by asking again. `status`: the server's, by HTTP. */
export class Refused extends Error {
  constructor(status, text) {
    super(`${status} ${text}`);
    this.status = status;
  }
}

/** What to say of a question that was refused. @param {Refused} refused */
export function refusal({ status }) {
  return status === 413
    ? _("This is more than the server takes at once. What is shown is what was set before.")
    : _("The server could not compute this. What is shown is what was set before.");
}

const AWAY = [502, 503, 504]; // what a proxy says while the server restarts

/**
 * Ask the server once.
 * @param {string} address relative to the page
 * @param {object} body becomes JSON
 * @param {number} patience milliseconds
 * @returns {Promise<any>} the answer, unpacked
 * @throws {Refused} the server will not answer this; any other error: there was no answer
 */
export async function ask(address, body, patience = PATIENCE) {
  const response = await fetch(new URL(address, document.baseURI), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patience),
  });
  if (response.ok) return unpack(new Uint8Array(await response.arrayBuffer()));
  const why = await response.text();
  throw AWAY.includes(response.status) ? new Error(`${response.status} ${why}`) : new Refused(response.status, why);
}

const PATIENCE = 8000; // milliseconds for an answer, twice as many after each one that did not come
const PAUSE = 500; // milliseconds before asking again, twice as many each time
const LONGEST = 64_000;

/** Asks the server for what is set now: the newest question, one at a time, the next while the last answer is drawn. */
export class Outbox {
  /**
   * @param {(message: object) => Promise<any>} ask
   * @param {{onAnswer: (answer: any) => Promise<void> | void, onTrouble: (lost: boolean) => void,
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
    this.lost = false;
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
    let answer;
    try {
      answer = await this.ask(message);
    } catch (error) {
      if (this.closed) return undefined;
      if (error instanceof Refused) {
        this._tell(false); // it is there
        console.error(error);
        this.refused = error;
        return undefined;
      }
      this._tell(true);
      this.next ??= message;
      await new Promise((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, this.pause);
      });
      this.patience = Math.min(2 * this.patience, LONGEST);
      this.pause = Math.min(2 * this.pause, LONGEST);
      return undefined;
    }
    if (this.closed) return undefined;
    this._tell(false);
    this.patience = PATIENCE;
    this.pause = PAUSE;
    return answer;
  }

  _tell(lost) {
    if (lost !== this.lost) this.listener.onTrouble((this.lost = lost));
  }

  close() {
    this.closed = true;
    this.next = null;
    this.wake();
  }
}

/** Keeps the address bar current. Browsers allow about three writes a second, so it writes when the hand rests. */
export class AddressBar {
  /** @param {string} page */
  constructor(page) {
    this.page = page;
    this.search = "";
    this.timer = 0;
    this.flush = () => {
      clearTimeout(this.timer);
      this.timer = 0;
      // in an app of many pages the address may be another page's by now
      if (this.search && location.pathname === this.path && location.search !== `?${this.search}`)
        history.replaceState(history.state, "", `${location.pathname}?${this.search}`);
    };
    addEventListener("pagehide", this.flush);
  }

  write(query) {
    this.search = toSearch(query);
    kept.set(this.page, this.search);
    this.path = location.pathname;
    this.timer ||= setTimeout(this.flush, 350);
  }

  close() {
    clearTimeout(this.timer);
    removeEventListener("pagehide", this.flush);
  }
}
