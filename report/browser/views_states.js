/* State spaces of recurrent networks, flat or in space, and a string walked through them symbol by symbol. */

const PHASES = { A: "blue", B: "vermilion", C: "green" };
const SIGNS = { A: "circle", B: "square", C: "triangle-up" };
const SIGNS_IN_SPACE = { A: "circle", B: "square", C: "diamond" };
const ORBITS = { 1: "diamond", 2: "star" };
const COUNT_RAMP = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"]; // viridis, as in the printed figure
const VIEW = { turn: -58, height: 22, far: 2.15 }; // degrees as in the printed figure, and Plotly's distance
const TURN = 15; // degrees that a button turns
const NARROW_SCENE = 420; // pixels below which axes have short names, seen from further off
const LONGEST_WORD = 60; // letters that a reader can type
const lowered = (digits) => String(digits).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
const raised = (digits) => String(digits).replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);

const canShowSpace = () => ["webgl2", "webgl"].some((kind) => make("canvas", "").getContext(kind));

/* The strings in the rows: n, their letters with how often each comes, and a row a symbol, the start first. */
function stringsOf(rows) {
  return [...groups(rows.filter((row) => row.string !== null), "string")].map(([n, walk]) => {
    const lengths = new Map([...groups(walk.slice(1), "letter")].map(([letter, part]) => [letter, part.length]));
    return { n, walk, lengths, name: [...lengths].map(([letter, length]) => letter + raised(length)).join("") };
  });
}

/* What a state is called: A by how many were read, other letters by how many are still due. */
function stateName(row, segment) {
  if (row.letter === null) return "S₀";
  return row.letter + lowered(row.letter === "A" ? row.position : segment - row.position);
}

async function space(stage, rows, settings) {
  const id = stage.closest("figure").id;
  const units = settings.units, deep = units.length === 3 && canShowSpace();
  const shown = deep ? units : units.slice(0, 2);
  const unitName = (unit) => unit[0] + lowered(unit.slice(1));
  const printed = { strings: stringsOf(rows), dots: groups(rows.filter((row) => row.letter && !(row.string > 0)), "letter") };
  let { strings, dots } = printed, reader = makeReader(settings.networks[0]), isPrinted = true;
  const reach = units[0][0] === "h" ? 1 : Math.max(...rows.flatMap((row) => units.map((unit) => Math.abs(row[unit]))));
  const spans = Object.fromEntries(units.map((unit) => [unit, Math.max(...rows.map((row) => row[unit])) - Math.min(...rows.map((row) => row[unit]))]));
  const letters = [...dots.keys()].filter((letter) => PHASES[letter]);
  const plotly = await loadPlotly();
  let string = strings.find(({ n }) => n === settings.string) ?? strings[0];
  let eye = eyeAt(VIEW.turn, VIEW.height, VIEW.far);

  /* parts of the stage */

  const chart = picture({
    id: `${id}-chart`, class: "chart",
    "aria-label": `The ${units.length} ${settings.name}s of the ${settings.network}, states as dots, one string as a path; the slider below walks it and says what is read, in which state, and what is predicted.`,
  });
  const tiles = make("p", { class: "tiles", "aria-hidden": "true" });
  const reading = make("div", "reading");
  const voice = speaker();
  const other = make("p", "note");
  const network = choice(`${id}-network`, "Network", settings.networks.map(({ name }, place) => [place, name]), readBy);
  const which = choice(`${id}-string`, "String", strings.map(({ n, name }) => [n, `${name}${n > settings.trained ? ", longer than any in training" : ""}`]), (n) => {
    use(strings.find((each) => String(each.n) === n));
  });
  which.select.value = string.n;
  const word = make("input", { type: "text", id: `${id}-own`, maxlength: LONGEST_WORD, size: 14, spellcheck: "false", autocapitalize: "characters", autocomplete: "off", placeholder: `such as ${strings[1]?.walk.slice(1).map(({ letter }) => letter).join("") ?? "AABB"}` });
  const own = make("div", "choice", make("label", { for: word.id }, "Your own"), word);
  word.addEventListener("change", () => readOwn(word.value));

  function use(another) {
    string = another;
    steps.reach(string.walk.length - 1);
    lay();
    steps.go(0);
  }

  /* A string that the reader has typed, among the others from then on. */
  function readOwn(typed) {
    const letters = typed.toUpperCase().replaceAll(new RegExp(`[^${[...printed.dots.keys()].join("")}]`, "g"), "");
    word.value = letters;
    if (!letters) return;
    strings = [...strings.filter(({ n }) => n !== "own"), { n: "own", name: letters, walk: readWord(reader, letters, settings.multiplicities) }];
    which.select.querySelector('[value="own"]')?.remove();
    which.select.add(new Option(letters, "own"));
    which.select.value = "own";
    use(strings.at(-1));
  }

  /* The same strings by another network, whose states are computed here; its dots are those of the trained strings. */
  function readBy(place) {
    reader = makeReader(settings.networks[place]);
    isPrinted = Number(place) === 0;
    other.textContent = isPrinted ? "" : `This is ${settings.networks[place].name}. The caption is about ${settings.networks[0].name}, which is printed.`;
    const spelt = ({ walk }) => walk.slice(1).map(({ letter }) => letter).join("");
    const again = (each) => (isPrinted && each.n !== "own" ? printed.strings.find(({ n }) => n === each.n) : { ...each, walk: readWord(reader, spelt(each), settings.multiplicities) });
    const trained = strings.filter(({ n }) => n <= settings.trained).map(spelt);
    dots = isPrinted ? printed.dots : groups(readWord(reader, [...trained, ...trained.toReversed()].join(""), settings.multiplicities).slice(1), "letter");
    strings = strings.map(again);
    use(strings.find(({ n }) => n === string.n));
  }
  const steps = stepper({
    id: `${id}-slider`, label: "Symbols read", plays: PACE, most: string.walk.length - 1, changed: (place) => { show(place); redraw(); },
    words: (place) => `${place} of ${string.walk.length - 1}`,
  });
  const bar = make("div", "bar", network.element, own, which.element);
  if (deep) bar.append(turning());
  const marks = letters.map((letter) => [(deep ? SIGNS_IN_SPACE : SIGNS)[letter], settings.ramp ? "var(--soft)" : `var(--view-${PHASES[letter]})`, `after ${letter}`]);
  if (settings.ramp) marks.push(["ramp", COUNT_RAMP.join(", "), `count, 0 to ${settings.trained}`]);
  marks.push(["cross", "var(--ink)", "start"]);
  for (const [mark, words, period, attracting] of [["diamond open", "saddle", 1, false], ["diamond", "attracting point", 1, true], ["star", "attracting 2-cycle", 2, true]]) {
    if (settings.orbits?.some((orbit) => orbit.period === period && orbit.attracting === attracting)) marks.push([mark, "var(--soft)", words]);
  }
  marks.push([deep ? "circle" : "circle open", "var(--ink)", "the state now"]);
  stage.append(key(marks), bar, make("div", "walk", chart, reading, make("div", "steps", tiles, steps.element)), other, voice.element);

  function turning() {
    const moves = [["←", "Turn left", -TURN, 0], ["→", "Turn right", TURN, 0], ["↑", "Tilt up", 0, TURN], ["↓", "Tilt down", 0, -TURN]];
    return make("div", "turn", make("span", "", "Turn"), ...moves.map(([sign, words, turn, tilt]) => (
      makeButton({ title: words, "aria-label": `${words} by ${TURN} degrees` }, () => {
        const [around, height, far] = placeOf(eye);
        eye = eyeAt(around + turn, Math.max(-89, Math.min(89, height + tilt)), far);
        plotly.relayout(chart, { "scene.camera.eye": eye });
      }, sign))));
  }

  function lay() {
    tiles.replaceChildren(...string.walk.slice(1).map(({ letter }) => (
      make("span", { class: "tile", style: `--colour: var(--view-${PHASES[letter]})` }, letter))));
  }

  /* what is drawn */

  const coordinates = (points) => Object.fromEntries(shown.map((unit, place) => ["xyz"[place], points.map((row) => (row ? row[unit] : null))]));
  const scatter = (settings) => ({ type: deep ? "scatter3d" : "scatter", hoverinfo: "skip", ...settings });
  const told = (row) => units.map((unit) => `${unitName(unit)} ${decimal(row[unit], 3)}`).join(", ");

  function traces(colours) {
    const found = letters.map((letter) => {
      const part = dots.get(letter) ?? [];
      const colour = settings.ramp
        ? { color: part.map((row) => row.count), colorscale: COUNT_RAMP.map((each, place) => [place / (COUNT_RAMP.length - 1), each]), cmin: 0, cmax: settings.trained }
        : { color: colours[PHASES[letter]] };
      return scatter({
        ...coordinates(part), mode: "markers",
        marker: {
          ...colour, symbol: (deep ? SIGNS_IN_SPACE : SIGNS)[letter], size: deep ? 3 : 7, opacity: settings.ramp ? 0.9 : deep ? 0.4 : 0.35,
          line: { width: settings.ramp ? 0.6 : 0, color: fade(colours.ink, 0.35) },
        },
        hoverinfo: undefined, text: part.map((row) => `after ${letter}, ${row.position}${row.due > 0 ? `; ${row.due} still due` : ""}<br>count ${decimal(row.count, 2)}<br>${told(row)}`),
        hovertemplate: "%{text}<extra></extra>",
      });
    });
    for (const orbit of (isPrinted && settings.orbits) || []) {
      const colour = colours[PHASES[orbit.map]];
      found.push(scatter({
        x: orbit.points.map((point) => point[0]), y: orbit.points.map((point) => point[1]), mode: "markers",
        marker: { symbol: ORBITS[orbit.period], size: orbit.period === 1 ? 10 : 13, color: orbit.attracting ? colour : colours.paper, line: { color: colour, width: 1.6 } },
        hoverinfo: undefined, hovertemplate: `${orbit.map}-map: ${orbit.type} ${orbit.period === 1 ? "point" : "2-cycle"}<extra></extra>`,
      }));
    }
    const now = string.walk[steps.place], ink = { color: colours.ink, width: 2.2 };
    return [
      ...found,
      scatter({ ...coordinates(string.walk), mode: "lines", line: { color: deep ? colours.rule : fade(colours.ink, 0.35), width: deep ? 3 : 1 } }),
      ...letters.map((letter) => walked(letter, colours[PHASES[letter]])),
      deep
        ? scatter({ ...cross(string.walk[0]), mode: "lines", line: { color: colours.ink, width: 5 } })
        : scatter({ ...coordinates([string.walk[0]]), mode: "markers", marker: { symbol: "x-thin", size: 9, line: ink } }),
      scatter({ ...coordinates([now]), mode: "markers", marker: { symbol: "circle", size: deep ? 7 : 14, color: deep ? colours.ink : fade(colours.ink, 0), line: ink } }),
    ];
  }

  /* The steps to a letter that have been walked; in the plane with arrow heads, at the ends of the steps alone. */
  function walked(letter, colour) {
    const points = string.walk.slice(1, steps.place + 1).flatMap((row, before) => (row.letter === letter ? [string.walk[before], row, null] : []));
    const lines = { ...coordinates(points), mode: "lines", line: { color: colour, width: deep ? 6 : 2 } };
    if (deep) return scatter(lines);
    const size = points.map((_, part) => (part % 3 === 1 ? 11 : 0));
    return scatter({ ...lines, mode: "lines+markers", marker: { symbol: "arrow", angleref: "previous", color: colour, opacity: 1, size, line: { width: 0 } } });
  }

  /* A cross in space, of lines: its sign is not in every font. */
  function cross(row) {
    const ends = shown.flatMap((unit) => [-1, 1, null].map((way) => way && { ...row, [unit]: row[unit] + 0.025 * spans[unit] * way }));
    return coordinates(ends);
  }

  /* what is read */

  /* A probability, never rounded to certainty. */
  const odd = (share) => (share < 0.0005 ? `<${percent(0.001, 1)}` : sure(share));

  function show(place) {
    [...tiles.children].forEach((tile, number) => {
      tile.classList.toggle("read", number < place);
      tile.classList.toggle("here", number === place - 1);
    });
    const row = string.walk[place], segment = row.segment ?? string.lengths?.get(row.letter), odds = letters.map((letter) => [letter, row[`p_${letter}`]]);
    const most = letters.reduce((best, letter) => (row[`p_${letter}`] > row[`p_${best}`] ? letter : best), letters[0]);
    const where = place === 0 ? "nothing yet" : row.lawful === false ? `${row.letter}, ${row.position} in a row` : `${row.letter}, ${row.position} of ${segment}`;
    const isWrong = place === 0 ? most !== row.next_letter : row.deterministic && !row.correct;
    const verdict = place === 0
      ? `Every string begins with ${row.next_letter}${isWrong ? `; ${most} is predicted, which is wrong` : ", as predicted"}.`
      : row.lawful === false
        ? "No such string is in the language: there is nothing to get right."
        : !row.deterministic
        ? "After an A another A or a B may follow: there is nothing to get right."
        : row.correct ? `${row.next_letter} follows: right.` : `${row.next_letter} follows: wrong.`;
    const judged = make("p", `judged ${isWrong ? "wrong-one" : row.deterministic && place ? "right-one" : ""}`, verdict);
    reading.replaceChildren(
      facts([["read", where], ...(row.lawful === false ? [] : [["state", stateName(row, segment)], ["count", decimal(row.count, Number.isInteger(row.count) ? 0 : 2)]])]),
      make("p", "heading", `${settings.name}s`),
      ...units.map((unit) => valueBar(unitName(unit), row[unit] / reach, decimal(row[unit], 3), "var(--soft)", true)),
      make("p", "heading", "prediction of the next symbol"),
      ...odds.map(([letter, share]) => valueBar(letter, share, odd(share), `var(--view-${PHASES[letter]})`, false, letter === most)),
      judged,
    );
    voice.say(`Read: ${where}. ${row.lawful === false ? "" : `Count ${decimal(row.count, 2)}. `}${told(row)}. Predicted: ${odds.map(([letter, share]) => `${letter} ${odd(share)}`).join(", ")}. ${verdict}`);
  }

  function valueBar(name, share, words, colour, centred, strong = false) {
    const [left, width] = centred ? [50 + 50 * Math.min(0, share), 50 * Math.abs(share)] : [0, 100 * share];
    const fill = make("i", { style: `left: ${left}%; width: ${width}%; background: ${colour}` });
    return make("p", `value ${centred ? "centred" : ""} ${strong ? "most" : ""}`, make("span", "name", name), make("span", "line", fill), make("span", "number", words));
  }

  lay();
  show(0);
  if (deep) leaveScrolling(chart);
  const redraw = keepDrawn(chart, (width) => {
    const colours = palette();
    const isFirst = !chart.on;
    if (isFirst && width < NARROW_SCENE) eye = eyeAt(VIEW.turn, VIEW.height, 1.36 * VIEW.far);
    plotly.react(chart, traces(colours), layout(colours, {
      width, height: deep ? Math.min(430, width) : Math.min(width, 460), margin: deep ? { l: 0, r: 0, t: 0, b: 0 } : { l: 8, r: 8, t: 8, b: 8 },
      ...(deep ? spaceAxes(colours, width) : planeAxes(colours)),
    }), CONFIG);
    if (isFirst) chart.on("plotly_relayout", (change) => { eye = change["scene.camera"]?.eye ?? eye; });
  });

  function planeAxes(colours) {
    const framed = { mirror: true, showgrid: false, range: settings.frame ? [-settings.frame, settings.frame] : undefined, nticks: 5 };
    return {
      xaxis: axis(colours, { ...framed, title: `${settings.name} 1`, constrain: "domain" }),
      yaxis: axis(colours, { ...framed, title: `${settings.name} 2`, scaleanchor: "x", constrain: "domain" }),
    };
  }

  function spaceAxes(colours, width) {
    const plain = (place) => ({
      title: { text: width < NARROW_SCENE ? unitName(units[place]) : `${settings.name} ${place + 1}`, font: { size: 13 } }, color: colours.ink, gridcolor: colours.rule, zeroline: false,
      showbackground: false, showspikes: false, linecolor: colours.soft, nticks: 5, tickfont: { size: 11, color: colours.soft },
    });
    return { scene: { xaxis: plain(0), yaxis: plain(1), zaxis: plain(2), aspectmode: "cube", dragmode: "orbit", camera: { eye, up: { x: 0, y: 0, z: 1 }, center: { x: 0, y: 0, z: -0.12 } } } };
  }
}

/* Where the eye is, from degrees round and up, and back. */
function eyeAt(around, height, far) {
  const [a, h] = [around, height].map((degrees) => (degrees * Math.PI) / 180);
  return { x: far * Math.cos(h) * Math.cos(a), y: far * Math.cos(h) * Math.sin(a), z: far * Math.sin(h) };
}

function placeOf({ x, y, z }) {
  const far = Math.hypot(x, y, z);
  return [Math.atan2(y, x), Math.asin(z / far)].map((angle) => (angle * 180) / Math.PI).concat(far);
}
