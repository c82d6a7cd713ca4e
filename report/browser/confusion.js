/* A confusion matrix whose cells can be looked into: count, share of the row, and examples of the images. */

const LONGEST_LEVEL = 6; // letters of a name that fit level over a column
const MOST_NAMES = 30; // that can be read along one side
const FIRST = 3; // examples of a cell that are shown before all are asked for
// From no mistakes to the most: the colours of the printed figure (ColorBrewer's Oranges), and others for the night.
const DAY = ["#fff5eb", "#fee6ce", "#fdd0a2", "#fdae6b", "#fd8d3c", "#f16913", "#d94801", "#a63603", "#7f2704"];
const NIGHT = ["#171c22", "#30241b", "#4e3018", "#713f14", "#98520f", "#c1680f", "#e6831f", "#ffa657", "#ffc995"];

/* colours */

const ramp = () => (isDark() ? NIGHT : DAY);

function mix(share) {
  const colours = ramp();
  const place = share * (colours.length - 1);
  const [low, high] = [Math.floor(place), Math.ceil(place)].map((step) => channels(colours[step]));
  return low.map((value, k) => Math.round(value + (place % 1) * (high[k] - value)));
}

/* Relative luminance (WCAG 2.2). Black letters above 0.18 have a contrast of at least 4.5, white ones below it. */
function luminance(colour) {
  const [red, green, blue] = colour.map((value) => {
    const level = value / 255;
    return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/* words */

/* `43 of 400 images, 10.8 %` */
function share(number, total) {
  const words = `${count(number)} of ${count(total)}${NO_BREAK}image${total === 1 ? "" : "s"}`;
  return total ? `${words}, ${percent(number / total, 1)}` : words;
}

/* images */

/* The examples of each cell, from lists that go along with the picture. */
function examplesByCell({ target, chosen, index, probability }) {
  return groups(index.map((_, position) => ({
    cell: `${target[position]} ${chosen[position]}`,
    position, number: index[position] + 1, probability: probability[position],
  })), "cell");
}

/* One image out of the picture that holds all; the ink is a mask, so that it has the page's colour. */
function cutOut(packed, { position, number }, words) {
  const place = `--column: ${position % packed.columns}; --row: ${Math.floor(position / packed.columns)}`;
  return make("span", { class: "character", role: "img", style: place, "aria-label": `test image ${number}, ${words}` });
}

/* the table */

/* The class that marks a name for which there is no room between its neighbours. */
const crowded = (entries, place) => (place % Math.ceil(entries.length / MOST_NAMES) ? "crowded" : "");

function head(entries) {
  const above = make("th", { class: "axis", scope: "colgroup", colspan: entries.length }, "chosen by the network");
  const corner = make("th", { class: "axis", scope: "col", rowspan: 2 }, "target");
  const isAslant = entries.some((entry) => entry.romaji.length > LONGEST_LEVEL);
  const names = entries.map((entry, place) => (
    make("th", { class: `chosen ${isAslant ? "aslant" : ""} ${crowded(entries, place)}`, scope: "col" }, ...named(entry))));
  return { element: make("thead", "", make("tr", "", corner, above), make("tr", "", ...names)), names };
}

function body(entries, counts, totals, numbered) {
  const names = entries.map((entry, place) => (
    make("th", { class: `target ${crowded(entries, place)}`, scope: "row" }, ...named(entry))));
  const cells = counts.map((row, target) => row.map((number, chosen) => make("td", {
    class: target === chosen ? "right" : "", tabindex: -1,
    "aria-label": `target ${entries[target].romaji}, chosen ${entries[chosen].romaji}: ${share(number, totals[target])}`,
  }, numbered ? count(number) : "")));
  const rows = cells.map((row, target) => make("tr", "", names[target], ...row));
  return { element: make("tbody", "", ...rows), names, cells };
}

/* From a cell to the next by a key; null where the key means nothing. */
function step(event, [row, column], size) {
  const last = size - 1;
  const far = event.ctrlKey || event.metaKey;
  const moves = {
    ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
    Home: [far ? 0 : row, 0], End: [far ? last : row, last], PageUp: [0, column], PageDown: [last, column],
  };
  return moves[event.key] ? moves[event.key].map((place) => Math.min(Math.max(place, 0), last)) : null;
}

/* The networks that have a matrix in this page, one of them shown at a time, all on one scale. */
async function confusion(stage, rows, settings) {
  const id = stage.closest("figure").id;
  const figures = [...document.querySelectorAll('figure:has(.view[data-widget="confusion"])')];
  const settingsOf = figures.map((figure) => JSON.parse(figure.querySelector("script.settings").textContent));
  const own = figures.findIndex((figure) => figure.id === id);
  const place = make("div", ""), note = make("p", "note");
  let paint = () => {};
  const which = choice(`${id}-network`, "Network", settingsOf.map(({ of }, number) => [number, of]), async (number) => {
    const other = figures[number], isOwn = Number(number) === own;
    const counts = isOwn ? rows : parseCsv(await unpackElement(other.querySelector(".view").dataset.numbers));
    note.textContent = isOwn ? "" : `This is ${settingsOf[number].of}. The caption is about ${settings.of}.`;
    paint = matrix(place, counts, settingsOf[number], paint.kept?.());
  });
  which.select.value = own;
  if (figures.length > 1) stage.append(make("div", "bar", which.element));
  stage.append(place, note);
  document.addEventListener("themechange", () => paint());
  paint = matrix(place, rows, settings);
}

/* One network's matrix, and one cell looked into: that of the most mistakes where none was looked into before. Returns
   what paints it, which knows the cell. */
function matrix(place, rows, settings, before = null) {
  const { classes, packed, of, scale: highest, numbered } = settings;
  const counts = rows.map((row) => classes.map((_, chosen) => row[chosen]));
  const totals = counts.map((row) => row.reduce((sum, number) => sum + number, 0));
  const mistakes = counts.map((row, target) => row.map((number, chosen) => (target === chosen ? 0 : number)));
  const most = Math.max(...mistakes.flat());
  const examples = examplesByCell(packed.examples);

  const top = head(classes);
  const { element: under, names, cells } = body(classes, counts, totals, numbered);
  const label = `Confusion matrix of ${of}; the arrow keys go from cell to cell`;
  const table = make("table", { role: "grid", "aria-label": label }, top.element, under);
  const ends = [0, highest].map((number) => make("span", "", count(number)));
  const bar = make("i", "");
  const scale = make("p", { class: "scale", "aria-hidden": "true" }, "images mistaken", ends[0], bar, ends[1]);
  const panel = make("div", { class: "into", role: "group", "aria-label": "The cell that is looked into" });
  const size = `--classes: ${classes.length}; --columns: ${packed.columns}; --rows: ${Math.ceil(packed.examples.index.length / packed.columns)}`;
  const style = `--sprite: url("${packed.sprite}"); ${size}`;
  place.replaceChildren(make("div", { class: `cells ${numbered ? "" : "many"}`, style }, make("div", "matrix", table, scale), panel));

  function paint() {
    cells.forEach((row, target) => row.forEach((cell, chosen) => {
      if (target === chosen) return;
      const colour = mix(counts[target][chosen] / highest);
      cell.style.backgroundColor = `rgb(${colour.join(", ")})`;
      cell.style.color = luminance(colour) > 0.18 ? "#000000" : "#ffffff";
    }));
    bar.style.background = `linear-gradient(to right, ${ramp().join(", ")})`;
  }

  function list(className, entries) {
    return make("ul", className, ...entries.map(([image, ...words]) => make("li", "", image, make("span", "", ...words))));
  }

  /* The examples of a cell, at first a few; the button that asks for all keeps the focus. */
  let isWhole = false;
  function examplesOf([target, chosen], number) {
    const found = examples.get(`${target} ${chosen}`) ?? [];
    const part = make("div", "");
    function fill() {
      const shown = isWhole ? found : found.slice(0, FIRST);
      part.replaceChildren(
        make("p", "soft", shown.length < number ? `The ${shown.length} it was surest of:` : "How sure it was:"),
        list(`examples ${shown.length > FIRST ? "whole" : ""}`, shown.map((example) => [
          cutOut(packed, example, `${classes[target].romaji} taken for ${classes[chosen].romaji}`),
          sure(example.probability),
        ])),
      );
      button.textContent = isWhole ? "Show fewer" : found.length < number ? `Show ${found.length}` : `Show all ${count(found.length)}`;
      if (found.length > FIRST) part.append(button);
    }
    const button = makeButton("", () => { isWhole = !isWhole; fill(); button.focus(); });
    if (found.length) fill();
    return part;
  }

  function describe([target, chosen]) {
    const number = counts[target][chosen], isRight = target === chosen;
    const title = isRight ? [...named(classes[target]), ", right"] : [...named(classes[target]), " → ", ...named(classes[chosen])];
    const content = [make("p", "title", ...title), make("p", "", share(number, totals[target]))];
    content.push(examplesOf([target, chosen], number));
    const known = [target, chosen].map((label) => [label, examples.get(`${label} ${label}`)?.[0]]);
    if (!isRight && known.every(([, example]) => example)) {
      content.push(make("p", "soft", "Right ones, for comparison:"), list("known", known.map(([label, example]) => [
        cutOut(packed, example, `${classes[label].romaji} taken for itself`), ...named(classes[label]),
      ])));
    }
    panel.replaceChildren(...content);
  }

  /* Show a cell; its row and column are marked at their heads. */
  let shown = null;
  function show([target, chosen]) {
    if (cells[target][chosen] === shown) return;
    shown?.classList.remove("shown");
    shown = cells[target][chosen];
    shown.classList.add("shown");
    names.forEach((cell, row) => cell.classList.toggle("current", row === target));
    top.names.forEach((cell, column) => cell.classList.toggle("current", column === chosen));
    describe([target, chosen]);
  }

  /* One cell is in the order of the Tab key: the one chosen last, at first that of the most mistakes. */
  const worst = mistakes.flat().indexOf(most);
  let kept = before ?? (most ? [Math.floor(worst / cells.length), worst % cells.length] : [0, 0]);
  function keep(place) {
    cells[kept[0]][kept[1]].tabIndex = -1;
    kept = place;
    cells[place[0]][place[1]].tabIndex = 0;
    show(place);
  }

  cells.forEach((row, target) => row.forEach((cell, chosen) => {
    // Not `pointerenter`: a page that scrolls to the focused cell puts another one under a pointer at rest.
    cell.addEventListener("pointermove", () => show([target, chosen]));
    cell.addEventListener("focus", () => keep([target, chosen]));
  }));
  under.addEventListener("pointerleave", () => show(kept));
  under.addEventListener("keydown", (event) => {
    const next = step(event, kept, cells.length);
    if (!next || event.altKey) return;
    event.preventDefault();
    cells[next[0]][next[1]].focus();
  });
  paint();
  keep(kept);
  return Object.assign(paint, { kept: () => kept });
}
