"""What the page tells the view of a confusion matrix."""

from __future__ import annotations

import json
import re

from made_up_run import config, dataset, render, study, write_results

from hidden_units.report.chapters import characters

PACKED = {
    "side": 28,
    "columns": 20,
    "examples": {"target": [], "chosen": [], "index": [], "probability": []},
    "sprite": "",
}


def write_matrix(folder):
    (folder / "characters/figures/confusion_netlin.csv").write_text("0,1\n1,2\n3,4\n")


def settings(page: str) -> list[dict]:
    """What each confusion matrix of a page is told."""
    found = re.findall(
        r'data-widget="confusion".*?<script type="application/json" class="settings">(.*?)</script>',
        page,
        re.DOTALL,
    )
    return [json.loads(text) for text in found]


def test_a_matrix_with_numbers_can_be_looked_into_and_one_without_cannot(tmp_path):
    write_results(tmp_path, config=config(), dataset=dataset())
    write_matrix(tmp_path)
    (told,) = settings(render(tmp_path))
    assert told["of"] == "NetLin, seed 1" and told["packed"] is None
    assert told["classes"][0] == {"kana": "お", "romaji": "o"} and len(told["classes"]) == 10


def test_the_packed_images_are_handed_on_as_they_are(tmp_path):
    write_results(tmp_path, config=config(), dataset=dataset())
    (tmp_path / "characters/confused_images_netlin.json").write_text(json.dumps(PACKED))
    figures = characters.context(study(tmp_path))["confusions"]
    assert [figure.view.settings["packed"] for figure in figures] == [PACKED, None, None]


def test_a_script_in_the_name_of_a_class_stays_inside_the_settings(tmp_path):
    name = "</script><script>alert(1)</script>"
    classes = [{"label": k, "romaji": name, "kana": ""} for k in range(10)]
    write_results(tmp_path, config=config(), dataset=dataset(classes=classes))
    write_matrix(tmp_path)
    page = render(tmp_path)
    assert "<script>alert" not in page
    assert [entry["romaji"] for entry in settings(page)[0]["classes"]] == [name] * 10
