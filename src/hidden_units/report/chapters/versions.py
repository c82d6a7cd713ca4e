"""What computed the report, so that it can be computed again."""

from __future__ import annotations

from typing import Any

from hidden_units.report.evidence import Study


def context(study: Study) -> dict[str, Any]:
    """What the chapter on versions shows."""
    dataset = study.dataset
    return {
        "commit": study.commit,
        "packages": [{"name": name, "version": version} for name, version in study.packages.items()],
        "lock_sha256": study.lock_sha256,
        "sources": dataset["sources"],
        "arrays": dataset["arrays"],
    }
