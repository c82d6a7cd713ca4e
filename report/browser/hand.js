/* From strokes to an image like those of the data set: as large, as broad, and in the middle of the frame.
   A stroke is a list of points {x, y, pressure}, in units in which the field that is drawn on has side 1. */

const LARGEST_SCALE = 3; // a small mark is not blown up to fill the frame
const LIGHTEST = 0.55; // width of a stroke at no pressure, as a share of the usual

/* How broad a stroke is at a point, as a share of the usual; a mouse has half the greatest pressure. */
function breadth(pressure) {
  return pressure > 0 ? LIGHTEST + 2 * (1 - LIGHTEST) * pressure : 1;
}

function box(strokes) {
  const [xs, ys] = ["x", "y"].map((axis) => strokes.flat().map((point) => point[axis]));
  const left = Math.min(...xs), top = Math.min(...ys);
  return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

/* Ink along a line from one point to the next: a pixel has as much as the stroke reaches past its middle. */
function layLine(pixels, side, from, to) {
  const reach = Math.max(from.radius, to.radius) + 0.5;
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
  const right = Math.min(side - 1, Math.ceil(Math.max(from.x, to.x) + reach));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
  const bottom = Math.min(side - 1, Math.ceil(Math.max(from.y, to.y) + reach));
  const alongX = to.x - from.x, alongY = to.y - from.y;
  const squared = alongX * alongX + alongY * alongY;
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const x = column + 0.5 - from.x;
      const y = row + 0.5 - from.y;
      const share = squared > 0 ? Math.min(1, Math.max(0, (x * alongX + y * alongY) / squared)) : 0;
      const radius = from.radius + share * (to.radius - from.radius);
      const cover = radius + 0.5 - Math.hypot(x - share * alongX, y - share * alongY);
      const value = Math.round(255 * Math.min(1, cover));
      const place = row * side + column;
      if (value > pixels[place]) pixels[place] = value;
    }
  }
}

/* Lay strokes into an image (side x side, values 0 to 255), on top of what is there.
   They are as broad as the hand's ({extent, stroke_width}, in pixels), and brought to its extent with the
   box around them in the middle; or they keep the place where they were drawn. */
function layStrokes(pixels, side, strokes, hand, keepPlace) {
  if (!strokes.length) return;
  const around = box(strokes);
  const longer = Math.max(around.width, around.height);
  const scale = keepPlace
    ? side
    : Math.min(side * LARGEST_SCALE, (hand.extent - hand.stroke_width) / Math.max(longer, 1e-6));
  const startX = keepPlace ? 0 : side / 2 - scale * (around.left + around.width / 2);
  const startY = keepPlace ? 0 : side / 2 - scale * (around.top + around.height / 2);
  const put = (point) => ({
    x: startX + scale * point.x,
    y: startY + scale * point.y,
    radius: (hand.stroke_width / 2) * breadth(point.pressure),
  });
  for (const stroke of strokes) {
    // The first point is a line to itself.
    stroke.map(put).forEach((to, k, points) => layLine(pixels, side, points[Math.max(k - 1, 0)], to));
  }
}

/* Move an image by whole pixels; what goes over an edge is gone. */
function shift(pixels, side, across, down) {
  const from = pixels.slice();
  for (let place = 0; place < pixels.length; place += 1) {
    const row = Math.floor(place / side) - down, column = (place % side) - across;
    pixels[place] = Math.min(row, column) >= 0 && Math.max(row, column) < side ? from[row * side + column] : 0;
  }
}
