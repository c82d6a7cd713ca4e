"use strict";
/* What the views share: parts of a stage, steps to take with mouse or keys, charts in the page's own colours. */
(function () {
  const hiddenUnits = (window.hiddenUnits = window.hiddenUnits || {});
  hiddenUnits.widgets = hiddenUnits.widgets || {};

  const QUIET = 500; // milliseconds without a change before a reading is spoken
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
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length / 2;
    return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /* Rows by the value in a column, in the order in which values first come. */
  function groups(rows, column) {
    const found = new Map();
    for (const row of rows) {
      if (!found.has(row[column])) found.set(row[column], []);
      found.get(row[column]).push(row);
    }
    return found;
  }

  /* parts */

  function make(name, className, ...children) {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...children);
    return element;
  }

  /* The marks of a chart with their words: [kind of mark, colour as a CSS value, words]. */
  function key(entries) {
    return make("ul", "key", ...entries.map(([mark, colour, words]) => {
      const sign = make("i", `mark ${mark}`);
      sign.style.setProperty("--colour", colour);
      return make("li", "", sign, words);
    }));
  }

  function table(head, rows) {
    const cells = (names) => names.map((cell, place) => {
      const element = make(place ? "td" : "th", "", cell);
      if (!place) element.scope = "row";
      return element;
    });
    const heads = head.map((cell) => {
      const element = make("th", "", cell);
      element.scope = "col";
      return element;
    });
    return make("table", "", make("thead", "", make("tr", "", ...heads)),
      make("tbody", "", ...rows.map((row) => make("tr", "", ...cells(row)))));
  }

  /* A choice among options [value, words]. */
  function choice(id, label, options, changed) {
    const select = make("select", "", ...options.map(([value, words]) => new Option(words, value)));
    select.id = id;
    select.addEventListener("change", () => changed(select.value));
    const name = make("label", "", label);
    name.htmlFor = id;
    return { element: make("div", "choice", name, select), select };
  }

  /* A slider with a button at either end; `go` moves it, `words` is its value in short. */
  function stepper({ id, label, least = 0, most, step = 1, jump = step, start = least, words, changed }) {
    const range = make("input", "");
    Object.assign(range, { type: "range", id, min: least, max: most, step, value: start });
    const name = make("label", "", label);
    name.htmlFor = id;
    const shown = make("output", "");
    shown.htmlFor = id;
    shown.setAttribute("aria-live", "off");
    const [back, on] = [["←", -jump, "back"], ["→", jump, "forward"]].map(([sign, move, direction]) => {
      const button = make("button", "", sign);
      button.type = "button";
      button.setAttribute("aria-label", `${label}: one step ${direction}`);
      button.addEventListener("click", () => go(Number(range.value) + move));
      return button;
    });

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
      show();
      changed(Number(range.value));
    }
    range.addEventListener("input", () => { show(); changed(Number(range.value)); });
    show();
    return {
      element: make("div", "stepper", name, back, range, on, shown),
      go,
      reach(last) { range.max = last; },
      get place() { return Number(range.value); },
    };
  }

  /* A place for words that are heard once the reader stops. */
  function speaker() {
    const element = make("p", "spoken");
    element.setAttribute("role", "status");
    let waiting;
    return {
      element,
      say(words) {
        clearTimeout(waiting);
        waiting = setTimeout(() => { element.textContent = words; }, QUIET);
      },
    };
  }

  function picture(className, label, ...children) {
    const element = make("div", className, ...children);
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", label);
    return element;
  }

  /* Draw anew whenever the place shows in another width or in other colours. */
  function keepDrawn(place, draw) {
    let width = 0;
    const again = () => { if (width) draw(width); };
    new ResizeObserver(() => {
      const now = Math.floor(place.getBoundingClientRect().width);
      if (now === width) return;
      width = now;
      again();
    }).observe(place);
    document.addEventListener("themechange", again);
    width = Math.floor(place.getBoundingClientRect().width);
    again();
    return again;
  }

  /* colours */

  const NAMES = ["blue", "orange", "green", "vermilion"];

  function palette() {
    const page = Object.fromEntries(["ink", "soft", "rule", "wash", "paper", "netlin", "netfull", "netconv"].map((name) => [name, hiddenUnits.colour(name)]));
    return { ...page, ...Object.fromEntries(NAMES.map((name) => [name, hiddenUnits.colour(`view-${name}`)])) };
  }

  function fade(colour, opacity) {
    const parts = [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
    return `rgba(${parts.join(", ")}, ${opacity})`;
  }

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
    return {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, dragmode: false, hovermode: "closest",
      font: { family: FONT, size: 13.5, color: colours.ink }, margin: { l: 8, r: 12, t: 12, b: 8 },
      hoverlabel: { bgcolor: colours.paper, bordercolor: colours.soft, font: { family: FONT, size: 13.5, color: colours.ink }, align: "left" },
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

  hiddenUnits.stage = {
    CONFIG, MINUS, NARROW, NO_BREAK, axis, choice, count, decimal, fade, groups, keepDrawn, key, layout, make, mean, median,
    palette, panels, percent, picture, speaker, stepper, table,
  };
})();
