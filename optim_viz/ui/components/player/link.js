// A link's query, which is what the page is set to (form.js), and its way into the address bar.

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
