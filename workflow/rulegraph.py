"""Write the rule graph into README.md, between its mermaid fence, as Snakemake sees it.

The rules that draw are one node a study, and arrows that follow from others are left out: what remains can be
read. `make rulegraph` calls this; a test fails when the README is out of date.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
FENCE = re.compile(r"(```mermaid\n).*?(\n```)", flags=re.DOTALL)


def rule_graph() -> set[tuple[str, str]]:
    """Pairs of rules of which the second needs what the first makes, for the brush study."""
    command = [sys.executable, "-m", "snakemake", "--configfile", "config/brush.yaml"]
    result = subprocess.run(
        [*command, "--forceall", "--rulegraph", "mermaid-js"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = dict(re.findall(r"^\s*(id\d+)\[(\w+)\]", result.stdout, flags=re.MULTILINE))
    edges = re.findall(r"^\s*(id\d+) --> (id\d+)", result.stdout, flags=re.MULTILINE)
    return {(names[first], names[second]) for first, second in edges}


def studies() -> dict[str, str]:
    """The rule file, without its ending, in which each rule stands."""
    return {
        rule: path.stem.removesuffix("_figures")
        for path in (ROOT / "workflow/rules").glob("*.smk")
        for rule in re.findall(
            r"^(?:rule|use rule \w+ as) (\w+)", path.read_text(encoding="utf-8"), flags=re.M
        )
    }


def condensed(edges: set[tuple[str, str]], study: dict[str, str]) -> set[tuple[str, str]]:
    """The graph without `all`, its drawing rules one node a study, and no arrow that others imply."""

    def node(rule: str) -> str:
        return f"{study[rule]}_figures" if rule.startswith("draw_") else rule

    joined = {(node(a), node(b)) for a, b in edges if b != "all" and node(a) != node(b)}
    after: dict[str, set[str]] = {}
    for first, second in joined:
        after.setdefault(first, set()).add(second)

    def reachable(start: str) -> set[str]:
        found, waiting = set(), list(after.get(start, ()))
        while waiting:
            step = waiting.pop()
            if step not in found:
                found.add(step)
                waiting += after.get(step, ())
        return found

    return {
        (first, second)
        for first, second in joined
        if not any(second in reachable(other) for other in after[first] - {second})
    }


def mermaid(edges: set[tuple[str, str]]) -> str:
    """The graph as Mermaid text, left to right."""
    return "\n".join(["flowchart LR", *(f"    {first} --> {second}" for first, second in sorted(edges))])


def updated(readme: str) -> str:
    """The README's text with the graph of the rules as they are."""
    graph = mermaid(condensed(rule_graph(), studies()))
    return FENCE.sub(lambda match: match[1] + graph + match[2], readme)


if __name__ == "__main__":
    README.write_text(updated(README.read_text(encoding="utf-8")), encoding="utf-8")
