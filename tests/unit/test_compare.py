"""Finished runs side by side: known differences, known refusals, and the page."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy

from hidden_units import run_control
from hidden_units.compare import figures
from hidden_units.compare.__main__ import main
from hidden_units.compare.runs import read_runs
from hidden_units.compare.tables import comparisons, configuration, fisher, flat, same_test_images, verdicts
from hidden_units.config import defaults, resolve
from hidden_units.errors import StudyError
from hidden_units.files import write_arrays, write_csv, write_json, write_text
from hidden_units.manifest import format_manifest, hashes
from hidden_units.names import MINUS
from hidden_units.report.measures import MEASURES
from workflow.run import is_run

LABELS = np.arange(100, dtype=np.uint8) % 3
TASK = "srn-anb2n"


def write_run(name: str, accuracies: dict[str, list[float]], solved: int, **changed) -> Path:
    """A finished run of three classes in results/: networks of these accuracies, 20 restarts of each kind."""
    folder = Path("results", name)
    config = defaults() | {"run": name} | changed.get("config", {})
    write_text(folder / "config.yaml", json.dumps(config))
    arrays = {"test_images": changed.get("images", "a"), "test_labels": "b"}
    described = {"title": f"Data of {name}", "arrays": arrays, "classes": ["a"] * changed.get("classes", 3)}
    write_json(folder / "data/dataset.json", described)
    characters, epochs = folder / "characters", []
    summary = [(model, np.mean(values)) for model, values in accuracies.items()]
    write_csv(
        characters / "summary.csv",
        pd.DataFrame([*summary, ("knn-4", 0.5)], columns=["model", "accuracy_mean"]),
    )
    for model, values in accuracies.items():
        for seed, accuracy in enumerate(values):
            # The first images are read right.
            chosen = np.where(np.arange(100) < round(100 * accuracy), LABELS, (LABELS + 1) % 3)
            outputs = {"log_probabilities": np.log(np.eye(3)[chosen] + 1e-9), "labels": LABELS}
            write_json(characters / model / f"seed-{seed}/metrics.json", {"run": name, "accuracy": accuracy})
            write_arrays(characters / model / f"seed-{seed}/predictions.npz", outputs)
            epochs += [(model, seed, epoch, accuracy * epoch / 2) for epoch in (1, 2)]
    write_json(characters / "representatives.json", dict.fromkeys(accuracies, 0))
    columns = ["model", "seed", "epoch", "accuracy"]
    write_csv(characters / "figures/learning_curves.csv", pd.DataFrame(epochs, columns=columns))
    widths = pd.DataFrame({"hidden": [5, 5, 9], "accuracy_mean": [0.7, 0.7, 0.8]})
    write_csv(characters / "sweep.csv", widths.assign(accuracy_low=[0.6, 0.6, None], accuracy_high=0.9))
    for setting, values in changed.get("swept", {}).items():
        found = pd.DataFrame({"setting": setting, "model": "netlin", "value": values, "accuracy_mean": 0.6})
        found = found.assign(diverged=[*[0] * (len(values) - 1), 3], accuracy_low=0.5, accuracy_high=0.7)
        found.loc[found["diverged"] > 0, ["accuracy_mean", "accuracy_low", "accuracy_high"]] = None
        write_csv(characters / "swept.csv", found)
    restarts = pd.DataFrame({"seed": range(20), "solved": np.arange(20) < solved})
    numbers = {"first_epoch": 7.0, "epochs": 3, "loss": solved, "excess_nll": solved / 7}
    restarts = restarts.assign(hidden=4, learning_rate=0.01, table="identity-4", **numbers)
    studies = {"checkerboard/restarts": restarts, "encoders/summary": restarts}
    for path, table in (studies | {f"sequences/{TASK}/restarts": restarts}).items():
        write_csv(folder / f"{path}.csv", table)
    write_json(folder / "encoders/representatives.json", {"identity-4": {"title": "4-2-4"}})
    claims = pd.DataFrame({"id": [1, 2], "name": ["one", "two"], "reason": [None, "between the limits"]})
    write_csv(folder / "claims.csv", claims.assign(measured_verdict=[changed["verdict"], "undecided"]))
    for path in changed.get("without", []):
        shutil.rmtree(folder / path)
    return finish(folder)


def finish(folder: Path) -> Path:
    """Write the manifest of what is there."""
    write_text(folder / "manifest.sha256", format_manifest(hashes(folder)))
    return folder


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with three finished runs: `mine` is better than `base`, `other` has other images."""
    monkeypatch.chdir(tmp_path)
    networks = {"netlin": [0.70, 0.72, 0.74], "netfull-5": [0.8, 0.8, 0.8]}
    write_run("base", networks, 4, verdict="supported")
    faster = {"training": defaults()["training"] | {"learning_rate": 0.1}}
    better = {"netlin": [0.80, 0.82, 0.84], "netfull-9": [0.9, 0.91]}
    write_run("mine", better, 16, verdict="contradicted", config=faster)
    write_run(
        "other",
        {"netlin": [0.6], "netconv": [0.95]},
        4,
        verdict="supported",
        images="z",
        classes=26,
        without=["encoders"],
    )
    yield tmp_path
    # As the process's end would.
    while run_control.HELD:
        run_control.HELD.pop().close()
    run_control.hold.cache_clear()


def row_of(table: pd.DataFrame, question: str, item: str, run: str) -> pd.Series:
    return table.set_index(["question", "item", "run"]).loc[(question, item, run)]


def test_accuracies_differ_as_computed_by_hand(place):
    runs = read_runs(["base", "mine"], Path("results"))
    compared = comparisons(runs)
    seeds = row_of(compared.table, "other seeds", "netlin", "mine")
    # Two samples of three with the variance 0.0004 each: four degrees of freedom.
    half = scipy.stats.t.ppf(0.975, 4) * np.sqrt(2 * 0.0004 / 3)
    assert (seeds["count"], seeds["value"], seeds["difference"]) == (
        3,
        pytest.approx(0.82),
        pytest.approx(0.1),
    )
    assert (seeds["difference_low"], seeds["difference_high"]) == pytest.approx((0.1 - half, 0.1 + half))
    assert seeds["p"] == pytest.approx(2 * scipy.stats.t.sf(0.1 / np.sqrt(2 * 0.0004 / 3), 4))
    # A baseline has no seeds: the difference alone.
    assert pd.isna(row_of(compared.table, "other seeds", "knn-4", "mine")["p"])
    # Ten images more are right, none less.
    images = row_of(compared.table, "other test images", "netlin", "mine")
    assert (images["difference"], images["p"]) == (pytest.approx(0.1), pytest.approx(2 / 2**10))
    assert compared.lacking["characters"] == {"base": ["netfull-9"], "mine": ["netfull-5"]}
    assert "netfull-5" not in set(compared.table["item"])


def test_other_test_images_are_not_paired(place):
    runs = read_runs(["base", "other"], Path("results"))
    assert not same_test_images(runs)
    assert "other test images" not in set(comparisons(runs).table["question"])
    assert comparisons(runs).without["encoders"] == ["other"]


def test_success_rates_are_tested_by_fisher_and_corrected_inside_their_study(place):
    table = comparisons(read_runs(["base", "mine", "other"], Path("results"))).table
    (item,) = set(table[table["study"] == "checkerboard"]["item"])
    mine = row_of(table, "success rate", item, "mine")
    ways = scipy.stats.hypergeom(40, 20, 20)
    likely = [ways.pmf(k) for k in range(21)]
    assert mine["p"] == pytest.approx(sum(p for p in likely if p <= ways.pmf(4) * (1 + 1e-7)))
    assert mine["p_holm"] == mine["p"], "the only test, for the other run has the same restarts"
    other = row_of(table, "success rate", item, "other")
    assert other["shared"] and pd.isna(other["p"]) and other["difference"] == 0


def test_a_difference_of_rates_has_the_interval_of_newcombes_example():
    # Newcombe (1998), Statistics in Medicine 17, 873: 56 of 70 and 48 of 80, method 10.
    found = fisher((48, 80), (56, 70))
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert fisher((1, 1), (1, 2)).low is None


def test_more_seeds_of_the_same_networks_are_no_other_networks(place):
    longer = write_run("base2", {"netlin": [0.70, 0.72, 0.74, 0.9]}, 4, verdict="supported")
    for seed in range(3):
        name = f"characters/netlin/seed-{seed}/metrics.json"
        shutil.copy(Path("results/base") / name, longer / name)
    finish(longer)
    row = row_of(
        comparisons(read_runs(["base", "base2"], Path("results"))).table, "other seeds", "netlin", "base2"
    )
    assert row["shared"] and pd.isna(row["p"]) and row["difference"] > 0


def test_settings_that_differ_are_listed_with_the_defaults_that_a_run_does_not_name(place):
    assert configuration(read_runs(["base", "mine"], Path("results"))).to_numpy().tolist() == [
        ["training: learning_rate", "0.01", "0.1"]
    ]
    older = Path("results/base/config.yaml")
    older.write_text("run: base\nseeds: 2\ndataset: {title: A, extra: [1]}\n", encoding="utf-8")
    finish(older.parent)
    rows = configuration(read_runs(["base", "mine"], Path("results"))).set_index("key")
    assert list(rows.index) == ["seeds", "dataset: title", "training: learning_rate", "dataset: extra"]
    assert rows.loc["dataset: title"].tolist() == ["A", "null"] and pd.isna(
        rows.loc["dataset: extra", "mine"]
    )
    assert flat({"a": {"b": {}}, "c": [1, {"d": "お"}]}) == {"a: b": "{}", "c": '[1, {"d": "お"}]'}


def test_verdicts_are_those_of_the_ledgers(place):
    table = verdicts(read_runs(["base", "mine"], Path("results")))
    assert table.to_numpy().tolist() == [
        [1, "one", "supported", "contradicted"],
        [2, "two", "between the limits", "between the limits"],
    ]


def test_the_page_holds_all_of_it_asks_nobody_and_is_the_same_again(place, capsys):
    main(["base mine"])
    folder = Path("results/compare/base--mine")
    assert capsys.readouterr().out == f"Comparison: {folder}/compare.html\n"
    first = hashes(folder)
    assert {*first} == {"compare.html"} | {
        *(f"{name}.csv" for name in ("comparisons", "configuration", "verdicts")),
        *(f"{name}.{kind}" for name in ("sweep", "learning_curves") for kind in ("svg", "csv")),
    }
    (folder / "left over").touch()
    main(["base", "mine"])
    assert hashes(folder) == first and [path.name for path in Path("results/compare").glob(".b*")] == []
    html = (folder / "compare.html").read_text(encoding="utf-8")
    assert is_run(folder.parent), "so make clean removes it"
    assert "<script" not in re.sub(r'<script type="application/(gzip|json)"', "", html)
    assert not re.search(
        r"""(?:src|href)=["'](?!data:|#|\.\./\.\./(?:base|mine)/report/report\.html)""", html
    )
    # What leads elsewhere on a report's page would lead nowhere on this one.
    assert {*re.findall(r'href="#([^"]+)"', html)} <= {*re.findall(r'id="([^"]+)"', html)}
    words = re.sub(r"\s+", " ", re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL))
    for sentence in (
        "mine differs significantly from base in 1 of 1 network",
        "Not in mine: NetFull, 5 hidden.",
        "82.00 [77.03, 86.97]",
        "4 of 20: 20 [8, 42]",
        "+60 [+29, +77]",
        "1 claim of the published study has another verdict",
    ):
        assert sentence in words.replace("\N{NO-BREAK SPACE}", " "), sentence
    assert "Not the same test images" not in words


def test_what_two_runs_swept_is_drawn_together_and_what_one_swept_is_named(place):
    others = ["checkerboard", "encoders", "sequences"]
    values = {"left": {"learning_rate": [0.01, 0.1]}, "right": {"learning_rate": [0.003, 0.01, 30]}}
    for name, swept in {**values, "third": {"epochs": [1, 2]}, "wide": {"hidden": [5, 9]}}.items():
        write_run(name, {"netlin": [0.7]}, 4, verdict="supported", swept=swept, without=others)
    main(["left right third wide"])
    folder = Path("results/compare/left--right--third--wide")
    table = pd.read_csv(folder / "sweep.csv")
    assert table.groupby(["setting", "model"])["run"].agg(["nunique", "size"]).to_dict("index") == {
        # Hidden sizes that were swept are among the widths.
        ("hidden", "netfull"): {"nunique": 4, "size": 8},
        ("learning_rate", "netlin"): {"nunique": 2, "size": 5},
    }
    html = (folder / "compare.html").read_text(encoding="utf-8")
    assert "Swept in one run alone, whose report shows the curve: epochs of NetLin (third).</p>" in html
    assert "<h2>Success rates</h2>" not in html, "no run has a study that gives one"
    axes = figures.sweep(table).axes[1]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0.003", "0.01", "0.1", "30"]
    of_left, of_right = (line.get_xdata().tolist() for line in axes.lines if line.get_label() in values)
    assert (of_left, of_right) == ([1, 2], [0, 1, 3])
    crosses = [line.get_xdata().tolist() for line in axes.lines if line.get_marker() == "x"]
    assert crosses == [[2], [3]], "of each run where its training diverged"


def test_a_copy_has_the_same_networks_and_restarts_and_no_test(place):
    shutil.copytree("results/base", "results/copy")
    main(["base copy"])
    html = Path("results/compare/base--copy/compare.html").read_text(encoding="utf-8")
    assert html.count("copy has the same networks as base.") == 2
    assert html.count("copy has the same restarts as base.") == 3
    assert "No verdict changes" in html and "The runs have the same settings." in html


def test_three_runs_are_ranked_each_against_the_first(place):
    main(["base mine other"])
    html = Path("results/compare/base--mine--other/compare.html").read_text(encoding="utf-8")
    (table,) = re.findall(r'<table id="table-accuracies">.*?</table>', html, flags=re.DOTALL)
    ranked = re.findall(r"<td>(base|mine|other)</td><td>\s*([\d.]+)", table)
    assert ranked[:3] == [("mine", "82.00"), ("base", "72.00"), ("other", "60.00")]
    assert f"{MINUS}12.00" in table and "Not the same test images" in html
    assert "The runs have 3 (base), 3 (mine) and 26 (other) classes" in html
    assert "other does not have the study of encoders." in html


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ("", "found none, expected two to 7 names .* finished are base, edited, empty"),
        ("base", "found base, expected two"),
        ("a b c d e f g h", "expected two to 7"),
        ("base mine base", "names base twice"),
        ("base mnie", "no run mnie in results/; did you mean mine\\? finished are base"),
        ("base ../mine", "'../mine' is no name of a run"),
        ("base results/mine", "is no name of a run"),
        ("base .run\x1b", r"'\.run\\x1b' is no name of a run"),
        ("base begun", "results/begun: found no manifest.sha256"),
        ("base edited", "edited/claims.csv: edited, damaged or deleted since the run ended"),
        ("base older", "older/claims.csv: lacks the column reason"),
        ("base oldest", "oldest/encoders/representatives.json: lacks the entry identity-4: title"),
        ("base empty", "empty has no network, setting or task in common with base"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_sentence(place, runs, words):
    for name in ("begun", "edited", "older", "oldest"):
        shutil.copytree("results/mine", f"results/{name}")
    Path("results/begun/manifest.sha256").unlink()
    Path("results/edited/claims.csv").write_text("id\n", encoding="utf-8")
    claims = pd.read_csv("results/older/claims.csv").drop(columns="reason")
    write_csv("results/older/claims.csv", claims)
    write_json("results/oldest/encoders/representatives.json", {})
    Path("results/empty").mkdir()
    shutil.copy("results/mine/config.yaml", "results/empty")
    for name in ("older", "oldest", "empty"):
        finish(Path("results", name))
    names = [*Path("results").glob("compare/*--*")]
    with pytest.raises(SystemExit, match=words) as end:
        main([runs])
    assert str(end.value).count("\n") == 0 and str(end.value).isprintable()
    assert [*Path("results").glob("compare/*--*")] == names, "nothing half-written stays"


def test_comparisons_and_runs_do_not_meet(place):
    with pytest.raises(StudyError, match="the name is reserved, because `make compare` writes"):
        resolve({"run": "compare"})
    assert resolve({"run": "compare-2"})["run"] == "compare-2"
    Path("results/compare").mkdir()
    Path("results/compare/config.yaml").touch()
    with pytest.raises(SystemExit, match="results/compare: is the folder of a run"):
        main(["base mine"])


def test_no_figure_of_a_comparison_is_one_of_the_report():
    assert not any(
        measure.holds(f"figure-{name}-of-runs")
        for measure in MEASURES
        for name in ("sweep", "learning_curves")
    )
