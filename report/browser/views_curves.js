/* Curves with their values: accuracy against width, and the learning of the classifiers. */

const MARKS = {
  netlin: "circle", netfull: "square", netconv: "triangle-up", "own-1": "diamond", "own-2": "triangle-down", "own-3": "star", "own-4": "x",
};
const family = (model, keys) => keys?.[model] ?? model.split("-")[0];

/* A line that shows at which place on the axis the values are read. */
function guides(colours, place, axes) {
  return axes.map(([x, y]) => ({
    type: "line", xref: x, yref: `${y} domain`, x0: place, x1: place, y0: 0, y1: 1, layer: "below",
    line: { color: colours.soft, width: 1, dash: "dot" },
  }));
}

/* Charts that read at a place chosen with a slider or by a click.

   `values`: the places; `read`: at one of them the parts to show and the words to speak; `traces`, `axes`: what Plotly
   draws in given colours; `guided`: the axes of each panel; `chosen`: a further choice; `clicked`: what it does with
   a point. Returns a function that reads and draws again. */
async function curves(stage, { id, label, marks, slider, values, height, traces, axes, guided, read, chosen = null, clicked = null }) {
  const plotly = await loadPlotly();
  const chart = picture({ id: `${id}-chart`, class: "chart", "aria-label": label });
  const reading = make("div", "reading");
  const voice = speaker();
  let drawn = false;

  const show = () => {
    const [parts, words] = read(values[steps.place]);
    reading.replaceChildren(...parts);
    voice.say(words);
    if (drawn) plotly.relayout(chart, { shapes: guides(palette(), values[steps.place], guided) });
  };
  const steps = stepper({ ...slider, id: `${id}-slider`, most: values.length - 1, changed: show });
  stage.append(key(marks), chart, ...(chosen ? [chosen] : []), steps.element, reading, voice.element);
  show();
  const redraw = keepDrawn(chart, (width) => {
    const colours = palette();
    const settings = { width, height: height(width), ...axes(colours, width), shapes: guides(colours, values[steps.place], guided) };
    plotly.react(chart, traces(colours), layout(colours, settings), CONFIG);
    if (!drawn) {
      chart.on("plotly_click", ({ points: [point] }) => {
        if (clicked) clicked(point);
        steps.go(nearest(values, point.x));
      });
      drawn = true;
    }
  });
  return () => { show(); redraw(); };
}

function nearest(values, wanted) {
  return values.reduce((best, value, place) => (Math.abs(value - wanted) < Math.abs(values[best] - wanted) ? place : best), 0);
}

/* Those of some rising places whose labels do not touch on an axis so many pixels long. */
function roomy(places, pixels) {
  const apart = 30 * (places.at(-1) - places[0]) / pixels;
  return places.reduce((kept, place) => (place - kept.at(-1) >= apart ? [...kept, place] : kept), [places[0]]);
}

/* Accuracy against hidden units: each seed, the mean with its interval, and what was reported. */
async function sweep(stage, rows, settings) {
  const id = stage.closest("figure").id;
  const hasInterval = (row) => row.accuracy_low !== null;
  // An interval ends where accuracies do, as the text prints it.
  const ends = (row) => hasInterval(row) && { accuracy_low: Math.max(0, row.accuracy_low), accuracy_high: Math.min(1, row.accuracy_high) };
  const widths = [...groups(rows, "hidden").values()].map((seeds) => ({ ...seeds[0], ...ends(seeds[0]), seeds }));
  const known = widths.filter(hasInterval);
  const hasReported = widths.some((row) => row.reported !== null);
  const interval = (row) => `${decimal(100 * row.accuracy_low, 2)} to ${percent(row.accuracy_high)}`;
  const units = (row) => `${row.hidden} hidden units`;
  // As the printed figure: a closer look makes mountains of noise.
  const lowest = Math.min(...rows.map((row) => row.accuracy), ...settings.others.map(({ accuracy }) => accuracy));
  const least = Math.max(0, Math.min(0.7, Math.floor(10 * lowest - 0.1) / 10));

  function traces(colours) {
    const x = widths.map((row) => row.hidden), colour = colours.netfull;
    const found = settings.others.map(({ model, name, accuracy }) => ({
      x: [x[0], x.at(-1)], y: [100 * accuracy, 100 * accuracy], mode: "lines", line: { color: colours[family(model, settings.keys)], width: 1.5, dash: "dash" },
      text: Array(2).fill(`${name}, mean<br>${percent(accuracy)}`), hovertemplate: "%{text}<extra></extra>",
    }));
    if (known.length === widths.length) {
      const edge = { x, mode: "lines", line: { width: 0 }, hoverinfo: "skip" };
      found.push({ ...edge, y: widths.map((row) => 100 * row.accuracy_low) },
        { ...edge, y: widths.map((row) => 100 * row.accuracy_high), fill: "tonexty", fillcolor: fade(colour, 0.18) });
    } else {
      // A band would run through widths of which nothing is known.
      found.push(...known.map((row) => ({
        x: [row.hidden, row.hidden], y: [100 * row.accuracy_low, 100 * row.accuracy_high],
        mode: "lines", line: { color: fade(colour, 0.18), width: 12 }, hoverinfo: "skip",
      })));
    }
    found.push({
      x: rows.map((row) => row.hidden), y: rows.map((row) => 100 * row.accuracy), mode: "markers",
      marker: { symbol: "square", size: 7, color: fade(colour, 0.45) },
      text: rows.map((row) => `${units(row)}, seed ${row.seed}<br>${percent(row.accuracy)}`), hovertemplate: "%{text}<extra></extra>",
    }, {
      x, y: widths.map((row) => 100 * row.accuracy_mean), mode: "lines+markers", line: { color: colour, width: 2 }, marker: { symbol: "square", size: 8 },
      text: widths.map((row) => `${units(row)}, mean of ${row.seeds.length}<br>${percent(row.accuracy_mean)}${hasInterval(row) ? `, 95${NO_BREAK}% interval ${interval(row)}` : ""}`),
      hovertemplate: "%{text}<extra></extra>",
    });
    if (hasReported) {
      const compared = widths.filter((row) => row.reported !== null);
      found.push({
        x: compared.map((row) => row.hidden), y: compared.map((row) => 100 * row.reported), mode: "markers",
        marker: { symbol: "diamond-open", size: 10, color: colours.ink, line: { width: 1.5 } },
        text: compared.map((row) => `${units(row)}, reported, one run<br>${percent(row.reported)}`), hovertemplate: "%{text}<extra></extra>",
      });
    }
    return found;
  }

  function read(hidden) {
    const row = widths.find((each) => each.hidden === hidden);
    const seeds = row.seeds.map((seed) => decimal(100 * seed.accuracy, 2)).join(", ");
    const found = [["mean", percent(row.accuracy_mean)]];
    if (hasInterval(row)) found.push([`95${NO_BREAK}% interval`, interval(row)]);
    found.push([row.seeds.length === 1 ? "its only seed" : `seeds 0 to ${row.seeds.length - 1}`, seeds]);
    if (row.reported !== null) found.push(["reported, one run", percent(row.reported)]);
    found.push(["parameters", count(row.parameters)]);
    return [[facts(found)], `${units(row)}: ${sentence(found)}`];
  }

  const marks = [["square faint", "var(--netfull)", "a seed"], ["square line", "var(--netfull)", "mean over seeds"]];
  if (known.length) marks.push(["band", "var(--netfull)", `95${NO_BREAK}% interval of the mean`]);
  if (hasReported) marks.push(["diamond open", "var(--ink)", "reported, one run"]);
  for (const { model, name } of settings.others) marks.push(["stroke dashed", `var(--${family(model, settings.keys)})`, `${name}, mean`]);
  await curves(stage, {
    id, marks, traces, read, guided: [["x", "y"]],
    label: "Test accuracy against hidden units; the slider below reads its values.",
    values: widths.map((row) => row.hidden),
    slider: { label: "Hidden units", start: Math.floor(widths.length / 2), words: (place) => String(widths[place].hidden) },
    height: (width) => Math.max(260, Math.min(380, width * 0.52)),
    axes: (colours, width) => ({
      xaxis: axis(colours, { title: "hidden units", tickvals: roomy(widths.map((row) => row.hidden), width - 80), tickangle: 0, showgrid: false }),
      yaxis: axis(colours, { title: "test accuracy", ticksuffix: `${NO_BREAK}%`, showline: false, ticks: "", range: [100 * least, 100] }),
    }),
  });
}

/* Accuracy and loss of the classifiers, epoch by epoch. */
async function learning(stage, rows, settings) {
  const id = stage.closest("figure").id;
  const models = groups(rows, "model");
  const epochs = [...groups(rows, "epoch").keys()];
  const mark = (model) => MARKS[family(model, settings.keys)];
  const name = (model) => settings.names[model] ?? model;
  const means = new Map([...models].map(([model, runs]) => [model, [...groups(runs, "epoch").values()].map((at) => ({
    epoch: at[0].epoch,
    ...Object.fromEntries(["accuracy", "test_loss", "train_loss"].map((column) => [column, mean(at.map((row) => row[column]))])),
  }))]));

  function traces(colours) {
    const thin = [], bold = [];
    for (const [model, runs] of models) {
      const colour = colours[family(model, settings.keys)];
      const all = means.get(model), x = all.map((row) => row.epoch);
      for (const [seed, run] of groups(runs, "seed")) {
        thin.push({
          x: run.map((row) => row.epoch), y: run.map((row) => 100 * row.accuracy), mode: "lines", line: { color: fade(colour, 0.4), width: 1 },
          text: run.map((row) => `${name(model)}, seed ${seed}, epoch ${row.epoch}<br>${percent(row.accuracy)}`), hovertemplate: "%{text}<extra></extra>",
        });
      }
      const line = (column, words, dash, axes) => ({
        x, y: all.map((row) => (column === "accuracy" ? 100 * row[column] : row[column])), mode: "lines+markers", marker: { symbol: mark(model), size: 7 },
        line: { color: dash ? fade(colour, 0.8) : colour, width: 2, dash: dash ?? "solid" }, ...axes,
        text: all.map((row) => `${name(model)}, epoch ${row.epoch}<br>${words} ${column === "accuracy" ? percent(row[column]) : decimal(row[column], 4)}`),
        hovertemplate: "%{text}<extra></extra>",
      });
      const right = { xaxis: "x2", yaxis: "y2" };
      bold.push(line("accuracy", "mean test accuracy", null, {}), line("test_loss", "mean test loss", null, right),
        line("train_loss", "mean training loss", "dash", right));
    }
    return [...thin, ...bold];
  }

  function read(epoch) {
    const found = [...means].map(([model, all]) => [model, all.find((row) => row.epoch === epoch)]);
    const head = [`After epoch ${epoch}`, "test accuracy", "test loss", "training loss"];
    const body = found.map(([model, row]) => [
      make("span", `model ${family(model, settings.keys)}`, name(model)), percent(row.accuracy), decimal(row.test_loss, 4), decimal(row.train_loss, 4),
    ]);
    return [[table(head, body)], `After epoch ${epoch}: ${found.map(([model, row]) => `${name(model)} ${percent(row.accuracy)}`).join(", ")}.`];
  }

  await curves(stage, {
    id, traces, read, guided: [["x", "y"], ["x2", "y2"]],
    label: "Test accuracy and losses after each epoch; the slider below reads their values.",
    marks: [
      ...[...models.keys()].map((model) => [`${mark(model)} line`, `var(--${family(model, settings.keys)})`, name(model)]),
      ["stroke", "var(--soft)", "test"], ["stroke dashed", "var(--soft)", "training"],
    ],
    values: epochs,
    slider: { label: "Epoch", start: epochs.length - 1, words: (place) => String(epochs[place]) },
    height: (width) => (width >= NARROW ? Math.min(380, width * 0.48) : 560),
    axes: (colours, width) => {
      const { places: [left, right], beside } = panels(2, width);
      const time = { title: "epoch", showgrid: false, dtick: epochs.length > 12 ? undefined : beside ? 2 : 1 };
      const bare = { showline: false, ticks: "" };
      return {
        xaxis: axis(colours, { ...time, domain: left.x, anchor: "y" }),
        yaxis: axis(colours, { ...bare, title: "test accuracy", ticksuffix: `${NO_BREAK}%`, domain: left.y, anchor: "x" }),
        xaxis2: axis(colours, { ...time, domain: right.x, anchor: "y2" }),
        yaxis2: axis(colours, { ...bare, title: "loss, nats an image", rangemode: "tozero", domain: right.y, anchor: "x2" }),
      };
    },
  });
}
