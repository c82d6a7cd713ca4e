"""Foreseeable mistakes through the whole command: one sentence, no traceback, nothing half-written."""

import os

import pytest

from hidden_units.device import gpu_count
from tests.idx_files import noise, write_folder


def refused(workflow, content, *arguments):
    """The output of a run that must fail before any job starts."""
    result = workflow.snakemake("--configfile", workflow.overlay("bad.yaml", content), *arguments)
    text = result.stdout + result.stderr
    assert result.returncode != 0
    assert "Traceback" not in text
    assert "Select jobs to execute" not in text
    return text


# What the rule files compare with each other; values alone are tested with the configuration.
@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ({"run": "x", "trainin": {}}, ["bad.yaml", "`trainin`", "did you mean `training`"]),
        ({"run": "x", "dataset": {"name": "idx", "path": "nowhere"}}, ["nowhere"]),
        ({"seeds": 2, "sensitivity": {"seeds": 3}}, ["`sensitivity: seeds` is 3", "at most `seeds`, 2"]),
        (
            {"checkerboard": {"network": {"hidden": {"biases": [1, 2, 3]}}}},
            ["`checkerboard: network: hidden: biases` has 3 entries, expected 4"],
        ),
        (
            {"checkerboard": {"training": {"rates": [{"learning_rate": 0.1, "max_epochs": 9}] * 2}}},
            ["`checkerboard: training: rates` names a learning rate twice"],
        ),
        (
            {"encoders": {"tables": ["pictures/mine.yaml"]}},
            ["pictures/mine.yaml: there is no such file", "heart.yaml"],
        ),
        ({"encoders": {"shown": ["identity-7"]}}, ["`encoders: shown` names 'identity-7'", "star16"]),
        ({"encoders": {"caps": [4000000]}}, ["`encoders: patience: max_epochs` is 3000000", "4000000"]),
    ],
)
def test_a_wrong_configuration_is_refused_in_one_sentence(workflow, content, parts):
    before = set(workflow.path("results").rglob("*"))
    text = refused(workflow, content)
    assert all(part in text for part in parts), text
    assert set(workflow.path("results").rglob("*")) == before


@pytest.mark.skipif(gpu_count() > 0, reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_told_before_any_job_starts(workflow):
    text = refused(workflow, {"run": "x", "dataset": {"name": "brush"}, "device": "cuda"})
    assert "`device` is cuda, but no NVIDIA GPU is seen on this machine" in text


def test_what_leads_out_of_the_folder_of_a_run_is_told_before_any_job_starts(workflow, tmp_path):
    (tmp_path / "precious").write_text("mine")
    link, pipe = workflow.path("results/led/benchmarks/step.tsv"), workflow.path("results/led/config.yaml")
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "precious")
    overlay = {"run": "led", "dataset": {"name": "brush"}}
    assert "step.tsv: is a symbolic link" in refused(workflow, overlay)
    assert (tmp_path / "precious").read_text() == "mine"
    link.unlink()
    # Both are read while Snakemake plans.
    os.mkfifo(pipe)
    os.mkfifo(pipe.with_name("manifest.sha256"))
    assert "config.yaml: is a pipe" in refused(workflow, overlay)


def test_a_key_that_has_no_effect_is_told_and_the_run_goes_on(workflow):
    overlay = {"run": "x", "dataset": {"name": "brush", "classes": list("abcdefghij")}}
    result = workflow.snakemake("--dry-run", "--configfile", workflow.overlay("idle.yaml", overlay))
    assert result.returncode == 0
    told = result.stdout + result.stderr
    assert told.count("`dataset: classes` has no effect with `dataset: name: brush`") == 1


@pytest.mark.slow
# All that read_yaml refuses is in tests/unit/test_hostile_config.py.
@pytest.mark.parametrize("content", [b"run: \xff", None], ids=["damaged", "pipe"])
def test_a_damaged_configuration_of_an_earlier_run_does_not_stop_the_next(workflow, content):
    written = workflow.path("results/old/config.yaml")
    written.parent.mkdir(parents=True, exist_ok=True)
    written.unlink(missing_ok=True)
    if content is None:
        os.mkfifo(written)
    else:
        written.write_bytes(content)
    overlay = workflow.overlay("old.yaml", {"run": "old", "dataset": {"name": "brush"}})
    result = workflow.snakemake("--dry-run", "--configfile", overlay)
    written.unlink()
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["my <v2> data {run}", "a{{b}} 50 % 'of' \"it\" <results>"])
def test_a_folder_of_images_and_a_table_are_read_whatever_they_are_called(workflow, tmp_path, name):
    folder = tmp_path / name
    write_folder(folder, noise(200, 100))
    table = folder / "mine.csv"
    table.write_text("1,0\n0,1\n")
    overlay = {
        "run": "named",
        "seeds": 1,
        "dataset": {"name": "idx", "path": str(folder)},
        "encoders": {"tables": [str(table)], "shown": [], "patience": {"tables": []}},
    }
    arguments = ["--configfile", workflow.overlay("named.yaml", overlay)]
    result = workflow.snakemake("results/named/data/dataset.json", *arguments)
    assert result.returncode == 0, result.stdout
    described = workflow.path("results/named/data/dataset.json").read_text(encoding="utf-8")
    assert "t10k-labels-idx1-ubyte.gz" in described and ".snakemake" not in described
    assert workflow.planned(*arguments)["train_encoder"] == 1
    workflow.path("results/named/data/dataset.json").unlink()


@pytest.mark.slow
def test_folders_that_differ_in_brackets_alone_are_two(workflow, tmp_path):
    hashes = []
    for images, name in enumerate(["a{1}", "a<1>"], start=200):
        write_folder(tmp_path / name, noise(images, 100))
        overlay = {"run": "two", "seeds": 1, "dataset": {"name": "idx", "path": str(tmp_path / name)}}
        arguments = ["results/two/data/dataset.json", "--configfile", workflow.overlay("two.yaml", overlay)]
        assert workflow.snakemake(*arguments).returncode == 0
        hashes.append(workflow.path("results/two/data/dataset.json").read_text(encoding="utf-8"))
    assert '"train": 200' in hashes[0] and '"train": 201' in hashes[1]


def test_a_number_that_yaml_reads_as_another_is_refused_by_plain_snakemake_too(workflow):
    workflow.path("octal.yaml").write_text("run: octal\ndataset: {name: brush}\nseeds: 010\n")
    result = workflow.snakemake("--dry-run", "--configfile", "octal.yaml")
    assert result.returncode and "octal.yaml, line 3: YAML reads 010 as 8" in result.stdout + result.stderr


def test_what_snakemake_would_run_of_a_configuration_is_refused_before_it_is_run(workflow):
    workflow.overlay("evil.yaml", "__use_yte__: true\nrun: ?str(open('made', 'w'))\n")
    for arguments in (["--dry-run"], ["--workflow-profile", "none"], ["--lint", "--logger", "none-such"]):
        result = workflow.snakemake("--configfile", "evil.yaml", *arguments)
        assert result.returncode and result.stdout.startswith("evil.yaml: has the key __use_yte__, ")
        assert not workflow.path("made").exists()


def test_files_called_as_packages_beside_the_snakefile_are_not_run(workflow):
    modules = [workflow.path(f"{name}.py") for name in ("nbformat", "yaml", "yte", "psutil", "hidden_units")]
    for module in modules:
        module.write_text("open('made', 'w')\nraise SystemExit('made')\n")
    code, printed = workflow.run("config/brush.yaml", "--dry-run")
    for module in modules:
        module.unlink()
    assert code == 0 and not workflow.path("made").exists(), printed


def test_a_broken_source_file_is_named_before_any_job_starts(workflow, tmp_path):
    folder = tmp_path / "images"
    arrays = noise(200, 100)
    write_folder(folder, {**arrays, "test_labels": arrays["test_labels"][:-1]})
    text = refused(workflow, {"run": "broken", "dataset": {"name": "idx", "path": str(folder)}})
    assert all(part in text for part in ("t10k-labels-idx1-ubyte.gz", "99", "100"))
    assert not workflow.path("results/broken").exists()


def test_a_diverging_training_ends_with_its_sentence_and_leaves_no_results_of_the_run(workflow, tmp_path):
    folder = tmp_path / "images"
    write_folder(folder, noise(200, 100))
    overlay = workflow.overlay(
        "diverging.yaml",
        {
            "run": "diverging",
            "seeds": 1,
            "dataset": {"name": "idx", "path": str(folder)},
            "training": {"learning_rate": 1.0e9, "epochs": 2},
        },
    )
    target = "results/diverging/characters/netconv/seed-0/metrics.json"
    result = workflow.snakemake(target, "--configfile", overlay)
    text = result.stdout + result.stderr
    log = workflow.path("results/diverging/logs/train_netconv/netconv-seed-0.log").read_text(encoding="utf-8")
    last = log.splitlines()[-1]
    assert result.returncode != 0 and "Traceback" not in text
    assert last.startswith("netconv seed 0: training diverged") and "learning rate 1000000000.0" in last
    assert last in text
    assert not list(workflow.path("results/diverging/characters/netconv").rglob("*.*"))
