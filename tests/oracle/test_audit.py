"""The oracle on the smoke study, and proof that it would find a wrong number."""

import ast
import re
import sys
from pathlib import Path

import audit
import characters
import numpy as np
import pytest
from page import Page

from hidden_units.statistics.scatter import compare_scatter
from tests.workflow.conftest import smoke_run  # noqa: F401, a fixture

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def run(smoke_run) -> Path:  # noqa: F811
    """The results of the smoke study, the one that tests of the workflow share."""
    return smoke_run / "results/smoke"


@pytest.fixture(scope="module")
def own(run) -> list[tuple]:
    return audit.own_numbers(run)


@pytest.fixture(scope="module")
def html(run) -> str:
    return (run / "report/report.html").read_text(encoding="utf-8")


def wrong(run, own, html) -> set[str]:
    """The numbers in which the oracle and a page differ."""
    return {line.name for line in audit.compare(run, own, Page(html)) if line.verdict == "wrong"}


def test_the_report_of_the_smoke_study_prints_what_its_evidence_holds(run, own, html):
    lines = audit.compare(run, own, Page(html))
    assert sum(line.on_page and line.verdict == "ok" for line in lines) >= 150
    assert [line for line in lines if line.verdict == "wrong"] == []


@pytest.mark.parametrize(
    ("found", "instead", "name"),
    [
        # one digit of a cell, of an interval, of a number in a sentence and of one in a caption
        (r'(id="table-sequence-tasks".*?LSTM.*?)0\.09661', r"\g<1>0.09662", "least loss"),
        (r'(id="table-headline".*?NetConv.*?\[0\.00,\s90\.0)0', r"\g<1>1", "interval, first"),
        (r"(most alike are <span.*?\(correlation )0\.\d\d", r"\g<1>0.99", "most alike"),
        (
            r'(id="figure-confusion-netlin".*?<figcaption.*?:\s+)\d+(\s+images? here)',
            r"\g<1>1\2",
            "largest mistake",
        ),
        (
            r'(id="moved".*?NetLin (?:still reads )?)\d+\.\d',
            r"\g<1>99.9",
            "accuracy of moved images",
        ),
        # a number left out, a sentence left out, two rows of a table changed round, a table gone
        (r'(id="table-fewest".*?)23,751', r"\1", "choices of divisions"),
        (r"found another arrangement that step units could use", "found one", "another arrangement"),
        (r'(id="table-fewest".*?<th[^>]*>)1(</th>.*?<th[^>]*>)2(</th>)', r"\g<1>2\g<2>1\3", "most points"),
        (r'id="table-restarts"', 'id="table-gone"', "restarts solved"),
        # a finding of the first page
        (r'(id="finding-design".*?checkerboard, )none', r"\g<1>1", "designed lines, found"),
        (r'(id="finding-drawing".*?)None of', r"\g<1>1 of", "picture, found"),
        # a number where the evidence has none
        (
            r"(step units could use, 1 found none\.)",
            r"\1 In 1 of all 1 the hidden units divide",
            "fewer than 4",
        ),
    ],
)
def test_a_report_that_says_anything_else_is_found_out(run, own, html, found, instead, name):
    tampered = re.sub(found, instead, html, count=1, flags=re.DOTALL)
    assert tampered != html
    assert any(one.startswith(name) for one in wrong(run, own, tampered) - wrong(run, own, html))


def test_the_oracle_and_the_library_mark_the_same_width_with_the_same_interval():
    shares = {f"netfull-{10 * size}": 80 + size * np.array([-1.0, 0, 0.5, 0.7]) for size in range(1, 7)}
    shares["netfull-30"] = np.array([80.0, 80.0, 80.01, 80.01])
    ((name, value, keys),) = characters.lucky(shares)
    row = compare_scatter(shares)[lambda table: table["is_lucky"].astype(bool)].squeeze()
    assert (name in audit.PLACES, keys["model"], row.name) == (True, "netfull-30", "netfull-30")
    assert value == pytest.approx((row["pooled_low"], row["pooled_high"]), rel=1e-9)


def test_a_run_without_a_study_has_fewer_numbers_and_no_error(run, own):
    assert {found[0] for found in own} > {found[0] for found in audit.encoders.own_numbers(run)} > set()
    assert not [found for study in audit.STUDIES for found in study.own_numbers(run / "no such run")]
    lines = audit.compare(run / "no such run", [], Page("<p>nothing"))
    assert len(lines) == len(audit.PLACES) and {line.verdict for line in lines} == {"absent"}


def test_the_oracle_shares_nothing_with_what_it_checks():
    ours = {path.stem for path in HERE.glob("*.py")}
    allowed = ours | {"numpy", "scipy"} | sys.stdlib_module_names
    for path in HERE.glob("*.py"):
        if path.name.startswith("test_"):
            continue
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        named = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
        named |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
        assert {name.partition(".")[0] for name in named} <= allowed, path.name
