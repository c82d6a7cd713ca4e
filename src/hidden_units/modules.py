"""Which files of this library a module depends on, read from its import statements.

Snakemake does not see changes in imported modules. Rules list these files as inputs, so that a change
reruns exactly the jobs whose results it can touch.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = "hidden_units"
# How a file is written and how a failure is worded change no result.
WITHOUT_EFFECT_ON_RESULTS = frozenset({f"{PACKAGE}.errors", f"{PACKAGE}.files"})


def source_files(modules: Iterable[str], source: Path) -> list[Path]:
    """Files of the named modules and of every library module that they import, directly or not, sorted.

    Args:
        modules: names below the package, such as `characters.training`.
        source: the folder that holds the package.

    Raises:
        FileNotFoundError: no such module.
    """
    found: set[str] = set()
    waiting = [f"{PACKAGE}.{module}" for module in modules]
    while waiting:
        module = waiting.pop()
        if module not in found and module not in WITHOUT_EFFECT_ON_RESULTS:
            found.add(module)
            waiting += imported_modules(module, source)
    return sorted({path for module in found for path in [module_path(module, source)] if path.stat().st_size})


def module_path(module: str, source: Path) -> Path:
    """The file of a dotted module name, a package's being its __init__.py."""
    path = source.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


class WithoutTypeChecking(ast.NodeTransformer):
    """Drops `if TYPE_CHECKING:` blocks, which are never run."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        """Drop the block, keep any other condition."""
        is_dropped = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return None if is_dropped else self.generic_visit(node)


@cache
def imported_modules(module: str, source: Path) -> tuple[str, ...]:
    """Library modules that a module names in its import statements."""
    names = []
    tree = WithoutTypeChecking().visit(ast.parse(module_path(module, source).read_text(encoding="utf-8")))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from package import name` may name a module or something inside one.
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    library = [name for name in names if name == PACKAGE or name.startswith(f"{PACKAGE}.")]
    return tuple(name for name in library if module_path(name, source).exists() and name != PACKAGE)
