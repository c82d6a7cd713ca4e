"""`snakemake --report`: all figures with their captions, and the report, in one file."""

import html
import json
import re

import pytest

# An entry of the page's list of results, up to its caption; what stands between holds no braces but labels.
ENTRY = re.compile(
    r'"(?P<path>results/[^"]+)": \{"name": "[^"]*", "filename": "[^"]*", "labels": \{[^}]*\}, '
    r'"size": "[^"]*", "caption": (?P<caption>"(?:[^"\\]|\\.)*")'
)
# Figures of blocks that the smoke study leaves out.
NOT_IN_SMOKE = {
    "characters/sensitivity.rst",
    "characters/swept.rst",
    "data/originals.rst",
    "encoders/patience.rst",
}


def words(text):
    """Text with its spaces and line ends as single spaces."""
    return " ".join(text.split())


def shown_captions(page):
    """By the path of each result what a reader reads as its caption."""
    return {
        found["path"]: words(html.unescape(re.sub("<[^>]+>", "", json.loads(found["caption"]))))
        for found in ENTRY.finditer(page)
    }


@pytest.mark.slow
def test_the_technical_report_holds_every_figure_with_its_whole_caption(finished):
    result = finished.snakemake("--configfile", "config/smoke.yaml", "--report", "technical.html")
    assert result.returncode == 0, result.stdout + result.stderr
    page = finished.path("technical.html").read_text(encoding="utf-8")
    captions = shown_captions(page)
    figures = {
        str(path.relative_to(finished.folder))
        for path in finished.path("results/smoke").glob("*/figures/*.svg")
    }
    assert len(figures) >= 12
    assert figures | {"results/smoke/report/report.pdf"} == set(captions)
    folder = finished.path("report/captions")
    files = {
        words(path.read_text(encoding="utf-8")).replace("``", ""): str(path.relative_to(folder))
        for path in folder.rglob("*.rst")
    }
    assert {path: caption for path, caption in captions.items() if caption not in files} == {}
    assert set(files.values()) - {files[caption] for caption in captions.values()} == NOT_IN_SMOKE
    assert "Characters" in page and "Data" in page and "The report" in page
    assert finished.path("technical.html").stat().st_size < 15e6
