"""The chapter on comparisons: what is significant, which size is named, and how that is said."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType, SimpleNamespace

import pytest
from one_chapter import ROOT, words_of
from scipy import stats

from hidden_units.report.chapters import comparisons as findings
from hidden_units.report.comparability import Comparability
from hidden_units.report.wording import differs_as_printed
from hidden_units.statistics.intervals import prediction_of_one_more
from hidden_units.statistics.scatter import compare_scatter

COMPARABLE = Comparability(comparable=True, shown=True, data_reason="", deviations=())
SYNTHETIC = Comparability(False, False, "the images are synthetic", ())
OTHERS = Comparability(False, True, "the images are not the four official KMNIST files", ())
UNDECIDED = {"verdict": "undecided", "best": 40, "smallest_equivalent": 40, "seeds": 3, "resamples": 1000}


def difference_of(a="netlin", b="netconv", **changes):
    """A row of characters/comparisons.csv."""
    row = {"family": "networks", "question": "other seeds", "method": "Welch", "a": a, "b": b, "seeds": 3}
    numbers = {"difference": 0.05, "low": 0.04, "high": 0.06, "p_holm": 0.01, "probability_b_better": None}
    return row | numbers | changes


def step(a, b, difference, **changes):
    """A row about two hidden sizes."""
    return difference_of(f"netfull-{a}", f"netfull-{b}", family="widths", difference=difference, **changes)


NO_SCATTER = {"low": None, "high": None, "p_holm": None}


def width(hidden, status):
    """A row of characters/plateau.csv."""
    shares = {"share_best": hidden / 100, "share_chosen": 0.5}
    statuses = {"equivalent": status == "equivalent", "worse": status == "worse", "shown": status}
    return {"hidden": hidden, **shares, **statuses}


def chapter(comparisons=(), widths=(), answer=UNDECIDED, **changes):
    """The words of the chapter about some tests and hidden sizes."""
    questions = findings.OTHER_SEEDS, findings.OTHER_IMAGES
    facts = {
        "comparability": COMPARABLE,
        "names": ["a", "b"],
        "pairs": findings.network_pairs(comparisons, []),
        "networks": [findings.by_significance(comparisons, "networks", question) for question in questions],
        "steps": findings.by_significance(comparisons, "widths", findings.OTHER_SEEDS),
        "level": 0.05,
        "margin": 0.3,
        "answer": answer,
        "widths": widths,
        "plateau": findings.plateau(answer["smallest_equivalent"], widths),
        "choices": findings.choices(widths) if widths else None,
    }
    return words_of("comparisons", {}, **(facts | changes))


def test_tests_are_grouped_by_family_question_and_significance():
    rows = [
        difference_of("netlin", "netfull-20", difference=-0.02),
        difference_of("netlin", "netconv", difference=0.07),
        difference_of("netfull-20", "netconv", difference=0.09, p_holm=0.3),
        difference_of("netlin", "netconv", method="bootstrap", p_holm=None),
        difference_of("netlin", "netconv", question="other test images"),
        step(10, 20, 0.01),
    ]
    found = findings.by_significance(rows, "networks", findings.OTHER_SEEDS)
    assert (found["significant"], found["not_significant"]) == (rows[:2], rows[2:3])
    assert (found["smallest"], found["largest"], found["seeds"]) == (rows[0], rows[2], 3)


@pytest.mark.parametrize("p", [0.2, None])
def test_without_a_small_p_or_without_a_test_nothing_is_significant(p):
    assert "Over other seeds, none of 2 differences is significant" in chapter([difference_of(p_holm=p)] * 2)


def test_one_seed_says_nothing_of_others():
    rows = [difference_of(seeds=1, **NO_SCATTER), step(10, 20, 0.01, seeds=1, **NO_SCATTER)]
    answer = UNDECIDED | {"verdict": "one seed", "smallest_equivalent": None}
    text = chapter(rows, answer=answer)
    assert "One seed a network says nothing about other seeds." in text
    assert "but one seed a size shows no scatter, so no size is named." in text
    assert "One seed a size cannot show whether a step from one size to the next matters." in text
    assert "Welch +5.00 one seed: no interval" in text
    assert "of the seeds, the smallest" not in text and "How far the mean accuracy of" not in text


def test_networks_right_on_the_same_images_have_no_interval_for_others():
    same = difference_of(question="other test images", difference=0.0, low=None, high=None, p_holm=1.0)
    assert "0.00 same on all images: no interval" in chapter([difference_of(), same])


def test_pairs_hold_their_comparisons_with_the_chance_that_the_second_is_better():
    welch = difference_of(probability_b_better=0.9)
    rows = [welch, difference_of(method="bootstrap"), step(10, 20, 0.01, probability_b_better=0.7)]
    chance = {"family": "networks", "a": "netlin", "b": "netconv", "probability_b_better": 0.9}
    (pair,) = findings.network_pairs(rows, [chance, chance | {"family": "widths", "a": "netfull-10"}])
    assert (pair["a"], pair["b"]) == ("netlin", "netconv")
    assert [row["outperformance"] for row in pair["rows"]] == [chance, None]


def test_steps_from_one_size_to_the_next_are_named_where_significant():
    rows = [step(10, 20, 0.05, **NO_SCATTER), step(20, 40, 0.01)]
    text = chapter(rows)
    assert "1 of 2 steps is significant at 5 % after Holm’s correction: 20 to 40 (+1.00)" in text
    assert "The largest is from 10 to 20." in text


def test_an_undecided_answer_says_what_is_missing():
    rows = [width(10, "worse"), width(20, "neither"), width(40, "equivalent")]
    assert "the narrower 20 is shown neither" in chapter(widths=rows)
    found = findings.plateau(40, rows)
    assert (found["narrower_worse"], found["narrower_undecided"], found["is_widest"]) == ([10], [20], True)


@pytest.mark.parametrize(
    ("statuses", "answer", "said"),
    [
        (("equivalent", "equivalent"), 10, "; it is the smallest that was tried, so a smaller one may do as"),
        (("worse", "equivalent", "equivalent"), 20, "10, is shown to be further below. "),
        (("worse", "worse", "equivalent"), 30, "ones, 10 and 20, are shown to be further below. It is also"),
    ],
)
def test_an_answer_names_its_proof_and_its_limits(statuses, answer, said):
    rows = [width(10 * place, status) for place, status in enumerate(statuses, start=1)]
    decided = UNDECIDED | {"verdict": "width", "smallest_equivalent": answer}
    text = chapter(widths=rows, answer=decided)
    assert f"The answer is {answer} hidden units: this size" in text and said in text


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("no scatter", "at 40 units, but all 3 seeds of each size gave the same. We do not know"),
        ("one width", "We trained only 40 units, so there is nothing to compare."),
    ],
)
def test_where_nothing_can_be_shown_no_size_is_named(verdict, said):
    text = chapter(answer=UNDECIDED | {"verdict": verdict, "smallest_equivalent": None})
    assert said in text and "The answer is" not in text


def test_a_size_chosen_on_held_out_images_is_reported_with_its_test_accuracy():
    held_out = UNDECIDED | {"chosen_on": "validation images", "verdict": "width"}
    text = chapter(answer=held_out | {"test_accuracy": 0.8})
    assert "had no part in it. On the test images 40 hidden units reach 80.00 %." in text
    assert "had no part in it" not in chapter()


def test_the_sizes_chosen_most_often_are_at_most_three():
    shares = {10: 0.1, 20: 0.4, 30: 0.0, 40: 0.3, 50: 0.2}
    rows = [width(hidden, "neither") | {"share_chosen": share} for hidden, share in shares.items()]
    found = findings.choices(rows)
    assert [row["hidden"] for row in found["chosen"]] == [20, 40, 50] and found["best"]["hidden"] == 50


def test_the_front_lists_the_smallest_first_and_who_may_leave_it():
    rows = [
        {"name": name, "stored_numbers": numbers, "on_front": on_front, "share_on_front": share}
        for name, numbers, on_front, share in [
            ("NetConv", 300, True, 0.9),
            ("NetLin", 100, True, 1.0),
            ("4 nearest neighbours", 900, False, 0.0),
        ]
    ]
    found = findings.front(rows)
    names = {key: [row["name"] for row in found[key]] for key in found}
    assert names == {"classifiers": ["NetLin", "NetConv"], "unsure": ["NetConv"]}


def reported(lucky=MappingProxyType({})):
    """Reported rows of which two were measured and one was not trained."""
    numbers = {"accuracy_sd": 0.01, "seeds": 3, "loss_mean": 0.5}
    summary = [
        {"model": "netlin", "parameters": 7850, "accuracy_mean": 0.70} | numbers,
        {"model": "netfull-110", "parameters": 87460, "accuracy_mean": 0.80} | numbers,
    ]
    published = [
        {"model": "netlin", "parameters": 7850, "accuracy": 0.6957, "loss": 1.0103},
        {"model": "netfull-110", "parameters": 87460, "accuracy": 0.8601, "loss": None},
        {"model": "netfull-300", "parameters": None, "accuracy": 0.8515, "loss": None},
    ]
    return findings.reported_rows(summary, published, lucky)


def test_reported_accuracies_are_inside_or_outside_of_where_one_more_run_would_be():
    rows = reported()
    assert [row["name"].split() for row in rows] == [["NetLin"], ["NetFull", "110"], ["NetFull", "300"]]
    assert rows[0]["one_more"] == prediction_of_one_more(0.70, 0.01, 3)
    assert rows[0]["difference"] == pytest.approx(0.0043)
    measured = ("parameters", "accuracy", "one_more", "difference", "loss")
    assert [rows[2][key] for key in measured] == [None] * len(measured)
    found = {key: [row["model"] for row in rows] for key, rows in findings.agreement(rows).items()}
    assert found == {
        "same_parameters": ["netlin", "netfull-110"],
        "other_parameters": [],
        "inside": ["netlin"],
        "outside": ["netfull-110"],
    }


def test_on_other_data_nothing_is_said_to_compare():
    rows = reported()
    facts = {"reported": rows, "agreement": findings.agreement(rows), "comparability": OTHERS}
    text = chapter(**facts)
    assert "does not compare with what was reported, because the images are not the four" in text
    assert "where one more run of these" not in text and "side by side for orientation only" in text
    deviations = [SimpleNamespace(name="epochs", used="1", published="9")]
    facts["comparability"] = replace(OTHERS, deviations=deviations)
    assert "departs from the published protocol too: epochs 1 (published: 9)." in chapter(**facts)
    facts["comparability"] = SYNTHETIC
    assert "(KMNIST) is left out, because the images are synthetic." in (text := chapter(**facts))
    assert "one more run" not in text


def test_where_one_more_run_would_be_is_also_said_by_the_scatter_of_others_where_seeds_agree_by_luck():
    others = compare_scatter({"a": [0.80, 0.80, 0.80], "b": [0.78, 0.80, 0.82], "c": [0.78, 0.80, 0.82]})
    first, second, absent = reported({"netfull-110": dict(others.loc["a"])})
    assert first["pooled_one_more"] is None and absent["pooled_one_more"] is None
    # The others' standard deviation of 0.02 has four degrees of freedom.
    half = stats.t.ppf(0.975, 4) * 0.02 * math.sqrt(1 + 1 / 3)
    pooled = second["pooled_one_more"]
    assert (pooled.low, pooled.high) == pytest.approx((0.80 - half, 0.80 + half))
    text = chapter(reported=[first, second])
    assert "After a † it is from the scatter of the other sizes" in text and text.count("† [") == 1
    # Another size may be marked, of which no accuracy was reported.
    assert "[75.0, 85.0] † [73.6, 86.4]" in text and "] †" not in chapter(reported=[first], lucky=[110])
    # The bounds and shares of such a size are not to be trusted as they are either.
    said = "The seeds of 110 hidden units (†) scatter far less than the others"
    assert said in chapter(widths=[width(110, "equivalent")], lucky=[110])
    assert said not in chapter(widths=[width(110, "equivalent")])


def test_printed_differences_that_disagree_with_the_printed_values_have_a_note():
    # 79.48 - 72.17 is 7.31, but the unrounded difference is 7.319.
    assert not differs_as_printed(0.72165, 0.79485) and not differs_as_printed(0.6957, 0.70)
    assert differs_as_printed(0.72165, 0.79484) and not differs_as_printed(None, 0.7)
    said = "Differences are those of the unrounded"
    assert f"{said} values." in chapter(reported=reported(), rounded_off=True)
    assert said not in chapter([difference_of()], reported=reported())


def test_the_largest_changes_of_confusion_are_between_two_classes():
    cells = [
        {"target": target, "chosen": chosen, "difference": difference}
        for target, chosen, difference in [(0, 0, 0.9), (0, 1, 0.1), (1, 0, -0.2), (1, 1, -0.9)]
    ]
    found = findings.extremes(cells)
    assert found == {"above": cells[1], "below": cells[2]}


def test_published_matrices_are_those_of_the_repository():
    files = (ROOT / "report/published").glob("confusion_*.csv")
    assert {path.stem.removeprefix("confusion_") for path in files} == set(findings.PUBLISHED_MATRICES)


def swept_row(value, difference=None, p=None, model="netlin", seeds=3, diverged=0, **changes):
    """A row of characters/swept.csv; the main study's value is 0.01."""
    ends = (
        {"low": None, "high": None} if p is None else {"low": difference - 0.001, "high": difference + 0.001}
    )
    mean = 0.6 + (difference or 0) if seeds else None
    row = {"value": value, "model": model, "seeds": seeds, "diverged": diverged, "accuracy_mean": mean}
    return row | {"difference": difference, "p_holm": p, **ends, **changes}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([swept_row(0.1, 0.012, 0.01)], "NetLin is most accurate at 0.1, by +1.20 [+1.10, +1.30] points"
         " over 0.01. Corrected for all comparisons of this section, the difference of NetLin is"),
        ([swept_row(0.1, 0.012, 0.2)], "this difference is not significant at 5 %."),
        ([swept_row(0.1, 0.012, 0.2), swept_row(0.1, 0.012, 0.2, "deep"), swept_row(0.01, model="deep")],
         "none of these differences is significant"),
        ([swept_row(0.1, 0.012)], "by +1.20 points over 0.01, without a test"),
        ([swept_row(0.1, -0.012, 0.01)], "NetLin is most accurate at the main study’s value, 0.01."),
        (
            [swept_row(0.1, -0.012, diverged=1, seeds=2), swept_row(10.0, seeds=0, diverged=3)],
            "Training diverged in 1 of 3 seeds of NetLin at 0.1 and 3 of 3 seeds of NetLin at 10: these have",
        ),
    ],
)  # fmt: skip
def test_the_best_value_of_a_sweep_is_named_with_its_difference_and_what_diverged(rows, said):
    rows = [swept_row(0.01), *rows]
    swept = {
        "setting": "learning rate",
        "own": 0.01,
        "seeds": 3,
        "found": findings.best_values(rows, 0.01),
        "diverged": [row for row in rows if row["diverged"]],
        "rows": rows,
        "all": True,
        "confidence": "95 %",
    }
    assert said in chapter(swept=swept).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("values", "shown"), [(5, 10), (6, 4)])
def test_the_table_of_a_long_sweep_holds_the_main_study_s_values_and_the_best(values, shown):
    rows = [swept_row(0.01 * k, 0.01 * (k - 1) or None, model=model) for model in ("netlin", "netconv")
            for k in range(1, values + 1)]  # fmt: skip
    config = {"sweep": {"setting": "learning_rate"}, "training": {"learning_rate": 0.01}, "characters": {}}
    study = SimpleNamespace(
        config=config, evidence=SimpleNamespace(rows=lambda name: rows), figure=lambda *names: names
    )
    found = findings.swept(study)
    assert (len(found["rows"]), found["all"]) == (shown, shown == 2 * values)
    assert findings.swept(SimpleNamespace(config={"sweep": {"setting": None}})) is None
