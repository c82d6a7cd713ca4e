"""Notebooks in a finished study: the same bytes again, from the inputs of their rules and nothing else."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]

PAGES = ["confusions", "width_sweep", "state_space_srn-anb2n", "state_space_lstm-anb2nc3n"]
SMOKE = ("--configfile", "config/smoke.yaml")
# Tells which files of the results a kernel opens; Python imports it by its name before anything else.
WATCH = """
import os, sys

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and "results/" in arguments[0]:
        with os.fdopen(os.open(os.environ["OPENED"], os.O_CREAT | os.O_APPEND | os.O_WRONLY), "a") as stream:
            stream.write(os.path.relpath(arguments[0]) + "\\n")

sys.addaudithook(watch)
"""


def inputs_of(finished, target):
    """The inputs of the job that makes a file."""
    # Both options take every argument that follows, so another option separates them.
    text = finished.snakemake(target, "--dry-run", "--force", *SMOKE)
    text = text.stdout + text.stderr
    block = next(part for part in text.split("\n\n") if f"output: {target}" in part)
    return set(re.search(r"input: (.*)", block)[1].split(", "))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_reads_only_inputs_of_its_rule_and_gives_the_same_bytes(
    finished, page, tmp_path, monkeypatch
):
    from hidden_units.notebooks.running import notebook_text, run_notebook

    target = f"results/smoke/notebooks/{page}.ipynb"
    inputs = inputs_of(finished, target)
    (notebook,) = (path for path in inputs if path.endswith(".ipynb"))
    kept = nbformat.read(finished.path(target), as_version=4)
    injected = next(cell for cell in kept.cells if "injected-parameters" in cell.metadata.get("tags", []))
    parameters = {}
    exec(injected.source, {}, parameters)

    (tmp_path / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    monkeypatch.setenv("OPENED", str(tmp_path / "opened"))
    monkeypatch.chdir(finished.folder)
    again, _ = run_notebook(notebook, parameters, [finished.path("src"), tmp_path])

    opened = set((tmp_path / "opened").read_text(encoding="utf-8").split())
    assert opened and opened <= inputs
    assert notebook_text(again) == finished.path(target).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "parameters", "sentence"),
    [
        (
            "confusions",
            {"model": "netconv", "target": "x"},
            "parameter `target`: found 'x', expected one of 0",
        ),
        ("confusions", {"target": 3, "chosen": "tsu"}, "`target` and `chosen` are one class"),
        ("state_space", {"n": 13}, "parameter `n`: found 13, expected one of 1, 2"),
        ("width_sweep", {"results": "results/absent"}, "results/absent: there is no such folder here"),
    ],
)
def test_a_mistake_in_the_parameters_ends_a_notebook_with_a_sentence(
    finished, name, parameters, sentence, monkeypatch
):
    from hidden_units.notebooks.running import FailedNotebook, run_notebook

    monkeypatch.chdir(finished.folder)
    parameters = {"results": "results/smoke"} | parameters
    with pytest.raises(FailedNotebook) as error:
        run_notebook(finished.path(f"workflow/notebooks/{name}.ipynb"), parameters, [finished.path("src")])
    assert sentence in str(error.value) and "\n" not in str(error.value)


@pytest.fixture
def brush_results(finished):
    """The smoke study in the folder where the notebooks look for results by default."""
    place = finished.path("results/brush")
    place.symlink_to("smoke", target_is_directory=True)
    yield place
    place.unlink()


@pytest.mark.slow
@pytest.mark.parametrize("name", [path.stem for path in (ROOT / "workflow/notebooks").glob("*.ipynb")])
def test_a_notebook_opened_by_hand_runs_unchanged(finished, brush_results, name, monkeypatch):
    """In Jupyter the kernel works in the notebook's folder, with the library that is installed in .venv."""
    monkeypatch.setenv("PYTHONPATH", str(finished.path("src")))
    path = finished.path(f"workflow/notebooks/{name}.ipynb")
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert 'results = "results/brush"' in next(
        cell.source for cell in cells if "parameters" in cell.metadata.get("tags", [])
    )
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()
    outputs = [output for cell in cells for output in cell.outputs]
    assert all(cell.execution_count for cell in cells)
    assert not [output for output in outputs if output.output_type == "error"]
    pictures = [output for output in outputs if "image/svg+xml" in output.get("data", {})]
    assert len(pictures) >= 2


@pytest.mark.parametrize("page", PAGES)
def test_pages_ask_the_network_for_nothing_and_show_figures(finished, page):
    html = finished.path(f"results/smoke/notebooks/{page}.html").read_text(encoding="utf-8")
    assert "<script" not in html and "<link" not in html and "@import" not in html
    assert all(address.startswith("data:") for address in re.findall(r'url\("([^"]*)"', html))
    assert set(re.findall(r'(?:src|href)="([^"#:]+)', html)) == {"data", "../report/report.html"}
    assert html.count("data:image/svg+xml;base64,") >= 3
    words = re.findall(r">([^<]*)<", html)
    assert not [word for word in words if re.search(r"\b(Traceback|nan|NaN)\b", word)]


def test_a_failing_notebook_ends_with_its_sentence_and_leaves_the_traceback_next_to_the_log(finished):
    overlay = finished.overlay(
        "absent.yaml", {"notebooks": {"state_space": {"tasks": ["srn-anbn"], "n": 12}}}
    )
    path = finished.path("workflow/notebooks/state_space.ipynb")
    original = path.read_text(encoding="utf-8")
    path.write_text(original.replace("states = states_table(", "states = no_table("), encoding="utf-8")
    target = "results/smoke/notebooks/state_space_srn-anbn.ipynb"
    try:
        result = finished.snakemake(target, *SMOKE, overlay)
    finally:
        path.write_text(original, encoding="utf-8")
    text = result.stdout + result.stderr
    logs = finished.path("results/smoke/logs/run_state_space")
    last = (logs / "srn-anbn.log").read_text(encoding="utf-8").splitlines()[-1]
    assert result.returncode != 0 and not finished.path(target).exists()
    assert last.startswith("workflow/notebooks/state_space.ipynb: cell ")
    assert last.endswith("failed: NameError: name 'no_table' is not defined")
    assert last in text and "Traceback (most recent call last)" not in text
    assert "Traceback" in (logs / "srn-anbn.traceback").read_text(encoding="utf-8")
