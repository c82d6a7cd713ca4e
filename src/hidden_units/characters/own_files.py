"""The Python files of the user's own networks, read and compiled but not run. No framework needed."""

from __future__ import annotations

from pathlib import Path
from types import CodeType

from hidden_units.errors import StudyError


def compiled(file: str) -> CodeType:
    """The code of a file, whose file name is the path as it was written.

    Raises:
        StudyError: it cannot be read, or is no Python.
    """
    path = Path(file)
    try:
        if path.exists() and not path.is_file():
            raise IsADirectoryError(21, "it is no file")
        # Not inherited: this module's own `from __future__` is none of the user's.
        return compile(path.read_bytes(), file, "exec", dont_inherit=True)
    except OSError as error:
        raise StudyError(
            f"{file}: found no file that can be read ({(error.strerror or '').lower()}), expected the Python "
            "file of a network; put it there, or set its path right in `characters: networks`."
        ) from None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise StudyError(
            f"{file}: {f'line {line}' if line else 'it'} is no Python ({getattr(error, 'msg', error)}), "
            "expected code with a class Network; mend it, as config/networks/deep.py shows."
        ) from None
