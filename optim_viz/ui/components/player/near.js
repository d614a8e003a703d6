// Which of some names somebody may have meant, as Python's difflib finds it.

const CLOSE = 0.6;

/** How many characters the longest common pieces of two texts have together. */
function alike(a, b) {
  let [size, i, j] = [0, 0, 0];
  let lengths = new Map(); // of the common piece that ends at a place of b
  for (let k = 0; k < a.length; k++) {
    const next = new Map();
    for (let l = 0; l < b.length; l++) {
      if (a[k] !== b[l]) continue;
      const length = (lengths.get(l - 1) ?? 0) + 1;
      next.set(l, length);
      if (length > size) [size, i, j] = [length, k - length + 1, l - length + 1];
    }
    lengths = next;
  }
  return size && size + alike(a.slice(0, i), b.slice(0, j)) + alike(a.slice(i + size), b.slice(j + size));
}

/** @param {string} asked @param {string[]} names @returns {string} "" where none is near */
export function nearest(asked, names) {
  const some = asked.slice(0, 200); // a longer one is near to nothing
  const ratio = (name) => (2 * alike(name, some)) / (name.length + asked.length || 1);
  const [best] = names.map((name) => [ratio(name), name]).sort(([a, one], [b, other]) => b - a || (one < other ? 1 : -1));
  return best?.[0] >= CLOSE ? best[1] : "";
}
