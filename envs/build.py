"""Build .venv from requirements.lock with the project in it, unless that is done: `make` calls this first.

A changed lock, another Python or a moved folder leads to a new .venv, built from empty: an upgrade in place
would be quicker, but an environment that was killed half-way or holds left-overs could pass for a good one.
Stamps in .venv say which part is finished. Only the standard library is there when this runs. Where .venv is
a link, it is built in the link's target.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from hidden_units.errors import printable  # noqa: E402
from hidden_units.inherited import PASSING, clean  # noqa: E402

LOCK = ROOT / "envs" / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

# Torch brings CUDA's libraries on Linux, whether or not a GPU is there; downloads are kept next to them.
GIGABYTES_NEEDED = 11 if sys.platform == "linux" else 4
# The stamp of an environment that is not finished says whose it is.
BEGUN = "begun"
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


def ensure_place() -> None:
    """Raise SystemExit where .venv cannot be built, or links to what is not ours to remove."""
    target = VENV.resolve()
    shown = printable(str(target))
    if any(os.pathsep in str(path) or not str(path).isprintable() for path in (VENV, target)):
        raise SystemExit(
            f"{shown}: no environment can be built in a folder whose path holds {os.pathsep!r} or what "
            "cannot be printed; rename the folder or move this clone, then run the same command again."
        )
    if target.exists() and not (target.is_dir() and (not VENV.is_symlink() or is_ours(target))):
        raise SystemExit(
            f"{shown}: .venv leads there, but it holds something else than this clone's environment; let "
            ".venv link to an empty folder or remove it, then run the same command again."
        )


def is_ours(folder: Path) -> bool:
    """Whether a folder is empty, or holds an environment, finished or not, that was built for this clone."""
    stamps = [path.read_text(encoding="utf-8", errors="replace") for path in folder.glob("*.stamp")]
    return any(text.endswith(f"\n{VENV}\n") for text in stamps) or not any(folder.iterdir())


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
    if not VENV.is_symlink():
        shutil.rmtree(VENV)
        return
    # Whose it is can be read until the end, that it was finished cannot: a removal may be killed half-way.
    mark = VENV / f"{BEGUN}.stamp"
    note(BEGUN)
    for path in sorted(set(VENV.iterdir()) - {mark}, key=lambda path: path.suffix != ".stamp"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


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
    free = shutil.disk_usage(VENV).free / 1e9
    if free < GIGABYTES_NEEDED:
        raise SystemExit(
            f"{VENV.resolve()}: {free:.1f} GB are free on this disk, but building .venv takes "
            f"{GIGABYTES_NEEDED} GB (most of it torch's); free some space, then run the same command again."
        )


@cache
def pip_environment() -> dict[str, str]:
    """Variables for pip: of its settings, in files and variables alike, those that pass."""
    command = [str(PYTHON), "-I", "-m", "pip", "config", "list"]
    # Settings hold for this command too, for which `user` means to list the user's own file alone.
    listing = {f"PIP_{name}": "0" for name in ("USER", "GLOBAL", "SITE", "QUIET", "VERBOSE", "ISOLATED")}
    options = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
    done = subprocess.run(command, env=os.environ | listing, **options)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SystemExit(
            f"pip's settings cannot be read ({reason}); correct them, or set PIP_CONFIG_FILE=/dev/null, then "
            "run the same command again."
        )
    found = {}
    for line in done.stdout.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        found[section, f"PIP_{name.upper().replace('-', '_')}"] = str(ast.literal_eval(value))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    # The later ones win, as pip has it.
    for wanted in ("global", "install", ":env:"):
        for (section, name), value in found.items():
            if section == wanted and PASSING.fullmatch(name):
                environment[name] = value
    return environment | {"PIP_CONFIG_FILE": os.devnull}


@contextmanager
def temporary_folder() -> Iterator[None]:
    """Temporary files are kept in .venv meanwhile, for the usual disk may hold less than torch."""
    usual = tempfile.gettempdir()
    with tempfile.TemporaryDirectory(dir=VENV.resolve()) as folder:
        os.environ["TMPDIR"] = folder
        try:
            yield
        finally:
            os.environ["TMPDIR"] = usual


def pip(arguments: Sequence[str], lock: int, remedy: str) -> None:
    """Run .venv's pip, which holds `lock` too, so that a pip that outlives us keeps others out."""
    # -I keeps PYTHONPATH and the like out. A terminal shows pip at work, a log only what went wrong.
    quiet = [] if sys.stdout.isatty() or arguments[0] == "check" else ["--quiet"]
    command = [str(PYTHON), "-I", "-m", "pip", *arguments, "--no-input", "--disable-pip-version-check"]
    options = {"stdin": subprocess.DEVNULL, "pass_fds": [lock], "env": pip_environment()}
    if subprocess.run([*command, *quiet], **options).returncode:
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
        ensure_place()
        if VENV.is_dir():
            remove_old()
        target = VENV.resolve()
        target.mkdir(parents=True, exist_ok=True)
        note(BEGUN)
        ensure_room()
        ensure_pip()
        import venv

        print(f"Building .venv with Python {sys.version.split()[0]}.", flush=True)
        with temporary_folder():
            # Not by the link, which it refuses.
            venv.create(target, with_pip=True, symlinks=True)
            print("Installing what envs/requirements.lock names with pip: some minutes, once.", flush=True)
            # The lock names every package with the hashes of its files: nothing is to be resolved or trusted.
            mirror = "give it a network, or a mirror of PyPI's own files by PIP_INDEX_URL or PIP_FIND_LINKS"
            pip(["install", "--no-deps", "--require-hashes", "--requirement", str(LOCK)], lock, mirror)
            pip(["check"], lock, "correct envs/requirements.lock by make lock")
        note("packages")
    # hidden_units and the logger plugin become importable from src, by the lock's own setuptools.
    editable = ["install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    with temporary_folder():
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
    clean(for_snakemake=False)
    try:
        main()
    except subprocess.CalledProcessError as error:
        said = error.output.decode(errors="replace").strip().splitlines() or ["it says nothing"]
        raise SystemExit(
            f"{VENV}: Python's ensurepip failed ({said[-1]}); mend that, then run the same command again."
        ) from None
    except OSError as error:
        raise SystemExit(
            f"{error.filename or VENV}: {error.strerror or error}; make that folder writable or free some "
            "space there, then run the same command again."
        ) from None
    except KeyboardInterrupt:
        raise SystemExit("\nInterrupted: .venv is not finished; the same command finishes it.") from None
