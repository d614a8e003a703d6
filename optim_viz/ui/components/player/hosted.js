// What Streamlit does to a page of ours: shows it, at each run of its script again, and takes it away.

/**
 * What a component's module exports, for one kind of page.
 * @param {new (parent: HTMLElement, data: any) => {host: (data: any) => void, close: () => void}} Kind
 */
export function hosted(Kind) {
  const players = new WeakMap();
  return {
    show({ data, parentElement }) {
      if (!players.has(parentElement)) players.set(parentElement, new Kind(parentElement, data));
      players.get(parentElement).host(data);
    },
    unmount(parentElement) {
      players.get(parentElement)?.close();
      players.delete(parentElement);
    },
  };
}
