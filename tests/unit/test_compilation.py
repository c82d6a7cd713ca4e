"""The cache of compiled kernels saves time where it can, and does no harm where it cannot."""

import errno
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hidden_units import compilation
from tests import published

SOURCE = Path(compilation.__file__).parents[1]
SHORT = published.sequences(steps=300, interval=100)


def twice(number):
    """What is compiled here, for it takes no time."""
    return number * 2.0


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, caplog):
    """The cache of a test, and no memory of sentences said before."""
    monkeypatch.setattr(compilation.numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    compilation.say_once.cache_clear()
    caplog.set_level("INFO")
    return tmp_path / "cache"


def hits():
    """How many kernels a process that starts now takes from the cache, having computed the right number."""
    kernel = compilation.compiled(twice)
    assert kernel(21.0) == 42.0
    return sum(kernel.stats.cache_hits.values())


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flip(content: bytes) -> bytes:
    at = content.rindex(b"ELF") + 200 if b"ELF" in content else len(content) // 2
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize(
    ("kind", "spoil", "is_told"),
    [
        ("nbi", lambda _: b"", True),
        ("nbi", cut, True),
        ("nbi", lambda _: b"\x80\x05.", True),
        # As of another version or source, which is no damage.
        ("nbi", lambda _: pickle.dumps("no version") + b"rubbish", False),
        ("nbi", lambda _: pickle.dumps(compilation.numba.__version__) + pickle.dumps([1, 2]), False),
        ("nbc", lambda _: b"", True),
        ("nbc", cut, True),
        ("nbc", flip, True),
        ("nbc", lambda _: pickle.dumps(("0" * 64, b"another")), True),
    ],
)
def test_a_damaged_cache_is_dropped_compiled_anew_and_told(folder, caplog, kind, spoil, is_told):
    assert (hits(), hits()) == (0, 1)
    (path,) = folder.rglob(f"*.{kind}")
    path.write_bytes(spoil(path.read_bytes()))
    assert hits() == 0
    assert ("damaged and was compiled anew" in caplog.text) == is_told
    assert hits() == 1, "the next run has it again"


def test_a_kernel_that_another_process_wrote_into_the_place_of_this_one_is_compiled_anew(folder, caplog):
    kernel = compilation.compiled(twice)
    assert (kernel(21.0), kernel(21)) == (42.0, 42.0)
    paths = list(folder.rglob("*.nbc"))
    contents = [path.read_bytes() for path in paths]
    assert len(paths) == 2
    for path, content in zip(paths, reversed(contents), strict=True):
        path.write_bytes(content)
    assert hits() == 0
    assert "damaged and was compiled anew (ValueError: is for other types)" in caplog.text


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_a_cache_that_cannot_be_written_is_done_without_and_told(monkeypatch, caplog, number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(compilation.caching.IndexDataCacheFile, "_open_for_write", refuse)
    assert (hits(), hits()) == (0, 0)
    assert caplog.text.count(f"was not kept ({os.strerror(number)})") == 1


def test_a_folder_that_vanished_or_is_a_file_is_done_without_and_told(folder, caplog):
    folder.touch()
    assert hits() == 0 and "nothing is kept" in caplog.text
    assert folder.read_bytes() == b""


def chosen(tmp_path, monkeypatch):
    """What the cache is called where only the temporary folder is left for it, and how it is found."""
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    shared = tmp_path / "tmp"
    shared.mkdir(exist_ok=True)
    shared.chmod(0o1777)
    monkeypatch.setattr(compilation.tempfile, "tempdir", str(shared))
    return shared / f"cache-{os.getuid()}", compilation.cache_folder


def test_without_a_home_the_cache_is_a_private_folder(tmp_path, monkeypatch):
    mine, find = chosen(tmp_path, monkeypatch)
    assert find().is_relative_to(mine) and mine.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("level", ["", "hidden-units", "hidden-units/numba-key"])
@pytest.mark.parametrize("way", ["writable by all", "of another user", "link to one of another user"])
def test_a_folder_that_others_can_swap_is_done_without_and_told(tmp_path, monkeypatch, caplog, level, way):
    mine, find = chosen(tmp_path, monkeypatch)
    usual = find()
    place = usual if level.endswith("key") else mine / level
    if way == "writable by all":
        place.chmod(0o777)
    elif os.geteuid() != 0:
        pytest.skip("only root can make folders of another user")
    else:
        target = place
        if way.startswith("link"):
            target = mine.with_name("theirs")
            place.rename(target)
            place.symlink_to(target)
        os.chown(target, 54321, 54321)
    assert find() is None
    assert "other users could change" in caplog.text
    if way == "writable by all":
        place.chmod(0o700)
        assert find() == usual


def test_a_file_in_the_place_of_the_folder_is_done_without(tmp_path, monkeypatch, caplog):
    mine, find = chosen(tmp_path, monkeypatch)
    mine.touch()
    assert find() is None and "keeps no compiled kernels (Not a directory)" in caplog.text


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess:
    """Run code in a process of its own, with the library on its path."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SOURCE), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


RESTART = f"""
from hidden_units.sequences.languages import Language
from hidden_units.sequences.training import Training, train_restart
print(train_restart("lstm", Language((1, 2)), 3, 4, {SHORT}).tobytes().hex())
"""
ENCODER = f"""
from hidden_units.encoders.tables import identity
from hidden_units.encoders.training import Settings, train
runs = train(identity(9), {published.encoders(max_epochs=300)}, [3])
print(runs.networks.output_weights.tobytes().hex(), runs.loss)
"""


@pytest.mark.slow
@pytest.mark.parametrize("code", [RESTART, ENCODER], ids=["restart", "encoder"])
def test_training_has_the_same_bits_on_the_plainest_processor(tmp_path, code):
    """Vector instructions change the order of nothing, and nothing is fused."""
    plainest = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    ours = run_python(code, NUMBA_CACHE_DIR=str(tmp_path / "ours"))
    assert len(ours.stdout) > 100, ours.stderr
    assert run_python(code, **plainest, NUMBA_CACHE_DIR=str(tmp_path / "plain")).stdout == ours.stdout


def test_missing_numba_is_reported_in_one_sentence():
    result = run_python(
        "import sys; sys.modules['numba'] = None\n"
        "from hidden_units.sequences.languages import Language\n"
        "from hidden_units.sequences.training import Training, train_restarts\n"
        "from hidden_units.errors import StudyError\n"
        f"try: [*train_restarts('srn', Language((1, 2)), 2, [0], {SHORT})]\n"
        "except StudyError as error: print(error)"
    )
    assert "numba: not installed" in result.stdout
    assert "requirements.lock" in result.stdout


def test_measuring_and_drawing_load_neither_numba_nor_torch():
    result = run_python(
        "import sys\n"
        "from hidden_units.sequences.figures import automaton, lstm, srn\n"
        "from hidden_units.sequences import training\n"
        "from hidden_units.sequences.measures import evaluation, summaries\n"
        "print({'numba', 'torch'} & set(sys.modules))"
    )
    assert result.stdout == "set()\n", result.stderr


def test_cache_goes_where_it_can(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    chosen = compilation.cache_folder()
    assert chosen.is_dir()
    assert chosen.is_relative_to(tmp_path / "home" / ".cache")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "mine"))
    assert compilation.cache_folder().is_relative_to(tmp_path / "mine")


def test_a_second_process_in_another_clone_too_finds_what_the_first_compiled(tmp_path):
    clone = shutil.copytree(SOURCE, tmp_path / "src", copy_function=shutil.copyfile)
    code = (
        "import numpy as np\n"
        "from hidden_units.sequences.kernels import spell, workspace\n"
        "spell(np.array([2, 1]), np.array([1, 2]), workspace(2, 2, 9, 18))\n"
        "print(sum(spell.stats.cache_hits.values()), sum(spell.stats.cache_misses.values()))"
    )
    ways = ({}, {}, {"PYTHONPATH": str(clone)})
    found = [run_python(code, NUMBA_CACHE_DIR=str(tmp_path), **way).stdout for way in ways]
    assert found == ["0 1\n", "1 0\n", "1 0\n"]
