"""The report as a reader sees it: text below each id and heading, tables as grids."""

import re
from html.parser import HTMLParser

VOID = {"br", "img", "meta", "link", "input", "hr", "col", "wbr", "source"}
HIDDEN = {"script", "style", "svg", "template"}
BLOCKS = {"p", "li", "dt", "dd", "div", "figcaption", "caption", "table", "section", "pre", "figure"}
NUMBER = re.compile(r"[+−-]?\d+(?:,\d{3})*(?:\.\d+)?")


class Page(HTMLParser):
    """`text`: by id of an element, or of a heading up to the next; `tables`: by id, rows of head and body."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: dict[str, str] = {}
        self.tables: dict[str, tuple[list, list]] = {}
        self._open: list[tuple[str, str | None]] = []
        self._headings: dict[str, str] = {}  # the h2, h3 and h4 that are current, by their tags
        self._table: str | None = None
        self._head, self._cell = False, None
        self.feed(html)
        self.text = {name: " ".join(text.split()) for name, text in self.text.items()}
        self.tables = {name: (expand(head), expand(body)) for name, (head, body) in self.tables.items()}

    def handle_starttag(self, tag, attributes):
        if tag in VOID:
            return self._say(" ")
        attributes = dict(attributes)
        own = attributes.get("id")
        if tag in ("h2", "h3", "h4"):
            self._headings = {level: name for level, name in self._headings.items() if level < tag}
            self._headings[tag] = own or ""
        self._open.append((tag, own))
        if tag == "table" and own:
            self._table = own
            self.tables[own] = ([], [])
        elif tag == "thead":
            self._head = True
        elif tag == "tr" and self._table:
            self.tables[self._table][not self._head].append([])
        elif tag in ("td", "th") and self._table:
            spans = int(attributes.get("colspan", 1)), int(attributes.get("rowspan", 1))
            self._cell = [[], *spans]
            self.tables[self._table][not self._head][-1].append(self._cell)
        if tag in BLOCKS:
            self._say(" ")

    def handle_endtag(self, tag):
        while self._open and any(open_tag == tag for open_tag, _ in self._open):
            if self._open.pop()[0] == tag:
                break
        if tag == "table":
            self._table = None
        elif tag == "thead":
            self._head = False
        elif tag in ("td", "th"):
            self._cell = None
        if tag in BLOCKS or tag in ("td", "th", "tr"):
            self._say(" ")

    def handle_data(self, data):
        if not any(tag in HIDDEN for tag, _ in self._open):
            self._say(data)

    def _say(self, data):
        for name in {own for _, own in self._open if own} | set(self._headings.values()):
            self.text[name] = self.text.get(name, "") + data
        if self._cell is not None:
            self._cell[0].append(data)

    def cell(self, table: str, row: tuple[str, ...], column: str) -> str | None:
        """A cell by the first cells of its row and its column's heads, `upper | lower`; None if not there."""
        if table not in self.tables:
            return None
        head, body = self.tables[table]
        width = max(map(len, body), default=0)
        heads = [" | ".join(dict.fromkeys(line[k] for line in head if k < len(line))) for k in range(width)]
        columns = [k for k, name in enumerate(heads) if name == column] or [
            k for k, name in enumerate(heads) if re.search(rf"(^|\| ){re.escape(column)}", name)
        ]
        found = [line for line in body if tuple(line[: len(row)]) == row]
        return found[0][columns[0]] if len(found) == 1 and len(columns) == 1 else None

    def sentence(self, name: str, pattern: str) -> str | None:
        """What the groups of a pattern match below an id, side by side; None if it is not there."""
        match = re.search(pattern, self.text.get(name, ""))
        return " ".join(filter(None, match.groups())) if match else None


def expand(lines: list) -> list[list[str]]:
    """Cells in their columns, those that span several repeated."""
    grid: dict[tuple[int, int], str] = {}
    for place, line in enumerate(lines):
        column = 0
        for words, across, down in line:
            while (place, column) in grid:
                column += 1
            for k in range(down):
                grid |= {(place + k, column + j): " ".join("".join(words).split()) for j in range(across)}
    return [[grid[spot] for spot in sorted(grid) if spot[0] == place] for place in range(len(lines))]


def numbers(text: str) -> list[tuple[float, float]]:
    """Each number in a text with the unit of its last digit."""
    found = [number.replace(",", "").replace("−", "-") for number in NUMBER.findall(text)]
    return [(float(number), 10.0 ** -len(number.partition(".")[2])) for number in found]
