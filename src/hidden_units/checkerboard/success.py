"""How often restarts solve the task; apart from training, so that a changed interval never trains again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hidden_units.statistics.intervals import success_rate

QUARTILES = ("first_epoch_lower", "first_epoch_median", "first_epoch_upper")


def success_table(restarts: pd.DataFrame) -> pd.DataFrame:
    """Success rate and epochs of each setting, from the table of `restarts_table`.

    Columns: hidden, learning_rate, restarts, solved, rate, low, high (Wilson, 95 %; empty for a single
    restart), first_epoch_lower, first_epoch_median, first_epoch_upper, first_epoch_median_of_solved. The
    quartiles and the median are over all restarts, an unsolved one counting as later than any epoch seen:
    with every restart censored at the same cap this is the Kaplan-Meier estimate. They are missing where too
    few restarts solved the task to know. The last column leaves the unsolved out, as published.
    """
    rows = []
    for (hidden, learning_rate), group in restarts.groupby(["hidden", "learning_rate"], sort=True):
        solved, count = int(group["solved"].sum()), len(group)
        # Sorted, what is missing comes last.
        times = np.sort(group["first_epoch"].to_numpy(dtype=float, na_value=np.nan))
        places = np.ceil(np.array([0.25, 0.5, 0.75]) * count).astype(int) - 1
        rows.append(
            {
                "hidden": hidden,
                "learning_rate": learning_rate,
                "restarts": count,
                "solved": solved,
                **success_rate(solved, count),
                **dict(zip(QUARTILES, times[places], strict=True)),
                "first_epoch_median_of_solved": pd.Series(times).median(),
            }
        )
    return pd.DataFrame(rows)
