from pathlib import Path

import pytest

from hidden_units.modules import source_files

SOURCE = Path(__file__).resolve().parents[2] / "src"


def names(*modules):
    return {str(path.relative_to(SOURCE / "hidden_units")) for path in source_files(modules, SOURCE)}


def test_training_depends_on_the_networks_and_on_no_figure_statistic_or_report():
    assert names("characters.training") == {
        "characters/training.py",
        "characters/models.py",
        "characters/validation.py",
        "datasets/shape.py",
    }


def test_imports_are_followed_through_other_modules():
    assert {"plotting.py"} < names("characters.figures")
    # evaluation -> statistics.intervals
    assert {"statistics/intervals.py"} < names("characters.evaluation")


def test_writing_a_run_depends_on_no_statistic_and_reading_one_on_no_training():
    assert names("characters.runs") == {"characters/runs.py", "characters/metrics.py"}


def test_imports_in_functions_and_of_packages_are_found(tmp_path):
    package = tmp_path / "hidden_units"
    (package / "part").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "part" / "__init__.py").write_text('"""A part."""')
    (package / "part" / "late.py").write_text("x = 1")
    (package / "user.py").write_text("def f():\n    from hidden_units.part import late\n    return late")
    found = {str(path.relative_to(package)) for path in source_files(["user"], tmp_path)}
    assert found == {"user.py", "part/__init__.py", "part/late.py"}


def test_a_module_that_does_not_exist_is_an_error():
    with pytest.raises(FileNotFoundError):
        source_files(["characters.nothing"], SOURCE)
