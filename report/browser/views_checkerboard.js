/* The network designed by hand with sigmoids for steps: its output over the plane while all weights grow. */

const LOW = -0.5, HIGH = 2.5; // the plane that is shown, as in the printed figure
const GRID = Array.from({ length: 121 }, (_, k) => LOW + k * (HIGH - LOW) / 120); // where it is computed, along a side
const ANSWERS = [[232, 150, 60], [255, 255, 255], [59, 139, 194]]; // the printed figure's colours of 0, 0.5 and 1
const DARK = "#1d2530", WRONG = "#c24a00"; // on that ground by day and by night
const POINTS = [0, 1, 2].flatMap((x1) => [0, 1, 2].map((x2) => ({ x1, x2, target: (x1 + x2) % 2 })));
const UNDER = 0.25; // of the plane, from a point to the middle of its number
const STEP = 0.05, JUMP = 0.5; // of the scale, by slider and by button

const sigmoid = (value) => 1 / (1 + Math.exp(-value));

/* The output of the network with all its weights and biases times k. */
function outputAt({ hidden, output }, k) {
  return (x1, x2) => {
    const codes = hidden.weights.map(([w1, w2], unit) => sigmoid(k * (w1 * x1 + w2 * x2 + hidden.biases[unit])));
    return sigmoid(k * codes.reduce((sum, code, unit) => sum + output.weights[unit] * code, output.bias));
  };
}

async function checkerboard(stage, rows, settings) {
  const id = stage.closest("figure").id;
  const plotly = await loadPlotly();
  const chart = picture({ id: `${id}-chart`, class: "chart", "aria-label": settings.label });
  const reading = make("div", "reading");
  const voice = speaker();
  const steps = stepper({
    id: `${id}-slider`, label: "Scale k", plays: PACE / 4, least: settings.least, most: settings.most, step: STEP, jump: JUMP,
    words: (k) => `k = ${decimal(k, 2)}`, changed: (k) => { read(k); redraw(); },
  });
  const marks = make("p", "marks", ...settings.thresholds.map(([words, k]) => (
    makeButton("", () => steps.go(Math.ceil(k / STEP) * STEP), `${words} from k = ${decimal(Math.ceil(100 * k - 1e-9) / 100, 2)}`))));
  stage.append(
    key([
      ["ramp", ANSWERS.map((rgb) => `rgb(${rgb})`).join(", "), "output, 0 to 1"], ["stroke carded", DARK, "decision boundary at 0.5"],
      ["circle ringed carded", DARK, "target 1"], ["circle ringed carded", "#ffffff", "target 0"], ["cross", "var(--view-vermilion)", "wrong"],
    ]),
    make("div", "walk board", chart, reading, make("div", "steps", steps.element, marks)), voice.element,
  );

  const isRight = ({ output, target }) => (output >= 0.5) === (target === 1);

  function answersAt(k) {
    const value = outputAt(settings.network, k);
    return POINTS.map((point) => ({ ...point, output: value(point.x1, point.x2) }));
  }

  function read(k) {
    const points = answersAt(k);
    const right = points.filter(isRight);
    const furthest = points.reduce((worst, point) => (Math.abs(point.output - point.target) > Math.abs(worst.output - worst.target) ? point : worst));
    const error = decimal(Math.abs(furthest.output - furthest.target), 4);
    const body = points.map((point) => {
      const good = right.includes(point), sign = make("span", good ? "good" : "bad", good ? "right" : "wrong");
      return [`(${point.x1}, ${point.x2})`, String(point.target), decimal(point.output, 4), sign];
    });
    reading.replaceChildren(
      facts([["right", `${right.length} of ${points.length}`], ["furthest from its target", error]]),
      table(["point", "target", "output", "answer"], body),
    );
    voice.say(`k = ${decimal(k, 2)}: ${right.length} of ${points.length} right, the furthest ${error} from its target.`);
  }

  function traces() {
    const value = outputAt(settings.network, steps.place), line = { color: DARK, width: 2 };
    const ground = { x: GRID, y: GRID, z: GRID.map((x2) => GRID.map((x1) => value(x1, x2))), hoverinfo: "skip" };
    const points = answersAt(steps.place);
    const marked = (some, settings) => ({ x: some.map(({ x1 }) => x1), y: some.map(({ x2 }) => x2), hoverinfo: "skip", ...settings });
    return [
      { ...ground, type: "heatmap", zmin: 0, zmax: 1, zsmooth: "fast", colorscale: ANSWERS.map((rgb, k) => [k / 2, `rgb(${rgb})`]), showscale: false },
      { ...ground, type: "contour", contours: { type: "constraint", operation: "=", value: 0.5 }, line, showlegend: false },
      marked(points.filter((point) => !isRight(point)), { mode: "markers", marker: { symbol: "x-thin", size: 26, line: { color: WRONG, width: 3 } } }),
      marked(points, {
        mode: "markers",
        marker: { size: 13, color: points.map(({ target }) => (target ? DARK : "#ffffff")), line: { ...line, width: 1.6 } },
      }),
      marked(points, {
        mode: "text", y: points.map(({ x2 }) => x2 - UNDER), text: points.map(({ output }) => decimal(output, 2)),
        textfont: { color: DARK, shadow: "1px 1px #fff, 1px -1px #fff, -1px 1px #fff, -1px -1px #fff, 0 0 3px #fff" },
      }),
    ];
  }

  read(steps.place);
  const redraw = keepDrawn(chart, (width) => {
    const colours = palette();
    const side = { range: [LOW, HIGH], tickvals: [0, 1, 2], mirror: true, ticks: "", showgrid: false, constrain: "domain" };
    plotly.react(chart, traces(), layout(colours, {
      width, height: Math.min(width, 464),
      xaxis: axis(colours, { ...side, title: "x₁" }), yaxis: axis(colours, { ...side, title: "x₂", scaleanchor: "x" }),
    }), CONFIG);
  });
}
