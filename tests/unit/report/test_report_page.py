"""The page: complete, self-contained, escaped, the same each time, and honest about what is missing."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from made_up_run import (
    FIGURES,
    KANA,
    MODELS,
    ROOT,
    config,
    dataset,
    render,
    render_without,
    study,
    write_results,
)
from weasyprint import HTML

from hidden_units.errors import StudyError
from hidden_units.report.chapters import CHAPTERS
from hidden_units.report.elements import Outline
from hidden_units.report.evidence import Evidence, read_config
from hidden_units.report.render import with_equations_unbroken


@cache
def tree(html: str):
    """The page's elements without their namespace."""
    root = HTML(string=html).etree_element
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root


def text(element) -> str:
    """The words of an element, spaces in a row as one."""
    return " ".join("".join(element.itertext()).split())


def table(html: str, name: str) -> list[list[str]]:
    """The words of the body cells of a table, row by row."""
    found = tree(html).find(f".//table[@id='table-{name}']")
    return [[text(cell) for cell in row] for body in found.iter("tbody") for row in body.iter("tr")]


def words(html: str) -> str:
    """All that a reader reads: what scripts hold is not shown."""
    held = [text(script) for script in tree(html).iter("script")]
    shown = text(tree(html).find("body"))
    for script in held:
        shown = shown.replace(script, " ", 1)
    return shown


def changed(tmp_path: Path, **changes) -> str:
    """The report of a made-up run with changes in its `config` and `dataset`."""
    write_results(
        tmp_path,
        config=config(**changes.get("config", {})),
        dataset=dataset(**changes.get("dataset", {})),
    )
    return render(tmp_path)


# what is on the page


def test_every_chapter_stands_on_the_page_and_in_the_contents(report):
    page = tree(report)
    links = [link.get("href") for link in page.find(".//nav").iter("a")]
    for chapter in CHAPTERS:
        assert page.find(f".//section[@id='{chapter.id}']") is not None
        assert f"#{chapter.id}" in links


@pytest.mark.parametrize(
    ("sections", "heads"),
    [([], []), ([3], ["1"]), ([1, 1], ["1", "2"]), ([0, 0, 9], ["1", "3"]), ([9, 0, 0], ["1", "2"])],
)
def test_the_contents_are_cut_into_two_columns_alike_in_length(sections, heads):
    outline = Outline()
    for number, count in enumerate(sections):
        outline.chapter(f"chapter-{number}", "")
        for section in range(count):
            outline.section(f"section-{number}-{section}", "")
    columns = outline.columns()
    assert [column[0].number for column in columns] == heads
    assert [chapter for column in columns for chapter in column] == outline.chapters


def test_the_page_names_every_character_in_kana(report):
    assert all(kana in words(report) for kana in KANA)


def test_every_picture_has_an_alternative_text_that_says_more_than_its_name(report):
    alternatives = [image.get("alt") for image in tree(report).iter("img")]
    assert len(alternatives) == len(FIGURES)
    assert all(len(alternative.split()) > 8 for alternative in alternatives)


def test_every_figure_and_table_has_a_number_of_its_own(report):
    captions = [text(caption) for tag in ("figcaption", "caption") for caption in tree(report).iter(tag)]
    labels = [re.match(r"(Figure|Table) \d+\.", caption)[0] for caption in captions]
    assert len(labels) == len(set(labels)) > len(FIGURES)


def test_every_link_inside_the_page_has_its_target_and_no_id_stands_twice(report):
    page = tree(report)
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    targets = {link.get("href")[1:] for link in page.iter("a") if link.get("href").startswith("#")}
    assert targets <= set(ids)


def test_every_table_has_a_caption_and_headers_with_a_scope(report):
    tables = list(tree(report).iter("table"))
    assert tables
    for element in tables:
        assert text(element.find("caption"))
        assert all(header.get("scope") for header in element.iter("th"))


# numbers


def test_the_headline_table_shows_the_summary_beside_the_published_figures(results, report):
    summary = pd.read_csv(results / "characters/summary.csv").set_index("model")
    published = pd.read_csv(ROOT / "report/published/accuracies.csv").set_index("model")
    rows = dict(zip(MODELS, table(report, "headline"), strict=True))
    for model, row in rows.items():
        measured = summary.loc[model]
        assert row[1:6] == [
            f"{measured.parameters:,.0f}",
            "2",
            f"{100 * measured.accuracy_mean:.2f}",
            f"[{100 * measured.accuracy_low:.2f}, {100 * measured.accuracy_high:.2f}]",
            f"{measured.loss_mean:.4f}",
        ]
    for model in ("netlin", "netconv"):
        accuracy, loss = published.loc[model, ["accuracy", "loss"]]
        assert rows[model][6:8] == [f"{100 * accuracy:.2f}", f"{loss:.4f}"]
    assert rows["netlin"][8] == "0.00"
    assert rows["netconv"][8] == "−0.01"


def test_the_table_of_seeds_gives_spread_and_both_intervals_and_names_their_question(report):
    rows = table(report, "seeds")
    assert rows[0][1:] == ["accuracy, %", "2", "69.57", "0.12", "[69.08, 70.06]", "[69.26, 69.89]"]
    assert rows[1] == ["loss, nats", "2", "0.3043", "0.0012", "[0.2994, 0.3092]", "[0.3012, 0.3075]"]
    assert len(rows) == 2 * len(MODELS)
    assert "Both answer what other seeds would give, on the same images" in words(report)


def test_seeds_that_all_gave_the_same_are_said_to_have(results, tmp_path):
    copy = Path(shutil.copytree(results, tmp_path / "run"))
    for name, ends in (("summary", ["accuracy"]), ("means", ["", "bootstrap"])):
        path = copy / f"characters/{name}.csv"
        columns = [f"{end}_{side}".strip("_") for end in ends for side in ("low", "high")]
        pd.read_csv(path).assign(**dict.fromkeys(columns)).to_csv(path, index=False)
    html = render(copy)
    alike = "all 2 seeds gave the same"
    assert [row[4] for row in table(html, "headline")] == [alike] * 3
    assert table(html, "seeds")[0][-2:] == [alike] * 2 and table(html, "intervals")[0][-1] == alike
    assert "All seeds of NetLin, NetFull and NetConv gave the same accuracy" in words(html)
    assert "one seed:" not in words(html)


def test_a_network_that_nobody_reported_has_dashes_in_place_of_reported_figures(report):
    assert table(report, "headline")[1][6:] == ["–", "–", "–"]


def test_the_sweep_table_shows_every_width_of_the_summary(results, report):
    summary = pd.read_csv(results / "characters/summary.csv")
    widths = summary[summary["model"].str.startswith("netfull")]
    assert table(report, "sweep") == [
        [
            f"{row.hidden:.0f}",
            f"{row.parameters:,.0f}",
            "2",
            f"{100 * row.accuracy_mean:.2f}",
            f"[{100 * row.accuracy_low:.2f}, {100 * row.accuracy_high:.2f}]",
            f"{row.loss_mean:.4f}",
            "–",
        ]
        for row in widths.itertuples()
    ]


def test_a_width_that_was_reported_stands_beside_its_measurement(tmp_path):
    write_results(tmp_path, config=config(), dataset=dataset())
    summary = tmp_path / "characters/summary.csv"
    summary.write_text(summary.read_text().replace("netfull-3,3", "netfull-110,110"))
    html = render(tmp_path)
    assert [row[0] for row in table(html, "sweep")] == ["5", "110"]
    assert table(html, "sweep")[1][6] == "84.07"


def test_the_pairs_table_shows_the_ranking_of_each_network(results, report):
    pairs = pd.read_csv(results / "characters/confused_pairs.csv")
    rows = table(report, "pairs")
    for model, start in zip(MODELS, (1, 4, 7), strict=True):
        own = pairs[pairs["model"] == model]
        assert [row[start : start + 3] for row in rows] == [
            [
                f"{KANA[pair.target]} {romaji(pair.target)} → {KANA[pair.chosen]} {romaji(pair.chosen)}",
                f"{pair.count_mean:.1f}",
                f"{100 * pair.rate:.1f}",
            ]
            for pair in own.itertuples()
        ]


def romaji(label: int) -> str:
    return dataset()["classes"][label]["romaji"]


def test_the_table_of_classes_shows_precision_and_recall(results, report):
    per_class = pd.read_csv(results / "characters/per_class.csv")
    first = per_class[per_class["model"] == "netlin"]
    rows = table(report, "per-class")
    assert [row[1:3] for row in rows] == [
        [f"{100 * row.precision:.2f}", f"{100 * row.recall:.2f}"] for row in first.itertuples()
    ]


def test_the_arithmetic_of_the_parameters_is_that_of_the_trained_weights(report):
    rows = table(report, "networks")
    assert ["NetLin", "output", "linear, 784 to 10", "(784 + 1) × 10", "7,850"] in rows
    assert ["convolution 1", "convolution of 5 × 5, 1 channel to 2", "(1 × 5 × 5 + 1) × 2", "52"] in [
        row[-4:] for row in rows
    ]
    assert ["all", "", "", "3,985"] in rows


def test_all_zero_images_and_images_in_both_parts_are_counted(report):
    rows = {row[0]: row[1:] for row in table(report, "checks")}
    assert rows["all pixels zero"] == ["3", "4"]
    assert rows["in both parts, pixel for pixel"] == ["–", "17"]


def test_the_interval_over_test_images_stands_beside_that_over_seeds(report):
    row = table(report, "intervals")[0]
    # Wilson: (0.696 + 0.00192 ± 1.96 √(0.696 · 0.304 / 1000 + 0.00096 / 1000)) / 1.00384
    assert row == ["NetLin", "1", "696 of 1,000", "[66.68, 72.37]", "69.57", "[69.08, 70.06]"]


def test_hashes_and_versions_stand_in_full(report):
    assert ["numpy", "2.99"] in table(report, "versions")
    hashes = dict(table(report, "hashes"))
    assert hashes["envs/requirements.lock"] == "d3" * 32
    assert hashes["train-images-idx3-ubyte.gz"] == "a1" * 32


def test_a_short_equation_stays_on_one_line_and_tags_keep_their_spaces():
    html = '<p class="n = 5">up to n = 5, R²\n= 0.9 <b>or</b> accuracy = 3</p><script>let n = 5;</script>'
    assert with_equations_unbroken(html) == (
        '<p class="n = 5">up to n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}5, '
        "R²\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}0.9 <b>or</b> accuracy = 3</p><script>let n = 5;</script>"
    )


# comparable or not


def test_nothing_is_called_not_comparable_on_the_official_data_and_protocol(report):
    assert "not comparable" not in words(report).lower()


def test_synthetic_data_are_named_so_first_and_nothing_is_compared(tmp_path):
    html = changed(tmp_path, dataset={"synthetic": True, "official": False, "comparable": False})
    first_page = text(tree(html).find(".//section[@id='summary']"))
    assert first_page.index("Synthetic data.") < first_page.index("Table 1")
    assert [row[8] for row in table(html, "headline")] == ["not comparable"] * 3


def test_other_data_are_not_comparable(tmp_path):
    html = changed(tmp_path, dataset={"official": False, "comparable": False})
    assert "not the four official KMNIST files" in words(html)
    assert [row[8] for row in table(html, "headline")] == ["not comparable"] * 3


def own_classes(*names: str) -> list[dict]:
    return [{"label": label, "romaji": name, "kana": ""} for label, name in enumerate(names)]


def test_figures_reported_for_kmnist_are_left_out_beside_classes_of_ones_own(tmp_path):
    own = {"name": "idx", "official": False, "comparable": False, "classes": own_classes(*"abcdefghij")}
    html = changed(tmp_path, dataset=own)
    for name, columns in {"headline": 6, "sweep": 6}.items():
        assert {len(row) for row in table(html, name)} == {columns}
    assert "reported" not in text(tree(html).find(".//*[@id='table-headline']"))


def test_the_summary_says_of_two_seeds_alone_that_their_intervals_are_wide(tmp_path, report):
    warning = "Intervals from two seeds are wide"
    assert words(report).count(warning) == 1
    assert warning not in words(changed(tmp_path, config={"seeds": 3}))


def test_long_names_are_cut_and_broken_where_pairs_stand_beside_each_other(tmp_path):
    own = {"comparable": False, "classes": own_classes(*["extraordinarily long name"] * 9, "short")}
    html = changed(tmp_path, dataset=own)
    cell = tree(html).find(".//table[@id='table-pairs']/tbody/tr/td")
    assert text(cell).startswith("extraordinarily… →") and cell.find("br") is not None
    assert "extraordinarily long name" in text(tree(html).find(".//*[@id='table-counts']"))


def test_a_changed_protocol_is_listed_and_not_comparable(tmp_path):
    html = changed(tmp_path, config={"training": {"epochs": 3, "shuffle": True, "threads": 4}})
    notice = text(tree(html).find(".//aside"))
    assert "epochs: 3, as published 10" in notice
    assert "order of the training images: new in each epoch, as published as in the file" in notice
    # How it is computed is no part of the protocol.
    assert "threads" not in notice
    assert [row[8] for row in table(html, "headline")] == ["not comparable"] * 3


# what is missing


def test_one_seed_has_no_interval(tmp_path):
    html = changed(tmp_path, config={"seeds": 1})
    assert [row[4] for row in table(html, "headline")] == ["one seed: no interval"] * 3
    assert table(html, "seeds")[0][-3:] == ["–", "one seed: no interval", "one seed: no interval"]
    assert "nan" not in words(html).lower().split()


@pytest.mark.parametrize("name", FIGURES)
def test_a_missing_figure_leaves_a_sentence(name, results, tmp_path):
    html = render_without(f"{name}.svg", results, tmp_path)
    assert f"is left out: {name}.svg has not been made." in words(html)


TABLES = [
    "characters/summary.csv",
    "characters/means.csv",
    "characters/confused_pairs.csv",
    "characters/per_class.csv",
    "characters/likeness.csv",
    "characters/representatives.json",
    "characters/figures/learning_curves.csv",
    "data/figures/samples.csv",
    "data/dataset.json",
    "data/train_images.npy",
]


@pytest.mark.parametrize("name", TABLES)
def test_a_missing_table_leaves_a_report_without_it(name, results, tmp_path):
    html = render_without(name, results, tmp_path)
    assert "nan" not in re.findall(r"\w+", words(html).lower())
    assert "None" not in words(html)


def test_with_the_configuration_alone_every_chapter_says_what_is_missing(results, tmp_path):
    shutil.copy(results / "config.yaml", tmp_path)
    html = render(tmp_path)
    assert not list(tree(html).iter("img"))
    assert words(html).count("has not been made") > len(FIGURES)
    assert "None" not in words(html)


def test_without_the_configuration_the_way_out_is_named(tmp_path):
    with pytest.raises(StudyError, match=r"config\.yaml: there is no such file.*snakemake"):
        read_config(tmp_path / "config.yaml")


def test_a_file_that_is_no_input_of_the_rule_is_not_read(results):
    named = Evidence.of_paths(results, [results / "data/dataset.json"])
    assert named.json("data/dataset.json")
    assert named.table("characters/summary.csv") is None


def test_classes_without_kana_are_shown_by_their_labels(tmp_path):
    classes = [{"label": label, "romaji": str(label), "kana": ""} for label in range(10)]
    html = changed(tmp_path, dataset={"classes": classes})
    assert table(html, "pairs")[0][1] == "5 → 2"


# words of the user


def test_markup_in_the_words_of_the_user_stays_text(tmp_path):
    evil = "<script>alert('x')</script> & \"co\""
    html = changed(
        tmp_path,
        config={"report": {"title": evil, "author": evil, "notes": f"one\n\n{evil}"}},
        dataset={"title": evil, "credit": evil},
    )
    page = tree(html)
    assert not [script for script in page.iter("script") if "alert" in text(script)]
    assert text(page.find(".//title")) == evil
    assert text(page.find(".//h1")) == evil
    notes = [text(paragraph) for paragraph in page.iter("p") if paragraph.get("class") == "notes"]
    assert notes == ["one", evil]
    assert page.find(".//meta[@name='author']").get("content") == evil


def test_without_author_and_notes_there_is_no_empty_line_for_them(report):
    classes = [paragraph.get("class") for paragraph in tree(report).iter("p")]
    assert "author" not in classes
    assert "notes" not in classes


# one file, the same each time


def test_the_page_asks_the_network_for_nothing(report_with_fonts):
    page = tree(report_with_fonts)
    sources = [element.get("src") for element in page.iter() if element.get("src")]
    assert sources
    assert all(source.startswith("data:") for source in sources)
    assert not list(page.iter("link")) and not [script for script in page.iter("script") if script.get("src")]
    style = page.find(".//style").text
    assert "@import" not in style
    assert all(address.startswith(("data:", "#")) for address in re.findall(r'url\("?([^")]+)', style))
    plain_links = {link.get("href") for link in page.iter("a")}
    beside = {"machine.html", "../provenance.json", "../ro-crate-metadata.json", "../manifest.sha256"}
    notebooks = {link for link in plain_links if link.startswith("../notebooks/")}
    assert {link for link in plain_links if not link.startswith("#")} - notebooks == beside


def test_the_page_holds_no_path_of_this_machine(results, report):
    assert str(results) not in report
    assert str(ROOT) not in report
    assert str(Path.home()) not in report


def test_the_same_files_give_the_same_bytes_whatever_the_hash_seed(results, report_with_fonts):
    code = (
        "import sys, hashlib; sys.path[:0] = ['src', 'tests/unit/report']; from pathlib import Path; "
        "from made_up_run import render; "
        "print(hashlib.sha256(render(Path(sys.argv[1]), fonts=True).encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4242"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(results)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(report_with_fonts.encode()).hexdigest()


def test_a_changed_file_changes_the_page(results, report, tmp_path):
    folder = shutil.copytree(results, tmp_path / "run")
    summary = folder / "characters/summary.csv"
    summary.write_text(summary.read_text().replace("0.6957", "0.7001"))
    assert "70.01" in words(render(folder))
    assert "70.01" not in words(report)


def test_the_commit_stands_on_the_page(results):
    known = study(results)
    assert known.commit.short in render(results)
