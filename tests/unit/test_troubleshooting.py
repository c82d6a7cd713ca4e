"""docs/troubleshooting.md quotes the program: each quoted sentence is in the source."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^|]+?)` \|", PAGE, flags=re.MULTILINE)


def constant(node: ast.AST) -> str:
    """A text of the source, what is put into it as a NUL."""
    if isinstance(node, ast.JoinedStr):
        return "".join(constant(part) for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "\0"


def words() -> str:
    """All texts of the program: of Python those in quotes, of the workflow files their lines joined."""
    python = [*ROOT.glob("src/**/*.py"), ROOT / "workflow/run.py", ROOT / "envs/build.py"]
    texts = [
        constant(node)
        for path in python
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant | ast.JoinedStr)
    ]
    others = [ROOT / "Makefile", ROOT / "Snakefile", *ROOT.glob("workflow/rules/*.smk")]
    texts += [re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8")) for path in others]
    return "\n".join(texts)


WORDS = words()


@pytest.mark.parametrize("row", ROWS)
def test_the_program_says_what_the_table_quotes(row):
    pattern = ".{1,80}?".join(map(re.escape, row.split("...")))
    assert re.search(pattern, WORDS), row


def test_the_table_covers_the_refusals_of_the_runner_and_the_rules():
    assert 25 <= len(ROWS) <= 45
