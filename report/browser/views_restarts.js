/* The learning of many recurrent networks, restart by restart. */

const MEASURES = [
  { column: "nominal_error", title: "published loss", digits: 4 },
  { column: "excess_nll", title: "excess NLL, nats", digits: 4 },
  { column: "right_strings", title: "strings right", digits: 0, share: true },
];
const LAYERS = 8; // thin lines are drawn in so many layers, so that dense places show
const INK = 26; // the fewer lines, the stronger each: all together give about the same tone
const INSIDE = 0.995; // the share of all values that the axes show, as in the printed figure
const AXES = [["x", "y"], ["x2", "y2"], ["x3", "y3"]];

async function restarts(stage, rows, settings) {
  const id = stage.closest("figure").id;
  const restarts = [...groups(rows, "seed").values()].map((run) => ({ seed: run[0].seed, solved: run[0].solved, run }));
  const steps = restarts[0].run.map((row) => row.step);
  const kinds = [
    { solved: false, name: "failed", colour: "vermilion", of: restarts.filter((restart) => !restart.solved) },
    { solved: true, name: "solved at the end", colour: "blue", of: restarts.filter((restart) => restart.solved) },
  ].filter((kind) => kind.of.length);
  for (const kind of kinds) {
    kind.medians = Object.fromEntries(MEASURES.map(({ column }) => [column, steps.map((_, place) => median(kind.of.map(({ run }) => run[place][column])))]));
  }
  const ending = (restart) => (restart.solved ? "solved" : "failed");
  let chosen = restarts.find((restart) => restart.solved) ?? restarts[0];

  const shown = ({ share }, value) => (share ? 100 * value : value);
  const told = ({ share, digits }, value) => (share ? percent(value, digits) : decimal(value, digits));

  /* Lines of many restarts as one, broken between them. */
  function lines(members, measure, [xaxis, yaxis], colour) {
    const spread = (cell, end) => members.flatMap((restart) => [...restart.run.map((row) => cell(row, restart)), end]);
    return {
      xaxis, yaxis, mode: "lines", line: { color: colour, width: 0.8 }, connectgaps: false,
      x: spread((row) => row.step, null), y: spread((row) => shown(measure, row[measure.column]), null),
      customdata: spread((row, restart) => restart.seed, null),
      hovertemplate: `seed %{customdata}, ${ending(members[0])}<br>step %{x:,}: %{y:.${measure.share ? 0 : 4}f}${measure.share ? `${NO_BREAK}%` : ""}<extra></extra>`,
    };
  }

  function traces(colours) {
    const thin = [], bold = [], strength = Math.min(0.4, INK / restarts.length);
    MEASURES.forEach((measure, panel) => {
      const [xaxis, yaxis] = AXES[panel];
      for (const kind of kinds) {
        const colour = colours[kind.colour];
        for (let layer = 0; layer < LAYERS; layer++) {
          const members = kind.of.filter((_, place) => place % LAYERS === layer);
          if (members.length) thin.push(lines(members, measure, AXES[panel], fade(colour, strength)));
        }
        bold.push({
          xaxis, yaxis, x: steps, y: kind.medians[measure.column].map((value) => shown(measure, value)), mode: "lines",
          line: { color: colour, width: 3 }, hoverinfo: "skip",
        });
      }
      const perfect = settings.perfect[measure.column];
      if (perfect !== undefined) {
        bold.push({
          xaxis, yaxis, x: [steps[0], steps.at(-1)], y: [perfect, perfect], mode: "lines",
          line: { color: colours.ink, width: 1.2, dash: "dash" }, hoverinfo: "skip",
        });
      }
      bold.push({ ...lines([chosen], measure, AXES[panel]), line: { color: colours.ink, width: 1.6 } });
    });
    return [...thin, ...bold];
  }

  function read(step) {
    const place = steps.indexOf(step);
    const kept = kinds.map((kind) => [`${kind.name}, median of ${kind.of.length}`, kind.medians]);
    const body = [...kept.reverse(), [`seed ${chosen.seed}, ${ending(chosen)}`, null]].map(([name, medians]) => [
      name, ...MEASURES.map((measure) => told(measure, medians ? medians[measure.column][place] : chosen.run[place][measure.column])),
    ]);
    const words = body.map(([name, loss, excess, right]) => `${name}: loss ${loss}, excess ${excess}, strings right ${right}`);
    return [[table([`After step ${count(step)}`, "published loss", "excess NLL", "strings right"], body)], `After step ${count(step)}. ${words.join(". ")}.`];
  }

  function height(measure) {
    const values = rows.map((row) => shown(measure, row[measure.column])).sort((a, b) => a - b);
    return 1.05 * (values[Math.floor(INSIDE * (values.length - 1))] || 1);
  }
  const heights = MEASURES.map(height);

  function choose(seed) {
    chosen = restarts.find((restart) => restart.seed === Number(seed));
    which.select.value = chosen.seed;
    again();
  }
  const which = choice(`${id}-seed`, "Restart", restarts.map((restart) => [restart.seed, `seed ${restart.seed}, ${ending(restart)}`]), choose);
  which.select.value = chosen.seed;

  const again = await curves(stage, {
    id, traces, read, guided: AXES, chosen: which.element,
    clicked: (point) => { if (point.customdata !== undefined) choose(point.customdata); },
    label: "Published loss, excess NLL and share of strings right of every restart, step by step; the slider below reads their values.",
    marks: [
      ...kinds.map((kind) => ["stroke", `var(--view-${kind.colour})`, `${kind.name} (median thick)`]).reverse(),
      ["stroke", "var(--ink)", "the restart chosen below, or by a click"], ["stroke dashed", "var(--ink)", "perfect predictor"],
    ],
    values: steps,
    slider: { label: "Training step", start: steps.length - 1, words: (place) => count(steps[place]) },
    height: (width) => (width >= NARROW ? Math.min(340, width * 0.44) : 720),
    axes: (colours, width) => {
      const { places, beside } = panels(3, width);
      const titles = MEASURES.map((measure, panel) => ({
        text: `<b>${measure.title}</b>`, showarrow: false, xref: "paper", yref: "paper", xanchor: "left", yanchor: "bottom",
        x: places[panel].x[0], y: places[panel].y[1], yshift: 6, font: { size: 13.5 },
      }));
      return Object.fromEntries([["annotations", titles], ["margin", { l: 8, r: 16, t: 30, b: 8 }], ...MEASURES.flatMap((measure, panel) => {
        const suffix = panel ? panel + 1 : "";
        return [
          [`xaxis${suffix}`, axis(colours, {
            title: beside || panel === 2 ? "training step" : "", showgrid: false, tickformat: "~s", nticks: beside ? 4 : 6,
            range: [0, steps.at(-1)], domain: places[panel].x, anchor: `y${suffix}`,
          })],
          [`yaxis${suffix}`, axis(colours, {
            title: "", showline: false, ticks: "", range: [measure.share ? -3 : 0, heights[panel]],
            ticksuffix: measure.share ? `${NO_BREAK}%` : "", domain: places[panel].y, anchor: `x${suffix}`,
          })],
        ];
      })]);
    },
  });
}
