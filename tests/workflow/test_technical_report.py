"""`snakemake --report`: all figures with their captions, and the report, in one file."""

import html
import json
import re

# An entry of the page's list of results, up to its caption; what stands between holds no braces but labels.
ENTRY = re.compile(
    r'"(?P<path>results/[^"]+)": \{"name": "[^"]*", "filename": "[^"]*", "labels": \{[^}]*\}, '
    r'"size": "[^"]*", "caption": (?P<caption>"(?:[^"\\]|\\.)*")'
)
WILDCARD = re.compile(r"``\{\{ snakemake\.wildcards\.\w+ \}\}``")
# Figures of blocks that the smoke study leaves out.
NOT_IN_SMOKE = {"encoders/patience.rst", "characters/sensitivity.rst"}


def words(text):
    """Text with its spaces and line ends as single spaces."""
    return " ".join(text.split())


def shown_captions(page):
    """By the path of each result what a reader reads as its caption."""
    return {
        found["path"]: words(html.unescape(re.sub("<[^>]+>", "", json.loads(found["caption"]))))
        for found in ENTRY.finditer(page)
    }


def pattern_of(caption):
    """What a whole caption looks like once wildcards have their values."""
    text = words(WILDCARD.sub("\0", caption.read_text(encoding="utf-8"))).replace("``", "")
    return re.compile(r"\S+".join(map(re.escape, text.split("\0"))))


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
    patterns = {str(path.relative_to(folder)): pattern_of(path) for path in folder.rglob("*.rst")}
    fitting = {
        path: [name for name, pattern in patterns.items() if pattern.fullmatch(caption)]
        for path, caption in captions.items()
    }
    assert {path: names for path, names in fitting.items() if len(names) != 1} == {}
    assert set(patterns) - {name for (name,) in fitting.values()} == NOT_IN_SMOKE
    assert "Characters" in page and "Data" in page and "The report" in page
    assert finished.path("technical.html").stat().st_size < 15e6
