"""The entries of the ledger as report/published/claims.yaml holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hidden_units.errors import StudyError
from hidden_units.names import NO_BREAK
from hidden_units.report.wording import plain

READINGS = ("strictest", "kindest")
# The parts of the published study by the studies of this one.
PARTS = {"Part 1": "characters", "Part 2": "checkerboard", "Part 3": "sequences"}


@dataclass(frozen=True)
class Reading:
    """Another fair reading of a claim's words: the strictest, or the kindest."""

    says: str
    rule: str = ""  # the name of its functions, where they are not the claim's
    thresholds: Mapping[str, float] = field(default_factory=dict)  # in place of the claim's


@dataclass(frozen=True)
class Change:
    """A change of a rule after a first run; the verdicts of that run, empty where it moved none."""

    what: str
    why: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Claim:
    """A claim with the words and numbers of its rules."""

    id: int
    name: str
    rule: str  # the name of its functions, see `ledger.RULES`
    section: str
    claim: str
    thresholds: Mapping[str, float]
    measured_rule: str
    evidence: str  # template of the sentence on what was measured, see `sentences.sentence`
    shown_in: tuple[str, ...]
    published_rule: str = ""
    published_evidence: str = ""  # the same on what is printed
    not_published: str = ""  # why there is no published rule
    on_kmnist: bool = False
    counting: str = ""  # srn or lstm: the claim is about networks of this kind trained to count as published
    changed: tuple[Change, ...] = ()
    strictest: Reading | None = None
    kindest: Reading | None = None
    model: str = ""
    pairs: tuple[tuple[int, int], ...] = field(default=())

    @property
    def study(self) -> str:
        """The study of this run that the claim is about."""
        return PARTS[self.section.partition(",")[0]]


def read_claims(path: Path | str) -> list[Claim]:
    """Read the entries and fill the words of their rules with their numbers.

    Raises:
        StudyError: an entry lacks a key, has one too many, or its words name a number that it does not hold.
    """
    entries = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    return [claim_of(entry, path) for entry in entries]


def claim_of(entry: Mapping[str, Any], path: Path | str) -> Claim:
    """An entry with its words filled in; see `read_claims`."""
    who = f"{path}: claim {entry.get('id', '?')}"
    words = {name: plain(value) for name, value in entry.get("thresholds", {}).items()}
    try:
        filled = {
            key: entry[key].format(**words).replace(" %", f"{NO_BREAK}%")
            for key in ("published_rule", "measured_rule", "claim")
            if key in entry
        }
        listed = {
            "shown_in": tuple(entry["shown_in"]),
            "pairs": tuple(tuple(pair) for pair in entry.get("pairs", ())),
            "changed": tuple(Change(**change) for change in entry.get("changed", ())),
            **{name: Reading(**entry[name]) for name in READINGS if name in entry},
        }
        claim = Claim(**{**entry, **filled, **listed})
    except (KeyError, TypeError) as error:
        raise StudyError(
            f"{who} has a wrong or missing key ({error}), expected those of report/claims/entries.py; "
            "correct it."
        ) from None
    if bool(claim.published_rule) == bool(claim.not_published):
        raise StudyError(
            f"{who} has both or neither of `published_rule` and `not_published`, expected one of them; "
            "say how the published numbers are checked, or why they cannot be."
        )
    return claim
