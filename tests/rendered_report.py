"""The report of a finished study, rendered as its rule does it, and ways to read page and PDF."""

from __future__ import annotations

import json
import os
import re
import shutil
import zlib
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import yaml
from weasyprint import HTML

from hidden_units.report.evidence import Evidence, Study
from hidden_units.report.protocol import read_settings
from hidden_units.report.provenance import Commit
from hidden_units.report.render import render_report

ROOT = Path(__file__).resolve().parents[1]
COMMIT = Commit("c0ffee" * 6 + "beef", "2026-01-31", 1769817600)


def study(folder: Path) -> Study:
    """The study in a folder with the repository's published numbers and a made-up commit."""
    return Study(
        evidence=Evidence.of_paths(folder, folder.rglob("*")),
        config=read_settings(folder / "config.yaml"),
        published=pd.read_csv(ROOT / "report/published/accuracies.csv"),
        protocol=read_settings(ROOT / "report/published/protocol.yaml"),
        commit=COMMIT,
        lock_sha256="d3" * 32,
        packages={"python": "3.11.99", "numpy": "2.99"},
        published_activations=pd.read_csv(ROOT / "report/published/activations.csv"),
    )


def browser_code() -> str:
    """All scripts of the page."""
    paths = sorted((ROOT / "report/browser").glob("*.js"))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def render(folder: Path, fonts: bool = False, styles: tuple[str, ...] = ("style.css",)) -> str:
    """The report of the results in a folder.

    Cutting fonts takes ten times as long as all the rest, and most tests do not look at letters.
    """
    style = "\n".join((ROOT / "report" / name).read_text(encoding="utf-8") for name in styles)
    cut = nullcontext() if fonts else patch("hidden_units.report.render.font_faces", lambda text: "")
    with cut:
        return render_report(study(folder), ROOT / "report/templates", style, browser_code())


def changed_copy(
    results: Path,
    folder: Path,
    config: Mapping[str, Any] | None = None,
    dataset: Mapping[str, Any] | None = None,
    tables: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] | None = None,
) -> Path:
    """A copy of finished results with other facts.

    Args:
        config: keys of the resolved configuration to replace; inside a block only those named.
        dataset: keys of data/dataset.json to replace.
        tables: for the name of a CSV file what turns it into another.
    """
    shutil.copytree(results, folder, copy_function=os.link)

    def write(name: str, text: str) -> None:
        (folder / name).unlink()  # the other name of the original's bytes
        (folder / name).write_text(text, encoding="utf-8")

    if config:
        known = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
        for key, value in config.items():
            known[key] = known[key] | value if isinstance(value, dict) else value
        write("config.yaml", yaml.safe_dump(known, allow_unicode=True))
    if dataset:
        known = json.loads((folder / "data/dataset.json").read_text(encoding="utf-8"))
        write("data/dataset.json", json.dumps({**known, **dataset}, ensure_ascii=False))
    for name, change in (tables or {}).items():
        write(name, change(pd.read_csv(folder / name)).to_csv(index=False))
    return folder


@cache
def tree(html: str):
    """The page's elements without their namespace."""
    root = HTML(string=html).etree_element
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root


def text(element) -> str:
    """The words of an element, spaces in a row as one."""
    return " ".join("".join(element.itertext()).split())


def table(html: str, name: str) -> list[list[str]]:
    """The words of the body cells of a table, row by row."""
    found = tree(html).find(f".//table[@id='table-{name}']")
    return [[text(cell) for cell in row] for body in found.iter("tbody") for row in body.iter("tr")]


def words(html: str) -> str:
    """All that a reader reads but for figures: what scripts hold is not shown."""
    held = [text(element) for kind in ("script", "svg") for element in tree(html).iter(kind)]
    shown = text(tree(html).find("body"))
    for script in held:
        shown = shown.replace(script, " ", 1)
    return shown


def objects(pdf: bytes) -> bytes:
    """A PDF's objects as text, its compressed streams unpacked."""
    unpacked = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            # Not `zlib.decompress`: behind the data there may be the end of a line.
            unpacked.append(zlib.decompressobj().decompress(stream))
    return b"".join(unpacked)
