"""The frame of every script: whatever happens to its log, a full disk ends it in one sentence."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from hidden_units.records import write_record

ROOT = Path(__file__).resolve().parents[2]
JOB = """
import errno, sys
from types import SimpleNamespace
sys.path.insert(0, sys.argv[1])
from job import job
from hidden_units.errors import StudyError
with job(SimpleNamespace(rule="toy", log=[sys.argv[2]], input=sys.argv[3:], output=[])) as log:
    {body}
print("the end")
"""


def run_job(log: Path | str, body: str, inputs: Sequence[str] = ()) -> tuple[int, list[str]]:
    """Exit code and lines of a job with that log and that body."""
    done = subprocess.run(
        [sys.executable, "-c", JOB.format(body=body), ROOT / "workflow/scripts", log, *inputs],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()


def test_what_a_job_says_stands_in_its_log_and_on_the_terminal(tmp_path):
    log = tmp_path / "logs" / "toy.log"
    code, lines = run_job(log, "log.info('seen'); log.debug('kept')")
    assert (code, sorted(lines)) == (0, ["[toy] seen", "the end"])
    assert log.read_text() == "seen\nkept\n"


@pytest.mark.parametrize(
    "body",
    [
        "log.info(hostile)",
        "log.warning('%s', hostile)",
        "raise StudyError(hostile)",
        "raise RuntimeError(hostile)",
    ],
)
def test_what_a_job_quotes_does_nothing_to_a_terminal(tmp_path, body):
    log = tmp_path / "toy.log"
    _, lines = run_job(log, f"hostile = 'a\\x1b]0;b\\x07\\x9b2J\\u202e'; {body}")
    lines += log.read_text(encoding="utf-8").split("\n")
    assert all(line.isprintable() for line in lines), lines
    assert sum(r"a\x1b]0;b\x07\x9b2J\u202e" in line for line in lines) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("level", ["info", "debug"])
def test_a_log_that_finds_no_room_ends_the_job_in_one_sentence(level):
    code, lines = run_job("/dev/full", f"log.{level}('a line'); print('went on')")
    assert code == 1
    assert lines[-1].startswith("[toy] /dev/full: no room left on the disk /dev, ")
    assert lines[:-1] == (["[toy] a line"] if level == "info" else [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_sentence_that_finds_no_room_in_the_log_is_seen_all_the_same():
    code, lines = run_job("/dev/full", "raise StudyError('A mistake.')")
    assert (code, lines) == (1, ["[toy] A mistake."])


@pytest.mark.parametrize("step", ["mkdir", "open"])
def test_no_room_for_the_log_itself_is_told_in_one_sentence(tmp_path, monkeypatch, step):
    site = tmp_path / "sitecustomize.py"
    target = {"mkdir": "pathlib.Path.mkdir", "open": "logging.FileHandler._open"}[step]
    site.write_text(
        "import errno, logging, pathlib\n"
        f"def full(*_, **__): raise OSError(errno.ENOSPC, 'full', 'toy.log')\n{target} = full\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT / 'src'}")
    code, lines = run_job(tmp_path / "logs/toy.log", "print('went on')")
    assert (code, len(lines)) == (1, 1) and lines[0].startswith("[toy] toy.log: no room left on the disk /")


LITTLE_MEMORY = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)); "


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            LITTLE_MEMORY + "import numpy; numpy.ones(2**32)",
            "no more was to be had of the 1024 MB that ulimit",
        ),
        (LITTLE_MEMORY + "bytearray(2**32)", "no more was to be had of the 1024 MB that ulimit -v allows"),
        ("raise RuntimeError('std::bad_alloc')", "memory: no more was to be had; use fewer cores"),
        ("raise ImportError('libtorch.so: failed to map segment from shared object')", "memory: no more was"),
        (
            "\n    try: raise OSError('lib.so: failed to map segment from shared object')"
            "\n    except OSError: raise OSError('Could not load lib.so')",
            "memory: no more was",
        ),
        ("raise RuntimeError('CUDA out of memory. Tried to allocate 2 GiB')", "GPU: its memory ran out"),
        ('raise RuntimeError("can\'t start new thread")', "no more processes or threads are allowed"),
        ("raise OSError(errno.EDQUOT, '', 'x')", "x: no room left on the disk /"),
        (
            "raise ValueError('I/O error: No space left on device (os error 28)')",
            "results: no room left on the",
        ),
        ("raise OSError(errno.EIO, '', 'x')", "x: input/output error; the disk does not work"),
        ("raise OSError(errno.EMFILE, '')", "this machine: too many open files; too many files are open"),
    ],
)
def test_a_machine_that_has_no_more_to_give_is_told_in_one_sentence_with_the_way_out(
    tmp_path, body, sentence
):
    log = tmp_path / "toy.log"
    code, lines = run_job(log, body)
    assert (code, len(lines)) == (1, 1) and sentence in lines[0], lines
    assert f"[toy] {log.read_text()}" == f"{lines[0]}\n"


def test_a_file_larger_than_the_limit_is_told_in_one_sentence(tmp_path):
    body = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); "
        f"from hidden_units.files import write_bytes; write_bytes({str(tmp_path / 'x')!r}, bytes(9999))"
    )
    code, lines = run_job(tmp_path / "toy.log", body)
    assert (code, len(lines)) == (
        1,
        1,
    ) and "x: the file would be larger than is allowed (ulimit -f)" in lines[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["toy.log"]


def test_an_error_of_the_program_itself_keeps_its_traceback(tmp_path):
    code, lines = run_job(tmp_path / "toy.log", "{}['a key']")
    assert code == 1 and any("Traceback" in line for line in lines)


@pytest.mark.parametrize("content", [b"", b"\xff", b"id,accura", b"id,accuracy\n1,0.7\n", None])
def test_a_damaged_file_of_the_run_is_named_in_place_of_the_readers_traceback(tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    claims, other = Path("results/x/claims.csv"), Path("published.csv")
    claims.parent.mkdir(parents=True)
    other.touch()
    claims.write_text("id,accuracy\n1,0.6\n", encoding="utf-8")
    write_record("results/x/logs/claims.log", {}, [str(claims)])
    claims.write_bytes(content) if content is not None else claims.unlink()
    log = Path("results/x/logs/judge/toy.log")
    for body in (f"import pandas; pandas.read_csv({str(claims)!r})[1]", "raise StudyError('A follow-up.')"):
        code, lines = run_job(log, body, inputs=[str(other), str(claims)])
        assert (code, len(lines)) == (1, 1), lines
        assert lines[0].startswith(
            f"[toy] {claims}: edited, damaged or deleted since its job wrote it, expected it"
        )
    assert f"[toy] {log.read_text()}" == f"{lines[0]}\n"


def test_an_import_that_gets_no_memory_is_told_outside_the_frame_too(tmp_path):
    code = JOB.split("with job")[0] + "snakemake = SimpleNamespace(log=[sys.argv[2]]); raise MemoryError"
    command = [sys.executable, "-c", code, ROOT / "workflow/scripts", tmp_path / "toy.log"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1) and "memory: no more was" in done.stderr
    assert (tmp_path / "toy.log").read_text() == done.stderr


def test_what_the_library_logs_stands_in_the_log_of_the_job(tmp_path):
    log = tmp_path / "toy.log"
    body = "import logging; logging.getLogger('hidden_units.a.module').info('seen')"
    assert run_job(log, body) == (0, ["the end", "[toy] seen"]) and log.read_text() == "seen\n"


def test_torch_keeps_nothing_where_other_users_could_be_first(tmp_path, monkeypatch):
    # torch sets it too, in a process of tests that has loaded it.
    monkeypatch.delenv("TORCHINDUCTOR_CACHE_DIR", raising=False)
    body = "import os; log.info(os.environ['TORCHINDUCTOR_CACHE_DIR'])"
    run_job(tmp_path / "toy.log", body)
    assert (tmp_path / "toy.log").read_text().strip() == str(Path.cwd() / ".snakemake/torch")


NUMBERS = {"numpy"}
TABLES = {"numpy", "pandas"}
DRAWING = {"numpy", "pandas", "matplotlib"}


@pytest.mark.parametrize(
    ("script", "loads"),
    [
        *((name, DRAWING) for name in ("draw_characters", "draw_data", "draw_encoders", "draw_sequences")),
        *((name, TABLES) for name in ("evaluate_restarts", "measure_claims", "measure_lstm", "measure_srn")),
        *((name, TABLES) for name in ("compare_networks", "judge_claims", "summarise_characters")),
        *((name, TABLES) for name in ("summarise_encoders", "tabulate_confusions", "train_restarts")),
        *((name, NUMBERS) for name in ("prepare_dataset", "render_pdf", "train_encoder")),
        *((name, NUMBERS) for name in ("write_config", "write_crate", "write_manifest")),
    ],
)
def test_a_light_job_starts_without_what_it_may_not_need(script, loads):
    """Half of its time before its first line went into libraries that few or no lines of it call."""
    scripts = ROOT / "workflow/scripts"
    tree = ast.parse((scripts / f"{script}.py").read_text(encoding="utf-8"))
    imports = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    heavy = ["numpy", "pandas", "matplotlib", "scipy.stats", "sklearn", "torch", "numba"]
    code = [
        f"import sys; sys.path.insert(0, {str(scripts)!r})",
        *imports,
        f"print({{*{heavy}}} & {{*sys.modules}})",
    ]
    done = subprocess.run([sys.executable, "-c", "\n".join(code)], capture_output=True, text=True, check=True)
    assert ast.literal_eval(done.stdout) <= loads
