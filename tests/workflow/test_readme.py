import re
from pathlib import Path

from workflow import rulegraph

ROOT = Path(__file__).resolve().parents[2]


def test_the_rule_graph_in_the_readme_is_that_of_the_rules():
    readme = rulegraph.README.read_text(encoding="utf-8")
    assert rulegraph.updated(readme) == readme, "README.md is out of date: run `make rulegraph`"


def test_a_graph_keeps_only_arrows_that_no_path_implies():
    edges = {("a", "b"), ("b", "c"), ("a", "c"), ("c", "all"), ("a", "draw_x"), ("b", "draw_y")}
    study = {"draw_x": "s", "draw_y": "s"}
    assert rulegraph.condensed(edges, study) == {("a", "b"), ("b", "c"), ("b", "s_figures")}


def test_every_file_that_the_readme_links_is_there():
    readme = rulegraph.README.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", readme) if "://" not in link]
    assert links and [link for link in links if not (ROOT / link).exists()] == []
