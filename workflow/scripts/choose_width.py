"""Find the smallest width that is equivalent to the best within the margin."""

from job import job

import pandas as pd
from hidden_units.characters.comparisons import plateau_table
from hidden_units.files import write_csv, write_json
from hidden_units.statistics.plateau import find_plateau

with job(snakemake) as log:
    sweep = pd.read_csv(snakemake.input.sweep)
    # Where images were held out to choose by, the test images are asked once, about the chosen width.
    held_out = "validation_accuracy" in sweep
    column = "validation_accuracy" if held_out else "accuracy"
    accuracies = {int(hidden): list(group) for hidden, group in sweep.groupby("hidden")[column]}
    settings = {name: snakemake.params[name] for name in ("margin", "resamples")}
    plateau = find_plateau(accuracies, **settings)
    chosen = plateau.smallest_equivalent or plateau.best
    write_json(
        snakemake.output.answer,
        {
            "margin": settings["margin"],
            "best": plateau.best,
            "smallest_equivalent": plateau.smallest_equivalent,
            "verdict": plateau.verdict,
            "one_standard_error": plateau.one_standard_error,
            "seeds": min(map(len, accuracies.values())),
            "resamples": settings["resamples"],
            "chosen_on": "validation images" if held_out else "test images",
            "test_accuracy": float(sweep.groupby("hidden")["accuracy"].mean()[chosen]) if chosen else None,
        },
    )
    write_csv(snakemake.output.widths, plateau_table(plateau))
    log.info("%s: smallest equivalent width %s", plateau.verdict, plateau.smallest_equivalent)
