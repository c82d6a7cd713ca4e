/* The place to draw a character: strokes in, probabilities and the nearest test images out.
   Its parts are in report/templates/draw.html.j2; its data come from the rule pack_page. */

const SIDE = 28; // pixels
const NEAREST = 5;
const BARS = 10; // of more classes than the page has bars for, the most probable ones have theirs
const PICTURES = 20; // classes of which there is a test image to put in
const NUDGES = [["←", "left", -1, 0], ["→", "right", 1, 0], ["↑", "up", 0, -1], ["↓", "down", 0, 1]];
const CROSS = [[[0.2, 0.2], [0.8, 0.8]], [[0.8, 0.2], [0.2, 0.8]]]; // no character
const WORTH_A_NUMBER = 0.005; // a bar below it has no number
const QUIET_FIELD = 250; // milliseconds after which maps of a changed image are worth their work

/* The test images that the page carries, in the order in which they were packed: class by class. */
async function unpackImages(packed) {
  const pixels = new Uint8Array(await unpacked(packed.pixels, "deflate").arrayBuffer());
  return packed.labels.map((label, place) => ({
    place,
    label,
    number: packed.numbers[place] + 1,
    pixels: pixels.subarray(place * SIDE * SIDE, (place + 1) * SIDE * SIDE),
  }));
}

/* A small picture that can be put into the field; it can show another image. */
function makePicture(choose) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const action = make("span", "draw-spoken", "No test image yet");
  const words = make("span", "draw-words");
  let shown = null;
  const button = makeButton("draw-picture", () => choose(shown), canvas, action, words);
  return {
    entry: make("li", "", button),
    button,
    show(image, ...text) {
      words.replaceChildren(...text);
      shown = image;
      action.textContent = `Put in test image ${image.number}: `;
      this.repaint();
    },
    repaint() {
      if (shown) paintInk(canvas, shown.pixels);
    },
  };
}

/* The bars of a network, which the page already has. */
function makeAnswers(element, classes) {
  const answer = element.querySelector(".draw-answer");
  const most = "most" in element.querySelector(".draw-bars").dataset;
  const entries = [...element.querySelectorAll(".draw-bars > li")].map((entry) => ({
    entry,
    value: entry.querySelector(".draw-value"),
    bar: entry.querySelector(".draw-bar > i"),
  }));
  return function show(probabilities, truth) {
    const chosen = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
    const least = probabilities && most ? [...probabilities].sort((a, b) => b - a)[BARS - 1] : 0;
    entries.forEach(({ entry, value, bar }, label) => {
      const probability = probabilities?.[label] ?? 0;
      entry.hidden = most && (!probabilities || probability < least);
      entry.classList.toggle("draw-chosen", label === chosen);
      value.textContent = probability >= WORTH_A_NUMBER ? perCent(probability, 0) : "";
      bar.style.transform = `scaleY(${probability.toFixed(4)})`;
    });
    const verdict = truth === null ? "" : truth === chosen ? ", right" : ", wrong";
    answer.replaceChildren(...(probabilities
      ? [make("b", "", ...named(classes[chosen])), ` ${sure(probabilities[chosen])}${verdict}`]
      : ["no answer yet"]));
    return chosen;
  };
}

async function draw(element, data) {
  const find = (name) => element.querySelector(`.draw-${name}`);
  const { classes, hand } = data;
  const images = await unpackImages(data.images);
  const pixels = new Uint8Array(SIDE * SIDE);
  const networks = data.networks.map((packed) => {
    const place = element.querySelector(`[data-model="${packed.model}"]`);
    return {
      name: place.querySelector(".draw-name").textContent.trim().split(",")[0],
      network: unpackNetwork(packed, SIDE),
      show: makeAnswers(place, classes),
      map: element.querySelector(`[data-map="${packed.model}"]`),
    };
  });

  const field = makeField(find("canvas"), hand.stroke_width / SIDE, soon);
  const voice = speaker(find("said"));
  const nearest = Array.from({ length: Math.min(NEAREST, images.length - 1) }, () => makePicture((image) => putIn(image)));
  const samples = classes.slice(0, PICTURES).map(() => makePicture((image) => putIn(image)));
  const byClass = groups(images, "label");
  let isWaiting = false;
  let step = 0, cross = null, moved = [0, 0];
  let looks = 0; // the timer of the maps that were asked for last
  let example = null; // the image that is there before anything is drawn, and gives way to the first stroke

  /* At most one pass a frame, however fast the points come. */
  function soon() {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      voice.say(update());
    });
  }

  /* Shows all anew; returns what is to be spoken. */
  function update() {
    if (field.strokes.length && field.image === example) field.image = null;
    const { strokes, image } = field;
    const isEmpty = !strokes.length && !image;
    const truth = image && !strokes.length ? image.label : null;
    pixels.fill(0);
    if (image) pixels.set(image.pixels);
    layStrokes(pixels, SIDE, strokes, hand, Boolean(image));
    shift(pixels, SIDE, ...moved);
    field.moved = moved.map((far) => far / SIDE);
    element.classList.toggle("draw-empty", isEmpty);
    for (const { button } of nearest) button.disabled = isEmpty;
    repaintDrawing();
    tellSource(strokes, image);
    clearTimeout(looks);
    if (!find("looks").hidden) looks = setTimeout(showLooks, QUIET_FIELD);
    const answers = networks.map(({ name, network, show }) => {
      const probabilities = isEmpty ? null : network.probabilities(pixels);
      const chosen = show(probabilities, truth);
      return isEmpty ? "" : `${name} reads ${classes[chosen].romaji}, ${sure(probabilities[chosen], 0)}`;
    });
    const found = isEmpty ? [] : showNearest(truth === null ? -1 : image.place);
    return isEmpty ? "The field is empty." : `${[...answers, ...found].join("; ")}.`;
  }

  function repaintDrawing() {
    field.redraw();
    paintInk(find("seen"), pixels);
  }

  function tellSource(strokes, image) {
    const words = image
      ? [`Test image ${image.number}: `, ...named(classes[image.label]), strokes.length ? ", drawn on." : "."]
      : [strokes.length ? "Your drawing as the networks see it." : "The image that the networks see."];
    if (strokes === cross && strokes.length === CROSS.length) words.splice(0, 1, "None of the classes: each network has to choose one all the same.");
    const ways = [[moved[0], "right", "left"], [moved[1], "down", "up"]].filter(([far]) => far);
    if (image && image === example) words.push(" Draw, and it gives way.");
    if (ways.length) words.push(` Moved ${ways.map(([far, on, back]) => `${Math.abs(far)} ${far > 0 ? on : back}`).join(", ")}.`);
    find("source").replaceChildren(...words);
  }

  /* The image that was put in is not its own neighbour. */
  function showNearest(without) {
    const pixelsOf = images.map((image) => image.pixels);
    const found = nearestImages(pixelsOf, pixels, nearest.length, without);
    found.forEach(({ place, distance }, rank) => {
      const image = images[place];
      const far = make("small", "", distance.toFixed(1));
      nearest[rank].show(image, make("b", "", ...named(classes[image.label])), " ", far);
    });
    return found.map(({ place }) => `the nearest test image is of ${classes[images[place].label].romaji}`).slice(0, 1);
  }

  function showSamples() {
    samples.forEach((picture, slot) => {
      const place = step * samples.length + slot;
      const label = place % classes.length;
      const own = byClass.get(label) ?? [];
      picture.entry.hidden = !own.length;
      if (own.length) picture.show(own[Math.floor(place / classes.length) % own.length], ...named(classes[label]));
    });
  }

  /* A map a network: the stronger a place, the more of its certainty is lost when a square around it is covered. A row a
     frame, so that the page stays quick; another image begins anew. */
  async function showLooks() {
    const mine = looks;
    for (const { network, map } of networks) {
      const lost = new Float32Array(SIDE * SIDE);
      if (!element.classList.contains("draw-empty")) {
        for (const row of occlusion(network, pixels, SIDE)) {
          for (const square of row) {
            for (let k = 0; k < COVER * COVER; k += 1) {
              lost[(square.row + Math.floor(k / COVER)) * SIDE + square.column + (k % COVER)] += Math.max(0, square.lost);
            }
          }
          await new Promise(requestAnimationFrame);
          if (mine !== looks) return;
        }
      }
      const most = Math.max(...lost, 1e-9);
      paintInk(map, lost.map((value) => 255 * value / most));
      const context = map.getContext("2d");
      Object.assign(context, { globalCompositeOperation: "destination-over", globalAlpha: 0.25 });
      context.drawImage(find("seen"), 0, 0);
    }
  }

  /* Of the images on offer the first that some network reads and some does not, or the first of all. */
  function telling() {
    const offered = classes.map((_, label) => byClass.get(label)?.[0]).filter(Boolean);
    return offered.find(({ label, pixels }) => {
      const read = networks.map(({ network }) => {
        const probabilities = network.probabilities(pixels);
        return probabilities[label] === Math.max(...probabilities);
      });
      return new Set(read).size > 1;
    }) ?? offered[0] ?? null;
  }

  function putIn(image, strokes = []) {
    example = null;
    Object.assign(field, { strokes, image });
    moved = [0, 0];
    soon();
  }

  find("undo").addEventListener("click", () => {
    if (field.strokes.length) field.strokes.pop();
    else field.image = null;
    soon();
  });
  find("clear").addEventListener("click", () => putIn(null));
  find("cross").hidden = classes.some(({ romaji }) => romaji.toLowerCase() === "x");
  find("cross").addEventListener("click", () => {
    cross = CROSS.map((stroke) => stroke.map(([x, y]) => ({ x, y, pressure: 0 })));
    putIn(null, cross);
  });
  find("nudge").append(...NUDGES.map(([sign, way, across, down]) => (
    makeButton({ class: "draw-step", "aria-label": `Move the image one pixel ${way}` }, () => {
      moved = [moved[0] + across, moved[1] + down];
      soon();
    }, sign))));
  find("look").addEventListener("click", () => {
    find("looks").hidden = !find("looks").hidden;
    find("look").setAttribute("aria-pressed", !find("looks").hidden);
    soon();
  });
  find("others").addEventListener("click", () => {
    step += 1;
    showSamples();
  });
  document.addEventListener("themechange", () => {
    repaintDrawing();
    for (const picture of [...nearest, ...samples]) picture.repaint();
    soon();
  });

  find("nearest").querySelector(".draw-strip").append(...nearest.map((picture) => picture.entry));
  find("samples").querySelector(".draw-strip").append(...samples.map((picture) => picture.entry));
  find("static").hidden = true;
  find("tool").hidden = false;
  showSamples();
  field.image = example = telling();
  update();
}
