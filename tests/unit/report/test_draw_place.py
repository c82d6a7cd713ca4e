import json
import re

import numpy as np
import pytest
from made_up_run import ROOT, config, dataset, study, write_results

from hidden_units.page.samples import pack_images
from hidden_units.page.weights import pack_network
from hidden_units.report.drawing import drawing, script_text
from hidden_units.report.elements import Outline
from hidden_units.report.render import environment


def rendered(context):
    template = environment(ROOT / "report/templates").get_template("draw.html.j2")
    return template.render(drawing=context, outline=Outline())


@pytest.fixture
def packed():
    weights = {"output.weight": np.zeros((10, 784), np.float32), "output.bias": np.zeros(10, np.float32)}
    images = np.zeros((20, 28, 28), np.uint8)
    return {
        "classes": dataset()["classes"],
        "networks": [pack_network("netlin", 0, weights)],
        "images": pack_images(images, np.arange(20) % 10, 2),
        "hand": {"extent": 26.0, "stroke_width": 2.9},
    }


@pytest.fixture
def run(tmp_path, packed):
    write_results(tmp_path, config=config(), dataset=dataset())
    (tmp_path / "report").mkdir()
    (tmp_path / "report/draw.json").write_text(json.dumps(packed), encoding="utf-8")
    return tmp_path


def test_the_page_holds_the_data_of_the_widget_as_they_were_packed(run, packed):
    html = rendered(drawing(study(run)))
    held = re.search(r'<script type="application/json" id="data-draw">(.*?)</script>', html, flags=re.DOTALL)[
        1
    ]
    assert json.loads(held) == packed
    assert html.count('class="draw-network"') == 1 and html.count('class="draw-class"') == 10
    assert "among the first 2 of each class" in html


def test_where_nothing_was_packed_a_sentence_says_so(tmp_path):
    write_results(tmp_path, config=config(), dataset=dataset())
    context = drawing(study(tmp_path))
    assert context is None
    html = rendered(context)
    assert "report/draw.json</code> has not been made" in html and "data-widget" not in html


def test_where_the_precisions_are_missing_a_sentence_stands_for_their_table(run):
    assert "report/half_precision.csv</code> has not been made" in rendered(drawing(study(run)))


def test_a_class_named_by_a_tag_stays_text(run, packed):
    packed["classes"][0] |= {"romaji": "</script><script>alert()</script>", "kana": "<!--"}
    (run / "report/draw.json").write_text(json.dumps(packed), encoding="utf-8")
    html = rendered(drawing(study(run)))
    assert "<script>alert" not in html and "<!--" not in html
    assert json.loads(script_text(packed)) == packed
