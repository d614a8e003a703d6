// A link's query, which is what the page is set to (form.js), and its way into the address bar.

import { browserStorage } from "./storage.js";

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

/** What each page was last set to in this tab: links to it lead there (page.js). */
const kept = browserStorage("sessionStorage");

const LEAVING = ["beforeunload", "pagehide"]; // when the second comes another page may have the address already

/** Keeps the address bar current. Browsers allow about three writes a second, so it writes when the hand rests. */
export class AddressBar {
  constructor() {
    this.search = "";
    this.timer = 0;
    this.flush = () => {
      clearTimeout(this.timer);
      this.timer = 0;
      if (this.search && location.search !== `?${this.search}`)
        history.replaceState(history.state, "", `${location.pathname}?${this.search}`);
    };
    for (const leaving of LEAVING) addEventListener(leaving, this.flush);
  }

  write(query) {
    this.search = toSearch(query);
    this.path = location.pathname;
    kept.setItem(this.path, this.search);
    this.timer ||= setTimeout(this.flush, 350);
  }

  close() {
    clearTimeout(this.timer);
    for (const leaving of LEAVING) removeEventListener(leaving, this.flush);
  }
}
