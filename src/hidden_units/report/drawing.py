"""What the place to draw a character shows, from the files of its rule."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from markupsafe import Markup

from hidden_units.report.evidence import Study

NETWORKS = "report/draw.json"
PRECISION = "report/half_precision.csv"


def drawing(study: Study) -> dict[str, Any]:
    """What the template draw.html.j2 needs."""
    packed = study.evidence.json(NETWORKS)
    return {
        "data": script_text(packed),
        "classes": packed["classes"],
        "networks": packed["networks"],
        "per_class": max(Counter(packed["images"]["labels"]).values()),
        "precision": study.evidence.rows(PRECISION),
    }


def script_text(content: object) -> Markup:
    """JSON for the inside of a script element: no tag and no comment can begin in it."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))
