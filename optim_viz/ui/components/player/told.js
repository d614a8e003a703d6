// What the server tells a player once (optim_viz/ui/told.py): files, kept as long as the tab.

import { Refused } from "./source.js";
import { unpack } from "./wire.js";

const known = new Map();

/** @param {string} address @throws {Refused} there is nothing; any other error: it did not come, and may when it is asked for again */
export function told(address) {
  if (!known.has(address)) {
    const coming = fetched(address);
    coming.catch(() => known.delete(address));
    known.set(address, coming);
  }
  return known.get(address);
}

async function fetched(address) {
  const response = await fetch(new URL(address, document.baseURI));
  if (response.status === 404) throw new Refused(404, address);
  if (!response.ok) throw new Error(`${response.status} ${address}`);
  return unpack(new Uint8Array(await response.arrayBuffer()));
}
