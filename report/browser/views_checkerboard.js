"use strict";
/* The network designed by hand with sigmoids for steps: its output over the plane while all weights grow. */
(function () {
  const hiddenUnits = (window.hiddenUnits = window.hiddenUnits || {});
  hiddenUnits.widgets = hiddenUnits.widgets || {};

  const LOW = -0.5, HIGH = 2.5; // the plane that is shown, as in the printed figure
  const GRAIN = 2; // pixels of the page for each computed one
  const CELLS = 120; // cells along a side in which the boundary is sought
  const RAMP = [[232, 150, 60], [255, 255, 255], [59, 139, 194]]; // the printed figure's colours of 0, 0.5 and 1
  const INK = "#1d2530", WRONG = "#c24a00"; // on that ground by day and by night
  const POINTS = [0, 1, 2].flatMap((x1) => [0, 1, 2].map((x2) => ({ x1, x2, target: (x1 + x2) % 2 })));
  const STEP = 0.05, JUMP = 0.5; // of the scale, by slider and by button

  const sigmoid = (value) => 1 / (1 + Math.exp(-value));

  /* The output of the network with all its weights and biases times k. */
  function outputAt({ hidden, output }, k) {
    return (x1, x2) => {
      let sum = output.bias;
      for (let unit = 0; unit < hidden.biases.length; unit++) {
        const [w1, w2] = hidden.weights[unit];
        sum += output.weights[unit] * sigmoid(k * (w1 * x1 + w2 * x2 + hidden.biases[unit]));
      }
      return sigmoid(k * sum);
    };
  }

  /* Pieces of the line where a function crosses a level, cell by cell of a square grid. */
  function crossings(value, level) {
    const size = (HIGH - LOW) / CELLS, at = (step) => LOW + step * size, pieces = [];
    const grid = Array.from({ length: CELLS + 1 }, (_, i) => Array.from({ length: CELLS + 1 }, (_, j) => value(at(i), at(j)) - level));
    const corners = [[0, 0], [1, 0], [1, 1], [0, 1]];
    for (let i = 0; i < CELLS; i++) {
      for (let j = 0; j < CELLS; j++) {
        const found = [];
        corners.forEach(([a, b], corner) => {
          const [c, d] = corners[(corner + 1) % 4];
          const from = grid[i + a][j + b], to = grid[i + c][j + d];
          if (from < 0 === to < 0) return;
          const share = from / (from - to);
          found.push([at(i + a + share * (c - a)), at(j + b + share * (d - b))]);
        });
        for (let end = 0; end + 1 < found.length; end += 2) pieces.push([found[end], found[end + 1]]);
      }
    }
    return pieces;
  }

  hiddenUnits.widgets.checkerboard = async function (stage, rows, settings) {
    const { decimal, keepDrawn, key, make, palette, picture, speaker, stepper, table } = hiddenUnits.stage;
    const id = stage.closest("figure").id;
    const canvas = make("canvas", "");
    const chart = picture("chart square", settings.label, canvas);
    chart.id = `${id}-chart`;
    const reading = make("div", "reading");
    const voice = speaker();
    const steps = stepper({
      id: `${id}-slider`, label: "Scale k", least: settings.least, most: settings.most, step: STEP, jump: JUMP,
      words: (k) => `k = ${decimal(k, 2)}`, changed: (k) => { read(k); paint(k); },
    });
    const marks = make("p", "marks", ...settings.thresholds.map(([words, k]) => {
      const button = make("button", "", `${words} from k = ${decimal(k, 2)}`);
      button.type = "button";
      button.addEventListener("click", () => steps.go(Math.ceil(k / STEP) * STEP));
      return button;
    }));
    stage.append(
      key([
        ["ramp", RAMP.map((rgb) => `rgb(${rgb})`).join(", "), "output, 0 to 1"], ["stroke carded", INK, "decision boundary at 0.5"],
        ["circle ringed carded", INK, "target 1"], ["circle ringed carded", "#ffffff", "target 0"], ["cross", "var(--view-vermilion)", "wrong"],
      ]),
      make("div", "walk board", chart, reading, make("div", "steps", steps.element, marks)), voice.element,
    );

    function read(k) {
      const value = outputAt(settings.network, k);
      const points = POINTS.map((point) => ({ ...point, output: value(point.x1, point.x2) }));
      const right = points.filter((point) => (point.output >= 0.5) === (point.target === 1));
      const furthest = points.reduce((worst, point) => (Math.abs(point.output - point.target) > Math.abs(worst.output - worst.target) ? point : worst));
      const error = decimal(Math.abs(furthest.output - furthest.target), 4);
      const body = points.map((point) => {
        const good = right.includes(point), sign = make("span", good ? "good" : "bad", good ? "right" : "wrong");
        return [`(${point.x1}, ${point.x2})`, String(point.target), decimal(point.output, 4), sign];
      });
      reading.replaceChildren(
        make("dl", "facts", ...[["right", `${right.length} of ${points.length}`], ["furthest from its target", error]].map(
          ([name, words]) => make("div", "", make("dt", "", name), make("dd", "", words)))),
        table(["point", "target", "output", "answer"], body),
      );
      voice.say(`k = ${decimal(k, 2)}: ${right.length} of ${points.length} right, the furthest ${error} from its target.`);
    }

    let side = 0;
    function paint(k) {
      if (!side) return;
      const left = 44, top = 8, bottom = 38, plane = side - left - top, sharp = window.devicePixelRatio || 1;
      const height = plane + top + bottom, value = outputAt(settings.network, k), colours = palette();
      Object.assign(canvas, { width: Math.round(side * sharp), height: Math.round(height * sharp) });
      canvas.style.cssText = `width: ${side}px; height: ${height}px`;
      const pen = canvas.getContext("2d");
      pen.scale(sharp, sharp);
      const across = (x) => left + (x - LOW) / (HIGH - LOW) * plane, down = (y) => top + (HIGH - y) / (HIGH - LOW) * plane;

      const grains = Math.ceil(plane / GRAIN), image = new ImageData(grains, grains);
      for (let row = 0; row < grains; row++) {
        for (let column = 0; column < grains; column++) {
          const share = 2 * value(LOW + (column + 0.5) / grains * (HIGH - LOW), HIGH - (row + 0.5) / grains * (HIGH - LOW));
          const [from, to] = share < 1 ? [RAMP[0], RAMP[1]] : [RAMP[1], RAMP[2]], part = share < 1 ? share : share - 1;
          const start = 4 * (row * grains + column);
          for (let channel = 0; channel < 3; channel++) image.data[start + channel] = from[channel] + part * (to[channel] - from[channel]);
          image.data[start + 3] = 255;
        }
      }
      const small = document.createElement("canvas");
      Object.assign(small, { width: grains, height: grains });
      small.getContext("2d").putImageData(image, 0, 0);
      pen.drawImage(small, left, top, plane, plane);

      pen.strokeStyle = INK;
      pen.lineWidth = 2;
      pen.lineCap = "round";
      pen.beginPath();
      for (const [[x1, y1], [x2, y2]] of crossings(value, 0.5)) {
        pen.moveTo(across(x1), down(y1));
        pen.lineTo(across(x2), down(y2));
      }
      pen.stroke();

      pen.font = '13px "Source Sans Pro", sans-serif';
      pen.textAlign = "center";
      for (const { x1, x2, target } of POINTS) {
        const x = across(x1), y = down(x2), output = value(x1, x2);
        if ((output >= 0.5) !== (target === 1)) {
          pen.strokeStyle = WRONG;
          pen.lineWidth = 3;
          pen.beginPath();
          for (const way of [-1, 1]) { pen.moveTo(x - 13, y - 13 * way); pen.lineTo(x + 13, y + 13 * way); }
          pen.stroke();
        }
        pen.beginPath();
        pen.arc(x, y, 6.5, 0, 2 * Math.PI);
        pen.fillStyle = target ? INK : "#ffffff";
        pen.strokeStyle = INK;
        pen.lineWidth = 1.6;
        pen.fill();
        pen.stroke();
        pen.strokeStyle = "rgba(255, 255, 255, 0.85)";
        pen.lineWidth = 3.5;
        pen.fillStyle = INK;
        pen.strokeText(decimal(output, 2), x, y + 26);
        pen.fillText(decimal(output, 2), x, y + 26);
      }

      pen.strokeStyle = colours.soft;
      pen.lineWidth = 1;
      pen.strokeRect(left + 0.5, top + 0.5, plane - 1, plane - 1);
      pen.fillStyle = colours.ink;
      for (const tick of [0, 1, 2]) {
        pen.fillText(tick, across(tick), top + plane + 17);
        pen.fillText(tick, left - 11, down(tick) + 4.5);
      }
      pen.font = '14.5px "Source Sans Pro", sans-serif';
      pen.fillText("x₁", left + plane / 2, top + plane + 34);
      pen.fillText("x₂", 12, top + plane / 2 - 14);
    }

    read(steps.place);
    keepDrawn(chart, (width) => { side = Math.min(width, 470); paint(steps.place); });
  };

  hiddenUnits.checkerboard = { outputAt };
})();
