"""Paths that people write in a configuration or on a command line."""

from __future__ import annotations

from pathlib import Path

from hidden_units.errors import StudyError


def user_path(text: str | Path) -> Path:
    """A path with `~` and `~name` replaced by the home folder.

    Raises:
        StudyError: nobody of that name has one here.
    """
    try:
        return Path(text).expanduser()
    except (RuntimeError, ValueError):
        raise StudyError(
            f"{text}: nobody called so has a home folder here; write the path in full."
        ) from None


def unlisted(path: Path, error: Exception, expected: str) -> StudyError:
    """What to raise where the user's images cannot be looked into; `expected` begins so."""
    reason = getattr(error, "strerror", None) or str(error)
    return StudyError(
        f"{path}: {reason.lower()}, {expected}; correct `dataset: path:` (a relative path starts where the "
        "command is called) or its permissions."
    )
