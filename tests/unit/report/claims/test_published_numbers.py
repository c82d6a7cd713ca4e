"""The published numbers are those of the study as printed; claims 3, 10 and 11 check that they agree."""

from __future__ import annotations

from made_up_evidence import published

PUBLISHED = published()


def test_hidden_sizes_and_accuracies_are_those_of_the_printed_table():
    table = PUBLISHED.accuracies.dropna(subset=["hidden"])
    assert dict(zip(table["hidden"], table["accuracy"], strict=True)) == {
        50: 0.80, 80: 0.83, 90: 0.838, 100: 0.839, 110: 0.8407, 150: 0.8415, 200: 0.8497, 300: 0.8515,
    }  # fmt: skip
