"""Whole restarts: deterministic, independent of the cores, and clear about mistakes."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hidden_units.errors import StudyError
from hidden_units.sequences import compilation
from hidden_units.sequences.training import train_restart, train_restarts
from tests import published

SHORT = published.sequences(steps=300, interval=100)
SOURCE = Path(compilation.__file__).parents[2]


@pytest.mark.parametrize(("kind", "hidden"), [("srn", 2), ("lstm", 3)])
def test_restart_depends_on_its_seed_alone(language, kind, hidden):

    def trained(seeds, cores=1):
        return np.array([*train_restarts(kind, language, hidden, seeds, SHORT, cores)])

    together = trained(range(5), cores=2)
    assert together.shape[:2] == (5, 4)
    assert np.array_equal(together, trained(range(5)))
    assert np.array_equal(together[[3, 1]], trained([3, 1]))
    assert len(np.unique(together[:, -1], axis=0)) == 5


def test_restart_has_the_same_bits_on_the_plainest_processor(language, tmp_path):
    """Vector instructions change the order of nothing, and nothing is fused."""
    code = (
        "from hidden_units.sequences.languages import Language\n"
        "from hidden_units.sequences.training import Training, train_restart\n"
        f"print(train_restart('lstm', Language((1, 2)), 3, 4, {SHORT}).tobytes().hex())"
    )
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": str(tmp_path)}
    assert (
        run_python(code, **plain).stdout.strip()
        == train_restart("lstm", language, 3, 4, SHORT).tobytes().hex()
    )


@pytest.mark.parametrize(("rate", "sd", "step"), [(1e9, 0.001, r"\d+"), (1e308, 1e3, "1")])
def test_weights_that_diverge_or_are_no_numbers_name_seed_and_step(language, rate, sd, step):
    where = rf"srn on anb2n, seed 3: the weights diverged at step {step},.*now 1e\+"
    with pytest.raises(StudyError, match=where):
        [*train_restarts("srn", language, 2, [3], replace(SHORT, learning_rate=rate, initial_sd=sd))]


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess:
    """Run code in a process of its own, with the library on its path."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SOURCE), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


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


def test_second_process_finds_what_the_first_compiled(tmp_path):
    code = (
        "import numpy as np\n"
        "from hidden_units.sequences.kernels import spell, workspace\n"
        "spell(np.array([2, 1]), np.array([1, 2]), workspace(2, 2, 9, 18))\n"
        "print(sum(spell.stats.cache_hits.values()), sum(spell.stats.cache_misses.values()))"
    )
    first, second = (run_python(code, NUMBA_CACHE_DIR=str(tmp_path)).stdout for _ in range(2))
    assert (first, second) == ("0 1\n", "1 0\n")
