"""The place to draw a character: what the page holds for it."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from one_chapter import ROOT

from hidden_units.datasets.prepare import KMNIST_CLASSES
from hidden_units.report.elements import Outline
from hidden_units.report.evidence import Evidence
from hidden_units.report.interactive.drawing import drawing, script_text
from hidden_units.report.interactive.samples import pack_images
from hidden_units.report.interactive.weights import pack_network
from hidden_units.report.render import environment

PRECISION = {
    "model": "netlin",
    "seed": 0,
    "images": 20,
    "accuracy_float32": 0.9,
    "accuracy_float16": 0.8,
    "answers_changed": 2,
    "difference_max": 0.1,
    "difference_mean": 0.01,
}


def rendered(folder, packed):
    """The part of the page from a run's folder."""
    (folder / "report").mkdir()
    (folder / "report/draw.json").write_text(json.dumps(packed), encoding="utf-8")
    table = ",".join(PRECISION) + "\n" + ",".join(map(str, PRECISION.values())) + "\n"
    (folder / "report/half_precision.csv").write_text(table)
    facts = drawing(SimpleNamespace(evidence=Evidence.of_folder(folder)))
    template = environment(ROOT / "report/templates").get_template("draw.html.j2")
    return template.render(drawing=facts, outline=Outline())


@pytest.fixture
def packed():
    weights = {"output.weight": np.zeros((10, 784), np.float32), "output.bias": np.zeros(10, np.float32)}
    images = np.zeros((20, 28, 28), np.uint8)
    return {
        "classes": [dict(entry) for entry in KMNIST_CLASSES],
        "networks": [pack_network("netlin", 0, weights)],
        "images": pack_images(images, np.arange(20) % 10, 2),
        "hand": {"extent": 26.0, "stroke_width": 2.9},
    }


def test_the_page_holds_the_data_of_the_widget_as_they_were_packed(tmp_path, packed):
    html = rendered(tmp_path, packed)
    held = re.search(r'<script type="application/json" id="data-draw">(.*?)</script>', html, re.DOTALL)[1]
    assert json.loads(held) == packed
    assert html.count('class="draw-network"') == 1 and html.count('class="draw-class"') == 10
    assert "among the first 2 of each class" in html and "2 of 20" in html


def test_a_class_named_by_a_tag_stays_text(tmp_path, packed):
    packed["classes"][0] |= {"romaji": "</script><script>alert()</script>", "kana": "<!--"}
    html = rendered(tmp_path, packed)
    assert "<script>alert" not in html and "<!--" not in html
    assert json.loads(script_text(packed)) == packed
