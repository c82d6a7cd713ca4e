"""A page that holds the place to draw alone, made by the report's own template, style and browser code."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from hidden_units.report.drawing import script_text
from hidden_units.report.elements import Outline
from hidden_units.report.fonts import font_faces
from hidden_units.report.render import environment

ROOT = Path(__file__).parents[2]
BROWSER = ROOT / "report/browser"
SCRIPTS = ("draw", "field", "hand", "networks")
START = """
for (const place of document.querySelectorAll("[data-widget]")) {
  const data = JSON.parse(document.getElementById(`data-${place.dataset.widget}`).textContent);
  hiddenUnits.widgets[place.dataset.widget](place, data);
}
"""
PAGE = Markup("""<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Draw a character</title><link rel="icon" href="data:,"><style>{style}</style></head>
<body><main><section class="chapter"><h2>Draw a character</h2>{body}</section></main>
<script>{scripts}</script></body>
</html>""")


def draw_page(packed: dict, precision: list[dict]) -> str:
    """The page of packed networks (the content of draw.json) and the rows of half_precision.csv."""
    drawing = {
        "data": script_text(packed),
        "classes": packed["classes"],
        "networks": packed["networks"],
        "per_class": packed["images"]["labels"].count(0),
        "precision": precision,
        "precision_source": "report/half_precision.csv",
    }
    template = environment(ROOT / "report/templates").get_template("draw.html.j2")
    # Twice, for the text refers forward to its table.
    outline = Outline()
    template.render(drawing=drawing, outline=outline)
    body = template.render(drawing=drawing, outline=Outline(outline.labels))
    style = "\n".join(path.read_text("utf-8") for path in (ROOT / "report/style.css", BROWSER / "draw.css"))
    scripts = [(BROWSER / f"{name}.js").read_text("utf-8") for name in SCRIPTS]
    return PAGE.format(
        style=Markup(f"{font_faces(body)}\n{style}"),
        body=Markup(body),
        scripts=Markup("\n".join([*scripts, START])),
    )
