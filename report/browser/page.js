/* The page itself: colours by day and night, contents that follow the reader, numbers to take away, and the
   start of every widget. Without scripts everything can still be read.
   All files of this folder are parts of one module, which report.html.j2 begins by `begin`. */

/* what the page holds packed */

/* What was packed as base64, by Python's `gzip` or as `deflate` by its `zlib`. */
function unpacked(base64, format) {
  return new Response(new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream(format)));
}

function unpackElement(id) {
  return unpacked(document.getElementById(id).textContent, "gzip").text();
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

let plotly;
function loadPlotly() {
  plotly ??= unpackElement("plotly").then((source) => {
    document.head.append(make("script", "", source));
    return window.Plotly;
  });
  return plotly;
}

/* day and night */

const THEMES = { auto: "auto", light: "light", dark: "dark" };
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

const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
dark.addEventListener("change", () => document.dispatchEvent(new CustomEvent("themechange")));

function themeButton() {
  const names = Object.keys(THEMES);
  const show = () => { button.textContent = `Theme: ${THEMES[stored()]}`; };
  const button = makeButton("theme", () => {
    useTheme(names[(names.indexOf(stored()) + 1) % names.length]);
    show();
  });
  show();
  document.querySelector("header").append(button);
}

/* contents that follow the reader */

function followReader() {
  const links = new Map([...document.querySelectorAll("#contents a")].map((link) => [link.hash.slice(1), link]));
  const places = [...links.keys()].map((id) => document.getElementById(id));
  let waiting = false;
  function mark() {
    waiting = false;
    const read = places.filter((place) => place.getBoundingClientRect().top < window.innerHeight * 0.3).at(-1) || places[0];
    for (const [id, link] of links) {
      if (id !== read.id) { link.removeAttribute("aria-current"); continue; }
      if (link.hasAttribute("aria-current")) continue;
      link.setAttribute("aria-current", "location");
      const list = document.getElementById("contents");
      list.scrollTop = link.offsetTop - list.clientHeight / 2;
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
    const path = place.textContent, name = path.split("/").at(-1);
    place.replaceChildren(makeButton({ title: `Save ${name}` }, async () => {
      const href = URL.createObjectURL(new Blob([await unpackElement(place.dataset.numbers)], { type: "text/csv" }));
      make("a", { href, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(href), 10000);
    }, path));
  }
}

/* widgets */

/* A figure that can be looked at more closely opens by its button or a click on the picture, and closes by the same
   button or Escape. The focus goes into what has opened, and back. */
function offerView(place) {
  const figure = place.closest("figure");
  const picture = figure.querySelector("img");
  const { action, label, numbers, widget } = place.dataset;
  const stage = make("div", { class: "stage", role: "group", tabindex: -1, "aria-label": label });
  const button = makeButton({ class: "look", "aria-expanded": "false" }, () => turn(stage.hidden));
  let busy = false;

  function say(words) {
    button.textContent = words;
    button.setAttribute("aria-label", `${words}: ${label}`);
  }
  async function turn(opening) {
    if (busy) return;
    stage.hidden = !opening;
    if (opening && !stage.hasChildNodes()) {
      busy = true;
      say("One moment …");
      try {
        const settings = JSON.parse(figure.querySelector("script.settings").textContent);
        await WIDGETS[widget](stage, parseCsv(await unpackElement(numbers)), settings);
      } catch (error) {
        stage.textContent = "This browser cannot show it; the printed picture stays.";
        console.error(error);
        stage.focus();
        button.remove();
        figure.classList.remove("opens");
        return;
      }
      busy = false;
    }
    picture.hidden = opening;
    say(opening ? "Close" : action);
    button.setAttribute("aria-expanded", opening);
    (opening ? stage : button).focus({ preventScroll: true });
  }

  stage.hidden = true;
  say(action);
  figure.classList.add("opens");
  picture.addEventListener("click", () => { if (button.isConnected) turn(true); });
  figure.addEventListener("keydown", ({ key }) => { if (key === "Escape" && !stage.hidden) turn(false); });
  place.append(button, stage);
}

/* What the first page found, each next to the picture of its figure, whose bytes are there only once. */
function showPictures() {
  for (const link of document.querySelectorAll(".picture a")) {
    const picture = document.getElementById(link.hash.slice(1)).querySelector("img");
    const small = picture && Object.assign(new Image(), { src: picture.src, alt: "" });
    if (small) link.prepend(small);
  }
}

/* On a narrow screen a picture is as wide as the screen; where no view shows it otherwise, it can be enlarged. */
function offerLarger(picture) {
  const figure = picture.closest("figure");
  const turn = () => {
    const large = figure.classList.toggle("large");
    button.textContent = large ? "Fit the screen" : "Enlarge";
    // What scrolls can be scrolled with keys.
    if (large) figure.tabIndex = 0; else figure.removeAttribute("tabindex");
  };
  const button = makeButton({ class: "larger" }, turn, "Enlarge");
  picture.after(button);
}

/* The place to draw begins by itself when it comes near. */
function startWhenNear(place) {
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    draw(place, JSON.parse(document.getElementById("data-draw").textContent));
  }, { rootMargin: "600px" });
  watch.observe(place);
}

const WIDGETS = { checkerboard, confusion, learning, restarts, snapshots, space, sweep, trainCheckerboard, trainEncoder };

function begin() {
  useTheme(stored());
  themeButton();
  followReader();
  showPictures();
  document.querySelectorAll("figure:not(:has(.view)) > img").forEach(offerLarger);
  if (typeof DecompressionStream === "undefined") return;
  offerNumbers();
  document.querySelectorAll(".view").forEach(offerView);
  document.querySelectorAll(".draw").forEach(startWhenNear);
}
