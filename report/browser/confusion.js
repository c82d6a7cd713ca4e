"use strict";
/* A confusion matrix whose cells can be looked into: count, share of the row, and examples of the images. */
(function () {
  const hiddenUnits = (window.hiddenUnits = window.hiddenUnits || {});
  hiddenUnits.widgets = hiddenUnits.widgets || {};

  const NO_BREAK = "\u00a0";
  const LONGEST_LEVEL = 6; // letters of a name that fit level over a column
  // From no mistakes to the most: the colours of the printed figure (ColorBrewer's Oranges), and others for the night.
  const DAY = ["#fff5eb", "#fee6ce", "#fdd0a2", "#fdae6b", "#fd8d3c", "#f16913", "#d94801", "#a63603", "#7f2704"];
  const NIGHT = ["#171c22", "#30241b", "#4e3018", "#713f14", "#98520f", "#c1680f", "#e6831f", "#ffa657", "#ffc995"];

  /* colours */

  const parts = (colour) => [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
  const ramp = () => (hiddenUnits.isDark() ? NIGHT : DAY);

  function mix(share) {
    const colours = ramp();
    const place = share * (colours.length - 1);
    const [low, high] = [Math.floor(place), Math.ceil(place)].map((step) => parts(colours[step]));
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

  const name = (entry) => entry.romaji || entry.kana;

  /* `43 of 400 images, 10.8 %` */
  function share(number, total) {
    const { count, percent } = hiddenUnits.stage;
    const words = `${count(number)} of ${count(total)}${NO_BREAK}image${total === 1 ? "" : "s"}`;
    return total ? `${words}, ${percent(number / total, 1)}` : words;
  }

  /* Never rounded up to certainty. */
  const sure = (probability) => (probability > 0.9995 ? `>99.9${NO_BREAK}%` : hiddenUnits.stage.percent(probability, 1));

  /* A class as the report names it, its kana marked as Japanese. */
  function named(entry) {
    const { make } = hiddenUnits.stage;
    if (!entry.kana) return [make("span", "romaji", entry.romaji)];
    const kana = make("span", "kana", entry.kana);
    kana.lang = "ja";
    return entry.romaji ? [kana, make("span", "romaji", `${NO_BREAK}${entry.romaji}`)] : [kana];
  }

  /* images */

  /* The examples of each cell, from lists that go along with the picture. */
  function examplesByCell(packed) {
    const found = new Map();
    if (!packed) return found;
    const { target, chosen, index, probability } = packed.examples;
    target.forEach((_, position) => {
      const cell = `${target[position]} ${chosen[position]}`;
      if (!found.has(cell)) found.set(cell, []);
      found.get(cell).push({ position, number: index[position] + 1, probability: probability[position] });
    });
    return found;
  }

  /* One image out of the picture that holds all; the ink is a mask, so that it has the page's colour. */
  function picture(packed, example, label) {
    const image = hiddenUnits.stage.make("span", "character");
    image.setAttribute("role", "img");
    image.setAttribute("aria-label", label);
    image.style.setProperty("--column", example.position % packed.columns);
    image.style.setProperty("--row", Math.floor(example.position / packed.columns));
    return image;
  }

  /* the table */

  function head(entries) {
    const { make } = hiddenUnits.stage;
    const above = make("th", "axis", "chosen by the network");
    above.scope = "colgroup";
    above.colSpan = entries.length;
    const corner = make("th", "axis", "target");
    corner.scope = "col";
    corner.rowSpan = 2;
    const isAslant = entries.some((entry) => name(entry).length > LONGEST_LEVEL);
    const names = entries.map((entry) => {
      const cell = make("th", isAslant ? "chosen aslant" : "chosen", ...named(entry));
      cell.scope = "col";
      return cell;
    });
    return { element: make("thead", "", make("tr", "", corner, above), make("tr", "", ...names)), names };
  }

  function body(entries, counts, totals) {
    const { make, count } = hiddenUnits.stage;
    const names = entries.map((entry) => {
      const cell = make("th", "target", ...named(entry));
      cell.scope = "row";
      return cell;
    });
    const cells = counts.map((row, target) => row.map((number, chosen) => {
      const cell = make("td", target === chosen ? "right" : "", count(number));
      const words = `target ${name(entries[target])}, chosen ${name(entries[chosen])}`;
      cell.setAttribute("aria-label", `${words}: ${share(number, totals[target])}`);
      cell.tabIndex = -1;
      return cell;
    }));
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

  hiddenUnits.widgets.confusion = function (stage, rows, settings) {
    const { make, count } = hiddenUnits.stage;
    const { classes, packed, of } = settings;
    const counts = rows.map((row) => classes.map((_, chosen) => row[chosen]));
    const totals = counts.map((row) => row.reduce((sum, number) => sum + number, 0));
    const mistakes = counts.map((row, target) => row.map((number, chosen) => (target === chosen ? 0 : number)));
    const most = Math.max(...mistakes.flat());
    const examples = examplesByCell(packed);

    const top = head(classes);
    const { element: under, names, cells } = body(classes, counts, totals);
    const table = make("table", "", top.element, under);
    table.setAttribute("role", "grid");
    table.setAttribute("aria-label", `Confusion matrix of ${of}; the arrow keys go from cell to cell`);
    const ends = [0, most].map((number) => make("span", "", count(number)));
    const bar = make("i", "");
    const scale = make("p", "scale", "images mistaken", ends[0], bar, ends[1]);
    scale.setAttribute("aria-hidden", "true");
    const panel = make("div", "into");
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", "The cell that is looked into");
    const whole = make("div", "cells", make("div", "matrix", table, scale), panel);
    if (packed) {
      whole.style.setProperty("--sprite", `url("${packed.sprite}")`);
      whole.style.setProperty("--columns", packed.columns);
      whole.style.setProperty("--rows", Math.ceil(packed.examples.target.length / packed.columns));
    }
    stage.append(whole);

    function paint() {
      const level = (number) => (most ? number / most : 0);
      cells.forEach((row, target) => row.forEach((cell, chosen) => {
        if (target === chosen) return;
        const colour = mix(level(counts[target][chosen]));
        cell.style.backgroundColor = `rgb(${colour.join(", ")})`;
        cell.style.color = luminance(colour) > 0.18 ? "#000000" : "#ffffff";
      }));
      bar.style.background = `linear-gradient(to right, ${ramp().join(", ")})`;
    }

    function list(className, entries) {
      return make("ul", className, ...entries.map(([image, ...words]) => make("li", "", image, make("span", "", ...words))));
    }

    function describe([target, chosen]) {
      const [number, total] = [counts[target][chosen], totals[target]];
      const isRight = target === chosen;
      const title = isRight ? [...named(classes[target]), ", right"] : [...named(classes[target]), " → ", ...named(classes[chosen])];
      const content = [make("p", "title", ...title), make("p", "", share(number, total))];
      const shown = examples.get(`${target} ${chosen}`) || [];
      if (shown.length) {
        const which = shown.length < number ? `The ${shown.length} it was surest of:` : "How sure it was:";
        content.push(make("p", "soft", which), list("examples", shown.map((example) => [
          picture(packed, example, `test image ${example.number}, ${name(classes[target])} taken for ${name(classes[chosen])}`),
          sure(example.probability),
        ])));
      }
      const known = [target, chosen].map((label) => [label, (examples.get(`${label} ${label}`) || [])[0]]);
      if (!isRight && known.every(([, example]) => example)) {
        content.push(make("p", "soft", "Right ones, for comparison:"), list("known", known.map(([label, example]) => [
          picture(packed, example, `test image ${example.number}, ${name(classes[label])} taken for itself`),
          ...named(classes[label]),
        ])));
      }
      panel.replaceChildren(...content);
    }

    /* Show a cell; its row and column are marked at their heads. */
    let shown = null;
    function show(place) {
      if (shown && place[0] === shown[0] && place[1] === shown[1]) return;
      if (shown) cells[shown[0]][shown[1]].classList.remove("shown");
      shown = place;
      cells[place[0]][place[1]].classList.add("shown");
      names.forEach((cell, target) => cell.classList.toggle("current", target === place[0]));
      top.names.forEach((cell, chosen) => cell.classList.toggle("current", chosen === place[1]));
      describe(place);
    }

    /* One cell is in the order of the Tab key: the one chosen last, at first that of the most mistakes. */
    let kept = null;
    function keep(place) {
      if (kept) cells[kept[0]][kept[1]].tabIndex = -1;
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
    document.addEventListener("themechange", paint);
    paint();
    const worst = mistakes.flat().indexOf(most);
    keep(most ? [Math.floor(worst / cells.length), worst % cells.length] : [0, 0]);
  };
})();
