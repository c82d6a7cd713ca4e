"""What computed the report, so that it can be computed again."""

from __future__ import annotations

from typing import Any

from hidden_units.report.chapters.data import PARTS
from hidden_units.report.evidence import Study


def context(study: Study) -> dict[str, Any]:
    """What the chapter on versions shows."""
    dataset = study.dataset
    return {
        "commit": study.commit,
        "packages": study.packages,
        "lock_sha256": study.lock_sha256,
        "sources": dataset["sources"] if dataset else [],
        "arrays": dataset["arrays"] if dataset else {},
        "parts": PARTS,
    }
