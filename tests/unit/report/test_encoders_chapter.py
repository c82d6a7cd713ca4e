"""The chapter on the encoders: its numbers are the files', and it stands without any of them."""

from __future__ import annotations

import json
import math
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from made_up_run import SVG, config, render, render_without, write, write_table
from test_report_page import table, tree, words

from hidden_units.report.chapters import encoders_findings as findings

TABLES = ["identity-4", "identity-16", "star16", "config/pictures/heart.yaml"]
FIGURES = [
    "ends", "success", "stopping", "patience", "snapshots_identity-4", "snapshots_star16", "picture_heart",
    "table_heart", "table_star16",
]  # fmt: skip
SETTINGS = {
    "tables": TABLES,
    "caps": [1000, 5000],
    "shown": ["identity-4", "star16"],
    "patience": {"tables": ["identity-16"], "max_epochs": 9000},
}
REPRESENTATIVES = {
    "identity-4": {"title": "4-2-4", "seed": 2, "epochs": 221, "solved": True},
    "identity-16": {"title": "16-2-16", "seed": 1, "epochs": 5000, "solved": False},
    "star16": {"title": "star16", "seed": 0, "epochs": 2496, "solved": True},
    "heart": {"title": "Heart ♥ はと", "seed": 0, "epochs": 4000, "solved": True},
}
OVERVIEW = [
    ("identity-4", 4, 4, 3, 3, 3, 221.0, 4.0, 0.4708, 3),
    ("identity-16", 16, 16, 3, 1, 0, 5000.0, 15.5, -0.1223, 2),
    ("star16", 16, 8, 3, 3, 3, 2496.5, 16.0, 0.4102, 0),
    ("heart", 5, 6, 3, 3, 3, 4000.0, 5.0, 0.2849, 0),
]
OUTCOMES = [
    (4, 1000, 3, 3, 0.4385, 1.0),
    (4, 5000, 3, 3, 0.4385, 1.0),
    (16, 1000, 3, 0, 0.0, 0.5615),
    (16, 5000, 3, 1, 0.0615, 0.7923),
    (16, 9000, 3, 2, 0.2077, 0.9385),
]


def success(rows) -> list[dict]:
    return [
        {"rows": size, "cap": cap, "seeds": seeds, "solved": solved, "low": low, "high": high}
        for size, cap, seeds, solved, low, high in rows
    ]


def drawing(dots, lines, epoch) -> pd.DataFrame:
    """Dots and lines of a snapshot."""
    return pd.concat(
        [
            pd.DataFrame(dots, columns=["h1", "h2"]).assign(part="dot"),
            pd.DataFrame(lines, columns=["w1", "w2", "bias"]).assign(part="line"),
        ]
    ).assign(epoch=epoch)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The files of a made-up study; not to be changed."""
    folder = tmp_path_factory.mktemp("encoders")
    write(folder / "config.yaml", yaml.safe_dump(config(encoders=SETTINGS)))
    own = folder / "encoders"
    write(own / "representatives.json", json.dumps(REPRESENTATIVES))
    columns = [
        "table", "rows", "columns", "seeds", "solved", "stopped", "epochs_median", "distinct_codes_median",
        "smallest_margin_median", "convex_position",
    ]  # fmt: skip
    write_table(own / "overview.csv", pd.DataFrame(OVERVIEW, columns=columns))
    write_table(own / "success.csv", pd.DataFrame(success(OUTCOMES)))
    law = {"sizes": [4, 16], "epochs_median": [221.0, 7400.5], "exponent": 5.119, "factor": 0.19}
    write(own / "stopping.json", json.dumps(law))
    write_table(
        own / "pictures.csv",
        pd.DataFrame(
            {
                "table": ["heart"] * 3,
                "seed": range(3),
                "same_arrangement": [True, True, False],
                "disparity": [0.0157, 0.0115, 0.0297],
            }
        ),
    )
    runs = pd.DataFrame({"table": "identity-16", "rows": 16, "columns": 16, "seed": range(3)})
    write_table(own / "summary.csv", runs.assign(epochs=5000, solved=[True, False, False]))
    write_table(
        own / "measures.csv",
        runs[["table", "seed"]].assign(stopped=False, distinct_codes=[16, 15, 16], entries_wrong=[0, 3, 1]),
    )
    write_table(
        own / "patience.csv",
        runs.assign(
            epochs=[6111, 7400, 8222],
            solved=[True, True, False],
            stopped=True,
            distinct_codes=16,
            entries_wrong=[0, 0, 2],
        ),
    )
    codes = pd.DataFrame({"row": [1, 2, 3], "h1": [0.0, 0.3, 0.9], "h2": [0.0, 0.4, 0.9]})
    for name in ("star16", "heart"):
        write_table(own / f"{name}/codes.csv", codes)
    write_table(own / "identity-4/table.csv", pd.DataFrame({"o1": [1, 0], "o2": [0, 1]}))
    off = [(0.0, 0.0, -1.0)] * 2
    moments = [
        drawing([(0.0, 0.0), (0.001, 0.0)], off, 50),
        drawing([(0.8, 0.0), (-0.8, 0.0)], [(1.0, 0.0, -0.1), (-1.0, 0.0, -0.1)], 221),
    ]
    write_table(own / "figures/snapshots_identity-4.csv", pd.concat(moments))
    for name in FIGURES:
        write(own / f"figures/{name}.svg", SVG)
    return folder


@pytest.fixture(scope="module")
def page(folder) -> str:
    return render(folder)


def test_the_overview_shows_every_table_of_the_file(page):
    assert table(page, "encoder-overview") == [
        ["4-2-4", "4 × 4", "3", "3", "3", "221", "4", "0.471", "3"],
        ["16-2-16", "16 × 16", "3", "0", "1", "> 5,000", "15.5", "−0.122", "2"],
        ["star16", "16 × 8", "3", "3", "3", "2,496", "16", "0.410", "0"],
        ["Heart ♥ はと", "5 × 6", "3", "3", "3", "4,000", "5", "0.285", "0"],
    ]
    assert "Every seed learned 4-2-4, star16 and Heart ♥ はと; some did with 16-2-16 (1 of 3)." in words(page)


def test_success_stands_by_size_and_cap_with_dashes_where_nothing_was_trained(page):
    everyone = ["3 of 3", "[43.9, 100.0]"]
    assert table(page, "encoder-success") == [
        ["4", *everyone, *everyone, "–", "–"],
        ["16", "0 of 3", "[0.0, 56.1]", "1 of 3", "[6.2, 79.2]", "2 of 3", "[20.8, 93.8]"],
    ]
    assert "what share of other seeds, which begin from other weights, would learn it" in words(page)
    assert "intervals for other seeds" in words(page)


def test_more_training_is_told_from_the_caps(page):
    said = words(page)
    assert "The largest one-hot table that any seed learned here is N = 16, by 2 of 3 within 9,000" in said
    assert "between 1,000 and 5,000 epochs N = 16 from 0 to 1 seeds" in said
    assert "between 5,000 and 9,000 epochs N = 16 from 1 to 2 seeds" in said
    assert "No table beyond N = 19 was tried." in said


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ((24, 9000, 3, 1, 0.1, 0.8), "lies beyond the reported limit, which does not hold here"),
        ((24, 5000, 3, 0, 0.0, 0.5), "was not trained for longer: of the report these runs say nothing more"),
        ((24, 9000, 3, 0, 0.0, 0.5), "which agrees with the report at this cap"),
    ],
)
def test_the_reported_limit_is_judged_by_what_was_trained_beyond_it(outcome, verdict):
    said = findings.limit(success([*OUTCOMES, outcome]))
    assert verdict in said.replace("\N{NO-BREAK SPACE}", " ")


def test_the_size_from_which_merged_codes_hide_follows_from_the_cost_of_a_merger(page):
    least = next(size for size in range(1, 99) if 4 * math.log(2) / size**2 < 0.02)
    assert f"From N = {least} on that is less than the 0.02 at which training stops" in words(page)


def test_mistakes_behind_a_small_loss_are_counted(page):
    said = words(page)
    assert "the loss stopped 1 run of 16-2-16 with 2 outputs in all on the wrong side" in said
    assert "Codes were merged in 1 run of 16-2-16; the loss stopped none of them." in said
    clean = [{"table": "a", "rows": 2, "distinct_codes": 2, "stopped": True, "solved": True}]
    assert findings.hidden_behind_the_loss(clean, {}, 0.02).startswith("No run whose loss fell to 0.02 had")


def test_pictures_count_the_seeds_in_which_all_signs_agree(page):
    assert table(page, "pictures") == [["Heart ♥ はと", "5", "6", "2 of 3", "0.011", "0.030"]]
    assert "In 2 of 3 seeds all 30 signs agree" in words(page)


def test_the_motion_is_read_from_dots_and_lines(page):
    said = words(page)
    assert "At epoch 50 all dots lie within a square of side 0.001" in said
    assert "and 2 of 4 entries, those that ask for 0, are right" in said
    assert "and all at the end, epoch 221." in said


def test_the_nearest_codes_are_measured(page):
    assert words(page).count("All outputs are right (seed 0); the nearest two codes are 0.50 apart.") == 2


def test_every_figure_says_what_it_shows(page):
    section = tree(page).find(".//section[@id='encoders']")
    alternatives = [image.get("alt") for image in section.iter("img")]
    assert len(alternatives) == len(FIGURES)
    assert all(len(alternative.split()) > 8 for alternative in alternatives)


def test_without_longer_training_pictures_or_one_hot_tables_nothing_is_missed(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "run")
    settings = {"tables": ["star16"], "shown": [], "patience": {"tables": [], "max_epochs": 9000}}
    write(copy / "config.yaml", yaml.safe_dump(config(encoders=settings)))
    kept = pd.read_csv(copy / "encoders/overview.csv").query("table == 'star16'")
    shutil.rmtree(copy / "encoders")
    write_table(copy / "encoders/overview.csv", kept)
    write(copy / "encoders/figures/ends.svg", SVG)
    section = tree(render(copy)).find(".//section[@id='encoders']")
    assert "has not been made" not in " ".join(section.itertext())


@pytest.mark.parametrize("name", FIGURES)
def test_a_missing_figure_leaves_a_sentence(name, folder, tmp_path):
    html = render_without(f"encoders/figures/{name}.svg", folder, tmp_path)
    assert f"is left out: encoders/figures/{name}.svg has not been made." in words(html)


@pytest.mark.parametrize(
    "name",
    [
        "overview.csv",
        "success.csv",
        "stopping.json",
        "pictures.csv",
        "summary.csv",
        "measures.csv",
        "patience.csv",
        "representatives.json",
        "star16/codes.csv",
        "identity-4/table.csv",
        "figures/snapshots_identity-4.csv",
    ],
)
def test_a_missing_table_leaves_a_report_without_it(name, folder, tmp_path):
    html = render_without(f"encoders/{name}", folder, tmp_path)
    assert "nan" not in re.findall(r"\w+", words(html).lower())
    assert "None" not in words(html)
