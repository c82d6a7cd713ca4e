/* The page itself: colours by day and night, contents that follow the reader, figures and numbers to take away,
   and the start of every widget. Without scripts everything can still be read.
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

/* A place that a link leads to stays where it is while views open on the way and near it, until the reader moves on. */
const HELD = 5000; // milliseconds

let release = () => {};
function hold(place) {
  release();
  let isNew = true; // an observer begins with what it finds
  const watch = new ResizeObserver(() => {
    if (!isNew) place.scrollIntoView({ behavior: "instant" });
    isNew = false;
  });
  const acts = ["wheel", "touchstart", "pointerdown", "keydown"];
  release = () => {
    watch.disconnect();
    clearTimeout(ended);
    for (const act of acts) window.removeEventListener(act, release);
  };
  const ended = setTimeout(release, HELD);
  for (const act of acts) window.addEventListener(act, release, { passive: true });
  watch.observe(document.querySelector("main"));
}

function holdPlaces() {
  const holdNamed = (hash) => {
    const place = document.getElementById(hash.slice(1));
    if (place) hold(place);
  };
  document.addEventListener("click", ({ target }) => {
    const link = target.closest('a[href^="#"]');
    if (link) holdNamed(link.hash);
  });
  window.addEventListener("hashchange", () => holdNamed(location.hash));
  holdNamed(location.hash);
}

/* to take away */

const THANKS = 2000; // milliseconds for which a button says what it did
const SCALE = 2; // pixels of a picture to be taken for one of the page

function save(blob, name) {
  const href = URL.createObjectURL(blob);
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10000);
}

function offerNumbers() {
  for (const place of document.querySelectorAll(".file[data-numbers]")) {
    const path = place.textContent, name = path.split("/").at(-1);
    place.replaceChildren(makeButton({ title: `Save ${name}` }, async () => {
      save(new Blob([await unpackElement(place.dataset.numbers)], { type: "text/csv" }), name);
    }, path));
  }
}

/* A picture of the page as a file of its own, which has to bring the fonts. */
function drawing(picture) {
  const copy = picture.cloneNode(true), family = copy.querySelector("g").getAttribute("font-family");
  const faces = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]).filter((rule) => (
    rule instanceof CSSFontFaceRule && family.includes(rule.style.getPropertyValue("font-family").replaceAll('"', ""))));
  copy.removeAttribute("hidden");
  copy.prepend(makeSvg("style", {}, faces.map(({ cssText }) => cssText).join("\n")));
  return new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
}

/* Under a figure: its picture as SVG or PNG, the picture or the figure's address to paste elsewhere. */
function offerPicture(picture) {
  const figure = picture.closest("figure"), label = figure.querySelector("figcaption b").textContent.replace(/\.$/, "");
  const image = async () => {
    const copy = Object.assign(new Image(), { src: URL.createObjectURL(drawing(picture)) });
    await copy.decode();
    const canvas = make("canvas", { width: SCALE * copy.naturalWidth, height: SCALE * copy.naturalHeight });
    const context = canvas.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(copy, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => { canvas.toBlob(done, "image/png"); });
  };
  const voice = make("span", { class: "spoken", role: "status" });
  const action = (words, said, explained, act) => {
    const button = makeButton({ title: explained, "aria-label": `${explained}: ${label}` }, async () => {
      let told = said;
      try { await act(); } catch { told = "not allowed here"; }
      button.textContent = voice.textContent = told;
      setTimeout(() => { button.textContent = words; voice.textContent = ""; }, THANKS);
    }, words);
    return button;
  };
  const actions = [
    action("SVG", "saved", "Save the picture as SVG", () => save(drawing(picture), `${figure.id}.svg`)),
    action("PNG", "saved", "Save the picture as PNG", async () => save(await image(), `${figure.id}.png`)),
    action("copy", "copied", "Copy the picture", () => navigator.clipboard.write([new ClipboardItem({ "image/png": image() })])),
    action("link", "copied", "Copy the address", () => navigator.clipboard.writeText(location.href.split("#")[0] + addressOf(figure))),
  ];
  const bar = make("span", { class: "take", role: "toolbar", "aria-label": `Take ${label} with you` }, ...actions);
  oneStop(bar, actions);
  figure.querySelector(".under").prepend(bar, voice);
}

/* Buttons in a row are one stop of the Tab key; arrows go from one to the next. */
function oneStop(bar, buttons) {
  const reach = (one) => buttons.forEach((button) => { button.tabIndex = button === one ? 0 : -1; });
  reach(buttons[0]);
  bar.addEventListener("focusin", ({ target }) => reach(target));
  bar.addEventListener("keydown", ({ key }) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (way) buttons.at((buttons.indexOf(document.activeElement) + way) % buttons.length).focus();
  });
}

/* A mark next to each heading, with the heading's address. */
function offerAnchors() {
  for (const heading of document.querySelectorAll(".chapter > h2, h3[id]")) {
    const id = heading.tagName === "H2" ? heading.parentElement.id : heading.id;
    heading.append(make("a", { class: "anchor", href: `#${id}`, "aria-label": "Link to here" }, "#"));
  }
}

/* the state of a view in the address, for a link to it: #figure=surfaces&k=2 */

const openers = new Map();

/* What can be set in a figure's view, by name, in the order in which it is set. */
const controlsOf = (figure) => new Map([...figure.querySelectorAll(".stage :is(input, select)[id]")].map((control) => (
  [control.id.slice(figure.id.length + 1).replace("slider", "k"), control])));

function addressOf(figure) {
  if (!figure.querySelector(".stage:not([hidden])")) return `#${figure.id}`;
  const state = [...controlsOf(figure)].map(([name, { type, checked, value }]) => [name, type === "checkbox" ? Number(checked) : value]);
  return `#${new URLSearchParams([["figure", figure.id.replace("figure-", "")], ...state])}`;
}

function showAddress(figure) {
  try { history.replaceState(null, "", addressOf(figure)); } catch { /* too often, or a page that has no address */ }
  // An address of a view leads to its figure, not to where the reader was last.
  history.scrollRestoration = figure.querySelector(".stage").hidden ? "auto" : "manual";
}

/* Open the view that the address names, as it was. */
async function followAddress() {
  const state = new URLSearchParams(location.hash.slice(1));
  const figure = document.getElementById(`figure-${state.get("figure")}`);
  if (!figure) return;
  if (document.readyState !== "complete") await new Promise((done) => { window.addEventListener("load", done, { once: true }); });
  await openers.get(figure)?.();
  for (const [name, control] of controlsOf(figure)) {
    if (!state.has(name)) continue;
    const before = control.value;
    if (control.type === "checkbox") control.checked = state.get(name) === "1"; else control.value = state.get(name);
    // What a choice does not offer leaves it as it is.
    if (control.selectedIndex === -1) control.value = before;
    control.dispatchEvent(new Event(control.type === "range" ? "input" : "change", { bubbles: true }));
  }
  figure.scrollIntoView({ behavior: "instant" });
  hold(figure);
}

/* widgets */

/* A figure that can be looked at more closely opens by its button or a click on the picture, and closes by the same
   button or Escape. The focus goes into what has opened, and back. */
function offerView(place) {
  const figure = place.closest("figure");
  const picture = figure.querySelector("svg");
  const { action, label, numbers, widget } = place.dataset;
  const stage = make("div", { class: "stage", role: "group", tabindex: -1, "aria-label": label });
  const button = makeButton({ class: "look", "aria-expanded": "false" }, () => turn(stage.hidden));
  let busy = false;

  function say(words) {
    button.textContent = words;
    button.setAttribute("aria-label", `${words}: ${label}`);
  }
  /* What opens by itself leaves the reader and the address where they are. */
  async function turn(opening, byItself = false) {
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
    picture.toggleAttribute("hidden", opening);
    say(opening ? "Close" : action);
    button.setAttribute("aria-expanded", opening);
    if (byItself) return;
    (opening ? stage : button).focus({ preventScroll: true });
    showAddress(figure);
  }

  stage.hidden = true;
  say(action);
  figure.classList.add("opens");
  picture.addEventListener("click", () => { if (button.isConnected) turn(true); });
  figure.addEventListener("keydown", ({ key }) => { if (key === "Escape" && !stage.hidden) turn(false); });
  let noted;
  for (const kind of ["input", "change", "click"]) {
    stage.addEventListener(kind, () => {
      clearTimeout(noted);
      noted = setTimeout(() => { if (!stage.hidden) showAddress(figure); }, QUIET);
    });
  }
  openers.set(figure, async () => { if (stage.hidden) await turn(true); });
  place.append(button, stage);
  if ("open" in place.dataset) whenNear(figure, () => { if (stage.hidden) turn(true, true); });
}

const LEGIBLE = 9.5; // pixels of the smallest letters of a panel, where the screen is wide enough
const LINE = 20; // points below which a part of a picture is a line of words: a title, or an entry of its key
const SLACK = 6; // points by which the browser's letters may make an entry wider than it was measured

/* A picture once more, or the parts of it in a box: left, top, width, height and the numbers of the parts. */
function again(picture, box = picture.getAttribute("viewBox")) {
  const [left, top, measured, height, ...numbers] = box.split(" ");
  const all = picture.querySelector("g"), look = all.cloneNode(false);
  const parts = numbers.map((number) => picture.querySelector(`[data-part="${number}"]`));
  const letters = parts.flatMap((part) => [...part.querySelectorAll("text")]).map((text) => parseFloat(text.getAttribute("font-size")));
  look.removeAttribute("id");
  look.append(...(parts.length ? parts : [all]).map(({ id }) => makeSvg("use", { href: `#${id}` })));
  const isTitle = parts.length && !parts.some((part) => part.querySelector("path, use, image"));
  const kind = parts.length && !isTitle && height < LINE ? "entry" : "";
  const width = Number(measured) + (kind ? SLACK : 0);
  const across = `${Math.round(width * LEGIBLE / Math.min(LEGIBLE, ...letters))}px`;
  // A title has a row of its own.
  const style = `width: ${across}` + (isTitle ? `; margin-right: max(0px, 100% - ${across})` : "");
  return makeSvg("svg", { viewBox: [left, top, width, height].join(" "), class: kind, style, "aria-hidden": "true" }, look);
}

/* What the first page found, each next to the picture of its figure. */
function showPictures() {
  for (const link of document.querySelectorAll(".picture a")) {
    const picture = document.getElementById(link.hash.slice(1)).querySelector("figure > svg");
    if (picture) link.prepend(again(picture));
  }
}

const narrow = window.matchMedia("(max-width: 40rem)"); // as in style.css

/* On a narrow screen the panels of a picture in place of it, as many in a row as there is room. */
function stackPanels(picture) {
  const stack = make("div", { class: "panels", "aria-hidden": "true" });
  for (const panel of picture.dataset.panels.split(",").map((box) => again(picture, box))) {
    // The entries of a key keep together.
    const isEntry = panel.matches(".entry"), last = stack.lastElementChild;
    if (isEntry && last?.matches(".entries")) last.append(panel);
    else stack.append(isEntry ? make("div", "entries", panel) : panel);
  }
  stack.addEventListener("click", () => picture.dispatchEvent(new MouseEvent("click")));
  picture.after(stack);
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

/* What begins by itself, once, when its place comes near. */
function whenNear(place, begins) {
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    begins();
  }, { rootMargin: "600px" });
  watch.observe(place);
}

const WIDGETS = { checkerboard, confusion, learning, restarts, snapshots, space, sweep, trainCheckerboard, trainEncoder };

function begin() {
  useTheme(stored());
  themeButton();
  followReader();
  holdPlaces();
  showPictures();
  offerAnchors();
  document.querySelectorAll("figure:has(.under) > svg").forEach(offerPicture);
  document.querySelectorAll("figure:not(:has(.view)) > svg").forEach(offerLarger);
  const stackAll = () => document.querySelectorAll("figure > svg[data-panels]").forEach(stackPanels);
  if (narrow.matches) stackAll(); else narrow.addEventListener("change", stackAll, { once: true });
  if (typeof DecompressionStream === "undefined") return;
  offerNumbers();
  document.querySelectorAll(".view").forEach(offerView);
  for (const place of document.querySelectorAll(".draw")) {
    whenNear(place, () => draw(place, JSON.parse(document.getElementById("data-draw").textContent)));
  }
  window.addEventListener("hashchange", followAddress);
  followAddress();
}
