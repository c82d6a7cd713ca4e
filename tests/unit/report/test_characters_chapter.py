"""The chapter on the characters: what its tables show, and how that is said."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from one_chapter import FIGURE, ROOT, words_of

from hidden_units.report.chapters import characters
from hidden_units.report.elements import Outline, View
from hidden_units.report.evidence import Evidence
from hidden_units.report.render import environment

NAMES = list("abcd")


def width(hidden, mean, half=0.01, seeds=5, **changes):
    """A row of characters/summary.csv."""
    low, high = (None, None) if half is None else (mean - half, mean + half)
    row = {"accuracy_mean": mean, "accuracy_low": low, "accuracy_high": high}
    return {"hidden": hidden, "seeds": seeds, **row, **changes}


def pair(target, chosen, mean, here):
    """A row of characters/confused_pairs.csv."""
    counts = {"count_mean": mean, "rate": mean / 100, "count_representative": here}
    return {"model": "netlin", "target": target, "chosen": chosen} | counts


def history(**accuracies):
    """Learning curves of one seed, an accuracy an epoch."""
    return [
        {"model": model, "seed": 0, "epoch": epoch, "accuracy": accuracy}
        for model, values in accuracies.items()
        for epoch, accuracy in enumerate(values, start=1)
    ]


def chapter(**facts):
    """The words of the chapter."""
    return words_of("reading characters", {}, names=NAMES, **facts)


def about(*widths, **facts):
    """The words of the chapter about some widths."""
    return chapter(widths=widths, sweep=characters.sweep(widths), **facts)


def test_learning_gives_the_epoch_from_which_the_final_order_holds_and_the_last_gains():
    found = characters.learning(history(netlin=[0.5, 0.6, 0.65, 0.7], netconv=[0.4, 0.7, 0.64, 0.9]))
    assert (found["order"], found["settled"]) == ([["netlin"], ["netconv"]], 4)
    assert found["gains"] == pytest.approx({"netlin": 0.05, "netconv": 0.26})
    assert characters.learning(history(netlin=[0.5]))["gains"] == {}


@pytest.mark.parametrize(
    ("netlin", "said"),
    [
        ((0.5, 0.6, 0.7), "Not before the last epoch do the mean accuracies have the order"),
        ((0.5, 0.4, 0.3), "From epoch 2 on, the mean accuracies keep their order"),
        ((0.5,), "From epoch 1 on, the mean accuracies keep their order"),
    ],
)
def test_an_order_that_the_last_epoch_made_is_not_said_to_be_kept(netlin, said):
    found = characters.learning(history(netlin=netlin, netconv=(0.45, 0.65, 0.65)[: len(netlin)]))
    config = {"training": SimpleNamespace(epochs=len(netlin))}
    assert said in words_of("characters", config, learning=found)


def test_networks_of_one_mean_accuracy_are_called_equal():
    found = characters.learning(history(netlin=(0.5, 0.7), netfull=(0.6, 0.6), netconv=(0.6, 0.6)))
    said = words_of("characters", {"training": SimpleNamespace(epochs=2)}, learning=found)
    assert "lowest first: NetFull = NetConv and NetLin." in said


@pytest.mark.parametrize(("share", "is_luck"), [(0.44, True), (0.9949, True), (0.996, False), (1, False)])
def test_a_width_that_is_best_in_all_draws_is_not_said_to_be_so_by_luck(share, is_luck):
    best = {"hidden": 110, "share_best": share}
    said = chapter(comparisons={"choices": {"best": best}})
    assert ("is partly luck" in said) == is_luck
    assert ("That of 110 units, in all draws or nearly all." in said) != is_luck


@pytest.mark.parametrize(
    ("gains", "improving"),
    [
        ((0.02, 0.03, 0.025), True),
        ((0.02, -0.03, 0.01), False),
        ((-0.02, -0.03, -0.025), False),
        ((0.02,), False),
    ],
)
def test_a_network_that_surely_gained_in_its_last_epoch_was_stopped_early(gains, improving):
    rows = [
        {"model": "netfull-5", "seed": seed, "epoch": epoch, "accuracy": 0.5 + epoch * gain}
        for seed, gain in enumerate(gains)
        for epoch in (1, 2)
    ]
    found = characters.learning(rows)
    assert found["improving"] == (["netfull-5"] if improving else [])
    said = about(width(5, 0.7), models=["netlin", "netfull-5"], learning=found)
    assert ("compares networks that were stopped early" in said) == improving
    assert ("had no sure gain left in the last epoch" in said) != improving


@pytest.mark.parametrize(
    ("best", "half", "said"),
    [
        (0.9, 0.01, "Looking up stored images beats NetFull."),
        (0.6, 0.01, "NetFull beats looking up stored images."),
        (0.705, 0.01, "stays open, because other seeds could reverse it."),
        (0.9, None, "stays open, because other seeds could reverse it."),
    ],
)
def test_nearest_neighbours_are_compared_with_netfull_beyond_its_interval(best, half, said):
    network = width(5, 0.7, half, model="netfull-5", parameters=9)
    rows = [
        width(None, value, None, model=name, parameters=None)
        for name, value in (("knn-4", best), ("pca-knn-4", 0.5))
    ]
    text = chapter(neighbours=characters.beside_neighbours([network, *rows], "netfull-5"))
    assert said in text
    assert f"the better of two ways to do so, reads {100 * best:.2f} %" in text
    assert characters.beside_neighbours([network], "netfull-5") is None


def test_the_sweep_finds_the_best_size_and_those_that_overlap_it():
    widths = [width(1, 0.5), width(2, 0.71), width(3, 0.72)]
    found = characters.sweep(widths)
    assert found["best"] == widths[2] and found["overlapping"] == [widths[1]]
    assert found["span"] == pytest.approx(0.22)


@pytest.mark.parametrize(
    ("widths", "said"),
    [
        ([width(3, 0.7)], "The highest mean is 70.00 % at 3 hidden units."),
        (
            [width(1, 0.5), width(2, 0.71), width(3, 0.72)],
            "1 of the 2 other sizes overlap that of the best. Over",
        ),
        ([width(3, 0.7), width(5, 0.8)], "No other size has an interval that reaches that of the best."),
        ([width(3, 0.7), width(5, 0.7)], "The interval of the other size overlaps that of the best."),
        ([width(n, 0.7) for n in (3, 4, 5)], "The intervals of both other sizes overlap that of the best."),
        ([width(n, 0.7) for n in (3, 4, 5, 6)], "The intervals of all of the 3 other sizes overlap"),
        ([width(n, 0.7, None, seeds=1) for n in (3, 5)], "With one seed a size there is no interval."),
        ([width(3, 0.7, None), width(5, 0.7)], "All seeds gave the same at 3, so we do not know"),
    ],
)
def test_the_sweep_says_what_its_intervals_allow(widths, said):
    assert said in about(*widths)


def test_seeds_that_agree_by_luck_have_a_mark_and_a_pooled_interval_next_to_their_own(tmp_path):
    scatter = "model,is_lucky,p_holm,pooled_low,pooled_high\n"
    path = tmp_path / "characters/scatter.csv"
    path.parent.mkdir()
    path.write_text(f"{scatter}netfull-3,False,1,0.6,0.8\nnetfull-9,True,0.004,0.7896,0.7968\n")
    lucky = characters.lucky_widths(Evidence.of_paths(tmp_path, tmp_path.rglob("*")))
    assert list(lucky) == ["netfull-9"]
    widths = [
        width(hidden, 0.7932, 0.0003, pooled=characters.pooled_interval(lucky.get(f"netfull-{hidden}")))
        for hidden in (3, 9)
    ]
    text = about(*widths, lucky=list(lucky.values()))
    assert "79.32 [79.29, 79.35] † [78.96, 79.68]" in text and text.count("† [") == 1
    assert "scatter far less than those of the others (variance ratio, Holm’s p 0.004)" in text
    assert "†" not in about(*widths[:1])


def test_the_most_confused_pair_of_a_run_may_differ_from_that_of_all_seeds():
    pairs = [pair(0, 1, 12.5, 9), pair(2, 3, 11.0, 14)]
    assert characters.most_confused(pairs) == {"here": pairs[1], "mean": pairs[0]}


def test_a_network_without_mistakes_has_no_pair_and_no_surest_mistake():
    confused = characters.most_confused([pair(0, 1, 0.0, 0)])
    text = chapter(runs=[{"model": "netlin", "seed": 3, "confused": confused, "surest": None}])
    assert "No image was mistaken." in text and "surest of all" not in text


@pytest.mark.parametrize(
    ("accuracies", "outcome"),
    [
        ({"netlin": (0.7, 0.5), "netconv": (0.9, 0.8)}, "seen"),
        ({"netlin": (0.7, 0.5), "netconv": (0.1, 0.1)}, "had less"),
        ({"netlin": (0.7, 0.69), "netconv": (0.9, 0.8)}, "not seen"),
        ({"netlin": (0.7, 0.6), "netconv": (0.9, 0.8)}, "undecided"),
    ],
)
def test_a_network_that_reads_nothing_loses_nothing_and_shows_nothing(accuracies, outcome):
    pixels = (0, characters.MOVED_BY)
    runs = [
        {"model": model, "seed": seed, "pixels": moved, "accuracy": accuracy + jitter}
        for model, values in accuracies.items()
        for seed, jitter in enumerate((0, 0 if outcome != "undecided" else 0.15 * (model == "netlin")))
        for moved, accuracy in zip(pixels, values if not jitter else values[:1] * 2, strict=True)
    ]
    summary = [
        {"model": model, "pixels": moved, "accuracy_mean": accuracy}
        for model, values in accuracies.items()
        for moved, accuracy in zip(pixels, values, strict=True)
    ]
    found = characters.moved(runs, summary)
    assert found["outcome"] == outcome
    assert ("But it read more before the move, and still reads most." in chapter(moved=found)) == (
        outcome == "not seen"
    )


def test_networks_with_the_lowest_recall_in_one_class_are_named_together():
    recalls = {"netlin": (0.5, 0.9), "netfull-5": (0.6, 0.9), "netconv": (0.9, 0.8)}
    table = [
        {"model": model, "label": label, "recall": recall}
        for model, values in recalls.items()
        for label, recall in enumerate(values)
    ]
    lowest = characters.lowest_recall(table, list(recalls))
    models = {label: [row["model"] for row in rows] for label, rows in lowest.items()}
    assert models == {0: ["netlin", "netfull-5"], 1: ["netconv"]}


def test_two_classes_without_mistakes_have_no_lowest_recall_and_no_likest_means():
    alike = [{"model": "netlin", "label": label, "recall": 1.0} for label in range(2)]
    assert characters.lowest_recall(alike, ["netlin"]) == {}
    better = {"model": "netlin", "label": 2, "recall": 1.1}
    assert characters.lowest_recall([*alike, better], ["netlin"]) == {}
    assert "Under each network several classes share the lowest recall" in chapter(lowest_recall={})
    assert "Two classes are one pair" in words_of("characters", {}, names=["a", "b"], lowest_recall={})
    pairs = [{"target": target, "chosen": 1, "similarity": 0.4} for target in range(2)]
    assert characters.most_alike(pairs) is None


def test_a_long_table_says_which_of_the_classes_it_has():
    rows = characters.per_class_rows(
        [{"model": "netlin", "label": label, "precision": 1.0, "recall": 0.5} for label in range(4)],
        ["netlin"], NAMES, drawn={1, 3},
    )  # fmt: skip
    assert [row["name"] for row in rows] == ["b", "d"]
    said = words_of("characters", {}, names=NAMES, models=["netlin"], per_class=rows, lowest_recall={})
    assert "Shown are the 2 of 4 classes with the lowest recall; characters/per_class.csv has all." in said


def test_the_means_most_alike_are_of_two_classes():
    pairs = [(0, 0, 1.0), (0, 1, 0.4), (0, 2, 0.7), (1, 0, 0.4), (1, 2, None)]
    table = [dict(zip(("target", "chosen", "similarity"), row, strict=True)) for row in pairs]
    assert characters.most_alike(table) == table[2]
    assert characters.most_alike(table[-1:]) is None


def test_the_pairs_are_ranked_by_model_with_names_that_fit():
    classes = [{"romaji": name, "kana": ""} for name in ("a", "a very long name of a class")]
    rows = [pair(0, 1, 5.0, 5), pair(1, 0, 4.0, 4)]
    table = characters.top_pairs(
        [*rows, *(row | {"model": "netconv"} for row in rows)], ["netlin", "netconv"], classes
    )
    assert [row["rank"] for row in table] == [1, 2]
    assert [each["model"] for each in table[0]["pairs"]] == ["netlin", "netconv"]
    assert table[0]["pairs"][0]["chosen_name"] == "a very long nam…"


def test_equal_numbers_are_marked_as_ties_also_with_a_pair_that_is_not_shown():
    counts = [9.0, 7.0, 7.0, *range(6, 2, -1), 2.0, 2.0]
    rows = [pair(0, 1, float(count), 0) for count in counts]
    table = characters.top_pairs(rows, ["netlin"], [{"romaji": name, "kana": ""} for name in "ab"])
    assert [row["pairs"][0]["tied"] for row in table] == [False, True, True, *4 * [False], True]
    page = chapter(top_pairs=table, models=["netlin"])
    assert [page.count(number) for number in ("=7.0", "=2.0", "=9.0", "=6.0")] == [2, 1, 0, 0]


def test_a_script_in_the_name_of_a_class_stays_inside_the_data_of_the_views():
    classes = [{"label": 0, "romaji": "</script><script>alert(1)</script>", "kana": "<!--"}]
    figure = replace(FIGURE, view=View("confusion", "See the mistaken images", {"classes": classes}))
    packed = {"classes": classes, "networks": [], "images": {"labels": [0]}}
    drawing = characters.drawing(SimpleNamespace(json=lambda name: packed, rows=lambda name: []))
    words = (
        '{% import "macros.html.j2" as m with context %}{{ m.figure(figure, alt="some") }}'
        '{% include "draw.html.j2" %}'
    )
    template = environment(ROOT / "report/templates").from_string(words)
    page = template.render(figure=figure, drawing=drawing, outline=Outline())
    assert "<script>alert" not in page and "<!--" not in page
    settings, held = (
        json.loads(re.search(rf'{name}">(.*?)</script>', page, re.DOTALL)[1])
        for name in ('class="settings', 'id="data-draw')
    )
    assert settings["classes"] == classes and held == packed
