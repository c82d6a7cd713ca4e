"""Evidence made up so that every claim is supported, to be bent claim by claim."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hidden_units.characters.comparisons import pareto_table
from hidden_units.characters.pair_ranks import pairs_by_seed
from hidden_units.report.claims.entries import Claim, read_claims
from hidden_units.report.claims.material import Material, Published, read_published

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / "report/published"
SEEDS = 10
NETWORKS = ("netlin", "netfull-110", "netconv")
MEDIANS = {
    "walk": {
        "home_offset": 0.03, "home_spread": 0.04, "home_gap": 0.3, "count_correlation": 0.99,
        "count_proportional": 0.95, "a_step_growth": 1.0, "turn_degrees_all": 170, "turn_degrees": 175,
        "step_ratio": 2.0, "step_ratio_within": 1.9, "step_ratio_longest": 1.8,
    },
    "srn": {
        "home_radius": 0.13, "distance_exponent": 1.0, "return_fraction": 0.02, "least_due": 0.95,
        "least_due_b": 0.96, "least_due_a": 0.97, "mean_due": 0.99,
    },
    "cells": {
        "silhouette_h": 0.7, "silhouette_c": 0.1, "other_phase_h": 0.01, "other_phase_c": 0.06,
        "path_gap_h": 2.0, "path_gap_c": 0.8,
        "trained_c_A_position": 0.97, "trained_c_B_position": 0.96, "trained_c_B_remaining": 0.95,
        "trained_c_C_position": 0.5, "trained_c_C_remaining": 0.98, "trained_c_B_n": 0.94,
        "trained_c_C_n": 0.93, "beyond_c_A_position": 0.97, "beyond_c_B_position": 0.96,
        "beyond_c_B_remaining": 0.5, "beyond_c_C_position": 0.1, "beyond_c_C_remaining": 0.93,
        "beyond_c_B_n": 0.95, "beyond_c_C_n": -0.5,
    },
}  # fmt: skip


class Files(dict):
    """Tables and JSON content by name, as the rules read them."""

    table = json = dict.__getitem__


def claims() -> dict[int, Claim]:
    """The ledger's entries by number."""
    return {claim.id: claim for claim in read_claims(FOLDER / "claims.yaml")}


@cache
def published() -> Published:
    return read_published(FOLDER)


def median(middle: float, half: float = 0.01, count: int = 30) -> dict[str, Any]:
    """A median with its interval, as `median_interval` writes it; none from fewer than six values."""
    known = count > 5
    return {
        "count": count,
        "median": middle if count else None,
        "low": middle - half if known else None,
        "high": middle + half if known else None,
        "confidence": 0.95,
        "least": middle - 3 * half if count else None,
        "greatest": middle + 3 * half if count else None,
    }


def parameters(model: str) -> int | None:
    if model.startswith("netfull-"):
        return 795 * int(model.partition("-")[2]) + 10
    return {"netlin": 7850, "netconv": 184586}[model]


def summary(seeds: int = SEEDS) -> pd.DataFrame:
    table = published().accuracies
    return pd.DataFrame(
        {
            "model": table["model"],
            "hidden": table["hidden"],
            "parameters": [parameters(model) for model in table["model"]],
            "seeds": seeds,
            "accuracy_mean": table["accuracy"] + 0.0004,
            "accuracy_sd": 0.0015 if seeds > 1 else np.nan,
        }
    )


def sweep(gain: float = 0.0005, scatter: float = 0.0004) -> pd.DataFrame:
    """Accuracies of two hidden sizes, the wider better by `gain` in the mean."""
    ends = np.resize([-scatter, scatter], SEEDS)
    parts = [(200, 0.85 + ends), (300, 0.85 + gain + ends)]
    return pd.concat(
        [pd.DataFrame({"hidden": size, "seed": range(SEEDS), "accuracy": values}) for size, values in parts]
    )


def comparisons(first: float = 0.14, p: float = 0.001, seeds: int = SEEDS) -> pd.DataFrame:
    rows = [
        {"question": question, "method": method, "a": a, "b": b, "difference": difference}
        for a, b, difference in [("netlin", "netfull-110", first), ("netfull-110", "netconv", 0.1)]
        for question, method in [
            ("other test images", "paired bootstrap, McNemar"),
            ("other seeds", "Welch"),
            ("other seeds", "bootstrap"),
        ]
    ]
    table = pd.DataFrame(rows).assign(family="networks", p_holm=p, seeds=seeds)
    return table.assign(low=table["difference"] - 0.01, high=table["difference"] + 0.01)


def economy(seeds: int = SEEDS, scatter: float = 0.002, **means: float) -> pd.DataFrame:
    """characters/economy.csv as it is made from seeds around these means, by model with `_` for the dash."""
    means = {"netfull_300": 0.85, "netconv": 0.94} | means
    ends = np.resize([-scatter, scatter], seeds)
    accuracies = {model.replace("_", "-"): mean + ends for model, mean in means.items() if mean}
    table = pd.DataFrame(
        [
            {"model": model, "parameters": parameters(model), "accuracy_mean": values.mean()}
            for model, values in accuracies.items()
        ]
        + [{"model": "knn-4", "parameters": None, "accuracy_mean": 0.92}]
    ).astype({"parameters": "Int64"})
    return pareto_table(table, accuracies, train_images=6000, components=50, resamples=500)


def matrix(model: str) -> np.ndarray:
    return published().matrices[model]


def swapped(model: str) -> np.ndarray:
    """The printed matrix with another pair of classes in front."""
    changed = matrix(model).copy()
    changed[0, 9], changed[0, 0] = 300, changed[0, 0] - 295
    return changed


def pairs(right: int, seeds: int = SEEDS) -> pd.DataFrame:
    """Pairs by seed of NetFull and NetConv: as printed in so many seeds, else with another pair first."""
    return pairs_by_seed(
        {
            model: {seed: (matrix if seed < right else swapped)(model) for seed in range(seeds)}
            for model in ("netfull-110", "netconv")
        }
    )


def netlin_pairs(right: int, seeds: int = SEEDS) -> pd.DataFrame:
    """Pairs by seed of NetLin: 1 and 2 first in so many seeds, otherwise as printed, 2 and 6."""
    named = matrix("netlin").copy()
    named[1, 2], named[1, 1] = 300, named[1, 1] - 190
    return pairs_by_seed(
        {"netlin": {seed: named if seed < right else matrix("netlin") for seed in range(seeds)}}
    )


def moves(counting: int, seeds: int = 20) -> pd.DataFrame:
    """Cells of many LSTMs: in so many seeds one counts up and down at different rates."""
    table = pd.DataFrame(list(product(range(seeds), (1, 2, 3))), columns=["seed", "cell"])
    good = (table["cell"] == 2) & (table["seed"] < counting)
    for suffix in ("", "_within"):
        table[f"one_way_in_a{suffix}"] = 1.0
        table[f"other_way_after{suffix}"] = np.where(good, 0.97, 0.5)
        table[f"rates_differ{suffix}"] = np.where(good, 1.5, 3.0)
    return table


def evidence() -> Files:
    """Files by which every claim is supported; a new dict of what nobody changes."""
    return Files(supporting())


@cache
def supporting() -> Files:
    """The content of `evidence`, made once."""
    pub = published()
    lines = [{**row, "equation": ""} for row in pub.lines.to_dict("records")]
    files = {
        "data/dataset.json": {"counts": {"test_per_class": [1000] * 10}},
        "characters/summary.csv": summary(),
        "characters/sweep.csv": sweep(),
        "characters/comparisons.csv": comparisons(),
        "characters/economy.csv": economy(),
        "characters/pairs_by_seed.csv": pd.concat([netlin_pairs(SEEDS), pairs(SEEDS)]),
        "characters/representatives.json": dict.fromkeys(NETWORKS, 3),
        "checkerboard/step_activations.csv": pub.activations.sample(frac=1, random_state=0),
        "checkerboard/lines.json": {
            "hidden": lines,
            "output": {"weights": [1.0, 1.0, 1.0, 1.0], "bias": -1.5},
        },
        "checkerboard/scaling.csv": pd.DataFrame(
            {"scale": [1, 10, 100], "correct": [4, 9, 9], "margin": [-0.03, 0.4924, 0.5]}
        ),
        "sequences/srn-anb2n/dynamics.json": {
            "summary": {"walk": {name: median(value) for name, value in MEDIANS["walk"].items()}}
        },
        "sequences/srn-anb2n/claim_measures.json": {
            name: median(value) for name, value in MEDIANS["srn"].items()
        },
        "sequences/lstm-anb2nc3n/dynamics.json": {
            "summary": {"medians": {name: median(value) for name, value in MEDIANS["cells"].items()}}
        },
        "sequences/lstm-anb2nc3n/claim_cells.csv": moves(20),
        "sequences/lstm-anb2nc3n/cells.csv": strays(0),
        **lengths({8: 18, 5: 2}),
    }
    for model in NETWORKS:
        files[f"characters/{model}/confusion.csv"] = pd.DataFrame(matrix(model))
        files[f"characters/{model}/seed-3/metrics.json"] = {"correct": int(np.trace(matrix(model)))}
    return Files(files)


def strays(many: int) -> pd.DataFrame:
    """Cells of thirty LSTMs, so many of which have hidden states among those of another segment."""
    return pd.DataFrame({"other_phase_h": [0.2] * many + [0.0] * (30 - many)})


def lengths(n_max: dict[int, int], in_company: dict[int, int] | None = None) -> dict[str, Any]:
    """Files by how many solved restarts get all strings right up to which n, alone and in company."""
    solved, company = sum(n_max.values()), n_max if in_company is None else in_company
    success = {"largest": 4, "solved": solved, "n_max": {str(n): seeds for n, seeds in n_max.items()}}
    rows = [
        {"n": n, "in_company": sum(seeds for most, seeds in company.items() if most >= n) / solved}
        for n in range(1, 12)
    ]
    folder = "sequences/lstm-anb2nc3n"
    return {f"{folder}/success.json": success, f"{folder}/generalisation.csv": pd.DataFrame(rows)}


def material(
    files: Files,
    not_comparable: str = "",
    pub: Published | None = None,
    other_counting: dict[str, str] | None = None,
) -> Material:
    return Material(pub or published(), files, NETWORKS, not_comparable, other_counting or {})
