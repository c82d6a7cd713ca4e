"""Compare a run's files with a manifest, its own or another run's, and say what differs.

    python workflow/verify.py --config config/brush.yaml [--manifest another/manifest.sha256]

`make verify` calls this. It ends with 0 where nothing differs and 1 where something does.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from hidden_units.errors import StudyError
from hidden_units.manifest import NAME, compare, hashes, read_manifest
from workflow.run import read_mapping, run_name


def verify(folder: Path, manifest: Path) -> int:
    """Print how the folder differs from the manifest; the exit code."""
    expected = read_manifest(manifest)
    differences = compare(hashes(folder), expected)
    for word, names in (
        ("differs", differences.changed),
        ("missing", differences.missing),
        ("not in the manifest", differences.added),
    ):
        for name in names:
            print(f"{word}: {folder / name}")
    print(f"{differences.same} of {len(expected)} files are what {manifest} says.")
    return int(bool(differences))


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Compare a run's files with a manifest.")
    parser.add_argument("--config", type=Path, default=Path("config/brush.yaml"), help="the run's overlay")
    parser.add_argument("--manifest", type=Path, help="another run's manifest; else its own")
    arguments = parser.parse_args()
    folder = Path("results", run_name(read_mapping(arguments.config)))
    try:
        return verify(folder, arguments.manifest or folder / NAME)
    except StudyError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    sys.exit(main())
