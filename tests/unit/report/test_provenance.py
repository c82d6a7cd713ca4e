"""Commit, versions, machine and times."""

from __future__ import annotations

import json
import subprocess
from unittest.mock import patch

import numpy as np
import pytest

from hidden_units.report.collecting import (
    collect,
    describe_machine,
    gpu_names,
    job_times,
    rule_times,
    training_times,
)
from hidden_units.report.provenance import Commit, package_versions, read_commit
from hidden_units.report.render import render_machine_page
from tests.rendered_report import ROOT


def git(folder, *arguments):
    environment = {
        "PATH": "/usr/bin:/bin:/usr/local/bin",
        "HOME": str(folder),
        "GIT_AUTHOR_DATE": "2026-01-31T23:30:00+00:00",
        "GIT_COMMITTER_DATE": "2026-01-31T23:30:00+00:00",
    }
    names = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", *names, *arguments], cwd=folder, env=environment, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "tracked").write_text("a")
    git(tmp_path, "add", "tracked")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_the_commit_of_a_clean_checkout(checkout):
    commit = read_commit(checkout)
    assert (commit.date, commit.epoch, commit.changed) == ("2026-01-31", 1769902200, False)
    assert len(commit.hash) == 40 and commit.is_known


@pytest.mark.parametrize(
    ("remote", "page"),
    [
        ("https://me:secret@example.org/hidden/units.git", "https://example.org/hidden/units"),
        ("git@example.org:hidden/units.git", ""),
        ("/srv/units", ""),
    ],
)
def test_code_is_found_where_the_checkout_was_cloned_from(checkout, remote, page):
    assert read_commit(checkout).page_of("a.py") == ""
    git(checkout, "remote", "add", "origin", remote)
    commit = read_commit(checkout)
    assert commit.page_of("a.py") == (page and f"{page}/blob/{commit.hash}/a.py")


def test_a_changed_tracked_file_is_seen_and_an_untracked_one_is_not(checkout):
    (checkout / "my-overlay.yaml").write_text("run: mine")
    assert not read_commit(checkout).changed
    (checkout / "tracked").write_text("b")
    assert read_commit(checkout).changed


def test_gpus_are_named_as_their_driver_does_and_none_where_there_is_no_driver(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpu_names() == []
    command = tmp_path / "nvidia-smi"
    command.write_text("#!/bin/sh\necho NVIDIA H200, 580.159.04\necho NVIDIA L4, 580.159.04\n")
    command.chmod(0o755)
    assert gpu_names() == ["NVIDIA H200, driver 580.159.04", "NVIDIA L4, driver 580.159.04"]
    command.write_text("#!/bin/sh\nexit 9\n")
    assert gpu_names() == []


def test_without_a_checkout_of_its_own_or_git_the_commit_is_unknown(checkout, tmp_path, monkeypatch):
    copy, new = checkout / "copy", checkout / "new"
    copy.mkdir()
    new.mkdir()
    git(new, "init", "-q")
    assert read_commit(copy) == read_commit(new) == Commit()
    monkeypatch.setenv("PATH", str(copy))
    assert read_commit(checkout) == Commit()


def test_versions_are_those_installed_and_absent_packages_are_left_out():
    versions = package_versions(["numpy", "no-such-package"])
    assert list(versions) == ["python", "numpy"]
    assert versions["numpy"] == np.__version__


@pytest.fixture
def benchmarks(tmp_path):
    head = "s\th:m:s\tmax_rss\tcpu_time\n"
    for name, row in {
        "train/netlin": "2.5\t0:00:02\t100.5\t2.25",
        "train/netconv": "7.5\t0:00:07\tNA\t6.5",
        "draw": "1.25\t0:00:01\t-\tNA",
        "empty": "",
    }.items():
        path = tmp_path / f"benchmarks/{name}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + row)
    return tmp_path / "benchmarks"


def test_job_times_are_read_slowest_first(benchmarks):
    jobs = [(job["rule"], job["job"], job["seconds"], job["memory_mb"]) for job in job_times(benchmarks)]
    assert jobs == [
        ("train", "netconv", 7.5, None),
        ("train", "netlin", 2.5, 100.5),
        ("draw", "", 1.25, None),
    ]


def test_the_jobs_of_a_rule_are_added_up(benchmarks):
    train, draw = rule_times(job_times(benchmarks))
    times = {"seconds": 10.0, "longest": 7.5, "cpu_seconds": 8.75, "memory_mb": 100.5}
    assert train == {"rule": "train", "jobs": 2} | times
    assert draw["memory_mb"] is None and draw["cpu_seconds"] is None


@pytest.fixture
def timings(tmp_path):
    paths = []
    for model, seed, seconds in [("netlin", 0, (1, 2)), ("netlin", 1, (3, 6)), ("netconv", 0, (10,))]:
        path = tmp_path / f"characters/{model}/seed-{seed}/timing.csv"
        path.parent.mkdir(parents=True)
        device = "NVIDIA H200" if (model, seed) == ("netlin", 1) else "cpu"
        path.write_text("epoch,seconds\n" + "".join(f"{k},{s}\n" for k, s in enumerate(seconds, 1)))
        path.with_name("metrics.json").write_text(json.dumps({"device": device}))
        paths.append(path)
    return paths


def test_training_times_are_means_over_epochs_and_runs(timings):
    netlin, netconv = training_times(timings)
    times = {"seconds_per_epoch": 3.0, "seconds_per_run": 6.0, "seconds": 12.0}
    # The second seed was trained elsewhere: what is reported is where, not what is configured now.
    devices = ["NVIDIA H200", "cpu"]
    assert netlin == {"model": "netlin", "seeds": 2, "epochs": 2, "devices": devices} | times
    assert netconv["seconds"] == 10.0


def test_the_machine_page_shows_machine_and_times(benchmarks, timings):
    provenance = collect(
        config={"run": "mine", "report": {"title": "<b>Mine</b>"}, "training": {"threads": 1}},
        commit=Commit("c0ffee" * 6 + "beef", "2026-01-31", 1769817600, changed=True),
        lock_sha256="d3" * 32,
        benchmarks=benchmarks,
        rules=["train"],
        timings=timings,
        data={"train_images.npy": "ab" * 32},
    )
    provenance = json.loads(json.dumps(provenance, allow_nan=False))
    style = (ROOT / "report/style.css").read_text(encoding="utf-8")
    with patch("hidden_units.report.render.font_faces", lambda text: ""):
        page = render_machine_page(provenance, ROOT / "report/templates", style)
    title = "&lt;b&gt;Mine&lt;/b&gt;"
    for expected in (
        describe_machine()["host"],
        "NVIDIA H200 and cpu",
        "10.0",
        "7.5",
        title,
        "changes that were",
    ):
        assert expected in page
    assert "<code>train</code>" in page and "<code>draw</code>" not in page
    assert "No values are compared with a reference" in page
    with patch("hidden_units.report.render.font_faces", lambda text: ""):
        reproduced = {**provenance, "reproduced": "Reproduced: 1 of 2 reference values; a<b"}
        told = render_machine_page(reproduced, ROOT / "report/templates", style)
    assert "Reproduced: 1 of 2 reference values; a&lt;b." in told and "No values are" not in told
    assert "Table 1." in page and "Table 4." in page and "Table 5." not in page
