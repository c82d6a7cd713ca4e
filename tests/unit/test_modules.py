from pathlib import Path

import nbformat
import pytest

from hidden_units.modules import library_files

ROOT = Path(__file__).resolve().parents[2]


def names(*scripts):
    """Library files of scripts, by their names below the package."""
    found = library_files([ROOT / f"workflow/scripts/{script}.py" for script in scripts], ROOT / "src")
    return {str(path.relative_to(ROOT / "src/hidden_units")) for path in found}


# The borders of reruns: each list is what retrains, measures or draws anew when it changes.
def test_training_depends_on_the_networks_and_on_no_figure_statistic_or_report():
    assert names("train_classifiers") == {
        "characters/training.py",
        "characters/models.py",
        "characters/own_networks.py",
        "characters/own_files.py",
        "characters/validation.py",
        "characters/written_out.py",
        "characters/runs.py",
        "characters/metrics.py",
        "checkpoints.py",
        "datasets/identity.py",
        "datasets/shape.py",
    }


@pytest.mark.parametrize("script", ["train_checkerboard", "train_encoder", "train_restarts"])
def test_other_trainings_depend_on_their_study_alone_and_on_no_figure(script):
    studies = {name.split("/")[0] for name in names(script) if "/" in name}
    assert len(studies) == 1
    unrelated = ("figures", "measures", "plotting.py", "names.py")
    assert not any(part in name for name in names(script) for part in unrelated)


def test_imports_are_followed_through_other_modules():
    assert {"plotting.py", "svg.py", "characters/figures.py"} < names("draw_characters")
    # evaluation -> statistics.intervals
    assert {"statistics/intervals.py"} < names("summarise_characters")


def test_imports_in_functions_of_packages_and_in_code_cells_of_notebooks_are_found(tmp_path):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_markdown_cell("import hidden_units.unused"),
        nbformat.v4.new_code_cell("import numpy\nfrom hidden_units.user import f"),
    ]
    for name, content in {
        "hidden_units/__init__.py": "",
        "hidden_units/part/__init__.py": '"""A part."""',
        "hidden_units/part/late.py": "x = 1",
        "hidden_units/unused.py": "x = 1",
        "hidden_units/user.py": "def f():\n    from hidden_units.part import late\n    return late",
        "page.ipynb": nbformat.writes(notebook),
        "script.py": "from hidden_units.user import f\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    for name in ("script.py", "page.ipynb"):
        found = library_files([tmp_path / name], tmp_path)
        names = [str(path.relative_to(tmp_path / "hidden_units")) for path in found]
        assert names == ["part/__init__.py", "part/late.py", "user.py"]
