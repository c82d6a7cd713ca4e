"""How long encoders of one-hot tables train until their loss stops them, against the size of the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hidden_units.encoders.tables import is_identity
from hidden_units.encoders.training import Runs


def stopping_table(runs: Mapping[str, Runs], longer: Mapping[str, Runs]) -> pd.DataFrame:
    """One row a run of a one-hot table: rows, seed, epochs, stopped.

    Args:
        runs: by the name of the table.
        longer: runs of some of the tables with a later cap, which take the place of the others.
    """
    tables = [
        pd.DataFrame(
            {
                "rows": len(chosen.table),
                "seed": chosen.seeds,
                "epochs": chosen.epochs,
                "stopped": chosen.stopped,
            }
        )
        for name, of_table in runs.items()
        if is_identity(name)
        for chosen in [longer.get(name, of_table)]
    ]
    columns = ["rows", "seed", "epochs", "stopped"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def stopping_law(table: pd.DataFrame) -> dict[str, Any]:
    """The power of N with which the median number of epochs grows, by least squares on the logarithms.

    Only sizes of which every run was stopped by its loss take part: of the others the median is unknown.

    Returns:
        sizes, epochs_median, and exponent and factor of factor * N ** exponent; the last two are None
        where fewer than two sizes take part.
    """
    groups = table.groupby("rows")
    medians = groups["epochs"].median()[groups["stopped"].all().astype(bool)]
    exponent = factor = None
    if len(medians) > 1:
        slope, intercept = np.polyfit(
            np.log(medians.index.to_numpy(float)), np.log(medians.to_numpy(float)), 1
        )
        exponent, factor = float(slope), float(np.exp(intercept))
    return {
        "sizes": medians.index.tolist(),
        "epochs_median": medians.tolist(),
        "exponent": exponent,
        "factor": factor,
    }
