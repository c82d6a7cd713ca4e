"""The ledger's entries, its table, and when a run compares with the published study."""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import asdict, replace

import made_up_evidence as made_up
import pytest
import yaml
from made_up_evidence import FOLDER, claims, evidence, material

from hidden_units.errors import StudyError
from hidden_units.report.chapters.claims import tallies
from hidden_units.report.claims.entries import READINGS, read_claims
from hidden_units.report.claims.ledger import (
    MEASURED_RULES,
    PUBLISHED_RULES,
    changed_rules,
    ledger,
    why_not_comparable,
)
from hidden_units.report.claims.sentences import sentence
from hidden_units.report.claims.verdicts import (
    BETWEEN,
    CONTRADICTED,
    NOT_IN_RUN,
    NOT_TESTABLE,
    SUPPORTED,
    THIN,
    UNDECIDED,
    above,
    all_of,
    below,
    within,
)
from hidden_units.report.comparability import Comparability, Setting

CLAIMS = claims()
# The hash of each rule's words and numbers, and how often it was changed after a first run.
RULES = {
    1: ("ea6dd9abf6f4", 1),
    2: ("5d779ba6fb5c", 1),
    3: ("1c901bd9441c", 0),
    4: ("73ba560a9b9a", 0),
    5: ("086ff5bad52a", 1),
    6: ("cefbfc7913c1", 2),
    7: ("2877ff3e814a", 0),
    8: ("6c5ee11c6b14", 0),
    9: ("15b1a3a8ffe0", 0),
    10: ("b6dbece663c7", 1),
    11: ("3cadc4bad8de", 0),
    12: ("71dd7c4a07e7", 0),
    13: ("4bd50631eb6c", 0),
    14: ("ac094f052ae7", 1),
    15: ("b5e7369b707c", 0),
    16: ("9e222ffdb399", 2),
    17: ("2cbdd3d04310", 0),
    18: ("030f22803628", 0),
    19: ("2ccc849af371", 2),
    20: ("979e10b7a3ef", 1),
    21: ("2ad58a3a8cb0", 1),
    22: ("a9c2beaafdc4", 1),
    23: ("880a0263bde8", 2),
}
CHANGED = Setting("epochs", "2", "10")


def test_there_are_twenty_three_claims_each_with_a_rule_in_words_and_in_code():
    assert list(CLAIMS) == list(range(1, 24))
    for claim in CLAIMS.values():
        assert claim.rule in MEASURED_RULES and claim.measured_rule
        assert (claim.rule in PUBLISHED_RULES) == bool(claim.published_rule) != bool(claim.not_published)
        assert bool(claim.published_rule) == bool(claim.published_evidence)
    readings = [getattr(claim, name) for claim in CLAIMS.values() for name in READINGS]
    of_readings = {reading.rule for reading in readings if reading and reading.rule}
    assert {claim.rule for claim in CLAIMS.values()} | of_readings == set(MEASURED_RULES)


def test_no_rule_is_changed_in_silence():
    """A change of a rule's words or numbers needs an entry in `changed` of claims.yaml, then its hash."""
    found = {}
    for claim in CLAIMS.values():
        rule = [claim.published_rule, claim.measured_rule, dict(claim.thresholds), claim.pairs, claim.rule]
        readings = [getattr(claim, name) and asdict(getattr(claim, name)) for name in READINGS]
        said = json.dumps([rule, readings], sort_keys=True)
        found[claim.id] = hashlib.sha256(said.encode()).hexdigest()[:12], len(claim.changed)
    assert found == RULES


def test_every_change_of_a_rule_is_a_row_with_its_reason():
    table = changed_rules(list(CLAIMS.values()))
    assert list(table) == ["claim", "what", "why", "before", "after"]
    assert table["claim"].value_counts().to_dict() == {
        n: changes for n, (_, changes) in RULES.items() if changes
    }
    assert table[["what", "why"]].notna().all(axis=None)
    assert (table["before"].isna() == table["after"].isna()).all()
    assert changed_rules([CLAIMS[13]]).empty


@pytest.mark.parametrize("number", CLAIMS)
def test_every_number_of_a_rule_is_in_its_words(number):
    entry = next(
        entry for entry in yaml.safe_load((FOLDER / "claims.yaml").read_text()) if entry["id"] == number
    )
    words = entry.get("published_rule", "") + entry["measured_rule"]
    assert set(re.findall(r"{(\w+)}", words)) == set(entry["thresholds"])
    assert "{" not in CLAIMS[number].published_rule + CLAIMS[number].measured_rule


def test_claims_of_a_study_that_is_left_out_are_no_part_of_the_run_and_keep_their_printed_verdict():
    whole = ledger(list(CLAIMS.values()), material(evidence()))
    part = ledger(list(CLAIMS.values()), replace(material(evidence()), studies=["checkerboard"]))
    is_in = part["section"].str.startswith("Part 2")
    assert part[is_in].to_csv() == whole[is_in].to_csv() and is_in.sum() == 2
    assert set(part["measured_verdict"][~is_in]) == {NOT_IN_RUN}
    assert part["published_verdict"].equals(whole["published_verdict"])
    assert tallies(part.to_dict("records"))[0]["counts"][NOT_IN_RUN] == 21
    assert NOT_IN_RUN not in tallies(whole.to_dict("records"))[0]["counts"]


def test_the_ledger_has_its_columns_and_only_the_known_verdicts():
    table = ledger(list(CLAIMS.values()), material(evidence()))
    assert list(table)[:6] == ["id", "section", "claim", "published_verdict", "measured_verdict", "evidence"]
    assert set(table["measured_verdict"]) == {SUPPORTED}
    counts = {SUPPORTED: 7, CONTRADICTED: 1, UNDECIDED: 2, NOT_TESTABLE: 13}
    assert table["published_verdict"].value_counts().to_dict() == counts


@pytest.mark.parametrize(
    ("comparability", "reason"),
    [
        (Comparability(True, True, "", ()), ""),
        (Comparability(False, True, "the images are synthetic", (CHANGED,)), "the images are synthetic"),
        (
            Comparability(False, True, "", (CHANGED,)),
            "the protocol was changed (epochs 2, as published 10)",
        ),
    ],
)
def test_why_a_run_does_not_compare(comparability, reason):
    assert why_not_comparable(comparability) == reason


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"published_rule": "More than {most}."}, "most"),
        ({"measured": "x"}, "measured"),
        ({"not_published": "Nothing is printed."}, "both or neither"),
        ({"rule": "guess"}, "guess"),
    ],
)
def test_a_wrong_entry_gives_one_sentence(tmp_path, change, message):
    entry = yaml.safe_load((FOLDER / "claims.yaml").read_text())[0] | change
    path = tmp_path / "claims.yaml"
    path.write_text(yaml.safe_dump([entry]))
    with pytest.raises(StudyError, match=message):
        ledger(read_claims(path), material(made_up.Files()))


@pytest.mark.parametrize(
    ("decided", "verdict"),
    [
        (within(1.8, 2.2, 1.8, 2.2), SUPPORTED),
        (within(1.79, 2.0, 1.8, 2.2), THIN),
        (within(1.0, 3.0, 1.8, 2.2), THIN),
        (within(2.21, 2.3, 1.8, 2.2), CONTRADICTED),
        (within(1.0, 1.79, 1.8, 2.2), CONTRADICTED),
        (above(0.5, 0.6, 0.5), SUPPORTED),
        (above(0.4, 0.6, 0.5), THIN),
        (above(0.3, 0.4, 0.5, 0.2), BETWEEN),
        (above(0.2, 0.49, 0.5, 0.2), BETWEEN),
        (above(0.19, 0.4, 0.5, 0.2), THIN),
        (above(0.3, 0.5, 0.5, 0.2), THIN),
        (above(math.nan, math.nan, 0.5, 0.2), THIN),
        (above(0.1, 0.19, 0.5, 0.2), CONTRADICTED),
        (below(0.1, 0.5, 0.5), SUPPORTED),
        (below(0.6, 0.7, 0.5, 1), BETWEEN),
        (below(0.4, 0.7, 0.5, 1), THIN),
        (below(0.4, 0.7, 0.5), THIN),
        (below(1.1, 1.2, 0.5, 1), CONTRADICTED),
        (all_of([SUPPORTED, SUPPORTED]), SUPPORTED),
        (all_of([SUPPORTED, BETWEEN]), BETWEEN),
        (all_of([BETWEEN, THIN]), THIN),
        (all_of([THIN, CONTRADICTED]), CONTRADICTED),
    ],
)
def test_an_interval_decides_by_its_ends(decided, verdict):
    assert decided == verdict


def test_a_sentence_lists_its_facts_in_one_line_and_keeps_spaces_that_do_not_break():
    facts = {"sizes": [50, 80, 110], "ratio": {"median": 2.449, "low": 2.43, "high": 2.47}}
    template = "Sizes {% call(n) listed(sizes) %}{{ n }}{% endcall %}:\n  {{ ratio|with_interval }}."
    assert sentence(template, facts) == "Sizes 50, 80 and 110: 2.45 [2.43,\N{NO-BREAK SPACE}2.47]."
