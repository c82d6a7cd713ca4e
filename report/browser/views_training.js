/* Networks that learn before the reader's eyes, another one with each press; their arithmetic is in training.js. */

const SPEEDS = [[1, "1 epoch a frame"], [10, "10 epochs a frame"], [100, "100 epochs a frame"], [1000, "1,000 epochs a frame"], ["Infinity", "as fast as it can"]];
const USUAL_SPEED = 100;
const CALM = 1000; // milliseconds between two pictures where motion is not wanted
const FINE = 60; // squares of the plane along a side
const INSET = 0.12; // of the plane, between its edge and the handles of a line
const NUDGE = 0.05; // of the plane, by an arrow key
const NEAR = 10; // pixels from a line within which it can be dragged

/* The buttons and the speed of a training. `begin(seed)` makes a network, `show` shows it, `end` hears that it ended. */
function makeTrainer(id, { begin, show, end }) {
  let seed = Math.floor(1e6 * Math.random()), network = null, shown = 0;
  const speed = choice(`${id}-speed`, "Speed", SPEEDS, () => {});
  speed.select.value = USUAL_SPEED;
  const showAll = () => {
    player.button.setAttribute("aria-disabled", String(network.ended));
    show();
  };
  const player = makePlayer({
    names: ["Go on", "Pause"],
    step(now) {
      if (network.ended) return false;
      trainFor(network, Number(speed.select.value));
      if (network.ended) end(network);
      if (network.ended || !calm.matches || now - shown > CALM) {
        shown = now;
        showAll();
      }
      return !network.ended;
    },
    turned: () => showAll(),
  });
  const button = makeButton("train", () => {
    seed += 1;
    trainer.use(begin(seed));
    player.play();
  }, "Train");
  const trainer = {
    element: make("div", "trainer", button, player.button, speed.element),
    get isPlaying() { return player.isPlaying; },
    get seed() { return seed; },
    get network() { return network; },
    /* Show another network, which is not trained yet. */
    use(another) {
      player.pause();
      network = another;
      showAll();
    },
  };
  return trainer;
}

async function trainEncoder(stage, rows, settings) {
  const id = stage.closest("figure").id, { training } = settings;
  const tables = settings.tables.map(({ title, size, table }) => ({
    title, targets: table ?? Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => Number(row === column))),
  }));
  const chart = picture({ id: `${id}-chart`, class: "chart square", "aria-label": "Dots and lines in the square of two hidden units, while the network is trained." });
  const reading = make("div", "reading");
  const voice = speaker();
  const which = choice(`${id}-table`, "Table", tables.map(({ title }, place) => [place, title]), () => trainer.use(fresh()));
  which.select.value = settings.start;
  const chosen = () => tables[which.select.value].targets;
  const fresh = (seed = 0) => newEncoder(chosen(), training, seed);
  let width = 0;
  const trainer = makeTrainer(id, { begin: fresh, show, end: () => voice.say(sentence(found())) });
  stage.append(key(SQUARE_MARKS), make("div", "bar", which.element, trainer.element), make("div", "walk", chart, reading), make("p", "note",
    `In this study training ends when the loss is ${training.stop_loss}, or at epoch ${count(settings.cap)}; here it goes on until its loss is as small.`), voice.element);

  function found() {
    const { network } = trainer, targets = chosen(), dots = network.dots(), wrong = wrongOutputs(dots, network.lines(), targets);
    const size = targets.length * targets[0].length, right = size - wrong.reduce((sum, number) => sum + number, 0);
    const isApart = dots.every(([x, y], row) => dots.slice(0, row).every(([u, v]) => Math.hypot(x - u, y - v) >= settings.merged));
    const state = network.ended ? (right === size && isApart ? "ended, solved" : "ended, not solved") : trainer.isPlaying ? "in training" : network.epoch ? "paused" : "not trained yet";
    return [["epoch", count(network.epoch)], ["right", `${right} of ${size} outputs`], ["loss", decimal(network.loss(), 4)], ["state", state]];
  }

  function show() {
    if (!width) return;
    const { network } = trainer, targets = chosen(), dots = network.dots(), lines = network.lines();
    chart.replaceChildren(makeSquare(id, width, { dots, lines, wrong: wrongOutputs(dots, lines, targets), targets }));
    reading.replaceChildren(facts(found(), "upright"));
  }

  trainer.use(fresh());
  keepDrawn(chart, (now) => { width = Math.min(now, 480); show(); });
}

/* The square of the plane that is shown, cut where a value is zero: pieces of the line, as a path. */
function zeroPath(values, at) {
  const pieces = [], last = FINE;
  for (let row = 0; row < last; row += 1) {
    for (let column = 0; column < last; column += 1) {
      const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
      const cut = corners.flatMap(([x, y], corner) => {
        const [u, v] = corners[(corner + 1) % 4], here = values[y][x], there = values[v][u];
        if ((here >= 0) === (there >= 0)) return [];
        const share = here / (here - there);
        return [`${at(x + share * (u - x))},${at(last - y - share * (v - y))}`];
      });
      for (let place = 0; place < cut.length; place += 2) pieces.push(`M${cut[place]}L${cut[place + 1]}`);
    }
  }
  return pieces.join("");
}

/* The two points by which a line a x + b y + c = 0 is held: where it leaves the plane, nearly; or, where it does not
   come there, the corner nearest to it. The positive side is to the left on the way from the first to the second. */
function holdsOf([a, b, c]) {
  const low = LOW + INSET, high = HIGH - INSET, middle = (LOW + HIGH) / 2;
  const length = Math.hypot(a, b) || 1, away = (a * middle + b * middle + c) / length ** 2;
  const foot = [middle - a * away, middle - b * away], way = [b / length, -a / length];
  const reach = [[-9, 9], ...way.flatMap((part, axis) => (
    Math.abs(part) < 1e-9 ? (foot[axis] > low && foot[axis] < high ? [] : [[1, -1]]) : [[(low - foot[axis]) / part, (high - foot[axis]) / part].sort((p, q) => p - q)]))];
  const from = Math.max(...reach.map(([least]) => least)), to = Math.min(...reach.map(([, most]) => most));
  const ends = from < to ? [from, to] : [0, 0];
  return ends.map((far) => foot.map((value, axis) => Math.min(high, Math.max(low, value + far * way[axis]))));
}

async function trainCheckerboard(stage, rows, settings) {
  const id = stage.closest("figure").id, { training, designed } = settings;
  const chart = picture({ id: `${id}-chart`, class: "chart plane", role: "group", "aria-label": "Output of the network over the plane as colour, its decision boundary, the nine points, and each hidden unit’s line, whose two ends can be moved." });
  const ground = make("canvas", { width: FINE + 1, height: FINE + 1, "aria-hidden": "true" });
  const drawing = makeSvg("svg", { "aria-hidden": "true" });
  const reading = make("div", "reading");
  const voice = speaker();
  const tally = new Map(settings.hidden.map((hidden) => [hidden, { tried: 0, solved: 0 }]));
  const size = designed.output.weights.length;
  const which = choice(`${id}-units`, "Hidden units", settings.hidden.map((hidden) => [hidden, hidden === size ? `${hidden}, designed by hand` : hidden]), start);
  const hidden = () => Number(which.select.value);
  let side = 0, handles = [], held = null, touched = true;
  if (settings.hidden.includes(size)) which.select.value = size;

  const trainer = makeTrainer(id, {
    begin(seed) {
      touched = false;
      return newLearner(hidden(), training, seed);
    },
    show: paint,
    end({ solved }) {
      // One that the reader's hand has helped does not count.
      if (!touched) {
        tally.get(hidden()).tried += 1;
        tally.get(hidden()).solved += Number(solved);
      }
      voice.say(sentence(found()));
    },
  });
  stage.append(
    key([
      ["ramp", ANSWERS.map((rgb) => `rgb(${rgb})`).join(", "), "output, 0 to 1"], ["stroke carded", DARK, "decision boundary at 0.5"], ["stroke thin dashed carded", DARK, "a hidden unit’s line"],
      ["circle ringed carded", DARK, "target 1"], ["circle ringed carded", "#ffffff", "target 0"], ["cross", "var(--view-vermilion)", "wrong"],
    ]),
    make("div", "bar", which.element, trainer.element), make("div", "walk", chart, reading),
    make("p", "note", "Drag a line by its ends, or move an end with the arrow keys, and train on from there. It is solved when all nine points have been right for ",
      `${count(training.consecutive)} epochs in a row, and given up at epoch ${count(training.max_epochs)}.`),
    voice.element,
  );

  /* The designed network, or one that has learned nothing yet; with a handle for both ends of each unit's line. */
  function start() {
    touched = hidden() === size;
    handles = [...Array(hidden()).keys()].map((unit) => [0, 1].map((end) => makeHandle(unit, end)));
    chart.replaceChildren(ground, drawing, ...handles.flat());
    trainer.use(hidden() === size ? makeLearner(size, training, parametersOf(designed)) : newLearner(hidden(), training, trainer.seed));
  }

  /* the hand */

  const toPlane = (pixel) => LOW + pixel * (HIGH - LOW) / side;
  const pointOf = ({ clientX, clientY }) => {
    const frame = drawing.getBoundingClientRect();
    return [toPlane(clientX - frame.left), toPlane(side - clientY + frame.top)];
  };
  const inPlane = (point) => point.map((value) => Math.min(HIGH, Math.max(LOW, value)));

  function setLine(unit, line) {
    touched = true;
    trainer.network.setLine(unit, line);
    if (!trainer.isPlaying) paint();
    voice.say(`h${lowered(unit + 1)} moved: ${trainer.network.right} of ${POINTS.length} points right.`);
  }

  /* One end of a line moves to a point, the other stays; the weights keep their size, and the sides their signs. */
  function moveEnd(unit, end, to) {
    const line = trainer.network.line(unit), other = holdsOf(line)[1 - end];
    const [x, y] = [0, 1].map((axis) => (end ? to[axis] - other[axis] : other[axis] - to[axis]));
    const length = Math.hypot(x, y), size = Math.hypot(line[0], line[1]) || 1;
    if (length < NUDGE) return;
    const [a, b] = [-size * y / length, size * x / length];
    setLine(unit, [a, b, -a * other[0] - b * other[1]]);
  }

  function makeHandle(unit, end) {
    const handle = makeButton({ class: "handle", "aria-label": `${end ? "Second" : "First"} end of the line of h${lowered(unit + 1)}: arrow keys move it` }, () => {});
    handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      held = { handle, point: inPlane(pointOf(event)) };
      moveEnd(unit, end, held.point);
    });
    handle.addEventListener("lostpointercapture", () => { held = null; paint(); });
    handle.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-NUDGE, 0], ArrowRight: [NUDGE, 0], ArrowUp: [0, NUDGE], ArrowDown: [0, -NUDGE] }[event.key];
      if (!move) return;
      event.preventDefault();
      const place = holdsOf(trainer.network.line(unit))[end];
      moveEnd(unit, end, inPlane(place.map((value, axis) => value + move[axis])));
    });
    return handle;
  }

  /* With a mouse a whole line can be dragged; a finger there scrolls the page. */
  chart.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.target.closest("button")) return;
    const from = pointOf(event), { network } = trainer;
    const far = handles.map((_, unit) => {
      const [a, b, c] = network.line(unit);
      return Math.abs(a * from[0] + b * from[1] + c) / Math.hypot(a, b);
    });
    const unit = far.indexOf(Math.min(...far)), [a, b, c] = network.line(unit);
    if (far[unit] > NEAR * (HIGH - LOW) / side) return;
    event.preventDefault();
    chart.setPointerCapture(event.pointerId);
    const move = (now) => {
      const to = inPlane(pointOf(now));
      setLine(unit, [a, b, c - a * (to[0] - from[0]) - b * (to[1] - from[1])]);
    };
    chart.addEventListener("pointermove", move);
    chart.addEventListener("lostpointercapture", () => chart.removeEventListener("pointermove", move), { once: true });
  });

  /* what is shown */

  function found() {
    const { network } = trainer, { tried, solved } = tally.get(hidden());
    const state = network.ended ? (network.solved ? "solved" : "given up") : trainer.isPlaying ? "in training" : network.epoch ? "paused" : touched ? "by hand" : "not trained yet";
    return [["epoch", count(network.epoch)], ["right", `${network.right} of ${POINTS.length} points`], ["state", state], [`with ${hidden()} units`, tried ? `solved ${solved} of ${tried}` : "none trained yet"]];
  }

  function paint() {
    if (!side) return;
    const at = (value) => (value - LOW) * side / (HIGH - LOW), cell = side / FINE;
    const value = outputAt(trainer.network.mapping(), 1);
    const places = Array.from({ length: FINE + 1 }, (_, k) => LOW + k * (HIGH - LOW) / FINE);
    const over = places.map((x2) => places.map((x1) => value(x1, x2) - 0.5));
    const context = ground.getContext("2d"), image = context.createImageData(FINE + 1, FINE + 1);
    over.forEach((row, up) => row.forEach((off, column) => {
      const colour = between(ANSWERS[1], ANSWERS[off < 0 ? 0 : 2], 2 * Math.abs(off));
      image.data.set([...colour, 255], 4 * ((FINE - up) * (FINE + 1) + column));
    }));
    context.putImageData(image, 0, 0);
    const lines = handles.map((_, unit) => {
      const [[x1, y1], [x2, y2]] = ends(trainer.network.line(unit), [1, 1, (HIGH - LOW) / 2]).map(([x, y]) => [at(x), side - at(y)]);
      return makeSvg("line", { x1, y1, x2, y2, class: "unit" });
    });
    const points = POINTS.flatMap(({ x1, x2, target }) => {
      const x = at(x1), y = side - at(x2), isRight = (value(x1, x2) >= 0.5) === (target === 1);
      const dot = makeSvg("circle", { cx: x, cy: y, r: 7, class: target ? "one" : "zero" });
      return isRight ? [dot] : [makeSvg("path", { class: "miss", d: `M${x - 13},${y - 13}l26,26m0,-26l-26,26` }), dot];
    });
    drawing.setAttribute("viewBox", `0 0 ${side} ${side}`);
    drawing.replaceChildren(makeSvg("path", { class: "edge", d: zeroPath(over, (place) => place * cell) }), ...lines, ...points);
    handles.forEach((pair, unit) => {
      const holds = holdsOf(trainer.network.line(unit));
      pair.forEach((handle, end) => {
        const [x, y] = held?.handle === handle ? held.point : holds[end];
        Object.assign(handle.style, { left: `${at(x)}px`, top: `${side - at(y)}px` });
        handle.textContent = `h${lowered(unit + 1)}`;
      });
    });
    reading.replaceChildren(facts(found(), "upright"));
  }

  start();
  keepDrawn(chart, (width) => {
    side = Math.min(width, 460);
    for (const part of [ground, drawing]) Object.assign(part.style, { width: `${side}px`, height: `${side}px` });
    paint();
  });
}
