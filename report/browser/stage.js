/* What widgets share: elements, parts of a stage, steps to take with mouse or keys, charts in the page's own colours. */

const QUIET = 500; // milliseconds without a change before a reading is spoken
const PACE = 800; // milliseconds from one step to the next while it plays
const NARROW = 560; // pixels below which panels are below each other
const NO_BREAK = "\u00a0";
const MINUS = "\u2212";

/* numbers in words, as the report writes them */

const decimal = (value, digits) => {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", MINUS);
};
const count = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
const percent = (share, digits = 2) => `${decimal(100 * share, digits)}${NO_BREAK}%`;

/* Per cent, never rounded up to certainty: `99.3`, `>99.9`. */
function perCent(share, digits) {
  const most = 100 - 10 ** -digits;
  return 100 * share > most + 10 ** -digits / 2 ? `>${most.toFixed(digits)}` : decimal(100 * share, digits);
}
const sure = (share, digits = 1) => `${perCent(share, digits)}${NO_BREAK}%`;

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/* Rows by the value in a column, in the order in which values first come. */
const groups = (rows, column) => Map.groupBy(rows, (row) => row[column]);

/* parts */

/* An element with attributes, of which a text alone is its class, and with children. */
function make(name, attributes, ...children) {
  return dress(document.createElement(name), attributes, children);
}

function dress(element, attributes, children) {
  const all = typeof attributes === "string" ? { class: attributes } : attributes;
  for (const [key, value] of Object.entries(all)) if (value !== "") element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function makeButton(attributes, clicked, ...children) {
  const button = make("button", attributes, ...children);
  button.type = "button";
  button.addEventListener("click", clicked);
  return button;
}

/* A class as the report names it, its kana marked as Japanese. */
function named({ kana, romaji }) {
  if (!kana) return [make("span", "romaji", romaji)];
  return [make("span", { class: "kana", lang: "ja" }, kana), make("span", "romaji", `${NO_BREAK}${romaji}`)];
}

/* The marks of a chart with their words: [kind of mark, colour as a CSS value, words]. */
function key(entries) {
  return make("ul", "key", ...entries.map(([mark, colour, words]) => (
    make("li", "", make("i", { class: `mark ${mark}`, style: `--colour: ${colour}` }), words))));
}

function table(head, rows) {
  const heads = head.map((cell) => make("th", { scope: "col" }, cell));
  const lines = rows.map(([name, ...cells]) => (
    make("tr", "", make("th", { scope: "row" }, name), ...cells.map((cell) => make("td", "", cell)))));
  return make("table", "", make("thead", "", make("tr", "", ...heads)), make("tbody", "", ...lines));
}

/* Names with their values. */
function facts(entries, more = "") {
  return make("dl", `facts ${more}`, ...entries.map(([name, value]) => make("div", "", make("dt", "", name), make("dd", "", value))));
}

const sentence = (entries) => `${entries.map(([name, value]) => `${name} ${value}`).join("; ")}.`;

/* A choice among options [value, words]. */
function choice(id, label, options, changed) {
  const select = make("select", { id }, ...options.map(([value, words]) => new Option(words, value)));
  // An option has no parts, so that one with kana is Japanese as a whole.
  for (const option of select.options) if (/[\u3040-\u30ff]/.test(option.text)) option.lang = "ja";
  select.addEventListener("change", () => changed(select.value));
  return { element: make("div", "choice", make("label", { for: id }, label), select), select };
}

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

/* A button that starts and stops: `step(now)` is called before a frame, but not within `wait` milliseconds of the last
   time, until it returns false or the place is closed; `turned` hears of a start and of an end. */
function makePlayer({ names = ["Play", "Pause"], wait = 0, step, turned = () => {} }) {
  let frame = 0, last = 0;
  const button = makeButton("play", () => (frame ? pause() : play()), names[0]);
  function next(now) {
    frame = requestAnimationFrame(next);
    if (button.offsetParent === null) pause();
    else if (now - last >= wait) {
      last = now;
      if (!step(now)) pause();
    }
  }
  function turn(on) {
    cancelAnimationFrame(frame);
    frame = on ? requestAnimationFrame(next) : 0;
    button.textContent = names[Number(on)];
    turned();
  }
  function play() { turn(true); }
  function pause() { if (frame) turn(false); }
  return { button, play, pause, get isPlaying() { return frame !== 0; } };
}

/* A slider with a button at either end, and perhaps one to play; `go` moves it, `words` is its value in short. */
function stepper({ id, label, least = 0, most, step = 1, jump = step, start = least, plays = 0, words, changed }) {
  const range = make("input", { type: "range", id, min: least, max: most, step, value: start });
  const name = make("label", { for: id }, label);
  const shown = make("output", { for: id, "aria-live": "off" });
  const [back, on] = [["←", -jump, "back"], ["→", jump, "forward"]].map(([sign, move, direction]) => (
    makeButton({ "aria-label": `${label}: one step ${direction}` }, () => go(Number(range.value) + move), sign)));

  function show() {
    const place = Number(range.value);
    const said = words(place);
    range.setAttribute("aria-valuetext", said);
    shown.textContent = said;
    // A button that is pressed down to its end keeps the focus, so it is not disabled.
    back.setAttribute("aria-disabled", String(place <= Number(range.min)));
    on.setAttribute("aria-disabled", String(place >= Number(range.max)));
    range.style.setProperty("--share", (place - range.min) / (range.max - range.min || 1));
  }
  function go(place) {
    range.value = Math.round(place / step) * step;
    range.dispatchEvent(new Event("input", { bubbles: true }));
  }
  range.addEventListener("input", () => { show(); changed(Number(range.value)); });
  show();
  const isLast = () => Number(range.value) >= Number(range.max);
  const player = plays && makePlayer({
    wait: plays,
    step() {
      // From its end it begins again.
      go(isLast() ? least : Number(range.value) + jump);
      return !isLast();
    },
  });
  return {
    element: make("div", `stepper ${plays ? "plays" : ""}`, name, back, range, on, ...(plays ? [player.button] : []), shown),
    go,
    reach(last) { range.max = last; },
    get place() { return Number(range.value); },
  };
}

/* A place for words that are heard once the reader stops. */
function speaker(element = make("p", { class: "spoken", role: "status" })) {
  let waiting;
  return {
    element,
    say(words) {
      clearTimeout(waiting);
      waiting = setTimeout(() => { element.textContent = words; }, QUIET);
    },
  };
}

const picture = (attributes, ...children) => make("div", { role: "img", ...attributes }, ...children);

/* Plotly takes the wheel and every touch over a scene for itself; here they scroll the page as they do elsewhere. */
function leaveScrolling(chart) {
  for (const kind of ["wheel", "touchstart", "touchmove"]) {
    chart.addEventListener(kind, (event) => event.stopPropagation(), { capture: true, passive: true });
  }
}

/* Draw anew whenever the place shows in another width or in other colours. */
function keepDrawn(place, draw) {
  let width = 0;
  const again = () => { if (width) draw(width); };
  const measure = () => {
    const now = Math.floor(place.getBoundingClientRect().width);
    if (now === width) return;
    width = now;
    again();
  };
  new ResizeObserver(measure).observe(place);
  document.addEventListener("themechange", again);
  measure();
  return again;
}

/* colours */

const PAGE_COLOURS = ["ink", "soft", "rule", "paper", "netlin", "netfull", "netconv", "own-1", "own-2", "own-3", "own-4"];
const VIEW_COLOURS = ["blue", "green", "vermilion"];

function palette() {
  const style = getComputedStyle(document.documentElement);
  const of = (names, prefix) => names.map((name) => [name, style.getPropertyValue(`--${prefix}${name}`).trim()]);
  return Object.fromEntries([...of(PAGE_COLOURS, ""), ...of(VIEW_COLOURS, "view-")]);
}

const channels = (colour) => [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
const fade = (colour, opacity) => `rgba(${channels(colour).join(", ")}, ${opacity})`;

/* charts */

const FONT = '"Source Sans Pro", "IPAexGothic", sans-serif';
const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, scrollZoom: false, doubleClick: false };

function axis(colours, settings) {
  return {
    color: colours.ink, linecolor: colours.soft, linewidth: 1, showline: true, ticks: "outside", ticklen: 4,
    tickcolor: colours.soft, gridcolor: colours.rule, zeroline: false, fixedrange: true, automargin: true, ...settings,
    title: { text: settings.title, standoff: 8 },
  };
}

function layout(colours, settings) {
  const font = { family: FONT, size: 13.5, color: colours.ink };
  return {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, dragmode: false, hovermode: "closest",
    font, margin: { l: 8, r: 12, t: 12, b: 8 },
    hoverlabel: { bgcolor: colours.paper, bordercolor: colours.soft, font, align: "left" },
    uirevision: "kept", ...settings,
  };
}

/* Where panels are: next to each other, or below each other where there is no room. */
function panels(number, width) {
  const beside = width >= NARROW;
  const share = 1 / number, gap = beside ? (number > 2 ? 0.055 : 0.06) : 0.085;
  return {
    beside,
    places: [...Array(number).keys()].map((place) => {
      const here = [place * share + (place ? gap : 0), (place + 1) * share - (place < number - 1 ? 0.02 : 0)];
      return beside
        ? { x: here, y: [0, 1] }
        : { x: [0, 1], y: [1 - (place + 1) * share + (place < number - 1 ? gap : 0), 1 - place * share] };
    }),
  };
}
