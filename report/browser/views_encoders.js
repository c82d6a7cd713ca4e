/* Encoders while they train: a dot for each row's hidden code, a line where each output changes sides. */

const SVG = "http://www.w3.org/2000/svg";
const FRAME = 1.06; // half the side of the square that is shown
const MOVING = 350; // milliseconds from one snapshot to the next
const MARGIN = { left: 46, zoomed: 84, bottom: 40, other: 8 }; // pixels; zoomed, ticks have more digits

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

async function snapshots(stage, rows, settings) {
  const id = stage.closest("figure").id;
  const targets = settings.table;
  const whole = [0, 0, FRAME];
  const moments = [...groups(rows, "epoch")].map(([epoch, parts]) => {
    const dots = parts.filter((row) => row.part === "dot").map((row) => [row.h1, row.h2]);
    const lines = parts.filter((row) => row.part === "line").map((row) => [row.w1, row.w2, row.bias]);
    const wrong = dots.map(([x, y], row) => lines.filter(([a, b, c], output) => (a * x + b * y + c >= 0) !== (targets[row][output] === 1)).length);
    const [across, up] = [0, 1].map((axis) => dots.map((dot) => dot[axis])).map((values) => [Math.min(...values), Math.max(...values)]);
    const side = Math.max(across[1] - across[0], up[1] - up[0]);
    return { epoch, dots, lines, wrong, side, near: [(across[0] + across[1]) / 2, (up[0] + up[1]) / 2, Math.min(FRAME, 0.6 * side || FRAME)] };
  });
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  let followed = null, zoomed = false, width = 0, frame = 0;
  let shown = { ...moments[0], window: whole };

  /* parts of the stage */

  const chart = picture({ id: `${id}-chart`, class: "chart square", "aria-label": settings.label });
  const reading = make("div", "reading");
  const voice = speaker();
  const steps = stepper({
    id: `${id}-slider`, label: "Snapshot", most: moments.length - 1, changed: (place) => move(place),
    words: (place) => `epoch ${count(moments[place].epoch)}`,
  });
  const which = choice(`${id}-row`, "Follow row", [["", "none"], ...targets.map((_, row) => [row, row + 1])], follow);
  const zoom = make("input", { type: "checkbox" });
  zoom.addEventListener("change", () => { zoomed = zoom.checked; move(steps.place); });
  const near = make("label", "near", zoom, "Zoom in on the dots");
  const marks = key([
    ["circle", "var(--view-blue)", "a row, all its outputs right"], ["diamond", "var(--view-vermilion)", "a row with a wrong output"],
    ["stroke thin", "var(--view-orange)", "an output’s decision boundary"],
  ]);
  stage.append(marks, make("div", "bar", which.element, near), make("div", "walk", chart, reading, make("div", "steps", steps.element)), voice.element);

  function follow(row) {
    followed = row === "" ? null : Number(row);
    which.select.value = row;
    paint();
  }

  /* what is drawn */

  const left = () => (zoomed ? MARGIN.zoomed : MARGIN.left);
  const pixels = () => width - left() - MARGIN.other;
  const across = (x) => left() + ((x - shown.window[0]) / shown.window[2] + 1) * pixels() / 2;
  const down = (y) => MARGIN.other + (1 - (y - shown.window[1]) / shown.window[2]) * pixels() / 2;

  function paint() {
    if (!width) return;
    const place = steps.place, moment = moments[place], side = pixels();
    const asked = (output) => followed !== null && targets[followed][output] === 1;
    const clip = `${id}-clip`;
    const square = { x: left(), y: MARGIN.other, width: side, height: side };
    const svg = makeSvg("svg", { width, height: side + MARGIN.other + MARGIN.bottom, "aria-hidden": "true" },
      makeSvg("clipPath", { id: clip }, makeSvg("rect", square)), makeSvg("rect", { ...square, class: "frame" }), ...ticks());
    const inside = makeSvg("g", { "clip-path": `url(#${clip})` });
    shown.lines.forEach((line, output) => {
      const [[x1, y1], [x2, y2]] = ends(line, shown.window);
      inside.append(makeSvg("line", {
        x1: across(x1), y1: down(y1), x2: across(x2), y2: down(y2),
        class: followed === null ? "boundary" : asked(output) ? "boundary asked" : "boundary other",
      }));
    });
    if (followed !== null) {
      const past = moments.slice(0, place).map((each) => each.dots[followed]).concat([shown.dots[followed]]);
      inside.append(makeSvg("polyline", { class: "trail", points: past.map(([x, y]) => `${across(x)},${down(y)}`).join(" ") }));
    }
    shown.dots.forEach(([x, y], row) => {
      const u = across(x), v = down(y), wrong = moment.wrong[row] > 0;
      const dot = wrong ? makeSvg("rect", { x: u - 5, y: v - 5, width: 10, height: 10, transform: `rotate(45 ${u} ${v})` }) : makeSvg("circle", { cx: u, cy: v, r: 6.5 });
      dot.setAttribute("class", `dot ${wrong ? "wrong" : ""} ${followed !== null && followed !== row ? "other" : ""}`);
      dot.append(makeSvg("title", {}, `row ${row + 1}: h₁ ${decimal(moment.dots[row][0], 3)}, h₂ ${decimal(moment.dots[row][1], 3)}${wrong ? `; wrong outputs: ${moment.wrong[row]}` : ""}`));
      dot.addEventListener("click", () => follow(followed === row ? "" : String(row)));
      inside.append(dot);
    });
    if (followed !== null) {
      const [x, y] = shown.dots[followed];
      inside.append(makeSvg("text", { x: across(x), y: down(y) + (down(y) < 40 ? 24 : -12), class: "row" }, String(followed + 1)));
    }
    svg.append(inside);
    chart.replaceChildren(svg);
  }

  function ticks() {
    const [x, y, half] = shown.window, end = MARGIN.other + pixels();
    const at = (middle) => (zoomed && half < 0.5 * FRAME ? [middle - 0.8 * half, middle + 0.8 * half] : [-1, 0, 1]);
    const words = (value) => decimal(value, half < 0.5 * FRAME && zoomed ? Math.max(1, 1 - Math.floor(Math.log10(half))) : 0);
    return [
      ...at(x).map((value) => makeSvg("text", { x: across(value), y: end + 17, class: "tick", "text-anchor": "middle" }, words(value))),
      ...at(y).map((value) => makeSvg("text", { x: left() - 6, y: down(value) + 4, class: "tick", "text-anchor": "end" }, words(value))),
      makeSvg("text", { x: left() + pixels() / 2, y: end + 35, class: "axis", "text-anchor": "middle" }, "h₁"),
      makeSvg("text", { x: 12, y: MARGIN.other + pixels() / 2 - 12, class: "axis", "text-anchor": "middle" }, "h₂"),
    ];
  }

  /* From what is shown to a snapshot, in one go where motion is not wanted. */
  function move(place) {
    const from = shown, to = { ...moments[place], window: zoomed ? moments[place].near : whole };
    const start = performance.now();
    cancelAnimationFrame(frame);
    const next = (now) => {
      const share = still.matches ? 1 : Math.min(1, (now - start) / MOVING);
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
