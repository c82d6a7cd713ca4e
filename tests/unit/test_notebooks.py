"""Notebooks: as committed, the pages of a configuration, how they are run, cleaned and rendered."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from hidden_units.config import resolve
from hidden_units.notebooks import cells as output
from hidden_units.notebooks.cells import html_table, say, show_figure, show_table
from hidden_units.notebooks.pages import check_pages, notebook_pages
from hidden_units.notebooks.running import FailedNotebook, clean, notebook_text, run_notebook, without_places
from hidden_units.notebooks.web import render_notebook
from hidden_units.plotting import plt, use_style
from tests.refusals import sentence

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "workflow/notebooks").glob("*.ipynb"))


def read(path):
    return nbformat.read(path, as_version=4)


def config(**changes):
    return resolve({"run": "made-up", **changes})


# as committed


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_notebooks_hold_no_outputs_and_one_cell_of_parameters(path):
    notebook = read(path)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1 and tagged[0].source.startswith('results = "results/brush"')
    for page in notebook_pages(config()):
        if page.name.startswith(path.stem):
            assert set(page.parameters) <= set(re.findall(r"^(\w+) = ", tagged[0].source, re.MULTILINE))
    # Pages load no script for mathematics.
    assert not any("$" in cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_a_notebook_without_its_evidence_says_so_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results/empty").mkdir(parents=True)
    path = ROOT / "workflow/notebooks/state_space.ipynb"
    with pytest.raises(FailedNotebook) as error:
        run_notebook(path, {"results": "results/empty", "task": "srn-anbn"}, [ROOT / "src"])
    absent = (
        "results/empty/sequences/srn-anbn/snapshots.safetensors: has not been made, so this notebook has "
        "nothing to"
    )
    assert f"failed: {absent}" in str(error.value)
    assert error.value.traceback.startswith(absent), "no traceback in Jupyter either"


# pages


def test_netfull_means_the_hidden_size_of_the_comparison():
    pages = notebook_pages(config(characters={"hidden": 7}, notebooks={"confusions": {"model": "netfull"}}))
    assert pages[0].parameters["model"] == "netfull-7"


@pytest.mark.parametrize(
    ("notebooks", "parts"),
    [
        ({"confusions": {"target": 3, "chosen": 3}}, ["has 3 as `target` and as `chosen`"]),
        ({"confusions": {"chosen": 10}}, ["chosen` is 10", "the labels 0 to 9"]),
        ({"state_space": {"tasks": ["srn-anb2n-to10"]}}, ["srn-anb2n-to10", "leaves out"]),
        ({"state_space": {"seed": 60}}, ["is 60", "lstm-anb2nc3n has the seeds 0 to 59"]),
    ],
)
def test_a_page_that_cannot_be_made_is_refused_in_one_sentence(notebooks, parts):
    said = sentence(check_pages, config(notebooks=notebooks), 10)
    assert all(part in said for part in parts)


def test_what_is_not_run_is_not_checked():
    check_pages(config(notebooks={"run": ["confusions"], "state_space": {"seed": 99999}}), 10)
    check_pages(config(), 10)


# tables and figures


def test_numbers_are_aligned_right_words_left_and_a_minus_is_one():
    html = html_table(pd.DataFrame({"what": ["a 2-cycle <b>", "point"], "value": ["-0.50", "+1"]}))
    assert html.count('class="text"') == 3
    assert "a 2-cycle &lt;b&gt;" in html and "<td>−0.50</td>" in html and "<td>+1</td>" in html


def shown(show, *arguments):
    """The output of a cell that shows something."""
    held = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(output, "display", lambda data, raw: held.append(data))
        show(*arguments)
    return new_output("display_data", data=held[0])


# cleaning


@given(st.lists(st.sampled_from(["word", "/a/b/c.py", "/a/b", " at 0x7f00aa11bb", "7"])))
def test_no_place_on_disk_or_in_memory_is_left_in_text(parts):
    left = without_places("|".join(parts), [Path("/a/b"), Path("/")])
    assert "/a/b" not in left and "0x" not in left
    assert left.count("word") == parts.count("word") and left.count("c.py") == parts.count("/a/b/c.py")


# running


def written(path, *sources):
    cells = [new_code_cell(source) for source in sources]
    cells[0].metadata["tags"] = ["parameters"]
    path.write_text(nbformat.writes(new_notebook(cells=cells)), encoding="utf-8")
    return path


def test_notebooks_run_side_by_side_leave_the_same_bytes(tmp_path, monkeypatch):
    home = tmp_path / "home"
    # A kernel of the user's with the same name, which must not be taken.
    own_kernel = home / ".local/share/jupyter/kernels/python3"
    own_kernel.mkdir(parents=True)
    (own_kernel / "kernel.json").write_text('{"argv": ["false"], "display_name": "x", "language": "python"}')
    monkeypatch.setenv("HOME", str(home))
    path = written(
        tmp_path / "two.ipynb",
        "number = 1\nunset = 1",
        "import warnings, hidden_units\nwarnings.warn('mind this')\nprint(hidden_units.__file__, object())",
        "import sys, os\n[number, unset, sys.executable == os.environ['EXPECTED']]",
        "from hidden_units.notebooks.cells import say\nsay(f'{number} **b**')",
    )
    monkeypatch.setenv("EXPECTED", sys.executable)

    def run(_):
        notebook, said = run_notebook(path, {"number": 2, "unset": None}, [ROOT / "src"])
        return notebook, notebook_text(notebook), said

    with ThreadPoolExecutor(2) as pool:
        (notebook, first, said), (_, second, _) = pool.map(run, range(2))
    assert first == second
    assert "UserWarning: mind this" in said and "UserWarning" not in first
    injected, printed, values, said_cell = (
        cell for cell in notebook.cells if "parameters" not in cell.metadata.get("tags", [])
    )
    assert injected.source == "number = 2\nunset = None\n"
    assert printed.outputs[0].text == "hidden_units/__init__.py <object object>\n"
    assert values.outputs[0].data["text/plain"] == "[2, None, True]"
    assert said_cell.outputs[0].data["text/markdown"] == "2 **b**"
    version = ".".join(map(str, sys.version_info[:3]))
    for gone in ("papermill", "duration", "iopub", 'display_name": "x', version, str(ROOT), str(tmp_path)):
        assert gone not in first
    assert not [file.name for file in home.iterdir() if file.name in (".ipython", ".jupyter")]
    assert [file.name for file in (home / ".local/share/jupyter").iterdir()] == ["kernels"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("raise MemoryError", "failed: memory: no more was to be had"),
        (
            "import errno, os; raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))",
            "no room left on the disk",
        ),
    ],
)
def test_a_cell_that_the_machine_fails_is_told_with_the_way_out(tmp_path, code, sentence):
    path = written(tmp_path / "fails.ipynb", "number = 1", code)
    with pytest.raises(FailedNotebook, match=sentence):
        run_notebook(path, {"number": 1})


def test_a_kernel_that_dies_is_reported_in_one_sentence(tmp_path):
    path = written(tmp_path / "dies.ipynb", "number = 1", "import os\nos._exit(3)")
    with pytest.raises(FailedNotebook, match=r"dies\.ipynb: the kernel stopped or did not answer"):
        run_notebook(path, {})


# the page


def test_the_page_shows_words_figures_and_tables_folds_the_code_and_brings_its_fonts():
    use_style()
    outputs = [
        shown(show_figure, plt.figure(), 'Words for "those" who cannot see.'),
        shown(show_table, pd.DataFrame({"a": [1], "<b>": ["は"]})),
        shown(say, "A *sentence* of は."),
    ]
    cells = [
        new_markdown_cell("# A title\n\n- and a list"),
        new_code_cell("number = 1", metadata={"tags": ["parameters"]}),
        new_code_cell("number = 2  # は", metadata={"tags": ["injected-parameters"]}),
        *(new_code_cell(f"show({number})", outputs=[one]) for number, one in enumerate(outputs)),
    ]
    notebook = clean(new_notebook(cells=cells))
    style = (ROOT / "report/style.css").read_text() + (ROOT / "report/notebook/notebook.css").read_text()
    page = render_notebook(notebook, "A <title>", ROOT / "report", style)
    body = page.split("<body", 1)[1]
    assert "<title>A &lt;title&gt;</title>" in page
    assert """alt='Words for "those" who cannot see.'""" in body
    assert "<em>sentence</em>" in body and '<table class="evidence">' in body and "&lt;b&gt;" in body
    assert body.count('<details class="code">') == 3 and body.count("<img ") == 1
    assert body.index("Parameters, with the values to start from") < body.index("As this page was run")
    assert 'font-family: "IPAexGothic"' in page and "Source Serif Pro" in page


@pytest.mark.parametrize(
    "cell",
    [
        new_markdown_cell("<script>alert(1)</script> <meta http-equiv=refresh content='0;url=http://x'>"),
        new_markdown_cell("[a link](javascript:alert(1)) <img src=x onerror=alert(1)>"),
        new_raw_cell("<script>alert(1)</script>", metadata={"raw_mimetype": "text/html"}),
        *(
            new_code_cell("1", outputs=[new_output("display_data", {kind: text, "text/plain": "text"})])
            for kind, text in [
                ("text/markdown", "the character **<script>alert(1)</script>**"),
                (
                    "text/html",
                    "<table onclick='alert(1)'><td><script>alert(1)</script><iframe></table>",
                ),
                ("text/html", "<style>@import url(http://x)</style><form action=http://x><input></form>"),
                ("application/javascript", "alert(1)"),
                ("text/latex", "<script>alert(1)</script>"),
                ("image/svg+xml", "<svg onload='alert(1)'><script>alert(1)</script></svg>"),
            ]
        ),
        new_code_cell("1", outputs=[new_output("stream", name="stdout", text="<script>alert(1)</script>")]),
    ],
)
def test_whatever_a_notebook_holds_its_page_has_text_tables_and_pictures_alone(cell):
    page = render_notebook(clean(new_notebook(cells=[cell])), "A title", ROOT / "report", "")
    head, body = page.split("<body", 1)
    assert "default-src 'none'" in head and "script-src" not in head
    for tag in ("script", "meta", "img src=x", "iframe", "style", "form", "input", "svg"):
        assert f"<{tag}" not in body
    assert not re.search(r"<[^>]+(on\w+|href)=['\"]?(alert|javascript)", body)


def test_the_width_is_chosen_on_the_images_held_out_where_there_are_any():
    code = "\n".join(cell.source for cell in read(ROOT / "workflow/notebooks/width_sweep.ipynb").cells)
    assert "chosen_on, accuracies = choosing_accuracies(table)" in code
    # Nothing is chosen by the test accuracies themselves.
    assert set(re.findall(r"find_plateau\((\w+)", code)) == {"accuracies"}
