"""Where a result comes from: the commit, and the versions of what computed it.

Only the standard library is imported: the Snakefile reads the commit while it is parsed.
"""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

PACKAGES = (
    "torch",
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "numba",
    "safetensors",
    "matplotlib",
    "matplotlib-fontja",
    "jinja2",
    "weasyprint",
    "fonttools",
    "snakemake",
)


@dataclass(frozen=True)
class Commit:
    """A commit of the project; hash and date are `unknown` outside of a git checkout."""

    hash: str = "unknown"
    date: str = "unknown"  # day on which it was committed, YYYY-MM-DD
    epoch: int = 0  # the same moment in seconds since 1970
    changed: bool = False  # whether tracked files differed from it
    address: str = ""  # of the project's page in the web, if it was cloned from there

    @property
    def is_known(self) -> bool:
        """Whether there was a checkout to ask."""
        return self.hash != "unknown"

    @property
    def short(self) -> str:
        """The first twelve digits of the hash."""
        return self.hash[:12]

    def page_of(self, path: str) -> str:
        """The address of a file as it was at this commit; empty if that is not known."""
        return f"{self.address}/blob/{self.hash}/{path}" if self.address else ""


def read_commit(root: Path | str) -> Commit:
    """The commit checked out in the folder `root`; unknown if git or a checkout of its own is missing."""
    root = Path(root).resolve()
    try:
        # A copy without .git inside another project's checkout would get that project's commit.
        if Path(git(root, "rev-parse", "--show-toplevel")).resolve() != root:
            return Commit()
        full, epoch, date = git(root, "log", "-1", "--date=format:%Y-%m-%d", "--format=%H %ct %cd").split()
        changed = bool(git(root, "status", "--porcelain", "--untracked-files=no"))
        origin = urlsplit(git(root, "config", "--default", "", "--get", "remote.origin.url"))
    except (OSError, subprocess.SubprocessError, ValueError):
        return Commit()
    # Without the name and password that it may hold.
    address = f"https://{origin.hostname}{origin.path.removesuffix('.git')}"
    return Commit(full, date, int(epoch), changed, address if origin.scheme == "https" else "")


def git(root: Path, *arguments: str) -> str:
    """What git prints in a folder."""
    # A clone may belong to somebody else; whoever runs its workflow trusts it already.
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def package_versions(names: Iterable[str] = PACKAGES) -> dict[str, str]:
    """Installed version of Python and of each package; packages that are not installed are left out."""
    versions = {"python": platform.python_version()}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions
