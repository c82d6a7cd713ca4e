"""What the report says of a task: medians over restarts with their intervals, and counts of types."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import scipy

from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.automata import Extraction, minimal_automaton
from hidden_units.sequences.measures.cells import (
    AGREEMENT,
    cell_steps,
    combination_table,
    intervention_table,
    monotone_cells,
    phase_table,
    residual_table,
)
from hidden_units.sequences.measures.decoding import separation_table
from hidden_units.sequences.measures.dynamics import MapDynamics, Orbit, SRNDynamics
from hidden_units.sequences.measures.failures import success_summary
from hidden_units.sequences.measures.predictors import optimum, reference_losses
from hidden_units.sequences.networks import LSTM
from hidden_units.sequences.runs import Runs
from hidden_units.statistics.intervals import CONFIDENCE, fewest_for_median

RESAMPLES = 9_999


def median_interval(values: Sequence[float] | np.ndarray) -> dict[str, float | int | None]:
    """Median with its bootstrap interval (percentiles; Efron 1979), over the values that exist.

    Returns:
        count, median, low, high, confidence, least, greatest; None where there are too few values, for the
        interval fewer than `fewest_for_median`.
    """
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    low = high = None
    if len(values) >= fewest_for_median(CONFIDENCE):
        found = scipy.stats.bootstrap(
            (values,),
            np.median,
            confidence_level=CONFIDENCE,
            n_resamples=RESAMPLES,
            method="percentile",
            rng=np.random.default_rng(0),
        ).confidence_interval
        low, high = float(found.low), float(found.high)
    some = len(values) > 0
    return {
        "count": len(values),
        "median": float(np.median(values)) if some else None,
        "low": low,
        "high": high,
        "confidence": CONFIDENCE,
        "least": float(values.min()) if some else None,
        "greatest": float(values.max()) if some else None,
    }


def medians(table: pd.DataFrame) -> dict[str, dict]:
    """`median_interval` of each numeric column but the seed."""
    numeric = table.drop(columns="seed", errors="ignore").select_dtypes(["number", "bool"])
    return {name: median_interval(numeric[name].astype(float)) for name in numeric}


def loss_table(restarts: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Does the published loss tell good from bad? Predictors without training against trained networks.

    Columns: predictor, restarts (empty for the first two), nominal_error, excess_nll (medians for the
    trained).
    """
    rows = [reference_losses(language)]
    for name, chosen in (("trained, solved", restarts["solved"]), ("trained, failed", ~restarts["solved"])):
        group = restarts[chosen]
        if len(group):
            medians_of = group[["nominal_error", "excess_nll"]].median()
            rows.append(pd.DataFrame([{"predictor": name, "restarts": len(group), **medians_of}]))
    table = pd.concat(rows, ignore_index=True)
    return table[["predictor", "restarts", "nominal_error", "excess_nll"]].astype({"restarts": "Int64"})


def task_report(runs: Runs, restarts: pd.DataFrame) -> dict[str, object]:
    """What a task is, the least loss that it allows, and how often it was solved.

    Args:
        restarts: from `restarts_table`.

    Returns:
        multiplicities, largest, blocks, hidden, parameters, steps; optimum and optimum_time_averaged (nats a
        symbol, see `predictors.Optimum`); the entries of `success_summary`; median_first_step_on_20; n_max
        (solved restarts by the largest n with the strings of 1..n all right).
    """
    language = runs.language
    best = optimum(language)
    return {
        "multiplicities": list(language.multiplicities),
        "largest": language.largest,
        "blocks": language.blocks,
        "hidden": runs.hidden,
        "parameters": runs.snapshots.shape[-1],
        "steps": int(runs.steps[-1]),
        "optimum": best.conditional,
        "optimum_time_averaged": best.time_averaged,
        **success_summary(restarts),
        "median_first_step_on_20": restarts["first_step_on_20"].astype(float).median(),
        "n_max": restarts.loc[restarts["solved"], "n_max"].value_counts().sort_index().to_dict(),
    }


def srn_summary(
    dynamics: pd.DataFrame, walks: pd.DataFrame, restarts: pd.DataFrame, language: Language
) -> dict[str, object]:
    """Dynamics and geometry of many SRNs.

    Args:
        dynamics: from `dynamics_table`, all seeds; walks: from `walk_table`, all seeds.

    Returns:
        ratio: median interval of log|lambda_B| / -log r_A over solved seeds where both exist, with solved
        (how many there are) and theory (1 / m); rates: median intervals over solved seeds; walk: likewise;
        types: seeds counted by what their maps hold, solved and failed.
    """
    solved = restarts.loc[restarts["solved"], "seed"]
    mine = dynamics[dynamics["seed"].isin(solved)]
    types = dynamics.assign(solved=dynamics["seed"].isin(solved))
    counts = types.groupby(["solved", "a_map", "b_map"]).size().rename("seeds").reset_index()
    counts = counts.sort_values(["solved", "seeds", "a_map", "b_map"], ascending=[False, False, True, True])
    return {
        "ratio": {
            **median_interval(mine["ratio"]),
            "solved": len(mine),
            "theory": 1 / language.multiplicities[1] * language.multiplicities[0],
        },
        "rates": medians(mine[["r_a", "lambda_b", "settled_distance", "saddle_distance"]]),
        "walk": medians(walks[walks["seed"].isin(solved)]),
        "types": counts.to_dict("records"),
    }


def srn_report(found: SRNDynamics) -> dict[str, object]:
    """The dynamics of a single SRN as plain values for JSON."""
    return {
        "a_map": _map_report(found.a),
        "b_map": _map_report(found.b),
        "settled": None if found.settled is None else _orbit_report(found.settled),
        **found.measures,
    }


def automaton_report(extraction: Extraction, language: Language) -> dict[str, object]:
    """An extraction as plain values for JSON."""
    reduced = extraction.reduced
    return {
        "clusters": extraction.clusters,
        "determinism": extraction.determinism,
        "purity": extraction.purity,
        "states": reduced.states,
        "minimal_states": minimal_automaton(language).states,
        "equivalent": extraction.equivalent,
        "predicts_all": extraction.predicts_all,
        "names": reduced.names,
        "transitions": reduced.transitions,
        "predicts": reduced.predicts,
    }


def cell_table(
    networks: Mapping[int, LSTM], language: Language, decoding: Mapping[int, pd.DataFrame]
) -> pd.DataFrame:
    """The main measures of LSTMs by seed, one row each; see the functions of `cells` and `decoding`.

    Args:
        decoding: from `decoding_table`, by seed.

    Columns: seed; silhouette_h, silhouette_c, other_phase_h, other_phase_c (fraction of states whose
    nearest neighbour from another example, at another place, is in another phase), path_gap_h, path_gap_c;
    monotone_cells (how many), best_monotone (largest over cells of the lesser of one_way_in_a and
    other_way_after);
    forget_saturated (fraction of gates above 0.9); residual_B, ... (least |relative residual| over cells);
    explained_A-B, ...; trained_c_B_n, beyond_c_B_n, ... (R^2 by source, letter and target); follows_cell,
    follows_hidden (over pairs n != n': fraction in which the count put in by cell state or hidden state
    alone decides the number of B's).
    """
    rows = []
    for seed, network in networks.items():
        steps = cell_steps(network, language)
        phases = phase_table(steps)
        monotone = monotone_cells(phases)
        row: dict[str, float] = {"seed": seed}
        for part in separation_table(network, language).itertuples():
            row[f"silhouette_{part.source}"] = part.silhouette
            row[f"other_phase_{part.source}"] = part.nearest_other_phase
            row[f"path_gap_{part.source}"] = part.path_gap
        row["monotone_cells"] = int(monotone["monotone"].sum())
        row["best_monotone"] = float(monotone[["one_way_in_a", "other_way_after"]].min(axis=1).max())
        row["forget_saturated"] = float(phases["forget_saturated"].mean())
        for end, part in residual_table(phases, language).groupby("end"):
            row[f"residual_{end}"] = float(part["relative"].abs().min())
        for part in combination_table(steps, language).itertuples():
            row[f"explained_{part.counter}"] = part.explained
        for part in decoding[seed].itertuples():
            row[f"trained_{part.source}_{part.letter}_{part.target}"] = part.r2_trained
            row[f"beyond_{part.source}_{part.letter}_{part.target}"] = part.r2_beyond
        swaps = intervention_table(network, language)
        swaps = swaps[swaps["n"] != swaps["put_in"]]
        follows = swaps["followed"] == swaps["expected_by_put_in"]
        for replaced in ("cell", "hidden"):
            row[f"follows_{replaced}"] = float(follows[swaps["replaced"] == replaced].mean())
        rows.append(row)
    return pd.DataFrame(rows)


def lstm_report(network: LSTM, language: Language) -> dict[str, object]:
    """The cells of a single LSTM as plain values for JSON; see the functions of `cells` and `decoding`."""
    steps = cell_steps(network, language)
    phases = phase_table(steps)
    return {
        "phases": phases.to_dict("records"),
        "residuals": residual_table(phases, language).to_dict("records"),
        "combinations": combination_table(steps, language).to_dict("records"),
        "monotone": monotone_cells(phases).to_dict("records"),
        "separation": separation_table(network, language).to_dict("records"),
    }


def lstm_summary(cells: pd.DataFrame) -> dict[str, object]:
    """Medians over LSTMs of the measures of `cell_table`, and in how many a cell is monotone."""
    if cells.empty:
        return {"seeds": 0, "with_monotone_cell": 0, "agreement": AGREEMENT, "medians": {}}
    return {
        "seeds": len(cells),
        "with_monotone_cell": int((cells["monotone_cells"] > 0).sum()),
        "agreement": AGREEMENT,
        "medians": medians(cells),
    }


def plain(value: object) -> object:
    """The same value for JSON: numpy scalars and arrays become numbers and lists, NaN and NA become None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if value is pd.NA or (isinstance(value, float) and not math.isfinite(value)) else value


def _map_report(found: MapDynamics) -> dict[str, object]:
    return {
        "description": found.description,
        "fixed_points": [_orbit_report(orbit) for orbit in found.fixed_points],
        "two_cycles": [_orbit_report(orbit) for orbit in found.two_cycles],
    }


def _orbit_report(orbit: Orbit) -> dict[str, object]:
    return {
        "type": orbit.type,
        "period": orbit.period,
        "points": orbit.points,
        "multipliers": np.column_stack([orbit.multipliers.real, orbit.multipliers.imag]),
        "rate": orbit.rate,
    }
