// The engine beside the page: long runs and maps, so that no frame waits for them.

import { Engine } from "./engine.js";

let loading;

onmessage = async ({ data: { id, base, method, spec } }) => {
  try {
    loading ??= Engine.load(base);
    const engine = await loading;
    await engine.need(...engine.modules(spec));
    const found = engine[method](spec);
    const result = method === "run" ? found.told() : found;
    postMessage({ id, result }, Object.values(result).filter((value) => ArrayBuffer.isView(value)).map(({ buffer }) => buffer));
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
};
