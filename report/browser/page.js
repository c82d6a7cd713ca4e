"use strict";
/* The page itself: colours by day and night, contents that follow the reader, numbers to take away, and the
   start of every widget. Without this file everything can still be read. */
(function () {
  const hiddenUnits = (window.hiddenUnits = window.hiddenUnits || {});
  hiddenUnits.widgets = hiddenUnits.widgets || {};

  /* what the page holds packed */

  async function unpack(id) {
    const text = document.getElementById(id).textContent.trim();
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  /* Rows of a CSV as objects. Cells are numbers, true and false, null where empty, or text; a quoted cell may hold
     commas, quotes and line ends. */
  function parseCsv(text) {
    const rows = [[]];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
      rows.at(-1).push(quoted === undefined ? value(plain) : quoted.replaceAll('""', '"'));
      if (end === "\n") rows.push([]);
      if (end === "") break;
    }
    const [names, ...cells] = rows.filter((row) => row.length > 1 || row[0] !== null);
    return cells.map((row) => Object.fromEntries(names.map((name, place) => [name, row[place] ?? null])));
  }

  function value(cell) {
    if (cell === "") return null;
    if (cell === "True" || cell === "False") return cell === "True";
    return Number.isNaN(Number(cell)) ? cell : Number(cell);
  }

  hiddenUnits.parseCsv = parseCsv;
  hiddenUnits.numbers = async (id) => parseCsv(await unpack(id));

  let plotly;
  hiddenUnits.plotly = function () {
    plotly = plotly || unpack("plotly").then((source) => {
      const script = document.createElement("script");
      script.textContent = source;
      document.head.append(script);
      return window.Plotly;
    });
    return plotly;
  };

  /* day and night */

  const THEMES = { auto: "as the system", light: "light", dark: "dark" };
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function stored() {
    try { return localStorage.getItem("theme") || "auto"; } catch { return "auto"; }
  }

  function useTheme(theme) {
    const root = document.documentElement;
    if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
    try { localStorage.setItem("theme", theme); } catch { /* a page from a file may not store */ }
    document.dispatchEvent(new CustomEvent("themechange"));
  }

  hiddenUnits.isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  hiddenUnits.colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  dark.addEventListener("change", () => document.dispatchEvent(new CustomEvent("themechange")));

  function themeButton() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "theme";
    const names = Object.keys(THEMES);
    const show = () => { button.textContent = `Colours: ${THEMES[stored()]}`; };
    button.addEventListener("click", () => {
      useTheme(names[(names.indexOf(stored()) + 1) % names.length]);
      show();
    });
    show();
    document.querySelector("header").append(button);
  }

  /* contents that follow the reader */

  function followReader() {
    const links = new Map([...document.querySelectorAll("#contents a")].map((link) => [link.hash.slice(1), link]));
    const places = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    let waiting = false;
    function mark() {
      waiting = false;
      const read = places.filter((place) => place.getBoundingClientRect().top < window.innerHeight * 0.3).at(-1) || places[0];
      for (const [id, link] of links) {
        if (id !== read.id) { link.removeAttribute("aria-current"); continue; }
        if (link.hasAttribute("aria-current")) continue;
        link.setAttribute("aria-current", "location");
        const list = document.getElementById("contents");
        if (list.scrollHeight > list.clientHeight) {
          list.scrollTop = link.offsetTop - list.clientHeight / 2;
        }
      }
    }
    const soon = () => { if (!waiting) { waiting = true; requestAnimationFrame(mark); } };
    window.addEventListener("scroll", soon, { passive: true });
    window.addEventListener("resize", soon, { passive: true });
    mark();
  }

  /* numbers to take away */

  function offerNumbers() {
    for (const place of document.querySelectorAll(".file[data-numbers]")) {
      const name = place.textContent.trim();
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.title = `Save ${name.split("/").at(-1)}`;
      button.addEventListener("click", async () => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([await unpack(place.dataset.numbers)], { type: "text/csv" }));
        link.download = name.split("/").at(-1);
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      });
      place.replaceChildren(button);
    }
  }

  /* widgets */

  /* A figure that can be looked at more closely gets a button; the printed picture comes back with the same one. */
  function offerView(place) {
    const figure = place.closest("figure");
    const picture = figure.querySelector("img");
    const stage = document.createElement("div");
    stage.className = "stage";
    stage.hidden = true;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "look";
    button.textContent = place.dataset.action;
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-label", `${place.dataset.action}: ${place.dataset.label}`);
    place.append(stage, button);
    let started;
    button.addEventListener("click", async () => {
      const opening = stage.hidden;
      if (opening && !started) {
        button.disabled = true;
        button.textContent = "One moment …";
        stage.hidden = false;
        const settings = JSON.parse(figure.querySelector("script.settings").textContent);
        started = hiddenUnits.numbers(place.dataset.numbers)
          .then((rows) => hiddenUnits.widgets[place.dataset.widget](stage, rows, settings));
        try {
          await started;
        } catch (error) {
          stage.textContent = "This browser cannot show it; the printed picture stays.";
          console.error(error);
          button.remove();
          return;
        }
        button.disabled = false;
      }
      stage.hidden = !opening;
      picture.hidden = opening;
      button.textContent = opening ? "Back to the printed picture" : place.dataset.action;
      button.setAttribute("aria-expanded", String(opening));
      if (opening) window.dispatchEvent(new Event("resize"));
    });
  }

  /* Others begin by themselves when they come near. */
  function startWhenNear(place) {
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      const source = document.getElementById(`data-${place.dataset.widget}`);
      hiddenUnits.widgets[place.dataset.widget](place, source && JSON.parse(source.textContent));
    }, { rootMargin: "600px" });
    watch.observe(place);
  }

  function begin() {
    if (!document.querySelector("header")) return;
    useTheme(stored());
    themeButton();
    if (document.getElementById("contents")) followReader();
    if (typeof DecompressionStream === "undefined") return;
    offerNumbers();
    for (const place of document.querySelectorAll("[data-widget]")) {
      if (place.dataset.numbers) offerView(place); else startWhenNear(place);
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})();
