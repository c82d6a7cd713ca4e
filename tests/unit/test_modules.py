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
        "characters/validation.py",
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
    assert not any("figures" in name or "measures" in name or name == "plotting.py" for name in names(script))


def test_imports_are_followed_through_other_modules():
    assert {"plotting.py", "svg.py", "characters/figures.py"} < names("draw_characters")
    # evaluation -> statistics.intervals
    assert {"statistics/intervals.py"} < names("summarise_characters")


@pytest.fixture
def package(tmp_path):
    """A library of two modules and a package in a folder of its own."""
    folder = tmp_path / "hidden_units"
    (folder / "part").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "part" / "__init__.py").write_text('"""A part."""')
    (folder / "part" / "late.py").write_text("x = 1")
    (folder / "user.py").write_text("def f():\n    from hidden_units.part import late\n    return late")
    return folder


def test_imports_in_functions_and_of_packages_are_found(package):
    script = package.parent / "script.py"
    script.write_text("from hidden_units.user import f\n")
    found = {str(path.relative_to(package)) for path in library_files([script], package.parent)}
    assert found == {"user.py", "part/__init__.py", "part/late.py"}


def test_a_notebook_depends_on_what_its_code_cells_import(package):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_markdown_cell("import hidden_units.user"),
        nbformat.v4.new_code_cell("import numpy\nfrom hidden_units.part import late"),
    ]
    path = package.parent / "page.ipynb"
    nbformat.write(notebook, path)
    found = {path.name for path in library_files([path], package.parent)}
    assert found == {"__init__.py", "late.py"}
