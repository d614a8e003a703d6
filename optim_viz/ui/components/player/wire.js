// Reads what optim_viz/ui/wire.py packs: nested values whose arrays, and infinities, travel beside the JSON.

const TYPES = { f4: Float32Array, f8: Float64Array, i4: Int32Array, u1: Uint8Array, u2: Uint16Array };

/**
 * @param {Uint8Array} bytes
 * @returns {any} the value; a one-dimensional array is a typed array, a two-dimensional one a list of its rows
 */
export function unpack(bytes) {
  const data = bytes.byteOffset % 8 ? bytes.slice() : bytes; // typed arrays want to begin on their own boundary
  const length = new DataView(data.buffer, data.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  const base = data.byteOffset + Math.ceil((4 + length) / 8) * 8;

  const revive = (item) => {
    if (item === null || typeof item !== "object") return item;
    if (Array.isArray(item)) return item.map(revive);
    if (!("$" in item)) return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, revive(inner)]));
    if (typeof item.$ === "string") return Number(item.$);
    const size = item.shape.reduce((product, n) => product * n, 1);
    const array = new TYPES[item.type](data.buffer, base + item.$, size);
    if (item.shape.length < 2) return array;
    const [rows, columns] = item.shape;
    return Array.from({ length: rows }, (_, i) => array.subarray(i * columns, (i + 1) * columns));
  };
  return revive(header);
}
