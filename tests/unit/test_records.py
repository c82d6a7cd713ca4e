"""Whether results are what was made of sources and data as they are, without asking a clock or Snakemake."""

import os
import shutil
import time
from pathlib import Path

import pytest

from hidden_units.errors import StudyError
from hidden_units.files import read_json, write_json
from hidden_units.manifest import check, format_manifest, hashes, made
from hidden_units.records import (
    COPIES,
    ROOT,
    SNAKEMAKES,
    adopt,
    begin_run,
    confirm,
    find,
    hashes_of,
    name_of,
    read_records,
    refuse_future,
    review,
    set_aside,
    write_record,
)

RESULTS = Path("results/made-up")
CONFIG = {"run": "made-up", "training": {"epochs": 2}, "device": "cpu", "report": {"title": "One"}}
WEIGHTS, SUMMARY, PAGE = (
    f"{RESULTS}/{name}" for name in ("net/weights.bin", "summary.csv", "notebooks/page.ipynb")
)
CHAIN = {
    "train": (["training.py", "data.bin"], [WEIGHTS]),
    "summarise": (["statistic.py", WEIGHTS], [SUMMARY]),
    "show": ([SUMMARY], [PAGE]),
}
EVERYTHING = {WEIGHTS, SUMMARY, PAGE}


def run_job(rule):
    """What a job of the made-up study leaves: files and their record."""
    inputs, outputs = CHAIN[rule]
    for name in outputs:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(f"{name} of {[Path(path).read_text() for path in inputs]}")
    write_record(RESULTS / f"logs/{rule}.log", hashes_of(inputs), outputs)


@pytest.fixture(autouse=True)
def study(tmp_path, monkeypatch):
    """A finished made-up study in the current folder."""
    monkeypatch.chdir(tmp_path)
    SNAKEMAKES.mkdir(parents=True)
    (SNAKEMAKES / "of-a-job").touch()
    for name in ("training.py", "statistic.py", "data.bin"):
        Path(name).write_text(name)
    begin_run(RESULTS, CONFIG)
    for rule in CHAIN:
        run_job(rule)


def test_a_finished_run_is_kept_whole():
    found = review(RESULTS, CONFIG)
    assert found.kept == EVERYTHING and found.edited == [] and found.sentences(RESULTS) == []
    assert not found.is_foreign and not found.is_out_of_order


def keep_time(name, change):
    """Change a file behind the back of its time stamp."""
    before = Path(name).stat()
    change(Path(name))
    os.utime(name, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    ("name", "lost", "edited"),
    [
        ("data.bin", {WEIGHTS}, []),
        ("statistic.py", {SUMMARY}, []),
        (WEIGHTS, {WEIGHTS, SUMMARY}, [WEIGHTS]),
        (SUMMARY, {SUMMARY, PAGE}, [SUMMARY]),
        (PAGE, {PAGE}, [PAGE]),
    ],
)
@pytest.mark.parametrize("stamp", ["kept", "now", "old", "future"])
def test_a_changed_byte_counts_whatever_its_time_stamp(name, lost, edited, stamp):
    keep_time(name, lambda path: path.write_bytes(b"X" + path.read_bytes()[1:]))
    if stamp != "kept":
        moved = {"now": 0, "old": -(10**9), "future": 10**7}[stamp]
        os.utime(name, times=(time.time() + moved,) * 2)
    found = review(RESULTS, CONFIG)
    assert found.kept == EVERYTHING - lost and found.edited == edited
    assert lost <= found.again | found.kept


@pytest.mark.parametrize("name", ["data.bin", "training.py", WEIGHTS, SUMMARY])
@pytest.mark.parametrize("moved", [-(10**9), 0, 10**7])
def test_a_time_stamp_alone_counts_for_nothing_and_is_put_in_order(name, moved):
    os.utime(name, times=(time.time() + moved,) * 2)
    found = review(RESULTS, CONFIG)
    assert found.kept == EVERYTHING
    adopt(found)
    assert all(Path(path).stat().st_mtime <= time.time() for path in EVERYTHING)
    assert len({Path(path).stat().st_mtime_ns for path in EVERYTHING}) == 1 or not found.is_out_of_order


def test_a_deleted_source_is_a_change_and_a_deleted_result_is_snakemakes_business():
    Path("statistic.py").unlink()
    assert review(RESULTS, CONFIG).kept == {WEIGHTS, PAGE}
    Path(WEIGHTS).unlink()
    assert review(RESULTS, CONFIG).kept == {PAGE}


OTHER = {**CONFIG, "training": {"epochs": 9}}
RETITLED = {**CONFIG, "device": "cuda", "report": {"title": "Another"}}


def test_without_snakemakes_records_another_configuration_vouches_for_nothing():
    assert review(RESULTS, OTHER).kept == EVERYTHING  # Snakemake knows better here
    shutil.rmtree(COPIES)
    assert review(RESULTS, CONFIG).kept == review(RESULTS, RETITLED).kept == EVERYTHING
    found = review(RESULTS, OTHER)
    assert found.kept == set() and found.again >= EVERYTHING
    assert any("made under another configuration" in said for said in found.sentences(RESULTS))


def test_without_snakemakes_parameters_a_known_run_is_asked_for_its_settings():
    shutil.rmtree(SNAKEMAKES)
    assert review(RESULTS, CONFIG).kept == EVERYTHING and review(RESULTS, OTHER).kept == set()


def test_a_backup_of_another_configuration_is_not_what_snakemake_knows(tmp_path):
    backup = shutil.copytree(RESULTS, tmp_path / "backup")
    begin_run(RESULTS, OTHER)
    for rule in CHAIN:
        run_job(rule)
    assert review(RESULTS, OTHER).kept == EVERYTHING
    shutil.rmtree(RESULTS)
    shutil.copytree(backup, RESULTS)
    assert review(RESULTS, OTHER).kept == set() and review(RESULTS, CONFIG).kept == EVERYTHING


def test_a_renamed_run_is_told():
    (RESULTS / "config.yaml").touch()
    renamed = RESULTS.rename(RESULTS.with_name("other"))
    (said,) = review(renamed, CONFIG).sentences(renamed)
    assert "change of its name" in said


def test_code_in_another_folder_is_not_taken_for_the_files_of_this_one(tmp_path):
    own = Path("src/hidden_units/records.py")
    own.parent.mkdir(parents=True)
    own.touch()
    assert find(name_of(ROOT / own)) == ROOT / own and find(name_of(own)) == own


def test_somebody_elses_files_keep_their_time_stamps(monkeypatch):
    def refuse(*_, **__):
        raise PermissionError

    os.utime("data.bin", times=(time.time() - 5,) * 2)
    Path("training.py").touch()
    found = review(RESULTS, CONFIG)
    monkeypatch.setattr("os.utime", refuse)
    adopt(found)
    assert found.is_out_of_order


def test_a_source_that_changed_goes_on_being_newer_than_what_was_made_of_it():
    Path("statistic.py").write_text("another")
    Path("training.py").touch()
    adopt(review(RESULTS, CONFIG))
    assert Path(SUMMARY).stat().st_mtime_ns < Path("statistic.py").stat().st_mtime_ns
    assert Path(WEIGHTS).stat().st_mtime_ns > Path("training.py").stat().st_mtime_ns


def test_an_edited_notebook_that_cannot_be_kept_is_not_overwritten():
    Path(PAGE).unlink()
    Path(PAGE).mkdir()
    with pytest.raises(StudyError, match=r"page\.ipynb: edited since .* and it cannot be kept"):
        set_aside([PAGE])


def test_results_from_another_clone_are_not_what_snakemake_knows_here(tmp_path, monkeypatch):
    other = shutil.copytree(tmp_path, tmp_path.with_name(f"{tmp_path.name}-other"))
    monkeypatch.chdir(other)
    begin_run(RESULTS, OTHER)
    for rule in CHAIN:
        run_job(rule)
    monkeypatch.chdir(tmp_path)
    shutil.rmtree(RESULTS)
    shutil.copytree(other / RESULTS, RESULTS)
    assert review(RESULTS, CONFIG).kept == set()


def test_what_a_later_configuration_left_as_it_was_is_right_under_it_too():
    confirm([WEIGHTS, SUMMARY], read_records(RESULTS), OTHER)
    shutil.rmtree(COPIES)
    assert review(RESULTS, OTHER).kept == {WEIGHTS, SUMMARY}


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"[" * 10**5, b"{}", b'{"settings": 1}', None])
def test_a_file_without_a_sound_record_is_made_again(content):
    path = RESULTS / "records/summarise.json"
    path.unlink() if content is None else path.write_bytes(content)
    found = review(RESULTS, CONFIG)
    assert found.kept == {WEIGHTS, PAGE} and SUMMARY in found.again and found.edited == []


@pytest.mark.parametrize(
    "change", [{"settings": []}, {"inputs": []}, {"inputs": {"a": 1}}, {"outputs": {"a": []}}]
)
def test_a_record_of_other_kinds_vouches_for_nothing(change):
    path = RESULTS / "records/summarise.json"
    write_json(path, {**read_json(path), **change})
    assert review(RESULTS, CONFIG).kept == {WEIGHTS, PAGE}


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", ".", "/dev/zero", "/proc/kmsg"])
def test_a_source_that_cannot_be_read_counts_as_changed(name):
    path = RESULTS / "records/summarise.json"
    record = read_json(path)
    write_json(path, {**record, "inputs": {**record["inputs"], name: "0" * 64}})
    assert review(RESULTS, CONFIG).kept == {WEIGHTS, PAGE}


def test_a_record_reaches_no_file_outside_of_its_run():
    path = RESULTS / "records/summarise.json"
    write_json(path, {**read_json(path), "outputs": hashes_of(["data.bin"])})
    assert "data.bin" not in review(RESULTS, CONFIG).kept


def test_results_without_any_records_are_told():
    shutil.rmtree(RESULTS / "records")
    (RESULTS / "config.yaml").touch()
    (said,) = review(RESULTS, CONFIG).sentences(RESULTS)
    assert "holds no records" in said


def test_an_edited_notebook_is_kept_under_a_name_of_its_content():
    Path(PAGE).write_text("mine")
    found = review(RESULTS, CONFIG)
    (said,) = found.sentences(RESULTS)
    for _ in range(2):
        set_aside(found.edited)
    (kept,) = Path(PAGE).parent.glob("page.edited-*.ipynb")
    assert kept.read_text() == "mine" and str(kept) in said


def test_many_edited_files_are_counted():
    outputs = [f"{RESULTS}/{number}.csv" for number in range(15)]
    CHAIN["many"] = (["data.bin"], outputs)
    try:
        run_job("many")
    finally:
        del CHAIN["many"]
    for name in outputs:
        Path(name).write_text("mine")
    assert review(RESULTS, CONFIG).sentences(RESULTS)[-1].endswith("5 more files were edited.")


def test_the_manifest_vouches_for_no_edited_deleted_or_left_over_file():
    (RESULTS / "left-over.csv").touch()
    records = [*read_records(RESULTS).values()]
    found = made(RESULTS, sorted(EVERYTHING), records)
    assert found == {name: digest for name, digest in hashes(RESULTS).items() if name != "left-over.csv"}
    (RESULTS / "manifest.sha256").write_text(format_manifest(found))
    check(RESULTS)
    Path(SUMMARY).write_text("mine")
    for refused in (lambda: made(RESULTS, sorted(EVERYTHING), records), lambda: check(RESULTS)):
        with pytest.raises(StudyError, match=r"summary\.csv: edited, damaged or deleted"):
            refused()
    Path(PAGE).unlink()
    with pytest.raises(StudyError, match=r"page\.ipynb: edited, damaged or deleted .* \(1 more\)"):
        made(RESULTS, sorted(EVERYTHING), records)


def test_what_a_job_read_while_it_was_another_is_not_vouched_for_and_made_again():
    """Changed after its job wrote it, read by the next, and put back before the end."""
    right = Path(WEIGHTS).read_bytes()
    Path(WEIGHTS).write_text("damaged")
    run_job("summarise")
    Path(WEIGHTS).write_bytes(right)
    run_job("show")
    with pytest.raises(StudyError, match=r"weights\.bin: edited, damaged"):
        made(RESULTS, sorted(EVERYTHING), read_records(RESULTS).values())
    assert made(RESULTS, [WEIGHTS], read_records(RESULTS).values()).keys() == {"net/weights.bin"}
    assert review(RESULTS, CONFIG).kept == {WEIGHTS, PAGE}
    run_job("summarise")
    run_job("show")
    made(RESULTS, sorted(EVERYTHING), read_records(RESULTS).values())


def test_a_source_from_the_future_is_named_with_the_way_out():
    os.utime("data.bin", times=(time.time() + 3 * 3600,) * 2)
    refuse_future(["training.py", "missing.py"])
    with pytest.raises(
        StudyError, match=r"data\.bin: its time stamp is \d+ s in the future.*touch data\.bin"
    ):
        refuse_future(["training.py", "data.bin"])
