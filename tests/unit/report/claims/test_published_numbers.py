"""The published numbers are those of the study as printed; claims 3, 10 and 11 check that they agree."""

from __future__ import annotations

from made_up_evidence import published

PUBLISHED = published()


def test_the_matrices_are_of_the_three_networks():
    assert set(PUBLISHED.matrices) == set(PUBLISHED.networks) == {"netlin", "netfull-110", "netconv"}


def test_hidden_sizes_and_accuracies_are_those_of_the_printed_table():
    table = PUBLISHED.accuracies.dropna(subset=["hidden"])
    assert dict(zip(table["hidden"], table["accuracy"], strict=True)) == {
        50: 0.80, 80: 0.83, 90: 0.838, 100: 0.839, 110: 0.8407, 150: 0.8415, 200: 0.8497, 300: 0.8515,
    }  # fmt: skip


def test_the_printed_totals_are_those_of_the_text():
    totals = PUBLISHED.accuracies.set_index("model")["parameters"].dropna()
    assert totals.to_dict() == {"netlin": 7850, "netfull-110": 795 * 110 + 10, "netconv": 184_586}
