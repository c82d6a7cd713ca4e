"""Build .venv from requirements.lock with the project in it, unless that is done: `make` calls this first.

A changed lock, another Python or a moved folder leads to a new .venv, built from empty: an upgrade in place
would be quicker, but an environment that was killed half-way or holds left-overs could pass for a good one.
Stamps in .venv say which part is finished. Only the standard library is there when this runs.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "envs" / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

# Torch brings CUDA's libraries on Linux, whether or not a GPU is there.
GIGABYTES_NEEDED = 8 if sys.platform == "linux" else 3
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


def stamp() -> str:
    """What the packages, and the scripts in bin, depend on: the lock, the Python and the folder."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}{sys.abiflags} {os.uname().machine}"
    return f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()}\n{python}\n{VENV}\n"


def has(part: str) -> bool:
    """Whether the packages, or the project too, are there for this lock, Python and folder."""
    with suppress(OSError):
        return PYTHON.exists() and (VENV / f"{part}.stamp").read_text(encoding="utf-8") == stamp()
    return False


def note(part: str) -> None:
    """Stamp a part as done; half a stamp is none."""
    (VENV / f"{part}.stamp").write_text(stamp(), encoding="utf-8")


@contextmanager
def build_lock() -> Iterator[int]:
    """Hold the lock for building, waiting for another `make` if need be; yields its file descriptor."""
    folder = ROOT / ".snakemake"
    folder.mkdir(exist_ok=True)
    with (folder / "environment.lock").open("a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another make is building .venv in this folder; waiting for it.", flush=True)
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield stream.fileno()


def remove_old() -> None:
    """Remove a .venv that does not fit, unless a run of this folder, which works from it, is in progress."""
    run_lock = ROOT / ".snakemake" / "make.lock"
    with run_lock.open("a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(
                ".venv has to be rebuilt, but a run in this folder is using it (.snakemake/make.lock says "
                "whose); wait for its end, then run the same command again."
            ) from None
    print(".venv is not finished, or no longer fits: rebuilding it.", flush=True)
    # The stamps go first: a removal that is killed half-way leaves nothing that looks finished.
    for path in VENV.glob("*.stamp"):
        path.unlink()
    if VENV.is_symlink():
        VENV.unlink()
    else:
        shutil.rmtree(VENV)


def may_install() -> bool:
    """Whether system packages can be installed without asking: Debian or a relative, and root."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> None:
    """Install Debian packages, and print apt's own output if that fails."""
    print(f"Installing {' '.join(packages)} with apt-get.", flush=True)
    install = ["install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", *packages]
    for arguments in (["update"], install):
        command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            print(done.stdout + done.stderr, file=sys.stderr)
            return


def ensure_pip() -> None:
    """Debian ships Python without pip for new environments."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not importlib.util.find_spec("ensurepip") and may_install():
        apt_install(package)
        importlib.invalidate_caches()
    if not importlib.util.find_spec("ensurepip"):
        raise SystemExit(
            f"{sys.executable} lacks the module ensurepip, which .venv needs; install it "
            f"(Debian: sudo apt-get install {package}), then run the same command again."
        )


def ensure_room() -> None:
    """Raise SystemExit where the packages would not fit on the disk."""
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < GIGABYTES_NEEDED:
        raise SystemExit(
            f"{ROOT}: {free:.1f} GB are free on this disk, but building .venv takes {GIGABYTES_NEEDED} GB "
            "(most of it torch's); free some space, then run the same command again."
        )


def pip(arguments: Sequence[str], lock: int, remedy: str) -> None:
    """Run .venv's pip, which holds `lock` too, so that a pip that outlives us keeps others out."""
    # -I keeps PYTHONPATH and the like out. A terminal shows pip at work, a log only what went wrong.
    quiet = [] if sys.stdout.isatty() or arguments[0] == "check" else ["--quiet"]
    command = [str(PYTHON), "-I", "-m", "pip", *arguments, "--no-input", "--disable-pip-version-check"]
    if subprocess.run([*command, *quiet], stdin=subprocess.DEVNULL, pass_fds=[lock]).returncode:
        raise SystemExit(
            f"pip {arguments[0]} failed (its output is above); {remedy}, then run the same command again."
        )


def weasyprint_error() -> str:
    """Why WeasyPrint cannot be imported, empty where it can."""
    done = subprocess.run([str(PYTHON), "-I", "-c", "import weasyprint"], capture_output=True, text=True)
    # The kind and its subject; the rest lists every place that was searched.
    return ": ".join(done.stderr.strip().splitlines()[-1].split(": ")[:2]) if done.returncode else ""


def ensure_pango() -> None:
    """WeasyPrint loads pango, which pip cannot bring."""
    if weasyprint_error() and may_install():
        apt_install(*PANGO)
    if error := weasyprint_error():
        raise SystemExit(
            f"WeasyPrint, which writes the PDF, cannot be imported ({error}): it needs the system library "
            f"pango; install that (Debian: sudo apt-get install {' '.join(PANGO)}; Fedora: sudo dnf install "
            "pango; macOS: brew install pango), then run the same command again."
        )


def build(lock: int) -> None:
    """Do what is missing, and note each part as it is done."""
    if not has("packages"):
        if VENV.exists() or VENV.is_symlink():
            remove_old()
        ensure_room()
        ensure_pip()
        import venv

        print(f"Building .venv with Python {sys.version.split()[0]}.", flush=True)
        venv.create(VENV, with_pip=True, symlinks=True)
        print("Installing the packages of envs/requirements.lock with pip: some minutes, once.", flush=True)
        # The lock names every package, so nothing is left to resolve.
        mirror = "give it a network, or a mirror by PIP_INDEX_URL or PIP_FIND_LINKS"
        pip(["install", "--no-deps", "--requirement", str(LOCK)], lock, mirror)
        pip(["check"], lock, "correct envs/requirements.lock by make lock")
        note("packages")
    # hidden_units and the logger plugin become importable from src, by the lock's own setuptools.
    editable = ["install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    pip(editable, lock, "make this folder writable")
    ensure_pango()
    note("project")


def main() -> None:
    """Build, unless another `make` has meanwhile."""
    if not has("project"):
        with build_lock() as lock:
            if not has("project"):
                build(lock)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("\nInterrupted: .venv is not finished; the same command finishes it.") from None
