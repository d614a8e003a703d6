// What is drawn on canvases in more than one place.

/** The same context, drawing only within a frame until it is restored. @param {{left: number, top: number, width: number, height: number}} frame */
export function clipped(context, { left, top, width, height }) {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.lineJoin = "round";
  return context;
}

/** A straight stroke. */
export function stroke(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

export function disc(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** A text that can be read upon lines of any colour. */
export function haloed(context, text, x, y, { background, text: ink }, scale = 1) {
  context.lineWidth = 4 * scale;
  context.lineJoin = "round";
  context.setLineDash([]);
  context.strokeStyle = background;
  context.strokeText(text, x, y);
  context.fillStyle = ink;
  context.fillText(text, x, y);
}

/** The middle of a pixel, where a line of one pixel is sharp. */
export const hairline = (pixel) => Math.round(pixel - 0.5) + 0.5;

/** How wide a tick's text is, in pixels, and how much of it its power, which is set smaller. @returns {[whole: number, power: number]} */
export function labelWidth(context, { text, power }, size, font) {
  context.font = `${0.78 * size}px ${font}`;
  const raised = power ? context.measureText(power).width + 0.5 : 0;
  context.font = `${size}px ${font}`;
  return [context.measureText(text).width + raised, raised];
}

/** A tick's text; its power is set smaller and raised, which no font has to know how to do. */
export function label(context, tick, x, y, align, size, font) {
  const [whole, raised] = labelWidth(context, tick, size, font);
  const most = context.canvas.width / context.getTransform().a - whole;
  const from = align === "right" ? x - whole : Math.max(0, Math.min(x - whole / 2, most)); // none is cut off
  context.textAlign = "left";
  context.fillText(tick.text, from, y);
  if (!tick.power) return;
  context.font = `${0.78 * size}px ${font}`;
  context.fillText(tick.power, from + whole - raised + 0.5, y - 0.35 * size);
}

/** The head of an arrow, to be filled and stroked. @param {number[][]} corners of one that points to the right */
export function arrowhead(context, { x, y, angle }, corners, colour, { scale, background }) {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.scale(scale, scale);
  context.beginPath();
  for (const corner of corners) context.lineTo(...corner);
  context.closePath();
  context.restore();
  context.strokeStyle = background;
  context.lineWidth = 1.5 * scale;
  context.fillStyle = colour;
}

/** Red, green and blue of a colour, 0 to 255. */
export function rgb(colour) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = colour;
  const hex = String(context.fillStyle);
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}
