"""Run the study, one run a folder at a time, with all that the machine has: check, lock, then be Snakemake.

    python workflow/run.py --config config/brush.yaml --cores 2 [-- more for snakemake]
    python workflow/run.py --config config/brush.yaml --verify [--manifest another/manifest.sha256]
    python workflow/run.py --clean

`make report`, `make verify` and `make clean` call this. Results go to the folder that it is called from, or
to Snakemake's --directory after the --. The workflow is the one that this file is part of, unless the folder
has a Snakefile of its own. An expected user error ends in SystemExit with one sentence.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

# A copy of the folder runs its own library, and cleaning needs no environment.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from hidden_units.device import gpu_count
from hidden_units.errors import StudyError
from hidden_units.failures import ROOM_FOR_RECORDS, disk_of, shortage
from hidden_units.inherited import restart_clean
from hidden_units.machine import keep_caches, memory_mb, usable_cores, user_cache
from hidden_units.run_control import (
    RESULTS_LOCK,
    RUN_LOCK,
    SNAKEMAKE_FOLDER,
    hold,
    hold_folder,
    refuse_orphaned_jobs,
    say_where_the_report_is,
)

ROOT = Path(__file__).resolve().parents[1]
BASE_CONFIG = Path("config/config.yaml")

# Options by which jobs may run on other machines.
ELSEWHERE = {"--executor", "-e", "--profile", "--workflow-profile"}


# configuration


def setting(key: str, overlay: Path, code: Path = Path()) -> str:
    """The value of a key of the configuration in the folder `code` as the overlay leaves it."""
    from hidden_units.yaml_files import read_mapping

    return str((read_mapping(code / BASE_CONFIG) | read_mapping(overlay)).get(key))


def enter(folder: Path) -> None:
    """Work in a folder, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.chdir(folder)
    except OSError as error:
        raise StudyError(
            f"{folder}: cannot be used as --directory ({error.strerror}); name a folder that you may "
            "write to."
        ) from None


# machine


def with_machine(extra: Sequence[str], device: str = "auto") -> list[str]:
    """Snakemake's arguments with GPUs and memory among its resources, unless the user says how many.

    Snakemake takes the last of several --resources whole, so the user's become part of ours. Where all is
    trained on the processor nobody asks for GPUs, for a broken driver may not answer.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--resources", "--res", nargs="+", default=[])
    given, others = parser.parse_known_args(extra)
    names = {pair.partition("=")[0] for pair in given.resources}
    machine = {"gpu": 0 if device == "cpu" else gpu_count(), "mem_mb": memory_mb()}
    if {option.partition("=")[0] for option in extra} & ELSEWHERE:
        # Jobs of a cluster do not share this machine's memory.
        del machine["mem_mb"]
    counted = [f"{name}={count}" for name, count in machine.items() if count and name not in names]
    resources = [*counted, *given.resources]
    return [*others, *(["--resources", *resources] if resources else [])]


def with_studies(extra: Sequence[str], studies: str) -> list[str]:
    """Snakemake's arguments with a choice of studies, `characters,encoders`, in the configuration.

    Snakemake takes the last of several --config whole, so the user's become part of ours.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--config", "-C", nargs="*", default=[])
    given, others = parser.parse_known_args(extra)
    chosen = json.dumps([name.strip() for name in studies.split(",")])
    return [*others, "--config", *given.config, f"studies={chosen}"]


# running


def explain_full_disk(folders: Iterable[Path]) -> None:
    """Name the disk of a failed run that is full: Snakemake reports its own writes in its own words."""
    for folder in folders:
        if found := shortage(folder, ROOM_FOR_RECORDS):
            sentence = (
                f"{folder.resolve()}: no room left on the disk {disk_of(folder)}, {found}; free some space"
            )
            print(StudyError(f"{sentence} and run the same command again."), file=sys.stderr)
            return


def run(config: Path, cores: str, extra: Sequence[str], code: Path = Path()) -> int:
    """Run Snakemake in this process, which holds the lock on the folder, and return its exit code.

    Args:
        code: the folder of the workflow, here or elsewhere.
    """
    name = setting("run", config, code)
    if cores != "all" and not (cores.isdecimal() and int(cores) > 0):
        raise StudyError(f"CORES={cores}: a whole number above 0, or all, was expected.")
    # The kernel's lock, unlike Snakemake's, does not outlive a run that is killed.
    locking = ["--nolock"] if hold_folder() else []
    refuse_orphaned_jobs()
    # Jobs find the environment's commands without its being activated.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    # A log that finds no room on the disk is no reason for a traceback a line.
    logging.raiseExceptions = False
    options = [*locking, "--rerun-incomplete", "--cores", str(usable_cores()) if cores == "all" else cores]
    if sentence := keep_caches(SNAKEMAKE_FOLDER / "cache"):
        print(StudyError(sentence), file=sys.stderr)
    # In one word, for the name may begin with a dash.
    files = [f"--snakefile={code / 'Snakefile'}", f"--configfile={config}"]
    from snakemake.cli import main as snakemake

    try:
        snakemake([*with_machine(extra, setting("device", config, code)), *options, *files])
    except SystemExit as end:
        failure = int(end.code or 0)
    if failure:
        explain_full_disk([Path(), Path("results", name), Path(tempfile.gettempdir()), user_cache()])
    elif not {"-n", "--dry-run", "--dryrun"} & set(extra):
        say_where_the_report_is(name)
    return failure


def verify(folder: Path, manifest: Path | None) -> int:
    """Print how the folder differs from a manifest, by default its own; 1 if it does."""
    from hidden_units.manifest import NAME, compare, hashes, read_manifest

    manifest = manifest or folder / NAME
    expected = read_manifest(manifest)
    differences = compare(hashes(folder), expected)
    for word, names in differences.items():
        for name in names:
            # A manifest from elsewhere may name anything.
            print(StudyError(f"{word}: {folder / name}"))
    same = len(expected) - len(differences["differs"]) - len(differences["missing"])
    print(StudyError(f"{same} of {len(expected)} files are what {manifest} says."))
    return int(any(differences.values()))


def clean() -> int:
    """Remove the folders of runs and Snakemake's records of them, and nothing through a link."""
    hold_folder()
    # Without psutil there is no environment, hence no job of ours.
    with suppress(ImportError):
        refuse_orphaned_jobs()
    results = {*Path("results").glob("*")} - {Path("results/README.md")}
    runs = sorted(path for path in results if is_run(path))
    for path in runs:
        # Another clone may share it.
        hold(path / RESULTS_LOCK, str(path))
    records = {*SNAKEMAKE_FOLDER.iterdir()} - {RUN_LOCK, SNAKEMAKE_FOLDER / "environment.lock"}
    left = results - {*runs}
    if SNAKEMAKE_FOLDER.is_symlink():
        left, records = left | {SNAKEMAKE_FOLDER}, set()
    for path in [*runs, *records]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    removed = [*map(str, runs), *([str(SNAKEMAKE_FOLDER)] if records else [])]
    print(StudyError(f"removed {', '.join(removed)}" if removed else "nothing to remove"))
    if left:
        print(StudyError(f"kept {', '.join(map(str, sorted(left)))}: a link, or not made by a run"))
    return 0


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a run, and no link."""
    return not folder.is_symlink() and any(
        (folder / name).is_file() for name in ("config.yaml", RESULTS_LOCK)
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line and do what it says; the exit code."""
    parser = argparse.ArgumentParser(description="Run the study in this folder.")
    parser.add_argument(
        "--config", type=Path, default=Path("config/brush.yaml"), help="overlay on the config"
    )
    parser.add_argument("--cores", default="all", help="how many cores, or all")
    parser.add_argument("--studies", default="", help="which to run; else those of the config")
    parser.add_argument("--clean", action="store_true", help="remove all results instead")
    parser.add_argument("--verify", action="store_true", help="compare the results with a manifest instead")
    parser.add_argument("--manifest", type=Path, help="another run's manifest; else its own")
    parser.add_argument("extra", nargs="*", help="after --: more for snakemake")
    arguments, unknown = parser.parse_known_args(argv)
    try:
        if unknown:
            example = ["workflow/run.py", f"--config={arguments.config}", "--", *arguments.extra, *unknown]
            raise StudyError(
                f"{unknown[0]}: workflow/run.py has no such option; what is meant for Snakemake goes after "
                f"--, as in python {shlex.join(example)}"
            )
        if arguments.clean:
            return clean()
        from hidden_units.paths import user_path

        config, manifest = user_path(arguments.config), arguments.manifest
        code = Path() if Path("Snakefile").is_file() else ROOT
        if not config.exists() and (code / config).exists():
            config = code / config
        # Snakemake would go there later, after the lock.
        places = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
        places.add_argument("--directory", "-d")
        place, extra = places.parse_known_args(arguments.extra)
        if place.directory is not None:
            config, code = config.resolve(), code.resolve()
            manifest = manifest and manifest.resolve()
            enter(user_path(place.directory))
        if arguments.verify:
            return verify(Path("results", setting("run", config, code)), manifest)
        extra = with_studies(extra, arguments.studies) if arguments.studies else extra
        return run(config, arguments.cores, extra, code)
    except StudyError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    restart_clean()
    # Ctrl-C ends what has no jobs yet at once and without a traceback; run_control takes over as they start.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(main())
