// Where a function on a grid is 0: the border between two classes, by marching squares.

/**
 * @param {ArrayLike<number>} z values row by row, the second axis slowest
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @returns {number[][]} pieces of the line, each x, y, x, y
 */
export function contour(z, xs, ys) {
  const pieces = [];
  const columns = xs.length;
  for (let r = 0; r + 1 < ys.length; r++)
    for (let c = 0; c + 1 < columns; c++) {
      const corners = [
        [xs[c], ys[r], z[r * columns + c]],
        [xs[c + 1], ys[r], z[r * columns + c + 1]],
        [xs[c + 1], ys[r + 1], z[(r + 1) * columns + c + 1]],
        [xs[c], ys[r + 1], z[(r + 1) * columns + c]],
      ];
      const crossings = [];
      corners.forEach(([x0, y0, a], i) => {
        const [x1, y1, b] = corners[(i + 1) % 4];
        if (a > 0 === b > 0) return;
        const t = a / (a - b);
        crossings.push(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t);
      });
      // a saddle has four crossings: two pieces
      for (let i = 0; i + 3 < crossings.length; i += 4) pieces.push(crossings.slice(i, i + 4));
    }
  return pieces;
}
