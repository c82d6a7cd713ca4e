"""The place to draw a character holds its data as they were packed."""

import json
import re
from types import SimpleNamespace

from one_chapter import ROOT

from hidden_units.report.chapters.characters import drawing
from hidden_units.report.elements import Outline
from hidden_units.report.render import environment

PRECISION = {
    "model": "netlin", "seed": 0, "images": 20, "accuracy_float32": 0.7, "accuracy_float16": 0.75,
    "answers_changed": 1, "difference_max": 0.000123, "difference_mean": 0.000004,
}  # fmt: skip
# A class that is named by a tag stays text.
HOSTILE = {"label": 1, "romaji": "</script><script>alert()</script>", "kana": "<!--"}
PACKED = {
    "classes": [{"label": 0, "romaji": "a", "kana": ""}, HOSTILE],
    "networks": [{"model": "netlin", "seed": 0}],
    "images": {"labels": [0, 0, 1]},
}


def test_the_page_holds_the_data_of_the_widget_as_they_were_packed():
    evidence = SimpleNamespace(json=lambda name: PACKED, rows=lambda name: [PRECISION])
    template = environment(ROOT / "report/templates").get_template("draw.html.j2")
    html = template.render(drawing=drawing(evidence), outline=Outline())
    held = re.search(r'<script type="application/json" id="data-draw">(.*?)</script>', html, flags=re.DOTALL)
    assert json.loads(held[1]) == PACKED and "<script>alert" not in html and "<!--" not in html
    assert html.count('class="draw-network"') == 1 and html.count('class="draw-class"') == 2
    assert "among the first 2 of each class" in html
    assert "1 of 20" in html and "0.000123" in html
