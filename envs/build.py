"""Build .venv from requirements.lock, unless a finished one that fits is there: `make` calls this first.

    python envs/build.py            build what is missing
    python envs/build.py --check    say by the exit code whether nothing is (run by .venv's own Python)

A changed lock, another Python or a moved folder leads to a new .venv, built from empty: an upgrade in place
would be quicker, but an environment that was killed half-way or holds left-overs could pass for a good one.
The stamp that says 'finished' is written last. Only the standard library is there when this runs.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "envs" / "requirements.lock"
VENV = ROOT / ".venv"
STAMP = VENV / "finished.json"
PYTHON = VENV / "bin" / "python"

NOTHING_MISSING, NOT_FINISHED, ONLY_PANGO_MISSING = 0, 1, 3

# Torch brings CUDA's libraries on Linux, whether or not a GPU is there.
GIGABYTES_NEEDED = 8 if sys.platform == "linux" else 3
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
PANGO_COMMANDS = {
    "apt-get": f"apt-get install {' '.join(PANGO)}",
    "dnf": "dnf install pango",
    "pacman": "pacman -S pango",
    "zypper": "zypper install libpango-1_0-0",
    "brew": "brew install pango",
}


def interpreter() -> str:
    """Version, ABI and processor of the Python that runs this: what compiled packages depend on."""
    return f"{sys.version_info.major}.{sys.version_info.minor}{sys.abiflags} {os.uname().machine}"


def expected_stamp() -> dict[str, str]:
    """What the stamp of a finished environment says; scripts in .venv/bin hold the folder's full path."""
    return {
        "lock": hashlib.sha256(LOCK.read_bytes()).hexdigest(),
        "python": interpreter(),
        "folder": str(VENV),
    }


def read_stamp() -> dict:
    """The stamp in .venv, or an empty one where there is none."""
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_stamp(content: dict) -> None:
    """Write the stamp in one step."""
    temporary = STAMP.with_suffix(".part")
    temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    temporary.replace(STAMP)


def python_asked_for() -> str | None:
    """What `interpreter` says of `make PYTHON=...`; None where the user named none."""
    named = os.environ.get("PYTHON")
    if not named:
        return None
    question = "import os, sys; print('{}.{}'.format(*sys.version_info) + sys.abiflags, os.uname()[4])"
    try:
        return subprocess.run([named, "-c", question], capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def check() -> int:
    """Exit code for what .venv lacks; asked by .venv's own Python, which may have changed beneath it."""
    stamp = read_stamp()
    fits = expected_stamp().items() <= stamp.items() and python_asked_for() in (None, stamp["python"])
    if not fits:
        return NOT_FINISHED
    return NOTHING_MISSING if stamp.get("pango") else ONLY_PANGO_MISSING


def ask_venv() -> int:
    """The answer of `check` from .venv's own Python."""
    try:
        command = [str(PYTHON), "-I", __file__, "--check"]
        return subprocess.run(command, stderr=subprocess.DEVNULL).returncode
    except OSError:
        return NOT_FINISHED


@contextmanager
def only_one() -> Iterator[int]:
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


def refuse_while_in_use() -> None:
    """Raise SystemExit if a run of this folder, which works from .venv, is in progress."""
    path = ROOT / ".snakemake" / "make.lock"
    if not path.exists():
        return
    with path.open("a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(
                ".venv has to be built anew, but a run in this folder is using it (.snakemake/make.lock says "
                "whose); wait for its end, then run the same command again."
            ) from None


def may_install() -> bool:
    """Whether system packages can be installed without asking: Debian or a relative, and root."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> bool:
    """Install Debian packages; False, with apt's own words printed, where that fails."""
    print(f"Installing {' '.join(packages)} with apt-get.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
    for arguments in (["update"], [*install, *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            print(done.stdout, file=sys.stderr)
            return False
    return True


def ensure_venv_module() -> None:
    """Debian ships Python without the part that makes environments."""

    def is_there() -> bool:
        importlib.invalidate_caches()
        return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))

    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not is_there() and may_install():
        apt_install(package)
    if not is_there():
        raise SystemExit(
            f"{sys.executable} lacks the modules venv and ensurepip, with which .venv is made; install them "
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


def install_packages(lock: int) -> None:
    """Run pip in the new environment; it holds `lock` too, so a pip that outlives us keeps others out."""
    print("Installing the packages of envs/requirements.lock with pip: some minutes, once.", flush=True)
    # The lock names every package, so nothing is left to resolve; -I keeps PYTHONPATH and the like out.
    pip = [str(PYTHON), "-I", "-m", "pip"]
    steps = (
        [
            *pip,
            "install",
            "--no-input",
            "--disable-pip-version-check",
            "--no-deps",
            "--requirement",
            str(LOCK),
        ],
        [*pip, "check", "--disable-pip-version-check"],
    )
    for step in steps:
        process = subprocess.Popen(
            step, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, pass_fds=[lock]
        )
        # Names as they come show that it is alive; pip's full report is of use only where it fails.
        report = []
        for line in process.stdout:
            report.append(line)
            if line.startswith("Collecting "):
                show_progress(line.split()[1])
            elif line.startswith("Installing collected packages"):
                show_progress("unpacking all of them")
        show_progress("")
        if process.wait():
            # What pip found wrong stands on stderr already, but for `pip check`.
            if "check" in step:
                print("".join(report), file=sys.stderr)
            raise SystemExit(
                "pip could not install the packages of envs/requirements.lock (its own words stand above); "
                "give it a network, or a mirror by PIP_INDEX_URL or PIP_FIND_LINKS, then run the same "
                "command again."
            )


def show_progress(text: str) -> None:
    """Show `text` in place of the last one on a terminal, nothing in a log."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)


def build(lock: int) -> None:
    """Make .venv from empty."""
    if VENV.exists() or VENV.is_symlink():
        refuse_while_in_use()
        what = "no longer fits" if STAMP.exists() else "is not finished"
        print(f".venv {what}: building it anew.", flush=True)
        # The stamp goes first: a removal that is killed half-way leaves nothing that looks finished.
        STAMP.unlink(missing_ok=True)
        if VENV.is_symlink():
            VENV.unlink()
        else:
            shutil.rmtree(VENV)
    ensure_room()
    ensure_venv_module()
    import venv

    print(f"Building .venv with Python {sys.version.split()[0]}.", flush=True)
    venv.create(VENV, with_pip=True, symlinks=True)
    install_packages(lock)
    write_stamp(expected_stamp())


def weasyprint_error() -> str:
    """Why WeasyPrint cannot be imported, empty where it can."""
    done = subprocess.run([str(PYTHON), "-I", "-c", "import weasyprint"], capture_output=True, text=True)
    if done.returncode == 0:
        return ""
    # The kind and what it is about; the rest lists every place that was searched.
    return ": ".join(done.stderr.strip().splitlines()[-1].split(": ")[:2])


def ensure_pango() -> None:
    """WeasyPrint loads pango, which pip cannot bring."""
    error = weasyprint_error()
    if error.startswith("OSError") and may_install():
        apt_install(*PANGO)
        error = weasyprint_error()
    if error.startswith("OSError"):
        raise SystemExit(
            "WeasyPrint, which writes the PDF, does not find the system library pango "
            f"({error}); {pango_command()}, then run the same command again."
        )
    if error:
        raise SystemExit(
            f"WeasyPrint cannot be imported ({error}), so something is wrong with .venv: remove it, then run "
            "the same command again."
        )


def pango_command() -> str:
    """How a person installs pango here."""
    for tool, command in PANGO_COMMANDS.items():
        if shutil.which(tool):
            # Homebrew refuses to run as root.
            sudo = "sudo " if os.geteuid() and tool != "brew" else ""
            return f"install it with: {sudo}{command}"
    return "install it as https://doc.courtbouillon.org/weasyprint says"


def main() -> None:
    if "--check" in sys.argv[1:]:
        sys.exit(check())
    with only_one() as lock:
        # Asked once more: another make may have built it while this one waited.
        missing = ask_venv()
        if missing not in (NOTHING_MISSING, ONLY_PANGO_MISSING):
            build(lock)
        if missing != NOTHING_MISSING:
            ensure_pango()
            write_stamp({**read_stamp(), "pango": True})


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("\nInterrupted: .venv is not finished; the same command builds it anew.") from None
