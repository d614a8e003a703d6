// The one engine of a page, for whoever answers in it.

import { FitEngine } from "./fits.js";

export const MODULES = new URL("modules/", import.meta.url);

// a module of one function that fills a vector: what browsers know since Chrome 91, Firefox 89, Safari 16.4
const WITH_SIMD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11);

/** Whether this browser can run the engine at all. */
export const canRun = globalThis.WebAssembly?.validate(WITH_SIMD) ?? false;

let loading;

/** The engine. Throws where it does not come: who asks again tries again. @returns {Promise<FitEngine>} */
export function engineHere() {
  loading ??= FitEngine.load(MODULES).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}
