/* The place to draw a character: strokes in, probabilities and the nearest test images out.
   Its parts are in report/templates/draw.html.j2; its data come from the rule pack_networks. */

(function () {
  "use strict";

  const hiddenUnits = (window.hiddenUnits = window.hiddenUnits || {});
  hiddenUnits.widgets = hiddenUnits.widgets || {};

  const SIDE = 28; // pixels
  const NEAREST = 5;
  const QUIET = 700; // milliseconds without a change before the answers are spoken
  const WORTH_A_NUMBER = 0.005; // a bar below it has no number
  const NO_BREAK = "\u00a0";

  /* Per cent, never rounded up to certainty: `99.3`, `>99.9`. */
  function perCent(share, digits) {
    const most = 100 - 10 ** -digits;
    return 100 * share > most + 10 ** -digits / 2 ? `>${most.toFixed(digits)}` : (100 * share).toFixed(digits);
  }

  function make(name, className, ...children) {
    const element = document.createElement(name);
    element.className = className;
    element.append(...children);
    return element;
  }

  function makeButton(className, clicked, ...children) {
    const button = make("button", className, ...children);
    button.type = "button";
    button.addEventListener("click", clicked);
    return button;
  }

  /* A class as the report names it: kana, marked as Japanese, and romaji. */
  function nameOf(entry) {
    if (!entry.kana) return [entry.romaji];
    const kana = make("span", "", entry.kana);
    kana.lang = "ja";
    return [kana, `${NO_BREAK}${entry.romaji}`];
  }

  /* The test images that the page carries, in the order in which they were packed: class by class. */
  async function unpackImages(packed) {
    const bytes = hiddenUnits.networks.bytesOf(packed.pixels);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const pixels = new Uint8Array(await new Response(stream).arrayBuffer());
    return packed.labels.map((label, place) => ({
      place,
      label,
      number: packed.numbers[place] + 1,
      pixels: pixels.subarray(place * SIDE * SIDE, (place + 1) * SIDE * SIDE),
    }));
  }

  /* A small picture that can be put into the field; it can show another image. */
  function makePicture(choose) {
    const canvas = make("canvas", "");
    canvas.setAttribute("aria-hidden", "true");
    const action = make("span", "draw-spoken", "No test image yet");
    const words = make("span", "draw-words");
    let shown = null;
    const button = makeButton("draw-picture", () => choose(shown), canvas, action, words);
    return {
      entry: make("li", "", button),
      enable(isWanted) {
        button.disabled = !isWanted;
      },
      show(image, ...text) {
        words.replaceChildren(...text);
        if (image === shown) return;
        shown = image;
        action.textContent = `Put in test image ${image.number}: `;
        this.repaint();
      },
      repaint() {
        if (shown) hiddenUnits.field.paint(canvas, shown.pixels, hiddenUnits.field.inkOf(canvas));
      },
    };
  }

  /* The ten bars of a network, which the page already has. */
  function makeAnswers(element, classes) {
    const answer = element.querySelector(".draw-answer");
    const entries = [...element.querySelectorAll(".draw-bars > li")].map((entry) => ({
      entry,
      value: entry.querySelector(".draw-value"),
      bar: entry.querySelector(".draw-bar > i"),
    }));
    return function show(probabilities, truth) {
      const chosen = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
      entries.forEach(({ entry, value, bar }, label) => {
        const probability = probabilities ? probabilities[label] : 0;
        entry.classList.toggle("draw-chosen", label === chosen);
        value.textContent = probability >= WORTH_A_NUMBER ? perCent(probability, 0) : "";
        bar.style.transform = `scaleY(${probability.toFixed(4)})`;
      });
      if (chosen < 0) {
        answer.textContent = "no answer yet";
        return chosen;
      }
      const verdict = truth === null ? "" : truth === chosen ? ", right" : ", wrong";
      const sure = ` ${perCent(probabilities[chosen], 1)}${NO_BREAK}%${verdict}`;
      answer.replaceChildren(make("b", "", ...nameOf(classes[chosen])), sure);
      return chosen;
    };
  }

  hiddenUnits.widgets.draw = async function (element, data) {
    const find = (name) => element.querySelector(`.draw-${name}`);
    const { classes, hand } = data;
    const images = await unpackImages(data.images);
    const pixels = new Uint8Array(SIDE * SIDE);
    const networks = data.networks.map((packed) => {
      const place = [...element.querySelectorAll(".draw-network")].find((part) => part.dataset.model === packed.model);
      return {
        name: place.querySelector(".draw-name").textContent.trim().split(",")[0],
        network: hiddenUnits.networks.unpack(packed, SIDE),
        show: makeAnswers(place, classes),
      };
    });

    const field = hiddenUnits.field.make(find("canvas"), hand.stroke_width / SIDE, soon);
    const nearest = Array.from({ length: Math.min(NEAREST, images.length - 1) }, () => makePicture(putIn));
    const samples = classes.map(() => makePicture(putIn));
    const byClass = classes.map((_, label) => images.filter((image) => image.label === label));
    let isWaiting = false;
    let quiet = null;
    let step = 0;

    /* At most one pass a frame, however fast the points come. */
    function soon() {
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(() => {
        isWaiting = false;
        update();
      });
    }

    function update() {
      const { strokes, image } = field;
      const isEmpty = !strokes.length && !image;
      const truth = image && !strokes.length ? image.label : null;
      pixels.fill(0);
      if (image) pixels.set(image.pixels);
      hiddenUnits.hand.layStrokes(pixels, SIDE, strokes, hand, Boolean(image));
      element.classList.toggle("draw-empty", isEmpty);
      for (const picture of nearest) picture.enable(!isEmpty);
      repaintDrawing();
      tellSource(strokes, image);
      const answers = networks.map(({ name, network, show }) => {
        const probabilities = isEmpty ? null : network.probabilities(pixels);
        const chosen = show(probabilities, truth);
        return isEmpty ? "" : `${name} reads ${classes[chosen].romaji}, ${perCent(probabilities[chosen], 0)}${NO_BREAK}%`;
      });
      const found = isEmpty ? [] : showNearest(truth === null ? -1 : image.place);
      clearTimeout(quiet);
      quiet = setTimeout(speak, QUIET, isEmpty ? "The field is empty." : [...answers, ...found].join("; ") + ".");
    }

    function repaintDrawing() {
      field.redraw();
      hiddenUnits.field.paint(find("seen"), pixels, hiddenUnits.field.inkOf(find("seen")));
    }

    function tellSource(strokes, image) {
      const source = find("source");
      if (!image) {
        source.textContent = strokes.length ? "Your drawing as the networks see it." : "The image that the networks see.";
      } else {
        const words = [`Test image ${image.number}: `, ...nameOf(classes[image.label])];
        source.replaceChildren(...words, strokes.length ? ", drawn on." : ".");
      }
    }

    /* The image that was put in is not its own neighbour. */
    function showNearest(without) {
      const pixelsOf = images.map((image) => image.pixels);
      const found = hiddenUnits.networks.nearest(pixelsOf, pixels, nearest.length, without);
      found.forEach(({ place, distance }, rank) => {
        const image = images[place];
        const far = make("small", "", distance.toFixed(1));
        nearest[rank].show(image, make("b", "", ...nameOf(classes[image.label])), " ", far);
      });
      return found.length ? [`the nearest test image is of ${classes[images[found[0].place].label].romaji}`] : [];
    }

    function showSamples() {
      samples.forEach((picture, label) => {
        const own = byClass[label];
        picture.entry.hidden = !own.length;
        if (own.length) picture.show(own[step % own.length], ...nameOf(classes[label]));
      });
    }

    function speak(sentence) {
      find("said").textContent = sentence;
    }

    function putIn(image) {
      field.clear();
      field.image = image;
      soon();
    }

    find("undo").addEventListener("click", () => {
      if (field.strokes.length) field.strokes.pop();
      else field.image = null;
      soon();
    });
    find("clear").addEventListener("click", () => {
      field.clear();
      soon();
    });
    find("others").addEventListener("click", () => {
      step += 1;
      showSamples();
    });
    document.addEventListener("themechange", () => {
      repaintDrawing();
      for (const picture of [...nearest, ...samples]) picture.repaint();
    });

    find("nearest").querySelector(".draw-strip").append(...nearest.map((picture) => picture.entry));
    find("samples").querySelector(".draw-strip").append(...samples.map((picture) => picture.entry));
    find("static").hidden = true;
    find("tool").hidden = false;
    showSamples();
    update();
    clearTimeout(quiet);
  };
})();
