"""Notebooks: as they are committed, what they may ask for, how they are run, cleaned and made into pages."""

from __future__ import annotations

import ast
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from papermill.exceptions import PapermillExecutionError

from hidden_units.config import resolve
from hidden_units.errors import StudyError
from hidden_units.notebooks import sentences, tables
from hidden_units.notebooks.drawings_characters import means_figure, odds, times_as_probable
from hidden_units.notebooks.pages import check_pages, notebook_pages
from hidden_units.notebooks.reading import choose, find_class, find_pair, find_results
from hidden_units.notebooks.running import (
    FailedNotebook,
    check_parameters,
    clean,
    notebook_text,
    run_notebook,
    sentence_of,
    without_places,
)
from hidden_units.notebooks.showing import html_table, say, show_figure, show_table
from hidden_units.notebooks.web import render_notebook
from hidden_units.plotting import plt, use_style
from hidden_units.sequences.languages import Language
from hidden_units.statistics.plateau import find_plateau

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "workflow/notebooks").glob("*.ipynb"))
RULES = (ROOT / "workflow/rules/notebooks.smk").read_text(encoding="utf-8")
CLASSES = [
    {"romaji": romaji, "kana": kana}
    for romaji, kana in zip("abcdefghij", "あいうえおかきくけこ", strict=True)
]
NAMES = [f"{entry['kana']} {entry['romaji']}" for entry in CLASSES]


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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_words_need_no_script_for_mathematics(path):
    assert not any("$" in cell.source for cell in read(path).cells if cell.cell_type == "markdown")


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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_page_of_the_defaults_sets_only_parameters_that_its_notebook_has(path):
    pages = [page for page in notebook_pages(config()) if page.notebook == path.stem]
    assert pages
    for page in pages:
        check_parameters(path, read(path), page.parameters)


def listed_library(notebook):
    """Modules that the rule of a notebook names in its library(...)."""
    block = RULES.split(f"run_{notebook}", 1)[1].split("output:", 1)[0]
    return set(re.findall(r'"([\w.]+)"', block.split("library(", 1)[1]))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_rule_of_a_notebook_lists_every_module_that_it_imports(path):
    imported = set()
    for cell in read(path).cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                assert not (isinstance(node, ast.Import) and "hidden_units" in ast.unparse(node))
                if isinstance(node, ast.ImportFrom) and node.module.startswith("hidden_units."):
                    imported.add(node.module.removeprefix("hidden_units."))
    without_effect = {"errors", "files"}
    assert imported
    assert imported - without_effect == listed_library(path.stem) - {"notebooks.running"}


# pages


def test_the_defaults_make_a_page_for_each_question_and_task():
    assert [page.name for page in notebook_pages(config())] == [
        "confusions",
        "width_sweep",
        "state_space_srn-anb2n",
        "state_space_lstm-anb2nc3n",
    ]


def test_netfull_is_the_one_that_stands_beside_the_others():
    pages = notebook_pages(config(characters={"hidden": 7}, notebooks={"confusions": {"model": "netfull"}}))
    assert pages[0].parameters["model"] == "netfull-7"
    assert pages[0].parameters["results"] == "results/made-up"


def test_an_empty_list_and_an_older_configuration_make_no_pages():
    assert notebook_pages(config(notebooks={"run": []})) == []
    assert notebook_pages({"run": "old"}) == []


@pytest.mark.parametrize(
    ("notebooks", "parts"),
    [
        ({"confusions": {"target": 3, "chosen": 3}}, ["has 3 as `target` and as `chosen`"]),
        ({"state_space": {"tasks": ["srn-anb2n-to10"]}}, ["srn-anb2n-to10", "leaves out"]),
        ({"state_space": {"seed": 60}}, ["is 60", "lstm-anb2nc3n has the seeds 0 to 59"]),
    ],
)
def test_a_page_that_cannot_be_made_is_refused_in_one_sentence(notebooks, parts):
    with pytest.raises(StudyError) as error:
        check_pages(config(notebooks=notebooks))
    assert all(part in str(error.value) for part in parts)


def test_what_is_not_run_is_not_checked():
    check_pages(config(notebooks={"run": ["confusions"], "state_space": {"seed": 99999}}))
    check_pages(config())


# reading


def test_results_are_found_from_the_folder_of_the_notebooks(tmp_path, monkeypatch):
    (tmp_path / "results/x").mkdir(parents=True)
    (tmp_path / "workflow/notebooks").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert find_results("results/x") == Path("results/x")
    monkeypatch.chdir(tmp_path / "workflow/notebooks")
    assert find_results("results/x").samefile(tmp_path / "results/x")
    with pytest.raises(StudyError, match=r"^results/x/a\.csv: has not been made"):
        find_results("results/x", "a.csv")
    with pytest.raises(StudyError, match=r"^results/y: there is no such folder here or above"):
        find_results("results/y")


@pytest.mark.parametrize(("value", "label"), [(3, 3), ("d", 3), ("え", 3), (0, 0), (None, None)])
def test_a_class_goes_by_its_label_name_or_kana(value, label):
    assert find_class("target", value, CLASSES) == label


@pytest.mark.parametrize("value", [10, -1, "z", ""])
def test_an_unknown_class_is_told_with_those_that_there_are(value):
    classes = [*CLASSES[:9], {"romaji": "j", "kana": ""}]
    with pytest.raises(StudyError, match=r"`target`.*0 あ\sa, .*9 j"):
        find_class("target", value, classes)


PAIRS = pd.DataFrame(
    [
        ("m", 1, 4, 5, 9.0, 0.09, 8),
        ("m", 2, 4, 6, 7.0, 0.07, 9),
        ("m", 3, 5, 4, 6.5, 0.065, 6),
        ("k", 1, 0, 1, 2.0, 0.02, 2),
    ],
    columns=["model", "rank", "target", "chosen", "count_mean", "rate", "count_representative"],
)


@pytest.mark.parametrize(
    ("target", "chosen", "rank"), [(None, None, 1), (5, None, 3), (None, 6, 2), (4, 6, 2)]
)
def test_the_most_frequent_pair_that_fits_is_found(target, chosen, rank):
    assert find_pair(PAIRS, "m", target, chosen)["rank"] == rank


def test_choices_that_there_are_not_are_told_with_those_that_there_are():
    assert choose("n", 2, range(1, 4)) == 2
    with pytest.raises(StudyError, match=r"`n`: found 9, expected one of 1, 2, 3"):
        choose("n", 9, range(1, 4))
    with pytest.raises(StudyError, match="two different classes"):
        find_pair(PAIRS, "m", 4, 4)


# tables, sentences, drawings


def test_numbers_stand_to_the_right_words_to_the_left_and_minus_is_one():
    html = html_table(pd.DataFrame({"what": ["a 2-cycle <b>", "point"], "value": ["-0.50", "+1"]}))
    assert html.count('class="text"') == 3
    assert "a 2-cycle &lt;b&gt;" in html and "<td>−0.50</td>" in html and "<td>+1</td>" in html


def test_a_table_of_pairs_holds_the_first_ranks_of_its_model():
    table = tables.pairs_table(PAIRS, "m", 3, NAMES, count=2)
    assert table.to_dict("records") == [
        {
            "rank": rank, "target": NAMES[4], "taken for": NAMES[chosen], "images, mean over seeds": mean,
            "of the target, %": rate, "images, seed 3": seen,
        }
        for rank, chosen, mean, rate, seen in ((1, 5, "9.0", "9.0", 8), (2, 6, "7.0", "7.0", 9))
    ]  # fmt: skip


def test_one_seed_gives_no_interval_and_no_p():
    found = tables.neighbours_table(tables.neighbouring_widths({20: [0.75], 10: [0.5]}, 1000))
    assert found.to_dict("records") == [
        {
            "step": "10 to 20 hidden", "difference, points": "+25.00", "95 % interval": "one seed: none",
            "p": "", "p, corrected (Holm)": "",
        }
    ]  # fmt: skip
    sweep = pd.DataFrame(
        [(10, 0, 7960, 0.5, 0.5, np.nan, np.nan)],
        columns=[
            "hidden",
            "seed",
            "parameters",
            "accuracy",
            "accuracy_mean",
            "accuracy_low",
            "accuracy_high",
        ],
    )
    assert tables.widths_table(sweep)["95 % interval of the mean"].tolist() == ["one seed: none"]
    alike = pd.concat([sweep, sweep.assign(seed=1)])
    assert tables.widths_table(alike)["95 % interval of the mean"].tolist() == ["no scatter: none"]


def test_p_values_are_never_rounded_to_zero():
    assert tables.probabilities([0.0, 0.0004, 0.001, 1.0, None, np.nan]) == [
        "<0.001",
        "<0.001",
        "0.001",
        "1.000",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("accuracies", "margin", "words"),
    [
        (
            {10: [0.5, 0.51], 20: [0.9, 0.901], 40: [0.9, 0.901]},
            0.01,
            "20 hidden units are enough: within 1 points",
        ),
        ({10: [0.5, 0.9], 20: [0.6, 0.95]}, 0.003, "Undecided"),
        ({10: [0.9, 0.9]}, 0.003, "Only one width"),
        ({10: [0.9], 20: [0.9]}, 0.003, "one seed"),
        ({10: [0.8, 0.8], 20: [0.9, 0.9]}, 0.003, "All seeds of each width gave the same"),
    ],
)
def test_each_verdict_of_a_sweep_has_its_sentence(accuracies, margin, words):
    sentence = sentences.about_plateau(find_plateau(accuracies, margin), margin, 2)
    assert words in sentence and "nan" not in sentence and "None" not in sentence


def test_what_the_run_found_is_told_and_so_is_its_absence():
    answer = {"margin": 0.003, "verdict": "width", "smallest_equivalent": 80}
    assert "0.3 points: width; 80 hidden units" in sentences.about_answer(answer)
    assert sentences.about_answer(answer | {"smallest_equivalent": None}).endswith("0.3 points: width.")
    assert "has not been made" in sentences.about_answer(None)


def test_preferences_count_both_ways():
    labels = np.array([0, 0, 0, 1, 1, 2])
    log_probabilities = np.log(
        [[0.7, 0.2, 0.1], [0.2, 0.7, 0.1], [0.1, 0.2, 0.7], [0.1, 0.8, 0.1], [0.6, 0.3, 0.1], [1 / 3] * 3]
    )
    told = sentences.about_preferences(labels, log_probabilities, 0, 1, NAMES)
    assert re.findall(r"\d+", told) == ["3", "2", "2", "1"]
    assert odds(log_probabilities, 0, 1)[1] == pytest.approx(np.log10(3.5))
    assert [times_as_probable(power) for power in (-6, 0, 12)] == ["10⁻⁶", "1", "10¹²"]


def test_a_mean_of_one_grey_has_no_likeness():
    similarity = np.array([[1.0, 0.25, np.nan], [0.25, 1.0, 0.5], [np.nan, 0.5, 1.0]])
    assert "0.25; 1 of the 3" in sentences.about_likeness(similarity, 0, 1)
    assert "nan" not in sentences.about_likeness(similarity, 0, 2)


def test_strings_read_rightly_are_named():
    restarts = pd.DataFrame({"solved": [True, False]}, index=[0, 7])
    told = sentences.about_network(
        "srn-anbn", 7, restarts, 18, Language((1, 1)), np.array([True, False, True])
    )
    assert (
        "1 of 2 restarts" in told
        and "seed 7**, which did not solve it" in told
        and "n = 1, 3 rightly" in told
    )
    none = sentences.about_network("srn-anbn", 0, restarts, 18, Language((1, 1)), np.zeros(3, bool))
    assert "it reads none rightly" in none


def test_a_figure_gives_the_same_drawing_each_time_and_is_closed():
    use_style()
    opened_before = plt.get_fignums()
    means = np.random.default_rng(0).uniform(0, 255, (10, 28, 28))
    first, second = (show_figure(means_figure(means, 2, 5, NAMES), "Two means.") for _ in range(2))
    assert first == second and plt.get_fignums() == opened_before
    assert first._repr_mimebundle_()["text/plain"] == "Two means."


# cleaning


def executed():
    """A notebook as papermill would leave it, with all that must go."""
    return new_notebook(
        metadata={
            "papermill": {"start_time": "2026-01-01T00:00:00", "duration": 1.5},
            "language_info": {"name": "python", "version": "3.11.14"},
            "kernelspec": {"name": "python3", "display_name": "mine", "language": "python"},
        },
        cells=[
            new_markdown_cell("# Words"),
            new_code_cell(
                "x",
                execution_count=1,
                metadata={
                    "tags": ["parameters"],
                    "papermill": {"duration": 0.1},
                    "execution": {"iopub": "now"},
                },
                outputs=[
                    new_output("stream", name="stderr", text="a warning"),
                    new_output("stream", name="stdout", text=f"{ROOT}/src/x.py <object at 0x7f00deadbeef>"),
                    new_output("display_data", data=show_table(pd.DataFrame({"a": [1]}))._repr_mimebundle_()),
                ],
            ),
        ],
    )


def test_what_differs_from_run_to_run_is_gone():
    text = notebook_text(clean(executed(), [ROOT]))
    for gone in ("papermill", "duration", "iopub", "2026", "3.11", "mine", "a warning", "0x7f", str(ROOT)):
        assert gone not in text
    assert "src/x.py <object>" in text and '"parameters"' in text and "evidence" in text


def test_ids_are_counted():
    first, second = clean(executed()), clean(executed())
    assert [cell.id for cell in first.cells] == ["cell-0", "cell-1"]
    assert notebook_text(first) == notebook_text(second) == notebook_text(clean(first))


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
        "from hidden_units.notebooks.showing import say\nsay(f'{number} **b**')",
    )
    monkeypatch.setenv("EXPECTED", sys.executable)

    def run(_):
        notebook, said = run_notebook(path, {"number": 2, "unset": None}, [ROOT / "src"])
        return notebook, notebook_text(notebook), said

    with ThreadPoolExecutor(2) as pool:
        (notebook, first, said), (_, second, _) = pool.map(run, range(2))
    assert first == second
    assert "UserWarning: mind this" in said and "UserWarning" not in first
    injected, printed, values, told = (
        cell for cell in notebook.cells if "parameters" not in cell.metadata.get("tags", [])
    )
    assert injected.source == "number = 2\nunset = None\n"
    assert printed.outputs[0].text == "hidden_units/__init__.py <object object>\n"
    assert values.outputs[0].data["text/plain"] == "[2, None, True]"
    assert told.outputs[0].data["text/markdown"] == "2 **b**"
    assert str(ROOT) not in first and str(tmp_path) not in first
    assert not [file.name for file in home.iterdir() if file.name in (".ipython", ".jupyter")]
    assert [file.name for file in (home / ".local/share/jupyter").iterdir()] == ["kernels"]


def test_a_failing_notebook_is_told_in_a_sentence_and_leaves_nothing(tmp_path):
    path = written(tmp_path / "fails.ipynb", "number = 1", "# why\n1 / (number - 1)", "print('never')")
    with pytest.raises(FailedNotebook) as error:
        run_notebook(path, {"number": 1})
    assert str(error.value).startswith(f"{path}: cell ")
    assert "(`# why`) failed: ZeroDivisionError: division by zero" in str(error.value)
    assert "\n" not in str(error.value) and "\x1b" not in error.value.traceback
    assert "ZeroDivisionError" in error.value.traceback
    assert [file.name for file in tmp_path.iterdir()] == ["fails.ipynb"]


def test_a_kernel_that_dies_is_told_in_a_sentence(tmp_path):
    path = written(tmp_path / "dies.ipynb", "number = 1", "import os\nos._exit(3)")
    began = time.monotonic()
    with pytest.raises(FailedNotebook, match=r"dies\.ipynb: the kernel stopped or did not answer"):
        run_notebook(path, {})
    assert time.monotonic() - began < 60


def test_a_foreseen_mistake_keeps_its_own_words():
    error = PapermillExecutionError(3, 4, "\nfind()\nmore()", "StudyError", "a.csv: is\nempty.", [])
    assert sentence_of("n.ipynb", error) == "n.ipynb: cell 4 (`find()`) failed: a.csv: is empty."


def test_parameters_without_a_default_are_refused():
    notebook = new_notebook(cells=[new_code_cell("n = 4", metadata={"tags": ["parameters"]})])
    check_parameters("x", notebook, {"n": 5})
    with pytest.raises(StudyError, match=r"x: the cell of parameters has no `seed`"):
        check_parameters("x", notebook, {"seed": 5})
    with pytest.raises(StudyError, match="x: 0 cells are tagged"):
        check_parameters("x", new_notebook(), {})


# the page


@pytest.fixture(scope="module")
def page():
    use_style()
    figure = means_figure(np.zeros((10, 28, 28)), 0, 1, NAMES)
    shown = [
        show_figure(figure, 'Words for "those" who cannot see.'),
        show_table(pd.DataFrame({"a": [1], "<b>": ["は"]})),
        say("A *sentence* of は."),
    ]
    cells = [
        new_markdown_cell("# A title\n\n- and a list"),
        new_code_cell("number = 1", metadata={"tags": ["parameters"]}),
        new_code_cell("number = 2  # は", metadata={"tags": ["injected-parameters"]}),
        *(
            new_code_cell(
                f"show({number})",
                outputs=[new_output("execute_result", data=item._repr_mimebundle_(), execution_count=1)],
            )
            for number, item in enumerate(shown)
        ),
    ]
    notebook = clean(new_notebook(cells=cells))
    style = (ROOT / "report/style.css").read_text() + (ROOT / "report/notebook/notebook.css").read_text()
    once, twice = (render_notebook(notebook, "A <title>", ROOT / "report", style) for _ in range(2))
    assert once == twice
    return once


def test_the_page_asks_the_network_for_nothing(page):
    assert "<script" not in page and "<link" not in page and "@import" not in page
    assert all(source.startswith("data:") for source in re.findall(r'src="([^"]*)"', page))
    assert all(address.startswith("data:") for address in re.findall(r'url\("([^"]*)"', page))
    assert re.findall(r'href="([^#"][^"]*)"', page) == ["../report/report.html"]


def test_the_page_shows_words_figures_and_tables_and_folds_the_code(page):
    body = page.split("<body", 1)[1]
    assert "<title>A &lt;title&gt;</title>" in page
    assert """alt='Words for "those" who cannot see.'""" in body
    assert "<em>sentence</em>" in body and '<table class="evidence">' in body and "&lt;b&gt;" in body
    assert body.count('<details class="code">') == 3 and body.count("<img ") == 1
    assert body.index("Parameters, with the values to start from") < body.index("As this page was run")


def test_the_page_brings_its_kana(page):
    assert 'font-family: "IPAexGothic"' in page and "Source Serif Pro" in page


def test_the_width_is_chosen_on_the_images_held_out_where_there_are_any():
    notebook = read(ROOT / "workflow/notebooks/width_sweep.ipynb")
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert "choosing_accuracies(table)" in code
    # Nothing is chosen by the test accuracies themselves.
    assert set(re.findall(r"find_plateau\((\w+)", code)) == {"to_choose_by"}
    assert "held out from training, not on the test images" in sentences.about_choice("validation images")
    assert "on the test images" in sentences.about_choice("test images")


def test_steps_without_scatter_are_not_said_to_be_of_one_seed():
    table = tables.neighbours_table(tables.neighbouring_widths({10: [0.7, 0.7], 20: [0.8, 0.8]}, 100))
    assert table["95 % interval"].tolist() == ["no scatter: none"] and table["p"].tolist() == [""]
