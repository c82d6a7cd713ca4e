"""Whether two runs gave the same bytes."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hidden_units.errors import StudyError
from hidden_units.manifest import NAME, NOT_PROMISED, compare, deleted, format_manifest, hashes, read_manifest
from workflow.run import verify


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "results/made-up"
    for name, content in {
        "report/report.html": "a page",
        "characters/netlin/seed-0/history.csv": "epoch\n1\n",
        "characters/netlin/seed-0/timing.csv": "seconds\n0.5\n",
        "benchmarks/train.tsv": "s\n1\n",
        "logs/train.log": "done",
        "report/machine.html": "host",
        "provenance.json": "{}",
        "ro-crate-metadata.json": "{}",
        "characters/.summary.31.part.csv": "half",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def written(run):
    path = run / NAME
    path.write_text(format_manifest(hashes(run)))
    return path


def test_times_the_machine_half_written_files_and_the_manifest_itself_are_left_out(run):
    written(run)
    assert list(hashes(run)) == ["characters/netlin/seed-0/history.csv", "report/report.html"]


def test_the_readme_of_the_results_names_everything_that_is_not_promised():
    readme = (Path(__file__).resolve().parents[2] / "results/README.md").read_text(encoding="utf-8")
    *_, promise = readme.split("\n\n")
    assert {f"`{pattern.removesuffix('/*')}`" for pattern in NOT_PROMISED} == {
        name.replace("/`", "`") for name in re.findall(r"`[^`]+`", promise)
    }


@pytest.mark.parametrize("dataset, is_compared", [("brush", False), ("kmnist", True)])
def test_files_of_studies_that_a_run_leaves_out_are_not_among_its_own(run, dataset, is_compared):
    whole = list(hashes(run))
    for name in ("encoders/summary.csv", "notebooks/state_space_srn.html", "reproduction.csv"):
        (run / name).parent.mkdir(exist_ok=True)
        (run / name).write_text("left")
    (run / "config.yaml").write_text(f"studies: [characters]\ndataset: {{name: {dataset}}}\n")
    assert {*hashes(run)} == {*whole, "config.yaml", *(["reproduction.csv"] if is_compared else [])}
    (run / "config.yaml").write_text("studies: [encoders]\n")
    assert {*hashes(run)} == {"config.yaml", "encoders/summary.csv", "report/report.html"}


def test_sha256sum_agrees(run):
    manifest = written(run)
    done = subprocess.run(["sha256sum", "--check", "--quiet", manifest.name], cwd=run, check=False)
    assert done.returncode == 0


def test_a_copy_of_a_run_has_the_same_bytes(run, tmp_path, capsys):
    copy = shutil.copytree(run, tmp_path / "copy")
    assert verify(copy, written(run)) == 0
    assert capsys.readouterr().out == f"2 of 2 files are what {run / NAME} says.\n"


def test_what_differs_is_named(run, capsys):
    manifest = written(run)
    (run / "report/report.html").write_text("another page")
    (run / "characters/netlin/seed-0/history.csv").unlink()
    (run / "characters/summary.csv").write_text("model\n")
    (run / "provenance.json").write_text("another machine")
    assert verify(run, manifest) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"differs: {run}/report/report.html",
        f"missing: {run}/characters/netlin/seed-0/history.csv",
        f"not in the manifest: {run}/characters/summary.csv",
        f"0 of 2 files are what {manifest} says.",
    ]


def test_a_missing_manifest_an_invalid_line_and_a_missing_run_are_named(run, tmp_path):
    with pytest.raises(StudyError, match="there is no such file; name the manifest"):
        read_manifest(tmp_path / "none.sha256")
    for content, said in {
        b"0" * 64 + b"  a\nhello\n": "line 2 is 'hello'",
        b"\xff": "is not text in UTF-8; name the manifest",
    }.items():
        (tmp_path / NAME).write_bytes(content)
        with pytest.raises(StudyError, match=said):
            read_manifest(tmp_path / NAME)
    with pytest.raises(StudyError, match="there is no such folder"):
        hashes(tmp_path / "none")


@pytest.mark.parametrize("path", ["/dev/zero", "pipe", "folder", "sparse"])
def test_what_is_no_manifest_is_refused_at_once(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("folder").mkdir()
    with Path("sparse").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(
        StudyError, match=rf"^{path}: is (not a file|larger than 32768 kB).*; name the manifest"
    ):
        read_manifest(Path(path))


@pytest.mark.parametrize(
    "name", ["a\nb.csv", "a\u2028b", "\x1b[2J.csv", "a\x85b", "\udcff.csv", "folder\n/a.csv"]
)
def test_a_name_that_fits_on_no_line_is_refused_and_printed_escaped(run, capsys, name):
    manifest = written(run)
    manifest.write_bytes(manifest.read_bytes() + b"0" * 64 + b"  \x1b[2J\x1b]0;title\x07\n")
    verify(run, manifest)
    printed = capsys.readouterr().out
    assert f"missing: {run}/\\x1b[2J\\x1b]0;title\\x07\n" in printed and "\x1b" not in printed
    (run / name).parent.mkdir(exist_ok=True)
    (run / name).touch()
    with pytest.raises(StudyError, match="its name holds what cannot be printed") as refused:
        hashes(run)
    assert str(refused.value).isprintable()


def test_links_are_not_hashed(run, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/file").write_text("secret")
    before = hashes(run)
    (run / "link.csv").symlink_to(tmp_path / "secret/file")
    (run / "linked").symlink_to(tmp_path / "secret")
    os.mkfifo(run / "pipe.csv")
    assert hashes(run) == before


def test_a_manifest_of_names_that_no_file_can_have_lists_them_as_deleted(tmp_path):
    names = ["x" * 5000, "a\0b", "../" * 2000 + "x"]
    (tmp_path / NAME).write_text(format_manifest(dict.fromkeys(names, "0" * 64)))
    assert deleted(tmp_path) == names


NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1
)
MANIFESTS = st.dictionaries(NAMES, st.text("0123456789abcdef", min_size=64, max_size=64), max_size=8)


@settings(max_examples=200)
@given(MANIFESTS, MANIFESTS)
def test_differences_add_up_and_a_manifest_survives_being_written(tmp_path_factory, found, expected):
    differences = compare(found, expected)
    changed, missing, added = map(len, differences.values())
    assert len(expected) - missing == len(found) - added == len(found.items() & expected.items()) + changed
    assert any(differences.values()) == (found != expected)
    path = tmp_path_factory.mktemp("manifest") / NAME
    path.write_text(format_manifest(found), encoding="utf-8")
    assert read_manifest(path) == found


def test_what_the_manifest_lists_and_somebody_deleted_is_named(tmp_path):
    assert deleted(tmp_path) == []
    for name in ("kept.csv", "gone.csv"):
        (tmp_path / name).touch()
    (tmp_path / NAME).write_text(format_manifest(hashes(tmp_path)))
    assert deleted(tmp_path) == []
    (tmp_path / "gone.csv").unlink()
    assert deleted(tmp_path) == ["gone.csv"]
