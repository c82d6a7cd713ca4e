"""Writes the tables of config/README.md: `python -m hidden_units.config`."""

from __future__ import annotations

from pathlib import Path

from hidden_units.config.resolving import json_schema
from hidden_units.config.words import reference


def write_reference(page: Path) -> None:
    """Replace the tables of config/README.md by those of the models; the text above them stays."""
    start = "## Top level"
    head = page.read_text(encoding="utf-8").partition(start)[0]
    page.write_text(head + reference(json_schema()), encoding="utf-8")


if __name__ == "__main__":
    write_reference(Path("config/README.md"))
