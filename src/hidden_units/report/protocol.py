"""How the published networks were trained, and whether others are trained the same way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml


def read_settings(path: Path | str) -> dict[str, dict[str, Any]]:
    """Settings by study: the published ones of report/published/protocol.yaml, or a run's config.yaml."""
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def is_published(settings: Mapping[str, Any], published: Mapping[str, Any]) -> bool:
    """Whether the settings are the published ones; those that were not published are free."""
    return all(settings[key] == value for key, value in published.items())
