"""Every rule of the ledger gives each verdict that it can give, on evidence made up for it."""

from __future__ import annotations

from dataclasses import replace

import made_up_evidence as made_up
import numpy as np
import pandas as pd
import pytest
from made_up_evidence import claims, evidence, lengths, material, median

from hidden_units.characters.pair_ranks import pairs_by_seed
from hidden_units.report.claims.ledger import (
    MEASURED_RULES,
    PUBLISHED_RULES,
    judge_measured,
    judge_published,
    verdicts_as_read,
)
from hidden_units.report.claims.verdicts import (
    BETWEEN,
    CONTRADICTED,
    NOT_COMPARABLE,
    NOT_TESTABLE,
    SUPPORTED,
    THIN,
    UNDECIDED,
)

CLAIMS = claims()
SUMMARY, SWEEP = "characters/summary.csv", "characters/sweep.csv"
COMPARISONS, ECONOMY = "characters/comparisons.csv", "characters/economy.csv"
PAIRS = "characters/pairs_by_seed.csv"
WALK, SRN = "sequences/srn-anb2n/dynamics.json", "sequences/srn-anb2n/claim_measures.json"
STRAYS = "sequences/lstm-anb2nc3n/cells.csv"
CELLS, MOVES = "sequences/lstm-anb2nc3n/dynamics.json", "sequences/lstm-anb2nc3n/claim_cells.csv"
ACTIVATIONS, LINES = "checkerboard/step_activations.csv", "checkerboard/lines.json"
SCALING = "checkerboard/scaling.csv"


def shifted(model: str, points: float, sd_points: float = 0.15) -> pd.DataFrame:
    """The summary with one network off by so many points."""
    table = made_up.summary()
    table.loc[table["model"] == model, "accuracy_mean"] += points / 100
    table["accuracy_sd"] = sd_points / 100
    return table


def without(name: str, column: str, value) -> pd.DataFrame:
    table = evidence()[name]
    return table[table[column] != value]


def with_cell(name: str, row: int, column: str, value) -> pd.DataFrame:
    table = evidence()[name].reset_index(drop=True)
    table.loc[row, column] = value
    return table


def walk(**medians) -> dict:
    """The walks' medians with some replaced by (middle, half width)."""
    return {"summary": {"walk": replaced(evidence()[WALK]["summary"]["walk"], medians)}}


def srn(**medians) -> dict:
    return replaced(evidence()[SRN], medians)


def cells(**medians) -> dict:
    return {"summary": {"medians": replaced(evidence()[CELLS]["summary"]["medians"], medians)}}


def replaced(old: dict, medians: dict) -> dict:
    return old | {name: median(*value) for name, value in medians.items()}


def scales(**columns) -> pd.DataFrame:
    return evidence()[SCALING].assign(**columns)


def other_lines() -> dict:
    """The configured network with one line of its own."""
    hidden = [dict(line) for line in evidence()[LINES]["hidden"]]
    hidden[0]["bias"] = -2.4
    return evidence()[LINES] | {"hidden": hidden}


def other_output() -> dict:
    """The printed lines under another output unit, which happens to answer alike."""
    return evidence()[LINES] | {"output": {"weights": [1.0, 1.0, 1.0, 1.0], "bias": -1.6}}


def fewer_images() -> dict:
    """A sound run on 400 test images of each class."""
    files = {"data/dataset.json": {"counts": {"test_per_class": [400] * 10}}}
    for model in made_up.NETWORKS:
        files[f"characters/{model}/confusion.csv"] = pd.DataFrame(400 * np.eye(10, dtype=int))
        files[f"characters/{model}/seed-3/metrics.json"] = {"correct": 4000}
    return files


# claim, verdict or why it is undecided, the files that are changed
MEASURED = [
    (1, SUPPORTED, {}),
    # A steady network that is off by more than rounding.
    (1, CONTRADICTED, {SUMMARY: shifted("netfull-110", -1.2)}),
    # A tenth of a point off and out of reach of its small scatter, but within the rounding of the text.
    (1, SUPPORTED, {SUMMARY: shifted("netlin", -0.1, sd_points=0.001)}),
    # So unsteady that anything would agree.
    (1, THIN, {SUMMARY: shifted("netconv", 0, sd_points=2)}),
    # Runs that are all alike say nothing of one more.
    (1, THIN, {SUMMARY: shifted("netconv", 0, sd_points=0)}),
    (1, NOT_TESTABLE, {SUMMARY: without(SUMMARY, "model", "netconv")}),
    (1, NOT_TESTABLE, {SUMMARY: made_up.summary(seeds=1)}),
    (2, SUPPORTED, {}),
    (2, CONTRADICTED, {SUMMARY: shifted("netfull-50", 1.2)}),
    (2, THIN, {SUMMARY: shifted("netfull-50", 0, sd_points=2)}),
    (2, NOT_TESTABLE, {SUMMARY: without(SUMMARY, "model", "netfull-80")}),
    (3, SUPPORTED, {}),
    # Another width than the printed one is judged by the same rule.
    (3, SUPPORTED, {SUMMARY: without(SUMMARY, "model", "netfull-110")}),
    (3, CONTRADICTED, {SUMMARY: with_cell(SUMMARY, 2, "parameters", 63600)}),
    (3, CONTRADICTED, {SUMMARY: with_cell(SUMMARY, 0, "parameters", 7840)}),
    (3, NOT_TESTABLE, {SUMMARY: without(SUMMARY, "model", "netlin")}),
    (3, NOT_TESTABLE, {"data/dataset.json": {"counts": {"test_per_class": [400] * 47}}}),
    (4, SUPPORTED, {}),
    (4, CONTRADICTED, {COMPARISONS: made_up.comparisons(first=-0.02)}),
    (4, THIN, {COMPARISONS: made_up.comparisons(p=0.06)}),
    # Without scatter there is neither an interval nor a test.
    (4, THIN, {COMPARISONS: made_up.comparisons(p=np.nan).assign(low=np.nan, high=np.nan)}),
    (4, NOT_TESTABLE, {COMPARISONS: made_up.comparisons(seeds=1)}),
    (4, NOT_TESTABLE, {COMPARISONS: without(COMPARISONS, "b", "netconv")}),
    (5, SUPPORTED, {}),
    (5, CONTRADICTED, {SWEEP: made_up.sweep(gain=0.008)}),
    (5, THIN, {SWEEP: made_up.sweep(gain=0.002, scatter=0.01)}),
    (5, THIN, {SWEEP: made_up.sweep(gain=0.001, scatter=0)}),
    (5, NOT_TESTABLE, {SWEEP: without(SWEEP, "hidden", 300)}),
    (5, NOT_TESTABLE, {SWEEP: evidence()[SWEEP].query("seed == 0")}),
    (6, SUPPORTED, {}),
    # A smaller network is as accurate in every resample.
    (6, CONTRADICTED, {ECONOMY: made_up.economy(netfull_110=0.96)}),
    # A larger one is more accurate: size buys accuracy.
    (6, THIN, {ECONOMY: made_up.economy(netfull_300=0.96)}),
    # A smaller one is less accurate, and what a parameter is worth is not said.
    (6, BETWEEN, {ECONOMY: made_up.economy(netlin=0.7)}),
    # More seeds could show that NetConv is dominated.
    (6, THIN, {ECONOMY: made_up.economy(netlin=0.7, netfull_110=0.94)}),
    # A larger one is more accurate in some resamples, a smaller one in some.
    (6, THIN, {ECONOMY: made_up.economy(netfull_300=0.94)}),
    (6, THIN, {ECONOMY: made_up.economy(netfull_110=0.94)}),
    # None is larger.
    (6, BETWEEN, {ECONOMY: made_up.economy(netlin=0.7, netfull_300=0)}),
    (6, NOT_TESTABLE, {ECONOMY: made_up.economy(seeds=1)}),
    (6, NOT_TESTABLE, {ECONOMY: without(ECONOMY, "model", "netconv")}),
    (7, SUPPORTED, {}),
    (7, CONTRADICTED, {PAIRS: made_up.netlin_pairs(0)}),
    (7, THIN, {PAIRS: made_up.netlin_pairs(5)}),
    (7, NOT_TESTABLE, {PAIRS: made_up.netlin_pairs(1, seeds=1)}),
    # Images of two classes have one pair, which is none of the claim's.
    (7, NOT_TESTABLE, {PAIRS: made_up.netlin_pairs(10).query("first == 0 and second == 1")}),
    (8, SUPPORTED, {}),
    (8, CONTRADICTED, {PAIRS: made_up.pairs(1)}),
    (8, THIN, {PAIRS: made_up.pairs(7)}),
    (8, NOT_TESTABLE, {PAIRS: made_up.netlin_pairs(10)}),
    (9, SUPPORTED, {}),
    (9, CONTRADICTED, {PAIRS: made_up.pairs(0)}),
    (9, THIN, {PAIRS: made_up.pairs(4)}),
    (9, NOT_TESTABLE, {PAIRS: made_up.pairs(1, seeds=1)}),
    (10, SUPPORTED, {}),
    (10, CONTRADICTED, {"characters/netconv/seed-3/metrics.json": {"correct": 9404}}),
    (10, CONTRADICTED, {"data/dataset.json": {"counts": {"test_per_class": [1000] * 9 + [999]}}}),
    (10, NOT_COMPARABLE, fewer_images()),
    (11, SUPPORTED, {}),
    (11, CONTRADICTED, {ACTIVATIONS: with_cell(ACTIVATIONS, 4, "h2", 2)}),
    (11, CONTRADICTED, {ACTIVATIONS: evidence()[ACTIVATIONS].iloc[:8]}),
    (11, NOT_COMPARABLE, {LINES: other_lines()}),
    (11, NOT_COMPARABLE, {LINES: other_output()}),
    (12, SUPPORTED, {}),
    (12, CONTRADICTED, {SCALING: scales(correct=[4, 9, 8])}),
    (12, BETWEEN, {SCALING: scales(margin=[0, 0.3, 0.4])}),
    (12, BETWEEN, {SCALING: scales(correct=[4, 8, 9])}),
    (12, NOT_COMPARABLE, {LINES: other_lines()}),
    (12, NOT_COMPARABLE, {LINES: other_output()}),
    (12, NOT_TESTABLE, {SCALING: scales(scale=[1, 2, 3])}),
    (13, SUPPORTED, {}),
    (13, CONTRADICTED, {SRN: srn(home_radius=(1.3, 0.2))}),
    (13, THIN, {SRN: srn(home_radius=(0.6, 0.2))}),
    (13, BETWEEN, {SRN: srn(home_radius=(0.7, 0.1))}),
    (14, SUPPORTED, {}),
    (14, CONTRADICTED, {SRN: srn(distance_exponent=(1.3, 0.1))}),
    (14, CONTRADICTED, {SRN: srn(distance_exponent=(0.5, 0.1))}),
    (14, THIN, {SRN: srn(distance_exponent=(1.1, 0.1))}),
    # The exponent of a line, but the states are not on one.
    (14, BETWEEN, {WALK: walk(count_proportional=(0.85, 0.02))}),
    (14, THIN, {WALK: walk(count_proportional=(0.9, 0.02))}),
    (15, SUPPORTED, {}),
    (15, CONTRADICTED, {WALK: walk(turn_degrees_all=(45, 1))}),
    (15, THIN, {WALK: walk(turn_degrees_all=(91, 2))}),
    (16, SUPPORTED, {}),
    (16, CONTRADICTED, {SRN: srn(least_due=(0.8, 0.02))}),
    (16, THIN, {SRN: srn(least_due=(0.9, 0.05))}),
    (17, SUPPORTED, {}),
    (17, CONTRADICTED, {SRN: srn(return_fraction=(0.2, 0.05))}),
    (17, THIN, {SRN: srn(return_fraction=(0.1, 0.05))}),
    (18, SUPPORTED, {}),
    (18, CONTRADICTED, {WALK: walk(step_ratio=(2.45, 0.02))}),
    (18, CONTRADICTED, {WALK: walk(step_ratio=(0.5, 0.02))}),
    (18, THIN, {WALK: walk(step_ratio=(2.2, 0.02))}),
    (19, SUPPORTED, {}),
    (19, CONTRADICTED, {CELLS: cells(silhouette_h=(0.2, 0.02))}),
    (19, BETWEEN, {CELLS: cells(silhouette_h=(0.4, 0.02))}),
    # Clusters by the silhouette, which run into each other.
    (19, BETWEEN, {STRAYS: made_up.strays(30)}),
    (19, THIN, {STRAYS: made_up.strays(12)}),
    (20, SUPPORTED, {}),
    (20, CONTRADICTED, {CELLS: cells(silhouette_c=(0.6, 0.02))}),
    (20, CONTRADICTED, {CELLS: cells(path_gap_c=(2.5, 0.1))}),
    # A path of unequal steps.
    (20, SUPPORTED, {CELLS: cells(path_gap_c=(1.4, 0.1))}),
    (20, THIN, {CELLS: cells(path_gap_c=(2.0, 0.1))}),
    (20, BETWEEN, {CELLS: cells(silhouette_c=(0.32, 0.02))}),
    # One part is known to lie between, and the other could still contradict.
    (20, THIN, {CELLS: cells(silhouette_c=(0.32, 0.02), path_gap_c=(2.0, 0.1))}),
    (21, SUPPORTED, {}),
    (21, CONTRADICTED, {MOVES: made_up.moves(2)}),
    (21, THIN, {MOVES: made_up.moves(11)}),
    # They count, but at one rate.
    (21, CONTRADICTED, {MOVES: made_up.moves(20).assign(rates_differ_within=1.05)}),
    # They do with the first step of each segment and not without, or the other way round.
    (21, CONTRADICTED, {MOVES: made_up.moves(20).assign(other_way_after_within=0.5)}),
    (21, SUPPORTED, {MOVES: made_up.moves(20).assign(other_way_after=0.5)}),
    (21, NOT_TESTABLE, {MOVES: made_up.moves(1, seeds=1)}),
    (21, NOT_TESTABLE, {MOVES: made_up.moves(0, seeds=1).iloc[:0]}),
    (22, SUPPORTED, {}),
    (22, CONTRADICTED, {CELLS: cells(trained_c_B_n=(0.3, 0.1))}),
    (22, CONTRADICTED, {CELLS: cells(trained_c_A_position=(0.3, 0.1))}),
    (22, THIN, {CELLS: cells(trained_c_B_n=(0.9, 0.05))}),
    # n is forgotten only where it is needed no longer.
    (22, BETWEEN, {CELLS: cells(trained_c_C_n=(0.2, 0.1))}),
    (23, SUPPORTED, {}),
    (23, CONTRADICTED, lengths({4: 18, 6: 2})),
    # One length more is not yet lengths.
    (23, CONTRADICTED, lengths({4: 2, 5: 18})),
    # Alone they do it, and in company they do not.
    (23, CONTRADICTED, lengths({4: 2, 8: 18}, in_company={4: 18, 5: 2})),
    (23, BETWEEN, lengths({4: 2, 6: 18})),
    (23, BETWEEN, lengths({4: 2, 6: 98})),
    (23, THIN, lengths({4: 9, 6: 11})),
    (23, NOT_TESTABLE, lengths({4: 1})),
]  # fmt: skip

ABOUT_KMNIST = [1, 2, 4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize(("number", "verdict", "changes"), MEASURED)
def test_the_measured_rule_gives_the_verdict(number, verdict, changes):
    found = judge_measured(CLAIMS[number], material(made_up.Files(evidence() | changes)))
    assert (found.reason or found.verdict) == verdict, found.evidence
    assert (found.verdict == UNDECIDED) == (verdict in (THIN, BETWEEN))
    assert found.evidence.endswith(".") and "nan" not in found.evidence and "None" not in found.evidence


def test_of_many_pairs_confused_equally_often_the_first_are_named_and_the_others_counted():
    once = np.diag([10] * 10) + np.eye(10, k=1, dtype=int)
    tied = pairs_by_seed({"netlin": dict.fromkeys(range(made_up.SEEDS), once)})
    found = judge_measured(CLAIMS[7], material(made_up.Files(evidence() | {PAIRS: tied})))
    first = found.evidence.replace("\N{NO-BREAK SPACE}", " ").split(". ")[0]
    assert first.endswith(
        "seeds: 0 and 1 (1.0), 1 and 2 (1.0) and 2 and 3 (1.0); as often as the last: 6 other pairs"
    )


@pytest.mark.parametrize(
    ("number", "strictest", "kindest", "changes"),
    [
        (6, CONTRADICTED, SUPPORTED, {ECONOMY: made_up.economy(netlin=0.7)}),
        (6, SUPPORTED, SUPPORTED, {}),
        (16, CONTRADICTED, SUPPORTED, {SRN: srn(least_due=(0.8, 0.02))}),
        (16, CONTRADICTED, CONTRADICTED, {SRN: srn(least_due=(0.8, 0.02), mean_due=(0.8, 0.02))}),
        (20, CONTRADICTED, SUPPORTED, {CELLS: cells(silhouette_c=(0.32, 0.02), path_gap_c=(1.34, 0.02))}),
        (22, CONTRADICTED, SUPPORTED, {CELLS: cells(beyond_c_B_n=(-0.4, 0.1), trained_c_C_n=(0.4, 0.1))}),
        (23, CONTRADICTED, SUPPORTED, lengths({4: 2, 5: 18})),
        (13, None, None, {}),
    ],
)
def test_other_readings_have_verdicts_of_their_own(number, strictest, kindest, changes):
    there, claim = material(made_up.Files(evidence() | changes)), CLAIMS[number]
    found = verdicts_as_read(claim, judge_measured(claim, there), MEASURED_RULES, there)
    assert found == {"strictest": strictest, "kindest": kindest}


def test_what_does_not_compare_has_no_other_reading():
    there, claim = material(evidence(), "the images are synthetic"), CLAIMS[6]
    judged = judge_measured(claim, there)
    assert set(verdicts_as_read(claim, judged, MEASURED_RULES, there).values()) == {None}


def test_as_printed_the_best_balance_depends_on_the_reading():
    there, claim = material(evidence()), CLAIMS[6]
    judged = judge_published(claim, there)
    assert (judged.verdict, judged.reason) == (UNDECIDED, BETWEEN)
    found = verdicts_as_read(claim, judged, PUBLISHED_RULES, there)
    assert found == {"strictest": CONTRADICTED, "kindest": SUPPORTED}


@pytest.mark.parametrize("number", [*range(13, 21), 22])
@pytest.mark.parametrize("count", [0, 1, 5])
def test_fewer_than_six_solved_restarts_give_no_verdict_on_a_median(number, count):
    few = {kind: dict.fromkeys(names, (1, 0.01, count)) for kind, names in made_up.MEDIANS.items()}
    files = {WALK: walk(**few["walk"]), SRN: srn(**few["srn"]), CELLS: cells(**few["cells"])}
    found = judge_measured(CLAIMS[number], material(made_up.Files(evidence() | files)))
    assert found.verdict == NOT_TESTABLE
    spaced = found.evidence.replace("\N{NO-BREAK SPACE}", " ")
    assert spaced.startswith("A 95 % interval of a median needs 6 or more solved restarts, and there ")


@pytest.mark.parametrize(
    ("number", "name"),
    [(14, "count_proportional"), (19, "other_phase_h"), (20, "path_gap_c"), (22, "trained_c_C_n"),
     (22, "trained_c_A_position")],
)  # fmt: skip
def test_where_no_restart_has_a_second_measure_the_claim_is_not_testable(number, name):
    nothing = {name: (0, 0, 0)}
    files = {WALK: walk(**nothing)} if number == 14 else {CELLS: cells(**nothing)}
    judged = judge_measured(CLAIMS[number], material(made_up.Files(evidence() | files)))
    assert judged.verdict == NOT_TESTABLE and judged.evidence.endswith("there are none.")


@pytest.mark.parametrize("number", [*range(13, 21), 22])
def test_an_interval_made_at_another_confidence_than_the_rule_names_does_not_judge(number):
    claim = CLAIMS[number]
    other = replace(claim, thresholds={**claim.thresholds, "confidence_percent": 90})
    found = judge_measured(other, material(evidence()))
    assert found.verdict == NOT_TESTABLE
    assert "are at 95" in found.evidence and "needs 90" in found.evidence


@pytest.mark.parametrize("number", range(13, 24))
@pytest.mark.parametrize("kind", ["srn", "lstm"])
def test_networks_trained_by_another_protocol_do_not_judge_how_the_published_ones_count(number, kind):
    other = {kind: "the protocol was changed (optimiser Adam, as published stochastic gradient descent)"}
    found = judge_measured(CLAIMS[number], material(evidence(), other_counting=other))
    if CLAIMS[number].counting == kind:
        assert found.verdict == NOT_COMPARABLE and "optimiser Adam" in found.evidence
    else:
        assert found.verdict == SUPPORTED
    assert CLAIMS[number].counting == ("srn" if number < 19 else "lstm")


@pytest.mark.parametrize(
    ("number", "changes"), [(n, changes) for n, _, changes in MEASURED if n in ABOUT_KMNIST]
)
def test_on_other_data_a_claim_about_kmnist_is_not_comparable_whatever_is_measured(number, changes):
    files = made_up.Files(evidence() | changes)
    found = judge_measured(CLAIMS[number], material(files, "the images are synthetic"))
    assert found.verdict == NOT_COMPARABLE
    assert found.evidence.endswith("does not compare with the published one, for the images are synthetic.")
    assert "printed" not in found.evidence and "Out of reach" not in found.evidence


def test_only_claims_about_accuracy_on_kmnist_depend_on_the_data():
    assert [claim.id for claim in CLAIMS.values() if claim.on_kmnist] == ABOUT_KMNIST
    for number in set(CLAIMS) - set(ABOUT_KMNIST):
        assert judge_measured(CLAIMS[number], material(evidence(), "other data")).verdict == SUPPORTED


# by the published numbers


PUB = made_up.published()


def printed(table: str, row: int, column: str, value: float):
    """The published numbers with one cell of a table replaced."""
    changed = getattr(PUB, table).copy()
    changed.loc[row, column] = value
    return replace(PUB, **{table: changed})


def accuracy(model: str, value: float):
    """The published numbers with one accuracy replaced."""
    (row,) = PUB.accuracies.index[PUB.accuracies["model"] == model]
    return printed("accuracies", row, "accuracy", value)


def matrix(model: str, grid: np.ndarray):
    return replace(PUB, matrices={**PUB.matrices, model: grid})


def every_width():
    """A matrix for every width, with the printed accuracy on its diagonal."""
    grids = {
        model: np.diag([round(1000 * value)] * 10) + np.eye(10, k=1) * (1000 - round(1000 * value))
        for model, value in PUB.accuracy.items()
        if model.startswith("netfull")
    }
    for grid in grids.values():
        grid[9, 0] = 1000 - grid[9].sum()
    rounded = PUB.accuracies.assign(accuracy=PUB.accuracies["accuracy"].round(3))
    return replace(PUB, matrices={**PUB.matrices, **grids}, accuracies=rounded)


def one_row_short():
    grid = made_up.matrix("netlin").copy()
    grid[3, 3] -= 1
    return grid


def without_the_larger():
    """The printed numbers without the one network that is larger than NetConv."""
    return replace(PUB, accuracies=PUB.accuracies[PUB.accuracies["model"] != "netfull-300"])


def no_smaller():
    """The printed numbers of NetConv and of the one network that is larger."""
    kept = PUB.accuracies["model"].isin(["netconv", "netfull-300"])
    return replace(PUB, accuracies=PUB.accuracies[kept])


PRINTED = [
    (1, SUPPORTED, PUB),
    (1, CONTRADICTED, accuracy("netconv", 0.9415)),
    (2, NOT_TESTABLE, PUB),
    (2, CONTRADICTED, accuracy("netfull-110", 0.8417)),
    (2, SUPPORTED, every_width()),
    (3, SUPPORTED, PUB),
    (3, CONTRADICTED, printed("layers", 4, "parameters", 51200)),
    (4, SUPPORTED, PUB),
    (4, CONTRADICTED, accuracy("netconv", 0.80)),
    (4, UNDECIDED, accuracy("netconv", 0.845)),
    (5, UNDECIDED, PUB),
    (5, SUPPORTED, accuracy("netfull-300", 0.83)),
    (5, CONTRADICTED, accuracy("netfull-300", 0.87)),
    # No size beyond the named one is printed.
    (5, NOT_TESTABLE, without_the_larger()),
    (6, UNDECIDED, PUB),
    (6, CONTRADICTED, accuracy("netfull-200", 0.96)),
    (6, UNDECIDED, accuracy("netfull-300", 0.96)),
    (6, UNDECIDED, without_the_larger()),
    (6, SUPPORTED, no_smaller()),
    (7, CONTRADICTED, PUB),
    (7, SUPPORTED, matrix("netlin", made_up.matrix("netlin") + 100 * np.eye(10, k=1, dtype=int))),
    (8, SUPPORTED, PUB),
    (8, CONTRADICTED, matrix("netfull-110", made_up.swapped("netfull-110"))),
    (9, SUPPORTED, PUB),
    (9, CONTRADICTED, matrix("netconv", made_up.swapped("netconv"))),
    (10, SUPPORTED, PUB),
    (10, CONTRADICTED, matrix("netlin", one_row_short())),
    (10, CONTRADICTED, accuracy("netlin", 0.6967)),
    (11, SUPPORTED, PUB),
    (11, CONTRADICTED, printed("activations", 3, "h1", 1)),
    (11, CONTRADICTED, printed("activations", 3, "output", 0)),
]


@pytest.mark.parametrize(("number", "verdict", "pub"), PRINTED)
def test_the_rule_on_the_printed_numbers_gives_the_verdict(number, verdict, pub):
    assert judge_published(CLAIMS[number], material(evidence(), pub=pub)).verdict == verdict


@pytest.mark.parametrize("number", range(12, 24))
def test_where_nothing_is_printed_the_claim_says_why_it_is_not_testable(number):
    found = judge_published(CLAIMS[number], material(evidence()))
    assert found.verdict == NOT_TESTABLE and found.evidence == CLAIMS[number].not_published


def test_the_printed_matrix_of_netlin_has_two_mistakes_before_the_claimed_one():
    found = judge_published(CLAIMS[7], material(evidence()))
    spaced = found.evidence.replace("\N{NO-BREAK SPACE}", " ")
    assert "6 → 2 (147), 5 → 2 (128) and 1 → 2 (110)" in spaced
