import json
import re

import numpy as np
import pandas as pd
import pytest
from one_chapter import ROOT

from hidden_units.page.samples import pack_images
from hidden_units.page.weights import pack_network
from hidden_units.report.chapters.characters import drawing
from hidden_units.report.elements import Outline
from hidden_units.report.evidence import Evidence
from hidden_units.report.render import environment

PRECISION = {
    "model": "netlin", "seed": 0, "images": 20, "accuracy_float32": 0.7, "accuracy_float16": 0.75,
    "answers_changed": 1, "difference_max": 0.000123, "difference_mean": 0.000004,
}  # fmt: skip
DATA = r'<script type="application/json" id="data-draw">(.*?)</script>'


@pytest.fixture
def packed():
    weights = {"output.weight": np.zeros((10, 784), np.float32), "output.bias": np.zeros(10, np.float32)}
    images = np.zeros((20, 28, 28), np.uint8)
    return {
        "classes": [
            {"label": label, "romaji": romaji, "kana": ""} for label, romaji in enumerate("abcdefghij")
        ],
        "networks": [pack_network("netlin", 0, weights)],
        "images": pack_images(images, np.arange(20) % 10, 2),
        "hand": {"extent": 26.0, "stroke_width": 2.9},
    }


def rendered(folder, packed):
    """The place to draw, from the files of its rule."""
    (folder / "report").mkdir()
    (folder / "report/draw.json").write_text(json.dumps(packed), encoding="utf-8")
    pd.DataFrame([PRECISION]).to_csv(folder / "report/half_precision.csv", index=False)
    template = environment(ROOT / "report/templates").get_template("draw.html.j2")
    return template.render(drawing=drawing(Evidence.of_folder(folder)), outline=Outline())


def test_the_page_holds_the_data_of_the_widget_as_they_were_packed(tmp_path, packed):
    html = rendered(tmp_path, packed)
    assert json.loads(re.search(DATA, html, flags=re.DOTALL)[1]) == packed
    assert html.count('class="draw-network"') == 1 and html.count('class="draw-class"') == 10
    assert "among the first 2 of each class" in html
    assert "1 of 20" in html and "0.000123" in html


def test_a_class_named_by_a_tag_stays_text(tmp_path, packed):
    packed["classes"][0] |= {"romaji": "</script><script>alert()</script>", "kana": "<!--"}
    html = rendered(tmp_path, packed)
    assert "<script>alert" not in html and "<!--" not in html
    assert json.loads(re.search(DATA, html, flags=re.DOTALL)[1]) == packed
