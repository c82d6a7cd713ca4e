"""What a process inherits from whoever starts it: one list of what passes, for runs, jobs and the set-up.

Variables of the system, of its network and of batch systems pass. Those by which Python, pip, git, thread
pools and numerical libraries are steered change what a run does, so of these families only what is listed
passes. Only the standard library is needed, because the set-up runs before there is an environment.

    python -I src/hidden_units/inherited.py -m pytest    runs this Python with what passes
"""

from __future__ import annotations

import getpass
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# Prefixes of names.
FAMILIES = (
    # how Python starts, and how packages are built and installed
    *("PYTHON", "PIP_", "SETUPTOOLS_", "DISTUTILS_", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"),
    # thread pools: where their threads run, and how many they are
    *(
        "OMP_",
        "GOMP_",
        "KMP_",
        "MKL_",
        "OPENBLAS_",
        "GOTO_",
        "BLIS_",
        "VECLIB_",
        "NUMEXPR_",
        "JOBLIB_",
        "LOKY_",
    ),
    # numerical libraries: which instructions, precision and compilers they use
    *("NPY_", "SCIPY_", "SKLEARN_", "NUMBA_", "TORCH", "PYTORCH_", "ATEN_", "DNNL_", "ONEDNN_", "CUBLAS_"),
    *("CUDNN_", "NVIDIA_TF32_OVERRIDE"),
    # figures and notebooks
    *("MPL", "MATPLOTLIB", "JUPYTER_", "IPYTHON", "PYDEVD_", "PAPERMILL_"),
    # which repository git takes for this one
    "GIT_",
)
# What `snakemake` itself reads: for a user who calls it, not for a run that our runner starts.
OF_SNAKEMAKE = ("SNAKEMAKE_", "PYTHONPATH")

PASSING = re.compile(
    "PYTHON(HASHSEED|UNBUFFERED|FAULTHANDLER|NOUSERSITE|DONTWRITEBYTECODE|PYCACHEPREFIX)"
    # where packages come from, not where they go
    "|PIP_(INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|TRUSTED_HOST|CERT|CLIENT_CERT|PROXY|CACHE_DIR"
    "|NO_CACHE_DIR|TIMEOUT|DEFAULT_TIMEOUT|RETRIES|KEYRING_PROVIDER|CONFIG_FILE)"
    # jobs set these three themselves
    "|(OMP|MKL|OPENBLAS)_NUM_THREADS"
    "|NUMBA_CACHE_DIR|MPLCONFIGDIR"
    # such as which folders of another owner are safe
    "|GIT_CONFIG_.*"
)
BINDING = ("OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY", "KMP_AFFINITY")
OPENMP = re.compile(r"/lib(g|i)?omp[\w-]*\.so")

# For who has no folder of their own: in the folder of the study, where nobody else can have put it first.
HOME = Path(".snakemake/home")


def passing(*, for_snakemake: bool) -> dict[str, str]:
    """The variables that pass, and those without which Python and its libraries fail on some machines.

    Args:
        for_snakemake: whether a user called `snakemake`, so that its own variables pass too.
    """
    kept = OF_SNAKEMAKE if for_snakemake else ()
    passed = {
        name: value
        for name, value in os.environ.items()
        if PASSING.fullmatch(name) or name.startswith(kept) or not name.startswith(FAMILIES + OF_SNAKEMAKE)
    }
    # Names of files and what is printed are UTF-8, whatever the locale says.
    return passed | {"PYTHONUTF8": "1"} | missing_user()


def missing_user() -> dict[str, str]:
    """A name and a home for a user without an entry in passwd; caches for one whose home is read-only."""
    given = {}
    try:
        getpass.getuser()
    except (KeyError, OSError):
        given["LOGNAME"] = f"user {os.getuid()}"
    home = Path(os.path.expanduser("~"))  # noqa: PTH111, for Path.home() raises where there is none
    own = HOME.absolute()
    if os.environ.get("HOME") == "" or not home.is_absolute():
        given["HOME"] = str(own)
    elif not is_writable(home):
        caches = {"XDG_CACHE_HOME": str(own / ".cache"), "MPLCONFIGDIR": str(own / ".cache/matplotlib")}
        given |= {name: folder for name, folder in caches.items() if name not in os.environ}
    return given


def is_writable(folder: Path) -> bool:
    """Whether files can be written there, once the folder has been made if need be."""
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def clean(*, for_snakemake: bool = True) -> None:
    """Leave what passes in this process and so in those that it starts; before numpy or torch is imported."""
    release_cores()
    passed = passing(for_snakemake=for_snakemake)
    for name in os.environ.keys() - passed.keys():
        del os.environ[name]
    os.environ.update(passed)


def restart_clean(*, for_snakemake: bool = False) -> None:
    """Start this process again with what passes, for Python obeys most as it starts; else do nothing."""
    before = dict(os.environ)
    clean(for_snakemake=for_snakemake)
    if os.environ != before:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def clean_snakemake() -> None:
    """The same for `snakemake`, which is started again only where it could not read or print some names."""
    is_command = "snakemake" in Path(sys.argv[0]).parts[-2:]
    if is_command and sys.getfilesystemencoding() != "utf-8":
        restart_clean(for_snakemake=True)
    clean()


# thread binding


def release_cores() -> None:
    """Undo the binding that an OpenMP library above this process did to its own threads, and handed down.

    Only to the cores that its other threads have, so that limits by taskset or a batch system stay.
    """
    if not any(name in os.environ for name in BINDING) or not hasattr(os, "sched_setaffinity"):
        return
    own = os.sched_getaffinity(0)
    for process in self_and_ancestors():
        # A process of another user does not show its libraries, and /proc is not on every system.
        with suppress(OSError, ValueError):
            if os.sched_getaffinity(int(process.name)) != own:
                return
            if OPENMP.search((process / "maps").read_text(encoding="utf-8", errors="replace")):
                threads = [int(thread.name) for thread in (process / "task").iterdir()]
                if cores := set().union(*map(os.sched_getaffinity, threads)) - own:
                    os.sched_setaffinity(0, own | cores)
                    return


def self_and_ancestors() -> Iterator[Path]:
    """The folders in /proc of this process, of the one that started it, and so on."""
    number = os.getpid()
    while number > 1:
        process = Path("/proc", str(number))
        yield process
        try:
            status = (process / "status").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return
        number = int(re.search(r"^PPid:\s*(\d+)", status, re.MULTILINE)[1])


if __name__ == "__main__":
    clean(for_snakemake=False)
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
