"""What takes minutes to make, made once for all processes of a call of pytest."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None], place: Path | None = None
) -> Path:
    """The folder that `make` fills; whoever comes first calls it, the others wait and take what is there.

    Args:
        place: where the folder is and stays; without it, beside the temporary folders of this call's tests.
    """
    own = factory.getbasetemp()
    place = place or (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
    place.mkdir(parents=True, exist_ok=True)
    folder, is_whole = place / name, place / f"{name}-is-whole"
    with FileLock(place / f"{name}.lock"):
        if not is_whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            is_whole.touch()
    return folder
