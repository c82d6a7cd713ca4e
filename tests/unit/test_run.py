"""The runner behind `make report`: one run a folder, stale locks cleared, signals passed on, last line."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from workflow import run

RUNNER = [sys.executable, str(Path(run.__file__).resolve())]

SNAKEFILE = """
configfile: "config/config.yaml"

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

# The job runs for as long as the test lets it, and tells whether it had time to clean up.
STEP = """
import sys
import time
from pathlib import Path

Path("started").touch()
end = time.monotonic() + 30
try:
    while Path("hold").exists() and time.monotonic() < end:
        time.sleep(0.02)
except KeyboardInterrupt:
    Path("interrupted").touch()
    # Without a word, as the project's own scripts do.
    sys.exit(1)
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
    monkeypatch.chdir(tmp_path)
    return tmp_path


def start(*arguments: str, **options) -> subprocess.Popen:
    """Start the runner as the leader of a group of its own, as a shell does with `make`."""
    command = [*RUNNER, "--config", "config/toy.yaml", "--cores", "1", *arguments]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} | options
    return subprocess.Popen(command, start_new_session=True, **options)


def finish(process: subprocess.Popen) -> tuple[int, list[str]]:
    """Exit code and printed lines of a runner."""
    output, _ = process.communicate(timeout=60)
    return process.returncode, output.splitlines()


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


def test_a_run_ends_with_the_place_of_its_report_and_a_failed_one_with_snakemakes_exit_code(study):
    (study / "fail").touch()
    code, lines = finish(start())
    assert code == 1
    assert not any(line.startswith("Report:") for line in lines)
    assert "Step failed: report." in lines and "Failed: report. What each said stands above." in lines
    (complete,) = (run.SNAKEMAKE_FOLDER / "log").glob("*.log")
    assert "Error in rule report" in complete.read_text(), "Snakemake's log file has the whole story"

    (study / "fail").unlink()
    code, lines = finish(start())
    assert code == 0
    assert lines[-2:] == ["PDF:    results/toy/report/report.pdf", "Report: results/toy/report/report.html"]
    assert Path("results/toy/report/report.html").read_text() == "done"
    assert "2 steps to do." in lines and "step 1 of 2: report" in lines
    assert not any("jobid" in line or "resources" in line for line in lines)
    assert run.RUN_LOCK.read_text() == "", "an orderly end leaves no name in the lock"


def test_after_sigkill_of_the_whole_group_a_new_run_goes_on_by_itself(study, held):
    os.killpg(held.pid, signal.SIGKILL)
    held.wait()
    assert run.is_locked()
    (study / "hold").unlink()
    code, lines = finish(start())
    assert code == 0
    assert "An interrupted run had left its lock: cleared, going on where it stopped." in lines
    assert Path("results/toy/report/report.html").read_text() == "done"


def test_whichever_process_is_killed_those_that_live_keep_others_out(study, held):
    runner = psutil.Process(held.pid)
    (snakemake,) = runner.children()
    job = next(
        child for child in snakemake.children(recursive=True) if "step.py" in " ".join(child.cmdline())
    )

    code, lines = finish(start())
    assert (code, len(lines)) == (1, 1)
    assert f"process {runner.pid} and {snakemake.pid}: " in lines[0]
    assert "--config config/toy.yaml" in lines[0]

    runner.kill()
    held.wait()
    code, lines = finish(start())
    assert (code, len(lines)) == (1, 1)
    assert f"and {snakemake.pid}: " in lines[0], "snakemake holds the lock that its parent held"

    snakemake.kill()
    code, lines = finish(start())
    assert (code, len(lines)) == (1, 1)
    assert f"alive (process {job.pid}: " in lines[0], "a job left alone would write beside a new one"


def test_a_plain_snakemake_of_this_folder_is_found_and_one_of_another_is_not(study, monkeypatch):
    (study / "hold").touch()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*run.SNAKEMAKE, "--cores", "1"], start_new_session=True, **quiet) as plain:
        try:
            wait_for(study / "started")
            monkeypatch.setattr(run, "SECONDS_TO_VANISH", 0)
            with pytest.raises(SystemExit, match=f"process {plain.pid}: .*kill {plain.pid}"):
                run.clear_stale_lock(Path("config/toy.yaml"), killed=None)
            monkeypatch.chdir("config")
            assert run.living_snakemake() is None
        finally:
            os.killpg(plain.pid, signal.SIGKILL)


def test_sigterm_stops_snakemake_and_its_jobs_in_order(study, held):
    held.terminate()
    code, lines = finish(held)
    assert code == 1
    assert lines[-1] == "Interrupted; the same command goes on where this run stopped."
    assert (study / "interrupted").exists(), "the job was told, not killed"
    assert not run.is_locked()
    assert not Path("results/toy/step.txt").exists()


def test_ctrl_c_at_a_terminal_is_not_sent_twice(study):
    (study / "hold").touch()
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
    assert (study / "interrupted").exists()
    assert "RuntimeError" not in printed.decode(), "a second signal would break Snakemake's own clearing up"
    assert not run.is_locked()


def test_a_lock_left_on_another_host_is_cleared_only_if_a_killed_make_left_it(study, monkeypatch):
    def left_by_snakemake_on(host: str) -> None:
        for path, text in {"locks/0.output.lock": "x", "log/1.snakemake.log": f"  Host: {host}\n"}.items():
            (run.SNAKEMAKE_FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
            (run.SNAKEMAKE_FOLDER / path).write_text(text)

    config = Path("config/toy.yaml")
    cleared = []
    done = subprocess.CompletedProcess([], 0, "")
    monkeypatch.setattr(subprocess, "run", lambda command, **_: cleared.append(command) or done)
    left_by_snakemake_on("elsewhere")
    with pytest.raises(
        SystemExit, match=r"ran on elsewhere .*snakemake --unlock --configfile config/toy.yaml"
    ):
        run.clear_stale_lock(config, killed=None)
    assert not cleared
    run.clear_stale_lock(config, killed={"host": "elsewhere"})
    left_by_snakemake_on(run.socket.gethostname())
    run.clear_stale_lock(config, killed=None)
    assert len(cleared) == 2


def test_a_killed_holder_leaves_its_name_and_no_lock(study):
    holds = "from workflow import run\nwith run.one_run_a_folder():\n    print(flush=True)\n    input()"
    root = Path(run.__file__).resolve().parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", holds],
        env={**os.environ, "PYTHONPATH": str(root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        holder.stdout.readline()
        with pytest.raises(SystemExit, match=rf"process {holder.pid}: "), run.one_run_a_folder():
            pass
        holder.kill()
    with run.one_run_a_folder() as (_, killed):
        assert killed["pid"] == holder.pid
        assert json.loads(run.RUN_LOCK.read_text())["pid"] == os.getpid()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "toy.yaml: there is no such file"),
        ("", "toy.yaml: holds nothing, but keys with values"),
        ("- one\n- two\n", "toy.yaml: holds a list, but keys with values"),
        ("run: a\nseeds: [1\n", "toy.yaml, line 3: is not valid YAML"),
        (b"run: \xff\n", "toy.yaml: is not text in UTF-8"),
    ],
)
def test_an_overlay_that_cannot_be_read_ends_in_one_sentence(study, content, message):
    overlay = study / "config" / "toy.yaml"
    overlay.unlink()
    if content is not None:
        overlay.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SystemExit) as end:
        run.run(Path("config/toy.yaml"), "1", [])
    assert message in end.value.code
    assert end.value.code.count("\n") == 0
    assert not run.SNAKEMAKE_FOLDER.exists(), "nothing is touched before the overlay is read"


@pytest.mark.parametrize("cores", ["0", "-1", "two", ""])
def test_cores_must_be_a_positive_whole_number(study, cores):
    with pytest.raises(SystemExit, match=r"^CORES="):
        run.run(Path("config/toy.yaml"), cores, [])


def test_the_run_is_named_by_the_overlay_or_else_by_the_base_config(study):
    assert run.run_name({"run": "mine"}) == "mine"
    assert run.run_name({"seeds": 3}) == "base"


@pytest.mark.parametrize("after", [0.4, 1.2])
def test_an_interrupt_at_the_start_ends_in_one_line(study, after):
    (study / "hold").touch()
    process = start()
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    code, lines = finish(process)
    assert code != 0
    assert not [line for line in lines if "Traceback" in line or "KeyboardInterrupt" in line]
    assert lines[-1:] in ([], ["Interrupted; the same command goes on where this run stopped."])


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/x/.venv/bin/python /x/.venv/bin/snakemake --cores 2", True),
        ("python3.12 -m snakemake --cores 2", True),
        ("/usr/bin/snakemake -n", True),
        ("/x/.venv/bin/python /x/.snakemake/scripts/tmp1.train.py", True),
        ("tail -f .snakemake/log/a.snakemake.log", False),
        ("vim Snakefile", False),
        ("grep snakemake", False),
        ("", False),
    ],
)
def test_snakemake_is_told_from_what_only_names_it(command, expected):
    assert run.is_snakemake(command.split()) is expected


def full_disk(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_told_before_anything_is_started(study, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(run.os, "write", full_disk)
        with pytest.raises(SystemExit) as end, run.one_run_a_folder():
            pytest.fail("the run went on")
    assert end.value.code == (
        ".snakemake/make.lock: cannot be written (No space left on device), expected room for a line; "
        "free some space and run the same command again."
    )
    with run.one_run_a_folder() as (_, killed):
        assert killed is None, "the lock was given back, and holds no half of a name"


def test_a_record_that_finds_no_room_later_does_not_stop_the_run(study, monkeypatch):
    with run.one_run_a_folder() as (lock, _):
        monkeypatch.setattr(run.os, "write", full_disk)
        monkeypatch.setattr(run.signal, "signal", lambda *_: None)
        assert run.supervise([sys.executable, "-c", "raise SystemExit(3)"], lock) == 3


def test_what_snakemake_itself_finds_no_room_for_is_told_in_one_line(study):
    words = os.strerror(errno.ENOSPC)
    (study / "Snakefile").write_text(f"{SNAKEFILE}\nonstart:\n    raise OSError({errno.ENOSPC}, '{words}')\n")
    code, lines = finish(start())
    assert code == 1
    assert lines.count("Snakemake could not write: no room left on the disk.") == 1
    assert not [line for line in lines if "Traceback" in line or words in line]


def test_a_failed_run_ends_with_the_disk_that_is_full_if_one_is(study, monkeypatch, capsys):
    free = {Path(): 10 * run.ROOM_FOR_RECORDS, Path("results/toy"): 3000}

    def disk_usage(folder):
        if folder not in free:
            raise FileNotFoundError(folder)
        return SimpleNamespace(free=free[folder])

    monkeypatch.setattr(run.shutil, "disk_usage", disk_usage)
    run.explain_full_disk([Path("absent"), *free])
    assert capsys.readouterr().err == (
        f"{study / 'results/toy'}: no room left on the disk, 2 kB are free; free some space and run the same "
        "command again.\n"
    )
    free[Path("results/toy")] = run.ROOM_FOR_RECORDS
    run.explain_full_disk(free)
    assert capsys.readouterr().err == ""


def test_clean_removes_results_and_records_but_not_what_is_tracked_or_locked(study, tmp_path, capsys):
    run.clean()
    assert capsys.readouterr().out == "nothing to remove\n"
    elsewhere = tmp_path / "elsewhere"
    for path in ("results/toy/a.csv", "results/README.md", ".snakemake/metadata/x", "elsewhere/precious"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).touch()
    Path("results/linked").symlink_to(elsewhere)
    run.clean()
    assert capsys.readouterr().out == "removed results/linked, results/toy, .snakemake\n"
    assert [path.name for path in Path("results").iterdir()] == ["README.md"]
    assert [path.name for path in run.SNAKEMAKE_FOLDER.iterdir()] == ["make.lock"]
    assert (elsewhere / "precious").exists()
