"""`snakemake --report`: all figures with their captions, and the report, in one file."""

import re


def test_the_technical_report_holds_every_figure_with_its_caption(finished):
    result = finished.snakemake("--configfile", "config/smoke.yaml", "--report", "technical.html")
    assert result.returncode == 0, result.stdout + result.stderr
    page = finished.path("technical.html").read_text(encoding="utf-8")
    figures = [path.name for path in finished.path("results/smoke").glob("*/figures/*.svg")]
    assert len(figures) >= 12
    assert [name for name in figures if name not in page] == []
    for caption in finished.path("report/captions").glob("*.rst"):
        words = re.findall(r"[A-Za-z]{4,}", caption.read_text(encoding="utf-8"))[:3]
        assert all(word in page for word in words), caption.name
    assert "Characters" in page and "Data" in page
    assert "report.pdf" in page and "The report" in page
    assert finished.path("technical.html").stat().st_size < 15e6
