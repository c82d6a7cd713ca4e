"""A figure is added by four edits, those that docs/development.md shows."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SMOKE = ("--configfile", "config/smoke.yaml")


@pytest.mark.slow
def test_the_four_edits_of_the_documentation_put_a_figure_into_the_report(another_finished):
    text = (ROOT / "docs/development.md").read_text(encoding="utf-8")
    edits = re.search(r"^```diff\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)[1]
    assert edits.count("\n+++ ") == 4
    subprocess.run(["git", "apply", "-"], cwd=another_finished.folder, input=edits, text=True, check=True)
    planned = another_finished.planned("results/smoke/report/report.html", *SMOKE)
    assert planned == {"draw_characters": 1, "render_report": 1}
    result = another_finished.snakemake("results/smoke/report/report.html", *SMOKE)
    assert result.returncode == 0, result.stdout + result.stderr
    figures = another_finished.path("results/smoke/characters/figures")
    assert (figures / "scatter.csv").read_text().startswith("model,parameters,accuracy_sd\nnetlin,7850,")
    page = another_finished.path("results/smoke/report/report.html").read_text(encoding="utf-8")
    assert 'id="figure-scatter"' in page
    assert "one dot for each network, against its number of parameters. Its seeds: 2." in page
