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


# Whatever stops these is a mistake of the set-up or the place, so each of their sentences has a row.
COVERED = [
    "src/hidden_units/run_control.py",
    "src/hidden_units/device.py",
    "envs/build.py",
    "workflow/run.py",
]
# The sentence itself is the way out, or quotes another.
WITHOUT_ROW = (
    "a whole number above 0",
    "keys with values were expected",
    "expected room for a line",
    "\nInterrupted",
)


def raised(path: Path) -> list[str]:
    """The sentences that a file raises as expected errors."""
    calls = [
        node.exc
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args
    ]
    said = [
        constant(call.args[0]) for call in calls if ast.unparse(call.func) in ("StudyError", "SystemExit")
    ]
    return [sentence for sentence in said if sentence.strip("\0")]


@pytest.mark.parametrize("name", COVERED)
def test_what_stops_set_up_and_runner_is_in_the_table(name):
    patterns = [".{1,80}?".join(map(re.escape, row.split("..."))) for row in (*ROWS, *WITHOUT_ROW)]
    sentences = raised(ROOT / name)
    assert sentences
    assert [one for one in sentences if not any(re.search(pattern, one) for pattern in patterns)] == []
