"""Which files of this library a script or a notebook depends on, read from its import statements.

Snakemake does not see changes in imported modules. Rules list these files as inputs, so that a change
reruns exactly the jobs whose results it can touch.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = "hidden_units"
# How a file is written, how a failure is worded and which GPU a job takes change no result.
WITHOUT_EFFECT_ON_RESULTS = frozenset(
    f"{PACKAGE}.{name}" for name in ("errors", "failures", "files", "gpu_slots")
)


def library_files(scripts: Iterable[Path], source: Path) -> list[Path]:
    """Files of every library module that scripts or notebooks import, directly or not, sorted.

    Args:
        scripts: Python files or notebooks, themselves not among the files.
        source: the folder that holds the package.
    """
    found: set[str] = set()
    waiting = [module for script in scripts for module in imported_modules(script, source)]
    while waiting:
        module = waiting.pop()
        if module not in found and module not in WITHOUT_EFFECT_ON_RESULTS:
            found.add(module)
            waiting += imported_modules(module_path(module, source), source)
    return sorted({path for module in found for path in [module_path(module, source)] if path.stat().st_size})


def module_path(module: str, source: Path) -> Path:
    """The file of a dotted module name, a package's being its __init__.py."""
    path = source.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements inside a node but those of `if TYPE_CHECKING:` blocks, which are never run."""
    for part in ("body", "orelse", "handlers", "finalbody", "cases"):
        for inner in getattr(node, part, []):
            test = inner.test if isinstance(inner, ast.If) else None
            if not (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"):
                yield inner
                yield from statements(inner)


def python_source(path: Path) -> str:
    """The Python code of a file; of a notebook that of its code cells."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


@cache
def imported_modules(path: Path, source: Path) -> tuple[str, ...]:
    """Library modules that a file names in its import statements."""
    names = []
    for node in statements(ast.parse(python_source(path))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from package import name` may name a module or something inside one.
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    library = [name for name in names if name.startswith(f"{PACKAGE}.")]
    return tuple(name for name in library if module_path(name, source).exists())
