"""The runner behind `make report`: one run a folder, no stale locks, signals that stop it, the last line."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from hidden_units import run_control
from hidden_units.errors import StudyError
from hidden_units.manifest import format_manifest, hashes
from workflow import run

ROOT = Path(run.__file__).resolve().parents[1]
RUNNER = [sys.executable, str(ROOT / "workflow/run.py"), "--config", "config/toy.yaml", "--cores", "1"]

SNAKEFILE = """
from pathlib import Path

from hidden_units.run_control import (
    hold_folder, hold_results, refuse_orphaned_jobs, say_where_the_report_is, stop_jobs_at_signals
)

configfile: "config/config.yaml"

onstart:
    hold_folder()
    refuse_orphaned_jobs()
    hold_results(Path("results", config["run"]))
    stop_jobs_at_signals()

onsuccess:
    say_where_the_report_is(config["run"])

REPORT = f"results/{config['run']}/report/report.html"

rule all:
    input: REPORT

rule step:
    output: f"results/{config['run']}/step.txt"
    script: "step.py"

rule report:
    input: rules.step.output
    output: REPORT
    shell: "test ! -e fail && cp {input} {output}"
"""

# The job runs for as long as the test lets it.
STEP = """
import time
from pathlib import Path

Path("started").touch()
end = time.monotonic() + 30
while Path("hold").exists() and time.monotonic() < end:
    time.sleep(0.02)
Path(snakemake.output[0]).write_text("done")
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A folder with a study of two rules, `config/toy.yaml` its overlay; it is the current folder."""
    (tmp_path / "config").mkdir()
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    (tmp_path / "step.py").write_text(STEP)
    (tmp_path / "config" / "config.yaml").write_text("run: base\n")
    (tmp_path / "config" / "toy.yaml").write_text("run: toy\n")
    shutil.copytree(ROOT / "profiles/default", tmp_path / "profiles/default")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    yield tmp_path
    let_go()


def let_go() -> None:
    """Free all locks of this process, as its end would."""
    while run_control.HELD:
        run_control.HELD.pop().close()
    run_control.hold.cache_clear()


def start(*arguments: str, command: list[str] = RUNNER, **options) -> subprocess.Popen:
    """Start the runner as the leader of a group of its own, as a shell does with `make`."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} | options
    return subprocess.Popen([*command, *arguments], start_new_session=True, **options)


def finish(process: subprocess.Popen) -> tuple[int, list[str]]:
    """Exit code and printed lines of a runner, but for the one that names the profile."""
    output, _ = process.communicate(timeout=60)
    return process.returncode, [line for line in output.splitlines() if not line.startswith("Using workflow")]


@pytest.fixture
def held(study):
    """A runner in the midst of its job; whatever it leaves is killed after the test."""
    (study / "hold").touch()
    process = start()
    wait_for(study / "started")
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    yield process
    for member in family:
        if member.is_running():
            member.kill()
    process.wait()
    process.stdout.close()


def wait_for(path: Path) -> None:
    end = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not appear"
        time.sleep(0.02)


def test_a_run_ends_with_the_path_of_its_report_and_a_failed_one_with_snakemakes_exit_code(study):
    (study / "fail").touch()
    code, lines = finish(start())
    assert code == 1
    assert not any(line.startswith("Report:") for line in lines)
    assert "Step failed: report." in lines and "Failed: report. The log of each is above." in lines
    (complete,) = (run.SNAKEMAKE_FOLDER / "log").glob("*.log")
    assert "Error in rule report" in complete.read_text(), "Snakemake's log file has the whole story"

    (study / "fail").unlink()
    report = ["PDF:    results/toy/report/report.pdf", "Report: results/toy/report/report.html"]
    steps = ["2 steps to do.", "step 1 of 2: report", "All 2 steps are done."]
    assert finish(start()) == (0, [*steps, *report])
    # What the run compared with a reference, once that is part of its manifest.
    (study / "results/toy/reproduction.csv").write_text("file,row,column,within,why\na,b,c,True,so\n")
    (study / "results/toy/manifest.sha256").write_text(format_manifest(hashes(study / "results/toy")))
    report.insert(0, "Reproduced: 1 of 1 reference values")
    code, lines = finish(start())
    assert (code, lines[1:]) == (0, report), "a run with nothing to do says where the report is too"
    assert "Nothing to be done" in lines[0]


@pytest.mark.slow
def test_plain_snakemake_shows_a_line_a_step_too_unless_other_output_is_wanted(study):
    plain = [sys.executable, "-m", "snakemake", "--cores", "1", "--config", "run=toy"]
    code, lines = finish(start("--dry-run", command=plain))
    assert code == 0 and "Job stats:" in lines
    code, lines = finish(start(command=plain))
    assert (code, lines[0], lines[-1]) == (0, "3 steps to do.", "Report: results/toy/report/report.html")
    code, lines = finish(start("--forceall", "--quiet", command=plain))
    assert code == 0 and not any(line.startswith("step ") for line in lines)


def test_a_second_run_names_the_one_in_progress_and_an_orphaned_job_keeps_others_out(study, held):
    (job,) = psutil.Process(held.pid).children()
    code, lines = finish(start())
    assert (code, len(lines)) == (1, 1)
    assert f"process {held.pid}: python " in lines[0] and "--config config/toy.yaml" in lines[0]
    code, lines = finish(start(command=[sys.executable, "-m", "snakemake", "--cores", "1"]))
    assert code == 1 and any(f"process {held.pid}: python " in line for line in lines)

    held.kill()
    held.wait()
    code, lines = finish(start())
    assert (code, len(lines)) == (1, 1)
    assert f"alive (process {job.pid}: " in lines[0], "it would write next to a new one"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_a_run_and_its_jobs_within_seconds(study, held, number):
    jobs = psutil.Process(held.pid).children(recursive=True)
    held.send_signal(number)
    code, lines = finish(held)
    assert (code, lines[-1]) == (1, "Interrupted; the same command goes on where this run stopped.")
    assert not any(job.is_running() for job in jobs)
    # Left alone, it would have written this in the end.
    assert not Path("results/toy/step.txt").exists()


def test_ctrl_c_at_a_terminal_ends_in_one_line(study):
    (study / "hold").touch()
    # Silent when interrupted, as the project's own scripts are.
    silent = "import sys\nsys.excepthook = lambda *_: None\n"
    (study / "step.py").write_text(silent + STEP)
    terminal, own_side = os.openpty()
    process = start(
        stdin=own_side, stdout=own_side, stderr=own_side, preexec_fn=lambda: os.login_tty(own_side)
    )
    os.close(own_side)
    wait_for(study / "started")
    os.write(terminal, b"\x03")
    printed = b""
    try:
        while piece := os.read(terminal, 4096):
            printed += piece
    except OSError:
        pass  # Linux's way to say that the other side is closed
    os.close(terminal)
    assert process.wait(timeout=30) == 1
    assert printed.decode().rstrip().endswith("the same command goes on where this run stopped.")
    assert "Traceback" not in printed.decode() and "Step failed" not in printed.decode()


def test_an_interrupt_before_any_job_ends_at_once_and_without_a_traceback(study):
    process = start()
    wait_for(run.RUN_LOCK)
    process.send_signal(signal.SIGINT)
    assert finish(process) == (-signal.SIGINT, [])


@pytest.mark.parametrize(
    ("content", "message"), [("- one\n", "holds a list, but keys with values"), ("[", "line 1: is not valid")]
)
def test_an_overlay_that_cannot_be_read_ends_in_one_sentence(study, content, message):
    (study / "config/toy.yaml").write_text(content)
    with pytest.raises(SystemExit, match=f"toy.yaml.* {message}"):
        run.main(["--config", "config/toy.yaml"])
    assert not run.SNAKEMAKE_FOLDER.exists(), "nothing is touched before the overlay is read"


@pytest.mark.parametrize("name", ["-x.yaml", "--lint", "{run}<a b>=$(touch made).yaml"])
def test_an_overlay_may_have_any_name(study, name):
    Path(name).write_text("run: toy\n")
    command = [*RUNNER[:2], f"--config={name}"]
    code, lines = finish(start("--", "--dry-run", command=command))
    assert code == 0 and any("results/toy/report" in line for line in lines), lines
    assert not Path("made").exists()


@pytest.mark.parametrize("cores", ["0", "two", ""])
def test_cores_must_be_a_positive_whole_number(study, cores):
    with pytest.raises(SystemExit, match=r"^CORES="):
        run.main([f"--cores={cores}", "--config", "config/toy.yaml"])


@pytest.mark.parametrize("options", [["--dry-run"], ["results/a b.csv", "--dry-run"]])
def test_an_option_for_snakemake_without_the_dashes_is_told_where_it_goes(options):
    with pytest.raises(SystemExit, match=r"^--dry-run: .* no such option; .* after --, as in") as refused:
        run.main(["--config", "mine.yaml", *options])
    _, _, command = str(refused.value).partition("as in python ")
    assert shlex.split(command) == ["workflow/run.py", "--config=mine.yaml", "--", *options]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (["-n"], ["-n", "--resources", "gpu=2", "mem_mb=9000"]),
        (["--res", "x=9", "gpu=1"], ["--resources", "mem_mb=9000", "x=9", "gpu=1"]),
        (["--resources=mem_mb=1", "-n"], ["-n", "--resources", "gpu=2", "mem_mb=1"]),
        # Jobs of a cluster do not share this machine's memory.
        (["--workflow-profile", "x"], ["--workflow-profile", "x", "--resources", "gpu=2"]),
    ],
)
def test_gpus_and_memory_are_resources_unless_the_user_counts_them(monkeypatch, extra, expected):
    monkeypatch.setattr(run, "gpu_count", lambda: 2)
    monkeypatch.setattr(run, "memory_mb", lambda: 9000)
    assert run.with_machine(extra) == expected
    assert "gpu=2" not in run.with_machine(extra, "cpu")


def test_a_choice_of_studies_is_one_more_setting_of_the_user_s():
    extra = ["slides", "--config", "device=cpu", "studies=[sequences]", "--dry-run"]
    found = run.with_studies(extra, "encoders, characters")
    assert found[:3] == ["slides", "--dry-run", "--config"]
    assert found[3:] == ["device=cpu", "studies=[sequences]", 'studies=["encoders", "characters"]']


def test_jobs_share_the_memory_of_a_machine_with_more_cores_than_memory(study):
    jobs = "".join(
        f"""
rule job_{number}:
    output: "{number}"
    resources: mem_mb={memory}
    shell: "mkdir alone && sleep 0.3 && rmdir alone && touch {{output}}"
"""
        # The last asks for more than there is, and has all of it.
        for number, memory in enumerate((600, 600, 5000))
    )
    (study / "Snakefile").write_text(f"rule all:\n    input: '0', '1', '2'\n{jobs}")
    small = (
        "import psutil, runpy, types; psutil.virtual_memory = lambda: types.SimpleNamespace(total=10**9); "
        f"runpy.run_path({RUNNER[1]!r}, run_name='__main__')"
    )
    code, lines = finish(start("--cores", "3", command=[sys.executable, "-c", small, *RUNNER[2:]]))
    assert code == 0, lines


def test_where_the_kernel_has_no_lock_snakemakes_own_stays(study, monkeypatch):
    def no_locks(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    given = []
    monkeypatch.setattr(run_control.fcntl, "flock", no_locks)
    monkeypatch.setattr("snakemake.cli.main", lambda arguments: given.extend(arguments) or sys.exit(1))
    assert run.main(["--cores=1", "--config", "config/toy.yaml"]) == 1
    assert "--cores" in given and "--nolock" not in given


def test_a_full_disk_is_named_before_anything_is_started(study, monkeypatch):
    def full_disk(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(run_control.os, "write", full_disk)
        with pytest.raises(StudyError) as end:
            run_control.hold_folder()
    assert str(end.value) == (
        ".snakemake/make.lock: cannot be written (No space left on device), expected room for a line; "
        "free some space and run the same command again."
    )
    run_control.hold_folder()
    assert f"process {os.getpid()}: " in run.RUN_LOCK.read_text(), "the lock was released"


def test_what_snakemake_itself_finds_no_room_for_is_one_line(study):
    words = os.strerror(errno.ENOSPC)
    fails = f"onstart:\n    raise OSError({errno.ENOSPC}, '{words}')\n"
    (study / "Snakefile").write_text(f"{SNAKEFILE}\n{fails}")
    code, lines = finish(start())
    assert code == 1
    assert lines.count("Snakemake could not write: no room left on the disk.") == 1
    assert not [line for line in lines if "Traceback" in line or words in line]


@pytest.mark.parametrize(
    ("blocks", "files", "found"),
    [(3000, 9, "2 kB are free"), (10**9, 0, r"all of its 50 files \(inodes\) are in use"), (10**9, 9, None)],
)
def test_a_failed_run_ends_with_the_disk_that_is_full_if_one_is(
    study, monkeypatch, capsys, blocks, files, found
):
    Path("results/toy").mkdir(parents=True)

    def statvfs(folder):
        is_full = folder == study / "results/toy"
        free = {"f_bavail": blocks, "f_favail": files} if is_full else {"f_bavail": 10**9, "f_favail": 9}
        return SimpleNamespace(f_frsize=1, f_files=50, **free)

    monkeypatch.setattr(run_control.os, "statvfs", statvfs)
    run.explain_full_disk([Path("absent"), Path(), Path("results/toy")])
    told = f"{study}/results/toy: no room left on the disk /[^,]*, {found}; free some space and run the"
    assert re.match(told if found else "$", capsys.readouterr().err)


@pytest.mark.slow
def test_two_clones_with_one_folder_of_results_exclude_each_other(study):
    Path("results").mkdir()
    clone = shutil.copytree(study, study / "second", ignore=lambda *_: ["results", "second"])
    (clone / "results").symlink_to(study / "results")
    (study / "hold").touch()
    first = start()
    wait_for(study / "started")
    said = rf"A run is in progress in results/toy \(.*process {first.pid}: python "
    for command in (RUNNER, [sys.executable, "-m", "snakemake", "--cores=1", "--config=run=toy"]):
        code, lines = finish(start(command=command, cwd=clone))
        assert code == 1 and sum(bool(re.search(said, line)) for line in lines) == 1, lines
    with contextlib.chdir(clone), pytest.raises(StudyError, match=said):
        run.clean()
    let_go()
    code, lines = finish(start("--", "--config", "run=another", cwd=clone))
    assert code == 0, lines
    (study / "hold").unlink()
    assert finish(first)[0] == 0
    code, lines = finish(start("--", "--forceall", cwd=clone))
    assert code == 0, lines


def test_a_backup_by_hard_links_neither_locks_nor_changes_with_the_run(study):
    folder, backup = Path("results/toy"), Path("results/backup")
    benchmark, log = (folder / name for name in ("benchmarks/a/step.tsv", "logs/step.log"))
    for path in (benchmark, log):
        path.parent.mkdir(parents=True)
        path.write_text("old")
    os.utime(benchmark, (10, 10))
    run_control.hold_results(folder)
    let_go()
    shutil.copytree(folder, backup, copy_function=os.link)
    record = (backup / run_control.RESULTS_LOCK).read_text()
    os.truncate(backup / run_control.RESULTS_LOCK, len(record) - 1)
    run_control.hold_results(folder)
    run_control.hold_results(backup)
    assert (benchmark.stat().st_nlink, benchmark.stat().st_mtime) == (1, 10)
    benchmark.write_text("new")
    assert (backup / "benchmarks/a/step.tsv").read_text() == "old"
    assert len(run_control.HELD) == 2


SPECIAL = {
    "link": lambda path: path.symlink_to(Path("precious").absolute()),
    "dangling link": lambda path: path.symlink_to("nowhere"),
    "link to a folder": lambda path: path.symlink_to(Path("config").absolute()),
    "pipe": os.mkfifo,
    "socket": lambda path: os.mknod(path, 0o600 | stat.S_IFSOCK),
}


@pytest.mark.parametrize("kind", SPECIAL)
@pytest.mark.parametrize(
    "place", ["config.yaml", "benchmarks/judge_claims.tsv", "checkpoints", "a/.b.part.csv", ".run.lock"]
)
def test_what_leads_elsewhere_in_the_folder_of_a_run_is_refused_before_anything_is_written(
    study, kind, place
):
    Path("precious").write_text("mine")
    path = Path("results/toy", place)
    path.parent.mkdir(parents=True)
    SPECIAL[kind](path)
    with pytest.raises(StudyError, match=rf"^{re.escape(str(path))}: is a (symbolic link|pipe, a socket)"):
        run_control.hold_results(Path("results/toy"))
    assert Path("precious").read_text() == "mine" and not Path("nowhere").exists()
    assert {path.name for path in Path("config").iterdir()} == {"config.yaml", "toy.yaml"}


@pytest.mark.slow
@pytest.mark.parametrize("linked", ["results", "results/toy"])
def test_results_or_the_folder_of_a_run_may_be_on_another_disk(study, linked):
    (study / "disk").mkdir()
    Path(linked).parent.mkdir(exist_ok=True)
    Path(linked).symlink_to(study / "disk")
    assert finish(start())[0] == 0
    assert any((study / "disk").rglob("report.html"))
    run_control.hold_results(Path("results/toy"))


@pytest.mark.parametrize("lock", [run_control.RUN_LOCK, Path("results/toy/.run.lock")])
def test_a_lock_is_no_way_to_fill_another_file(study, lock):
    lock.parent.mkdir(parents=True)
    Path("precious").write_text("mine")
    os.link("precious", lock)
    assert run_control.hold(lock, "here")
    assert Path("precious").read_text() == "mine" and f"process {os.getpid()}: " in lock.read_text()
    let_go()
    lock.unlink()
    lock.symlink_to(Path("precious").absolute())
    with pytest.raises(StudyError, match=r"is a symbolic link"):
        run_control.hold(lock, "here")
    assert Path("precious").read_text() == "mine"


@pytest.mark.parametrize("record", [b"\x1b]0;PWNED\x07\x1b[2J", b"\xff\xfe\0", b"a\nb" * 10**5, b""])
def test_a_record_of_a_lock_is_told_escaped_and_short(study, record):
    run_control.SNAKEMAKE_FOLDER.mkdir()
    with run_control.RUN_LOCK.open("wb") as other:
        other.write(record)
        other.flush()
        run_control.fcntl.flock(other, run_control.fcntl.LOCK_EX)
        with pytest.raises(StudyError, match="A run is in progress in this folder") as refused:
            run_control.hold_folder()
    assert len(str(refused.value)) < 4000 and str(refused.value).isprintable()


def test_what_a_killed_job_left_half_written_is_removed_and_nothing_else(study):
    names = [".summary.0123456789abcdef.part.csv", ".x.0123456789abcdef.part", ".mine.part.csv", "a.part.csv"]
    folder = Path("results/toy/characters")
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).touch()
    run_control.hold_results(Path("results/toy"))
    assert {path.name for path in folder.iterdir()} == {*names[2:]}


def test_clean_removes_runs_and_records_but_not_what_is_tracked_locked_or_made_by_no_run(
    study, tmp_path, capsys
):
    run.clean()
    assert capsys.readouterr().out == "nothing to remove\n"
    elsewhere = tmp_path / "elsewhere"
    files = [
        "results/toy/config.yaml",
        "results/killed/.run.lock",
        "results/README.md",
        ".snakemake/metadata/x",
    ]
    for path in [*files, "elsewhere/config.yaml", "results/thesis/thesis.tex", "results/plan\x1b[2J.txt"]:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).touch()
    for link in ("results/linked", "results/toy/inside"):
        Path(link).symlink_to(elsewhere)
    run.clean()
    assert capsys.readouterr().out == (
        "removed results/killed, results/toy, .snakemake\n"
        "kept results/linked, results/plan\\x1b[2J.txt, results/thesis: a link, or not made by a run\n"
    )
    assert {path.name for path in Path("results").iterdir()} == {
        "README.md",
        "linked",
        "plan\x1b[2J.txt",
        "thesis",
    }
    assert [path.name for path in run.SNAKEMAKE_FOLDER.iterdir()] == ["make.lock"]
    assert (elsewhere / "config.yaml").exists()


def test_clean_removes_nothing_through_a_link(study, tmp_path, capsys):
    for folder in ("disk/toy", "disk/thesis", "records"):
        Path(folder).mkdir(parents=True)
    for name in ("disk/toy/config.yaml", "disk/thesis/thesis.tex", "records/mine"):
        Path(name).touch()
    Path("results").symlink_to(tmp_path / "disk")
    run.SNAKEMAKE_FOLDER.symlink_to(tmp_path / "records")
    run.clean()
    assert capsys.readouterr().out.startswith("removed results/toy\nkept .snakemake, results/thesis: ")
    assert Path("disk/thesis/thesis.tex").exists() and Path("records/mine").exists()
    assert not Path("disk/toy").exists()
