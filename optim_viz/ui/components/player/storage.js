// What the browser keeps of texts.

/**
 * The browser's own storage, or one that forgets: where it is full or forbidden, what was set is known till the page is closed.
 * @param {"localStorage" | "sessionStorage"} name
 * @returns {{getItem: (key: string) => string | null, setItem: (key: string, text: string) => void}}
 */
export function browserStorage(name) {
  const tried = (act) => {
    try {
      return act(globalThis[name]);
    } catch {
      return null;
    }
  };
  return {
    getItem: (key) => tried((storage) => storage.getItem(key)),
    setItem: (key, text) => tried((storage) => storage.setItem(key, text)),
  };
}
