/* The field to draw on with mouse, finger or pen: it keeps the strokes, perhaps a test image under them, and
   says when they change. Also how an image is painted, as ink of the page's colour. */

/* Values 0 to 255 of a square image as ink of a colour: as dense as the value, clear where there is none. */
function paintInk(canvas, pixels, colour = getComputedStyle(canvas).color) {
  const side = Math.sqrt(pixels.length);
  const picture = new ImageData(side, side);
  for (let k = 0; k < pixels.length; k += 1) picture.data[4 * k + 3] = pixels[k];
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  context.putImageData(picture, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = colour;
  context.fillRect(0, 0, side, side);
}

/* `width` is that of a stroke, as a share of the canvas's side; so is how far all that is in the field was `moved`. */
function makeField(canvas, width, changed) {
  const field = { strokes: [], image: null, moved: [0, 0], redraw };
  const small = make("canvas", "");
  let pointer = null;

  function pointOf(event) {
    const frame = canvas.getBoundingClientRect();
    return {
      x: (event.clientX - frame.left) / frame.width - field.moved[0],
      y: (event.clientY - frame.top) / frame.height - field.moved[1],
      // Mice and most fingers have no pressure, whatever they say.
      pressure: event.pointerType === "pen" ? event.pressure : 0,
    };
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    field.strokes.push([pointOf(event)]);
    changed();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer || !field.strokes.length) return;
    // Safari before 18.2 does not say what passed between two events, and made-up events say nothing.
    const passed = event.getCoalescedEvents?.() ?? [];
    field.strokes.at(-1).push(...(passed.length ? passed : [event]).map(pointOf));
    changed();
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(end, (event) => {
      if (event.pointerId === pointer) pointer = null;
    });
  }

  function redraw() {
    const size = Math.max(1, Math.round(canvas.clientWidth * window.devicePixelRatio));
    if (canvas.width !== size) canvas.width = canvas.height = size;
    const context = canvas.getContext("2d");
    const ink = getComputedStyle(canvas).color;
    context.resetTransform();
    context.clearRect(0, 0, size, size);
    context.translate(...field.moved.map((share) => share * size));
    if (field.image) {
      paintInk(small, field.image.pixels, ink);
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, size, size);
    }
    context.strokeStyle = context.fillStyle = ink;
    context.lineCap = "round";
    for (const stroke of field.strokes) drawStroke(context, stroke, size);
  }

  function drawStroke(context, stroke, size) {
    const widthAt = (point) => size * width * breadth(point.pressure);
    let from = stroke[0];
    context.beginPath();
    context.arc(from.x * size, from.y * size, widthAt(from) / 2, 0, 2 * Math.PI);
    context.fill();
    for (const to of stroke.slice(1)) {
      context.lineWidth = (widthAt(from) + widthAt(to)) / 2;
      context.beginPath();
      context.moveTo(from.x * size, from.y * size);
      context.lineTo(to.x * size, to.y * size);
      context.stroke();
      from = to;
    }
  }

  new ResizeObserver(redraw).observe(canvas);
  return field;
}
