"""The page of a finished run with other numbers behind some of what it shows."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path

import pandas as pd

DRAWING = re.compile(r'(?<=id="data-draw">).*?(?=</script>)', re.DOTALL)
SETTINGS = re.compile(r'(?<=class="settings">).*?(?=</script>)', re.DOTALL)


def as_script(content: object) -> str:
    """JSON as it may be put into a script element."""
    return json.dumps(content).replace("<", "\\u003c")


def with_drawing(report: Path, path: Path, packed: dict) -> Path:
    """Write the page with other networks and images for the place to draw, in the form of draw.json."""
    html = report.read_text(encoding="utf-8")
    path.write_text(DRAWING.sub(lambda _: as_script(packed), html), encoding="utf-8")
    return path


def altered_page(
    report: Path, path: Path, tables: dict[str, pd.DataFrame], settings: dict[str, dict] | None = None
) -> Path:
    """Write the page with other tables and settings, by the ids of their figures, to a path; returns it."""
    html = report.read_text(encoding="utf-8")
    settings = settings or {}
    for figure in {**tables, **settings}:
        start = html.index(f'<figure id="figure-{figure}"')
        end = html.index("</figure>", start)
        part = html[start:end]
        if figure in tables:
            content = base64.b64encode(gzip.compress(tables[figure].to_csv(index=False).encode())).decode()
            part = re.sub(rf'(?<=id="numbers-{figure}">)[^<]*', content, part)
        if figure in settings:
            known = json.loads(SETTINGS.search(part)[0])
            text = as_script({**known, **settings[figure]})
            part = SETTINGS.sub(lambda _, text=text: text, part)
        html = html[:start] + part + html[end:]
    path.write_text(html, encoding="utf-8")
    return path
