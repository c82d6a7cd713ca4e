/* Encoders while they train: a dot for each row's hidden code, a line where each output changes sides. */

const SVG = "http://www.w3.org/2000/svg";
const FRAME = 1.06; // half the side of the square that is shown
const WHOLE = [0, 0, FRAME];
const MOVING = 350; // milliseconds from one snapshot to the next
const MARGIN = { left: 46, zoomed: 84, bottom: 44, other: 8 }; // pixels; zoomed, ticks have more digits

function makeSvg(name, attributes, ...children) {
  return dress(document.createElementNS(SVG, name), attributes, children);
}

const between = (from, to, share) => from.map((value, place) => value + share * (to[place] - value));
const blend = (from, to, share) => ({
  dots: from.dots.map((dot, place) => between(dot, to.dots[place], share)),
  lines: from.lines.map((line, place) => between(line, to.lines[place], share)),
  window: between(from.window, to.window, share),
});

/* Two points of the line a x + b y + c = 0, further apart than a square is wide, with its foot from the middle between them. */
function ends([a, b, c], [x, y, half]) {
  const length = Math.hypot(a, b), away = (a * x + b * y + c) / length ** 2;
  return [-2, 2].map((way) => [x - a * away - b * way * half / length, y - b * away + a * way * half / length]);
}

const SQUARE_MARKS = [
  ["circle", "var(--view-blue)", "a row, all its outputs right"], ["diamond", "var(--view-vermilion)", "a row with a wrong output"],
  ["stroke thin", "var(--view-orange)", "an output’s decision boundary"],
];

/* Of each row, how many of its outputs are on the wrong side. */
const wrongOutputs = (dots, lines, targets) => dots.map(([x, y], row) => (
  lines.filter(([a, b, c], output) => (a * x + b * y + c >= 0) !== (targets[row][output] === 1)).length));

/* Dots and lines in a square of the two hidden units, of which `window` shows a part: its middle and half its side.
   A row may be followed: its place in the past (`past`), and its own lines; a click on a dot chooses its row.
   `still` is where the dots are said to be while they move. */
function makeSquare(id, width, { dots, lines, wrong, targets, still = dots, window = WHOLE, zoomed = false, followed = null, past = [], chosen }) {
  const left = zoomed ? MARGIN.zoomed : MARGIN.left, side = width - left - MARGIN.other;
  const across = (x) => left + ((x - window[0]) / window[2] + 1) * side / 2;
  const down = (y) => MARGIN.other + (1 - (y - window[1]) / window[2]) * side / 2;
  const square = { x: left, y: MARGIN.other, width: side, height: side };
  const svg = makeSvg("svg", { width, height: side + MARGIN.other + MARGIN.bottom, "aria-hidden": "true" },
    makeSvg("clipPath", { id: `${id}-clip` }, makeSvg("rect", square)), makeSvg("rect", { ...square, class: "frame" }), ...ticks());
  const inside = makeSvg("g", { "clip-path": `url(#${id}-clip)` });
  lines.forEach((line, output) => {
    const [[x1, y1], [x2, y2]] = ends(line, window);
    const kind = followed === null ? "" : targets[followed][output] === 1 ? "asked" : "other";
    inside.append(makeSvg("line", { x1: across(x1), y1: down(y1), x2: across(x2), y2: down(y2), class: `boundary ${kind}` }));
  });
  if (followed !== null) {
    inside.append(makeSvg("polyline", { class: "trail", points: [...past, dots[followed]].map(([x, y]) => `${across(x)},${down(y)}`).join(" ") }));
  }
  dots.forEach(([x, y], row) => {
    const u = across(x), v = down(y), isWrong = wrong[row] > 0;
    const dot = isWrong ? makeSvg("rect", { x: u - 5, y: v - 5, width: 10, height: 10, transform: `rotate(45 ${u} ${v})` }) : makeSvg("circle", { cx: u, cy: v, r: 6.5 });
    dot.setAttribute("class", `dot ${isWrong ? "wrong" : ""} ${followed !== null && followed !== row ? "other" : ""} ${chosen ? "chosen" : ""}`);
    dot.append(makeSvg("title", {}, `row ${row + 1}: h₁ ${decimal(still[row][0], 3)}, h₂ ${decimal(still[row][1], 3)}${isWrong ? `; wrong outputs: ${wrong[row]}` : ""}`));
    if (chosen) dot.addEventListener("click", () => chosen(followed === row ? "" : String(row)));
    inside.append(dot);
  });
  if (followed !== null) {
    const [x, y] = dots[followed];
    inside.append(makeSvg("text", { x: across(x), y: down(y) + (down(y) < 40 ? 24 : -12), class: "row" }, String(followed + 1)));
  }
  svg.append(inside);
  return svg;

  function ticks() {
    const [x, y, half] = window, end = MARGIN.other + side, isClose = zoomed && half < 0.5 * FRAME;
    const at = (middle) => (isClose ? [middle - 0.8 * half, middle + 0.8 * half] : [-1, 0, 1]);
    const words = (value) => decimal(value, isClose ? Math.max(1, 1 - Math.floor(Math.log10(half))) : 0);
    return [
      ...at(x).map((value) => makeSvg("text", { x: across(value), y: end + 17, class: "tick", "text-anchor": "middle" }, words(value))),
      ...at(y).map((value) => makeSvg("text", { x: left - 6, y: down(value) + 4, class: "tick", "text-anchor": "end" }, words(value))),
      makeSvg("text", { x: left + side / 2, y: end + 35, class: "axis", "text-anchor": "middle" }, "h₁"),
      makeSvg("text", { x: 12, y: MARGIN.other + side / 2 - 12, class: "axis", "text-anchor": "middle" }, "h₂"),
    ];
  }
}

async function snapshots(stage, rows, settings) {
  const id = stage.closest("figure").id;
  const targets = settings.table;
  const moments = [...groups(rows, "epoch")].map(([epoch, parts]) => {
    const dots = parts.filter((row) => row.part === "dot").map((row) => [row.h1, row.h2]);
    const lines = parts.filter((row) => row.part === "line").map((row) => [row.w1, row.w2, row.bias]);
    const wrong = wrongOutputs(dots, lines, targets);
    const [across, up] = [0, 1].map((axis) => dots.map((dot) => dot[axis])).map((values) => [Math.min(...values), Math.max(...values)]);
    const side = Math.max(across[1] - across[0], up[1] - up[0]);
    return { epoch, dots, lines, wrong, side, near: [(across[0] + across[1]) / 2, (up[0] + up[1]) / 2, Math.min(FRAME, 0.6 * side || FRAME)] };
  });

  let followed = null, zoomed = false, width = 0, frame = 0;
  let shown = { ...moments[0], window: WHOLE };

  /* parts of the stage */

  const chart = picture({ id: `${id}-chart`, class: "chart square", "aria-label": settings.label });
  const reading = make("div", "reading");
  const voice = speaker();
  const steps = stepper({
    id: `${id}-slider`, label: "Snapshot", plays: PACE, most: moments.length - 1, changed: (place) => move(place),
    words: (place) => `epoch ${count(moments[place].epoch)}`,
  });
  const which = choice(`${id}-row`, "Follow row", [["", "none"], ...targets.map((_, row) => [row, row + 1])], follow);
  const zoom = make("input", { type: "checkbox", id: `${id}-zoom` });
  zoom.addEventListener("change", () => { zoomed = zoom.checked; move(steps.place); });
  const near = make("label", "near", zoom, "Zoom in on the dots");
  stage.append(key(SQUARE_MARKS), make("div", "bar", which.element, near), make("div", "walk", chart, reading, make("div", "steps", steps.element)), voice.element);

  function follow(row) {
    followed = row === "" ? null : Number(row);
    which.select.value = row;
    paint();
  }

  function paint() {
    if (!width) return;
    const moment = moments[steps.place];
    const past = followed === null ? [] : moments.slice(0, steps.place).map((each) => each.dots[followed]);
    chart.replaceChildren(makeSquare(id, width, { ...shown, wrong: moment.wrong, still: moment.dots, zoomed, followed, past, targets, chosen: follow }));
  }

  /* From what is shown to a snapshot, in one go where motion is not wanted. */
  function move(place) {
    const from = shown, to = { ...moments[place], window: zoomed ? moments[place].near : WHOLE };
    const start = performance.now();
    cancelAnimationFrame(frame);
    const next = (now) => {
      const share = calm.matches ? 1 : Math.min(1, (now - start) / MOVING);
      shown = share < 1 ? blend(from, to, share * share * (3 - 2 * share)) : to;
      paint();
      if (share < 1) frame = requestAnimationFrame(next);
    };
    next(start);
    read(place);
  }

  function read(place) {
    const { epoch, wrong, side } = moments[place], entries = targets.length * targets[0].length;
    const found = [
      ["epoch", count(epoch)],
      ["rows all right", `${wrong.filter((number) => number === 0).length} of ${targets.length}`],
      ["entries right", `${entries - wrong.reduce((sum, number) => sum + number, 0)} of ${entries}`],
      ["side of the square that holds all dots", decimal(side, side < 0.1 ? 4 : 2)],
    ];
    reading.replaceChildren(facts(found, "upright"));
    voice.say(sentence(found));
  }

  read(0);
  keepDrawn(chart, (now) => { width = Math.min(now, 480); paint(); });
}
